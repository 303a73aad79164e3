// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import org.keyward.support.Deployment
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.unlock
import org.keyward.support.untilAuthorise
import org.keyward.support.untilKey
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Resets and sign-outs of people without a password, who authorise them in a browser. */
class BrowserApprovalTest {
    @ParameterizedTest
    @EnumSource
    fun `a reset goes on once it is approved in the browser`(deployment: Deployment) =
        test {
            val person = TestService.person(deployment = deployment)
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val reset = account.startReset()
                fails<ResetException.OutOfOrder> { reset.authoriseInBrowser() }
                val newKey = reset.untilKey()
                val challenge = reset.untilAuthorise()
                assertFalse(challenge.answerableByPassword())
                assertFalse(challenge.isOtherAccount())
                reset.authoriseInBrowser()
                reset.checkNow()
                assertIs<ResetState.Authorise>(reset.states().first(), "the person is at work")
                oracle.assertUnharmed()

                assertNull(person.allow(challenge.pages().single().page))
                reset.checkNow()
                val outcome = reset.await<ResetState.Done>().outcome
                assertEquals(newKey, outcome.recoveryKey.reveal())
                // An app that comes to the front does not know how far it is.
                reset.checkNow()
                oracle.assertDone(newKey)
                assertNull(person.whyHistoryIsUnreadable(newKey))
                assertNull(account.pendingReset())
            }
        }

    @ParameterizedTest
    @EnumSource
    fun `what was approved counts for an app that was ended meanwhile`(deployment: Deployment) =
        test {
            val person = TestService.person(deployment = deployment)
            loggedIn(person) { account ->
                account.unlock(person)
                val page =
                    account.startReset().use { reset ->
                        reset.untilKey()
                        val challenge = reset.untilAuthorise()
                        reset.authoriseInBrowser()
                        challenge.pages().single().page
                    }
                val restored = restart()
                assertEquals(PendingReset.STAGED, restored.pendingReset())
                person.allow(page)

                val outcome = restored.resumeReset().await<ResetState.Done>().outcome
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
            }
        }

    @ParameterizedTest
    @EnumSource
    fun `a reset can be cancelled while the person is at work in the browser`(deployment: Deployment) =
        test {
            val person = TestService.person(deployment = deployment)
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val reset = account.startReset()
                reset.untilKey()
                reset.untilAuthorise()
                reset.authoriseInBrowser()
                reset.cancel()
                reset.await<ResetState.Cancelled>()
                oracle.assertCancelled()
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey))
            }
        }

    @Test
    fun `whoever approved a reset as somebody else is told so`() =
        test {
            val person = TestService.person(deployment = Deployment.SSO)
            val stranger = TestService.newUser(Deployment.SSO).also { TestService.login(it) }
            loggedIn(person) { account ->
                account.unlock(person)
                val reset = account.startReset()
                reset.untilKey()
                val asked = reset.untilAuthorise()
                reset.authoriseInBrowser()
                stranger.allow(asked.pages().single().page)
                val challenges = reset.states().filterIsInstance<ResetState.Authorise>().map { it.challenge }
                val told = challenges.first { it.isOtherAccount() }
                person.allow(told.pages().single().page)
                val outcome = reset.await<ResetState.Done>().outcome
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
            }
        }

    @Test
    fun `sessions are signed out through a provider`() =
        test {
            val person = TestService.person(deployment = Deployment.SSO)
            val stranger = TestService.newUser(Deployment.SSO).also { TestService.login(it) }
            val going = listOf(TestService.login(person, "Old phone").deviceId, person.observer.deviceId)
            loggedIn(person) { account ->
                val sessions = account.sessions()
                val signOut = sessions.signOut(going)
                val page = assertNotNull(signOut.begin()).pages().single().page
                val needed = fails<SignOutException.BrowserNeeded> { signOut.authorise(Password("none")) }
                assertEquals(page, needed.pages.single().page)
                // As when the app comes to the front: the one who waits stops and asks at once.
                launch(start = CoroutineStart.UNDISPATCHED) { signOut.authoriseInBrowser() }.cancelAndJoin()

                stranger.allow(page)
                val told = assertNotNull(signOut.authoriseInBrowser())
                assertTrue(told.isOtherAccount())
                val waiting = async { signOut.authoriseInBrowser() }
                person.allow(told.pages().single().page)
                assertNull(waiting.await())
                assertTrue(sessions.list().others.none { it.deviceId in going })
            }
        }

    @Test
    fun `where accounts have a page of their own sessions are signed out there`() =
        test {
            val person = TestService.person(deployment = Deployment.OAUTH)
            loggedIn(person) { account ->
                val sessions = account.sessions()
                val page = assertNotNull(sessions.accountManagement()).page()
                val signOut = sessions.signOut(listOf(person.observer.deviceId))
                assertEquals(page, fails<SignOutException.AccountManagement> { signOut.begin() }.page)
            }
        }
}
