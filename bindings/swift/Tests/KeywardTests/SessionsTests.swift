// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// The page of sessions, also live.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SessionsTests {
    @Test("The list has names, trust, activity, kinds and clients, and filters show their part of it")
    func list() async throws {
        let person = try await TestService.person(.none)
        let desktop = try await TestService.login(person, name: "Element Desktop", withEncryption: true)
        let forgotten = try await TestService.login(person, name: "Old Android phone")
        let nameless = try await TestService.login(person)
        let information: JSON = ["name": "Element", "version": "1.12", "url": "app.element.io"]
        try await person.observer.setAccountData(clientInformation(nameless), information)
        try await loggedIn(person, sessionName: "Kitchen") { login in
            let account = login.account
            try await account.unlock(person)
            try await person.observer.setLastSeen(forgotten.deviceId, milliseconds: 1_234_567)
            let list = try await account.sessions().list()
            #expect(list.identity == .ours)
            #expect(list.recommendations == Recommendations(unverified: 1, inactive: 1))
            #expect(list.current.name == "Kitchen" && list.current.deviceId == account.deviceId())
            #expect(list.current.trust == .verified && !list.current.inactive)
            #expect(list.others.count == 5)
            let times = list.others.map { $0.lastSeen ?? .distantPast }
            #expect(times == times.sorted(by: >), "the others are sorted by activity")

            let onDesktop = try list.session(desktop)
            #expect(onDesktop.label == "Element Desktop" && onDesktop.labelSource == .name)
            #expect(onDesktop.trust == .unverified && onDesktop.kind == .desktop)
            #expect(onDesktop.fingerprint?.replacingOccurrences(of: " ", with: "").count == 43)
            #expect(onDesktop.client == nil)

            let onAndroid = try list.session(forgotten)
            #expect(onAndroid.inactive && onAndroid.lastSeen == Date(timeIntervalSince1970: 1234.567))
            #expect(onAndroid.lastSeenIp == "127.0.0.1")
            #expect(onAndroid.trust == .unverifiable && onAndroid.kind == .mobile)
            #expect(onAndroid.push == .unsupported && onAndroid.fingerprint == nil)

            let onWeb = try list.session(nameless)
            #expect(onWeb.label == "Element" && onWeb.labelSource == .client && onWeb.name == nil)
            #expect(onWeb.client == ClientInformation(name: "Element", version: "1.12", url: "app.element.io"))
            #expect(onWeb.kind == .web)

            let filters: [(SessionFilter, Set<String>)] = [
                (.all, Set(list.others.map(\.deviceId))),
                (.verified, [person.phone.deviceId]),
                (.unverified, [desktop.deviceId]),
                (.inactive, [forgotten.deviceId]),
                (.unverifiable, [forgotten.deviceId, nameless.deviceId, person.observer.deviceId]),
            ]
            for (filter, expected) in filters {
                #expect(Set(list.others.filter { filter.shows(session: $0) }.map(\.deviceId)) == expected)
            }
        }
    }

    @Test("Sessions are renamed, this one and others")
    func rename() async throws {
        let user = try await TestService.newUser()
        let other = try await TestService.login(user, name: "Other")
        try await loggedIn(user) { login in
            let sessions = login.account.sessions()
            let list = try await sessions.list()
            let listed = try list.session(other)
            try await sessions.rename(deviceId: list.current.deviceId, name: "Kitchen")
            try await sessions.rename(deviceId: listed.deviceId, name: "")
            let renamed = try await sessions.list()
            #expect(renamed.current.label == "Kitchen")
            #expect(try renamed.session(other).label == other.deviceId)
            #expect(try renamed.session(other).labelSource == .deviceId)

            await fails({ SessionsError.NameTooLong(longest: 100, advice: $0) }) {
                try await sessions.rename(deviceId: list.current.deviceId, name: String(repeating: "é", count: 101))
            }
            try await other.logout()
            await fails(SessionsError.NotFound) { try await sessions.rename(deviceId: listed.deviceId, name: "Gone") }
        }
    }

    @Test("Push notifications of another session are switched")
    func push() async throws {
        let user = try await TestService.newUser()
        let other = try await TestService.login(user, name: "Phone")
        try await other.setPusher()
        try await loggedIn(user) { login in
            let sessions = login.account.sessions()
            for expected: PushNotifications in [.on, .off, .on] {
                let session = try await sessions.list().session(other)
                #expect(session.push == expected)
                try await sessions.setPush(deviceId: session.deviceId, on: expected != .on)
            }
            await fails(SessionsError.PushUnsupported) {
                try await sessions.setPush(deviceId: sessions.list().current.deviceId, on: true)
            }
        }
    }

    @Test("A list that cannot be had says why")
    func listErrors() async throws {
        let proxy = try await TestService.proxy()
        try await loggedIn(TestService.newUser(), homeserver: proxy.url) { login in
            let sessions = login.account.sessions()
            try await proxy.arm("wrong_json", pathEndsWith: "/devices", forEver: true)
            await fails({ SessionsError.Server(problem: .notUnderstood, advice: $0) }) { try await sessions.list() }
            #expect(try await sessions.history() == [], "nothing was ever listed")
            try await proxy.disarm()
            _ = try await sessions.list()
            try await TestService.breakStore(login.folder)
            await fails(SessionsError.Store) { try await sessions.history() }
            try await TestService.mendStore(login.folder)
            #expect(try await sessions.history().map(\.deviceId) == [login.account.deviceId()])
        }
    }

    @Test("This session announces its client once, and those of sessions that are gone are emptied")
    func client() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user)
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            let sessions = login.account.sessions()
            let client = ClientInformation(name: "Keyward test", version: "1.0", url: nil)
            for _ in 0..<2 { try await sessions.announceClient(client: client) }
            let written = try await proxy.requests().filter { $0.method == "PUT" && $0.path.contains("account_data") }
            #expect(written.count == 1)
            #expect(try await sessions.list().current.client == client)

            let gone = try await TestService.login(user)
            for session in [gone, observer] {
                try await observer.setAccountData(clientInformation(session), ["name": "Other"])
            }
            try await gone.logout()
            try await sessions.pruneClientInformation()
            #expect(try await observer.accountData(clientInformation(gone)) == [:])
            #expect(try await observer.accountData(clientInformation(observer)) == ["name": "Other"])
        }
    }

    @Test("What signing out leads to is known before")
    func consequences() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            let (own, phone) = (account.deviceId(), person.phone.deviceId)
            func consequences(_ deviceIds: String...) async throws -> SignOutConsequences {
                let sessions = account.sessions()
                return try await sessions.signOutConsequences(deviceIds: deviceIds)
            }
            func others(verified: [String] = [], seenInLastDay: [String] = []) -> SignOutConsequences {
                SignOutConsequences(
                    current: false, lastSession: false, unsavedRoomKeys: 0, trustUnknown: false, verified: verified,
                    seenInLastDay: seenInLastDay)
            }
            #expect(try await consequences(phone).trustUnknown)
            try await account.unlock(person)
            #expect(try await consequences() == others())
            try await person.observer.setLastSeen(phone, milliseconds: 1)
            #expect(try await consequences(phone) == others(verified: [phone]))
            try await person.observer.setLastSeen(phone, milliseconds: Int(Date().timeIntervalSince1970 * 1000))
            #expect(try await consequences(phone) == others(verified: [phone], seenInLastDay: [phone]))
            #expect(try await consequences(own).current)
            #expect(try await !consequences(own).lastSession)
            #expect(try await consequences(own, phone).lastSession)
        }
    }

    @Test("A wrong password keeps the selection, and the right one signs all of it out")
    func signOut() async throws {
        let user = try await TestService.newUser()
        let staying = try await TestService.login(user, name: "Staying")
        var going: [String] = []
        for number in 1...3 { going.append(try await TestService.login(user, name: "Session \(number)").deviceId) }
        going.append("NEVER_WAS")
        try await loggedIn(user) { [going] login in
            let sessions = login.account.sessions()
            let signOut = try await sessions.signOut(deviceIds: going + [going[0]])
            #expect(signOut.deviceIds() == going)
            let challenge = try #require(try await signOut.begin())
            #expect(challenge.answerableByPassword())
            #expect(challenge.unsupported() == [])
            #expect(challenge.description.contains("Password"))
            for _ in 0..<2 {
                await fails(SignOutError.WrongPassword) {
                    try await signOut.authorise(password: Password(text: "wrong"))
                }
                #expect(signOut.deviceIds() == going)
                #expect(try await sessions.list().others.count == 4)
            }
            #expect(try await signOut.authorise(password: Password(text: user.password)) == nil)
            #expect(try await sessions.list().others.map(\.deviceId) == [staying.deviceId])

            await fails(SignOutError.CurrentSession) {
                try await sessions.signOut(deviceIds: [staying.deviceId, login.account.deviceId()])
            }
            #expect(try await sessions.signOut(deviceIds: []).begin() == nil, "nothing to authorise")
        }
    }

    @Test("A sign-out that the server does not do says what to do instead")
    func signOutErrors() async throws {
        let user = try await TestService.newUser()
        let other = try await TestService.login(user, name: "Other")
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            let sessions = login.account.sessions()
            let signOut = try await sessions.signOut(deviceIds: [other.deviceId])
            try await proxy.arm("status_500", pathEndsWith: "/delete_devices", forEver: true)
            await fails({ SignOutError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await signOut.begin()
            }
            try await proxy.disarm()
            try await proxy.reply(method: "POST", pathEndsWith: "/delete_devices")
            await fails({ SignOutError.StillThere(deviceIds: [other.deviceId], advice: $0) }) {
                try await signOut.begin()
            }
            try await proxy.disarm()
            try await proxy.reply(
                pathEndsWith: "/delete_devices", status: 401,
                body: ["flows": [["stages": ["m.login.sso"]]], "params": [:], "session": "abc"])
            let challenge = try #require(try await signOut.begin())
            #expect(!challenge.answerableByPassword())
            #expect(!challenge.description.contains("abc"))
            let pages = challenge.pages()
            #expect(pages.map(\.name) == ["m.login.sso"])
            #expect(pages.first?.page.contains("session=abc") == true)
            await fails({ SignOutError.BrowserNeeded(pages: pages, advice: $0) }) {
                try await signOut.authorise(password: Password(text: "any"))
            }
            try await proxy.disarm()
            try await proxy.reply(
                pathEndsWith: "/delete_devices", status: 401,
                body: ["flows": [["stages": ["m.login.sso"]]], "params": [:]])
            #expect(try await signOut.begin()?.unsupported() == ["m.login.sso"], "it has no page")
            await fails({ SignOutError.AuthorisationUnsupported(stages: ["m.login.sso"], advice: $0) }) {
                try await signOut.authoriseInBrowser()
            }
            try await proxy.disarm()
            #expect(try await signOut.begin() != nil)
            #expect(try await signOut.authorise(password: Password(text: user.password)) == nil)
            #expect(try await sessions.list().others == [])
        }
    }

    @Test("Where sessions have a page of their own there is a link for each until they are gone")
    func accountManagement() async throws {
        let user = try await TestService.newUser()
        let others = try await [TestService.login(user, name: "One"), TestService.login(user, name: "Two")]
        let ids = others.map(\.deviceId)
        let proxy = try await TestService.proxy()
        let page = "https://account.example.org/sessions"
        try await loggedIn(user, homeserver: proxy.url) { login in
            let sessions = login.account.sessions()
            #expect(try await sessions.accountManagement() == nil, "not on this server")
            try await proxy.moveSessions(to: page)
            await fails({ SignOutError.AccountManagement(page: page, advice: $0) }) {
                try await sessions.signOut(deviceIds: ids).begin()
            }
            let management = try #require(try await sessions.accountManagement())
            #expect(management.page() == page)
            #expect(management.profileLink() == "\(page)?action=org.matrix.profile")
            #expect(management.sessionsLink() == "\(page)?action=org.matrix.devices_list")
            #expect(management.sessionLink(deviceId: "A") == "\(page)?action=org.matrix.device_view&device_id=A")

            let links = try await management.signOutLinks(list: sessions.list(), deviceIds: ids)
            let url = "\(page)?action=org.matrix.device_delete&device_id=\(ids[0])"
            #expect(management.signOutLink(deviceId: ids[0]) == url)
            #expect(links.current() == SignOutLink(deviceId: ids[0], url: url))
            links.postpone()
            for (done, index) in [1, 0].enumerated() {
                #expect(links.done() == done && links.total() == 2)
                links.update(list: try await sessions.list())
                #expect(links.current()?.deviceId == ids[index], "opened is not signed out")
                try await others[index].logout()
                links.update(list: try await sessions.list())
            }
            #expect(links.current() == nil)
            #expect(links.done() == 2)
        }
    }

    @Test("The watch tells of a login until it is acknowledged, of names, and of what it is told to look for")
    func watch() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user, name: "Observer")
        try await loggedIn(user) { login in
            let sessions = login.account.sessions()
            let watch = try await sessions.openWatch()
            var updates = watch.updates().makeAsyncIterator()
            let first = try await updates.snapshot { _ in true }
            #expect(first.list.current.deviceId == login.account.deviceId())
            #expect(first.list.others.map(\.deviceId) == [observer.deviceId])
            #expect(first.newLogins == [], "what is there at first is not new")

            let script = try await TestService.login(user, name: "Script")
            let newLogins = try await updates.snapshot { !$0.newLogins.isEmpty }.newLogins
            #expect(newLogins.map(\.deviceId) == [script.deviceId] && newLogins.map(\.label) == ["Script"])
            #expect(newLogins.allSatisfy { !$0.reported && $0.firstSeen <= Date() })

            try await observer.rename(script.deviceId, "Backup script")
            let again = try await updates.snapshot { try $0.list.session(script).name == "Backup script" }
            #expect(again.newLogins.map(\.reported) == [true])

            try await sessions.acknowledgeLogin(deviceId: script.deviceId)
            #expect(try await updates.snapshot { $0.newLogins.isEmpty }.list.others.count == 2)

            // No synchronisation tells of a pusher.
            try await script.setPusher()
            watch.refresh()
            #expect(try await updates.snapshot { try $0.list.session(script).push == .on }.newLogins == [])

            try await script.logout()
            let last = try await updates.snapshot { $0.list.others.count == 1 }
            #expect(last.list.others.map(\.deviceId) == [observer.deviceId])

            let history = try await sessions.history()
            #expect(history.count == 3)
            let gone = try #require(history.last)
            #expect(gone.deviceId == script.deviceId && gone.name == "Backup script" && gone.alert == .acknowledged)
            #expect(gone.renames.map(\.from) == ["Script"] && gone.renames.map(\.to) == ["Backup script"])
            #expect(try gone.firstSeen <= gone.lastSeen && gone.lastSeen <= #require(gone.removed))
            let own = try #require(history.first { $0.deviceId == login.account.deviceId() })
            #expect(own.alert == .old && own.removed == nil)
        }
    }

    @Test("A watch that fails says why and goes on")
    func failingWatch() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user, name: "Observer")
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            let watch = try await login.account.sessions().openWatch()
            var updates = watch.updates().makeAsyncIterator()
            #expect(try await updates.snapshot { _ in true }.list.others.count == 1)
            try await proxy.reply(
                pathEndsWith: "/devices", status: 403, body: ["errcode": "M_FORBIDDEN", "error": "no"])
            try await observer.rename(observer.deviceId, "Other name")
            watch.refresh()
            guard case .failed(let error) = await updates.next() else { throw TestFailure("it did not fail") }
            expectForPeople(error)
            let problem = ServerProblem.refused(status: 403, code: "M_FORBIDDEN")
            #expect(error == .Server(problem: problem, advice: error.advice()))
            try await proxy.disarm()
            watch.refresh()
            let snapshot = try await updates.snapshot { _ in true }
            #expect(try snapshot.list.session(observer).name == "Other name")
        }
    }

    @Test("A watch ends when it is stopped, left or shut down, and others go on")
    func watchEnds() async throws {
        let user = try await TestService.newUser()
        try await loggedIn(user) { login in
            let sessions = login.account.sessions()
            try await login.account.syncOnce(wait: 0)
            let stopped = try await sessions.openWatch()
            #expect(await stopped.next() != nil)
            async let waiting = stopped.next()
            for _ in 0..<2 { stopped.stop() }
            #expect(await waiting == nil)
            #expect(await stopped.next() == nil)

            var updates = sessions.watch().makeAsyncIterator()
            #expect(try await updates.snapshot { _ in true }.list.others == [])
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let cancelled = Task {
                for try await _ in sessions.watch() { begin.yield() }
            }
            #expect(try await begun.firstSome { true })
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }

            let other = try await TestService.login(user, name: "Other")
            let snapshot = try await updates.snapshot { !$0.list.others.isEmpty }
            #expect(snapshot.list.others.map(\.deviceId) == [other.deviceId])
            try await login.account.shutDown()
            // Of a login without keys there may be a second snapshot.
            while let update = try await updates.next() {
                guard case .snapshot = update else { throw TestFailure("it failed: \(update)") }
            }
        }
    }

    @Test("A watch ends after the session was signed out elsewhere")
    func watchOfAnExpiredSession() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user)
        try await loggedIn(user) { login in
            var updates = login.account.sessions().watch().makeAsyncIterator()
            #expect(try await updates.snapshot { _ in true }.list.others.count == 1)
            try await observer.request("POST", "/v3/logout/all", [:])
            let error: SessionsError = try await {
                while let update = try await updates.next() {
                    if case .failed(let error) = update { return error }
                }
                throw TestFailure("it ended without a word")
            }()
            #expect(error == .Server(problem: .sessionExpired, advice: error.advice()))
            #expect(try await updates.next() == nil)
        }
    }
}

private func clientInformation(_ session: OtherSession) -> String {
    "io.element.matrix_client_information.\(session.deviceId)"
}

extension SessionList {
    fileprivate func session(_ session: OtherSession) throws -> Session {
        guard let listed = others.first(where: { $0.deviceId == session.deviceId }) else {
            throw TestFailure("\(session.deviceId) is not in the list")
        }
        return listed
    }
}

extension AsyncIteratorProtocol where Element == SessionsUpdate {
    /// The next snapshot like that; the ones before may be of something else that happens.
    fileprivate mutating func snapshot(
        where isLikeThat: (SessionsSnapshot) throws -> Bool
    ) async throws -> SessionsSnapshot {
        while let update = try await next() {
            switch update {
            case .snapshot(let snapshot): if try isLikeThat(snapshot) { return snapshot }
            case .failed(let error): throw error
            }
        }
        throw TestFailure("the watch ended before it came")
    }
}

extension OtherSession {
    fileprivate func rename(_ deviceId: String, _ name: String) async throws {
        #expect(try await request("PUT", "/v3/devices/\(deviceId)", ["display_name": .string(name)]).status == 200)
    }

    fileprivate func setPusher() async throws {
        let pusher: JSON = [
            "app_id": "org.example.app", "app_display_name": "App", "device_display_name": "Phone",
            "pushkey": .string(deviceId), "kind": "http", "lang": "en",
            "data": ["url": "http://127.0.0.1:9/_matrix/push/v1/notify"],
        ]
        #expect(try await request("POST", "/v3/pushers/set", pusher).status == 200)
    }
}

extension Proxy {
    /// Makes the server behind it one that has moved sessions to a page of its own.
    fileprivate func moveSessions(to page: String) async throws {
        try await reply(
            pathEndsWith: "/delete_devices", status: 404,
            body: ["errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"])
        try await reply(
            pathEndsWith: "/auth_metadata",
            body: [
                "issuer": "https://account.example.org/",
                "authorization_endpoint": "https://account.example.org/authorize",
                "token_endpoint": "https://account.example.org/token",
                "revocation_endpoint": "https://account.example.org/revoke",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "fragment"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "account_management_uri": .string(page),
                "account_management_actions_supported": [
                    "org.matrix.profile", "org.matrix.devices_list",
                    "org.matrix.device_view", "org.matrix.device_delete"
                ],
            ])
    }
}
