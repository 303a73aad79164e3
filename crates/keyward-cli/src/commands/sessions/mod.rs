// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions`

use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};
use console::style;
use keyward::sessions::{Filter, Recommendations, Session, SessionList, Trust};
use serde::Serialize;

use crate::{
    commands::sign_out,
    context::Context,
    output::Failure,
    terminal::text::{ago, clean, count, date},
};

const EXAMPLES: &str = "\
Examples:
  keyward sessions
  keyward sessions --filter inactive
  keyward sessions sign-out ABCDEFGHIJ
  keyward sessions sign-out --unverified";

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Which of the other sessions to list.
    #[arg(long, value_enum, default_value_t = Shown::All)]
    filter: Shown,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Sign other sessions out
    SignOut(sign_out::Arguments),
}

/// What scripts rely on.
#[derive(Serialize)]
struct Page<'a> {
    current: &'a Session,
    others: &'a [&'a Session],
    recommendations: Recommendations,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Shown {
    /// Every session
    All,
    /// Verified ones
    Verified,
    /// Unverified ones
    Unverified,
    /// Those not seen for more than 90 days
    Inactive,
}

impl From<Shown> for Filter {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::All => Self::All,
            Shown::Verified => Self::Verified,
            Shown::Unverified => Self::Unverified,
            Shown::Inactive => Self::Inactive,
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    if let Some(Action::SignOut(arguments)) = arguments.action {
        return sign_out::run(context, arguments).await;
    }
    let account = context.account().await?;
    let list = {
        let _spinner = context.terminal.spinner("Asking the homeserver");
        Box::pin(account.sessions()).await?
    };
    let filter = Filter::from(arguments.filter);
    let others: Vec<&Session> = list.others_shown(filter).collect();
    let result = Page {
        current: &list.current,
        others: &others,
        recommendations: list.recommendations,
    };
    context.result(&result, || page(&list, filter, &others, now()))
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn page(list: &SessionList, filter: Filter, others: &[&Session], now: u64) -> String {
    let mut text = format!("{}\n\n{}\n", heading("Current session"), entry(&list.current, now));
    let mut recommendations = list.recommendations;
    if list.current.trust != Trust::Verified {
        // Nothing to act upon: to a session that is not verified itself, every other one looks unverified.
        recommendations.unverified = 0;
        text.push_str("  This session is not verified, so it cannot tell which of the others are.\n");
        text.push_str("    keyward unlock\n\n");
    }
    if recommendations.unverified + recommendations.inactive > 0 {
        text.push_str(&format!("{}\n\n", heading("Security recommendations")));
        if recommendations.unverified > 0 {
            text.push_str(&format!(
                "  {}: verify them, or sign out of those that you do not know or use.\n    keyward sessions --filter \
                 unverified\n",
                count(
                    recommendations.unverified as u64,
                    "unverified session",
                    "unverified sessions"
                )
            ));
        }
        if recommendations.inactive > 0 {
            text.push_str(&format!(
                "  {} (not seen for more than 90 days): sign out of those that you no longer use.\n    keyward \
                 sessions --filter inactive\n",
                count(recommendations.inactive as u64, "inactive session", "inactive sessions")
            ));
        }
        text.push('\n');
    }
    let title = match filter {
        Filter::All => "Other sessions",
        Filter::Verified => "Other sessions, verified",
        Filter::Unverified => "Other sessions, unverified",
        Filter::Inactive => "Other sessions, inactive",
    };
    text.push_str(&format!("{} ({})\n\n", heading(title), others.len()));
    if others.is_empty() {
        text.push_str("  None.\n");
    }
    for session in others {
        text.push_str(&entry(session, now));
        text.push('\n');
    }
    text
}

fn heading(text: &str) -> String {
    style(text).bold().to_string()
}

fn entry(session: &Session, now: u64) -> String {
    format!(
        "  {}\n    {}\n    {}\n",
        clean(session.label()),
        trust(session),
        facts(session, now)
    )
}

fn trust(session: &Session) -> String {
    let (word, inactive) = (
        trust_word(session.trust),
        if session.inactive { ", inactive" } else { "" },
    );
    match session.trust {
        Trust::Verified => format!("{}{inactive}", style(word).green()),
        Trust::Unverified => format!("{}{inactive}", style(word).red()),
        Trust::Unverifiable => format!("{word}{inactive}"),
    }
}

fn trust_word(trust: Trust) -> &'static str {
    match trust {
        Trust::Verified => "Verified",
        Trust::Unverified => "Unverified",
        Trust::Unverifiable => "Does not support encryption",
    }
}

fn facts(session: &Session, now: u64) -> String {
    let seen = match session.last_seen_ts {
        Some(seen) => format!("last activity {} ({})", ago(seen, now), date(seen)),
        None => "last activity unknown".to_owned(),
    };
    let from = session
        .last_seen_ip
        .as_deref()
        .map(|ip| format!(", from {}", clean(ip)))
        .unwrap_or_default();
    format!("ID {}, {seen}{from}", clean(&session.device_id))
}

/// One session in one line, for questions.
pub(crate) fn summary(session: &Session, now: u64) -> String {
    let seen = session
        .last_seen_ts
        .map_or_else(|| "activity unknown".to_owned(), |seen| ago(seen, now));
    let (label, id) = (clean(session.label()), clean(&session.device_id));
    format!("{label} ({id}): {}, {seen}", trust_word(session.trust).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(device_id: &str, trust: Trust, last_seen_ts: Option<u64>) -> Session {
        Session {
            device_id: device_id.to_owned(),
            name: Some(format!("{device_id}\u{1b}[2J")),
            trust,
            inactive: false,
            last_seen_ts,
            last_seen_ip: Some("127.0.0.1".to_owned()),
            push: keyward::sessions::Push::Unsupported,
            client: None,
        }
    }

    #[test]
    fn the_page_has_every_session_and_no_control_character_of_a_name() {
        let list = SessionList {
            current: session("CURRENT", Trust::Verified, Some(1)),
            others: vec![
                session("PHONE", Trust::Unverified, Some(1)),
                session("SCRIPT", Trust::Unverifiable, None),
            ],
            recommendations: Recommendations {
                unverified: 1,
                inactive: 0,
            },
        };
        let others: Vec<_> = list.others.iter().collect();
        let page = console::strip_ansi_codes(&page(&list, Filter::All, &others, 120_001)).into_owned();
        for expected in [
            "CURRENT\u{fffd}[2J\n    Verified\n    ID CURRENT, last activity 2 minutes ago (1970-",
            "1 unverified session:",
            "Other sessions (2)",
            "PHONE\u{fffd}[2J\n    Unverified\n",
            "Does not support encryption\n    ID SCRIPT, last activity unknown, from 127.0.0.1",
        ] {
            assert!(page.contains(expected), "{expected:?} is not in\n{page}");
        }
        assert!(!page.contains("inactive"), "{page}");
    }
}
