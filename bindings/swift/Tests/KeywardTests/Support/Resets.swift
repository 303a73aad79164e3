// SPDX-License-Identifier: Apache-2.0

import Keyward

extension Account {
    /// Has this session trusted, with the key that the person has.
    func unlock(_ person: Person) async throws {
        _ = try await unlock(input: .recoveryKey(key: RecoveryKey(base58: person.recoveryKey)))
    }

    func startReset(_ options: ResetOptions = ResetOptions()) async throws -> Reset {
        try await startReset(plan: planReset(), options: options)
    }
}

extension Reset {
    /// Waits until the new key is shown; the key.
    func untilKey() async throws -> String {
        try await states().firstSome { state in
            if case .saveKey(let recoveryKey) = state { recoveryKey.reveal() } else { nil }
        }
    }

    /// Waits for the server's question.
    @discardableResult
    func untilAuthorise() async throws -> Challenge {
        try await states().firstSome { state in
            if case .authorise(let challenge) = state { challenge } else { nil }
        }
    }

    /// Says that the key is saved and waits for the server's question; the key.
    @discardableResult
    func untilPassword() async throws -> String {
        let key = try await untilKey()
        try await confirmSaved(confirmation: .acknowledged)
        try await untilAuthorise()
        return key
    }

    /// Waits until the app has to take the new key over.
    func untilHandOver() async throws {
        try await states().firstSome { state in
            if case .handOver = state { () } else { nil }
        }
    }

    /// Waits until it stops; why.
    func untilStopped() async throws -> ResetError {
        try await states().firstSome { state in
            if case .stopped(let error) = state { error } else { nil }
        }
    }

    /// Waits for the end.
    func untilDone() async throws -> ResetOutcome {
        try await states().firstSome { state in
            if case .done(let outcome) = state { outcome } else { nil }
        }
    }

    /// Does what a person does who wants to get through, from wherever it is.
    @discardableResult
    func finish(_ user: User) async throws -> ResetOutcome {
        for await state in states() {
            switch state {
            case .working: break
            case .saveKey: try await confirmSaved(confirmation: .acknowledged)
            case .authorise: try await authorise(password: Password(text: user.password))
            case .stopped(let error): throw error
            case .done(let outcome): return outcome
            case .handOver: throw TestFailure("this session was logged in here")
            case .cancelled: throw TestFailure("the reset was cancelled")
            }
        }
        throw TestFailure("the states ended")
    }
}
