// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** What a flow shows. Its number tells two equal states that follow one another apart. */
internal class Shown<S : Any>(
    val number: Long,
    /** Null: it was let go, or its account was shut down. */
    val state: S?,
    val isLast: Boolean,
)

/**
 * Where something shows what is new of it.
 *
 * @param first what it shows until then.
 */
internal class Board<S : Any>(
    first: S,
) {
    private var newest = Shown(FIRST, first, isLast = false)
    private val current = MutableStateFlow(newest)

    /** What is not shown yet: only once everything is as it says, for who sees it may call at once. */
    private val news = ArrayDeque<Shown<S>>()

    val shown: StateFlow<Shown<S>> get() = current.asStateFlow()

    fun <T> looking(look: () -> T): T = synchronized(this, look)

    /** Changes something, and lets it be seen then. */
    fun <T> changing(change: () -> T): T =
        try {
            synchronized(this, change)
        } finally {
            publish()
        }

    /** To be called while something is changed. */
    fun show(
        state: S?,
        isLast: Boolean = false,
    ) {
        newest = Shown(newest.number + 1, state, isLast)
        news.add(newest)
    }

    /**
     * Shows what is new. Whoever collects at once runs in here, and may call the account, which calls this: nothing is
     * locked meanwhile. Of two threads one may be late with what it shows: it is past then, and left out.
     */
    private fun publish() {
        while (true) {
            val next = synchronized(this) { news.removeFirstOrNull() } ?: break
            current.update { if (next.number > it.number) next else it }
        }
        // Another thread may have taken it, and not shown it yet: a call is to be seen once it has returned.
        val last = synchronized(this) { newest }
        current.update { if (last.number > it.number) last else it }
    }

    private companion object {
        const val FIRST = 1L
    }
}

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
