// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct SignOutModelTests {
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
        await model.load().done()
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
        await model.load().done()
        await model.choose(.signOut)
        #expect(model.offered == [.close])
    }

    @Test("In a browser, while the password may still be typed")
    func browser() async throws {
        let model = model(FakeSessions(SessionsScript(challenge: .passwordOrBrowser())))
        await model.load().done()
        await model.choose(.signOut)
        await model.choose(.openBrowser)
        guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
        #expect(page.host == "account.example.org")
        #expect(model.offered == [.checkNow, .authorise, .openBrowser, .cancel] && !model.isWorking)
        await model.cameBack().done()
        await model.choose(.checkNow)
        model.setText(Samples.password, in: .password)
        await model.choose(.authorise)
        #expect(model.offered == [.close])
    }

    @Test("On the account page, one after the other")
    func page() async throws {
        let sessions = FakeSessions(SessionsScript(onPage: true))
        let model = model(sessions)
        await model.load().done()
        #expect(model.offered == [.openBrowser, .back])
        for id in ["PHONE", "LAPTOP"] {
            await model.choose(.openBrowser)
            guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
            #expect(page.query?.hasSuffix(id) == true)
            sessions.signOutElsewhere(id)
            await model.cameBack().done()
        }
        #expect(model.offered == [.close])
    }

    @Test("Who leaves the page as it was is led to the next, is told how far it is, and where it is without a browser")
    func postponed() async throws {
        let sessions = FakeSessions(SessionsScript(onPage: true))
        let model = model(sessions)
        await model.load().done()
        var pages: [URL] = []
        for _ in 0..<3 {
            await model.choose(.openBrowser)
            guard case .openPage(let page) = requests.all.last else { return #expect(Bool(false), "no page") }
            pages.append(page)
            await model.cameBack().done()
        }
        #expect(pages.map { $0.query?.components(separatedBy: "=").last } == ["PHONE", "LAPTOP", "PHONE"])
        #expect(model.screen?.progress?.done == 0 && model.screen?.progress?.total == 2)
        model.couldNotOpen(pages[0])
        #expect(model.problem == pages[0].absoluteString)
        sessions.signOutElsewhere("PHONE")
        await model.cameBack().done()
        #expect(model.screen?.progress?.done == 1 && model.offered == [.openBrowser, .back])
    }

    @Test("Who leaves waits for nothing, and what a browser is waited for once more counts")
    func stopsWaiting() async throws {
        let sessions = FakeSessions(SessionsScript(challenge: .passwordOrBrowser()))
        let model = model(sessions)
        await model.load().done()
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
        let sessions = GuardedSessions(FakeSessions(script))
        let model = model(sessions)
        await model.load().done()
        await model.choose(.signOut)
        await model.choose(.openBrowser)
        sessions.begun.with { $0 }?.finishInBrowser()
        await model.until { $0.problem != nil }
        #expect(!model.offered.contains(.checkNow) && model.offered.contains(.openBrowser))
        await model.choose(.openBrowser)
        await model.untilOffered(.close)
    }

    /// A model of an account that can be paused, and is resumed after so many rests.
    private struct Pausing {
        let model: SignOutModel
        let sessions: GuardedSessions
        let isPaused: Locked<Bool>
        let rests: Locked<Int>
    }

    private func pausing(_ fake: FakeSessions, resumedAfter last: Int) -> Pausing {
        let (isPaused, rests) = (Locked(false), Locked(0))
        let sessions = GuardedSessions(fake) { call in
            guard isPaused.with({ $0 }) else { return }
            switch call {
            case .list: throw SessionsError.Paused(advice: pausedAdvice)
            case .authoriseInBrowser: throw SignOutError.Paused(advice: pausedAdvice)
            case .openWatch: break
            }
        }
        let model = model(sessions)
        model.patience.rest = {
            let now = rests.with { rests in
                rests += 1
                return rests
            }
            if now == last { isPaused.with { $0 = false } }
        }
        return Pausing(model: model, sessions: sessions, isPaused: isPaused, rests: rests)
    }

    @Test("Whoever comes back from the browser before the account has resumed is asked for nothing twice")
    func paused() async {
        let one = pausing(FakeSessions(SessionsScript(challenge: .passwordOrBrowser())), resumedAfter: 2)
        let model = one.model
        await model.load().done()
        await model.choose(.signOut)
        one.isPaused.with { $0 = true }
        await model.choose(.openBrowser)
        one.sessions.begun.with { $0 }?.finishInBrowser()
        await model.until { $0.offered == [.close] || $0.problem != nil }
        #expect(model.offered == [.close] && model.problem == nil && one.rests.with { $0 } == 2)
    }

    @Test("A long pause is said, and whoever comes back after it is done")
    func pausedForLong() async {
        let one = pausing(FakeSessions(SessionsScript(challenge: .passwordOrBrowser())), resumedAfter: .max)
        let model = one.model
        await model.load().done()
        await model.choose(.signOut)
        one.isPaused.with { $0 = true }
        await model.choose(.openBrowser)
        await model.until { $0.problem != nil }
        #expect(model.problem == english.error(advice: pausedAdvice) && model.offered.contains(.checkNow))
        one.isPaused.with { $0 = false }
        await model.cameBack().done()
        #expect(model.problem == nil)
        one.sessions.begun.with { $0 }?.finishInBrowser()
        await model.until { $0.offered == [.close] || $0.problem != nil }
        #expect(model.offered == [.close])
    }

    @Test("Whoever comes back from the account page before the account has resumed sees how far it is")
    func pausedOnPage() async {
        let fake = FakeSessions(SessionsScript(onPage: true))
        let one = pausing(fake, resumedAfter: 2)
        let model = one.model
        await model.load().done()
        await model.choose(.openBrowser)
        one.isPaused.with { $0 = true }
        fake.signOutElsewhere("PHONE")
        await model.cameBack().done()
        #expect(model.screen?.progress?.done == 1 && model.problem == nil && one.rests.with { $0 } == 2)
    }

    @Test("What stops it is said, and it can be tried again")
    func stopped() async {
        let failures: [SignOutCall: SignOutError] = [
            .begin: FakeErrors.signOut("server.unreachable"), .authorise: FakeErrors.signOut("sign_out.still_there"),
        ]
        let model = model(FakeSessions(SessionsScript(signOutFailsAt: failures)))
        await model.load().done()
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
        await model.load().done()
        await model.choose(.back)
        #expect(requests.last == "close")
    }
}
