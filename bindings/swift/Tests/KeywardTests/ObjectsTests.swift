// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@Suite struct ObjectsTests {
    @Test("A thousand accounts are let go on any thread without a shutdown, and nothing aborts or is left")
    func letGo() async throws {
        let user = try await TestService.newUser()
        try await withFolder { parent in
            let homeserver = try await Keyward.discover(user.homeserver)
            let key = StoreKey.generate()
            var folders: [String] = []
            for number in 0..<8 {
                let folder = parent.appendingPathComponent("\(number)")
                folders.append(folder.path)
                try await Keyward.login(
                    homeserver: homeserver, user: user.userId, password: Password(text: user.password),
                    sessionName: "\(number)", folder: folder, key: key
                ).shutDown()
            }
            let child = try Child("KeywardCrash", ["drop", "1000", key.reveal().base64EncodedString()] + folders)
            let end = await child.end()
            #expect(end.code == 0)
            let numbers = try #require(end.said.last).split(separator: " ").compactMap { Int($0) }
            try #require(numbers.count == 4)
            #expect(numbers[0] == 1000)
            // Open files.
            #expect(numbers[2] <= numbers[1])
            // MiB that it grew by in 900 accounts: a leaked one has about one.
            #expect(numbers[3] < 50)
        }
    }
}
