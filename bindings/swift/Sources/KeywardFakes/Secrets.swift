// SPDX-License-Identifier: Apache-2.0

import Keyward
import KeywardModels

/// A recovery key for the fakes. Screens that make a `RecoveryKey` of what was typed take this one in its place.
public final class FakeRecoveryKey: RecoveryKey, @unchecked Sendable {
    private let base58: String

    /// The key that was typed; without one, that which the fakes make.
    public init(_ base58: String = Samples.newKey) {
        self.base58 = base58
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override func reveal() -> String {
        base58
    }

    public override var description: String { redacted }
}

/// A password for the fakes. Screens that make a `Password` of what was typed take this one in its place.
public final class FakePassword: Password, @unchecked Sendable {
    let text: String

    /// The password that was typed.
    public init(_ text: String) {
        self.text = text
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override var description: String { redacted }
}

/// A Security Phrase for the fakes. Screens that make a `Passphrase` of what was typed take this one in its place.
public final class FakePassphrase: Passphrase, @unchecked Sendable {
    let text: String

    /// The phrase that was typed.
    public init(_ text: String) {
        self.text = text
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    public override var description: String { redacted }
}

extension TypedSecrets {
    /// Those of the fakes, for models in previews and UI tests.
    public static let fakes = TypedSecrets(
        password: { FakePassword($0) }, passphrase: { FakePassphrase($0) }, recoveryKey: { FakeRecoveryKey($0) })
}

/// Why no fake is made of a handle.
let noHandle = "A fake has no handle"

private let redacted = "[redacted]"

extension Password {
    /// The text of a password that the fakes can read.
    var fake: String {
        guard let fake = self as? FakePassword else {
            preconditionFailure("Nobody can read a real password: give the fakes a FakePassword")
        }
        return fake.text
    }
}

extension Passphrase {
    /// The text of a phrase that the fakes can read.
    var fake: String {
        guard let fake = self as? FakePassphrase else {
            preconditionFailure("Nobody can read a real Security Phrase: give the fakes a FakePassphrase")
        }
        return fake.text
    }
}

extension RecoveryKey {
    /// Whether it is this key, as people type it.
    func isKey(_ key: String) -> Bool {
        reveal().filter { !$0.isWhitespace } == key.filter { !$0.isWhitespace }
    }
}

extension Confirmation {
    /// Whether the new key was typed, or nothing was.
    var isRight: Bool {
        switch self {
        case .retyped(let key): key.isKey(Samples.newKey)
        case .acknowledged: true
        }
    }
}
