// SPDX-License-Identifier: Apache-2.0

package org.keyward

import app.cash.turbine.turbineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.keyward.support.LIMIT
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.untilKey
import org.keyward.support.untilPassword
import java.lang.ref.WeakReference
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Streams of states: their beginning, their end, and what is closed. */
class ResetStatesTest {
    @Test
    fun `two collectors see each state and the end`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val reset = account.startReset()
                val waiting = List(2) { async { reset.states().toList() } }
                val outcome = reset.finish(user)

                waiting.forEach { collected ->
                    val last = assertIs<ResetState.Done>(collected.await().last())
                    assertEquals(outcome.newIdentity, last.outcome.newIdentity)
                    assertEquals(outcome.recoveryKey.reveal(), last.outcome.recoveryKey.reveal())
                }
            }
        }

    @Test
    fun `who comes late gets the last state and the end`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val reset = account.startReset()
                reset.finish(user)
                assertIs<ResetState.Done>(reset.states().toList().single())
                assertFailsWith<ResetException.OutOfOrder> { reset.retry() }
                assertFailsWith<ResetException.AlreadyCommitted> { reset.cancel() }
            }
        }

    @Test
    fun `the states end after a cancel`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                val reset = account.startReset()
                turbineScope(timeout = LIMIT) {
                    reset.untilKey()
                    val states = reset.states().testIn(this)
                    assertIs<ResetState.SaveKey>(states.awaitItem())
                    reset.cancel()
                    while (states.awaitItem() != ResetState.Cancelled) continue
                    states.awaitComplete()
                }
                assertNull(account.pendingReset())
            }
        }

    @Test
    fun `stop ends a stream and whoever waits for it but not the reset`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                val reset = account.startReset()
                reset.untilKey()
                val states = reset.openStates()
                assertIs<ResetState.SaveKey>(states.next())
                val waiting = async(start = CoroutineStart.UNDISPATCHED) { states.next() }
                states.stop()

                assertNull(waiting.await())
                assertNull(states.next())
                assertIs<ResetState.SaveKey>(reset.states().first())
            }
        }

    @Test
    fun `a collector that is cancelled ends nothing for the others`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val reset = account.startReset()
                reset.untilKey()
                val first = launch(start = CoroutineStart.UNDISPATCHED) { reset.states().collect {} }
                val second = async(start = CoroutineStart.UNDISPATCHED) { reset.states().toList() }
                first.cancelAndJoin()
                reset.finish(user)

                assertIs<ResetState.Done>(second.await().last())
            }
        }

    @Test
    fun `a shutdown ends the states and every call afterwards says so`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val plan = account.planReset()
                val reset = account.startReset(plan, ResetOptions())
                reset.untilPassword()
                val states = async(start = CoroutineStart.UNDISPATCHED) { reset.states().toList() }
                account.shutDown()

                assertTrue(states.await().none { it is ResetState.Done || it is ResetState.Cancelled })
                assertFailsWith<ResetException.Closed> { reset.confirmSaved(Confirmation.Acknowledged) }
                assertFailsWith<ResetException.Closed> { reset.authorise(Password(person.password)) }
                assertFailsWith<ResetException.Closed> { reset.retry() }
                assertFailsWith<ResetException.Closed> { reset.cancel() }
                assertFailsWith<ResetException.Closed> { account.planReset() }
                assertFailsWith<ResetException.Closed> { account.startReset(plan, ResetOptions()) }
                assertFailsWith<ResetException.Closed> { account.resumeReset() }
                assertFailsWith<ResetException.Closed> { account.pendingReset() }
                assertFailsWith<ResetException.Closed> { account.cancelReset() }
                assertEquals(PendingReset.STAGED, restart().pendingReset())
            }
        }

    @Test
    fun `a closed reset takes no calls and goes on when it is resumed`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                var reset = account.startReset()
                val key = reset.untilPassword()
                // Often enough to meet each order in which the old one can end.
                repeat(20) {
                    reset.close()
                    assertFailsWith<IllegalStateException> { reset.states().first() }
                    assertFailsWith<IllegalStateException> { reset.retry() }
                    reset = account.resumeReset()
                }
                assertEquals(key, reset.finish(person).recoveryKey.reveal())
            }
        }

    @Test
    fun `closing the plan or the account object does not end the reset`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val plan = account.planReset()
                val reset = account.startReset(plan, ResetOptions())
                plan.close()
                assertFailsWith<IllegalStateException> { plan.consequences() }
                assertNotNull(reset.finish(user).newIdentity)
            }
        }

    @Test
    fun `a reset lives as long as somebody collects its states`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                val (states, reset) = account.startReset().let { it.states() to WeakReference(it) }
                turbineScope(timeout = LIMIT) {
                    val collected = states.testIn(this)
                    while (collected.awaitItem() !is ResetState.SaveKey) continue
                    repeat(3) { System.gc() }
                    val kept = assertNotNull(reset.get(), "the collector holds it")
                    kept.cancel()
                    while (collected.awaitItem() != ResetState.Cancelled) continue
                    collected.awaitComplete()
                }
            }
        }

    @Test
    fun `secrets in a state stay readable and are not shown by accident`() =
        test {
            loggedIn(TestService.newUser()) { account ->
                val reset = account.startReset()
                val state = reset.await<ResetState.SaveKey>()
                val key = state.recoveryKey.reveal()
                assertContentEquals(List(12) { 4 }, key.split(" ").map { it.length })
                assertTrue(key !in state.toString(), "$state")
                assertTrue(key !in "${state.recoveryKey}")
            }
        }
}
