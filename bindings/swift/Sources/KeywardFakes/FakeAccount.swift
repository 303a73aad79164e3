// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// An account without a homeserver and without the native library, for previews and UI tests: its status, its sessions,
/// what a doctor finds, a reset, a new recovery key, verifying and unlocking. Every other call ends the program, and
/// says that it is a fake.
///
/// ```swift
/// let account: Account = FakeAccount(.lockedOut)
/// let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
/// ```
public final class FakeAccount: Account, @unchecked Sendable {
    private let flows: Flows
    private let book: SessionBook
    private let verifications: Verifications
    private let stands: Stands
    private let unlockFailure: Locked<UnlockError?>

    /// How it stands, for what belongs to it and does not hold it.
    private struct Stands: Sendable {
        let diagnosis: FakeDiagnosis
        let hasIdentity: Bool
        let flows: Flows

        var isSetUp: Bool { hasIdentity || flows.isReset }

        var isVerified: Bool { flows.changes.isVerified || flows.isReset || hasIdentity && diagnosis.isVerified }

        var identity: IdentityStatus {
            if !isSetUp { return .notSetUp }
            if isVerified { return .ours }
            return diagnosis == .identityReplaced ? .replaced : .notOurs
        }

        /// Also of a closed account: its sessions and verifications are objects of their own.
        var standing: Standing {
            Standing(
                identity: identity, signed: flows.changes.signed, hasOthers: hasIdentity, isShutDown: flows.isShutDown,
                unsavedRoomKeys: diagnosis == .backupBehind && !flows.isReset ? sampleUnsaved : 0)
        }
    }

    /// - Parameters:
    ///   - diagnosis: what is wrong with it, until that is mended: by a reset, by verifying this session, or by a new
    ///     key where that is all that it takes.
    ///   - resetScript: how its resets go. One with a failure that such an account does not have is refused, here or
    ///     when the reset is started.
    ///   - recoveryScript: how making a new recovery key goes.
    ///   - hasIdentity: whether it was set up before: without, a reset makes the first identity. Of one without nothing
    ///     else is wrong.
    ///   - verificationScript: how each of its verifications goes.
    ///   - sessionsScript: how goes what is asked of its sessions.
    ///   - unlockFailsWith: with what `unlock` fails the first time, whatever is typed.
    public init(
        _ diagnosis: FakeDiagnosis = .healthy, resetScript: ResetScript = ResetScript(),
        recoveryScript: RecoveryScript = RecoveryScript(), hasIdentity: Bool? = nil,
        verificationScript: VerificationScript = VerificationScript(),
        sessionsScript: SessionsScript = SessionsScript(),
        unlockFailsWith: UnlockError? = nil
    ) {
        let hasIdentity = hasIdentity ?? (diagnosis != .notSetUp)
        precondition(
            hasIdentity || diagnosis == .healthy || diagnosis == .notSetUp,
            "Without an identity there is nothing of \(diagnosis)")
        precondition(!hasIdentity || diagnosis != .notSetUp, "It was set up")
        let flows = Flows(resetScript, recoveryScript, attached: false)
        let stands = Stands(diagnosis: diagnosis, hasIdentity: hasIdentity, flows: flows)
        let book = SessionBook(sessionsScript) { stands.standing }
        flows.changes.listen { [weak book] in book?.look() }
        self.flows = flows
        self.stands = stands
        self.book = book
        verifications = Verifications(verificationScript, flows.changes, book) { stands.standing }
        unlockFailure = Locked(unlockFailsWith)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    /// Another session of the account asks to verify, or to be verified. One that is not there, or has no encryption,
    /// is refused.
    public func requestVerification(_ deviceId: String = Samples.otherDeviceId) {
        verifications.request(deviceId)
    }

    /// Takes ``Samples/oldKey`` and ``Samples/oldPhrase``, or after a reset or a new recovery key ``Samples/newKey``
    /// and the phrase that was chosen. Another key that begins with "EsT" is a wrong one; what does not is mistyped.
    public override func unlock(input: KeyInput) async throws -> Unlocked {
        if flows.isShutDown { throw UnlockError.Closed(advice: closedAdvice) }
        let failure = unlockFailure.with { failure in
            defer { failure = nil }
            return failure
        }
        if let failure { throw failure }
        guard stands.isSetUp else { throw FakeErrors.unlock("secret_storage.not_set_up") }
        if let code = flows.changes.objection(input) { throw FakeErrors.unlock(code) }
        flows.changes.noteVerified(nil)
        flows.changes.tell()
        return Unlocked(keyBackup: true)
    }

    /// As `unlock`, and changes nothing.
    public override func checkRecoveryKey(key: KeyInput) async throws -> KeyCheck {
        if flows.isShutDown { throw KeyCheckError.Closed(advice: closedAdvice) }
        guard stands.isSetUp else { throw FakeErrors.keyCheck("secret_storage.not_set_up") }
        if let code = flows.changes.objection(key) { throw FakeErrors.keyCheck(code) }
        return Samples.keyCheck
    }

    public override func verifySession(deviceId: String) async throws -> Verification {
        try verifications.verifySession(deviceId)
    }

    public override func verifyThisSession() async throws -> Verification {
        try verifications.verifyThisSession()
    }

    /// Waits until ``requestVerification(_:)`` is called.
    public override func nextVerificationRequest() async throws -> Verification {
        try await verifications.nextRequest()
    }

    public override func userId() -> String { Samples.userId }

    public override func deviceId() -> String { Samples.deviceId }

    public override func homeserver() -> String { Samples.homeserver }

    public override func status() async throws -> AccountStatus {
        try flows.checkIsOpen()
        return AccountStatus(
            userId: Samples.userId, deviceId: Samples.deviceId, homeserver: Samples.homeserver,
            verified: stands.isVerified, identity: stands.identity, privateKeys: stands.isVerified,
            secretStorage: stands.isSetUp ? .ready : .notSetUp,
            keyBackup: stands.isSetUp ? (stands.isVerified ? .enabled : .disabled) : .notSetUp,
            roomKeys: Samples.consequences.roomKeysHere ?? 0, pendingReset: try flows.pendingReset(),
            pending: try flows.pending(), tokensExposed: false)
    }

    public override func sessions() -> Sessions {
        FakeSessions(book)
    }

    /// With a lost key a healthy account is ``FakeDiagnosis/keyLost``, and one that is locked out
    /// ``FakeDiagnosis/lockedOutKeyLost``, until a new one is made.
    public override func examine(lostKey: Bool = false) async throws -> Report {
        try flows.checkIsOpen()
        let isMended =
            switch stands.diagnosis {
            case .keyLost: flows.changes.hasNewKey
            default: flows.isReset || stands.isVerified && !stands.diagnosis.isVerified
            }
        // Another session can verify this one; the key is lost all the same.
        let isLost = stands.diagnosis == .lockedOutKeyLost && !flows.changes.hasNewKey
        let mended: FakeDiagnosis = isLost ? .keyLost : .healthy
        let diagnosis = stands.isSetUp ? (isMended ? mended : stands.diagnosis) : .notSetUp
        return FakeReport(diagnosis.to(lostKey: lostKey, flows.changes))
    }

    public override func planReset() async throws -> ResetPlan {
        try flows.plan(stands.isSetUp ? Samples.own : Samples.first)
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
        guard stands.isVerified else { throw FakeErrors.recovery("recovery.not_verified") }
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
        verifications.shutDown()
        book.end()
    }
}

/// Room keys that are in no backup, as the doctor's sample report says.
let sampleUnsaved: Int = 12
