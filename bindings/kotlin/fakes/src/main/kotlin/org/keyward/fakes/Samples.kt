// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.KeyCheck
import org.keyward.NewLogin
import org.keyward.ResetConsequences
import org.keyward.SessionHistoryEntry
import org.keyward.SessionList
import java.time.Instant

/** What the fakes' account is called, and what opens it. */
public object Samples {
    /** Whose account it is. */
    public const val USER_ID: String = "@alice:example.org"

    /** The session of the app. */
    public const val DEVICE_ID: String = "DEVICE"

    /** The homeserver. It is asked nothing. */
    public const val HOMESERVER: String = "https://example.org/"

    /** The account password, unless a script names another. */
    public const val PASSWORD: String = "password"

    /** The recovery key that the account has. */
    public const val OLD_KEY: String = "EsTO ldKe y111"

    /** The Security Phrase that the account has. */
    public const val OLD_PHRASE: String = "old phrase"

    /** The recovery key that a reset or a new recovery key makes. It opens nothing. */
    public const val NEW_KEY: String = "EsTK y3Ex amp1 e4ke yD0n 0tUs eItA nywh ereE 1seT han1 nTes"

    /** The time at which the texts say how long ago something was. */
    public val now: Instant get() = Instant.ofEpochMilli(Data.now)

    /** A verified session of the account, which answers when this one asks to be verified. */
    public const val OTHER_DEVICE_ID: String = "PHONE"

    /** The sessions of a verified account, as [FakeSessions] lists them in the beginning: one of each kind. */
    public val sessions: SessionList get() = sessionList()

    /** What is known of each of them. */
    public val history: List<SessionHistoryEntry> get() = Data.history.map(::entry)

    /** The one among them that nobody has acknowledged. */
    public val newLogins: List<NewLogin> get() = Data.newLogins.map(::newLogin)

    /** What the code of the other session of a verification contains: what `scan` takes. */
    public val otherQrCode: ByteArray get() = Data.otherQrCode

    /** What the recovery key of the account opens: everything. */
    public val keyCheck: KeyCheck get() = Data.keyChecks.getValue("whole")

    /** What a reset of the account means. */
    public val consequences: ResetConsequences get() = Data.account(OWN).consequences

    internal const val OWN = "own"
    internal const val FIRST = "first"
    internal const val ATTACHED = "attached"
    internal const val ATTACHED_OPENED = "attached_opened"
}
