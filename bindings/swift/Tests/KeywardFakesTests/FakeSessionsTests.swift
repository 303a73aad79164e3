// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes

@Suite struct FakeSessionsTests {
    @Test("Whoever watches sees what is done")
    func watched() async throws {
        let sessions = FakeSessions()
        var updates = sessions.watch().makeAsyncIterator()
        func next() async throws -> SessionsSnapshot {
            guard case .snapshot(let snapshot) = try await updates.next() else { throw NoState() }
            return snapshot
        }
        #expect(try await next().newLogins.count == 1)
        try await sessions.acknowledgeLogin(deviceId: "BROWSER")
        #expect(try await next().newLogins.isEmpty)
        try await sessions.rename(deviceId: "PHONE", name: "New name")
        #expect(try await next().list.others.first { $0.deviceId == "PHONE" }?.label == "New name")
        try await sessions.rename(deviceId: "PHONE", name: " ")
        #expect(try await next().list.others.first { $0.deviceId == "PHONE" }?.labelSource == .deviceId)
        try await sessions.setPush(deviceId: "LAPTOP", on: false)
        #expect(try await next().list.others.first { $0.deviceId == "LAPTOP" }?.push == .off)
        sessions.signOutElsewhere("LAPTOP")
        let last = try await next()
        #expect(last.list.others.count == 3 && last.list.recommendations.inactive == 0)
        let history = try await sessions.history()
        #expect(history.last?.deviceId == "LAPTOP" && history.last?.removed != nil)
        #expect(history.first { $0.deviceId == "PHONE" }?.renames.count == 3)
        #expect(history.first { $0.deviceId == "BROWSER" }?.alert == .acknowledged)
    }

    @Test("A call fails as its script says, once")
    func failures() async throws {
        let failure = FakeErrors.sessions("server.unreachable")
        let calls: [SessionsCall] = [.list, .rename, .watch]
        let sessions = FakeSessions(
            SessionsScript(failsAt: Dictionary(uniqueKeysWithValues: calls.map { ($0, failure) })))
        #expect(await code { try await sessions.list() } == "server.unreachable")
        #expect(await code { try await sessions.list() } == nil)
        #expect(await code { try await sessions.rename(deviceId: "PHONE", name: "x") } == "server.unreachable")
        let long = String(repeating: "x", count: Int(SampleData.longestName) + 1)
        #expect(await code { try await sessions.rename(deviceId: "PHONE", name: long) } == "rename.too_long")
        #expect(await code { try await sessions.rename(deviceId: "NONE", name: "x") } == "rename.not_found")
        for try await update in sessions.watch() {
            #expect(update == .failed(error: failure))
            break
        }
    }

    @Test("A watch ends with its session, and no other failure ends it")
    func ends() async throws {
        for (code, isLast) in [("server.session_expired", true), ("server.unreachable", false)] {
            let failure = FakeErrors.sessions(code)
            let sessions = FakeSessions(SessionsScript(failsAt: [.watch: failure]))
            var updates = sessions.watch().makeAsyncIterator()
            #expect(try await updates.next() == .failed(error: failure))
            let next = try await updates.next()
            #expect((next == nil) == isLast, "after \(code)")
        }
    }

    @Test("Sessions are signed out with the password")
    func password() async throws {
        let sessions = FakeSessions()
        let consequences = try await sessions.signOutConsequences(deviceIds: ["PHONE", "LAPTOP"])
        #expect(consequences.verified == ["PHONE", "LAPTOP"] && consequences.seenInLastDay == ["PHONE"])
        let signOut = try await sessions.signOut(deviceIds: ["PHONE", "PHONE"])
        #expect(signOut.deviceIds() == ["PHONE"])
        #expect(try await signOut.begin()?.answerableByPassword() == true)
        #expect(await code { try await signOut.authorise(password: FakePassword("wrong")) } == "auth.wrong_password")
        #expect(try await signOut.authorise(password: right) == nil)
        #expect(try await sessions.list().others.count == 3)
        let own = [Samples.deviceId]
        #expect(await code { try await sessions.signOut(deviceIds: own) } == "sign_out.current_session")
    }

    @Test("Sessions are signed out in a browser, or nobody waits any more")
    func browser() async throws {
        let sessions = FakeSessions(SessionsScript(challenge: .inBrowser()))
        let signOut = try #require(try await sessions.signOut(deviceIds: ["PHONE"]) as? FakeSignOut)
        _ = try await signOut.begin()
        let left = Task { try await signOut.authoriseInBrowser() }
        left.cancel()
        await #expect(throws: CancellationError.self) { try await left.value }
        async let done = signOut.authoriseInBrowser()
        signOut.finishInBrowser()
        #expect(try await done == nil)
        #expect(try await sessions.list().others.count == 3)
    }

    @Test("An account page signs out one after the other")
    func page() async throws {
        let sessions = FakeSessions(SessionsScript(onPage: true))
        let page = try #require(try await sessions.accountManagement())
        let links = try await page.signOutLinks(list: sessions.list(), deviceIds: ["PHONE", "GONE", "LAPTOP"])
        #expect(links.total() == 2)
        links.postpone()
        #expect(links.current()?.deviceId == "LAPTOP")
        sessions.signOutElsewhere("LAPTOP")
        links.update(list: try await sessions.list())
        #expect(links.done() == 1 && links.current()?.url.hasSuffix("device_id=PHONE") == true)
        let signOut = try await sessions.signOut(deviceIds: ["PHONE"])
        #expect(await code { try await signOut.begin() } == "sign_out.account_management")
    }
}
