// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// Opens accounts and lets them go, with all that belongs to them, without shutting anything down: COUNT STORE-KEY
/// FOLDER…. Says how many accounts it opened, how many files were open before and are in the end, and by how many MiB
/// it has grown after the first tenth.
func drop(_ arguments: [String]) async throws {
    let (count, key, folders) = (Int(arguments[0]) ?? 0, arguments[1], arguments.dropFirst(2))
    // What the library opens once and for all.
    try await useAndLetGo(folders[folders.startIndex], key)
    let before = try await settled { try openFiles() }
    let share = count / folders.count
    try await round(share / 10, folders, key)
    let early = try memory()
    try await round(share - share / 10, folders, key)
    let after = try await settled(until: before) { try openFiles() }
    say("\(share * folders.count) \(before) \(after) \((try memory() - early) / 1024 / 1024)")
}

/// All folders at a time.
private func round(_ count: Int, _ folders: ArraySlice<String>, _ key: String) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for folder in folders {
            group.addTask {
                for _ in 0..<count { try await useAndLetGo(folder, key) }
            }
        }
        try await group.waitForAll()
    }
}

private func useAndLetGo(_ folder: String, _ key: String) async throws {
    var account: Account? = try await restoreWhenFree(folder, key)
    var objects: [any Sendable] = []
    if let account {
        _ = try await account.unsavedRoomKeys()
        let sessions = account.sessions()
        let watch = try await sessions.openWatch()
        // Somebody waits when it is let go.
        let waiting = Task { for await _ in watch.updates() {} }
        waiting.cancel()
        objects = [sessions, watch, account.roomKeys(), Keyward.logs(.error), account]
    }
    account = nil
    // Half of them go here, half in a thread that has nothing to do with Swift's tasks.
    if Bool.random() {
        let box = objects
        Thread.detachNewThread { _ = box.count }
    }
    objects = []
}

/// The files of an account are free some time after its last object is gone.
private func restoreWhenFree(_ folder: String, _ key: String) async throws -> Account {
    while true {
        do {
            return try await restore(folder, key)
        } catch RestoreError.InUse {
            await Task.yield()
        }
    }
}

/// The value once it is `wanted` or has been the same for a second, but not before that.
private func settled(until wanted: Int? = nil, _ value: () throws -> Int) async throws -> Int {
    var (last, since) = (try value(), Date())
    while last != wanted, Date().timeIntervalSince(since) < 1 {
        try await Task.sleep(nanoseconds: 10_000_000)
        let now = try value()
        if now != last { (last, since) = (now, Date()) }
    }
    return last
}

private func openFiles() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}

private func memory() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
    return (Int(pages) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
