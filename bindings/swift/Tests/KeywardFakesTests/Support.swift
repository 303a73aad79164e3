// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes

extension Reset {
    /// Where it is now.
    func now() async throws -> ResetState {
        for await state in states() { return state }
        throw NoState()
    }

    /// Says that the key is saved.
    func saved() async throws {
        try await confirmSaved(confirmation: .acknowledged)
    }

    /// Waits until it is over; the states on the way, by name.
    func way() async -> [String] {
        await states().reduce(into: []) { $0.append(name($1)) }
    }
}

extension Recovery {
    /// Where it is now.
    func now() async throws -> RecoveryState {
        for await state in states() { return state }
        throw NoState()
    }
}

struct NoState: Error {}

/// The name of the case, without its values.
func name(_ value: Any) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
}

/// The code of the error that the call throws.
func code(_ call: () async throws -> some Any) async -> String? {
    do {
        _ = try await call()
        return nil
    } catch {
        return (error as? any KeywardError)?.code
    }
}

let right = FakePassword(Samples.password)
