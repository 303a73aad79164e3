// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// One session: everything that is known of it, renaming it, and whether a new login was the person's. Signing it out
/// is the ``SignOutModel``'s, verifying it the ``VerificationModel``'s.
@MainActor
public final class SessionDetailsModel: ScreenModel {
    private let sessions: Sessions
    private let isCurrent: Bool
    private let now: @Sendable () -> Date
    private var session: Session
    private var history: SessionHistoryEntry?
    private var isRenaming = false

    /// - Parameters:
    ///   - row: the session, as the list has it.
    ///   - sessions: those of the account: `account.sessions()`.
    ///   - texts: what is said.
    ///   - now: the time by which is said how long ago something was.
    ///   - onRequest: what the app is asked to do.
    public init(
        row: SessionRow, sessions: Sessions, texts: Texts, now: @escaping @Sendable () -> Date = { Date() },
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        session = row.session
        isCurrent = row.isCurrent
        self.sessions = sessions
        self.now = now
        super.init(texts: texts, secrets: .real, onRequest: onRequest)
        say()
    }

    override func look() async throws {
        let list = try await sessions.list()
        history = try await sessions.history().first { $0.deviceId == session.deviceId }
        // It was signed out, here or elsewhere.
        guard let now = ([list.current] + list.others).first(where: { $0.deviceId == session.deviceId }) else {
            return send(.close)
        }
        session = now
        say()
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch action {
        case .rename: .work { self.rename() }
        case .save: .work { try await self.save() }
        case .back where isRenaming: .work { self.stopRenaming() }
        case .itWasMe: .work { try await self.acknowledge() }
        case .verify: .request(.verifySession(deviceId: session.deviceId))
        case .signOut: .request(.signOut(deviceIds: [session.deviceId]))
        default: super.answer(to: action)
        }
    }

    private func rename() {
        isRenaming = true
        say()
        setText(session.name ?? "", in: .sessionName)
    }

    private func save() async throws {
        try await sessions.rename(deviceId: session.deviceId, name: text(in: .sessionName))
        stopRenaming()
        try await look()
    }

    private func stopRenaming() {
        isRenaming = false
        say()
    }

    private func acknowledge() async throws {
        try await sessions.acknowledgeLogin(deviceId: session.deviceId)
        try await look()
    }

    private func say() {
        if isRenaming {
            present(texts.rename())
        } else {
            present(
                texts.sessionDetails(session: session, isCurrent: isCurrent, now: now(), history: history))
        }
    }
}
