// SPDX-License-Identifier: Apache-2.0

import Keyward
import KeywardFakes
import Testing

@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct UnlockModelTests {
    private let requests = Requests()

    private func model(_ account: FakeAccount) -> UnlockModel {
        UnlockModel(account: account, texts: english, secrets: .fakes, onRequest: requests.take)
    }

    @Test("With the key, after a wrong one, which is taken out of the field")
    func key() async throws {
        let account = FakeAccount(.lockedOut)
        let model = model(account)
        await model.load().done()
        model.setText("EsTo", in: .recoveryKey)
        await model.choose(.unlock)
        #expect(model.screen == english.unlock(problem: FakeErrors.unlock("secret_storage.wrong_key").advice()))
        #expect(model.text(in: .recoveryKey) == "")
        model.setText(Samples.oldKey, in: .recoveryKey)
        await model.choose(.unlock)
        #expect(model.offered == [.close])
        #expect(try await account.status().verified)
    }

    @Test("With the phrase, and after what may pass")
    func phrase() async {
        let model = model(FakeAccount(.lockedOut, unlockFailsWith: FakeErrors.unlock("server.unreachable")))
        await model.load().done()
        for offered in [ScreenActionId.unlock, .close] {
            model.setText(Samples.oldPhrase, in: .passphrase)
            await model.choose(.unlock)
            #expect(model.offered.contains(offered))
        }
        #expect(model.offered == [.close])
    }

    @Test("Who has neither is shown the other ways")
    func other() async {
        let model = model(FakeAccount(.lockedOut))
        await model.load().done()
        await model.choose(.verifyBySession)
        #expect(requests.last == "verifyThisSession")
        await model.choose(.lostKey)
        guard case .examine(lostKey: true) = requests.all.last else { return #expect(Bool(false), "the key is not lost") }
    }
}
