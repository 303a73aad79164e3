// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.keyward.support.History
import org.keyward.support.LIMIT
import org.keyward.support.OtherProcess
import org.keyward.support.TestService
import org.keyward.support.TrixnityHost
import org.keyward.support.User
import org.keyward.support.await
import org.keyward.support.awaitFirst
import org.keyward.support.finish
import org.keyward.support.keyInput
import org.keyward.support.test
import org.keyward.support.untilAuthorise
import org.keyward.support.untilKey
import org.keyward.support.untilNewKey
import org.keyward.support.withFolder
import java.io.File
import java.util.Base64
import java.util.concurrent.atomic.AtomicReference
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

/** Attached to the session of somebody else's app, on Trixnity. */
class AttachTest {
    private class Scene(
        val user: User,
        val host: TrixnityHost,
        val oldKey: String,
        val folder: File,
        val key: StoreKey,
    ) {
        suspend fun attach(): AttachedAccount = Keyward.attach(host.session, folder, key) { host.accessToken() }

        /** The new key, once the server has the new identity. */
        suspend fun untilHandOver(reset: Reset): ResetState.HandOver {
            val key = reset.untilKey()
            reset.untilAuthorise()
            reset.authorise(Password(user.password))
            return reset.await<ResetState.HandOver>().also { assertEquals(key, it.recoveryKey.reveal()) }
        }

        /** What the person's app does with the key. */
        suspend fun handOver(
            reset: Reset,
            state: ResetState.HandOver,
        ): ResetOutcome {
            host.takeOver(state.recoveryKey.reveal(), checkNotNull(state.backupVersion))
            reset.handedOver(HandedOver.TAKEN)
            return reset.await<ResetState.Done>().outcome
        }

        fun oldKeyInput() = keyInput(oldKey)
    }

    private fun attached(block: suspend Scene.() -> Unit) =
        test(5.minutes) {
            val user = TestService.newUser()
            TrixnityHost.of(user) { host ->
                val oldKey = host.bootstrap()
                withFolder { folder -> Scene(user, host, oldKey, folder, StoreKey.generate()).block() }
            }
        }

    @Test
    fun `an app's session is reset and the app takes the new key over`() =
        attached {
            val room = host.createRoom()
            val before = host.send(room, "before")
            host.untilBackedUp()
            attach().useAndShutDown { account ->
                val list = account.sessions().list()
                assertEquals(host.deviceId, list.current.deviceId)
                assertEquals(SessionTrust.VERIFIED, list.current.trust)
                assertEquals(IdentityStatus.OURS, account.status().identity)

                val plan = account.planReset(oldKeyInput())
                assertTrue(plan.consequences().backupReadable)
                assertNull(plan.consequences().roomKeysHere)
                val reset = account.startReset(plan, ResetOptions())
                val state = untilHandOver(reset)
                assertEquals(PendingReset.HANDING_OVER, account.status().pendingReset)
                val during = host.send(room, "during")
                val outcome = handOver(reset, state)

                assertEquals(OldBackup.DRAINED, outcome.oldBackup)
                assertTrue(host.isVerified())
                val after = host.send(room, "after")
                for ((event, body) in listOf(before to "before", during to "during", after to "after")) {
                    assertEquals(body, withTimeout(LIMIT) { host.read(room, event) })
                }
                assertEquals(SessionTrust.VERIFIED, account.sessions().list().current.trust)
                val other = TestService.login(user, withEncryption = true)
                other.recover(outcome.recoveryKey.reveal())
                assertTrue(other.isSigned(host.deviceId))
                assertNull(account.status().pendingReset)
            }
        }

    @Test
    fun `an app that uploads nothing again leaves the old backup`() =
        attached {
            host.send(host.createRoom(), "before")
            host.untilBackedUp()
            attach().useAndShutDown { account ->
                val reset = account.startReset(account.planReset(), ResetOptions())
                val state = untilHandOver(reset)
                host.takeOver(state.recoveryKey.reveal(), checkNotNull(state.backupVersion))
                reset.handedOver(HandedOver.TAKEN)
                val stopped = reset.states().awaitFirst<ResetState.Stopped>()
                assertIs<ResetException.NotTakenOver>(stopped.error)
                reset.retry()
                reset.await<ResetState.HandOver>()
                reset.handedOver(HandedOver.KEEP_OLD_BACKUP)
                assertEquals(OldBackup.KEPT, reset.await<ResetState.Done>().outcome.oldBackup)
                assertTrue(host.isVerified())
            }
        }

    @Test
    fun `a cancel leaves the app verified with its old key`() =
        attached {
            attach().useAndShutDown { account ->
                val reset = account.startReset(account.planReset(oldKeyInput()), ResetOptions())
                reset.untilKey()
                reset.cancel()
                assertNull(account.pendingReset())
                assertTrue(host.isVerified())
                val other = TestService.login(user, withEncryption = true)
                other.recover(oldKey)
                assertTrue(other.isSigned(host.deviceId))
            }
        }

    @Test
    fun `what the old key opens goes under a new one and the app stays verified`() =
        attached {
            host.send(host.createRoom(), "before")
            host.untilBackedUp()
            attach().useAndShutDown { account ->
                assertTrue(account.checkRecoveryKey(oldKeyInput()).isDefault)
                account.startRecovery(oldKeyInput(), RecoveryOptions()).use { given ->
                    given.untilNewKey()
                    given.cancel()
                }
                assertTrue(account.checkRecoveryKey(oldKeyInput()).isDefault)

                val newKey = account.startRecovery(oldKeyInput(), RecoveryOptions()).use { it.untilNewKey() }
                assertEquals(listOf(PendingFlow(KeyFlow.RECOVERY, PendingReset.STAGED)), account.status().pending)
                assertEquals(PendingReset.STAGED, account.pendingRecovery())
                assertEquals(listOf(FindingCode.FLOW_PENDING), account.examine().findings().map { it.code })
                assertFailsWith<AttachException.ResetPending> { account.detach() }
                val recovery = account.resumeRecovery()
                assertEquals(newKey, recovery.untilNewKey())
                val outcome = recovery.finish()

                assertEquals(newKey, outcome.recoveryKey.reveal())
                assertEquals(true, outcome.opensBackup)
                val check = account.checkRecoveryKey(keyInput(newKey))
                assertTrue(check.isDefault)
                assertEquals(emptyList(), check.doesNotOpen + check.missing)
                assertFailsWith<KeyCheckException.WrongKey> { account.checkRecoveryKey(oldKeyInput()) }
                val other = TestService.login(user, withEncryption = true)
                other.recover(newKey)
                assertTrue(other.isSigned(other.deviceId))
                assertTrue(host.isVerified())
                assertEquals(emptyList(), account.status().pending)
            }
        }

    @Test
    fun `an app's account is examined as far as the server shows it`() =
        attached {
            host.send(host.createRoom(), "before")
            host.untilBackedUp()
            attach().useAndShutDown { account ->
                assertEquals(emptyList(), account.examine().findings())
                val lost = account.examine(lostKey = true).findings().single()
                assertEquals(FindingCode.RECOVERY_KEY_LOST, lost.code)
                assertEquals(listOf(RemedyCode.IN_OTHER_PROGRAM, RemedyCode.RESET), lost.remedies.map { it.code })

                val defaultKey = "m.secret_storage.default_key"
                val other = TestService.login(user)
                val present = checkNotNull(other.accountData(defaultKey))
                other.setAccountData(defaultKey, emptyMap<String, Any>())
                val report = account.examine()
                assertFalse(report.isHealthy())
                val found = report.findings().single { it.severity != Severity.INFO }
                assertEquals(FindingCode.SECRET_STORAGE_NO_DEFAULT, found.code)
                assertEquals(RemedyCode.IN_OTHER_PROGRAM, found.remedies.first().code)
                other.setAccountData(defaultKey, present)
                assertTrue(account.examine().isHealthy())
            }
        }

    @Test
    fun `another key than the old one makes no new one`() =
        attached {
            attach().useAndShutDown { account ->
                val stranger = TestService.person(History.NONE)
                val wrong = keyInput(stranger.recoveryKey)
                val error = fails<RecoveryException.OldKey> { account.startRecovery(wrong, RecoveryOptions()) }
                assertEquals("secret_storage.wrong_key", error.advice().code)
                assertEquals(emptyList(), account.status().pending)
                assertTrue(account.checkRecoveryKey(oldKeyInput()).isDefault)
            }
        }

    @ParameterizedTest
    @ValueSource(strings = ["SaveKey", "Authorise", "HandOver"])
    fun `a reset is resumed after the process was killed`(state: String) =
        attached {
            AttachedResetProcess.start(this.host, user, folder, key, state).use { process ->
                runInterruptible(Dispatchers.IO) { process.awaitLine(state) }
            }
            attach().useAndShutDown { account ->
                val expected = if (state == "HandOver") PendingReset.HANDING_OVER else PendingReset.STAGED
                assertEquals(expected, account.pendingReset())
                val reset = account.resumeReset()
                val handOver =
                    when (state) {
                        "SaveKey" -> {
                            untilHandOver(reset)
                        }

                        "Authorise" -> {
                            reset.await<ResetState.Authorise>()
                            reset.authorise(Password(user.password))
                            reset.await<ResetState.HandOver>()
                        }

                        else -> {
                            reset.await<ResetState.HandOver>()
                        }
                    }
                assertIs<ResetOutcome>(handOver(reset, handOver))
                assertTrue(host.isVerified())
            }
        }

    @Test
    fun `what the app says of its token and its session is believed only if it is so`() =
        attached {
            val token = AtomicReference<String?>(null)
            val asked = AtomicReference<Boolean>()
            val account =
                Keyward.attach(host.session, folder, key) { wasRefused ->
                    asked.set(wasRefused)
                    checkNotNull(token.get()) { "the app has none" }
                }
            account.useAndShutDown {
                val problem: suspend () -> ServerProblem = {
                    assertFailsWith<SessionsException.Server> { account.sessions().list() }.problem
                }
                assertEquals(ServerProblem.TokenExpired, problem())
                assertEquals(false, asked.get())
                token.set("syt_nonsense")
                assertEquals(ServerProblem.TokenExpired, problem())
                assertEquals(true, asked.get())
                TrixnityHost.of(user) { other ->
                    token.set(other.accessToken())
                    assertEquals(ServerProblem.OtherSession, problem())
                }
                token.set(host.accessToken())
                assertEquals(host.deviceId, account.sessions().list().current.deviceId)
                assertFailsWith<AttachException.InUse> { attach() }
            }
            val stranger = host.session.copy(deviceId = "OTHER")
            assertFailsWith<AttachException.OtherAccount> { Keyward.attach(stranger, folder, key) { "" } }
            attach().detach()
            assertEquals(emptyList(), folder.list()?.toList())
        }
}

/** Starts an attached reset and does what is asked for until a certain state. */
object AttachedResetProcess {
    fun start(
        host: TrixnityHost,
        user: User,
        folder: File,
        key: StoreKey,
        until: String,
    ): OtherProcess {
        val process = OtherProcess(AttachedResetProcess::class)
        val session = host.session
        val secrets = arrayOf(Base64.getEncoder().encodeToString(key.reveal()), host.accessToken(), user.password)
        process.write(session.homeserver, session.userId, session.deviceId, session.deviceKey, folder.path, *secrets, until)
        return process
    }

    @JvmStatic
    fun main(args: Array<String>): Unit =
        runBlocking {
            val (homeserver, userId, deviceId, deviceKey, folder) = List(5) { readln() }
            val (key, token, password, until) = List(4) { readln() }
            val session = HostSession(homeserver, userId, deviceId, deviceKey)
            val storeKey = StoreKey.fromBytes(Base64.getDecoder().decode(key))
            val account = Keyward.attach(session, File(folder), storeKey) { token }
            val reset = account.startReset(account.planReset(), ResetOptions())
            reset.states().collect { state ->
                println(state::class.simpleName)
                when {
                    state::class.simpleName == until -> awaitCancellation()
                    state is ResetState.SaveKey -> reset.confirmSaved(Confirmation.Acknowledged)
                    state is ResetState.Authorise -> reset.authorise(Password(password))
                    state is ResetState.Stopped -> throw state.error
                }
            }
        }
}
