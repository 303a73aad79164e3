// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions` in words: what the page shows, line by line.

use console::style;
use futures_util::try_join;
use keyward::{
    account::Account,
    doctor::Report,
    identity::KnowsIdentity,
    sessions::{Filter, Recommendations, Session, SessionList, Snapshot, Trust},
};
use serde::Serialize;

use super::{now, snapshot, words};
use crate::{
    context::Context,
    language::{name, say, texts},
    output::Failure,
    session,
    terminal::{
        self,
        text::{date, fit},
    },
};

/// What scripts rely on.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    current: &'a Session,
    others: Vec<&'a Session>,
    recommendations: Recommendations,
}

impl<'a> Listed<'a> {
    pub(super) fn new(list: &'a SessionList, filter: Filter) -> Self {
        Self {
            current: &list.current,
            others: list.others_shown(filter).collect(),
            recommendations: list.recommendations,
        }
    }
}

pub(super) async fn run(context: &Context, filter: Filter) -> Result<(), Failure> {
    match context.session().await? {
        session::Session::Own(account) => {
            let examining = async { Ok(Box::pin(account.status_and_report()).await?.1) };
            Box::pin(print(context, &account, filter, examining)).await
        }
        session::Session::Attached(account) => {
            let examining = async { Ok(Box::pin(account.status_and_report()).await?.1) };
            Box::pin(print(context, &account, filter, examining)).await
        }
    }
}

async fn print<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    filter: Filter,
    examining: impl Future<Output = Result<Report, Failure>>,
) -> Result<(), Failure> {
    let (snapshot, report) = try_join!(snapshot(context, account), examining)?;
    context.result(&Listed::new(&snapshot.list, filter), || {
        text(
            &snapshot,
            words::about_this_session(&report, context.terminal),
            filter,
            now(),
        )
    })
}

/// `about_this_session`: what the doctor found of it, where that matters for the others.
pub(super) fn text(snapshot: &Snapshot, about_this_session: Option<String>, filter: Filter, now: u64) -> String {
    let list = &snapshot.list;
    let mut text = String::new();
    for login in &snapshot.new_logins {
        let id = in_a_command(&login.device_id);
        text.push_str(&format!(
            "{}\n  {}\n  {}\n\n",
            heading(&texts().new_login(login, now)),
            say!(
                "sessions-it-was",
                command = format!("keyward sessions acknowledge {id}")
            ),
            say!(
                "sessions-it-was-not",
                command = format!("keyward sessions sign-out {id}")
            )
        ));
    }
    if let Some(about) = about_this_session {
        text.push_str(&format!("{about}\n\n"));
    }
    let advice = texts().advice(list);
    if !advice.is_empty() {
        text.push_str(&format!("{}\n\n", heading(&say!("sessions-recommendations"))));
        for (advice, filter) in advice {
            let filter = words::filter_name(filter);
            text.push_str(&format!("  {advice}\n    keyward sessions --filter {filter}\n"));
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "{}\n\n{}\n",
        heading(&say!("sessions-current")),
        entry(&list.current, now)
    ));
    let title = match filter {
        Filter::All => say!("sessions-other"),
        Filter::Verified => say!("sessions-other-verified"),
        Filter::Unverified => say!("sessions-other-unverified"),
        Filter::Inactive => say!("sessions-other-inactive"),
        Filter::Unverifiable => say!("sessions-other-unverifiable"),
    };
    let others: Vec<&Session> = list.others_shown(filter).collect();
    text.push_str(&format!("{} ({})\n\n", heading(&title), others.len()));
    if others.is_empty() {
        text.push_str(&format!("  {}\n", say!("sessions-none")));
    }
    for session in others {
        text.push_str(&entry(session, now));
        text.push('\n');
    }
    text
}

/// A session's ID as a person may copy it into a shell. Whoever logs in chooses it, so only a word is repeated.
pub(super) fn in_a_command(id: &str) -> &str {
    let is_a_word = |id: &str| {
        id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if is_a_word(id) { id } else { "ID" }
}

fn heading(text: &str) -> String {
    style(text).bold().to_string()
}

fn entry(session: &Session, now: u64) -> String {
    let warning = texts().session(session, now).warning;
    let unlisted = warning.map_or_else(String::new, |warning| format!("    {}\n", style(warning).red()));
    format!(
        "  {}\n    {}\n{unlisted}    {}\n",
        fit(&words::label(session), terminal::width().saturating_sub(2)),
        trust(session),
        facts(session, now)
    )
}

fn trust(session: &Session) -> String {
    let word = texts().trust(session.trust);
    let word = match session.trust {
        Trust::Verified => style(word).green(),
        Trust::Unverified => style(word).red(),
        Trust::Unverifiable => style(say!("sessions-unverifiable")),
    };
    match session.inactive {
        true => say!("sessions-trust-inactive", trust = word.to_string()),
        false => word.to_string(),
    }
}

fn facts(session: &Session, now: u64) -> String {
    let id = name(&session.device_id);
    let facts = match session.last_seen_ts {
        Some(seen) => say!(
            "sessions-facts",
            id = id,
            ago = texts().ago(seen, now),
            date = date(seen)
        ),
        None => say!("sessions-facts-unknown", id = id),
    };
    match &session.last_seen_ip {
        Some(address) => say!("sessions-facts-from", facts = facts, address = name(address)),
        None => facts,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        words::samples::{self, NOW, new_login},
        *,
    };

    fn said(list: &Snapshot, filter: Filter) -> String {
        console::strip_ansi_codes(&text(list, None, filter, NOW)).into_owned()
    }

    #[test]
    fn the_list_has_every_session_and_no_control_character_of_a_name() {
        let mut snapshot = samples::snapshot();
        snapshot.list.others[0].name = Some("Phone\u{1b}[2J".to_owned());
        snapshot.new_logins = vec![new_login("WEBWEBWEBW", "Web\u{9b}1A")];
        let said = said(&snapshot, Filter::All);
        for expected in [
            "New login: Web\u{fffd}1A (WEBWEBWEBW), 2 minutes ago. Was it you?",
            "keyward sessions acknowledge WEBWEBWEBW",
            "2 unverified sessions: verify",
            "1 inactive session (90 days or longer)",
            "Keyward on Linux\n    Verified\n    ID KWCURRENT1, last activity just now (20",
            "Other sessions (5)",
            "Phone\u{fffd}[2J\n    Verified\n",
            "Old laptop\n    Unverified, inactive\n",
            "SCRIPTBOTX\n    Does not support encryption\n    ID SCRIPTBOTX, last activity unknown, from 203",
        ] {
            assert!(said.contains(expected), "{expected:?} is not in\n{said}");
        }
    }

    #[test]
    fn only_an_id_that_is_a_word_is_put_into_a_command() {
        for (id, expected) in [
            ("ABCDEFGHIJ", "ABCDEFGHIJ"),
            ("a-b_c.d", "a-b_c.d"),
            ("", "ID"),
            ("--others", "ID"),
            ("$(id)", "ID"),
            ("a b", "ID"),
            ("a\u{202e}", "ID"),
        ] {
            assert_eq!(in_a_command(id), expected, "{id:?}");
        }
    }

    #[test]
    fn a_filter_shows_its_sessions_and_leaves_the_numbers_as_they_are() {
        let snapshot = samples::snapshot();
        for (filter, shown, hidden) in [
            (Filter::Unverified, "Old laptop", "Element X"),
            (Filter::Verified, "Element X", "Old laptop"),
            (Filter::Inactive, "Old laptop", "Element Web"),
            (Filter::Unverifiable, "SCRIPTBOTX", "Old laptop"),
        ] {
            let said = said(&snapshot, filter);
            assert!(said.contains(shown) && !said.contains(hidden), "{filter:?}\n{said}");
            assert!(said.contains("2 unverified sessions"), "{said}");
        }
    }
}
