// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.FindingRemedy

/** Where the person wants to go from a screen. */
public sealed interface Place {
    /** Where it was reached from. */
    public data object Back : Place

    /** What there is to look at and to do. */
    public data object Overview : Place

    /** The list of sessions. */
    public data object Sessions : Place

    /** One session. */
    public data class Session(
        /** Which. */
        public val deviceId: String,
    ) : Place

    /** Another name for a session. */
    public data class Rename(
        /** Which. */
        public val deviceId: String,
    ) : Place

    /** Signing sessions out. */
    public data class SignOut(
        /** Which, none of them this one. */
        public val deviceIds: List<String>,
    ) : Place

    /** Verifying another session, or this one by any other. */
    public data class Verify(
        /** Which. Null: this one. */
        public val deviceId: String?,
    ) : Place

    /** Verifying this session with the recovery key or the Security Phrase. */
    public data object Unlock : Place

    /** What is wrong with the account, and what helps. */
    public data object Doctor : Place

    /** Doing what helps. */
    public data class Mend(
        /** What. */
        public val remedy: FindingRemedy,
        /** The contacts that the finding is about. */
        public val contacts: List<String> = emptyList(),
    ) : Place

    /** The reset of the digital identity. */
    public data object Reset : Place

    /** A new recovery key without a reset. */
    public data object Recovery : Place

    /** The app's login: this session was signed out. */
    public data object LogInAgain : Place

    /** The app's logout of this session. */
    public data object LogOut : Place

    /** The app's export of room keys to a file. */
    public data object ExportRoomKeys : Place

    /** The app's own screen for this on the SDK that the session belongs to. */
    public data object OtherProgram : Place

    /** The app's screens of conversations, where contacts are verified. */
    public data object Contacts : Place
}
