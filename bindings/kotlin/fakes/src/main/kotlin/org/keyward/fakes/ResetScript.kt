// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Remedy
import org.keyward.ResetException
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
 * @property failsAt with what a step fails the first time: the reset stops, and `retry` goes on.
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
            require(
                advice.remedy !in NEVER_STOPS && advice.code != "reset.superseded",
            ) { "No reset stops with ${advice.code}" }
            val after: Boolean? = Data.error(advice.code)?.get("committed")
            val rows = Data.attachedReset.all.filter { row -> row.works.any { it.step == step.rustName() } }
            // The old backup is fetched once more after the commit, if it has grown.
            require(after == null || rows.any { it.committed == after }) { "${advice.code} does not happen at $step" }
        }
    }

    internal companion object {
        /** With these a call fails, and the state stays. */
        val NEVER_STOPS = setOf(Remedy.REPORT_BUG, Remedy.RESUME, Remedy.RESUME_OR_CANCEL, Remedy.WAIT_FOR_OTHER)
    }
}
