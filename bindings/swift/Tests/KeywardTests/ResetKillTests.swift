// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// The process dies in the middle of a reset; another one takes the reset up.
@Suite struct ResetKillTests {
    /// At which request the process dies.
    enum Moment: String, CaseIterable, CustomTestStringConvertible {
        case staging, asking, authorising, committed, backingUp, cleaningUp

        var testDescription: String { rawValue }

        func hold(_ proxy: Proxy) async throws {
            let upload = "/keys/device_signing/upload"
            switch self {
            case .staging: try await proxy.hold(method: "PUT", pathContains: "m.cross_signing.master", number: 1)
            // The first asks what the server wants, the second has the password.
            case .asking: try await proxy.hold(pathEndsWith: upload, number: 1)
            case .authorising: try await proxy.hold(pathEndsWith: upload, number: 2)
            case .committed: try await proxy.hold(pathEndsWith: upload, number: 2, after: true)
            case .backingUp: try await proxy.hold(method: "PUT", pathEndsWith: "/room_keys/keys", number: 1)
            case .cleaningUp: try await proxy.hold(method: "DELETE", pathContains: "/room_keys/version", number: 1)
            }
        }

        var pending: PendingReset? {
            switch self {
            case .staging, .asking: .staged
            // The request that was held may reach the server before the process asks it.
            case .authorising: nil
            case .committed, .backingUp, .cleaningUp: .committed
            }
        }
    }

    /// Has another process reset until it is killed at this moment; the new key, if it was shown.
    private func kill(_ login: Login, _ person: Person, _ proxy: Proxy, _ moment: Moment) async throws -> String {
        try await login.account.shutDown()
        try await moment.hold(proxy)
        let child = try Child(
            "KeywardCrash",
            ["reset", login.folder.path, login.key.reveal().base64EncodedString(), person.password])
        try await proxy.held()
        let said = await child.killNow()
        try await proxy.disarm()
        return said.first ?? ""
    }

    @Test("A reset goes on in another process after the first was killed", arguments: Moment.allCases)
    func resumed(_ moment: Moment) async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            let shown = try await kill(login, person, proxy, moment)

            let account = try await login.open()
            if let pending = moment.pending { #expect(try await account.pendingReset() == pending) }
            // Where the held request is on its way meanwhile, the judge would read a part before it and a part after.
            if moment != .authorising { try await oracle.assertSafe(shown.isEmpty ? nil : shown) }
            let outcome = try await account.resumeReset().finish(person)
            let key = outcome.recoveryKey.reveal()
            #expect(shown.isEmpty == (moment == .staging))
            if !shown.isEmpty { #expect(key == shown) }
            #expect(try await account.pendingReset() == nil)
            try await oracle.assertDone(key)
            #expect(try await person.whyHistoryIsUnreadable(with: key) == nil)
        }
    }

    @Test("A reset that was staged by a process that was killed is cancelled in another")
    func cancelled() async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            try await login.account.unlock(person)
            let oracle = try await TestService.oracle(person, login)
            _ = try await kill(login, person, proxy, .asking)

            let account = try await login.open()
            try await account.cancelReset()
            #expect(try await account.pendingReset() == nil)
            try await oracle.assertCancelled()
        }
    }
}
