// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// One login: from its beginning to its end, and each thing that can be wrong.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AccountTests {
    @Test("Each address that leads to no homeserver says why")
    func discovery() async throws {
        let (gone, web) = try await (TestService.proxy(), TestService.proxy())
        try await gone.stop()
        try await web.arm("garbage", forEver: true)
        await fails(DiscoveryError.NotAServerName) { try await Keyward.discover("") }
        await fails(DiscoveryError.Insecure) { try await Keyward.discover("http://example.org") }
        await fails(DiscoveryError.Unreachable) { try await Keyward.discover(gone.url) }
        await fails(DiscoveryError.NotMatrix) { try await Keyward.discover(web.url) }
        try await web.disarm()
        #expect(try await withoutSlash(Keyward.discover(web.url).url()) == web.url)
    }

    @Test("A login is a session with encryption and the name that was given, also after a restart")
    func login() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user)
        try await loggedIn(user, sessionName: "Kitchen") { login in
            let deviceId = login.account.deviceId()
            for restarted in [false, true] {
                let account = restarted ? try await login.restart() : login.account
                #expect(account.userId() == user.userId)
                #expect(account.deviceId() == deviceId)
                #expect(withoutSlash(account.homeserver()) == user.homeserver)
                let status = try await account.status()
                #expect(status.userId == user.userId && status.deviceId == deviceId)
            }
            let device = try await observer.request("GET", "/v3/devices/\(deviceId)").body
            #expect(device["display_name"].string == "Kitchen")
            let query: JSON = ["device_keys": [user.userId: []]]
            let keys = try await observer.request("POST", "/v3/keys/query", query).body["device_keys"][user.userId]
            #expect(keys.object?.keys.contains(deviceId) == true)
        }
    }

    @Test("What a server can say to a login is told apart")
    func loginErrors() async throws {
        let user = try await TestService.newUser()
        let proxy = try await TestService.proxy()
        let homeserver = try await Keyward.discover(proxy.url)
        try await withFolder { parent in
            let folder = parent.appendingPathComponent("account")
            @Sendable func logIn(_ password: String) async throws -> Account {
                try await Keyward.login(
                    homeserver: homeserver, user: user.localpart, password: Password(text: password),
                    sessionName: "New", folder: folder, key: StoreKey.generate())
            }

            await fails(LoginError.WrongPassword) { try await logIn("wrong") }
            try await proxy.reply(
                method: "GET", pathEndsWith: "/login", body: ["flows": [["type": "m.login.sso"]]])
            await fails(LoginError.PasswordNotOffered) { try await logIn(user.password) }
            try await proxy.disarm()
            try await proxy.arm("cut_before", method: "POST", pathEndsWith: "/login", forEver: true)
            await fails({ LoginError.Server(problem: .unreachable, advice: $0) }) { try await logIn(user.password) }
            try await proxy.disarm()
            #expect(!exists(folder), "nothing is left behind")

            try await proxy.hold(method: "POST", pathEndsWith: "/login")
            let login = Task { try await logIn(user.password) }
            try await proxy.held()
            try await TestService.breakStore(folder)
            try await proxy.release()
            await fails(LoginError.Store) { try await login.value }
        }
    }

    @Test("A folder that cannot be opened says why, and is left as it is")
    func folderErrors() async throws {
        let user = try await TestService.newUser()
        let homeserver = try await Keyward.discover(user.homeserver)
        let key = StoreKey.generate()
        try await withFolder { parent in
            let folder = parent.appendingPathComponent("account")
            let cryptoStore = folder.appendingPathComponent("matrix-sdk-crypto.sqlite3")
            func logIn(into other: URL? = nil, with otherKey: StoreKey? = nil) async throws -> Account {
                try await Keyward.login(
                    homeserver: homeserver, user: user.userId, password: Password(text: user.password),
                    sessionName: "Under test", folder: other ?? folder, key: otherKey ?? key)
            }
            func restore(with otherKey: StoreKey? = nil) async throws -> Account {
                try await Keyward.restore(folder: folder, key: otherKey ?? key)
            }

            await fails(RestoreError.NotLoggedIn) { try await restore() }
            try await logIn().useAndShutDown { _ in
                await fails(RestoreError.InUse) { try await restore() }
                await fails(LoginError.InUse) { try await logIn() }
            }
            let other = parent.appendingPathComponent("other")
            try await logIn(into: other).shutDown()

            let whole = try Data(contentsOf: cryptoStore)
            await fails({ LoginError.AlreadyLoggedIn(userId: user.userId, advice: $0) }) { try await logIn() }
            await fails(RestoreError.WrongStoreKey) { try await restore(with: StoreKey.generate()) }
            await fails(LoginError.WrongStoreKey) { try await logIn(with: StoreKey.generate()) }

            try FileManager.default.removeItem(at: cryptoStore)
            await fails(RestoreError.Damaged) { try await restore() }
            await fails(LoginError.Damaged) { try await logIn() }
            #expect(!exists(cryptoStore), "no empty store in its place")

            try Data(contentsOf: other.appendingPathComponent(cryptoStore.lastPathComponent)).write(to: cryptoStore)
            await fails(RestoreError.OtherAccount) { try await restore() }

            try whole.write(to: cryptoStore)
            let lock = folder.appendingPathComponent("keyward.lock")
            try? FileManager.default.removeItem(at: lock)
            try FileManager.default.createDirectory(at: lock, withIntermediateDirectories: false)
            await fails(RestoreError.OtherUser) { try await restore() }
            try FileManager.default.removeItem(at: lock)
            try await restore().useAndShutDown { #expect($0.userId() == user.userId) }
        }
    }

    @Test("The status of a new user says that nothing is set up")
    func status() async throws {
        try await loggedIn(TestService.newUser()) { login in
            let account = login.account
            let expected = AccountStatus(
                userId: account.userId(), deviceId: account.deviceId(), homeserver: account.homeserver(),
                verified: false, identity: .notSetUp, privateKeys: false, secretStorage: .notSetUp,
                keyBackup: .notSetUp, roomKeys: 0, pendingReset: nil, pending: [], tokensExposed: false)
            #expect(try await account.status() == expected)
            try await TestService.breakStore(login.folder)
            await fails(AccountError.Store) { try await account.status() }
            try await TestService.mendStore(login.folder)
            #expect(try await account.status() == expected)
        }
    }

    @Test("The recovery key verifies this session and takes the key backup up")
    func unlockWithKey() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            let before = try await account.status()
            #expect(before.identity == .notOurs && before.secretStorage == .ready && !before.verified)
            #expect(try await !person.observer.isSigned(account.deviceId()))

            #expect(try await account.unlock(input: .key(person.recoveryKey)) == Unlocked(keyBackup: true))
            let after = try await account.status()
            #expect(after.identity == .ours && after.keyBackup == .enabled && after.verified)
            #expect(try await person.observer.isSigned(account.deviceId()))
        }
    }

    @Test("The Security Phrase verifies this session, too")
    func unlockWithPhrase() async throws {
        let user = try await TestService.newUser()
        let other = try await TestService.login(user, withEncryption: true)
        _ = try await other.bootstrap(passphrase: "four words are enough")
        try await loggedIn(user) { login in
            let account = login.account
            await fails(UnlockError.WrongKey) { try await account.unlock(input: .phrase("five words are not enough")) }
            _ = try await account.unlock(input: .phrase("four words are enough"))
            #expect(try await account.status().verified)
            #expect(try await other.isSigned(account.deviceId()))
        }
    }

    @Test("Each thing that keeps this session locked has its own error")
    func unlockErrors() async throws {
        try await loggedIn(TestService.newUser()) { login in
            await fails(UnlockError.NotSetUp) { try await login.account.unlock(input: .key("not a key")) }
        }
        let stranger = try await TestService.login(TestService.newUser(), withEncryption: true)
        let strangersKey = try await stranger.bootstrap()
        let person = try await TestService.person(.none)
        let observer = person.observer
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            /// What comes of unlocking with the person's key while this account data has something else in it.
            func fails(
                _ kind: (Advice) -> UnlockError, input: KeyInput = .key(person.recoveryKey), while type: String,
                has change: (JSON) -> JSON
            ) async throws {
                let present = try await observer.accountData(type)
                try await observer.setAccountData(type, change(present))
                await KeywardTests.fails(kind) { try await account.unlock(input: input) }
                try await observer.setAccountData(type, present)
            }

            await KeywardTests.fails(UnlockError.MistypedKey) { try await account.unlock(input: .key("not a key")) }
            await KeywardTests.fails(UnlockError.WrongKey) { try await account.unlock(input: .key(strangersKey)) }
            await KeywardTests.fails(UnlockError.NoPassphrase) { try await account.unlock(input: .phrase("a phrase")) }

            let defaultKey = "m.secret_storage.default_key"
            let keyId = try await observer.accountData(defaultKey).text("key")
            try await fails(UnlockError.KeyNotDescribed, while: "m.secret_storage.key.\(keyId)") { _ in [:] }
            try await fails(
                UnlockError.Unsupported, input: .phrase("a phrase"), while: "m.secret_storage.key.\(keyId)"
            ) { description in
                var description = description
                description["passphrase"] = ["algorithm": "m.pbkdf2", "salt": "s", "iterations": 4_000_000_000]
                return description
            }
            let master = "m.cross_signing.master"
            try await fails(UnlockError.DamagedSecret, while: master) { secret in
                var secret = secret
                secret["encrypted"][keyId]["mac"] = .string(String(repeating: "A", count: 43))
                return secret
            }
            try await fails(UnlockError.IncompleteSecretStorage, while: master) { _ in [:] }
            #expect(try await !account.status().verified)

            try await proxy.arm("status_500", forEver: true)
            await KeywardTests.fails({ UnlockError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await account.unlock(input: .key(person.recoveryKey))
            }
            try await proxy.disarm()
            try await TestService.breakStore(login.folder)
            await KeywardTests.fails(UnlockError.Store) { try await account.unlock(input: .key(person.recoveryKey)) }
            try await TestService.mendStore(login.folder)
            try await proxy.reply(pathEndsWith: "/keys/signatures/upload")
            await KeywardTests.fails(UnlockError.NotSigned) {
                try await account.unlock(input: .key(person.recoveryKey))
            }
            try await proxy.disarm()
            #expect(try await !observer.isSigned(account.deviceId()))
        }
        try await TestService.login(person, withEncryption: true).bootstrapIdentity()
        try await loggedIn(person) { login in
            await fails(UnlockError.OutdatedSecretStorage) {
                try await login.account.unlock(input: .key(person.recoveryKey))
            }
        }
    }

    @Test("Synchronising brings room keys, which stop the logout until the person lets them go")
    func unsavedRoomKeys() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            try await login.receiveRoomKey(from: person)
            #expect(try await account.unsavedRoomKeys() == 1)
            await fails({ LogoutError.UnsavedRoomKeys(count: 1, advice: $0) }) {
                try await account.logOut(unsaved: .keep)
            }
            #expect(try await account.status().roomKeys == 1)

            try await account.logOut(unsaved: .discard)
            #expect(!exists(login.folder))
            await fails(AccountError.Closed) { try await account.status() }
            await fails(LogoutError.Closed) { try await account.logOut(unsaved: .keep) }
            #expect(try await person.observer.request("GET", "/v3/devices/\(account.deviceId())").status == 404)
        }
    }

    @Test("Room keys that are in the key backup are saved")
    func savedRoomKeys() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            try await account.unlock(person)
            try await login.receiveRoomKey(from: person)
            // The last one may have received the room key without uploading it.
            try await account.syncOnce(wait: 0)
            #expect(try await account.unsavedRoomKeys() == 0)
            try await account.logOut(unsaved: .keep)
            #expect(!exists(login.folder))
        }
    }

    @Test("A logout that fails leaves the session as it is")
    func logoutErrors() async throws {
        let person = try await TestService.person(.none)
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            try await proxy.arm("status_500", pathEndsWith: "/logout", forEver: true)
            await fails({ LogoutError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await account.logOut(unsaved: .keep)
            }
            try await proxy.disarm()
            try await proxy.reply(method: "POST", pathEndsWith: "/logout")
            await fails(LogoutError.StillSignedIn) { try await account.logOut(unsaved: .keep) }
            try await proxy.disarm()
            try await TestService.breakStore(login.folder)
            await fails(LogoutError.Store) { try await account.logOut(unsaved: .keep) }
            try await TestService.mendStore(login.folder)
            #expect(try await account.status().userId == person.userId)

            let reset = try await account.startReset()
            try await reset.untilPassword()
            await fails(LogoutError.ResetRunning) { try await account.logOut(unsaved: .discard) }
            let again = try await login.restart()
            await fails(LogoutError.ResetPending) { try await again.logOut(unsaved: .keep) }
            #expect(try await again.status().pendingReset == .staged)
            try await again.logOut(unsaved: .discard)
            #expect(!exists(login.folder))
        }
    }

    @Test("A synchronisation that is cancelled ends at once and is in nobody's way")
    func cancelledSync() async throws {
        let proxy = try await TestService.proxy()
        try await loggedIn(TestService.newUser(), homeserver: proxy.url) { login in
            let account = login.account
            try await proxy.hold(pathEndsWith: "/sync")
            let waiting = Task { try await account.syncOnce(wait: 30) }
            try await proxy.held()
            // Its reply will not come before the release.
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await proxy.release()
            try await account.syncOnce(wait: 0)
        }
    }

    @Test("A task that was cancelled before begins nothing that it waits for")
    func cancelledBefore() async throws {
        try await loggedIn(TestService.newUser()) { login in
            let account = login.account
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await account.syncOnce(wait: 30)
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let status = try await account.status()
            #expect(status.deviceId == account.deviceId())
        }
    }

    @Test("A change is made although nobody waits for it any more")
    func cancelledLogout() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user)
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            let account = login.account
            try await proxy.hold(pathEndsWith: "/logout")
            let waiting = Task { try await account.logOut(unsaved: .keep) }
            try await proxy.held()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await proxy.release()
            // The rest of the logout, which the shutdown at the end of this test must not interrupt.
            while true {
                do {
                    _ = try await account.status()
                } catch AccountError.Closed {
                    break
                } catch is AccountError {
                    // Signed out, and not closed yet.
                }
            }
            #expect(try await observer.request("GET", "/v3/devices/\(account.deviceId())").status == 404)
            #expect(!exists(login.folder))
        }
    }

    @Test("After the shutdown all calls say that the account is closed, and it can be restored at once")
    func shutDown() async throws {
        let proxy = try await TestService.proxy()
        try await loggedIn(TestService.newUser(), homeserver: proxy.url) { login in
            let account = login.account
            let sessions = account.sessions()
            let list = try await sessions.list()
            let signOut = try await sessions.signOut(deviceIds: ["SOMEBODY"])
            let watch = try await sessions.openWatch()
            #expect(await watch.next() != nil)
            try await proxy.hold(pathEndsWith: "/sync")
            let sync = Task { try await account.syncOnce(wait: 30) }
            try await proxy.held()
            let request = Task { try await account.nextVerificationRequest() }
            try await account.shutDown()
            await fails(AccountError.Closed) { try await sync.value }
            await fails(VerificationError.Closed) { try await request.value }
            try await proxy.disarm()
            try await account.shutDown()
            #expect(await watch.next() == nil)

            await fails(AccountError.Closed) { try await account.status() }
            await fails(AccountError.Closed) { try await account.syncOnce(wait: 0) }
            await fails(AccountError.Closed) { try await account.unsavedRoomKeys() }
            await fails(UnlockError.Closed) { try await account.unlock(input: .key("any")) }
            await fails(LogoutError.Closed) { try await account.logOut(unsaved: .discard) }
            await fails(VerificationError.Closed) { try await account.verifySession(deviceId: "SOMEBODY") }
            await fails(VerificationError.Closed) { try await account.verifyThisSession() }
            await fails(VerificationError.Closed) { try await account.verificationRequests().collected() }
            await fails(SessionsError.Closed) { try await sessions.list() }
            await fails(SessionsError.Closed) { try await sessions.openWatch() }
            await fails(SessionsError.Closed) { try await sessions.watch().collected() }
            await fails(SessionsError.Closed) { try await sessions.rename(deviceId: list.current.deviceId, name: "Name") }
            await fails(SessionsError.Closed) { try await sessions.setPush(deviceId: list.current.deviceId, on: true) }
            await fails(SessionsError.Closed) { try await sessions.signOutConsequences(deviceIds: []) }
            await fails(SessionsError.Closed) { try await sessions.accountManagement() }
            await fails(SessionsError.Closed) { try await sessions.acknowledgeLogin(deviceId: "SOMEBODY") }
            await fails(SessionsError.Closed) { try await sessions.history() }
            await fails(SessionsError.Closed) {
                try await sessions.announceClient(client: ClientInformation(name: "Test", version: nil, url: nil))
            }
            await fails(SessionsError.Closed) { try await sessions.pruneClientInformation() }
            await fails(SignOutError.Closed) { try await sessions.signOut(deviceIds: ["SOMEBODY"]) }
            await fails(SignOutError.Closed) { try await signOut.begin() }
            await fails(SignOutError.Closed) { try await signOut.authorise(password: Password(text: "any")) }
            let file = login.folder.appendingPathExtension("txt")
            let phrase = Passphrase(text: "any")
            await fails(ExportError.Closed) {
                try await account.roomKeys().export(to: file, passphrase: phrase).collected()
            }
            await fails(ImportError.Closed) {
                try await account.roomKeys().import(from: file, passphrase: phrase).collected()
            }

            #expect(try await login.restart().status().deviceId == account.deviceId())
        }
    }

    @Test("An account that is let go gives its folder back when the last of its objects is gone")
    func letGo() async throws {
        let user = try await TestService.newUser()
        try await withFolder { parent in
            let (folder, key) = (parent.appendingPathComponent("account"), StoreKey.generate())
            func sessionsOfAnAccount() async throws -> Sessions {
                try await Keyward.login(
                    homeserver: Keyward.discover(user.homeserver), user: user.userId,
                    password: Password(text: user.password), sessionName: "Let go", folder: folder, key: key
                ).sessions()
            }
            var sessions: Sessions? = try await sessionsOfAnAccount()
            #expect(try await sessions?.list().current.name == "Let go", "what came from it keeps it alive")
            await fails(RestoreError.InUse) { try await Keyward.restore(folder: folder, key: key) }
            sessions = nil
            // Some time after that.
            while true {
                do {
                    try await Keyward.restore(folder: folder, key: key)
                        .useAndShutDown { #expect($0.userId() == user.userId) }
                    break
                } catch RestoreError.InUse {
                    await Task.yield()
                }
            }
        }
    }

    @Test("The account is shut down after its use, whatever happens, and the error is the one of the work")
    func useAndShutDown() async throws {
        struct OfTheWork: Error {}
        try await loggedIn(TestService.newUser()) { login in
            let account = login.account
            await #expect(throws: OfTheWork.self) { try await account.useAndShutDown { _ in throw OfTheWork() } }
            await fails(AccountError.Closed) { try await account.status() }

            let again = try await Keyward.restore(folder: login.folder, key: login.key)
            let cancelled = Task {
                try await again.useAndShutDown { account in
                    while !Task.isCancelled { await Task.yield() }
                    return try await account.status()
                }
            }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            await fails(AccountError.Closed) { try await again.status() }
            #expect(try await login.restart().useAndShutDown { $0.deviceId() } == account.deviceId())
        }
    }
}

extension KeyInput {
    static func key(_ base58: String) -> KeyInput { .recoveryKey(key: RecoveryKey(base58: base58)) }
    static func phrase(_ text: String) -> KeyInput { .passphrase(passphrase: Passphrase(text: text)) }
}

extension Login {
    /// Has the phone send a message, and synchronises until its room key is here.
    func receiveRoomKey(from person: Person) async throws {
        // It has to know of this session.
        try await person.phone.sync()
        try await person.phone.sendMessages(1)
        while try await account.status().roomKeys == 0 { try await account.syncOnce(wait: 5) }
    }
}

func exists(_ file: URL) -> Bool {
    FileManager.default.fileExists(atPath: file.path)
}

private func withoutSlash(_ url: String) -> String {
    url.hasSuffix("/") ? String(url.dropLast()) : url
}
