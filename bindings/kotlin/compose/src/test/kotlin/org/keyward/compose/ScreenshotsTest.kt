// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.ui.graphics.toAwtImage
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.onRoot
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import kotlin.test.assertEquals

/** Every state of every flow: what is seen, compared with a picture that was approved, and what a screen reader finds. */
class ScreenshotsTest {
    private val pictures =
        stills.flatMap { still ->
            Look.entries.filter { it == Look.LIGHT || still.isKind }.map { look ->
                val suffix = if (look == Look.LIGHT) "" else "." + look.name.lowercase().replace('_', '-')
                Triple(still.name + suffix, still, look)
            }
        }

    @TestFactory
    fun `every state is as it was approved and has what a screen reader needs`() =
        pictures.map { (name, still, look) -> DynamicTest.dynamicTest(name) { look(name, still, look) } }

    private fun look(
        name: String,
        still: StillScreen,
        look: Look,
    ) = scene {
        val model = still.of(fakeContext(look.language))
        setContent { TestTheme(look) { KeywardScreen(model) } }
        val root = onRoot()
        assertEquals(emptyList(), lacks(root.fetchSemanticsNode()), name)
        Approved.check(name, root.captureToImage().toAwtImage())
    }

    @Test
    fun `no picture is left of a screen that is gone`() {
        assertEquals(emptySet(), Approved.names() - pictures.map { it.first }.toSet())
    }
}
