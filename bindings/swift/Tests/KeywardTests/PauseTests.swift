// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// A pause gives the files up and keeps the objects; after it everything goes on.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PauseTests {
    @Test("A paused account holds no file, and its sequences go on afterwards")
    func pause() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            async let outcome = reset.untilDone()
            var updates = account.sessions().watch().makeAsyncIterator()
            #expect(try await updates.next() != nil)
            for _ in 0..<2 { try await account.pause() }
            #expect(openFiles(in: login.folder) == [])
            await fails(AccountError.Paused) { try await account.status() }
            await fails(ResetError.Paused) { try await reset.confirmSaved(confirmation: .acknowledged) }
            for _ in 0..<2 { try await account.resume() }

            let other = try await TestService.login(person, name: "Other")
            var isListed = false
            while !isListed {
                guard case .snapshot(let snapshot) = try #require(try await updates.next()) else { continue }
                isListed = snapshot.list.others.contains { $0.deviceId == other.deviceId }
            }
            try await reset.finish(person)
            _ = try await outcome
        }
    }

    @Test("After another process had the store, everything goes on with what is there now")
    func anotherProcess() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            try await account.pause()
            let other = try await Keyward.restore(folder: login.folder, key: login.key)
            await fails(ResumeError.InUse) { try await account.resume() }
            try await other.cancelReset()
            try await other.shutDown()
            try await account.resume()

            #expect(try await caseName(reset.untilStopped()) == "NothingPending")
            #expect(try await account.pendingReset() == nil)
            let again = try await account.startReset()
            _ = try await again.untilKey()
            try await again.cancel()
            try await account.shutDown()
            await fails(ResumeError.Closed) { try await account.resume() }
        }
    }

    /// The files in the folder that this process has open; on Linux alone there are any to see.
    private func openFiles(in folder: URL) -> [String] {
        let inside = folder.resolvingSymlinksInPath().path
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let targets = open.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        return targets.filter { $0.hasPrefix(inside) }
    }
}
