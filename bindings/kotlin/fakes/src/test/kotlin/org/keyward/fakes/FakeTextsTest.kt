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
import org.keyward.SessionsUpdate
import org.keyward.Severity
import org.keyward.VerificationState
import org.keyward.states
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
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
    fun `every state of a verification is said, with the name of the other session and without`() {
        for (texts in everybody) {
            for (state in FakeStates.verification()) {
                show(texts.verification(state))
                val named = texts.verification(state, "Firefox at work")
                show(named)
                assertFalse("%" in "$named", "$named")
            }
            for (emoji in listOf(true, false)) {
                show(texts.verificationCode(emoji))
                show(texts.verificationCamera(emoji, "Firefox at work"))
            }
            (0 until 64).forEach { assertTrue(texts.emojiName(it).isNotEmpty()) }
        }
        val waiting = FakeTexts("en").verification(VerificationState.Waiting, "Firefox at work")
        assertTrue("\u2068Firefox at work\u2069" in waiting.paragraphs.first(), "$waiting")
        val emoji =
            FakeStates
                .verification()
                .filterIsInstance<VerificationState.Emoji>()
                .single()
                .emoji
        assertEquals(emoji.map { it.description }, emoji.map { FakeTexts("en").emojiName(it.index) })
    }

    @Test
    fun `unlocking, renaming, signing out and keys are said`() {
        for (texts in everybody) {
            val screens = FakeStates.unlock(texts) + FakeStates.rename(texts) + FakeStates.signOut(texts)
            screens.forEach(::show)
            for (attached in listOf(true, false)) FakeStates.keyChecks().forEach { show(texts.keyCheck(it, attached)) }
            FakeStates.reports().forEach { show(texts.report(it)) }
        }
        val english = FakeTexts("en")
        assertEquals(
            english.error(FakeErrors.unlock("secret_storage.wrong_key").advice()),
            english.unlock(FakeErrors.unlock("secret_storage.wrong_key").advice()).paragraphs.first(),
        )
    }

    @Test
    fun `every list of the fakes is said, and every session in it`() =
        runTest {
            val accounts =
                listOf(FakeAccount(), FakeAccount(FakeDiagnosis.LOCKED_OUT), FakeAccount(FakeDiagnosis.NOT_SET_UP))
            val reset =
                FakeAccount().also { account ->
                    val reset = account.startReset(account.planReset(), ResetOptions())
                    reset.confirmSaved(Confirmation.Acknowledged)
                    reset.authorise(FakePassword(Samples.PASSWORD))
                }
            for (account in accounts + reset) {
                val sessions = account.sessions()
                sessions.show()
                sessions.rename(Samples.DEVICE_ID, "This one")
                sessions.acknowledgeLogin("BROWSER")
                sessions.show()
                for (session in sessions.list().others) {
                    sessions.rename(session.deviceId, "Renamed")
                    sessions.rename(session.deviceId, "")
                    sessions.setPush(session.deviceId, false)
                    sessions.show()
                    sessions.signOutElsewhere(session.deviceId)
                }
                sessions.show()
            }
            FakeStates.sessions().filterIsInstance<SessionsUpdate.Snapshot>().forEach { update ->
                everybody.forEach { show(it.sessions(update.snapshot.list, SessionFilter.ALL)) }
            }
        }

    private suspend fun FakeSessions.show() {
        val list = list()
        val chosen = list.others.map { it.deviceId }
        val selections = chosen.indices.map { chosen.drop(it) } + listOf(emptyList(), listOf(Samples.DEVICE_ID))
        val means = selections.map { it.size to signOutConsequences(it) }
        for (texts in everybody) {
            SessionFilter.entries.forEach { show(texts.sessions(list, it)) }
            for (session in list.others + list.current) {
                val text = texts.session(session, Samples.now)
                assertTrue(session.label in text.name, text.name)
                val entry = history().first { it.deviceId == session.deviceId && it.removed == null }
                val isCurrent = session == list.current
                val screen = texts.sessionDetails(session, isCurrent, Samples.now, entry)
                show(screen)
                assertFalse("%" in "$screen", "$screen")
                assertTrue(session.label in screen.title)
                show(texts.sessionDetails(session, isCurrent, Samples.now))
            }
            for ((count, consequences) in means) {
                show(texts.signOutBegin(consequences, count))
                show(texts.signOutDone(count))
            }
        }
    }

    @Test
    fun `what was changed of a session is said as it is`() =
        runTest {
            val (texts, sessions) = FakeTexts("en") to FakeSessions()
            sessions.rename("PHONE", "Old phone")
            sessions.rename("PHONE", "")
            sessions.setPush("PHONE", false)
            val phone = sessions.list().others.first()
            val entry = sessions.history().first { it.deviceId == "PHONE" }
            val screen = texts.sessionDetails(phone, false, Samples.now, entry)
            val push = texts.sessionDetails(Samples.sessions.others.first(), false, Samples.now).facts
            assertEquals("\u2068PHONE\u2069", screen.title)
            assertEquals(
                listOf("\u2068Element\u2069", "\u2068Element on Pixel\u2069", "\u2068Old phone\u2069"),
                screen.facts.takeLast(3).map { it.value.substringAfter("Before: ").substringBefore(", now") },
            )
            assertEquals(push.count { it.value == "on" }, screen.facts.count { it.value == "off" })
            assertEquals("\u2068PHONE\u2069\n${screen.paragraphs.first()}", screen.announcement)
            assertNotEquals(
                texts.sessionDetails(Samples.sessions.others.first(), false, Samples.now).paragraphs,
                screen.paragraphs,
            )

            sessions.rename("BROWSER", "Firefox at work")
            val login = Samples.newLogins.single().copy(label = "Firefox at work")
            assertTrue("\u2068Firefox at work\u2069 (\u2068BROWSER\u2069)" in texts.newLogin(login, Samples.now))
            val odd = phone.copy(lastSeenIp = "192.0.2.1")
            assertFailsWith<IllegalArgumentException> { texts.session(odd, Samples.now) }
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
        val other = Samples.consequences.copy(otherSessions = 77)
        assertFailsWith<IllegalArgumentException> { texts.resetBegin(other, ResetChoices(false, false, false)) }
        val progress = ResetProgress(ResetStep.BACK_UP, 6, 7, 1, 2)
        assertFailsWith<IllegalArgumentException> { texts.reset(ResetState.Working(progress), Samples.USER_ID) }
        assertFailsWith<IllegalArgumentException> { texts.spokenKey(FakeRecoveryKey("EsTo")) }
    }

    @Test
    fun `every error has its type and its text in every language`() {
        var count = 0
        for (code in Data.errorCodes) {
            val errors =
                listOf(
                    { FakeErrors.reset(code).let { it to it.advice() } },
                    { FakeErrors.recovery(code).let { it to it.advice() } },
                    { FakeErrors.verification(code).let { it to it.advice() } },
                    { FakeErrors.unlock(code).let { it to it.advice() } },
                    { FakeErrors.keyCheck(code).let { it to it.advice() } },
                    { FakeErrors.sessions(code).let { it to it.advice() } },
                    { FakeErrors.signOut(code).let { it to it.advice() } },
                )
            for (make in errors) {
                val (error: Exception, advice) = runCatching(make).getOrNull() ?: continue
                assertEquals(code, advice.code)
                assertEquals(advice.reason, error.message)
                val (area, name) = code.split('.')
                if (area in OWN) {
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
        val areas = OWN.map { "$it." } + listOf("rename.", "push.")
        assertTrue(count > Data.errorCodes.count { code -> areas.any { code.startsWith(it) } }, "$count")
    }

    private companion object {
        /** Whose errors have the names of their codes. */
        val OWN = listOf("reset", "recovery", "verification", "unlock", "sign_out")
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
