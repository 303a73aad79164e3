// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What is asked of the sessions, and may fail.
public enum SessionsCall: CaseIterable, Sendable {
    /// The list.
    case list
    /// An update of a watch: it says that it has failed, and goes on.
    case watch
    /// Another name.
    case rename
    /// Push notifications on or off.
    case setPush
    /// A new login was the person's own.
    case acknowledge
}

/// What is asked of a sign-out, and may fail.
public enum SignOutCall: CaseIterable, Sendable {
    /// The homeserver is asked.
    case begin
    /// The password is sent.
    case authorise
    /// The person was in a browser.
    case authoriseInBrowser
}

/// How goes what is asked of fake sessions.
///
/// ```swift
/// SessionsScript(challenge: .inBrowser())
/// ```
public struct SessionsScript: Sendable {
    /// What the homeserver takes for the account password.
    public let password: String
    /// What the homeserver asks for before it signs sessions out. `nil`: it asks for nothing.
    public let challenge: FakeChallenge?
    /// Whether the homeserver has an account page, on which sessions are signed out:
    /// ``FakeSessions/signOutElsewhere(_:)`` does what the person does there.
    public let onPage: Bool
    /// With what a call fails the first time.
    public let failsAt: [SessionsCall: SessionsError]
    /// With what a call of a sign-out fails the first time.
    public let signOutFailsAt: [SignOutCall: SignOutError]

    /// How it goes; without anything else the homeserver asks for the password, and nothing fails.
    public init(
        password: String = Samples.password, challenge: FakeChallenge? = FakeChallenge(), onPage: Bool = false,
        failsAt: [SessionsCall: SessionsError] = [:], signOutFailsAt: [SignOutCall: SignOutError] = [:]
    ) {
        self.password = password
        self.challenge = challenge
        self.onPage = onPage
        self.failsAt = failsAt
        self.signOutFailsAt = signOutFailsAt
    }
}
