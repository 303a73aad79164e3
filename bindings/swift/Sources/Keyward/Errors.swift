// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeywardBindings

// `localizedDescription` is the text for people, as `description` is; UniFFI's own would print the case with its
// fields.

extension AccountError: LocalizedError {
    public var errorDescription: String? { description }
}

extension DiscoveryError: LocalizedError {
    public var errorDescription: String? { description }
}

extension ExportError: LocalizedError {
    public var errorDescription: String? { description }
}

extension ImportError: LocalizedError {
    public var errorDescription: String? { description }
}

extension LoginError: LocalizedError {
    public var errorDescription: String? { description }
}

extension LogoutError: LocalizedError {
    public var errorDescription: String? { description }
}

extension ResetError: LocalizedError {
    public var errorDescription: String? { description }
}

extension RestoreError: LocalizedError {
    public var errorDescription: String? { description }
}

extension SessionsError: LocalizedError {
    public var errorDescription: String? { description }
}

extension SignOutError: LocalizedError {
    public var errorDescription: String? { description }
}

extension StoreKeyError: LocalizedError {
    public var errorDescription: String? { description }
}

extension UnlockError: LocalizedError {
    public var errorDescription: String? { description }
}

extension VerificationError: LocalizedError {
    public var errorDescription: String? { description }
}
