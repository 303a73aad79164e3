// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// Logging in without a password: in a browser, or with a code on another device.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrowserLoginTests {
    /// A folder in which somebody logs in.
    struct Case: Sendable {
        let homeserver: Homeserver
        let folder: URL
        let key = StoreKey.generate()

        func begin(_ method: BrowserMethod = Deployment.oauth.method) async throws -> BrowserLogin {
            try await Keyward.beginBrowserLogin(
                homeserver: homeserver, method: method, client: client, redirectUri: redirectUri,
                sessionName: "Kitchen", folder: folder, key: key)
        }

        func beginDevice() async throws -> DeviceLogin {
            try await Keyward.beginDeviceLogin(
                homeserver: homeserver, client: client, sessionName: "Kitchen", folder: folder, key: key)
        }

        func waiting() async throws -> BrowserLogin? {
            try await Keyward.waitingBrowserLogin(folder: folder, key: key)
        }

        func finish(_ answer: String?) async throws -> Account {
            try await Keyward.finishLogin(folder: folder, key: key, answer: #require(answer, "it leads back"))
        }

        func restore() async throws -> Account {
            try await Keyward.restore(folder: folder, key: key)
        }

        func expectNothingIsLeft() async throws {
            #expect(try await waiting() == nil)
            await fails(RestoreError.NotLoggedIn) { try await restore() }
        }
    }

    private func with(_ homeserver: String, _ work: (Case) async throws -> Void) async throws {
        try await withFolder { parent in
            let folder = parent.appendingPathComponent("account")
            try await work(Case(homeserver: Keyward.discover(homeserver), folder: folder))
        }
    }

    private func expectSession(of user: User, _ account: Account) async throws {
        #expect(account.userId() == user.userId)
        #expect(try await account.sessions().list().current.name == "Kitchen")
    }

    @Test("Each server says how to log in")
    func methods() async throws {
        func of(_ deployment: Deployment?) async throws -> [LoginMethod] {
            try await Keyward.discover(TestService.newUser(at: deployment).homeserver).loginMethods()
        }
        #expect(try await of(nil) == [.password])
        #expect(try await of(.oauth) == [.oAuth(browser: true, deviceCode: true, createAccount: true)])
        let sso = try await of(.sso)
        #expect(sso.first == .password)
        guard case .sso(let providers) = sso.last else { throw TestFailure("\(sso)") }
        #expect(providers.map(\.name) == ["Test"])
    }

    @Test("The app may be gone when the browser comes back")
    func waiting() async throws {
        let user = try await TestService.newUser(at: .oauth)
        try await with(user.homeserver) { login in
            let page = try await {
                let begun = try await login.begin()
                #expect(begun.redirectUri() == redirectUri)
                return begun.page()
            }()
            await fails(RestoreError.NotLoggedIn) { try await login.restore() }
            let answer = try #require(try await user.allow(page))
            #expect(answer.hasPrefix("\(redirectUri)?"))
            // In a new process there is nothing but the folder and its key.
            #expect(try await login.waiting()?.page() == page)
            try await login.finish(answer).useAndShutDown { try await expectSession(of: user, $0) }
            #expect(try await login.waiting() == nil)
            try await login.restore().useAndShutDown { try await expectSession(of: user, $0) }
            await fails({ LoginError.AlreadyLoggedIn(userId: user.userId, advice: $0) }) {
                try await login.finish(answer)
            }
        }
    }

    @Test("Whoever says no in the browser or before has not logged in")
    func denied() async throws {
        let user = try await TestService.newUser(at: .oauth)
        try await with(user.homeserver) { login in
            let answer = try await user.deny(login.begin().page())
            await fails(LoginError.Denied) { try await login.finish(answer) }
            try await login.expectNothingIsLeft()
            _ = try await login.begin()
            for _ in 0..<2 { try await Keyward.cancelBrowserLogin(folder: login.folder, key: login.key) }
            try await login.expectNothingIsLeft()
        }
    }

    @Test("Only the answer to the login that waits is taken")
    func otherAnswers() async throws {
        let user = try await TestService.newUser(at: .oauth)
        try await with(user.homeserver) { login in
            await fails(LoginError.NotBegun) { try await login.finish(redirectUri) }
            let old = try #require(try await user.allow(login.begin().page()))
            // A new login takes the place of one that waits.
            let page = try await login.begin().page()
            for other in [old, "\(redirectUri)?code=guessed&state=guessed", redirectUri, ""] {
                await fails(LoginError.OtherAnswer) { try await login.finish(other) }
            }
            try await login.finish(user.allow(page)).useAndShutDown { try await expectSession(of: user, $0) }
        }
    }

    @Test("A login that the server does not finish is over")
    func errors() async throws {
        let user = try await TestService.newUser(at: .oauth)
        let proxy = try await TestService.proxy(before: .oauth)
        try await with(proxy.url) { login in
            try await proxy.reply(
                pathEndsWith: "/oauth2/registration", status: 400, body: ["error": "invalid_redirect_uri"])
            await fails(LoginError.ClientRefused) { try await login.begin() }
            try await proxy.disarm()
            let denied = try await user.deny(login.begin().page())
            await fails(LoginError.Ended) {
                try await login.finish(denied?.replacingOccurrences(of: "access_denied", with: "server_error"))
            }
            try await login.expectNothingIsLeft()

            let answer = try await user.allow(login.begin().page())
            try await proxy.arm("cut_before", pathEndsWith: "/oauth2/token")
            await fails({ LoginError.Server(problem: .unreachable, advice: $0) }) { try await login.finish(answer) }
            #expect(try await login.waiting() != nil, "nobody has seen the code")
            try await proxy.arm("cut_after", pathEndsWith: "/oauth2/token")
            await fails({ LoginError.Server(problem: .unreachable, advice: $0) }) { try await login.finish(answer) }
            await fails(LoginError.Expired) { try await login.finish(answer) }
            try await login.expectNothingIsLeft()
        }
        try await with(TestService.newUser().homeserver) { login in
            await fails(LoginError.NotOffered) { try await login.begin() }
            await fails(LoginError.NotOffered) { try await login.beginDevice() }
            try await login.expectNothingIsLeft()
        }
    }

    @Test("A login through a provider", arguments: [nil, "oidc-test"])
    func provider(_ provider: String?) async throws {
        let user = try await TestService.newUser(at: .sso)
        try await with(user.homeserver) { login in
            let answer = try await user.allow(login.begin(.sso(provider: provider)).page())
            #expect(answer?.hasPrefix("\(redirectUri)?") == true)
            let account = try await login.finish(answer)
            try await expectSession(of: user, account)
            try await account.logOut(unsaved: .keep)
            try await login.expectNothingIsLeft()
        }
    }

    @Test("A login with a code that is entered on another device")
    func code() async throws {
        let user = try await TestService.newUser(at: .oauth)
        try await with(user.homeserver) { login in
            let device = try await login.beginDevice()
            #expect(!device.userCode().isEmpty)
            #expect(device.expiresIn() > 0)
            #expect(device.pageWithCode() == nil, "this server has no such page")
            async let waited = device.wait()
            try await user.enter(device.userCode(), at: device.page())
            try await waited.useAndShutDown { try await expectSession(of: user, $0) }
            await fails(LoginError.NotBegun) { try await device.wait() }
        }
    }

    @Test("Whoever does not wait any more gives the code up")
    func cancelledCode() async throws {
        let user = try await TestService.newUser(at: .oauth)
        let proxy = try await TestService.proxy(before: .oauth)
        try await with(proxy.url) { login in
            let device = try await login.beginDevice()
            try await proxy.hold(pathEndsWith: "/oauth2/token")
            let waiting = Task { _ = try await device.wait() }
            try await proxy.held()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await proxy.disarm()
            try await user.enter(device.userCode(), at: device.page())
            await fails(LoginError.NotBegun) { try await device.wait() }
        }
    }
}
