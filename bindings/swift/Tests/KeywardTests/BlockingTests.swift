// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@Suite struct BlockingTests {
    /// Swift has as many threads for tasks as there are processors: if each of these calls kept one, nothing else could
    /// run.
    @Test("Other tasks go on while more Security Phrases are derived than Swift has threads")
    func derivation() async throws {
        let accounts = ProcessInfo.processInfo.activeProcessorCount + 1
        let ticking = Task {
            var (ticks, longest, last) = (0, 0.0, Date())
            while !Task.isCancelled {
                try? await Task.sleep(nanoseconds: 1_000_000)
                let now = Date()
                (ticks, longest, last) = (ticks + 1, max(longest, now.timeIntervalSince(last)), now)
            }
            return (ticks: ticks, longest: longest)
        }
        let shortest = try await withThrowingTaskGroup(of: TimeInterval.self) { group in
            for _ in 0..<accounts {
                group.addTask {
                    let user = try await TestService.newUser()
                    return try await loggedIn(user) { login in
                        let plan = try await login.account.planReset()
                        let phrase = Passphrase(text: "seven quiet otters borrowed a lighthouse")
                        let start = Date()
                        // 500 000 rounds.
                        let reset = try await login.account.startReset(
                            plan: plan, options: ResetOptions(passphrase: phrase))
                        _ = try await reset.untilKey()
                        return Date().timeIntervalSince(start)
                    }
                }
            }
            return try await group.reduce(.infinity, min)
        }
        ticking.cancel()
        let (ticks, longest) = await ticking.value
        #expect(ticks > 50)
        #expect(longest < shortest / 2, "the longest pause was \(longest) s of \(shortest) s")
    }
}
