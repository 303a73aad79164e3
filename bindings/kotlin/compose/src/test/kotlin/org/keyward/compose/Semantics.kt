// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull

/** What a screen reader would lack on this screen. */
internal fun lacks(root: SemanticsNode): List<String> {
    val all = root.withDescendants()
    return buildList {
        if (all.none { SemanticsProperties.Heading in it.config }) add("a heading")
        if (all.mapNotNull { it.config.getOrNull(SemanticsProperties.PaneTitle) }.all { it.isBlank() }) add("an announcement")
        for (node in all.filter { it.isControl() && it.label().isBlank() }) add("a label of $node")
    }
}

private fun SemanticsNode.isControl(): Boolean =
    SemanticsActions.OnClick in config || SemanticsActions.SetText in config || SemanticsProperties.ToggleableState in config

/** What is said of it. Merged: the texts inside a control are its own. */
private fun SemanticsNode.label(): String {
    val texts = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
    return (texts + config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()).joinToString(" ")
}

private fun SemanticsNode.withDescendants(): List<SemanticsNode> = listOf(this) + children.flatMap { it.withDescendants() }
