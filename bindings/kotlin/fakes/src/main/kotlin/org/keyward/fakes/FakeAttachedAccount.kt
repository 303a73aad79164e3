// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.AccountException
import org.keyward.AttachedAccount
import org.keyward.AttachedStatus
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
import java.time.Duration

/**
 * The account of a session that the app has already, as [FakeAccount]. Its old recovery key is [Samples.OLD_KEY], its old
 * Security Phrase [Samples.OLD_PHRASE].
 *
 * @param diagnosis what is wrong with it, until a reset mends that.
 * @param resetScript how its resets go. One with a failure that such an account does not have is refused, here or by
 *   [startReset], with an [IllegalArgumentException].
 * @param recoveryScript how making a new recovery key goes.
 * @param sessionsScript how goes what is asked of its sessions.
 */
public class FakeAttachedAccount(
    private val diagnosis: FakeDiagnosis = FakeDiagnosis.HEALTHY,
    resetScript: ResetScript = ResetScript(),
    recoveryScript: RecoveryScript = RecoveryScript(),
    sessionsScript: SessionsScript = SessionsScript(),
) : AttachedAccount(NoHandle) {
    private val all = Flows(resetScript, recoveryScript, isAttached = true)
    private val book = SessionBook(sessionsScript, ::standing)

    init {
        require(diagnosis != FakeDiagnosis.NOT_SET_UP) { "A session that its app has set up" }
        all.changes.listener = book::look
    }

    /** For calls, which a closed object does not take. */
    private val flows: Flows
        get() {
            checkIsNotDestroyed()
            return all
        }
    private val isVerified get() = all.isReset || diagnosis.isVerified
    private val identity
        get() =
            when {
                isVerified -> IdentityStatus.OURS
                diagnosis == FakeDiagnosis.IDENTITY_REPLACED -> IdentityStatus.REPLACED
                else -> IdentityStatus.NOT_OURS
            }

    private fun checkIsNotDestroyed() =
        check(!uniffiIsDestroyed) { "FakeAttachedAccount object has already been destroyed" }

    /** Also of a closed account: its sessions are an object of their own. */
    private fun standing() = Standing(identity, all.changes.signed, isShutDown = all.isShutDown)

    override fun userId(): String = Samples.USER_ID

    override fun deviceId(): String = Samples.DEVICE_ID

    override fun homeserver(): String = Samples.HOMESERVER

    override suspend fun status(): AttachedStatus {
        checkIsOpen()
        return AttachedStatus(
            userId = Samples.USER_ID,
            deviceId = Samples.DEVICE_ID,
            homeserver = Samples.HOMESERVER,
            verified = isVerified,
            identity = identity,
            secretStorage = SecretStorageStatus.READY,
            keyBackup = KeyBackupStatus.ENABLED,
            pendingReset = flows.pendingReset(),
            pending = flows.pending(),
        )
    }

    override fun sessions(every: Duration?): FakeSessions {
        checkIsNotDestroyed()
        return FakeSessions(book)
    }

    override suspend fun examine(lostKey: Boolean): Report {
        checkIsOpen()
        val isMended = flows.isReset || (diagnosis == FakeDiagnosis.KEY_LOST && flows.changes.hasNewKey)
        return FakeReport(if (isMended) FakeDiagnosis.HEALTHY else diagnosis)
    }

    override suspend fun planReset(oldKey: KeyInput?): ResetPlan {
        flows.pendingReset()
        if (oldKey != null && !oldKey.isOld()) throw FakeErrors.reset("secret_storage.wrong_key")
        return flows.plan(Data.account(if (oldKey == null) Samples.ATTACHED else Samples.ATTACHED_OPENED))
    }

    override suspend fun startReset(
        plan: ResetPlan,
        options: ResetOptions,
    ): Reset {
        if (options.export != null) throw FakeErrors.reset("reset.no_room_keys")
        return flows.startReset(plan, options)
    }

    override suspend fun resumeReset(): Reset = flows.resumeReset()

    override suspend fun pendingReset(): PendingReset? = flows.pendingReset()

    override suspend fun cancelReset(): Unit = flows.cancelReset()

    override suspend fun startRecovery(
        oldKey: KeyInput,
        options: RecoveryOptions,
    ): Recovery {
        flows.pendingRecovery()
        if (!oldKey.isOld()) throw FakeErrors.recovery("secret_storage.wrong_key")
        return flows.startRecovery(options)
    }

    override suspend fun resumeRecovery(): Recovery = flows.resumeRecovery()

    /** What it opens, or with what error it does not, as [FakeAccount.checkRecoveryKey]. */
    override suspend fun checkRecoveryKey(key: KeyInput): KeyCheck {
        checkIsNotDestroyed()
        if (all.isShutDown) throw KeyCheckException.Closed(CLOSED)
        all.changes.objection(key)?.let { throw FakeErrors.keyCheck(it) }
        return Samples.keyCheck
    }

    override suspend fun pendingRecovery(): PendingReset? = flows.pendingRecovery()

    override suspend fun cancelRecovery(): Unit = flows.cancelRecovery()

    override suspend fun shutDown() {
        flows.shutDown()
        book.end()
    }

    private fun checkIsOpen() {
        if (flows.isShutDown) throw AccountException.Closed(CLOSED)
    }
}
