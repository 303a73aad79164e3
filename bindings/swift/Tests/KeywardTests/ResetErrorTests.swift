// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

/// Each kind of error that a reset can be made to have, as a person would meet it. `bindings/README.md` says how each
/// is provoked.
@Suite struct ResetErrorTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case planOutdated, superseded, pending, alreadyRunning, nothingPending, emptyPassphrase, weakPassphrase
        case keyMismatch, outOfOrder, wrongPassword, browserNeeded, authorisationUnsupported, alreadyCommitted
        case stagingNotKept, notAccepted, notUndone, notKept, notDeleted, notSigned, backupReplaced, export, unknownJournal, store, closed

        var testDescription: String { rawValue }
        /// UniFFI writes errors' cases in Rust's way.
        var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    @Test("Each kind of error is thrown or stops the reset, and has a text for people", arguments: Kind.allCases)
    func kind(_ kind: Kind) async throws {
        let person = try await TestService.person(.none)
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let error = try await provoke(kind, person, proxy, login)
            try await proxy.disarm()
            #expect(caseName(error) == kind.name)
            expectForPeople(error)
        }
    }

    private func provoke(_ kind: Kind, _ person: Person, _ proxy: Proxy, _ login: Login) async throws -> ResetError {
        let account = login.account
        let password = Password(text: person.password)
        switch kind {
        case .planOutdated:
            let plan = try await account.planReset()
            try await TestService.login(person, withEncryption: true).resetIdentity()
            return try await account.startReset(plan: plan, options: ResetOptions()).untilStopped()
        case .superseded:
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            try await TestService.login(person, withEncryption: true).resetIdentity()
            try await reset.confirmSaved(confirmation: .acknowledged)
            return try await reset.untilStopped()
        case .pending:
            _ = try await account.startReset().untilKey()
            return try await thrown(ResetError.self) { try await account.startReset() }
        case .alreadyRunning:
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            let error = try await thrown(ResetError.self) { try await account.resumeReset() }
            // The one that runs is none the worse.
            try await reset.finish(person)
            return error
        case .nothingPending:
            let cancelling = try await thrown(ResetError.self) { try await account.cancelReset() }
            #expect(caseName(cancelling) == kind.name)
            return try await thrown(ResetError.self) { try await account.resumeReset() }
        case .emptyPassphrase:
            return try await thrown(ResetError.self) {
                try await account.startReset(ResetOptions(passphrase: Passphrase(text: "")))
            }
        case .export:
            let export = ResetExport(
                file: "/no/such/folder/room-keys.txt", passphrase: Passphrase(text: "correct horse"))
            return try await thrown(ResetError.self) { try await account.startReset(ResetOptions(export: export)) }
        case .weakPassphrase:
            return try await thrown(ResetError.self) {
                try await account.startReset(ResetOptions(passphrase: Passphrase(text: "hunter2")))
            }
        case .keyMismatch:
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            let old = RecoveryKey(base58: person.recoveryKey)
            return try await thrown(ResetError.self) {
                try await reset.confirmSaved(confirmation: .retyped(recoveryKey: old))
            }
        case .outOfOrder:
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            return try await thrown(ResetError.self) { try await reset.authorise(password: password) }
        case .wrongPassword:
            let reset = try await account.startReset()
            try await reset.untilPassword()
            return try await thrown(ResetError.self) { try await reset.authorise(password: Password(text: "wrong")) }
        case .browserNeeded:
            let reset = try await account.startReset()
            let challenge = try await asks(
                reset, proxy, ["flows": [["stages": ["m.login.sso"]]], "params": [:], "session": "abc"])
            #expect(!challenge.answerableByPassword())
            #expect(challenge.unsupported() == [])
            #expect(challenge.pages().map(\.name) == ["m.login.sso"])
            #expect(challenge.pages().first?.page.contains("/auth/m.login.sso/fallback/web") == true)
            return try await thrown(ResetError.self) { try await reset.authorise(password: password) }
        case .authorisationUnsupported:
            let reset = try await account.startReset()
            // Without a session there is no page.
            let challenge = try await asks(reset, proxy, ["flows": [["stages": ["m.login.sso"]]], "params": [:]])
            #expect(challenge.pages() == [])
            #expect(challenge.unsupported() == ["m.login.sso"])
            return try await thrown(ResetError.self) { try await reset.authoriseInBrowser() }
        case .alreadyCommitted:
            let reset = try await account.startReset()
            try await reset.untilPassword()
            try await proxy.hold(method: "PUT", pathContains: "m.secret_storage.default_key")
            try await reset.authorise(password: password)
            try await proxy.held()
            let error = try await thrown(ResetError.self) { try await reset.cancel() }
            try await proxy.release()
            _ = try await reset.untilDone()
            return error
        case .stagingNotKept:
            try await proxy.reply(method: "PUT", pathContains: "account_data/m.cross_signing.master")
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            try await reset.confirmSaved(confirmation: .acknowledged)
            return try await reset.untilStopped()
        case .notAccepted:
            let reset = try await account.startReset()
            try await reset.untilPassword()
            try await proxy.reply(method: "POST", pathContains: "/keys/device_signing/upload")
            return try await thrown(ResetError.self) { try await reset.authorise(password: password) }
        case .notUndone:
            let reset = try await account.startReset()
            _ = try await reset.untilKey()
            try await proxy.reply(method: "PUT", pathContains: "/account_data/")
            return try await thrown(ResetError.self) { try await reset.cancel() }
        case .notKept:
            return try await stoppedAfterwards(account, person) {
                try await proxy.reply(method: "PUT", pathContains: "/account_data/")
            }
        case .notDeleted:
            return try await stoppedAfterwards(account, person, ResetOptions(compromised: true)) {
                try await proxy.reply(method: "DELETE", pathContains: "/room_keys/version")
            }
        case .notSigned:
            let refused: JSON = ["errcode": "M_INVALID_SIGNATURE", "error": "no"]
            let device: JSON = .object([account.deviceId(): refused])
            return try await stoppedAfterwards(account, person) {
                try await proxy.reply(
                    method: "POST", pathContains: "/keys/signatures/upload",
                    body: ["failures": .object([person.userId: device])])
            }
        case .backupReplaced:
            try await person.phone.sendMessages(1)
            try await person.phone.waitForBackup()
            try await account.unlock(person)
            return try await stoppedAfterwards(account, person) {
                try await proxy.reply(
                    method: "PUT", pathEndsWith: "/room_keys/keys", status: 403,
                    body: ["errcode": "M_WRONG_ROOM_KEYS_VERSION", "error": "no", "current_version": "9"])
            }
        case .unknownJournal:
            try await account.shutDown()
            try await TestService.setCustomValue(login.folder, key: login.key, name: "keyward.reset", value: "{}")
            let restored = try await login.open()
            return try await thrown(ResetError.self) { try await restored.resumeReset() }
        case .store:
            let plan = try await account.planReset()
            try await TestService.breakStore(login.folder)
            let error: ResetError
            do {
                error = try await account.startReset(plan: plan, options: ResetOptions()).untilStopped()
            } catch let thrown as ResetError {
                error = thrown
            }
            try await TestService.mendStore(login.folder)
            return error
        case .closed:
            try await account.shutDown()
            return try await thrown(ResetError.self) { try await account.planReset() }
        }
    }

    /// What the server asks for once the key is confirmed: this challenge.
    private func asks(_ reset: Reset, _ proxy: Proxy, _ challenge: JSON) async throws -> Challenge {
        _ = try await reset.untilKey()
        try await proxy.reply(pathEndsWith: "/keys/device_signing/upload", status: 401, body: challenge)
        try await reset.confirmSaved(confirmation: .acknowledged)
        return try await reset.untilAuthorise()
    }

    /// What stops a reset after its password, when the server has become like this.
    private func stoppedAfterwards(
        _ account: Account, _ person: Person, _ options: ResetOptions = ResetOptions(), _ lie: () async throws -> Void
    ) async throws -> ResetError {
        let reset = try await account.startReset(options)
        try await reset.untilPassword()
        try await lie()
        try await reset.authorise(password: Password(text: person.password))
        return try await reset.untilStopped()
    }

    enum Problem: String, CaseIterable, CustomTestStringConvertible {
        case unreachable, sessionExpired, rateLimited, failing, refused, notUnderstood

        var testDescription: String { rawValue }
    }

    @Test("A problem of the server stops the reset, and a retry goes on", arguments: Problem.allCases)
    func server(_ problem: Problem) async throws {
        let person = try await TestService.person(.none)
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let plan = try await login.account.planReset()
            if problem == .notUnderstood { return try await notUnderstood(login.account, plan, proxy) }
            switch problem {
            case .unreachable: try await proxy.arm("cut_before", forEver: true)
            case .sessionExpired: try await person.observer.request("POST", "/v3/logout/all", [:])
            case .rateLimited: try await proxy.arm("rate_limited", forEver: true, milliseconds: 100)
            case .failing: try await proxy.arm("status_500", forEver: true)
            case .refused: try await proxy.reply(status: 403, body: ["errcode": "M_FORBIDDEN", "error": "no"])
            case .notUnderstood: break
            }
            let reset = try await login.account.startReset(plan: plan, options: ResetOptions())
            let error = try await reset.untilStopped()
            guard case .Server(let server, _) = error else { throw error }
            #expect(caseName(server) == problem.rawValue)
            expectForPeople(error)
            try await proxy.disarm()
            if problem != .sessionExpired {
                try await reset.retry()
                _ = try await reset.untilKey()
            }
        }
    }

    /// What is staged is read back once the key is confirmed; until then no reply has anything in it to understand.
    private func notUnderstood(_ account: Account, _ plan: ResetPlan, _ proxy: Proxy) async throws {
        let reset = try await account.startReset(plan: plan, options: ResetOptions())
        _ = try await reset.untilKey()
        try await proxy.arm("wrong_json", forEver: true)
        try await reset.confirmSaved(confirmation: .acknowledged)
        let error = try await reset.untilStopped()
        guard case .Server(.notUnderstood, _) = error else { throw error }
        expectForPeople(error)
        try await proxy.disarm()
        try await reset.retry()
        try await reset.untilAuthorise()
    }

    private func expectForPeople(_ error: ResetError) {
        let text = error.localizedDescription
        #expect(text == error.description)
        #expect(text.first?.isUppercase == true && text.last.map { ".?".contains($0) } == true, "\(text)")
        #expect(!text.contains("reason:"), "\(text)")
    }
}
