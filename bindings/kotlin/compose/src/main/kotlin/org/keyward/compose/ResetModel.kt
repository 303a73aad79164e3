// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.withTimeoutOrNull
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
import kotlin.time.Duration.Companion.minutes

/** The reset of the digital identity: what it means, what it asks for, how far it is, and what came of it. */
public class ResetModel(
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
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
    }

    private val account get() = context.account
    private val texts = context.texts
    private val reset = MutableStateFlow<Reset?>(null)
    private var at by mutableStateOf<At?>(null)
    private var isInBrowser by mutableStateOf(false)

    /** The new key is being given to the app's SDK. */
    private var handingOver: Job? = null
    private var isHandingOver by mutableStateOf(false)

    /** What it was begun with, unless that was another run of the app. */
    private var begunWith: ResetConsequences? = null

    /** Whose new key is counted: it is said to be done at each return to the screen. */
    private var counted: Reset? = null

    override val shown: Screen?
        get() =
            when (val at = at) {
                null -> null
                is At.Waiting -> texts.resetPending(at.pending)
                is At.Before -> texts.resetBegin(at.means, choices(), at.smaller)
                is At.Under -> {
                    val state = if (isHandingOver) ResetState.Working(null) else at.state
                    texts.reset(state, account.userId, begunWith, isInBrowser, account.isAttached)
                }
            }

    override val part: ScreenPart? get() = if (isHandingOver) null else (at as? At.Under)?.state?.part(texts)

    private fun choices() =
        ResetChoices(
            compromised = input.isOn(ScreenFieldId.COMPROMISED),
            // Not offered to an account that is compromised.
            keepOldBackup = input.isOn(ScreenFieldId.KEEP_OLD_KEY_STORAGE) && !input.isOn(ScreenFieldId.COMPROMISED),
            turnOnKeyStorage = input.isOn(ScreenFieldId.TURN_ON_KEY_STORAGE),
        )

    override suspend fun follow() {
        if (reset.value == null) lookHowItStands()
        reset.filterNotNull().collectLatest { reset -> reset.states().collect { shows(reset, it) } }
    }

    private suspend fun lookHowItStands() =
        look {
            val pending = account.pendingReset()
            at = if (pending != null) At.Waiting(pending) else before()
        }

    override fun again() =
        work {
            letGo()
            lookHowItStands()
        }

    /** The page may have been answered. */
    override fun cameBack() {
        if (isInBrowser) act(ScreenActionId.CHECK_NOW)
    }

    private suspend fun before(): At {
        val plan = account.planReset(null)
        return At.Before(plan, plan.consequences(), account.examine(lostKey = true).insteadOfReset())
    }

    private fun shows(
        reset: Reset,
        state: ResetState,
    ) {
        comesTo(state::class)
        if (state !is ResetState.Authorise) isInBrowser = false
        if (state is ResetState.Done && counted !== reset) {
            counted = reset
            context.newKeys++
        }
        at = At.Under(state)
        if (state is ResetState.HandOver) handOver(reset, state) else stopHandingOver()
    }

    /** To the app's SDK. Where that fails, or takes too long, the person sees the key and does it. */
    private fun handOver(
        reset: Reset,
        state: ResetState.HandOver,
    ) {
        val handOver = (account as? ScreenAccount.Attached)?.handOver ?: return
        if (handingOver != null) return
        isHandingOver = true
        handingOver =
            beside {
                val isTaken = withTimeoutOrNull(TIME_TO_TAKE) { isDone { handOver(state.recoveryKey) } } == true
                isHandingOver = false
                if (isTaken) reset.handedOver(HandedOver.TAKEN)
            }
    }

    private suspend fun isDone(block: suspend () -> Unit): Boolean = attempt(block) == null

    private fun stopHandingOver() {
        handingOver?.cancel()
        handingOver = null
        isHandingOver = false
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.START_RESET, ScreenActionId.SET_UP -> work { start() }
            ScreenActionId.RESUME -> resume()
            ScreenActionId.RETRY -> if (reset.value == null) again() else call { it.retry() }
            ScreenActionId.LOOK_AGAIN -> again()
            ScreenActionId.CANCEL -> work { cancel() }
            ScreenActionId.CONFIRM_SAVED -> call { it.confirmSaved(confirmation()) }
            ScreenActionId.COPY_KEY -> (part as? ScreenPart.Key)?.let { context.host.copy(it.key) }
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
        val choices = choices()
        val options =
            ResetOptions(
                passphrase = newPassphrase(),
                compromised = choices.compromised,
                keepOldBackup = choices.keepOldBackup,
                turnOnKeyStorage = choices.turnOnKeyStorage,
            )
        reset.value = obtain { account.startReset(plan, options) }
        begunWith = plan.consequences()
        input.clear()
    }

    private fun resume() =
        work {
            letGo()
            reset.value = obtain { account.resumeReset() }
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

    private suspend fun inBrowser(reset: Reset) {
        val challenge = ((at as? At.Under)?.state as? ResetState.Authorise)?.challenge
        challenge?.pages()?.firstOrNull()?.let { open(it.page) }
        reset.authoriseInBrowser()
        isInBrowser = true
    }

    private fun call(command: suspend (Reset) -> Unit) = work { reset.value?.let { command(it) } }

    /** It stops where it is, and can be resumed. */
    private fun letGo() {
        stopHandingOver()
        reset.value?.close()
        reset.value = null
    }

    override fun close() {
        super.close()
        letGo()
    }

    private companion object {
        /** An SDK takes a key with some requests. */
        val TIME_TO_TAKE = 2.minutes
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
