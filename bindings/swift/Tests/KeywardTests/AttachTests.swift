// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// Attached to the session of an app: the person's phone, on plain matrix-sdk.
@Suite struct AttachTests {
    /// Attaches to the phone's session in a new folder, and lets go of it afterwards.
    private func attached<Result: Sendable>(
        _ person: Person, _ work: (AttachedAccount) async throws -> Result
    ) async throws -> Result {
        let (session, token) = try await person.phone.host(of: person)
        return try await withFolder { folder in
            let account = try await Keyward.attach(host: session, folder: folder, key: StoreKey.generate()) { _ in token }
            return try await account.useAndShutDown(work)
        }
    }

    @Test("An app's session is reset, and the app takes the new key over")
    func handedOver() async throws {
        let person = try await TestService.person()
        try await attached(person) { account in
            let list = try await account.sessions().list()
            #expect(list.current.deviceId == person.phone.deviceId)
            #expect(list.current.trust == .verified)
            let oldKey = KeyInput.recoveryKey(key: RecoveryKey(base58: person.recoveryKey))
            let plan = try await account.planReset(oldKey: oldKey)
            #expect(plan.consequences().backupReadable)
            let reset = try await account.startReset(plan: plan, options: ResetOptions())
            let key = try await reset.untilPassword()
            try await reset.authorise(password: Password(text: person.password))
            try await reset.untilHandOver()
            #expect(try await account.pendingReset() == .handingOver)
            try await person.phone.sync()
            try await person.phone.recover(key)
            try await reset.handedOver(how: .taken)
            let outcome = try await reset.untilDone()
            #expect(outcome.oldBackup == .drained)
            #expect(try await account.sessions().list().current.trust == .verified)
            #expect(try await account.status().pendingReset == nil)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    @Test("A cancel leaves the account as it was")
    func cancelled() async throws {
        let person = try await TestService.person()
        try await attached(person) { account in
            let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
            _ = try await reset.untilKey()
            try await reset.cancel()
            #expect(try await account.pendingReset() == nil)
            #expect(try await account.status().verified)
        }
    }

    @Test("What the old key opens goes under a new one, and the app stays verified")
    func newKey() async throws {
        let person = try await TestService.person()
        try await attached(person) { account in
            let oldKey = keyInput(person.recoveryKey)
            let key = try await account.startRecovery(oldKey: oldKey, options: RecoveryOptions()).untilKey()
            // Nobody holds it any more.
            #expect(try await account.status().pending == [PendingFlow(flow: .recovery, state: .staged)])
            #expect(try await account.pendingRecovery() == .staged)
            #expect(try await account.examine().findings().contains { $0.code == .flowPending })
            await fails(AttachError.ResetPending) { try await account.detach() }
            let recovery = try await account.resumeRecovery()
            #expect(try await recovery.untilKey() == key)
            let outcome = try await recovery.finish()

            #expect(outcome.recoveryKey.reveal() == key)
            #expect(outcome.opensBackup == true)
            let check = try await account.checkRecoveryKey(key: keyInput(key))
            #expect(check.isDefault && check.doesNotOpen.isEmpty && check.missing.isEmpty)
            await fails(KeyCheckError.WrongKey) { try await account.checkRecoveryKey(key: oldKey) }
            #expect(try await account.sessions().list().current.trust == .verified)
            #expect(try await account.status().pending.isEmpty)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    @Test("An app's account is examined as far as the server shows it")
    func examined() async throws {
        let person = try await TestService.person()
        try await attached(person) { account in
            let report = try await account.examine()
            #expect(report.isHealthy())
            #expect(report.findings().map(\.code) == [.sessionsKeyless])
            let lost = try await account.examine(lostKey: true).findings()
            let remedies = lost.first { $0.code == .recoveryKeyLost }?.remedies
            #expect(remedies?.map(\.code) == [.inOtherProgram, .reset])

            try await person.observer.setAccountData("m.secret_storage.default_key", [:])
            let broken = try await account.examine()
            #expect(!broken.isHealthy())
            let found = broken.findings().first { $0.code == .secretStorageNoDefault }
            #expect(found?.remedies.first?.code == .inOtherProgram)
        }
    }

    @Test("A new key that is cancelled, or for which another old key is given, leaves the account as it was")
    func noNewKey() async throws {
        let person = try await TestService.person()
        let stranger = try await TestService.person(.none)
        try await attached(person) { account in
            let wrong = keyInput(stranger.recoveryKey)
            let error = try await thrown(RecoveryError.self) {
                try await account.startRecovery(oldKey: wrong, options: RecoveryOptions())
            }
            #expect(caseName(error) == "OldKey")
            #expect(error.code == "secret_storage.wrong_key")
            let oldKey = keyInput(person.recoveryKey)
            let recovery = try await account.startRecovery(oldKey: oldKey, options: RecoveryOptions())
            _ = try await recovery.untilKey()
            try await recovery.cancel()
            #expect(try await account.status().pending.isEmpty)
            #expect(try await account.checkRecoveryKey(key: oldKey).isDefault)
        }
    }

    @Test("A token is asked for again when it was refused, and one that is another session's is not used")
    func tokens() async throws {
        let person = try await TestService.person()
        let (session, good) = try await person.phone.host(of: person)
        let tokens = Tokens()
        try await withFolder { folder in
            let key = StoreKey.generate()
            let account = try await Keyward.attach(host: session, folder: folder, key: key) { _ in
                try await tokens.present()
            }
            try await account.useAndShutDown { account in
                let none = try await thrown(SessionsError.self) { try await account.sessions().list() }
                #expect(none.code == "server.token_expired")
                let other = try await TestService.login(person, withEncryption: true).host(of: person).token
                await tokens.set(other)
                let stranger = try await thrown(SessionsError.self) { try await account.sessions().list() }
                #expect(stranger.code == "server.other_session")
                await tokens.set(good)
                #expect(try await account.sessions().list().current.deviceId == person.phone.deviceId)
                let second = try await thrown(AttachError.self) {
                    try await Keyward.attach(host: session, folder: folder, key: key) { _ in good }
                }
                #expect(second.code == "store.in_use")
            }
            let again = try await Keyward.attach(host: session, folder: folder, key: key) { _ in good }
            try await again.detach()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}

/// The token that the app has now. It may be asked for more than once: a list is more than one request.
private actor Tokens {
    private var token: String?

    func set(_ token: String) {
        self.token = token
    }

    func present() throws -> String {
        guard let token else { throw TestFailure("the app has none") }
        return token
    }
}
