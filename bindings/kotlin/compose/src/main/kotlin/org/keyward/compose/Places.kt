// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import org.keyward.FindingRemedy
import org.keyward.RemedyCode
import org.keyward.ScreenActionId

/** Where an action leads that is none of the flow's own. A test presses each that a screen of the flow has. */
internal fun ScreenActionId.place(): Place =
    when (this) {
        ScreenActionId.CLOSE, ScreenActionId.BACK -> Place.Back
        ScreenActionId.START_RESET -> Place.Reset
        ScreenActionId.START_RECOVERY -> Place.Recovery
        ScreenActionId.UNLOCK -> Place.Unlock
        ScreenActionId.VERIFY_BY_SESSION -> Place.Verify(null)
        ScreenActionId.LOOK_AT_SESSIONS -> Place.Sessions
        ScreenActionId.EXAMINE -> Place.Doctor
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
