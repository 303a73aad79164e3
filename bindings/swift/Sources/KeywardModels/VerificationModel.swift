// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// Verifying a session by another one, with emoji, numbers or a QR code. A verification does not outlive the process,
/// and ``leave()`` cancels it, so that the other session does not wait in vain. So does letting the model go.
@MainActor
public final class VerificationModel: ScreenModel {
    /// What is verified.
    public enum Subject: Sendable {
        /// Another session, by this one.
        case session(deviceId: String)
        /// This session, by another one.
        case thisSession
        /// What another session has asked for: of `account.verificationRequests()`.
        case request(Verification)
    }

    private enum Stage {
        case nothing
        case flow(VerificationState)
        case showingCode(VerificationQrCode, emoji: Bool)
        case scanning(emoji: Bool, seen: Data?)
    }

    private let account: Account
    private var subject: Subject
    private let other: String?
    private var stage = Stage.nothing
    private var verification: Verification?

    /// - Parameters:
    ///   - account: one that was logged in here. Of an attached session the app's own SDK verifies.
    ///   - subject: what is verified.
    ///   - other: the name of the other session, if it is known.
    ///   - texts: what is said.
    ///   - onRequest: what the app is asked to do.
    public init(
        account: Account, subject: Subject, other: String? = nil, texts: Texts,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.account = account
        self.subject = subject
        self.other = other
        super.init(texts: texts, secrets: .real, onRequest: onRequest)
    }

    deinit {
        // Also one that was just asked for when the app let the model go: the other session would wait for nothing.
        guard let verification else { return }
        Task { try? await verification.cancel() }
    }

    /// The camera has seen a QR code: the bytes in it. Of another code nothing happens but that it is said. A camera sees
    /// the same code many times a second: it counts once.
    @discardableResult
    public func scan(_ bytes: Data) -> Task<Void, Never> {
        guard case .scanning(let emoji, let seen) = stage, seen != bytes, !isWorking, let verification else {
            return Task {}
        }
        stage = .scanning(emoji: emoji, seen: bytes)
        return run { try await verification.scan(bytes: bytes) }
    }

    /// The screen is left: what is not over is cancelled.
    @discardableResult
    public override func leave() -> Task<Void, Never> {
        let left = super.leave()
        guard let verification else { return left }
        return run { try await verification.cancel() }
    }

    override var showsFlow: Bool {
        if case .nothing = stage { false } else { true }
    }

    override func look() async throws {
        followNothing()
        (stage, verification) = (.nothing, nil)
        let begun =
            switch subject {
            case .session(let deviceId): try await account.verifySession(deviceId: deviceId)
            case .thisSession: try await account.verifyThisSession()
            case .request(let request): request
            }
        if isLeft {
            // Nobody saw it, and the other session would wait for nothing.
            try? await begun.cancel()
            if !isLeft { try await look() }
            return
        }
        verification = begun
        follow(begun.states()) { [weak self] state in self?.show(state) }
    }

    override func stop(_ error: any Error) {
        guard let error = error as? VerificationError else { return super.stop(error) }
        present(texts.verification(state: .stopped(error: error), other: other))
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch (action, stage) {
        case (.accept, _): command { try await $0.accept() }
        case (.decline, _): command { try await $0.cancel() }
        case (.cancel, .nothing): super.answer(to: action)
        case (.cancel, _): command { try await $0.cancel() }
        case (.compareEmoji, _): command { try await $0.startEmoji() }
        case (.showCode, _): .work { try await self.showCode() }
        case (.scanCode, _): .work { self.scanCode() }
        case (.theyMatch, _), (.itWorked, _): command { try await $0.confirm() }
        case (.theyDiffer, _): command { try await $0.mismatch() }
        // Nothing was compared that could differ: it is just over.
        case (.itFailed, _): command { try await $0.cancel() }
        case (.retry, .flow): command { try await $0.retry() }
        case (.verify, _): .work { await self.again() }
        default: super.answer(to: action)
        }
    }

    private func command(_ work: @escaping @MainActor (Verification) async throws -> Void) -> Answer {
        .work {
            if let verification = self.verification { try await work(verification) }
        }
    }

    /// A request is over once and for all: this side asks, then.
    private func again() async {
        if case .request(let request) = subject {
            guard let deviceId = request.deviceId() else { return send(.openSessions) }
            subject = .session(deviceId: deviceId)
        }
        stage = .nothing
        await reload().value
    }

    private func showCode() async throws {
        guard case .flow(.ready(let emoji, _, _)) = stage, let code = try await verification?.qrCode() else { return }
        stage = .showingCode(code, emoji: emoji)
        say()
    }

    private func scanCode() {
        guard case .flow(.ready(let emoji, _, _)) = stage else { return }
        stage = .scanning(emoji: emoji, seen: nil)
        say()
    }

    private func show(_ state: VerificationState) {
        switch state {
        case .done, .cancelled: verification = nil
        default: break
        }
        stage = .flow(state)
        forgetProblem()
        say()
    }

    private func say() {
        switch stage {
        case .nothing: break
        case .showingCode(let code, let emoji):
            present(texts.verificationCode(emoji: emoji, other: other), drawing: .qrCode(ShownCode(code)))
        case .scanning(let emoji, _): present(texts.verificationCamera(emoji: emoji, other: other), drawing: .camera)
        case .flow(let state):
            let screen = texts.verification(state: state, other: other)
            switch state {
            case .emoji(let emoji, _):
                let compared = emoji.map {
                    ComparedEmoji(symbol: $0.symbol, name: texts.emojiName(index: $0.index))
                }
                present(screen, drawing: .emoji(compared))
            case .decimals(let numbers): present(screen, drawing: .numbers(numbers))
            case .waiting, .requested, .ready, .scanned, .confirmed, .stopped, .done, .cancelled: present(screen)
            }
        }
    }
}
