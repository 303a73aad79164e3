// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// Keyward and another client verify each other, each with a person who looks at it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct VerificationTests {
    @Test("This session is verified by the phone, with emoji that Keyward starts")
    func thisSessionByEmoji() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            // It has to know of a session that asks.
            try await person.phone.sync()
            let verification = try await account.verifyThisSession()
            #expect(verification.deviceId() == nil, "nobody has answered")
            async let there = person.phone.acceptAndCompare()
            let here = try await verification.compare(starts: true)
            #expect(here.last == .done)
            #expect(try await emoji(here) == there)
            #expect(verification.deviceId() == person.phone.deviceId)
            #expect(try await account.status().verified)
            #expect(try await person.observer.isSigned(account.deviceId()))
            #expect(try await verification.states().collected() == [.done], "the end stays")
            await fails(VerificationError.NotNow) { try await verification.confirm() }
            // The private keys come by themselves.
            while try await !account.status().privateKeys {}
            await fails(VerificationError.AlreadyVerified) { try await account.verifyThisSession() }
        }
    }

    @Test("Private keys that did not come with a verification are asked for again")
    func missingKeys() async throws {
        let person = try await TestService.person()
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            try await person.phone.sync()
            try await proxy.reply(method: "PUT", pathContains: "/sendToDevice/m.secret.request")
            let verification = try await account.verifyThisSession()
            async let there = person.phone.acceptAndCompare()
            _ = try await verification.compare(starts: true)
            _ = try await there
            #expect(try await !account.status().privateKeys)
            let missing = try await account.examine().findings().first { $0.code == .sessionKeysMissing }
            let ask = try #require(missing?.remedies.first)
            #expect(ask.code == .askOtherSessions && ask.sessions == [person.phone.deviceId])
            await fails(RecoveryError.KeysMissing) {
                try await account.startRecovery(options: RecoveryOptions())
            }
            await fails(RepairError.NobodyAnswered) { try await account.askOtherSessions(patience: 1) }
            try await proxy.disarm()
            try await account.askOtherSessions(patience: 60)
            #expect(try await account.status().privateKeys)
            #expect(try await account.examine().isHealthy())
        }
    }

    @Test("A session that asks is verified by Keyward, with emoji that it starts itself")
    func anotherSessionByEmoji() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            try await tablet.verification("ask", ["device_id": .string(login.account.deviceId())])
            let verification = try await login.account.verificationRequests().firstSome { $0 }
            #expect(verification.deviceId() == tablet.deviceId)
            async let there = {
                try await tablet.verification("start")
                return try await tablet.compare()
            }()
            let here = try await verification.compare(starts: false)
            #expect(here.first == .requested)
            #expect(here.last == .done)
            #expect(try await emoji(here) == there)
            #expect(try await person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("Numbers are compared where the other client has no emoji")
    func numbers() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            async let there = {
                try await tablet.verification("accept")
                let shown = try await tablet.verification("emoji", ["only_decimals": true])["decimals"]
                try await tablet.verification("confirm")
                try await tablet.verification("done")
                return shown.array?.compactMap(\.int)
            }()
            let here = try await verification.compare(starts: true)
            let decimals = here.compactMap { if case .decimals(let decimals) = $0 { decimals } else { nil } }
            #expect(try await decimals == [there])
            #expect(here.last == .done)
            #expect(try await person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("The tablet scans the code that Keyward shows")
    func showQrCode() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            try await tablet.verification("accept")
            #expect(try await verification.untilReady().showQr)
            let code = try #require(try await verification.qrCode())
            #expect(code.description == "[redacted]")
            #expect(code.bytes().starts(with: Data("MATRIX".utf8)))
            #expect(code.size() % 4 == 1, "a QR code of some version")
            #expect(code.modules().count == Int(code.size() * code.size()))
            #expect(code.modules().first == true, "a finder pattern is in the corner")
            #expect(try await verification.qrCode()?.bytes() == code.bytes(), "the same code each time")
            let base64 = code.bytes().base64EncodedString()
            async let there: Void = {
                try await tablet.verification("scan_qr", ["code": .string(base64)])
                try await tablet.verification("done")
            }()
            var shown: [VerificationState] = []
            for await state in verification.states() {
                shown.append(state)
                if state == .scanned { try await verification.confirm() }
            }
            #expect(shown.contains(.scanned))
            #expect(shown.last == .done)
            try await there
            #expect(try await person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("Keyward scans the code that the phone shows, and no other")
    func scanQrCode() async throws {
        let person = try await TestService.person(.none)
        try await loggedIn(person) { login in
            let account = login.account
            try await person.phone.sync()
            try await person.phone.verification("ask", ["device_id": .string(account.deviceId())])
            let verification = try await account.nextVerificationRequest()
            #expect(verification.deviceId() == person.phone.deviceId)
            await fails(VerificationError.NotNow) { try await verification.startEmoji() }
            try await verification.accept()
            #expect(try await verification.untilReady() == (emoji: true, showQr: true, scanQr: true))
            let base64 = try await person.phone.verification("show_qr").text("code")
            let code = try #require(Data(base64Encoded: base64))
            await fails(VerificationError.UnknownQrCode) {
                try await verification.scan(bytes: Data("https://example.org".utf8))
            }
            // After "MATRIX", version, mode and length comes the id of the flow.
            var ofAnother = code
            ofAnother[10] ^= 1
            await fails(VerificationError.OtherQrCode) { [ofAnother] in try await verification.scan(bytes: ofAnother) }
            async let there: Void = {
                try await person.phone.verification("scanned")
                try await person.phone.verification("confirm")
                try await person.phone.verification("done")
            }()
            try await verification.scan(bytes: code)
            #expect(try await verification.states().collected().last == .done)
            try await there
            #expect(try await person.observer.isSigned(account.deviceId()))
        }
    }

    @Test("Emoji that differ end it on both sides, whoever says so", arguments: ["Keyward", "tablet"])
    func mismatch(sayer: String) async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            async let there = {
                try await tablet.verification("accept")
                try await tablet.verification("emoji")
                if sayer == "tablet" { try await tablet.verification("mismatch") }
                return try await tablet.verification("cancelled").text("code")
            }()
            for await state in verification.states() {
                switch state {
                case .ready: try await verification.startEmoji()
                case .emoji where sayer == "Keyward": try await verification.mismatch()
                default: break
                }
            }
            #expect(try await there == "m.mismatched_sas")
            try await expectCancelled(verification, byUs: sayer == "Keyward", .mismatchedSas)
            #expect(try await !person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("Either side can cancel before, and both learn of it")
    func cancelBefore() async throws {
        try await verifiedBesideATablet { login, _, tablet in
            let ours = try await login.account.verifySession(deviceId: tablet.deviceId)
            try await tablet.verification("asked")
            try await ours.cancel()
            #expect(try await tablet.verification("cancelled").text("code") == "m.user")
            try await expectCancelled(ours, byUs: true, .user)
            await fails(VerificationError.NotNow) { try await ours.startEmoji() }

            try await tablet.verification("ask", ["device_id": .string(login.account.deviceId())])
            let declinedHere = try await login.account.nextVerificationRequest()
            try await declinedHere.cancel()
            #expect(try await tablet.verification("cancelled").text("code") == "m.user")
            try await expectCancelled(declinedHere, byUs: true, .user)

            try await tablet.verification("ask", ["device_id": .string(login.account.deviceId())])
            let theirs = try await login.account.nextVerificationRequest()
            #expect(try await theirs.states().firstSome { $0 } == .requested)
            try await tablet.verification("cancel")
            try await expectCancelled(theirs, byUs: false, .user)
        }
    }

    @Test("Either side can cancel while the emoji are shown", arguments: ["Keyward", "tablet"])
    func cancelAtEmoji(who: String) async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            async let there = {
                try await tablet.verification("accept")
                try await tablet.verification("emoji")
                if who == "tablet" { try await tablet.verification("cancel") }
                return try await tablet.verification("cancelled").text("code")
            }()
            for await state in verification.states() {
                switch state {
                case .ready: try await verification.startEmoji()
                case .emoji where who == "Keyward": try await verification.cancel()
                default: break
                }
            }
            #expect(try await there == "m.user")
            try await expectCancelled(verification, byUs: who == "Keyward", .user)
            #expect(try await !person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("The reason that the other client has for cancelling arrives")
    func reasons() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let account = login.account
            let reasons: [(String, CancelReason)] = [
                ("m.timeout", .timedOut), ("m.accepted", .acceptedElsewhere), ("m.unknown_method", .unknownMethod),
                ("m.key_mismatch", .keyMismatch), ("m.user_mismatch", .userMismatch),
                ("m.mismatched_commitment", .mismatchedCommitment), ("m.unexpected_message", .unexpectedMessage),
                ("m.invalid_message", .invalidMessage), ("m.unknown_transaction", .unknownTransaction),
                ("m.qr_code.invalid", .invalidQrCode), ("org.example.whim", .other),
            ]
            for (code, cause) in reasons {
                let verification = try await account.verifySession(deviceId: tablet.deviceId)
                let flow = try await tablet.verification("asked").text("flow_id")
                let content: JSON = ["transaction_id": .string(flow), "code": .string(code), "reason": "because"]
                let body: JSON = ["messages": .object([person.userId: .object([account.deviceId(): content])])]
                let path = "/v3/sendToDevice/m.key.verification.cancel/\(flow)"
                #expect(try await tablet.request("PUT", path, body).status == 200)
                let reason = try await expectCancelled(verification, byUs: false, cause)
                #expect(!reason.contains("because"), "what others write is not shown")
                try await tablet.verification("cancel")
            }
        }
    }

    @Test("A second verification takes the place of the first, and a logout ends it")
    func replaced() async throws {
        try await verifiedBesideATablet { login, _, tablet in
            let first = try await login.account.verifySession(deviceId: tablet.deviceId)
            let second = try await login.account.verifySession(deviceId: tablet.deviceId)
            try await expectCancelled(first, byUs: true, .anotherVerification)
            #expect(try await second.states().firstSome { $0 } == .waiting)
            try await tablet.logout()
            try await expectCancelled(second, byUs: true, .sessionGone)
        }
    }

    @Test("Streams of states end alone, with the verification, and with the account")
    func streams() async throws {
        try await verifiedBesideATablet { login, _, tablet in
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            let stopped = verification.openStates()
            #expect(await stopped.next() == .waiting)
            async let waiting = stopped.next()
            for _ in 0..<2 { stopped.stop() }
            #expect(await waiting == nil)
            #expect(await stopped.next() == nil)
            let reader = Task { for await _ in verification.states() {} }
            reader.cancel()
            await reader.value

            // It goes on all the same.
            try await tablet.verification("accept")
            _ = try await verification.untilReady()
            var readers = (verification.states().makeAsyncIterator(), verification.states().makeAsyncIterator())
            let ready = VerificationState.ready(emoji: true, showQr: true, scanQr: true)
            #expect(await readers.0.next() == ready)
            #expect(await readers.1.next() == ready)
            try await login.account.shutDown()
            #expect(await readers.0.next() == nil)
            #expect(await readers.1.next() == nil)
            await fails(VerificationError.Closed) { try await verification.startEmoji() }
            await fails(VerificationError.Closed) { try await verification.retry() }
            await fails(VerificationError.Closed) { try await verification.cancel() }
        }
    }

    @Test("Waiting for a request can be cancelled, and loses none")
    func cancelledWaiting() async throws {
        let proxy = try await TestService.proxy()
        try await verifiedBesideATablet(homeserver: proxy.url) { login, _, tablet in
            let account = login.account
            try await proxy.hold(pathEndsWith: "/sync")
            let one = Task { try await account.nextVerificationRequest() }
            try await proxy.held()
            one.cancel()
            await #expect(throws: CancellationError.self) { try await one.value }
            let all = Task { for try await _ in account.verificationRequests() {} }
            all.cancel()
            await #expect(throws: CancellationError.self) { try await all.value }
            try await proxy.release()
            try await tablet.verification("ask", ["device_id": .string(account.deviceId())])
            let verification = try await account.verificationRequests().firstSome { $0 }
            #expect(verification.deviceId() == tablet.deviceId)
        }
    }

    @Test("Sessions that cannot be verified are refused with the reason")
    func refused() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            let account = login.account
            await fails(VerificationError.NotFound) { try await account.verifySession(deviceId: "NOBODY") }
            await fails(VerificationError.CurrentSession) {
                try await account.verifySession(deviceId: account.deviceId())
            }
            await fails(VerificationError.NoEncryption) {
                try await account.verifySession(deviceId: person.observer.deviceId)
            }
            await fails(VerificationError.AlreadyVerified) { try await account.verifyThisSession() }

            let verification = try await account.verifySession(deviceId: tablet.deviceId)
            await fails(VerificationError.NotNow) { try await verification.confirm() }
            #expect(try await verification.states().firstSome { $0 } == .waiting)
            try await TestService.breakStore(login.folder)
            await fails(VerificationError.Store) { try await account.verifySession(deviceId: tablet.deviceId) }
            try await TestService.mendStore(login.folder)
        }
        try await loggedIn(TestService.newUser()) { login in
            await fails(VerificationError.NoIdentity) { try await login.account.verifyThisSession() }
        }
    }

    @Test("Somebody has to be able to sign")
    func nobodyToSign() async throws {
        let person = try await TestService.person(.none)
        let tablet = try await TestService.login(person, withEncryption: true)
        let proxy = try await TestService.proxy()
        try await loggedIn(person, homeserver: proxy.url) { login in
            let account = login.account
            await fails(VerificationError.NobodyCanSign) { try await account.verifySession(deviceId: tablet.deviceId) }
            try await person.phone.logout()
            await fails(VerificationError.NobodyToAsk) { try await account.verifyThisSession() }
            try await proxy.arm("status_500", forEver: true)
            await fails({ VerificationError.Server(problem: .failing(status: 500), advice: $0) }) {
                try await account.verifyThisSession()
            }
        }
    }

    @Test("A signature that the server does not keep is no verification until it is sent again")
    func notSigned() async throws {
        let proxy = try await TestService.proxy()
        try await verifiedBesideATablet(homeserver: proxy.url) { login, person, tablet in
            try await proxy.reply(pathEndsWith: "/keys/signatures/upload")
            let verification = try await login.account.verifySession(deviceId: tablet.deviceId)
            async let there = tablet.acceptAndCompare()
            var (stops, last) = (0, VerificationState.waiting)
            for await state in verification.states() {
                last = state
                switch state {
                case .ready: try await verification.startEmoji()
                case .emoji: try await verification.confirm()
                case .stopped(let error):
                    stops += 1
                    expectForPeople(error)
                    #expect(error == .NotSigned(advice: error.advice()))
                    #expect(try await !person.observer.isSigned(tablet.deviceId))
                    try await proxy.disarm()
                    try await verification.retry()
                default: break
                }
            }
            #expect(stops > 0 && last == .done)
            _ = try await there
            #expect(try await person.observer.isSigned(tablet.deviceId))
        }
    }

    @Test("A verification that is let go leaves the account to the next one")
    func letGo() async throws {
        try await verifiedBesideATablet { login, person, tablet in
            _ = try await login.account.verifySession(deviceId: tablet.deviceId)
            let next = try await login.account.verifySession(deviceId: tablet.deviceId)
            async let there = tablet.acceptAndCompare()
            let here = try await next.compare(starts: true)
            #expect(here.last == .done)
            #expect(try await emoji(here) == there)
            #expect(try await person.observer.isSigned(tablet.deviceId))
        }
    }
}

/// Keyward, unlocked, and another session of the same person that is not verified and has heard of it.
private func verifiedBesideATablet(
    homeserver: String? = nil, _ work: (Login, Person, OtherSession) async throws -> Void
) async throws {
    let person = try await TestService.person(.none)
    try await loggedIn(person, homeserver: homeserver) { login in
        try await login.account.unlock(person)
        let tablet = try await TestService.login(person, withEncryption: true)
        try await tablet.sync()
        try await work(login, person, tablet)
    }
}

/// Expects that this is how it ended. Returns the reason.
@discardableResult
private func expectCancelled(
    _ verification: Verification, byUs: Bool, _ cause: CancelReason,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
    guard case .cancelled(let cancelledByUs, let actual, let reason) = try await verification.states().collected().last
    else { throw TestFailure("it was not cancelled") }
    #expect(cancelledByUs == byUs && actual == cause, sourceLocation: sourceLocation)
    #expect(reason.first?.isUppercase == true && reason.hasSuffix("."), sourceLocation: sourceLocation)
    return reason
}

/// What was shown to compare, as the test service has it.
private func emoji(_ states: [VerificationState]) throws -> JSON {
    let shown: [JSON] = states.compactMap { state in
        guard case .emoji(let emoji, let decimals) = state else { return nil }
        #expect(emoji.count == 7 && decimals.count == 3)
        return .array(emoji.map { [.string($0.symbol), .string($0.description)] })
    }
    #expect(shown.count == 1)
    return shown.first ?? .null
}

extension OtherSession {
    /// The person at the other client compares and agrees; what was shown.
    fileprivate func compare() async throws -> JSON {
        let shown = try await verification("emoji")["emoji"]
        try await verification("confirm")
        try await verification("done")
        return shown
    }

    func acceptAndCompare() async throws -> JSON {
        try await verification("accept")
        return try await compare()
    }
}

extension Verification {
    /// The person at Keyward accepts, compares and agrees; what was shown.
    fileprivate func compare(starts: Bool) async throws -> [VerificationState] {
        var shown: [VerificationState] = []
        for await state in states() {
            shown.append(state)
            switch state {
            case .requested: try await accept()
            case .ready where starts: try await startEmoji()
            case .emoji, .decimals: try await confirm()
            case .stopped(let error): throw error
            default: break
            }
        }
        return shown
    }

    /// Waits until both sides are there; what is possible.
    fileprivate func untilReady() async throws -> (emoji: Bool, showQr: Bool, scanQr: Bool) {
        try await states().firstSome { state in
            if case .ready(let emoji, let showQr, let scanQr) = state { (emoji, showQr, scanQr) } else { nil }
        }
    }
}
