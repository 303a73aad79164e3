// SPDX-License-Identifier: Apache-2.0

// Stands in for Apple's AuthenticationServices where there is none, so that the code of docs/ios.md can be compiled. Never
// run.

import Foundation

@MainActor
open class ASPresentationAnchor {}

@MainActor
public protocol ASWebAuthenticationPresentationContextProviding: NSObjectProtocol {
    func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor
}

@MainActor
open class ASWebAuthenticationSession: NSObject {
    public typealias CompletionHandler = (URL?, (any Error)?) -> Void

    public init(url: URL, callbackURLScheme: String?, completionHandler: @escaping CompletionHandler) {
        fatalError("a stand-in")
    }

    open weak var presentationContextProvider: (any ASWebAuthenticationPresentationContextProviding)?

    open var prefersEphemeralWebBrowserSession = false

    open var canStart: Bool { fatalError("a stand-in") }

    @discardableResult
    open func start() -> Bool {
        fatalError("a stand-in")
    }
}
