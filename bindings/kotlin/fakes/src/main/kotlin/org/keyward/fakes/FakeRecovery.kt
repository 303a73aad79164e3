// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Confirmation
import org.keyward.NoHandle
import org.keyward.Recovery
import org.keyward.RecoveryException
import org.keyward.RecoveryState
import org.keyward.RecoveryStates
import org.keyward.RecoveryStep

/**
 * How making a fake recovery key goes.
 *
 * @property failsAt with what a step fails the first time: it stops, and `retry` goes on. An error with which a call fails,
 *   as one that asks the person again, is refused.
 * @property holdsAt steps at which it stands still, once each, until [FakeRecovery.goOn].
 */
public class RecoveryScript(
    public val failsAt: Map<RecoveryStep, RecoveryException> = emptyMap(),
    public val holdsAt: Set<RecoveryStep> = emptySet(),
) {
    init {
        for (error in failsAt.values) {
            val advice = error.advice()
            require(advice.remedy !in ResetScript.NEVER_STOPS && advice.code !in ELSEWHERE) {
                "Making a new recovery key does not stop at a step with ${advice.code}"
            }
        }
    }

    internal fun journal(
        changes: Changes = Changes(),
        phrase: String? = null,
    ): Journal<RecoveryException> =
        Journal(
            Data.recovery,
            failsAt.mapKeys { it.key.rustName() },
            holdsAt.map { it.rustName() }.toSet(),
            changes,
            phrase,
        )

    private companion object {
        /** With these it ends, or a call fails. */
        val ELSEWHERE = setOf("recovery.superseded", "recovery.nothing_pending", "recovery.not_undone")
    }
}

/** The making of a new recovery key, the way of the real one, without an account, a homeserver or the native library. */
public class FakeRecovery internal constructor(
    journal: Journal<RecoveryException>,
) : Recovery(NoHandle) {
    internal val driver: Script<RecoveryState, RecoveryException> = Script(journal, RecoveryKind)

    init {
        driver.begin()
    }

    /** One that begins at once. */
    public constructor(script: RecoveryScript = RecoveryScript()) : this(script.journal())

    override fun openStates(): RecoveryStates {
        checkIsOpen()
        return FakeRecoveryStates(Reader(driver.shown))
    }

    override suspend fun confirmSaved(confirmation: Confirmation) {
        checkIsOpen()
        driver.decide("SaveKey") {
            val isRight = confirmation !is Confirmation.Retyped || confirmation.recoveryKey.isKey(Samples.NEW_KEY)
            if (isRight) null else FakeErrors.recovery("recovery.key_mismatch")
        }
    }

    override suspend fun retry() {
        checkIsOpen()
        driver.retry()
    }

    override suspend fun cancel() {
        checkIsOpen()
        driver.cancel()
    }

    /** Goes on from a step of [RecoveryScript.holdsAt]. */
    public fun goOn() {
        checkIsOpen()
        driver.goOn()
    }

    override fun destroy() {
        super.destroy()
        driver.letGo()
    }

    private fun checkIsOpen() = check(!uniffiIsDestroyed) { "FakeRecovery object has already been destroyed" }
}

private object RecoveryKind : Kind<RecoveryState, RecoveryException> {
    override fun working(work: Work?): RecoveryState = recoveryWorking(work)

    override fun at(name: String): RecoveryState = recoveryAt(name)

    override fun stopped(error: RecoveryException): RecoveryState = RecoveryState.Stopped(error)

    override val cancelled: RecoveryState get() = RecoveryState.Cancelled

    override fun outOfOrder(): RecoveryException = FakeErrors.recovery("recovery.out_of_order")

    override fun alreadyCommitted(): RecoveryException = FakeErrors.recovery("recovery.already_committed")

    override fun closed(): RecoveryException = RecoveryException.Closed(CLOSED)
}

private class FakeRecoveryStates(
    private val reader: Reader<RecoveryState>,
) : RecoveryStates(NoHandle) {
    override suspend fun next(): RecoveryState? {
        check(!uniffiIsDestroyed) { "FakeRecoveryStates object has already been destroyed" }
        return reader.next()
    }

    override fun stop() = reader.stop()
}
