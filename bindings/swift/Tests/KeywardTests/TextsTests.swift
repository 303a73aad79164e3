// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

/// Words for people. They need neither an account nor a server.
@Suite struct TextsTests {
    private let english = Texts.forLanguages(languages: ["en"])
    private let key = RecoveryKey(base58: "EsT1 aaaa")

    @Test("The language is the first wanted one that is there, else English")
    func language() {
        #expect(Texts.forLanguages(languages: ["de-AT"]).language() == "de")
        #expect(Texts.forLanguages(languages: ["ja", "fr"]).language() == "fr")
        #expect(Texts.forLanguages(languages: ["ja"]).language() == "en")
        #expect(Texts.forLanguages(languages: ["ar"]).isRightToLeft())
        #expect(!Texts.forThisDevice().language().isEmpty)
    }

    @Test("A state says what can be done, and holds no secret")
    func state() {
        let screen = english.recovery(state: .saveKey(recoveryKey: key))
        #expect(screen.shows == .recoveryKey)
        #expect(screen.actions.first { $0.role == .primary }?.id == .confirmSaved)
        #expect(screen.fields.map(\.kind) == [.secret])
        #expect(!"\(screen)".contains("EsT1"))
    }

    @Test("A key is spoken letter by letter")
    func spoken() {
        #expect(english.spokenKey(key: key) == "capital E, s, capital T, 1. a, a, a, a")
    }

    @Test("An app's own words take the place of ours")
    func overrides() throws {
        let texts = try Texts.withOverrides(languages: ["en"], fluent: "save-key-title = Keep this key")
        #expect(texts.recovery(state: .saveKey(recoveryKey: key)).title == "Keep this key")
        #expect(throws: TextsError.self) {
            try Texts.withOverrides(languages: ["en"], fluent: "nothing = x")
        }
    }
}
