// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes

/// Every state of the fakes has its screen in every language. That these are the real ones' is tested with those.
@Suite struct FakeTextsTests {
    private func isWhole(_ screen: Screen) -> Bool {
        !screen.title.isEmpty && screen.announcement.hasPrefix(screen.title) && !"\(screen)".contains(Samples.newKey)
    }

    @Test("The language is the first that there is")
    func language() {
        #expect(FakeTexts("ja", "de-AT", "fr").language() == "de")
        #expect(FakeTexts("ja").language() == "en")
        #expect(FakeTexts("ar").isRightToLeft() && !FakeTexts().isRightToLeft())
        #expect(SampleData.languages.map { FakeTexts($0).language() } == SampleData.languages)
    }

    @Test("Every state is said", arguments: SampleData.languages)
    func states(_ language: String) {
        let texts = FakeTexts(language)
        for attached in [false, true] {
            for state in FakeStates.reset(attached: attached) {
                #expect(isWhole(texts.reset(state: state, userId: Samples.userId, attached: attached)))
            }
        }
        for pending in PendingReset.allCases {
            #expect(isWhole(texts.resetPending(pending: pending)) && isWhole(texts.recoveryPending(pending: pending)))
        }
        for challenge in [FakeChallenge(), .inBrowser(), FakeChallenge(pages: FakeChallenge.inBrowser().pages())] {
            #expect(isWhole(texts.reset(state: .authorise(challenge: challenge), userId: Samples.userId)))
        }
        for state in FakeStates.recovery() { #expect(isWhole(texts.recovery(state: state))) }
        for state in FakeStates.verification() {
            for other in [nil, "Laptop"] { #expect(isWhole(texts.verification(state: state, other: other))) }
        }
        #expect(texts.verification(state: .waiting, other: "Laptop").paragraphs.contains { $0.contains("Laptop") })
        for emoji in [false, true] {
            #expect(isWhole(texts.verificationCode(emoji: emoji)) && isWhole(texts.verificationCamera(emoji: emoji)))
        }
        #expect(Set((0..<64).map { texts.emojiName(index: $0) }).count > 60)
        for error in FakeStates.unlockErrors() { #expect(isWhole(texts.unlock(problem: error.advice()))) }
        for keyBackup in [false, true] { #expect(isWhole(texts.unlockDone(unlocked: Unlocked(keyBackup: keyBackup)))) }
        for (_, check) in SampleData.keyChecks { #expect(isWhole(texts.keyCheck(check: check))) }
        for error in FakeStates.renameErrors() { #expect(isWhole(texts.rename(problem: error.advice()))) }
        for error in FakeStates.signOutErrors() { #expect(isWhole(texts.signOutStopped(problem: error.advice()))) }
        for challenge in [FakeChallenge(), .inBrowser(), .passwordOrBrowser(), .forOtherAccount()] {
            #expect(isWhole(texts.signOutAuthorise(challenge: challenge, userId: Samples.userId)))
        }
        for opens in [nil, true, false] {
            for attached in [false, true] {
                #expect(
                    isWhole(texts.recoveryBegin(userId: Samples.userId, opensBackup: opens, attached: attached)))
            }
        }
        #expect(isWhole(texts.overview(userId: Samples.userId)))
        #expect(!texts.spokenKey(key: FakeRecoveryKey()).isEmpty)
    }

    @Test("Whatever is chosen is said before and after")
    func choices() async throws {
        let texts = FakeTexts("pl")
        for bits in 0..<8 {
            let (compromised, keep, turnOn) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
            let choices = ResetChoices(
                compromised: compromised, keepOldBackup: keep, turnOnKeyStorage: turnOn)
            for account in SampleData.accounts {
                #expect(isWhole(texts.resetBegin(consequences: account.consequences, choices: choices)))
            }
            let options = ResetOptions(compromised: compromised, keepOldBackup: keep, turnOnKeyStorage: turnOn)
            for attached in [false, true] {
                let reset = FakeReset(options: options, attached: attached)
                try await reset.saved()
                try await reset.authorise(password: right)
                if attached { try await reset.handedOver(how: .taken) }
                let screen = texts.reset(state: try await reset.now(), userId: Samples.userId, attached: attached)
                #expect(isWhole(screen))
            }
        }
    }

    @Test("The sessions and the reports are said", arguments: SampleData.languages)
    func sessionsAndReports(_ language: String) async throws {
        let (texts, sessions) = (FakeTexts(language), FakeSessions())
        let list = try await sessions.list()
        for filter in SessionFilter.allCases {
            #expect(isWhole(texts.sessions(list: list, filter: filter)) && !texts.filter(filter: filter).isEmpty)
        }
        for entry in try await sessions.history() {
            let session = try #require(([list.current] + list.others).first { $0.deviceId == entry.deviceId })
            #expect(!texts.session(session: session, now: Samples.now).trust.isEmpty)
            for history in [nil, entry] {
                let isCurrent = session == list.current
                let screen = texts.sessionDetails(
                    session: session, isCurrent: isCurrent, now: Samples.now, history: history)
                #expect(isWhole(screen))
            }
        }
        try await sessions.rename(deviceId: "PHONE", name: "Name")
        let phone = try #require(try await sessions.list().others.first { $0.deviceId == "PHONE" })
        let history = try await sessions.history().first { $0.deviceId == "PHONE" }
        let details = texts.sessionDetails(session: phone, isCurrent: false, now: Samples.now, history: history)
        #expect(details.title.contains("Name") && details.facts.last?.value.contains("Name") == true)
        let ids = list.others.map(\.deviceId)
        for count in 0...ids.count {
            for onPage in [false, true] {
                let means = try await sessions.signOutConsequences(deviceIds: Array(ids.prefix(count)))
                #expect(isWhole(texts.signOutBegin(consequences: means, count: count, onPage: onPage)))
            }
        }
        for report in FakeStates.reports() {
            #expect(isWhole(texts.report(report: report)))
            for finding in report.findings() {
                #expect(!texts.finding(finding: finding).isEmpty)
                for remedy in finding.remedies {
                    #expect(!texts.remedy(remedy: remedy).isEmpty)
                    for consequence in remedy.consequences {
                        #expect(!texts.consequence(consequence: consequence).isEmpty)
                    }
                }
            }
        }
        for severity in Severity.allCases { #expect(!texts.severity(severity: severity).isEmpty) }
        for code in RemedyCode.allCases { #expect(!texts.remedyTitle(code: code).isEmpty) }
    }

    @Test("The new key is the one that the texts speak")
    func key() {
        #expect(SampleData.key == Samples.newKey)
        let state = ResetState.saveKey(recoveryKey: FakeRecoveryKey())
        let screen = FakeTexts("en").reset(state: state, userId: Samples.userId)
        #expect(screen.shows == .recoveryKey && screen.actions.first?.id == .confirmSaved)
    }

    @Test("Every screen that was written can be read", arguments: SampleData.languages)
    func all(_ language: String) {
        let texts = FakeTexts(language)
        for name in texts.screenNames { #expect(isWhole(texts.screen(name)), "\(name)") }
    }

    @Test("Every error has its type and its text")
    func errors() {
        let texts = FakeTexts("en")
        /// Around a name that a server chose.
        func withoutIsolates(_ text: String) -> String {
            text.filter { $0 != "\u{2068}" && $0 != "\u{2069}" }
        }
        var count = 0
        for code in SampleData.errorCodes {
            let errors: [(any KeywardError)?] = [
                FakeErrors.resetIfThere(code), FakeErrors.recoveryIfThere(code), FakeErrors.verificationIfThere(code),
                FakeErrors.unlockIfThere(code), FakeErrors.keyCheckIfThere(code), FakeErrors.sessionsIfThere(code),
                FakeErrors.signOutIfThere(code),
            ]
            for error in errors.compactMap({ $0 }) {
                let advice = error.advice()
                #expect(advice.code == code)
                #expect(error.localizedDescription == advice.reason && "\(error)" == advice.reason)
                #expect(withoutIsolates(texts.error(advice: advice)) == withoutIsolates(advice.reason))
                count += 1
            }
        }
        let areas = ["reset.", "recovery.", "verification.", "unlock.", "sign_out.", "rename."]
        #expect(count >= SampleData.errorCodes.filter { code in areas.contains { code.hasPrefix($0) } }.count)
        let own = Advice(code: "app.own", remedy: .nothing, reason: "Something.", arguments: [])
        #expect(FakeTexts("de").error(advice: own) == "Something.")
    }
}
