// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import app.cash.turbine.test
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.keyward.CancelReason
import org.keyward.Verification
import org.keyward.VerificationException
import org.keyward.VerificationState
import org.keyward.VerificationState.Ready
import org.keyward.states
import org.keyward.verificationRequests
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A fake verification goes the way of the real one. */
class FakeVerificationTest {
    private suspend fun Verification.now() = states().first()

    @Test
    fun `emoji are compared to the end`() =
        runTest {
            val script = VerificationScript(holdsAt = VerificationTurn.entries.toSet())
            val verification = FakeVerification(script)
            verification.states().test {
                assertEquals(VerificationState.Waiting, awaitItem())
                verification.goOn()
                assertEquals(Ready(emoji = true, showQr = true, scanQr = true), awaitItem())
                verification.startEmoji()
                assertEquals(VerificationState.Waiting, awaitItem(), "for the keys")
                verification.startEmoji()
                verification.goOn()
                val compared = assertIs<VerificationState.Emoji>(awaitItem())
                assertEquals(listOf(7, 3), listOf(compared.emoji.size, compared.decimals.size))
                verification.startEmoji()
                verification.confirm()
                assertEquals(VerificationState.Confirmed, awaitItem())
                verification.goOn()
                expectNoEvents()
                verification.goOn()
                assertEquals(VerificationState.Done, awaitItem())
                awaitComplete()
            }
            assertFailsWith<VerificationException.NotNow> { verification.confirm() }
            assertFailsWith<VerificationException.NotNow> { verification.retry() }
            verification.cancel()
            assertEquals(
                listOf<VerificationState>(VerificationState.Done),
                verification.states().toList(),
                "the end stays",
            )
        }

    @Test
    fun `the other session scans the code that is shown`() =
        runTest {
            val verification = FakeVerification()
            assertFailsWith<IllegalStateException> { verification.goOn() }
            val code = assertNotNull(verification.qrCode())
            assertEquals(code.size() * code.size(), code.modules().size)
            assertTrue(true in code.modules() && false in code.modules())
            assertFalse(code.bytes().contentEquals(Samples.otherQrCode))
            assertContentEquals(code.bytes(), verification.qrCode()?.bytes(), "the same one each time")
            assertIs<Ready>(verification.now(), "the other ways are still there")
            verification.goOn()
            assertEquals(VerificationState.Scanned, verification.now())
            assertFailsWith<VerificationException.NotNow> { verification.qrCode() }
            verification.confirm()
            assertEquals(VerificationState.Done, verification.now())
        }

    @Test
    fun `the code of the other session is scanned, and only that`() =
        runTest {
            val verification = FakeVerification()
            assertFailsWith<VerificationException.UnknownQrCode> { verification.scan(byteArrayOf(1, 2)) }
            assertFailsWith<VerificationException.OtherQrCode> { verification.scan(FakeQrCode().bytes()) }
            assertIs<Ready>(verification.now())
            verification.scan(Samples.otherQrCode)
            assertEquals(VerificationState.Done, verification.now())
        }

    @Test
    fun `what both sides cannot do is not possible`() =
        runTest {
            val none = FakeVerification(VerificationScript(Ready(emoji = false, showQr = false, scanQr = true)))
            assertFailsWith<VerificationException.NotNow> { none.startEmoji() }
            assertNull(none.qrCode())
            val numbers = FakeVerification(VerificationScript(numbersOnly = true))
            numbers.startEmojiThere()
            assertIs<VerificationState.Decimals>(numbers.now())
            numbers.confirm()
            assertEquals(VerificationState.Done, numbers.now())
        }

    @Test
    fun `calls that do not fit change nothing`() =
        runTest {
            val verification = FakeVerification(isIncoming = true)
            assertEquals(VerificationState.Requested, verification.now())
            val misfits: List<suspend () -> Unit> =
                listOf(
                    { verification.startEmoji() },
                    { verification.qrCode() },
                    { verification.scan(Samples.otherQrCode) },
                    { verification.confirm() },
                    { verification.mismatch() },
                )
            misfits.forEach { call -> assertFailsWith<VerificationException.NotNow> { call() } }
            assertEquals(VerificationState.Requested, verification.now())
            verification.accept()
            assertIs<Ready>(verification.now())
            assertFailsWith<VerificationException.NotNow> { verification.accept() }
            verification.retry()
            assertIs<Ready>(verification.now())
        }

    @Test
    fun `a person ends it, or the other session does`() =
        runTest {
            fun end(
                byUs: Boolean,
                cause: CancelReason,
            ) = cancelledState(byUs, cause)
            val differs = FakeVerification()
            differs.startEmoji()
            differs.mismatch()
            assertEquals(end(byUs = true, CancelReason.MISMATCHED_SAS), differs.now())
            val declined = FakeVerification(isIncoming = true)
            declined.cancel()
            assertEquals(end(byUs = true, CancelReason.USER), declined.now())

            for ((turn, calls) in listOf<Pair<VerificationTurn, suspend (FakeVerification) -> Unit>>(
                VerificationTurn.ACCEPT to {},
                VerificationTurn.SEND_KEYS to { it.startEmoji() },
                VerificationTurn.SCAN to {
                    it.qrCode()
                    it.goOn()
                },
                VerificationTurn.CONFIRM to { it.scan(Samples.otherQrCode) },
                VerificationTurn.SIGN to { it.scan(Samples.otherQrCode) },
            )) {
                val script = VerificationScript(cancelsAt = mapOf(turn to CancelReason.TIMED_OUT))
                val verification = FakeVerification(script).also { calls(it) }
                assertEquals(end(byUs = false, CancelReason.TIMED_OUT), verification.now(), "$turn")
            }
            for (cause in CancelReason.entries) {
                val ended = assertIs<VerificationState.Cancelled>(FakeVerification().also { it.end(cause) }.now())
                val isOurs = cause == CancelReason.SESSION_GONE || cause == CancelReason.ANOTHER_VERIFICATION
                assertEquals(isOurs, ended.byUs, "$cause")
                assertTrue(ended.reason.isNotEmpty())
            }
        }

    @Test
    fun `what fails stops it until it is tried again`() =
        runTest {
            val script =
                VerificationScript(
                    failsAt =
                        mapOf(
                            VerificationTurn.ACCEPT to FakeErrors.verification("server.unreachable"),
                            VerificationTurn.SIGN to FakeErrors.verification("verification.not_signed"),
                        ),
                    holdsAt = setOf(VerificationTurn.SEND_KEYS),
                    callsFailAt = mapOf(VerificationCall.CONFIRM to FakeErrors.verification("store.failed")),
                )
            val verification = FakeVerification(script)
            assertIs<VerificationException.Server>(assertIs<VerificationState.Stopped>(verification.now()).error)
            verification.retry()
            assertIs<Ready>(verification.now())
            verification.startEmoji()
            verification.goOn()
            assertFailsWith<VerificationException.Store> { verification.confirm() }
            assertIs<VerificationState.Emoji>(verification.now())
            verification.confirm()
            assertIs<VerificationException.NotSigned>(assertIs<VerificationState.Stopped>(verification.now()).error)
            verification.retry()
            assertEquals(VerificationState.Done, verification.now())
        }

    @Test
    fun `errors with which none stops are refused`() {
        for ((turn, code) in listOf(
            VerificationTurn.ACCEPT to "verification.not_signed",
            VerificationTurn.SIGN to "verification.not_now",
        )) {
            val failure = mapOf(turn to FakeErrors.verification(code))
            assertFailsWith<IllegalArgumentException> { VerificationScript(failsAt = failure) }
        }
    }

    @Test
    fun `a locked out session is verified by another, and then it verifies others`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            assertFailsWith<VerificationException.NobodyCanSign> { account.verifySession("BROWSER") }
            val verification = account.verifyThisSession()
            assertEquals("PHONE", verification.deviceId())
            verification.startEmoji()
            verification.confirm()
            assertEquals(VerificationState.Done, verification.now())
            assertTrue(account.status().verified)
            assertTrue(account.examine().isHealthy())
            assertFailsWith<VerificationException.AlreadyVerified> { account.verifyThisSession() }
            account.verifySession("BROWSER").scan(Samples.otherQrCode)
            assertEquals(
                0,
                account
                    .sessions()
                    .list()
                    .recommendations.unverified,
            )
        }

    @Test
    fun `which sessions can be asked`() =
        runTest {
            val account = FakeAccount()
            assertFailsWith<VerificationException.CurrentSession> { account.verifySession(Samples.DEVICE_ID) }
            assertFailsWith<VerificationException.NotFound> { account.verifySession("NOBODY") }
            assertFailsWith<VerificationException.NoEncryption> { account.verifySession("BRIDGE") }
            assertFailsWith<VerificationException.NoIdentity> { FakeAccount(hasIdentity = false).verifyThisSession() }
            val alone = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            listOf("PHONE", "LAPTOP").forEach { alone.sessions().signOutElsewhere(it) }
            assertFailsWith<VerificationException.NobodyToAsk> { alone.verifyThisSession() }
            val broken =
                FakeAccount(
                    verificationScript = VerificationScript(failsToBegin = FakeErrors.verification("store.failed")),
                )
            assertFailsWith<VerificationException.Store> { broken.verifySession("PHONE") }
            assertEquals("PHONE", broken.verifySession("PHONE").deviceId())
        }

    @Test
    fun `nobody knows who answers before somebody does`() =
        runTest {
            val held = VerificationScript(holdsAt = setOf(VerificationTurn.ACCEPT))
            val verification = FakeAccount(FakeDiagnosis.LOCKED_OUT, verificationScript = held).verifyThisSession()
            assertNull(verification.deviceId())
            verification.goOn()
            assertEquals("PHONE", verification.deviceId())
        }

    @Test
    fun `another one ends the one that is open`() =
        runTest {
            val account = FakeAccount()
            val first = account.verifySession("BROWSER")
            account.verifySession("PHONE")
            assertEquals(cancelledState(byUs = true, CancelReason.ANOTHER_VERIFICATION), first.now())
        }

    @Test
    fun `requests of other sessions are waited for`() =
        runTest {
            val account = FakeAccount()
            account.verificationRequests().test {
                expectNoEvents()
                account.requestVerification("BROWSER")
                val verification = awaitItem()
                assertEquals("BROWSER", verification.deviceId())
                assertEquals(VerificationState.Requested, verification.now())
                verification.accept()
                verification.startEmoji()
                verification.confirm()
                assertEquals(
                    0,
                    account
                        .sessions()
                        .list()
                        .recommendations.unverified,
                )
                account.shutDown()
                assertIs<VerificationException.Closed>(awaitError())
            }
            assertFailsWith<IllegalArgumentException> { FakeAccount().requestVerification("BRIDGE") }
        }

    @Test
    fun `a request of two that cannot sign is declined at the most`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            account.requestVerification("BROWSER")
            val verification = account.nextVerificationRequest()
            assertFailsWith<VerificationException.NobodyCanSign> { verification.accept() }
            verification.cancel()
            assertIs<VerificationState.Cancelled>(verification.now())
        }

    @Test
    fun `what is closed or shut down does nothing more`() =
        runTest {
            val account = FakeAccount()
            val verification = account.verifySession("BROWSER")
            val waiting = launch { assertFailsWith<VerificationException.Closed> { account.nextVerificationRequest() } }
            account.shutDown()
            waiting.join()
            assertEquals(emptyList(), verification.states().toList())
            assertFailsWith<VerificationException.Closed> { verification.startEmoji() }
            assertFailsWith<VerificationException.Closed> { verification.cancel() }
            assertFailsWith<VerificationException.Closed> { account.verifySession("PHONE") }
            verification.close()
            assertFailsWith<IllegalStateException> { verification.startEmoji() }
            assertFailsWith<IllegalStateException> { verification.openStates() }
        }

    @Test
    fun `who sees a state may call at once`() =
        runTest {
            val account = FakeAccount(FakeDiagnosis.LOCKED_OUT)
            val verification = account.verifyThisSession()
            val states = mutableListOf<VerificationState>()
            verification.states().collect { state ->
                states += state
                when (state) {
                    is Ready -> verification.startEmoji()
                    is VerificationState.Emoji -> verification.confirm()
                    is VerificationState.Done -> assertTrue(account.status().verified)
                    else -> Unit
                }
            }
            assertEquals(VerificationState.Done, states.last())
        }
}
