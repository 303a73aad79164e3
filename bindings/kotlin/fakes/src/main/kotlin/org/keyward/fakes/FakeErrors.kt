// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Advice
import org.keyward.BrowserStage
import org.keyward.ExportException
import org.keyward.KeyCheckException
import org.keyward.RecoveryException
import org.keyward.Remedy
import org.keyward.ResetException
import org.keyward.ServerProblem
import org.keyward.SessionsException
import org.keyward.SignOutException
import org.keyward.UnlockException
import org.keyward.VerificationException
import java.time.Duration

/**
 * The exceptions of the real library by their codes, with the advice that the real ones carry.
 *
 * ```
 * FakeErrors.reset("server.unreachable")
 * ```
 */
public object FakeErrors {
    /**
     * @param code of an error with which a reset can stop, or that one of its calls throws: `reset.not_kept`.
     * @throws IllegalArgumentException if a reset has no such error.
     */
    public fun reset(code: String): ResetException {
        val advice = adviceOf(code)
        return when (code) {
            "reset.plan_outdated" -> ResetException.PlanOutdated(advice)
            "reset.pending" -> ResetException.Pending(advice)
            "reset.other_pending" -> ResetException.OtherPending(advice)
            "reset.already_running" -> ResetException.AlreadyRunning(advice)
            "reset.nothing_pending" -> ResetException.NothingPending(advice)
            "reset.empty_passphrase" -> ResetException.EmptyPassphrase(advice)
            "reset.weak_passphrase" -> ResetException.WeakPassphrase(advice)
            "reset.key_mismatch" -> ResetException.KeyMismatch(advice)
            "reset.out_of_order" -> ResetException.OutOfOrder(advice)
            "reset.already_committed" -> ResetException.AlreadyCommitted(advice)
            "reset.superseded" -> ResetException.Superseded(advice)
            "reset.finished_elsewhere" -> ResetException.FinishedElsewhere(advice)
            "reset.not_accepted" -> ResetException.NotAccepted(advice)
            "reset.staging_not_kept" -> ResetException.StagingNotKept(advice)
            "reset.not_undone" -> ResetException.NotUndone(advice)
            "reset.not_kept" -> ResetException.NotKept(advice)
            "reset.not_deleted" -> ResetException.NotDeleted(advice)
            "reset.not_signed" -> ResetException.NotSigned(advice)
            "reset.backup_replaced" -> ResetException.BackupReplaced(advice)
            "reset.host_device" -> ResetException.HostDevice(advice)
            "reset.not_taken_over" -> ResetException.NotTakenOver(advice)
            "reset.no_room_keys" -> ResetException.NoRoomKeys(advice)
            "reset.unknown_journal" -> ResetException.UnknownJournal(advice)
            "auth.wrong_password" -> ResetException.WrongPassword(advice)
            "auth.browser_needed" -> ResetException.BrowserNeeded(listOf(SSO), advice)
            "auth.not_approved" -> ResetException.NotApproved(advice)
            "auth.unsupported" -> ResetException.AuthorisationUnsupported(listOf("m.terms", "m.sms"), advice)
            "store.failed" -> ResetException.Store(advice)
            else -> resetWrapping(code, advice)
        }
    }

    private fun resetWrapping(
        code: String,
        advice: Advice,
    ): ResetException =
        when (code.substringBefore('.')) {
            "secret_storage" -> ResetException.OldKey(advice)
            "server" -> ResetException.Server(serverProblem(code), advice)
            "export" -> ResetException.Export(export(code, advice), advice)
            else -> throw IllegalArgumentException("A reset has no error $code")
        }

    /**
     * @param code of an error with which making a new recovery key can stop, or that one of its calls throws:
     *   `recovery.not_kept`.
     * @throws IllegalArgumentException if it has no such error.
     */
    public fun recovery(code: String): RecoveryException {
        val advice = adviceOf(code)
        return when (code) {
            "recovery.not_verified" -> RecoveryException.NotVerified(advice)
            "recovery.keys_missing" -> RecoveryException.KeysMissing(advice)
            "recovery.pending" -> RecoveryException.Pending(advice)
            "recovery.reset_pending" -> RecoveryException.ResetPending(advice)
            "recovery.already_running" -> RecoveryException.AlreadyRunning(advice)
            "recovery.nothing_pending" -> RecoveryException.NothingPending(advice)
            "recovery.empty_passphrase" -> RecoveryException.EmptyPassphrase(advice)
            "recovery.weak_passphrase" -> RecoveryException.WeakPassphrase(advice)
            "recovery.key_mismatch" -> RecoveryException.KeyMismatch(advice)
            "recovery.out_of_order" -> RecoveryException.OutOfOrder(advice)
            "recovery.already_committed" -> RecoveryException.AlreadyCommitted(advice)
            "recovery.superseded" -> RecoveryException.Superseded(advice)
            "recovery.staging_not_kept" -> RecoveryException.StagingNotKept(advice)
            "recovery.not_undone" -> RecoveryException.NotUndone(advice)
            "recovery.not_kept" -> RecoveryException.NotKept(advice)
            "recovery.identity_gone" -> RecoveryException.IdentityGone(advice)
            "recovery.outdated_secret_storage" -> RecoveryException.OutdatedSecretStorage(advice)
            "recovery.unknown_journal" -> RecoveryException.UnknownJournal(advice)
            "store.failed" -> RecoveryException.Store(advice)
            else -> recoveryWrapping(code, advice)
        }
    }

    private fun recoveryWrapping(
        code: String,
        advice: Advice,
    ): RecoveryException =
        when (code.substringBefore('.')) {
            "secret_storage" -> RecoveryException.OldKey(advice)
            "server" -> RecoveryException.Server(serverProblem(code), advice)
            else -> throw IllegalArgumentException("Making a new recovery key has no error $code")
        }

    /**
     * @param code of an error with which a verification can stop or cannot begin, or that one of its calls throws:
     *   `verification.not_signed`.
     * @throws IllegalArgumentException if it has no such error.
     */
    public fun verification(code: String): VerificationException {
        val advice = adviceOf(code)
        return when (code) {
            "verification.not_found" -> VerificationException.NotFound(advice)
            "verification.no_encryption" -> VerificationException.NoEncryption(advice)
            "verification.current_session" -> VerificationException.CurrentSession(advice)
            "verification.already_verified" -> VerificationException.AlreadyVerified(advice)
            "verification.no_identity" -> VerificationException.NoIdentity(advice)
            "verification.nobody_can_sign" -> VerificationException.NobodyCanSign(advice)
            "verification.nobody_to_ask" -> VerificationException.NobodyToAsk(advice)
            "verification.not_now" -> VerificationException.NotNow(advice)
            "verification.unknown_qr_code" -> VerificationException.UnknownQrCode(advice)
            "verification.other_qr_code" -> VerificationException.OtherQrCode(advice)
            "verification.not_signed" -> VerificationException.NotSigned(advice)
            "store.failed" -> VerificationException.Store(advice)
            else -> VerificationException.Server(serverProblem(code), advice)
        }
    }

    /**
     * @param code of an error with which this session is not verified with the key: `secret_storage.wrong_key`.
     * @throws IllegalArgumentException if unlocking has no such error.
     */
    public fun unlock(code: String): UnlockException {
        val advice = adviceOf(code)
        return when (code) {
            "secret_storage.not_set_up" -> UnlockException.NotSetUp(advice)
            "secret_storage.key_not_described" -> UnlockException.KeyNotDescribed(advice)
            "secret_storage.unsupported" -> UnlockException.Unsupported(advice)
            "secret_storage.mistyped_key" -> UnlockException.MistypedKey(advice)
            "secret_storage.wrong_key" -> UnlockException.WrongKey(advice)
            "secret_storage.no_passphrase" -> UnlockException.NoPassphrase(advice)
            "secret_storage.damaged_secret" -> UnlockException.DamagedSecret(advice)
            "unlock.incomplete_secret_storage" -> UnlockException.IncompleteSecretStorage(advice)
            "unlock.outdated_secret_storage" -> UnlockException.OutdatedSecretStorage(advice)
            "unlock.not_signed" -> UnlockException.NotSigned(advice)
            "store.failed" -> UnlockException.Store(advice)
            else -> UnlockException.Server(serverProblem(code), advice)
        }
    }

    /**
     * @param code of an error with which nobody can say what a key opens: `secret_storage.wrong_key`.
     * @throws IllegalArgumentException if looking at a key has no such error.
     */
    public fun keyCheck(code: String): KeyCheckException {
        val advice = adviceOf(code)
        return when (code) {
            "secret_storage.not_set_up" -> KeyCheckException.NotSetUp(advice)
            "secret_storage.key_not_described" -> KeyCheckException.KeyNotDescribed(advice)
            "secret_storage.unsupported" -> KeyCheckException.Unsupported(advice)
            "secret_storage.mistyped_key" -> KeyCheckException.MistypedKey(advice)
            "secret_storage.wrong_key" -> KeyCheckException.WrongKey(advice)
            "secret_storage.no_passphrase" -> KeyCheckException.NoPassphrase(advice)
            "secret_storage.damaged_secret" -> KeyCheckException.DamagedSecret(advice)
            "store.failed" -> KeyCheckException.Store(advice)
            else -> KeyCheckException.Server(serverProblem(code), advice)
        }
    }

    /**
     * @param code of an error of a call about sessions, apart from signing out: `rename.too_long`.
     * @throws IllegalArgumentException if they have no such error.
     */
    public fun sessions(code: String): SessionsException {
        val advice = adviceOf(code)
        return when (code) {
            "rename.not_found" -> SessionsException.NotFound(advice)
            "rename.too_long" -> SessionsException.NameTooLong(Data.longestName, advice)
            "push.unsupported" -> SessionsException.PushUnsupported(advice)
            "store.failed" -> SessionsException.Store(advice)
            else -> SessionsException.Server(serverProblem(code), advice)
        }
    }

    /**
     * @param code of an error with which sessions stay signed in: `auth.wrong_password`.
     * @throws IllegalArgumentException if signing out has no such error.
     */
    public fun signOut(code: String): SignOutException {
        val advice = adviceOf(code)
        return when (code) {
            "sign_out.current_session" -> SignOutException.CurrentSession(advice)
            "sign_out.not_verified" -> SignOutException.NotVerified(advice)
            "sign_out.account_management" -> SignOutException.AccountManagement(FakeAccountManagement.PAGE, advice)
            "sign_out.still_there" -> SignOutException.StillThere(listOf("PHONE", "LAPTOP"), advice)
            "auth.wrong_password" -> SignOutException.WrongPassword(advice)
            "auth.browser_needed" -> SignOutException.BrowserNeeded(listOf(SSO), advice)
            "auth.not_approved" -> SignOutException.NotApproved(advice)
            "auth.unsupported" -> SignOutException.AuthorisationUnsupported(listOf("m.terms", "m.sms"), advice)
            "store.failed" -> SignOutException.Store(advice)
            else -> SignOutException.Server(serverProblem(code), advice)
        }
    }

    private val SSO = BrowserStage("m.login.sso", "https://example.org/")

    private fun serverProblem(code: String): ServerProblem =
        when (code) {
            "server.unreachable" -> ServerProblem.Unreachable
            "server.certificate" -> ServerProblem.Certificate
            "server.session_expired" -> ServerProblem.SessionExpired
            "server.token_expired" -> ServerProblem.TokenExpired
            "server.other_session" -> ServerProblem.OtherSession
            "server.rate_limited" -> ServerProblem.RateLimited(Duration.ofMillis(1500))
            "server.failing" -> ServerProblem.Failing(502)
            "server.refused" -> ServerProblem.Refused(403, "M_FORBIDDEN")
            "server.not_understood" -> ServerProblem.NotUnderstood
            else -> throw IllegalArgumentException("A server has no problem $code")
        }

    private fun export(
        code: String,
        advice: Advice,
    ): ExportException =
        when (code) {
            "export.empty_passphrase" -> ExportException.EmptyPassphrase(advice)
            "export.disk_full" -> ExportException.DiskFull(advice)
            "export.permission_denied" -> ExportException.PermissionDenied(advice)
            "export.no_such_folder" -> ExportException.NoSuchFolder(advice)
            "export.is_folder" -> ExportException.IsFolder(advice)
            "export.write_failed" -> ExportException.Write(advice)
            "export.store_version" -> ExportException.StoreVersion(advice)
            "export.store_failed" -> ExportException.Store(advice)
            else -> throw IllegalArgumentException("An export has no error $code")
        }
}

/** What every call says once an account was shut down. */
internal val CLOSED: Advice =
    Advice("account.closed", Remedy.REPORT_BUG, "This account was shut down. Restore it first.", emptyList())
