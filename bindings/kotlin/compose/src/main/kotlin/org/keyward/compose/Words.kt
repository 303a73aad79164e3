// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.keyward.ScreenFact
import org.keyward.ScreenProgress
import org.keyward.ScreenSection
import org.keyward.Texts
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle
import java.util.Locale

@Composable
internal fun Title(text: String) {
    Text(text, Modifier.semantics { heading() }, style = MaterialTheme.typography.headlineSmall)
}

@Composable
internal fun Paragraph(text: String) {
    Text(text, style = MaterialTheme.typography.bodyLarge)
}

/**
 * Points under their headings.
 *
 * @param findings where each section is a finding: how grave it is, and what can be chosen.
 * @param isEnabled whether it can be chosen now.
 */
@Composable
internal fun Sections(
    sections: List<ScreenSection>,
    findings: List<ScreenPart.Remedied>?,
    isEnabled: Boolean,
) {
    sections.forEachIndexed { index, section ->
        val finding = findings?.getOrNull(index)
        Column(verticalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
            finding?.let { Text(it.severity, style = MaterialTheme.typography.labelLarge) }
            Text(section.heading, Modifier.semantics { heading() }, style = MaterialTheme.typography.titleMedium)
            section.points.forEach { Point(it) }
            finding?.remedies?.forEach { RemedyToChoose(it, isEnabled) }
        }
    }
}

@Composable
private fun Point(text: String) {
    Row(horizontalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        // For the eye alone.
        Text("•", Modifier.clearAndSetSemantics {})
        Text(text, style = MaterialTheme.typography.bodyMedium)
    }
}

/** What it means stands before it in words: what is destroyed is not said by a colour alone. */
@Composable
private fun RemedyToChoose(
    remedy: ScreenPart.Remedy,
    isEnabled: Boolean,
) {
    Column(Modifier.padding(top = SMALL_GAP), verticalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        Text(remedy.meaning, style = MaterialTheme.typography.bodyMedium)
        RoleButton(remedy.title, remedy.role, remedy.choose, isEnabled, isLoud = remedy.isFirst)
    }
}

/** Names and their values, a time as the platform writes it besides. */
@Composable
internal fun Facts(
    facts: List<ScreenFact>,
    texts: Texts,
) {
    if (facts.isEmpty()) return
    Column(verticalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        facts.forEach { fact ->
            Column(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}) {
                Text(fact.label, style = MaterialTheme.typography.labelMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
                Text(fact.value, style = MaterialTheme.typography.bodyMedium)
                fact.time?.let { Text(written(it, texts), style = MaterialTheme.typography.bodySmall) }
            }
        }
    }
}

private fun written(
    time: Instant,
    texts: Texts,
): String =
    DateTimeFormatter
        .ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
        .withLocale(Locale.forLanguageTag(texts.language()))
        .withZone(ZoneId.systemDefault())
        .format(time)

/** How far the work is; a bar that only moves while nobody knows. */
@Composable
internal fun Progress(progress: ScreenProgress) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        // Said again when it changes, and not before a screen reader is done with the last.
        Text(progress.label, Modifier.semantics { liveRegion = LiveRegionMode.Polite })
        val bar = Modifier.fillMaxWidth().semantics { contentDescription = progress.label }
        when (progress.total) {
            0 -> LinearProgressIndicator(bar)
            else -> LinearProgressIndicator({ progress.done.toFloat() / progress.total.toFloat() }, bar)
        }
    }
}

/** Something is being done, and nobody knows how long it takes. */
@Composable
internal fun Waiting(what: String) {
    LinearProgressIndicator(
        Modifier.fillMaxWidth().semantics {
            contentDescription = what
            liveRegion = LiveRegionMode.Polite
        },
    )
}

/** Why nothing was done. */
@Composable
internal fun Problem(text: String) {
    Surface(color = MaterialTheme.colorScheme.errorContainer, shape = MaterialTheme.shapes.small) {
        Text(
            text,
            Modifier.fillMaxWidth().padding(12.dp).semantics { liveRegion = LiveRegionMode.Assertive },
            style = MaterialTheme.typography.bodyMedium,
        )
    }
}

internal val SMALL_GAP = 8.dp
