// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// The page of sessions: the list, which keeps itself up to date while the model is held and followed, its filters, and
/// new logins. A row is opened with ``SessionDetailsModel``.
@MainActor
public final class SessionsModel: ScreenModel {
    /// A login that nobody has acknowledged.
    public struct Login: Hashable, Identifiable, Sendable {
        /// The login itself.
        public let login: NewLogin
        /// What is said of it.
        public let text: String

        /// The device id.
        public var id: String { login.deviceId }
    }

    /// New logins, to be shown above the list. The session's own screen asks whether it was the person.
    public private(set) var newLogins: [Login] = []

    /// Which of the other sessions are shown.
    public var filter: SessionFilter = .all {
        didSet {
            // Where there is no list any more, none is to be shown again.
            if failed == nil { say() }
        }
    }

    private let sessions: Sessions
    private let now: @Sendable () -> Date
    private var watch: SessionsWatch?
    private var list: SessionList?

    /// - Parameters:
    ///   - sessions: of either kind of account: ``AnyAccount/sessions()``.
    ///   - texts: what is said.
    ///   - now: the time by which is said how long ago something was.
    ///   - onRequest: what the app is asked to do.
    public init(
        sessions: Sessions, texts: Texts, now: @escaping @Sendable () -> Date = { Date() },
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.sessions = sessions
        self.now = now
        super.init(texts: texts, secrets: .real, onRequest: onRequest)
    }

    /// How a filter is called.
    public func name(of filter: SessionFilter) -> String {
        texts.filter(filter: filter)
    }

    /// Reads the list anew: pulled down, or the network is back.
    public func refresh() {
        watch?.refresh()
    }

    /// Follows the list no longer, until the next ``ScreenModel/load()``: the page is not visible any more.
    @discardableResult
    public override func leave() -> Task<Void, Never> {
        followNothing()
        watch = nil
        return super.leave()
    }

    /// Reads the list anew: sessions come and go while nobody looks.
    @discardableResult
    public override func cameBack() -> Task<Void, Never> {
        refresh()
        return Task {}
    }

    override func look() async throws {
        let watch = try await sessions.openWatch()
        // The page was left meanwhile.
        guard !isLeft else { return }
        self.watch = watch
        follow(watch.updates()) { [weak self] update in self?.show(update) }
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch action {
        case .signOutAllOthers: .request(.signOut(deviceIds: list?.others.map(\.deviceId) ?? []))
        default: super.answer(to: action)
        }
    }

    private func show(_ update: SessionsUpdate) {
        switch update {
        case .snapshot(let snapshot):
            list = snapshot.list
            forgetProblem()
            newLogins = snapshot.newLogins.map { Login(login: $0, text: texts.newLogin(login: $0, now: now())) }
            say()
        // It is over, or there is nothing else to show. If it is not over it tries again by itself.
        case .failed(let error) where list == nil || error.remedy == .logInAgain: stop(error)
        case .failed(let error): say(error)
        }
    }

    private func say() {
        guard let list else { return }
        let shown = [list.current] + list.othersShown(filter)
        let rows = shown.map { session in
            SessionRow(
                session: session, isCurrent: session.deviceId == list.current.deviceId,
                text: texts.session(session: session, now: now()))
        }
        present(texts.sessions(list: list, filter: filter), drawing: .sessions(rows))
    }
}
