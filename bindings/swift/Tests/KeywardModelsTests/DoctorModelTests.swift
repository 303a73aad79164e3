// SPDX-License-Identifier: Apache-2.0

import Keyward
import KeywardFakes
import Testing

@testable import KeywardModels

@MainActor
@Suite struct DoctorModelTests {
    private let requests = Requests()

    private func model(_ diagnosis: FakeDiagnosis) -> DoctorModel {
        DoctorModel(
            account: .own(FakeAccount(diagnosis)), texts: english, secrets: .fakes, onRequest: requests.take)
    }

    @Test("A healthy account has no findings")
    func healthy() async {
        let model = model(.healthy)
        await model.load().value
        #expect(model.findings.isEmpty && model.offered == [.lookAgain, .close])
        await model.choose(.lookAgain)
        #expect(model.screen != nil && !model.isWorking)
    }

    @Test("What is wrong is said with what mends it, the smallest first")
    func lockedOut() async throws {
        let model = model(.lockedOut)
        await model.load().value
        #expect(model.findings.map(\.text) == model.screen?.sections.map(\.heading))
        for (found, section) in zip(model.findings, model.screen?.sections ?? []) {
            #expect(found.points + found.remedies.map(\.text) == section.points)
        }
        let lost = try #require(model.findings.last)
        #expect(lost.remedies.map(\.remedy.code) == [.verifyBySession, .reset])
        for (choice, request) in zip(lost.remedies, ["verifyThisSession", "startReset"]) {
            #expect(!choice.title.isEmpty && !choice.text.isEmpty)
            await model.choose(choice.remedy, of: lost.finding).value
            #expect(requests.last == request)
        }
        let first = try #require(model.findings.first)
        await model.choose(try #require(first.remedies.first).remedy, of: first.finding).value
        #expect(requests.last == "unlock")
    }

    @Test("What needs the key asks for it, on a screen of its own")
    func key() async {
        let model = model(.healthy)
        await model.load().value
        let remedy = FindingRemedy(
            code: .writeSecretStorage, codeName: "new_recovery_key", decides: .person, sessions: [], consequences: [])
        await model.choose(remedy, of: finding([])).value
        #expect(model.findings.isEmpty)
        #expect(model.screen?.title == english.remedyTitle(code: .writeSecretStorage))
        #expect(model.screen?.fields.map(\.id) == [.recoveryKey, .passphrase])
        #expect(model.offered == [.save, .back])
        await model.choose(.back)
        #expect(model.offered == [.lookAgain, .close])
    }

    private func finding(_ contacts: [String]) -> Finding {
        Finding(
            code: .contactsChanged, codeName: "contacts_changed", severity: .warning, sessions: [], contacts: contacts,
            count: nil, secrets: [], remedies: [])
    }

    @Test("A remedy is for the people of its finding")
    func people() {
        let model = model(.healthy)
        let remedy = FindingRemedy(
            code: .verifyContactsAgain, codeName: "verify_contacts_again", decides: .person, sessions: [],
            consequences: [])
        for people in [["@a:example.org"], ["@b:example.org"]] {
            model.choose(remedy, of: finding(people))
            guard case .verifyContacts(people) = requests.all.last else { return #expect(Bool(false), "others") }
        }
    }

    @Test("Every remedy is done here or handed to the app")
    func remedies() {
        let doneHere: Set<RemedyCode> = [
            .askOtherSessions, .signThisSession, .uploadRoomKeys, .sayBackupIsWanted, .removeDehydratedDevice,
            .cancelReset, .cancelRecovery, .dismissContacts, .writeSecretStorage, .makeBackup, .recoverRoomKeys,
        ]
        let model = model(.healthy)
        for code in RemedyCode.allCases where !doneHere.contains(code) {
            let before = requests.all.count
            model.choose(
                FindingRemedy(code: code, codeName: "", decides: .person, sessions: [], consequences: []),
                of: finding([]))
            #expect(requests.all.count == before + 1, "\(code)")
        }
    }
}
