// SPDX-License-Identifier: Apache-2.0

package org.keyward

import app.cash.turbine.turbineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Test
import org.keyward.support.History
import org.keyward.support.LIMIT
import org.keyward.support.TestService
import org.keyward.support.finish
import org.keyward.support.keyInput
import org.keyward.support.loggedIn
import org.keyward.support.test
import org.keyward.support.unlock
import org.keyward.support.untilDone
import org.keyward.support.untilNewKey
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A new recovery key without a reset, and what a key opens. */
class RecoveryTest {
    private val staged = PendingFlow(KeyFlow.RECOVERY, PendingReset.STAGED)

    @Test
    fun `a new key takes the place of the old one and everything else stays`() =
        test {
            val person = TestService.person(History.LONG)
            loggedIn(person) { account ->
                account.unlock(person)
                val before = account.planReset().consequences()
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                assertNotEquals(person.recoveryKey, newKey)
                assertEquals(listOf(staged), account.status().pending)
                assertEquals(PendingReset.STAGED, account.pendingRecovery())
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey), "the old key is in force")

                turbineScope(timeout = LIMIT) {
                    val states = recovery.states().testIn(this)
                    assertIs<RecoveryState.SaveKey>(states.awaitItem())
                    recovery.confirmSaved(Confirmation.Retyped(RecoveryKey(newKey.replace(" ", ""))))
                    var last = states.awaitItem()
                    while (last is RecoveryState.Working) last = states.awaitItem()
                    val outcome = assertIs<RecoveryState.Done>(last).outcome
                    assertEquals(newKey, outcome.recoveryKey.reveal())
                    assertEquals(true, outcome.opensBackup)
                    states.awaitComplete()
                }

                val after = account.planReset().consequences()
                assertEquals(before.oldIdentity, after.oldIdentity)
                assertEquals(before.verifiedSessions, after.verifiedSessions)
                val status = account.status()
                assertTrue(status.verified)
                assertEquals(SecretStorageStatus.READY, status.secretStorage)
                assertEquals(KeyBackupStatus.ENABLED, status.keyBackup)
                assertEquals(emptyList(), status.pending)
                assertNull(account.pendingRecovery())
                assertNull(person.whyHistoryIsUnreadable(newKey))
                assertFailsWith<RecoveryException.AlreadyCommitted> { recovery.cancel() }
            }
        }

    @Test
    fun `a Security Phrase opens everything afterwards`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val phrase = "seven quiet otters borrowed a lighthouse"
                val recovery = account.startRecovery(RecoveryOptions(passphrase = Passphrase(phrase)))
                recovery.untilNewKey()
                recovery.finish()

                assertTrue(account.checkRecoveryKey(KeyInput.Passphrase(Passphrase(phrase))).isDefault)
                assertNull(person.whyHistoryIsUnreadable(phrase))
            }
        }

    @Test
    fun `cancelling at the key leaves everything as it was`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oracle = TestService.oracle(person, account.deviceId(), folder, key)
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                recovery.cancel()

                assertIs<RecoveryState.Cancelled>(recovery.states().toList().single())
                assertEquals(emptyList(), account.status().pending)
                assertFailsWith<KeyCheckException.WrongKey> { account.checkRecoveryKey(keyInput(newKey)) }
                assertFailsWith<RecoveryException.NothingPending> { account.cancelRecovery() }
                oracle.assertCancelled()
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey))
            }
        }

    @Test
    fun `a new key is resumed after a restart`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val newKey = account.startRecovery(RecoveryOptions()).untilNewKey()
                val again = restart()
                assertEquals(listOf(staged), again.status().pending)
                val recovery = again.resumeRecovery()
                assertEquals(newKey, recovery.untilNewKey())
                assertEquals(newKey, recovery.finish().recoveryKey.reveal())
                assertNull(person.whyHistoryIsUnreadable(newKey))
            }
        }

    @Test
    fun `a check says what a key opens`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val crossSigning = listOf("master", "self_signing", "user_signing").map { "m.cross_signing.$it" }
                val secrets = crossSigning + "m.megolm_backup.v1"
                val whole = KeyCheck(secrets, doesNotOpen = emptyList(), missing = emptyList(), isDefault = true)
                assertEquals(whole, account.checkRecoveryKey(keyInput(person.recoveryKey)))

                val secret = person.observer.accountData(secrets[0])
                person.observer.setAccountData(secrets[0], emptyMap<String, Any>())
                val lacking = account.checkRecoveryKey(keyInput(person.recoveryKey))
                assertEquals(listOf(secrets[0]), lacking.missing)
                assertEquals(secrets.drop(1), lacking.opens)
                person.observer.setAccountData(secrets[0], checkNotNull(secret))

                fails<KeyCheckException.MistypedKey> { account.checkRecoveryKey(keyInput("not a key")) }
                val phrase = KeyInput.Passphrase(Passphrase("seven quiet otters borrowed a lighthouse"))
                fails<KeyCheckException.NoPassphrase> { account.checkRecoveryKey(phrase) }
                val stranger = TestService.person(History.NONE)
                val wrongKey = keyInput(stranger.recoveryKey)
                val wrong = fails<KeyCheckException.WrongKey> { account.checkRecoveryKey(wrongKey) }
                assertEquals("secret_storage.wrong_key", wrong.advice().code)
            }
        }

    @Test
    fun `what does not fit is refused and the state stays`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                fails<RecoveryException.NotVerified> { account.startRecovery(RecoveryOptions()) }
                fails<RecoveryException.NothingPending> { account.cancelRecovery() }
                account.unlock(person)
                fails<RecoveryException.NothingPending> { account.resumeRecovery() }
                fails<RecoveryException.EmptyPassphrase> { account.startRecovery(RecoveryOptions(Passphrase(""))) }
                val weak = RecoveryOptions(Passphrase("hunter2"))
                fails<RecoveryException.WeakPassphrase> { account.startRecovery(weak) }

                account.startRecovery(RecoveryOptions()).use { recovery ->
                    val newKey = recovery.untilNewKey()
                    val mistyped = Confirmation.Retyped(RecoveryKey(person.recoveryKey))
                    fails<RecoveryException.KeyMismatch> { recovery.confirmSaved(mistyped) }
                    val state = assertIs<RecoveryState.SaveKey>(recovery.states().first())
                    assertEquals(newKey, state.recoveryKey.reveal())
                    fails<RecoveryException.AlreadyRunning> { account.resumeRecovery() }
                    fails<ResetException.AlreadyRunning> { account.startReset(account.planReset(), ResetOptions()) }
                }
                fails<RecoveryException.Pending> { account.startRecovery(RecoveryOptions()) }
                fails<ResetException.OtherPending> { account.startReset(account.planReset(), ResetOptions()) }
                fails<LogoutException.RecoveryPending> { account.logOut(UnsavedRoomKeys.KEEP) }
                account.cancelRecovery()
                account.startReset(account.planReset(), ResetOptions()).use { reset ->
                    reset.states().first { it is ResetState.SaveKey }
                }
                fails<RecoveryException.ResetPending> { account.startRecovery(RecoveryOptions()) }
                account.cancelReset()
                account.shutDown()
                fails<RecoveryException.Closed> { account.startRecovery(RecoveryOptions()) }
                fails<RecoveryException.Closed> { account.pendingRecovery() }
                fails<KeyCheckException.Closed> { account.checkRecoveryKey(keyInput(person.recoveryKey)) }
            }
        }

    @Test
    fun `whoever was faster is not overwritten`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                val ofTheOther = TestService.login(person, withEncryption = true).resetIdentity()
                fails<RecoveryException.Superseded> { recovery.finish() }
                recovery.cancel()

                fails<RecoveryException.NothingPending> { account.resumeRecovery() }
                fails<KeyCheckException.WrongKey> { account.checkRecoveryKey(keyInput(newKey)) }
                val check = account.checkRecoveryKey(keyInput(ofTheOther))
                assertTrue(check.isDefault, "$check")
            }
        }

    @Test
    fun `a retry goes on once the server is back`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                proxy.arm("status_500", "PUT", pathContains = "/m.secret_storage.default_key", forEver = true)
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                val error = fails<RecoveryException.Server> { recovery.finish() }
                assertEquals(ServerProblem.Failing(500), error.problem)
                val committed = PendingFlow(KeyFlow.RECOVERY, PendingReset.COMMITTED)
                assertEquals(listOf(committed), account.status().pending)
                proxy.disarm()
                recovery.retry()
                assertEquals(newKey, recovery.untilDone().recoveryKey.reveal())
                assertTrue(account.checkRecoveryKey(keyInput(newKey)).isDefault)
            }
        }

    @Test
    fun `what the server says it has kept is looked at`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)

                suspend fun pretend(type: String) = proxy.reply("PUT", pathContains = "/account_data/$type")
                pretend("m.cross_signing.master")
                val recovery = account.startRecovery(RecoveryOptions())
                fails<RecoveryException.StagingNotKept> { recovery.untilNewKey() }
                proxy.disarm()
                recovery.retry()
                recovery.untilNewKey()
                pretend("m.")
                fails<RecoveryException.NotUndone> { recovery.cancel() }
                proxy.disarm()
                recovery.cancel()
                assertIs<RecoveryState.Cancelled>(recovery.states().toList().single())

                val again = account.startRecovery(RecoveryOptions())
                val newKey = again.untilNewKey()
                pretend("m.secret_storage.default_key")
                fails<RecoveryException.NotKept> { again.finish() }
                assertTrue(account.checkRecoveryKey(keyInput(person.recoveryKey)).isDefault, "the old key is in force")
                proxy.disarm()
                again.retry()
                assertEquals(newKey, again.untilDone().recoveryKey.reveal())
                fails<RecoveryException.OutOfOrder> { again.confirmSaved(Confirmation.Acknowledged) }
                assertNull(person.whyHistoryIsUnreadable(newKey))
            }
        }

    @Test
    fun `what another version began is left alone`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                account.shutDown()
                TestService.setCustomValue(folder, key, "keyward.recovery", "{}")
                val again = restart()
                fails<RecoveryException.UnknownJournal> { again.resumeRecovery() }
                fails<RecoveryException.UnknownJournal> { again.startRecovery(RecoveryOptions()) }
                assertEquals(listOf(PendingFlow(KeyFlow.RECOVERY, PendingReset.COMMITTED)), again.status().pending)
            }
        }

    @Test
    fun `a new key that was closed is resumed at once`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val newKey = account.startRecovery(RecoveryOptions()).use { it.untilNewKey() }
                assertEquals(newKey, account.resumeRecovery().untilNewKey())
            }
        }
}
