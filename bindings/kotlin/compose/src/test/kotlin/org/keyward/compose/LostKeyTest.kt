// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasText
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.keyward.Account
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryOptions
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.ScreenActionId
import org.keyward.fakes.FakeAccount
import org.keyward.fakes.FakeDiagnosis
import org.keyward.fakes.FakeReport
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.Samples
import kotlin.test.assertEquals
import kotlin.test.assertSame

/** Whoever has lost the recovery key says so, and is offered nothing any more that needs it. */
class LostKeyTest {
    private val texts = FakeTexts("en")
    private val fake = FakeAccount()

    /** Whether each examination was of a lost key. */
    private val asked = mutableListOf<Boolean>()

    /** What is found of an account whose key is not lost. */
    private var found = FakeDiagnosis.IDENTITY_REPLACED

    /** As the real one: the report says that the key is lost, because the person does. */
    private val account =
        object : Account(NoHandle) {
            override fun userId() = fake.userId()

            override suspend fun status() = fake.status()

            override suspend fun examine(lostKey: Boolean): Report {
                asked += lostKey
                return FakeReport(if (lostKey) FakeDiagnosis.KEY_LOST else found)
            }

            override suspend fun planReset(): ResetPlan = fake.planReset()

            override suspend fun pendingReset(): PendingReset? = fake.pendingReset()

            override suspend fun startReset(
                plan: ResetPlan,
                options: ResetOptions,
            ): Reset = fake.startReset(plan, options)

            override suspend fun pendingRecovery(): PendingReset? = fake.pendingRecovery()

            override suspend fun startRecovery(options: RecoveryOptions): Recovery = fake.startRecovery(options)
        }
    private val context = fakeContext(account = ScreenAccount.Own(account))
    private var isShown by mutableStateOf(true)

    private fun ComposeUiTest.show(start: Place): SecurityScreens {
        val screens = SecurityScreens(context, CoroutineScope(Dispatchers.Unconfined), start) {}
        setContent { TestTheme { if (isShown) KeywardScreen(screens.top, host = RecordingHost()) } }
        return screens
    }

    /** What the report says, and nothing of what it does not say. */
    private fun ComposeUiTest.untilFound(diagnosis: FakeDiagnosis) {
        for (finding in FakeReport(diagnosis).findings()) untilSaid(texts.finding(finding))
    }

    private fun ComposeUiTest.isNotOffered(label: String) = onNode(hasText(label)).assertDoesNotExist()

    @Test
    fun `whoever says so on the doctor's screen is examined again and what needs the key is gone`() =
        scene {
            show(Place.Doctor())
            untilFound(FakeDiagnosis.IDENTITY_REPLACED)
            press(LOST)
            untilFound(FakeDiagnosis.KEY_LOST)
            assertEquals(listOf(false, true), asked)
            isNotOffered(texts.remedyTitle(RemedyCode.UNLOCK))
            isNotOffered(LOST)
        }

    @Test
    fun `the doctor of a lost key stays so when looked again and after coming back`() =
        scene {
            show(Place.Doctor(lostKey = true))
            untilFound(FakeDiagnosis.KEY_LOST)
            press("Look again")
            waitUntil(timeoutMillis = LIMIT) { asked.size == 2 }
            press(texts.remedyTitle(RemedyCode.NEW_RECOVERY_KEY))
            untilTitle(texts.recoveryBegin(Samples.USER_ID).title)
            press("Close")
            waitUntil(timeoutMillis = LIMIT) { asked.size == 3 }
            untilFound(FakeDiagnosis.KEY_LOST)
            isShown = false
            waitForIdle()
            isShown = true
            waitUntil(timeoutMillis = LIMIT) { asked.size == 4 }
            untilFound(FakeDiagnosis.KEY_LOST)
            assertEquals(List(4) { true }, asked)
        }

    @Test
    fun `the screen for the key leads to the doctor of a lost key`() =
        scene {
            show(Place.Unlock)
            press(LOST)
            untilFound(FakeDiagnosis.KEY_LOST)
            assertEquals(listOf(true), asked)
            press("Close")
            untilTitle(texts.unlock().title)
        }

    @Test
    fun `the doctor who was come through hears of it and is there once`() =
        scene {
            val screens = show(Place.Overview)
            screens.go(Place.Doctor())
            val doctor = screens.top
            press(texts.remedyTitle(RemedyCode.UNLOCK))
            press(LOST)
            untilFound(FakeDiagnosis.KEY_LOST)
            assertSame(doctor, screens.top)
            assertEquals(listOf(false, true), asked)
            // From elsewhere it is the same, which knows it still.
            screens.go(Place.Recovery)
            untilTitle(texts.recoveryBegin(Samples.USER_ID).title)
            screens.go(Place.Doctor())
            waitUntil(timeoutMillis = LIMIT) { asked.size == 3 }
            assertSame(doctor, screens.top)
            assertEquals(listOf(false, true, true), asked)
            press("Close")
            untilTitle(texts.overview(Samples.USER_ID).title)
        }

    @Test
    fun `an app that knows of it tells the doctor who is shown`() =
        scene {
            val screens = show(Place.Doctor())
            untilFound(FakeDiagnosis.IDENTITY_REPLACED)
            screens.go(Place.Doctor(lostKey = true))
            untilFound(FakeDiagnosis.KEY_LOST)
            assertEquals(listOf(false, true), asked)
        }

    @Test
    fun `with a new key it is over`() =
        scene {
            show(Place.Doctor(lostKey = true))
            press(texts.remedyTitle(RemedyCode.NEW_RECOVERY_KEY))
            press("Make a new Security Key")
            press("I have saved it")
            untilTitle("Your new Security Key is in force")
            found = FakeDiagnosis.HEALTHY
            press("Close")
            untilSaid(texts.report(FakeReport(FakeDiagnosis.HEALTHY)).paragraphs.single())
            assertEquals(listOf(true, false), asked)
            // It may be lost again.
            press(LOST)
            untilFound(FakeDiagnosis.KEY_LOST)
        }

    @Test
    fun `after a reset it is over`() =
        scene {
            val screens = show(Place.Doctor(lostKey = true))
            untilFound(FakeDiagnosis.KEY_LOST)
            screens.go(Place.Reset)
            press("Reset")
            press("I have saved it")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Your new digital identity is in force")
            found = FakeDiagnosis.HEALTHY
            asked.clear()
            press("Close")
            untilSaid(texts.report(FakeReport(FakeDiagnosis.HEALTHY)).paragraphs.single())
            assertEquals(listOf(false), asked)
        }

    @Test
    fun `a new key is counted once however often it is said to be in force`() {
        for (start in listOf(Place.Recovery, Place.Reset)) {
            val before = context.newKeys
            scene {
                show(start)
                if (start == Place.Recovery) press("Make a new Security Key") else press("Reset")
                press("I have saved it")
                if (start == Place.Reset) {
                    type("Password of your account", Samples.PASSWORD)
                    press("Confirm")
                }
                untilSaid("is in force")
                isShown = false
                waitForIdle()
                isShown = true
                untilSaid("is in force")
            }
            assertEquals(before + 1, context.newKeys, "$start")
        }
    }

    @Test
    fun `an answer that comes late is not of a lost key`() {
        val late = CompletableDeferred<Unit>()
        val slow =
            object : Account(NoHandle) {
                override fun userId() = Samples.USER_ID

                override suspend fun examine(lostKey: Boolean): Report {
                    if (!lostKey) late.await()
                    return FakeReport(if (lostKey) FakeDiagnosis.KEY_LOST else FakeDiagnosis.LOCKED_OUT)
                }
            }
        val scope = CoroutineScope(Dispatchers.Unconfined)
        val doctor = DoctorModel(fakeContext(account = ScreenAccount.Own(slow)), scope) {}
        doctor.again()
        doctor.keyIsLost()
        scope.launch { doctor.follow() }
        val screen = doctor.screen
        assertEquals(withoutRemedies(FakeReport(FakeDiagnosis.KEY_LOST), texts), screen)
        late.complete(Unit)
        assertEquals(screen, doctor.screen)
    }

    private companion object {
        /** The words of [ScreenActionId.LOST_KEY]. */
        const val LOST = "I have lost the Security Key"
    }
}
