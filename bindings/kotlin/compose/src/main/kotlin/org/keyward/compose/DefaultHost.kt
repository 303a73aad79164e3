// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.LocalClipboardManager
import androidx.compose.ui.platform.LocalUriHandler
import androidx.compose.ui.text.AnnotatedString
import org.keyward.RecoveryKey

/**
 * Opens pages and copies as Compose does. An app on Android takes a [ScreenHost] of its own: it alone can mark what is copied as
 * sensitive, and keep the key out of pictures of the screen.
 */
@Composable
public fun rememberScreenHost(): ScreenHost {
    val browser = LocalUriHandler.current

    // What takes its place has no way to make an entry in common code.
    @Suppress("DEPRECATION")
    val clipboard = LocalClipboardManager.current
    return remember(browser, clipboard) {
        object : ScreenHost {
            // What is thrown where there is none is different on each platform.
            override fun open(page: String) = runCatching { browser.openUri(page) }.isSuccess

            override fun copy(key: RecoveryKey) = clipboard.setText(AnnotatedString(key.reveal()))
        }
    }
}
