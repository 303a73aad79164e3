// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.Card
import androidx.compose.material3.FilterChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.em
import kotlin.math.floor

/** The new recovery key, as it is written; a screen reader says it letter by letter. */
@Composable
internal fun Key(part: ScreenPart.Key) {
    Surface(color = MaterialTheme.colorScheme.secondaryContainer, shape = MaterialTheme.shapes.medium) {
        LeftToRight {
            Text(
                part.key.reveal(),
                Modifier
                    .fillMaxWidth()
                    .padding(GAP)
                    .clearAndSetSemantics { contentDescription = part.spoken },
                style = MaterialTheme.typography.titleLarge,
                // Base58 has no two letters that look alike; apart they are copied by hand with fewer slips.
                letterSpacing = 0.08.em,
            )
        }
    }
}

/** Seven pictures, each with its name. They have an order, which is that of the other session. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
internal fun Emoji(part: ScreenPart.Emoji) {
    LeftToRight {
        FlowRow(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.Center) {
            part.emoji.forEach { emoji ->
                Column(
                    Modifier.width(84.dp).padding(4.dp).clearAndSetSemantics { contentDescription = emoji.name },
                    horizontalAlignment = Alignment.CenterHorizontally,
                ) {
                    Text(emoji.symbol, style = MaterialTheme.typography.displaySmall)
                    Text(emoji.name, style = MaterialTheme.typography.labelLarge, textAlign = TextAlign.Center)
                }
            }
        }
    }
}

@Composable
internal fun Numbers(part: ScreenPart.Numbers) {
    LeftToRight {
        Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.SpaceEvenly) {
            part.numbers.forEach { Text(it, style = MaterialTheme.typography.displaySmall) }
        }
    }
}

/** The other session's camera needs contrast and a margin, also in a dark theme. Whoever cannot scan compares emoji. */
@Composable
internal fun Code(part: ScreenPart.Code) {
    Box(Modifier.fillMaxWidth().clearAndSetSemantics {}, contentAlignment = Alignment.Center) {
        Canvas(Modifier.widthIn(max = 320.dp).fillMaxWidth().aspectRatio(1f).background(Color.White)) {
            val count = part.code.size()
            // Whole pixels: between others there would be lines.
            val module = floor(size.minDimension / (count + 2 * MARGIN_OF_CODE))
            val start = floor((size.minDimension - count * module) / 2)
            part.code.modules().forEachIndexed { index, isDark ->
                if (!isDark) return@forEachIndexed
                val corner = Offset(x = start + index % count * module, y = start + index / count * module)
                drawRect(Color.Black, corner, Size(module, module))
            }
        }
    }
}

/** As ISO/IEC 18004 wants it, in modules. */
private const val MARGIN_OF_CODE = 4

/** Thousands at times: each is drawn when it comes into sight. By its key it stays where it is when others come and go. */
internal fun LazyListScope.sessions(part: ScreenPart.Sessions) {
    items(part.newLogins, { "login ${it.deviceId}" }, { NewLoginRow::class }) { login ->
        Line({ part.open(login.deviceId) }) { Text(login.text) }
    }
    item(FILTERS) { Filters(part) }
    items(part.rows, { "session ${it.deviceId}" }, { SessionRow::class }) { row ->
        Line({ part.open(row.deviceId) }) {
            Text(row.text.name, style = MaterialTheme.typography.titleMedium)
            Text(row.text.trust, style = MaterialTheme.typography.bodyMedium)
            Text(row.text.activity, style = MaterialTheme.typography.bodySmall)
            row.text.warning?.let { Text(it, style = MaterialTheme.typography.bodySmall) }
        }
    }
}

private const val FILTERS = "filters"

@OptIn(ExperimentalLayoutApi::class)
@Composable
private fun Filters(part: ScreenPart.Sessions) {
    FlowRow(horizontalArrangement = Arrangement.spacedBy(SMALL_GAP)) {
        part.filters.forEach { (filter, name) ->
            FilterChip(filter == part.filter, { part.choose(filter) }, { Text(name) })
        }
    }
}

@Composable
private fun Line(
    open: () -> Unit,
    content: @Composable () -> Unit,
) {
    Card(open, Modifier.fillMaxWidth()) { Column(Modifier.padding(12.dp)) { content() } }
}

/** For what is the same in every language. */
@Composable
private fun LeftToRight(content: @Composable () -> Unit) {
    CompositionLocalProvider(LocalLayoutDirection provides LayoutDirection.Ltr, content)
}
