// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardFakes
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

    @Test("Who leaves the page as it was is led to the next, is told how far it is, and where it is without a browser")
    func postponed() async throws {
        let sessions = FakeSessions(SessionsScript(onPage: true))
        let model = model(sessions)
        await model.load().value
        var pages: [URL] = []
        for _ in 0..<3 {
            await model.choose(.openBrowser)
            guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
            pages.append(page)
            await model.cameBack().value
        }
        #expect(pages.map { $0.query?.components(separatedBy: "=").last } == ["PHONE", "LAPTOP", "PHONE"])
        #expect(model.screen?.progress?.done == 0 && model.screen?.progress?.total == 2)
        model.couldNotOpen(pages[0])
        #expect(model.problem == pages[0].absoluteString)
        sessions.signOutElsewhere("PHONE")
        await model.cameBack().value
        #expect(model.screen?.progress?.done == 1 && model.offered == [.openBrowser, .back])
    }

    @Test("Who leaves waits for nothing, and what a browser is waited for once more counts")
    func stopsWaiting() async throws {
        let sessions = FakeSessions(SessionsScript(challenge: .passwordOrBrowser()))
        let model = model(sessions)
        await model.load().value
        await model.choose(.signOut)
        await model.choose(.openBrowser)
        model.setText("wrong", in: .password)
        await model.choose(.authorise)
        #expect(model.problem == english.error(advice: FakeErrors.signOut("auth.wrong_password").advice()))
        #expect(!model.offered.contains(.checkNow), "nothing is waited for")
        await model.choose(.openBrowser)
        await model.choose(.cancel)
        #expect(requests.last == "close" && !model.offered.contains(.checkNow))
        #expect(try await sessions.list().others.count == 4)
    }

    @Test("What stops while a browser is waited for is said, and nothing is waited for any more")
    func failsInBrowser() async throws {
        let script = SessionsScript(
            challenge: .passwordOrBrowser(),
            signOutFailsAt: [.authoriseInBrowser: FakeErrors.signOut("server.unreachable")])
        let sessions = Begun(script)
        let model = model(sessions)
        await model.load().value
        await model.choose(.signOut)
        await model.choose(.openBrowser)
        sessions.begun?.finishInBrowser()
        await model.until { $0.problem != nil }
        #expect(!model.offered.contains(.checkNow) && model.offered.contains(.openBrowser))
        await model.choose(.openBrowser)
        await model.untilOffered(.close)
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

/// Fake sessions, with the sign-out that was begun.
private final class Begun: Sessions, @unchecked Sendable {
    private(set) var begun: FakeSignOut?
    private let sessions: FakeSessions

    init(_ script: SessionsScript) {
        sessions = FakeSessions(script)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func signOut(deviceIds: [String]) async throws -> SignOut {
        let signOut = try await sessions.signOut(deviceIds: deviceIds)
        begun = signOut as? FakeSignOut
        return signOut
    }

    override func signOutConsequences(deviceIds: [String]) async throws -> SignOutConsequences {
        try await sessions.signOutConsequences(deviceIds: deviceIds)
    }

    override func accountManagement() async throws -> AccountManagement? {
        try await sessions.accountManagement()
    }
}
