// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What a model asks the app to do: everything that a screen offers and that is not the model's own. A model hands each
/// of these to the closure that it was made with, on the main actor.
public enum AppRequest: Sendable {
    /// Leave the screen. A reset or a new recovery key under way is not cancelled by it: it waits to be resumed.
    case close
    /// Open this page in the person's browser, and call ``ScreenModel/cameBack()`` when the app is in front again.
    case openPage(URL)
    /// Put this recovery key into the pasteboard, of this device only and not for long.
    case copy(RecoveryKey)
    /// Show the page of sessions: ``SessionsModel``.
    case openSessions
    /// Sign these sessions out: ``SignOutModel``.
    case signOut(deviceIds: [String])
    /// Verify another session: ``VerificationModel``.
    case verifySession(deviceId: String)
    /// Verify this session by another one: ``VerificationModel``; of an attached session in the app's own SDK.
    case verifyThisSession
    /// Verify this session with the recovery key or the Security Phrase: ``UnlockModel``; of an attached session in the
    /// app's own SDK.
    case unlock
    /// Reset the digital identity, or set up the first one, or go on with a reset that waits, or cancel it:
    /// ``ResetModel``.
    case startReset
    /// Make a new recovery key, or go on with one that waits, or cancel it: ``RecoveryModel``.
    case startRecovery
    /// Say what is wrong with the account: ``DoctorModel``, which is told whether the person has lost the recovery key.
    case examine(lostKey: Bool)
    /// Show the login: this session was signed out, or has to be replaced.
    case logInAgain
    /// Log this session out.
    case logOut
    /// Save the room keys to a file.
    case exportRoomKeys
    /// Verify these people again, where the app shows them.
    case verifyContacts(userIds: [String])
    /// Only of an attached session: the app's own SDK has to do it.
    case useOwnSdk
}
