// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What the fakes' account is called, and what opens it.
public enum Samples {
    /// Whose account it is.
    public static let userId = "@alice:example.org"

    /// The session of the app.
    public static let deviceId = "DEVICE"

    /// The homeserver. It is asked nothing.
    public static let homeserver = "https://example.org/"

    /// The account password, unless a script names another.
    public static let password = "password"

    /// The recovery key that the account has.
    public static let oldKey = "EsTO ldKe y111"

    /// The Security Phrase that the account has.
    public static let oldPhrase = "old phrase"

    /// The recovery key that a reset or a new recovery key makes. It opens nothing.
    public static let newKey = "EsTK y3Ex amp1 e4ke yD0n 0tUs eItA nywh ereE 1seT han1 nTes"

    /// The time at which the texts say how long ago something was.
    public static let now = SampleData.now

    /// A verified session of the account, which answers when this one asks to be verified.
    public static let otherDeviceId = "PHONE"

    /// The sessions of a verified account, as ``FakeSessions`` lists them in the beginning: one of each kind.
    public static let sessions = sampleList

    /// What is known of each of them.
    public static let history = sampleHistory

    /// The one among them that nobody has acknowledged.
    public static let newLogins = sampleLogins

    /// What the code of the other session of a verification contains: what `scan` takes.
    public static let otherQrCode = SampleData.otherQrCode

    /// What the recovery key of the account opens: everything.
    public static let keyCheck = keyCheck("whole")

    static func keyCheck(_ name: String) -> KeyCheck {
        guard let found = SampleData.keyChecks.first(where: { $0.name == name }) else {
            fatalError("There is no \(name)")
        }
        return found.check
    }

    /// What a reset of the account means.
    public static let consequences = SampleData.account(own).consequences

    static let own = "own"
    static let first = "first"
    static let attached = "attached"
    static let attachedOpened = "attached_opened"
}
