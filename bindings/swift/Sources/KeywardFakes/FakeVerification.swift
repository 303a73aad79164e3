// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// A verification that goes the way of the real one, without an account, another session or the native library. It
/// begins at once.
///
/// ```swift
/// let verification = FakeVerification()
/// try await verification.startEmoji()
/// try await verification.confirm()
/// for await state in verification.states() { show(state) }  // done
/// ```
public final class FakeVerification: Verification, @unchecked Sendable {
    let driver: VerificationDriver
    private let who: Who

    /// Whom it is with, and what comes of it.
    struct Who: Sendable {
        /// The session that answers.
        var other = Samples.otherDeviceId
        /// Whether others are asked, too: nobody knows which one answers before it does.
        var isAmongOthers = false
        /// With what accepting fails.
        var objection: @Sendable () -> VerificationError? = { nil }
        /// Both are signed now.
        var verified: @Sendable () -> Void = {}
        /// Nothing is locked: who watches the account may see it.
        var tell: @Sendable () -> Void = {}
    }

    init(_ script: VerificationScript, isIncoming: Bool, _ who: Who) {
        self.who = who
        driver = VerificationDriver(script, beginsAt: isIncoming ? "Requested" : "Asked", who)
        super.init(noHandle: NoHandle())
        driver.begin()
    }

    /// - Parameters:
    ///   - script: what the other session does.
    ///   - isIncoming: whether the other session has asked for it.
    public convenience init(_ script: VerificationScript = VerificationScript(), isIncoming: Bool = false) {
        self.init(script, isIncoming: isIncoming, Who())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    deinit {
        driver.letGo()
    }

    /// The other session does what is waited for: a turn of ``VerificationScript/holdsAt``, or it scans the code that
    /// is shown.
    public func goOn() {
        driver.goOn()
    }

    /// The other session starts to compare emoji, where a method is chosen.
    public func startEmojiThere() {
        driver.startEmojiThere()
    }

    /// It ends before its time, whatever it waits for: the other session cancels, or this one where only this one can
    /// have such a reason.
    public func end(_ cause: CancelReason) {
        driver.end(cause)
    }

    public override func deviceId() -> String? {
        who.isAmongOthers && !driver.hasAnswered ? nil : who.other
    }

    public override func openStates() -> VerificationStates {
        FakeVerificationStates(driver.shown)
    }

    public override func accept() async throws {
        try driver.call(.accept, objection: who.objection)
    }

    public override func startEmoji() async throws {
        try driver.call(.startEmoji)
    }

    public override func qrCode() async throws -> VerificationQrCode? {
        try driver.call(.showCode)
        return driver.isCodeShown ? FakeQrCode() : nil
    }

    /// Takes ``Samples/otherQrCode``. Every other code of Matrix belongs to another verification.
    public override func scan(bytes: Data) async throws {
        try driver.call(.scan) {
            if bytes == Samples.otherQrCode { return nil }
            let isOfMatrix = bytes.starts(with: Data("MATRIX".utf8))
            return FakeErrors.verification(
                isOfMatrix ? "verification.other_qr_code" : "verification.unknown_qr_code")
        }
    }

    public override func confirm() async throws {
        try driver.call(.confirm)
    }

    public override func mismatch() async throws {
        try driver.call(.mismatch)
    }

    public override func cancel() async throws {
        try driver.cancel()
    }

    public override func retry() async throws {
        try driver.retry()
    }
}

/// Drives a verification along its table. As the core's driver: what the other session does is shown at once, and a
/// call that does not fit changes nothing.
final class VerificationDriver: Sendable {
    private struct Drive {
        var place: Place
        /// The newest state that is no failure.
        var before: VerificationState
        var failures: [VerificationTurn: VerificationError]
        var holds: Set<VerificationTurn>
        var callFailures: [VerificationCall: VerificationError]
        /// The turn that the other session does not take.
        var held: VerificationTurn?
        /// The turn that has failed.
        var stoppedAt: VerificationTurn?
        var isOver = false
        var isLetGo = false
    }

    let shown: Watched<VerificationState>
    private let script: VerificationScript
    private let who: FakeVerification.Who
    private let drive: Locked<Drive>

    init(_ script: VerificationScript, beginsAt name: String, _ who: FakeVerification.Who) {
        self.script = script
        self.who = who
        let place = Place(name, in: script.table)
        guard let first = place.shows.map({ Self.state($0, script) }) else { fatalError("Nothing is shown at \(name)") }
        drive = Locked(
            Drive(
                place: place, before: first, failures: script.failsAt, holds: script.holdsAt,
                callFailures: script.callsFailAt))
        shown = Watched(first)
    }

    /// Whether another session takes part in it.
    var hasAnswered: Bool { drive.with { $0.place.name != "Asked" } }

    var isCodeShown: Bool { drive.with { $0.place.name == "CodeShown" } }

    func begin() {
        changing { letOtherAct(&$0) }
    }

    func call(_ call: VerificationCall, objection: () -> VerificationError? = { nil }) throws {
        try changing { drive in
            try checkIsRunning(drive)
            guard drive.place.fits(call) else { throw notNow }
            if let error = objection() ?? drive.callFailures.removeValue(forKey: call) { throw error }
            guard let next = drive.place.next(after: call) else {
                return cancelled(&drive, byUs: true, .mismatchedSas)
            }
            if next != drive.place.name { arrive(&drive, at: next) }
        }
    }

    func cancel() throws {
        try changing { drive in
            try checkIsNotLetGo(drive)
            if drive.isOver { return }
            if let error = drive.callFailures.removeValue(forKey: .cancel) { throw error }
            cancelled(&drive, byUs: true, .user)
        }
    }

    func retry() throws {
        try changing { drive in
            try checkIsRunning(drive)
            guard let turn = drive.stoppedAt else { return }
            drive.stoppedAt = nil
            shown.show(drive.before)
            take(&drive, turn)
        }
    }

    func goOn() {
        changing { drive in
            let turn = drive.held ?? .scan
            precondition(
                drive.held != nil || drive.place.next(afterTurn: rustName(turn)) != nil, "Nothing is waited for")
            drive.held = nil
            take(&drive, turn)
        }
    }

    func startEmojiThere() {
        changing { drive in
            guard let next = drive.place.next(afterTurn: "StartEmoji") else {
                preconditionFailure("Emoji cannot be started here")
            }
            arrive(&drive, at: next)
        }
    }

    func end(_ cause: CancelReason) {
        changing { ended(&$0, cause) }
    }

    /// Another verification has begun, which ends this one.
    func endForAnother() {
        changing { drive in
            if !drive.isOver, !drive.isLetGo { ended(&drive, .anotherVerification) }
        }
    }

    /// Nobody drives it any more.
    func letGo() {
        changing { drive in
            if !drive.isOver, !drive.isLetGo { shown.show(nil, isLast: true) }
            drive.isLetGo = true
        }
    }

    private func changing(_ change: (inout Drive) throws -> Void) rethrows {
        defer { who.tell() }
        try drive.with(change)
    }

    private func checkIsRunning(_ drive: Drive) throws {
        try checkIsNotLetGo(drive)
        if drive.isOver { throw notNow }
    }

    /// Its account was shut down.
    private func checkIsNotLetGo(_ drive: Drive) throws {
        if drive.isLetGo { throw VerificationError.Closed(advice: closedAdvice) }
    }

    private var notNow: VerificationError { FakeErrors.verification("verification.not_now") }

    private func arrive(_ drive: inout Drive, at name: String) {
        drive.place = Place(name, in: script.table)
        (drive.held, drive.stoppedAt) = (nil, nil)
        // Showing a code changes nothing that is seen of the state.
        if let state = drive.place.shows.map({ Self.state($0, script) }), state != drive.before {
            drive.before = state
            shown.show(state)
        }
        if let next = drive.place.goesOn { arrive(&drive, at: next) } else { letOtherAct(&drive) }
    }

    /// What the other session does by itself.
    private func letOtherAct(_ drive: inout Drive) {
        switch drive.place.name {
        case "Asked": take(&drive, .accept)
        case "Exchanging": take(&drive, .sendKeys)
        case "Confirmed": take(&drive, .confirm)
        case "Agreed": take(&drive, .sign)
        default: break
        }
    }

    private func take(_ drive: inout Drive, _ turn: VerificationTurn) {
        if drive.holds.remove(turn) != nil {
            drive.held = turn
        } else if let failure = drive.failures.removeValue(forKey: turn) {
            drive.stoppedAt = turn
            shown.show(.stopped(error: failure))
        } else if let cause = script.cancelsAt[turn] {
            ended(&drive, cause)
        } else if turn == .sign {
            who.verified()
            drive.isOver = true
            shown.show(.done, isLast: true)
        } else {
            let name = turn == .sendKeys && script.numbersOnly ? "SendKeysForNumbers" : rustName(turn)
            guard let next = drive.place.next(afterTurn: name) else { fatalError("Nobody can do \(name) here") }
            arrive(&drive, at: next)
        }
    }

    private func ended(_ drive: inout Drive, _ cause: CancelReason) {
        cancelled(&drive, byUs: !cause.isOfOther, cause)
    }

    private func cancelled(_ drive: inout Drive, byUs: Bool, _ cause: CancelReason) {
        drive.isOver = true
        shown.show(.cancelled(byUs: byUs, cause), isLast: true)
    }

    /// What a place shows: ``Place/shows``.
    private static func state(_ name: String, _ script: VerificationScript) -> VerificationState {
        switch name {
        case "Waiting": .waiting
        case "Requested": .requested
        case "Ready": .ready(emoji: script.emoji, showQr: script.showQr, scanQr: script.scanQr)
        case "Emoji": .emoji(emoji: SampleData.emoji, decimals: SampleData.decimals)
        case "Decimals": .decimals(decimals: SampleData.decimals)
        case "Scanned": .scanned
        case "Confirmed": .confirmed
        default: fatalError("The fakes show no \(name): they are older than the table")
        }
    }
}

extension CancelReason {
    /// Whether the other session can have this reason; else this one ends the verification.
    var isOfOther: Bool {
        SampleData.cancelReasons.fields(rustName(self)).get("by_other")
    }
}

extension VerificationState {
    /// The end of a verification before its time.
    static func cancelled(byUs: Bool, _ cause: CancelReason) -> VerificationState {
        .cancelled(
            byUs: byUs, cause: cause, reason: SampleData.cancelReasons.fields(rustName(cause)).get("text"))
    }
}

private final class FakeVerificationStates: VerificationStates, @unchecked Sendable {
    private let reader: Reader<VerificationState>

    init(_ shown: Watched<VerificationState>) {
        reader = Reader(shown)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func next() async -> VerificationState? {
        await reader.next()
    }

    override func stop() {
        reader.stop()
    }
}

/// A code that looks like one of a verification. Nobody can verify anything with it.
public final class FakeQrCode: VerificationQrCode, @unchecked Sendable {
    private let rows: [String] = SampleData.qrCode.get("modules")

    /// The code.
    public init() {
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override func size() -> Int { rows.count }

    public override func modules() -> [Bool] { rows.flatMap { row in row.map { $0 == "1" } } }

    public override func bytes() -> Data { SampleData.qrCode.bytes("bytes") }

    public override var description: String { "[redacted]" }
}
