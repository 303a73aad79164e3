// SPDX-License-Identifier: Apache-2.0

import Keyward

/// The verifications of one account: one at a time.
final class Verifications: Sendable {
    private struct State {
        var failure: VerificationError?
        var requests: [String] = []
        var driver: VerificationDriver?
    }

    private let script: VerificationScript
    private let changes: Changes
    private let book: SessionBook
    private let standing: @Sendable () -> Standing
    private let state: Locked<State>
    /// Wakes who waits for a request.
    private let bell = Watched(())

    init(
        _ script: VerificationScript, _ changes: Changes, _ book: SessionBook,
        standing: @escaping @Sendable () -> Standing
    ) {
        self.script = script
        self.changes = changes
        self.book = book
        self.standing = standing
        state = Locked(State(failure: script.failsToBegin))
    }

    private var isVerified: Bool { standing().identity == .ours }

    func verifySession(_ deviceId: String) throws -> FakeVerification {
        try checkIsOpen()
        if deviceId == Samples.deviceId { throw FakeErrors.verification("verification.current_session") }
        guard let session = book.list().others.first(where: { $0.deviceId == deviceId }) else {
            throw FakeErrors.verification("verification.not_found")
        }
        if session.trust == .unverifiable { throw FakeErrors.verification("verification.no_encryption") }
        if let objection = objection(deviceId) { throw objection }
        return try drive(who(deviceId))
    }

    func verifyThisSession() throws -> FakeVerification {
        try checkIsOpen()
        let stands = standing()
        if stands.identity == .notSetUp { throw FakeErrors.verification("verification.no_identity") }
        if stands.identity == .ours { throw FakeErrors.verification("verification.already_verified") }
        guard let answers = book.list().others.first(where: { stands.signed.contains($0.deviceId) }) else {
            throw FakeErrors.verification("verification.nobody_to_ask")
        }
        return try drive(who(answers.deviceId, isAmongOthers: true))
    }

    func request(_ deviceId: String) {
        let session = book.list().others.first { $0.deviceId == deviceId }
        precondition(session != nil && session?.trust != .unverifiable, "\(deviceId) cannot ask")
        state.with { $0.requests.append(deviceId) }
        bell.wake()
    }

    func nextRequest() async throws -> FakeVerification {
        let (state, bell) = (state, bell)
        return try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                try checkIsOpen()
                let version = bell.look().version
                if let deviceId = state.with({ $0.requests.isEmpty ? nil : $0.requests.removeFirst() }) {
                    let verification = FakeVerification(script, isIncoming: true, who(deviceId))
                    swap(verification.driver)
                    return verification
                }
                await bell.change(after: version)
            }
        } onCancel: {
            bell.wake()
        }
    }

    func shutDown() {
        let driver = state.with { $0.driver }
        driver?.letGo()
        bell.wake()
    }

    /// Neither of the two can sign the other.
    private func objection(_ deviceId: String) -> VerificationError? {
        isVerified || standing().signed.contains(deviceId)
            ? nil : FakeErrors.verification("verification.nobody_can_sign")
    }

    private func who(_ deviceId: String, isAmongOthers: Bool = false) -> FakeVerification.Who {
        FakeVerification.Who(
            other: deviceId, isAmongOthers: isAmongOthers, objection: { [weak self] in self?.objection(deviceId) },
            verified: { [changes] in changes.noteVerified(deviceId) }, tell: changes.tell)
    }

    private func drive(_ who: FakeVerification.Who) throws -> FakeVerification {
        let failure = state.with { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
        // Before the new one begins, as of the real ones.
        swap(nil)
        let verification = FakeVerification(script, isIncoming: false, who)
        swap(verification.driver)
        return verification
    }

    /// One that is still open ends.
    private func swap(_ next: VerificationDriver?) {
        let before = state.with { state in
            defer { state.driver = next }
            return state.driver
        }
        if before !== next { before?.endForAnother() }
    }

    private func checkIsOpen() throws {
        if standing().isShutDown { throw VerificationError.Closed(advice: closedAdvice) }
    }
}
