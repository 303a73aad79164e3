// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

/// Resets and sign-outs of people without a password, who authorise them in a browser.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrowserApprovalTests {
    /// Says that the key is saved, and goes on in a browser; the page.
    private func goToBrowser(_ reset: Reset) async throws -> String {
        _ = try await reset.untilKey()
        try await reset.confirmSaved(confirmation: .acknowledged)
        let challenge = try await reset.untilAuthorise()
        #expect(!challenge.answerableByPassword())
        #expect(!challenge.isOtherAccount())
        try await reset.authoriseInBrowser()
        let pages = challenge.pages()
        #expect(pages.count == 1)
        return try #require(pages.first).page
    }

    @Test("A reset goes on once it is approved in the browser", arguments: Deployment.allCases)
    func approved(_ deployment: Deployment) async throws {
        let person = try await TestService.person(at: deployment)
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let reset = try await account.startReset()
            await fails(ResetError.OutOfOrder) { try await reset.authoriseInBrowser() }
            let newKey = try await reset.untilKey()
            let page = try await goToBrowser(reset)
            try await reset.checkNow()
            guard case .authorise = try await reset.states().firstSome({ $0 }) else {
                throw TestFailure("the person is at work")
            }
            try await oracle.assertUnharmed()

            #expect(try await person.allow(page) == nil)
            try await reset.checkNow()
            #expect(try await reset.untilDone().recoveryKey.reveal() == newKey)
            // An app that comes to the front does not know how far it is.
            try await reset.checkNow()
            try await oracle.assertDone(newKey)
            #expect(try await person.whyHistoryIsUnreadable(with: newKey) == nil)
            #expect(try await account.pendingReset() == nil)
        }
    }

    @Test("What was approved counts for an app that was ended meanwhile", arguments: Deployment.allCases)
    func restarted(_ deployment: Deployment) async throws {
        let person = try await TestService.person(at: deployment)
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let page = try await goToBrowser(login.account.startReset())
            let account = try await login.restart()
            #expect(try await account.pendingReset() == .staged)
            try await person.allow(page)

            let outcome = try await account.resumeReset().untilDone()
            #expect(try await person.whyHistoryIsUnreadable(with: outcome.recoveryKey.reveal()) == nil)
        }
    }

    @Test("A reset can be cancelled while the person is at work in the browser", arguments: Deployment.allCases)
    func cancelled(_ deployment: Deployment) async throws {
        let person = try await TestService.person(at: deployment)
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let reset = try await login.account.startReset()
            _ = try await goToBrowser(reset)
            try await reset.cancel()
            try await oracle.assertCancelled()
            #expect(try await person.whyHistoryIsUnreadable(with: person.recoveryKey) == nil)
        }
    }

    @Test("Whoever approved a reset as somebody else is told so")
    func otherAccount() async throws {
        let person = try await TestService.person(at: .sso)
        let stranger = try await TestService.newUser(at: .sso)
        _ = try await TestService.login(stranger)
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let reset = try await login.account.startReset()
            try await stranger.allow(goToBrowser(reset))
            let told = try await reset.states().firstSome { state in
                if case .authorise(let challenge) = state, challenge.isOtherAccount() { challenge } else { nil }
            }
            try await person.allow(#require(told.pages().first).page)
            let outcome = try await reset.untilDone()
            #expect(try await person.whyHistoryIsUnreadable(with: outcome.recoveryKey.reveal()) == nil)
        }
    }

    @Test("Sessions are signed out through a provider")
    func signOut() async throws {
        let person = try await TestService.person(at: .sso)
        let stranger = try await TestService.newUser(at: .sso)
        _ = try await TestService.login(stranger)
        let going = try await [TestService.login(person, name: "Old phone").deviceId, person.observer.deviceId]
        let proxy = try await TestService.proxy(before: .sso)
        try await loggedIn(person, homeserver: proxy.url) { login in
            let sessions = login.account.sessions()
            let signOut = try await sessions.signOut(deviceIds: going)
            let pages = try #require(try await signOut.begin()).pages()
            await fails({ SignOutError.BrowserNeeded(pages: pages, advice: $0) }) {
                try await signOut.authorise(password: Password(text: "none"))
            }
            // As when the app comes to the front: the one who waits stops and asks at once.
            try await proxy.hold(pathEndsWith: "/delete_devices")
            let waiting = Task { _ = try await signOut.authoriseInBrowser() }
            try await proxy.held()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await proxy.disarm()

            try await stranger.allow(#require(pages.first).page)
            let told = try #require(try await signOut.authoriseInBrowser())
            #expect(told.isOtherAccount())
            async let signedOut = signOut.authoriseInBrowser()
            try await person.allow(#require(told.pages().first).page)
            #expect(try await signedOut == nil)
            #expect(try await sessions.list().others.allSatisfy { !going.contains($0.deviceId) })
        }
    }

    @Test("Where accounts have a page of their own sessions are signed out there")
    func accountPage() async throws {
        let person = try await TestService.person(.none, at: .oauth)
        try await loggedIn(person) { login in
            let sessions = login.account.sessions()
            let page = try #require(try await sessions.accountManagement()).page()
            await fails({ SignOutError.AccountManagement(page: page, advice: $0) }) {
                try await sessions.signOut(deviceIds: [person.observer.deviceId]).begin()
            }
        }
    }
}
