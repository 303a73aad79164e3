// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Another program of this package, running.
final class Child: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    /// What it says, line by line, until it has ended.
    let lines: AsyncStream<String>

    init(_ name: String, _ arguments: [String]) throws {
        // SwiftPM builds all programs into the folder of the tests.
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent(name)
        process.arguments = arguments
        // Where it crashes, its trace would take minutes, and the tests beside it their time.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        let (lines, said) = AsyncStream<String>.makeStream()
        self.lines = lines
        try process.run()
        // In a thread of its own: the tasks of the tests go on.
        Thread.detachNewThread {
            var rest = ""
            while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
                var parts = (rest + String(decoding: data, as: UTF8.self)).components(separatedBy: "\n")
                rest = parts.removeLast()
                for line in parts { said.yield(line) }
            }
            said.finish()
        }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Types this, and the end of the line.
    func type(_ line: String) {
        input.fileHandleForWriting.write(Data((line + "\n").utf8))
    }

    /// The first line that this is true of.
    func line(where isIt: (String) -> Bool) async throws -> String {
        for await line in lines where isIt(line) { return line }
        throw TestFailure("it ended before it said so")
    }

    /// Waits until it has ended: its exit code, and what it has said since the last line that was read.
    func end() async -> (code: Int32, said: [String]) {
        var said: [String] = []
        for await line in lines { said.append(line) }
        // It says nothing more, so this takes no time.
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    /// Ends it at this very moment, without a word; what it has said.
    func killNow() async -> [String] {
        kill(process.processIdentifier, SIGKILL)
        return await end().said
    }
}
