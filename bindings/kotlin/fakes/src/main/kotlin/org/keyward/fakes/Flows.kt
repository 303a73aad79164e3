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
    /** [Changes.now] when it was made. */
    internal val made: Int,
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
    private val isAttached: Boolean,
) {
    private class BegunReset(
        val journal: Journal<ResetException>,
        val plan: FakeResetPlan,
        val options: ResetOptions,
    )

    private var reset: BegunReset? = null
    private var recovery: Journal<RecoveryException>? = null
    private var driver: Script<*, *>? = null

    /** Without a lock: who watches the sessions asks for it while others are held. */
    @Volatile
    var isShutDown: Boolean = false
        private set
    val changes = Changes()

    init {
        resetScript.checkFor(isAttached)
    }

    /** Whether a reset has put a new identity in force. */
    val isReset: Boolean get() = changes.isReset

    fun shutDown() {
        val driven =
            synchronized(this) {
                isShutDown = true
                driver
            }
        // Whoever collects its states runs in there.
        driven?.letGo()
    }

    fun plan(sample: SampleAccount): FakeResetPlan = FakeResetPlan(sample, changes.now())

    /** One with a plan that is outdated begins, too: it stops once it looks at the account. */
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
        val journal = resetScript.journal(isAttached, options, fake.made != changes.now(), changes)
        return drive(BegunReset(journal, fake, options))
    }

    @Synchronized
    fun resumeReset(): FakeReset {
        mayReset()
        if (pendingReset() == null) throw FakeErrors.reset("reset.nothing_pending")
        return drive(checkNotNull(reset))
    }

    private fun drive(begun: BegunReset): FakeReset {
        reset = begun
        return FakeReset(begun.journal, resetScript, begun.plan.sample, begun.options).also { driver = it.driver }
    }

    @Synchronized
    fun cancelReset() {
        mayReset()
        val waits = pendingReset() ?: throw FakeErrors.reset("reset.nothing_pending")
        if (waits != PendingReset.STAGED) throw FakeErrors.reset("reset.already_committed")
        reset = null
    }

    @Synchronized
    fun pendingReset(): PendingReset? {
        if (isShutDown) throw ResetException.Closed(CLOSED)
        return reset?.journal?.pending
    }

    @Synchronized
    fun startRecovery(options: RecoveryOptions): FakeRecovery {
        mayMakeKey()
        if (options.passphrase?.isEmpty() == true) throw FakeErrors.recovery("recovery.empty_passphrase")
        if (pendingRecovery() != null) throw FakeErrors.recovery("recovery.pending")
        if (pendingReset() != null) throw FakeErrors.recovery("recovery.reset_pending")
        return drive(recoveryScript.journal(changes, options.passphrase?.fake()))
    }

    @Synchronized
    fun resumeRecovery(): FakeRecovery {
        mayMakeKey()
        if (pendingRecovery() == null) throw FakeErrors.recovery("recovery.nothing_pending")
        return drive(checkNotNull(recovery))
    }

    private fun drive(journal: Journal<RecoveryException>): FakeRecovery {
        recovery = journal
        return FakeRecovery(journal).also { driver = it.driver }
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
        return recovery?.pending
    }

    @Synchronized
    fun pending(): List<PendingFlow> =
        listOfNotNull(
            reset?.journal?.pending?.let { PendingFlow(KeyFlow.RESET, it) },
            recovery?.pending?.let { PendingFlow(KeyFlow.RECOVERY, it) },
        )

    private fun mayReset() {
        if (isShutDown) throw ResetException.Closed(CLOSED)
        if (driver?.isRunning == true) throw FakeErrors.reset("reset.already_running")
    }

    private fun mayMakeKey() {
        if (isShutDown) throw RecoveryException.Closed(CLOSED)
        if (driver?.isRunning == true) throw FakeErrors.recovery("recovery.already_running")
    }

    private fun Passphrase.isEmpty() = fake().isEmpty()
}
