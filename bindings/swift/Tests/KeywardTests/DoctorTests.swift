// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// What is wrong with an account, and what mends it.
@Suite(.timeLimit(.minutes(5)))
struct DoctorTests {
    private static let backupSecret = "m.megolm_backup.v1"

    @Test("An account in order is healthy, and a bug report names no session")
    func healthy() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let report = try await login.account.examine()
            #expect(report.isHealthy())
            #expect(report.codes().isEmpty)
            let keyless = try #require(report.findings().first)
            #expect(keyless.code == .sessionsKeyless && keyless.codeName == "sessions.keyless")
            #expect(keyless.severity == .info)
            #expect(keyless.sessions == [person.observer.deviceId])
            #expect(keyless.count == 1)
            #expect(keyless.remedies.codes() == [.lookAtSessions])
            #expect(report.redacted().findings().map(\.sessions) == [["session-1"]])
        }
    }

    @Test("A blank default key is found, and a new key mends it")
    func blankDefaultKey() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            try await person.observer.setAccountData("m.secret_storage.default_key", [:])
            let report = try await account.examine()
            #expect(!report.isHealthy())
            #expect(report.codes() == [.secretStorageNoDefault])
            let finding = try #require(report.findings().first)
            #expect(finding.severity == .warning)
            let texts = Texts.forLanguages(languages: ["en"])
            #expect(texts.finding(finding: finding).hasSuffix("."))
            #expect(finding.remedies.codes() == [.newRecoveryKey])
            let remedy = try #require(finding.remedies.first)
            #expect(remedy.codeName == "new_recovery_key" && remedy.decides == .person)
            #expect(remedy.consequences == [.nothingIsLost])
            #expect(texts.consequence(consequence: remedy.consequences[0]).contains("Nothing is lost"))

            await fails(RepairError.NoSecretStorage) {
                try await account.writeSecretStorage(key: keyInput(person.recoveryKey))
            }
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let key = try await recovery.untilKey()
            let pending = try await account.examine().remedies(of: .flowPending)
            #expect(pending.codes() == [.resumeRecovery, .cancelRecovery])
            try await recovery.finish()
            #expect(try await account.examine().isHealthy())
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    @Test("A backup that is missing is made")
    func missingBackup() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            try await login.receiveRoomKey(from: person)
            let key = keyInput(person.recoveryKey)
            await fails(RepairError.BackupIsThere) { try await account.makeBackup(key: key).collected() }
            let version = try await person.observer.request("GET", "/v3/room_keys/version").body.text("version")
            let deleted = try await person.observer.request("DELETE", "/v3/room_keys/version/\(version)")
            #expect(deleted.status == 200)
            try await person.observer.setAccountData(Self.backupSecret, [:])
            let report = try await account.examine()
            #expect(report.codes() == [.backupMissing])
            let remedy = try #require(report.remedies(of: .backupMissing).first)
            let roomKeys = try await account.status().roomKeys
            #expect(roomKeys > 0)
            #expect(remedy.code == .makeBackup && remedy.consequences == [.roomKeysUploaded(count: roomKeys)])
            await fails(RepairError.NoBackup) { try await account.sayBackupIsWanted() }
            await fails(RepairError.NoBackup) { try await account.uploadRoomKeysBehind().collected() }
            await fails(RepairError.MistypedKey) {
                try await account.makeBackup(key: keyInput("not a key")).collected()
            }
            let stranger = try await TestService.person(.none)
            await fails(RepairError.WrongKey) {
                try await account.makeBackup(key: keyInput(stranger.recoveryKey)).collected()
            }

            let states = try await account.makeBackup(key: key).collected()
            #expect(states.first == .running(done: 0, total: 0))
            #expect(states.last == .done(gained: 0))
            #expect(try await account.examine().codes().isEmpty)
            #expect(try await account.status().keyBackup == .enabled)
            let backup = try await person.observer.request("GET", "/v3/room_keys/version").body
            #expect(backup["count"].int == roomKeys)
            #expect(try await account.uploadRoomKeysBehind().collected().last == .done(gained: 0))
        }
    }

    @Test("What is missing in secret storage and in the account's data is written")
    func incompleteSecretStorage() async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            try await account.unlock(person)
            try await person.observer.setAccountData(Self.backupSecret, [:])
            try await person.observer.setAccountData("m.key_backup", ["enabled": false])
            let report = try await account.examine()
            #expect(report.codes() == [.secretStorageIncomplete, .backupFlagContradicts])
            #expect(report.findings().first?.secrets == [Self.backupSecret])
            #expect(
                report.remedies(of: .secretStorageIncomplete).codes() == [.writeSecretStorage, .newRecoveryKey])

            let key = keyInput(person.recoveryKey)
            try await proxy.reply(method: "PUT", pathContains: "/account_data/\(Self.backupSecret)")
            await fails(RepairError.NotKept) { try await account.writeSecretStorage(key: key) }
            try await proxy.disarm()
            try await proxy.arm("status_500", method: "PUT", forEver: true)
            await fails({ RepairError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await account.writeSecretStorage(key: key)
            }
            try await proxy.disarm()
            try await account.writeSecretStorage(key: key)
            try await account.sayBackupIsWanted()
            #expect(try await account.examine().codes().isEmpty)
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)
        }
    }

    @Test("Whoever is unverified or has lost the key is led to what is smaller than a reset")
    func smallerThanAReset() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            let found = try await account.examine().remedies(of: .sessionUnverified)
            #expect(found.codes() == [.unlock, .verifyBySession, .reset])
            #expect(found[1].sessions == [person.phone.deviceId])
            #expect(found[2].consequences.contains(.authorisation))
            await fails(RepairError.NotVerified) { try await account.askOtherSessions(patience: 60) }
            await fails(RepairError.NotVerified) { try await account.removeDehydratedDevice() }
            let lost = try await account.examine(lostKey: true)
            #expect(lost.remedies(of: .sessionUnverified).codes() == [.verifyBySession, .reset])
            #expect(lost.remedies(of: .recoveryKeyLost).codes() == [.verifyBySession, .reset])

            await fails(RepairError.KeysMissing) { try await account.signThisSession() }
            try await account.unlock(person)
            try await account.askOtherSessions(patience: 0)
            try await account.signThisSession()
            let here = try await account.examine(lostKey: true)
            #expect(!here.isHealthy())
            #expect(here.remedies(of: .recoveryKeyLost).codes() == [.newRecoveryKey])
            await fails(RepairError.Changed) { try await account.removeDehydratedDevice() }
        }
    }

    @Test("A key at hand is judged, and one that opens nothing is not asked for")
    func keyAtHand() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let oldKey = keyInput(person.recoveryKey)
            #expect(try await account.examineWithKey(key: oldKey).isHealthy())
            await fails(KeyCheckError.MistypedKey) { try await account.examineWithKey(key: keyInput("EsTypo")) }
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let newKey = try await recovery.untilKey()
            try await recovery.finish()
            let report = try await account.examineWithKey(key: oldKey)
            #expect(report.codes() == [.secretStorageWrongKey])
            let finding = try #require(report.findings().first)
            #expect(finding.secrets.count == 4)
            #expect(!finding.remedies.codes().contains(.unlock))
            #expect(try await account.examineWithKey(key: keyInput(newKey)).isHealthy())
        }
    }

    @Test("What a reset leaves to people is kept until they want to hear no more of it")
    func afterCare() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let nothing = AfterCare(contacts: [], contactsUnknown: false, sessions: [])
            #expect(try await account.afterCare() == nothing)
            let reset = try await account.startReset()
            _ = try await reset.untilPassword()
            try await reset.authorise(password: Password(text: person.password))
            _ = try await reset.untilDone()
            let left = try await account.afterCare()
            #expect(left.sessions.count == 1 && left.contacts.isEmpty)
            #expect(try await account.dismissContacts(userIds: ["@nobody:example.org"]) == 0)
            try await account.dismissAfterCare()
            #expect(try await account.afterCare() == nothing)
            let sessions = account.sessions()
            #expect(try await sessions.proposeSignOut(inactiveDays: 90, unverifiedDays: 30).isEmpty)
            let active = try await sessions.proposeSignOut(inactiveDays: 0)
            #expect(active.contains { $0.deviceId == left.sessions[0].deviceId && $0.inactiveDays == 0 })
        }
    }

    @Test("The old key that turns up brings the history back")
    func secondChance() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            // Nobody has the old key: the reset keeps the backup.
            let reset = try await account.startReset()
            let newKey = try await reset.untilPassword()
            try await reset.authorise(password: Password(text: person.password))
            _ = try await reset.untilDone()
            #expect(try await account.examine().remedies(of: .backupOldLeft).codes() == [.recoverRoomKeys])
            let before = try await account.status().roomKeys
            let oldKey = keyInput(person.recoveryKey)
            await fails(RepairError.OpensNoBackup) {
                try await account.recoverRoomKeys(oldKey: oldKey, version: "nobody's").collected()
            }
            guard case .done(let gained) = try await account.recoverRoomKeys(oldKey: oldKey).collected().last else {
                throw TestFailure("it is not done")
            }
            #expect(gained > 0)
            #expect(try await account.status().roomKeys == before + gained)
            #expect(try await person.whyHistoryIsUnreadable(with: newKey) == nil)
        }
    }

    @Test("A repair excludes a new key, and makes way when nobody reads it")
    func oneAtATime() async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            try await account.unlock(person)
            try await proxy.hold(pathContains: "/room_keys/version", number: 1)
            let upload = Task { try await account.uploadRoomKeysBehind().collected() }
            try await proxy.held()
            await fails(RepairError.AlreadyRunning) { try await account.sayBackupIsWanted() }
            await fails(RecoveryError.AlreadyRunning) {
                try await account.startRecovery(options: RecoveryOptions())
            }
            upload.cancel()
            _ = await upload.result
            _ = try await account.startRecovery(options: RecoveryOptions()).untilKey()
            // Nobody holds it any more.
            try await proxy.disarm()
            await fails(RepairError.Pending) { try await account.sayBackupIsWanted() }
            await fails(RepairError.Pending) { try await account.uploadRoomKeysBehind().collected() }
            try await account.cancelRecovery()
            try await account.sayBackupIsWanted()
        }
    }

    @Test("After a shutdown nothing is examined or mended")
    func closed() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            try await account.shutDown()
            let key = keyInput(person.recoveryKey)
            await fails(AccountError.Closed) { try await account.examine() }
            await fails(RepairError.Closed) { try await account.askOtherSessions(patience: 0) }
            await fails(RepairError.Closed) { try await account.signThisSession() }
            await fails(RepairError.Closed) { try await account.writeSecretStorage(key: key) }
            await fails(RepairError.Closed) { try await account.makeBackup(key: key).collected() }
            await fails(RepairError.Closed) { try await account.uploadRoomKeysBehind().collected() }
            await fails(RepairError.Closed) { try await account.recoverRoomKeys(oldKey: key).collected() }
            await fails(RepairError.Closed) { try await account.sayBackupIsWanted() }
            await fails(RepairError.Closed) { try await account.removeDehydratedDevice() }
        }
    }
}

extension Report {
    /// Without what is said of other sessions: the observer is one without encryption.
    fileprivate func codes() -> [FindingCode] {
        findings().filter { !$0.codeName.hasPrefix("sessions.") }.map(\.code)
    }

    fileprivate func remedies(of code: FindingCode) -> [FindingRemedy] {
        findings().first { $0.code == code }?.remedies ?? []
    }
}

extension [FindingRemedy] {
    fileprivate func codes() -> [RemedyCode] {
        map(\.code)
    }
}
