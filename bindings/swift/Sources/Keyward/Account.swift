// SPDX-License-Identifier: Apache-2.0

import KeywardBindings

extension Account {
    /// Works with the account and shuts it down afterwards, also after an error or a cancellation: once it returns, the
    /// store's files are free, and the account can be restored.
    ///
    /// ```swift
    /// try await Keyward.restore(folder: folder, key: key).useAndShutDown { account in
    ///     print(try await account.status().verified)
    /// }
    /// ```
    ///
    /// An account may as well be let go: its files become free some time after the last of its objects is gone. What
    /// belongs to the account (a reset, a stream) ends with the shutdown; a reset can be resumed.
    ///
    /// - Throws: what `work` throws, else ``KeywardBindings/AccountError`` if the store could not be closed.
    public func useAndShutDown<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ work: (Account) async throws -> Result
    ) async throws -> Result {
        let result: Result
        do {
            result = try await work(self)
        } catch {
            // The error of `work` is the one that says what happened.
            try? await shutDownInAnyCase()
            throw error
        }
        try await shutDownInAnyCase()
        return result
    }

    /// In a task of its own, which is not cancelled with the present one.
    private func shutDownInAnyCase() async throws {
        try await Task { try await self.shutDown() }.value
    }
}

extension AttachedAccount {
    /// The same for a session that the app has already: once it returns, the folder is free, and the session can be
    /// attached again.
    ///
    /// - Throws: what `work` throws, else ``KeywardBindings/AccountError`` if what was being written could not be finished.
    public func useAndShutDown<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ work: (AttachedAccount) async throws -> Result
    ) async throws -> Result {
        let result: Result
        do {
            result = try await work(self)
        } catch {
            // The error of `work` is the one that says what happened.
            try? await shutDownInAnyCase()
            throw error
        }
        try await shutDownInAnyCase()
        return result
    }

    /// In a task of its own, which is not cancelled with the present one.
    private func shutDownInAnyCase() async throws {
        try await Task { try await self.shutDown() }.value
    }
}
