// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.filterNotNull
import org.keyward.Advice
import org.keyward.Confirmation
import org.keyward.FindingCode
import org.keyward.HandedOver
import org.keyward.PendingReset
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.Reset
import org.keyward.ResetChoices
import org.keyward.ResetConsequences
import org.keyward.ResetOptions
import org.keyward.ResetPlan
import org.keyward.ResetState
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.ScreenFieldId
import org.keyward.Texts
import org.keyward.states

/** The reset of the digital identity: what it means, what it asks for, how far it is, and what came of it. */
public class ResetModel(
    context: ScreenContext,
    scope: CoroutineScope,
    private val go: (Place) -> Unit,
) : ScreenModel(context, scope) {
    private sealed interface At {
        class Waiting(
            val pending: PendingReset,
        ) : At

        class Before(
            val plan: ResetPlan,
            val means: ResetConsequences,
            val smaller: RemedyCode?,
        ) : At

        class Under(
            val state: ResetState,
        ) : At

        class Failed(
            val advice: Advice,
        ) : At
    }

    private val account = context.account
    private val texts = context.texts
    private val reset = MutableStateFlow<Reset?>(null)
    private var at by mutableStateOf<At?>(null)
    private var isInBrowser by mutableStateOf(false)

    /** What it was begun with, unless that was another run of the app. */
    private var begunWith: ResetConsequences? = null

    override val screen: Screen?
        get() =
            when (val at = at) {
                null -> null
                is At.Waiting -> texts.resetPending(at.pending)
                is At.Before -> texts.resetBegin(at.means, choices(), at.smaller)
                is At.Under -> texts.reset(at.state, account.userId, begunWith, isInBrowser, account.isAttached)
                is At.Failed -> texts.stopped(at.advice)
            }

    override val content: ScreenPart? get() = (at as? At.Under)?.state?.part(texts)

    private fun choices() =
        ResetChoices(
            compromised = input.isOn(ScreenFieldId.COMPROMISED),
            // Not offered to an account that is compromised.
            keepOldBackup = input.isOn(ScreenFieldId.KEEP_OLD_KEY_STORAGE) && !input.isOn(ScreenFieldId.COMPROMISED),
            turnOnKeyStorage = input.isOn(ScreenFieldId.TURN_ON_KEY_STORAGE),
        )

    override suspend fun follow() {
        if (reset.value == null) look()
        reset.filterNotNull().collectLatest { reset -> reset.states().collect { shown(reset, it) } }
    }

    private suspend fun look() {
        at = null
        val failure =
            attempt {
                val pending = account.pendingReset()
                at = if (pending != null) At.Waiting(pending) else before()
            }
        failed(failure)
    }

    private suspend fun before(): At {
        val plan = account.planReset(null)
        return At.Before(plan, plan.consequences(), account.examine(lostKey = true).insteadOfReset())
    }

    private suspend fun shown(
        reset: Reset,
        state: ResetState,
    ) {
        if (state !is ResetState.Authorise) isInBrowser = false
        at = At.Under(state)
        if (state is ResetState.HandOver) handOver(reset, state)
    }

    /** To the app's SDK. Where that fails, the person sees the key and does it. */
    private suspend fun handOver(
        reset: Reset,
        state: ResetState.HandOver,
    ) {
        val handOver = (account as? ScreenAccount.Attached)?.handOver ?: return
        try {
            handOver(state.recoveryKey)
        } catch (error: CancellationException) {
            throw error
        } catch (_: Exception) {
            return
        }
        attempt { reset.handedOver(HandedOver.TAKEN) }
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.START_RESET, ScreenActionId.SET_UP -> work { start() }
            ScreenActionId.RESUME -> resume()
            ScreenActionId.LOOK_AGAIN, ScreenActionId.RETRY -> again(action)
            ScreenActionId.CANCEL -> work { cancel() }
            ScreenActionId.CONFIRM_SAVED -> call { it.confirmSaved(confirmation()) }
            ScreenActionId.COPY_KEY -> (content as? ScreenPart.Key)?.let { context.host.copy(it.key) }
            ScreenActionId.AUTHORISE -> call { it.authorise(context.secrets.password(input.take(ScreenFieldId.PASSWORD))) }
            ScreenActionId.OPEN_BROWSER -> call { inBrowser(it) }
            ScreenActionId.CHECK_NOW -> call { it.checkNow() }
            ScreenActionId.KEY_TAKEN_OVER -> call { it.handedOver(HandedOver.TAKEN) }
            ScreenActionId.KEEP_OLD_KEY_STORAGE -> call { it.handedOver(HandedOver.KEEP_OLD_BACKUP) }
            else -> go(action.place())
        }
    }

    private suspend fun start() {
        val before = at as? At.Before ?: return
        val oldKey = input.text(ScreenFieldId.OLD_KEY)
        val plan = if (oldKey.isBlank()) before.plan else context.secrets.keyOrPhrase(oldKey, account::planReset)
        val phrase = input.text(ScreenFieldId.NEW_PASSPHRASE)
        val choices = choices()
        val options =
            ResetOptions(
                passphrase = if (phrase.isEmpty()) null else context.secrets.passphrase(phrase),
                compromised = choices.compromised,
                keepOldBackup = choices.keepOldBackup,
                turnOnKeyStorage = choices.turnOnKeyStorage,
            )
        reset.value = account.startReset(plan, options)
        begunWith = plan.consequences()
        input.clear()
    }

    private fun resume() {
        val error = ((at as? At.Under)?.state as? ResetState.Stopped)?.error?.advice()
        if (error?.code == "reset.other_pending") return go(Place.Recovery)
        work {
            letGo()
            reset.value = account.resumeReset()
        }
    }

    private fun again(action: ScreenActionId) {
        val reset = reset.value
        if (action == ScreenActionId.RETRY && reset != null) return call { it.retry() }
        work {
            letGo()
            look()
        }
    }

    private suspend fun cancel() {
        val reset = reset.value
        when {
            reset != null -> reset.cancel()
            at is At.Waiting -> {
                account.cancelReset()
                at = At.Under(ResetState.Cancelled)
            }
            else -> go(Place.Back)
        }
    }

    private fun confirmation(): Confirmation {
        val typed = input.text(ScreenFieldId.RETYPED_KEY)
        return if (typed.isBlank()) Confirmation.Acknowledged else Confirmation.Retyped(context.secrets.recoveryKey(typed))
    }

    private suspend fun inBrowser(reset: Reset) {
        val challenge = ((at as? At.Under)?.state as? ResetState.Authorise)?.challenge
        challenge?.pages()?.firstOrNull()?.let { context.host.open(it.page) }
        reset.authoriseInBrowser()
        isInBrowser = true
    }

    private fun call(command: suspend (Reset) -> Unit) = work { reset.value?.let { command(it) } }

    private fun failed(advice: Advice?) {
        if (advice != null) at = At.Failed(advice)
    }

    /** It stops where it is, and can be resumed. */
    private fun letGo() {
        reset.value?.close()
        reset.value = null
    }

    override fun close() {
        super.close()
        letGo()
    }
}

/** What the state shows besides what is said. */
internal fun ResetState.part(texts: Texts): ScreenPart? =
    when (this) {
        is ResetState.SaveKey -> ScreenPart.Key(recoveryKey, texts.spokenKey(recoveryKey))
        is ResetState.HandOver -> ScreenPart.Key(recoveryKey, texts.spokenKey(recoveryKey))
        else -> null
    }

/** What helps whoever has lost the recovery key, and is smaller than a reset. */
private fun Report.insteadOfReset(): RemedyCode? {
    val lost = findings().firstOrNull { it.code == FindingCode.RECOVERY_KEY_LOST } ?: return null
    return lost.remedies.firstOrNull()?.code?.takeUnless { it == RemedyCode.RESET || it == RemedyCode.SET_UP }
}
