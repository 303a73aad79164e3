// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.material3.Button
import androidx.compose.material3.Text
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsOff
import androidx.compose.ui.test.assertIsOn
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isToggleable
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.keyward.CancelReason
import org.keyward.Decides
import org.keyward.Finding
import org.keyward.FindingCode
import org.keyward.FindingRemedy
import org.keyward.IdentityStatus
import org.keyward.NoHandle
import org.keyward.PendingReset
import org.keyward.RecoveryKey
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.ResetChoices
import org.keyward.ResetState
import org.keyward.ResetStep
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId
import org.keyward.SessionFilter
import org.keyward.Severity
import org.keyward.Texts
import org.keyward.Verification
import org.keyward.fakes.FakeAccount
import org.keyward.fakes.FakeAttachedAccount
import org.keyward.fakes.FakeChallenge
import org.keyward.fakes.FakeDiagnosis
import org.keyward.fakes.FakeErrors
import org.keyward.fakes.FakeReport
import org.keyward.fakes.FakeSessions
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.ResetScript
import org.keyward.fakes.Samples
import org.keyward.fakes.SessionsScript
import org.keyward.fakes.VerificationScript
import org.keyward.fakes.VerificationTurn
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertSame
import kotlin.test.assertTrue

/** What a person does on the screens, with accounts that are none. */
class FlowsTest {
    private val host = RecordingHost()
    private val left = mutableListOf<Place>()
    private val texts = FakeTexts("en")
    private var isShown by mutableStateOf(true)

    private fun ComposeUiTest.show(
        account: ScreenAccount,
        start: Place = Place.Overview,
    ) = setContent {
        TestTheme {
            if (isShown) KeywardSecurity(account, texts = texts, host = host, secrets = fakeSecrets, start = start) { left += it }
        }
    }

    /** The screen is gone, as when the app ends, and is there again. */
    private fun ComposeUiTest.leaveAndReturn() {
        isShown = false
        waitForIdle()
        isShown = true
        waitForIdle()
    }

    private fun said(code: String) = texts.error(FakeErrors.reset(code).advice())

    @Test
    fun `whoever asks for a reset gets a new key and is led to the sessions`() =
        scene {
            val account = FakeAccount()
            show(ScreenAccount.Own(account))
            untilTitle("Account security")
            press("Reset")
            untilTitle("Reset your digital identity")
            press("Reset")

            untilTitle("Save your new Security Key")
            assertTrue(host.isSecretShown)
            onNodeWithContentDescription(texts.spokenKey(fakeSecrets.recoveryKey(Samples.NEW_KEY))).assertIsDisplayed()
            press("Copy")
            assertEquals(listOf(Samples.NEW_KEY), host.copied)
            type("The new Security Key, typed again", "EsTK wrong")
            press("I have saved it")
            untilSaid(said("reset.key_mismatch"))
            type("The new Security Key, typed again", Samples.NEW_KEY)
            press("I have saved it")

            untilTitle("Confirm that it is you")
            assertFalse(host.isSecretShown)
            type("Password of your account", "wrong")
            press("Confirm")
            untilSaid(said("auth.wrong_password"))
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Your new digital identity is in force")
            assertEquals(IdentityStatus.OURS, runBlocking { account.status().identity })
            press("Look at the sessions")
            untilTitle("Sessions")
            press("Back")
            press("Close")
            untilTitle("Account security")
            press("Close")
            assertEquals(listOf<Place>(Place.Back), left)
        }

    @Test
    fun `whoever leaves a reset finds it again and may cancel it`() =
        scene {
            val account = FakeAccount()
            show(ScreenAccount.Own(account), Place.Reset)
            press("Reset")
            press("I have saved it")
            untilTitle("Confirm that it is you")

            leaveAndReturn()
            val waiting = texts.resetPending(PendingReset.STAGED)
            untilTitle(waiting.title)
            press("Go on")
            untilTitle("Confirm that it is you")

            leaveAndReturn()
            untilTitle(waiting.title)
            press("Cancel")
            untilTitle(texts.reset(ResetState.Cancelled, Samples.USER_ID).title)
            assertNull(runBlocking { account.pendingReset() })
            press("Find out what helps")
            untilTitle("How your account stands")
        }

    @Test
    fun `a choice changes what the reset is said to mean`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Reset)
            untilTitle("Reset your digital identity")
            val compromised = texts.resetBegin(Samples.consequences, ResetChoices(true, false, false))
            val keep = hasText("Keep the old key storage", substring = true) and isToggleable()
            val others = hasText("Somebody else may have my Security Key", substring = true) and isToggleable()
            onNode(keep).performScrollTo().performClick().assertIsOn()
            onNode(others).performScrollTo().assertIsOff().performClick().assertIsOn()
            onNode(keep).assertDoesNotExist()
            compromised.sections.flatMap { it.points }.forEach { untilSaid(it) }
        }

    @Test
    fun `a page in the browser takes the place of a password`() =
        scene {
            val account = FakeAccount(resetScript = ResetScript(challenge = FakeChallenge.inBrowser()))
            show(ScreenAccount.Own(account), Place.Reset)
            press("Reset")
            press("I have saved it")
            press("Open the page")
            assertEquals(FakeChallenge.inBrowser().pages().map { it.page }, host.opened)
            untilSaid("I am done there")
        }

    @Test
    fun `without a browser the page is named`() =
        scene {
            host.hasBrowser = false
            show(ScreenAccount.Own(FakeAccount(resetScript = ResetScript(challenge = FakeChallenge.inBrowser()))), Place.Reset)
            press("Reset")
            press("I have saved it")
            press("Open the page")
            untilSaid(
                FakeChallenge
                    .inBrowser()
                    .pages()
                    .first()
                    .page,
            )
        }

    @Test
    fun `a reset that stops is tried again`() =
        scene {
            val failure = FakeErrors.reset("server.unreachable")
            show(ScreenAccount.Own(FakeAccount(resetScript = ResetScript(failsAt = mapOf(ResetStep.BIND to failure)))), Place.Reset)
            press("Reset")
            press("I have saved it")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("The reset has stopped")
            untilSaid(said("server.unreachable"))
            press("Try again")
            untilTitle("Your new digital identity is in force")
        }

    @Test
    fun `the new key is handed to the app's own SDK`() =
        scene {
            val taken = mutableListOf<String>()
            show(ScreenAccount.Attached(FakeAttachedAccount()) { taken += it.reveal() }, Place.Reset)
            type("Old Security Key or Phrase", Samples.OLD_KEY)
            press("Reset")
            press("I have saved it")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Your new digital identity is in force")
            assertEquals(listOf(Samples.NEW_KEY), taken)
        }

    @Test
    fun `while the app's SDK takes the key nobody is asked to do it`() =
        scene {
            val taking = CompletableDeferred<Unit>()
            show(ScreenAccount.Attached(FakeAttachedAccount()) { taking.await() }, Place.Reset)
            press("Reset")
            press("I have saved it")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Resetting")
            assertFalse(host.isSecretShown)
            taking.complete(Unit)
            untilTitle("Your new digital identity is in force")
        }

    @Test
    fun `where the app's SDK does not take the key the person does it`() = theKeyIsGivenByHand { error("no") }

    /** What it gives up with is as what ends a screen. */
    @Test
    fun `where the app gives up to hand the key over the person does it`() =
        theKeyIsGivenByHand { withTimeout(0) { awaitCancellation() } }

    private fun theKeyIsGivenByHand(handOver: suspend (RecoveryKey) -> Unit) =
        scene {
            show(ScreenAccount.Attached(FakeAttachedAccount(), handOver), Place.Reset)
            press("Reset")
            press("I have saved it")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Give the new Security Key to your app")
            assertTrue(host.isSecretShown)
            press("The app has the new key")
            untilTitle("Your new digital identity is in force")
        }

    @Test
    fun `a wrong old key starts nothing`() =
        scene {
            val account = FakeAttachedAccount()
            show(ScreenAccount.Attached(account), Place.Reset)
            type("Old Security Key or Phrase", "EsT wrong")
            press("Reset")
            untilSaid(said("secret_storage.wrong_key"))
            assertNull(runBlocking { account.pendingReset() })
        }

    @Test
    fun `a new key of an attached session asks for the old one`() =
        scene {
            show(ScreenAccount.Attached(FakeAttachedAccount()), Place.Recovery)
            type("Old Security Key or Phrase", Samples.OLD_KEY)
            press("Make a new Security Key")
            press("I have saved it")
            untilTitle("Your new Security Key is in force")
        }

    @Test
    fun `whoever leaves a new key finds it again`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Recovery)
            press("Make a new Security Key")
            untilTitle("Save your new Security Key")
            leaveAndReturn()
            press("Go on")
            press("I have saved it")
            untilTitle("Your new Security Key is in force")
        }

    @Test
    fun `whoever is locked out is led to the smallest remedy first`() =
        scene {
            show(ScreenAccount.Own(FakeAccount(FakeDiagnosis.LOCKED_OUT)), Place.Doctor())
            untilTitle("How your account stands")
            press(texts.remedyTitle(RemedyCode.UNLOCK))
            untilTitle("Verify this session")
            press("Close")
            press(texts.remedyTitle(RemedyCode.RESET))
            // The reset itself says what is smaller, first.
            untilTitle("Reset your digital identity")
            press("Verify with another session")
        }

    @Test
    fun `what is the app's own is left to it`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Session(Samples.DEVICE_ID))
            press("Log out of this session")
            assertEquals(listOf<Place>(Place.LogOut), left)
        }

    @Test
    fun `a session is verified with emoji`() =
        scene {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            show(ScreenAccount.Own(account), Place.Verify(null))
            press("Compare emoji")
            press("They match")
            untilTitle("Verified")
            assertTrue(runBlocking { account.status().verified })
            press("Close")
            assertEquals(listOf<Place>(Place.Back), left)
        }

    @Test
    fun `without a camera a code is shown and none is scanned`() =
        scene {
            show(ScreenAccount.Own(FakeAccount(FakeDiagnosis.LOCKED_OUT)), Place.Verify(null))
            untilSaid("Show a QR code")
            onNode(hasText("Scan a QR code", substring = true)).assertDoesNotExist()
            press("Show a QR code")
            // For whoever cannot see it.
            press("Compare emoji")
            press("They do not match")
            untilTitle("Not verified")
        }

    @Test
    fun `what the camera sees verifies the session`() =
        scene {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            setContent {
                TestTheme {
                    KeywardSecurity(
                        ScreenAccount.Own(account),
                        texts = texts,
                        host = host,
                        secrets = fakeSecrets,
                        start = Place.Verify(null),
                        camera = { scanned -> Button({ scanned(Samples.otherQrCode) }) { Text("It sees") } },
                    ) { left += it }
                }
            }
            press("Scan a QR code")
            press("It sees")
            untilTitle("Verified")
        }

    @Test
    fun `the recovery key verifies this session and a wrong one says so`() =
        scene {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            show(ScreenAccount.Own(account), Place.Unlock)
            type("Security Key", "EsT wrong")
            press("Verify with the Security Key")
            untilSaid(said("secret_storage.wrong_key"))
            assertFalse(runBlocking { account.status().verified })
            type("Security Key", Samples.OLD_KEY)
            press("Verify with the Security Key")
            untilTitle("This session is verified")
            assertTrue(runBlocking { account.status().verified })
        }

    @Test
    fun `a session is renamed and signed out`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Sessions)
            press("Element on Pixel", isPart = true)
            press("Rename")
            type("Name of the session", "x".repeat(200))
            press("Save")
            untilSaid(texts.error(FakeErrors.sessions("rename.too_long").advice()))
            type("Name of the session", "My phone")
            press("Save")
            untilTitle("My phone")
            press("Sign out")
            untilTitle("Sign out")
            press("Sign out")
            type("Password of your account", Samples.PASSWORD)
            press("Confirm")
            untilTitle("Signed out")
            press("Close")
            untilTitle("Sessions")
            onNode(hasText("My phone", substring = true)).assertDoesNotExist()
        }

    @Test
    fun `a new login is acknowledged`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Sessions)
            press("New login", isPart = true)
            press("It was me")
            press("Back")
            untilTitle("Sessions")
            onNode(hasText("New login", substring = true)).assertDoesNotExist()
        }

    @Test
    fun `where the homeserver has a page sessions are signed out there`() =
        scene {
            val account = FakeAccount(sessionsScript = SessionsScript(onPage = true))
            show(ScreenAccount.Own(account), Place.SignOut(listOf("PHONE")))
            press("Open the page")
            assertEquals(1, host.opened.size)
            (account.sessions() as FakeSessions).signOutElsewhere("PHONE")
            untilTitle("Signed out")
        }

    @Test
    fun `filters show what they say`() =
        scene {
            show(ScreenAccount.Own(FakeAccount()), Place.Sessions)
            press(texts.filter(SessionFilter.INACTIVE))
            untilSaid("Element on a laptop")
            onNode(hasText("Element on Pixel", substring = true)).assertDoesNotExist()
        }

    @Test
    fun `a verification that was declined is begun again`() =
        scene {
            val script = VerificationScript(cancelsAt = mapOf(VerificationTurn.ACCEPT to CancelReason.USER))
            show(ScreenAccount.Own(FakeAccount(FakeDiagnosis.LOCKED_OUT, verificationScript = script)), Place.Verify(null))
            untilTitle("Not verified")
            press("Verify")
            untilTitle("Not verified")
        }

    @Test
    fun `a verification that cannot begin is tried again`() =
        scene {
            val script = VerificationScript(failsToBegin = FakeErrors.verification("server.unreachable"))
            show(ScreenAccount.Own(FakeAccount(FakeDiagnosis.LOCKED_OUT, verificationScript = script)), Place.Verify(null))
            untilTitle("It did not work")
            press("Try again")
            press("Compare emoji")
            press("They match")
            untilTitle("Verified")
        }

    @Test
    fun `a new key without a verified session leads to what verifies it`() =
        scene {
            show(ScreenAccount.Own(FakeAccount(FakeDiagnosis.LOCKED_OUT)), Place.Recovery)
            press("Make a new Security Key")
            untilTitle("It did not work")
            press("Verify with the Security Key")
            untilTitle("Verify this session")
        }

    @Test
    fun `what was typed is forgotten with the screen that it was for`() =
        scene {
            val account = ScreenAccount.Own(FakeAccount())
            val context = fakeContext(account = account)
            val screens = SecurityScreens(context, CoroutineScope(Dispatchers.Unconfined), Place.Reset) {}
            setContent { TestTheme { KeywardScreen(screens.top, host = host) } }
            press("Reset")
            type("The new Security Key, typed again", Samples.NEW_KEY)
            press("I have saved it")
            untilTitle("Confirm that it is you")
            assertEquals("", screens.top.input.text(ScreenFieldId.RETYPED_KEY))
            type("Password of your account", "wrong")
            press("Cancel")
            untilTitle(texts.reset(ResetState.Cancelled, Samples.USER_ID).title)
            assertEquals("", screens.top.input.text(ScreenFieldId.PASSWORD))
        }

    @Test
    fun `what was begun on a screen that is left leads nowhere`() =
        runBlocking {
            val gone = mutableListOf<Place>()
            val release = CompletableDeferred<Unit>()
            val begin: suspend () -> Verification = {
                release.await()
                error("nobody waits for it any more")
            }
            val model = VerificationModel(begin, null, fakeContext(), CoroutineScope(Dispatchers.Unconfined), gone::add)
            model.again()
            assertTrue(model.isBusy)
            model.act(ScreenActionId.CANCEL)
            assertEquals(listOf<Place>(Place.Back), gone)
            model.close()
            release.complete(Unit)
            model.go(Place.Sessions)
            assertEquals(listOf<Place>(Place.Back), gone)
        }

    @Test
    fun `a place is on the way once`() {
        val screens = SecurityScreens(fakeContext(), CoroutineScope(Dispatchers.Unconfined)) {}
        val overview = screens.top
        screens.go(Place.Reset)
        val reset = screens.top
        screens.go(Place.Doctor())
        screens.go(Place.Reset)
        assertSame(reset, screens.top)
        screens.go(Place.Back)
        assertSame(overview, screens.top)
    }

    @Test
    fun `what helps is done for the contacts of its finding`() {
        val dismiss = FindingRemedy(RemedyCode.DISMISS_CONTACTS, "dismiss_contacts", Decides.PERSON, emptyList(), emptyList())

        fun finding(
            code: FindingCode,
            contact: String,
        ) = Finding(code, "contacts", Severity.WARNING, emptyList(), listOf(contact), null, emptyList(), listOf(dismiss))
        // Of two findings with the same remedy.
        val report =
            object : Report(NoHandle) {
                override fun findings() =
                    listOf(
                        finding(FindingCode.CONTACTS_CHANGED, "@bob:example.org"),
                        finding(FindingCode.CONTACTS_VERIFIED_LOST, "@carol:example.org"),
                    )
            }
        val places = mutableListOf<Place>()
        val remedies = remedies(report, Texts.forLanguages(listOf("en")), places::add)
        remedies.findings.flatMap { it.remedies }.forEach { it.choose() }
        val contacts = places.map { (it as Place.Mend).contacts.single() }
        assertEquals(listOf("@bob:example.org", "@carol:example.org"), contacts)
    }

    /** Each action that a screen offers is done by the model of its flow, or leads somewhere. */
    @Test
    fun `every action of every screen is one of its flow`() {
        val account = FakeAccount()
        val context = fakeContext(account = ScreenAccount.Own(account))
        val scope = CoroutineScope(Dispatchers.Unconfined)
        val remedy = FakeReport(FakeDiagnosis.BACKUP_BEHIND).findings().flatMap { it.remedies }.first { it.place() is Place.Mend }
        val models: Map<String, () -> ScreenModel> =
            mapOf(
                "overview" to { OverviewModel(context, scope) {} },
                "reset" to { ResetModel(context, scope) {} },
                "recovery" to { RecoveryModel(context, scope) {} },
                "sessions" to { SessionsModel(context, scope) {} },
                "session-" to { SessionModel("PHONE", context, scope) {} },
                "sign-out" to { SignOutModel(listOf("PHONE"), context, scope) {} },
                "rename" to { RenameModel("PHONE", context, scope) {} },
                "verification" to { VerificationModel({ account.verifyThisSession() }, null, context, scope) {} },
                "unlock" to { UnlockModel(account, context, scope) {} },
                "doctor" to { DoctorModel(context, scope) {} },
                "mend" to { MendModel(account, remedy, emptyList(), context, scope) {} },
            )
        for (still in stills.filter { it.name != "stopped" }) {
            val model = models.filterKeys(still.name::startsWith).values.single()
            val actions = checkNotNull(still.of(fakeContext()).screen).actions
            for (action in actions) assertNull(runCatching { model().does(action.id) }.exceptionOrNull(), "${still.name}: ${action.id}")
        }
    }
}
