// SPDX-License-Identifier: Apache-2.0

//! What people read about sessions, the same on the page and in lines. Whatever a server, another session or another
//! person chose goes through `clean`.

use keyward::{
    facts::IdentityStatus,
    sessions::{
        DeviceKind, Filter, LabelSource, LedgerEntry, LoginAlert, NewLogin, Push, Session, SessionList,
        SignOutConsequences, Trust,
    },
    verification::{Emoji, VerificationState},
};

use crate::terminal::text::{ago, clean, count, date, groups_of_four};

/// How Element's page calls the filters.
pub(super) const FILTERS: [(Filter, &str); 5] = [
    (Filter::All, "All"),
    (Filter::Verified, "Verified"),
    (Filter::Unverified, "Unverified"),
    (Filter::Inactive, "Inactive"),
    (Filter::Unverifiable, "No encryption"),
];

/// The session's name, safe to print.
pub(super) fn label(session: &Session) -> String {
    session.label()
}

pub(super) fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Verified => "Verified",
        Trust::Unverified => "Unverified",
        Trust::Unverifiable => "No encryption",
    }
}

fn trust_explained(session: &Session) -> &'static str {
    match session.trust {
        Trust::Verified => "Verified",
        Trust::Unverified => "Unverified",
        Trust::Unverifiable => "Does not support encryption, so it cannot be verified",
    }
}

pub(super) fn push(push: Push) -> &'static str {
    match push {
        Push::On => "on",
        Push::Off => "off",
        Push::Unsupported => "cannot be switched from here",
    }
}

/// For scripts as well.
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
        .map_or_else(|| "unknown".to_owned(), |seen| ago(seen, now))
}

/// One session in one line, for questions.
pub(crate) fn summary(session: &Session, now: u64) -> String {
    let seen = match session.last_seen_ts {
        Some(seen) => ago(seen, now),
        None => "activity unknown".to_owned(),
    };
    let trust = trust(session.trust).to_lowercase();
    format!("{} ({}): {trust}, {seen}", label(session), clean(&session.device_id))
}

/// Why nothing is verified, where nothing can be.
pub(super) fn why_unverified(list: &SessionList) -> Option<&'static str> {
    match list.identity {
        _ if list.current.trust == Trust::Verified => None,
        IdentityStatus::NotSetUp => {
            Some("This account has no digital identity yet, so no session can be verified. `keyward reset` sets it up.")
        }
        IdentityStatus::NotOurs => Some(
            "This session is not verified, so it cannot tell which of the others are. `keyward unlock` verifies it with \
             the Security Key or Phrase, `keyward sessions verify` from another session.",
        ),
        IdentityStatus::Replaced => Some(
            "The digital identity is not the one that this session has verified. If you did not reset it on another device, \
             somebody else did: change your password, look at the sessions below, and run `keyward reset`. If you did, \
             `keyward unlock` verifies this session again.",
        ),
        IdentityStatus::Ours => Some(
            "This session is not verified, though it has the digital identity's keys. `keyward unlock` verifies it.",
        ),
    }
}

/// The same of a session that another program keeps.
pub(crate) fn why_unverified_there(list: &SessionList) -> Option<&'static str> {
    (list.current.trust != Trust::Verified).then(|| unverified_there(list.identity))
}

/// What to do about a session of another program that is not verified.
pub(crate) fn unverified_there(identity: IdentityStatus) -> &'static str {
    match identity {
        IdentityStatus::NotSetUp => {
            "This account has no digital identity yet, so no session can be verified. Set it up in the other program."
        }
        IdentityStatus::Replaced => {
            "The digital identity is not the one that this session has trusted. If you did not reset it on another device, \
             somebody else did: change your password and look at `keyward sessions`. If you did, verify this session again \
             in the other program."
        }
        IdentityStatus::Ours | IdentityStatus::NotOurs => {
            "This session is not verified, so it cannot tell which of the others are. Verify it in the other program, with \
             the Security Key or from another session."
        }
    }
}

/// A recommendation, and the filter that shows all it is about.
pub(super) struct Advice {
    pub(super) text: String,
    pub(super) filter: Filter,
}

/// The security recommendations; none where there is nothing to act upon.
pub(super) fn advice(list: &SessionList) -> Vec<Advice> {
    let (unverified, inactive) = (list.recommendations.unverified, list.recommendations.inactive);
    let mut advice = Vec::new();
    if unverified > 0 {
        let counted = count(unverified as u64, "unverified session", "unverified sessions");
        advice.push(Advice {
            // To a session that is not verified itself every other one looks unverified.
            text: match list.identity {
                IdentityStatus::Ours => format!("{counted}: verify, or sign out of unknown ones."),
                _ => format!("{counted}, as far as this one can tell."),
            },
            filter: Filter::Unverified,
        });
    }
    if inactive > 0 {
        let counted = count(inactive as u64, "inactive session", "inactive sessions");
        advice.push(Advice {
            text: format!("{counted} (90 days or longer): sign out if not used."),
            filter: Filter::Inactive,
        });
    }
    advice
}

/// A login that nobody has acknowledged.
pub(super) fn new_login(login: &NewLogin, now: u64) -> String {
    format!(
        "New login: {} ({}), {}. Was it you?",
        clean(&login.label),
        clean(&login.device_id),
        ago(login.first_seen_ts, now)
    )
}

/// What is wrong with a session that the server hides.
pub(super) const UNLISTED: &str = "The homeserver shows this session's keys, but leaves it out of the list of sessions";

/// Everything known of a session, as names and values.
pub(super) fn details(
    session: &Session,
    is_current: bool,
    entry: Option<&LedgerEntry>,
    now: u64,
) -> Vec<(&'static str, String)> {
    let source = match session.label_source() {
        LabelSource::Name => "public: the people you talk to can see it",
        LabelSource::Client => "it has no name; this is what its client calls itself",
        LabelSource::DeviceId => "it has no name; this is its ID",
    };
    let client = session.client.as_ref().map(|client| {
        let parts = [&client.name, &client.version, &client.url];
        let parts: Vec<String> = parts.into_iter().flatten().map(|part| clean(part)).collect();
        parts.join(" ")
    });
    let activity = match session.last_seen_ts {
        Some(seen) => format!("{} ({})", ago(seen, now), date(seen)),
        None => "unknown".to_owned(),
    };
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
    let mut rows = vec![
        ("Name", format!("{} ({source})", label(session))),
        ("Session ID", clean(&session.device_id)),
        ("Verification", trust_explained(session).to_owned()),
        ("Last activity", activity),
        ("IP address", or_unknown(session.last_seen_ip.as_deref().map(clean))),
        ("Client", or_unknown(client)),
        ("Kind", kind(session.kind).to_owned()),
        ("Push", push(session.push).to_owned()),
    ];
    if is_current {
        rows[1].1.push_str(" (this session)");
    }
    if session.unlisted {
        rows.push(("Warning", UNLISTED.to_owned()));
    }
    if session.inactive {
        rows[3].1.push_str(", inactive");
    }
    if let Some(fingerprint) = &session.fingerprint {
        rows.push(("Fingerprint", groups_of_four(&clean(fingerprint))));
    }
    if let Some(entry) = entry {
        rows.push((
            "History",
            format!("first listed here {}{}", date(entry.first_seen_ts), alert(entry.alert)),
        ));
        for rename in &entry.renames {
            let name = |name: &Option<String>| name.as_deref().map_or_else(|| "no name".to_owned(), clean);
            rows.push((
                "",
                format!(
                    "renamed {}: {} became {}",
                    date(rename.ts),
                    name(&rename.from),
                    name(&rename.to)
                ),
            ));
        }
    }
    rows
}

fn alert(alert: LoginAlert) -> &'static str {
    match alert {
        LoginAlert::Old => "",
        LoginAlert::New | LoginAlert::Reported => ", a new login that nobody has acknowledged",
        LoginAlert::Acknowledged => ", a new login that you acknowledged",
    }
}

/// What signing out leads to, a point each.
pub(super) fn consequences(consequences: &SignOutConsequences) -> Vec<String> {
    let mut points = Vec::new();
    if consequences.trust_unknown {
        points.push(
            "This session is not verified, so it cannot tell which of them are verified and likely your own."
                .to_owned(),
        );
    }
    match consequences.verified.len() {
        0 => {}
        1 => points.push("One of them is verified, so it is likely your own.".to_owned()),
        several => points.push(format!("{several} of them are verified, so they are likely your own.")),
    }
    match consequences.seen_in_last_day.len() {
        0 => {}
        1 => points.push("One of them was active within the last 24 hours, so somebody uses it.".to_owned()),
        several => points.push(format!(
            "{several} of them were active within the last 24 hours, so somebody uses them."
        )),
    }
    if consequences.last_session {
        points.push(
            "No other session that supports encryption stays: only the Security Key opens your messages then."
                .to_owned(),
        );
    }
    if consequences.unsaved_room_keys > 0 {
        let keys = count(consequences.unsaved_room_keys, "room key", "room keys");
        points.push(format!(
            "{keys} of this session are in no key storage. `keyward logout` offers to save them."
        ));
    }
    points
}

/// How this session is signed out: never from the list.
pub(super) fn to_sign_this_one_out(attached: bool) -> &'static str {
    match attached {
        true => "To sign out of this session, log out in the program that keeps it.",
        false => "To sign out of this session, leave and run `keyward logout`.",
    }
}

/// What a verification waits for. Of a comparison only the question: what is compared looks different everywhere.
pub(super) fn verification(state: &VerificationState, other: &str) -> String {
    match state {
        VerificationState::Waiting => format!("Waiting for {other}. Where it asks, accept there."),
        VerificationState::Requested => format!("{other} asks to verify. Accept only if you started this there."),
        VerificationState::Ready { emoji, show_qr, .. } => match (emoji, show_qr) {
            (true, true) => format!("{other} is there. How do you want to compare?"),
            (false, false) => {
                "The other session shows a QR code, which a terminal cannot scan. Cancel and start from there."
                    .to_owned()
            }
            _ => format!("{other} is there."),
        },
        VerificationState::Emoji { .. } => format!("Are these the emoji that {other} shows, in this order?"),
        VerificationState::Decimals { .. } => format!("Are these the numbers that {other} shows, in this order?"),
        VerificationState::Scanned => format!("{other} scanned the code. Does it say that it worked?"),
        VerificationState::Confirmed => format!("Waiting for {other}: confirm there as well."),
        VerificationState::Done => "Verified. The signature is on the homeserver.".to_owned(),
        VerificationState::Cancelled { reason, .. } => format!("Not verified. {reason}"),
    }
}

/// The emoji with their names, a line each.
pub(super) fn emoji(emoji: &[Emoji; 7]) -> impl Iterator<Item = String> {
    let numbered = emoji.iter().zip(1..);
    numbered.map(|(emoji, number)| format!("  {number}. {}  {}", emoji.symbol, emoji.description))
}

pub(super) fn decimals(decimals: &[u16; 3]) -> String {
    decimals.map(|number| number.to_string()).join(" ")
}

#[cfg(test)]
pub(super) mod samples {
    //! Sessions for tests.

    use keyward::sessions::{ClientInformation, Recommendations, Snapshot};

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
    use super::{samples::*, *};

    #[test]
    fn there_is_no_advice_where_nothing_is_to_do() {
        let mut list = snapshot().list;
        let texts: Vec<String> = advice(&list).into_iter().map(|advice| advice.text).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].starts_with("2 unverified sessions: verify"), "{texts:?}");
        assert!(
            texts[1].starts_with("1 inactive session (90 days or longer)"),
            "{texts:?}"
        );
        list.identity = IdentityStatus::NotOurs;
        assert!(advice(&list)[0].text.starts_with("2 unverified sessions, as far as"));
        (list.recommendations.unverified, list.recommendations.inactive) = (0, 0);
        assert!(advice(&list).is_empty());
    }

    #[test]
    fn whoever_uses_another_program_is_sent_there_and_to_no_command_that_needs_its_keys() {
        let mut list = snapshot().list;
        assert_eq!(why_unverified_there(&list), None);
        list.current.trust = Trust::Unverified;
        for identity in [
            IdentityStatus::NotSetUp,
            IdentityStatus::NotOurs,
            IdentityStatus::Replaced,
            IdentityStatus::Ours,
        ] {
            list.identity = identity;
            let why = why_unverified_there(&list).expect("it is not verified");
            assert!(why.contains("in the other program"), "{why}");
            assert!(!why.contains("keyward reset") && !why.contains("unlock"), "{why}");
        }
    }

    #[test]
    fn an_unverified_session_says_why_everything_looks_unverified() {
        let mut list = snapshot().list;
        list.identity = IdentityStatus::NotOurs;
        assert_eq!(why_unverified(&list), None);
        list.current.trust = Trust::Unverified;
        for (identity, expected) in [
            (IdentityStatus::NotSetUp, "`keyward reset`"),
            (IdentityStatus::NotOurs, "`keyward unlock`"),
            (IdentityStatus::Ours, "`keyward unlock`"),
        ] {
            list.identity = identity;
            assert!(why_unverified(&list).is_some_and(|text| text.contains(expected)));
        }
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
        assert!(text.contains("Name: name\u{fffd} (public"), "{text}");
        assert!(text.contains("Session ID: ID\u{fffd}[2J (this session)"), "{text}");
        assert!(text.contains("IP address: 1.2.3.4\n"), "{text}");
        session.name = None;
        assert!(all(&session).contains("Name: ID\u{fffd}[2J (it has no name; this is its ID)"));
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
        assert!(consequences(&consequences_of).is_empty());
        consequences_of.trust_unknown = true;
        assert!(consequences(&consequences_of)[0].contains("not verified"));
        consequences_of.trust_unknown = false;
        consequences_of.verified = vec!["A".to_owned()];
        consequences_of.seen_in_last_day = vec!["A".to_owned(), "B".to_owned()];
        consequences_of.last_session = true;
        consequences_of.unsaved_room_keys = 3;
        let points = consequences(&consequences_of).join("\n");
        for expected in [
            "One of them is verified",
            "2 of them were active",
            "only the Security Key",
            "3 room keys",
        ] {
            assert!(points.contains(expected), "{points}");
        }
    }
}
