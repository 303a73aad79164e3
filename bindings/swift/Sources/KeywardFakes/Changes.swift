// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What was done to an account.
final class Changes: Sendable {
    private struct State {
        var number = 0
        var told = 0
        var isReset = false
        var isVerified = false
        var signed = SampleData.signed
        /// What opens secret storage.
        var key = Samples.oldKey
        var phrase: String? = Samples.oldPhrase
        var listener: @Sendable () -> Void = {}
    }

    private let state = Locked(State())

    /// Whether a reset has put a new identity in force. It stays so, whatever comes of later ones.
    var isReset: Bool { state.with { $0.isReset } }

    /// Whether this session was verified, with the key or by another one.
    var isVerified: Bool { state.with { $0.isVerified } }

    /// Other sessions that the present identity has signed.
    var signed: Set<String> { state.with { $0.signed } }

    /// Whether there is a key that the person has saved here.
    var hasNewKey: Bool { state.with { $0.key == Samples.newKey } }

    /// A number that is another after each change of the keys.
    var now: Int { state.with { $0.number } }

    /// - Parameter listener: called when something has changed, outside of every lock.
    func listen(_ listener: @escaping @Sendable () -> Void) {
        state.with { $0.listener = listener }
    }

    func noteReset(_ phrase: String?) {
        state.with { state in
            state.isReset = true
            state.signed = []
        }
        noteKey(phrase)
    }

    func noteKey(_ phrase: String?) {
        state.with { state in
            (state.key, state.phrase) = (Samples.newKey, phrase)
            state.number += 1
        }
    }

    /// - Parameter other: the session that this one and the identity agree on; `nil`: it was done with the key.
    func noteVerified(_ other: String?) {
        state.with { state in
            state.isVerified = true
            if let other { state.signed.insert(other) }
            state.number += 1
        }
    }

    /// Lets the account know, unless it does already.
    func tell() {
        let listener = state.with { state -> (@Sendable () -> Void)? in
            defer { state.told = state.number }
            return state.told == state.number ? nil : state.listener
        }
        listener?()
    }

    /// The code of the error with which this does not open secret storage.
    func objection(_ input: KeyInput) -> String? {
        let (key, phrase) = state.with { ($0.key, $0.phrase) }
        switch input {
        case .recoveryKey(let typed) where typed.isKey(key): return nil
        // So begins every key that is in order.
        case .recoveryKey(let typed):
            return typed.reveal().hasPrefix("EsT") ? "secret_storage.wrong_key" : "secret_storage.mistyped_key"
        case .passphrase where phrase == nil: return "secret_storage.no_passphrase"
        case .passphrase(let typed): return typed.fake == phrase ? nil : "secret_storage.wrong_key"
        }
    }
}
