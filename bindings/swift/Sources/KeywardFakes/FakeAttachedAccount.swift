// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// The account of a session that the app has already, as ``FakeAccount``. Its old recovery key is ``Samples/oldKey``, its old
/// Security Phrase ``Samples/oldPhrase``.
public final class FakeAttachedAccount: AttachedAccount, @unchecked Sendable {
    private let flows: Flows
    private let diagnosis: FakeDiagnosis

    /// - Parameters:
    ///   - diagnosis: what is wrong with it, until a reset mends that.
    ///   - resetScript: how its resets go. One with a failure that such an account does not have is refused, here or when the
    ///     reset is started.
    ///   - recoveryScript: how making a new recovery key goes.
    public init(
        _ diagnosis: FakeDiagnosis = .healthy, resetScript: ResetScript = ResetScript(),
        recoveryScript: RecoveryScript = RecoveryScript()
    ) {
        flows = Flows(resetScript, recoveryScript, attached: true)
        self.diagnosis = diagnosis
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    private var isVerified: Bool { flows.isReset || diagnosis != .lockedOut }

    public override func userId() -> String { Samples.userId }

    public override func deviceId() -> String { Samples.deviceId }

    public override func homeserver() -> String { Samples.homeserver }

    public override func status() async throws -> AttachedStatus {
        try flows.checkIsOpen()
        return AttachedStatus(
            userId: Samples.userId, deviceId: Samples.deviceId, homeserver: Samples.homeserver, verified: isVerified,
            identity: isVerified ? .ours : .notOurs, secretStorage: .ready, keyBackup: .enabled,
            pendingReset: try flows.pendingReset(), pending: try flows.pending())
    }

    public override func sessions(every: TimeInterval? = nil) -> Sessions {
        FakeSessions(flows)
    }

    public override func examine(lostKey: Bool = false) async throws -> Report {
        try flows.checkIsOpen()
        return FakeReport(flows.isReset ? .healthy : diagnosis)
    }

    public override func planReset(oldKey: KeyInput? = nil) async throws -> ResetPlan {
        let plan = try flows.plan(oldKey == nil ? Samples.attached : Samples.attachedOpened)
        if let oldKey, !oldKey.isOld { throw FakeErrors.reset("secret_storage.wrong_key") }
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
        guard oldKey.isOld else { throw FakeErrors.recovery("secret_storage.wrong_key") }
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
