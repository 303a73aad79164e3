// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import androidx.compose.foundation.lazy.LazyListState
import org.keyward.RecoveryKey
import org.keyward.ScreenRole
import org.keyward.SessionFilter
import org.keyward.SessionText
import org.keyward.VerificationQrCode

/** What a screen shows besides its texts. */
public sealed interface ScreenPart {
    /** The new recovery key, and how a screen reader says it. */
    public class Key(
        internal val key: RecoveryKey,
        internal val spoken: String,
    ) : ScreenPart

    /** The emoji to compare. */
    public class Emoji(
        internal val emoji: List<EmojiText>,
    ) : ScreenPart

    /** The numbers to compare. */
    public class Numbers(
        internal val numbers: List<String>,
    ) : ScreenPart

    /** The code that the other session scans. */
    public class Code(
        internal val code: VerificationQrCode,
    ) : ScreenPart

    /** What the camera sees. */
    public class Camera(
        internal val scanned: (ByteArray) -> Unit,
    ) : ScreenPart

    /** The list of sessions, and how far it is scrolled. */
    public class Sessions(
        internal val newLogins: List<NewLoginRow>,
        internal val filters: List<Pair<SessionFilter, String>>,
        internal val filter: SessionFilter,
        internal val rows: List<SessionRow>,
        internal val choose: (SessionFilter) -> Unit,
        internal val open: (String) -> Unit,
        internal val position: LazyListState,
    ) : ScreenPart

    /** What mends each finding of a report, in the order of its sections. */
    public class Remedies(
        internal val findings: List<Remedied>,
    ) : ScreenPart

    /** How grave a finding is, and what mends it, the smallest first. */
    public class Remedied internal constructor(
        internal val severity: String,
        internal val remedies: List<Remedy>,
    )

    /** Something that helps. */
    public class Remedy internal constructor(
        internal val title: String,
        internal val meaning: String,
        /** Of all of the report, this is to be done. */
        internal val isFirst: Boolean,
        isReset: Boolean,
        internal val choose: () -> Unit,
    ) {
        internal val role =
            when {
                isReset -> ScreenRole.DESTRUCTIVE
                isFirst -> ScreenRole.PRIMARY
                else -> ScreenRole.SECONDARY
            }
    }
}

/** A line of the list of sessions. What it says is asked for when it is seen. */
public class SessionRow internal constructor(
    internal val deviceId: String,
    text: () -> SessionText,
) {
    internal val text by lazy(LazyThreadSafetyMode.NONE, text)
}

/** A login that nobody has acknowledged. */
public class NewLoginRow internal constructor(
    internal val deviceId: String,
    text: () -> String,
) {
    internal val text by lazy(LazyThreadSafetyMode.NONE, text)
}

/** An emoji, and what it is called in the person's language. */
public class EmojiText internal constructor(
    internal val symbol: String,
    internal val name: String,
)
