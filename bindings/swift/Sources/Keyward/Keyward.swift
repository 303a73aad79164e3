// SPDX-License-Identifier: Apache-2.0

@_exported import KeywardBindings

import Foundation

// Functions of the module, not of a type: a type that is called like its module would hide the module's other names,
// and `Keyward.login(…)` is written like this all the same.

/// Finds the homeserver behind a server name, a user id or a URL, and checks that it answers like one. Plain HTTP is
/// refused, except to this machine itself.
///
/// - Throws: ``KeywardBindings/DiscoveryError``, or `CancellationError`.
public func discover(_ address: String) async throws -> Homeserver {
    try await Homeserver.discover(address: address)
}

/// Logs in with a password and makes the store in `folder`, encrypted with `key`.
///
/// ```swift
/// let homeserver = try await Keyward.discover("example.org")
/// let key = StoreKey.generate()  // key.reveal() belongs into the Keychain
/// let account = try await Keyward.login(
///     homeserver: homeserver, user: "alice", password: Password(text: password), sessionName: "My app",
///     folder: URL.applicationSupportDirectory.appending(path: "alice"), key: key)
/// ```
///
/// - Parameters:
///   - homeserver: what ``discover(_:)`` found.
///   - user: a user id (`@alice:example.org`) or its localpart.
///   - password: the account's.
///   - sessionName: the public name of the session, which others can see.
///   - folder: of this login alone; it is made if it does not exist. Leave it out of backups: a session that exists
///     twice can decrypt nothing.
///   - key: encrypts the store.
/// - Throws: ``KeywardBindings/LoginError``, or `CancellationError`.
public func login(
    homeserver: Homeserver, user: String, password: Password, sessionName: String, folder: URL, key: StoreKey
) async throws -> Account {
    try await Account.login(
        homeserver: homeserver, user: user, password: password, sessionName: sessionName, folder: folder.path, key: key)
}

/// Begins a login with a browser in `folder`, whose store is encrypted with `key`. A login that waited there is replaced.
///
/// ```swift
/// let login = try await Keyward.beginBrowserLogin(
///     homeserver: homeserver, method: .oAuth(createAccount: false), client: client,
///     redirectUri: "org.example.app:/callback", sessionName: "My app", folder: folder, key: key)
/// open(login.page())  // and when the browser comes back, perhaps to a new process:
/// let account = try await Keyward.finishLogin(folder: folder, key: key, answer: answer)
/// ```
///
/// - Parameters:
///   - homeserver: what ``discover(_:)`` found.
///   - method: one that ``KeywardBindings/Homeserver/loginMethods()`` has.
///   - client: how the app introduces itself.
///   - redirectUri: where the browser comes back to: one of the client's.
///   - sessionName: the public name of the session, which others can see.
///   - folder: as for `login`.
///   - key: encrypts the store.
/// - Throws: ``KeywardBindings/LoginError``, or `CancellationError`.
public func beginBrowserLogin(
    homeserver: Homeserver, method: BrowserMethod, client: ClientDescription, redirectUri: String, sessionName: String,
    folder: URL, key: StoreKey
) async throws -> BrowserLogin {
    try await BrowserLogin.begin(
        homeserver: homeserver, method: method, client: client, redirectUri: redirectUri, sessionName: sessionName,
        folder: folder.path, key: key)
}

/// The login that waits for a browser in `folder`, for an app that has started anew. `nil` where there is none.
///
/// - Throws: ``KeywardBindings/RestoreError``, or `CancellationError`.
public func waitingBrowserLogin(folder: URL, key: StoreKey) async throws -> BrowserLogin? {
    try await waitingBrowserLogin(folder: folder.path, key: key)
}

/// Forgets the login that waits for a browser in `folder`, if there is one.
///
/// - Throws: ``KeywardBindings/RestoreError``, or `CancellationError`.
public func cancelBrowserLogin(folder: URL, key: StoreKey) async throws {
    try await cancelBrowserLogin(folder: folder.path, key: key)
}

/// Finishes the login that waits in `folder`. Afterwards it goes on waiting only if it may still be finished: after
/// `OtherAnswer`, and where the server cannot be reached.
///
/// - Parameters:
///   - folder: that of the login that was begun.
///   - key: encrypts the store.
///   - answer: the address that the browser came back to, whole.
/// - Throws: ``KeywardBindings/LoginError``, or `CancellationError`.
public func finishLogin(folder: URL, key: StoreKey, answer: String) async throws -> Account {
    try await Account.finishLogin(folder: folder.path, key: key, answer: answer)
}

/// Asks for a code with which the person allows a login in `folder` on another device. It is not stored: whoever lets it
/// go, or cancels the task that waits, gives it up.
///
/// ```swift
/// let login = try await Keyward.beginDeviceLogin(
///     homeserver: homeserver, client: client, sessionName: "My app", folder: folder, key: key)
/// show(login.page(), login.userCode())
/// let account = try await login.wait()
/// ```
///
/// - Parameters:
///   - homeserver: what ``discover(_:)`` found.
///   - client: how the app introduces itself.
///   - sessionName: the public name of the session, which others can see.
///   - folder: as for `login`.
///   - key: encrypts the store.
/// - Throws: ``KeywardBindings/LoginError``, or `CancellationError`.
public func beginDeviceLogin(
    homeserver: Homeserver, client: ClientDescription, sessionName: String, folder: URL, key: StoreKey
) async throws -> DeviceLogin {
    try await DeviceLogin.begin(
        homeserver: homeserver, client: client, sessionName: sessionName, folder: folder.path, key: key)
}

/// Opens the store in `folder` and takes the session up again. Needs no network. An app that starts asks
/// ``KeywardBindings/Account/pendingReset()`` and ``KeywardBindings/Account/pendingRecovery()`` next: a reset or a new
/// recovery key may wait to be resumed.
///
/// ```swift
/// let account = try await Keyward.restore(folder: folder, key: StoreKey.fromBytes(bytes: bytes))
/// if try await account.pendingReset() != nil {
///     show(try await account.resumeReset())
/// }
/// ```
///
/// - Throws: ``KeywardBindings/RestoreError``, or `CancellationError`.
public func restore(folder: URL, key: StoreKey) async throws -> Account {
    try await Account.restore(folder: folder.path, key: key)
}

/// Works for a session that the app has already, on an SDK of its own: the sessions, a reset, a new recovery key, what
/// the server shows of the account, and what is wrong with it. That SDK goes on synchronising, refreshing tokens and
/// keeping the keys; nothing of its store is opened.
///
/// ```swift
/// let host = HostSession(homeserver: homeserver, userId: userId, deviceId: deviceId, deviceKey: deviceKey)
/// let account = try await Keyward.attach(host: host, folder: folder, key: key) { _ in try await session.accessToken() }
/// if try await account.pendingReset() != nil {
///     show(try await account.resumeReset())
/// }
/// ```
///
/// Needs no network.
///
/// - Parameters:
///   - host: the session, as the app's SDK knows it.
///   - folder: one of the app's; a folder `keyward` is made in it, for small encrypted documents.
///   - key: encrypts them.
///   - accessToken: gives the session's present access token. It is called when one is needed, with `true` if the
///     homeserver has refused the last one, so that the SDK has to renew it; it has a minute. If it throws, what waits for
///     the token fails with ``KeywardBindings/ServerProblem/tokenExpired``. It is called no more once the account is shut
///     down or let go.
/// - Throws: ``KeywardBindings/AttachError``, or `CancellationError`.
public func attach(
    host: HostSession, folder: URL, key: StoreKey,
    accessToken: @escaping @Sendable (_ wasRefused: Bool) async throws -> String
) async throws -> AttachedAccount {
    let account = try await AttachedAccount.attach(host: host, folder: folder.path, key: key)
    answer(account.tokenRequests(), with: accessToken)
    return account
}

/// Answers the requests until there are no more: the account was shut down, or nothing of it is left. Holds nothing of the
/// account.
private func answer(
    _ requests: TokenRequests, with accessToken: @escaping @Sendable (_ wasRefused: Bool) async throws -> String
) {
    Task {
        while let request = await requests.next() {
            // Each by itself: one that the app never answers must not hold up the next.
            Task {
                do {
                    request.answer(token: try await accessToken(request.isRefused()))
                } catch {
                    // Whatever goes wrong in the app, it has no token.
                    request.refuse()
                }
            }
        }
    }
}

/// What the library logs, from the start of the iteration on, for the platform's log.
///
/// ```swift
/// for await record in Keyward.logs(.info) {
///     Logger(subsystem: "org.example.app", category: record.target).log("\(record.text, privacy: .public)")
/// }
/// ```
///
/// Nothing secret is logged at any level. Of a reader who is far behind the oldest records are dropped, and a record
/// says how many.
public func logs(_ level: LogLevel) -> Updates<LogRecord> {
    Updates {
        let stream = openLog(level: level)
        return Pulled(of: stream, next: stream.next, stop: stream.stop)
    }
}
