// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ExperimentalTestApi
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import org.keyward.Account
import org.keyward.KeyInput
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryKey
import org.keyward.RecoveryOptions
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId
import org.keyward.Sessions
import org.keyward.SignOut
import org.keyward.SignOutConsequences
import org.keyward.Texts
import org.keyward.Unlocked
import org.keyward.Verification
import org.keyward.VerificationState
import org.keyward.VerificationStates
import org.keyward.fakes.FakeAccount
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.FakeVerification
import org.keyward.fakes.Samples
import org.keyward.fakes.VerificationScript
import org.keyward.fakes.VerificationTurn
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue

/** Screens that are left while something is being asked for, which comes all the same. */
class LeavingTest {
    private val gone = mutableListOf<Place>()

    /** As the composition's, which ends with the screens. */
    private val scope = CoroutineScope(Dispatchers.Unconfined + Job())

    /** Whatever is asked for comes when this is complete. */
    private val comes = CompletableDeferred<Unit>()

    /** One that goes on as a fake does, and says what is done with it. */
    private class Asked : Verification(NoHandle) {
        private val fake = FakeVerification(VerificationScript(holdsAt = setOf(VerificationTurn.ACCEPT)))
        private val done = mutableListOf<String>()
        val end = CompletableDeferred<List<String>>()

        override fun openStates(): VerificationStates = fake.openStates()

        override suspend fun cancel() {
            fake.cancel()
            done += "cancelled"
        }

        override fun destroy() {
            super.destroy()
            done += "closed"
            end.complete(done)
        }
    }

    private val asked = Asked()
    private var times = 0

    /** The fakes say nothing of an app's own errors. */
    private val real get() = ScreenContext(ScreenAccount.Own(FakeAccount()), Texts.forLanguages(listOf("en")), fakeSecrets)

    private fun verification() =
        VerificationModel(
            {
                times++
                comes.await()
                if (times == 1) asked else Asked()
            },
            null,
            fakeContext(),
            scope,
            gone::add,
        )

    private fun isLetGo() = soon { assertEquals(listOf("cancelled", "closed"), asked.end.await()) }

    private fun soon(block: suspend () -> Unit): Unit = runBlocking { withTimeout(LIMIT) { block() } }

    /** On the screen, until the job is cancelled. */
    private fun ScreenModel.shown() = CoroutineScope(Dispatchers.Unconfined).launch { follow() }

    @Test
    fun `a verification that comes after the screen is gone is cancelled and closed`() {
        val model = verification()
        model.shown()
        assertTrue(model.isBusy)
        model.close()
        comes.complete(Unit)
        isLetGo()
    }

    @Test
    fun `a verification that comes after the scope of the screens has ended is cancelled and closed`() {
        verification().shown()
        scope.cancel()
        comes.complete(Unit)
        isLetGo()
    }

    @Test
    fun `a verification that was there before the screen is gone is cancelled and closed`() {
        val model = verification()
        comes.complete(Unit)
        model.shown()
        model.close()
        isLetGo()
    }

    @Test
    fun `whoever cancels while it is asked for is led back once and it is cancelled when it comes`() {
        val model = verification()
        val shown = model.shown()
        model.act(ScreenActionId.CANCEL)
        model.act(ScreenActionId.CANCEL)
        assertEquals(listOf<Place>(Place.Back), gone)
        assertFalse(model.isBusy)
        comes.complete(Unit)
        isLetGo()
        assertTrue(shown.isActive)
        assertEquals(null, model.screen)
        model.close()
        assertEquals(listOf<Place>(Place.Back), gone)
    }

    @Test
    fun `whoever closes the screen while it is asked for lets no session wait`() {
        val model = verification()
        model.shown()
        model.act(ScreenActionId.CLOSE)
        comes.complete(Unit)
        isLetGo()
    }

    @Test
    fun `a screen that comes back while it is asked for does not ask once more`() {
        val model = verification()
        model.shown().cancel()
        val again = model.shown()
        comes.complete(Unit)
        assertEquals(1, times)
        val waiting = model.context.texts.verification(VerificationState.Waiting)
        // What is asked for comes on another thread.
        soon { while (model.screen != waiting) yield() }
        again.cancel()
        assertFalse(asked.end.isCompleted)
    }

    @Test
    fun `whoever begins anew lets the last verification go`() {
        val model = verification()
        comes.complete(Unit)
        model.shown()
        model.again()
        isLetGo()
        assertEquals(2, times)
    }

    @Test
    fun `a verification that is over is not begun with again`() {
        val model = VerificationModel({ asked }, null, real, scope, gone::add)
        model.shown()
        model.act(ScreenActionId.VERIFY)
        isLetGo()
        assertFalse(model.isBusy)
        val screen = checkNotNull(model.screen)
        assertTrue("asked for anew" in screen.paragraphs.joinToString(), "$screen")
    }

    @Test
    fun `an app that gives up to begin is told of and not waited for`() {
        val model = VerificationModel({ withTimeout(0) { awaitCancellation() } }, null, real, scope, gone::add)
        model.shown()
        assertFalse(model.isBusy)
        assertNotNull(model.screen)
    }

    @Test
    fun `whoever presses twice leaves the first screen once until it is shown again`() =
        scene {
            val screens = SecurityScreens(fakeContext(), scope) { gone += it }
            var isShown by mutableStateOf(true)
            setContent { TestTheme { if (isShown) KeywardScreen(screens.top, host = RecordingHost()) } }
            waitForIdle()
            screens.top.act(ScreenActionId.CLOSE)
            screens.top.act(ScreenActionId.CLOSE)
            screens.go(Place.Back)
            assertEquals(listOf<Place>(Place.Back), gone)
            isShown = false
            waitForIdle()
            isShown = true
            waitForIdle()
            screens.top.act(ScreenActionId.CLOSE)
            assertEquals(listOf<Place>(Place.Back, Place.Back), gone)
            // Also where another screen was shown meanwhile.
            screens.go(Place.Sessions)
            untilTitle("Sessions")
            screens.go(Place.Back)
            untilTitle("Account security")
            waitForIdle()
            screens.go(Place.Back)
            assertEquals(3, gone.size)
        }

    @Test
    fun `screens that are gone from the composition leave no session waiting`() =
        scene {
            val account =
                object : Account(NoHandle) {
                    override fun userId() = Samples.USER_ID

                    override suspend fun verifyThisSession(): Verification {
                        times++
                        comes.await()
                        return asked
                    }
                }
            var isShown by mutableStateOf(true)
            setContent {
                TestTheme {
                    if (isShown) {
                        KeywardSecurity(
                            ScreenAccount.Own(account),
                            texts = FakeTexts("en"),
                            host = RecordingHost(),
                            secrets = fakeSecrets,
                            start = Place.Verify(null),
                        ) { gone += it }
                    }
                }
            }
            waitUntil(timeoutMillis = LIMIT) { times == 1 }
            isShown = false
            waitForIdle()
            comes.complete(Unit)
            isLetGo()
        }

    /** Of what begins here the beginning is held up. */
    private inner class Slow(
        val fake: FakeAccount = FakeAccount(),
    ) : Account(NoHandle) {
        val begun = CompletableDeferred<AutoCloseable>()

        private suspend fun <T : AutoCloseable> slowly(ask: suspend () -> T): T {
            val result = ask()
            comes.await()
            begun.complete(result)
            return result
        }

        override fun userId() = fake.userId()

        override suspend fun status() = fake.status()

        override suspend fun examine(lostKey: Boolean): Report = fake.examine(lostKey)

        override suspend fun planReset(): ResetPlan = fake.planReset()

        override suspend fun pendingReset(): PendingReset? = fake.pendingReset()

        override suspend fun startReset(
            plan: ResetPlan,
            options: ResetOptions,
        ): Reset = slowly { fake.startReset(plan, options) }

        override suspend fun resumeReset(): Reset = slowly { fake.resumeReset() }

        override suspend fun pendingRecovery(): PendingReset? = fake.pendingRecovery()

        override suspend fun startRecovery(options: RecoveryOptions): Recovery = slowly { fake.startRecovery(options) }

        override suspend fun resumeRecovery(): Recovery = slowly { fake.resumeRecovery() }

        override fun sessions(): Sessions =
            object : Sessions(NoHandle) {
                override suspend fun signOutConsequences(deviceIds: List<String>): SignOutConsequences =
                    fake.sessions().signOutConsequences(deviceIds)

                override suspend fun accountManagement() = null

                override suspend fun signOut(deviceIds: List<String>): SignOut = slowly { fake.sessions().signOut(deviceIds) }
            }
    }

    /** Begins it, leaves, and waits until it can be begun once more: nobody drives it any more. */
    private fun leaves(
        account: Slow,
        model: ScreenModel,
        action: ScreenActionId,
        isFree: suspend () -> Unit,
    ) {
        model.shown()
        model.act(action)
        assertTrue(model.isBusy)
        model.close()
        comes.complete(Unit)
        soon {
            account.begun.await()
            // It is closed on another thread.
            while (attempted(isFree) != null) yield()
        }
    }

    private suspend fun attempted(block: suspend () -> Unit): Exception? =
        try {
            block()
            null
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (error: Exception) {
            error
        }

    private fun own(account: Account) = fakeContext(account = ScreenAccount.Own(account))

    @Test
    fun `a reset that begins after the screen is gone waits and can be taken up`() {
        val account = Slow()
        leaves(account, ResetModel(own(account), scope, gone::add), ScreenActionId.START_RESET) { account.fake.resumeReset() }
        assertEquals(PendingReset.STAGED, runBlocking { account.fake.pendingReset() })
    }

    @Test
    fun `a reset that is taken up after the screen is gone can be taken up again`() {
        val account = Slow()
        runBlocking { account.fake.startReset(account.fake.planReset(), ResetOptions()).close() }
        leaves(account, ResetModel(own(account), scope, gone::add), ScreenActionId.RESUME) { account.fake.resumeReset() }
    }

    @Test
    fun `a new key that begins after the screen is gone waits and can be taken up`() {
        val account = Slow()
        leaves(account, RecoveryModel(own(account), scope, gone::add), ScreenActionId.START_RECOVERY) {
            account.fake.resumeRecovery()
        }
        assertEquals(PendingReset.STAGED, runBlocking { account.fake.pendingRecovery() })
    }

    @Test
    fun `a new key that is taken up after the screen is gone can be taken up again`() {
        val account = Slow()
        runBlocking { account.fake.startRecovery(RecoveryOptions()).close() }
        leaves(account, RecoveryModel(own(account), scope, gone::add), ScreenActionId.RESUME) { account.fake.resumeRecovery() }
    }

    @Test
    fun `a sign-out that comes after the screen is gone is closed`() {
        val account = Slow()
        leaves(account, SignOutModel(listOf("PHONE"), own(account), scope, gone::add), ScreenActionId.SIGN_OUT) {
            check((account.begun.await() as SignOut).uniffiIsDestroyed)
        }
        assertTrue(runBlocking { account.fake.sessions().list() }.others.any { it.deviceId == "PHONE" })
    }

    @Test
    fun `a sign-out is closed with its screen`() {
        val account = Slow()
        comes.complete(Unit)
        val model = SignOutModel(listOf("PHONE"), own(account), scope, gone::add)
        model.shown()
        model.act(ScreenActionId.SIGN_OUT)
        val signOut = runBlocking { account.begun.await() } as SignOut
        assertFalse(signOut.uniffiIsDestroyed)
        model.close()
        assertTrue(signOut.uniffiIsDestroyed)
    }

    @Test
    fun `whoever leaves while the key unlocks leaves no key behind`() {
        val keys = mutableListOf<RecoveryKey>()
        val account =
            object : Account(NoHandle) {
                override fun userId() = Samples.USER_ID

                override suspend fun unlock(input: KeyInput): Unlocked {
                    keys += (input as KeyInput.RecoveryKey).key
                    awaitCancellation()
                }
            }
        val model = UnlockModel(account, own(account), scope, gone::add)
        model.input.type(ScreenFieldId.RECOVERY_KEY, Samples.OLD_KEY)
        model.act(ScreenActionId.UNLOCK)
        assertFalse(keys.single().uniffiIsDestroyed)
        model.close()
        assertTrue(keys.single().uniffiIsDestroyed)
        assertEquals("", model.input.text(ScreenFieldId.RECOVERY_KEY))
    }
}
