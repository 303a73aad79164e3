// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import app.cash.turbine.test
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.keyward.Confirmation
import org.keyward.RecoveryException
import org.keyward.RecoveryState
import org.keyward.RecoveryStep
import org.keyward.states
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs

/** Making a fake recovery key goes the way of the real one. */
class FakeRecoveryTest {
    @Test
    fun `the way leads over the key to the end`() =
        runTest {
            val recovery = FakeRecovery()
            recovery.states().test {
                assertIs<RecoveryState.SaveKey>(awaitItem())
                val other = Confirmation.Retyped(FakeRecoveryKey("EsTo"))
                assertFailsWith<RecoveryException.KeyMismatch> { recovery.confirmSaved(other) }
                recovery.confirmSaved(Confirmation.Retyped(FakeRecoveryKey()))
                var last = awaitItem()
                // Who collects quickly sees that it works, too.
                while (last is RecoveryState.Working) last = awaitItem()
                assertEquals(true, assertIs<RecoveryState.Done>(last).outcome.opensBackup)
                awaitComplete()
            }
            assertFailsWith<RecoveryException.OutOfOrder> { recovery.confirmSaved(Confirmation.Acknowledged) }
            assertFailsWith<RecoveryException.AlreadyCommitted> { recovery.cancel() }
        }

    @Test
    fun `once the key is being put in force it only goes forward`() =
        runTest {
            val recovery = FakeRecovery(RecoveryScript(holdsAt = RecoveryStep.entries.toSet()))

            suspend fun step() = assertIs<RecoveryState.Working>(recovery.states().first()).step
            for (step in listOf(RecoveryStep.MAKE_KEY, RecoveryStep.STAGE)) {
                assertEquals(step, step())
                recovery.goOn()
            }
            recovery.confirmSaved(Confirmation.Acknowledged)
            for (step in listOf(RecoveryStep.SWITCH, RecoveryStep.CLEAN_UP)) {
                assertEquals(step, step())
                assertFailsWith<RecoveryException.AlreadyCommitted> { recovery.cancel() }
                recovery.goOn()
            }
            assertIs<RecoveryState.Done>(recovery.states().first())
        }

    @Test
    fun `a script that the real one could not follow is refused`() {
        for (code in listOf("recovery.key_mismatch", "recovery.weak_passphrase", "recovery.nothing_pending")) {
            val failures = mapOf(RecoveryStep.STAGE to FakeErrors.recovery(code))
            assertFailsWith<IllegalArgumentException>(code) { RecoveryScript(failures) }
        }
    }

    @Test
    fun `a failure stops it and a cancel undoes it`() =
        runTest {
            val failure = FakeErrors.recovery("recovery.staging_not_kept")
            val recovery = FakeRecovery(RecoveryScript(failsAt = mapOf(RecoveryStep.STAGE to failure)))
            assertIs<RecoveryException.StagingNotKept>(assertIs<RecoveryState.Stopped>(recovery.states().first()).error)
            recovery.retry()
            assertIs<RecoveryState.SaveKey>(recovery.states().first())
            recovery.cancel()
            assertEquals(RecoveryState.Cancelled, recovery.states().first())
        }
}
