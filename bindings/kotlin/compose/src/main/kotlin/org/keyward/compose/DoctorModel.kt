// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import kotlinx.coroutines.CoroutineScope
import org.keyward.Report
import org.keyward.Screen
import org.keyward.ScreenActionId
import org.keyward.Texts

/** What is wrong with the account, the gravest first, and what helps, the smallest first. */
public class DoctorModel(
    context: ScreenContext,
    scope: CoroutineScope,
    go: (Place) -> Unit,
) : ScreenModel(context, scope, go) {
    private val texts = context.texts
    private var report by mutableStateOf<Report?>(null)

    override val shown: Screen? get() = report?.let { withoutRemedies(it, texts) }

    override val part: ScreenPart? get() = report?.let { remedies(it, texts, ::go) }

    /** Each time it is come to: what was mended meanwhile is gone. */
    override suspend fun follow(): Unit = look { report = context.account.examine() }

    override fun again(): Unit = work { follow() }

    override fun does(action: ScreenActionId) {
        when (action) {
            ScreenActionId.LOOK_AGAIN -> again()
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
    return screen.copy(sections = sections)
}

/** What helps against each finding, in their order. */
internal fun remedies(
    report: Report,
    texts: Texts,
    go: (Place) -> Unit,
): ScreenPart =
    ScreenPart.Remedies(
        report.findings().map { finding ->
            val remedies =
                finding.remedies.map { remedy ->
                    ScreenPart.Remedy(texts.remedyTitle(remedy.code), texts.remedy(remedy)) { go(remedy.place(finding.contacts)) }
                }
            ScreenPart.Remedied(texts.severity(finding.severity), remedies)
        },
    )
