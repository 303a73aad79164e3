// SPDX-License-Identifier: Apache-2.0

import Keyward

/// Makes the library's secrets of what was typed. Previews and UI tests take those of the fakes in their place, which
/// need no native library.
public struct TypedSecrets: Sendable {
    let password: @Sendable (String) -> Password
    let passphrase: @Sendable (String) -> Passphrase
    let recoveryKey: @Sendable (String) -> RecoveryKey

    /// The library's own.
    public static let real = TypedSecrets(
        password: { Password(text: $0) }, passphrase: { Passphrase(text: $0) },
        recoveryKey: { RecoveryKey(base58: $0) })

    /// Secrets of another kind.
    public init(
        password: @escaping @Sendable (String) -> Password, passphrase: @escaping @Sendable (String) -> Passphrase,
        recoveryKey: @escaping @Sendable (String) -> RecoveryKey
    ) {
        self.password = password
        self.passphrase = passphrase
        self.recoveryKey = recoveryKey
    }

    /// Uses what may be a recovery key or a phrase: nobody has to say which.
    func asKeyOrPhrase<Result: Sendable>(
        _ typed: String, _ use: @Sendable (KeyInput) async throws -> Result
    ) async throws -> Result {
        do {
            return try await use(.recoveryKey(key: recoveryKey(typed)))
        } catch let error as any KeywardError where error.code == "secret_storage.mistyped_key" {
            do {
                return try await use(.passphrase(passphrase: passphrase(typed)))
            } catch let other as any KeywardError where other.code == "secret_storage.no_passphrase" {
                throw error
            }
        }
    }
}
