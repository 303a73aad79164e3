// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The judge of all tests, over HTTP: `bindings/README.md` lists its endpoints.
enum TestService {
    private static let variable = "KEYWARD_TEST_SERVICE"

    private static let http: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        // Calls that wait for something give up after a minute by themselves.
        configuration.timeoutIntervalForRequest = 180
        configuration.httpMaximumConnectionsPerHost = 64
        return URLSession(configuration: configuration)
    }()

    private static let turnstile = Turnstile(places: 4)

    /// What the service answers; fails with its words. Members that are null are left out.
    @discardableResult
    static func call(_ path: String, _ body: [String: JSON] = [:]) async throws -> JSON {
        guard let service = ProcessInfo.processInfo.environment[variable], let url = URL(string: service + path) else {
            throw TestFailure("run the tests with `cargo xtask swift`, or set \(variable)")
        }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(body.filter { !$0.value.isNull })
        // Those keep a processor busy for long: with all tests at them at once, none would come to its end.
        let isLong = ["/people", "/sessions/login", "/reads_history", "/reset_identity"].contains(where: path.hasSuffix)
        if isLong { await turnstile.enter() }
        let (data, response): (Data, URLResponse)
        do {
            (data, response) = try await http.data(for: request)
        } catch {
            if isLong { await turnstile.leave() }
            throw error
        }
        if isLong { await turnstile.leave() }
        let reply = try JSONDecoder().decode(JSON.self, from: data)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw TestFailure("\(path): \(reply["error"].string ?? String(decoding: data, as: UTF8.self))")
        }
        return reply
    }

    /// A registered user who has never used encryption; at a deployment one whom the first login registers.
    static func newUser(at deployment: Deployment? = nil) async throws -> User {
        try await User(call("/users", ["deployment": JSON(deployment?.rawValue)]), deployment)
    }

    /// A user with a phone that has an identity, secret storage, a key backup and, if asked for, a past.
    static func person(_ history: History = .short, at deployment: Deployment? = nil) async throws -> Person {
        let body: [String: JSON] = [
            "history": .string(history.rawValue), "deployment": JSON(deployment?.rawValue),
        ]
        return try await Person(call("/people", body), deployment)
    }

    /// Another session of a user, beside the one under test; directly or through a proxy.
    static func login(
        _ user: User, name: String? = nil, withEncryption: Bool = false, homeserver: String? = nil
    ) async throws -> OtherSession {
        let reply = try await call(
            "/sessions/login",
            [
                "user_id": .string(user.userId), "password": .string(user.password), "name": JSON(name),
                "with_encryption": .bool(withEncryption), "homeserver": JSON(homeserver),
                "deployment": JSON(user.deployment?.rawValue),
            ])
        return try OtherSession(path: "/sessions/\(reply.text("id"))", deviceId: reply.text("device_id"))
    }

    /// A proxy before Synapse, before `upstream`, or before the servers of a deployment.
    static func proxy(upstream: String? = nil, before deployment: Deployment? = nil) async throws -> Proxy {
        try await Proxy(
            call("/proxies", ["upstream": JSON(upstream), "deployment": JSON(deployment?.rawValue)]))
    }

    /// From now on all that reads or writes the store in this folder fails, also while it is open.
    static func breakStore(_ folder: URL) async throws {
        try await call("/stores/break", ["directory": .string(folder.path)])
    }

    /// Ends what ``breakStore(_:)`` began.
    static func mendStore(_ folder: URL) async throws {
        try await call("/stores/mend", ["directory": .string(folder.path)])
    }

    /// Gives the crypto store another schema version than 17.
    static func setSchemaVersion(_ folder: URL, _ version: Int) async throws {
        try await call("/stores/schema_version", ["directory": .string(folder.path), "version": .int(version)])
    }

    /// Writes a value into the crypto store, which must be closed.
    static func setCustomValue(_ folder: URL, key: StoreKey, name: String, value: String) async throws {
        try await call(
            "/stores/custom_value",
            [
                "directory": .string(folder.path), "store_key": .string(key.reveal().base64EncodedString()),
                "name": .string(name), "value": .string(value),
            ])
    }

    /// Writes a file of exported room keys: `roomKeys` made-up ones, or any text instead of their JSON.
    static func writeRoomKeyFile(
        _ file: URL, passphrase: String, roomKeys: Int? = nil, content: String? = nil, version: Int? = nil,
        rounds: Int? = nil
    ) async throws {
        try await call(
            "/room_key_files",
            [
                "path": .string(file.path), "passphrase": .string(passphrase), "room_keys": JSON(roomKeys),
                "content": JSON(content), "version": JSON(version), "rounds": JSON(rounds),
            ])
    }

    /// Remembers how an account stands before a reset by this login.
    static func oracle(_ person: Person, _ login: Login) async throws -> Oracle {
        let reply = try await call(
            "/oracles",
            [
                "observer": .string(person.observer.id), "device_id": .string(login.account.deviceId()),
                "directory": .string(login.folder.path),
                "store_key": .string(login.key.reveal().base64EncodedString()),
                "recovery_key": .string(person.recoveryKey),
            ])
        return try Oracle(path: "/oracles/\(reply.text("id"))")
    }
}

/// How much a person has behind them.
enum History: String {
    /// No message.
    case none
    /// Three messages.
    case short
    /// That, an older version of the key backup, and a dehydrated device.
    case long
}

/// A homeserver whose accounts need no password.
enum Deployment: String, CaseIterable, CustomTestStringConvertible {
    /// With an authorisation server (OAuth 2.0).
    case oauth
    /// With a provider for single sign-on.
    case sso

    var testDescription: String { rawValue }
}

/// Somebody with a password, which is empty at a deployment.
class User: @unchecked Sendable {
    let deployment: Deployment?
    let homeserver: String
    let userId: String
    let localpart: String
    let password: String

    init(_ reply: JSON, _ deployment: Deployment? = nil) throws {
        self.deployment = deployment
        homeserver = try reply.text("homeserver")
        userId = try reply.text("user_id")
        localpart = try reply.text("localpart")
        password = try reply.text("password")
    }

    /// Opens a page in a browser, logs in where it asks, and allows. Where it led if that is for the app, else `nil`.
    @discardableResult
    func allow(_ page: String) async throws -> String? {
        try await visit(page)
    }

    /// The same, and denies.
    func deny(_ page: String) async throws -> String? {
        try await visit(page, ["deny": true])
    }

    /// Enters a code on its page, and allows what it is for.
    func enter(_ code: String, at page: String) async throws {
        _ = try await visit(page, ["user_code": .string(code)])
    }

    private func visit(_ page: String, _ more: [String: JSON] = [:]) async throws -> String? {
        let body: [String: JSON] = ["localpart": .string(localpart), "page": .string(page)]
        return try await TestService.call("/browser", body.merging(more) { $1 })["led_to"].string
    }
}

/// Somebody who has another client: the phone.
final class Person: User, @unchecked Sendable {
    /// The other client.
    let phone: OtherSession
    /// The key that opens secret storage until somebody resets.
    let recoveryKey: String
    let roomId: String
    /// A session without encryption, for plain requests.
    let observer: OtherSession

    override init(_ reply: JSON, _ deployment: Deployment? = nil) throws {
        phone = try OtherSession(path: "/people/\(reply.text("id"))", deviceId: reply.text("device_id"))
        recoveryKey = try reply.text("recovery_key")
        roomId = try reply.text("room_id")
        let others = reply["device_ids"].array?.compactMap(\.string).filter { [phone] in $0 != phone.deviceId }
        observer = try OtherSession(path: "/sessions/\(reply.text("observer"))", deviceId: others?.first ?? "")
        try super.init(reply, deployment)
    }

    /// Why a brand-new session with this key alone does *not* read everything that the phone has sent; `nil` if it
    /// does.
    func whyHistoryIsUnreadable(with recoveryKey: String) async throws -> String? {
        let reply = try await phone.call("reads_history", ["recovery_key": .string(recoveryKey)])
        return reply["readable"].bool == true ? nil : try reply.text("because")
    }
}

/// A session beside the one under test. Most steps need one `withEncryption`.
struct OtherSession: Sendable {
    let path: String
    let deviceId: String

    var id: String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// A step that has no function here.
    @discardableResult
    func call(_ step: String, _ body: [String: JSON] = [:]) async throws -> JSON {
        try await TestService.call("\(path)/\(step)", body)
    }

    func logout() async throws {
        try await TestService.call("/sessions/\(id)/logout")
    }

    /// A plain request below `/_matrix/client`, whatever the server says to it.
    @discardableResult
    func request(_ method: String, _ path: String, _ body: JSON = .null) async throws -> (status: Int, body: JSON) {
        let reply = try await TestService.call(
            "/sessions/\(id)/request", ["method": .string(method), "path": .string(path), "body": body])
        return (reply["status"].int ?? 0, reply["body"])
    }

    /// The account data of this type; `null` if there is none.
    func accountData(_ type: String) async throws -> JSON {
        try await TestService.call("/sessions/\(id)/account_data", ["type": .string(type)])["content"]
    }

    func setAccountData(_ type: String, _ content: JSON) async throws {
        try await TestService.call("/sessions/\(id)/account_data", ["type": .string(type), "content": content])
    }

    /// Sets when the server has last seen a session of this user, in milliseconds since 1970.
    func setLastSeen(_ deviceId: String, milliseconds: Int) async throws {
        try await TestService.call(
            "/sessions/\(id)/seen", ["device_id": .string(deviceId), "milliseconds": .int(milliseconds)])
    }

    /// Whether the server has the identity's signature of that session.
    func isSigned(_ deviceId: String) async throws -> Bool {
        try await TestService.call("/sessions/\(id)/is_signed", ["device_id": .string(deviceId)])["signed"].bool == true
    }

    /// How an app whose session this is describes it, and its access token.
    func host(of user: User) async throws -> (session: HostSession, token: String) {
        let reply = try await call("host")
        let session = HostSession(
            homeserver: user.homeserver, userId: user.userId, deviceId: deviceId, deviceKey: try reply.text("device_key"))
        return (session, try reply.text("access_token"))
    }

    func sync() async throws {
        try await call("sync")
    }

    /// Sets a new account up; the recovery key.
    func bootstrap(passphrase: String? = nil) async throws -> String {
        try await call("bootstrap", ["passphrase": JSON(passphrase)]).text("recovery_key")
    }

    /// A new identity alone: secret storage is outdated then.
    func bootstrapIdentity() async throws {
        try await call("bootstrap_identity")
    }

    /// Verifies this session with the recovery key.
    func recover(_ recoveryKey: String) async throws {
        try await call("recover", ["recovery_key": .string(recoveryKey)])
    }

    /// Resets the account as other clients do; the new recovery key.
    @discardableResult
    func resetIdentity() async throws -> String {
        try await call("reset_identity").text("recovery_key")
    }

    @discardableResult
    func sendMessages(_ count: Int, roomId: String? = nil) async throws -> [JSON] {
        try await call("send_messages", ["count": .int(count), "room_id": JSON(roomId)])["messages"].array ?? []
    }

    /// What a message says; `nil` if this session cannot read it.
    func decrypt(roomId: String, eventId: String) async throws -> String? {
        try await call("can_decrypt", ["room_id": .string(roomId), "event_id": .string(eventId)])["body"].string
    }

    func waitForBackup() async throws {
        try await call("wait_for_backup")
    }

    /// What the person at this client does in a verification.
    @discardableResult
    func verification(_ step: String, _ body: [String: JSON] = [:]) async throws -> JSON {
        try await call("verification/\(step)", body)
    }
}

/// A connection that breaks, waits or lies when told to.
struct Proxy: Sendable {
    let url: String
    private let path: String

    init(_ reply: JSON) throws {
        url = try reply.text("url")
        path = try "/proxies/\(reply.text("id"))"
    }

    /// A fault at the requests that match: the next one, the one with this number, or all from then on.
    func arm(
        _ fault: String, method: String? = nil, pathContains: String? = nil, pathEndsWith: String? = nil,
        number: Int? = nil, forEver: Bool = false, milliseconds: Int? = nil
    ) async throws {
        try await TestService.call(
            "\(path)/arm",
            [
                "fault": .string(fault), "method": JSON(method), "path_contains": JSON(pathContains),
                "path_ends_with": JSON(pathEndsWith), "number": JSON(number), "for_ever": .bool(forEver),
                "milliseconds": JSON(milliseconds),
            ])
    }

    /// Answers all requests that match with this JSON instead of the server.
    func reply(
        method: String? = nil, pathContains: String? = nil, pathEndsWith: String? = nil, status: Int = 200,
        body: JSON = [:]
    ) async throws {
        try await TestService.call(
            "\(path)/reply",
            [
                "method": JSON(method), "path_contains": JSON(pathContains), "path_ends_with": JSON(pathEndsWith),
                "status": .int(status), "body": body, "for_ever": true,
            ])
    }

    /// Lets requests that match wait until ``release()``: before the server acts, or after. All, or the one with this
    /// number.
    func hold(
        method: String? = nil, pathContains: String? = nil, pathEndsWith: String? = nil, number: Int? = nil,
        after: Bool = false
    ) async throws {
        try await TestService.call(
            "\(path)/hold",
            [
                "fault": after ? "hold_after" : "hold_before", "method": JSON(method),
                "path_contains": JSON(pathContains), "path_ends_with": JSON(pathEndsWith), "number": JSON(number),
            ])
    }

    /// Returns when a request is held.
    func held() async throws {
        try await TestService.call("\(path)/held")
    }

    func release() async throws {
        try await TestService.call("\(path)/release")
    }

    func disarm() async throws {
        try await TestService.call("\(path)/disarm")
    }

    /// As ``disarm()``, and forgets the requests.
    func reset() async throws {
        try await TestService.call("\(path)/reset")
    }

    func setLatency(milliseconds: Int) async throws {
        try await TestService.call("\(path)/latency", ["milliseconds": .int(milliseconds)])
    }

    /// What came by, in order; ids in paths are replaced by their names. `status` is `nil` without an answer.
    func requests() async throws -> [(method: String, path: String, status: Int?)] {
        let requests = try await TestService.call("\(path)/requests")["requests"].array ?? []
        return try requests.map { try ($0.text("method"), $0.text("path"), $0["status"].int) }
    }

    /// From now on nothing answers there.
    func stop() async throws {
        try await TestService.call("\(path)/stop")
    }
}

/// Judges server and store from outside. Each function fails with the invariant that is broken.
struct Oracle: Sendable {
    let path: String

    /// Nothing of the old is harmed.
    func assertUnharmed() async throws { try await assert("unharmed") }

    /// The old is unharmed, or the new complete.
    func assertSafe(_ newKey: String? = nil) async throws { try await assert("safe", newKey) }

    /// All is as it was before.
    func assertCancelled() async throws { try await assert("cancelled") }

    /// The new is in force and complete.
    func assertDone(_ newKey: String) async throws { try await assert("done", newKey) }

    /// Nothing is left of the old.
    func assertNoTraceOfTheOld() async throws { try await assert("no_trace_of_the_old") }

    private func assert(_ what: String, _ newKey: String? = nil) async throws {
        try await TestService.call("\(path)/assert_\(what)", ["new_key": JSON(newKey)])
    }
}
