// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What a fake doctor finds.
public enum FakeDiagnosis: String, CaseIterable, Sendable {
    /// Nothing.
    case healthy
    /// The session is not verified.
    case lockedOut = "locked_out"
    /// The session is not verified, and the person has lost the recovery key.
    case lockedOutKeyLost = "locked_out_key_lost"
    /// The key backup lags behind, and a session was not seen for long.
    case backupBehind = "backup_behind"
    /// The session is verified, and the person has lost the recovery key.
    case keyLost = "key_lost"
    /// The identity is another than the one that this session has verified: somebody has reset the account.
    case identityReplaced = "identity_replaced"
    /// The account was never set up. A ``FakeAccount`` without an identity has this one.
    case notSetUp = "not_set_up"

    /// Whether this session is verified in the beginning.
    var isVerified: Bool {
        switch self {
        case .healthy, .backupBehind, .keyLost: true
        case .lockedOut, .lockedOutKeyLost, .identityReplaced, .notSetUp: false
        }
    }

    /// What it is to somebody who has lost the key, as far as there is a report of that.
    func to(lostKey: Bool, _ changes: Changes) -> FakeDiagnosis {
        switch self {
        case .healthy where lostKey && !changes.hasNewKey: .keyLost
        case .lockedOut where lostKey && !changes.hasNewKey: .lockedOutKeyLost
        default: self
        }
    }
}

/// What an examination has found.
public final class FakeReport: Report, @unchecked Sendable {
    /// What it is.
    public let diagnosis: FakeDiagnosis
    private let report: Fields

    /// The report of an account with which this is wrong.
    public init(_ diagnosis: FakeDiagnosis) {
        self.diagnosis = diagnosis
        report = SampleData.report(diagnosis.rawValue)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override func findings() -> [Finding] {
        report.all("findings").map { fields in
            Finding(
                code: fields.case("code"), codeName: fields.get("code_name"), severity: fields.case("severity"),
                sessions: fields.get("sessions"), contacts: fields.get("contacts"),
                count: fields.countIfThere("count"), secrets: fields.get("secrets"),
                remedies: fields.all("remedies").map(remedy))
        }
    }

    public override func isHealthy() -> Bool {
        report.get("healthy")
    }
}

private func remedy(_ fields: Fields) -> FindingRemedy {
    FindingRemedy(
        code: fields.case("code"), codeName: fields.get("code_name"), decides: fields.case("decides"),
        sessions: fields.get("sessions"), consequences: fields.all("consequences").map(consequence))
}

private func consequence(_ fields: Fields) -> Consequence {
    switch fields.get("name", String.self) {
    case "NothingIsLost": .nothingIsLost
    case "SessionsLoseTrust": .sessionsLoseTrust(count: fields.count("count"))
    case "RoomKeysUploaded": .roomKeysUploaded(count: fields.count("count"))
    case "RoomKeysNeedOldKey": .roomKeysNeedOldKey(count: fields.count("count"))
    case "Authorisation": .authorisation
    case "ContactsVerifyAgain": .contactsVerifyAgain
    case "NoMessagesWhileOffline": .noMessagesWhileOffline
    case let name: fatalError("The fakes know no \(name): they are older than their data")
    }
}
