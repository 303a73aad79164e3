// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import KeywardFakes
import Testing

@testable import KeywardModels

/// What a model has asked the app for.
@MainActor
final class Requests {
    private(set) var all: [AppRequest] = []

    var take: @MainActor (AppRequest) -> Void {
        { self.all.append($0) }
    }

    /// The last one, by name: `close`.
    var last: String? {
        all.last.map { request in Mirror(reflecting: request).children.first?.label ?? "\(request)" }
    }
}

extension Task where Success == Void, Failure == Never {
    /// Waits until it is done. It ends with its test: what the task waits for may never come.
    func done() async {
        await withTaskCancellationHandler {
            await value
        } onCancel: {
            cancel()
        }
    }
}

extension ScreenModel {
    /// Waits until it is so, no longer than the test may take. Each change looks again.
    func until(_ isSo: @escaping @MainActor (ScreenModel) -> Bool) async {
        let before = onChange
        defer { onChange = before }
        if isSo(self) { return }
        let (soon, now) = AsyncStream.makeStream(of: Void.self)
        onChange = { [unowned self] in
            before?()
            if isSo(self) { now.finish() }
        }
        for await _ in soon {}
    }

    /// Waits until this is offered.
    func untilOffered(_ action: ScreenActionId) async {
        await until { $0.screen?.actions.contains { $0.id == action && $0.enabled } ?? false }
    }

    /// Waits until a person is needed for this, and does it.
    func choose(_ action: ScreenActionId) async {
        await untilOffered(action)
        await perform(action).done()
    }

    var offered: [ScreenActionId] { screen?.actions.filter(\.enabled).map(\.id) ?? [] }
}

let english = FakeTexts("en")
