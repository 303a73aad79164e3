// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// An account without a homeserver and without the native library, for previews and UI tests: its status, its sessions, what a
/// doctor finds, a reset and a new recovery key. Every other call ends the program, and says that it is a fake.
///
/// ```swift
/// let account: Account = FakeAccount(.lockedOut)
/// let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
/// ```
public final class FakeAccount: Account, @unchecked Sendable {
    private let flows: Flows
    private let diagnosis: FakeDiagnosis
    private let hasIdentity: Bool

    /// - Parameters:
    ///   - diagnosis: what is wrong with it, until a reset mends that.
    ///   - resetScript: how its resets go. One with a failure that such an account does not have is refused, here or when the
    ///     reset is started.
    ///   - recoveryScript: how making a new recovery key goes.
    ///   - hasIdentity: whether it was set up before: without, a reset makes the first identity.
    public init(
        _ diagnosis: FakeDiagnosis = .healthy, resetScript: ResetScript = ResetScript(),
        recoveryScript: RecoveryScript = RecoveryScript(), hasIdentity: Bool = true
    ) {
        flows = Flows(resetScript, recoveryScript, attached: false)
        self.diagnosis = diagnosis
        self.hasIdentity = hasIdentity
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    private var isSetUp: Bool { hasIdentity || flows.isReset }
    private var isVerified: Bool { flows.isReset || hasIdentity && diagnosis != .lockedOut }

    public override func userId() -> String { Samples.userId }

    public override func deviceId() -> String { Samples.deviceId }

    public override func homeserver() -> String { Samples.homeserver }

    public override func status() async throws -> AccountStatus {
        try flows.checkIsOpen()
        return AccountStatus(
            userId: Samples.userId, deviceId: Samples.deviceId, homeserver: Samples.homeserver, verified: isVerified,
            identity: isSetUp ? (isVerified ? .ours : .notOurs) : .notSetUp, privateKeys: isVerified,
            secretStorage: isSetUp ? .ready : .notSetUp,
            keyBackup: isSetUp ? (isVerified ? .enabled : .disabled) : .notSetUp,
            roomKeys: Samples.consequences.roomKeysHere ?? 0, pendingReset: try flows.pendingReset(),
            pending: try flows.pending(), tokensExposed: false)
    }

    public override func sessions() -> Sessions {
        FakeSessions(flows)
    }

    public override func examine(lostKey: Bool = false) async throws -> Report {
        try flows.checkIsOpen()
        return FakeReport(flows.isReset ? .healthy : diagnosis)
    }

    public override func planReset() async throws -> ResetPlan {
        try flows.plan(isSetUp ? Samples.own : Samples.first)
    }

    public override func startReset(plan: ResetPlan, options: ResetOptions) async throws -> Reset {
        try flows.startReset(plan, options)
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

    public override func startRecovery(options: RecoveryOptions) async throws -> Recovery {
        _ = try flows.pendingRecovery()
        guard isVerified else { throw FakeErrors.recovery("recovery.not_verified") }
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
    }
}
