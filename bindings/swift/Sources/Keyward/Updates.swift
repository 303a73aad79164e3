// SPDX-License-Identifier: Apache-2.0

/// Values as they come, for `for await`. Each iteration is a stream of its own, which begins with the iteration and
/// ends when it is left, also by a `break` or by the cancellation of the task. What the values are of goes on.
public struct Updates<Element: Sendable>: AsyncSequence, Sendable {
    let open: @Sendable () -> Pulled<Element>

    public func makeAsyncIterator() -> Iterator {
        Iterator(pulled: open())
    }

    /// One iteration.
    public struct Iterator: AsyncIteratorProtocol {
        let pulled: Pulled<Element>

        /// The next value; `nil` when nothing more comes, or once the task is cancelled.
        public mutating func next() async -> Element? {
            let pulled = pulled
            return await withTaskCancellationHandler {
                // What throws is in `ThrowingUpdates`.
                try? await pulled.next()
            } onCancel: {
                pulled.stop()
            }
        }
    }
}

/// Values as they come, for `for try await`. Each iteration is a stream of its own, which begins with the iteration and
/// ends when it is left, also by a `break` or by the cancellation of the task, which throws `CancellationError`.
public struct ThrowingUpdates<Element: Sendable>: AsyncSequence, Sendable {
    let open: @Sendable () async throws -> Pulled<Element>

    public func makeAsyncIterator() -> Iterator {
        Iterator(open: open)
    }

    /// One iteration.
    public struct Iterator: AsyncIteratorProtocol {
        let open: @Sendable () async throws -> Pulled<Element>
        var pulled: Pulled<Element>?

        /// The next value; `nil` when nothing more comes.
        public mutating func next() async throws -> Element? {
            let pulled =
                if let pulled { pulled } else { try await open() }
            self.pulled = pulled
            let next = try await withTaskCancellationHandler {
                try await pulled.next()
            } onCancel: {
                pulled.stop()
            }
            if next == nil {
                // A stream that was stopped says that it has ended.
                try Task.checkCancellation()
            }
            return next
        }
    }
}

/// One stream of the library that is open: whoever lets it go stops it.
final class Pulled<Element: Sendable>: Sendable {
    /// What the stream is of. Nobody may hold it but who reads: a reset that is let go stops where it is.
    private let source: any AnyObject & Sendable
    let next: @Sendable () async throws -> Element?
    let stop: @Sendable () -> Void

    init(
        of source: any AnyObject & Sendable,
        next: @escaping @Sendable () async throws -> Element?,
        stop: @escaping @Sendable () -> Void
    ) {
        self.source = source
        self.next = next
        self.stop = stop
    }

    deinit {
        stop()
    }
}
