// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What stands behind a screen, and what the models of all screens have in common. An app draws ``screen`` and
/// ``drawing``, writes what is typed into the fields, and gives every action that is chosen to ``perform(_:)``; it
/// looks again at each ``onChange``. Everything that is said comes from the texts.
///
/// ```swift
/// let model = ResetModel(account: .own(account), texts: texts) { request in answer(request) }
/// model.onChange = { draw(model.screen) }
/// model.load()
/// ```
///
/// A model holds what is under way. Whoever lets it go lets that go: a reset stops where it is, and can be resumed.
@MainActor
public class ScreenModel {
    /// What the screen says; `nil` until the first look at the account is over.
    public private(set) var screen: Screen?

    /// What the app draws itself, where the screen's `shows` says so.
    public private(set) var drawing: ScreenDrawing?

    /// What went wrong with the last action. It stands beside the fields; the screen stays.
    public private(set) var problem: String?

    /// Called after each change.
    public var onChange: (@MainActor () -> Void)?

    /// Whether an action is being done, or the account looked at. Other actions than leaving and cancelling do nothing
    /// meanwhile.
    public var isWorking: Bool { running > 0 }

    let texts: Texts
    let secrets: TypedSecrets
    private let ask: @MainActor (AppRequest) -> Void
    private var running = 0
    private var typed: [ScreenFieldId: String] = [:]
    private var switchedOn: Set<ScreenFieldId> = []
    private var following: Task<Void, Never>?

    init(texts: Texts, secrets: TypedSecrets, onRequest: @escaping @MainActor (AppRequest) -> Void) {
        self.texts = texts
        self.secrets = secrets
        ask = onRequest
    }

    deinit {
        following?.cancel()
    }

    // MARK: What an app calls

    /// Looks at the account and shows where it stands. Call it whenever the screen comes up: a flow that this model
    /// shows goes on as it is.
    @discardableResult
    public func load() -> Task<Void, Never> {
        showsFlow ? Task {} : reload()
    }

    @discardableResult
    private func reload() -> Task<Void, Never> {
        run {
            do {
                try await self.look()
            } catch is CancellationError {
                // Nobody waits any more.
            } catch {
                self.present(self.failure(error))
            }
        }
    }

    /// Does what the person has chosen. An action that the screen does not offer, or not now, does nothing.
    ///
    /// - Returns: ends when it is done; nobody has to wait for it.
    @discardableResult
    public func perform(_ action: ScreenActionId) -> Task<Void, Never> {
        let isOffered = screen?.actions.contains { $0.id == action && $0.enabled } ?? false
        guard isOffered, let answer = answer(to: action) else { return Task {} }
        switch answer {
        case .request(let request):
            send(request)
            return Task {}
        case .work(let work):
            let isAlways = [.cancel, .decline, .close, .back].contains(action)
            return isWorking && !isAlways ? Task {} : run(work)
        }
    }

    /// The app is in front again after ``AppRequest/openPage(_:)``: the person may be done there.
    @discardableResult
    public func cameBack() -> Task<Void, Never> {
        Task {}
    }

    /// What stands in a field.
    public func text(in field: ScreenFieldId) -> String {
        typed[field] ?? ""
    }

    /// Writes what was typed into a field. A secret is taken out of it when it is used.
    public func setText(_ text: String, in field: ScreenFieldId) {
        guard text != self.text(in: field) else { return }
        typed[field] = text
        changed()
    }

    /// Whether a switch is on.
    public func isOn(_ field: ScreenFieldId) -> Bool {
        switchedOn.contains(field)
    }

    /// Turns a switch on or off. What the screen says may change with it.
    public func setOn(_ isOn: Bool, _ field: ScreenFieldId) {
        guard isOn != self.isOn(field) else { return }
        if isOn { switchedOn.insert(field) } else { switchedOn.remove(field) }
        switched()
        changed()
    }

    /// The recovery key that is shown, letter by letter, for a screen reader. It is a secret as the key itself.
    public var spokenKey: String? {
        guard case .recoveryKey(let key) = drawing else { return nil }
        return texts.spokenKey(key: key)
    }

    /// Whether what it says is written from right to left.
    public var isRightToLeft: Bool { texts.isRightToLeft() }

    // MARK: What each model says

    enum Answer {
        case request(AppRequest)
        case work(@MainActor () async throws -> Void)
    }

    /// Looks at the account, and presents a screen.
    func look() async throws {}

    /// Whether it shows a flow, under way or at its end, of which nothing new is to be read.
    var showsFlow: Bool { false }

    /// A switch was turned.
    func switched() {}

    /// What an action does here. `nil`: no screen of this model offers it. To try again, to resume another flow than
    /// the one that is held, and to look again is to look at the account anew.
    func answer(to action: ScreenActionId) -> Answer? {
        switch action {
        case .retry, .resume, .lookAgain: .work { await self.reload().value }
        case .close, .back, .cancel: .request(.close)
        case .copyKey: shownKey.map { .request(.copy($0)) }
        case .lookAtSessions: .request(.openSessions)
        case .examine: .request(.examine)
        case .logInAgain: .request(.logInAgain)
        case .logOut: .request(.logOut)
        case .exportRoomKeys: .request(.exportRoomKeys)
        case .unlock: .request(.unlock)
        case .verifyBySession: .request(.verifyThisSession)
        case .startRecovery: .request(.startRecovery)
        case .startReset, .setUp: .request(.startReset)
        case .confirmSaved, .authorise, .openBrowser, .checkNow, .keyTakenOver, .keepOldKeyStorage, .accept, .decline,
            .compareEmoji, .showCode, .scanCode, .theyMatch, .theyDiffer, .itWorked, .itFailed, .verify, .rename,
            .save, .signOut, .signOutAllOthers, .itWasMe:
            nil
        }
    }

    // MARK: What models are made of

    /// Shows a screen. What was typed stays in the fields that it has as well.
    func present(_ screen: Screen, drawing: ScreenDrawing? = nil) {
        if screen.title != self.screen?.title {
            problem = nil
        }
        self.screen = screen
        self.drawing = drawing
        let fields = Set(screen.fields.map(\.id))
        typed = typed.filter { fields.contains($0.key) }
        switchedOn.formIntersection(fields)
        changed()
    }

    /// What stands in a field, which is empty afterwards.
    func take(_ field: ScreenFieldId) -> String {
        defer { changed() }
        return typed.removeValue(forKey: field) ?? ""
    }

    /// A phrase of the person's own, if one was typed.
    func takePassphrase(_ field: ScreenFieldId) -> Passphrase? {
        let phrase = take(field)
        return phrase.isEmpty ? nil : secrets.passphrase(phrase)
    }

    func send(_ request: AppRequest) {
        ask(request)
    }

    /// Does something that takes time. What goes wrong with it is the ``problem``.
    @discardableResult
    func run(_ work: @escaping @MainActor () async throws -> Void) -> Task<Void, Never> {
        running += 1
        problem = nil
        changed()
        return Task {
            do {
                try await work()
            } catch {
                show(error)
            }
            running -= 1
            changed()
        }
    }

    /// Shows what happens, in the place of what was followed before, for as long as the model is held.
    func follow<State: Sendable>(_ states: Updates<State>, _ show: @escaping @MainActor (State) -> Void) {
        following?.cancel()
        following = Task {
            for await state in states {
                show(state)
            }
        }
    }

    func followNothing() {
        following?.cancel()
        following = nil
    }

    /// Says beside the fields what went wrong. That nobody waits any more is nothing to say.
    func show(_ error: any Error) {
        guard !(error is CancellationError) else { return }
        problem = (error as? any KeywardError).map { texts.error(advice: $0.advice()) } ?? error.localizedDescription
        changed()
    }

    /// A screen that says why there is nothing to show, and offers what helps.
    func failure(_ error: any Error) -> Screen {
        guard let error = error as? any KeywardError else { return screen ?? .saying(error.localizedDescription) }
        return texts.stopped(problem: error.advice())
    }

    func changed() {
        onChange?()
    }

    private var shownKey: RecoveryKey? {
        guard case .recoveryKey(let key) = drawing else { return nil }
        return key
    }
}

extension Screen {
    /// A screen of one sentence.
    static func saying(_ sentence: String) -> Screen {
        Screen(
            title: sentence, paragraphs: [], sections: [], closing: [], facts: [], shows: nil, fields: [],
            actions: [], progress: nil, announcement: sentence)
    }

    /// The same with a progress.
    func with(progress: ScreenProgress) -> Screen {
        Screen(
            title: title, paragraphs: paragraphs, sections: sections, closing: closing, facts: facts, shows: shows,
            fields: fields, actions: actions, progress: progress,
            announcement: announcement)
    }
}
