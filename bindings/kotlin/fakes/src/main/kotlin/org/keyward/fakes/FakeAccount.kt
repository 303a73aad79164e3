// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Account
import org.keyward.AccountException
import org.keyward.AccountStatus
import org.keyward.IdentityStatus
import org.keyward.KeyBackupStatus
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryOptions
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.SecretStorageStatus
import org.keyward.Sessions

/**
 * An account without a homeserver and without the native library, for previews and UI tests: its status, its sessions, what
 * a doctor finds, a reset and a new recovery key. Every other call throws, and says that it is a fake.
 *
 * ```
 * val account: Account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
 * val reset = account.startReset(account.planReset(), ResetOptions())
 * ```
 *
 * @param diagnosis what is wrong with it, until a reset mends that.
 * @param resetScript how its resets go. One with a failure that such an account does not have is refused, here or by
 *   [startReset], with an [IllegalArgumentException].
 * @param recoveryScript how making a new recovery key goes.
 * @param hasIdentity whether it was set up before: without, a reset makes the first identity.
 */
public class FakeAccount(
    private val diagnosis: FakeDiagnosis = FakeDiagnosis.HEALTHY,
    resetScript: ResetScript = ResetScript(),
    recoveryScript: RecoveryScript = RecoveryScript(),
    private val hasIdentity: Boolean = true,
) : Account(NoHandle) {
    private val all = Flows(resetScript, recoveryScript, isAttached = false)
    private val watched = watched()

    /** For calls, which a closed object does not take. */
    private val flows: Flows
        get() = all.also { check(!uniffiIsDestroyed) { "FakeAccount object has already been destroyed" } }
    private val isSetUp get() = hasIdentity || flows.isReset
    private val isVerified get() = flows.isReset || (hasIdentity && diagnosis != FakeDiagnosis.LOCKED_OUT)

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
            identity =
                when {
                    !isSetUp -> IdentityStatus.NOT_SET_UP
                    isVerified -> IdentityStatus.OURS
                    else -> IdentityStatus.NOT_OURS
                },
            privateKeys = isVerified,
            secretStorage = if (isSetUp) SecretStorageStatus.READY else SecretStorageStatus.NOT_SET_UP,
            keyBackup =
                when {
                    !isSetUp -> KeyBackupStatus.NOT_SET_UP
                    isVerified -> KeyBackupStatus.ENABLED
                    else -> KeyBackupStatus.DISABLED
                },
            roomKeys = Data.account(Samples.OWN).consequences.roomKeysHere ?: 0u,
            pendingReset = flows.pendingReset(),
            pending = pending,
            tokensExposed = false,
        )
    }

    override fun sessions(): Sessions = FakeSessions(flows::isShutDown, watched)

    override suspend fun examine(lostKey: Boolean): Report {
        checkIsOpen()
        return FakeReport(if (flows.isReset) FakeDiagnosis.HEALTHY else diagnosis)
    }

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
        watched.value = Shown(watched.value.number + 1, null, isLast = true)
    }

    private fun checkIsOpen() {
        if (flows.isShutDown()) throw AccountException.Closed(CLOSED)
    }
}
