// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** What is written down of a flow: it stays when the flow is let go, and another takes it up. */
internal class Journal(
    val table: Table,
) {
    var row: Int = Table.BEFORE
    var isOver: Boolean = false

    val phase: Row get() = table.row(row)
}

/** What a flow shows and throws, in its own types. */
internal interface Kind<S : Any, E : Exception> {
    fun working(work: Work?): S

    /** What a phase shows: [Row.shows]. */
    fun at(name: String): S

    fun stopped(error: E): S

    val cancelled: S

    fun outOfOrder(): E

    fun alreadyCommitted(): E

    fun closed(): E
}

/**
 * Drives a flow along its table, as the core's driver does (`crates/keyward/src/flow.rs`): it works on until a person is
 * needed, a call that does not fit changes nothing, and after a failure it goes on where it was.
 *
 * @param failsAt with what a step fails, once each.
 * @param holdsAt steps at which it stands still until [goOn], once each.
 * @param does whether a step is done at all.
 */
internal class Script<S : Any, E : Exception>(
    private val journal: Journal,
    private val kind: Kind<S, E>,
    failsAt: Map<String, E>,
    holdsAt: Set<String>,
    private val does: (String) -> Boolean = { true },
) {
    private val failures = failsAt.toMutableMap()
    private val holds = holdsAt.toMutableSet()
    private val current = MutableStateFlow(Shown(FIRST, kind.working(null), isLast = false))

    /** What is not shown yet: only once everything is as it says, for who sees it may call at once. */
    private val news = mutableListOf<Shown<S>>()
    private var number = FIRST

    /** How many works of the phase are done, where it is held. */
    private var heldAt: Int? = null
    private var isCancelled = false
    private var isLetGo = false

    val shown: StateFlow<Shown<S>> get() = current.asStateFlow()

    val isRunning: Boolean @Synchronized get() = !isLetGo && !journal.isOver

    fun begin() = changing { work(from = 0) }

    /** Goes on from a step at which it was held. */
    fun goOn() =
        changing {
            val done = checkNotNull(heldAt) { "It is not held at a step" }
            heldAt = null
            work(from = done)
        }

    /**
     * What a person decides in the phase that shows [name].
     *
     * @param objection why not; the person is asked again.
     */
    fun decide(
        name: String,
        objection: () -> E?,
    ) = changing {
        checkIsOpen()
        if (!isAt(name)) throw kind.outOfOrder()
        objection()?.let { throw it }
        journal.row++
        show(kind.working(null))
        work(from = 0)
    }

    /** Whether the phase is the one that shows [name], and nothing is being done. */
    @Synchronized
    fun isAt(name: String): Boolean =
        isRunning && heldAt == null && journal.phase.shows == name && journal.phase.works.isEmpty()

    fun retry() =
        changing {
            checkIsOpen()
            if (journal.isOver || heldAt != null) throw kind.outOfOrder()
            show(kind.working(null))
            work(from = 0)
        }

    fun cancel() =
        changing {
            checkIsOpen()
            if (!isCancelled) undo()
        }

    private fun undo() {
        if (journal.isOver) throw kind.alreadyCommitted()
        if (!journal.phase.mayCancel) {
            // Too late: it goes on.
            if (heldAt == null) retry()
            throw kind.alreadyCommitted()
        }
        isCancelled = true
        end(kind.cancelled)
    }

    /** Nobody drives it any more. What is written down stays. */
    fun letGo() =
        changing {
            if (isRunning) show(null, isLast = true)
            isLetGo = true
        }

    /** What was let go was closed, which its object says itself, or its account was shut down. */
    private fun checkIsOpen() {
        if (isLetGo) throw kind.closed()
    }

    private fun changing(change: () -> Unit) =
        synchronized(this) {
            try {
                change()
            } finally {
                while (news.isNotEmpty()) current.value = news.removeAt(0)
            }
        }

    private fun work(from: Int) {
        var done = from
        while (true) {
            val phase = journal.phase
            if (!works(phase.works.filter { does(it.step) }, done)) return
            done = 0
            when (phase.shows) {
                null -> journal.row++
                DONE -> return end(kind.at(DONE))
                else -> return show(kind.at(phase.shows))
            }
        }
    }

    /** Whether all was done. */
    private fun works(
        works: List<Work>,
        from: Int,
    ): Boolean {
        for ((index, work) in works.withIndex().drop(from)) {
            show(kind.working(work))
            val failure = failures.remove(work.step)
            if (failure != null) {
                show(kind.stopped(failure))
                return false
            }
            if (holds.remove(work.step)) {
                heldAt = index + 1
                return false
            }
        }
        return true
    }

    private fun end(last: S) {
        journal.isOver = true
        show(last, isLast = true)
    }

    private fun show(
        state: S?,
        isLast: Boolean = false,
    ) {
        number++
        news.add(Shown(number, state, isLast))
    }

    companion object {
        /** What the last phase shows. */
        const val DONE: String = "Done"
        private const val FIRST = 1L
    }
}
