// SPDX-License-Identifier: Apache-2.0

//! Everything that the fakes say in one language, under the names by which they look it up.

use serde_json::{Value, json};

use super::{
    super::{NOW, PENDING, choices, errors},
    Entries,
    samples::{self, digits},
};
use crate::{
    doctor::{RemedyCode, Severity},
    error::Remedy,
    recovery::{RecoveryOutcome, RecoveryStep},
    reset::{Step, table::shown_progress},
    secret::RecoveryKey,
    sessions::Filter,
    texts::{AskedFor, Problem, RecoveryView, ResetView, Screen, Texts},
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
    sessions(texts, &mut say);
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
    for bits in 0..16 {
        let [password, browser, is_other, waiting] = [8, 4, 2, 1].map(|bit| bits & bit != 0);
        // A page has to be there for what is done at one.
        if !browser && (!password || is_other || waiting) {
            continue;
        }
        let asked = AskedFor {
            password,
            browser,
            other_account: is_other.then_some("@alice:example.org"),
            waiting,
        };
        let key = format!("Authorise/{}", digits(&[password, browser, is_other, waiting]));
        show(key, ResetView::Authorise(asked));
    }
    for key_storage in [false, true] {
        show(format!("HandOver/{key_storage}"), ResetView::HandOver { key_storage });
    }
    let of_a_reset = [
        "reset.",
        "auth.",
        "export.",
        "secret_storage.",
        "server.",
        "store.failed",
    ];
    for problem in problems() {
        if of_a_reset.iter().any(|prefix| problem.code.starts_with(prefix)) {
            let key = format!("Stopped/{}", problem.code);
            let committed = None;
            show(key, ResetView::Stopped { problem, committed });
        }
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
    let of_a_new_key = ["recovery.", "secret_storage.", "server.", "store.failed"];
    for problem in problems() {
        if of_a_new_key.iter().any(|prefix| problem.code.starts_with(prefix)) {
            let key = format!("Stopped/{}", problem.code);
            let committed = None;
            show(key, RecoveryView::Stopped { problem, committed });
        }
    }
    show("Cancelled".to_owned(), RecoveryView::Cancelled);
    for pending in PENDING {
        show(format!("pending/{pending:?}"), RecoveryView::Pending(pending));
    }
}

/// What belongs to no flow.
fn around(texts: &Texts, say: &mut Say<'_>) {
    say("overview".to_owned(), screen_to_json(&texts.overview("@alice:example.org")));
    for problem in problems() {
        let key = format!("stopped/{}", problem.code);
        say(key, screen_to_json(&texts.stopped(&problem)));
    }
}

fn sessions(texts: &Texts, say: &mut Say<'_>) {
    let list = samples::sessions();
    for filter in FILTERS {
        say(
            format!("sessions/{filter:?}"),
            screen_to_json(&texts.sessions(&list, filter)),
        );
        say(format!("filter/{filter:?}"), texts.filter(filter).into());
    }
    for entry in samples::history() {
        let mut all = std::iter::once(&list.current).chain(&list.others);
        let session = all.find(|session| session.device_id == entry.device_id);
        let session = session.expect("the history is of sessions that are there");
        let id = &session.device_id;
        let row = texts.session(session, NOW);
        say(
            format!("session/{id}"),
            json!({ "name": row.name, "trust": row.trust, "activity": row.activity, "warning": row.warning }),
        );
        let is_current = *id == list.current.device_id;
        for entry in [None, Some(&entry)] {
            let screen = texts.session_details(session, is_current, entry, NOW);
            say(
                format!("session_details/{id}/{}", entry.is_some()),
                screen_to_json(&screen),
            );
        }
    }
    let login = samples::new_login();
    say(
        format!("new_login/{}", login.device_id),
        texts.new_login(&login, NOW).into(),
    );
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
                let key = format!("remedy/{}/{}", remedy.code.name(), remedy.sessions.join(","));
                say(key, texts.remedy(remedy).into());
                for consequence in &remedy.consequences {
                    let (name, count) = samples::named(*consequence);
                    let key = format!("consequence/{name}/{}", or_none(count));
                    say(key, texts.consequence(*consequence).into());
                }
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
    let facts = facts.map(|fact| json!({ "label": fact.label, "value": fact.value, "time": fact.time }));
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
