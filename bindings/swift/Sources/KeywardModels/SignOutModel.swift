// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// Signing other sessions out: what it means, what the homeserver wants for it, or its own page where it has one.
@MainActor
public final class SignOutModel: ScreenModel {
    private enum Stage {
        case nothing
        case begin(SignOutConsequences)
        case working
        case authorise(Challenge)
        case done
        case stopped(SignOutError)
    }

    private let sessions: Sessions
    private let userId: String
    private let deviceIds: [String]
    private var stage = Stage.nothing
    private var management: AccountManagement?
    private var links: SignOutLinks?
    private var signOut: SignOut?
    private var waiting: Task<Void, Never>?

    /// - Parameters:
    ///   - deviceIds: the sessions. The one that the app uses is not among them: it logs out.
    ///   - sessions: those of the account: `account.sessions()`.
    ///   - userId: whose they are.
    ///   - texts: what is said.
    ///   - secrets: what makes secrets of what was typed; of the fakes in previews.
    ///   - onRequest: what the app is asked to do.
    public init(
        deviceIds: [String], sessions: Sessions, userId: String, texts: Texts, secrets: TypedSecrets = .real,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.deviceIds = deviceIds
        self.sessions = sessions
        self.userId = userId
        super.init(texts: texts, secrets: secrets, onRequest: onRequest)
    }

    deinit {
        waiting?.cancel()
    }

    /// Looks whether the person is done in the browser.
    @discardableResult
    public override func cameBack() -> Task<Void, Never> {
        if case .authorise = stage, waiting != nil {
            waitForBrowser()
        }
        guard let links else { return Task {} }
        return run {
            links.update(list: try await self.sessions.list())
            if links.current() == nil { self.show(.done) }
        }
    }

    override var showsFlow: Bool {
        switch stage {
        case .nothing, .begin: links != nil
        case .working, .authorise, .done, .stopped: true
        }
    }

    override func look() async throws {
        stopWaiting()
        (signOut, links) = (nil, nil)
        management = try await sessions.accountManagement()
        show(.begin(try await sessions.signOutConsequences(deviceIds: deviceIds)))
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch action {
        case .signOut: .work { await self.begin() }
        case .authorise: .work { try await self.authorise() }
        case .openBrowser: .work { try await self.openBrowser() }
        case .checkNow: .work { self.waitForBrowser() }
        default: super.answer(to: action)
        }
    }

    private func begin() async {
        show(.working)
        await attempt {
            let signOut = try await self.sessions.signOut(deviceIds: self.deviceIds)
            self.signOut = signOut
            return try await signOut.begin()
        }
    }

    /// A wrong password is asked for again, on the same screen.
    private func authorise() async throws {
        let password = secrets.password(take(.password))
        do {
            show(try await signOut?.authorise(password: password))
        } catch let error as SignOutError where error.remedy != .askAgain {
            show(.stopped(error))
        }
    }

    private func openBrowser() async throws {
        switch stage {
        case .authorise(let challenge):
            waitForBrowser()
            open(challenge.pages().first?.page)
        case .begin:
            let links = try await accountLinks()
            open(links?.current()?.url)
        case .stopped(.AccountManagement(let page, _)): open(page)
        case .stopped(.BrowserNeeded(let pages, _)): open(pages.first?.page)
        case .nothing, .working, .done, .stopped: break
        }
    }

    /// The homeserver signs them out on a page of its own, one after the other.
    private func accountLinks() async throws -> SignOutLinks? {
        if let links { return links }
        links = management?.signOutLinks(list: try await sessions.list(), deviceIds: deviceIds)
        return links
    }

    private func open(_ page: String?) {
        if let url = page.flatMap(URL.init(string:)) { send(.openPage(url)) }
    }

    /// Asks until the person is done there, or for ten minutes. It holds nobody up: the password may be typed
    /// meanwhile.
    private func waitForBrowser() {
        guard let signOut else { return }
        waiting?.cancel()
        waiting = Task { [weak self] in
            do {
                let challenge = try await signOut.authoriseInBrowser()
                self?.show(challenge)
            } catch {
                self?.waiting = nil
                self?.show(error)
            }
        }
        say()
    }

    private func stopWaiting() {
        waiting?.cancel()
        waiting = nil
    }

    private func attempt(_ work: @MainActor () async throws -> Challenge?) async {
        do {
            show(try await work())
        } catch let error as SignOutError {
            show(.stopped(error))
        } catch {
            show(error)
        }
    }

    private func show(_ challenge: Challenge?) {
        if let challenge {
            show(.authorise(challenge))
        } else {
            stopWaiting()
            show(.done)
        }
    }

    private func show(_ stage: Stage) {
        self.stage = stage
        say()
    }

    private func say() {
        switch stage {
        case .nothing: break
        case .begin(let consequences):
            present(
                texts.signOutBegin(
                    consequences: consequences, count: UInt64(deviceIds.count), onPage: management != nil))
        case .working: present(texts.signOutWorking())
        case .authorise(let challenge):
            present(texts.signOutAuthorise(challenge: challenge, userId: userId, inBrowser: waiting != nil))
        case .done: present(texts.signOutDone(count: UInt64(deviceIds.count)))
        case .stopped(let error): present(texts.signOutStopped(problem: error.advice()))
        }
    }
}
