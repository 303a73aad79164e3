// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Consequence
import org.keyward.Finding
import org.keyward.FindingRemedy
import org.keyward.NoHandle
import org.keyward.Report

/** What a fake doctor finds. */
public enum class FakeDiagnosis {
    /** Nothing. */
    HEALTHY,

    /** The session is not verified. */
    LOCKED_OUT,

    /** The session is not verified, and the person has lost the recovery key. */
    LOCKED_OUT_KEY_LOST,

    /** The key backup lags behind, and a session was not seen for long. */
    BACKUP_BEHIND,

    /** The session is verified, and the person has lost the recovery key. */
    KEY_LOST,

    /** The identity is another than the one that this session has verified: somebody has reset the account. */
    IDENTITY_REPLACED,

    /** The account was never set up. A [FakeAccount] without an identity has this one. */
    NOT_SET_UP,
}

/** What it is to somebody who has lost the key, as far as there is a report of that. */
internal fun FakeDiagnosis.to(
    lostKey: Boolean,
    changes: Changes,
): FakeDiagnosis =
    when {
        !lostKey || changes.hasNewKey -> this
        this == FakeDiagnosis.HEALTHY -> FakeDiagnosis.KEY_LOST
        this == FakeDiagnosis.LOCKED_OUT -> FakeDiagnosis.LOCKED_OUT_KEY_LOST
        else -> this
    }

/** What an examination has found. */
public class FakeReport(
    /** What it is. */
    public val diagnosis: FakeDiagnosis,
) : Report(NoHandle) {
    private val report: Fields = Data.report(diagnosis.name.lowercase())

    override fun findings(): List<Finding> = report.all("findings").map(::finding)

    override fun isHealthy(): Boolean = report["healthy"]
}

private fun finding(fields: Fields) =
    Finding(
        code = fields.enum("code"),
        codeName = fields["code_name"],
        severity = fields.enum("severity"),
        sessions = fields["sessions"],
        contacts = fields["contacts"],
        count = fields.countOrNull("count"),
        secrets = fields["secrets"],
        remedies = fields.all("remedies").map(::remedy),
    )

private fun remedy(fields: Fields) =
    FindingRemedy(
        code = fields.enum("code"),
        codeName = fields["code_name"],
        decides = fields.enum("decides"),
        sessions = fields["sessions"],
        consequences = fields.all("consequences").map(::consequence),
    )

private fun consequence(fields: Fields): Consequence {
    fun count() = fields.count("count")
    return when (val name = fields.get<String>("name")) {
        "NothingIsLost" -> Consequence.NothingIsLost
        "SessionsLoseTrust" -> Consequence.SessionsLoseTrust(count())
        "RoomKeysUploaded" -> Consequence.RoomKeysUploaded(count())
        "RoomKeysNeedOldKey" -> Consequence.RoomKeysNeedOldKey(count())
        "Authorisation" -> Consequence.Authorisation
        "ContactsVerifyAgain" -> Consequence.ContactsVerifyAgain
        "NoMessagesWhileOffline" -> Consequence.NoMessagesWhileOffline
        else -> error("The fakes know no $name: they are older than their data")
    }
}
