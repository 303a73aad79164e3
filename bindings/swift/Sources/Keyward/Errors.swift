// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeywardBindings

/// Every error of this library: what it is called, what to do next, and a text for people.
///
/// Both `localizedDescription` and what prints an error give that text. Otherwise they would give the case with its fields,
/// among them the address of a server's page, which is not for logs.
public protocol KeywardError: LocalizedError, CustomStringConvertible {
    func advice() -> Advice
}

extension KeywardError {
    /// A stable name, unique in this library: where it comes from, a dot, and what it is (`reset.key_mismatch`).
    public var code: String { advice().code }

    /// What to do next. Match on this where several errors lead to the same screen.
    public var remedy: Remedy { advice().remedy }

    public var errorDescription: String? { description }
}

extension AccountError: KeywardError {}
extension AttachError: KeywardError {}
extension DiscoveryError: KeywardError {}
extension ExportError: KeywardError {}
extension ImportError: KeywardError {}
extension KeyCheckError: KeywardError {}
extension LoginError: KeywardError {}
extension LogoutError: KeywardError {}
extension NetworkError: KeywardError {}
extension RecoveryError: KeywardError {}
extension RepairError: KeywardError {}
extension ResetError: KeywardError {}
extension RestoreError: KeywardError {}
extension ResumeError: KeywardError {}
extension SessionsError: KeywardError {}
extension SignOutError: KeywardError {}
extension StoreKeyError: KeywardError {}
extension TextsError: KeywardError {}
extension UnlockError: KeywardError {}
extension VerificationError: KeywardError {}
