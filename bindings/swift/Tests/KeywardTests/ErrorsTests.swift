// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// What errors of every kind have in common, and why a server could not be used.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ErrorsTests {
    @Test("The localized description of every kind of error is its text for people")
    func textForPeople() {
        let other = "something else"
        let page = BrowserStage(name: other, page: other)
        expect(
            { .Server(problem: .unreachable, advice: $0) }, AccountError.Store, AccountError.Closed,
            AccountError.Paused)
        expect(
            DiscoveryError.NotAServerName, DiscoveryError.Insecure, DiscoveryError.Unreachable,
            DiscoveryError.Certificate, DiscoveryError.NotMatrix)
        expect(
            ExportError.EmptyPassphrase, ExportError.DiskFull, ExportError.PermissionDenied,
            ExportError.NoSuchFolder, ExportError.IsFolder, ExportError.Write, ExportError.StoreVersion,
            ExportError.Store, ExportError.Closed,
            ExportError.Paused)
        expect(
            ImportError.NotFound, ImportError.PermissionDenied, ImportError.NotAFile, ImportError.Read,
            ImportError.NotAnExport, ImportError.Truncated, ImportError.Damaged, ImportError.WrongPassphrase,
            { .UnsupportedVersion(version: 7, advice: $0) }, { .Rounds(asked: 7, advice: $0) },
            ImportError.NotRoomKeys, ImportError.Changed, ImportError.DiskFull, ImportError.Store,
            ImportError.Closed,
            ImportError.Paused)
        expect(
            KeyCheckError.NotSetUp, KeyCheckError.KeyNotDescribed, KeyCheckError.Unsupported, KeyCheckError.MistypedKey,
            KeyCheckError.WrongKey, KeyCheckError.NoPassphrase, KeyCheckError.DamagedSecret,
            { .Server(problem: .unreachable, advice: $0) }, KeyCheckError.Store, KeyCheckError.Closed,
            KeyCheckError.Paused)
        expect(
            LoginError.WrongPassword, LoginError.PasswordNotOffered, LoginError.NotOffered, LoginError.ClientRefused,
            LoginError.Denied, LoginError.Ended, LoginError.Expired, LoginError.OtherAnswer, LoginError.NotBegun,
            { .AlreadyLoggedIn(userId: other, advice: $0) },
            LoginError.WrongStoreKey, LoginError.Damaged, LoginError.OtherAccount, LoginError.NewerVersion,
            LoginError.OtherUser, LoginError.InUse,
            { .Server(problem: .unreachable, advice: $0) }, LoginError.Store)
        expect(
            { .UnsavedRoomKeys(count: 7, advice: $0) }, LogoutError.ResetRunning, LogoutError.ResetPending,
            LogoutError.RecoveryPending, LogoutError.StillSignedIn,
            { .Server(problem: .unreachable, advice: $0) }, LogoutError.Store, LogoutError.Closed,
            LogoutError.Paused)
        expect(NetworkError.Proxy, NetworkError.Authority, NetworkError.UserAgent)
        expect(
            RecoveryError.NotVerified, RecoveryError.KeysMissing, RecoveryError.Pending, RecoveryError.ResetPending,
            RecoveryError.AlreadyRunning, RecoveryError.NothingPending, RecoveryError.EmptyPassphrase,
            RecoveryError.WeakPassphrase, RecoveryError.KeyMismatch, RecoveryError.OutOfOrder,
            RecoveryError.AlreadyCommitted, RecoveryError.Superseded, RecoveryError.StagingNotKept,
            RecoveryError.NotUndone, RecoveryError.NotKept, RecoveryError.IdentityGone, RecoveryError.OldKey,
            RecoveryError.OutdatedSecretStorage, RecoveryError.UnknownJournal,
            { .Server(problem: .unreachable, advice: $0) }, RecoveryError.Store, RecoveryError.Closed,
            RecoveryError.Paused)
        expect(
            RepairError.AlreadyRunning, RepairError.Pending, RepairError.NotVerified, RepairError.KeysMissing,
            RepairError.NoSecretStorage, RepairError.Unsupported, RepairError.MistypedKey, RepairError.WrongKey,
            RepairError.NoPassphrase, RepairError.DamagedSecret, RepairError.OpensNoBackup,
            RepairError.WouldLose, RepairError.BackupIsThere, RepairError.NoBackup, RepairError.NobodyAnswered,
            RepairError.NotKept, RepairError.Changed, { .Server(problem: .unreachable, advice: $0) },
            RepairError.Store, RepairError.Closed,
            RepairError.Paused)
        expect(
            ResetError.PlanOutdated, ResetError.Pending, ResetError.OtherPending, ResetError.AlreadyRunning,
            ResetError.NothingPending,
            ResetError.EmptyPassphrase, ResetError.WeakPassphrase, ResetError.KeyMismatch, ResetError.OutOfOrder,
            ResetError.WrongPassword, { .BrowserNeeded(pages: [page], advice: $0) }, ResetError.NotApproved,
            { .AuthorisationUnsupported(stages: [other], advice: $0) },
            ResetError.AlreadyCommitted, ResetError.Superseded,
            ResetError.FinishedElsewhere, ResetError.NotAccepted, ResetError.StagingNotKept,
            ResetError.NotUndone, ResetError.NotKept, ResetError.NotDeleted, ResetError.NotSigned,
            ResetError.BackupReplaced, { .Export(error: .DiskFull(advice: $0), advice: $0) },
            ResetError.UnknownJournal, { .Server(problem: .unreachable, advice: $0) }, ResetError.Store,
            ResetError.Closed,
            ResetError.Paused)
        expect(
            RestoreError.NotLoggedIn, RestoreError.WrongStoreKey, RestoreError.Damaged, RestoreError.OtherAccount,
            RestoreError.NewerVersion, RestoreError.OtherUser, RestoreError.InUse, RestoreError.Store)
        expect(
            ResumeError.NotLoggedIn, ResumeError.WrongStoreKey, ResumeError.Damaged, ResumeError.OtherAccount,
            ResumeError.NewerVersion, ResumeError.OtherUser, ResumeError.InUse, ResumeError.Store, ResumeError.Closed)
        expect(
            SessionsError.NotFound, { .NameTooLong(longest: 7, advice: $0) }, SessionsError.PushUnsupported,
            { .Server(problem: .unreachable, advice: $0) }, SessionsError.Store, SessionsError.Closed,
            SessionsError.Paused)
        expect(
            SignOutError.CurrentSession, SignOutError.NotVerified, { .AccountManagement(page: other, advice: $0) },
            SignOutError.WrongPassword, { .StillThere(deviceIds: [other], advice: $0) },
            { .BrowserNeeded(pages: [page], advice: $0) }, SignOutError.NotApproved,
            { .AuthorisationUnsupported(stages: [other], advice: $0) },
            { .Server(problem: .unreachable, advice: $0) }, SignOutError.Store, SignOutError.Closed,
            SignOutError.Paused)
        expect(StoreKeyError.WrongLength)
        expect(
            UnlockError.NotSetUp, UnlockError.KeyNotDescribed, UnlockError.Unsupported, UnlockError.MistypedKey,
            UnlockError.WrongKey, UnlockError.NoPassphrase, UnlockError.DamagedSecret,
            UnlockError.IncompleteSecretStorage, UnlockError.OutdatedSecretStorage, UnlockError.NotSigned,
            { .Server(problem: .unreachable, advice: $0) }, UnlockError.Store, UnlockError.Closed,
            UnlockError.Paused)
        expect(
            VerificationError.NotFound, VerificationError.NoEncryption, VerificationError.CurrentSession,
            VerificationError.AlreadyVerified, VerificationError.NoIdentity, VerificationError.NobodyCanSign,
            VerificationError.NobodyToAsk, VerificationError.NotNow, VerificationError.UnknownQrCode,
            VerificationError.OtherQrCode, VerificationError.NotSigned,
            { .Server(problem: .unreachable, advice: $0) }, VerificationError.Store, VerificationError.Closed,
            VerificationError.Paused)
    }

    /// Each kind of one error, made of what it says.
    private func expect<Kind: KeywardError>(
        _ kinds: (Advice) -> Kind..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = "What happened, and what to do next."
        for kind in kinds {
            let error = kind(Advice(code: "flow.kind", remedy: .retry, reason: text, arguments: []))
            #expect(error.localizedDescription == text, sourceLocation: sourceLocation)
            #expect(error.errorDescription == text, sourceLocation: sourceLocation)
            #expect((error.code, error.remedy) == ("flow.kind", .retry), sourceLocation: sourceLocation)
            let erased: any Error = error
            #expect(erased.localizedDescription == text, sourceLocation: sourceLocation)
        }
    }

    @Test("Why a server cannot be used is said in full")
    func serverProblems() async throws {
        let user = try await TestService.newUser()
        let observer = try await TestService.login(user)
        let proxy = try await TestService.proxy()
        try await loggedIn(user, homeserver: proxy.url) { login in
            func expect(_ problem: ServerProblem, after arm: () async throws -> Void) async throws {
                try await arm()
                await fails({ AccountError.Server(problem: problem, advice: $0) }) { try await login.account.status() }
                try await proxy.disarm()
            }
            try await expect(.unreachable) { try await proxy.arm("cut_before", forEver: true) }
            try await expect(.failing(status: 500)) { try await proxy.arm("status_500", forEver: true) }
            try await expect(.notUnderstood) { try await proxy.arm("garbage", forEver: true) }
            try await expect(.notUnderstood) { try await proxy.arm("wrong_json", forEver: true) }
            try await expect(.refused(status: 403, code: "M_FORBIDDEN")) {
                try await proxy.reply(status: 403, body: ["errcode": "M_FORBIDDEN", "error": "no"])
            }
            try await expect(.rateLimited(retryAfter: 0.1)) {
                try await proxy.arm("rate_limited", forEver: true, milliseconds: 100)
            }
            #expect(try await login.account.status().userId == user.userId)
            try await expect(.sessionExpired) { try await observer.request("POST", "/v3/logout/all", [:]) }
        }
    }
}

/// Expects that the call throws the very error that `kind` makes of what it says, and that its text is one for people.
func fails<Kind: KeywardError & Equatable, Ignored>(
    _ kind: (Advice) -> Kind, sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Ignored
) async {
    do {
        _ = try await call()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as Kind {
        expectForPeople(error, sourceLocation: sourceLocation)
        #expect(error == kind(error.advice()), sourceLocation: sourceLocation)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}

/// Expects sentences, and neither a dump of the error's fields nor anything else.
func expectForPeople(_ error: some KeywardError, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = error.localizedDescription
    #expect(text == error.advice().reason, sourceLocation: sourceLocation)
    #expect(error.code.contains("."), sourceLocation: sourceLocation)
    // It may begin with a number.
    #expect(text.first?.isLowercase == false, sourceLocation: sourceLocation)
    #expect(text.hasSuffix(".") || text.hasSuffix("?"), sourceLocation: sourceLocation)
    #expect(!text.contains("advice:"), sourceLocation: sourceLocation)
}
