// SPDX-License-Identifier: Apache-2.0

import Keyward

/// Verifying this session with the recovery key or the Security Phrase.
@MainActor
public final class UnlockModel: ScreenModel {
    private let account: Account

    /// - Parameters:
    ///   - account: one that was logged in here. An attached session is verified in the app's own SDK.
    ///   - texts: what is said.
    ///   - secrets: what makes secrets of what was typed; of the fakes in previews.
    ///   - onRequest: what the app is asked to do.
    public init(
        account: Account, texts: Texts, secrets: TypedSecrets = .real,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.account = account
        super.init(texts: texts, secrets: secrets, onRequest: onRequest)
    }

    override var showsFlow: Bool { screen != nil }

    override func look() async throws {
        present(texts.unlock())
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch action {
        case .unlock: .work { try await self.unlock() }
        default: super.answer(to: action)
        }
    }

    /// The key counts where both were typed.
    private func unlock() async throws {
        let (key, phrase) = (take(.recoveryKey), take(.passphrase))
        let input: KeyInput =
            key.isEmpty && !phrase.isEmpty
            ? .passphrase(passphrase: secrets.passphrase(phrase)) : .recoveryKey(key: secrets.recoveryKey(key))
        present(texts.unlockWorking())
        do {
            present(texts.unlockDone(unlocked: try await account.unlock(input: input)))
        } catch let error as UnlockError {
            present(texts.unlock(problem: error.advice()))
        } catch {
            present(texts.unlock())
            throw error
        }
    }
}
