// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.keyward.Confirmation
import org.keyward.HandedOver
import org.keyward.PendingReset
import org.keyward.RemedyCode
import org.keyward.ResetChoices
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetProgress
import org.keyward.ResetState
import org.keyward.ResetStep
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.ScreenContent
import org.keyward.SessionFilter
import org.keyward.Severity
import org.keyward.states
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** Every state of the fakes has its screen in every language. That these are the real ones' is tested with those. */
class FakeTextsTest {
    private val everybody = Data.LANGUAGES.map { FakeTexts(it) }

    private fun show(screen: Screen) {
        assertTrue(screen.title.isNotEmpty() && screen.announcement.startsWith(screen.title), "$screen")
        assertTrue(Samples.NEW_KEY !in screen.toString())
    }

    @Test
    fun `the language is the first that there is`() {
        assertEquals("de", FakeTexts("ja", "de-AT", "fr").language())
        assertEquals("en", FakeTexts("ja").language())
        assertTrue(FakeTexts("ar").isRightToLeft())
        assertFalse(FakeTexts().isRightToLeft())
        assertEquals(Data.LANGUAGES, everybody.map { it.language() })
    }

    @Test
    fun `every state of a reset is said`() {
        for (texts in everybody) {
            for (attached in listOf(false, true)) {
                FakeStates.reset(attached).forEach { show(texts.reset(it, Samples.USER_ID, attached = attached)) }
            }
            PendingReset.entries.forEach { show(texts.resetPending(it)) }
            for (challenge in listOf(
                FakeChallenge(),
                FakeChallenge.inBrowser(),
                FakeChallenge(pages = FakeChallenge.inBrowser().pages()),
            )) {
                show(texts.reset(ResetState.Authorise(challenge), Samples.USER_ID))
            }
            show(texts.reset(ResetState.Authorise(FakeChallenge.inBrowser()), Samples.USER_ID, inBrowser = true))
        }
    }

    @Test
    fun `whatever is chosen is said before and after`() =
        runTest {
            val own = listOf(true, false).map { FakeAccount(hasIdentity = it) }
            val attached = FakeAttachedAccount()
            for (bits in 0 until 8) {
                val (compromised, keep, turnOn) = List(3) { bits shr it and 1 == 1 }
                val choices = ResetChoices(compromised, keep, turnOn)
                val options = ResetOptions(compromised = compromised, keepOldBackup = keep, turnOnKeyStorage = turnOn)
                for (texts in everybody) {
                    own.forEach { show(texts.resetBegin(it.planReset().consequences(), choices)) }
                    show(texts.resetBegin(attached.planReset().consequences(), choices, RemedyCode.IN_OTHER_PROGRAM))
                }
                for (isAttached in listOf(false, true)) {
                    val reset = FakeReset(options = options, attached = isAttached)
                    reset.confirmSaved(Confirmation.Acknowledged)
                    reset.authorise(FakePassword(Samples.PASSWORD))
                    if (isAttached) reset.handedOver(HandedOver.TAKEN)
                    val done = reset.states().first()
                    everybody.forEach { show(it.reset(done, Samples.USER_ID, attached = isAttached)) }
                }
            }
        }

    @Test
    fun `every state of a new recovery key is said`() {
        for (texts in everybody) {
            FakeStates.recovery().forEach { show(texts.recovery(it)) }
            listOf(null, true, false).forEach { show(texts.recoveryBegin(Samples.USER_ID, it)) }
            PendingReset.entries.forEach { show(texts.recoveryPending(it)) }
            assertTrue(texts.spokenKey(FakeRecoveryKey()).isNotEmpty())
        }
    }

    @Test
    fun `the sessions and the reports are said`() =
        runTest {
            val sessions = FakeSessions()
            val list = sessions.list()
            for (texts in everybody) {
                SessionFilter.entries.forEach { show(texts.sessions(list, it)) }
                SessionFilter.entries.forEach { assertTrue(texts.filter(it).isNotEmpty()) }
                for (entry in sessions.history()) {
                    val session = (list.others + list.current).first { it.deviceId == entry.deviceId }
                    assertTrue(texts.session(session, Samples.now).trust.isNotEmpty())
                    show(texts.sessionDetails(session, session == list.current, Samples.now, entry))
                    show(texts.sessionDetails(session, session == list.current, Samples.now))
                }
                for (diagnosis in FakeDiagnosis.entries) {
                    val report = FakeReport(diagnosis)
                    show(texts.report(report))
                    for (finding in report.findings()) {
                        assertTrue(texts.finding(finding).isNotEmpty())
                        for (remedy in finding.remedies) {
                            assertTrue(texts.remedy(remedy).isNotEmpty())
                            remedy.consequences.forEach { assertTrue(texts.consequence(it).isNotEmpty()) }
                        }
                    }
                }
                Severity.entries.forEach { assertTrue(texts.severity(it).isNotEmpty()) }
                RemedyCode.entries.forEach { assertTrue(texts.remedyTitle(it).isNotEmpty()) }
            }
        }

    @Test
    fun `the new key is the app's to show`() {
        assertEquals(Data.key, Samples.NEW_KEY, "the one that the texts speak")
        val screen = FakeTexts("en").reset(ResetState.SaveKey(FakeRecoveryKey()), Samples.USER_ID)
        assertEquals(ScreenContent.RECOVERY_KEY, screen.shows)
        assertEquals(ScreenActionId.CONFIRM_SAVED, screen.actions.first().id)
    }

    @Test
    fun `nothing is said of what the fakes never show`() {
        val texts = FakeTexts("en")
        val other = Samples.consequences.copy(otherSessions = 77u)
        assertFailsWith<IllegalArgumentException> { texts.resetBegin(other, ResetChoices(false, false, false)) }
        val progress = ResetProgress(ResetStep.BACK_UP, 6u, 7u, 1u, 2u)
        assertFailsWith<IllegalArgumentException> { texts.reset(ResetState.Working(progress), Samples.USER_ID) }
        assertFailsWith<IllegalArgumentException> { texts.spokenKey(FakeRecoveryKey("EsTo")) }
    }

    @Test
    fun `every error has its type and its text in every language`() {
        var count = 0
        for (code in Data.errorCodes) {
            val errors = listOf({ FakeErrors.reset(code) to null }, { null to FakeErrors.recovery(code) })
            for (make in errors) {
                val (reset, recovery) = runCatching(make).getOrNull() ?: continue
                val error: Exception = reset ?: checkNotNull(recovery)
                val advice = reset?.advice() ?: checkNotNull(recovery).advice()
                assertEquals(code, advice.code)
                assertEquals(advice.reason, error.message)
                val (area, name) = code.split('.')
                if (area == "reset" || area == "recovery") {
                    val camel = name.split('_').joinToString("") { word -> word.replaceFirstChar { it.uppercase() } }
                    assertEquals(camel, error::class.simpleName)
                }
                assertEquals(
                    advice.reason.filterNot { it.isIsolate() },
                    FakeTexts("en").error(advice).filterNot { it.isIsolate() },
                )
                everybody.forEach { assertTrue(it.error(advice).isNotEmpty()) }
                count++
            }
        }
        val areas = listOf("reset.", "recovery.")
        assertTrue(count > Data.errorCodes.count { code -> areas.any { code.startsWith(it) } }, "$count")
    }

    /** Around a name that a server chose. */
    private fun Char.isIsolate() = this == '\u2068' || this == '\u2069'

    @Test
    fun `an error of the app is said in its own words`() {
        val advice = FakeErrors.reset("reset.not_kept").advice().copy(code = "app.own", reason = "Something.")
        assertEquals("Something.", FakeTexts("de").error(advice))
        assertIs<ResetException.NotKept>(FakeErrors.reset("reset.not_kept"))
        assertFailsWith<IllegalArgumentException> { FakeErrors.reset("recovery.not_kept") }
    }
}
