// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.RecoveryState
import org.keyward.ResetState

/** Every state of a flow, a preview each. */
public object FakeStates {
    /**
     * The states of a reset in their order: each step, each time that it waits for the person, a failure, and both ends.
     *
     * @param attached of a session that the app has already.
     */
    public fun reset(attached: Boolean = false): List<ResetState> {
        val table = if (attached) Data.attachedReset else Data.reset
        val account = Data.account(if (attached) Samples.ATTACHED else Samples.OWN)
        val old = account.oldBackup(digits(false, false, false))
        val way =
            table.all.flatMap { row ->
                val waits = row.shows?.let { resetAt(it, FakeChallenge(), account, old) }
                row.works.map(::resetWorking) + listOfNotNull(waits)
            }
        val stopped = ResetState.Stopped(FakeErrors.reset("server.unreachable"))
        return listOf(resetWorking(null)) + way + stopped + ResetState.Cancelled
    }

    /** The states of making a new recovery key, likewise. */
    public fun recovery(): List<RecoveryState> {
        val way =
            Data.recovery.all.flatMap { row ->
                row.works.map(::recoveryWorking) + listOfNotNull(row.shows?.let(::recoveryAt))
            }
        val stopped = RecoveryState.Stopped(FakeErrors.recovery("server.unreachable"))
        return listOf(recoveryWorking(null)) + way + stopped + RecoveryState.Cancelled
    }
}
