// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import org.keyward.support.Proxy
import org.keyward.support.HeldRequest
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.unlock
import org.keyward.support.untilKey
import org.keyward.support.untilPassword
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A coroutine that is cancelled stops waiting. The reset it waited for is as it was, at whichever step. */
class ResetCancellationTest {
    @ParameterizedTest
    @EnumSource
    fun `the reset goes on when whoever waits is cancelled`(request: HeldRequest) =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                request.hold(proxy)
                val reset = account.startReset()
                cancelWhileHeld(proxy) { reset.finish(person) }
                proxy.release()

                // A password that is on its way is not asked for again.
                val isAuthorised = request >= HeldRequest.AUTHORISING
                val outcome = if (isAuthorised) reset.await<ResetState.Done>().outcome else reset.finish(person)
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
                assertNull(account.pendingReset())
            }
        }

    @ParameterizedTest
    @EnumSource
    fun `the reset can be resumed when it is let go`(request: HeldRequest) =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                request.hold(proxy)
                val reset = account.startReset()
                cancelWhileHeld(proxy) { reset.finish(person) }
                reset.close()
                proxy.release()

                val outcome = account.resumeReset().finish(person)
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
                assertNull(account.pendingReset())
            }
        }

    @Test
    fun `a start that nobody waits for leaves nothing or a reset to resume`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val plan = account.planReset()
                cancelAtOnce { account.startReset(plan, ResetOptions()) }
                // What is being written at that moment is written once the account is shut down.
                val restored = restart()
                val pending = restored.pendingReset()
                assertTrue(pending == null || pending == PendingReset.STAGED, "$pending")
                oracle.assertUnharmed()

                val reset = if (pending == null) restored.startReset() else restored.resumeReset()
                oracle.assertDone(reset.finish(person).recoveryKey.reveal())
            }
        }

    @Test
    fun `a resumption that nobody waits for can be repeated`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.startReset().use { reset -> reset.untilPassword() }
                repeat(5) { cancelAtOnce { account.resumeReset() } }

                assertEquals(PendingReset.STAGED, account.pendingReset())
                account.resumeReset().finish(person)
                assertTrue(account.status().verified)
            }
        }

    @Test
    fun `what was confirmed stays confirmed`() =
        test {
            loggedIn(TestService.person()) { account ->
                val reset = account.startReset()
                reset.untilKey()
                cancelAtOnce { reset.confirmSaved(Confirmation.Acknowledged) }

                assertTrue(reset.await<ResetState.Authorise>().challenge.answerableByPassword())
            }
        }

    @Test
    fun `a cancel that nobody waits for is carried out`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val reset = account.startReset()
                reset.untilPassword()
                proxy.hold("PUT", pathContains = "/account_data/")
                cancelWhileHeld(proxy) { reset.cancel() }
                proxy.release()

                reset.await<ResetState.Cancelled>()
                assertNull(account.pendingReset())
                oracle.assertCancelled()
            }
        }

    @Test
    fun `a retry that nobody waits for is carried out`() =
        test {
            val proxy = TestService.proxy()
            loggedIn(TestService.person(), proxy.url) { account ->
                proxy.arm("status_500", "PUT", pathContains = "/account_data/", forEver = true)
                val reset = account.startReset()
                reset.await<ResetState.Stopped>()
                proxy.disarm()
                cancelAtOnce { reset.retry() }

                while (reset.openStates().use { it.next() } is ResetState.Stopped) continue
                reset.untilKey()
            }
        }

    private suspend fun CoroutineScope.cancelWhileHeld(
        proxy: Proxy,
        call: suspend () -> Unit,
    ) {
        val waiting = launch { call() }
        proxy.held()
        waiting.cancelAndJoin()
        assertTrue(waiting.isCancelled, "it was still waiting")
    }

    /** Cancels a call once it is made. It may have been answered by then. */
    private suspend fun CoroutineScope.cancelAtOnce(call: suspend () -> Any) {
        launch(start = CoroutineStart.UNDISPATCHED) { call() }.cancelAndJoin()
    }
}
