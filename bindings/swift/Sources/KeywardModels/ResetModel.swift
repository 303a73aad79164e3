// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// The reset of the digital identity, or the first set-up: what it means, each of its states, and what was interrupted,
/// which is offered first.
///
/// Leaving the screen cancels nothing: a reset that was begun stops where it is when the model is let go, and the next
/// model offers to resume it. For one that goes on while other screens are shown, keep the model.
@MainActor
public final class ResetModel: ScreenModel {
    private enum Stage {
        case nothing
        case pending(PendingReset)
        case begin(ResetPlan, smaller: RemedyCode?)
        case flow(ResetState)
    }

    private let account: AnyAccount
    private let takeOver: (@MainActor (RecoveryKey) async throws -> Void)?
    private var stage = Stage.nothing
    private var reset: Reset?
    /// What it was begun with; `nil` of one that was resumed.
    private var before: ResetConsequences?
    private var isInBrowser = false
    /// The new key is being given to the app's own SDK, or was: once for each time that it has to be.
    private var handingOver: Task<Void, Never>?
    private var givingUp: Task<Void, Never>?
    private var isHandingOver = false
    /// How long that may take. An SDK takes a key with some requests.
    var timeToTakeOver: UInt64 = 120_000_000_000

    /// - Parameters:
    ///   - account: whose identity it is.
    ///   - texts: what is said.
    ///   - secrets: what makes secrets of what was typed; of the fakes in previews.
    ///   - takeOver: of an attached session: gives the new recovery key to the app's own SDK, as soon as it has to have
    ///     it. Without it, and where it fails or takes longer than two minutes, the person does it.
    ///   - onRequest: what the app is asked to do.
    public init(
        account: AnyAccount, texts: Texts, secrets: TypedSecrets = .real,
        takeOver: (@MainActor (RecoveryKey) async throws -> Void)? = nil,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.account = account
        self.takeOver = takeOver
        super.init(texts: texts, secrets: secrets, onRequest: onRequest)
    }

    deinit {
        handingOver?.cancel()
        givingUp?.cancel()
    }

    /// Asks the homeserver whether the person is done in the browser.
    @discardableResult
    public override func cameBack() -> Task<Void, Never> {
        guard isInBrowser, case .flow(.authorise) = stage, let reset else { return Task {} }
        return run {
            do {
                try await reset.checkNow()
            } catch ResetError.Paused {
                // The app is not quite in front yet: it is asked again when it goes on.
            }
        }
    }

    override var showsFlow: Bool {
        if case .flow = stage { true } else { false }
    }

    override var ownFlow: Flow? { .reset }

    override func look() async throws {
        letGo()
        if let pending = try await account.pendingReset() {
            stage = .pending(pending)
        } else {
            async let smaller = smallerRemedy()
            let plan = try await account.planReset(oldKey: nil)
            stage = .begin(plan, smaller: await smaller)
        }
        say()
    }

    override func switched() {
        say()
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch (action, stage) {
        case (.startReset, _), (.setUp, _): .work { try await self.start() }
        case (.resume, .pending): .work { self.follow(try await self.account.resumeReset()) }
        case (.cancel, .pending): .work { try await self.cancelPending() }
        case (.retry, .flow): command { try await $0.retry() }
        case (.cancel, .flow): command { try await $0.cancel() }
        case (.confirmSaved, _): .work { try await self.confirmSaved() }
        case (.authorise, _): .work { try await self.authorise() }
        case (.openBrowser, _): .work { try await self.openBrowser() }
        case (.checkNow, _): command { try await $0.checkNow() }
        case (.keyTakenOver, _): command { try await $0.handedOver(how: .taken) }
        case (.keepOldKeyStorage, _): command { try await $0.handedOver(how: .keepOldBackup) }
        default: super.answer(to: action)
        }
    }

    // MARK: Before it

    /// What may help instead. Who cannot be told that may still reset.
    private func smallerRemedy() async -> RemedyCode? {
        let report = try? await account.examine(lostKey: true)
        let lost = report?.findings().first { $0.code == .recoveryKeyLost }
        guard let first = lost?.remedies.first?.code, first != .reset, first != .setUp else { return nil }
        return first
    }

    private func start() async throws {
        guard case .begin(var plan, _) = stage else { return }
        // What was typed stays until it has begun: its screen has other fields.
        let options = ResetOptions(
            passphrase: passphrase(in: .newPassphrase), compromised: isOn(.compromised),
            keepOldBackup: isOn(.keepOldKeyStorage), turnOnKeyStorage: isOn(.turnOnKeyStorage))
        let oldKey = text(in: .oldKey)
        if !oldKey.isEmpty {
            let account = account
            plan = try await secrets.asKeyOrPhrase(oldKey) { try await account.planReset(oldKey: $0) }
        }
        let started = try await account.startReset(plan, options)
        before = plan.consequences()
        follow(started)
    }

    private func cancelPending() async throws {
        try await account.cancelReset()
        show(.cancelled)
    }

    // MARK: While it goes on

    private func follow(_ reset: Reset) {
        self.reset = reset
        show(.working(progress: nil))
        follow(reset.states()) { [weak self] state in self?.show(state) }
    }

    private func letGo() {
        followNothing()
        stopHandingOver()
        (stage, reset, before, isInBrowser) = (.nothing, nil, nil, false)
    }

    private func show(_ state: ResetState) {
        switch state {
        case .authorise: break
        case .done, .cancelled: (reset, isInBrowser) = (nil, false)
        case .working, .saveKey, .handOver, .stopped: isInBrowser = false
        }
        stage = .flow(state)
        if case .handOver(let key, _) = state { handOver(key) } else { stopHandingOver() }
        say()
    }

    private func command(_ work: @escaping @MainActor (Reset) async throws -> Void) -> Answer {
        .work {
            if let reset = self.reset { try await work(reset) }
        }
    }

    /// Who types nothing has saved the key all the same.
    private func confirmSaved() async throws {
        let typed = take(.retypedKey)
        try await reset?.confirmSaved(
            confirmation: typed.isEmpty ? .acknowledged : .retyped(recoveryKey: secrets.recoveryKey(typed)))
    }

    private func authorise() async throws {
        try await reset?.authorise(password: secrets.password(take(.password)))
    }

    private func openBrowser() async throws {
        switch stage {
        case .flow(.authorise(let challenge)):
            guard let page = challenge.pages().first.flatMap({ URL(string: $0.page) }) else { return }
            try await reset?.authoriseInBrowser()
            isInBrowser = true
            say()
            send(.openPage(page))
        case .flow(.stopped(.BrowserNeeded(let pages, _))):
            try await reset?.retry()
            if let page = pages.first.flatMap({ URL(string: $0.page) }) { send(.openPage(page)) }
        default: break
        }
    }

    /// Beside the rest: an SDK that never answers holds nobody up. Where it fails, the person sees the key and does it.
    private func handOver(_ key: RecoveryKey) {
        guard let takeOver, handingOver == nil else { return }
        isHandingOver = true
        handingOver = Task { [weak self] in
            let isTaken: Bool
            do {
                try await takeOver(key)
                isTaken = true
            } catch {
                isTaken = false
            }
            if !Task.isCancelled { self?.handedOver(isTaken) }
        }
        let limit = timeToTakeOver
        givingUp = Task { [weak self] in
            try? await Task.sleep(nanoseconds: limit)
            if !Task.isCancelled { self?.handedOver(false) }
        }
    }

    private func handedOver(_ isTaken: Bool) {
        handingOver?.cancel()
        givingUp?.cancel()
        guard isTaken, let reset else { return showKeyToHandOver() }
        // A run of its own: the next state stops what has led here.
        run {
            do {
                try await reset.handedOver(how: .taken)
            } catch {
                self.showKeyToHandOver()
                throw error
            }
        }
    }

    private func showKeyToHandOver() {
        isHandingOver = false
        say()
    }

    private func stopHandingOver() {
        handingOver?.cancel()
        givingUp?.cancel()
        (handingOver, givingUp, isHandingOver) = (nil, nil, false)
    }

    // MARK: What it says

    private func say() {
        switch stage {
        case .nothing: break
        case .pending(let pending): present(texts.resetPending(pending: pending))
        case .begin(let plan, let smaller):
            let choices = ResetChoices(
                compromised: isOn(.compromised), keepOldBackup: isOn(.keepOldKeyStorage),
                turnOnKeyStorage: isOn(.turnOnKeyStorage))
            present(texts.resetBegin(consequences: plan.consequences(), choices: choices, smaller: smaller))
        case .flow(let current):
            let state = isHandingOver ? .working(progress: nil) : current
            let screen = texts.reset(
                state: state, userId: account.userId, before: before, inBrowser: isInBrowser,
                attached: account.isAttached)
            switch state {
            case .saveKey(let key), .handOver(let key, _): present(screen, drawing: .recoveryKey(key))
            case .working, .authorise, .stopped, .done, .cancelled: present(screen)
            }
        }
    }
}
