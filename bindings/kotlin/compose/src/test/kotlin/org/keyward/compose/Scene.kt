// SPDX-License-Identifier: Apache-2.0

@file:OptIn(ExperimentalTestApi::class)

package org.keyward.compose

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Typography
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.test.DesktopComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.platform.Font
import androidx.compose.ui.unit.Density

/** How a screen is looked at. */
internal enum class Look(
    val isDark: Boolean = false,
    val fontScale: Float = 1f,
    val language: String = "en",
) {
    LIGHT,
    DARK(isDark = true),
    LARGE(fontScale = 2f),
    RIGHT_TO_LEFT(language = "ar"),
}

/** A phone's width; as high as the longest screen, of which the rest is cut off. */
internal const val WIDTH = 400
internal const val HEIGHT = 4000

/** With a font of our own: what a machine has would change the pictures. */
private val font = FontFamily(Font("fonts/screens.ttf"))

private fun typography(): Typography {
    val plain = Typography()
    return with(plain) {
        Typography(
            displayLarge.copy(fontFamily = font),
            displayMedium.copy(fontFamily = font),
            displaySmall.copy(fontFamily = font),
            headlineLarge.copy(fontFamily = font),
            headlineMedium.copy(fontFamily = font),
            headlineSmall.copy(fontFamily = font),
            titleLarge.copy(fontFamily = font),
            titleMedium.copy(fontFamily = font),
            titleSmall.copy(fontFamily = font),
            bodyLarge.copy(fontFamily = font),
            bodyMedium.copy(fontFamily = font),
            bodySmall.copy(fontFamily = font),
            labelLarge.copy(fontFamily = font),
            labelMedium.copy(fontFamily = font),
            labelSmall.copy(fontFamily = font),
        )
    }
}

/** As an app's theme around the screens. */
@Composable
internal fun TestTheme(
    look: Look = Look.LIGHT,
    content: @Composable () -> Unit,
) {
    val colours = if (look.isDark) darkColorScheme() else lightColorScheme()
    MaterialTheme(colours, typography = typography()) {
        CompositionLocalProvider(LocalDensity provides Density(1f, look.fontScale), content)
    }
}

internal fun scene(block: DesktopComposeUiTest.() -> Unit) = runDesktopComposeUiTest(WIDTH, HEIGHT) { block() }
