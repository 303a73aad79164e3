// SPDX-License-Identifier: Apache-2.0

import Keyward
import KeywardFakes
import Testing

@testable import KeywardModels

@MainActor
@Suite struct SignOutModelTests {
    private let requests = Requests()

    private func model(_ sessions: Sessions, _ deviceIds: [String] = ["PHONE", "LAPTOP"]) -> SignOutModel {
        SignOutModel(
            deviceIds: deviceIds, sessions: sessions, userId: Samples.userId, texts: english, secrets: .fakes,
            onRequest: requests.take)
    }

    @Test("With the password, after a wrong one")
    func password() async throws {
        let sessions = FakeSessions()
        let model = model(sessions)
        await model.load().value
        #expect(model.offered == [.signOut, .back])
        await model.choose(.signOut)
        model.setText("wrong", in: .password)
        await model.choose(.authorise)
        #expect(model.problem == english.error(advice: FakeErrors.signOut("auth.wrong_password").advice()))
        #expect(model.text(in: .password) == "")
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        #expect(model.screen == english.signOutDone(count: 2))
        #expect(try await sessions.list().others.count == 2)
        await model.choose(.close)
        #expect(requests.last == "close")
    }

    @Test("Where the homeserver asks for nothing it is done at once")
    func nothing() async {
        let model = model(FakeSessions(SessionsScript(challenge: nil)))
        await model.load().value
        await model.choose(.signOut)
        #expect(model.offered == [.close])
    }

    @Test("In a browser, while the password may still be typed")
    func browser() async throws {
        let model = model(FakeSessions(SessionsScript(challenge: .passwordOrBrowser())))
        await model.load().value
        await model.choose(.signOut)
        await model.choose(.openBrowser)
        guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
        #expect(page.host == "account.example.org")
        #expect(model.offered == [.checkNow, .authorise, .openBrowser, .cancel] && !model.isWorking)
        await model.cameBack().value
        await model.choose(.checkNow)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        #expect(model.offered == [.close])
    }

    @Test("On the account page, one after the other")
    func page() async throws {
        let sessions = FakeSessions(SessionsScript(onPage: true))
        let model = model(sessions)
        await model.load().value
        #expect(model.offered == [.openBrowser, .back])
        for id in ["PHONE", "LAPTOP"] {
            await model.choose(.openBrowser)
            guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
            #expect(page.query?.hasSuffix(id) == true)
            sessions.signOutElsewhere(id)
            await model.cameBack().value
        }
        #expect(model.offered == [.close])
    }

    @Test("What stops it is said, and it can be tried again")
    func stopped() async {
        let failures: [SignOutCall: SignOutError] = [
            .begin: FakeErrors.signOut("server.unreachable"), .authorise: FakeErrors.signOut("sign_out.still_there"),
        ]
        let model = model(FakeSessions(SessionsScript(signOutFailsAt: failures)))
        await model.load().value
        await model.choose(.signOut)
        #expect(model.offered == [.retry, .close])
        await model.choose(.retry)
        await model.choose(.signOut)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        #expect(model.offered == [.retry, .close])
    }

    @Test("It is left before anything is done")
    func left() async {
        let model = model(FakeSessions())
        await model.load().value
        await model.choose(.back)
        #expect(requests.last == "close")
    }
}
