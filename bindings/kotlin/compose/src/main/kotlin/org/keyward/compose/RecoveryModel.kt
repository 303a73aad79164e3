// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.filterNotNull
import org.keyward.Advice
import org.keyward.Confirmation
import org.keyward.PendingReset
import org.keyward.Recovery
import org.keyward.RecoveryOptions
import org.keyward.RecoveryState
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId
import org.keyward.Texts
import org.keyward.states

/** A new recovery key without a reset. */
public class RecoveryModel(
    context: ScreenContext,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : ScreenModel(context, scope) {
    private sealed interface At {
        object Before : At

        class Waiting(
            val pending: PendingReset,
        ) : At

        class Under(
            val state: RecoveryState,
        ) : At

        class Failed(
            val advice: Advice,
        ) : At
    }

    private val account = context.account
    private val texts = context.texts
    private val recovery = MutableStateFlow<Recovery?>(null)
    private var at by mutableStateOf<At?>(null)

    override val screen: Screen?
        get() =
            when (val at = at) {
                null -> null
                At.Before -> texts.recoveryBegin(account.userId, attached = account.isAttached)
                is At.Waiting -> texts.recoveryPending(at.pending)
                is At.Under -> texts.recovery(at.state)
                is At.Failed -> texts.stopped(at.advice)
            }

    override val content: ScreenPart? get() = (at as? At.Under)?.state?.part(texts)

    override suspend fun follow() {
        if (recovery.value == null) look()
        recovery.filterNotNull().collectLatest { recovery -> recovery.states().collect { at = At.Under(it) } }
    }

    private suspend fun look() {
        at = null
        val failure = attempt { at = account.pendingRecovery()?.let(At::Waiting) ?: At.Before }
        if (failure != null) at = At.Failed(failure)
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.START_RECOVERY -> work { start() }
            ScreenActionId.RESUME -> resume()
            ScreenActionId.LOOK_AGAIN, ScreenActionId.RETRY -> again(action)
            ScreenActionId.CANCEL -> work { cancel() }
            ScreenActionId.CONFIRM_SAVED -> work { recovery.value?.confirmSaved(confirmation()) }
            ScreenActionId.COPY_KEY -> (content as? ScreenPart.Key)?.let { context.host.copy(it.key) }
            else -> go(action.place())
        }
    }

    private suspend fun start() {
        val phrase = input.text(ScreenFieldId.NEW_PASSPHRASE)
        val options = RecoveryOptions(if (phrase.isEmpty()) null else context.secrets.passphrase(phrase))
        recovery.value =
            when {
                account.isAttached ->
                    context.secrets.keyOrPhrase(input.text(ScreenFieldId.OLD_KEY)) { account.startRecovery(it, options) }
                else -> account.startRecovery(null, options)
            }
        input.clear()
    }

    private fun resume() {
        val error = ((at as? At.Under)?.state as? RecoveryState.Stopped)?.error?.advice()
        if (error?.code == "recovery.reset_pending") return go(Place.Reset)
        work {
            letGo()
            recovery.value = account.resumeRecovery()
        }
    }

    private fun again(action: ScreenActionId) {
        val recovery = recovery.value
        work {
            if (action == ScreenActionId.RETRY && recovery != null) return@work recovery.retry()
            letGo()
            look()
        }
    }

    private suspend fun cancel() {
        val recovery = recovery.value
        when {
            recovery != null -> recovery.cancel()
            at is At.Waiting -> {
                account.cancelRecovery()
                at = At.Under(RecoveryState.Cancelled)
            }
            else -> go(Place.Back)
        }
    }

    private fun confirmation(): Confirmation {
        val typed = input.text(ScreenFieldId.RETYPED_KEY)
        return if (typed.isBlank()) Confirmation.Acknowledged else Confirmation.Retyped(context.secrets.recoveryKey(typed))
    }

    /** It stops where it is, and can be resumed. */
    private fun letGo() {
        recovery.value?.close()
        recovery.value = null
    }

    override fun close() {
        super.close()
        letGo()
    }
}

/** What the state shows besides what is said. */
internal fun RecoveryState.part(texts: Texts): ScreenPart? =
    when (this) {
        is RecoveryState.SaveKey -> ScreenPart.Key(recoveryKey, texts.spokenKey(recoveryKey))
        else -> null
    }
