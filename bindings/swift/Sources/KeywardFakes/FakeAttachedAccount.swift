// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// The account of a session that the app has already, as ``FakeAccount``. Its old recovery key is ``Samples/oldKey``,
/// its old Security Phrase ``Samples/oldPhrase``.
public final class FakeAttachedAccount: AttachedAccount, @unchecked Sendable {
    private let flows: Flows
    private let book: SessionBook
    private let diagnosis: FakeDiagnosis

    /// - Parameters:
    ///   - diagnosis: what is wrong with it, until a reset mends that.
    ///   - resetScript: how its resets go. One with a failure that such an account does not have is refused, here or
    ///     when the reset is started.
    ///   - recoveryScript: how making a new recovery key goes.
    ///   - sessionsScript: how goes what is asked of its sessions.
    public init(
        _ diagnosis: FakeDiagnosis = .healthy, resetScript: ResetScript = ResetScript(),
        recoveryScript: RecoveryScript = RecoveryScript(), sessionsScript: SessionsScript = SessionsScript()
    ) {
        precondition(diagnosis != .notSetUp, "A session that its app has set up")
        let flows = Flows(resetScript, recoveryScript, attached: true)
        // Also of a closed account: its sessions are an object of their own.
        let book = SessionBook(sessionsScript) {
            Standing(
                identity: Self.identity(diagnosis, flows), signed: flows.changes.signed, isShutDown: flows.isShutDown)
        }
        flows.changes.listen { [weak book] in book?.look() }
        self.flows = flows
        self.book = book
        self.diagnosis = diagnosis
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    private static func identity(_ diagnosis: FakeDiagnosis, _ flows: Flows) -> IdentityStatus {
        if flows.isReset || diagnosis.isVerified { return .ours }
        return diagnosis == .identityReplaced ? .replaced : .notOurs
    }

    public override func userId() -> String { Samples.userId }

    public override func deviceId() -> String { Samples.deviceId }

    public override func homeserver() -> String { Samples.homeserver }

    public override func status() async throws -> AttachedStatus {
        try flows.checkIsOpen()
        let identity = Self.identity(diagnosis, flows)
        return AttachedStatus(
            userId: Samples.userId, deviceId: Samples.deviceId, homeserver: Samples.homeserver,
            verified: identity == .ours, identity: identity, secretStorage: .ready, keyBackup: .enabled,
            pendingReset: try flows.pendingReset(), pending: try flows.pending())
    }

    public override func sessions(every: TimeInterval? = nil) -> Sessions {
        FakeSessions(book)
    }

    public override func examine(lostKey: Bool = false) async throws -> Report {
        try flows.checkIsOpen()
        let isMended = flows.isReset || diagnosis == .keyLost && flows.changes.hasNewKey
        return FakeReport(isMended ? .healthy : diagnosis)
    }

    public override func planReset(oldKey: KeyInput? = nil) async throws -> ResetPlan {
        let plan = try flows.plan(oldKey == nil ? Samples.attached : Samples.attachedOpened)
        if let oldKey, let code = flows.changes.objection(oldKey) { throw FakeErrors.reset(code) }
        return plan
    }

    public override func startReset(plan: ResetPlan, options: ResetOptions) async throws -> Reset {
        if options.export != nil { throw FakeErrors.reset("reset.no_room_keys") }
        return try flows.startReset(plan, options)
    }

    public override func resumeReset() async throws -> Reset {
        try flows.resumeReset()
    }

    public override func pendingReset() async throws -> PendingReset? {
        try flows.pendingReset()
    }

    public override func cancelReset() async throws {
        try flows.cancelReset()
    }

    public override func startRecovery(oldKey: KeyInput, options: RecoveryOptions) async throws -> Recovery {
        _ = try flows.pendingRecovery()
        if let code = flows.changes.objection(oldKey) { throw FakeErrors.recovery(code) }
        return try flows.startRecovery(options)
    }

    public override func resumeRecovery() async throws -> Recovery {
        try flows.resumeRecovery()
    }

    public override func pendingRecovery() async throws -> PendingReset? {
        try flows.pendingRecovery()
    }

    public override func cancelRecovery() async throws {
        try flows.cancelRecovery()
    }

    public override func shutDown() async throws {
        flows.shutDown()
        book.end()
    }

    /// As ``FakeAccount/checkRecoveryKey(key:)``.
    public override func checkRecoveryKey(key: KeyInput) async throws -> KeyCheck {
        if flows.isShutDown { throw KeyCheckError.Closed(advice: closedAdvice) }
        if let code = flows.changes.objection(key) { throw FakeErrors.keyCheck(code) }
        return Samples.keyCheck
    }
}
