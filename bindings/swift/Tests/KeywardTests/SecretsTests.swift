// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// Secrets show themselves to nobody who does not ask for it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SecretsTests {
    private static let secret = "correct horse battery staple"

    @Test("Secrets print as redacted")
    func redacted() {
        let secrets: [any CustomStringConvertible] = [
            Password(text: Self.secret), Passphrase(text: Self.secret), RecoveryKey(base58: Self.secret),
            StoreKey.generate(),
        ]
        for secret in secrets {
            #expect(secret.description == "[redacted]")
            #expect("a \(secret)" == "a [redacted]")
            #expect(String(reflecting: secret) == "[redacted]")
        }
    }

    @Test("What holds a secret prints it as redacted")
    func holders() {
        let recoveryKey = RecoveryKey(base58: Self.secret)
        let passphrase = Passphrase(text: Self.secret)
        let holders: [Any] = [
            KeyInput.recoveryKey(key: recoveryKey),
            KeyInput.passphrase(passphrase: passphrase),
            Confirmation.retyped(recoveryKey: recoveryKey),
            ResetState.saveKey(recoveryKey: recoveryKey),
            ResetExport(file: "room-keys.txt", passphrase: passphrase),
            ResetOptions(passphrase: passphrase),
        ]
        for holder in holders {
            var dumped = ""
            dump(holder, to: &dumped)
            for printed in ["\(holder)", String(reflecting: holder), dumped] {
                #expect(!printed.contains(Self.secret))
                #expect(printed.contains("[redacted]"))
            }
        }
    }

    @Test("A recovery key reveals what it was made of")
    func recoveryKey() {
        #expect(RecoveryKey(base58: Self.secret).reveal() == Self.secret)
        #expect(RecoveryKey(base58: "").reveal() == "")
    }

    @Test("A store key comes back from its bytes")
    func storeKey() throws {
        let bytes = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        #expect(try StoreKey.fromBytes(bytes: bytes).reveal() == bytes)
        let key = StoreKey.generate()
        #expect(try StoreKey.fromBytes(bytes: key.reveal()).reveal() == key.reveal())
        #expect(key.reveal() != StoreKey.generate().reveal())
        // A part of something longer: its indices do not begin at 0.
        #expect(try StoreKey.fromBytes(bytes: (Data([1, 2, 3]) + bytes).dropFirst(3)).reveal() == bytes)
    }

    @Test("Bytes of another length are no store key", arguments: [0, 31, 33, 64])
    func wrongLength(length: Int) async {
        await fails(StoreKeyError.WrongLength) { try StoreKey.fromBytes(bytes: Data(count: length)) }
    }
}
