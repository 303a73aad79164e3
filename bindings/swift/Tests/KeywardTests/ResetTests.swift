// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@Suite struct ResetTests {
    @Test("An account whose key is lost gets a new one, with which its history can be read")
    func lostKey() async throws {
        let person = try await TestService.person()
        try await loggedIn(person) { login in
            let account = login.account
            #expect(account.userId() == person.userId)
        }
    }
}
