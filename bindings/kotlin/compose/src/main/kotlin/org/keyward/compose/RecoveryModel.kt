// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.filterNotNull
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
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private sealed interface At {
        class Before(
            val opensBackup: Boolean?,
        ) : At

        class Waiting(
            val pending: PendingReset,
        ) : At

        class Under(
            val state: RecoveryState,
        ) : At
    }

    private val account get() = context.account
    private val texts = context.texts
    private val recovery = MutableStateFlow<Recovery?>(null)
    private var at by mutableStateOf<At?>(null)

    /** Whose new key is counted: it is said to be done at each return to the screen. */
    private var counted: Recovery? = null

    override val shown: Screen?
        get() =
            when (val at = at) {
                null -> null
                is At.Before -> texts.recoveryBegin(account.userId, at.opensBackup, account.isAttached)
                is At.Waiting -> texts.recoveryPending(at.pending)
                is At.Under -> texts.recovery(at.state)
            }

    override val part: ScreenPart? get() = (at as? At.Under)?.state?.part(texts)

    override suspend fun follow() {
        if (recovery.value == null) lookHowItStands()
        recovery.filterNotNull().collectLatest { recovery ->
            recovery.states().collect {
                comesTo(it::class)
                if (it is RecoveryState.Done && counted !== recovery) {
                    counted = recovery
                    context.newKeys++
                }
                at = At.Under(it)
            }
        }
    }

    private suspend fun lookHowItStands() =
        look { at = account.pendingRecovery()?.let(At::Waiting) ?: At.Before(account.opensBackup()) }

    override fun again() =
        work {
            letGo()
            lookHowItStands()
        }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.START_RECOVERY -> work { start() }
            ScreenActionId.RESUME -> resume()
            ScreenActionId.RETRY -> work { recovery.value?.retry() }
            ScreenActionId.LOOK_AGAIN -> again()
            ScreenActionId.CANCEL -> work { cancel() }
            ScreenActionId.CONFIRM_SAVED -> work { recovery.value?.confirmSaved(confirmation()) }
            ScreenActionId.COPY_KEY -> (part as? ScreenPart.Key)?.let { context.host.copy(it.key) }
            else -> go(action.place())
        }
    }

    private suspend fun start() {
        val options = RecoveryOptions(newPassphrase())
        val oldKey = input.text(ScreenFieldId.OLD_KEY)
        recovery.value =
            obtain {
                when {
                    account.isAttached -> context.secrets.keyOrPhrase(oldKey) { account.startRecovery(it, options) }
                    else -> account.startRecovery(null, options)
                }
            }
        input.clear()
    }

    private fun resume() =
        work {
            letGo()
            recovery.value = obtain { account.resumeRecovery() }
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
