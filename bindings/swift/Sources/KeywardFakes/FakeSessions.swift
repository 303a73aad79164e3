// SPDX-License-Identifier: Apache-2.0

import Keyward

/// The sessions of an account: this one, and four others of which each is something to look at. Nothing changes them.
public final class FakeSessions: Sessions, @unchecked Sendable {
    private let flows: Flows

    init(_ flows: Flows) {
        self.flows = flows
        super.init(noHandle: NoHandle())
    }

    /// Sessions without an account, for a preview.
    public convenience init() {
        self.init(Flows(ResetScript(), RecoveryScript(), attached: false))
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override func list() async throws -> SessionList {
        try checkIsOpen()
        return sampleList
    }

    public override func history() async throws -> [SessionHistoryEntry] {
        try checkIsOpen()
        return SampleData.history.map { fields in
            SessionHistoryEntry(
                deviceId: fields.get("device_id"), name: fields.ifThere("name"), firstSeen: fields.time("first_seen"),
                lastSeen: fields.time("last_seen"), removed: fields.timeIfThere("removed"),
                renames: fields.all("renames").map {
                    SessionRename(time: $0.time("time"), from: $0.ifThere("from"), to: $0.ifThere("to"))
                },
                alert: fields.case("alert"))
        }
    }

    public override func openWatch() async throws -> SessionsWatch {
        try checkIsOpen()
        return FakeSessionsWatch(flows.sessions)
    }

    private func checkIsOpen() throws {
        if flows.isShutDown { throw SessionsError.Closed(advice: closedAdvice) }
    }
}

private final class FakeSessionsWatch: SessionsWatch, @unchecked Sendable {
    private let reader: Reader<SessionsUpdate>

    init(_ watched: Watched<SessionsUpdate>) {
        reader = Reader(watched)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func next() async -> SessionsUpdate? {
        await reader.next()
    }

    /// Nothing has changed.
    override func refresh() {}

    override func stop() {
        reader.stop()
    }
}

/// The one update of a watch.
let sampleUpdate = SessionsUpdate.snapshot(
    snapshot: SessionsSnapshot(
        list: sampleList,
        newLogins: SampleData.newLogins.map { fields in
            NewLogin(
                deviceId: fields.get("device_id"), label: fields.get("label"), firstSeen: fields.time("first_seen"),
                reported: fields.get("reported"))
        }))

let sampleList = SessionList(
    current: session(SampleData.sessions.fields("current")), others: SampleData.sessions.all("others").map(session),
    recommendations: Recommendations(
        unverified: SampleData.sessions.count("unverified"), inactive: SampleData.sessions.count("inactive")),
    identity: SampleData.sessions.case("identity"))

private func session(_ fields: Fields) -> Session {
    Session(
        deviceId: fields.get("device_id"), label: fields.get("label"), labelSource: fields.case("label_source"),
        name: fields.ifThere("name"), unlisted: fields.get("unlisted"), trust: fields.case("trust"),
        inactive: fields.get("inactive"), lastSeen: fields.timeIfThere("last_seen"),
        lastSeenIp: fields.ifThere("last_seen_ip"), push: fields.case("push"), client: nil, kind: fields.case("kind"),
        fingerprint: fields.ifThere("fingerprint"))
}
