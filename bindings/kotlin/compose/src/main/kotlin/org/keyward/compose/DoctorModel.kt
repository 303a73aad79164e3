// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import org.keyward.FindingRemedy
import org.keyward.RemedyCode
import org.keyward.Report
import org.keyward.Screen
import org.keyward.ScreenAction
import org.keyward.ScreenActionId
import org.keyward.ScreenRole
import org.keyward.Texts

/**
 * What is wrong with the account, the gravest first, and what helps, the smallest first.
 *
 * @param lostKey whether the person has lost the recovery key. They may say so on the screen as well. It is so until there is a
 *   new one.
 */
public class DoctorModel(
    context: ScreenContext,
    scope: CoroutineScope,
    lostKey: Boolean = false,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private class Examined(
        val report: Report,
        val isKeyLost: Boolean,
    )

    private val texts = context.texts
    private var examined by mutableStateOf<Examined?>(null)

    /** How many new keys there had been when the person said that theirs is lost. Null: they did not. */
    private var lostAfter by mutableStateOf(if (lostKey) context.newKeys else null)
    private val isKeyLost get() = lostAfter == context.newKeys

    /** An answer to another question is none: with a lost key, or a new one, something else may help. */
    private val report get() = examined?.takeIf { it.isKeyLost == isKeyLost }?.report

    override val shown: Screen? get() = report?.let { withoutRemedies(it, texts) }

    override val part: ScreenPart? get() = report?.let { remedies(it, texts, ::choose) }

    /** Each time it is come to: what was mended meanwhile is gone. */
    override suspend fun follow(): Unit =
        look {
            val isLost = isKeyLost
            val found = context.account.examine(isLost)
            // An answer that took its time is to a question that is asked no more.
            if (isLost == isKeyLost) examined = Examined(found, isLost)
        }

    /** Not while it is looked at again. */
    private fun choose(place: Place) {
        if (!isBusy) go(place)
    }

    override fun again(): Unit = work { follow() }

    /** What was found before is no more what is asked. */
    internal fun keyIsLost() {
        lostAfter = context.newKeys
    }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.LOOK_AGAIN -> again()
            ScreenActionId.LOST_KEY -> {
                keyIsLost()
                again()
            }
            else -> go(action.place())
        }
    }
}

/** What a report says, without what is drawn as something to choose: [remedies]. */
internal fun withoutRemedies(
    report: Report,
    texts: Texts,
): Screen {
    val screen = texts.report(report)
    val sections =
        screen.sections.zip(report.findings()) { section, finding ->
            section.copy(points = section.points.dropLast(finding.remedies.size))
        }
    val helps = report.findings().any { it.remedies.isNotEmpty() }
    return screen.copy(sections = sections, actions = screen.actions.map { if (helps) it.afterRemedies() else it })
}

/** Where something helps, to close the screen is not what comes first. */
private fun ScreenAction.afterRemedies() = if (role == ScreenRole.PRIMARY) copy(role = ScreenRole.SECONDARY) else this

/**
 * What helps against each finding, in the report's order: the gravest finding first, its smallest remedy first. That one is what
 * the eye meets first; a reset only where nothing else mends that finding, for what mends a lesser one does not.
 */
internal fun remedies(
    report: Report,
    texts: Texts,
    go: (Place) -> Unit,
): ScreenPart.Remedies {
    val findings = report.findings()
    // By its place: several findings have the same remedy.
    val gravest = findings.indexOfFirst { it.remedies.isNotEmpty() }
    val first = findings.getOrNull(gravest)?.remedies?.let { all -> all.firstOrNull { !it.isReset } ?: all.singleOrNull() }
    return ScreenPart.Remedies(
        findings.mapIndexed { index, finding ->
            val remedies =
                finding.remedies.map { remedy ->
                    ScreenPart.Remedy(
                        title = texts.remedyTitle(remedy.code),
                        meaning = texts.remedy(remedy),
                        isFirst = index == gravest && remedy === first,
                        isReset = remedy.isReset,
                    ) { go(remedy.place(finding.contacts)) }
                }
            ScreenPart.Remedied(texts.severity(finding.severity), remedies)
        },
    )
}

private val FindingRemedy.isReset get() = code == RemedyCode.RESET
