// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import app.cash.turbine.ReceiveTurbine
import app.cash.turbine.test
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.keyward.AccountStatus
import org.keyward.Confirmation
import org.keyward.HandedOver
import org.keyward.OldBackup
import org.keyward.Reset
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetState
import org.keyward.ResetStep
import org.keyward.states
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A fake reset goes the way of the real one. */
class FakeResetTest {
    private val right = FakePassword(Samples.PASSWORD)

    private suspend fun Reset.untilPassword() = confirmSaved(Confirmation.Retyped(FakeRecoveryKey()))

    /** The next state in which it does not work. Who collects quickly sees that it works, too. */
    private suspend fun ReceiveTurbine<ResetState>.next(): ResetState {
        while (true) awaitItem().let { if (it !is ResetState.Working) return it }
    }

    @Test
    fun `the way leads over the key and the password to the end`() =
        runTest {
            val reset = FakeReset()
            reset.states().test {
                assertEquals(Samples.NEW_KEY, assertIs<ResetState.SaveKey>(next()).recoveryKey.reveal())
                reset.untilPassword()
                assertIs<ResetState.Authorise>(next())
                reset.authorise(right)
                val outcome = assertIs<ResetState.Done>(next()).outcome
                assertEquals(OldBackup.DRAINED, outcome.oldBackup)
                awaitComplete()
            }
            assertFailsWith<ResetException.OutOfOrder> { reset.retry() }
            assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
            assertIs<ResetState.Done>(reset.states().toList().single())
        }

    @Test
    fun `as a StateFlow it has the present state for whoever looks, and keeps the last`() =
        runTest {
            val reset = FakeReset()
            val state = reset.states().stateIn(backgroundScope, SharingStarted.WhileSubscribed(), null)
            assertNull(state.value)
            state.first { it is ResetState.SaveKey }
            reset.untilPassword()
            state.first { it is ResetState.Authorise }
            reset.authorise(right)
            state.first { it is ResetState.Done }
            assertIs<ResetState.Done>(state.value)
        }

    @Test
    fun `of an attached session the key is handed over before the end`() =
        runTest {
            for (how in HandedOver.entries) {
                val reset = FakeReset(attached = true)
                reset.untilPassword()
                reset.authorise(right)
                assertIs<ResetState.HandOver>(reset.states().first())
                assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
                assertIs<ResetState.HandOver>(reset.states().first())
                reset.handedOver(how)
                val old = assertIs<ResetState.Done>(reset.states().first()).outcome.oldBackup
                assertEquals(if (how == HandedOver.TAKEN) OldBackup.DRAINED else OldBackup.KEPT, old)
            }
        }

    @Test
    fun `what a person chose shows in the end`() =
        runTest {
            val reset = FakeReset(options = ResetOptions(keepOldBackup = true))
            reset.untilPassword()
            reset.authorise(right)
            assertEquals(OldBackup.KEPT, assertIs<ResetState.Done>(reset.states().first()).outcome.oldBackup)
        }

    @Test
    fun `another key or a wrong password is asked for again`() =
        runTest {
            val reset = FakeReset()
            val other = Confirmation.Retyped(FakeRecoveryKey("EsTo"))
            assertFailsWith<ResetException.KeyMismatch> { reset.confirmSaved(other) }
            assertIs<ResetState.SaveKey>(reset.states().first())
            reset.confirmSaved(Confirmation.Acknowledged)
            assertFailsWith<ResetException.WrongPassword> { reset.authorise(FakePassword("wrong")) }
            assertIs<ResetState.Authorise>(reset.states().first())
            reset.authorise(right)
            assertIs<ResetState.Done>(reset.states().first())
        }

    @Test
    fun `a key may be typed without its spaces`() =
        runTest {
            val reset = FakeReset()
            reset.confirmSaved(Confirmation.Retyped(FakeRecoveryKey(Samples.NEW_KEY.replace(" ", ""))))
            assertIs<ResetState.Authorise>(reset.states().first())
        }

    @Test
    fun `a call that does not fit changes nothing`() =
        runTest {
            val reset = FakeReset()
            assertFailsWith<ResetException.OutOfOrder> { reset.authorise(right) }
            assertFailsWith<ResetException.OutOfOrder> { reset.authoriseInBrowser() }
            assertFailsWith<ResetException.OutOfOrder> { reset.handedOver(HandedOver.TAKEN) }
            reset.checkNow()
            assertIs<ResetState.SaveKey>(reset.states().first())
        }

    @Test
    fun `a cancel before the commit is the end`() =
        runTest {
            val reset = FakeReset()
            reset.untilPassword()
            reset.states().test {
                assertIs<ResetState.Authorise>(next())
                reset.cancel()
                assertEquals(ResetState.Cancelled, next())
                awaitComplete()
            }
            reset.cancel()
            assertFailsWith<ResetException.OutOfOrder> { reset.retry() }
        }

    @Test
    fun `each step can be looked at and after the commit none can be cancelled`() =
        runTest {
            val reset = FakeReset(ResetScript(holdsAt = ResetStep.entries.toSet()))

            suspend fun step() = assertIs<ResetState.Working>(reset.states().first()).progress?.step
            assertEquals(ResetStep.FETCH_OLD_BACKUP, step())
            reset.goOn()
            assertEquals(ResetStep.MAKE_KEYS, step(), "nothing is exported")
            reset.goOn()
            assertEquals(ResetStep.STAGE, step())
            assertFailsWith<ResetException.OutOfOrder> { reset.confirmSaved(Confirmation.Acknowledged) }
            assertFailsWith<ResetException.OutOfOrder> { reset.retry() }
            reset.goOn()
            reset.untilPassword()
            reset.authorise(right)
            for (step in listOf(ResetStep.BIND, ResetStep.BACK_UP, ResetStep.CLEAN_UP)) {
                assertEquals(step, step())
                assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
                assertEquals(step, step())
                reset.goOn()
            }
            assertIs<ResetState.Done>(reset.states().first())
        }

    @Test
    fun `after a failure it goes on where it was`() =
        runTest {
            val failures = mapOf(ResetStep.STAGE to "server.unreachable", ResetStep.BACK_UP to "reset.not_kept")
            val reset = FakeReset(ResetScript(failsAt = failures.mapValues { FakeErrors.reset(it.value) }))
            val first = assertIs<ResetException.Server>(assertIs<ResetState.Stopped>(reset.states().first()).error)
            assertEquals("The homeserver cannot be reached.", first.message?.substringBefore(".")?.plus("."))
            assertFailsWith<ResetException.OutOfOrder> { reset.confirmSaved(Confirmation.Acknowledged) }
            reset.retry()
            reset.untilPassword()
            reset.authorise(right)
            assertIs<ResetException.NotKept>(assertIs<ResetState.Stopped>(reset.states().first()).error)
            assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
            assertIs<ResetState.Done>(reset.states().first(), "too late to cancel, so it has gone on")
        }

    private fun failing(
        step: ResetStep,
        code: String,
    ) = ResetScript(failsAt = mapOf(step to FakeErrors.reset(code)))

    private suspend fun FakeReset.untilStopped(): ResetException {
        untilPassword()
        authorise(right)
        if (states().first() is ResetState.HandOver) handedOver(HandedOver.TAKEN)
        return assertIs<ResetState.Stopped>(states().first()).error
    }

    @Test
    fun `a key that was not taken over is handed over again`() =
        runTest {
            val script = failing(ResetStep.CLEAN_UP, "reset.not_taken_over")
            val again = FakeReset(script, attached = true)
            assertIs<ResetException.NotTakenOver>(again.untilStopped())
            assertFailsWith<ResetException.OutOfOrder> { again.authorise(right) }
            again.retry()
            assertIs<ResetState.HandOver>(again.states().first())
            again.handedOver(HandedOver.TAKEN)
            assertEquals(OldBackup.DRAINED, assertIs<ResetState.Done>(again.states().first()).outcome.oldBackup)

            val thinksAgain = FakeReset(script, attached = true)
            assertIs<ResetException.NotTakenOver>(thinksAgain.untilStopped())
            thinksAgain.handedOver(HandedOver.KEEP_OLD_BACKUP)
            assertEquals(OldBackup.KEPT, assertIs<ResetState.Done>(thinksAgain.states().first()).outcome.oldBackup)

            val tooLate = FakeReset(script, attached = true)
            assertIs<ResetException.NotTakenOver>(tooLate.untilStopped())
            assertFailsWith<ResetException.AlreadyCommitted> { tooLate.cancel() }
            assertIs<ResetState.HandOver>(tooLate.states().first())
        }

    @Test
    fun `where the old backup is kept nothing has to be taken over or deleted`() =
        runTest {
            for (code in listOf("reset.not_taken_over", "reset.not_deleted")) {
                val script = failing(ResetStep.CLEAN_UP, code)
                val reset = FakeReset(script, ResetOptions(compromised = true), attached = true)
                reset.untilPassword()
                reset.authorise(right)
                reset.handedOver(HandedOver.KEEP_OLD_BACKUP)
                assertIs<ResetState.Done>(reset.states().first(), code)
            }
        }

    @Test
    fun `a script that the real one could not follow is refused`() {
        fun refused(
            step: ResetStep,
            code: String,
        ) = assertFailsWith<IllegalArgumentException>("$code at $step") { failing(step, code) }
        refused(ResetStep.STAGE, "reset.not_kept")
        refused(ResetStep.BACK_UP, "reset.staging_not_kept")
        refused(ResetStep.STAGE, "reset.out_of_order")
        assertFailsWith<IllegalArgumentException> { FakeChallenge(password = false) }
        // The person is asked again.
        refused(ResetStep.STAGE, "auth.wrong_password")
        refused(ResetStep.STAGE, "reset.key_mismatch")
        refused(ResetStep.MAKE_KEYS, "reset.weak_passphrase")
        refused(ResetStep.BACK_UP, "secret_storage.wrong_key")
        // These come in one step alone, or in none.
        for (step in ResetStep.entries) {
            refused(step, "auth.browser_needed")
            if (step != ResetStep.CLEAN_UP) refused(step, "reset.not_taken_over")
            if (step != ResetStep.CLEAN_UP) refused(step, "reset.not_deleted")
            if (step != ResetStep.STAGE) refused(step, "reset.plan_outdated")
            if (step != ResetStep.EXPORT) refused(step, "export.permission_denied")
        }
        failing(ResetStep.EXPORT, "export.permission_denied")
    }

    @Test
    fun `what cannot happen to such an account is refused`() =
        runTest {
            val notTaken = failing(ResetStep.CLEAN_UP, "reset.not_taken_over")
            assertFailsWith<IllegalArgumentException> { FakeReset(notTaken) }
            assertFailsWith<IllegalArgumentException> { FakeAccount(resetScript = notTaken) }
            FakeAttachedAccount(resetScript = notTaken)

            val notDeleted = failing(ResetStep.CLEAN_UP, "reset.not_deleted")
            val compromised = ResetOptions(compromised = true)
            assertFailsWith<IllegalArgumentException> { FakeReset(notDeleted) }
            for (attached in listOf(false, true)) {
                assertIs<ResetException.NotDeleted>(FakeReset(notDeleted, compromised, attached).untilStopped())
            }
            val account = FakeAccount(resetScript = notDeleted)
            assertFailsWith<IllegalArgumentException> { account.startReset(account.planReset(), ResetOptions()) }
            assertNull(account.pendingReset())
            account.startReset(account.planReset(), compromised)
        }

    @Test
    fun `in a browser it waits until the person is done`() =
        runTest {
            val reset = FakeReset(ResetScript(challenge = FakeChallenge.inBrowser()))
            reset.untilPassword()
            val needed = assertFailsWith<ResetException.BrowserNeeded> { reset.authorise(right) }
            assertEquals("m.oauth", needed.pages.single().name)
            reset.authoriseInBrowser()
            reset.checkNow()
            assertIs<ResetState.Authorise>(reset.states().first())
            reset.finishInBrowser()
            assertIs<ResetState.Done>(reset.states().first())
            val withoutPage = FakeReset()
            withoutPage.untilPassword()
            assertFailsWith<ResetException.AuthorisationUnsupported> { withoutPage.authoriseInBrowser() }
        }

    /** Does what is asked for, and cancels at a step. What comes too late is refused. */
    private suspend fun FakeReset.react(
        state: ResetState,
        unwanted: ResetStep,
    ) {
        if (state is ResetState.Working && state.progress?.step == unwanted) cancel()
        if (state is ResetState.SaveKey) confirmSaved(Confirmation.Acknowledged)
        if (state is ResetState.Authorise) authorise(right)
    }

    @Test
    fun `who sees a state may call at once`() =
        runTest {
            // As on Android's immediate main dispatcher: in the middle of the call that has brought the state.
            for (unwanted in ResetStep.entries - ResetStep.EXPORT) {
                val reset = FakeReset(ResetScript(holdsAt = setOf(ResetStep.FETCH_OLD_BACKUP)))
                val seen = mutableListOf<ResetState>()
                val collecting =
                    launch(Dispatchers.Unconfined) {
                        reset.states().collect { state ->
                            seen += state
                            runCatching { reset.react(state, unwanted) }
                        }
                    }
                if (unwanted != ResetStep.FETCH_OLD_BACKUP) reset.goOn()
                collecting.join()
                val isTooLate = seen.last() is ResetState.Done
                assertTrue(isTooLate || seen.last() == ResetState.Cancelled, "$unwanted: $seen")
                assertEquals(1, seen.count { it is ResetState.Done || it == ResetState.Cancelled }, "$unwanted: $seen")
                if (unwanted >= ResetStep.BIND) assertTrue(isTooLate, "$unwanted: $seen")
            }
        }

    @Test
    fun `who sees a state may call the account while another thread does`() =
        runTest {
            val account = FakeAccount()
            val reset = account.startReset(account.planReset(), ResetOptions())
            val plan = account.planReset()
            val seen = mutableListOf<AccountStatus>()
            var isStuck = false
            val collecting =
                launch(Dispatchers.Unconfined) {
                    reset.states().collect { state ->
                        if (state is ResetState.Authorise) {
                            // It looks whether the reset is being driven, and has the account to itself meanwhile.
                            val other = thread(isDaemon = true) { refuses { account.startReset(plan, ResetOptions()) } }
                            other.join(PATIENCE)
                            isStuck = other.isAlive
                            if (!isStuck) seen += account.status()
                        }
                    }
                }
            reset.untilPassword()
            assertFalse(isStuck, "the other thread waits for this one")
            assertEquals(1, seen.size)
            reset.cancel()
            collecting.join()
        }

    private fun refuses(call: suspend () -> Unit) =
        runBlocking<Unit> { assertFailsWith<ResetException.AlreadyRunning> { call() } }

    @Test
    fun `what threads show at the same time is seen in its order`() =
        runTest {
            repeat(ROUNDS) {
                val reset = FakeReset()
                val numbers = mutableListOf<Long>()
                val collecting =
                    launch(Dispatchers.Unconfined) { reset.driver.shown.collect { numbers.add(it.number) } }
                val threads = List(4) { thread { runBlocking { repeat(5) { reset.retry() } } } }
                threads.forEach(Thread::join)
                assertIs<ResetState.SaveKey>(reset.states().first())
                reset.untilPassword()
                assertIs<ResetState.Authorise>(reset.states().first())
                collecting.cancel()
                assertEquals(numbers.sorted(), numbers)
            }
        }

    @Test
    fun `streams end when they are stopped or the reset is closed`() =
        runTest {
            val reset = FakeReset()
            val states = reset.openStates()
            assertIs<ResetState.SaveKey>(states.next())
            val waiting = async(start = CoroutineStart.UNDISPATCHED) { states.next() }
            states.stop()
            assertNull(waiting.await())
            val collected = async(start = CoroutineStart.UNDISPATCHED) { reset.states().toList() }
            reset.close()
            assertEquals(1, collected.await().size)
            assertFailsWith<IllegalStateException> { reset.openStates() }
            assertFailsWith<IllegalStateException> { reset.retry() }
        }

    private companion object {
        /** In milliseconds: what waits longer waits for ever. */
        const val PATIENCE = 5_000L
        const val ROUNDS = 50
    }
}
