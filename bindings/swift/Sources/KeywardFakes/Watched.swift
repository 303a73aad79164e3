// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A value that several threads change.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func with<Result>(_ use: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try use(&value) }
    }
}

/// What a flow shows, and who waits for what comes next.
final class Watched<State: Sendable>: Sendable {
    /// One that follows another has a higher number, also if both are equal.
    struct Shown: Sendable {
        var number = 1
        /// `nil`: it was let go, or its account was shut down.
        var state: State?
        var isLast = false
    }

    private struct Now {
        var shown: Shown
        /// Another after whatever may let a reader go on.
        var version = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let now: Locked<Now>

    init(_ state: State) {
        now = Locked(Now(shown: Shown(state: state)))
    }

    func show(_ state: State?, isLast: Bool = false) {
        wake { $0 = Shown(number: $0.number + 1, state: state, isLast: isLast) }
    }

    /// Lets everybody who waits look again.
    func wake(_ change: (inout Shown) -> Void = { _ in }) {
        let waiting = now.with { now in
            change(&now.shown)
            now.version += 1
            defer { now.waiting = [] }
            return now.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func look() -> (shown: Shown, version: Int) {
        now.with { ($0.shown, $0.version) }
    }

    /// Returns once there may be more to see than at this version.
    func change(after version: Int) async {
        await withCheckedContinuation { continuation in
            let isLate = now.with { now in
                if now.version == version { now.waiting.append(continuation) }
                return now.version != version
            }
            if isLate { continuation.resume() }
        }
    }
}

/// One reader of the states: the present one first, then each change. One that is slow misses past states, as of the
/// real.
final class Reader<State: Sendable>: Sendable {
    private let watched: Watched<State>
    private let seen = Locked((number: 0, isStopped: false))

    init(_ watched: Watched<State>) {
        self.watched = watched
    }

    func next() async -> State? {
        while true {
            let (shown, version) = watched.look()
            let isNews = seen.with { seen -> Bool? in
                if seen.isStopped { return nil }
                guard shown.number > seen.number else { return shown.isLast ? nil : false }
                seen.number = shown.number
                return true
            }
            guard let isNews else { return nil }
            if isNews { return shown.state }
            await watched.change(after: version)
        }
    }

    func stop() {
        seen.with { $0.isStopped = true }
        watched.wake()
    }
}
