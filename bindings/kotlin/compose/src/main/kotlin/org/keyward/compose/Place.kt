// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.FindingRemedy
import org.keyward.RemedyCode
import org.keyward.ScreenActionId

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
    public data class Doctor(
        /** Whether the person has lost the recovery key: nothing that needs it is offered then. */
        public val lostKey: Boolean = false,
    ) : Place

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

/** Where an action leads that is none of the flow's own. A test presses each that a screen of the flow has. */
internal fun ScreenActionId.place(): Place =
    when (this) {
        ScreenActionId.CLOSE, ScreenActionId.BACK -> Place.Back
        ScreenActionId.START_RESET -> Place.Reset
        ScreenActionId.START_RECOVERY -> Place.Recovery
        ScreenActionId.UNLOCK -> Place.Unlock
        ScreenActionId.VERIFY_BY_SESSION -> Place.Verify(null)
        ScreenActionId.LOOK_AT_SESSIONS -> Place.Sessions
        ScreenActionId.EXAMINE -> Place.Doctor()
        ScreenActionId.LOST_KEY -> Place.Doctor(lostKey = true)
        ScreenActionId.LOG_IN_AGAIN -> Place.LogInAgain
        ScreenActionId.LOG_OUT -> Place.LogOut
        ScreenActionId.EXPORT_ROOM_KEYS -> Place.ExportRoomKeys
        else -> error("$this is not done on this screen")
    }

/**
 * Where a remedy is done.
 *
 * @param contacts those that its finding is about: several findings have the same remedy.
 */
internal fun FindingRemedy.place(contacts: List<String> = emptyList()): Place =
    when (code) {
        RemedyCode.UNLOCK -> Place.Unlock
        RemedyCode.VERIFY_BY_SESSION -> Place.Verify(null)
        RemedyCode.RESET, RemedyCode.SET_UP, RemedyCode.RESUME_RESET, RemedyCode.CANCEL_RESET -> Place.Reset
        RemedyCode.NEW_RECOVERY_KEY, RemedyCode.RESUME_RECOVERY, RemedyCode.CANCEL_RECOVERY -> Place.Recovery
        RemedyCode.LOOK_AT_SESSIONS -> Place.Sessions
        RemedyCode.LOG_IN_AGAIN -> Place.LogInAgain
        RemedyCode.IN_OTHER_PROGRAM -> Place.OtherProgram
        RemedyCode.VERIFY_CONTACTS_AGAIN -> Place.Contacts
        RemedyCode.ASK_OTHER_SESSIONS,
        RemedyCode.SIGN_THIS_SESSION,
        RemedyCode.WRITE_SECRET_STORAGE,
        RemedyCode.MAKE_BACKUP,
        RemedyCode.UPLOAD_ROOM_KEYS,
        RemedyCode.SAY_BACKUP_IS_WANTED,
        RemedyCode.RECOVER_ROOM_KEYS,
        RemedyCode.REMOVE_DEHYDRATED_DEVICE,
        RemedyCode.DISMISS_CONTACTS,
        -> Place.Mend(this, contacts)
    }
