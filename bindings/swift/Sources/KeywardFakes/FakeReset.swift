// SPDX-License-Identifier: Apache-2.0

import Keyward

/// A reset that goes the way of the real one, without an account, a homeserver or the native library. It begins at
/// once.
///
/// ```swift
/// let reset = FakeReset()
/// try await reset.confirmSaved(confirmation: .retyped(recoveryKey: FakeRecoveryKey()))
/// try await reset.authorise(password: FakePassword(Samples.password))
/// for await state in reset.states() { show(state) }  // done
/// ```
public final class FakeReset: Reset, @unchecked Sendable {
    let driver: Script<ResetKind>
    private let journal: Journal<ResetError>
    private let script: ResetScript
    private let isInBrowser = Locked(false)

    init(_ journal: Journal<ResetError>, _ script: ResetScript, _ sample: SampleAccount, _ options: ResetOptions) {
        self.journal = journal
        self.script = script
        driver = Script(journal, ResetKind(journal: journal, script: script, sample: sample, options: options))
        super.init(noHandle: NoHandle())
        driver.begin()
    }

    /// - Parameters:
    ///   - script: how it goes. A failure that such a reset, or one with these options, does not have is refused.
    ///   - options: what the person chose.
    ///   - attached: of a session that the app has already: it hands the new key over in the end.
    public convenience init(
        _ script: ResetScript = ResetScript(), options: ResetOptions = ResetOptions(), attached: Bool = false
    ) {
        self.init(
            script.journal(attached: attached, options), script,
            SampleData.account(attached ? Samples.attached : Samples.own), options)
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    deinit {
        driver.letGo()
    }

    /// The person is done in the browser, after `authoriseInBrowser`: the reset goes on.
    public func finishInBrowser() {
        precondition(isInBrowser.with { $0 }, "Nobody is in a browser")
        try? driver.decide("Authorise")
    }

    /// Goes on from a step of ``ResetScript/holdsAt``.
    public func goOn() {
        driver.goOn()
    }

    public override func openStates() -> ResetStates {
        FakeResetStates(driver.shown)
    }

    public override func confirmSaved(confirmation: Confirmation) async throws {
        try driver.decide("SaveKey") { confirmation.isRight ? nil : FakeErrors.reset("reset.key_mismatch") }
    }

    public override func authorise(password: Password) async throws {
        let script = script
        try driver.decide("Authorise") {
            if !script.challenge.answerableByPassword() {
                return .BrowserNeeded(pages: script.challenge.pages(), advice: advice(of: "auth.browser_needed"))
            }
            return password.fake == script.password ? nil : FakeErrors.reset("auth.wrong_password")
        }
    }

    public override func authoriseInBrowser() async throws {
        guard driver.isAt("Authorise") else { throw FakeErrors.reset("reset.out_of_order") }
        if script.challenge.pages().isEmpty { throw FakeErrors.reset("auth.unsupported") }
        isInBrowser.with { $0 = true }
    }

    public override func checkNow() async throws {
        if driver.isAt("Authorise"), !isInBrowser.with({ $0 }) { try driver.retry() }
    }

    public override func handedOver(how: HandedOver) async throws {
        try driver.decide("HandOver") {
            journal.keepsOldBackup = how == .keepOldBackup
            return nil
        }
    }

    public override func retry() async throws {
        try driver.retry()
    }

    public override func cancel() async throws {
        try driver.cancel()
    }
}

struct ResetKind: Kind {
    let journal: Journal<ResetError>
    let script: ResetScript
    let sample: SampleAccount
    let options: ResetOptions

    func working(_ work: Work?) -> ResetState { .working(work) }

    func at(_ name: String) -> ResetState {
        let choices = digits(options.compromised, options.keepOldBackup, options.turnOnKeyStorage)
        let old = journal.keepsOldBackup ? OldBackup.kept : sample.oldBackup(choices)
        return .at(name, script.challenge, sample, old)
    }

    func stopped(_ error: ResetError) -> ResetState { .stopped(error: error) }

    var cancelled: ResetState { .cancelled }

    func does(_ step: String) -> Bool {
        switch named(step) as ResetStep {
        case .fetchOldBackup: sample.consequences.backupReadable
        case .export: options.export != nil
        default: true
        }
    }

    /// Where the old backup is kept, nothing has to be in the new one, and nothing is deleted.
    func happens(_ error: ResetError) -> Bool {
        !journal.keepsOldBackup || !ResetScript.ofDeleting.contains(error.code)
    }

    func leadsBack(_ error: ResetError) -> String? {
        error.code == ResetScript.notTakenOver ? "HandOver" : nil
    }

    func isLasting(_ error: ResetError) -> Bool {
        error.code == ResetScript.planOutdated
    }

    var outOfOrder: ResetError { FakeErrors.reset("reset.out_of_order") }

    var alreadyCommitted: ResetError { FakeErrors.reset("reset.already_committed") }

    var closed: ResetError { .Closed(advice: closedAdvice) }
}

private final class FakeResetStates: ResetStates, @unchecked Sendable {
    private let reader: Reader<ResetState>

    init(_ shown: Watched<ResetState>) {
        reader = Reader(shown)
        super.init(noHandle: NoHandle())
    }

    required init(unsafeFromHandle handle: UInt64) {
        fatalError(noHandle)
    }

    override func next() async -> ResetState? {
        await reader.next()
    }

    override func stop() {
        reader.stop()
    }
}
