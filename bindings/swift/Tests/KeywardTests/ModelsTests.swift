// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardModels

/// The main paths of the models against a real homeserver; `KeywardModelsTests` has the others, on fakes.
@MainActor
@Suite struct ModelsTests {
    private let texts = Texts.forLanguages(languages: ["en"])

    @Test("A reset goes through its screens, with a wrong password")
    func reset() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            var requests: [AppRequest] = []
            let model = ResetModel(account: .own(login.account), texts: texts) { requests.append($0) }
            await model.load().value
            try await model.choose(.startReset)
            try await model.untilOffered(.confirmSaved)
            guard case .recoveryKey(let shown) = model.drawing else { throw TestFailure("no key is shown") }
            let key = shown.reveal()
            model.setText(key, in: .retypedKey)
            try await model.choose(.confirmSaved)
            try await model.untilOffered(.authorise)
            try await oracle.assertUnharmed()
            model.setText("wrong", in: .password)
            try await model.choose(.authorise)
            #expect(model.problem != nil && model.offered.contains(.authorise))
            model.setText(person.password, in: .password)
            try await model.choose(.authorise)
            try await model.untilOffered(.lookAtSessions)
            try await oracle.assertDone(key)
            try await model.choose(.close)
            #expect(requests.count == 1)
        }
    }

    @Test("A reset that was left is offered by the next model, and cancelled")
    func pending() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            do {
                let left = ResetModel(account: .own(login.account), texts: texts) { _ in }
                await left.load().value
                try await left.choose(.startReset)
                try await left.choose(.confirmSaved)
                try await left.untilOffered(.authorise)
            }
            let account = try await login.restart()
            let model = ResetModel(account: .own(account), texts: texts) { _ in }
            await model.load().value
            #expect(model.offered == [.resume, .cancel, .close])
            try await model.choose(.cancel)
            #expect(try await account.pendingReset() == nil)
            try await oracle.assertCancelled()
        }
    }

    @Test("A session is found in the list, renamed, and signed out with the password")
    func signOut() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let other = try await TestService.login(user, name: "Old phone")
            let sessions = login.account.sessions()
            var requests: [AppRequest] = []
            let page = SessionsModel(sessions: sessions, texts: texts) { requests.append($0) }
            await page.load().value
            try await page.until { $0.row(other.deviceId) != nil }
            for filter in SessionFilter.allCases {
                let list = try await sessions.list()
                #expect(list.othersShown(filter) == list.others.filter { filter.shows(session: $0) })
            }

            let row = try #require(page.row(other.deviceId))
            let details = SessionDetailsModel(row: row, sessions: sessions, texts: texts) { requests.append($0) }
            await details.load().value
            try await details.choose(.rename)
            #expect(details.text(in: .sessionName) == "Old phone")
            details.setText("Older phone", in: .sessionName)
            try await details.choose(.save)
            #expect(details.screen?.title.contains("Older phone") == true)
            try await details.choose(.signOut)
            guard case .signOut(let ids) = requests.last else { throw TestFailure("no sign-out was asked for") }

            let model = SignOutModel(deviceIds: ids, sessions: sessions, userId: user.userId, texts: texts) {
                requests.append($0)
            }
            await model.load().value
            try await model.choose(.signOut)
            model.setText("wrong", in: .password)
            try await model.choose(.authorise)
            #expect(model.problem != nil && model.text(in: .password) == "")
            model.setText(user.password, in: .password)
            try await model.choose(.authorise)
            #expect(model.offered == [.close])
            #expect(try await sessions.list().others.isEmpty)
            page.refresh()
            try await page.until { $0.row(other.deviceId) == nil }
        }
    }

    @Test("A session is unlocked with the key, after a wrong one")
    func unlock() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let model = UnlockModel(account: login.account, texts: texts) { _ in }
            await model.load().value
            model.setText("EsTo", in: .recoveryKey)
            try await model.choose(.unlock)
            #expect(model.text(in: .recoveryKey) == "" && model.offered.contains(.unlock))
            model.setText(person.recoveryKey, in: .recoveryKey)
            try await model.choose(.unlock)
            #expect(model.offered == [.close])
            #expect(try await login.account.status().verified)
        }
    }

    @Test("This session is verified by the phone, with emoji")
    func verification() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            // It has to know of a session that asks.
            try await person.phone.sync()
            let model = VerificationModel(account: login.account, subject: .thisSession, texts: texts) { _ in }
            await model.load().value
            let phone = person.phone
            async let there = phone.acceptAndCompare()
            try await model.choose(.compareEmoji)
            try await model.untilOffered(.theyMatch)
            guard case .emoji(let emoji) = model.drawing else { throw TestFailure("no emoji are shown") }
            #expect(emoji.count == 7 && emoji.allSatisfy { !$0.name.isEmpty })
            try await model.choose(.theyMatch)
            _ = try await there
            try await model.untilOffered(.close)
            #expect(try await login.account.status().verified)
        }
    }

    @Test("What cannot be reached is said, with what helps")
    func unreachable() async throws {
        let user = try await TestService.newUser()
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            try await proxy.stop()
            let model = ResetModel(account: .own(login.account), texts: texts) { _ in }
            await model.load().value
            #expect(model.offered == [.retry, .close])
            #expect(model.screen?.title.isEmpty == false)
        }
    }
}

extension ScreenModel {
    fileprivate var offered: [ScreenActionId] { screen?.actions.filter(\.enabled).map(\.id) ?? [] }

    fileprivate func row(_ deviceId: String) -> SessionRow? {
        guard case .sessions(let rows) = drawing else { return nil }
        return rows.first { $0.id == deviceId }
    }

    /// Waits until it is so. Each change looks again.
    fileprivate func until(_ isSo: @escaping @MainActor (ScreenModel) -> Bool) async throws {
        let (changes, change) = AsyncStream.makeStream(of: Void.self)
        onChange = { change.yield() }
        defer { onChange = nil }
        if isSo(self) { return }
        for await _ in changes where isSo(self) { return }
        throw TestFailure("nothing changes any more")
    }

    fileprivate func untilOffered(_ action: ScreenActionId) async throws {
        try await until { $0.offered.contains(action) }
    }

    fileprivate func choose(_ action: ScreenActionId) async throws {
        try await untilOffered(action)
        await perform(action).value
    }
}
