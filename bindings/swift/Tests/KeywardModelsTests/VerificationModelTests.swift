// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

@MainActor
@Suite(.timeLimit(.minutes(5))) struct VerificationModelTests {
    private let requests = Requests()

    private func model(
        _ account: Account, _ subject: VerificationModel.Subject = .session(deviceId: "BROWSER")
    ) -> VerificationModel {
        VerificationModel(
            account: account, subject: subject, other: "Laptop", texts: english, onRequest: requests.take)
    }

    private func account(_ script: VerificationScript = VerificationScript()) -> FakeAccount {
        FakeAccount(verificationScript: script)
    }

    @Test("Emoji are compared, with their names")
    func emoji() async throws {
        let model = model(account())
        await model.load().done()
        await model.choose(.compareEmoji)
        await model.untilOffered(.theyMatch)
        guard case .emoji(let emoji) = model.drawing else { return #expect(Bool(false), "no emoji") }
        #expect(emoji.count == 7 && emoji.first == ComparedEmoji(symbol: "🐶", name: english.emojiName(index: 0)))
        await model.choose(.theyMatch)
        await model.choose(.close)
        #expect(requests.last == "close")
    }

    @Test("Numbers that differ end it, and it is begun anew")
    func numbers() async throws {
        let model = model(account(VerificationScript(numbersOnly: true)))
        await model.load().done()
        await model.choose(.compareEmoji)
        await model.untilOffered(.theyDiffer)
        guard case .numbers(let numbers) = model.drawing else { return #expect(Bool(false), "no numbers") }
        #expect(numbers.count == 3)
        await model.choose(.theyDiffer)
        await model.choose(.verify)
        await model.untilOffered(.compareEmoji)
    }

    @Test("A code is shown; who cannot scan it compares emoji")
    func code() async throws {
        let model = model(account())
        await model.load().done()
        await model.choose(.showCode)
        guard case .qrCode(let code) = model.drawing else { return #expect(Bool(false), "no code") }
        #expect(code.rows.count == code.rows.first?.count && !code.bytes.isEmpty)
        #expect(model.offered == [.compareEmoji, .cancel])
        await model.choose(.compareEmoji)
        await model.untilOffered(.theyMatch)
    }

    @Test("A code that was scanned is confirmed, or was not scanned after all")
    func scanned() async throws {
        for (action, title) in [(ScreenActionId.itWorked, "done"), (.itFailed, "cancelled")] {
            let account = account()
            account.requestVerification()
            let request = try #require(try await account.nextVerificationRequest() as? FakeVerification)
            let model = model(account, .request(request))
            await model.load().done()
            await model.choose(.accept)
            await model.choose(.showCode)
            request.goOn()
            await model.choose(action)
            let state: VerificationState = title == "done" ? .done : FakeStates.verification()[13]
            await model.until { $0.screen?.title == english.verification(state: state).title }
        }
    }

    @Test("The other session's code is scanned")
    func camera() async throws {
        let model = model(account())
        await model.load().done()
        await model.choose(.scanCode)
        guard case .camera = model.drawing else { return #expect(Bool(false), "no camera") }
        await model.scan(Data("else".utf8)).done()
        #expect(
            model.problem == english.error(advice: FakeErrors.verification("verification.unknown_qr_code").advice()))
        var changes = 0
        model.onChange = { changes += 1 }
        await model.scan(Data("else".utf8)).done()
        #expect(changes == 0, "it was seen before")
        await model.scan(Samples.otherQrCode).done()
        await model.untilOffered(.close)
        #expect(model.problem == nil)
    }

    @Test("A request is declined, or cancelled by leaving the screen")
    func declined() async throws {
        let account = account()
        account.requestVerification()
        let first = model(account, .request(try await account.nextVerificationRequest()))
        await first.load().done()
        await first.choose(.decline)
        await first.untilOffered(.close)
        let second = model(account)
        await second.load().done()
        await second.untilOffered(.compareEmoji)
        await second.leave().done()
        await second.untilOffered(.close)
        await second.leave().done()
        #expect(second.problem == nil)
    }

    @Test("One that is left before the other session was asked is cancelled")
    func leftEarly() async throws {
        let account = account()
        account.requestVerification()
        let request = try await account.nextVerificationRequest()
        let model = model(account, .request(request))
        let load = model.load()
        model.leave()
        await load.done()
        var last: VerificationState?
        for await state in request.states() { last = state }
        guard case .cancelled = last else { return #expect(Bool(false), "it goes on") }
        #expect(model.screen == nil)
    }

    /// An account that has asked the other session, which does not answer, and says so only when the door is opened.
    private func asking(_ door: Door, _ diagnosis: FakeDiagnosis = .healthy) -> GuardedAccount {
        let fake = FakeAccount(diagnosis, verificationScript: VerificationScript(holdsAt: [.accept]))
        return GuardedAccount(fake) { _ in await door.pass() }
    }

    /// How the verification that was begun last stands now.
    private func now(_ account: GuardedAccount) async throws -> String {
        var states = try #require(account.begun.with { $0 }).states().makeAsyncIterator()
        return Mirror(reflecting: try #require(await states.next())).children.first?.label ?? "goes on"
    }

    @Test("One that is left while the other session is being asked is cancelled there")
    func leftWhileAsked() async throws {
        let asked: [(FakeDiagnosis, VerificationModel.Subject)] = [
            (.healthy, .session(deviceId: "BROWSER")), (.lockedOut, .thisSession),
        ]
        for (diagnosis, subject) in asked {
            let door = Door()
            let account = asking(door, diagnosis)
            let model = model(account, subject)
            let load = model.load()
            await door.isReached()
            #expect(try await now(account) == "goes on")
            model.leave()
            door.open()
            await load.done()
            #expect(try await now(account) == "cancelled")
            #expect(model.screen == nil && model.problem == nil)
        }
    }

    @Test("One that is closed while it is begun anew is cancelled, too")
    func closedWhileAsked() async throws {
        let (door, asked) = (Door(), Locked(0))
        let fake = account(VerificationScript(holdsAt: [.accept]))
        let account = GuardedAccount(fake) { _ in
            let isFirst = asked.with { asked in
                asked += 1
                return asked == 1
            }
            if !isFirst { await door.pass() }
        }
        let model = model(account)
        await model.load().done()
        await model.choose(.cancel)
        await model.untilOffered(.verify)
        let again = model.perform(.verify)
        await door.isReached()
        model.perform(.close)
        #expect(requests.last == "close")
        door.open()
        await again.done()
        #expect(asked.with { $0 } == 2)
        #expect(try await now(account) == "cancelled")
    }

    @Test("A screen that comes up again while the other session is being asked goes on with it")
    func backWhileAsked() async throws {
        let door = Door()
        let account = asking(door)
        let model = model(account)
        let load = model.load()
        await door.isReached()
        model.leave()
        model.load()
        door.open()
        await load.done()
        await model.untilOffered(.cancel)
        #expect(try await now(account) == "goes on")
    }

    @Test("A model that is let go, also while the other session is being asked, cancels there")
    func letGo() async throws {
        for isEarly in [true, false] {
            let door = Door()
            let account = asking(door)
            weak var gone: VerificationModel?
            do {
                let model = model(account)
                gone = model
                let load = model.load()
                await door.isReached()
                if !isEarly {
                    door.open()
                    await load.done()
                    await model.untilOffered(.cancel)
                }
            }
            door.open()
            let begun = try #require(account.begun.with { $0 })
            var last: VerificationState?
            for await state in begun.states() { last = state }
            guard case .cancelled(byUs: true, _, _) = last else { return #expect(Bool(false), "it goes on") }
            #expect(gone == nil)
        }
    }

    @Test("What stops it is said, and it goes on")
    func stopped() async {
        let failures: [VerificationTurn: VerificationError] = [.sign: FakeErrors.verification("server.unreachable")]
        let model = model(account(VerificationScript(failsAt: failures)))
        await model.load().done()
        await model.choose(.compareEmoji)
        await model.choose(.theyMatch)
        await model.choose(.retry)
        await model.untilOffered(.close)
    }

    @Test("What cannot be verified is said, with what helps")
    func refused() async {
        let model = model(FakeAccount(.lockedOut))
        await model.load().done()
        #expect(model.offered == [.unlock, .verifyBySession, .cancel, .close])
        await model.choose(.unlock)
        #expect(requests.last == "unlock")
    }

    @Test("This session is verified by another one")
    func thisSession() async throws {
        let account = FakeAccount(.lockedOut)
        let model = model(account, .thisSession)
        await model.load().done()
        await model.choose(.compareEmoji)
        await model.choose(.theyMatch)
        await model.untilOffered(.close)
        #expect(try await account.status().verified)
    }
}
