// SPDX-License-Identifier: Apache-2.0

import Keyward

/// How making a fake recovery key goes.
public struct RecoveryScript: Sendable {
    /// With what a step fails the first time: it stops, and `retry` goes on.
    public let failsAt: [RecoveryStep: RecoveryError]
    /// Steps at which it stands still, once each, until ``FakeRecovery/goOn()``.
    public let holdsAt: Set<RecoveryStep>

    /// An error with which a call fails, as one that asks the person again, is refused.
    public init(failsAt: [RecoveryStep: RecoveryError] = [:], holdsAt: Set<RecoveryStep> = []) {
        for error in failsAt.values {
            precondition(
                Self.stops(with: error), "Making a new recovery key does not stop at a step with \(error.code)")
        }
        self.failsAt = failsAt
        self.holdsAt = holdsAt
    }

    /// Whether it stops at a step with this.
    static func stops(with error: RecoveryError) -> Bool {
        // With these it ends, or a call fails.
        let elsewhere: Set = ["recovery.superseded", "recovery.nothing_pending", "recovery.not_undone"]
        return !ResetScript.neverStops.contains(error.remedy) && !elsewhere.contains(error.code)
    }

    func journal(changes: Changes = Changes(), phrase: String? = nil) -> Journal<RecoveryError> {
        Journal(
            SampleData.recovery,
            failsAt: Dictionary(uniqueKeysWithValues: failsAt.map { (rustName($0.key), $0.value) }),
            holdsAt: Set(holdsAt.map(rustName)), changes: changes, phrase: phrase)
    }
}

/// The making of a new recovery key, the way of the real one, without an account, a homeserver or the native library.
/// It begins at once.
public final class FakeRecovery: Recovery, @unchecked Sendable {
    let driver: Script<RecoveryKind>

    init(_ journal: Journal<RecoveryError>) {
        driver = Script(journal, RecoveryKind())
        super.init(noHandle: NoHandle())
        driver.begin()
    }

    /// One that goes as the script says.
    public convenience init(_ script: RecoveryScript = RecoveryScript()) {
        self.init(script.journal())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    deinit {
        driver.letGo()
    }

    /// Goes on from a step of ``RecoveryScript/holdsAt``.
    public func goOn() {
        driver.goOn()
    }

    public override func openStates() -> RecoveryStates {
        FakeRecoveryStates(driver.shown)
    }

    public override func confirmSaved(confirmation: Confirmation) async throws {
        try driver.decide("SaveKey") { confirmation.isRight ? nil : FakeErrors.recovery("recovery.key_mismatch") }
    }

    public override func retry() async throws {
        try driver.retry()
    }

    public override func cancel() async throws {
        try driver.cancel()
    }
}

struct RecoveryKind: Kind {
    func working(_ work: Work?) -> RecoveryState { .working(work) }

    func at(_ name: String) -> RecoveryState { .at(name) }

    func stopped(_ error: RecoveryError) -> RecoveryState { .stopped(error: error) }

    var cancelled: RecoveryState { .cancelled }

    var outOfOrder: RecoveryError { FakeErrors.recovery("recovery.out_of_order") }

    var alreadyCommitted: RecoveryError { FakeErrors.recovery("recovery.already_committed") }

    var closed: RecoveryError { .Closed(advice: closedAdvice) }
}

private final class FakeRecoveryStates: RecoveryStates, @unchecked Sendable {
    private let reader: Reader<RecoveryState>

    init(_ shown: Watched<RecoveryState>) {
        reader = Reader(shown)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func next() async -> RecoveryState? {
        await reader.next()
    }

    override func stop() {
        reader.stop()
    }
}
