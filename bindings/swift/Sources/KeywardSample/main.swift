// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

// Logs in, lists the sessions, and resets the account: KeywardSample SERVER USER

guard CommandLine.arguments.count == 3 else { fail("usage: KeywardSample SERVER USER") }
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keyward-sample-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: folder) }

do {
    let account = try await Keyward.login(
        homeserver: Keyward.discover(CommandLine.arguments[1]), user: CommandLine.arguments[2],
        password: askForPassword(), sessionName: "Keyward sample", folder: folder,
        // An app keeps it in the Keychain; this login ends with the program.
        key: StoreKey.generate())
    try await listSessions(of: account)
    try await resetAll(of: account)
    try await account.logOut(unsaved: .discard)
} catch {
    fail(error.localizedDescription)
}

func listSessions(of account: Account) async throws {
    let list = try await account.sessions().list()
    for session in [list.current] + list.others {
        print("\(session.deviceId)  \(session.trust)  \(session.label)")
    }
}

func resetAll(of account: Account) async throws {
    let plan = try await account.planReset()
    print("\(plan.consequences().otherSessions) other sessions will have to be verified again.")
    let reset = try await account.startReset(plan: plan, options: ResetOptions())
    for await state in reset.states() {
        switch state {
        case .working(let progress):
            if let progress { print("Step \(progress.number) of \(progress.steps)") }
        case .saveKey(let recoveryKey):
            print("Your new Security Key is\n\(recoveryKey.reveal())")
            try await again {
                let typed = RecoveryKey(base58: ask("Type it again:"))
                try await reset.confirmSaved(confirmation: .retyped(recoveryKey: typed))
            }
        case .authorise:
            try await again { try await reset.authorise(password: askForPassword()) }
        case .handOver:
            fatalError("this session was logged in here")
        case .stopped(let error):
            throw error
        case .done(let outcome):
            print("Done. The new backup has \(outcome.roomKeysBackedUp) room keys; the old one: \(outcome.oldBackup).")
        case .cancelled:
            print("Cancelled. Everything is as it was.")
        }
    }
}

/// Asks until the answer is right.
func again(_ answer: () async throws -> Void) async throws {
    while true {
        do {
            return try await answer()
        } catch ResetError.KeyMismatch(let reason), ResetError.WrongPassword(let reason) {
            print(reason)
        }
    }
}

func askForPassword() -> Password {
    // Without an echo, from a terminal; getpass reads no pipe.
    guard isatty(STDIN_FILENO) == 1, let typed = getpass("Password: ") else { return Password(text: ask("Password:")) }
    return Password(text: String(cString: typed))
}

func ask(_ question: String) -> String {
    print(question)
    fflush(nil)
    return readLine() ?? ""
}

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(1)
}
