// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// How the account stands whose sessions these are.
struct Standing: Sendable {
    var identity = IdentityStatus.ours
    /// Device ids of the others that the identity has signed.
    var signed = SampleData.signed
    /// An account that was never set up has no other session.
    var hasOthers = true
    var isShutDown = false
    var unsavedRoomKeys: Int = 0
}

/// The sessions of one account, and what was done to them. Whoever watches them sees each change.
final class SessionBook: Sendable {
    private struct State {
        var signedOut: Set<String> = []
        var names: [String: String?] = [:]
        var renames: [String: [SessionRename]] = [:]
        var pushes: [String: PushNotifications] = [:]
        var acknowledged: Set<String> = []
        var failures: [SessionsCall: SessionsError]
        var signOutFailures: [SignOutCall: SignOutError]
        var newest: SessionsSnapshot?
    }

    let script: SessionsScript
    let watched: Watched<SessionsUpdate>
    private let standing: @Sendable () -> Standing
    private let state: Locked<State>

    init(_ script: SessionsScript = SessionsScript(), standing: @escaping @Sendable () -> Standing = { Standing() }) {
        self.script = script
        self.standing = standing
        var first = State(failures: script.failsAt, signOutFailures: script.signOutFailsAt)
        let snapshot = Self.snapshot(first, standing())
        first.newest = snapshot
        state = Locked(first)
        watched = Watched(.snapshot(snapshot: snapshot))
    }

    var isShutDown: Bool { standing().isShutDown }

    func list() -> SessionList {
        state.with { Self.listed($0, standing()) }
    }

    func snapshot() -> SessionsSnapshot {
        state.with { Self.snapshot($0, standing()) }
    }

    func isThere(_ deviceId: String) -> Bool {
        let list = list()
        return ([list.current] + list.others).contains { $0.deviceId == deviceId }
    }

    func history() -> [SessionHistoryEntry] {
        state.with { state in
            let all = Samples.history.filter { standing().hasOthers || $0.deviceId == Samples.deviceId }
            let known = all.map { Self.known($0, state) }
            return known.filter { $0.removed == nil } + known.filter { $0.removed != nil }
        }
    }

    // MARK: What is done to them

    /// The account stands in another way, perhaps.
    func look() {
        changing { _ in }
    }

    func rename(_ deviceId: String, to name: String?) {
        changing { state in
            let list = Self.listed(state, standing())
            let before = ([list.current] + list.others).first { $0.deviceId == deviceId }?.name
            state.names[deviceId] = .some(name)
            if name != before {
                state.renames[deviceId, default: []].append(SessionRename(time: Samples.now, from: before, to: name))
            }
        }
    }

    func setPush(_ deviceId: String, on: Bool) {
        changing { $0.pushes[deviceId] = on ? .on : .off }
    }

    func acknowledge(_ deviceId: String) {
        changing { state in
            let isNew = Samples.newLogins.contains { $0.deviceId == deviceId }
            if isNew, !state.signedOut.contains(deviceId) { state.acknowledged.insert(deviceId) }
        }
    }

    func signOut(_ deviceIds: [String]) {
        changing { $0.signedOut.formUnion(deviceIds) }
    }

    /// Nothing more is shown.
    func end() {
        watched.show(nil, isLast: true)
    }

    private func changing(_ change: (inout State) -> Void) {
        state.with { state in
            change(&state)
            let now = Self.snapshot(state, standing())
            if now != state.newest { watched.show(.snapshot(snapshot: now)) }
            state.newest = now
        }
    }

    // MARK: What is asked of them

    func consequences(_ deviceIds: [String]) -> SignOutConsequences {
        let (list, stands) = (list(), standing())
        let isCurrent = deviceIds.contains(list.current.deviceId)
        let going = list.others.filter { deviceIds.contains($0.deviceId) }
        let staying = list.others.filter { !deviceIds.contains($0.deviceId) }
        let day = 24.0 * 60 * 60
        let seen = going.filter { $0.lastSeen.map { Samples.now.timeIntervalSince($0) <= day } ?? false }
        return SignOutConsequences(
            current: isCurrent, lastSession: isCurrent && staying.allSatisfy { $0.trust == .unverifiable },
            unsavedRoomKeys: isCurrent ? stands.unsavedRoomKeys : 0,
            trustUnknown: list.identity != .ours && !going.isEmpty,
            verified: going.filter { $0.trust == .verified }.map(\.deviceId), seenInLastDay: seen.map(\.deviceId))
    }

    /// With what a call fails now, which it does once.
    func failure(_ call: SessionsCall) -> SessionsError? {
        state.with { $0.failures.removeValue(forKey: call) }
    }

    func failsAt(_ call: SessionsCall) throws {
        if let failure = failure(call) { throw failure }
    }

    func failsAt(_ call: SignOutCall) throws {
        if let failure = state.with({ $0.signOutFailures.removeValue(forKey: call) }) { throw failure }
    }

    // MARK: As they are now

    private static func snapshot(_ state: State, _ stands: Standing) -> SessionsSnapshot {
        let list = listed(state, stands)
        let logins = Samples.newLogins.filter { !state.acknowledged.contains($0.deviceId) }
        return SessionsSnapshot(
            list: list,
            newLogins: logins.compactMap { login in
                // It may be gone.
                list.others.first { $0.deviceId == login.deviceId }.map {
                    NewLogin(
                        deviceId: login.deviceId, label: $0.label, firstSeen: login.firstSeen,
                        reported: login.reported)
                }
            })
    }

    private static func listed(_ state: State, _ stands: Standing) -> SessionList {
        let isSure = stands.identity == .ours
        let others = Samples.sessions.others.filter { stands.hasOthers && !state.signedOut.contains($0.deviceId) }
        let list = SessionList(
            current: now(Samples.sessions.current, state, isVerified: isSure),
            // To a session that is not verified itself every other one looks unverified.
            others: others.map { now($0, state, isVerified: isSure && stands.signed.contains($0.deviceId)) },
            recommendations: Recommendations(unverified: 0, inactive: 0), identity: stands.identity)
        return SessionList(
            current: list.current, others: list.others,
            recommendations: Recommendations(
                unverified: list.othersShown(.unverified).count,
                inactive: list.othersShown(.inactive).count),
            identity: list.identity)
    }

    private static func now(_ session: Session, _ state: State, isVerified: Bool) -> Session {
        let name = state.names[session.deviceId] ?? session.name
        return session.with(
            name: name, trust: session.trust == .unverifiable ? .unverifiable : isVerified ? .verified : .unverified,
            push: state.pushes[session.deviceId] ?? session.push)
    }

    private static func known(_ entry: SessionHistoryEntry, _ state: State) -> SessionHistoryEntry {
        SessionHistoryEntry(
            deviceId: entry.deviceId, name: state.names[entry.deviceId] ?? entry.name, firstSeen: entry.firstSeen,
            lastSeen: entry.lastSeen, removed: state.signedOut.contains(entry.deviceId) ? Samples.now : nil,
            renames: entry.renames + (state.renames[entry.deviceId] ?? []),
            alert: state.acknowledged.contains(entry.deviceId) ? .acknowledged : entry.alert)
    }
}

extension Session {
    /// The same with what can change of a session.
    func with(name: String?, trust: SessionTrust, push: PushNotifications) -> Session {
        Session(
            deviceId: deviceId, label: name ?? deviceId, labelSource: name == nil ? .deviceId : .name, name: name,
            unlisted: unlisted, trust: trust, inactive: inactive, lastSeen: lastSeen, lastSeenIp: lastSeenIp,
            push: push,
            client: client, kind: kind, fingerprint: fingerprint)
    }
}
