// SPDX-License-Identifier: Apache-2.0

package org.keyward

import app.cash.turbine.turbineScope
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Test
import org.keyward.support.History
import org.keyward.support.LIMIT
import org.keyward.support.TestService
import org.keyward.support.await
import org.keyward.support.finish
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.unlock
import org.keyward.support.untilKey
import org.keyward.support.untilPassword
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue

class ResetTest {
    @Test
    fun `history survives the reset of an account whose key is lost`() =
        test {
            val person = TestService.person(History.LONG)
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val plan = account.planReset()
                assertEquals(person.userId, plan.consequences().userId)
                assertEquals(1, plan.consequences().otherSessions)
                assertTrue(plan.consequences().backupReadable)

                val reset = account.startReset(plan, ResetOptions())
                val newKey = reset.untilKey()
                oracle.assertUnharmed()
                reset.confirmSaved(Confirmation.Retyped(RecoveryKey(newKey.replace(" ", ""))))
                assertTrue(reset.await<ResetState.Authorise>().challenge.answerableByPassword())
                oracle.assertUnharmed()
                reset.authorise(Password(person.password))
                val outcome = reset.await<ResetState.Done>().outcome

                assertEquals(newKey, outcome.recoveryKey.reveal())
                assertEquals(OldBackup.DRAINED, outcome.oldBackup)
                assertEquals(listOf(person.phone.deviceId), outcome.untrustedSessions)
                assertNotEquals(plan.consequences().oldIdentity, outcome.newIdentity)
                val status = account.status()
                assertTrue(status.verified)
                assertEquals(IdentityStatus.OURS, status.identity)
                assertEquals(SecretStorageStatus.READY, status.secretStorage)
                assertEquals(KeyBackupStatus.ENABLED, status.keyBackup)
                assertNull(status.pendingReset)
                assertNull(person.whyHistoryIsUnreadable(newKey))
                oracle.assertDone(newKey)
            }
        }

    @Test
    fun `a backup that cannot be read is kept`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val outcome = account.startReset().finish(person)

                assertEquals(OldBackup.KEPT, outcome.oldBackup)
                assertTrue(account.status().verified)
            }
        }

    @Test
    fun `a first set-up needs no password`() =
        test {
            val user = TestService.newUser()
            loggedIn(user) { account ->
                val plan = account.planReset()
                assertNull(plan.consequences().oldIdentity)
                val reset = account.startReset(plan, ResetOptions())
                val key = reset.untilKey()
                turbineScope(timeout = LIMIT) {
                    val states = reset.states().testIn(this)
                    assertIs<ResetState.SaveKey>(states.awaitItem())
                    reset.confirmSaved(Confirmation.Acknowledged)
                    var last = states.awaitItem()
                    while (last is ResetState.Working) last = states.awaitItem()
                    val outcome = assertIs<ResetState.Done>(last).outcome
                    assertEquals(OldBackup.NOT_THERE, outcome.oldBackup)
                    states.awaitComplete()
                }
                val other = TestService.login(user, withEncryption = true)
                other.recover(key)
                assertTrue(other.isSigned(other.deviceId))
            }
        }

    @Test
    fun `nothing is left for the old key of a compromised account`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val outcome = account.startReset(ResetOptions(compromised = true)).finish(person)

                assertNotEquals(OldBackup.KEPT, outcome.oldBackup)
                oracle.assertNoTraceOfTheOld()
                assertNull(person.whyHistoryIsUnreadable(outcome.recoveryKey.reveal()))
            }
        }

    @Test
    fun `a Security Phrase opens everything after the reset`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val phrase = "seven quiet otters borrowed a lighthouse"
                account.startReset(ResetOptions(passphrase = Passphrase(phrase))).finish(person)

                assertNull(person.whyHistoryIsUnreadable(phrase))
            }
        }

    @Test
    fun `room keys are exported before the reset if asked for`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val file = File(folder.parentFile, "room keys.txt")
                val export = ResetExport(file.path, Passphrase("for the file"))
                account.startReset(ResetOptions(export = export)).finish(person)

                assertTrue(file.readText().startsWith("-----BEGIN MEGOLM SESSION DATA-----"))
            }
        }

    @Test
    fun `cancelling at the key leaves everything as it was`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val reset = account.startReset()
                reset.untilKey()
                assertEquals(PendingReset.STAGED, account.pendingReset())
                reset.cancel()

                assertIs<ResetState.Cancelled>(reset.states().toList().single())
                assertNull(account.pendingReset())
                oracle.assertCancelled()
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey))
            }
        }

    @Test
    fun `cancelling after three wrong passwords leaves everything as it was`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val reset = account.startReset()
                reset.untilPassword()
                repeat(3) {
                    assertFailsWith<ResetException.WrongPassword> { reset.authorise(Password("wrong")) }
                    assertIs<ResetState.Authorise>(reset.await<ResetState.Authorise>())
                }
                reset.cancel()

                oracle.assertCancelled()
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey))
            }
        }
}
