// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import org.keyward.Advice
import org.keyward.Remedy
import org.keyward.Screen
import org.keyward.ScreenActionId

/**
 * What a screen shows, and what its actions do. A composable draws it ([KeywardScreen]). Whoever holds it for longer than the
 * composition, in Android's `ViewModel`, gives it a scope that lasts as long, and calls [close] in the end.
 *
 * A flow is not ended by leaving its screen: a reset that is left waits, and is offered when the screen comes again.
 *
 * Everything here is for the main thread.
 */
public abstract class ScreenModel internal constructor(
    internal val context: ScreenContext,
    scope: CoroutineScope,
    private val goTo: (Place) -> Unit,
) {
    private val life = SupervisorJob(scope.coroutineContext[Job])

    /** As long as the model: what was begun on a screen that is gone leads nowhere any more. */
    private val scope = CoroutineScope(scope.coroutineContext + life)
    private var working by mutableStateOf(0)
    private var problems by mutableStateOf<String?>(null)
    private var failure by mutableStateOf<Advice?>(null)
    private var kind: Any? = null

    /** What the flow says. Null as long as that is not known. */
    internal abstract val shown: Screen?

    /** What it shows besides the texts. */
    internal open val part: ScreenPart? get() = null

    /** What the screen says. Null as long as that is not known. */
    public val screen: Screen? by derivedStateOf { failure?.let(context.texts::stopped) ?: shown }

    /** What it shows besides the texts. */
    public val content: ScreenPart? by derivedStateOf { if (failure == null) part else null }

    /** Why the last action did nothing, in the person's language. The screen stays, so that it can be done right. */
    public open val problem: String? get() = problems

    /** Whether something is being done. Actions wait until it is. */
    public val isBusy: Boolean get() = working > 0

    /** What was typed and chosen. */
    public val input: ScreenInput = ScreenInput()

    /** Does what an action of [screen] is for. */
    public fun act(action: ScreenActionId) {
        if (isBusy && action !in WHILE_BUSY) return
        val failed = failure
        if (failed == null) does(action) else mend(failed, action)
    }

    internal abstract fun does(action: ScreenActionId)

    /** Begins anew: looks how things stand. */
    internal abstract fun again()

    /** Keeps up with what happens, for as long as the screen is visible. */
    internal abstract suspend fun follow()

    /** The person is back, perhaps from a browser. */
    internal open fun cameBack() {
    }

    /** The screen is left for good. Secrets that were typed are forgotten; what waits can be resumed. */
    public open fun close() {
        life.cancel()
        input.clear()
    }

    internal fun go(place: Place) {
        if (life.isActive) goTo(place)
    }

    /** Something else is on the screen: what was typed for the last, and what was wrong with it, is over. */
    internal fun comesTo(kind: Any) {
        if (kind == this.kind) return
        this.kind = kind
        problems = null
        input.forgetSecrets()
    }

    /** Does something that takes its time. What goes wrong is the [problem], or a screen of its own that says what helps. */
    internal fun work(block: suspend () -> Unit) {
        scope.launch { busy(block)?.let(::refused) }
    }

    /** Does what the screen is made of. Without it there is none, but one that says what helps. */
    internal suspend fun look(block: suspend () -> Unit) {
        failure = null
        busy(block)?.let { failure = it }
    }

    /** What goes on beside all else. What goes wrong is the [problem]. */
    internal fun beside(block: suspend () -> Unit): Job = scope.launch { attempt(block)?.let(::refused) }

    /**
     * Asks for what must not be lost on its way: while it is driven it keeps others waiting, a session or the next flow of its
     * kind. To stop asking would not stop it. So it comes even if the screen is left meanwhile, and is let go then.
     */
    internal suspend fun <T : AutoCloseable> obtain(
        letGo: suspend (T) -> Unit = { it.close() },
        ask: suspend () -> T,
    ): T {
        currentCoroutineContext().ensureActive()
        // Begins on this thread, as all that a screen does.
        val asked = beyond().async(start = CoroutineStart.UNDISPATCHED) { ask() }
        try {
            return asked.await()
        } catch (left: CancellationException) {
            // Also if it was there already, and the screen was left before it was handed over.
            beyond().launch { attempt { letGo(asked.await()) } }
            throw left
        }
    }

    /** Returns why it was not done. */
    internal suspend fun attempt(block: suspend () -> Unit): Advice? {
        try {
            block()
            return null
        } catch (error: CancellationException) {
            currentCoroutineContext().ensureActive()
            // What was called has given up by itself, an app at its own time limit: nobody has left.
            return error.advice()
        } catch (error: Exception) {
            return error.advice()
        }
    }

    internal fun failed(advice: Advice) {
        failure = advice
    }

    /** Opens a page, or says where it is. */
    internal fun open(page: String) {
        if (!context.host.open(page)) problems = page
    }

    private suspend fun busy(block: suspend () -> Unit): Advice? {
        problems = null
        working++
        try {
            return attempt(block)
        } finally {
            working--
        }
    }

    /** What was asked for is not done: the [problem], or a screen that says what helps. */
    internal fun refused(advice: Advice) {
        if (advice.remedy in DONE_ELSEWHERE) failure = advice else problems = context.texts.error(advice)
    }

    private fun mend(
        failed: Advice,
        action: ScreenActionId,
    ) {
        when (action) {
            // How it stands says itself whether there is something to resume or to cancel.
            ScreenActionId.RETRY, ScreenActionId.LOOK_AGAIN, ScreenActionId.CANCEL, ScreenActionId.OPEN_BROWSER -> {
                failure = null
                again()
            }
            ScreenActionId.RESUME -> go(if (failed.code in OF_RECOVERY) Place.Recovery else Place.Reset)
            else -> go(action.place())
        }
    }

    internal companion object {
        /** For what has to be done although the screens are gone: their scope ends with them. */
        fun beyond() = CoroutineScope(Dispatchers.Default)

        /** What may be done while something else is: leaving, and changing one's mind. */
        val WHILE_BUSY =
            setOf(ScreenActionId.CANCEL, ScreenActionId.CLOSE, ScreenActionId.BACK, ScreenActionId.DECLINE, ScreenActionId.CHECK_NOW)

        /** What helps is on another screen, and typing once more does not. */
        private val DONE_ELSEWHERE =
            setOf(
                Remedy.LOOK_AGAIN,
                Remedy.RESUME,
                Remedy.RESUME_OR_CANCEL,
                Remedy.CANCEL,
                Remedy.SAVE_ROOM_KEYS,
                Remedy.VERIFY_THIS_SESSION,
                Remedy.EXAMINE,
                Remedy.LOG_IN_AGAIN,
            )

        /** With these it is a new recovery key that waits. */
        private val OF_RECOVERY = setOf("reset.other_pending", "recovery.pending", "logout.recovery_pending")
    }
}
