// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What a verification waits for that no person here does.
public enum VerificationTurn: CaseIterable, Sendable {
    /// The other session accepts the request.
    case accept
    /// The other session sends its keys, which the emoji are made of.
    case sendKeys
    /// The other session has scanned the code that is shown here.
    case scan
    /// The person at the other session confirms.
    case confirm
    /// The homeserver shows the signature.
    case sign
}

/// What a person decides in a verification.
public enum VerificationCall: CaseIterable, Sendable {
    /// To take part in what another session asks for.
    case accept
    /// To compare emoji.
    case startEmoji
    /// To show the code.
    case showCode
    /// To take the other session's code.
    case scan
    /// That both sides show the same.
    case confirm
    /// That they do not.
    case mismatch
    /// To end it.
    case cancel
}

/// What the other session does in a fake verification, and what goes wrong.
///
/// A fake works at once: the other session accepts, sends its keys and confirms as soon as that is due. It scans the
/// code that is shown when ``FakeVerification/goOn()`` says so, because a person does that.
///
/// ```swift
/// VerificationScript(cancelsAt: [.accept: .user])  // declined
/// ```
public struct VerificationScript: Sendable {
    /// Whether both sides can compare emoji.
    public let emoji: Bool
    /// Whether this side can show a code that the other one scans.
    public let showQr: Bool
    /// Whether this side can scan a code that the other one shows.
    public let scanQr: Bool
    /// Whether the other session has numbers in the place of emoji.
    public let numbersOnly: Bool
    /// At which turn the verification ends, and why: the other session does not do what is waited for.
    public let cancelsAt: [VerificationTurn: CancelReason]
    /// With what a turn fails the first time: the verification stops, and `retry` goes on. The real one tries again by
    /// itself, after a pause.
    public let failsAt: [VerificationTurn: VerificationError]
    /// Turns that the other session does not take, once each, until ``FakeVerification/goOn()``.
    public let holdsAt: Set<VerificationTurn>
    /// With what a call fails the first time; the state stays. Which errors a call has is not checked.
    public let callsFailAt: [VerificationCall: VerificationError]
    /// With what the account cannot begin a verification the first time.
    public let failsToBegin: VerificationError?

    /// It can stop with what comes of the homeserver or the store, and at ``VerificationTurn/sign`` with
    /// `verification.not_signed`; other errors of `failsAt` are refused.
    public init(
        emoji: Bool = true, showQr: Bool = true, scanQr: Bool = true, numbersOnly: Bool = false,
        cancelsAt: [VerificationTurn: CancelReason] = [:], failsAt: [VerificationTurn: VerificationError] = [:],
        holdsAt: Set<VerificationTurn> = [], callsFailAt: [VerificationCall: VerificationError] = [:],
        failsToBegin: VerificationError? = nil
    ) {
        for (turn, error) in failsAt {
            precondition(Self.stops(with: error, at: turn), "No verification stops at \(turn) with \(error.code)")
        }
        self.emoji = emoji
        self.showQr = showQr
        self.scanQr = scanQr
        self.numbersOnly = numbersOnly
        self.cancelsAt = cancelsAt
        self.failsAt = failsAt
        self.holdsAt = holdsAt
        self.callsFailAt = callsFailAt
        self.failsToBegin = failsToBegin
    }

    /// Whether it stops at this turn with this.
    static func stops(with error: VerificationError, at turn: VerificationTurn) -> Bool {
        switch error {
        case .Server, .Store: true
        case .NotSigned: turn == .sign
        default: false
        }
    }

    var table: Fields { SampleData.verification(digits(emoji, showQr, scanQr)) }
}
