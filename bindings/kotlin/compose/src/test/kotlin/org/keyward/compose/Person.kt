// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isHeading
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.waitUntilAtLeastOneExists

/** What is waited for. A slow machine takes its time. */
internal const val LIMIT = 20_000L

/** Waits until the screen has this heading. */
internal fun ComposeUiTest.untilTitle(text: String) = waitUntilAtLeastOneExists(isHeading() and hasText(text, substring = true), LIMIT)

/** Waits until this is said, or part of it. */
internal fun ComposeUiTest.untilSaid(text: String) = waitUntilAtLeastOneExists(hasText(text, substring = true), LIMIT)

/** Presses what is called so, or has this in its name, once it is there. */
internal fun ComposeUiTest.press(
    label: String,
    isPart: Boolean = false,
) {
    val control = hasText(label, substring = isPart) and hasClickAction()
    waitUntilAtLeastOneExists(control, LIMIT)
    onNode(control).performScrollTo().performClick()
}

/** Writes into a field, in the place of what is there. */
internal fun ComposeUiTest.type(
    label: String,
    text: String,
) {
    val field = hasText(label) and hasSetTextAction()
    waitUntilAtLeastOneExists(field, LIMIT)
    onNode(field).performScrollTo().performTextReplacement(text)
}
