// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** What a flow shows. Its number tells two equal states that follow one another apart. */
internal class Shown<S : Any>(
    val number: Long,
    /** Null: it was let go, or its account was shut down. */
    val state: S?,
    val isLast: Boolean,
)

/** One reader of the states: the present one first, then each change. One that is slow misses past states, as of the real. */
internal class Reader<S : Any>(
    private val shown: StateFlow<Shown<S>>,
) {
    private val stopped = MutableStateFlow(false)
    private val turn = Mutex()
    private var seen = 0L

    suspend fun next(): S? =
        turn.withLock {
            // Without a pause where there is something to read: a preview draws once.
            val news =
                shown.value.takeIf { it.isNews() && !stopped.value } ?: combine(shown, stopped) { shown, isStopped ->
                    shown.takeUnless { isStopped }
                }.first { it == null || it.isNews() || it.isLast }
            news?.takeIf { it.isNews() }?.let {
                seen = it.number
                it.state
            }
        }

    private fun Shown<S>.isNews() = number > seen

    fun stop() {
        stopped.value = true
    }
}
