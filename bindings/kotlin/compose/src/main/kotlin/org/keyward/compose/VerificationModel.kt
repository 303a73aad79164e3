// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.launch
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.Texts
import org.keyward.Verification
import org.keyward.VerificationQrCode
import org.keyward.VerificationState
import org.keyward.states

/**
 * Verifying a session by emoji, numbers or a QR code.
 *
 * @param begin `{ account.verifySession(deviceId) }`, `{ account.verifyThisSession() }`, or a request of another session. It is
 *   called again when the person wants to try once more, and asks anew then: what it gave before was cancelled and closed. A
 *   request can be given once:
 *
 *   ```
 *   var request: Verification? = requested
 *   VerificationModel({ request?.also { request = null } ?: account.verifyThisSession() }, null, context, scope, go)
 *   ```
 *
 *   It is not stopped when the screen is left: what it gives then is cancelled and closed, so that no session goes on waiting.
 * @param other the name of the other session, if it is known.
 */
public class VerificationModel(
    private val begin: suspend () -> Verification,
    private val other: String?,
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val texts = context.texts
    private val verification = MutableStateFlow<Verification?>(null)

    /** Another session is being asked. */
    private var asking: Job? = null

    /** What was let go last. It is closed, or soon will be. */
    private var over: Verification? = null

    /** The person wants it no more, before there was anything to cancel. */
    private var isLeft = false
    private var state by mutableStateOf<VerificationState?>(null)
    private var code by mutableStateOf<VerificationQrCode?>(null)
    private var isScanning by mutableStateOf(false)

    override val shown: Screen?
        get() {
            val state = state ?: return null
            return when {
                state !is VerificationState.Ready -> texts.verification(state, other)
                code != null -> texts.verificationCode(state.emoji, other)
                isScanning -> texts.verificationCamera(state.emoji, other)
                else -> texts.verification(state, other)
            }
        }

    override val part: ScreenPart?
        get() =
            when (val state = state) {
                is VerificationState.Ready ->
                    code?.let(ScreenPart::Code)
                        ?: if (isScanning) ScreenPart.Camera(::scanned) else null
                else -> state?.part(texts)
            }

    override suspend fun follow() {
        // Not once more where the screen comes back while it is asked.
        if (verification.value == null && asking?.isActive != true) ask()
        verification.collectLatest { verification ->
            if (verification == null) return@collectLatest
            val ended =
                attempt {
                    verification.states().collect {
                        comesTo(it::class)
                        state = it
                    }
                }
            if (ended != null) failed(ended)
        }
    }

    /** As long as the model and not as its composition, which may be gone for a while. */
    private fun ask() {
        isLeft = false
        asking =
            beside {
                look {
                    val asked = obtain(::end, begin)
                    check(asked !== over && !asked.uniffiIsDestroyed) { "This verification is over: it has to be asked for anew" }
                    verification.value = asked
                }
            }
    }

    override fun again() {
        letGo()
        state = null
        code = null
        isScanning = false
        ask()
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.ACCEPT -> call { it.accept() }
            ScreenActionId.COMPARE_EMOJI -> call { it.startEmoji() }
            ScreenActionId.SHOW_CODE -> call { code = it.qrCode() }
            ScreenActionId.SCAN_CODE -> isScanning = true
            ScreenActionId.THEY_MATCH, ScreenActionId.IT_WORKED -> call { it.confirm() }
            ScreenActionId.THEY_DIFFER -> call { it.mismatch() }
            // The other session says it: there is nothing here that differs.
            ScreenActionId.IT_FAILED, ScreenActionId.DECLINE -> call { it.cancel() }
            ScreenActionId.CANCEL -> cancel()
            ScreenActionId.RETRY -> call { it.retry() }
            ScreenActionId.VERIFY, ScreenActionId.LOOK_AGAIN -> again()
            else -> {
                if (verification.value == null) letGo()
                go(action.place())
            }
        }
    }

    private fun scanned(bytes: ByteArray) {
        // A camera sees the same code many times a second.
        if (!isScanning) return
        isScanning = false
        call { it.scan(bytes) }
    }

    private fun cancel() {
        if (verification.value != null) return call { it.cancel() }
        // An app may take its time to leave.
        if (isLeft) return
        isLeft = true
        letGo()
        go(Place.Back)
    }

    private fun call(command: suspend (Verification) -> Unit) = work { verification.value?.let { command(it) } }

    /** Otherwise the other session would go on waiting: for this one, or for one that is still asked for. */
    private fun letGo() {
        asking?.cancel()
        asking = null
        val verification = verification.value ?: return
        this.verification.value = null
        over = verification
        beyond().launch { end(verification) }
    }

    private suspend fun end(verification: Verification) = verification.use { attempt { it.cancel() } }

    override fun close() {
        super.close()
        letGo()
    }
}

/** What the state shows besides what is said. */
internal fun VerificationState.part(texts: Texts): ScreenPart? =
    when (this) {
        is VerificationState.Emoji -> ScreenPart.Emoji(emoji.map { EmojiText(it.symbol, texts.emojiName(it.index)) })
        is VerificationState.Decimals -> ScreenPart.Numbers(decimals.map { it.toString() })
        else -> null
    }
