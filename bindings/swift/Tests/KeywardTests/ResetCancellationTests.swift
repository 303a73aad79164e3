// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// A cancelled task stops waiting, at once, at whatever step of the reset. The reset goes on, or can be resumed.
@Suite struct ResetCancellationTests {
    /// Someone whose reset is about to begin, with a proxy before the server.
    struct Scene {
        let person: Person
        let proxy: Proxy
        let login: Login
        let oracle: Oracle
        var account: Account { login.account }

        /// Has a task make a call, cancels it when the call's request is held, and sees that it stops waiting while the
        /// request still is.
        func cancelWhenHeld<Ignored>(_ call: @escaping @Sendable () async throws -> Ignored) async throws {
            let task = Task { _ = try await call() }
            try await proxy.held()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }

        func release() async throws {
            try await proxy.disarm()
        }
    }

    private func scene(_ work: (Scene) async throws -> Void) async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            try await work(Scene(person: person, proxy: proxy, login: login, oracle: oracle))
        }
    }

    /// Makes a call in a task that is cancelled already.
    private func cancelledBefore<Ignored>(_ call: @escaping @Sendable () async throws -> Ignored) async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await call()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("While it is planned")
    func plan() async throws {
        try await scene { scene in
            try await scene.proxy.hold(pathEndsWith: "/devices")
            try await scene.cancelWhenHeld { try await scene.account.planReset() }
            try await scene.release()
            try await scene.account.startReset().finish(scene.person)
        }
    }

    @Test("Before it is started, and nothing was begun")
    func start() async throws {
        try await scene { scene in
            let plan = try await scene.account.planReset()
            await cancelledBefore { try await scene.account.startReset(plan: plan, options: ResetOptions()) }
            #expect(try await scene.account.pendingReset() == nil)
            try await scene.account.startReset(plan: plan, options: ResetOptions()).finish(scene.person)
        }
    }

    @Test("While it is started, and it is let go or has not begun")
    func starting() async throws {
        try await scene { scene in
            let plan = try await scene.account.planReset()
            let task = Task { _ = try await scene.account.startReset(plan: plan, options: ResetOptions()) }
            task.cancel()
            // It may have been quicker.
            _ = await task.result
            let reset =
                if try await scene.account.pendingReset() == nil {
                    try await scene.account.startReset(plan: plan, options: ResetOptions())
                } else {
                    try await scene.account.resumeReset()
                }
            try await reset.finish(scene.person)
        }
    }

    @Test("While its states are read, and another reader sees it go on")
    func states() async throws {
        try await scene { scene in
            try await scene.proxy.hold(method: "PUT", pathContains: "m.cross_signing.master")
            let reset = try await scene.account.startReset()
            let reading = Task { await reset.states().reduce(into: []) { $0.append(caseName($1)) } }
            try await scene.proxy.held()
            reading.cancel()
            let seen = await reading.value
            #expect(Set(seen).isSubset(of: ["working"]))
            try await scene.release()
            try await reset.finish(scene.person)
        }
    }

    @Test("Before the key is confirmed, and it is still shown")
    func confirm() async throws {
        try await scene { scene in
            let reset = try await scene.account.startReset()
            let key = try await reset.untilKey()
            await cancelledBefore { try await reset.confirmSaved(confirmation: .acknowledged) }
            #expect(try await reset.untilKey() == key)
            #expect(try await reset.finish(scene.person).recoveryKey.reveal() == key)
        }
    }

    @Test("While it is authorised, and it goes on or is resumed", arguments: [false, true])
    func authorise(letGo: Bool) async throws {
        try await scene { scene in
            var reset: Reset? = try await scene.account.startReset()
            let key = try #require(try await reset?.untilPassword())
            try await scene.proxy.hold(pathEndsWith: "/keys/device_signing/upload")
            let (waiting, password) = (reset, Password(text: scene.person.password))
            try await scene.cancelWhenHeld { try await waiting?.authorise(password: password) }
            try await goOn(&reset, letGo, scene, key)
        }
    }

    @Test("While it backs up or cleans up, and it goes on or is resumed", arguments: ["PUT", "DELETE"], [false, true])
    func afterwards(method: String, letGo: Bool) async throws {
        try await scene { scene in
            var reset: Reset? = try await scene.account.startReset()
            let key = try #require(try await reset?.untilPassword())
            try await scene.proxy.hold(method: method, pathContains: "/room_keys/")
            try await reset?.authorise(password: Password(text: scene.person.password))
            let waiting = reset
            let reading = Task { await waiting?.states().reduce(into: []) { $0.append(caseName($1)) } }
            try await scene.proxy.held()
            reading.cancel()
            #expect(await reading.value?.contains("done") == false)
            try await goOn(&reset, letGo, scene, key)
        }
    }

    private func goOn(_ reset: inout Reset?, _ letGo: Bool, _ scene: Scene, _ key: String) async throws {
        if letGo {
            reset = nil
            try await scene.release()
            let account = try await scene.login.restart()
            reset = try await account.resumeReset()
        } else {
            try await scene.release()
        }
        // The password was given, unless the reset was let go before the server had it.
        let outcome = try await letGo ? reset?.finish(scene.person) : reset?.untilDone()
        #expect(outcome?.recoveryKey.reveal() == key)
        try await scene.oracle.assertDone(key)
    }

    @Test("While it is resumed, and it is resumed again")
    func resume() async throws {
        try await scene { scene in
            let key = try await scene.account.startReset().untilKey()
            let account = try await scene.login.restart()
            try await scene.proxy.hold()
            try await scene.cancelWhenHeld { try await account.resumeReset().untilKey() }
            try await scene.release()
            #expect(try await account.resumeReset().finish(scene.person).recoveryKey.reveal() == key)
        }
    }

    @Test("Before it is retried, and it is still stopped")
    func retry() async throws {
        try await scene { scene in
            try await scene.proxy.arm("status_500", method: "PUT", forEver: true)
            let reset = try await scene.account.startReset()
            #expect(try await caseName(reset.untilStopped()) == "Server")
            try await scene.release()
            await cancelledBefore { try await reset.retry() }
            _ = try await reset.untilStopped()
            try await reset.retry()
            try await reset.finish(scene.person)
        }
    }

    @Test("While it is cancelled, and it is cancelled all the same")
    func cancel() async throws {
        try await scene { scene in
            let reset = try await scene.account.startReset()
            _ = try await reset.untilKey()
            try await scene.proxy.hold(method: "PUT")
            try await scene.cancelWhenHeld { try await reset.cancel() }
            try await scene.release()
            _ = try await reset.states().firstSome { state in if case .cancelled = state { true } else { nil } }
            try await scene.oracle.assertCancelled()
        }
    }

    @Test("While one that waits is cancelled, and it is cancelled all the same")
    func cancelPending() async throws {
        try await scene { scene in
            _ = try await scene.account.startReset().untilKey()
            let account = try await scene.login.restart()
            try await scene.proxy.hold(method: "PUT")
            try await scene.cancelWhenHeld { try await account.cancelReset() }
            try await scene.release()
            while try await account.pendingReset() != nil { await Task.yield() }
            try await scene.oracle.assertCancelled()
        }
    }
}
