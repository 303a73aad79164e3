// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.CancelReason
import org.keyward.VerificationException
import org.keyward.VerificationState

/** What a verification waits for that no person here does. */
public enum class VerificationTurn {
    /** The other session accepts the request. */
    ACCEPT,

    /** The other session sends its keys, which the emoji are made of. */
    SEND_KEYS,

    /** The other session has scanned the code that is shown here. */
    SCAN,

    /** The person at the other session confirms. */
    CONFIRM,

    /** The homeserver shows the signature. */
    SIGN,
}

/** What a person decides in a verification. */
public enum class VerificationCall {
    /** To take part in what another session asks for. */
    ACCEPT,

    /** To compare emoji. */
    START_EMOJI,

    /** To show the code. */
    SHOW_CODE,

    /** To take the other session's code. */
    SCAN,

    /** That both sides show the same. */
    CONFIRM,

    /** That they do not. */
    MISMATCH,

    /** To end it. */
    CANCEL,
}

/**
 * What the other session does in a fake verification, and what goes wrong.
 *
 * A fake works at once: the other session accepts, sends its keys and confirms as soon as that is due. It scans the code that
 * is shown when [FakeVerification.goOn] says so, because a person does that.
 *
 * ```
 * VerificationScript(cancelsAt = mapOf(VerificationTurn.ACCEPT to CancelReason.USER)) // declined
 * ```
 *
 * @property methods what both sides can do.
 * @property numbersOnly the other session has numbers in the place of emoji.
 * @property cancelsAt at which turn the verification ends, and why: the other session does not do what is waited for.
 * @property failsAt with what a turn fails the first time: the verification stops, and `retry` goes on. The real one tries
 *   again by itself, after a pause. It can stop with what comes of the homeserver or the store, and at
 *   [VerificationTurn.SIGN] with `verification.not_signed`; other errors are refused.
 * @property holdsAt turns that the other session does not take, once each, until [FakeVerification.goOn].
 * @property callsFailAt with what a call fails the first time; the state stays. Which errors a call has is not checked.
 * @property failsToBegin with what the account cannot begin a verification the first time.
 */
public class VerificationScript(
    public val methods: VerificationState.Ready = VerificationState.Ready(emoji = true, showQr = true, scanQr = true),
    public val numbersOnly: Boolean = false,
    public val cancelsAt: Map<VerificationTurn, CancelReason> = emptyMap(),
    public val failsAt: Map<VerificationTurn, VerificationException> = emptyMap(),
    public val holdsAt: Set<VerificationTurn> = emptySet(),
    public val callsFailAt: Map<VerificationCall, VerificationException> = emptyMap(),
    public val failsToBegin: VerificationException? = null,
) {
    init {
        for ((turn, error) in failsAt) {
            val code = error.advice().code
            val isOfRequest = error is VerificationException.Server || error is VerificationException.Store
            val isOfSignature = error is VerificationException.NotSigned && turn == VerificationTurn.SIGN
            require(isOfRequest || isOfSignature) { "No verification stops at $turn with $code" }
        }
    }

    internal val table get() = Data.verification(digits(methods.emoji, methods.showQr, methods.scanQr))
}
