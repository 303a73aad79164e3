// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes

@Suite struct FakeAccountTests {
    @Test("A reset mends what is wrong, and its account knows of it while it waits")
    func reset() async throws {
        let account: Account = FakeAccount(.lockedOut)
        #expect(try await account.status().identity == .notOurs)
        #expect(try await account.examine().isHealthy() == false)
        let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
        #expect(try await account.pendingReset() == .staged)
        #expect(try await account.status().pending.map(\.flow) == [.reset])
        #expect(await code { try await account.resumeReset() } == "reset.already_running")
        try await reset.saved()
        try await reset.authorise(password: right)
        #expect(try await account.pendingReset() == nil)
        #expect(try await account.status().verified)
        #expect(try await account.examine().isHealthy())
    }

    @Test("Of a healthy account the key can be lost, until there is a new one")
    func lostKey() async throws {
        let own = FakeAccount()
        #expect(try await own.examine().isHealthy())
        #expect(try await own.examine(lostKey: true).findings().map(\.code) == [.recoveryKeyLost])
        try await own.startRecovery(options: RecoveryOptions()).confirmSaved(confirmation: .acknowledged)
        #expect(try await own.examine(lostKey: true).isHealthy())
        let lockedOut = try await FakeAccount(.lockedOut).examine(lostKey: true).findings()
        #expect(lockedOut.map { $0.remedies.map(\.code) } == [[.verifyBySession, .reset], [.verifyBySession, .reset]])
    }

    @Test("A reset that was let go is taken up where it was, or cancelled")
    func letGo() async throws {
        let account = FakeAccount()
        func begin() async throws {
            let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
            try await reset.saved()
        }
        try await begin()
        #expect(await code { try await account.startRecovery(options: RecoveryOptions()) } == "recovery.reset_pending")
        do {
            let resumed = try await account.resumeReset()
            #expect(name(try await resumed.now()) == "authorise")
        }
        try await account.cancelReset()
        #expect(await code { try await account.cancelReset() } == "reset.nothing_pending")
        try await begin()
        #expect(try await account.pendingReset() == .staged)
    }

    @Test("A plan that is outdated stops the reset for good")
    func outdated() async throws {
        let account = FakeAccount()
        let plan = try await account.planReset()
        let first = try await account.startReset(plan: plan, options: ResetOptions())
        try await first.saved()
        try await first.authorise(password: right)
        let second = try await account.startReset(plan: plan, options: ResetOptions())
        guard case .stopped(let error) = try await second.now() else { throw NoState() }
        #expect(error.code == "reset.plan_outdated")
        #expect(try await account.pendingReset() == nil)
    }

    @Test("A first identity needs no old one")
    func first() async throws {
        let account = FakeAccount(hasIdentity: false)
        #expect(try await account.status().identity == .notSetUp)
        #expect(try await account.planReset().consequences().oldIdentity == nil)
    }

    @Test("An attached account wants the old key, and opens more with it")
    func attached() async throws {
        let account = FakeAttachedAccount()
        #expect(try await account.planReset().consequences().backupReadable == false)
        let old = KeyInput.recoveryKey(key: FakeRecoveryKey(Samples.oldKey))
        #expect(try await account.planReset(oldKey: old).consequences().backupReadable)
        let phrase = KeyInput.passphrase(passphrase: FakePassphrase(Samples.oldPhrase))
        #expect(name(try await account.startRecovery(oldKey: phrase, options: RecoveryOptions()).now()) == "saveKey")
        let wrong = KeyInput.recoveryKey(key: FakeRecoveryKey("EsTo"))
        #expect(await code { try await account.planReset(oldKey: wrong) } == "secret_storage.wrong_key")
    }

    @Test("A new recovery key is made without a password")
    func recovery() async throws {
        let account = FakeAccount(
            recoveryScript: RecoveryScript(
                failsAt: [.stage: FakeErrors.recovery("server.failing")], holdsAt: [.switch]))
        let recovery = try #require(try await account.startRecovery(options: RecoveryOptions()) as? FakeRecovery)
        #expect(name(try await recovery.now()) == "stopped")
        try await recovery.retry()
        let other = Confirmation.retyped(recoveryKey: FakeRecoveryKey("EsTo"))
        #expect(await code { try await recovery.confirmSaved(confirmation: other) } == "recovery.key_mismatch")
        try await recovery.confirmSaved(confirmation: .acknowledged)
        guard case .working(let step) = try await recovery.now() else { throw NoState() }
        #expect(step == .switch)
        #expect(try await account.pendingRecovery() == .committed)
        recovery.goOn()
        #expect(name(try await recovery.now()) == "done")
    }

    @Test("Sessions are listed, watched, and remembered")
    func sessions() async throws {
        let sessions = FakeAccount().sessions()
        let list = try await sessions.list()
        #expect(list.others.count == 4 && list.current.deviceId == Samples.deviceId)
        #expect(try await sessions.history().count == 5)
        for try await update in sessions.watch() {
            guard case .snapshot(let snapshot) = update else { throw NoState() }
            #expect(snapshot.list == list)
            break
        }
    }

    @Test("Once it is shut down, every stream ends and every call fails")
    func shutDown() async throws {
        let account = FakeAccount()
        let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
        async let states = reset.way()
        let watch = try await account.sessions().openWatch()
        async let updates = watch.updates().reduce(into: 0) { count, _ in count += 1 }
        try await account.shutDown()
        #expect(await states.count <= 1)
        #expect(await updates <= 1)
        #expect(await code { try await account.status() } == "account.closed")
        #expect(await code { try await reset.saved() } == "account.closed")
        #expect(await code { try await account.sessions().list() } == "account.closed")
        #expect(await code { try await account.pendingRecovery() } == "account.closed")
    }
}
