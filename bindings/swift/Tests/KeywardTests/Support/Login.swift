// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// The session under test, and where its store is.
final class Login: @unchecked Sendable {
    /// It does not exist before the login.
    let folder: URL
    let key: StoreKey
    /// The session; after ``restart()`` another object.
    private(set) var account: Account

    init(folder: URL, key: StoreKey, account: Account) {
        self.folder = folder
        self.key = key
        self.account = account
    }

    /// Restores the account after it was shut down.
    func open() async throws -> Account {
        account = try await Keyward.restore(folder: folder, key: key)
        return account
    }

    /// Shuts the account down and restores it, as an app does that is started again.
    @discardableResult
    func restart() async throws -> Account {
        try await account.shutDown()
        return try await open()
    }
}

/// Where the browser comes back to.
let redirectUri = "example.keyward:/callback"

/// How the app under test introduces itself.
let client = ClientDescription(
    name: "Keyward test", uri: "https://keyward.example/", redirectUris: [redirectUri])

extension Deployment {
    /// How people there log in.
    var method: BrowserMethod {
        switch self {
        case .oauth: .oAuth(createAccount: false)
        case .sso: .sso(provider: nil)
        }
    }
}

/// Logs in, directly or through a proxy, into a new folder. Afterwards the account is shut down and its folder gone.
func loggedIn<Result: Sendable>(
    _ user: User, homeserver: String? = nil, sessionName: String = "Under test",
    isolation: isolated (any Actor)? = #isolation, _ work: (Login) async throws -> Result
) async throws -> Result {
    try await withFolder(isolation: isolation) { parent in
        let folder = parent.appendingPathComponent("account")
        let key = StoreKey.generate()
        let found = try await Keyward.discover(homeserver ?? user.homeserver)
        let account: Account
        if let method = user.deployment?.method {
            let login = try await Keyward.beginBrowserLogin(
                homeserver: found, method: method, client: client, redirectUri: redirectUri, sessionName: sessionName,
                folder: folder, key: key)
            let answer = try #require(try await user.allow(login.page()))
            account = try await Keyward.finishLogin(folder: folder, key: key, answer: answer)
        } else {
            account = try await Keyward.login(
                homeserver: found, user: user.userId, password: Password(text: user.password),
                sessionName: sessionName, folder: folder, key: key)
        }
        let login = Login(folder: folder, key: key, account: account)
        let result: Result
        do {
            result = try await work(login)
        } catch {
            // The error of the test is the one that says what happened.
            try? await login.account.shutDown()
            throw error
        }
        try await login.account.shutDown()
        return result
    }
}

/// A folder that is gone afterwards.
func withFolder<Result: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ work: (URL) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keyward-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await work(folder)
}

extension AsyncSequence {
    /// The first of what this makes of the values, whatever else comes before it.
    func firstSome<Value>(_ some: (Element) -> Value?) async throws -> Value {
        for try await element in self {
            if let value = some(element) { return value }
        }
        throw TestFailure("the stream ended before it came")
    }
}

/// The error of this type that the call throws.
func thrown<Kind: Error, Ignored>(
    _ kind: Kind.Type, by call: () async throws -> Ignored
) async throws -> Kind {
    do {
        _ = try await call()
    } catch let error as Kind {
        return error
    }
    throw TestFailure("no \(Kind.self) was thrown")
}

/// The name of the case, without its values: `wrongPassword`.
func caseName(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    return mirror.children.first?.label ?? "\(value)"
}
