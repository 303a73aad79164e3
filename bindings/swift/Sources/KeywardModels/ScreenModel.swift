// SPDX-License-Identifier: Apache-2.0

import Foundation
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

    /// Whether an action is being done, or the account looked at. Other actions than leaving, cancelling and copying do
    /// nothing meanwhile.
    public var isWorking: Bool { running > 0 }

    let texts: Texts
    let secrets: TypedSecrets
    private let ask: @MainActor (AppRequest) -> Void
    private var running = 0
    private var typed: [ScreenFieldId: String] = [:]
    private var switchedOn: Set<ScreenFieldId> = []
    private var following: Task<Void, Never>?

    /// Why the screen says that there is nothing to show, or nothing to be done, and what helps.
    private(set) var failed: Advice?

    /// Nobody sees this screen any more: it leads nowhere, also with what is still under way.
    private(set) var isLeft = false

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
    /// shows goes on as it is, and so does what it is doing.
    @discardableResult
    public func load() -> Task<Void, Never> {
        isLeft = false
        return isWorking || showsFlow && failed == nil ? Task {} : reload()
    }

    /// The screen is gone, or another one lies over it, until the next ``load()``: the app is asked for nothing more.
    @discardableResult
    public func leave() -> Task<Void, Never> {
        isLeft = true
        return Task {}
    }

    @discardableResult
    func reload() -> Task<Void, Never> {
        run {
            do {
                try await self.look()
            } catch is CancellationError {
                // Nobody waits any more.
            } catch {
                self.stop(error)
            }
        }
    }

    /// Does what the person has chosen. An action that the screen does not offer, or not now, does nothing.
    ///
    /// - Returns: ends when it is done; nobody has to wait for it.
    @discardableResult
    public func perform(_ action: ScreenActionId) -> Task<Void, Never> {
        let isOffered = screen?.actions.contains { $0.id == action && $0.enabled } ?? false
        let isAlways = [.cancel, .decline, .close, .back, .copyKey].contains(action)
        guard isOffered, isAlways || !isWorking else { return Task {} }
        let does = if let failed { what(helps: action, after: failed) } else { answer(to: action) }
        switch does {
        case .request(let request):
            send(request)
            return Task {}
        case .work(let work): return run(work)
        case nil: return Task {}
        }
    }

    /// There is no browser for the page of ``AppRequest/openPage(_:)``: the person is shown its address.
    public func couldNotOpen(_ page: URL) {
        problem = page.absoluteString
        changed()
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

    /// Which flow it is the screen of.
    var ownFlow: Flow? { nil }

    enum Flow {
        case reset, recovery
    }

    /// A switch was turned.
    func switched() {}

    /// What an action does here. `nil`: no screen of this model offers it. To try again, to resume another flow than
    /// the one that is held, and to look again is to look at the account anew.
    func answer(to action: ScreenActionId) -> Answer? {
        anywhere(action)
    }

    /// What an action does on a screen that says what failed, whatever lies beneath it. How the account stands says
    /// whether there is something to resume or to cancel.
    private func what(helps action: ScreenActionId, after failure: Advice) -> Answer? {
        switch action {
        case .cancel, .openBrowser: return .work { await self.reload().value }
        case .resume:
            let flow = Self.ofRecovery.contains(failure.code) ? Flow.recovery : .reset
            if flow == ownFlow { return anywhere(.lookAgain) }
            return .request(flow == .recovery ? .startRecovery : .startReset)
        default: return anywhere(action)
        }
    }

    /// With these it is a new recovery key that waits.
    private static let ofRecovery: Set = ["reset.other_pending", "recovery.pending", "logout.recovery_pending"]

    /// What helps is on another screen, or on this one once it has looked anew; doing the same once more does not.
    private static let doneElsewhere: Set<Remedy> = [
        .lookAgain, .resume, .resumeOrCancel, .cancel, .saveRoomKeys, .verifyThisSession, .examine, .logInAgain,
    ]

    private func anywhere(_ action: ScreenActionId) -> Answer? {
        switch action {
        case .retry, .resume, .lookAgain: .work { await self.reload().value }
        case .close, .back, .cancel: .request(.close)
        case .copyKey: shownKey.map { .request(.copy($0)) }
        case .lookAtSessions: .request(.openSessions)
        case .examine: .request(.examine(lostKey: false))
        case .lostKey: .request(.examine(lostKey: true))
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
    func present(_ screen: Screen, drawing: ScreenDrawing? = nil, failed: Advice? = nil) {
        if screen.title != self.screen?.title {
            problem = nil
        }
        self.failed = failed
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

    /// A phrase of the person's own, if one was typed. It stays in its field: what it is for may be refused.
    func passphrase(in field: ScreenFieldId) -> Passphrase? {
        let phrase = text(in: field)
        return phrase.isEmpty ? nil : secrets.passphrase(phrase)
    }

    func send(_ request: AppRequest) {
        guard !isLeft else { return }
        ask(request)
        if case .close = request { isLeft = true }
    }

    /// Does something that takes time. What goes wrong with it is the ``problem``, or a screen that says what helps.
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

    /// Says what went wrong: beside the fields, or where that helps nobody, on a screen that offers what does. That
    /// nobody waits any more is nothing to say.
    func show(_ error: any Error) {
        if error is CancellationError { return }
        if let error = error as? any KeywardError, Self.doneElsewhere.contains(error.remedy) {
            present(texts.stopped(problem: error.advice()), failed: error.advice())
        } else {
            say(error)
        }
    }

    /// Says beside the fields what went wrong.
    func say(_ error: any Error) {
        problem = (error as? any KeywardError).map { texts.error(advice: $0.advice()) } ?? error.localizedDescription
        changed()
    }

    /// What went wrong is over.
    func forgetProblem() {
        problem = nil
    }

    /// Says why there is nothing to show, and offers what helps.
    func stop(_ error: any Error) {
        if let error = error as? any KeywardError {
            present(texts.stopped(problem: error.advice()), failed: error.advice())
        } else {
            present(screen ?? .saying(error.localizedDescription))
        }
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
