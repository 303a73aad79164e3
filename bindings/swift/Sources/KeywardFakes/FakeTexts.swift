// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What the real `Texts` say of everything that the fakes show, word for word, without the native library. How long ago
/// something was is said as at ``Samples/now``, so that pictures of screens stay the same. What they do not know, because no
/// fake shows it, ends the program.
///
/// ```swift
/// let screen = FakeTexts("de").reset(state: FakeStates.reset()[0], userId: Samples.userId)
/// ```
public final class FakeTexts: Texts, @unchecked Sendable {
    private let said: Fields

    /// - Parameter languages: the most wanted first, as BCP 47 tags. English, if none of them is there.
    public init(_ languages: String...) {
        let first = languages.lazy.compactMap { SampleData.screens(String($0.prefix { $0 != "-" })) }.first
        guard let said = first ?? SampleData.screens("en") else { fatalError("There is no English") }
        self.said = said
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    /// The names of all screens that were written.
    var screenNames: [String] {
        said.names.filter { said.fieldsIfThere($0)?.has("actions") ?? false }
    }

    func screen(_ name: String) -> Screen {
        Screen(fields(name))
    }

    public override func language() -> String { said.get("language") }

    public override func isRightToLeft() -> Bool { said.get("right_to_left") }

    public override func error(advice: Advice) -> String {
        // One of the app's own is said in its own words, as by the real ones.
        if SampleData.error(advice.code) != nil {
            precondition(
                KeywardFakes.advice(of: advice.code).arguments == advice.arguments,
                "The fakes know \(advice.code) with other arguments: make it with FakeErrors")
        }
        return said.ifThere("error/\(advice.code)") ?? advice.reason
    }

    public override func resetBegin(
        consequences: ResetConsequences, choices: ResetChoices, smaller: RemedyCode? = nil
    ) -> Screen {
        let name = SampleData.accounts.first { $0.consequences == consequences }?.name ?? none
        let chosen = digits(choices.compromised, choices.keepOldBackup, choices.turnOnKeyStorage)
        let key = "reset_begin/\(name)/\(chosen)"
        // The reports of the fakes are those of a session of one's own, for every account.
        let withSmaller = smaller.map { "\(key)/\(rustName($0))" }
        return screen(withSmaller.flatMap { said.has($0) ? $0 : nil } ?? "\(key)/\(none)")
    }

    public override func reset(
        state: ResetState, userId: String, before: ResetConsequences? = nil, inBrowser: Bool = false, attached: Bool = false
    ) -> Screen {
        switch state {
        case .working(let progress): screen("reset/Working/\(working(progress))")
        case .saveKey: screen("reset/SaveKey")
        case .authorise(let challenge): screen("reset/Authorise/\(asked(challenge, inBrowser))")
        case .handOver(_, let version): screen("reset/HandOver/\(version != nil)")
        case .stopped(let error): screen("reset/Stopped/\(known(error.advice()))")
        case .done(let outcome): screen("reset/Done/\(done(outcome, before, attached))")
        case .cancelled: screen("reset/Cancelled")
        }
    }

    private func working(_ progress: ResetProgress?) -> String {
        guard let progress else { return none }
        let name = rustName(progress.step)
        let work = SampleData.reset.all.flatMap(\.works).first { $0.step == name }
        let isShown = work?.done == progress.done && work?.total == progress.total
        return isShown ? name : "\(name)/\(progress.done)/\(progress.total)"
    }

    private func asked(_ challenge: Challenge, _ inBrowser: Bool) -> String {
        digits(
            challenge.answerableByPassword(), !challenge.pages().isEmpty, challenge.isOtherAccount(), inBrowser)
    }

    private func done(_ outcome: ResetOutcome, _ before: ResetConsequences?, _ attached: Bool) -> String {
        let sample = SampleData.accounts.first {
            $0.isAttached == attached && (before == nil || $0.consequences == before)
                && $0.newIdentity == outcome.newIdentity && $0.untrustedSessions == outcome.untrustedSessions
                && $0.roomKeysBackedUp == outcome.roomKeysBackedUp
        }
        return "\(sample?.name ?? none)/\(rustName(outcome.oldBackup))/\(before != nil)"
    }

    public override func resetPending(pending: PendingReset) -> Screen {
        screen("reset/pending/\(rustName(pending))")
    }

    public override func recoveryBegin(userId: String, opensBackup: Bool? = nil) -> Screen {
        screen("recovery/begin/\(opensBackup.map { "\($0)" } ?? none)")
    }

    public override func recovery(state: RecoveryState) -> Screen {
        switch state {
        case .working(let step): screen("recovery/Working/\(step.map(rustName) ?? none)")
        case .saveKey: screen("recovery/SaveKey")
        case .stopped(let error): screen("recovery/Stopped/\(known(error.advice()))")
        case .done(let outcome) where outcome.opensBackup == true && outcome.oldKeyOpens.isEmpty:
            screen("recovery/Done")
        case .done(let outcome): screen("recovery/Done/\(outcome.oldKeyOpens)")
        case .cancelled: screen("recovery/Cancelled")
        }
    }

    public override func recoveryPending(pending: PendingReset) -> Screen {
        screen("recovery/pending/\(rustName(pending))")
    }

    public override func spokenKey(key: RecoveryKey) -> String {
        precondition(key.isKey(Samples.newKey), "The fakes speak no key but their own")
        return said.get("spoken_key")
    }

    public override func sessions(list: SessionList, filter: SessionFilter) -> Screen {
        precondition(list == sampleList, "The fakes know no list of sessions but their own")
        return screen("sessions/\(rustName(filter))")
    }

    public override func session(session: Session, now: Date) -> SessionText {
        let text = fields("session/\(known(session))")
        return SessionText(
            name: text.get("name"), trust: text.get("trust"), activity: text.get("activity"),
            warning: text.ifThere("warning"))
    }

    public override func filter(filter: SessionFilter) -> String {
        look("filter/\(rustName(filter))")
    }

    public override func sessionDetails(
        session: Session, isCurrent: Bool, now: Date, history: SessionHistoryEntry? = nil
    ) -> Screen {
        precondition(isCurrent == (session.deviceId == Samples.deviceId), "The current session is \(Samples.deviceId)")
        precondition(
            history == nil || history?.deviceId == session.deviceId, "It is the history of another session")
        return screen("session_details/\(known(session))/\(history != nil)")
    }

    public override func newLogin(login: NewLogin, now: Date) -> String {
        look("new_login/\(login.deviceId)")
    }

    public override func report(report: Report) -> Screen {
        guard let fake = report as? FakeReport else {
            preconditionFailure("Nobody can read a real report without the real texts")
        }
        return screen("report/\(fake.diagnosis.rawValue)")
    }

    public override func finding(finding: Finding) -> String {
        look("finding/\(finding.codeName)")
    }

    public override func severity(severity: Severity) -> String {
        look("severity/\(rustName(severity))")
    }

    public override func remedy(remedy: FindingRemedy) -> String {
        look("remedy/\(remedy.codeName)/\(remedy.sessions.joined(separator: ","))")
    }

    public override func remedyTitle(code: RemedyCode) -> String {
        look("remedy_title/\(rustName(code))")
    }

    public override func consequence(consequence: Consequence) -> String {
        switch consequence {
        case .nothingIsLost: look("consequence/NothingIsLost/-")
        case .sessionsLoseTrust(let count): look("consequence/SessionsLoseTrust/\(count)")
        case .roomKeysUploaded(let count): look("consequence/RoomKeysUploaded/\(count)")
        case .roomKeysNeedOldKey(let count): look("consequence/RoomKeysNeedOldKey/\(count)")
        case .authorisation: look("consequence/Authorisation/-")
        case .contactsVerifyAgain: look("consequence/ContactsVerifyAgain/-")
        case .noMessagesWhileOffline: look("consequence/NoMessagesWhileOffline/-")
        }
    }

    /// The code, if the screen is of the same error.
    private func known(_ advice: Advice) -> String {
        _ = error(advice: advice)
        return advice.code
    }

    private func known(_ session: Session) -> String {
        precondition(
            session == sampleList.current || sampleList.others.contains(session),
            "The fakes know no session but their own")
        return session.deviceId
    }

    private func look(_ name: String) -> String {
        checkIsSaid(name)
        return said.get(name)
    }

    private func fields(_ name: String) -> Fields {
        checkIsSaid(name)
        return said.fields(name)
    }

    private func checkIsSaid(_ name: String) {
        precondition(
            said.has(name), "The fakes say nothing of \(name): they know their own accounts, sessions and states")
    }
}

/// What stands for nothing in the names of what is said.
private let none = "-"

extension Screen {
    init(_ fields: Fields) {
        self.init(
            title: fields.get("title"), paragraphs: fields.get("paragraphs"),
            sections: fields.all("sections").map { ScreenSection(heading: $0.get("heading"), points: $0.get("points")) },
            closing: fields.get("closing"),
            facts: fields.all("facts").map {
                ScreenFact(label: $0.get("label"), value: $0.get("value"), time: $0.countIfThere("time"))
            },
            shows: fields.caseIfThere("shows"),
            fields: fields.all("fields").map {
                ScreenField(id: $0.case("id"), label: $0.get("label"), hint: $0.ifThere("hint"), kind: $0.case("kind"))
            },
            actions: fields.all("actions").map {
                ScreenAction(id: $0.case("id"), label: $0.get("label"), role: $0.case("role"), enabled: $0.get("enabled"))
            },
            progress: fields.fieldsIfThere("progress").map {
                ScreenProgress(label: $0.get("label"), done: $0.count("done"), total: $0.count("total"))
            },
            announcement: fields.get("announcement"))
    }
}
