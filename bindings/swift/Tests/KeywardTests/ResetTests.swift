// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@Suite struct ResetTests {
    @Test("History survives the reset of an account whose key is lost")
    func established() async throws {
        let person = try await TestService.person(.long)
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let plan = try await account.planReset()
            #expect(plan.consequences().userId == person.userId)
            #expect(plan.consequences().otherSessions == 1)
            #expect(plan.consequences().backupReadable)

            let reset = try await account.startReset(plan: plan, options: ResetOptions())
            let key = try await reset.untilKey()
            try await oracle.assertUnharmed()
            let typed = RecoveryKey(base58: key.replacingOccurrences(of: " ", with: ""))
            try await reset.confirmSaved(confirmation: .retyped(recoveryKey: typed))
            #expect(try await reset.untilAuthorise().answerableByPassword())
            try await oracle.assertUnharmed()
            try await reset.authorise(password: Password(text: person.password))
            let outcome = try await reset.untilDone()

            #expect(outcome.recoveryKey.reveal() == key)
            #expect(outcome.oldBackup == .drained)
            #expect(outcome.untrustedSessions == [person.phone.deviceId])
            #expect(outcome.newIdentity != plan.consequences().oldIdentity)
            let status = try await account.status()
            #expect(status.verified)
            #expect(status.identity == .ours)
            #expect(status.secretStorage == .ready)
            #expect(status.keyBackup == .enabled)
            #expect(status.pendingReset == nil)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
            try await oracle.assertDone(key)
        }
    }

    @Test("A backup that cannot be read is kept")
    func unreadableBackup() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let outcome = try await login.account.startReset().finish(person)
            #expect(outcome.oldBackup == .kept)
            #expect(try await login.account.status().verified)
        }
    }

    @Test("A first set-up needs no password")
    func firstSetUp() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let plan = try await login.account.planReset()
            #expect(plan.consequences().oldIdentity == nil)
            let reset = try await login.account.startReset(plan: plan, options: ResetOptions())
            let key = try await reset.untilKey()
            async let states = reset.states().reduce(into: []) { $0.append(caseName($1)) }
            try await reset.confirmSaved(confirmation: .acknowledged)
            let seen = await states
            #expect(seen.last == "done")
            #expect(!seen.contains("authorise"))
            #expect(try await reset.untilDone().oldBackup == .notThere)

            let other = try await TestService.login(user, withEncryption: true)
            try await other.recover(key)
            #expect(try await other.isSigned(other.deviceId))
        }
    }

    @Test("Nothing is left for the old key of a compromised account")
    func compromised() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let outcome = try await login.account.startReset(ResetOptions(compromised: true)).finish(person)
            #expect(outcome.oldBackup != .kept)
            try await oracle.assertNoTraceOfTheOld()
            #expect(try await person.whyHistoryIsUnreadable(with: outcome.recoveryKey.reveal()) == nil)
        }
    }

    @Test("A Security Phrase opens everything after the reset")
    func securityPhrase() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let phrase = "seven quiet otters borrowed a lighthouse"
            try await login.account.startReset(ResetOptions(passphrase: Passphrase(text: phrase))).finish(person)
            #expect(try await person.whyHistoryIsUnreadable(with: phrase) == nil)
        }
    }

    @Test("Room keys are exported before the reset if asked for")
    func export() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let file = login.folder.deletingLastPathComponent().appendingPathComponent("room keys.txt")
            let export = ResetExport(file: file.path, passphrase: Passphrase(text: "for the file"))
            try await login.account.startReset(ResetOptions(export: export)).finish(person)
            #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("-----BEGIN MEGOLM SESSION DATA-----"))
        }
    }

    @Test("Cancelling at the key leaves everything as it was")
    func cancelAtSaveKey() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            #expect(try await account.pendingReset() == .staged)
            try await reset.cancel()

            #expect(await reset.states().reduce(into: []) { $0.append(caseName($1)) } == ["cancelled"])
            #expect(try await account.pendingReset() == nil)
            try await oracle.assertCancelled()
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)
        }
    }

    @Test("Cancelling after three wrong passwords leaves everything as it was")
    func cancelAtAuthorise() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let reset = try await login.account.startReset()
            try await reset.untilPassword()
            try await refuseThreePasswords(reset)
            try await reset.cancel()

            try await oracle.assertCancelled()
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)
        }
    }

    @Test("The right password is taken after three wrong ones")
    func wrongPasswords() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let reset = try await login.account.startReset()
            let key = try await reset.untilPassword()
            try await refuseThreePasswords(reset)
            try await reset.authorise(password: Password(text: person.password))
            #expect(try await reset.untilDone().recoveryKey.reveal() == key)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    private func refuseThreePasswords(_ reset: Reset) async throws {
        for wrong in ["wrong", "", "wrong again"] {
            let error = try await thrown(ResetError.self) { try await reset.authorise(password: Password(text: wrong)) }
            #expect(caseName(error) == "WrongPassword")
            try await reset.untilAuthorise()
        }
    }

    @Test("A mistyped key is asked for again")
    func mistypedKey() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let reset = try await login.account.startReset()
            let key = try await reset.untilKey()
            for typed in [person.recoveryKey, "", String(key.dropLast())] {
                let confirmation = Confirmation.retyped(recoveryKey: RecoveryKey(base58: typed))
                let error = try await thrown(ResetError.self) {
                    try await reset.confirmSaved(confirmation: confirmation)
                }
                #expect(caseName(error) == "KeyMismatch")
                #expect(try await reset.untilKey() == key)
            }
            try await reset.confirmSaved(confirmation: .retyped(recoveryKey: RecoveryKey(base58: key)))
            try await reset.untilAuthorise()
        }
    }

    @Test("A reset that was let go at the password is resumed there")
    func letGo() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let key = try await login.account.startReset().untilPassword()
            #expect(try await login.account.pendingReset() == .staged)

            let resumed = try await login.account.resumeReset()
            try await resumed.untilAuthorise()
            try await resumed.authorise(password: Password(text: person.password))
            #expect(try await resumed.untilDone().recoveryKey.reveal() == key)
        }
    }

    @Test("A reset that waits is cancelled without being resumed")
    func cancelPending() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            _ = try await login.account.startReset().untilPassword()
            let account = try await login.restart()
            try await account.cancelReset()
            #expect(try await account.pendingReset() == nil)
            try await oracle.assertCancelled()
        }
    }
}
