// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What is written down of a flow: it stays when the flow is let go, and another takes it up. So does what is left of
/// its script.
final class Journal<Failure: Error>: Sendable {
    private struct State {
        var number = Table.before
        var isOver = false
        /// Nothing waits: who resumes it finds nothing.
        var isForgotten = false
        var keepsOldBackup = false
        var failures: [String: Failure]
        var holds: Set<String>
    }

    private let table: Table
    private let changes: Changes
    private let phrase: String?
    private let state: Locked<State>

    /// - Parameters:
    ///   - failsAt: with what a step fails, once each.
    ///   - holdsAt: steps at which it stands still, once each.
    ///   - phrase: the Security Phrase that the new key has, if it has one.
    init(
        _ table: Table, failsAt: [String: Failure], holdsAt: Set<String>, changes: Changes = Changes(),
        phrase: String? = nil
    ) {
        self.table = table
        self.changes = changes
        self.phrase = phrase
        state = Locked(State(failures: failsAt, holds: holdsAt))
    }

    var phase: Row { table.row(state.with { $0.number }) }

    var isOver: Bool { state.with { $0.isOver } }

    /// Of a reset: the person keeps the old backup instead of handing the new key over.
    var keepsOldBackup: Bool {
        get { state.with { $0.keepsOldBackup } }
        set { state.with { $0.keepsOldBackup = newValue } }
    }

    /// In which state it waits, if it does.
    var pending: PendingReset? {
        state.with { $0.isOver || $0.isForgotten ? nil : table.row($0.number).pending }
    }

    func failure(at step: String) -> Failure? {
        state.with { $0.failures[step] }
    }

    /// It fails with it only once.
    func hasFailed(at step: String) {
        state.with { $0.failures[step] = nil }
    }

    /// Whether it stands still at this step, which it does once.
    func holds(at step: String) -> Bool {
        state.with { $0.holds.remove(step) != nil }
    }

    /// The phase is done.
    func pass() {
        if phase.works.contains(where: { $0.step == rustName(ResetStep.bind) }) { changes.noteReset(phrase) }
        state.with { $0.number += 1 }
    }

    /// It was cancelled.
    func end() {
        state.with { $0.isOver = true }
    }

    /// All is done.
    func finish() {
        changes.noteKey(phrase)
        end()
    }

    /// Nothing is locked: who watches the account may see what is new.
    func tell() {
        changes.tell()
    }

    func forget() {
        state.with { $0.isForgotten = true }
    }

    /// The phase that shows this comes once more.
    func goBack(to name: String) {
        let number = table.number(of: name)
        state.with { $0.number = number }
    }
}

/// What a flow shows and throws, in its own types.
protocol Kind: Sendable {
    associatedtype State: Sendable
    associatedtype Failure: Error

    func working(_ work: Work?) -> State

    /// What a phase shows: ``Row/shows``.
    func at(_ name: String) -> State

    func stopped(_ error: Failure) -> State

    var cancelled: State { get }

    /// Whether a step is done at all.
    func does(_ step: String) -> Bool

    /// Whether it can fail with this as it is now.
    func happens(_ error: Failure) -> Bool

    /// The phase that comes once more after this failure: ``Row/shows``. `nil`: it goes on where it was.
    func leadsBack(_ error: Failure) -> String?

    /// Whether nothing can come of it after this failure: it fails each time, and nothing waits to be resumed.
    func isLasting(_ error: Failure) -> Bool

    var outOfOrder: Failure { get }

    var alreadyCommitted: Failure { get }

    var closed: Failure { get }
}

extension Kind {
    func does(_ step: String) -> Bool { true }

    func happens(_ error: Failure) -> Bool { true }

    func leadsBack(_ error: Failure) -> String? { nil }

    func isLasting(_ error: Failure) -> Bool { false }
}

/// What is driven, whatever it is.
protocol Driven: AnyObject, Sendable {
    var isRunning: Bool { get }

    func letGo()
}

/// Drives a flow along its table, as the core's driver does (`crates/keyward/src/flow.rs`): it works on until a person
/// is needed, a call that does not fit changes nothing, and after a failure it goes on where it was.
final class Script<Flow: Kind>: Driven {
    /// What the last phase shows.
    static var done: String { "Done" }

    private struct Drive {
        /// How many works of the phase are done, where it is held.
        var heldAt: Int?
        var isCancelled = false
        var isLetGo = false
    }

    let shown: Watched<Flow.State>
    private let journal: Journal<Flow.Failure>
    private let kind: Flow
    private let drive = Locked(Drive())

    init(_ journal: Journal<Flow.Failure>, _ kind: Flow) {
        self.journal = journal
        self.kind = kind
        shown = Watched(kind.working(nil))
    }

    var isRunning: Bool { drive.with { isRunning($0) } }

    private func isRunning(_ drive: Drive) -> Bool {
        !drive.isLetGo && !journal.isOver
    }

    func begin() {
        changing { work(&$0, from: 0) }
    }

    /// Goes on from a step at which it was held.
    func goOn() {
        changing { drive in
            guard let done = drive.heldAt else { preconditionFailure("It is not held at a step") }
            drive.heldAt = nil
            work(&drive, from: done)
        }
    }

    /// What a person decides in the phase that shows `name`. With an objection the person is asked again.
    func decide(_ name: String, objection: () -> Flow.Failure? = { nil }) throws {
        try changing { drive in
            try checkIsOpen(drive)
            guard isAt(name, drive) else { throw kind.outOfOrder }
            if let objection = objection() { throw objection }
            journal.pass()
            again(&drive)
        }
    }

    /// Whether the phase is the one that shows `name`, and nothing is being done. It may have stopped there.
    func isAt(_ name: String) -> Bool {
        drive.with { isAt(name, $0) }
    }

    private func isAt(_ name: String, _ drive: Drive) -> Bool {
        let phase = journal.phase
        return isRunning(drive) && drive.heldAt == nil && phase.shows == name && phase.works.isEmpty
    }

    func retry() throws {
        try changing { drive in
            try checkIsOpen(drive)
            if journal.isOver || drive.heldAt != nil { throw kind.outOfOrder }
            again(&drive)
        }
    }

    func cancel() throws {
        try changing { drive in
            try checkIsOpen(drive)
            if drive.isCancelled { return }
            if journal.isOver { throw kind.alreadyCommitted }
            if !journal.phase.mayCancel {
                // Too late: it goes on.
                if drive.heldAt == nil { again(&drive) }
                throw kind.alreadyCommitted
            }
            drive.isCancelled = true
            journal.end()
            shown.show(kind.cancelled, isLast: true)
        }
    }

    /// Nobody drives it any more. What is written down stays.
    func letGo() {
        changing { drive in
            if isRunning(drive) { shown.show(nil, isLast: true) }
            drive.isLetGo = true
        }
    }

    private func changing(_ change: (inout Drive) throws -> Void) rethrows {
        defer { journal.tell() }
        try drive.with(change)
    }

    /// Its account was shut down.
    private func checkIsOpen(_ drive: Drive) throws {
        if drive.isLetGo { throw kind.closed }
    }

    private func again(_ drive: inout Drive) {
        shown.show(kind.working(nil))
        work(&drive, from: 0)
    }

    private func work(_ drive: inout Drive, from first: Int) {
        var done = first
        while true {
            let phase = journal.phase
            guard works(&drive, phase.works.filter { kind.does($0.step) }, from: done) else { return }
            done = 0
            switch phase.shows {
            case nil: journal.pass()
            case Self.done?:
                journal.finish()
                return shown.show(kind.at(Self.done), isLast: true)
            case let name?: return shown.show(kind.at(name))
            }
        }
    }

    /// Whether all was done.
    private func works(_ drive: inout Drive, _ works: [Work], from first: Int) -> Bool {
        for (index, work) in works.enumerated().dropFirst(first) {
            shown.show(kind.working(work))
            if let failure = journal.failure(at: work.step), kind.happens(failure) {
                stop(at: work.step, failure)
                return false
            }
            if journal.holds(at: work.step) {
                drive.heldAt = index + 1
                return false
            }
        }
        return true
    }

    private func stop(at step: String, _ failure: Flow.Failure) {
        if kind.isLasting(failure) { journal.forget() } else { journal.hasFailed(at: step) }
        if let name = kind.leadsBack(failure) { journal.goBack(to: name) }
        shown.show(kind.stopped(failure))
    }
}
