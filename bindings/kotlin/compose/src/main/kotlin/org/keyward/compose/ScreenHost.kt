// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.LocalClipboardManager
import androidx.compose.ui.platform.LocalUriHandler
import androidx.compose.ui.text.AnnotatedString
import org.keyward.RecoveryKey

/** What screens ask of the app around them. */
public interface ScreenHost {
    /**
     * Opens a page in a browser: one of the homeserver's, to allow something or to sign a session out.
     *
     * @return whether there is a browser. Otherwise the person is shown the address.
     */
    public fun open(page: String): Boolean

    /** Copies the recovery key as something that is not to be kept: Android's `EXTRA_IS_SENSITIVE`. */
    public fun copy(key: RecoveryKey)

    /** A recovery key comes onto the screen, or is gone from it. While it is there, pictures of the screen are to be prevented. */
    public fun showsSecret(isShown: Boolean) {
    }
}

/** No screen is shown. */
internal object Nobody : ScreenHost {
    override fun open(page: String) = false

    override fun copy(key: RecoveryKey) = Unit
}

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
