// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes

/// A fake reset goes the way of the real one.
@Suite struct FakeResetTests {
    @Test("The way leads over the key and the password to the end")
    func way() async throws {
        let reset = FakeReset()
        guard case .saveKey(let key) = try await reset.now() else { throw NoState() }
        #expect(key.reveal() == Samples.newKey)
        try await reset.confirmSaved(confirmation: .retyped(recoveryKey: FakeRecoveryKey()))
        #expect(name(try await reset.now()) == "authorise")
        async let seen = reset.way()
        try await reset.authorise(password: right)
        #expect(await seen.last == "done")
        guard case .done(let outcome) = try await reset.now() else { throw NoState() }
        #expect(outcome.oldBackup == .drained)
        #expect(await code { try await reset.retry() } == "reset.out_of_order")
        #expect(await code { try await reset.cancel() } == "reset.already_committed")
        #expect(await reset.way() == ["done"])
    }

    @Test("Of an attached session the key is handed over before the end", arguments: HandedOver.allCases)
    func attached(_ how: HandedOver) async throws {
        let reset = FakeReset(attached: true)
        try await reset.saved()
        try await reset.authorise(password: right)
        #expect(name(try await reset.now()) == "handOver")
        #expect(await code { try await reset.cancel() } == "reset.already_committed")
        #expect(name(try await reset.now()) == "handOver")
        try await reset.handedOver(how: how)
        guard case .done(let outcome) = try await reset.now() else { throw NoState() }
        #expect(outcome.oldBackup == (how == .taken ? .drained : .kept))
    }

    @Test("Another key or a wrong password is asked for again")
    func askedAgain() async throws {
        let reset = FakeReset()
        let other = Confirmation.retyped(recoveryKey: FakeRecoveryKey("EsTo"))
        #expect(await code { try await reset.confirmSaved(confirmation: other) } == "reset.key_mismatch")
        let withoutSpaces = Samples.newKey.filter { $0 != " " }
        try await reset.confirmSaved(confirmation: .retyped(recoveryKey: FakeRecoveryKey(withoutSpaces)))
        #expect(await code { try await reset.authorise(password: FakePassword("wrong")) } == "auth.wrong_password")
        #expect(name(try await reset.now()) == "authorise")
        try await reset.authorise(password: right)
        #expect(name(try await reset.now()) == "done")
    }

    @Test("A call that does not fit changes nothing")
    func outOfOrder() async throws {
        let reset = FakeReset()
        #expect(await code { try await reset.authorise(password: right) } == "reset.out_of_order")
        #expect(await code { try await reset.authoriseInBrowser() } == "reset.out_of_order")
        #expect(await code { try await reset.handedOver(how: .taken) } == "reset.out_of_order")
        try await reset.checkNow()
        #expect(name(try await reset.now()) == "saveKey")
    }

    @Test("A cancel before the commit is the end, also for who reads")
    func cancel() async throws {
        let reset = FakeReset()
        try await reset.saved()
        async let seen = reset.way()
        try await reset.cancel()
        #expect(await seen.last == "cancelled")
        try await reset.cancel()
        #expect(await code { try await reset.retry() } == "reset.out_of_order")
    }

    @Test("Each step can be looked at, and after the commit none can be cancelled")
    func steps() async throws {
        let reset = FakeReset(ResetScript(holdsAt: Set(ResetStep.allCases)))
        func step() async throws -> ResetStep? {
            guard case .working(let progress) = try await reset.now() else { return nil }
            return progress?.step
        }
        for expected in [ResetStep.fetchOldBackup, .makeKeys, .stage] {
            #expect(try await step() == expected)
            reset.goOn()
        }
        try await reset.saved()
        try await reset.authorise(password: right)
        for expected in [ResetStep.bind, .backUp, .cleanUp] {
            #expect(try await step() == expected)
            #expect(await code { try await reset.cancel() } == "reset.already_committed")
            #expect(try await step() == expected)
            reset.goOn()
        }
        #expect(name(try await reset.now()) == "done")
    }

    @Test("After a failure it goes on where it was")
    func failures() async throws {
        let failures: [ResetStep: ResetError] = [
            .stage: FakeErrors.reset("server.unreachable"), .backUp: FakeErrors.reset("reset.not_kept"),
        ]
        let reset = FakeReset(ResetScript(failsAt: failures))
        guard case .stopped(let first) = try await reset.now() else { throw NoState() }
        #expect(first.code == "server.unreachable")
        #expect(first.localizedDescription.hasPrefix("The homeserver cannot be reached."))
        try await reset.retry()
        try await reset.saved()
        try await reset.authorise(password: right)
        #expect(name(try await reset.now()) == "stopped")
        #expect(await code { try await reset.cancel() } == "reset.already_committed")
        #expect(name(try await reset.now()) == "done", "too late to cancel, so it has gone on")
    }

    @Test("A key that was not taken over is handed over again")
    func notTakenOver() async throws {
        let script = ResetScript(failsAt: [.cleanUp: FakeErrors.reset("reset.not_taken_over")])
        let reset = FakeReset(script, attached: true)
        try await reset.saved()
        try await reset.authorise(password: right)
        try await reset.handedOver(how: .taken)
        #expect(name(try await reset.now()) == "stopped")
        try await reset.retry()
        #expect(name(try await reset.now()) == "handOver")
        try await reset.handedOver(how: .keepOldBackup)
        #expect(name(try await reset.now()) == "done")
    }

    @Test("A script that the real one could not follow is refused")
    func refused() {
        func isRefused(_ code: String, at step: ResetStep) -> Bool {
            ResetScript.objection(to: FakeErrors.reset(code), at: step) != nil
        }
        for (code, step) in [
            ("reset.not_kept", .stage), ("reset.staging_not_kept", .backUp), ("reset.out_of_order", .stage),
            ("auth.wrong_password", .stage), ("reset.weak_passphrase", .makeKeys),
            ("secret_storage.wrong_key", .backUp),
        ] as [(String, ResetStep)] {
            #expect(isRefused(code, at: step), "\(code) at \(step)")
        }
        for step in ResetStep.allCases {
            #expect(isRefused("auth.browser_needed", at: step))
            #expect(isRefused("reset.not_taken_over", at: step) == (step != .cleanUp))
            #expect(isRefused("reset.plan_outdated", at: step) == (step != .stage))
            #expect(isRefused("export.permission_denied", at: step) == (step != .export))
        }
        let notTaken = ResetScript(failsAt: [.cleanUp: FakeErrors.reset("reset.not_taken_over")])
        #expect(notTaken.objection(attached: false) != nil && notTaken.objection(attached: true) == nil)
        let notDeleted = ResetScript(failsAt: [.cleanUp: FakeErrors.reset("reset.not_deleted")])
        #expect(notDeleted.objection(attached: false, ResetOptions()) != nil)
        #expect(notDeleted.objection(attached: false, ResetOptions(compromised: true)) == nil)
    }

    @Test("In a browser it waits until the person is done")
    func browser() async throws {
        let reset = FakeReset(ResetScript(challenge: .inBrowser()))
        try await reset.saved()
        #expect(await code { try await reset.authorise(password: right) } == "auth.browser_needed")
        try await reset.authoriseInBrowser()
        try await reset.checkNow()
        #expect(name(try await reset.now()) == "authorise")
        reset.finishInBrowser()
        #expect(name(try await reset.now()) == "done")
        let withoutPage = FakeReset()
        try await withoutPage.saved()
        #expect(await code { try await withoutPage.authoriseInBrowser() } == "auth.unsupported")
    }

    @Test("Whoever stops reading ends it for himself alone")
    func readers() async throws {
        let reset = FakeReset()
        let reader = Task { await reset.way() }
        reader.cancel()
        #expect(await reader.value.count <= 1)
        try await reset.cancel()
        #expect(await reset.way() == ["cancelled"])
    }

    @Test("An object can be printed, and no secret is")
    func printed() async throws {
        #expect("\(FakeStates.reset())".contains("[redacted]"))
        #expect(!"\(FakeStates.reset())".contains("EsTK"))
        #expect("\(FakePassword("secret")) \(FakePassphrase("secret"))" == "[redacted] [redacted]")
        #expect("\(FakeChallenge())".hasPrefix("FakeChallenge("))
    }
}
