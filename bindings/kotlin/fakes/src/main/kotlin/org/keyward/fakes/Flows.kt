// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.KeyFlow
import org.keyward.NoHandle
import org.keyward.Passphrase
import org.keyward.PendingFlow
import org.keyward.PendingReset
import org.keyward.RecoveryException
import org.keyward.RecoveryOptions
import org.keyward.ResetConsequences
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetPlan

/** A plan of a fake account. */
public class FakeResetPlan internal constructor(
    internal val sample: SampleAccount,
) : ResetPlan(NoHandle) {
    override fun consequences(): ResetConsequences {
        check(!uniffiIsDestroyed) { "FakeResetPlan object has already been destroyed" }
        return sample.consequences
    }
}

/**
 * The flows of one account: one at a time, each can be let go and taken up, and nothing begins where one waits. The same of
 * both kinds of accounts.
 */
internal class Flows(
    private val resetScript: ResetScript,
    private val recoveryScript: RecoveryScript,
    private val table: Table,
) {
    private class BegunReset(
        val journal: Journal,
        val plan: FakeResetPlan,
        val options: ResetOptions,
    )

    private var reset: BegunReset? = null
    private var recovery: Journal? = null
    private var driver: Script<*, *>? = null
    private var isShutDown = false

    @Synchronized
    fun isShutDown(): Boolean = isShutDown

    @Synchronized
    fun shutDown() {
        isShutDown = true
        driver?.letGo()
    }

    @Synchronized
    fun startReset(
        plan: ResetPlan,
        options: ResetOptions,
    ): FakeReset {
        mayReset()
        if (options.passphrase?.isEmpty() == true) throw FakeErrors.reset("reset.empty_passphrase")
        if (pendingReset() != null) throw FakeErrors.reset("reset.pending")
        if (pendingRecovery() != null) throw FakeErrors.reset("reset.other_pending")
        val fake = requireNotNull(plan as? FakeResetPlan) { "It is not a plan of a fake account" }
        val begun = BegunReset(Journal(table), fake, options)
        return drive(begun, resetScript)
    }

    @Synchronized
    fun resumeReset(): FakeReset {
        mayReset()
        if (pendingReset() == null) throw FakeErrors.reset("reset.nothing_pending")
        return drive(checkNotNull(reset), resetScript)
    }

    private fun drive(
        begun: BegunReset,
        script: ResetScript,
    ): FakeReset {
        reset = begun
        return FakeReset(begun.journal, script, begun.plan.sample, begun.options).also { driver = it.driver }
    }

    @Synchronized
    fun cancelReset() {
        mayReset()
        val waits = pendingReset() ?: throw FakeErrors.reset("reset.nothing_pending")
        if (waits != PendingReset.STAGED) throw FakeErrors.reset("reset.already_committed")
        reset = null
    }

    /** Whether a reset was finished, and of what kind of account. */
    @Synchronized
    fun isReset(): Boolean = reset?.journal.let { it != null && it.isOver && it.phase.committed }

    @Synchronized
    fun pendingReset(): PendingReset? {
        if (isShutDown) throw ResetException.Closed(CLOSED)
        return reset?.journal.pending()
    }

    @Synchronized
    fun startRecovery(options: RecoveryOptions): FakeRecovery {
        mayMakeKey()
        if (options.passphrase?.isEmpty() == true) throw FakeErrors.recovery("recovery.empty_passphrase")
        if (pendingRecovery() != null) throw FakeErrors.recovery("recovery.pending")
        if (pendingReset() != null) throw FakeErrors.recovery("recovery.reset_pending")
        return drive(Journal(Data.recovery))
    }

    @Synchronized
    fun resumeRecovery(): FakeRecovery {
        mayMakeKey()
        if (pendingRecovery() == null) throw FakeErrors.recovery("recovery.nothing_pending")
        return drive(checkNotNull(recovery))
    }

    private fun drive(journal: Journal): FakeRecovery {
        recovery = journal
        return FakeRecovery(journal, recoveryScript).also { driver = it.driver }
    }

    @Synchronized
    fun cancelRecovery() {
        mayMakeKey()
        val waits = pendingRecovery() ?: throw FakeErrors.recovery("recovery.nothing_pending")
        if (waits != PendingReset.STAGED) throw FakeErrors.recovery("recovery.already_committed")
        recovery = null
    }

    @Synchronized
    fun pendingRecovery(): PendingReset? {
        if (isShutDown) throw RecoveryException.Closed(CLOSED)
        return recovery.pending()
    }

    @Synchronized
    fun pending(): List<PendingFlow> =
        listOfNotNull(
            reset?.journal.pending()?.let { PendingFlow(KeyFlow.RESET, it) },
            recovery.pending()?.let { PendingFlow(KeyFlow.RECOVERY, it) },
        )

    private fun mayReset() {
        if (isShutDown) throw ResetException.Closed(CLOSED)
        if (driver?.isRunning == true) throw FakeErrors.reset("reset.already_running")
    }

    private fun mayMakeKey() {
        if (isShutDown) throw RecoveryException.Closed(CLOSED)
        if (driver?.isRunning == true) throw FakeErrors.recovery("recovery.already_running")
    }

    private fun Journal?.pending(): PendingReset? = this?.takeUnless { it.isOver }?.phase?.pending

    private fun Passphrase.isEmpty() = fake().isEmpty()
}
