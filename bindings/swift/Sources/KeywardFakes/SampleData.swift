// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What the core's tests have written for the fakes.
enum SampleData {
    private static let flows = file("flows.json")
    private static let samples = file("samples.json")

    static let reset = Table(flows.fields("reset"))
    static let attachedReset = Table(flows.fields("reset_attached"))
    static let recovery = Table(flows.fields("recovery"))

    /// - Parameter methods: which both sides can do, a digit each.
    static func verification(_ methods: String) -> Fields {
        flows.fields("verification/\(methods)")
    }

    static let cancelReasons = samples.fields("cancel_reasons")
    static let emoji = samples.all("emoji").map {
        VerificationEmoji(symbol: $0.get("symbol"), description: $0.get("description"), index: $0.count("index"))
    }
    static let decimals = samples.get("decimals", [Int].self)
    static let qrCode = samples.fields("qr_code")
    static let otherQrCode = samples.bytes("other_qr_code")
    static let longestName = samples.count("longest_name")

    /// The other sessions that the old identity has signed.
    static let signed = Set(sampleList.others.filter { $0.trust == .verified }.map(\.deviceId))

    static let keyChecks = names("key_check/").map { name in
        let fields = samples.fields("key_check/\(name)")
        let check = KeyCheck(
            opens: fields.get("opens"), doesNotOpen: fields.get("does_not_open"), missing: fields.get("missing"),
            isDefault: fields.get("is_default"))
        return (name: name, check: check)
    }

    static let key: String = samples.get("key")
    static let now = samples.time("now")
    static let sessions = samples.fields("sessions")
    static let newLogins = samples.all("new_logins")
    static let history = samples.all("history")

    static let accounts = names("account/").map { SampleAccount($0, samples.fields("account/\($0)")) }

    static func account(_ name: String) -> SampleAccount {
        guard let account = accounts.first(where: { $0.name == name }) else {
            fatalError("There is no account \(name)")
        }
        return account
    }

    static func report(_ name: String) -> Fields {
        samples.fields("report/\(name)")
    }

    static func error(_ code: String) -> Fields? {
        samples.fieldsIfThere("error/\(code)")
    }

    static let errorCodes = names("error/")

    static let languages = ["en", "ar", "de", "es", "fr", "pl"]

    private static let read = Locked<[String: Fields]>([:])

    /// What is said in a language; `nil` where there is no such. Read once: each preview makes its texts anew.
    static func screens(_ language: String) -> Fields? {
        guard languages.contains(language) else { return nil }
        return read.with { read in
            let fields = read[language] ?? file("screens/\(language).json")
            read[language] = fields
            return fields
        }
    }

    private static func names(_ prefix: String) -> [String] {
        samples.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    private static func file(_ name: String) -> Fields {
        guard let json = FakeData.json(name) else { fatalError("\(name) is not packed with the fakes") }
        return Fields(json: json)
    }
}

/// The way of a flow that nobody cancels.
struct Table: Sendable {
    /// What is done before anything is written down.
    static let before = -1

    let begin: Row
    let rows: [Row]

    init(_ fields: Fields) {
        begin = Row(
            works: fields.all("begin").map(Work.init), shows: nil, isCommitted: false, mayCancel: true, pending: nil)
        rows = fields.all("rows").map { row in
            Row(
                works: row.all("works").map(Work.init), shows: row.ifThere("shows"),
                isCommitted: row.get("committed"), mayCancel: row.get("may_cancel"),
                pending: row.case("pending"))
        }
    }

    var all: [Row] { [begin] + rows }

    func row(_ number: Int) -> Row {
        number == Self.before ? begin : rows[number]
    }

    /// The number of the phase that shows this.
    func number(of shows: String) -> Int {
        guard let number = rows.firstIndex(where: { $0.shows == shows }) else {
            fatalError("Nothing here shows \(shows)")
        }
        return number
    }
}

/// One place of a verification.
struct Place: Sendable {
    let name: String
    /// The state; `nil`: the one from before stays.
    let shows: String?
    /// The place that follows by itself.
    let goesOn: String?
    private let calls: Fields
    private let turns: Fields

    init(_ name: String, in table: Fields) {
        self.name = name
        let fields = table.fields(name)
        shows = fields.ifThere("shows")
        goesOn = fields.ifThere("goes_on")
        calls = fields.fields("calls")
        turns = fields.fields("turns")
    }

    func fits(_ call: VerificationCall) -> Bool {
        calls.has(rustName(call))
    }

    /// Where a call leads that fits; `nil`: to an end.
    func next(after call: VerificationCall) -> String? {
        calls.ifThere(rustName(call))
    }

    /// Where it leads what the other session does, if it can.
    func next(afterTurn name: String) -> String? {
        turns.ifThere(name)
    }
}

/// One phase of a flow: what is done in it, and what is shown then, if a person is needed or it is over.
struct Row: Sendable {
    let works: [Work]
    let shows: String?
    let isCommitted: Bool
    let mayCancel: Bool
    let pending: PendingReset?
}

/// Something that takes time.
struct Work: Sendable {
    let step: String
    let number: Int
    let steps: Int
    let done: Int
    let total: Int

    init(_ fields: Fields) {
        step = fields.get("step")
        number = fields.countIfThere("number") ?? 0
        steps = fields.countIfThere("steps") ?? 0
        done = fields.countIfThere("done") ?? 0
        total = fields.countIfThere("total") ?? 0
    }
}

/// An account that a reset may be made of, and what comes of it.
struct SampleAccount: Sendable {
    let name: String
    let consequences: ResetConsequences
    let newIdentity: String
    let untrustedSessions: [String]
    let roomKeysBackedUp: Int
    private let oldBackups: Fields

    init(_ name: String, _ fields: Fields) {
        self.name = name
        let means = fields.fields("consequences")
        consequences = ResetConsequences(
            userId: means.get("user_id"), deviceId: means.get("device_id"), oldIdentity: means.ifThere("old_identity"),
            otherSessions: means.count("other_sessions"), verifiedSessions: means.count("verified_sessions"),
            sessionsWithoutEncryption: means.count("sessions_without_encryption"),
            verifiedContacts: means.countIfThere("verified_contacts"),
            roomKeysHere: means.countIfThere("room_keys_here"),
            roomKeysInBackup: means.countIfThere("room_keys_in_backup"),
            backupReadable: means.get("backup_readable"), olderBackups: means.count("older_backups"),
            keyStorageOff: means.get("key_storage_off"), hasSecretStorage: means.get("has_secret_storage"),
            otherSecrets: means.count("other_secrets"), dehydratedDevice: means.get("dehydrated_device"))
        newIdentity = fields.get("new_identity")
        untrustedSessions = fields.get("untrusted_sessions")
        roomKeysBackedUp = fields.count("room_keys_backed_up")
        oldBackups = fields.fields("old_backups")
    }

    var isAttached: Bool { consequences.roomKeysHere == nil }

    func oldBackup(_ choices: String) -> OldBackup {
        oldBackups.case(choices)
    }
}

/// What an error says, with the arguments that the texts know it with.
func advice(of code: String) -> Advice {
    guard let error = SampleData.error(code) else { preconditionFailure("There is no error \(code)") }
    let arguments = error.all("arguments").map { argument in
        let value: TextValue =
            if let number = argument.countIfThere("number") {
                .number(number: number)
            } else if let words = argument.ifThere("words", String.self) {
                .words(words: words)
            } else {
                .name(name: argument.get("chosen"))
            }
        return TextArgument(name: argument.get("name"), value: value)
    }
    return Advice(code: code, remedy: error.case("remedy"), reason: error.get("reason"), arguments: arguments)
}
