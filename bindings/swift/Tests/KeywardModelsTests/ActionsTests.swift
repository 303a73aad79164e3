// SPDX-License-Identifier: Apache-2.0

import Keyward
import Testing

@testable import KeywardFakes
@testable import KeywardModels

/// Every action that a screen of the fakes' data offers is answered by the model of that screen: done there, or handed
/// to the app.
@MainActor
@Suite(.timeLimit(.minutes(5))) struct ActionsTests {
    private let requests = Requests()

    /// The model of the screens whose names begin like this; `nil` of those that no model shows.
    private func models() -> [String: ScreenModel] {
        let (account, sessions) = (FakeAccount(), FakeSessions())
        let row = SessionRow(
            session: sampleList.others[0], isCurrent: false,
            text: SessionText(name: "", trust: "", activity: "", warning: nil))
        let reset = ResetModel(account: .own(account), texts: english, onRequest: requests.take)
        let details = SessionDetailsModel(row: row, sessions: sessions, texts: english, onRequest: requests.take)
        return [
            "reset": reset,
            "reset_begin": reset,
            "recovery": RecoveryModel(account: .own(account), texts: english, onRequest: requests.take),
            // What a key opens is shown by the app; it offers what every model answers.
            "key_check": UnlockModel(account: account, texts: english, onRequest: requests.take),
            "report": DoctorModel(account: .own(account), texts: english, onRequest: requests.take),
            "sessions": SessionsModel(sessions: sessions, texts: english, onRequest: requests.take),
            "session_details": details,
            "rename": details,
            "sign_out": SignOutModel(
                deviceIds: [], sessions: sessions, userId: "", texts: english, onRequest: requests.take),
            // Where the screens begin is the app's, as what a key opens; every model answers what they offer.
            "overview": details,
            "stopped": SignOutModel(
                deviceIds: [], sessions: sessions, userId: "", texts: english, onRequest: requests.take),
            "unlock": UnlockModel(account: account, texts: english, onRequest: requests.take),
            "verification": VerificationModel(
                account: account, subject: .thisSession, texts: english, onRequest: requests.take),
        ]
    }

    @Test("Each offered action is answered where its screen is shown")
    func all() throws {
        let models = models()
        var seen: Set<ScreenActionId> = []
        for name in english.screenNames {
            let screen = english.screen(name)
            let model = try #require(models[String(name.prefix { $0 != "/" })], "no model shows \(name)")
            if screen.shows == .recoveryKey {
                model.present(screen, drawing: .recoveryKey(FakeRecoveryKey()))
            } else {
                model.present(screen)
            }
            for action in screen.actions where action.enabled {
                #expect(model.answer(to: action.id) != nil, "\(action.id) of \(name)")
                seen.insert(action.id)
            }
        }
        #expect(seen.count > 20)
    }
}
