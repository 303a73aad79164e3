// SPDX-License-Identifier: Apache-2.0

import Keyward

/// A plan of a fake account.
final class FakeResetPlan: ResetPlan, @unchecked Sendable {
    let sample: SampleAccount
    /// ``Changes/now`` when it was made.
    let made: Int

    init(_ sample: SampleAccount, made: Int) {
        self.sample = sample
        self.made = made
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func consequences() -> ResetConsequences {
        sample.consequences
    }
}

/// The flows of one account: one at a time, each can be let go and taken up, and nothing begins where one waits. The
/// same of both kinds of accounts.
final class Flows: Sendable {
    private struct BegunReset {
        let journal: Journal<ResetError>
        let plan: FakeResetPlan
        let options: ResetOptions
    }

    private struct State {
        var reset: BegunReset?
        var recovery: Journal<RecoveryError>?
        var driver: (any Driven)?
        var isShutDown = false

        func pendingReset() throws -> PendingReset? {
            if isShutDown { throw ResetError.Closed(advice: closedAdvice) }
            return reset?.journal.pending
        }

        func pendingRecovery() throws -> PendingReset? {
            if isShutDown { throw RecoveryError.Closed(advice: closedAdvice) }
            return recovery?.pending
        }

        func mayReset() throws {
            if isShutDown { throw ResetError.Closed(advice: closedAdvice) }
            if driver?.isRunning == true { throw FakeErrors.reset("reset.already_running") }
        }

        func mayMakeKey() throws {
            if isShutDown { throw RecoveryError.Closed(advice: closedAdvice) }
            if driver?.isRunning == true { throw FakeErrors.recovery("recovery.already_running") }
        }
    }

    let changes = Changes()
    private let resetScript: ResetScript
    private let recoveryScript: RecoveryScript
    private let isAttached: Bool
    private let state = Locked(State())
    /// With a lock of its own: who watches the sessions asks for it while others are held.
    private let closed = Locked(false)

    init(_ resetScript: ResetScript, _ recoveryScript: RecoveryScript, attached: Bool) {
        let objection = resetScript.objection(attached: attached)
        precondition(objection == nil, objection ?? "")
        self.resetScript = resetScript
        self.recoveryScript = recoveryScript
        isAttached = attached
    }

    /// Whether a reset has put a new identity in force.
    var isReset: Bool { changes.isReset }

    var isShutDown: Bool { closed.with { $0 } }

    func shutDown() {
        closed.with { $0 = true }
        let driver = state.with { state in
            state.isShutDown = true
            return state.driver
        }
        driver?.letGo()
    }

    func plan(_ name: String) throws -> ResetPlan {
        _ = try pendingReset()
        return FakeResetPlan(SampleData.account(name), made: changes.now)
    }

    /// One with a plan that is outdated begins, too: it stops once it looks at the account.
    func startReset(_ plan: ResetPlan, _ options: ResetOptions) throws -> Reset {
        try state.with { state in
            try state.mayReset()
            if options.passphrase?.fake.isEmpty == true { throw FakeErrors.reset("reset.empty_passphrase") }
            if try state.pendingReset() != nil { throw FakeErrors.reset("reset.pending") }
            if try state.pendingRecovery() != nil { throw FakeErrors.reset("reset.other_pending") }
            guard let plan = plan as? FakeResetPlan else { preconditionFailure("It is not a plan of a fake account") }
            let journal = resetScript.journal(
                attached: isAttached, options, isOutdated: plan.made != changes.now, changes: changes)
            return drive(BegunReset(journal: journal, plan: plan, options: options), &state)
        }
    }

    func resumeReset() throws -> Reset {
        try state.with { state in
            try state.mayReset()
            guard try state.pendingReset() != nil, let begun = state.reset else {
                throw FakeErrors.reset("reset.nothing_pending")
            }
            return drive(begun, &state)
        }
    }

    private func drive(_ begun: BegunReset, _ state: inout State) -> Reset {
        let reset = FakeReset(begun.journal, resetScript, begun.plan.sample, begun.options)
        (state.reset, state.driver) = (begun, reset.driver)
        return reset
    }

    func cancelReset() throws {
        try state.with { state in
            try state.mayReset()
            switch try state.pendingReset() {
            case nil: throw FakeErrors.reset("reset.nothing_pending")
            case .staged: state.reset = nil
            case .committed, .handingOver: throw FakeErrors.reset("reset.already_committed")
            }
        }
    }

    func pendingReset() throws -> PendingReset? {
        try state.with { try $0.pendingReset() }
    }

    func startRecovery(_ options: RecoveryOptions) throws -> Recovery {
        try state.with { state in
            try state.mayMakeKey()
            if options.passphrase?.fake.isEmpty == true { throw FakeErrors.recovery("recovery.empty_passphrase") }
            if try state.pendingRecovery() != nil { throw FakeErrors.recovery("recovery.pending") }
            if try state.pendingReset() != nil { throw FakeErrors.recovery("recovery.reset_pending") }
            return drive(recoveryScript.journal(changes: changes, phrase: options.passphrase?.fake), &state)
        }
    }

    func resumeRecovery() throws -> Recovery {
        try state.with { state in
            try state.mayMakeKey()
            guard try state.pendingRecovery() != nil, let begun = state.recovery else {
                throw FakeErrors.recovery("recovery.nothing_pending")
            }
            return drive(begun, &state)
        }
    }

    private func drive(_ journal: Journal<RecoveryError>, _ state: inout State) -> Recovery {
        let recovery = FakeRecovery(journal)
        (state.recovery, state.driver) = (journal, recovery.driver)
        return recovery
    }

    func cancelRecovery() throws {
        try state.with { state in
            try state.mayMakeKey()
            switch try state.pendingRecovery() {
            case nil: throw FakeErrors.recovery("recovery.nothing_pending")
            case .staged: state.recovery = nil
            case .committed, .handingOver: throw FakeErrors.recovery("recovery.already_committed")
            }
        }
    }

    func pendingRecovery() throws -> PendingReset? {
        try state.with { try $0.pendingRecovery() }
    }

    func pending() throws -> [PendingFlow] {
        let reset = try pendingReset().map { PendingFlow(flow: .reset, state: $0) }
        let recovery = try pendingRecovery().map { PendingFlow(flow: .recovery, state: $0) }
        return [reset, recovery].compactMap { $0 }
    }

    /// Of what is not a flow.
    func checkIsOpen() throws {
        if isShutDown { throw AccountError.Closed(advice: closedAdvice) }
    }
}
