// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Account
import org.keyward.AccountException
import org.keyward.AccountStatus
import org.keyward.IdentityStatus
import org.keyward.KeyBackupStatus
import org.keyward.KeyCheck
import org.keyward.KeyCheckException
import org.keyward.KeyInput
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryOptions
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.SecretStorageStatus
import org.keyward.UnlockException
import org.keyward.Unlocked
import java.util.concurrent.atomic.AtomicReference

/**
 * An account without a homeserver and without the native library, for previews and UI tests: its status, its sessions, what
 * a doctor finds, a reset, a new recovery key, verifying and unlocking. Every other call throws, and says that it is a fake.
 *
 * ```
 * val account: Account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
 * val reset = account.startReset(account.planReset(), ResetOptions())
 * ```
 *
 * @param diagnosis what is wrong with it, until that is mended: by a reset, by verifying this session, or by a new key where
 *   that is all that it takes.
 * @param resetScript how its resets go. One with a failure that such an account does not have is refused, here or by
 *   [startReset], with an [IllegalArgumentException].
 * @param recoveryScript how making a new recovery key goes.
 * @param hasIdentity whether it was set up before: without, a reset makes the first identity.
 * @param verificationScript how each of its verifications goes.
 * @param sessionsScript how goes what is asked of its sessions.
 * @param unlockFailsWith with what [unlock] fails the first time, whatever is typed.
 */
public class FakeAccount(
    private val diagnosis: FakeDiagnosis = FakeDiagnosis.HEALTHY,
    resetScript: ResetScript = ResetScript(),
    recoveryScript: RecoveryScript = RecoveryScript(),
    private val hasIdentity: Boolean = diagnosis != FakeDiagnosis.NOT_SET_UP,
    verificationScript: VerificationScript = VerificationScript(),
    sessionsScript: SessionsScript = SessionsScript(),
    unlockFailsWith: UnlockException? = null,
) : Account(NoHandle) {
    private val all = Flows(resetScript, recoveryScript, isAttached = false)
    private val book = SessionBook(sessionsScript, ::standing)
    private val verifications = Verifications(verificationScript, all.changes, book, ::standing)
    private val unlockFailure = AtomicReference(unlockFailsWith)

    init {
        require(hasIdentity || diagnosis in listOf(FakeDiagnosis.HEALTHY, FakeDiagnosis.NOT_SET_UP)) {
            "Without an identity there is nothing of $diagnosis"
        }
        require(!hasIdentity || diagnosis != FakeDiagnosis.NOT_SET_UP) { "It was set up" }
        all.changes.listener = book::look
    }

    /** For calls, which a closed object does not take. */
    private val flows: Flows
        get() {
            checkIsNotDestroyed()
            return all
        }
    private val isSetUp get() = hasIdentity || all.isReset
    private val isVerified get() = all.changes.isVerified || all.isReset || (hasIdentity && diagnosis.isVerified)
    private val identity
        get() =
            when {
                !isSetUp -> IdentityStatus.NOT_SET_UP
                isVerified -> IdentityStatus.OURS
                diagnosis == FakeDiagnosis.IDENTITY_REPLACED -> IdentityStatus.REPLACED
                else -> IdentityStatus.NOT_OURS
            }

    private fun checkIsNotDestroyed() = check(!uniffiIsDestroyed) { "FakeAccount object has already been destroyed" }

    /** Also of a closed account: its sessions and verifications are objects of their own. */
    private fun standing() =
        Standing(
            identity,
            all.changes.signed,
            hasIdentity,
            all.isShutDown,
            unsavedRoomKeys = if (diagnosis == FakeDiagnosis.BACKUP_BEHIND && !all.isReset) UNSAVED else 0,
        )

    override fun userId(): String = Samples.USER_ID

    override fun deviceId(): String = Samples.DEVICE_ID

    override fun homeserver(): String = Samples.HOMESERVER

    override suspend fun status(): AccountStatus {
        checkIsOpen()
        val pending = flows.pending()
        return AccountStatus(
            userId = Samples.USER_ID,
            deviceId = Samples.DEVICE_ID,
            homeserver = Samples.HOMESERVER,
            verified = isVerified,
            identity = identity,
            privateKeys = isVerified,
            secretStorage = if (isSetUp) SecretStorageStatus.READY else SecretStorageStatus.NOT_SET_UP,
            keyBackup =
                when {
                    !isSetUp -> KeyBackupStatus.NOT_SET_UP
                    isVerified -> KeyBackupStatus.ENABLED
                    else -> KeyBackupStatus.DISABLED
                },
            roomKeys = Data.account(Samples.OWN).consequences.roomKeysHere ?: 0,
            pendingReset = flows.pendingReset(),
            pending = pending,
            tokensExposed = false,
        )
    }

    override fun sessions(): FakeSessions {
        checkIsNotDestroyed()
        return FakeSessions(book)
    }

    /**
     * With a lost key a healthy account is [FakeDiagnosis.KEY_LOST], and one that is locked out
     * [FakeDiagnosis.LOCKED_OUT_KEY_LOST], until a new one is made.
     */
    override suspend fun examine(lostKey: Boolean): Report {
        checkIsOpen()
        val isMended =
            when (diagnosis) {
                FakeDiagnosis.KEY_LOST -> flows.changes.hasNewKey
                else -> flows.isReset || (isVerified && !diagnosis.isVerified)
            }
        val present =
            when {
                !isSetUp -> FakeDiagnosis.NOT_SET_UP
                // Another session can verify this one; the key is lost all the same.
                isMended && diagnosis == FakeDiagnosis.LOCKED_OUT_KEY_LOST && !flows.changes.hasNewKey -> FakeDiagnosis.KEY_LOST
                isMended -> FakeDiagnosis.HEALTHY
                else -> diagnosis
            }
        return FakeReport(present.to(lostKey, flows.changes))
    }

    /**
     * Takes [Samples.OLD_KEY] and [Samples.OLD_PHRASE], or after a reset or a new recovery key [Samples.NEW_KEY] and the phrase
     * that was chosen. Another key that begins with "EsT" is a wrong one; what does not is mistyped.
     */
    override suspend fun unlock(input: KeyInput): Unlocked {
        checkIsNotDestroyed()
        if (all.isShutDown) throw UnlockException.Closed(CLOSED)
        unlockFailure.getAndSet(null)?.let { throw it }
        if (!isSetUp) throw FakeErrors.unlock("secret_storage.not_set_up")
        all.changes.objection(input)?.let { throw FakeErrors.unlock(it) }
        all.changes.noteVerified(other = null)
        all.changes.tell()
        return Unlocked(keyBackup = true)
    }

    /** As [unlock], and changes nothing. */
    override suspend fun checkRecoveryKey(key: KeyInput): KeyCheck {
        checkIsNotDestroyed()
        if (all.isShutDown) throw KeyCheckException.Closed(CLOSED)
        if (!isSetUp) throw FakeErrors.keyCheck("secret_storage.not_set_up")
        all.changes.objection(key)?.let { throw FakeErrors.keyCheck(it) }
        return Samples.keyCheck
    }

    override suspend fun verifySession(deviceId: String): FakeVerification {
        checkIsNotDestroyed()
        return verifications.verifySession(deviceId)
    }

    override suspend fun verifyThisSession(): FakeVerification {
        checkIsNotDestroyed()
        return verifications.verifyThisSession()
    }

    /** Waits until [requestVerification] is called. */
    override suspend fun nextVerificationRequest(): FakeVerification {
        checkIsNotDestroyed()
        return verifications.nextRequest()
    }

    /**
     * Another session of the account asks to verify, or to be verified.
     *
     * @throws IllegalArgumentException if there is no such session, or one without encryption.
     */
    public fun requestVerification(deviceId: String = Samples.OTHER_DEVICE_ID): Unit = verifications.request(deviceId)

    override suspend fun planReset(): ResetPlan {
        flows.pendingReset()
        return flows.plan(Data.account(if (isSetUp) Samples.OWN else Samples.FIRST))
    }

    override suspend fun startReset(
        plan: ResetPlan,
        options: ResetOptions,
    ): Reset = flows.startReset(plan, options)

    override suspend fun resumeReset(): Reset = flows.resumeReset()

    override suspend fun pendingReset(): PendingReset? = flows.pendingReset()

    override suspend fun cancelReset(): Unit = flows.cancelReset()

    override suspend fun startRecovery(options: RecoveryOptions): Recovery {
        flows.pendingRecovery()
        if (!isVerified) throw FakeErrors.recovery("recovery.not_verified")
        return flows.startRecovery(options)
    }

    override suspend fun resumeRecovery(): Recovery = flows.resumeRecovery()

    override suspend fun pendingRecovery(): PendingReset? = flows.pendingRecovery()

    override suspend fun cancelRecovery(): Unit = flows.cancelRecovery()

    override suspend fun shutDown() {
        flows.shutDown()
        verifications.shutDown()
        book.end()
    }

    private fun checkIsOpen() {
        if (flows.isShutDown) throw AccountException.Closed(CLOSED)
    }
}

/** Whether this session is verified in the beginning. */
internal val FakeDiagnosis.isVerified: Boolean
    get() =
        this != FakeDiagnosis.LOCKED_OUT && this != FakeDiagnosis.LOCKED_OUT_KEY_LOST &&
            this != FakeDiagnosis.IDENTITY_REPLACED && this != FakeDiagnosis.NOT_SET_UP
