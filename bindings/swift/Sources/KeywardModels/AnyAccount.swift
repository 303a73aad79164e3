// SPDX-License-Identifier: Apache-2.0

import Keyward

/// An account of either kind, for the models that fit both.
public enum AnyAccount: Sendable {
    /// Of a session that was logged in here.
    case own(Account)
    /// Of a session that the app has on an SDK of its own.
    case attached(AttachedAccount)

    /// Its sessions, for the models that show them. Nothing tells an attached session of changes: its list is read
    /// anew every fifteen seconds for as long as it is followed.
    public func sessions() -> Sessions {
        switch self {
        case .own(let account): account.sessions()
        case .attached(let account): account.sessions(every: 15)
        }
    }

    var isAttached: Bool {
        switch self {
        case .own: false
        case .attached: true
        }
    }

    var userId: String {
        switch self {
        case .own(let account): account.userId()
        case .attached(let account): account.userId()
        }
    }

    func examine(lostKey: Bool) async throws -> Report {
        switch self {
        case .own(let account): try await account.examine(lostKey: lostKey)
        case .attached(let account): try await account.examine(lostKey: lostKey)
        }
    }

    /// An own session has what the old key opens, and needs none.
    func planReset(oldKey: KeyInput?) async throws -> ResetPlan {
        switch self {
        case .own(let account): try await account.planReset()
        case .attached(let account): try await account.planReset(oldKey: oldKey)
        }
    }

    func startReset(_ plan: ResetPlan, _ options: ResetOptions) async throws -> Reset {
        switch self {
        case .own(let account): try await account.startReset(plan: plan, options: options)
        case .attached(let account): try await account.startReset(plan: plan, options: options)
        }
    }

    func pendingReset() async throws -> PendingReset? {
        switch self {
        case .own(let account): try await account.pendingReset()
        case .attached(let account): try await account.pendingReset()
        }
    }

    func resumeReset() async throws -> Reset {
        switch self {
        case .own(let account): try await account.resumeReset()
        case .attached(let account): try await account.resumeReset()
        }
    }

    func cancelReset() async throws {
        switch self {
        case .own(let account): try await account.cancelReset()
        case .attached(let account): try await account.cancelReset()
        }
    }

    func pendingRecovery() async throws -> PendingReset? {
        switch self {
        case .own(let account): try await account.pendingRecovery()
        case .attached(let account): try await account.pendingRecovery()
        }
    }

    func resumeRecovery() async throws -> Recovery {
        switch self {
        case .own(let account): try await account.resumeRecovery()
        case .attached(let account): try await account.resumeRecovery()
        }
    }

    func cancelRecovery() async throws {
        switch self {
        case .own(let account): try await account.cancelRecovery()
        case .attached(let account): try await account.cancelRecovery()
        }
    }

    /// Whether a new recovery key will open the key backup, as far as that is known.
    func newKeyOpensBackup() async throws -> Bool? {
        switch self {
        case .own(let account):
            switch try await account.status().keyBackup {
            case .enabled: true
            case .disabled, .untrusted: false
            case .notSetUp: nil
            }
        case .attached(let account):
            switch try await account.status().keyBackup {
            case .enabled, .disabled, .untrusted: true
            case .notSetUp: nil
            }
        }
    }

    func dismissContacts(_ userIds: [String]) async throws {
        switch self {
        case .own(let account): _ = try await account.dismissContacts(userIds: userIds)
        case .attached(let account): _ = try await account.dismissContacts(userIds: userIds)
        }
    }
}
