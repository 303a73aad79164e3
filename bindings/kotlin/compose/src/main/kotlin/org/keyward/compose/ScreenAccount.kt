// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.Account
import org.keyward.AttachedAccount
import org.keyward.KeyBackupStatus
import org.keyward.KeyInput
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryKey
import org.keyward.RecoveryOptions
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.Sessions
import java.time.Duration

/** The account that screens are of. */
public sealed class ScreenAccount {
    /** What stays the same where a composable makes this anew. */
    internal abstract val same: Any
    internal abstract val userId: String
    internal abstract val isAttached: Boolean

    internal abstract fun sessions(): Sessions

    /** Whether a new recovery key will open the key backup. Null: there is none. */
    internal abstract suspend fun opensBackup(): Boolean?

    internal abstract suspend fun examine(lostKey: Boolean = false): Report

    internal abstract suspend fun planReset(oldKey: KeyInput?): ResetPlan

    internal abstract suspend fun startReset(
        plan: ResetPlan,
        options: ResetOptions,
    ): Reset

    internal abstract suspend fun resumeReset(): Reset

    internal abstract suspend fun pendingReset(): PendingReset?

    internal abstract suspend fun cancelReset()

    /** @param oldKey only of an attached session. */
    internal abstract suspend fun startRecovery(
        oldKey: KeyInput?,
        options: RecoveryOptions,
    ): Recovery

    internal abstract suspend fun resumeRecovery(): Recovery

    internal abstract suspend fun pendingRecovery(): PendingReset?

    internal abstract suspend fun cancelRecovery()

    /** One that was logged in with Keyward. */
    public class Own(
        /** It is not shut down by the screens. */
        public val account: Account,
    ) : ScreenAccount() {
        override val same: Any get() = account
        override val userId: String get() = account.userId()
        override val isAttached: Boolean get() = false

        override fun sessions(): Sessions = account.sessions()

        override suspend fun opensBackup(): Boolean? =
            when (account.status().keyBackup) {
                KeyBackupStatus.ENABLED -> true
                KeyBackupStatus.NOT_SET_UP -> null
                else -> false
            }

        override suspend fun examine(lostKey: Boolean): Report = account.examine(lostKey)

        override suspend fun planReset(oldKey: KeyInput?): ResetPlan = account.planReset()

        override suspend fun startReset(
            plan: ResetPlan,
            options: ResetOptions,
        ): Reset = account.startReset(plan, options)

        override suspend fun resumeReset(): Reset = account.resumeReset()

        override suspend fun pendingReset(): PendingReset? = account.pendingReset()

        override suspend fun cancelReset(): Unit = account.cancelReset()

        override suspend fun startRecovery(
            oldKey: KeyInput?,
            options: RecoveryOptions,
        ): Recovery = account.startRecovery(options)

        override suspend fun resumeRecovery(): Recovery = account.resumeRecovery()

        override suspend fun pendingRecovery(): PendingReset? = account.pendingRecovery()

        override suspend fun cancelRecovery(): Unit = account.cancelRecovery()
    }

    /**
     * One whose session belongs to another SDK of the app.
     *
     * @property handOver gives the new recovery key to that SDK at the end of a reset, as if the person had typed it there, and
     *   returns once it has taken it. Without one, or if it throws, the person is asked to do it.
     */
    public class Attached(
        /** It is not shut down by the screens. */
        public val account: AttachedAccount,
        internal val handOver: (suspend (RecoveryKey) -> Unit)? = null,
    ) : ScreenAccount() {
        override val same: Any get() = account
        override val userId: String get() = account.userId()
        override val isAttached: Boolean get() = true

        /** Nothing tells of changes: Keyward does not synchronise such a session. */
        override fun sessions(): Sessions = account.sessions(Duration.ofSeconds(SECONDS_BETWEEN_LISTS))

        /** What opens it is copied from the old key's secret storage. */
        override suspend fun opensBackup(): Boolean? = if (account.status().keyBackup == KeyBackupStatus.NOT_SET_UP) null else true

        override suspend fun examine(lostKey: Boolean): Report = account.examine(lostKey)

        override suspend fun planReset(oldKey: KeyInput?): ResetPlan = account.planReset(oldKey)

        override suspend fun startReset(
            plan: ResetPlan,
            options: ResetOptions,
        ): Reset = account.startReset(plan, options)

        override suspend fun resumeReset(): Reset = account.resumeReset()

        override suspend fun pendingReset(): PendingReset? = account.pendingReset()

        override suspend fun cancelReset(): Unit = account.cancelReset()

        override suspend fun startRecovery(
            oldKey: KeyInput?,
            options: RecoveryOptions,
        ): Recovery = account.startRecovery(checkNotNull(oldKey) { "an attached session's old key is typed" }, options)

        override suspend fun resumeRecovery(): Recovery = account.resumeRecovery()

        override suspend fun pendingRecovery(): PendingReset? = account.pendingRecovery()

        override suspend fun cancelRecovery(): Unit = account.cancelRecovery()
    }

    private companion object {
        const val SECONDS_BETWEEN_LISTS = 15L
    }
}
