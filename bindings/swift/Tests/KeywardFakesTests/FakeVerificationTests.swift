// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardFakes

/// A fake verification goes the way of the real one.
@Suite struct FakeVerificationTests {
    private func now(_ verification: Verification) async throws -> VerificationState {
        for await state in verification.states() { return state }
        throw NoState()
    }

    @Test("Emoji are compared to the end, turn by turn")
    func emoji() async throws {
        let verification = FakeVerification(VerificationScript(holdsAt: Set(VerificationTurn.allCases)))
        #expect(try await now(verification) == .waiting)
        verification.goOn()
        #expect(try await now(verification) == .ready(emoji: true, showQr: true, scanQr: true))
        try await verification.startEmoji()
        #expect(try await now(verification) == .waiting, "for the keys")
        verification.goOn()
        guard case .emoji(let emoji, let decimals) = try await now(verification) else { throw NoState() }
        #expect(emoji.count == 7 && decimals.count == 3)
        try await verification.confirm()
        #expect(try await now(verification) == .confirmed)
        verification.goOn()
        verification.goOn()
        #expect(try await now(verification) == .done)
        #expect(await code { try await verification.confirm() } == "verification.not_now")
        try await verification.cancel()
        #expect(try await now(verification) == .done)
    }

    @Test("Numbers that differ end it")
    func numbers() async throws {
        let verification = FakeVerification(VerificationScript(numbersOnly: true))
        try await verification.startEmoji()
        guard case .decimals(let numbers) = try await now(verification) else { throw NoState() }
        #expect(numbers.count == 3)
        try await verification.mismatch()
        guard case .cancelled(let byUs, .mismatchedSas, _) = try await now(verification) else { throw NoState() }
        #expect(byUs)
    }

    @Test("A code is shown and scanned")
    func codes() async throws {
        let shown = FakeVerification()
        let code = try #require(try await shown.qrCode())
        #expect(code.modules().count == code.size() * code.size() && !code.bytes().isEmpty)
        #expect("\(code)" == "[redacted]")
        shown.goOn()
        #expect(try await now(shown) == .scanned)
        #expect(await self.code { try await shown.mismatch() } == "verification.not_now")
        try await shown.confirm()
        #expect(try await now(shown) == .done)

        let scanning = FakeVerification(VerificationScript(showQr: false))
        for (bytes, expected) in [("MATRIX?", "other_qr_code"), ("else", "unknown_qr_code")] {
            #expect(await self.code { try await scanning.scan(bytes: Data(bytes.utf8)) } == "verification.\(expected)")
        }
        try await scanning.scan(bytes: Samples.otherQrCode)
        #expect(try await now(scanning) == .done)
        #expect(try await FakeVerification(VerificationScript(emoji: false, showQr: false)).qrCode() == nil)
    }

    private func code(_ call: () async throws -> some Any) async -> String? {
        await KeywardFakesTests.code(call)
    }

    @Test("After a failure it goes on with retry")
    func stopped() async throws {
        let failure = FakeErrors.verification("verification.not_signed")
        let verification = FakeVerification(VerificationScript(failsAt: [.sign: failure]))
        try await verification.startEmoji()
        try await verification.confirm()
        #expect(try await now(verification) == .stopped(error: failure))
        try await verification.retry()
        #expect(try await now(verification) == .done)
        #expect(!VerificationScript.stops(with: failure, at: .accept))
        #expect(!VerificationScript.stops(with: FakeErrors.verification("verification.not_now"), at: .sign))
    }

    @Test("It ends before its time", arguments: CancelReason.allCases)
    func ended(_ cause: CancelReason) async throws {
        let verification = FakeVerification(isIncoming: true)
        try await verification.accept()
        verification.end(cause)
        guard case .cancelled(let byUs, let seen, let reason) = try await now(verification) else { throw NoState() }
        #expect(seen == cause && byUs == !cause.isOfOther && !reason.isEmpty)
    }

    @Test("An account verifies itself by another session, and others after that")
    func account() async throws {
        let account = FakeAccount(.lockedOut)
        #expect(await code { try await account.verifySession(deviceId: "BROWSER") } == "verification.nobody_can_sign")
        #expect(await code { try await account.verifySession(deviceId: "BRIDGE") } == "verification.no_encryption")
        let own = try await account.verifyThisSession()
        #expect(own.deviceId() == Samples.otherDeviceId)
        try await own.startEmoji()
        try await own.confirm()
        #expect(try await account.status().verified)
        #expect(try await account.examine().isHealthy())
        let other = try await account.verifySession(deviceId: "BROWSER")
        try await other.startEmoji()
        try await other.confirm()
        let browser = try await account.sessions().list().others.first { $0.deviceId == "BROWSER" }
        #expect(browser?.trust == .verified)
        #expect(await code { try await account.verifyThisSession() } == "verification.already_verified")
    }

    @Test("Another session asks, and a newer verification ends the one before")
    func requests() async throws {
        let account = FakeAccount()
        async let next = account.nextVerificationRequest()
        account.requestVerification()
        let first = try await next
        #expect(try await now(first) == .requested)
        account.requestVerification()
        for try await second in account.verificationRequests() {
            try await second.accept()
            break
        }
        guard case .cancelled(_, .anotherVerification, _) = try await now(first) else { throw NoState() }
        let waiting = Task { await code { try await account.nextVerificationRequest() } }
        try await account.shutDown()
        #expect(await waiting.value == "account.closed")
    }

    @Test("The old key unlocks, and after a reset the new one")
    func unlock() async throws {
        let account = FakeAccount(.lockedOut, unlockFailsWith: FakeErrors.unlock("server.unreachable"))
        func key(_ text: String) -> KeyInput { .recoveryKey(key: FakeRecoveryKey(text)) }
        #expect(await code { try await account.unlock(input: key(Samples.oldKey)) } == "server.unreachable")
        #expect(await code { try await account.unlock(input: key("EsTx")) } == "secret_storage.wrong_key")
        #expect(await code { try await account.unlock(input: key("x")) } == "secret_storage.mistyped_key")
        #expect(try await account.unlock(input: key(Samples.oldKey)).keyBackup)
        #expect(try await account.status().verified)
        #expect(try await account.checkRecoveryKey(key: key(Samples.oldKey)).isDefault)
        let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
        try await reset.saved()
        try await reset.authorise(password: right)
        #expect(await code { try await account.unlock(input: key(Samples.oldKey)) } == "secret_storage.wrong_key")
        #expect(await code { try await account.unlock(input: key(Samples.newKey)) } == nil)
        let phrase = KeyInput.passphrase(passphrase: FakePassphrase(Samples.oldPhrase))
        #expect(await code { try await account.unlock(input: phrase) } == "secret_storage.no_passphrase")
    }
}
