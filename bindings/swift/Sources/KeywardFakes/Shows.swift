// SPDX-License-Identifier: Apache-2.0

import Keyward

extension ResetState {
    /// What a reset shows while something is done.
    static func working(_ work: Work?) -> ResetState {
        .working(
            progress: work.map {
                ResetProgress(step: named($0.step), number: $0.number, steps: $0.steps, done: $0.done, total: $0.total)
            })
    }

    /// What a phase of a reset shows: ``Row/shows``.
    static func at(_ name: String, _ challenge: Challenge, _ account: SampleAccount, _ old: OldBackup) -> ResetState {
        switch name {
        case "SaveKey": .saveKey(recoveryKey: FakeRecoveryKey())
        case "Authorise": .authorise(challenge: challenge)
        case "HandOver": .handOver(recoveryKey: FakeRecoveryKey(), backupVersion: "2")
        case "Done":
            .done(
                outcome: ResetOutcome(
                    recoveryKey: FakeRecoveryKey(), newIdentity: account.newIdentity,
                    untrustedSessions: account.untrustedSessions, oldBackup: old,
                    roomKeysBackedUp: account.roomKeysBackedUp))
        default: fatalError("The fakes show no \(name): they are older than the table")
        }
    }
}

extension RecoveryState {
    /// What making a new recovery key shows while something is done.
    static func working(_ work: Work?) -> RecoveryState {
        .working(step: work.map { named($0.step) })
    }

    /// What a phase of making a new recovery key shows: ``Row/shows``.
    static func at(_ name: String) -> RecoveryState {
        switch name {
        case "SaveKey": .saveKey(recoveryKey: FakeRecoveryKey())
        case "Done":
            .done(outcome: RecoveryOutcome(recoveryKey: FakeRecoveryKey(), opensBackup: true, oldKeyOpens: []))
        default: fatalError("The fakes show no \(name): they are older than the table")
        }
    }
}

/// Every state of a flow, a preview each.
public enum FakeStates {
    /// The states of a reset in their order: each step, each time that it waits for the person, a failure, and both
    /// ends.
    ///
    /// - Parameter attached: of a session that the app has already.
    public static func reset(attached: Bool = false) -> [ResetState] {
        let table = attached ? SampleData.attachedReset : SampleData.reset
        let account = SampleData.account(attached ? Samples.attached : Samples.own)
        let old = account.oldBackup(digits(false, false, false))
        let way = table.all.flatMap { row -> [ResetState] in
            let waits = row.shows.map { ResetState.at($0, FakeChallenge(), account, old) }
            return row.works.map { .working($0) } + [waits].compactMap { $0 }
        }
        return [.working(progress: nil)] + way
            + [.stopped(error: FakeErrors.reset("server.unreachable")), .cancelled]
    }

    /// The states of making a new recovery key, likewise.
    public static func recovery() -> [RecoveryState] {
        let way = SampleData.recovery.all.flatMap { row -> [RecoveryState] in
            let waits = row.shows.map { RecoveryState.at($0) }
            return row.works.map { .working($0) } + [waits].compactMap { $0 }
        }
        return [.working(step: nil)] + way
            + [.stopped(error: FakeErrors.recovery("server.unreachable")), .cancelled]
    }

    /// The states of a verification in their order: the request of each side, what both sides can do (everything, one
    /// way, the camera alone, nothing), what is compared, a failure, and each end.
    public static func verification() -> [VerificationState] {
        let way: [VerificationState] = [
            .waiting, .requested, .ready(emoji: true, showQr: true, scanQr: true),
            .ready(emoji: true, showQr: false, scanQr: false), .ready(emoji: false, showQr: false, scanQr: true),
            .ready(emoji: false, showQr: false, scanQr: false),
            .emoji(emoji: SampleData.emoji, decimals: SampleData.decimals),
            .decimals(decimals: SampleData.decimals), .scanned, .confirmed,
            .stopped(error: FakeErrors.verification("server.unreachable")),
            .stopped(error: FakeErrors.verification("verification.not_signed")), .done,
        ]
        return way + CancelReason.allCases.map { .cancelled(byUs: !$0.isOfOther, $0) }
    }

    /// With what this session may not be verified with the key: each error but those of every flow, and one of these.
    public static func unlockErrors() -> [UnlockError] {
        errors("unlock.", "secret_storage.").map(FakeErrors.unlock) + [FakeErrors.unlock("server.unreachable")]
    }

    /// Why a session keeps its name.
    public static func renameErrors() -> [SessionsError] {
        errors("rename.").map(FakeErrors.sessions) + [FakeErrors.sessions("server.unreachable")]
    }

    /// Why sessions are still signed in: each error but those of every flow, and one of these.
    public static func signOutErrors() -> [SignOutError] {
        errors("sign_out.", "auth.").map(FakeErrors.signOut) + [FakeErrors.signOut("server.unreachable")]
    }

    /// A report of each diagnosis.
    public static func reports() -> [FakeReport] {
        FakeDiagnosis.allCases.map { FakeReport($0) }
    }

    private static func errors(_ areas: String...) -> [String] {
        SampleData.errorCodes.filter { code in areas.contains { code.hasPrefix($0) } }
    }
}
