// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Remedy
import org.keyward.ResetException
import org.keyward.ResetOptions
import org.keyward.ResetStep

/**
 * How a fake reset goes.
 *
 * A fake works at once: who collects its states sees where it waits, and hardly ever a [ResetStep]. Hold it at a step to
 * look at that.
 *
 * ```
 * ResetScript(failsAt = mapOf(ResetStep.BACK_UP to FakeErrors.reset("server.unreachable")))
 * ```
 *
 * @property password what the homeserver takes for the account password.
 * @property challenge what the homeserver asks for.
 * @property failsAt with what a step fails the first time: the reset stops, and `retry` goes on. After
 *   `reset.not_taken_over` it is at the hand-over again, and `reset.plan_outdated` stays. Refused is an error with which a
 *   call fails, or that belongs to the other side of the commit or to another step. `reset.not_taken_over` is one of
 *   attached sessions, `reset.not_deleted` one of a compromised account; neither comes where the person keeps the old
 *   backup instead of handing the key over.
 * @property holdsAt steps at which it stands still, once each, until [FakeReset.goOn].
 */
public class ResetScript(
    public val password: String = Samples.PASSWORD,
    public val challenge: FakeChallenge = FakeChallenge(),
    public val failsAt: Map<ResetStep, ResetException> = emptyMap(),
    public val holdsAt: Set<ResetStep> = emptySet(),
) {
    init {
        for ((step, error) in failsAt) {
            val advice = error.advice()
            val code = advice.code
            val only = if (code.startsWith(OF_EXPORT)) ResetStep.EXPORT else ONLY_AT[code]
            // In an export even what was typed or chosen stops it: its first step is done by then.
            val stops = only == ResetStep.EXPORT || advice.remedy !in NEVER_STOPS
            require(stops && ELSEWHERE.none(code::startsWith)) { "No reset stops at a step with $code" }
            require(only == null || only == step) { "$code does not happen at $step" }
            val after: Boolean? = Data.error(code)?.get("committed")
            val rows = Data.attachedReset.all.filter { row -> row.works.any { it.step == step.rustName() } }
            // The old backup is fetched once more after the commit, if it has grown.
            require(after == null || rows.any { it.committed == after }) { "$code does not happen at $step" }
        }
    }

    private fun failsWith(code: String) = failsAt.values.any { it.advice().code == code }

    /** Refuses what cannot happen to such an account. */
    internal fun checkFor(isAttached: Boolean) =
        require(isAttached || !failsWith(NOT_TAKEN_OVER)) { "$NOT_TAKEN_OVER: only attached sessions hand a key over" }

    /** One that was just begun. Refuses what cannot happen with these options. */
    internal fun journal(
        isAttached: Boolean,
        options: ResetOptions,
        isOutdated: Boolean = false,
        changes: Changes = Changes(),
    ): Journal<ResetException> {
        checkFor(isAttached)
        require(options.compromised || !failsWith(NOT_DELETED)) {
            "$NOT_DELETED: what is left counts only in a compromised account"
        }
        val outdated = if (isOutdated) mapOf(ResetStep.STAGE to FakeErrors.reset(PLAN_OUTDATED)) else emptyMap()
        return Journal(
            if (isAttached) Data.attachedReset else Data.reset,
            (failsAt + outdated).mapKeys { it.key.rustName() },
            holdsAt.map { it.rustName() }.toSet(),
            changes,
            options.passphrase?.fake(),
        )
    }

    internal companion object {
        const val NOT_TAKEN_OVER = "reset.not_taken_over"
        const val PLAN_OUTDATED = "reset.plan_outdated"
        private const val NOT_DELETED = "reset.not_deleted"
        private const val OF_EXPORT = "export."

        /** With these a call fails, and the state stays. */
        val NEVER_STOPS =
            setOf(
                Remedy.ASK_AGAIN,
                Remedy.REPORT_BUG,
                Remedy.RESUME,
                Remedy.RESUME_OR_CANCEL,
                Remedy.WAIT_FOR_OTHER,
            )

        /** What comes of looking whether the old backup may be deleted, and whether it was. */
        val OF_DELETING = setOf(NOT_TAKEN_OVER, NOT_DELETED)

        /** How codes begin that come at no step: a call fails with them, the authorisation, or the reset ends. */
        private val ELSEWHERE =
            setOf(
                "auth.",
                "secret_storage.",
                "reset.superseded",
                "reset.finished_elsewhere",
                "reset.nothing_pending",
                "reset.no_room_keys",
                "reset.not_undone",
            )

        private val ONLY_AT =
            mapOf(
                PLAN_OUTDATED to ResetStep.STAGE,
                NOT_TAKEN_OVER to ResetStep.CLEAN_UP,
                NOT_DELETED to ResetStep.CLEAN_UP,
            )
    }
}
