// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ClosedReceiveChannelException
import org.keyward.IdentityStatus
import org.keyward.SessionTrust
import org.keyward.VerificationException
import java.util.concurrent.atomic.AtomicReference

/** The verifications of one account: one at a time. */
internal class Verifications(
    private val script: VerificationScript,
    private val changes: Changes,
    private val book: SessionBook,
    private val standing: () -> Standing,
) {
    private val failure = AtomicReference(script.failsToBegin)
    private val requests = Channel<String>(Channel.UNLIMITED)
    private var driver: VerificationDriver? = null
    private val isVerified get() = standing().identity == IdentityStatus.OURS

    fun verifySession(deviceId: String): FakeVerification {
        checkIsOpen()
        if (deviceId == Samples.DEVICE_ID) throw FakeErrors.verification("verification.current_session")
        val session = book.list().others.firstOrNull { it.deviceId == deviceId }
        if (session == null) throw FakeErrors.verification("verification.not_found")
        if (session.trust == SessionTrust.UNVERIFIABLE) throw FakeErrors.verification("verification.no_encryption")
        objection(deviceId)?.let { throw it }
        return drive(who(deviceId))
    }

    fun verifyThisSession(): FakeVerification {
        checkIsOpen()
        if (standing().identity == IdentityStatus.NOT_SET_UP) throw FakeErrors.verification("verification.no_identity")
        if (isVerified) throw FakeErrors.verification("verification.already_verified")
        val signed = standing().signed
        val others =
            book
                .list()
                .others
                .map { it.deviceId }
                .filter { it in signed }
        val answers = others.firstOrNull() ?: throw FakeErrors.verification("verification.nobody_to_ask")
        return drive(who(answers, isAmongOthers = true))
    }

    fun request(deviceId: String) {
        val session = book.list().others.firstOrNull { it.deviceId == deviceId }
        require(session != null && session.trust != SessionTrust.UNVERIFIABLE) { "$deviceId cannot ask" }
        requests.trySend(deviceId)
    }

    suspend fun nextRequest(): FakeVerification {
        checkIsOpen()
        val deviceId =
            try {
                requests.receive()
            } catch (_: ClosedReceiveChannelException) {
                throw VerificationException.Closed(CLOSED)
            }
        return FakeVerification(script, isIncoming = true, who(deviceId)).also { swap(it.driver) }
    }

    /** Neither of the two can sign the other. */
    private fun objection(deviceId: String): VerificationException? {
        val canSign = isVerified || deviceId in standing().signed
        return if (canSign) null else FakeErrors.verification("verification.nobody_can_sign")
    }

    private fun who(
        deviceId: String,
        isAmongOthers: Boolean = false,
    ) = FakeVerification.Who(
        deviceId,
        isAmongOthers,
        objection = { objection(deviceId) },
        verified = { changes.noteVerified(deviceId) },
        tell = changes::tell,
    )

    private fun drive(who: FakeVerification.Who): FakeVerification {
        failure.getAndSet(null)?.let { throw it }
        // Before the new one begins, as of the real ones.
        swap(null)
        return FakeVerification(script, isIncoming = false, who).also { swap(it.driver) }
    }

    /** One that is still open ends. */
    private fun swap(next: VerificationDriver?) {
        val before = synchronized(this) { driver.also { driver = next } }
        if (before !== next) before?.endForAnother()
    }

    fun shutDown() {
        requests.close()
        synchronized(this) { driver }?.letGo()
    }

    private fun checkIsOpen() {
        if (standing().isShutDown) throw VerificationException.Closed(CLOSED)
    }
}
