// SPDX-License-Identifier: Apache-2.0

import Keyward

/// A sign-out as the script of the sessions has it. What is signed out is not listed any more. As of the real one, a
/// call waits until the one before has ended: a password that is given while ``authoriseInBrowser()`` waits, too.
public final class FakeSignOut: SignOut, @unchecked Sendable {
    private let book: SessionBook
    private let selected: [String]
    private let isApproved = Locked(false)
    private let isAsking = Locked(false)

    init(_ book: SessionBook, _ deviceIds: [String]) {
        self.book = book
        var seen: Set<String> = []
        selected = deviceIds.filter { seen.insert($0).inserted }
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    /// The person is done in the browser: `authoriseInBrowser` returns.
    public func finishInBrowser() {
        isApproved.with { $0 = true }
        book.watched.wake()
    }

    public override func deviceIds() -> [String] { selected }

    public override func begin() async throws -> Challenge? {
        try await alone {
            if selected.isEmpty { return nil }
            try book.failsAt(.begin)
            if book.script.onPage { throw FakeErrors.signOut("sign_out.account_management") }
            return book.script.challenge ?? done()
        }
    }

    public override func authorise(password: Password) async throws -> Challenge? {
        try await alone {
            if selected.isEmpty { return nil }
            if let challenge = book.script.challenge, !challenge.answerableByPassword() {
                throw SignOutError.BrowserNeeded(pages: challenge.pages(), advice: advice(of: "auth.browser_needed"))
            }
            if password.fake != book.script.password { throw FakeErrors.signOut("auth.wrong_password") }
            try book.failsAt(.authorise)
            return done()
        }
    }

    /// Waits until the person is done, or until nobody waits for it any more.
    public override func authoriseInBrowser() async throws -> Challenge? {
        try await alone {
            if book.script.challenge?.pages().isEmpty ?? true { throw FakeErrors.signOut("auth.unsupported") }
            try await wait { self.isApproved.with { $0 } }
            try checkIsOpen()
            try book.failsAt(.authoriseInBrowser)
            return done()
        }
    }

    /// Does it once no other call is open.
    private func alone(_ call: () async throws -> Challenge?) async throws -> Challenge? {
        try await wait {
            self.isAsking.with { isAsking in
                defer { isAsking = true }
                return !isAsking
            }
        }
        defer {
            isAsking.with { $0 = false }
            book.watched.wake()
        }
        try checkIsOpen()
        return try await call()
    }

    /// Waits until it is so, until the account is shut down, or until nobody waits for it any more.
    private func wait(until isSo: () -> Bool) async throws {
        let watched = book.watched
        try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                let (shown, version) = watched.look()
                if shown.isLast || isSo() { return }
                await watched.change(after: version)
            }
        } onCancel: {
            watched.wake()
        }
    }

    private func done() -> Challenge? {
        book.signOut(selected)
        return nil
    }

    private func checkIsOpen() throws {
        if book.isShutDown { throw SignOutError.Closed(advice: closedAdvice) }
    }
}

/// The account page of a fake homeserver. ``FakeSessions/signOutElsewhere(_:)`` does what the person does there.
public final class FakeAccountManagement: AccountManagement, @unchecked Sendable {
    static let page = "https://account.example.org/"

    /// The page.
    public init() {
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override func page() -> String { Self.page }

    public override func signOutLink(deviceId: String) -> String { link("device_delete", deviceId) }

    public override func sessionLink(deviceId: String) -> String { link("device_view", deviceId) }

    public override func sessionsLink() -> String { link("devices_list") }

    public override func profileLink() -> String { link("profile") }

    public override func signOutLinks(list: SessionList, deviceIds: [String]) -> SignOutLinks {
        let others = Set(list.others.map(\.deviceId))
        var seen: Set<String> = []
        let selected = deviceIds.filter { others.contains($0) && seen.insert($0).inserted }
        return FakeSignOutLinks(selected.map { SignOutLink(deviceId: $0, url: signOutLink(deviceId: $0)) })
    }

    private func link(_ action: String, _ deviceId: String? = nil) -> String {
        "\(Self.page)?action=org.matrix.\(action)" + (deviceId.map { "&device_id=\($0)" } ?? "")
    }
}

private final class FakeSignOutLinks: SignOutLinks, @unchecked Sendable {
    private let links: Locked<[SignOutLink]>
    private let all: Int

    init(_ links: [SignOutLink]) {
        self.links = Locked(links)
        all = links.count
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func current() -> SignOutLink? {
        links.with { $0.first }
    }

    override func postpone() {
        links.with { $0 = Array($0.dropFirst() + $0.prefix(1)) }
    }

    override func update(list: SessionList) {
        let listed = Set(list.others.map(\.deviceId))
        links.with { $0.removeAll { !listed.contains($0.deviceId) } }
    }

    override func done() -> Int {
        links.with { all - $0.count }
    }

    override func total() -> Int { all }
}
