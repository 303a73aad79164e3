// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@Suite struct SampleTests {
    @Test("The sample lists the sessions and resets the account")
    func sample() async throws {
        let person = try await TestService.person()
        let sample = try Child("KeywardSample", [person.homeserver, person.userId])
        sample.type(person.password)
        _ = try await sample.line { $0.contains(person.phone.deviceId) }
        _ = try await sample.line { $0 == "Your new Security Key is" }
        let key = try await sample.line { !$0.isEmpty }
        sample.type("not the key")
        sample.type(key)
        sample.type("not the password")
        sample.type(person.password)
        let end = await sample.end()
        #expect(end.code == 0)
        #expect(end.said.contains { $0.hasPrefix("Done.") })
        let other = try await TestService.login(person, withEncryption: true)
        try await other.recover(key)
        #expect(try await other.isSigned(other.deviceId))
    }

    @Test("The sample says what is wrong, and ends with an error")
    func wrongPassword() async throws {
        let user = try await TestService.newUser()
        let sample = try Child("KeywardSample", [user.homeserver, user.userId])
        sample.type("wrong")
        #expect(await sample.end().code == 1)
    }
}
