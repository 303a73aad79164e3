// SPDX-License-Identifier: Apache-2.0

import Keyward
import KeywardFakes
import Testing

@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct RecoveryModelTests {
    private let requests = Requests()

    private func model(_ account: AnyAccount) -> RecoveryModel {
        RecoveryModel(account: account, texts: english, secrets: .fakes, onRequest: requests.take)
    }

    @Test("The whole way, with a mistyped key")
    func way() async throws {
        let model = model(.own(FakeAccount()))
        await model.load().done()
        #expect(model.offered == [.startRecovery, .close])
        await model.choose(.startRecovery)
        await model.untilOffered(.confirmSaved)
        guard case .recoveryKey(let key) = model.drawing else { return #expect(Bool(false), "no key") }
        #expect(key.reveal() == Samples.newKey)
        model.setText("EsTo", in: .retypedKey)
        await model.choose(.confirmSaved)
        #expect(model.problem == english.error(advice: FakeErrors.recovery("recovery.key_mismatch").advice()))
        model.setText(Samples.newKey, in: .retypedKey)
        await model.choose(.confirmSaved)
        await model.until { $0.offered == [.close] }
        #expect(model.drawing == nil)
        await model.choose(.close)
        #expect(requests.last == "close")
    }

    @Test("A session that is not verified is told so")
    func notVerified() async {
        let model = model(.own(FakeAccount(.lockedOut)))
        await model.load().done()
        await model.choose(.startRecovery)
        let refused = FakeErrors.recovery("recovery.not_verified").advice()
        #expect(model.screen == english.stopped(problem: refused) && model.problem == nil)
        await model.choose(.unlock)
        #expect(requests.last == "unlock")
    }

    @Test("One that waits is offered first, resumed or cancelled")
    func pending() async throws {
        let account = FakeAccount()
        _ = try await account.startRecovery(options: RecoveryOptions())
        let first = model(.own(account))
        await first.load().done()
        #expect(first.offered == [.resume, .cancel, .close])
        await first.choose(.cancel)
        #expect(first.offered == [.close, .examine])
        #expect(try await account.pendingRecovery() == nil)
        _ = try await account.startRecovery(options: RecoveryOptions())
        let second = model(.own(account))
        await second.load().done()
        await second.choose(.resume)
        await second.untilOffered(.confirmSaved)
        await second.choose(.cancel)
        await second.untilOffered(.examine)
        await second.choose(.examine)
        guard case .examine(lostKey: false) = requests.all.last else { return #expect(Bool(false), "a key is lost") }
    }

    @Test("An attached session is asked for the old key")
    func attached() async {
        let model = model(.attached(FakeAttachedAccount()))
        await model.load().done()
        #expect(model.screen?.fields.map(\.id) == [.oldKey, .newPassphrase])
        model.setText("EsTo", in: .oldKey)
        model.setText("a phrase", in: .newPassphrase)
        await model.choose(.startRecovery)
        #expect(model.text(in: .oldKey) == "EsTo" && model.text(in: .newPassphrase) == "a phrase")
        #expect(model.problem == english.error(advice: FakeErrors.recovery("secret_storage.wrong_key").advice()))
        model.setText(Samples.oldPhrase, in: .oldKey)
        await model.choose(.startRecovery)
        await model.untilOffered(.confirmSaved)
        #expect(model.text(in: .oldKey) == "" && model.text(in: .newPassphrase) == "")
    }

    @Test("What stops it is said, and it goes on")
    func stopped() async {
        let script = RecoveryScript(failsAt: [.stage: FakeErrors.recovery("server.failing")])
        let model = model(.own(FakeAccount(recoveryScript: script)))
        await model.load().done()
        await model.choose(.startRecovery)
        await model.choose(.retry)
        await model.untilOffered(.confirmSaved)
    }
}
