// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.keyward.support.History
import org.keyward.support.OtherSession
import org.keyward.support.Person
import org.keyward.support.TestLogin
import org.keyward.support.TestService
import org.keyward.support.awaitFirst
import org.keyward.support.loggedIn
import org.keyward.support.test
import org.keyward.support.text
import java.time.Duration
import java.util.Base64
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Keyward and another client verify each other, each with a person who looks at it. */
class VerificationTest {
    @Test
    fun `this session is verified by the phone, with emoji that keyward starts`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                // It has to know of a session that asks.
                person.phone.sync()
                val verification = account.verifyThisSession()
                assertNull(verification.deviceId(), "nobody has answered")
                val (here, there) =
                    coroutineScope {
                        val other = async { person.phone.accept().compares() }
                        verification.compare(starts = true) to other.await()
                    }
                assertEquals(VerificationState.Done, here.last())
                assertEquals(there, here.emoji())
                assertEquals(person.phone.deviceId, verification.deviceId())
                assertTrue(account.status().verified)
                assertTrue(person.observer.isSigned(account.deviceId()))
                assertEquals(
                    listOf<VerificationState>(VerificationState.Done),
                    verification.states().toList(),
                    "the end stays",
                )
                fails<VerificationException.NotNow> { verification.confirm() }
                fails<VerificationException.AlreadyVerified> {
                    // The private keys come by themselves.
                    while (!account.status().privateKeys) yield()
                    account.verifyThisSession()
                }
            }
        }

    @Test
    fun `private keys that did not come with a verification are asked for again`() =
        test {
            val person = TestService.person()
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                person.phone.sync()
                proxy.reply("PUT", pathContains = "/sendToDevice/m.secret.request")
                val verification = account.verifyThisSession()
                coroutineScope {
                    launch { person.phone.accept().compares() }
                    verification.compare(starts = true)
                }
                assertFalse(account.status().privateKeys)
                val missing = account.examine().findings().single { it.code == FindingCode.SESSION_KEYS_MISSING }
                val ask = missing.remedies.first()
                assertEquals(RemedyCode.ASK_OTHER_SESSIONS, ask.code)
                assertEquals(listOf(person.phone.deviceId), ask.sessions)
                fails<RecoveryException.KeysMissing> { account.startRecovery(RecoveryOptions()) }
                fails<RepairException.NobodyAnswered> { account.askOtherSessions(Duration.ofSeconds(1)) }
                proxy.disarm()
                account.askOtherSessions(Duration.ofMinutes(1))
                assertTrue(account.status().privateKeys)
                assertTrue(account.examine().isHealthy())
            }
        }

    @Test
    fun `a session that asks is verified by keyward, with emoji that it starts itself`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                tablet.verification("ask", "device_id" to account.deviceId())
                val verification = account.verificationRequests().first()
                assertEquals(tablet.deviceId, verification.deviceId())
                val (here, there) =
                    coroutineScope {
                        val other =
                            async {
                                tablet.verification("start")
                                tablet.compares()
                            }
                        verification.compare(starts = false) to other.await()
                    }
                assertEquals(VerificationState.Requested, here.first())
                assertEquals(VerificationState.Done, here.last())
                assertEquals(there, here.emoji())
                assertTrue(person.observer.isSigned(tablet.deviceId))
            }
        }

    @Test
    fun `numbers are compared where the other client has no emoji`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                val verification = account.verifySession(tablet.deviceId)
                val (here, there) =
                    coroutineScope {
                        val other =
                            async {
                                tablet.accept()
                                val shown = tablet.verification("emoji", "only_decimals" to true)["decimals"]
                                tablet.verification("confirm")
                                tablet.verification("done")
                                shown.map { it.asInt() }
                            }
                        verification.compare(starts = true) to other.await()
                    }
                assertEquals(there, here.filterIsInstance<VerificationState.Decimals>().single().decimals)
                assertEquals(VerificationState.Done, here.last())
                assertTrue(person.observer.isSigned(tablet.deviceId))
            }
        }

    @Test
    fun `the tablet scans the code that keyward shows`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                val verification = account.verifySession(tablet.deviceId)
                tablet.accept()
                assertTrue(verification.states().awaitFirst<VerificationState.Ready>().showQr)
                val code = assertNotNull(verification.qrCode())
                assertEquals("[redacted]", code.toString())
                assertEquals("MATRIX", code.bytes().decodeToString(0, 6))
                assertEquals(1, code.size() % 4, "a QR code of some version")
                assertEquals((code.size() * code.size()).toInt(), code.modules().size)
                assertTrue(code.modules().first(), "a finder pattern is in the corner")
                assertContentEquals(code.bytes(), verification.qrCode()?.bytes(), "the same code each time")
                coroutineScope {
                    val other =
                        async {
                            tablet.verification("scan_qr", "code" to Base64.getEncoder().encodeToString(code.bytes()))
                            tablet.verification("done")
                        }
                    val states =
                        verification
                            .states()
                            .onEach { if (it == VerificationState.Scanned) verification.confirm() }
                            .toList()
                    assertTrue(VerificationState.Scanned in states, "$states")
                    assertEquals(VerificationState.Done, states.last())
                    other.await()
                }
                assertTrue(person.observer.isSigned(tablet.deviceId))
            }
        }

    @Test
    fun `keyward scans the code that the phone shows, and no other`() =
        test {
            val person = TestService.person(History.NONE)
            loggedIn(person) { account ->
                person.phone.sync()
                person.phone.verification("ask", "device_id" to account.deviceId())
                val verification = account.nextVerificationRequest()
                fails<VerificationException.NotNow> { verification.startEmoji() }
                verification.accept()
                val ready = verification.states().awaitFirst<VerificationState.Ready>()
                assertTrue(ready.emoji && ready.showQr && ready.scanQr, "$ready")
                val code = Base64.getDecoder().decode(person.phone.verification("show_qr").text("code"))
                fails<VerificationException.UnknownQrCode> { verification.scan("https://example.org".toByteArray()) }
                // After "MATRIX", version, mode and length comes the id of the flow.
                val ofAnother = code.copyOf().also { it[10] = (it[10].toInt() xor 1).toByte() }
                fails<VerificationException.OtherQrCode> { verification.scan(ofAnother) }
                coroutineScope {
                    val other =
                        async {
                            person.phone.verification("scanned")
                            person.phone.verification("confirm")
                            person.phone.verification("done")
                        }
                    verification.scan(code)
                    assertEquals(VerificationState.Done, verification.states().toList().last())
                    other.await()
                }
                assertTrue(person.observer.isSigned(account.deviceId()))
            }
        }

    @Test
    fun `emoji that differ end it on both sides, whoever says so`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                for (sayer in listOf("keyward", "tablet")) {
                    val verification = account.verifySession(tablet.deviceId)
                    val cancelled =
                        coroutineScope {
                            val other =
                                async {
                                    tablet.accept()
                                    tablet.verification("emoji")
                                    if (sayer == "tablet") tablet.verification("mismatch")
                                    tablet.verification("cancelled")
                                }
                            val states =
                                verification
                                    .states()
                                    .onEach { state ->
                                        when (state) {
                                            is VerificationState.Ready -> {
                                                verification.startEmoji()
                                            }

                                            is VerificationState.Emoji -> {
                                                if (sayer ==
                                                    "keyward"
                                                ) {
                                                    verification.mismatch()
                                                }
                                            }

                                            else -> {}
                                        }
                                    }.toList()
                            assertEquals("m.mismatched_sas", other.await().text("code"), sayer)
                            assertIs<VerificationState.Cancelled>(states.last())
                        }
                    assertEquals(sayer == "keyward", cancelled.byUs)
                    assertEquals(CancelReason.MISMATCHED_SAS, cancelled.cause)
                    assertTrue(cancelled.reason.endsWith("."), cancelled.reason)
                }
                assertTrue(!person.observer.isSigned(tablet.deviceId))
            }
        }

    @Test
    fun `either side can cancel, and both learn of it`() =
        test {
            verifiedBesideATablet { _, tablet, account ->
                val ours = account.verifySession(tablet.deviceId)
                tablet.verification("asked")
                ours.cancel()
                assertEquals("m.user", tablet.verification("cancelled").text("code"))
                val cancelled = assertIs<VerificationState.Cancelled>(ours.states().toList().last())
                assertEquals(true to CancelReason.USER, cancelled.byUs to cancelled.cause)
                fails<VerificationException.NotNow> { ours.startEmoji() }

                tablet.verification("ask", "device_id" to account.deviceId())
                val theirs = account.nextVerificationRequest()
                assertEquals(VerificationState.Requested, theirs.states().first())
                tablet.verification("cancel")
                val declined = assertIs<VerificationState.Cancelled>(theirs.states().toList().last())
                assertEquals(false to CancelReason.USER, declined.byUs to declined.cause)
            }
        }

    @Test
    fun `the reason that the other client has for cancelling arrives`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                val reasons =
                    mapOf(
                        "m.timeout" to CancelReason.TIMED_OUT,
                        "m.accepted" to CancelReason.ACCEPTED_ELSEWHERE,
                        "m.unknown_method" to CancelReason.UNKNOWN_METHOD,
                        "m.key_mismatch" to CancelReason.KEY_MISMATCH,
                        "m.unknown_transaction" to CancelReason.UNKNOWN_TRANSACTION,
                        "org.example.whim" to CancelReason.OTHER,
                    )
                for ((code, cause) in reasons) {
                    val verification = account.verifySession(tablet.deviceId)
                    val flow = tablet.verification("asked").text("flow_id")
                    val content = mapOf("transaction_id" to flow, "code" to code, "reason" to "because")
                    val messages = mapOf("messages" to mapOf(person.userId to mapOf(account.deviceId() to content)))
                    val sent = tablet.request("PUT", "/v3/sendToDevice/m.key.verification.cancel/$flow", messages)
                    assertEquals(200, sent.status)
                    val cancelled = assertIs<VerificationState.Cancelled>(verification.states().toList().last())
                    assertEquals(false to cause, cancelled.byUs to cancelled.cause, code)
                    assertTrue(cancelled.reason.isNotBlank() && "because" !in cancelled.reason, cancelled.reason)
                    tablet.verification("cancel")
                }
            }
        }

    @Test
    fun `a second verification takes the place of the first, and a logout ends it`() =
        test {
            verifiedBesideATablet { _, tablet, account ->
                val first = account.verifySession(tablet.deviceId)
                val second = account.verifySession(tablet.deviceId)
                val replaced = assertIs<VerificationState.Cancelled>(first.states().toList().last())
                assertEquals(CancelReason.ANOTHER_VERIFICATION, replaced.cause)
                assertEquals(VerificationState.Waiting, second.states().first())
                tablet.logout()
                val gone = assertIs<VerificationState.Cancelled>(second.states().toList().last())
                assertEquals(CancelReason.SESSION_GONE, gone.cause)
            }
        }

    @Test
    fun `streams of states end alone, with the verification, and with the account`() =
        test {
            verifiedBesideATablet { _, tablet, account ->
                val verification = account.verifySession(tablet.deviceId)
                val stopped = verification.openStates()
                assertEquals(VerificationState.Waiting, stopped.next())
                val waiting = async(start = CoroutineStart.UNDISPATCHED) { stopped.next() }
                repeat(2) { stopped.stop() }
                assertNull(waiting.await())
                assertNull(stopped.next())
                val cancelled = launch(start = CoroutineStart.UNDISPATCHED) { verification.states().collect {} }
                cancelled.cancelAndJoin()

                // It goes on all the same.
                tablet.accept()
                verification.states().awaitFirst<VerificationState.Ready>()
                val collectors =
                    List(2) { async(start = CoroutineStart.UNDISPATCHED) { verification.states().toList() } }
                account.shutDown()
                for (collector in collectors) assertIs<VerificationState.Ready>(collector.await().last())
                fails<VerificationException.Closed> { verification.startEmoji() }
                fails<VerificationException.Closed> { verification.retry() }
                verification.close()
                assertFailsWith<IllegalStateException> { verification.cancel() }
                assertFailsWith<IllegalStateException> { verification.openStates() }
            }
        }

    @Test
    fun `waiting for a request can be cancelled, and loses none`() =
        test {
            val proxy = TestService.proxy()
            verifiedBesideATablet(proxy.url) { _, tablet, account ->
                proxy.hold(pathEndsWith = "/sync")
                val waiting = launch { account.nextVerificationRequest() }
                proxy.held()
                waiting.cancelAndJoin()
                assertTrue(waiting.isCancelled)
                proxy.release()
                tablet.verification("ask", "device_id" to account.deviceId())
                assertEquals(tablet.deviceId, account.verificationRequests().first().deviceId())
            }
        }

    @Test
    fun `sessions that cannot be verified are refused with the reason`() =
        test {
            verifiedBesideATablet { person, tablet, account ->
                fails<VerificationException.NotFound> { account.verifySession("NOBODY") }
                fails<VerificationException.CurrentSession> { account.verifySession(account.deviceId()) }
                fails<VerificationException.NoEncryption> { account.verifySession(person.observer.deviceId) }
                fails<VerificationException.AlreadyVerified> { account.verifyThisSession() }

                TestService.breakStore(folder)
                fails<VerificationException.Store> { account.verifySession(tablet.deviceId) }
                TestService.mendStore(folder)
                val verification = account.verifySession(tablet.deviceId)
                assertEquals(VerificationState.Waiting, verification.states().first())
                fails<VerificationException.NotNow> { verification.confirm() }
            }
            loggedIn(TestService.newUser()) { account ->
                fails<VerificationException.NoIdentity> { account.verifyThisSession() }
            }
        }

    @Test
    fun `somebody has to be able to sign`() =
        test {
            val person = TestService.person(History.NONE)
            val tablet = TestService.login(person, withEncryption = true)
            val proxy = TestService.proxy()
            loggedIn(person, proxy.url) { account ->
                fails<VerificationException.NobodyCanSign> { account.verifySession(tablet.deviceId) }
                TestService.call("/sessions/${person.phone.id}/logout")
                fails<VerificationException.NobodyToAsk> { account.verifyThisSession() }
                proxy.arm("status_500", forEver = true)
                val error = fails<VerificationException.Server> { account.verifyThisSession() }
                assertEquals(ServerProblem.Failing(500), error.problem)
            }
        }

    @Test
    fun `a signature that the server does not keep is no verification until it is sent again`() =
        test {
            val proxy = TestService.proxy()
            verifiedBesideATablet(proxy.url) { person, tablet, account ->
                proxy.reply(pathEndsWith = "/keys/signatures/upload")
                val verification = account.verifySession(tablet.deviceId)
                coroutineScope {
                    val other = async { tablet.accept().compares() }
                    val states =
                        verification
                            .states()
                            .onEach { state ->
                                when (state) {
                                    is VerificationState.Ready -> {
                                        verification.startEmoji()
                                    }

                                    is VerificationState.Emoji -> {
                                        verification.confirm()
                                    }

                                    is VerificationState.Stopped -> {
                                        assertIsForPeople(assertIs<VerificationException.NotSigned>(state.error))
                                        assertTrue(!person.observer.isSigned(tablet.deviceId))
                                        proxy.disarm()
                                        verification.retry()
                                    }

                                    else -> {}
                                }
                            }.toList()
                    assertTrue(states.any { it is VerificationState.Stopped }, "$states")
                    assertEquals(VerificationState.Done, states.last())
                    other.await()
                }
                assertTrue(person.observer.isSigned(tablet.deviceId))
            }
        }

    internal companion object {
        /** Keyward, unlocked, and another session of the same person that is not verified and has heard of it. */
        suspend fun verifiedBesideATablet(
            homeserver: String? = null,
            block: suspend TestLogin.(Person, OtherSession, Account) -> Unit,
        ) {
            val person = TestService.person(History.NONE)
            loggedIn(person, homeserver ?: person.homeserver) { account ->
                account.unlock(KeyInput.RecoveryKey(RecoveryKey(person.recoveryKey)))
                val tablet = TestService.login(person, withEncryption = true)
                tablet.sync()
                block(person, tablet, account)
            }
        }

        suspend fun OtherSession.accept(): OtherSession = apply { verification("accept") }

        /** The person at the other client compares and agrees; what was shown. */
        suspend fun OtherSession.compares(): List<Pair<String, String>> {
            val shown = verification("emoji")["emoji"].map { it[0].asText() to it[1].asText() }
            verification("confirm")
            verification("done")
            return shown
        }

        /** The person at Keyward accepts, compares and agrees; what was shown. */
        suspend fun Verification.compare(starts: Boolean): List<VerificationState> =
            states()
                .onEach { state ->
                    when (state) {
                        is VerificationState.Requested -> {
                            accept()
                        }

                        is VerificationState.Ready -> {
                            if (starts) startEmoji()
                        }

                        is VerificationState.Emoji, is VerificationState.Decimals -> {
                            confirm()
                        }

                        is VerificationState.Stopped -> {
                            throw state.error
                        }

                        else -> {}
                    }
                }.toList()

        fun List<VerificationState>.emoji(): List<Pair<String, String>> {
            val shown = filterIsInstance<VerificationState.Emoji>().single()
            assertEquals(7 to 3, shown.emoji.size to shown.decimals.size)
            return shown.emoji.map { it.symbol to it.description }
        }
    }
}
