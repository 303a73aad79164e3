// SPDX-License-Identifier: Apache-2.0

//! What people read about sessions, the same on the page and in lines. Whatever a server, another session or another
//! person chose goes through `clean`.

use keyward::{
    doctor::Report,
    sessions::{DeviceKind, Filter, LabelSource, LedgerEntry, Session},
    texts::VerificationView,
    verification::{Emoji, VerificationState},
};
use unicode_width::UnicodeWidthStr;

use crate::{
    commands::doctor,
    language::{say, texts},
    terminal::{
        Terminal,
        text::{clean, column, date_of, fit},
    },
};

/// The filters in the order of Element's page.
pub(super) const FILTERS: [Filter; 5] = [
    Filter::All,
    Filter::Verified,
    Filter::Unverified,
    Filter::Inactive,
    Filter::Unverifiable,
];

/// The session's name, safe to print.
pub(super) fn label(session: &Session) -> String {
    session.label()
}

/// For scripts.
pub(super) fn kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Desktop => "desktop",
        DeviceKind::Mobile => "mobile",
        DeviceKind::Web => "web",
        DeviceKind::Unknown => "unknown",
    }
}

/// For scripts.
pub(super) fn label_source(source: LabelSource) -> &'static str {
    match source {
        LabelSource::Name => "name",
        LabelSource::Client => "client",
        LabelSource::DeviceId => "device_id",
    }
}

/// When it was last active, short.
pub(super) fn seen(session: &Session, now: u64) -> String {
    session
        .last_seen_ts
        .map_or_else(|| say!("page-unknown"), |seen| texts().ago(seen, now))
}

/// One session in one line, for questions.
pub(crate) fn summary(session: &Session, now: u64) -> String {
    summary_within(session, now, usize::MAX)
}

/// The same in a line of so many columns. A long name or id is cut, not what is said of the session: others choose both.
pub(super) fn summary_within(session: &Session, now: u64, width: usize) -> String {
    let id = fit(&clean(&session.device_id), width / 3);
    let trust = uncapitalised(&texts().trust(session.trust));
    let activity = texts().session(session, now).activity;
    let with = |name: &str| {
        say!(
            "sessions-summary",
            name = name,
            id = id.as_str(),
            trust = trust.as_str(),
            activity = activity.as_str()
        )
    };
    let rest = with("").width();
    fit(&with(&fit(&label(session), width.saturating_sub(rest).max(1))), width)
}

/// Within a sentence. Only the first letter: nouns keep theirs in German.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// What the doctor found of this session, where that matters for the others, and what mends it.
pub(super) fn about_this_session(report: &Report, terminal: Terminal) -> Option<String> {
    Some(doctor::with_remedies(report.of_this_session()?, terminal))
}

/// The same in a few words, for where there is little room: the smallest remedy alone.
pub(super) fn about_this_session_shortly(report: &Report) -> Option<String> {
    let finding = report.of_this_session()?;
    let remedy = finding.remedies.first().map(|remedy| {
        let title = texts().remedy_title(remedy.code);
        match doctor::command(remedy.code, finding.code) {
            Some(command) => format!(" {title}: `{command}`."),
            None => format!(" {title}."),
        }
    });
    Some(format!("{}{}", texts().finding(finding), remedy.unwrap_or_default()))
}

/// How a filter is called in a command.
pub(super) fn filter_name(filter: Filter) -> &'static str {
    match filter {
        Filter::All => "all",
        Filter::Verified => "verified",
        Filter::Unverified => "unverified",
        Filter::Inactive => "inactive",
        Filter::Unverifiable => "unverifiable",
    }
}

/// The columns of the names in English.
const USUAL_NAMES: usize = 20;

/// The columns of the names in [`details`].
pub(super) fn names_width(details: &[(String, String)]) -> usize {
    column(details.iter().map(|(name, _)| name.as_str()), USUAL_NAMES)
}

/// Everything known of a session, as names and values; below them, without names, what has to be said of it.
pub(super) fn details(
    session: &Session,
    is_current: bool,
    entry: Option<&LedgerEntry>,
    now: u64,
) -> Vec<(String, String)> {
    let screen = texts().session_details(session, is_current, entry, now);
    let facts = screen.facts.into_iter().map(|fact| match fact.time {
        // A date stays in one line.
        Some(time) => (
            fact.label,
            format!("{} ({})", fact.value, date_of(time).replace(' ', "\u{a0}")),
        ),
        None => (fact.label, fact.value),
    });
    let remarks = screen.paragraphs.into_iter().map(|text| (String::new(), text));
    let name = (say!("sessions-name"), screen.title);
    std::iter::once(name).chain(facts).chain(remarks).collect()
}

/// Push notifications of the session with this label were switched.
pub(super) fn push_switched(label: &str, on: bool) -> String {
    match on {
        true => say!("sessions-push-on", name = label),
        false => say!("sessions-push-off", name = label),
    }
}

/// How this session is signed out: never from the list.
pub(super) fn to_sign_this_one_out(attached: bool) -> String {
    match attached {
        true => say!("sessions-sign-this-out-there"),
        false => say!("sessions-sign-this-out"),
    }
}

/// What a verification waits for. Of a comparison only the question: what is compared looks different everywhere.
pub(super) fn verification(state: &VerificationState, other: &str) -> String {
    match state {
        // A terminal cannot scan.
        VerificationState::Ready {
            emoji: false,
            show_qr: false,
            ..
        } => say!("verify-terminal-cannot-scan"),
        state => {
            let screen = texts().verification(&VerificationView::At(state), Some(other));
            match state {
                VerificationState::Done | VerificationState::Cancelled { .. } => {
                    format!("{}. {}", screen.title, screen.paragraphs.join(" "))
                }
                _ => screen.paragraphs.into_iter().next().unwrap_or_default(),
            }
        }
    }
}

/// The emoji with their names, a line each.
pub(super) fn emoji(emoji: &[Emoji; 7]) -> impl Iterator<Item = String> {
    let numbered = emoji.iter().zip(1..);
    numbered.map(|(emoji, number)| format!("  {number}. {}  {}", emoji.symbol, texts().emoji_name(emoji.index)))
}

pub(super) fn decimals(decimals: &[u16; 3]) -> String {
    decimals.map(|number| number.to_string()).join(" ")
}

#[cfg(test)]
pub(super) mod samples {
    //! Sessions for tests.

    use keyward::{
        doctor::{Code, Decides, Finding, Remedy, RemedyCode, Severity},
        facts::IdentityStatus,
        sessions::{ClientInformation, NewLogin, Push, Recommendations, SessionList, Snapshot, Trust},
    };

    use super::*;

    pub(in super::super) const NOW: u64 = 1_700_000_000_000;
    pub(in super::super) const HOUR: u64 = 3_600_000;
    pub(in super::super) const DAY: u64 = 24 * HOUR;

    pub(in super::super) fn session(device_id: &str, name: &str, trust: Trust, seen: Option<u64>) -> Session {
        Session {
            device_id: device_id.to_owned(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            trust,
            inactive: seen.is_some_and(|seen| NOW - seen > 90 * DAY),
            last_seen_ts: seen,
            last_seen_ip: Some("203.0.113.7".to_owned()),
            push: Push::Unsupported,
            client: None,
            kind: DeviceKind::Unknown,
            unlisted: false,
            fingerprint: (trust != Trust::Unverifiable)
                .then(|| "9Gke 5yhP vCRv LvoJ mVvE 1Ihd 0zbM 8qnJ 3aUW oXfT 7ds".to_owned()),
        }
    }

    /// A current session and five others, one of each sort.
    pub(in super::super) fn snapshot() -> Snapshot {
        let current = session("KWCURRENT1", "Keyward on Linux", Trust::Verified, Some(NOW));
        let mut phone = session("PHONEPHONE", "Element X on Pixel", Trust::Verified, Some(NOW - HOUR));
        phone.push = Push::On;
        phone.kind = DeviceKind::Mobile;
        phone.client = Some(ClientInformation {
            name: Some("Element X".to_owned()),
            version: Some("25.10".to_owned()),
            url: None,
        });
        let others = vec![
            phone,
            session(
                "WEBWEBWEBW",
                "Element Web: Firefox",
                Trust::Unverified,
                Some(NOW - 2 * DAY),
            ),
            session("OLDLAPTOPX", "Old laptop", Trust::Unverified, Some(NOW - 200 * DAY)),
            session("SCRIPTBOTX", "", Trust::Unverifiable, None),
            session(
                "TABLETTABL",
                "日本語のタブレット 📱 with a very long name indeed",
                Trust::Verified,
                None,
            ),
        ];
        Snapshot {
            list: SessionList {
                current,
                others,
                recommendations: Recommendations {
                    unverified: 2,
                    inactive: 1,
                },
                identity: IdentityStatus::Ours,
            },
            new_logins: Vec::new(),
        }
    }

    /// A report with one finding.
    pub(in super::super) fn report(code: Code, remedies: &[RemedyCode]) -> Report {
        let remedies = remedies.iter().map(|code| Remedy {
            code: *code,
            decides: Decides::Person,
            sessions: Vec::new(),
            consequences: Vec::new(),
        });
        Report {
            findings: vec![Finding {
                code,
                severity: Severity::Critical,
                sessions: Vec::new(),
                count: None,
                contacts: Vec::new(),
                names: Vec::new(),
                remedies: remedies.collect(),
            }],
        }
    }

    pub(in super::super) fn new_login(device_id: &str, label: &str) -> NewLogin {
        NewLogin {
            device_id: device_id.to_owned(),
            label: label.to_owned(),
            first_seen_ts: NOW - 2 * 60_000,
            reported: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        doctor::{Code, RemedyCode},
        facts::IdentityStatus,
        sessions::{SessionList, SignOutConsequences, Trust},
    };

    use super::{samples::*, *};

    fn advice(list: &SessionList) -> Vec<String> {
        texts().advice(list).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn there_is_no_advice_where_nothing_is_to_do() {
        let mut list = snapshot().list;
        let said = advice(&list);
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("2 unverified sessions: verify"), "{said:?}");
        assert!(
            said[1].starts_with("1 inactive session (90 days or longer)"),
            "{said:?}"
        );
        list.identity = IdentityStatus::NotOurs;
        assert!(advice(&list)[0].starts_with("2 unverified sessions, as far as"));
        (list.recommendations.unverified, list.recommendations.inactive) = (0, 0);
        assert!(advice(&list).is_empty());
    }

    #[test]
    fn signing_out_of_one_session_speaks_of_one() {
        let of = |trust_unknown: bool, number| {
            let one = vec!["PHONEPHONE".to_owned()];
            let led_to = SignOutConsequences {
                current: false,
                last_session: false,
                unsaved_room_keys: 0,
                trust_unknown,
                verified: if trust_unknown { Vec::new() } else { one.clone() },
                seen_in_last_day: one,
            };
            texts().sign_out_consequences(&led_to, number).join(" ")
        };
        for unknown in [false, true] {
            assert!(!of(unknown, 1).contains("of them"), "{}", of(unknown, 1));
            assert!(of(unknown, 2).contains("One of them was active"), "{}", of(unknown, 2));
        }
    }

    #[test]
    fn a_long_name_does_not_push_out_what_is_said_of_a_session() {
        let list = snapshot().list;
        for session in &list.others {
            let now = session.last_seen_ts.unwrap_or_default();
            let whole = summary(session, now);
            let trust = texts().trust(session.trust).to_lowercase();
            for width in [50, 60, whole.width(), 200] {
                let line = summary_within(session, now, width);
                assert!(line.width() <= width, "{line}");
                assert!(line.contains(&format!("({}): {trust}, ", session.device_id)), "{line}");
            }
            assert_eq!(summary_within(session, now, whole.width()), whole);
        }
        let hostile = session(&"X".repeat(300), "name", Trust::Unverified, None);
        let line = summary_within(&hostile, 0, 80);
        let said = format!(
            "): {}, activity unknown",
            texts().trust(Trust::Unverified).to_lowercase()
        );
        assert!(line.width() <= 80 && line.ends_with(&said), "{line}");
    }

    #[test]
    fn a_session_that_the_homeserver_hides_is_named() {
        let mut list = snapshot().list;
        (list.recommendations.unverified, list.recommendations.inactive) = (0, 0);
        list.others[1].unlisted = true;
        let said = advice(&list);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("1 session that the homeserver hides"), "{said:?}");
    }

    #[test]
    fn an_unverified_session_is_told_the_smallest_thing_that_helps() {
        let said = |code, remedies: &[RemedyCode]| about_this_session_shortly(&report(code, remedies));
        let unverified = said(Code::SessionUnverified, &[RemedyCode::Unlock, RemedyCode::Reset]).expect("it is grave");
        assert!(
            unverified.contains("not verified") && unverified.ends_with("`keyward unlock`."),
            "{unverified}"
        );
        assert!(!unverified.contains("keyward reset"), "{unverified}");
        let elsewhere = said(Code::SessionUnverified, &[RemedyCode::InOtherProgram]).expect("it is grave");
        assert!(
            elsewhere.ends_with("in the program whose session this is."),
            "{elsewhere}"
        );
        // What does not concern the list is not on it.
        assert_eq!(said(Code::BackupMissing, &[RemedyCode::MakeBackup]), None);
    }

    #[test]
    fn details_tell_where_the_name_comes_from_and_clean_what_others_chose() {
        let mut session = session("ID\u{1b}[2J", "name\u{202e}", Trust::Unverified, None);
        session.last_seen_ip = Some("1.2.3.4\r\n".to_owned());
        let all = |session: &Session| {
            let rows = details(session, true, None, NOW);
            rows.iter()
                .map(|(name, value)| format!("{name}: {value}\n"))
                .collect::<String>()
        };
        let text = all(&session);
        assert!(
            text.contains("Name: name\u{fffd}\n") && text.contains("Public: the people"),
            "{text}"
        );
        assert!(
            text.contains("Session ID: ID\u{fffd}[2J\n") && text.contains(": This session\n"),
            "{text}"
        );
        assert!(text.contains("IP address: 1.2.3.4\n"), "{text}");
        session.name = None;
        let nameless = all(&session);
        assert!(
            nameless.contains("Name: ID\u{fffd}[2J\n") && nameless.contains("this is its ID"),
            "{nameless}"
        );
    }

    #[test]
    fn every_consequence_is_said_and_nothing_else() {
        let mut consequences_of = SignOutConsequences {
            current: false,
            last_session: false,
            unsaved_room_keys: 0,
            trust_unknown: false,
            verified: Vec::new(),
            seen_in_last_day: Vec::new(),
        };
        assert!(texts().sign_out_consequences(&consequences_of, 3).is_empty());
        consequences_of.trust_unknown = true;
        assert!(texts().sign_out_consequences(&consequences_of, 3)[0].contains("not verified"));
        consequences_of.trust_unknown = false;
        consequences_of.verified = vec!["A".to_owned()];
        consequences_of.seen_in_last_day = vec!["A".to_owned(), "B".to_owned()];
        consequences_of.last_session = true;
        consequences_of.unsaved_room_keys = 3;
        let points = texts().sign_out_consequences(&consequences_of, 3).join("\n");
        for expected in [
            "One of them is verified",
            "2 of them were active",
            "only the Security Key",
            "3 message keys",
        ] {
            assert!(points.contains(expected), "{points}");
        }
    }
}
