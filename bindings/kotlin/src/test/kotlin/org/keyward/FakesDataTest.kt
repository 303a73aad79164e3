// SPDX-License-Identifier: Apache-2.0

package org.keyward

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Test
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.startReset
import org.keyward.support.test
import java.io.File
import kotlin.test.assertEquals

/**
 * The data of the fakes (`bindings/fakes`) against the library itself. A test of the core compares them with the core;
 * here it is what an app gets.
 */
class FakesDataTest {
    private val json = ObjectMapper()
    private val key = RecoveryKey("EsT1")

    private fun data(name: String): JsonNode = json.readTree(File("../fakes", name))

    /** The name of the variant in Rust. */
    private fun Enum<*>.inRust() = name.split('_').joinToString("") { it.take(1) + it.drop(1).lowercase() }

    private fun Screen.toJson(): JsonNode =
        // Through a text, so that numbers are of one type.
        json.readTree(
            json.writeValueAsString(
                mapOf(
                    "title" to title,
                    "paragraphs" to paragraphs,
                    "sections" to sections.map { mapOf("heading" to it.heading, "points" to it.points) },
                    "closing" to closing,
                    "facts" to
                        facts.map { mapOf("label" to it.label, "value" to it.value, "time" to it.time?.toLong()) },
                    "shows" to shows?.inRust(),
                    "fields" to
                        fields.map {
                            val (id, kind) = it.id.inRust() to it.kind.inRust()
                            mapOf("id" to id, "label" to it.label, "hint" to it.hint, "kind" to kind)
                        },
                    "actions" to
                        actions.map {
                            val (id, role) = it.id.inRust() to it.role.inRust()
                            mapOf("id" to id, "label" to it.label, "role" to role, "enabled" to it.enabled)
                        },
                    "progress" to
                        progress?.let {
                            mapOf("label" to it.label, "done" to it.done.toLong(), "total" to it.total.toLong())
                        },
                    "announcement" to announcement,
                ),
            ),
        )

    private fun advice(code: String): Advice {
        val error = data("samples.json")["error/$code"]
        check(error["arguments"].isEmpty) { "$code has arguments" }
        val remedy = Remedy.entries.first { it.inRust() == error["remedy"].asText() }
        return Advice(code, remedy, error["reason"].asText(), emptyList())
    }

    @Test
    fun `the library says in each language what the fakes say`() {
        for (file in checkNotNull(File("../fakes/screens").listFiles())) {
            val said = json.readTree(file)
            val texts = Texts.forLanguages(listOf(file.nameWithoutExtension))
            assertEquals(said["language"].asText(), texts.language())
            assertEquals(said["right_to_left"].asBoolean(), texts.isRightToLeft())

            fun compare(
                key: String,
                screen: Screen,
            ) = assertEquals(said[key], screen.toJson(), "$key in ${file.name}")

            fun reset(
                key: String,
                state: ResetState,
            ) = compare("reset/$key", texts.reset(state, "@alice:example.org"))
            reset("Working/-", ResetState.Working(null))
            reset("Working/Stage", ResetState.Working(ResetProgress(ResetStep.STAGE, 4u, 7u, 0u, 0u)))
            reset("Working/BackUp", ResetState.Working(ResetProgress(ResetStep.BACK_UP, 6u, 7u, 12_000u, 20_000u)))
            reset("SaveKey", ResetState.SaveKey(key))
            reset("HandOver/true", ResetState.HandOver(key, "2"))
            reset("HandOver/false", ResetState.HandOver(key, null))
            val after = ResetException.NotKept(advice("reset.not_kept"))
            reset("Stopped/reset.not_kept", ResetState.Stopped(after))
            val before = ResetException.StagingNotKept(advice("reset.staging_not_kept"))
            reset("Stopped/reset.staging_not_kept", ResetState.Stopped(before))
            reset("Cancelled", ResetState.Cancelled)
            for (pending in PendingReset.entries) {
                compare("reset/pending/${pending.inRust()}", texts.resetPending(pending))
                compare("recovery/pending/${pending.inRust()}", texts.recoveryPending(pending))
            }
            for (step in RecoveryStep.entries) {
                compare("recovery/Working/${step.inRust()}", texts.recovery(RecoveryState.Working(step)))
            }
            compare("recovery/SaveKey", texts.recovery(RecoveryState.SaveKey(key)))
            compare("recovery/Done", texts.recovery(RecoveryState.Done(RecoveryOutcome(key, true, emptyList()))))
            compare("recovery/begin/-/false", texts.recoveryBegin("@alice:example.org"))
            for (filter in SessionFilter.entries) {
                assertEquals(said["filter/${filter.inRust()}"].asText(), texts.filter(filter))
            }
            for (code in RemedyCode.entries) {
                assertEquals(said["remedy_title/${code.inRust()}"].asText(), texts.remedyTitle(code))
            }
            for (code in listOf("account.closed", "account.paused")) {
                val advice = Advice(code, Remedy.NOTHING, "", emptyList())
                assertEquals(said["error/$code"].asText(), texts.error(advice))
            }
        }
    }

    @Test
    fun `a reset waits for the person where the fakes do`() =
        test {
            val person = TestService.person()
            loggedIn(person) { account ->
                val reset = account.startReset()
                val states =
                    reset
                        .states()
                        .onEach { state ->
                            when (state) {
                                is ResetState.SaveKey -> reset.confirmSaved(Confirmation.Retyped(state.recoveryKey))
                                is ResetState.Authorise -> reset.authorise(Password(person.password))
                                else -> Unit
                            }
                        }.toList()
                val shown = states.filterNot { it is ResetState.Working }.map { it::class.simpleName }
                val rows = data("flows.json")["reset"]["rows"]
                assertEquals(rows.mapNotNull { it["shows"].textValue() }, shown)
            }
        }
}
