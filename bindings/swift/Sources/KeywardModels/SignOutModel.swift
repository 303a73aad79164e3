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
    /// The link that was opened last, by its device id.
    private var opened: String?
    private var waiting: Task<Void, Never>?
    /// Where the browser is, the app is in the background, and may have paused the account.
    var patience = Patience()

    /// - Parameters:
    ///   - deviceIds: the sessions. The one that the app uses is not among them: it logs out.
    ///   - sessions: those of the account: ``AnyAccount/sessions()``.
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
            let sessions = self.sessions
            links.update(list: try await self.patience.whilePaused { try await sessions.list() })
            self.show(links.current() == nil ? .done : self.stage)
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
        (signOut, links, opened) = (nil, nil, nil)
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

    override func send(_ request: AppRequest) {
        if case .close = request, waiting != nil {
            stopWaiting()
            say()
        }
        super.send(request)
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
        // Both at once it cannot ask.
        let waited = waiting
        stopWaiting()
        await waited?.value
        say()
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
            guard let links = try await accountLinks() else { return }
            // Whoever left this one as it was may do so with others.
            if let opened, links.current()?.deviceId == opened { links.postpone() }
            opened = links.current()?.deviceId
            say()
            open(links.current()?.url)
        // It said that it is done on a page: which one says itself when it is begun anew.
        case .stopped: await reload().value
        case .nothing, .working, .done: break
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

    /// Asks at once, and then until the person is done there, or for ten minutes. It holds nobody up: the password may
    /// be typed meanwhile.
    private func waitForBrowser() {
        guard let signOut else { return }
        let (before, patience) = (waiting, patience)
        before?.cancel()
        waiting = Task { [weak self] in
            // Both at once it cannot ask.
            await before?.value
            let answer: Result<Challenge?, any Error>
            do {
                answer = .success(try await patience.whilePaused { try await signOut.authoriseInBrowser() })
            } catch {
                answer = .failure(error)
            }
            // One that was stopped has nothing to say: another may wait in its place.
            guard let self, !Task.isCancelled else { return }
            switch answer {
            case .success(let challenge):
                self.waiting = nil
                self.show(challenge)
            case .failure(let error):
                // After a long pause it is asked again when the app is back.
                if (error as? any KeywardError)?.isPause != true { self.waiting = nil }
                self.say()
                self.show(error)
            }
        }
        forgetProblem()
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
            let screen = texts.signOutBegin(
                consequences: consequences, count: deviceIds.count, onPage: management != nil)
            let progress = links.map { ScreenProgress(label: screen.title, done: $0.done(), total: $0.total()) }
            present(progress.map { screen.with(progress: $0) } ?? screen)
        case .working: present(texts.signOutWorking())
        case .authorise(let challenge):
            present(texts.signOutAuthorise(challenge: challenge, userId: userId, inBrowser: waiting != nil))
        case .done: present(texts.signOutDone(count: deviceIds.count))
        case .stopped(let error): present(texts.signOutStopped(problem: error.advice()))
        }
    }
}
