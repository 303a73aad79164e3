// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.keyward.FindingRemedy
import org.keyward.PendingReset
import org.keyward.RecoveryState
import org.keyward.ResetChoices
import org.keyward.ResetState
import org.keyward.Screen
import org.keyward.SessionFilter
import org.keyward.SessionsUpdate
import org.keyward.Texts
import org.keyward.VerificationState
import org.keyward.fakes.FakeAccount
import org.keyward.fakes.FakeDiagnosis
import org.keyward.fakes.FakeErrors
import org.keyward.fakes.FakeQrCode
import org.keyward.fakes.FakeReport
import org.keyward.fakes.FakeSessions
import org.keyward.fakes.FakeStates
import org.keyward.fakes.FakeTexts
import org.keyward.fakes.Samples
import org.keyward.watch

/**
 * A screen to look at.
 *
 * @property isKind stands for all of its kind, which is looked at in every way and not only in light.
 */
internal class StillScreen(
    val name: String,
    val isKind: Boolean,
    val of: (ScreenContext) -> Still,
)

/** Every state of every flow. */
internal val stills: List<StillScreen> =
    buildList {
        fun add(
            name: String,
            isKind: Boolean = false,
            problem: (Texts) -> String? = { null },
            part: (Texts) -> ScreenPart? = { null },
            screen: (Texts) -> Screen,
        ) = add(StillScreen(name, isKind) { Still(screen(it.texts), part(it.texts), it, problem(it.texts)) })

        /** The first of them stands for the others. */
        fun several(
            name: String,
            screens: (Texts) -> List<Screen>,
        ) = screens(FakeTexts("en")).forEachIndexed { index, _ ->
            add("$name-${index.toString().padStart(2, '0')}", isKind = index == 0) { screens(it)[index] }
        }

        add("overview", isKind = true) { it.overview(Samples.USER_ID) }
        add("stopped") { it.stopped(FakeErrors.reset("server.unreachable").advice()) }

        for (compromised in listOf(false, true)) {
            val choices = ResetChoices(compromised, false, false)
            add("reset-begin" + if (compromised) "-compromised" else "", isKind = !compromised) {
                it.resetBegin(Samples.consequences, choices)
            }
        }
        for (pending in PendingReset.entries) add("reset-pending-${dashed(pending)}") { it.resetPending(pending) }
        FakeStates.reset().forEachIndexed { index, state ->
            val isKind = state is ResetState.SaveKey || state is ResetState.Authorise || state is ResetState.Done
            add(numbered("reset", index, state.word()), isKind, part = { state.part(it) }) { it.reset(state, Samples.USER_ID) }
        }
        // The others of an attached session look as these do.
        for (state in FakeStates.reset(attached = true).filter { it is ResetState.HandOver || it is ResetState.Done }) {
            add("reset-attached-${state.word()}", isKind = state is ResetState.HandOver, part = { state.part(it) }) {
                it.reset(state, Samples.USER_ID, attached = true)
            }
        }
        add("reset-wrong-password", problem = { it.error(FakeErrors.reset("auth.wrong_password").advice()) }) { texts ->
            texts.reset(FakeStates.reset().first { it is ResetState.Authorise }, Samples.USER_ID)
        }

        add("recovery-begin", isKind = true) { it.recoveryBegin(Samples.USER_ID) }
        add("recovery-begin-attached") { it.recoveryBegin(Samples.USER_ID, attached = true) }
        for (pending in PendingReset.entries) add("recovery-pending-${dashed(pending)}") { it.recoveryPending(pending) }
        FakeStates.recovery().forEachIndexed { index, state ->
            add(numbered("recovery", index, state.word()), part = { state.part(it) }) { it.recovery(state) }
        }

        val snapshot = runBlocking { FakeSessions().watch().first() as SessionsUpdate.Snapshot }.snapshot
        for (filter in SessionFilter.entries) {
            add(
                "sessions-${dashed(filter)}",
                isKind = filter == SessionFilter.ALL,
                part = { part(snapshot, it, filter, Samples.now, {}, {}) },
            ) { it.sessions(snapshot.list, filter) }
        }
        for (session in listOf(snapshot.list.current) + snapshot.list.others) {
            val isCurrent = session == snapshot.list.current
            add("session-${session.deviceId.lowercase()}", isKind = isCurrent) { texts ->
                val history = runBlocking { FakeSessions().history() }.firstOrNull { it.deviceId == session.deviceId }
                texts.sessionDetails(session, isCurrent, Samples.now, history)
            }
        }

        FakeStates.verification().forEachIndexed { index, state ->
            val isKind = state is VerificationState.Ready && state.showQr || state is VerificationState.Emoji
            add(numbered("verification", index, dashed(state)), isKind, part = { state.part(it) }) { it.verification(state) }
        }
        add("verification-code", isKind = true, part = { ScreenPart.Code(FakeQrCode()) }) { it.verificationCode(emoji = true) }
        add("verification-camera", part = { ScreenPart.Camera {} }) { it.verificationCamera(emoji = true) }
        val remedies = FakeStates.reports().flatMap { it.findings() }.flatMap { it.remedies }
        for (remedy in remedies.distinctBy { it.code }.filter { it.place() is Place.Mend }) {
            add(StillScreen("mend-${dashed(remedy.code)}", isKind = false) { context -> mending(remedy, context) })
        }
        several("unlock") { FakeStates.unlock(it) }
        several("rename") { FakeStates.rename(it) }
        several("sign-out") { FakeStates.signOut(it) }

        for (diagnosis in FakeDiagnosis.entries) {
            val report = FakeReport(diagnosis)
            add(
                "doctor-${dashed(diagnosis)}",
                // With several remedies; with one, and the question of a lost key.
                isKind = diagnosis == FakeDiagnosis.LOCKED_OUT || diagnosis == FakeDiagnosis.BACKUP_BEHIND,
                part = { remedies(report, it) {} },
            ) { withoutRemedies(report, it) }
        }
    }

private fun numbered(
    flow: String,
    index: Int,
    word: String,
) = "$flow-${index.toString().padStart(2, '0')}-$word"

private fun ResetState.word(): String =
    when (this) {
        is ResetState.Working -> progress?.step?.let(::dashed) ?: "working"
        else -> dashed(this)
    }

private fun RecoveryState.word(): String =
    when (this) {
        is RecoveryState.Working -> step?.let(::dashed) ?: "working"
        else -> dashed(this)
    }

private fun dashed(state: Any): String =
    checkNotNull(state::class.simpleName).replace(Regex("(?<=[a-z])[A-Z]")) { "-${it.value}" }.lowercase()

private fun dashed(constant: Enum<*>): String = constant.name.lowercase().replace('_', '-')

private fun mending(
    remedy: FindingRemedy,
    context: ScreenContext,
): Still {
    val model = MendModel(FakeAccount(), remedy, emptyList(), context, CoroutineScope(Dispatchers.Unconfined)) {}
    return Still(model.shown, null, context)
}
