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
    /// belongs to the account (a reset, a new recovery key, a stream) ends with the shutdown; a reset and a new recovery
    /// key can be resumed.
    ///
    /// - Throws: what `work` throws, else ``KeywardBindings/AccountError`` if the store could not be closed.
    public func useAndShutDown<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ work: (Account) async throws -> Result
    ) async throws -> Result {
        try await use(self, isolation: isolation, work)
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
        try await use(self, isolation: isolation, work)
    }
}

/// What is to be shut down after use.
private protocol ShutsDown: Sendable {
    func shutDown() async throws
}

extension Account: ShutsDown {}
extension AttachedAccount: ShutsDown {}

private func use<Used: ShutsDown, Result: Sendable>(
    _ used: Used, isolation: isolated (any Actor)?, _ work: (Used) async throws -> Result
) async throws -> Result {
    // In a task of its own, which is not cancelled with the present one.
    func shutDownInAnyCase() async throws {
        try await Task { try await used.shutDown() }.value
    }
    let result: Result
    do {
        result = try await work(used)
    } catch {
        // The error of `work` is the one that says what happened.
        try? await shutDownInAnyCase()
        throw error
    }
    try await shutDownInAnyCase()
    return result
}
