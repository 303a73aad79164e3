// SPDX-License-Identifier: Apache-2.0

import Keyward

/// The sessions of an account: this one, and four others of which each is something to look at. They are renamed,
/// signed out, verified and acknowledged, and whoever watches sees it.
public final class FakeSessions: Sessions, @unchecked Sendable {
    private let book: SessionBook

    init(_ book: SessionBook) {
        self.book = book
        super.init(noHandle: NoHandle())
    }

    /// Sessions without an account, for a preview, of which what is asked goes as the script says.
    public convenience init(_ script: SessionsScript = SessionsScript()) {
        self.init(SessionBook(script))
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    /// The person signs this session out elsewhere, for instance on the page of `accountManagement`.
    public func signOutElsewhere(_ deviceId: String) {
        book.signOut([deviceId])
    }

    public override func list() async throws -> SessionList {
        try checkIsOpen()
        try book.failsAt(.list)
        return book.list()
    }

    public override func history() async throws -> [SessionHistoryEntry] {
        try checkIsOpen()
        return book.history()
    }

    public override func openWatch() async throws -> SessionsWatch {
        try checkIsOpen()
        return FakeSessionsWatch(book)
    }

    public override func rename(deviceId: String, name: String) async throws {
        try checkIsOpen()
        if name.unicodeScalars.count > SampleData.longestName { throw FakeErrors.sessions("rename.too_long") }
        try book.failsAt(.rename)
        guard book.isThere(deviceId) else { throw FakeErrors.sessions("rename.not_found") }
        book.rename(deviceId, to: name.allSatisfy(\.isWhitespace) ? nil : name)
    }

    public override func setPush(deviceId: String, on: Bool) async throws {
        try checkIsOpen()
        try book.failsAt(.setPush)
        guard book.isThere(deviceId) else { throw FakeErrors.sessions("push.unsupported") }
        book.setPush(deviceId, on: on)
    }

    public override func acknowledgeLogin(deviceId: String) async throws {
        try checkIsOpen()
        try book.failsAt(.acknowledge)
        book.acknowledge(deviceId)
    }

    public override func signOutConsequences(deviceIds: [String]) async throws -> SignOutConsequences {
        try checkIsOpen()
        return book.consequences(deviceIds)
    }

    public override func signOut(deviceIds: [String]) async throws -> SignOut {
        if book.isShutDown { throw SignOutError.Closed(advice: closedAdvice) }
        if deviceIds.contains(Samples.deviceId) { throw FakeErrors.signOut("sign_out.current_session") }
        return FakeSignOut(book, deviceIds)
    }

    public override func accountManagement() async throws -> AccountManagement? {
        try checkIsOpen()
        return book.script.onPage ? FakeAccountManagement() : nil
    }

    private func checkIsOpen() throws {
        if book.isShutDown { throw SessionsError.Closed(advice: closedAdvice) }
    }
}

private final class FakeSessionsWatch: SessionsWatch, @unchecked Sendable {
    private let reader: Reader<SessionsUpdate>
    private let book: SessionBook

    init(_ book: SessionBook) {
        reader = Reader(book.watched)
        self.book = book
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func next() async -> SessionsUpdate? {
        if let failure = book.failure(.watch) {
            // After the end of the session there is nothing to ask.
            if failure.code == "server.session_expired" { reader.stop() }
            return .failed(error: failure)
        }
        return await reader.next()
    }

    /// Nothing has changed that it has not told.
    override func refresh() {}

    override func stop() {
        reader.stop()
    }
}

let sampleList = SessionList(
    current: session(SampleData.sessions.fields("current")), others: SampleData.sessions.all("others").map(session),
    recommendations: Recommendations(
        unverified: SampleData.sessions.count("unverified"), inactive: SampleData.sessions.count("inactive")),
    identity: SampleData.sessions.case("identity"))

let sampleHistory = SampleData.history.map { fields in
    SessionHistoryEntry(
        deviceId: fields.get("device_id"), name: fields.ifThere("name"), firstSeen: fields.time("first_seen"),
        lastSeen: fields.time("last_seen"), removed: fields.timeIfThere("removed"),
        renames: fields.all("renames").map {
            SessionRename(time: $0.time("time"), from: $0.ifThere("from"), to: $0.ifThere("to"))
        },
        alert: fields.case("alert"))
}

let sampleLogins = SampleData.newLogins.map { fields in
    NewLogin(
        deviceId: fields.get("device_id"), label: fields.get("label"), firstSeen: fields.time("first_seen"),
        reported: fields.get("reported"))
}

private func session(_ fields: Fields) -> Session {
    Session(
        deviceId: fields.get("device_id"), label: fields.get("label"), labelSource: fields.case("label_source"),
        name: fields.ifThere("name"), unlisted: fields.get("unlisted"), trust: fields.case("trust"),
        inactive: fields.get("inactive"), lastSeen: fields.timeIfThere("last_seen"),
        lastSeenIp: fields.ifThere("last_seen_ip"), push: fields.case("push"), client: nil, kind: fields.case("kind"),
        fingerprint: fields.ifThere("fingerprint"))
}
