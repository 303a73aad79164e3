// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct ResetModelTests {
    private let requests = Requests()

    private func model(
        _ account: AnyAccount, takeOver: (@MainActor (RecoveryKey) async throws -> Void)? = nil
    ) -> ResetModel {
        ResetModel(account: account, texts: english, secrets: .fakes, takeOver: takeOver, onRequest: requests.take)
    }

    private func saved(_ model: ResetModel) async {
        await model.choose(.startReset)
        await model.choose(.confirmSaved)
        await model.untilOffered(.cancel)
    }

    @Test("The whole way, with a mistyped key and a wrong password")
    func way() async throws {
        let model = model(.own(FakeAccount()))
        #expect(model.screen == nil)
        await model.load().done()
        #expect(model.offered == [.startRecovery, .startReset, .close], "a new key is smaller")
        await model.choose(.startReset)

        await model.untilOffered(.confirmSaved)
        guard case .recoveryKey(let key) = model.drawing else { return #expect(Bool(false), "no key") }
        #expect(key.reveal() == Samples.newKey)
        #expect(model.spokenKey == english.spokenKey(key: key))
        await model.choose(.copyKey)
        #expect(requests.last == "copy")
        model.setText("EsTo", in: .retypedKey)
        await model.choose(.confirmSaved)
        #expect(model.problem == english.error(advice: FakeErrors.reset("reset.key_mismatch").advice()))
        #expect(model.text(in: .retypedKey) == "", "it is taken out")
        model.setText(Samples.newKey, in: .retypedKey)
        await model.choose(.confirmSaved)

        await model.untilOffered(.authorise)
        #expect(model.drawing == nil && model.problem == nil && model.spokenKey == nil)
        model.setText("wrong", in: .password)
        await model.choose(.authorise)
        #expect(model.problem == english.error(advice: FakeErrors.reset("auth.wrong_password").advice()))
        #expect(model.text(in: .password) == "")
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)

        await model.untilOffered(.lookAtSessions)
        #expect(model.screen?.facts.count == 2, "the identity before and now")
        await model.choose(.lookAtSessions)
        #expect(requests.last == "openSessions")
        await model.choose(.close)
        #expect(requests.last == "close")
        #expect(!model.isWorking)
    }

    @Test("A switch changes what is said, and what the reset does")
    func switches() async throws {
        let model = model(.own(FakeAccount()))
        await model.load().done()
        let before = model.screen
        model.setOn(true, .keepOldKeyStorage)
        #expect(model.screen != before && model.isOn(.keepOldKeyStorage))
        model.setOn(true, .compromised)
        #expect(model.screen?.fields.contains { $0.id == .keepOldKeyStorage } == false)
        #expect(!model.isOn(.keepOldKeyStorage), "what is not offered is not chosen")
        model.setOn(false, .compromised)
        model.setText("a phrase", in: .newPassphrase)
        await saved(model)
        #expect(model.text(in: .newPassphrase) == "" && !model.isOn(.compromised))
    }

    @Test("What is smaller than a reset is offered")
    func smaller() async {
        let model = model(.own(FakeAccount(.lockedOut)))
        await model.load().done()
        #expect(model.offered == [.verifyBySession, .startReset, .close])
        await model.choose(.verifyBySession)
        #expect(requests.last == "verifyThisSession")
    }

    @Test("A first identity is set up")
    func first() async {
        let model = model(.own(FakeAccount(hasIdentity: false)))
        await model.load().done()
        await model.choose(.setUp)
        await model.untilOffered(.confirmSaved)
    }

    @Test("One that waits is offered first, and resumed where it was")
    func pending() async throws {
        let account = FakeAccount()
        do {
            let left = model(.own(account))
            await left.load().done()
            await saved(left)
            #expect(try await account.pendingReset() == .staged, "leaving cancels nothing")
        }
        let model = model(.own(account))
        await model.load().done()
        #expect(model.offered == [.resume, .cancel, .close])
        await model.choose(.resume)
        await model.untilOffered(.authorise)
    }

    @Test("One that waits is cancelled, and another can begin")
    func cancelPending() async throws {
        let account = FakeAccount()
        _ = try await account.startReset(plan: account.planReset(), options: ResetOptions())
        let model = model(.own(account))
        await model.load().done()
        await model.choose(.cancel)
        #expect(model.screen?.title == english.reset(state: .cancelled, userId: Samples.userId).title)
        #expect(try await account.pendingReset() == nil)
        let next = self.model(.own(account))
        await next.load().done()
        #expect(next.offered.contains(.startReset))
    }

    @Test("A screen that comes up again shows the reset as it is")
    func again() async {
        let model = model(.own(FakeAccount()))
        await model.load().done()
        await model.choose(.startReset)
        await model.untilOffered(.confirmSaved)
        await model.load().done()
        #expect(model.offered.contains(.confirmSaved))
    }

    @Test("One that is under way is cancelled")
    func cancel() async throws {
        let account = FakeAccount()
        let model = model(.own(account))
        await model.load().done()
        await saved(model)
        await model.choose(.cancel)
        await model.untilOffered(.examine)
        #expect(try await account.pendingReset() == nil)
    }

    @Test("What stops it is said, and it goes on")
    func stopped() async {
        let script = ResetScript(failsAt: [.backUp: FakeErrors.reset("server.unreachable")])
        let model = model(.own(FakeAccount(resetScript: script)))
        await model.load().done()
        await saved(model)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        await model.choose(.retry)
        await model.untilOffered(.lookAtSessions)
    }

    @Test("After an outdated plan the consequences are read anew")
    func lookAgain() async throws {
        let account = FakeAccount()
        let model = model(.own(account))
        await model.load().done()
        let other = try await account.startReset(plan: account.planReset(), options: ResetOptions())
        try await other.confirmSaved(confirmation: .acknowledged)
        try await other.authorise(password: FakePassword(Samples.password))
        await model.choose(.startReset)
        await model.choose(.lookAgain)
        #expect(model.offered.contains(.startReset))
    }

    @Test("Each step can be seen, and cannot be cancelled after the commit")
    func steps() async throws {
        let model = model(.own(FakeAccount(resetScript: ResetScript(holdsAt: [.backUp]))))
        await model.load().done()
        await saved(model)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        await model.until { $0.screen?.progress?.total == 20000 }
        #expect(model.offered == [])
        await model.perform(.cancel).done()
        #expect(model.problem == nil, "what is not offered does nothing")
    }

    @Test("In a browser, the app opens the page and says when it is back")
    func browser() async throws {
        let model = model(.own(FakeAccount(resetScript: ResetScript(challenge: .inBrowser()))))
        await model.load().done()
        await saved(model)
        await model.choose(.openBrowser)
        guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
        #expect(page.host == "account.example.org")
        #expect(model.offered.first == .checkNow)
        await model.cameBack().done()
        await model.choose(.checkNow)
        #expect(model.problem == nil && model.offered.first == .checkNow)
    }

    @Test("Who comes back before the account has resumed sees what was there, and no failure")
    func paused() async {
        let (checks, isPaused) = (Locked(0), Locked(true))
        let fake = FakeAccount(resetScript: ResetScript(challenge: .inBrowser()))
        let account = GuardedAccount(fake) { call in
            guard case .checkNow = call else { return }
            checks.with { $0 += 1 }
            if isPaused.with({ $0 }) { throw ResetError.Paused(advice: pausedAdvice) }
        }
        let model = model(.own(account))
        await model.load().done()
        await saved(model)
        await model.choose(.openBrowser)
        let before = model.screen
        await model.cameBack().done()
        #expect(checks.with { $0 } == 1)
        #expect(model.screen == before && model.problem == nil && !model.isWorking)
        await model.choose(.checkNow)
        #expect(model.problem == english.error(advice: pausedAdvice), "whoever asks is told")
        isPaused.with { $0 = false }
        await model.cameBack().done()
        #expect(checks.with { $0 } == 3 && model.screen == before && model.problem == nil)
    }

    @Test("An attached session hands the key over, to its own SDK by itself if that is told")
    func attached() async throws {
        var given: [String] = []
        let account = FakeAttachedAccount()
        let model = model(.attached(account)) { given.append($0.reveal()) }
        await model.load().done()
        model.setText("EsTo", in: .oldKey)
        model.setText("a phrase", in: .newPassphrase)
        await model.choose(.startReset)
        #expect(model.problem == english.error(advice: FakeErrors.reset("secret_storage.wrong_key").advice()))
        #expect(model.text(in: .oldKey) == "EsTo" && model.text(in: .newPassphrase) == "a phrase")
        model.setText(Samples.oldKey, in: .oldKey)
        await model.choose(.startReset)
        await model.choose(.confirmSaved)
        await model.untilOffered(.authorise)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        await model.untilOffered(.close)
        #expect(given == [Samples.newKey])
        let phrase = KeyInput.passphrase(passphrase: FakePassphrase("a phrase"))
        _ = try await account.planReset(oldKey: phrase)
    }

    @Test("Where the SDK does not take the key, or not in time, the person hands it over")
    func notTakenOver() async throws {
        struct Refused: Error {}
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        let ways: [(UInt64, @MainActor (RecoveryKey) async throws -> Void)] = [
            (120_000_000_000, { _ in throw Refused() }), (0, { _ in for await _ in never {} }),
        ]
        for (limit, takeOver) in ways {
            var asked = 0
            let model = model(.attached(FakeAttachedAccount())) { key in
                asked += 1
                try await takeOver(key)
            }
            model.timeToTakeOver = limit
            await model.load().done()
            await saved(model)
            model.setText(Samples.password, in: .password)
            await model.choose(.authorise)
            await model.untilOffered(.keyTakenOver)
            guard case .recoveryKey = model.drawing else { return #expect(Bool(false), "no key") }
            await model.choose(.keyTakenOver)
            await model.untilOffered(.close)
            #expect(asked == 1, "the person has done it")
        }
    }

    @Test("What is refused for good says what helps: a new key that waits is on its own screen")
    func elsewhere() async throws {
        let account = FakeAccount()
        let model = model(.own(account))
        await model.load().done()
        _ = try await account.startRecovery(options: RecoveryOptions())
        await model.choose(.startReset)
        #expect(model.screen == english.stopped(problem: FakeErrors.reset("reset.other_pending").advice()))
        await model.choose(.resume)
        #expect(requests.last == "startRecovery")
        try await account.cancelRecovery()
        await model.load().done()
        #expect(model.offered.contains(.startReset), "it has looked again")
    }

    @Test("The old key storage is kept instead of handing the key over")
    func keep() async throws {
        let model = model(.attached(FakeAttachedAccount()))
        await model.load().done()
        await saved(model)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        await model.choose(.keepOldKeyStorage)
        await model.untilOffered(.lookAtSessions)
    }

    @Test("Another flow that waits is said, and the account is looked at again")
    func otherPending() async throws {
        let account = FakeAccount()
        let recovery = try await account.startRecovery(options: RecoveryOptions())
        let model = model(.own(account))
        await model.load().done()
        await model.choose(.startReset)
        #expect(model.problem == english.error(advice: FakeErrors.reset("reset.already_running").advice()))
        try await recovery.cancel()
        await model.choose(.startReset)
        await model.untilOffered(.confirmSaved)
    }

    @Test("A model that is let go lets its reset go")
    func letGo() async throws {
        let account = FakeAccount()
        weak var gone: ResetModel?
        do {
            let model = model(.own(account))
            gone = model
            await model.load().done()
            await model.choose(.startReset)
            await model.untilOffered(.confirmSaved)
        }
        #expect(gone == nil)
        // While one is driven, no other can be resumed.
        var resumed: Reset?
        while resumed == nil {
            await Task.yield()
            resumed = try? await account.resumeReset()
        }
    }
}
