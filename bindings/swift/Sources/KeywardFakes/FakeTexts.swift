// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What the real `Texts` say of everything that the fakes show, word for word, without the native library. How long ago
/// something was is said as at ``Samples/now``, so that pictures of screens stay the same. A name that was typed is
/// said as it is; the real ones leave out characters that steer. What they do not know, because no fake shows it, ends
/// the program.
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

    public override func overview(userId: String) -> Screen {
        precondition(userId == Samples.userId, "The fakes know no account but \(Samples.userId)")
        return screen("overview")
    }

    public override func stopped(problem: Advice) -> Screen {
        let name = "stopped/\(known(problem))"
        if said.has(name) { return screen(name) }
        // One of the façades, as of a closed account: what is offered depends on the remedy alone.
        let like = SampleData.errorCodes.first {
            said.has("stopped/\($0)") && KeywardFakes.advice(of: $0).remedy == problem.remedy
        }
        let offered = screen(like.map { "stopped/\($0)" } ?? name)
        let text = error(advice: problem)
        return offered.with(paragraphs: [text], facts: [], announcement: "\(offered.title)\n\(text)")
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
        state: ResetState, userId: String, before: ResetConsequences? = nil, inBrowser: Bool = false,
        attached: Bool = false
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

    public override func recoveryBegin(userId: String, opensBackup: Bool? = nil, attached: Bool = false) -> Screen {
        screen("recovery/begin/\(opensBackup.map { "\($0)" } ?? none)/\(attached)")
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

    public override func keyCheck(check: KeyCheck, attached: Bool = false) -> Screen {
        let name = SampleData.keyChecks.first { $0.check == check }?.name ?? none
        return screen("key_check/\(name)/\(attached)")
    }

    public override func verification(state: VerificationState, other: String? = nil) -> Screen {
        switch state {
        case .waiting: named("verification/Waiting", other)
        case .requested: named("verification/Requested", other)
        case .ready(let emoji, let showQr, let scanQr):
            named("verification/Ready/\(digits(emoji, showQr, scanQr))", other)
        case .emoji: named("verification/Emoji", other)
        case .decimals: named("verification/Decimals", other)
        case .scanned: named("verification/Scanned", other)
        case .confirmed: named("verification/Confirmed", other)
        case .stopped(let error): screen("verification/Stopped/\(known(error.advice()))")
        case .done: screen("verification/Done")
        case .cancelled(_, let cause, _): screen("verification/Cancelled/\(rustName(cause))")
        }
    }

    public override func verificationCode(emoji: Bool, other: String? = nil) -> Screen {
        named("verification/code/\(emoji)", other)
    }

    public override func verificationCamera(emoji: Bool, other: String? = nil) -> Screen {
        named("verification/camera/\(emoji)", other)
    }

    /// With the name of the other session, if it is known.
    private func named(_ name: String, _ other: String?) -> Screen {
        guard let other else { return screen("\(name)/\(none)") }
        let said = screen("\(name)/named")
        func filled(_ text: String) -> String {
            text.replacingOccurrences(of: "%other%", with: other)
        }
        return said.with(
            paragraphs: said.paragraphs.map(filled), facts: said.facts, announcement: filled(said.announcement))
    }

    public override func emojiName(index: Int) -> String {
        checkIsSaid("emoji_names")
        let names = said.get("emoji_names", [String].self)
        return names[index % names.count]
    }

    public override func unlock(problem: Advice? = nil) -> Screen {
        screen("unlock/Enter/\(problem.map(known) ?? none)")
    }

    public override func unlockWorking() -> Screen {
        screen("unlock/Working")
    }

    public override func unlockDone(unlocked: Unlocked) -> Screen {
        screen("unlock/Done/\(unlocked.keyBackup)")
    }

    public override func sessions(list: SessionList, filter: SessionFilter) -> Screen {
        let which = filter == .all ? "All" : "Some"
        let found = list.recommendations
        let isSure = list.identity == .ours
        return screen(
            "sessions/\(which)/\(list.othersShown(filter).count)/\(found.unverified)/\(found.inactive)/\(isSure)/"
                + "\(!list.others.isEmpty)")
    }

    public override func session(session: Session, now: Date) -> SessionText {
        checkIsKnown(session)
        let text = fields("session/\(session.deviceId)/\(rustName(session.trust))")
        return SessionText(
            name: name(session.label), trust: text.get("trust"), activity: text.get("activity"),
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
        checkIsKnown(session)
        let alert = history.map { rustName($0.alert) } ?? none
        let said = screen("session_details/\(session.deviceId)/\(rustName(session.trust))/\(alert)")
        // What a person can change of a session.
        let paragraphs =
            session.labelSource == .name
            ? said.paragraphs
            : said.paragraphs.map {
                $0 == look("details/label_source/Name") ? look("details/label_source/DeviceId") : $0
            }
        let facts = said.facts.map { fact in
            fact.label == look("details/push")
                ? ScreenFact(label: fact.label, value: look("details/push/\(rustName(session.push))"), time: fact.time)
                : fact
        }
        let title = name(session.label)
        return said.with(
            title: title, paragraphs: paragraphs, facts: facts + renames(history),
            announcement: "\(title)\n\(paragraphs.first ?? "")")
    }

    /// Those that were not there in the beginning.
    private func renames(_ history: SessionHistoryEntry?) -> [ScreenFact] {
        guard let history else { return [] }
        let before = Samples.history.first { $0.deviceId == history.deviceId }?.renames.count ?? 0
        return history.renames.dropFirst(before).map { rename in
            let value = look("details/renamed/from_to")
                .replacingOccurrences(of: "%from%", with: nameOrNone(rename.from))
                .replacingOccurrences(of: "%to%", with: nameOrNone(rename.to))
            return ScreenFact(label: look("details/renamed"), value: value, time: rename.time)
        }
    }

    private func nameOrNone(_ given: String?) -> String {
        given.map(name) ?? look("details/no_name")
    }

    /// A name as it stands in a text.
    private func name(_ name: String) -> String {
        look("details/name").replacingOccurrences(of: "%name%", with: name)
    }

    public override func newLogin(login: NewLogin, now: Date) -> String {
        let label = Samples.newLogins.first { $0.deviceId == login.deviceId }?.label ?? ""
        return look("new_login/\(login.deviceId)").replacingOccurrences(of: name(label), with: name(login.label))
    }

    public override func rename(problem: Advice? = nil) -> Screen {
        screen("rename/\(problem.map(known) ?? none)")
    }

    public override func signOutBegin(
        consequences: SignOutConsequences, count: Int, onPage: Bool = false
    ) -> Screen {
        let (verified, seen) = (consequences.verified.count, consequences.seenInLastDay.count)
        let which = digits(consequences.trustUnknown, consequences.current, consequences.lastSession, onPage)
        return screen("sign_out/Begin/\(count)/\(verified)/\(seen)/\(consequences.unsavedRoomKeys)/\(which)")
    }

    public override func signOutAuthorise(challenge: Challenge, userId: String, inBrowser: Bool = false) -> Screen {
        screen("sign_out/Authorise/\(asked(challenge, inBrowser))")
    }

    public override func signOutWorking() -> Screen {
        screen("sign_out/Working")
    }

    public override func signOutDone(count: Int) -> Screen {
        screen("sign_out/Done/\(count)")
    }

    public override func signOutStopped(problem: Advice) -> Screen {
        screen("sign_out/Stopped/\(known(problem))")
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
        let consequences = remedy.consequences.map(named).joined(separator: ",")
        return look("remedy/\(remedy.codeName)/\(remedy.sessions.joined(separator: ","))/\(consequences)")
    }

    public override func remedyTitle(code: RemedyCode) -> String {
        look("remedy_title/\(rustName(code))")
    }

    public override func consequence(consequence: Consequence) -> String {
        look("consequence/\(named(consequence))")
    }

    private func named(_ consequence: Consequence) -> String {
        switch consequence {
        case .nothingIsLost: "NothingIsLost/-"
        case .sessionsLoseTrust(let count): "SessionsLoseTrust/\(count)"
        case .roomKeysUploaded(let count): "RoomKeysUploaded/\(count)"
        case .roomKeysNeedOldKey(let count): "RoomKeysNeedOldKey/\(count)"
        case .authorisation: "Authorisation/-"
        case .contactsVerifyAgain: "ContactsVerifyAgain/-"
        case .noMessagesWhileOffline: "NoMessagesWhileOffline/-"
        }
    }

    /// The code, if the screen is of the same error.
    private func known(_ advice: Advice) -> String {
        _ = error(advice: advice)
        return advice.code
    }

    /// Refuses a session that differs from one of the fakes in what nobody can change.
    private func checkIsKnown(_ session: Session) {
        let sample = ([sampleList.current] + sampleList.others).first { $0.deviceId == session.deviceId }
        let like = sample?.with(name: session.name, trust: session.trust, push: session.push)
        precondition(session == like, "The fakes know no session but their own")
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
    /// The same with what differs from session to session.
    func with(
        title: String? = nil, paragraphs: [String], facts: [ScreenFact], announcement: String
    ) -> Screen {
        Screen(
            title: title ?? self.title, paragraphs: paragraphs, sections: sections, closing: closing, facts: facts,
            shows: shows, fields: fields, actions: actions, progress: progress, announcement: announcement)
    }

    init(_ fields: Fields) {
        self.init(
            title: fields.get("title"), paragraphs: fields.get("paragraphs"),
            sections: fields.all("sections").map {
                ScreenSection(heading: $0.get("heading"), points: $0.get("points"))
            },
            closing: fields.get("closing"),
            facts: fields.all("facts").map {
                ScreenFact(label: $0.get("label"), value: $0.get("value"), time: $0.timeIfThere("time"))
            },
            shows: fields.caseIfThere("shows"),
            fields: fields.all("fields").map {
                ScreenField(id: $0.case("id"), label: $0.get("label"), hint: $0.ifThere("hint"), kind: $0.case("kind"))
            },
            actions: fields.all("actions").map {
                ScreenAction(
                    id: $0.case("id"), label: $0.get("label"), role: $0.case("role"), enabled: $0.get("enabled"))
            },
            progress: fields.fieldsIfThere("progress").map {
                ScreenProgress(label: $0.get("label"), done: $0.count("done"), total: $0.count("total"))
            },
            announcement: fields.get("announcement"))
    }
}
