// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What a fake homeserver asks for: the password, unless it is told otherwise.
public final class FakeChallenge: Challenge, @unchecked Sendable {
    private let password: Bool
    private let stages: [BrowserStage]
    private let otherAccount: Bool

    /// - Parameters:
    ///   - password: whether the password is one of the ways.
    ///   - pages: where it can be confirmed in a browser. Without the password there has to be one.
    ///   - otherAccount: whether another account has confirmed it there.
    public init(password: Bool = true, pages: [BrowserStage] = [], otherAccount: Bool = false) {
        precondition(password || !pages.isEmpty, "Nobody could go on: the password or a page has to be one of the ways")
        precondition(!otherAccount || !pages.isEmpty, "Only at a page can another account confirm it")
        self.password = password
        stages = pages
        self.otherAccount = otherAccount
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    /// A homeserver that wants it approved on the account page.
    public static func inBrowser() -> FakeChallenge {
        FakeChallenge(password: false, pages: accountPage)
    }

    /// A homeserver that takes either the password or an approval in a browser.
    public static func passwordOrBrowser() -> FakeChallenge {
        FakeChallenge(pages: accountPage)
    }

    /// The step in the browser was done for another account: the person has to do it again.
    public static func forOtherAccount() -> FakeChallenge {
        FakeChallenge(password: false, pages: accountPage, otherAccount: true)
    }

    private static let accountPage = [
        BrowserStage(name: "m.oauth", page: "https://account.example.org/?action=reset")
    ]

    public override func answerableByPassword() -> Bool { password }

    public override func pages() -> [BrowserStage] { stages }

    public override func isOtherAccount() -> Bool { otherAccount }

    public override func unsupported() -> [String] { [] }

    public override var description: String { "FakeChallenge(password: \(password), pages: \(stages.map(\.name)))" }
}
