// SPDX-License-Identifier: Apache-2.0

import Keyward

/// A new recovery key without a reset: what it means, each of its states, and one that was interrupted, which is
/// offered first. Leaving the screen cancels nothing, as of the ``ResetModel``.
@MainActor
public final class RecoveryModel: ScreenModel {
    private enum Stage {
        case nothing
        case pending(PendingReset)
        case begin(opensBackup: Bool?)
        case flow(RecoveryState)
    }

    private let account: AnyAccount
    private var stage = Stage.nothing
    private var recovery: Recovery?

    /// - Parameters:
    ///   - account: whose key it is. One of an attached session is asked for the old key: what that opens goes under
    ///     the new one.
    ///   - texts: what is said.
    ///   - secrets: what makes secrets of what was typed; of the fakes in previews.
    ///   - onRequest: what the app is asked to do.
    public init(
        account: AnyAccount, texts: Texts, secrets: TypedSecrets = .real,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.account = account
        super.init(texts: texts, secrets: secrets, onRequest: onRequest)
    }

    override var showsFlow: Bool {
        if case .flow = stage { true } else { false }
    }

    override var ownFlow: Flow? { .recovery }

    override func look() async throws {
        followNothing()
        (stage, recovery) = (.nothing, nil)
        if let pending = try await account.pendingRecovery() {
            stage = .pending(pending)
        } else {
            stage = .begin(opensBackup: try await account.newKeyOpensBackup())
        }
        say()
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch (action, stage) {
        case (.startRecovery, _): .work { try await self.start() }
        case (.resume, .pending): .work { self.follow(try await self.account.resumeRecovery()) }
        case (.cancel, .pending): .work { try await self.cancelPending() }
        case (.retry, .flow): command { try await $0.retry() }
        case (.cancel, .flow): command { try await $0.cancel() }
        case (.confirmSaved, _): .work { try await self.confirmSaved() }
        default: super.answer(to: action)
        }
    }

    private func start() async throws {
        guard case .begin = stage else { return }
        // What was typed stays until it has begun: its screen has other fields.
        let options = RecoveryOptions(passphrase: passphrase(in: .newPassphrase))
        switch account {
        case .own(let account): follow(try await account.startRecovery(options: options))
        case .attached(let account):
            let started = try await secrets.asKeyOrPhrase(text(in: .oldKey)) { key in
                try await account.startRecovery(oldKey: key, options: options)
            }
            follow(started)
        }
    }

    private func cancelPending() async throws {
        try await account.cancelRecovery()
        show(.cancelled)
    }

    private func follow(_ recovery: Recovery) {
        self.recovery = recovery
        show(.working(step: nil))
        follow(recovery.states()) { [weak self] state in self?.show(state) }
    }

    private func show(_ state: RecoveryState) {
        switch state {
        case .done, .cancelled: recovery = nil
        case .working, .saveKey, .stopped: break
        }
        stage = .flow(state)
        say()
    }

    private func command(_ work: @escaping @MainActor (Recovery) async throws -> Void) -> Answer {
        .work {
            if let recovery = self.recovery { try await work(recovery) }
        }
    }

    /// Who types nothing has saved the key all the same.
    private func confirmSaved() async throws {
        let typed = take(.retypedKey)
        try await recovery?.confirmSaved(
            confirmation: typed.isEmpty ? .acknowledged : .retyped(recoveryKey: secrets.recoveryKey(typed)))
    }

    private func say() {
        switch stage {
        case .nothing: break
        case .pending(let pending): present(texts.recoveryPending(pending: pending))
        case .begin(let opensBackup):
            present(
                texts.recoveryBegin(
                    userId: account.userId, opensBackup: opensBackup, attached: account.isAttached))
        case .flow(let state):
            let screen = texts.recovery(state: state)
            switch state {
            case .saveKey(let key): present(screen, drawing: .recoveryKey(key))
            case .working, .stopped, .done, .cancelled: present(screen)
            }
        }
    }
}
