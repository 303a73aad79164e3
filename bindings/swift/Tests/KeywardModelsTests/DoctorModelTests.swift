// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct DoctorModelTests {
    private let requests = Requests()

    private func model(_ diagnosis: FakeDiagnosis) -> DoctorModel {
        DoctorModel(
            account: .own(FakeAccount(diagnosis)), texts: english, secrets: .fakes, onRequest: requests.take)
    }

    @Test("A healthy account has no findings")
    func healthy() async {
        let model = model(.healthy)
        await model.load().done()
        #expect(model.findings.isEmpty && model.offered == [.lostKey, .lookAgain, .close])
        await model.choose(.lookAgain)
        #expect(model.screen != nil && !model.isWorking)
    }

    @Test("What is wrong is said with what mends it, the smallest first")
    func lockedOut() async throws {
        let model = model(.lockedOutKeyLost)
        await model.load().done()
        #expect(model.findings.map(\.text) == model.screen?.sections.map(\.heading))
        for (found, section) in zip(model.findings, model.screen?.sections ?? []) {
            #expect(found.points + found.remedies.map(\.text) == section.points)
        }
        let lost = try #require(model.findings.last)
        #expect(lost.remedies.map(\.remedy.code) == [.verifyBySession, .reset])
        for (choice, request) in zip(lost.remedies, ["verifyThisSession", "startReset"]) {
            #expect(!choice.title.isEmpty && !choice.text.isEmpty)
            await model.choose(choice.remedy, of: lost.finding).done()
            #expect(requests.last == request)
        }
        let withKey = self.model(.lockedOut)
        await withKey.load().done()
        let first = try #require(withKey.findings.first)
        #expect(first.remedies.map(\.remedy.code) == [.unlock, .verifyBySession, .reset])
        await withKey.choose(try #require(first.remedies.first).remedy, of: first.finding).done()
        #expect(requests.last == "unlock")
    }

    @Test("Who has lost the key is examined again without it, until a new one is made")
    func lostKey() async throws {
        let account = FakeAccount()
        let model = DoctorModel(account: .own(account), texts: english, secrets: .fakes, onRequest: requests.take)
        await model.load().done()
        await model.choose(.lostKey)
        #expect(model.lostKey && model.findings.map(\.finding.code) == [.recoveryKeyLost])
        #expect(!model.offered.contains(.lostKey), "it is said")
        await model.choose(.lookAgain)
        #expect(model.findings.map(\.finding.code) == [.recoveryKeyLost], "it is remembered")
        let lost = try #require(model.findings.first)
        await model.choose(try #require(lost.remedies.first).remedy, of: lost.finding).done()
        #expect(requests.last == "startRecovery" && !model.lostKey)
        let recovery = try await account.startRecovery(options: RecoveryOptions())
        try await recovery.confirmSaved(confirmation: .acknowledged)
        await model.load().done()
        #expect(model.findings.isEmpty && model.offered == [.lostKey, .lookAgain, .close])
    }

    @Test("A failure to examine again is said, and it is remembered what was lost")
    func lostKeyUnreachable() async throws {
        let (asked, fails) = (Locked<[Bool]>([]), Locked(false))
        let account = GuardedAccount(FakeAccount()) { call in
            guard case .examine(let lostKey) = call else { return }
            asked.with { $0.append(lostKey) }
            if fails.with({ $0 }) {
                let advice = FakeErrors.reset("server.unreachable").advice()
                throw AccountError.Server(problem: .unreachable, advice: advice)
            }
        }
        let model = DoctorModel(account: .own(account), texts: english, onRequest: requests.take)
        await model.load().done()
        fails.with { $0 = true }
        await model.choose(.lostKey)
        #expect(model.findings.isEmpty && model.offered == [.retry, .close])
        fails.with { $0 = false }
        await model.choose(.retry)
        #expect(asked.with { $0 } == [false, true, true])
        #expect(model.findings.map(\.finding.code) == [.recoveryKeyLost])
    }

    @Test("What needs the key asks for it, on a screen of its own")
    func key() async {
        let model = model(.healthy)
        await model.load().done()
        let remedy = said(.writeSecretStorage)
        await model.choose(remedy, of: finding([])).done()
        #expect(model.findings.isEmpty)
        #expect(model.screen?.title == english.remedyTitle(code: .writeSecretStorage))
        #expect(model.screen?.fields.map(\.id) == [.recoveryKey, .passphrase])
        #expect(model.offered == [.save, .back])
        await model.choose(.back)
        #expect(model.offered == [.lostKey, .lookAgain, .close])
    }

    @Test("What a person decides on is asked first and done once, also after a failure; the rest is done at once")
    func decides() async {
        let (done, fails) = (Locked<[String]>([]), Locked(true))
        let account = GuardedAccount(FakeAccount()) { call in
            if case .examine = call { return }
            if fails.with({ $0 }) {
                let advice = FakeErrors.reset("server.unreachable").advice()
                throw RepairError.Server(problem: .unreachable, advice: advice)
            }
            done.with { $0.append("\(call)") }
        }
        let model = DoctorModel(account: .own(account), texts: english, onRequest: requests.take)
        await model.load().done()
        let remedies: [(RemedyCode, String)] = [
            (.removeDehydratedDevice, "removeDehydratedDevice"), (.dismissContacts, "dismissContacts([\"@a:b\"])"),
        ]
        for (code, call) in remedies {
            fails.with { $0 = true }
            let remedy = said(code)
            await model.choose(remedy, of: finding(["@a:b"])).done()
            #expect(done.with { $0 } == [] && model.offered == [.save, .back])
            #expect(model.screen?.title == english.remedyTitle(code: code) && model.screen?.fields == [])
            #expect(model.screen?.paragraphs == [english.remedy(remedy: remedy)])
            await model.choose(.back)
            #expect(done.with { $0 } == [] && model.offered.contains(.lookAgain))
            await model.choose(remedy, of: finding(["@a:b"])).done()
            await model.choose(.save)
            #expect(model.problem != nil && model.offered == [.save, .back])
            fails.with { $0 = false }
            await model.choose(.save)
            #expect(done.with { $0 } == [call] && model.offered.contains(.lookAgain))
            done.with { $0 = [] }
        }
        let sign = FindingRemedy(code: .signThisSession, codeName: "", decides: .auto, sessions: [], consequences: [])
        await model.choose(sign, of: finding([])).done()
        #expect(done.with { $0 } == ["signThisSession"] && model.offered.contains(.lookAgain))
    }

    @Test("What is mended is not mended again because the look after it fails")
    func unreachableAfterwards() async {
        let (done, fails) = (Locked<[String]>([]), Locked(false))
        let account = GuardedAccount(FakeAccount()) { call in
            guard case .examine = call else { return done.with { $0.append("\(call)") } }
            if fails.with({ $0 }) {
                let advice = FakeErrors.reset("server.unreachable").advice()
                throw AccountError.Server(problem: .unreachable, advice: advice)
            }
        }
        let remedies: [(RemedyCode, Decides, [ScreenActionId], String)] = [
            // Shows how far it is; asks first.
            (.uploadRoomKeys, .auto, [], "uploadRoomKeys"),
            (.removeDehydratedDevice, .person, [.save], "removeDehydratedDevice"),
        ]
        for helps in [ScreenActionId.retry, nil] {
            for (code, decides, answers, call) in remedies {
                let model = DoctorModel(account: .own(account), texts: english, onRequest: requests.take)
                await model.load().done()
                fails.with { $0 = true }
                await model.choose(said(code, decides), of: finding([])).done()
                for answer in answers { await model.choose(answer) }
                #expect(model.offered == [.retry, .close] && model.findings.isEmpty && !model.isWorking)
                fails.with { $0 = false }
                // The person says so, or comes back to the screen.
                if let helps { await model.choose(helps) } else { await model.load().done() }
                #expect(model.offered == [.lostKey, .lookAgain, .close])
                #expect(done.with { $0 } == [call])
                done.with { $0 = [] }
            }
        }
    }

    /// The fakes have no report with some remedies, and say of them what a new recovery key means.
    private func said(_ code: RemedyCode, _ decides: Decides = .person) -> FindingRemedy {
        FindingRemedy(
            code: code, codeName: "new_recovery_key", decides: decides, sessions: [], consequences: [.nothingIsLost])
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

    @Test("To cancel what waits leads to its own screen, which asks, and destroys nothing")
    func cancel() async throws {
        let account = FakeAccount()
        let doctor = DoctorModel(account: .own(account), texts: english, secrets: .fakes, onRequest: requests.take)
        let resetModel = { ResetModel(account: .own(account), texts: english, onRequest: requests.take) }
        let recoveryModel = { RecoveryModel(account: .own(account), texts: english, onRequest: requests.take) }
        let flows: [(RemedyCode, String, Screen, () -> ScreenModel)] = [
            (.cancelReset, "startReset", english.resetPending(pending: .staged), resetModel),
            (.cancelRecovery, "startRecovery", english.recoveryPending(pending: .staged), recoveryModel),
        ]
        for (code, request, pending, next) in flows {
            if code == .cancelReset {
                _ = try await account.startReset(plan: account.planReset(), options: ResetOptions())
            } else {
                _ = try await account.startRecovery(options: RecoveryOptions())
            }
            await doctor.load().done()
            let remedy = FindingRemedy(
                code: code, codeName: "", decides: .person, sessions: [], consequences: [.nothingIsLost])
            await doctor.choose(remedy, of: finding([])).done()
            #expect(requests.last == request)
            #expect(try await account.status().pending.count == 1, "it waits as before")
            let model = next()
            await model.load().done()
            #expect(model.screen == pending && model.offered == [.resume, .cancel, .close])
            await model.choose(.cancel)
            #expect(try await account.status().pending.isEmpty, "the person has said so")
        }
    }

    @Test("A screen that comes up while its model looks already looks once, and leads on")
    func once() async throws {
        let (door, looks) = (Door(), Locked(0))
        let account = GuardedAccount(FakeAccount(.lockedOut)) { _ in
            looks.with { $0 += 1 }
            await door.pass()
        }
        let model = DoctorModel(account: .own(account), texts: english, onRequest: requests.take)
        let first = model.load()
        await door.isReached()
        model.leave()
        let second = model.load()
        door.open()
        await first.done()
        await second.done()
        #expect(looks.with { $0 } == 1)
        let lost = try #require(model.findings.last)
        await model.choose(try #require(lost.remedies.last).remedy, of: lost.finding).done()
        #expect(requests.last == "startReset", "it is not left any more")
    }

    @Test("Every remedy is done here or handed to the app")
    func remedies() {
        let doneHere: Set<RemedyCode> = [
            .askOtherSessions, .signThisSession, .uploadRoomKeys, .sayBackupIsWanted, .removeDehydratedDevice,
            .dismissContacts, .writeSecretStorage, .makeBackup, .recoverRoomKeys,
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
