// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// A new recovery key without a reset, and what a key opens.
@Suite struct RecoveryTests {
    private let staged = PendingFlow(flow: .recovery, state: .staged)

    @Test("A new key takes the place of the old one, and everything else stays")
    func established() async throws {
        let person = try await TestService.person(.long)
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let before = try await account.planReset().consequences()
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let key = try await recovery.untilKey()
            #expect(key != person.recoveryKey)
            #expect(try await account.status().pending == [staged])
            #expect(try await account.pendingRecovery() == .staged)
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)

            async let states = recovery.states().reduce(into: []) { $0.append(caseName($1)) }
            let typed = RecoveryKey(base58: key.replacingOccurrences(of: " ", with: ""))
            try await recovery.confirmSaved(confirmation: .retyped(recoveryKey: typed))
            #expect(await states.last == "done")
            let outcome = try await recovery.untilDone()
            #expect(outcome.recoveryKey.reveal() == key)
            #expect(outcome.opensBackup == true)

            let after = try await account.planReset().consequences()
            #expect(after.oldIdentity == before.oldIdentity)
            #expect(after.verifiedSessions == before.verifiedSessions)
            let status = try await account.status()
            #expect(status.verified)
            #expect(status.secretStorage == .ready)
            #expect(status.keyBackup == .enabled)
            #expect(status.pending.isEmpty)
            #expect(try await account.pendingRecovery() == nil)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
            await fails(RecoveryError.AlreadyCommitted) { try await recovery.cancel() }
        }
    }

    @Test("A Security Phrase opens everything afterwards")
    func securityPhrase() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let phrase = "seven quiet otters borrowed a lighthouse"
            let options = RecoveryOptions(passphrase: Passphrase(text: phrase))
            let recovery = try await login.account.startRecovery(options: options)
            _ = try await recovery.untilKey()
            try await recovery.finish()

            let typed = KeyInput.passphrase(passphrase: Passphrase(text: phrase))
            #expect(try await login.account.checkRecoveryKey(key: typed).isDefault)
            #expect(try await person.whyHistoryIsUnreadable(with: phrase) == nil)
        }
    }

    @Test("Cancelling at the key leaves everything as it was")
    func cancelled() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let key = try await recovery.untilKey()
            try await recovery.cancel()

            #expect(await recovery.states().reduce(into: []) { $0.append(caseName($1)) } == ["cancelled"])
            #expect(try await account.status().pending.isEmpty)
            await fails(KeyCheckError.WrongKey) { try await account.checkRecoveryKey(key: keyInput(key)) }
            await fails(RecoveryError.NothingPending) { try await account.cancelRecovery() }
            try await oracle.assertCancelled()
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)
        }
    }

    @Test("A new key is resumed after a restart")
    func restarted() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let key = try await login.account.startRecovery(options: RecoveryOptions()).untilKey()
            let again = try await login.restart()
            #expect(try await again.status().pending == [staged])
            let recovery = try await again.resumeRecovery()
            #expect(try await recovery.untilKey() == key)
            #expect(try await recovery.finish().recoveryKey.reveal() == key)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    @Test("A check says what a key opens")
    func check() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let secrets =
                ["master", "self_signing", "user_signing"].map { "m.cross_signing.\($0)" } + ["m.megolm_backup.v1"]
            let whole = KeyCheck(opens: secrets, doesNotOpen: [], missing: [], isDefault: true)
            #expect(try await account.checkRecoveryKey(key: keyInput(person.recoveryKey)) == whole)

            try await person.observer.setAccountData(secrets[0], [:])
            let lacking = try await account.checkRecoveryKey(key: keyInput(person.recoveryKey))
            #expect(lacking.missing == [secrets[0]])
            #expect(lacking.opens == Array(secrets.dropFirst()))

            await fails(KeyCheckError.MistypedKey) { try await account.checkRecoveryKey(key: keyInput("not a key")) }
            let stranger = try await TestService.person(.none)
            await fails(KeyCheckError.WrongKey) {
                try await account.checkRecoveryKey(key: keyInput(stranger.recoveryKey))
            }
        }
    }

    @Test("What does not fit is refused, and the state stays")
    func refused() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            let options = RecoveryOptions()
            await fails(RecoveryError.NotVerified) { try await account.startRecovery(options: options) }
            try await account.unlock(person)
            await fails(RecoveryError.NothingPending) { try await account.resumeRecovery() }
            await fails(RecoveryError.WeakPassphrase) {
                try await account.startRecovery(options: RecoveryOptions(passphrase: Passphrase(text: "hunter2")))
            }
            do {
                let recovery = try await account.startRecovery(options: options)
                let key = try await recovery.untilKey()
                await fails(RecoveryError.KeyMismatch) {
                    let mistyped = RecoveryKey(base58: person.recoveryKey)
                    try await recovery.confirmSaved(confirmation: .retyped(recoveryKey: mistyped))
                }
                #expect(try await recovery.untilKey() == key)
                await fails(RecoveryError.AlreadyRunning) { try await account.resumeRecovery() }
                await fails(ResetError.AlreadyRunning) { try await account.startReset() }
            }
            // Nobody holds it any more.
            await fails(RecoveryError.Pending) { try await account.startRecovery(options: options) }
            await fails(ResetError.OtherPending) { try await account.startReset() }
            await fails(LogoutError.RecoveryPending) { try await account.logOut(unsaved: .keep) }
            try await account.cancelRecovery()
            _ = try await account.startReset().untilKey()
            await fails(RecoveryError.ResetPending) { try await account.startRecovery(options: options) }
            try await account.cancelReset()
            try await account.shutDown()
            await fails(RecoveryError.Closed) { try await account.startRecovery(options: options) }
            await fails(RecoveryError.Closed) { try await account.pendingRecovery() }
            await fails(KeyCheckError.Closed) {
                try await account.checkRecoveryKey(key: keyInput(person.recoveryKey))
            }
        }
    }

    @Test("Whoever was faster is not overwritten")
    func superseded() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let key = try await recovery.untilKey()
            let ofTheOther = try await TestService.login(person, withEncryption: true).resetIdentity()
            await fails(RecoveryError.Superseded) { try await recovery.finish() }
            try await recovery.cancel()

            await fails(RecoveryError.NothingPending) { try await account.resumeRecovery() }
            await fails(KeyCheckError.WrongKey) { try await account.checkRecoveryKey(key: keyInput(key)) }
            #expect(try await account.checkRecoveryKey(key: keyInput(ofTheOther)).isDefault)
        }
    }

    @Test("A retry goes on once the server is back")
    func retried() async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            try await account.unlock(person)
            let path = "/account_data/m.secret_storage.default_key"
            try await proxy.arm("status_500", method: "PUT", pathContains: path, forEver: true)
            let recovery = try await account.startRecovery(options: RecoveryOptions())
            let key = try await recovery.untilKey()
            await fails({ RecoveryError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await recovery.finish()
            }
            #expect(try await account.status().pending == [PendingFlow(flow: .recovery, state: .committed)])
            try await proxy.disarm()
            try await recovery.retry()
            #expect(try await recovery.untilDone().recoveryKey.reveal() == key)
            #expect(try await account.checkRecoveryKey(key: keyInput(key)).isDefault)
        }
    }
}
