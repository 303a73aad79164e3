// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// Resets until it is killed: FOLDER STORE-KEY PASSWORD, with the store key in base64. The folder holds a login. Says
/// the new recovery key.
func reset(_ arguments: [String]) async throws {
    let account = try await restore(arguments[0], arguments[1])
    let reset = try await account.startReset(plan: account.planReset(), options: ResetOptions())
    for await state in reset.states() {
        switch state {
        case .saveKey(let recoveryKey):
            say(recoveryKey.reveal())
            try await reset.confirmSaved(confirmation: .acknowledged)
        case .authorise:
            try await reset.authorise(password: Password(text: arguments[2]))
        case .stopped(let error):
            throw error
        case .working, .handOver, .done, .cancelled:
            break
        }
    }
}

func restore(_ folder: String, _ key: String) async throws -> Account {
    try await Keyward.restore(
        folder: URL(fileURLWithPath: folder), key: StoreKey.fromBytes(bytes: Data(base64Encoded: key) ?? Data()))
}

func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
