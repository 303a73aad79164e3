// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

@testable import KeywardFakes

/// What is done before a call reaches a fake: it is counted, held at a ``Door``, or refused.
typealias Guard<Call> = @Sendable (Call) async throws -> Void

/// Of an attached session, with how often its list of sessions was asked to be read anew.
final class Spaced: AttachedAccount, @unchecked Sendable {
    let intervals = Locked<[TimeInterval?]>([])

    init() {
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func sessions(every: TimeInterval? = nil) -> Sessions {
        intervals.with { $0.append(every) }
        return FakeSessions()
    }
}

/// A fake account with a guard before the calls that tests look at.
final class GuardedAccount: Account, @unchecked Sendable {
    enum Call {
        case examine(lostKey: Bool)
        case verify, checkNow
        case removeDehydratedDevice, signThisSession, uploadRoomKeys
        case dismissContacts([String])
    }

    /// The verification that was begun last.
    let begun = Locked<Verification?>(nil)
    private let fake: FakeAccount
    private let before: Guard<Call>

    init(_ fake: FakeAccount, before: @escaping Guard<Call>) {
        self.fake = fake
        self.before = before
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func userId() -> String { fake.userId() }

    override func sessions() -> Sessions { fake.sessions() }

    override func examine(lostKey: Bool = false) async throws -> Report {
        try await before(.examine(lostKey: lostKey))
        return try await fake.examine(lostKey: lostKey)
    }

    override func removeDehydratedDevice() async throws { try await before(.removeDehydratedDevice) }

    override func signThisSession() async throws { try await before(.signThisSession) }

    override func startUploadRoomKeysBehind() async throws -> RoomKeyRepair {
        try await before(.uploadRoomKeys)
        return FakeRepair()
    }

    override func dismissContacts(userIds: [String]) async throws -> Int {
        try await before(.dismissContacts(userIds))
        return userIds.count
    }

    override func verifySession(deviceId: String) async throws -> Verification {
        try await verifying { try await $0.verifySession(deviceId: deviceId) }
    }

    override func verifyThisSession() async throws -> Verification {
        try await verifying { try await $0.verifyThisSession() }
    }

    /// The other session is asked before whoever has called gets to know.
    private func verifying(_ ask: (Account) async throws -> Verification) async throws -> Verification {
        let verification = try await ask(fake)
        begun.with { $0 = verification }
        try await before(.verify)
        return verification
    }

    override func pendingReset() async throws -> PendingReset? { try await fake.pendingReset() }

    override func planReset() async throws -> ResetPlan { try await fake.planReset() }

    override func startReset(plan: ResetPlan, options: ResetOptions) async throws -> Reset {
        GuardedReset(try await fake.startReset(plan: plan, options: options), before)
    }
}

/// It has uploaded one room key, and is done.
private final class FakeRepair: RoomKeyRepair, @unchecked Sendable {
    private let left = Locked<[RoomKeyRepairState]>([.done(gained: 0), .running(done: 1, total: 1)])

    init() {
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func next() async throws -> RoomKeyRepairState? { left.with { $0.popLast() } }

    override func stop() {}
}

private final class GuardedReset: Reset, @unchecked Sendable {
    private let fake: Reset
    private let before: Guard<GuardedAccount.Call>

    init(_ fake: Reset, _ before: @escaping Guard<GuardedAccount.Call>) {
        self.fake = fake
        self.before = before
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func openStates() -> ResetStates { fake.openStates() }

    override func confirmSaved(confirmation: Confirmation) async throws {
        try await fake.confirmSaved(confirmation: confirmation)
    }

    override func authorise(password: Password) async throws { try await fake.authorise(password: password) }

    override func authoriseInBrowser() async throws { try await fake.authoriseInBrowser() }

    override func checkNow() async throws {
        try await before(.checkNow)
        try await fake.checkNow()
    }
}

/// Fake sessions with a guard before the calls that tests look at.
final class GuardedSessions: Sessions, @unchecked Sendable {
    enum Call {
        case list, openWatch, authoriseInBrowser
    }

    /// How often a watch was told to read the list anew.
    let refreshes = Locked(0)
    /// How many watches somebody holds.
    let watches = Locked(0)
    /// The sign-out that was begun last.
    let begun = Locked<FakeSignOut?>(nil)
    private let fake: FakeSessions
    private let before: Guard<Call>

    init(_ fake: FakeSessions = FakeSessions(), before: @escaping Guard<Call> = { _ in }) {
        self.fake = fake
        self.before = before
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func list() async throws -> SessionList {
        try await before(.list)
        return try await fake.list()
    }

    override func openWatch() async throws -> SessionsWatch {
        let watch = GuardedWatch(try await fake.openWatch(), refreshes, watches)
        try await before(.openWatch)
        return watch
    }

    override func signOut(deviceIds: [String]) async throws -> SignOut {
        let signOut = try await fake.signOut(deviceIds: deviceIds)
        begun.with { $0 = signOut as? FakeSignOut }
        return GuardedSignOut(signOut, before)
    }

    override func signOutConsequences(deviceIds: [String]) async throws -> SignOutConsequences {
        try await fake.signOutConsequences(deviceIds: deviceIds)
    }

    override func accountManagement() async throws -> AccountManagement? { try await fake.accountManagement() }
}

private final class GuardedWatch: SessionsWatch, @unchecked Sendable {
    private let fake: SessionsWatch
    private let refreshes: Locked<Int>
    private let watches: Locked<Int>

    init(_ fake: SessionsWatch, _ refreshes: Locked<Int>, _ watches: Locked<Int>) {
        self.fake = fake
        self.refreshes = refreshes
        self.watches = watches
        super.init(noHandle: NoHandle())
        watches.with { $0 += 1 }
    }

    deinit {
        watches.with { $0 -= 1 }
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func next() async -> SessionsUpdate? { await fake.next() }

    override func refresh() {
        refreshes.with { $0 += 1 }
        fake.refresh()
    }

    override func stop() { fake.stop() }
}

private final class GuardedSignOut: SignOut, @unchecked Sendable {
    private let fake: SignOut
    private let before: Guard<GuardedSessions.Call>

    init(_ fake: SignOut, _ before: @escaping Guard<GuardedSessions.Call>) {
        self.fake = fake
        self.before = before
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError("a fake has no handle")
    }

    override func begin() async throws -> Challenge? { try await fake.begin() }

    override func authorise(password: Password) async throws -> Challenge? {
        try await fake.authorise(password: password)
    }

    override func authoriseInBrowser() async throws -> Challenge? {
        try await before(.authoriseInBrowser)
        return try await fake.authoriseInBrowser()
    }
}

/// A door at which calls wait until it is opened. They wait no longer than their test may take.
final class Door: Sendable {
    private let isOpen = Watched(false)
    private let came = Watched(0)

    /// Waits at the door.
    func pass() async {
        came.wake { $0.state = ($0.state ?? 0) + 1 }
        await isOpen.comes { $0 }
    }

    /// Waits until somebody stands at the door.
    func isReached() async {
        await came.comes { $0 > 0 }
    }

    func open() {
        isOpen.show(true)
    }
}

extension Watched {
    /// Waits until it is so.
    func comes(_ isSo: (State) -> Bool) async {
        await withTaskCancellationHandler {
            while !Task.isCancelled {
                let (shown, version) = look()
                if let state = shown.state, isSo(state) { return }
                await change(after: version)
            }
        } onCancel: {
            wake()
        }
    }
}

/// What every call says while its account is paused.
let pausedAdvice = Advice(
    code: "account.paused", remedy: .wait, reason: "This account was paused. Resume it, then try again.",
    arguments: [])
