// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// Room keys in files.
@Suite(.timeLimit(.minutes(5)))
struct RoomKeysTests {
    private static let phrase = "a passphrase for a file"
    private let passphrase = Passphrase(text: Self.phrase)

    @Test("Room keys go from one session to another through a file")
    func throughAFile() async throws {
        let person = try await TestService.person(.none)
        try await withFolder { folder in
            let file = folder.appendingPathComponent("room-keys.txt")
            try await loggedIn(person) { login in
                try await login.receiveRoomKey(from: person)
                let states = try await login.account.roomKeys().export(to: file, passphrase: passphrase).collected()
                #expect(states.first == .running(done: 0, total: 0))
                #expect(states.last == .done(roomKeys: 1))
            }
            #expect(try names(in: folder) == [file.lastPathComponent], "nothing else is left")
            try await loggedIn(person) { login in
                let account = login.account
                #expect(try await account.status().roomKeys == 0)
                for imported in [1, 0] {
                    let states = try await account.roomKeys().import(from: file, passphrase: passphrase).collected()
                    #expect(states.first == .running(done: 0, total: 0))
                    #expect(
                        states.last == .done(imported: RoomKeyImported(imported: imported, total: 1, malformed: 0)))
                    #expect(try await account.status().roomKeys == 1)
                }
            }
        }
    }

    @Test("Progress is told, and who stops keeps what was imported, and the file that was there")
    func progressAndStopping() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("room-keys.txt")
            try await TestService.writeRoomKeyFile(file, passphrase: Self.phrase, roomKeys: 3000)
            let old = try Data(contentsOf: file)
            try await loggedIn(TestService.newUser()) { login in
                let roomKeys = login.account.roomKeys()
                let total: Int = try await roomKeys.import(from: file, passphrase: passphrase).firstSome { state in
                    if case .running(let done, let total) = state, done > 0 { total } else { nil }
                }
                #expect(total == 3000)

                let states = try await roomKeys.import(from: file, passphrase: passphrase).collected()
                let running = states.compactMap { state in
                    if case .running(let done, let total) = state { (done, total) } else { nil }
                }
                #expect(running.map(\.0) == running.map(\.0).sorted())
                #expect(running.count > 2 && running.dropFirst().allSatisfy { $0.1 == 3000 })
                guard case .done(let imported) = states.last else { throw TestFailure("it is not done: \(states)") }
                #expect(imported.total == 3000 && imported.malformed == 0)
                #expect(imported.imported < 3000, "some were there before")
                #expect(try await login.account.status().roomKeys == 3000)

                // Whoever leaves the loop stops it, at the next piece of work.
                for try await state in roomKeys.export(to: file, passphrase: passphrase) {
                    if case .running(let done, _) = state, done > 0 { break }
                }
                while try names(in: folder).count != 1 { await Task.yield() }
                #expect(try Data(contentsOf: file) == old)
            }
        }
    }

    @Test("An export that is cancelled leaves no file, and ends with its stream and with the account")
    func cancelledExport() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("room-keys.txt")
            try await TestService.writeRoomKeyFile(file, passphrase: Self.phrase, roomKeys: 3)
            let old = try Data(contentsOf: file)
            try await loggedIn(TestService.newUser()) { login in
                let roomKeys = login.account.roomKeys()
                let new = folder.appendingPathComponent("new.txt")
                let task = Task { [passphrase] in
                    try await roomKeys.export(to: new, passphrase: passphrase).collected()
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }

                let export = try await roomKeys.startExport(file: file.path, passphrase: passphrase)
                #expect(try await export.next() == .running(done: 0, total: 0))
                for _ in 0..<2 { export.stop() }
                #expect(try await export.next() == nil)

                let another = try await roomKeys.startExport(file: file.path, passphrase: passphrase)
                #expect(try await another.next() == .running(done: 0, total: 0))
                try await login.account.shutDown()
                #expect(try await another.next() == nil)

                // The file of a whole export, which began after the others.
                let whole = folder.appendingPathComponent("whole.txt")
                let account = try await login.restart()
                let states = try await account.roomKeys().export(to: whole, passphrase: passphrase).collected()
                #expect(states.last == .done(roomKeys: 0))
                #expect(try names(in: folder).sorted() == [file.lastPathComponent, whole.lastPathComponent])
                #expect(try Data(contentsOf: file) == old)
            }
        }
    }

    @Test("Each thing that keeps an export from its file has its own error")
    func exportErrors() async throws {
        try await withFolder { folder in
            try await loggedIn(TestService.newUser()) { login in
                let file = folder.appendingPathComponent("room-keys.txt")
                func export(_ path: String, _ other: Passphrase? = nil) async throws -> [ExportState] {
                    try await login.account.roomKeys()
                        .export(to: URL(fileURLWithPath: path), passphrase: other ?? passphrase).collected()
                }

                await fails(ExportError.EmptyPassphrase) { try await export(file.path, Passphrase(text: "")) }
                #if os(Linux)
                    await fails(ExportError.DiskFull) { try await export("/dev/full") }
                    await fails(ExportError.PermissionDenied) { try await export("/dev/pts/room-keys.txt") }
                #endif
                await fails(ExportError.NoSuchFolder) { try await export("\(folder.path)/nowhere/room-keys.txt") }
                await fails(ExportError.IsFolder) { try await export(folder.path) }
                let longName = String(repeating: "x", count: 300)
                await fails(ExportError.Write) { try await export("\(folder.path)/\(longName)") }
                try await TestService.setSchemaVersion(login.folder, 16)
                await fails(ExportError.StoreVersion) { try await export(file.path) }
                try await TestService.setSchemaVersion(login.folder, 17)
                try await TestService.breakStore(login.folder)
                await fails(ExportError.Store) { try await export(file.path) }
                try await TestService.mendStore(login.folder)
                #expect(try names(in: folder) == [], "no file is left")
                #expect(try await export(file.path).last == .done(roomKeys: 0))
            }
        }
    }

    @Test("Each thing that can be wrong with a file has its own error")
    func importErrors() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("room-keys.txt")
            try await loggedIn(TestService.newUser()) { login in
                let account = login.account
                func read(_ path: String? = nil, _ other: Passphrase? = nil) async throws -> [ImportState] {
                    try await account.roomKeys()
                        .import(from: URL(fileURLWithPath: path ?? file.path), passphrase: other ?? passphrase)
                        .collected()
                }
                func write(content: String? = nil, version: Int? = nil, rounds: Int? = nil) async throws {
                    try await TestService.writeRoomKeyFile(
                        file, passphrase: Self.phrase, roomKeys: 3, content: content, version: version, rounds: rounds)
                }

                await fails(ImportError.NotFound) { try await read() }
                await fails(ImportError.NotAFile) { try await read(folder.path) }
                #if os(Linux)
                    // Unreadable even for root.
                    await fails(ImportError.PermissionDenied) { try await read("/proc/sys/vm/compact_memory") }
                    await fails(ImportError.Read) { try await read("/proc/self/mem") }
                #endif
                try Data("Something else.".utf8).write(to: file)
                await fails(ImportError.NotAnExport) { try await read() }

                try await write()
                let whole = try Data(contentsOf: file)
                await fails(ImportError.WrongPassphrase) { try await read(nil, Passphrase(text: "wrong")) }
                try whole.prefix(whole.count / 2).write(to: file)
                await fails(ImportError.Truncated) { try await read() }
                var damaged = whole
                damaged[200] = UInt8(ascii: "!")
                try damaged.write(to: file)
                await fails(ImportError.Damaged) { try await read() }

                try await write(version: 2)
                await fails({ ImportError.UnsupportedVersion(version: 2, advice: $0) }) { try await read() }
                try await write(rounds: 4_000_000_000)
                await fails({ ImportError.Rounds(asked: 4_000_000_000, advice: $0) }) { try await read() }
                try await write(content: "{}")
                await fails(ImportError.NotRoomKeys) { try await read() }
                #expect(try await account.status().roomKeys == 0)

                try whole.write(to: file)
                try await TestService.breakStore(login.folder)
                await fails(ImportError.Store) { try await read() }
                try await TestService.mendStore(login.folder)
                #expect(try await read().last == .done(imported: .init(imported: 3, total: 3, malformed: 0)))
                #expect(try await account.status().roomKeys == 3)
            }
        }
    }

    @Test("A file that changes while it is read is noticed")
    func changedFile() async throws {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("room-keys.txt")
            try await TestService.writeRoomKeyFile(file, passphrase: Self.phrase, roomKeys: 3000)
            try await loggedIn(TestService.newUser()) { login in
                await fails(ImportError.Changed) {
                    var changed = false
                    for try await state in login.account.roomKeys().import(from: file, passphrase: passphrase) {
                        if case .running(let done, _) = state, done > 0, !changed {
                            changed = true
                            try changeNearTheEnd(file)
                        }
                    }
                }
            }
        }
    }

    /// Exchanges one character of its base64, in place.
    private func changeNearTheEnd(_ file: URL) throws {
        let handle = try FileHandle(forUpdating: file)
        let offset = try handle.seekToEnd() - 500
        try handle.seek(toOffset: offset)
        let present = try handle.read(upToCount: 1)
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data((present == Data("A".utf8) ? "B" : "A").utf8))
        try handle.close()
    }

    private func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
}

extension AsyncSequence {
    /// All that comes, to the end.
    func collected() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
