// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeywardBindings

extension Reset {
    /// What the reset does or waits for: the present state first, then each change. Ends after
    /// ``KeywardBindings/ResetState/done(outcome:)`` and ``KeywardBindings/ResetState/cancelled``, and when the account
    /// is shut down. Any number of readers; the reset goes on without any, for as long as somebody holds it. An answer
    /// that is refused is thrown by the call; the state stays, and is not said again.
    ///
    /// ```swift
    /// for await state in reset.states() {
    ///     switch state {
    ///     case .working(let progress): showProgress(progress)
    ///     case .saveKey(let recoveryKey): show(recoveryKey.reveal())  // then reset.confirmSaved(…)
    ///     // The password, then reset.authorise(…); or a page, and reset.authoriseInBrowser().
    ///     case .authorise(let challenge): ask(challenge)
    ///     // Only of an attached session: its SDK gets the key, then reset.handedOver(how: .taken).
    ///     case .handOver(let recoveryKey, _): giveToSDK(recoveryKey.reveal())
    ///     case .stopped(let error): show(error.localizedDescription)  // then reset.retry()
    ///     case .done(let outcome): show(outcome)
    ///     case .cancelled: leave()
    ///     }
    /// }
    /// ```
    public func states() -> Updates<ResetState> {
        Updates {
            let states = self.openStates()
            return Pulled(of: self, next: states.next, stop: states.stop)
        }
    }
}

extension Recovery {
    /// What the making of a new recovery key does or waits for: the present state first, then each change. Ends after
    /// ``KeywardBindings/RecoveryState/done(outcome:)`` and ``KeywardBindings/RecoveryState/cancelled``, and when the
    /// account is shut down. Any number of readers; it goes on without any, for as long as somebody holds it. A key that
    /// is refused is thrown by the call; the state stays, and is not said again.
    ///
    /// ```swift
    /// for await state in recovery.states() {
    ///     switch state {
    ///     case .working(let step): showProgress(step)
    ///     case .saveKey(let recoveryKey): show(recoveryKey.reveal())  // then recovery.confirmSaved(…)
    ///     case .stopped(let error): show(error.localizedDescription)  // then recovery.retry()
    ///     case .done(let outcome): show(outcome)
    ///     case .cancelled: leave()
    ///     }
    /// }
    /// ```
    public func states() -> Updates<RecoveryState> {
        Updates {
            let states = self.openStates()
            return Pulled(of: self, next: states.next, stop: states.stop)
        }
    }
}

extension Verification {
    /// What the verification does or waits for: the present state first, then each change. Ends after
    /// ``KeywardBindings/VerificationState/done`` and
    /// ``KeywardBindings/VerificationState/cancelled(byUs:cause:reason:)``, and when the account is shut down. Any
    /// number of readers; the verification goes on without any, for as long as somebody holds it.
    ///
    /// ```swift
    /// for await state in verification.states() {
    ///     switch state {
    ///     case .ready: try await verification.startEmoji()
    ///     case .emoji(let emoji, _): ask(emoji)  // then verification.confirm() or mismatch()
    ///     default: show(state)
    ///     }
    /// }
    /// ```
    public func states() -> Updates<VerificationState> {
        Updates {
            let states = self.openStates()
            return Pulled(of: self, next: states.next, stop: states.stop)
        }
    }
}

extension Account {
    /// Requests of this account's other sessions to verify one another. Synchronises meanwhile, in the place of
    /// ``KeywardBindings/Account/syncOnce(wait:)``. Of several requests that wait, the next one comes when the one
    /// before was taken.
    ///
    /// ```swift
    /// for try await verification in account.verificationRequests() {
    ///     show(verification)
    /// }
    /// ```
    ///
    /// It fails with what ``KeywardBindings/Account/nextVerificationRequest()`` fails with, for instance when the
    /// server cannot be reached: show it, and begin again after a pause. Once the account is shut down, that is
    /// ``KeywardBindings/VerificationError/Closed(reason:)``.
    public func verificationRequests() -> ThrowingUpdates<Verification> {
        ThrowingUpdates {
            // Nothing to stop: each request is a call of its own.
            Pulled(of: self, next: self.nextVerificationRequest, stop: {})
        }
    }
}

extension Sessions {
    /// The list of sessions, at once and again whenever something has changed. Synchronises for as long as it is read,
    /// in the place of ``KeywardBindings/Account/syncOnce(wait:)``. Ends when the account is shut down, and after a
    /// failure with ``KeywardBindings/ServerProblem/sessionExpired``.
    ///
    /// ```swift
    /// for try await update in account.sessions().watch() {
    ///     switch update {
    ///     case .snapshot(let snapshot): show(snapshot)
    ///     case .failed(let error): show(error.localizedDescription)  // it tries again by itself
    ///     }
    /// }
    /// ```
    ///
    /// Only the beginning throws: ``KeywardBindings/SessionsError``. Where people can ask for the list anew, see
    /// `SessionsWatch.updates()`.
    public func watch() -> ThrowingUpdates<SessionsUpdate> {
        ThrowingUpdates { try await self.openWatch().pulled() }
    }
}

extension SessionsWatch {
    /// As `Sessions.watch()`, of a watch that can be told to ``KeywardBindings/SessionsWatch/refresh()``. It ends when
    /// it is left.
    ///
    /// ```swift
    /// let watch = try await account.sessions().openWatch()
    /// let list = Task { for await update in watch.updates() { show(update) } }
    /// // When the person asks for it, when the network is back:
    /// watch.refresh()
    /// ```
    public func updates() -> Updates<SessionsUpdate> {
        Updates { self.pulled() }
    }

    func pulled() -> Pulled<SessionsUpdate> {
        Pulled(of: self, next: self.next, stop: self.stop)
    }
}

extension Account {
    /// Makes a key backup while it is read, where there is none or one that nobody trusted has signed: its key goes
    /// into secret storage under the present recovery key, which `key` is, and every room key of this session is
    /// uploaded. A key backup that somebody else may have made is left as it is. The last value is
    /// ``KeywardBindings/RoomKeyRepairState/done(gained:)``. Whoever stops reading stops it; what was done stays, and
    /// doing it again does the rest.
    ///
    /// ```swift
    /// for try await state in account.makeBackup(key: .recoveryKey(key: RecoveryKey(base58: typed))) {
    ///     show(state)
    /// }
    /// ```
    ///
    /// It throws ``KeywardBindings/RepairError``.
    public func makeBackup(key: KeyInput) -> ThrowingUpdates<RoomKeyRepairState> {
        repair { try await self.startMakeBackup(key: key) }
    }

    /// Uploads the room keys of this session that are not in the key backup, while it is read. The last value is
    /// ``KeywardBindings/RoomKeyRepairState/done(gained:)``.
    ///
    /// It throws ``KeywardBindings/RepairError``, for instance `NoBackup` where this session uses none.
    public func uploadRoomKeysBehind() -> ThrowingUpdates<RoomKeyRepairState> {
        repair { try await self.startUploadRoomKeysBehind() }
    }

    /// Fetches what older versions of the key backup hold, with the recovery key or Security Phrase of their time, and
    /// puts it into the present one if this session uses that, while it is read. The last value is
    /// ``KeywardBindings/RoomKeyRepairState/done(gained:)``, which says how many room keys this session has gained. The
    /// older versions stay. With `version` only that one.
    ///
    /// It throws ``KeywardBindings/RepairError``, for instance `OpensNoBackup` if the key opens none of them.
    public func recoverRoomKeys(oldKey: KeyInput, version: String? = nil) -> ThrowingUpdates<RoomKeyRepairState> {
        repair { try await self.startRecoverRoomKeys(oldKey: oldKey, version: version) }
    }

    private func repair(
        _ start: @escaping @Sendable () async throws -> RoomKeyRepair
    ) -> ThrowingUpdates<RoomKeyRepairState> {
        ThrowingUpdates {
            let repair = try await start()
            return Pulled(of: self, next: repair.next, stop: repair.stop)
        }
    }
}

extension RoomKeys {
    /// Writes every room key to `file`, encrypted with `passphrase`, while it is read: each iteration is an export of
    /// its own. The last value is ``KeywardBindings/ExportState/done(roomKeys:)``. Whoever stops reading cancels the
    /// export, and a file that was there before is kept.
    ///
    /// ```swift
    /// for try await state in account.roomKeys().export(to: file, passphrase: Passphrase(text: phrase)) {
    ///     show(state)
    /// }
    /// ```
    ///
    /// It throws ``KeywardBindings/ExportError``.
    public func export(to file: URL, passphrase: Passphrase) -> ThrowingUpdates<ExportState> {
        ThrowingUpdates {
            let export = try await self.startExport(file: file.path, passphrase: passphrase)
            return Pulled(of: self, next: export.next, stop: export.stop)
        }
    }

    /// Reads room keys from `file` while it is read: each iteration is an import of its own. The last value is
    /// ``KeywardBindings/ImportState/done(imported:)``. Whoever stops reading stops the import; what was imported until
    /// then stays.
    ///
    /// It throws ``KeywardBindings/ImportError``.
    public func `import`(from file: URL, passphrase: Passphrase) -> ThrowingUpdates<ImportState> {
        ThrowingUpdates {
            let `import` = try await self.startImport(file: file.path, passphrase: passphrase)
            return Pulled(of: self, next: `import`.next, stop: `import`.stop)
        }
    }
}
