// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.CancelReason
import org.keyward.NoHandle
import org.keyward.Verification
import org.keyward.VerificationException
import org.keyward.VerificationQrCode
import org.keyward.VerificationState
import org.keyward.VerificationStates

/**
 * A verification that goes the way of the real one, without an account, another session or the native library. It begins at
 * once.
 *
 * ```
 * val verification = FakeVerification()
 * verification.startEmoji()
 * verification.confirm()
 * verification.states().collect { state -> show(state) } // Done
 * ```
 */
public class FakeVerification internal constructor(
    script: VerificationScript,
    isIncoming: Boolean,
    private val who: Who,
) : Verification(NoHandle) {
    internal val driver: VerificationDriver = VerificationDriver(script, if (isIncoming) "Requested" else "Asked", who)

    /** Whom it is with, and what comes of it. */
    internal class Who(
        /** The session that answers. */
        val other: String = Samples.OTHER_DEVICE_ID,
        /** Whether others are asked, too: nobody knows which one answers before it does. */
        val isAmongOthers: Boolean = false,
        /** With what accepting fails. */
        val objection: () -> VerificationException? = { null },
        /** Both are signed now. */
        val verified: () -> Unit = {},
        /** Nothing is locked: who watches the account may see it. */
        val tell: () -> Unit = {},
    )

    init {
        driver.begin()
    }

    /**
     * @param script what the other session does.
     * @param isIncoming whether the other session has asked for it.
     */
    public constructor(script: VerificationScript = VerificationScript(), isIncoming: Boolean = false) :
        this(script, isIncoming, Who())

    override fun deviceId(): String? {
        checkIsOpen()
        return who.other.takeUnless { who.isAmongOthers && !driver.hasAnswered }
    }

    override fun openStates(): VerificationStates {
        checkIsOpen()
        return FakeVerificationStates(Reader(driver.shown))
    }

    override suspend fun accept() {
        checkIsOpen()
        driver.call(VerificationCall.ACCEPT, who.objection)
    }

    override suspend fun startEmoji() {
        checkIsOpen()
        driver.call(VerificationCall.START_EMOJI)
    }

    override suspend fun qrCode(): VerificationQrCode? {
        checkIsOpen()
        driver.call(VerificationCall.SHOW_CODE)
        return if (driver.isCodeShown) FakeQrCode() else null
    }

    /** Takes [Samples.otherQrCode]. Every other code of Matrix belongs to another verification. */
    override suspend fun scan(bytes: ByteArray) {
        checkIsOpen()
        driver.call(VerificationCall.SCAN) {
            when {
                bytes.contentEquals(Samples.otherQrCode) -> null
                bytes.decodeToString().startsWith("MATRIX") -> FakeErrors.verification("verification.other_qr_code")
                else -> FakeErrors.verification("verification.unknown_qr_code")
            }
        }
    }

    override suspend fun confirm() {
        checkIsOpen()
        driver.call(VerificationCall.CONFIRM)
    }

    override suspend fun mismatch() {
        checkIsOpen()
        driver.call(VerificationCall.MISMATCH)
    }

    override suspend fun cancel() {
        checkIsOpen()
        driver.cancel()
    }

    override suspend fun retry() {
        checkIsOpen()
        driver.retry()
    }

    /** The other session does what is waited for: a turn of [VerificationScript.holdsAt], or it scans the code that is shown. */
    public fun goOn() {
        checkIsOpen()
        driver.goOn()
    }

    /** The other session starts to compare emoji, where a method is chosen. */
    public fun startEmojiThere() {
        checkIsOpen()
        driver.startEmojiThere()
    }

    /**
     * It ends before its time, whatever it waits for: the other session cancels, or this one where only this one can have
     * such a reason.
     */
    public fun end(cause: CancelReason) {
        checkIsOpen()
        driver.end(cause)
    }

    override fun destroy() {
        super.destroy()
        driver.letGo()
    }

    private fun checkIsOpen() = check(!uniffiIsDestroyed) { "FakeVerification object has already been destroyed" }
}

/**
 * Drives a verification along its table. As the core's driver: what the other session does is shown at once, and a call that
 * does not fit changes nothing.
 *
 * @param begin the name of the place where it begins.
 */
internal class VerificationDriver(
    private val script: VerificationScript,
    begin: String,
    private val who: FakeVerification.Who,
) {
    private val table = script.table
    private var place = table.place(begin)
    private val board = Board(state(checkNotNull(place.shows) { "Nothing is shown at $begin" }, script))
    private val failures = script.failsAt.toMutableMap()
    private val holds = script.holdsAt.toMutableSet()
    private val callFailures = script.callsFailAt.toMutableMap()

    /** The newest state that is no failure. */
    private var before = board.shown.value.state

    /** The turn that the other session does not take. */
    private var held: VerificationTurn? = null

    /** The turn that has failed. */
    private var stoppedAt: VerificationTurn? = null
    private var isOver = false
    private var isLetGo = false

    val shown get() = board.shown

    /** Whether another session takes part in it. */
    val hasAnswered: Boolean get() = board.looking { place.name != "Asked" }
    val isCodeShown: Boolean get() = board.looking { place.name == "CodeShown" }
    val isRunning: Boolean get() = board.looking { !isOver && !isLetGo }

    fun begin() = changing { letOtherAct() }

    fun call(
        call: VerificationCall,
        objection: () -> VerificationException? = { null },
    ) = changing {
        checkIsRunning()
        val name = call.rustName()
        if (name !in place.calls) throw notNow()
        (objection() ?: callFailures.remove(call))?.let { throw it }
        val next = place.calls[name]
        when (next) {
            null -> cancelled(byUs = true, CancelReason.MISMATCHED_SAS)
            place.name -> Unit
            else -> arrive(next)
        }
    }

    fun cancel() =
        changing {
            checkIsNotLetGo()
            if (isOver) return@changing
            callFailures.remove(VerificationCall.CANCEL)?.let { throw it }
            cancelled(byUs = true, CancelReason.USER)
        }

    fun retry() =
        changing {
            checkIsRunning()
            val turn = stoppedAt ?: return@changing
            stoppedAt = null
            board.show(before)
            take(turn)
        }

    fun goOn() =
        changing {
            checkIsRunning()
            val turn = held ?: VerificationTurn.SCAN
            check(held != null || turn.rustName() in place.turns) { "Nothing is waited for" }
            held = null
            take(turn)
        }

    fun startEmojiThere() =
        changing {
            checkIsRunning()
            arrive(checkNotNull(place.turns["StartEmoji"]) { "Emoji cannot be started here" })
        }

    fun end(cause: CancelReason) =
        changing {
            checkIsRunning()
            ended(cause)
        }

    /** Another verification has begun, which ends this one. */
    fun endForAnother() =
        changing {
            if (!isOver && !isLetGo) ended(CancelReason.ANOTHER_VERIFICATION)
        }

    /** Nobody drives it any more. */
    fun letGo() =
        changing {
            if (!isOver && !isLetGo) board.show(null, isLast = true)
            isLetGo = true
        }

    private fun changing(change: () -> Unit) {
        try {
            board.changing(change)
        } finally {
            who.tell()
        }
    }

    private fun checkIsRunning() {
        checkIsNotLetGo()
        if (isOver) throw notNow()
    }

    /** What was let go was closed, which its object says itself, or its account was shut down. */
    private fun checkIsNotLetGo() {
        if (isLetGo) throw VerificationException.Closed(CLOSED)
    }

    private fun notNow() = FakeErrors.verification("verification.not_now")

    private fun arrive(name: String) {
        place = table.place(name)
        held = null
        stoppedAt = null
        val state = place.shows?.let { state(it, script) }
        // Showing a code changes nothing that is seen of the state.
        if (state != null && state != before) {
            before = state
            board.show(state)
        }
        place.goesOn?.let(::arrive) ?: letOtherAct()
    }

    /** What the other session does by itself. */
    private fun letOtherAct() {
        when (place.name) {
            "Asked" -> take(VerificationTurn.ACCEPT)
            "Exchanging" -> take(VerificationTurn.SEND_KEYS)
            "Confirmed" -> take(VerificationTurn.CONFIRM)
            "Agreed" -> take(VerificationTurn.SIGN)
        }
    }

    private fun take(turn: VerificationTurn) {
        val failure = failures.remove(turn)
        val cause = script.cancelsAt[turn]
        when {
            holds.remove(turn) -> {
                held = turn
                failure?.let { failures[turn] = it }
            }

            failure != null -> {
                stoppedAt = turn
                board.show(VerificationState.Stopped(failure))
            }

            cause != null -> {
                ended(cause)
            }

            turn == VerificationTurn.SIGN -> {
                done()
            }

            else -> {
                arrive(place.turns.getValue(nameOf(turn)))
            }
        }
    }

    private fun nameOf(turn: VerificationTurn): String {
        val isOfNumbers = turn == VerificationTurn.SEND_KEYS && script.numbersOnly
        return if (isOfNumbers) "SendKeysForNumbers" else turn.rustName()
    }

    private fun done() {
        who.verified()
        isOver = true
        board.show(VerificationState.Done, isLast = true)
    }

    private fun ended(cause: CancelReason) = cancelled(byUs = !isOfOther(cause), cause)

    private fun cancelled(
        byUs: Boolean,
        cause: CancelReason,
    ) {
        isOver = true
        board.show(cancelledState(byUs, cause), isLast = true)
    }
}

/** What a place shows: [Place.shows]. */
private fun state(
    name: String,
    script: VerificationScript,
): VerificationState =
    when (name) {
        "Waiting" -> VerificationState.Waiting
        "Requested" -> VerificationState.Requested
        "Ready" -> script.methods
        "Emoji" -> VerificationState.Emoji(sampleEmoji(), sampleDecimals())
        "Decimals" -> VerificationState.Decimals(sampleDecimals())
        "Scanned" -> VerificationState.Scanned
        "Confirmed" -> VerificationState.Confirmed
        else -> error("The fakes show no $name: they are older than the table")
    }

private class FakeVerificationStates(
    private val reader: Reader<VerificationState>,
) : VerificationStates(NoHandle) {
    override suspend fun next(): VerificationState? {
        check(!uniffiIsDestroyed) { "FakeVerificationStates object has already been destroyed" }
        return reader.next()
    }

    override fun stop() = reader.stop()
}

/** A code that looks like one of a verification. Nobody can verify anything with it. */
public class FakeQrCode : VerificationQrCode(NoHandle) {
    private val code = Data.qrCode
    private val rows: List<String> = code["modules"]

    override fun size(): Int = rows.size

    override fun modules(): List<Boolean> = rows.flatMap { row -> row.map { it == '1' } }

    override fun bytes(): ByteArray = bytes(code["bytes"])

    override fun toString(): String = "[redacted]"
}
