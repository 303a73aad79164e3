// SPDX-License-Identifier: Apache-2.0

//! Everything that the fakes say in one language, under the names by which they look it up.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::{
    super::{NOW, PENDING, REASONS, choices, errors},
    Entries,
    samples::{self, digits},
};
use crate::{
    doctor::{RemedyCode, Severity},
    error::Remedy,
    facts::IdentityStatus,
    recovery::{RecoveryOutcome, RecoveryStep},
    reset::{Step, table::shown_progress},
    secret::RecoveryKey,
    sessions::{Filter, LoginAlert, Push, Session, SessionList, SignOutConsequences},
    texts::{
        AskedFor, CheckView, Problem, RecoveryView, ResetView, Screen, SignOutView, Texts, UnlockView, VerificationView,
    },
    verification::{Emoji, VerificationState},
};

const STEPS: [Step; 7] = [
    Step::FetchOldBackup,
    Step::Export,
    Step::MakeKeys,
    Step::Stage,
    Step::Bind,
    Step::BackUp,
    Step::CleanUp,
];

const RECOVERY_STEPS: [RecoveryStep; 4] = [
    RecoveryStep::MakeKey,
    RecoveryStep::Stage,
    RecoveryStep::Switch,
    RecoveryStep::CleanUp,
];

const FILTERS: [Filter; 5] = [
    Filter::All,
    Filter::Verified,
    Filter::Unverified,
    Filter::Inactive,
    Filter::Unverifiable,
];

/// Room keys that are in no backup, as a sample report says.
const UNSAVED: u64 = 12;

/// Under which name something is said, and what.
type Say<'a> = dyn FnMut(String, Value) + 'a;

pub(super) fn of(texts: &Texts) -> Entries {
    let mut said = Entries::new();
    let mut say = |key: String, value: Value| {
        let before = said.insert(key.clone(), value.clone());
        assert!(before.is_none_or(|before| before == value), "{key} says two things");
    };
    say("language".to_owned(), texts.language().into());
    say("right_to_left".to_owned(), texts.is_right_to_left().into());
    let spoken = texts.spoken_key(&RecoveryKey::new(samples::KEY));
    say("spoken_key".to_owned(), spoken.reveal().into());
    before_a_reset(texts, &mut say);
    reset(texts, &mut say);
    recovery(texts, &mut say);
    verification(texts, &mut say);
    unlock(texts, &mut say);
    sessions(texts, &mut say);
    sign_out(texts, &mut say);
    doctor(texts, &mut say);
    around(texts, &mut say);
    for problem in problems() {
        say(format!("error/{}", problem.code), texts.problem(&problem).into());
    }
    // Of the bindings, which alone shut an account down.
    for code in ["account.closed", "account.paused"] {
        let problem = Problem {
            code: code.to_owned(),
            remedy: Remedy::Nothing,
            arguments: Vec::new(),
            english: String::new(),
        };
        say(format!("error/{code}"), texts.problem(&problem).into());
    }
    said
}

fn problems() -> Vec<Problem> {
    errors().iter().map(|error| Problem::from(&**error)).collect()
}

/// Those whose codes begin so, and those that every flow can have.
fn problems_of(areas: &[&str]) -> Vec<Problem> {
    let is_of = |problem: &Problem| {
        let mut all = areas.iter().chain(&["server.", "store.failed"]);
        all.any(|area| problem.code.starts_with(area))
    };
    problems().into_iter().filter(is_of).collect()
}

/// Everything that a homeserver may ask for.
fn asked_for() -> Vec<(String, AskedFor<'static>)> {
    let all = (0..16).filter_map(|bits| {
        let [password, browser, is_other, waiting] = [8, 4, 2, 1].map(|bit| bits & bit != 0);
        let asked = AskedFor {
            password,
            browser,
            other_account: is_other.then_some("@alice:example.org"),
            waiting,
        };
        // A page has to be there for what is done at one.
        let is_possible = browser || (password && !is_other && !waiting);
        is_possible.then(|| (digits(&[password, browser, is_other, waiting]), asked))
    });
    all.collect()
}

/// The name of something that may not be there.
fn or_none(name: Option<impl std::fmt::Debug>) -> String {
    name.map_or_else(|| "-".to_owned(), |name| format!("{name:?}"))
}

fn before_a_reset(texts: &Texts, say: &mut Say<'_>) {
    for sample in samples::accounts() {
        // What a doctor may say that helps such an account instead.
        let smaller: &[Option<RemedyCode>] = match (sample.name, sample.attached) {
            ("first", _) => &[None],
            (_, false) => &[
                None,
                Some(RemedyCode::NewRecoveryKey),
                Some(RemedyCode::VerifyBySession),
            ],
            (_, true) => &[None, Some(RemedyCode::InOtherProgram)],
        };
        for choices in choices() {
            for smaller in smaller.iter().copied() {
                let choices_name = samples::name_of(choices);
                let key = format!("reset_begin/{}/{choices_name}/{}", sample.name, or_none(smaller));
                let screen = texts.reset(&ResetView::Begin {
                    consequences: &sample.means,
                    choices,
                    smaller,
                });
                say(key, screen_to_json(&screen));
            }
        }
    }
}

fn reset(texts: &Texts, say: &mut Say<'_>) {
    let mut show = |key: String, view: ResetView<'_>| say(format!("reset/{key}"), screen_to_json(&texts.reset(&view)));
    for step in STEPS.into_iter().map(Some).chain([None]) {
        let (done, total) = step.map_or((0, 0), shown_progress);
        let view = ResetView::Working { step, done, total };
        show(format!("Working/{}", or_none(step)), view);
    }
    show("SaveKey".to_owned(), ResetView::SaveKey);
    for (name, asked) in asked_for() {
        show(format!("Authorise/{name}"), ResetView::Authorise(asked));
    }
    for key_storage in [false, true] {
        show(format!("HandOver/{key_storage}"), ResetView::HandOver { key_storage });
    }
    for problem in problems_of(&["reset.", "auth.", "export.", "secret_storage."]) {
        let key = format!("Stopped/{}", problem.code);
        let committed = None;
        show(key, ResetView::Stopped { problem, committed });
    }
    for sample in samples::accounts() {
        for old_backup in sample.old_backups() {
            let outcome = sample.outcome(old_backup);
            for before in [Some(&sample.means), None] {
                let key = format!("Done/{}/{old_backup:?}/{}", sample.name, before.is_some());
                let view = ResetView::Done {
                    outcome: &outcome,
                    before,
                    attached: sample.attached,
                };
                show(key, view);
            }
        }
    }
    show("Cancelled".to_owned(), ResetView::Cancelled);
    for pending in PENDING {
        show(format!("pending/{pending:?}"), ResetView::Pending(pending));
    }
}

fn recovery(texts: &Texts, say: &mut Say<'_>) {
    let mut show =
        |key: String, view: RecoveryView<'_>| say(format!("recovery/{key}"), screen_to_json(&texts.recovery(&view)));
    for attached in [false, true] {
        for opens_backup in [None, Some(false), Some(true)] {
            let view = RecoveryView::Begin {
                user_id: "@alice:example.org",
                opens_backup,
                attached,
            };
            show(format!("begin/{}/{attached}", or_none(opens_backup)), view);
        }
    }
    let outcome = RecoveryOutcome {
        recovery_key: RecoveryKey::new(samples::KEY),
        opens_backup: Some(true),
        old_key_opens: Vec::new(),
    };
    show("Done".to_owned(), RecoveryView::Done(&outcome));
    for step in RECOVERY_STEPS.into_iter().map(Some).chain([None]) {
        show(format!("Working/{}", or_none(step)), RecoveryView::Working(step));
    }
    show("SaveKey".to_owned(), RecoveryView::SaveKey);
    for problem in problems_of(&["recovery.", "secret_storage."]) {
        let key = format!("Stopped/{}", problem.code);
        let committed = None;
        show(key, RecoveryView::Stopped { problem, committed });
    }
    show("Cancelled".to_owned(), RecoveryView::Cancelled);
    for pending in PENDING {
        show(format!("pending/{pending:?}"), RecoveryView::Pending(pending));
    }
    for (name, check) in samples::key_checks() {
        for attached in [false, true] {
            let screen = texts.key_check(&CheckView {
                check: &check,
                attached,
            });
            say(format!("key_check/{name}/{attached}"), screen_to_json(&screen));
        }
    }
}

/// In place of the name of the other session, which the fakes put there.
const OTHER: &str = "%other%";

fn verification(texts: &Texts, say: &mut Say<'_>) {
    let mut show = |key: &str, view: &VerificationView<'_>| {
        for other in [None, Some(OTHER)] {
            let screen = texts.verification(view, other);
            let named = if other.is_some() { "named" } else { "-" };
            say(format!("verification/{key}/{named}"), screen_to_json(&screen));
        }
    };
    // Which emoji and numbers they are is the app's to draw.
    let emoji: [Emoji; 7] = samples::EMOJI;
    let decimals = [0; 3];
    let states = [
        ("Waiting", VerificationState::Waiting),
        ("Requested", VerificationState::Requested),
        ("Emoji", VerificationState::Emoji { emoji, decimals }),
        ("Decimals", VerificationState::Decimals { decimals }),
        ("Scanned", VerificationState::Scanned),
        ("Confirmed", VerificationState::Confirmed),
    ];
    for (key, state) in &states {
        show(key, &VerificationView::At(state));
    }
    for bits in 0..8 {
        let [emoji, show_qr, scan_qr] = [4, 2, 1].map(|bit| bits & bit != 0);
        let state = VerificationState::Ready {
            emoji,
            show_qr,
            scan_qr,
        };
        let key = format!("Ready/{}", digits(&[emoji, show_qr, scan_qr]));
        show(&key, &VerificationView::At(&state));
    }
    for emoji in [false, true] {
        show(&format!("code/{emoji}"), &VerificationView::ShowingCode { emoji });
        show(&format!("camera/{emoji}"), &VerificationView::Scanning { emoji });
    }
    // These do not name the other session.
    let mut show = |key: String, view: &VerificationView<'_>| {
        let screen = texts.verification(view, Some(OTHER));
        assert_eq!(screen, texts.verification(view, None), "{key} names it");
        say(format!("verification/{key}"), screen_to_json(&screen));
    };
    show("Done".to_owned(), &VerificationView::At(&VerificationState::Done));
    for reason in REASONS {
        let state = VerificationState::Cancelled { by_us: false, reason };
        show(format!("Cancelled/{reason:?}"), &VerificationView::At(&state));
    }
    for problem in problems_of(&["verification."]) {
        let key = format!("Stopped/{}", problem.code);
        show(key, &VerificationView::Stopped(problem));
    }
    let names: Vec<String> = (0..64).map(|index| texts.emoji_name(index)).collect();
    for emoji in samples::EMOJI {
        let is_english = texts.language() == "en";
        assert!(!is_english || names[usize::from(emoji.index)] == emoji.description);
    }
    say("emoji_names".to_owned(), names.into());
}

fn unlock(texts: &Texts, say: &mut Say<'_>) {
    let mut show = |key: &str, view: UnlockView| {
        let screen = texts.unlock(&view);
        say(format!("unlock/{key}"), screen_to_json(&screen));
    };
    show("Enter/-", UnlockView::Enter(None));
    for problem in problems_of(&["unlock.", "secret_storage."]) {
        let key = format!("Enter/{}", problem.code);
        show(&key, UnlockView::Enter(Some(problem)));
    }
    show("Working", UnlockView::Working);
    for key_backup in [false, true] {
        show(&format!("Done/{key_backup}"), UnlockView::Done { key_backup });
    }
}

/// What belongs to no flow.
fn around(texts: &Texts, say: &mut Say<'_>) {
    say(
        "overview".to_owned(),
        screen_to_json(&texts.overview("@alice:example.org")),
    );
    for problem in problems() {
        let key = format!("stopped/{}", problem.code);
        say(key, screen_to_json(&texts.stopped(&problem)));
    }
}

fn sessions(texts: &Texts, say: &mut Say<'_>) {
    for filter in FILTERS {
        say(format!("filter/{filter:?}"), texts.filter(filter).into());
        for list in samples::lists() {
            let screen = texts.sessions(&list, filter);
            say(
                format!("sessions/{}", list_name(&list, filter)),
                screen_to_json(&screen),
            );
        }
    }
    let list = samples::sessions();
    for entry in samples::history() {
        let mut all = std::iter::once(&list.current).chain(&list.others);
        let session = all.find(|session| session.device_id == entry.device_id);
        let session = session.expect("the history is of sessions that are there");
        let id = &session.device_id;
        let is_current = *id == list.current.device_id;
        let alerts = match entry.alert {
            LoginAlert::Old => &[LoginAlert::Old][..],
            _ => &[LoginAlert::Reported, LoginAlert::Acknowledged],
        };
        for trust in samples::trusts_of(session.trust) {
            let session = Session {
                trust: *trust,
                ..session.clone()
            };
            let row = texts.session(&session, NOW);
            say(
                format!("session/{id}/{trust:?}"),
                json!({ "name": row.name, "trust": row.trust, "activity": row.activity, "warning": row.warning }),
            );
            for alert in alerts.iter().copied().map(Some).chain([None]) {
                let mut entry = entry.clone();
                entry.alert = alert.unwrap_or(entry.alert);
                let entry = alert.is_some().then_some(&entry);
                let screen = texts.session_details(&session, is_current, entry, NOW);
                let key = format!("session_details/{id}/{trust:?}/{}", or_none(alert));
                say(key, screen_to_json(&screen));
            }
        }
    }
    let login = samples::new_login();
    say(
        format!("new_login/{}", login.device_id),
        texts.new_login(&login, NOW).into(),
    );
    changed_details(texts, say);
    say("rename/-".to_owned(), screen_to_json(&texts.rename(None)));
    for problem in problems_of(&["rename."]) {
        let key = format!("rename/{}", problem.code);
        say(key, screen_to_json(&texts.rename(Some(&problem))));
    }
}

/// What the screen of a list depends on. That it depends on nothing else is checked when two lists have the same name.
fn list_name(list: &SessionList, filter: Filter) -> String {
    let which = if filter == Filter::All { "All" } else { "Some" };
    let shown = list.others_shown(filter).count();
    let found = list.recommendations;
    let is_sure = list.identity == IdentityStatus::Ours;
    let is_any = !list.others.is_empty();
    format!(
        "{which}/{shown}/{}/{}/{is_sure}/{is_any}",
        found.unverified, found.inactive
    )
}

/// What a person can change of a session, and which of its texts that changes.
fn changed_details(texts: &Texts, say: &mut Say<'_>) {
    for (name, id) in [("Name", "session-name-public"), ("DeviceId", "session-name-is-id")] {
        say(format!("details/label_source/{name}"), texts.say(id).into());
    }
    for push in [Push::On, Push::Off] {
        say(format!("details/push/{push:?}"), texts.push(push).into());
    }
    say("details/push".to_owned(), texts.say("session-push").into());
    say("details/renamed".to_owned(), texts.say("session-renamed").into());
    let renamed = [("from", "%from%".into()), ("to", "%to%".into())];
    let renamed = texts.say_with("session-renamed-from-to", &renamed);
    say("details/renamed/from_to".to_owned(), renamed.into());
    say("details/no_name".to_owned(), texts.say("session-no-name").into());
    let name = texts.name("%name%");
    say("details/name".to_owned(), name.into());
}

fn sign_out(texts: &Texts, say: &mut Say<'_>) {
    let mut show =
        |key: String, view: SignOutView<'_>| say(format!("sign_out/{key}"), screen_to_json(&texts.sign_out(&view)));
    for list in samples::lists() {
        let others: Vec<&str> = list.others.iter().map(|session| session.device_id.as_str()).collect();
        let this = || vec![list.current.device_id.as_str()];
        let others = subsets(&others).into_iter().map(|ids| (ids, 0));
        // Room keys that would be lost are in this session alone.
        let selections = others.chain([(this(), 0), (this(), UNSAVED)]);
        for (selected, unsaved) in selections {
            let ids: Vec<String> = selected.iter().map(|&id| id.to_owned()).collect();
            let means = SignOutConsequences::new(&list, &ids, unsaved, NOW);
            let count = ids.len() as u64;
            for on_page in [false, true] {
                let key = format!("Begin/{}", selection_name(&means, count, on_page));
                let view = SignOutView::Begin {
                    consequences: &means,
                    count,
                    on_page,
                };
                show(key, view);
            }
        }
    }
    for (name, asked) in asked_for() {
        show(format!("Authorise/{name}"), SignOutView::Authorise(asked));
    }
    show("Working".to_owned(), SignOutView::Working);
    for count in 0..=samples::sessions().others.len() as u64 {
        show(format!("Done/{count}"), SignOutView::Done(count));
    }
    for problem in problems_of(&["sign_out.", "auth."]) {
        show(format!("Stopped/{}", problem.code), SignOutView::Stopped(problem));
    }
}

/// What the screen before a sign-out depends on, as [`list_name`].
fn selection_name(means: &SignOutConsequences, count: u64, on_page: bool) -> String {
    let bits = digits(&[means.trust_unknown, means.current, means.last_session, on_page]);
    let (verified, seen) = (means.verified.len(), means.seen_in_last_day.len());
    format!("{count}/{verified}/{seen}/{}/{bits}", means.unsaved_room_keys)
}

fn subsets<'a>(all: &[&'a str]) -> Vec<Vec<&'a str>> {
    let of = |bits: usize| {
        let chosen = all.iter().enumerate().filter(|(place, _)| bits >> place & 1 != 0);
        chosen.map(|(_, id)| *id).collect()
    };
    (0..1 << all.len()).map(of).collect()
}

fn doctor(texts: &Texts, say: &mut Say<'_>) {
    for (name, report) in samples::reports() {
        say(format!("report/{name}"), screen_to_json(&texts.report(&report)));
        for finding in &report.findings {
            say(
                format!("finding/{}", finding.code.name()),
                texts.finding(finding).into(),
            );
            for remedy in &finding.remedies {
                let named = remedy.consequences.iter().map(|consequence| {
                    let (name, count) = samples::named(*consequence);
                    format!("{name}/{}", or_none(count))
                });
                let named: Vec<String> = named.collect();
                for (name, consequence) in named.iter().zip(&remedy.consequences) {
                    say(format!("consequence/{name}"), texts.consequence(*consequence).into());
                }
                let sessions = remedy.sessions.join(",");
                let key = format!("remedy/{}/{sessions}/{}", remedy.code.name(), named.join(","));
                say(key, texts.remedy(remedy).into());
            }
        }
    }
    for severity in [Severity::Info, Severity::Warning, Severity::Critical] {
        say(format!("severity/{severity:?}"), texts.severity(severity).into());
    }
    for code in RemedyCode::ALL {
        say(format!("remedy_title/{code:?}"), texts.remedy_title(*code).into());
    }
}

fn screen_to_json(screen: &Screen) -> Value {
    let sections = screen.sections.iter();
    let sections = sections.map(|section| json!({ "heading": section.heading, "points": section.points }));
    let facts = screen.facts.iter();
    let facts = facts.map(|fact| {
        let time = fact
            .time
            .map(|time| time.duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64);
        json!({ "label": fact.label, "value": fact.value, "time": time })
    });
    let fields = screen.fields.iter().map(|field| {
        let (id, kind) = (format!("{:?}", field.id), format!("{:?}", field.kind));
        json!({ "id": id, "label": field.label, "hint": field.hint, "kind": kind })
    });
    let actions = screen.actions.iter().map(|action| {
        let (id, role) = (format!("{:?}", action.id), format!("{:?}", action.role));
        json!({ "id": id, "label": action.label, "role": role, "enabled": action.enabled })
    });
    let progress = screen.progress.as_ref();
    json!({
        "title": screen.title,
        "paragraphs": screen.paragraphs,
        "sections": sections.collect::<Vec<_>>(),
        "closing": screen.closing,
        "facts": facts.collect::<Vec<_>>(),
        "shows": screen.shows.map(|shows| format!("{shows:?}")),
        "fields": fields.collect::<Vec<_>>(),
        "actions": actions.collect::<Vec<_>>(),
        "progress": progress.map(|it| json!({ "label": it.label, "done": it.done, "total": it.total })),
        "announcement": screen.announcement,
    })
}
