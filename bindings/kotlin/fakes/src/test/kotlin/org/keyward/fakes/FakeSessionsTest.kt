// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import app.cash.turbine.ReceiveTurbine
import app.cash.turbine.test
import kotlinx.coroutines.async
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import org.keyward.Confirmation
import org.keyward.IdentityStatus
import org.keyward.KeyCheckException
import org.keyward.KeyInput
import org.keyward.LabelSource
import org.keyward.LoginAlert
import org.keyward.PushNotifications
import org.keyward.RecoveryOptions
import org.keyward.ResetOptions
import org.keyward.SessionFilter
import org.keyward.SessionTrust
import org.keyward.SessionsException
import org.keyward.SessionsSnapshot
import org.keyward.SessionsUpdate
import org.keyward.SignOutConsequences
import org.keyward.SignOutException
import org.keyward.UnlockException
import org.keyward.othersShown
import org.keyward.watch
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Sessions are changed, and who watches them sees it. Unlocking is one such change. */
class FakeSessionsTest {
    private val password = FakePassword(Samples.PASSWORD)

    private suspend fun ReceiveTurbine<SessionsUpdate>.snapshot(): SessionsSnapshot =
        assertIs<SessionsUpdate.Snapshot>(awaitItem()).snapshot

    private fun SessionsSnapshot.ids() = list.others.map { it.deviceId }

    @Test
    fun `sessions are signed out with the password`() =
        runTest {
            val sessions = FakeAccount().sessions()
            sessions.watch().test {
                assertEquals(listOf("PHONE", "BROWSER", "BRIDGE", "LAPTOP"), snapshot().ids())
                val signOut = sessions.signOut(listOf("BROWSER", "BROWSER", "LAPTOP"))
                assertEquals(listOf("BROWSER", "LAPTOP"), signOut.deviceIds())
                assertTrue(assertNotNull(signOut.begin()).answerableByPassword())
                assertFailsWith<SignOutException.WrongPassword> { signOut.authorise(FakePassword("wrong")) }
                expectNoEvents()
                assertNull(signOut.authorise(password))
                val left = snapshot()
                assertEquals(listOf("PHONE", "BRIDGE"), left.ids())
                assertEquals(emptyList(), left.newLogins)
                assertEquals(0 to 0, left.list.recommendations.let { it.unverified to it.inactive })
            }
            val gone = sessions.history().takeLast(2)
            assertEquals(listOf("BROWSER", "LAPTOP"), gone.map { it.deviceId })
            assertTrue(gone.all { it.removed == Samples.now })
        }

    @Test
    fun `an approval in a browser is waited for`() =
        runTest {
            val script = SessionsScript(challenge = FakeChallenge.inBrowser())
            val account = FakeAccount(sessionsScript = script)
            val sessions = account.sessions()
            val signOut = sessions.signOut(listOf("BROWSER")) as FakeSignOut
            assertEquals(1, signOut.begin()?.pages()?.size)
            assertFailsWith<SignOutException.BrowserNeeded> { signOut.authorise(password) }
            val waiting = async { signOut.authoriseInBrowser() }
            yield()
            assertTrue(waiting.isActive)
            signOut.finishInBrowser()
            assertNull(waiting.await())
            assertEquals(3, sessions.list().others.size)

            val other = sessions.signOut(listOf("PHONE"))
            val ended = async { assertFailsWith<SignOutException.Closed> { other.authoriseInBrowser() } }
            yield()
            account.shutDown()
            ended.await()
        }

    @Test
    fun `sessions are signed out on the homeserver's page`() =
        runTest {
            val sessions = FakeSessions(SessionsScript(onPage = true))
            assertFailsWith<SignOutException.AccountManagement> { sessions.signOut(listOf("PHONE")).begin() }
            val page = assertNotNull(sessions.accountManagement())
            val links = page.signOutLinks(sessions.list(), listOf("PHONE", "NOBODY", "LAPTOP", "PHONE"))
            assertEquals(page.signOutLink("PHONE"), links.current()?.url)
            links.postpone()
            assertEquals("LAPTOP", links.current()?.deviceId)
            sessions.signOutElsewhere("LAPTOP")
            links.update(sessions.list())
            assertEquals(Triple("PHONE", 1, 2), Triple(links.current()?.deviceId, links.done(), links.total()))
            assertNull(FakeSessions().accountManagement())
        }

    @Test
    fun `what a sign-out needs nobody is asked for, and what it cannot do it says`() =
        runTest {
            val sessions = FakeSessions(SessionsScript(challenge = null))
            assertFailsWith<SignOutException.CurrentSession> { sessions.signOut(listOf("PHONE", Samples.DEVICE_ID)) }
            assertNull(sessions.signOut(emptyList()).begin())
            assertNull(sessions.signOut(listOf("PHONE")).begin())
            assertEquals(3, sessions.list().others.size)

            val failures = mapOf(SignOutCall.AUTHORISE to FakeErrors.signOut("sign_out.still_there"))
            val stubborn = FakeSessions(SessionsScript(signOutFailsAt = failures))
            val signOut = stubborn.signOut(listOf("PHONE", "LAPTOP"))
            signOut.begin()
            assertFailsWith<SignOutException.AuthorisationUnsupported> { signOut.authoriseInBrowser() }
            assertFailsWith<SignOutException.StillThere> { signOut.authorise(password) }
            assertNull(signOut.authorise(password), "once")
        }

    @Test
    fun `what a sign-out means`() =
        runTest {
            val none = SignOutConsequences(false, false, 0, false, emptyList(), emptyList())
            val sessions = FakeSessions()
            assertEquals(none, sessions.signOutConsequences(listOf("BRIDGE", "NOBODY")))
            assertEquals(
                none.copy(verified = listOf("PHONE"), seenInLastDay = listOf("PHONE", "BROWSER")),
                sessions.signOutConsequences(listOf("BROWSER", "PHONE")),
            )
            assertEquals(none.copy(current = true), sessions.signOutConsequences(listOf(Samples.DEVICE_ID)))
            listOf("PHONE", "BROWSER", "LAPTOP").forEach { sessions.signOutElsewhere(it) }
            val last = sessions.signOutConsequences(listOf(Samples.DEVICE_ID))
            assertEquals(none.copy(current = true, lastSession = true), last)
            val behind = FakeAccount(FakeDiagnosis.BACKUP_BEHIND).sessions()
            assertEquals(12, behind.signOutConsequences(listOf(Samples.DEVICE_ID)).unsavedRoomKeys)
            val unsure = FakeAccount(FakeDiagnosis.LOCKED_OUT).sessions()
            assertTrue(unsure.signOutConsequences(listOf("LAPTOP")).trustUnknown)
        }

    @Test
    fun `which sessions are proposed to be signed out`() =
        runTest {
            val sessions = FakeSessions()
            assertEquals(emptyList(), sessions.proposeSignOut())
            assertEquals(120, sessions.proposeSignOut(inactiveDays = 90).single().inactiveDays)
            val unverified = sessions.proposeSignOut(unverifiedDays = 0).single()
            assertEquals("BROWSER" to 0, unverified.deviceId to unverified.unverifiedDays)
            val unsure = FakeAccount(FakeDiagnosis.LOCKED_OUT).sessions()
            assertEquals(emptyList(), unsure.proposeSignOut(unverifiedDays = 0))
        }

    @Test
    fun `sessions are renamed, and told when they cannot be`() =
        runTest {
            val sessions = FakeSessions()
            sessions.watch().test {
                assertEquals("Element in Firefox", snapshot().newLogins.single().label)
                sessions.rename("BROWSER", "Firefox at work")
                val renamed = snapshot()
                assertEquals("Firefox at work", renamed.newLogins.single().label)
                sessions.rename("BROWSER", "")
                val nameless = snapshot().list.others.first { it.deviceId == "BROWSER" }
                assertEquals(listOf(null, "BROWSER"), listOf(nameless.name, nameless.label))
                assertEquals(LabelSource.DEVICE_ID, nameless.labelSource)
            }
            val renames = sessions.history().first { it.deviceId == "BROWSER" }.renames
            assertEquals(
                listOf("Element in Firefox" to "Firefox at work", "Firefox at work" to null),
                renames.map { it.from to it.to },
            )
            sessions.rename(Samples.DEVICE_ID, "\uD83D\uDE00".repeat(100))
            val tooLong = assertFailsWith<SessionsException.NameTooLong> { sessions.rename("PHONE", "x".repeat(101)) }
            assertEquals(100, tooLong.longest)
            assertFailsWith<SessionsException.NotFound> { sessions.rename("NOBODY", "name") }
        }

    @Test
    fun `push notifications are switched, and a login is acknowledged`() =
        runTest {
            val sessions = FakeSessions()
            sessions.watch().test {
                snapshot()
                sessions.setPush("PHONE", false)
                assertEquals(
                    PushNotifications.OFF,
                    snapshot()
                        .list.others
                        .first()
                        .push,
                )
                sessions.acknowledgeLogin("BROWSER")
                assertEquals(emptyList(), snapshot().newLogins)
                sessions.acknowledgeLogin("BROWSER")
                sessions.acknowledgeLogin("PHONE")
                expectNoEvents()
            }
            val alerts = sessions.history().associate { it.deviceId to it.alert }
            assertEquals(LoginAlert.ACKNOWLEDGED to LoginAlert.OLD, alerts["BROWSER"] to alerts["PHONE"])
            assertFailsWith<SessionsException.PushUnsupported> { sessions.setPush("NOBODY", true) }
        }

    @Test
    fun `calls fail once as the script says`() =
        runTest {
            val failures = SessionsCall.entries.associateWith { FakeErrors.sessions("server.unreachable") }
            val sessions = FakeSessions(SessionsScript(failsAt = failures))
            repeat(2) { time ->
                val calls: List<suspend () -> Unit> =
                    listOf(
                        { sessions.list() },
                        { sessions.rename("PHONE", "name") },
                        { sessions.setPush("PHONE", false) },
                        { sessions.acknowledgeLogin("BROWSER") },
                    )
                for (call in calls) {
                    if (time == 0) assertFailsWith<SessionsException.Server> { call() } else call()
                }
            }
            sessions.watch().test {
                assertIs<SessionsUpdate.Failed>(awaitItem())
                assertEquals(
                    "name",
                    snapshot()
                        .list.others
                        .first()
                        .name,
                )
            }
        }

    @Test
    fun `a session that is not verified cannot tell which are, until it is unlocked`() =
        runTest {
            for (diagnosis in listOf(FakeDiagnosis.LOCKED_OUT, FakeDiagnosis.IDENTITY_REPLACED)) {
                val account = FakeAccount(diagnosis)
                account.sessions().watch().test {
                    val before = snapshot().list
                    assertTrue(before.identity != IdentityStatus.OURS)
                    assertEquals(SessionTrust.UNVERIFIED, before.current.trust)
                    assertEquals(3, before.recommendations.unverified)
                    assertEquals(emptyList(), account.sessions().proposeSignOut(null, 0).mapNotNull { it.unverifiedDays })
                    assertEquals(before.identity, account.status().identity)
                    account.unlock(KeyInput.Passphrase(FakePassphrase(Samples.OLD_PHRASE)))
                    val after = snapshot().list
                    assertEquals(IdentityStatus.OURS, after.identity)
                    assertEquals(listOf("BROWSER"), after.othersShown(SessionFilter.UNVERIFIED).map { it.deviceId })
                    assertEquals(listOf("LAPTOP"), after.othersShown(SessionFilter.INACTIVE).map { it.deviceId })
                    assertEquals(listOf("BRIDGE"), after.othersShown(SessionFilter.UNVERIFIABLE).map { it.deviceId })
                }
                assertTrue(account.status().verified)
                assertTrue(account.examine().isHealthy())
            }
        }

    @Test
    fun `a reset takes the trust of the others, and is seen`() =
        runTest {
            val account = FakeAccount()
            account.sessions().watch().test {
                snapshot()
                val reset = account.startReset(account.planReset(), ResetOptions())
                reset.confirmSaved(Confirmation.Acknowledged)
                reset.authorise(password)
                val list = snapshot().list
                assertEquals(SessionTrust.VERIFIED to 3, list.current.trust to list.recommendations.unverified)
            }
        }

    @Test
    fun `an account without an identity has no other session`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.NOT_SET_UP)
            val list = account.sessions().list()
            assertEquals(IdentityStatus.NOT_SET_UP to emptyList(), list.identity to list.others)
            assertEquals(listOf(Samples.DEVICE_ID), account.sessions().history().map { it.deviceId })
            val key = KeyInput.RecoveryKey(FakeRecoveryKey())
            assertFailsWith<UnlockException.NotSetUp> { account.unlock(key) }
            assertFailsWith<KeyCheckException.NotSetUp> { account.checkRecoveryKey(key) }
            assertFalse(account.examine().isHealthy())
            assertFailsWith<IllegalArgumentException> { FakeAccount(FakeDiagnosis.LOCKED_OUT, hasIdentity = false) }
        }

    @Test
    fun `what unlocks an account`() =
        runTest {
            fun key(key: String) = KeyInput.RecoveryKey(FakeRecoveryKey(key))

            fun phrase(phrase: String) = KeyInput.Passphrase(FakePassphrase(phrase))
            val account =
                FakeAccount(FakeDiagnosis.LOCKED_OUT, unlockFailsWith = FakeErrors.unlock("unlock.not_signed"))
            assertFailsWith<UnlockException.NotSigned> { account.unlock(key(Samples.OLD_KEY)) }
            assertFailsWith<UnlockException.WrongKey> { account.unlock(key(Samples.NEW_KEY)) }
            assertFailsWith<UnlockException.WrongKey> { account.unlock(phrase("wrong")) }
            assertFailsWith<UnlockException.MistypedKey> { account.unlock(key("nonsense")) }
            assertFalse(account.status().verified)
            assertFailsWith<KeyCheckException.WrongKey> { account.checkRecoveryKey(phrase("wrong")) }
            assertEquals(Samples.keyCheck, account.checkRecoveryKey(key(Samples.OLD_KEY)))
            assertFalse(account.status().verified, "it has only looked")
            assertTrue(account.unlock(key("EsTOldKey111")).keyBackup)
            assertTrue(account.status().verified)

            val recovery = account.startRecovery(RecoveryOptions())
            recovery.confirmSaved(Confirmation.Acknowledged)
            assertFailsWith<UnlockException.WrongKey> { account.unlock(key(Samples.OLD_KEY)) }
            assertFailsWith<UnlockException.NoPassphrase> { account.unlock(phrase(Samples.OLD_PHRASE)) }
            account.unlock(key(Samples.NEW_KEY))
            recovery.close()
            account.startRecovery(RecoveryOptions(FakePassphrase("another"))).confirmSaved(Confirmation.Acknowledged)
            account.unlock(phrase("another"))
            account.shutDown()
            assertFailsWith<UnlockException.Closed> { account.unlock(phrase("another")) }
            assertFailsWith<KeyCheckException.Closed> { account.checkRecoveryKey(phrase("another")) }
        }
}
