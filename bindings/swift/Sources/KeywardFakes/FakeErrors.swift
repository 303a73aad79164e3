// SPDX-License-Identifier: Apache-2.0

import Keyward

/// The errors of the real library by their codes, with the advice that the real ones carry.
///
/// ```swift
/// FakeErrors.reset("server.unreachable")
/// ```
public enum FakeErrors {
    /// - Parameter code: of an error with which a reset can stop, or that one of its calls throws: `reset.not_kept`.
    ///   Another one is refused.
    public static func reset(_ code: String) -> ResetError {
        guard let error = resetIfThere(code) else { preconditionFailure("A reset has no error \(code)") }
        return error
    }

    /// - Parameter code: of an error with which making a new recovery key can stop, or that one of its calls throws:
    ///   `recovery.not_kept`. Another one is refused.
    public static func recovery(_ code: String) -> RecoveryError {
        guard let error = recoveryIfThere(code) else {
            preconditionFailure("Making a new recovery key has no error \(code)")
        }
        return error
    }

    /// - Parameter code: of an error with which a verification can stop or cannot begin, or that one of its calls
    ///   throws: `verification.not_signed`. Another one is refused.
    public static func verification(_ code: String) -> VerificationError {
        guard let error = verificationIfThere(code) else { preconditionFailure("A verification has no error \(code)") }
        return error
    }

    /// - Parameter code: of an error with which this session is not verified with the key: `secret_storage.wrong_key`.
    ///   Another one is refused.
    public static func unlock(_ code: String) -> UnlockError {
        guard let error = unlockIfThere(code) else { preconditionFailure("Unlocking has no error \(code)") }
        return error
    }

    /// - Parameter code: of an error with which nobody can say what a key opens: `secret_storage.wrong_key`.
    ///   Another one is refused.
    public static func keyCheck(_ code: String) -> KeyCheckError {
        guard let error = keyCheckIfThere(code) else { preconditionFailure("Looking at a key has no error \(code)") }
        return error
    }

    /// - Parameter code: of an error of a call about sessions, apart from signing out: `rename.too_long`. Another one
    ///   is refused.
    public static func sessions(_ code: String) -> SessionsError {
        guard let error = sessionsIfThere(code) else {
            preconditionFailure("A call about sessions has no error \(code)")
        }
        return error
    }

    /// - Parameter code: of an error with which sessions stay signed in: `auth.wrong_password`. Another one is refused.
    public static func signOut(_ code: String) -> SignOutError {
        guard let error = signOutIfThere(code) else { preconditionFailure("Signing out has no error \(code)") }
        return error
    }

    static func resetIfThere(_ code: String) -> ResetError? {
        let advice = advice(of: code)
        return switch code {
        case "reset.plan_outdated": .PlanOutdated(advice: advice)
        case "reset.pending": .Pending(advice: advice)
        case "reset.other_pending": .OtherPending(advice: advice)
        case "reset.already_running": .AlreadyRunning(advice: advice)
        case "reset.nothing_pending": .NothingPending(advice: advice)
        case "reset.empty_passphrase": .EmptyPassphrase(advice: advice)
        case "reset.weak_passphrase": .WeakPassphrase(advice: advice)
        case "reset.key_mismatch": .KeyMismatch(advice: advice)
        case "reset.out_of_order": .OutOfOrder(advice: advice)
        case "reset.already_committed": .AlreadyCommitted(advice: advice)
        case "reset.superseded": .Superseded(advice: advice)
        case "reset.finished_elsewhere": .FinishedElsewhere(advice: advice)
        case "reset.not_accepted": .NotAccepted(advice: advice)
        case "reset.staging_not_kept": .StagingNotKept(advice: advice)
        case "reset.not_undone": .NotUndone(advice: advice)
        case "reset.not_kept": .NotKept(advice: advice)
        case "reset.not_deleted": .NotDeleted(advice: advice)
        case "reset.not_signed": .NotSigned(advice: advice)
        case "reset.backup_replaced": .BackupReplaced(advice: advice)
        case "reset.host_device": .HostDevice(advice: advice)
        case "reset.not_taken_over": .NotTakenOver(advice: advice)
        case "reset.no_room_keys": .NoRoomKeys(advice: advice)
        case "reset.unknown_journal": .UnknownJournal(advice: advice)
        case "auth.wrong_password": .WrongPassword(advice: advice)
        case "auth.browser_needed": .BrowserNeeded(pages: [singleSignOn], advice: advice)
        case "auth.not_approved": .NotApproved(advice: advice)
        case "auth.unsupported": .AuthorisationUnsupported(stages: ["m.terms", "m.sms"], advice: advice)
        case "store.failed": .Store(advice: advice)
        case _ where code.hasPrefix("secret_storage."): .OldKey(advice: advice)
        default:
            if let problem = serverProblem(code) {
                .Server(problem: problem, advice: advice)
            } else if let error = export(code, advice) {
                .Export(error: error, advice: advice)
            } else {
                nil
            }
        }
    }

    static func recoveryIfThere(_ code: String) -> RecoveryError? {
        let advice = advice(of: code)
        return switch code {
        case "recovery.not_verified": .NotVerified(advice: advice)
        case "recovery.keys_missing": .KeysMissing(advice: advice)
        case "recovery.pending": .Pending(advice: advice)
        case "recovery.reset_pending": .ResetPending(advice: advice)
        case "recovery.already_running": .AlreadyRunning(advice: advice)
        case "recovery.nothing_pending": .NothingPending(advice: advice)
        case "recovery.empty_passphrase": .EmptyPassphrase(advice: advice)
        case "recovery.weak_passphrase": .WeakPassphrase(advice: advice)
        case "recovery.key_mismatch": .KeyMismatch(advice: advice)
        case "recovery.out_of_order": .OutOfOrder(advice: advice)
        case "recovery.already_committed": .AlreadyCommitted(advice: advice)
        case "recovery.superseded": .Superseded(advice: advice)
        case "recovery.staging_not_kept": .StagingNotKept(advice: advice)
        case "recovery.not_undone": .NotUndone(advice: advice)
        case "recovery.not_kept": .NotKept(advice: advice)
        case "recovery.identity_gone": .IdentityGone(advice: advice)
        case "recovery.outdated_secret_storage": .OutdatedSecretStorage(advice: advice)
        case "recovery.unknown_journal": .UnknownJournal(advice: advice)
        case "store.failed": .Store(advice: advice)
        case _ where code.hasPrefix("secret_storage."): .OldKey(advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    static func verificationIfThere(_ code: String) -> VerificationError? {
        let advice = advice(of: code)
        return switch code {
        case "verification.not_found": .NotFound(advice: advice)
        case "verification.no_encryption": .NoEncryption(advice: advice)
        case "verification.current_session": .CurrentSession(advice: advice)
        case "verification.already_verified": .AlreadyVerified(advice: advice)
        case "verification.no_identity": .NoIdentity(advice: advice)
        case "verification.nobody_can_sign": .NobodyCanSign(advice: advice)
        case "verification.nobody_to_ask": .NobodyToAsk(advice: advice)
        case "verification.not_now": .NotNow(advice: advice)
        case "verification.unknown_qr_code": .UnknownQrCode(advice: advice)
        case "verification.other_qr_code": .OtherQrCode(advice: advice)
        case "verification.not_signed": .NotSigned(advice: advice)
        case "store.failed": .Store(advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    static func unlockIfThere(_ code: String) -> UnlockError? {
        let advice = advice(of: code)
        return switch code {
        case "secret_storage.not_set_up": .NotSetUp(advice: advice)
        case "secret_storage.key_not_described": .KeyNotDescribed(advice: advice)
        case "secret_storage.unsupported": .Unsupported(advice: advice)
        case "secret_storage.mistyped_key": .MistypedKey(advice: advice)
        case "secret_storage.wrong_key": .WrongKey(advice: advice)
        case "secret_storage.no_passphrase": .NoPassphrase(advice: advice)
        case "secret_storage.damaged_secret": .DamagedSecret(advice: advice)
        case "unlock.incomplete_secret_storage": .IncompleteSecretStorage(advice: advice)
        case "unlock.outdated_secret_storage": .OutdatedSecretStorage(advice: advice)
        case "unlock.not_signed": .NotSigned(advice: advice)
        case "store.failed": .Store(advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    static func keyCheckIfThere(_ code: String) -> KeyCheckError? {
        let advice = advice(of: code)
        return switch code {
        case "secret_storage.not_set_up": .NotSetUp(advice: advice)
        case "secret_storage.key_not_described": .KeyNotDescribed(advice: advice)
        case "secret_storage.unsupported": .Unsupported(advice: advice)
        case "secret_storage.mistyped_key": .MistypedKey(advice: advice)
        case "secret_storage.wrong_key": .WrongKey(advice: advice)
        case "secret_storage.no_passphrase": .NoPassphrase(advice: advice)
        case "secret_storage.damaged_secret": .DamagedSecret(advice: advice)
        case "store.failed": .Store(advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    static func sessionsIfThere(_ code: String) -> SessionsError? {
        let advice = advice(of: code)
        return switch code {
        case "rename.not_found": .NotFound(advice: advice)
        case "push.unsupported": .PushUnsupported(advice: advice)
        case "store.failed": .Store(advice: advice)
        case "rename.too_long": .NameTooLong(longest: SampleData.longestName, advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    static func signOutIfThere(_ code: String) -> SignOutError? {
        let advice = advice(of: code)
        return switch code {
        case "sign_out.current_session": .CurrentSession(advice: advice)
        case "sign_out.not_verified": .NotVerified(advice: advice)
        case "auth.wrong_password": .WrongPassword(advice: advice)
        case "auth.not_approved": .NotApproved(advice: advice)
        case "store.failed": .Store(advice: advice)
        case "sign_out.account_management": .AccountManagement(page: FakeAccountManagement.page, advice: advice)
        case "sign_out.still_there": .StillThere(deviceIds: ["PHONE", "LAPTOP"], advice: advice)
        case "auth.browser_needed": .BrowserNeeded(pages: [singleSignOn], advice: advice)
        case "auth.unsupported": .AuthorisationUnsupported(stages: ["m.terms", "m.sms"], advice: advice)
        default: serverProblem(code).map { .Server(problem: $0, advice: advice) }
        }
    }

    private static let singleSignOn = BrowserStage(name: "m.login.sso", page: "https://example.org/")

    private static func serverProblem(_ code: String) -> ServerProblem? {
        switch code {
        case "server.unreachable": .unreachable
        case "server.certificate": .certificate
        case "server.session_expired": .sessionExpired
        case "server.token_expired": .tokenExpired
        case "server.other_session": .otherSession
        case "server.rate_limited": .rateLimited(retryAfter: 1.5)
        case "server.failing": .failing(status: 502)
        case "server.refused": .refused(status: 403, code: "M_FORBIDDEN")
        case "server.not_understood": .notUnderstood
        default: nil
        }
    }

    private static func export(_ code: String, _ advice: Advice) -> ExportError? {
        switch code {
        case "export.empty_passphrase": .EmptyPassphrase(advice: advice)
        case "export.disk_full": .DiskFull(advice: advice)
        case "export.permission_denied": .PermissionDenied(advice: advice)
        case "export.no_such_folder": .NoSuchFolder(advice: advice)
        case "export.is_folder": .IsFolder(advice: advice)
        case "export.write_failed": .Write(advice: advice)
        case "export.store_version": .StoreVersion(advice: advice)
        case "export.store_failed": .Store(advice: advice)
        default: nil
        }
    }
}

/// What every call says once an account was shut down.
let closedAdvice = Advice(
    code: "account.closed", remedy: .reportBug, reason: "This account was shut down. Restore it first.", arguments: [])
