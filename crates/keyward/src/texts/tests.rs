// SPDX-License-Identifier: Apache-2.0

//! What holds for the catalogues and the screens as a whole. A text that is missing, or an argument that is not given, stops
//! every test that shows it (`Texts::format`).

mod fakes;

use std::{collections::BTreeSet, fs, io, path::Path, time::Duration};

use super::*;
use crate::{
    account::{AttachError, OpenError},
    auth::{AuthError, BrowserStage},
    doctor::{Code, Consequence, Decides, Finding, Remedy, RemedyCode, RepairError, Report, Severity},
    error::{FlowError, ServerError, StoreError},
    login::LoginError,
    logout::LogoutError,
    recovery::{KeyCheck, RecoveryError, RecoveryOutcome, RecoveryStep},
    reset::{Consequences, OldBackup, Outcome, PendingReset, ResetChoices, ResetError, Step},
    room_keys::{ExportError, ImportError},
    secret::RecoveryKey,
    secret_storage,
    server::{DiscoveryError, NetworkError},
    sessions::{
        AccountManagement, DeviceKind, Filter, LedgerEntry, LoginAlert, NewLogin, Push, PushError, Recommendations,
        RenameError, Session, SessionList, SignOutConsequences, SignOutError, Trust,
    },
    verification::{CancelReason, Emoji, UnlockError, VerificationError, VerificationState},
};

fn everybody() -> impl Iterator<Item = Texts> {
    Texts::languages().map(|tag| Texts::for_languages(&[tag]))
}

#[test]
fn every_language_says_everything_with_the_same_arguments_and_all_its_plural_classes() {
    let texts = LANGUAGES.map(|language| (language.tag, language.catalogue()));
    let languages = texts.each_ref().map(|(tag, text)| (*tag, text.as_str()));
    assert_eq!(faults(&languages), Vec::<String>::new());
}

/// This module's code, and the code of all errors.
fn code_below(folder: &Path, code: &mut String) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            code_below(&path, code)?;
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            code.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(())
}

/// Errors that only a shell has.
const OF_THE_SHELLS: [&str; 3] = [
    "error-account-closed",
    "error-account-paused",
    "error-store_key-wrong_length",
];

#[test]
fn no_text_is_left_over() {
    let mut code = String::new();
    code_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/texts"), &mut code).expect("the code");
    let errors: BTreeSet<String> = errors().iter().map(|error| errors::message(error.code())).collect();
    let findings: BTreeSet<_> = Code::ALL.iter().map(|code| code.name().replace('.', "-")).collect();
    for id in message_ids(&ENGLISH.catalogue()) {
        let id = id.as_str();
        let is_made = match id.split_once('-') {
            Some(("error", _)) => errors.contains(id) || OF_THE_SHELLS.contains(&id),
            Some(("remedy", name)) if RemedyCode::from_name(name).is_some() => true,
            Some(("finding", name)) => {
                let base = ["-both", "-storage", "-identity"]
                    .iter()
                    .find_map(|what| name.strip_suffix(what));
                findings.contains(name) || base.is_some_and(|name| findings.contains(name))
            }
            Some(("cancelled", name)) => REASONS.iter().any(|reason| reason.kind() == name),
            Some(("consequence", name)) => code.contains(&format!("\"{name}\"")),
            Some(("emoji", number)) => number.parse::<u8>().is_ok_and(|number| number < 64),
            _ => false,
        };
        assert!(is_made || code.contains(&format!("\"{id}\"")), "nothing says {id}");
    }
}

/// One of every error that has a code of its own.
fn errors() -> Vec<Box<dyn FlowError>> {
    macro_rules! all {
        ($($error:path { $($variant:ident $(($($value:expr),*))? $({ $($field:ident: $of:expr),* })?),+ $(,)? })+) => {{
            let mut all: Vec<Box<dyn FlowError>> = Vec::new();
            $({
                use $error as E;
                $(all.push(Box::new(E::$variant $(($($value),*))? $({ $($field: $of),* })?));)+
            })+
            all
        }};
    }
    let page = BrowserStage {
        name: "m.login.sso".to_owned(),
        page: "https://example.org/".to_owned(),
    };
    let link = AccountManagement::read(r#"{"account_management_uri": "https://example.org/"}"#);
    let link = link.expect("it is in order").expect("a page");
    let kind = io::ErrorKind::TimedOut;
    let mut errors = all! {
        AttachError { Homeserver, Id, Key, ResetPending }
        AuthError {
            BrowserNeeded { pages: vec![page] }, NotApproved, WrongPassword,
            Unsupported { stages: vec!["m.terms".to_owned(), "m.sms".to_owned()] },
        }
        DiscoveryError { Certificate, Insecure, NotAServerName, NotMatrix, Unreachable }
        NetworkError { Authority, Proxy, UserAgent }
        ExportError {
            DiskFull, EmptyPassphrase, IsFolder, NoSuchFolder, PermissionDenied, Write(kind), StoreVersion { found: 3 },
            Store("it is damaged".to_owned()),
        }
        ImportError {
            Changed, Damaged, DiskFull, NotAFile, NotAnExport, NotFound, NotRoomKeys, PermissionDenied, Truncated,
            WrongPassphrase, Read(kind), Rounds { asked: 20_000_000 }, Store("it is damaged".to_owned()), UnsupportedVersion(2),
        }
        LoginError {
            Denied, Expired, NotBegun, NotOffered, OtherAnswer, PasswordNotOffered, WrongPassword,
            ClientRefused { code: "invalid_client_metadata".to_owned() }, Ended { code: "server_error".to_owned() },
            AlreadyLoggedIn { user_id: "@alice:example.org".to_owned() },
        }
        LogoutError { RecoveryPending, ResetPending, ResetRunning, StillSignedIn, UnsavedRoomKeys { count: 3 } }
        PushError { Unsupported }
        RecoveryError {
            AlreadyCommitted, AlreadyRunning, EmptyPassphrase, IdentityGone, KeyMismatch, KeysMissing, NotKept, NotUndone,
            NotVerified, NothingPending, OutOfOrder, OutdatedSecretStorage, Pending, ResetPending, StagingNotKept, Superseded,
            UnknownJournal, WeakPassphrase,
        }
        RenameError { NotFound, TooLong { most: 100 } }
        RepairError {
            AlreadyRunning, BackupIsThere, Changed, KeysMissing, NoBackup, NoSecretStorage, NobodyAnswered, NotKept,
            NotVerified, OpensNoBackup, Pending, WouldLose,
        }
        ResetError {
            AlreadyCommitted, AlreadyRunning, BackupReplaced, EmptyPassphrase, FinishedElsewhere, HostDevice, KeyMismatch,
            NoRoomKeys, NotAccepted, NotDeleted, NotKept, NotSigned, NotTakenOver, NotUndone, NothingPending, OtherPending,
            OutOfOrder, Pending, PlanOutdated, StagingNotKept, Superseded, UnknownJournal, WeakPassphrase,
        }
        secret_storage::OpenError {
            DamagedSecret, KeyNotDescribed, MistypedKey, NoPassphrase, NotSetUp, WrongKey,
            Unsupported { what: "another algorithm" },
        }
        ServerError {
            Certificate, NotUnderstood, OtherSession, SessionExpired, TokenExpired, Unreachable, Failing { status: 502 },
            RateLimited { retry_after: Some(Duration::from_millis(1500)) },
            Refused { status: 403, code: "M_FORBIDDEN".to_owned() },
        }
        SignOutError {
            AccountManagement(link), CurrentSession, NotVerified,
            StillThere { device_ids: vec!["A".to_owned(), "B".to_owned()] },
        }
        OpenError { Damaged, InUse, NewerVersion, NotLoggedIn, OtherAccount, Foreign, WrongKey }
        UnlockError { IncompleteSecretStorage, NotSigned, OutdatedSecretStorage }
        VerificationError {
            AlreadyVerified, CurrentSession, NoEncryption, NoIdentity, NobodyCanSign, NobodyToAsk, NotFound, NotNow,
            NotSigned, OtherQrCode, UnknownQrCode,
        }
        OverrideError {
            Syntax { reason: "a brace is missing".to_owned() }, Unknown { id: "nothing".to_owned() },
            Unusable { id: "room-keys".to_owned() },
            NoSuchArgument { id: "room-keys".to_owned(), argument: "number".to_owned() },
        }
    };
    errors.push(Box::new(StoreError));
    errors
}

/// The codes that stand in the code.
fn codes() -> BTreeSet<String> {
    let mut code = String::new();
    code_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code).expect("the code");
    let after = format!("{}, Remedy::", '"');
    let found = code.match_indices(&after).map(|(end, _)| {
        let begin = code[..end].rfind('"').expect("a text that ends");
        code[begin + 1..end].to_owned()
    });
    found.collect()
}

#[test]
fn every_error_says_in_english_what_its_log_says_and_says_something_in_every_language() {
    let errors = errors();
    let named: BTreeSet<String> = errors.iter().map(|error| error.code().to_owned()).collect();
    let missing: Vec<_> = codes().difference(&named).cloned().collect();
    assert!(missing.is_empty(), "{missing:?}");
    let english = Texts::english().without_isolates();
    for error in &errors {
        let problem = Problem::from(&**error);
        assert_eq!(english.problem(&problem), error.to_string());
    }
    for texts in everybody() {
        for error in &errors {
            assert_whole(&texts.problem(&Problem::from(&**error)));
        }
    }
}

/// A sentence for people, and not the name of a message.
fn assert_whole(text: &str) {
    let ends = text.ends_with(['.', '?', ':', '؟', '…']) || text.ends_with(".\u{2069}");
    assert!(ends && !text.contains("  ") && text.contains(' '), "{text:?}");
    assert!(!text.contains(['{', '}', '$']), "{text:?}");
}

fn numbers() -> impl Iterator<Item = u64> {
    [0, 1, 2, 3, 5, 11, 21, 22, 100, 102, 20_000].into_iter()
}

#[test]
fn every_finding_remedy_and_consequence_is_said_in_whole_sentences() {
    for texts in everybody() {
        for (code, count) in Code::ALL
            .iter()
            .flat_map(|code| numbers().map(|count| (*code, Some(count))).chain([(*code, None)]))
        {
            for names in [vec![], vec![secret_storage::BACKUP], secret_storage::SECRETS.to_vec()] {
                assert_whole(&texts.finding(&finding(code, count, names)));
            }
        }
        for code in RemedyCode::ALL {
            for count in numbers() {
                let remedy = Remedy {
                    code: *code,
                    decides: Decides::Person,
                    sessions: (0..count.min(9)).map(|number| format!("SESSION{number}")).collect(),
                    consequences: vec![
                        Consequence::NothingIsLost,
                        Consequence::SessionsLoseTrust(count),
                        Consequence::RoomKeysUploaded(count),
                        Consequence::RoomKeysNeedOldKey(count),
                        Consequence::Authorisation,
                        Consequence::ContactsVerifyAgain,
                        Consequence::NoMessagesWhileOffline,
                    ],
                };
                assert_whole(&texts.remedy(&remedy));
            }
        }
    }
}

fn finding(code: Code, count: Option<u64>, names: Vec<&'static str>) -> Finding {
    Finding {
        code,
        severity: Severity::Warning,
        sessions: vec!["SESSION".to_owned()],
        contacts: Vec::new(),
        count,
        names,
        remedies: Vec::new(),
    }
}

const REASONS: [CancelReason; 15] = [
    CancelReason::User,
    CancelReason::TimedOut,
    CancelReason::MismatchedSas,
    CancelReason::MismatchedCommitment,
    CancelReason::KeyMismatch,
    CancelReason::UserMismatch,
    CancelReason::AcceptedElsewhere,
    CancelReason::UnknownMethod,
    CancelReason::UnexpectedMessage,
    CancelReason::InvalidMessage,
    CancelReason::UnknownTransaction,
    CancelReason::InvalidQrCode,
    CancelReason::AnotherVerification,
    CancelReason::SessionGone,
    CancelReason::Other,
];

fn consequences() -> Consequences {
    Consequences {
        user_id: "@alice:example.org".to_owned(),
        device_id: "DEVICE".to_owned(),
        old_identity: Some("oldoldol".to_owned()),
        other_sessions: 4,
        verified_sessions: 2,
        sessions_without_encryption: 1,
        verified_contacts: Some(3),
        room_keys_here: Some(12),
        room_keys_in_backup: Some(20_000),
        backup_readable: true,
        older_backups: 0,
        key_storage_off: false,
        has_secret_storage: true,
        other_secrets: 0,
        dehydrated_device: false,
    }
}

/// All that an account can be, as far as it changes what a reset means.
fn all_consequences() -> Vec<Consequences> {
    let mut all = vec![consequences()];
    macro_rules! also {
        ($($field:ident: $value:expr),+) => {
            let more: Vec<_> = all.iter().cloned().map(|it| Consequences { $($field: $value,)+ ..it }).collect();
            all.extend(more);
        };
    }
    also!(room_keys_here: None, verified_contacts: None);
    also!(room_keys_in_backup: None);
    also!(backup_readable: false);
    also!(old_identity: None, has_secret_storage: false);
    also!(older_backups: 1, other_secrets: 1, dehydrated_device: true);
    also!(key_storage_off: true);
    also!(other_sessions: 1, verified_sessions: 1, verified_contacts: Some(1), room_keys_here: Some(0));
    all
}

fn choices() -> impl Iterator<Item = ResetChoices> {
    (0..8).map(|bits| ResetChoices {
        compromised: bits & 1 != 0,
        keep_old_backup: bits & 2 != 0,
        turn_on_key_storage: bits & 4 != 0,
    })
}

fn outcome(old_backup: OldBackup, sessions: usize) -> Outcome {
    Outcome {
        recovery_key: RecoveryKey::new("EsT1 aaaa"),
        new_identity: "newnewne".to_owned(),
        untrusted_sessions: vec!["PHONE".to_owned(); sessions],
        old_backup,
        room_keys_backed_up: 21,
    }
}

fn reset_screens(texts: &Texts, show: &mut impl FnMut(Screen)) {
    for means in all_consequences() {
        for choices in choices() {
            show(texts.reset(&ResetView::Begin {
                consequences: &means,
                choices,
                smaller: Some(RemedyCode::NewRecoveryKey),
            }));
        }
        for sessions in [0, 1, 5] {
            show(texts.reset(&ResetView::Done {
                outcome: &outcome(OldBackup::Drained, sessions),
                before: Some(&means),
                attached: false,
            }));
        }
    }
    for old_backup in [
        OldBackup::Drained,
        OldBackup::Kept,
        OldBackup::NotThere,
        OldBackup::Deleted,
        OldBackup::InTheWay,
    ] {
        for attached in [false, true] {
            show(texts.reset(&ResetView::Done {
                outcome: &outcome(old_backup, 2),
                before: None,
                attached,
            }));
        }
    }
    let steps = [
        Step::FetchOldBackup,
        Step::Export,
        Step::MakeKeys,
        Step::Stage,
        Step::Bind,
        Step::BackUp,
        Step::CleanUp,
    ];
    for step in steps.into_iter().map(Some).chain([None]) {
        for (done, total) in [(0, 0), (3, 20_000)] {
            show(texts.reset(&ResetView::Working { step, done, total }));
        }
    }
    show(texts.reset(&ResetView::SaveKey));
    for bits in 1..16 {
        show(texts.reset(&ResetView::Authorise(AskedFor {
            password: bits & 1 != 0,
            browser: bits & 2 != 0 || bits & 1 == 0,
            other_account: (bits & 4 != 0).then_some("@alice:example.org"),
            waiting: bits & 8 != 0,
        })));
    }
    for key_storage in [false, true] {
        show(texts.reset(&ResetView::HandOver { key_storage }));
    }
    for (error, committed) in errors()
        .iter()
        .flat_map(|error| [None, Some(false), Some(true)].map(|committed| (Problem::from(&**error), committed)))
    {
        show(texts.reset(&ResetView::Stopped {
            problem: error,
            committed,
        }));
    }
    show(texts.reset(&ResetView::Cancelled));
    for pending in PENDING {
        show(texts.reset(&ResetView::Pending(pending)));
    }
}

const PENDING: [PendingReset; 3] = [PendingReset::Staged, PendingReset::Committed, PendingReset::HandingOver];

fn recovery_screens(texts: &Texts, show: &mut impl FnMut(Screen)) {
    for opens_backup in [None, Some(false), Some(true)] {
        show(texts.recovery(&RecoveryView::Begin {
            user_id: "@alice:example.org",
            opens_backup,
            attached: opens_backup.is_none(),
        }));
        for old_key_opens in [
            &[][..],
            &[secret_storage::BACKUP, "org.matrix.msc3814", "org.example.bot"],
        ] {
            show(texts.recovery(&RecoveryView::Done(&RecoveryOutcome {
                recovery_key: RecoveryKey::new("EsT1 aaaa"),
                opens_backup,
                old_key_opens: old_key_opens.iter().map(|name| (*name).to_owned()).collect(),
            })));
        }
        show(texts.recovery(&RecoveryView::Stopped {
            problem: (&RecoveryError::NotKept).into(),
            committed: opens_backup,
        }));
    }
    let steps = [
        RecoveryStep::MakeKey,
        RecoveryStep::Stage,
        RecoveryStep::Switch,
        RecoveryStep::CleanUp,
    ];
    for step in steps.into_iter().map(Some).chain([None]) {
        show(texts.recovery(&RecoveryView::Working(step)));
    }
    show(texts.recovery(&RecoveryView::SaveKey));
    show(texts.recovery(&RecoveryView::Cancelled));
    for pending in PENDING {
        show(texts.recovery(&RecoveryView::Pending(pending)));
    }
    let all = || secret_storage::SECRETS.iter().map(|name| (*name).to_owned());
    for (missing, default, attached) in [(0, true, false), (1, false, false), (3, true, true), (4, false, true)] {
        let check = KeyCheck {
            opens: all().skip(missing).collect(),
            does_not_open: all().take(missing.min(2)).collect(),
            missing: all().take(missing).skip(2).collect(),
            default,
        };
        show(texts.key_check(&CheckView {
            check: &check,
            attached,
        }));
    }
}

fn verification_screens(texts: &Texts, show: &mut impl FnMut(Screen)) {
    let dog = Emoji {
        symbol: "🐶",
        description: "Dog",
        index: 0,
    };
    let mut states = vec![
        VerificationState::Waiting,
        VerificationState::Requested,
        VerificationState::Emoji {
            emoji: [dog; 7],
            decimals: [1, 2, 3],
        },
        VerificationState::Decimals { decimals: [1, 2, 3] },
        VerificationState::Scanned,
        VerificationState::Confirmed,
        VerificationState::Done,
    ];
    states.extend((0..8).map(|bits| VerificationState::Ready {
        emoji: bits & 1 != 0,
        show_qr: bits & 2 != 0,
        scan_qr: bits & 4 != 0,
    }));
    states.extend(REASONS.map(|reason| VerificationState::Cancelled { by_us: false, reason }));
    let mut views: Vec<VerificationView<'_>> = states.iter().map(VerificationView::At).collect();
    views.extend([false, true].map(|emoji| VerificationView::ShowingCode { emoji }));
    views.extend([false, true].map(|emoji| VerificationView::Scanning { emoji }));
    views.push(VerificationView::Stopped((&VerificationError::NotSigned).into()));
    for view in &views {
        for other in [None, Some("Element on Pixel")] {
            show(texts.verification(view, other));
        }
    }
    for index in 0..64 {
        assert!(!texts.emoji_name(index).contains("emoji-"));
    }
    show(texts.unlock(&UnlockView::Enter(None)));
    show(texts.unlock(&UnlockView::Enter(Some((&UnlockError::NotSigned).into()))));
    show(texts.unlock(&UnlockView::Working));
    show(texts.unlock(&UnlockView::Done { key_backup: true }));
    show(texts.unlock(&UnlockView::Done { key_backup: false }));
}

const NOW: u64 = 1_700_000_000_000;

fn session(trust: Trust, is_odd: bool) -> Session {
    Session {
        device_id: "PHONE".to_owned(),
        name: is_odd.then(|| "Element on Pixel".to_owned()),
        unlisted: is_odd,
        trust,
        inactive: is_odd,
        last_seen_ts: is_odd.then_some(NOW - 3 * 86_400_000),
        last_seen_ip: is_odd.then(|| "203.0.113.7".to_owned()),
        push: Push::On,
        client: None,
        kind: DeviceKind::Mobile,
        fingerprint: (trust != Trust::Unverifiable).then(|| "abcdefgh".to_owned()),
    }
}

fn session_screens(texts: &Texts, show: &mut impl FnMut(Screen)) {
    let all = [Trust::Verified, Trust::Unverified, Trust::Unverifiable];
    let sessions = all.map(|trust| [false, true].map(|is_odd| session(trust, is_odd)));
    let entry = |alert| LedgerEntry {
        device_id: "PHONE".to_owned(),
        name: None,
        first_seen_ts: NOW,
        last_seen_ts: NOW,
        removed_ts: None,
        renames: vec![crate::sessions::Rename {
            ts: NOW,
            from: None,
            to: Some("new".to_owned()),
        }],
        alert,
        unverified_since_ts: None,
    };
    for session in sessions.iter().flatten() {
        for alert in [LoginAlert::Old, LoginAlert::New, LoginAlert::Acknowledged] {
            let entry = entry(alert);
            for (is_current, entry) in [(true, None), (false, Some(&entry))] {
                show(texts.session_details(session, is_current, entry, NOW));
            }
        }
        let row = texts.session(session, NOW);
        assert!(!row.activity.contains('{') && !row.trust.is_empty(), "{row:?}");
    }
    for past in [0, 60_000, 7_200_000, 86_400_000 * 11] {
        assert!(!texts.ago(NOW - past, NOW).is_empty());
    }
    let filters = [
        Filter::All,
        Filter::Verified,
        Filter::Unverified,
        Filter::Inactive,
        Filter::Unverifiable,
    ];
    for (filter, count) in filters
        .into_iter()
        .flat_map(|filter| [0, 1, 5].map(|count| (filter, count)))
    {
        for identity in [
            crate::facts::IdentityStatus::Ours,
            crate::facts::IdentityStatus::NotOurs,
        ] {
            let list = SessionList {
                current: sessions[0][0].clone(),
                others: sessions.iter().flatten().take(count).cloned().collect(),
                recommendations: Recommendations {
                    unverified: count,
                    inactive: count,
                },
                identity,
            };
            show(texts.sessions(&list, filter));
        }
        assert!(!texts.filter(filter).is_empty());
    }
    for kind in [
        DeviceKind::Desktop,
        DeviceKind::Mobile,
        DeviceKind::Web,
        DeviceKind::Unknown,
    ] {
        assert!(!texts.kind(kind).is_empty());
    }
    for push in [Push::On, Push::Off, Push::Unsupported] {
        assert!(!texts.push(push).is_empty());
    }
    let login = NewLogin {
        device_id: "PHONE".to_owned(),
        label: "Element".to_owned(),
        first_seen_ts: NOW,
        reported: false,
    };
    assert_whole(&texts.new_login(&login, NOW));
    show(texts.rename(None));
    show(texts.rename(Some(&(&RenameError::TooLong { most: 100 }).into())));
    for (count, some) in [(1, 0), (1, 1), (2, 1), (9, 3), (21, 5)] {
        for is_unsure in [false, true] {
            let consequences = SignOutConsequences {
                current: is_unsure,
                last_session: is_unsure,
                unsaved_room_keys: some as u64,
                trust_unknown: is_unsure,
                verified: vec!["A".to_owned(); some],
                seen_in_last_day: vec!["A".to_owned(); some],
            };
            show(texts.sign_out(&SignOutView::Begin {
                consequences: &consequences,
                count,
                on_page: is_unsure,
            }));
        }
        show(texts.sign_out(&SignOutView::Done(count)));
    }
    show(texts.sign_out(&SignOutView::Authorise(AskedFor {
        password: true,
        browser: false,
        other_account: None,
        waiting: false,
    })));
    show(texts.sign_out(&SignOutView::Working));
    show(texts.sign_out(&SignOutView::Stopped((&SignOutError::NotVerified).into())));
    show(texts.stopped(&(&SignOutError::NotVerified).into()));
    show(texts.overview("@alice:example.org"));
}

#[test]
fn a_lost_key_is_asked_about_until_it_is_said_and_where_there_is_one() {
    let texts = Texts::english();
    let asks = |codes: &[Code]| {
        let findings = codes.iter().map(|code| finding(*code, None, Vec::new())).collect();
        let screen = texts.report(&Report { findings });
        screen.actions.iter().any(|action| action.id == ActionId::LostKey)
    };
    assert!(asks(&[]));
    assert!(asks(&[Code::SessionUnverified, Code::BackupMissing]));
    for code in [
        Code::RecoveryKeyLost,
        Code::SecretStorageMissing,
        Code::IdentityMissing,
        Code::IdentityGone,
        Code::FlowPending,
    ] {
        assert!(!asks(&[Code::BackupMissing, code]), "{code:?}");
    }
}

fn doctor_screens(texts: &Texts, show: &mut impl FnMut(Screen)) {
    let findings = |codes: &[Code]| Report {
        findings: codes.iter().map(|code| finding(*code, Some(3), Vec::new())).collect(),
    };
    show(texts.report(&findings(&[])));
    show(texts.report(&findings(Code::ALL)));
    for severity in [Severity::Info, Severity::Warning, Severity::Critical] {
        assert!(!texts.severity(severity).is_empty());
    }
}

#[test]
fn every_state_has_a_heading_something_to_read_and_what_can_be_done_in_every_language() {
    let mut pending = BTreeSet::new();
    for texts in everybody() {
        let mut show = |screen: Screen| {
            assert!(!screen.title.is_empty(), "{screen:?}");
            assert!(screen.announcement.starts_with(&screen.title), "{screen:?}");
            let paragraphs = screen.paragraphs.iter().chain(&screen.closing);
            for text in paragraphs.chain(screen.sections.iter().flat_map(|section| &section.points)) {
                assert!(!text.contains(['{', '}', '$']) && !text.contains("  "), "{text:?}");
            }
            let labels = screen.actions.iter().map(|action| &action.label);
            let named = screen.fields.iter().map(|field| &field.label).chain(labels);
            assert!(named.clone().all(|label| !label.is_empty()), "{screen:?}");
            let primary = screen.actions.iter().filter(|action| action.role == Role::Primary);
            assert!(primary.count() <= 1, "{screen:?}");
            let is_dead_end = screen.actions.is_empty() && screen.progress.is_none() && screen.shows.is_none();
            assert!(!is_dead_end, "{screen:?}");
            pending.extend(screen.actions.iter().map(|action| action.id.message()));
        };
        reset_screens(&texts, &mut show);
        recovery_screens(&texts, &mut show);
        verification_screens(&texts, &mut show);
        session_screens(&texts, &mut show);
        doctor_screens(&texts, &mut show);
    }
    let all: BTreeSet<_> = ActionId::ALL.iter().map(|action| action.message()).collect();
    assert_eq!(pending, all, "an action that no screen offers");
}

/// What is said before a reset of the old key storage, in one text.
fn said_before(change: impl FnOnce(&mut Consequences, &mut ResetChoices)) -> String {
    let (mut means, mut chosen) = (consequences(), ResetChoices::default());
    change(&mut means, &mut chosen);
    let view = ResetView::Begin {
        consequences: &means,
        choices: chosen,
        smaller: None,
    };
    let sections = Texts::english().reset(&view).sections.into_iter();
    sections
        .flat_map(|section| section.points)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_becomes_of_the_old_key_storage_is_said_as_the_reset_does_it() {
    const NOTHING: &str = "open nothing any more";
    const SOME: &str = "needed only for what is named below";
    // Compromised wins over kept.
    let both = said_before(|_, chosen| (chosen.compromised, chosen.keep_old_backup) = (true, true));
    assert!(
        both.contains("Then the old key storage is deleted.") && both.contains(NOTHING),
        "{both}"
    );
    // Switched off: nothing is moved, so it stays, or goes with all that is in it.
    let off = said_before(|means, _| means.key_storage_off = true);
    assert!(
        off.contains("The old key storage is kept.") && off.contains(SOME),
        "{off}"
    );
    let gone = said_before(|means, chosen| (means.key_storage_off, chosen.compromised) = (true, true));
    assert!(
        gone.contains("What only it holds is gone.") && gone.contains(NOTHING),
        "{gone}"
    );
    // What only the old key opens besides.
    for change in [
        |means: &mut Consequences| means.other_secrets = 1,
        |means: &mut Consequences| means.older_backups = 1,
    ] {
        let some = said_before(|means, _| change(means));
        assert!(some.contains(SOME) && !some.contains(NOTHING), "{some}");
        let none = said_before(|means, chosen| {
            change(means);
            chosen.compromised = true;
        });
        assert!(none.contains(NOTHING), "{none}");
    }
    // Of an attached session only what the app has taken over goes.
    let attached = said_before(|means, chosen| {
        (means.room_keys_here, means.backup_readable, chosen.compromised) = (None, false, true);
    });
    assert!(
        attached.contains("deleted only if the app") && attached.contains(SOME),
        "{attached}"
    );
}

#[test]
fn nothing_is_called_safe_to_cancel_after_the_commit_or_where_nobody_can_tell() {
    let texts = Texts::english();
    let safe = texts.say("reset-working-safe");
    let working = |step| {
        let (done, total) = (0, 0);
        texts.reset(&ResetView::Working { step, done, total })
    };
    for step in [Step::Export, Step::MakeKeys, Step::Stage] {
        assert!(working(Some(step)).paragraphs.contains(&safe), "{step:?}");
    }
    for step in [Some(Step::FetchOldBackup), Some(Step::Bind), Some(Step::CleanUp), None] {
        assert!(!working(step).paragraphs.contains(&safe), "{step:?}");
    }
    let can_cancel = |screen: Screen| {
        let mut actions = screen.actions.into_iter();
        actions.any(|action| action.id == ActionId::Cancel && action.enabled)
    };
    assert!(!can_cancel(working(Some(Step::BackUp))));
    let stopped = |error: ResetError| {
        texts.reset(&ResetView::Stopped {
            problem: (&error).into(),
            committed: None,
        })
    };
    assert!(!can_cancel(stopped(ResetError::NotKept)));
    assert!(can_cancel(stopped(ResetError::StagingNotKept)));
    // Whatever stopped it, it can be tried again.
    let refused = ServerError::Refused {
        status: 403,
        code: "M_FORBIDDEN".to_owned(),
    };
    let actions = stopped(refused.into()).actions;
    assert!(actions.iter().any(|action| action.id == ActionId::Retry), "{actions:?}");
}

#[test]
fn the_codes_that_tell_whether_it_is_too_late_are_codes() {
    let codes = codes();
    let [after, before] = [crate::reset::AFTER_THE_COMMIT, crate::reset::BEFORE_THE_COMMIT];
    for code in after.into_iter().chain(before) {
        assert!(codes.contains(code), "{code}");
    }
}

#[test]
fn an_error_that_the_texts_do_not_know_is_said_in_english() {
    let problem = Problem {
        code: "flow.newer".to_owned(),
        remedy: crate::error::Remedy::Nothing,
        arguments: Vec::new(),
        english: "Something new.".to_owned(),
    };
    assert_eq!(Texts::for_languages(&["de"]).problem(&problem), "Something new.");
}

#[test]
fn what_an_error_is_about_gets_through_those_that_pass_it_on() {
    let wait = ServerError::RateLimited {
        retry_after: Some(Duration::from_secs(2)),
    };
    let open = secret_storage::OpenError::Unsupported {
        what: "another algorithm",
    };
    let passed_on: Vec<Box<dyn FlowError>> = vec![
        Box::new(AttachError::Request(wait.clone().into())),
        Box::new(AuthError::Request(wait.clone().into())),
        Box::new(crate::facts::CheckError::Request(wait.clone().into())),
        Box::new(crate::facts::CheckError::Open(open.clone())),
        Box::new(LoginError::Request(wait.clone().into())),
        Box::new(LogoutError::Request(wait.clone().into())),
        Box::new(PushError::Request(wait.clone().into())),
        Box::new(RecoveryError::Request(wait.clone().into())),
        Box::new(RecoveryError::OldKey(open.clone())),
        Box::new(RenameError::Request(wait.clone().into())),
        Box::new(RepairError::Request(wait.clone().into())),
        Box::new(RepairError::Open(open.clone())),
        Box::new(ResetError::Request(wait.clone().into())),
        Box::new(ResetError::Auth(AuthError::Request(wait.clone().into()))),
        Box::new(ResetError::OldKey(open.clone())),
        Box::new(ResetError::Export(ExportError::StoreVersion { found: 3 })),
        Box::new(SignOutError::Auth(AuthError::Request(wait.clone().into()))),
        Box::new(UnlockError::Request(wait.clone().into())),
        Box::new(UnlockError::Open(open)),
        Box::new(VerificationError::Request(wait.into())),
    ];
    for error in passed_on {
        assert_eq!(Texts::english().problem(&Problem::from(&*error)), error.to_string());
    }
}

#[test]
fn names_that_others_chose_turn_no_text_around_and_steer_nothing() {
    let mut means = consequences();
    means.user_id = "@\u{202e}eve\u{1b}[2J:example.org".to_owned();
    let view = ResetView::Begin {
        consequences: &means,
        choices: ResetChoices::default(),
        smaller: None,
    };
    let intro = Texts::for_languages(&["ar"]).reset(&view).paragraphs.remove(0);
    assert!(
        intro.contains("\u{2068}@\u{fffd}eve\u{fffd}[2J:example.org\u{2069}"),
        "{intro:?}"
    );
    let plain = Texts::english().without_isolates().reset(&view).paragraphs.remove(0);
    assert!(
        !plain.contains(['\u{2068}', '\u{2069}', '\u{202e}', '\u{1b}']),
        "{plain:?}"
    );
}
