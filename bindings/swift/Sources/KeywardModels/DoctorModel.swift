// SPDX-License-Identifier: Apache-2.0

import Keyward

/// What is wrong with the account, and the smallest thing that mends it. What needs no screen of its own is mended
/// here; for the rest the app is asked.
@MainActor
public final class DoctorModel: ScreenModel {
    /// A finding, with what is said of it.
    public struct Found: Hashable, Identifiable, Sendable {
        /// The finding itself.
        public let finding: Finding
        /// What is so and what it means.
        public let text: String
        /// What else is said of it, without what mends it.
        public let points: [String]
        /// How grave it is, in a word.
        public let severity: String
        /// What mends it, the smallest first.
        public let remedies: [Choice]

        /// The finding's name.
        public var id: String { finding.codeName }
    }

    /// A remedy that the person can choose.
    public struct Choice: Hashable, Identifiable, Sendable {
        /// The remedy itself.
        public let remedy: FindingRemedy
        /// What it is, for a button.
        public let title: String
        /// What it is and what it means, as sentences.
        public let text: String

        /// The remedy's name.
        public var id: String { remedy.codeName }
    }

    private enum Stage {
        case nothing
        case report(Report)
        case ask(FindingRemedy, contacts: [String])
        case mending(FindingRemedy, RoomKeyRepairState?)
    }

    /// What was found, the gravest first, as long as the screen says it. Its sections say the same; these are for apps
    /// that put a button beside each remedy, which is for ``choose(_:of:)``.
    public var findings: [Found] {
        if case .report = stage, failed == nil { found } else { [] }
    }

    /// Whether the person has lost the recovery key: what needs it is not offered, then. Whoever goes on to a new one
    /// has lost none afterwards, and can say so again who comes back without it.
    public var lostKey: Bool

    private let account: AnyAccount
    private var stage = Stage.nothing
    private var found: [Found] = []

    /// - Parameters:
    ///   - account: the account that is examined. What is wrong with an attached one is mended by the app's own SDK,
    ///     the reset and the sessions.
    ///   - lostKey: whether the person has lost the recovery key.
    ///   - texts: what is said.
    ///   - secrets: what makes secrets of what was typed; of the fakes in previews.
    ///   - onRequest: what the app is asked to do.
    public init(
        account: AnyAccount, lostKey: Bool = false, texts: Texts, secrets: TypedSecrets = .real,
        onRequest: @escaping @MainActor (AppRequest) -> Void
    ) {
        self.account = account
        self.lostKey = lostKey
        super.init(texts: texts, secrets: secrets, onRequest: onRequest)
    }

    /// Does what mends a finding, or asks the app for it, and examines again. Where the person has to decide on it, or
    /// to give the key, a screen says what it means and asks first. Different findings have equal remedies, each for the
    /// people of its own.
    @discardableResult
    public func choose(_ remedy: FindingRemedy, of finding: Finding) -> Task<Void, Never> {
        guard !isWorking else { return Task {} }
        if Self.makeKey.contains(remedy.code) { lostKey = false }
        switch remedy.code {
        case .unlock: send(.unlock)
        case .verifyBySession: send(.verifyThisSession)
        // Who would cancel what waits is asked on its own screen, which offers to go on with it as well.
        case .newRecoveryKey, .resumeRecovery, .cancelRecovery: send(.startRecovery)
        case .reset, .setUp, .resumeReset, .cancelReset: send(.startReset)
        case .lookAtSessions: send(.openSessions)
        case .logInAgain: send(.logInAgain)
        case .verifyContactsAgain: send(.verifyContacts(userIds: finding.contacts))
        case .inOtherProgram: send(.useOwnSdk)
        case .writeSecretStorage, .makeBackup, .recoverRoomKeys: show(.ask(remedy, contacts: []))
        case .askOtherSessions, .signThisSession, .uploadRoomKeys, .sayBackupIsWanted, .removeDehydratedDevice,
            .dismissContacts:
            if remedy.decides == .auto { return run { try await self.mend(remedy) } }
            show(.ask(remedy, contacts: finding.contacts))
        }
        return Task {}
    }

    /// What ends with a new recovery key.
    private static let makeKey: Set<RemedyCode> = [.newRecoveryKey, .resumeRecovery, .reset, .setUp, .resumeReset]

    override var showsFlow: Bool {
        switch stage {
        // What is mended goes on for as long as the model works; if it still says so afterwards, there is news to read.
        case .nothing, .report, .mending: false
        case .ask: true
        }
    }

    override func look() async throws {
        let report = try await account.examine(lostKey: lostKey)
        let sections = texts.report(report: report).sections
        found = zip(report.findings(), sections).map(said)
        show(.report(report))
    }

    override func answer(to action: ScreenActionId) -> Answer? {
        switch (action, stage) {
        case (.save, .ask(let remedy, let contacts)):
            .work { try await self.mend(remedy, contacts: contacts, key: self.takeKey(for: remedy)) }
        case (.back, .ask): .work { try await self.look() }
        case (.lostKey, _): .work { await self.examineWithoutKey() }
        default: super.answer(to: action)
        }
    }

    private func examineWithoutKey() async {
        lostKey = true
        await reload().value
    }

    private static let needKey: Set<RemedyCode> = [.writeSecretStorage, .makeBackup, .recoverRoomKeys]

    private func takeKey(for remedy: FindingRemedy) -> KeyInput? {
        guard Self.needKey.contains(remedy.code) else { return nil }
        let (key, phrase) = (take(.recoveryKey), take(.passphrase))
        return key.isEmpty && !phrase.isEmpty
            ? .passphrase(passphrase: secrets.passphrase(phrase)) : .recoveryKey(key: secrets.recoveryKey(key))
    }

    /// Of a session that was logged in here, but for what both kinds can do.
    private func mend(_ remedy: FindingRemedy, contacts: [String] = [], key: KeyInput? = nil) async throws {
        switch (remedy.code, account, key) {
        case (.dismissContacts, _, _): try await account.dismissContacts(contacts)
        case (.askOtherSessions, .own(let account), _): try await account.askOtherSessions(patience: Self.patience)
        case (.signThisSession, .own(let account), _): try await account.signThisSession()
        case (.sayBackupIsWanted, .own(let account), _): try await account.sayBackupIsWanted()
        case (.removeDehydratedDevice, .own(let account), _): try await account.removeDehydratedDevice()
        case (.writeSecretStorage, .own(let account), let key?): try await account.writeSecretStorage(key: key)
        case (.uploadRoomKeys, .own(let account), _): try await mend(remedy, by: account.uploadRoomKeysBehind())
        case (.makeBackup, .own(let account), let key?): try await mend(remedy, by: account.makeBackup(key: key))
        case (.recoverRoomKeys, .own(let account), let key?):
            try await mend(remedy, by: account.recoverRoomKeys(oldKey: key))
        default: break
        }
        // What is mended is not done again because the look after it fails: that offers to look once more.
        await reload().value
    }

    private func mend(_ remedy: FindingRemedy, by states: ThrowingUpdates<RoomKeyRepairState>) async throws {
        let before = stage
        show(.mending(remedy, nil))
        do {
            for try await state in states {
                show(.mending(remedy, state))
            }
        } catch {
            show(before)
            throw error
        }
    }

    /// How long other sessions are waited for. A person has to open one of them meanwhile.
    private static let patience = 120.0

    /// The last points of a section are its remedies.
    private func said(_ finding: Finding, _ section: ScreenSection) -> Found {
        Found(
            finding: finding, text: texts.finding(finding: finding),
            points: section.points.dropLast(finding.remedies.count),
            severity: texts.severity(severity: finding.severity),
            remedies: finding.remedies.map {
                Choice(remedy: $0, title: texts.remedyTitle(code: $0.code), text: texts.remedy(remedy: $0))
            })
    }

    private func show(_ stage: Stage) {
        self.stage = stage
        switch stage {
        case .nothing: break
        case .report(let report): present(texts.report(report: report))
        case .ask(let remedy, _): present(askScreen(remedy))
        case .mending(let remedy, let state):
            let title = texts.remedyTitle(code: remedy.code)
            var progress = ScreenProgress(label: title, done: 0, total: 0)
            if case .running(let done, let total) = state {
                progress = ScreenProgress(label: title, done: done, total: total)
            }
            present(Screen.saying(title).with(progress: progress))
        }
    }

    /// Says what a remedy means, and asks for the recovery key or the phrase if it needs that.
    private func askScreen(_ remedy: FindingRemedy) -> Screen {
        let title = texts.remedyTitle(code: remedy.code)
        let actions = texts.rename().actions.map { action in
            action.id == .save
                ? ScreenAction(id: .save, label: title, role: action.role, enabled: action.enabled) : action
        }
        let text = texts.remedy(remedy: remedy)
        return Screen(
            title: title, paragraphs: [text], sections: [], closing: [], facts: [], shows: nil,
            fields: Self.needKey.contains(remedy.code) ? texts.unlock().fields : [], actions: actions, progress: nil, announcement: text)
    }
}
