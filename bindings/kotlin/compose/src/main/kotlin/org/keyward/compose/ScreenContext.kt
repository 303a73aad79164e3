// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import org.keyward.Texts
import java.time.Instant

/**
 * What all screens of an account share.
 *
 * @property texts in which language they speak.
 * @property secrets what they make of what was typed.
 * @property now the time, from which the screens say how long ago something was.
 */
public class ScreenContext(
    account: ScreenAccount,
    public val texts: Texts,
    internal val secrets: Secrets = Secrets(),
    internal val now: () -> Instant = Instant::now,
) {
    /** Whose screens they are. A composable may make it anew around the same account. */
    public var account: ScreenAccount = account
        internal set

    /** How often a new recovery key came in force on these screens: one that was lost before is missed no more. */
    internal var newKeys: Int by mutableStateOf(0)

    /** The app was asked to leave the first screen, and has not shown one since. */
    internal var isLeft: Boolean = false

    /** Of the composition that shows them now: on Android the activity is another after each turn of the screen. */
    internal var host: ScreenHost = Nobody
}
