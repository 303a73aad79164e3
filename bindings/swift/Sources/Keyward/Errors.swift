// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeywardBindings

// Both `localizedDescription` and what prints an error give the text for people. Otherwise they would give the case with its
// fields, among them the address of a server's page, which is not for logs.

extension AccountError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension DiscoveryError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension ExportError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension ImportError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension LoginError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension LogoutError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension ResetError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension RestoreError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension SessionsError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension SignOutError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension StoreKeyError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension UnlockError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}

extension VerificationError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }
}
