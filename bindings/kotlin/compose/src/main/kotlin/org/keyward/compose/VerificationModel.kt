// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.keyward.Advice
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
 * @param begin `{ account.verifySession(deviceId) }`, `{ account.verifyThisSession() }`, or a request of another session.
 * @param other the name of the other session, if it is known.
 */
public class VerificationModel(
    private val begin: suspend () -> Verification,
    private val other: String?,
    context: ScreenContext,
    private val scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : ScreenModel(context, scope) {
    private val texts = context.texts
    private var verification: Verification? = null
    private var state by mutableStateOf<VerificationState?>(null)
    private var failure by mutableStateOf<Advice?>(null)
    private var code by mutableStateOf<VerificationQrCode?>(null)
    private var isScanning by mutableStateOf(false)

    override val screen: Screen?
        get() {
            val state = state ?: return failure?.let(texts::stopped)
            return when {
                state !is VerificationState.Ready -> texts.verification(state, other)
                code != null -> texts.verificationCode(state.emoji, other)
                isScanning -> texts.verificationCamera(state.emoji, other)
                else -> texts.verification(state, other)
            }
        }

    override val content: ScreenPart?
        get() =
            when (val state = state) {
                is VerificationState.Ready ->
                    code?.let(ScreenPart::Code)
                        ?: if (isScanning) ScreenPart.Camera(::scanned) else null
                else -> state?.part(texts)
            }

    override suspend fun follow() {
        val failed =
            attemptQuietly {
                val verification = verification ?: begin().also { verification = it }
                verification.states().collect { state = it }
            }
        if (failed != null) failure = failed
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
            ScreenActionId.RETRY, ScreenActionId.LOOK_AGAIN -> again()
            else -> go(action.place())
        }
    }

    private fun scanned(bytes: ByteArray) {
        isScanning = false
        call { it.scan(bytes) }
    }

    private fun cancel() {
        // Nobody was asked yet.
        if (verification == null) go(Place.Back)
        call { it.cancel() }
    }

    private fun again() {
        if (verification != null) return call { it.retry() }
        failure = null
        work { follow() }
    }

    private fun call(command: suspend (Verification) -> Unit) = work { verification?.let { command(it) } }

    /** Otherwise the other session would go on waiting. */
    override fun close() {
        super.close()
        val verification = verification ?: return
        scope.launch { attemptQuietly { verification.cancel() } }
    }
}

/** What the state shows besides what is said. */
internal fun VerificationState.part(texts: Texts): ScreenPart? =
    when (this) {
        is VerificationState.Emoji -> ScreenPart.Emoji(emoji.map { EmojiText(it.symbol, texts.emojiName(it.index)) })
        is VerificationState.Decimals -> ScreenPart.Numbers(decimals.map { it.toString() })
        else -> null
    }
