// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import app.cash.turbine.test
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.keyward.AccountException
import org.keyward.Confirmation
import org.keyward.FindingCode
import org.keyward.HandedOver
import org.keyward.IdentityStatus
import org.keyward.InternalException
import org.keyward.KeyFlow
import org.keyward.KeyInput
import org.keyward.OldBackup
import org.keyward.PendingFlow
import org.keyward.PendingReset
import org.keyward.RecoveryException
import org.keyward.RecoveryOptions
import org.keyward.RecoveryState
import org.keyward.RecoveryStep
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetState
import org.keyward.ResetStep
import org.keyward.SessionsException
import org.keyward.SessionsUpdate
import org.keyward.states
import org.keyward.useAndShutDown
import org.keyward.watch
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** What screens ask of an account. */
class FakeAccountTest {
    private val password = FakePassword(Samples.PASSWORD)

    @Test
    fun `of a healthy account the key can be lost, until there is a new one`() =
        runTest {
            val own = FakeAccount()
            assertTrue(own.examine().isHealthy())
            assertEquals(listOf(FindingCode.RECOVERY_KEY_LOST), own.examine(lostKey = true).findings().map { it.code })
            own.startRecovery(RecoveryOptions()).use { it.confirmSaved(Confirmation.Acknowledged) }
            assertTrue(own.examine(lostKey = true).isHealthy())
        }

    @Test
    fun `whoever has lost the key is verified by another session, and makes a new key`() =
        runTest {
            for (account in listOf(FakeAccount(FakeDiagnosis.LOCKED_OUT), FakeAccount(FakeDiagnosis.LOCKED_OUT_KEY_LOST))) {
                fun Report.remedies() = findings().map { finding -> finding.remedies.map { it.code } }
                val rest = listOf(RemedyCode.VERIFY_BY_SESSION, RemedyCode.RESET)
                assertEquals(listOf(rest, rest), account.examine(lostKey = true).remedies())
                account.verifyThisSession().use { verification ->
                    verification.startEmoji()
                    verification.confirm()
                }
                assertEquals(listOf(listOf(RemedyCode.NEW_RECOVERY_KEY)), account.examine(lostKey = true).remedies())
                account.startRecovery(RecoveryOptions()).use { it.confirmSaved(Confirmation.Acknowledged) }
                assertTrue(account.examine(lostKey = true).isHealthy())
            }
        }

    @Test
    fun `a reset mends an account that is locked out`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            assertFalse(account.status().verified)
            assertEquals(
                FindingCode.SESSION_UNVERIFIED,
                account
                    .examine()
                    .findings()
                    .first()
                    .code,
            )
            assertFailsWith<RecoveryException.NotVerified> { account.startRecovery(RecoveryOptions()) }

            val reset = account.startReset(account.planReset(), ResetOptions())
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.authorise(password)
            assertTrue(account.status().verified)
            assertTrue(account.examine().isHealthy())
            assertNull(account.pendingReset())
        }

    @Test
    fun `an account without an identity gets its first one`() =
        runTest {
            val account = FakeAccount(hasIdentity = false)
            assertEquals(IdentityStatus.NOT_SET_UP, account.status().identity)
            val plan = account.planReset()
            assertNull(plan.consequences().oldIdentity)
            val reset = account.startReset(plan, ResetOptions())
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.authorise(password)
            assertEquals(emptyList(), assertIs<ResetState.Done>(reset.states().first()).outcome.untrustedSessions)
            assertEquals(IdentityStatus.OURS, account.status().identity)
        }

    @Test
    fun `a reset that was let go waits and goes on where it was`() =
        runTest {
            val account = FakeAccount()
            val reset = account.startReset(account.planReset(), ResetOptions())
            assertFailsWith<ResetException.AlreadyRunning> { account.startReset(account.planReset(), ResetOptions()) }
            assertFailsWith<RecoveryException.AlreadyRunning> { account.startRecovery(RecoveryOptions()) }
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.close()
            assertEquals(PendingReset.STAGED, account.pendingReset())
            assertEquals(listOf(PendingFlow(KeyFlow.RESET, PendingReset.STAGED)), account.status().pending)
            assertFailsWith<ResetException.Pending> { account.startReset(account.planReset(), ResetOptions()) }
            assertFailsWith<RecoveryException.ResetPending> { account.startRecovery(RecoveryOptions()) }
            account.resumeReset().use { assertIs<ResetState.Authorise>(it.states().first()) }
            account.cancelReset()
            assertNull(account.pendingReset())
            assertFailsWith<ResetException.NothingPending> { account.resumeReset() }
            assertFailsWith<ResetException.NothingPending> { account.cancelReset() }
        }

    private suspend fun Reset.finish() {
        confirmSaved(Confirmation.Acknowledged)
        authorise(password)
        assertIs<ResetState.Done>(states().first())
        close()
    }

    @Test
    fun `a second reset that is cancelled leaves the first one in force`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            account.startReset(account.planReset(), ResetOptions()).finish()
            for (isLetGo in listOf(false, true)) {
                val second = account.startReset(account.planReset(), ResetOptions())
                assertTrue(account.status().verified, "while it waits")
                if (isLetGo) second.close()
                if (isLetGo) account.cancelReset() else second.cancel()
                assertTrue(account.status().verified)
                assertTrue(account.examine().isHealthy())
            }
            account.startRecovery(RecoveryOptions())
        }

    @Test
    fun `a new identity counts once this session is signed`() =
        runTest {
            val script = ResetScript(holdsAt = setOf(ResetStep.BIND, ResetStep.BACK_UP))
            val account = FakeAttachedAccount(FakeDiagnosis.LOCKED_OUT, script)
            val reset = account.startReset(account.planReset(), ResetOptions()) as FakeReset
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.authorise(password)
            assertFalse(account.status().verified)
            reset.goOn()
            assertTrue(account.status().verified)
        }

    @Test
    fun `a plan that was made before the last reset or recovery key is outdated`() =
        runTest {
            val account = FakeAccount()
            val first = account.planReset()
            account.startReset(account.planReset(), ResetOptions()).finish()
            val second = account.planReset()
            val recovery = account.startRecovery(RecoveryOptions())
            recovery.confirmSaved(Confirmation.Acknowledged)
            recovery.close()

            for (plan in listOf(first, second)) {
                // As the real one: it begins, and finds out when it looks.
                val reset = account.startReset(plan, ResetOptions())
                repeat(2) {
                    val stopped = assertIs<ResetState.Stopped>(reset.states().first())
                    assertIs<ResetException.PlanOutdated>(stopped.error)
                    assertNull(account.pendingReset())
                    reset.retry()
                }
                reset.cancel()
                assertEquals(ResetState.Cancelled, reset.states().first())
            }
            account.startReset(first, ResetOptions()).close()
            assertFailsWith<ResetException.NothingPending> { account.resumeReset() }
            account.startReset(account.planReset(), ResetOptions()).finish()
        }

    @Test
    fun `what was decided and what has failed stays when a reset is taken up again`() =
        runTest {
            val failures = mapOf(ResetStep.BIND to "server.unreachable", ResetStep.CLEAN_UP to "server.failing")
            val script =
                ResetScript(
                    failsAt = failures.mapValues { FakeErrors.reset(it.value) },
                    holdsAt = setOf(ResetStep.BACK_UP),
                )
            val account = FakeAttachedAccount(resetScript = script)
            val reset = account.startReset(account.planReset(), ResetOptions())
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.authorise(password)
            assertIs<ResetState.Stopped>(reset.states().first())
            reset.close()

            val second = account.resumeReset() as FakeReset
            val held = assertIs<ResetState.Working>(second.states().first(), "the failure does not come again")
            assertEquals(ResetStep.BACK_UP, held.progress?.step)
            second.close()

            val third = account.resumeReset()
            assertIs<ResetState.HandOver>(third.states().first(), "nor is it held again")
            third.handedOver(HandedOver.KEEP_OLD_BACKUP)
            assertIs<ResetState.Stopped>(third.states().first())
            third.close()

            val outcome = assertIs<ResetState.Done>(account.resumeReset().states().first()).outcome
            assertEquals(OldBackup.KEPT, outcome.oldBackup)
        }

    @Test
    fun `a new recovery key that has failed does not fail again when it is taken up`() =
        runTest {
            val failure = FakeErrors.recovery("server.unreachable")
            val account = FakeAccount(recoveryScript = RecoveryScript(mapOf(RecoveryStep.STAGE to failure)))
            val recovery = account.startRecovery(RecoveryOptions())
            assertIs<RecoveryState.Stopped>(recovery.states().first())
            recovery.close()
            assertIs<RecoveryState.SaveKey>(account.resumeRecovery().states().first())
        }

    @Test
    fun `what is held does not go on after a shutdown`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT, ResetScript(holdsAt = setOf(ResetStep.STAGE)))
            val reset = account.startReset(account.planReset(), ResetOptions()) as FakeReset
            account.shutDown()
            assertFailsWith<ResetException.Closed> { reset.goOn() }
            assertEquals(emptyList(), reset.states().toList())

            val other = FakeAccount(recoveryScript = RecoveryScript(holdsAt = setOf(RecoveryStep.STAGE)))
            val recovery = other.startRecovery(RecoveryOptions()) as FakeRecovery
            other.shutDown()
            assertFailsWith<RecoveryException.Closed> { recovery.goOn() }
        }

    @Test
    fun `of an attached session the reset waits for its SDK also after a start of the app`() =
        runTest {
            val account = FakeAttachedAccount()
            val right = KeyInput.RecoveryKey(FakeRecoveryKey(Samples.OLD_KEY))
            val wrong = KeyInput.RecoveryKey(FakeRecoveryKey())
            assertFailsWith<ResetException.OldKey> { account.planReset(wrong) }
            assertTrue(account.planReset(right).consequences().backupReadable)
            val reset = account.startReset(account.planReset(), ResetOptions())
            reset.confirmSaved(Confirmation.Acknowledged)
            reset.authorise(password)
            reset.close()
            assertEquals(PendingReset.HANDING_OVER, account.pendingReset())
            assertFailsWith<ResetException.AlreadyCommitted> { account.cancelReset() }
            assertFailsWith<RecoveryException.OldKey> { account.startRecovery(wrong, RecoveryOptions()) }
            assertIs<ResetState.HandOver>(account.resumeReset().states().first())
        }

    @Test
    fun `a new recovery key mends the loss of the old one`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.KEY_LOST)
            val remedy =
                account
                    .examine()
                    .findings()
                    .single()
                    .remedies
                    .single()
            assertEquals(RemedyCode.NEW_RECOVERY_KEY, remedy.code)
            assertTrue(account.status().verified)
            account.startRecovery(RecoveryOptions()).confirmSaved(Confirmation.Acknowledged)
            assertTrue(account.examine().isHealthy())
        }

    @Test
    fun `a new recovery key waits and is cancelled`() =
        runTest {
            val account = FakeAccount()
            val empty = RecoveryOptions(FakePassphrase(""))
            assertFailsWith<RecoveryException.EmptyPassphrase> { account.startRecovery(empty) }
            account.startRecovery(RecoveryOptions()).close()
            assertEquals(PendingReset.STAGED, account.pendingRecovery())
            assertFailsWith<RecoveryException.Pending> { account.startRecovery(RecoveryOptions()) }
            assertFailsWith<ResetException.OtherPending> { account.startReset(account.planReset(), ResetOptions()) }
            account.resumeRecovery().close()
            account.cancelRecovery()
            assertNull(account.pendingRecovery())
        }

    @Test
    fun `the sessions are watched until the account is shut down`() =
        runTest {
            val account = FakeAccount()
            val sessions = account.sessions()
            sessions.watch().test {
                val snapshot = assertIs<SessionsUpdate.Snapshot>(awaitItem()).snapshot
                assertEquals(sessions.list(), snapshot.list)
                assertEquals("BROWSER", snapshot.newLogins.single().deviceId)
                account.shutDown()
                awaitComplete()
            }
            assertFailsWith<SessionsException.Closed> { sessions.list() }
        }

    @Test
    fun `after a shutdown every call says so`() =
        runTest {
            val account = FakeAccount()
            val plan = account.planReset()
            val reset = account.startReset(plan, ResetOptions())
            account.shutDown()
            assertEquals(emptyList(), reset.states().toList())
            assertFailsWith<ResetException.Closed> { reset.confirmSaved(Confirmation.Acknowledged) }
            assertFailsWith<ResetException.Closed> { reset.cancel() }
            val closed = assertFailsWith<AccountException.Closed> { account.status() }
            assertEquals("account.closed", closed.advice().code)
            assertFailsWith<ResetException.Closed> { account.planReset() }
            assertFailsWith<ResetException.Closed> { account.startReset(plan, ResetOptions()) }
            assertFailsWith<RecoveryException.Closed> { account.startRecovery(RecoveryOptions()) }
        }

    @Test
    fun `a closed account takes no calls`() =
        runTest {
            val account = FakeAccount()
            val pending =
                account.useAndShutDown {
                    it.startReset(it.planReset(), ResetOptions())
                    it.pendingReset()
                }
            assertEquals(PendingReset.STAGED, pending)
            assertFailsWith<IllegalStateException> { account.status() }
            assertFailsWith<IllegalStateException> { account.planReset() }
        }

    @Test
    fun `what is not faked says so`() =
        runTest {
            val refused = assertFailsWith<InternalException> { FakeAccount().unsavedRoomKeys() }
            assertEquals("FakeAccount is a fake, and does not do this", refused.message)
        }
}
