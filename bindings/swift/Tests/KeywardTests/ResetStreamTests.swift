// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

/// When the states of a reset end, and what is left to call then.
@Suite struct ResetStreamTests {
    private func names(_ states: Updates<ResetState>) async -> [String] {
        await states.reduce(into: []) { $0.append(caseName($1)) }
    }

    @Test("After the reset is done, and each reader sees the end")
    func done() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let reset = try await login.account.startReset()
            async let first = names(reset.states())
            async let second = names(reset.states())
            try await reset.finish(user)
            let (one, other) = await (first, second)
            #expect(one.last == "done" && other.last == "done")
            #expect(await names(reset.states()) == ["done"])
            #expect(try await caseName(thrown(ResetError.self) { try await reset.retry() }) == "OutOfOrder")
            #expect(try await caseName(thrown(ResetError.self) { try await reset.cancel() }) == "AlreadyCommitted")
        }
    }

    @Test("After the reset is cancelled")
    func cancelled() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let reset = try await login.account.startReset()
            _ = try await reset.untilKey()
            async let seen = names(reset.states())
            try await reset.cancel()
            #expect(await seen.last == "cancelled")
            #expect(try await caseName(thrown(ResetError.self) { try await reset.retry() }) == "OutOfOrder")
        }
    }

    @Test("After a stop, while the reset goes on")
    func stop() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let reset = try await login.account.startReset()
            _ = try await reset.untilKey()
            let states = reset.openStates()
            #expect(await states.next() != nil)
            async let next = states.next()
            states.stop()
            #expect(await next == nil)
            #expect(await states.next() == nil)
            try await reset.finish(user)
        }
    }

    @Test("After the account is shut down, and every call fails then")
    func shutDown() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let account = login.account
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            async let seen = names(reset.states())
            try await account.shutDown()
            #expect(await seen.last != "done")
            let plan = account.planReset
            let calls: [@Sendable () async throws -> Void] = [
                { try await reset.confirmSaved(confirmation: .acknowledged) },
                { try await reset.authorise(password: Password(text: "any")) },
                { try await reset.retry() },
                { try await reset.cancel() },
                { _ = try await plan() },
                { _ = try await account.resumeReset() },
                { _ = try await account.pendingReset() },
                { try await account.cancelReset() },
            ]
            for call in calls {
                #expect(try await caseName(thrown(ResetError.self, by: call)) == "Closed")
            }
            // What was staged is still there.
            #expect(try await login.open().pendingReset() == .staged)
        }
    }

    @Test("A reset lives for as long as its states are read, whoever else holds it")
    func held() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            var seen: [String] = []
            for await state in try await login.account.startReset().states() {
                seen.append(caseName(state))
                if case .saveKey = state { break }
            }
            #expect(seen.last == "saveKey")
            // Left: now nobody holds it.
            try await login.account.resumeReset().finish(user)
        }
    }

    @Test("What is done with an account is shut down in any case")
    func useAndShutDown() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let userId = try await login.account.useAndShutDown { $0.userId() }
            #expect(userId == user.userId)
            try await thrownAway(login.open())
            #expect(try await login.open().status().userId == user.userId)
        }
    }

    private func thrownAway(_ account: Account) async throws {
        let task = Task {
            try await account.useAndShutDown { account in
                withUnsafeCurrentTask { $0?.cancel() }
                return try await account.status()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
