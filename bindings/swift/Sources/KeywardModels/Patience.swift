// SPDX-License-Identifier: Apache-2.0

import Keyward

/// Waits for a paused account: an app that comes to the front resumes it while its screens ask already.
struct Patience: Sendable {
    /// Between two tries.
    var rest: @Sendable () async throws -> Void = { try await Task.sleep(nanoseconds: 1_000_000_000) }

    /// It may stay paused for long: another process has the store.
    static let tries = 30

    /// Asks until the account is not paused, or has been for long.
    func whilePaused<Answer: Sendable>(_ ask: @Sendable () async throws -> Answer) async throws -> Answer {
        for _ in 1..<Self.tries {
            do {
                return try await ask()
            } catch let error as any KeywardError where error.isPause {
                try await rest()
            }
        }
        return try await ask()
    }
}

extension KeywardError {
    /// The account was paused, before the call or meanwhile.
    var isPause: Bool { code == "account.paused" }
}
