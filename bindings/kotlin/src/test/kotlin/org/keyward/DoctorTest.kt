// SPDX-License-Identifier: Apache-2.0

package org.keyward

import com.fasterxml.jackson.databind.JsonNode
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.keyward.support.History
import org.keyward.support.Person
import org.keyward.support.TestService
import org.keyward.support.finish
import org.keyward.support.keyInput
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import org.keyward.support.text
import org.keyward.support.unlock
import org.keyward.support.untilNewKey
import java.time.Duration
import java.util.Locale
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** What is wrong with an account, and what mends it. */
class DoctorTest {
    private val defaultKey = "m.secret_storage.default_key"
    private val backupSecret = "m.megolm_backup.v1"

    /** Without what is said of other sessions: the observer is one without encryption. */
    private fun Report.codes(): List<FindingCode> =
        findings().filterNot { it.codeName.startsWith("sessions.") }.map { it.code }

    private fun Report.remedies(code: FindingCode): List<FindingRemedy> = findings().single { it.code == code }.remedies

    private fun List<FindingRemedy>.codes(): List<RemedyCode> = map { it.code }

    private suspend fun Person.blank(type: String) = observer.setAccountData(type, emptyMap<String, Any>())

    private suspend fun Person.backup(): JsonNode = observer.request("GET", BACKUP).body

    private suspend fun Person.deleteBackup() {
        val reply = observer.request("DELETE", "$BACKUP/${backup().text("version")}")
        check(reply.status == 200) { "${reply.body}" }
        blank(backupSecret)
    }

    @Test
    fun `an account in order is healthy and what is said of it names no session in a bug report`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val report = account.examine()
                assertTrue(report.isHealthy(), "${report.findings()}")
                assertEquals(emptyList(), report.codes())
                val keyless = report.findings().single { it.code == FindingCode.SESSIONS_KEYLESS }
                assertEquals(Severity.INFO, keyless.severity)
                assertEquals("sessions.keyless", keyless.codeName)
                assertEquals(listOf(person.observer.deviceId), keyless.sessions)
                assertEquals(1, keyless.count)
                assertEquals(listOf(RemedyCode.LOOK_AT_SESSIONS), keyless.remedies.codes())
                val redacted = report.redacted().findings()
                assertEquals(listOf(keyless.copy(sessions = listOf("session-1"))), redacted)
            }
        }

    @Test
    fun `a blank default key is found and a new key mends it`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                person.blank(defaultKey)
                val report = account.examine()
                assertFalse(report.isHealthy())
                assertEquals(listOf(FindingCode.SECRET_STORAGE_NO_DEFAULT), report.codes())
                val finding = report.findings().first()
                assertEquals(Severity.WARNING, finding.severity)
                val texts = Texts.forLocales(Locale.ENGLISH)
                assertTrue(texts.finding(finding).endsWith("."), texts.finding(finding))
                val remedy = finding.remedies.single()
                assertEquals(RemedyCode.NEW_RECOVERY_KEY to "new_recovery_key", remedy.code to remedy.codeName)
                assertEquals(Decides.PERSON, remedy.decides)
                assertEquals(listOf<Consequence>(Consequence.NothingIsLost), remedy.consequences)
                assertTrue("Nothing is lost" in texts.consequence(remedy.consequences.single()))

                val key = keyInput(person.recoveryKey)
                fails<RepairException.NoSecretStorage> { account.writeSecretStorage(key) }
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                val pending = account.examine().remedies(FindingCode.FLOW_PENDING).codes()
                assertEquals(listOf(RemedyCode.RESUME_RECOVERY, RemedyCode.CANCEL_RECOVERY), pending)
                recovery.finish()
                assertTrue(account.examine().isHealthy())
                assertNull(person.whyHistoryIsUnreadable(newKey))
            }
        }

    @Test
    fun `a backup that is missing is made`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val key = keyInput(person.recoveryKey)
                fails<RepairException.BackupIsThere> { account.makeBackup(key).toList() }
                person.phone.sync()
                person.phone.sendMessages(1)
                while (account.status().roomKeys == 0) account.syncOnce(Duration.ofSeconds(5))
                person.deleteBackup()
                val report = account.examine()
                assertEquals(listOf(FindingCode.BACKUP_MISSING), report.codes())
                val remedy = report.remedies(FindingCode.BACKUP_MISSING).single()
                assertEquals(RemedyCode.MAKE_BACKUP, remedy.code)
                val roomKeys = account.status().roomKeys
                assertTrue(roomKeys > 0)
                assertEquals(listOf<Consequence>(Consequence.RoomKeysUploaded(roomKeys)), remedy.consequences)
                fails<RepairException.NoBackup> { account.sayBackupIsWanted() }
                fails<RepairException.NoBackup> { account.uploadRoomKeysBehind().toList() }
                fails<RepairException.MistypedKey> { account.makeBackup(keyInput("not a key")).toList() }
                val phrase = KeyInput.Passphrase(Passphrase("seven quiet otters borrowed a lighthouse"))
                fails<RepairException.NoPassphrase> { account.makeBackup(phrase).toList() }
                val stranger = keyInput(TestService.person(History.NONE).recoveryKey)
                fails<RepairException.WrongKey> { account.makeBackup(stranger).toList() }

                val states = account.makeBackup(key).toList()
                assertEquals(RoomKeyRepairState.Running(0, 0), states.first())
                assertEquals(RoomKeyRepairState.Done(0), states.last())
                assertEquals(emptyList(), account.examine().codes())
                assertEquals(KeyBackupStatus.ENABLED, account.status().keyBackup)
                assertEquals(roomKeys, person.backup()["count"].asInt())
                assertTrue(account.checkRecoveryKey(key).missing.isEmpty())
                assertEquals(RoomKeyRepairState.Done(0), account.uploadRoomKeysBehind().toList().last())
            }
        }

    @Test
    fun `what is missing in secret storage and in the account's data is written`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                person.blank(backupSecret)
                person.observer.setAccountData("m.key_backup", mapOf("enabled" to false))
                val report = account.examine()
                val expected = listOf(FindingCode.SECRET_STORAGE_INCOMPLETE, FindingCode.BACKUP_FLAG_CONTRADICTS)
                assertEquals(expected, report.codes())
                assertEquals(listOf(backupSecret), report.findings().first().secrets)
                val remedies = report.remedies(FindingCode.SECRET_STORAGE_INCOMPLETE).codes()
                assertEquals(listOf(RemedyCode.WRITE_SECRET_STORAGE, RemedyCode.NEW_RECOVERY_KEY), remedies)

                val key = keyInput(person.recoveryKey)
                proxy.reply("PUT", pathContains = "/account_data/$backupSecret")
                fails<RepairException.NotKept> { account.writeSecretStorage(key) }
                proxy.disarm()
                proxy.arm("status_500", "PUT", forEver = true)
                val error = fails<RepairException.Server> { account.writeSecretStorage(key) }
                assertEquals(ServerProblem.Failing(500), error.problem)
                proxy.disarm()
                account.writeSecretStorage(key)
                account.sayBackupIsWanted()
                assertEquals(emptyList(), account.examine().codes())
                assertNull(person.whyHistoryIsUnreadable(person.recoveryKey))
            }
        }

    @Test
    fun `whoever is unverified or has lost the key is led to what is smaller than a reset`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val found = account.examine().remedies(FindingCode.SESSION_UNVERIFIED)
                val all = listOf(RemedyCode.UNLOCK, RemedyCode.VERIFY_BY_SESSION, RemedyCode.RESET)
                assertEquals(all, found.codes())
                assertEquals(listOf(person.phone.deviceId), found[1].sessions)
                assertTrue(Consequence.Authorisation in found[2].consequences, "$found")
                fails<RepairException.NotVerified> { account.askOtherSessions(Duration.ofMinutes(1)) }
                val lost = account.examine(lostKey = true)
                val without = listOf(RemedyCode.VERIFY_BY_SESSION, RemedyCode.RESET)
                assertEquals(without, lost.remedies(FindingCode.SESSION_UNVERIFIED).codes())
                assertEquals(without, lost.remedies(FindingCode.RECOVERY_KEY_LOST).codes())

                fails<RepairException.KeysMissing> { account.signThisSession() }
                account.unlock(person)
                account.askOtherSessions(Duration.ZERO)
                account.signThisSession()
                val here = account.examine(lostKey = true)
                assertFalse(here.isHealthy())
                assertEquals(listOf(RemedyCode.NEW_RECOVERY_KEY), here.remedies(FindingCode.RECOVERY_KEY_LOST).codes())
            }
        }

    @Test
    fun `the old key that turns up brings the history back`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                // Nobody has the old key: the reset keeps the backup.
                val newKey = account.startReset().finish(person).recoveryKey.reveal()
                val report = account.examine()
                assertEquals(listOf(RemedyCode.RECOVER_ROOM_KEYS), report.remedies(FindingCode.BACKUP_OLD_LEFT).codes())
                val before = account.status().roomKeys
                val oldKey = keyInput(person.recoveryKey)
                fails<RepairException.OpensNoBackup> { account.recoverRoomKeys(oldKey, "nobody's").toList() }
                val done = assertIs<RoomKeyRepairState.Done>(account.recoverRoomKeys(oldKey).toList().last())
                assertTrue(done.gained > 0)
                assertEquals(before + done.gained, account.status().roomKeys)
                assertNull(person.whyHistoryIsUnreadable(newKey))
            }
        }

    @Test
    fun `a key at hand is judged and one that opens nothing is not asked for`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                val oldKey = keyInput(person.recoveryKey)
                assertTrue(account.examineWithKey(oldKey).isHealthy())
                fails<KeyCheckException.MistypedKey> { account.examineWithKey(keyInput("EsTypo")) }
                val recovery = account.startRecovery(RecoveryOptions())
                val newKey = recovery.untilNewKey()
                recovery.finish()
                val report = account.examineWithKey(oldKey)
                assertEquals(listOf(FindingCode.SECRET_STORAGE_WRONG_KEY), report.codes())
                val finding = report.findings().first()
                assertEquals(4, finding.secrets.size)
                assertFalse(RemedyCode.UNLOCK in finding.remedies.codes())
                assertTrue(account.examineWithKey(keyInput(newKey)).isHealthy())
            }
        }

    @Test
    fun `what a reset leaves to people is kept until they want to hear no more of it`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                account.unlock(person)
                assertEquals(AfterCare(emptyList(), false, emptyList()), account.afterCare())
                account.startReset().finish(person)
                val left = account.afterCare()
                assertEquals(listOf(person.phone.deviceId), left.sessions.map { it.deviceId })
                assertEquals(emptyList(), left.contacts)
                assertEquals(0, account.dismissContacts(listOf("@nobody:example.org")))
                account.dismissAfterCare()
                assertEquals(AfterCare(emptyList(), false, emptyList()), account.afterCare())
                val sessions = account.sessions()
                assertEquals(emptyList(), sessions.proposeSignOut(inactiveDays = 90, unverifiedDays = 30))
                val active = sessions.proposeSignOut(inactiveDays = 0).single { it.deviceId == person.phone.deviceId }
                assertEquals(0 to null, active.inactiveDays to active.unverifiedDays)
            }
        }

    @Test
    fun `a dehydrated device of another identity is removed and one of this is not`() =
        test {
            val person = TestService.person(History.LONG)
            loggedIn(person) { account ->
                account.unlock(person)
                assertEquals(emptyList(), account.examine().codes() - FindingCode.BACKUP_OLD_LEFT)
                fails<RepairException.Changed> { account.removeDehydratedDevice() }
                // Plain matrix-sdk stumbles over the older version of the backup.
                val current = person.backup().text("version").toInt()
                check(person.observer.request("DELETE", "$BACKUP/${current - 1}").status == 200)
                val newKey = person.phone.resetIdentity()
                assertEquals(FindingCode.IDENTITY_REPLACED, account.examine().findings().first().code)
                fails<RepairException.NotVerified> { account.removeDehydratedDevice() }
                account.unlock(keyInput(newKey))
                val foreign = account.examine().remedies(FindingCode.DEHYDRATED_FOREIGN).single()
                assertEquals(RemedyCode.REMOVE_DEHYDRATED_DEVICE, foreign.code)
                account.removeDehydratedDevice()
                assertFalse(FindingCode.DEHYDRATED_FOREIGN in account.examine().codes())
                fails<RepairException.Changed> { account.removeDehydratedDevice() }
            }
        }

    @Test
    fun `a repair excludes a reset and a new key and makes way when nobody collects it`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                account.unlock(person)
                proxy.hold(pathContains = "/room_keys/version", number = 1)
                val upload = launch { account.uploadRoomKeysBehind().collect {} }
                proxy.held()
                fails<RepairException.AlreadyRunning> { account.sayBackupIsWanted() }
                fails<RecoveryException.AlreadyRunning> { account.startRecovery(RecoveryOptions()) }
                upload.cancel()
                upload.join()
                account.startRecovery(RecoveryOptions()).use { it.untilNewKey() }
                proxy.disarm()
                fails<RepairException.Pending> { account.sayBackupIsWanted() }
                fails<RepairException.Pending> { account.uploadRoomKeysBehind().toList() }
                account.cancelRecovery()
                account.sayBackupIsWanted()
            }
        }

    @Test
    fun `after a shutdown nothing is examined or mended`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                account.unlock(person)
                account.shutDown()
                val key = keyInput(person.recoveryKey)
                fails<AccountException.Closed> { account.examine() }
                fails<RepairException.Closed> { account.askOtherSessions(Duration.ZERO) }
                fails<RepairException.Closed> { account.signThisSession() }
                fails<RepairException.Closed> { account.writeSecretStorage(key) }
                fails<RepairException.Closed> { account.makeBackup(key).toList() }
                fails<RepairException.Closed> { account.uploadRoomKeysBehind().toList() }
                fails<RepairException.Closed> { account.recoverRoomKeys(key).toList() }
                fails<RepairException.Closed> { account.sayBackupIsWanted() }
                fails<RepairException.Closed> { account.removeDehydratedDevice() }
            }
        }

    private companion object {
        const val BACKUP = "/v3/room_keys/version"
    }
}
