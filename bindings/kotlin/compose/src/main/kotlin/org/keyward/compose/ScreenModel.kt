// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.keyward.Advice
import org.keyward.Screen
import org.keyward.ScreenActionId

/**
 * What a screen shows, and what its actions do. A composable draws it ([KeywardScreen]). Whoever holds it for longer than the
 * composition, in Android's `ViewModel`, gives it a scope that lasts as long, and calls [close] in the end.
 *
 * What a flow has begun goes on without its screen: a reset that is left waits, and is offered when the screen comes again.
 */
public abstract class ScreenModel internal constructor(
    internal val context: ScreenContext,
    private val scope: CoroutineScope,
) {
    private var working by mutableStateOf(0)
    private var problems by mutableStateOf<String?>(null)

    /** What it says. Null as long as that is not known. */
    public abstract val screen: Screen?

    /** What it shows besides the texts. */
    public open val content: ScreenPart? get() = null

    /** Why the last action did nothing, in the person's language. The screen stays, so that it can be done right. */
    public open val problem: String? get() = problems

    /** Whether something is being done. Actions wait until it is. */
    public val isBusy: Boolean get() = working > 0

    /** What was typed and chosen. */
    public val input: ScreenInput = ScreenInput()

    /** Does what an action of [screen] is for. */
    public fun act(action: ScreenActionId) {
        if (!isBusy || action in WHILE_BUSY) does(action)
    }

    internal abstract fun does(action: ScreenActionId)

    /** Keeps up with what happens, for as long as the screen is visible. */
    internal abstract suspend fun follow()

    /** The screen is left for good. Secrets that were typed are forgotten; what waits can be resumed. */
    public open fun close() {
        input.clear()
    }

    /** Does something that takes its time. What goes wrong is the [problem]. */
    internal fun work(block: suspend () -> Unit) {
        scope.launch { attempt(block) }
    }

    /** The same at once. Returns why it was not done. */
    internal suspend fun attempt(block: suspend () -> Unit): Advice? {
        problems = null
        working++
        try {
            return attemptQuietly(block)?.also { problems = context.texts.error(it) }
        } finally {
            working--
        }
    }

    /** What lasts as long as the screen, or is said on one of its own: nothing waits for it. Returns why it ended. */
    internal suspend fun attemptQuietly(block: suspend () -> Unit): Advice? {
        try {
            block()
            return null
        } catch (error: CancellationException) {
            throw error
        } catch (error: Exception) {
            return error.adviceOrNull() ?: throw error
        }
    }

    /** Waits for something beside what else is done. What goes wrong is the [problem]. */
    internal fun wait(block: suspend () -> Unit): Job =
        scope.launch { attemptQuietly(block)?.let { problems = context.texts.error(it) } }

    internal companion object {
        /** What may be done while something else is: leaving, and changing one's mind. */
        val WHILE_BUSY =
            setOf(ScreenActionId.CANCEL, ScreenActionId.CLOSE, ScreenActionId.BACK, ScreenActionId.DECLINE, ScreenActionId.CHECK_NOW)
    }
}
