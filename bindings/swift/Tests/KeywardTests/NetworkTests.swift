// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// How servers are reached. What they are told is tested in Kotlin, over the same calls.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct NetworkTests {
    @Test("What cannot be used is refused, says why, and changes nothing")
    func refused() async throws {
        await fails(NetworkError.Proxy) {
            try Keyward.useNetwork(settings: NetworkSettings(proxy: ProxySettings(address: "http://me:secret@proxy")))
        }
        await fails(NetworkError.Authority) {
            try Keyward.useNetwork(settings: NetworkSettings(authorities: [Data("none".utf8)]))
        }
        await fails(NetworkError.UserAgent) {
            try Keyward.useNetwork(settings: NetworkSettings(userAgent: "two\nlines"))
        }
    }

    @Test("A proxy is taken as it is given, and its password is not shown")
    func proxy() throws {
        let login = ProxyLogin(user: "me", password: Password(text: "secret"))
        let settings = NetworkSettings(proxy: ProxySettings(address: "http://localhost:9", login: login))
        try Keyward.useNetwork(settings: settings)
        #expect(!"\(settings)".contains("secret"))
        try Keyward.useNetwork(settings: NetworkSettings())
    }
}
