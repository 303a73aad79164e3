// SPDX-License-Identifier: Apache-2.0

import Keyward

/// How a fake reset goes.
///
/// A fake works at once: who reads its states sees where it waits, and hardly ever a step. Hold it at a step to look at
/// that.
///
/// ```swift
/// ResetScript(failsAt: [.backUp: FakeErrors.reset("server.unreachable")])
/// ```
public struct ResetScript: Sendable {
    /// What the homeserver takes for the account password.
    public let password: String
    /// What the homeserver asks for.
    public let challenge: FakeChallenge
    /// With what a step fails the first time: the reset stops, and `retry` goes on. After `reset.not_taken_over` it is
    /// at the hand-over again, and `reset.plan_outdated` stays.
    public let failsAt: [ResetStep: ResetError]
    /// Steps at which it stands still, once each, until ``FakeReset/goOn()``.
    public let holdsAt: Set<ResetStep>

    /// A failure that no reset has at that step is refused: one with which a call fails, or that belongs to the other
    /// side of the commit or to another step.
    public init(
        password: String = Samples.password, challenge: FakeChallenge = FakeChallenge(),
        failsAt: [ResetStep: ResetError] = [:], holdsAt: Set<ResetStep> = []
    ) {
        for (step, error) in failsAt {
            let objection = Self.objection(to: error, at: step)
            precondition(objection == nil, objection ?? "")
        }
        self.password = password
        self.challenge = challenge
        self.failsAt = failsAt
        self.holdsAt = holdsAt
    }

    static let notTakenOver = "reset.not_taken_over"
    static let planOutdated = "reset.plan_outdated"
    static let notDeleted = "reset.not_deleted"

    /// What comes of looking whether the old backup may be deleted, and whether it was.
    static let ofDeleting: Set<String> = [notTakenOver, notDeleted]

    /// With these a call fails, and the state stays.
    static let neverStops: Set<Remedy> = [.askAgain, .reportBug, .resume, .resumeOrCancel, .waitForOther]

    /// How codes begin that come at no step: a call fails with them, the authorisation, or the reset ends.
    private static let elsewhere = [
        "auth.", "secret_storage.", "reset.superseded", "reset.finished_elsewhere", "reset.nothing_pending",
        "reset.no_room_keys", "reset.not_undone",
    ]

    private static let onlyAt: [String: ResetStep] = [
        planOutdated: .stage, notTakenOver: .cleanUp, notDeleted: .cleanUp,
    ]

    /// Why no reset stops at this step with this error.
    static func objection(to error: ResetError, at step: ResetStep) -> String? {
        let code = error.code
        let only = code.hasPrefix("export.") ? ResetStep.export : onlyAt[code]
        // In an export even what was typed or chosen stops it: its first step is done by then.
        let stops = only == .export || !neverStops.contains(error.remedy)
        if !stops || elsewhere.contains(where: code.hasPrefix) { return "No reset stops at a step with \(code)" }
        let rows = SampleData.attachedReset.all.filter { row in row.works.contains { $0.step == rustName(step) } }
        let isCommitted: Bool? = SampleData.error(code)?.ifThere("committed")
        // The old backup is fetched once more after the commit, if it has grown.
        let fits = isCommitted.map { after in rows.contains { $0.isCommitted == after } } ?? true
        return fits && (only == nil || only == step) ? nil : "\(code) does not happen at \(step)"
    }

    /// Why this cannot happen to such an account.
    func objection(attached: Bool) -> String? {
        attached || !failsWith(Self.notTakenOver)
            ? nil : "\(Self.notTakenOver): only attached sessions hand a key over"
    }

    /// Why this cannot happen with these options either.
    func objection(attached: Bool, _ options: ResetOptions) -> String? {
        if let objection = objection(attached: attached) { return objection }
        return options.compromised || !failsWith(Self.notDeleted)
            ? nil : "\(Self.notDeleted): what is left counts only in a compromised account"
    }

    private func failsWith(_ code: String) -> Bool {
        failsAt.values.contains { $0.code == code }
    }

    /// One that was just begun. Refuses what cannot happen with these options.
    func journal(
        attached: Bool, _ options: ResetOptions, isOutdated: Bool = false, changes: Changes = Changes()
    ) -> Journal<ResetError> {
        let objection = objection(attached: attached, options)
        precondition(objection == nil, objection ?? "")
        var failures = Dictionary(uniqueKeysWithValues: failsAt.map { (rustName($0.key), $0.value) })
        if isOutdated { failures[rustName(ResetStep.stage)] = FakeErrors.reset(Self.planOutdated) }
        return Journal(
            attached ? SampleData.attachedReset : SampleData.reset, failsAt: failures,
            holdsAt: Set(holdsAt.map(rustName)), changes: changes, phrase: options.passphrase?.fake)
    }
}
