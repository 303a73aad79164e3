// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.runtime.mutableStateMapOf
import org.keyward.ScreenFieldId

/** What was typed and chosen on a screen. */
public class ScreenInput internal constructor() {
    private val texts = mutableStateMapOf<ScreenFieldId, String>()
    private val switches = mutableStateMapOf<ScreenFieldId, Boolean>()

    /** What is in a field. */
    public fun text(field: ScreenFieldId): String = texts[field].orEmpty()

    /** Whether a switch is on. Off at first. */
    public fun isOn(field: ScreenFieldId): Boolean = switches[field] == true

    /** The person types. */
    public fun type(
        field: ScreenFieldId,
        text: String,
    ) {
        texts[field] = text
    }

    /** The person switches. */
    public fun switch(
        field: ScreenFieldId,
        isOn: Boolean,
    ) {
        switches[field] = isOn
    }

    /** What is in a field, which is empty afterwards. */
    internal fun take(field: ScreenFieldId): String = texts.remove(field).orEmpty()

    internal fun forgetSecrets() {
        texts.keys.retainAll { it == ScreenFieldId.SESSION_NAME }
    }

    internal fun clear() {
        texts.clear()
        switches.clear()
    }
}
