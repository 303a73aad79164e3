// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct SessionsModelTests {
    private let requests = Requests()
    private let sessions = FakeSessions()

    private func model() -> SessionsModel {
        SessionsModel(sessions: sessions, texts: english, onRequest: requests.take)
    }

    private func rows(_ model: ScreenModel) -> [SessionRow] {
        guard case .sessions(let rows) = model.drawing else { return [] }
        return rows
    }

    @Test("The list comes by itself, this session first, with new logins")
    func list() async throws {
        let model = model()
        await model.load().done()
        await model.until { $0.screen != nil }
        #expect(rows(model).map(\.id) == ["DEVICE", "PHONE", "BROWSER", "BRIDGE", "LAPTOP"])
        #expect(rows(model).filter(\.isCurrent).map(\.id) == [Samples.deviceId])
        #expect(model.newLogins.map(\.id) == ["BROWSER"])
        #expect(model.newLogins.first?.text.isEmpty == false)
        await model.choose(.signOutAllOthers)
        guard case .signOut(let ids) = requests.all.last else { return #expect(Bool(false), "no sign-out") }
        #expect(ids == ["PHONE", "BROWSER", "BRIDGE", "LAPTOP"])
    }

    @Test("A filter shows some of the others, and has a name")
    func filter() async throws {
        let model = model()
        await model.load().done()
        await model.until { $0.screen != nil }
        model.filter = .unverified
        #expect(rows(model).map(\.id) == ["DEVICE", "BROWSER"])
        let list = try await sessions.list()
        #expect(model.screen == english.sessions(list: list, filter: .unverified))
        #expect(SessionFilter.allCases.allSatisfy { !model.name(of: $0).isEmpty })
    }

    @Test("A page that is not visible follows nothing, and goes on later")
    func pause() async throws {
        let model = model()
        await model.load().done()
        await model.until { $0.screen != nil }
        model.leave()
        model.refresh()
        await model.load().done()
        #expect(!rows(model).isEmpty && !model.isWorking)
    }

    @Test("Whoever comes back to the list has it read anew, and a page that is not visible reads none")
    func refresh() async {
        let sessions = GuardedSessions()
        let model = SessionsModel(sessions: sessions, texts: english, onRequest: requests.take)
        await model.cameBack().done()
        #expect(sessions.refreshes.with { $0 } == 0, "there is no list yet")
        await model.load().done()
        await model.cameBack().done()
        #expect(sessions.refreshes.with { $0 } == 1)
        model.refresh()
        #expect(sessions.refreshes.with { $0 } == 2)
        model.leave()
        await model.cameBack().done()
        #expect(sessions.refreshes.with { $0 } == 2)
        await model.load().done()
        await model.cameBack().done()
        #expect(sessions.refreshes.with { $0 } == 3)
    }

    @Test("A page that is left before its list was opened follows none")
    func leftEarly() async {
        let door = Door()
        let sessions = GuardedSessions { call in
            if call == .openWatch { await door.pass() }
        }
        let model = SessionsModel(sessions: sessions, texts: english, onRequest: requests.take)
        let load = model.load()
        await door.isReached()
        model.leave()
        door.open()
        await load.done()
        #expect(sessions.watches.with { $0 } == 0 && model.screen == nil)
        await model.load().done()
        await model.untilOffered(.signOutAllOthers)
    }

    @Test("Of an attached session the list is asked for every fifteen seconds")
    func interval() {
        let account = Spaced()
        _ = AnyAccount.attached(account).sessions()
        #expect(account.intervals.with { $0 } == [15])
    }

    @Test("A new login is acknowledged, verified or signed out in its details")
    func details() async throws {
        let list = model()
        await list.load().done()
        await list.until { $0.screen != nil }
        let row = try #require(rows(list).first { $0.id == "BROWSER" })
        let model = SessionDetailsModel(row: row, sessions: sessions, texts: english, onRequest: requests.take)
        #expect(model.offered == [.verify, .rename, .signOut, .back], "at once, without what is remembered")
        await model.load().done()
        #expect(model.offered == [.itWasMe, .verify, .rename, .signOut, .back])
        await model.choose(.verify)
        guard case .verifySession("BROWSER") = requests.all.last else { return #expect(Bool(false), "not verified") }
        await model.choose(.signOut)
        guard case .signOut(["BROWSER"]) = requests.all.last else { return #expect(Bool(false), "not signed out") }
        await model.choose(.back)
        #expect(requests.last == "close")
    }

    private func details(_ id: String, _ sessions: Sessions) async throws -> SessionDetailsModel {
        let session = try #require(try await sessions.list().others.first { $0.deviceId == id })
        let row = SessionRow(
            session: session, isCurrent: false, text: english.session(session: session, now: Samples.now))
        return SessionDetailsModel(row: row, sessions: sessions, texts: english, onRequest: requests.take)
    }

    @Test("A session is renamed, not renamed, and acknowledged")
    func rename() async throws {
        let model = try await details("BROWSER", sessions)
        await model.load().done()
        await model.choose(.itWasMe)
        #expect(!model.offered.contains(.itWasMe))
        await model.choose(.rename)
        #expect(model.text(in: .sessionName) == "Element in Firefox")
        await model.choose(.back)
        await model.choose(.rename)
        model.setText(String(repeating: "x", count: 101), in: .sessionName)
        await model.choose(.save)
        #expect(model.problem == english.error(advice: FakeErrors.sessions("rename.too_long").advice()))
        #expect(model.text(in: .sessionName).count == 101, "it is no secret, and can be mended")
        model.setText("Browser", in: .sessionName)
        await model.choose(.save)
        #expect(model.screen?.title.contains("Browser") == true && model.offered.contains(.verify))
    }

    @Test("A failure of the watch is said, and the list stays; the end of the session is a screen")
    func failed() async throws {
        for (code, offered) in [
            ("server.unreachable", ScreenActionId.signOutAllOthers), ("server.session_expired", .logInAgain),
        ] {
            let failing = FakeSessions(SessionsScript(failsAt: [.watch: FakeErrors.sessions(code)]))
            let model = SessionsModel(sessions: failing, texts: english, onRequest: requests.take)
            await model.load().done()
            await model.untilOffered(offered)
        }
    }

    @Test("What cannot be read is said, with what helps")
    func unreachable() async throws {
        let failing = FakeSessions(SessionsScript(failsAt: [.rename: FakeErrors.sessions("server.unreachable")]))
        let model = try await details("PHONE", failing)
        await model.choose(.rename)
        await model.choose(.save)
        #expect(model.problem != nil && model.offered == [.save, .back])
        let account = FakeAccount()
        let page = SessionsModel(sessions: account.sessions(), texts: FakeTexts("en"), onRequest: requests.take)
        try await account.shutDown()
        await page.load().done()
        #expect(page.screen?.paragraphs == [english.error(advice: closed)])
    }

    @Test("Without a first list it is said what helps, and a list that comes takes its place")
    func first() async {
        let failure = FakeErrors.sessions("server.unreachable")
        let model = SessionsModel(
            sessions: FakeSessions(SessionsScript(failsAt: [.watch: failure])), texts: english,
            onRequest: requests.take)
        var seen: [Screen] = []
        model.onChange = { [unowned model] in
            if let screen = model.screen, screen != seen.last { seen.append(screen) }
        }
        await model.load().done()
        await model.untilOffered(.signOutAllOthers)
        #expect(seen.first == english.stopped(problem: failure.advice()) && model.problem == nil)
    }

    @Test("A page that is left asks for nothing more")
    func left() async throws {
        let model = model()
        await model.load().done()
        await model.untilOffered(.signOutAllOthers)
        model.leave()
        await model.choose(.signOutAllOthers)
        #expect(requests.all.isEmpty)
        await model.load().done()
        await model.choose(.signOutAllOthers)
        #expect(requests.last == "signOut")
    }

    @Test("The details of a session that is gone close")
    func gone() async throws {
        let model = try await details("PHONE", sessions)
        await model.load().done()
        #expect(requests.all.isEmpty)
        sessions.signOutElsewhere("PHONE")
        await model.load().done()
        #expect(requests.last == "close")
    }

    private let closed = Advice(
        code: "account.closed", remedy: .reportBug, reason: "This account was shut down. Restore it first.",
        arguments: [])

    @Test("This session logs out")
    func current() async throws {
        let list = try await sessions.list()
        let text = english.session(session: list.current, now: Samples.now)
        let model = SessionDetailsModel(
            row: SessionRow(session: list.current, isCurrent: true, text: text), sessions: sessions, texts: english,
            onRequest: requests.take)
        await model.choose(.logOut)
        #expect(requests.last == "logOut")
    }
}
