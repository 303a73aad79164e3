// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import kotlinx.coroutines.flow.StateFlow
import org.keyward.PendingReset
import org.keyward.ResetStep

/**
 * What is written down of a flow: it stays when the flow is let go, and another takes it up. So does what is left of its
 * script.
 *
 * @param failsAt with what a step fails, once each.
 * @param holdsAt steps at which it stands still, once each.
 * @param phrase the Security Phrase that the new key has, if it has one.
 */
internal class Journal<E : Exception>(
    private val table: Table,
    failsAt: Map<String, E>,
    holdsAt: Set<String>,
    private val changes: Changes = Changes(),
    private val phrase: String? = null,
) {
    val failures = failsAt.toMutableMap()
    val holds = holdsAt.toMutableSet()

    @Volatile
    private var number = Table.BEFORE

    @Volatile
    var isOver: Boolean = false
        private set

    /** Nothing waits: who resumes it finds nothing. */
    @Volatile
    private var isForgotten = false

    /** Of a reset: the person keeps the old backup instead of handing the new key over. */
    @Volatile
    var keepsOldBackup: Boolean = false

    val phase: Row get() = table.row(number)

    /** In which of the two states it waits, if it does. */
    val pending: PendingReset? get() = if (isOver || isForgotten) null else phase.pending

    /** The phase is done. */
    fun pass() {
        if (phase.works.any { it.step == ResetStep.BIND.rustName() }) changes.noteReset(phrase)
        number++
    }

    /** It was cancelled. */
    fun end() {
        isOver = true
    }

    /** All is done. */
    fun finish() {
        changes.noteKey(phrase)
        isOver = true
    }

    /** Nothing is locked: who watches the account may see what is new. */
    fun tell() = changes.tell()

    fun forget() {
        isForgotten = true
    }

    /** The phase that shows [name] comes once more. */
    fun goBackTo(name: String) {
        number = table.numberOf(name)
    }
}

/** What a flow shows and throws, in its own types. */
internal interface Kind<S : Any, E : Exception> {
    fun working(work: Work?): S

    /** What a phase shows: [Row.shows]. */
    fun at(name: String): S

    fun stopped(error: E): S

    val cancelled: S

    /** Whether it can fail with this as it is now. */
    fun happens(error: E): Boolean = true

    /** The phase that comes once more after this failure: [Row.shows]. Null: it goes on where it was. */
    fun leadsBackTo(error: E): String? = null

    /** Whether nothing can come of it after this failure: it fails each time, and nothing waits to be resumed. */
    fun isLasting(error: E): Boolean = false

    fun outOfOrder(): E

    fun alreadyCommitted(): E

    fun closed(): E
}

/**
 * Drives a flow along its table, as the core's driver does (`crates/keyward/src/flow.rs`): it works on until a person is
 * needed, a call that does not fit changes nothing, and after a failure it goes on where it was.
 *
 * @param does whether a step is done at all.
 */
internal class Script<S : Any, E : Exception>(
    private val journal: Journal<E>,
    private val kind: Kind<S, E>,
    private val does: (String) -> Boolean = { true },
) {
    private val board = Board(kind.working(null))

    /** How many works of the phase are done, where it is held. */
    private var heldAt: Int? = null
    private var isCancelled = false
    private var isLetGo = false

    val shown: StateFlow<Shown<S>> get() = board.shown

    val isRunning: Boolean get() = board.looking { !isLetGo && !journal.isOver }

    fun begin() = changing { work(from = 0) }

    /** Goes on from a step at which it was held. */
    fun goOn() =
        changing {
            checkIsOpen()
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
        journal.pass()
        again()
    }

    /** Whether the phase is the one that shows [name], and nothing is being done. It may have stopped there. */
    fun isAt(name: String): Boolean =
        board.looking {
            isRunning && heldAt == null && journal.phase.shows == name && journal.phase.works.isEmpty()
        }

    fun retry() =
        changing {
            checkIsOpen()
            if (journal.isOver || heldAt != null) throw kind.outOfOrder()
            again()
        }

    private fun again() {
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
            if (heldAt == null) again()
            throw kind.alreadyCommitted()
        }
        isCancelled = true
        journal.end()
        show(kind.cancelled, isLast = true)
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

    private fun changing(change: () -> Unit) {
        try {
            board.changing(change)
        } finally {
            journal.tell()
        }
    }

    private fun work(from: Int) {
        var done = from
        while (true) {
            val phase = journal.phase
            if (!works(phase.works.filter { does(it.step) }, done)) return
            done = 0
            when (phase.shows) {
                null -> journal.pass()
                DONE -> return end()
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
            val failure = journal.failures[work.step]?.takeIf(kind::happens)
            if (failure != null) {
                stop(work.step, failure)
                return false
            }
            if (journal.holds.remove(work.step)) {
                heldAt = index + 1
                return false
            }
        }
        return true
    }

    private fun end() {
        journal.finish()
        show(kind.at(DONE), isLast = true)
    }

    private fun stop(
        step: String,
        failure: E,
    ) {
        if (kind.isLasting(failure)) journal.forget() else journal.failures.remove(step)
        kind.leadsBackTo(failure)?.let(journal::goBackTo)
        show(kind.stopped(failure))
    }

    private fun show(
        state: S?,
        isLast: Boolean = false,
    ) = board.show(state, isLast)

    companion object {
        /** What the last phase shows. */
        const val DONE: String = "Done"
    }
}
