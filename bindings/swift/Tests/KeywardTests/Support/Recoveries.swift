// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What a person types.
func keyInput(_ key: String) -> KeyInput {
    .recoveryKey(key: RecoveryKey(base58: key))
}

extension Recovery {
    /// Waits until the new key is shown; the key. Throws what stopped the making of it before.
    func untilKey() async throws -> String {
        try await firstSome { state in
            if case .saveKey(let recoveryKey) = state { recoveryKey.reveal() } else { nil }
        }
    }

    /// Waits for the end. Throws what stopped it before.
    func untilDone() async throws -> RecoveryOutcome {
        try await firstSome { state in
            if case .done(let outcome) = state { outcome } else { nil }
        }
    }

    /// Says that the key is saved, and waits for the end.
    @discardableResult
    func finish() async throws -> RecoveryOutcome {
        try await confirmSaved(confirmation: .acknowledged)
        return try await untilDone()
    }

    private func firstSome<Value>(_ some: (RecoveryState) -> Value?) async throws -> Value {
        for await state in states() {
            if let value = some(state) { return value }
            if case .stopped(let error) = state { throw error }
        }
        throw TestFailure("the states ended before it came")
    }
}
