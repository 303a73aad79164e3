// SPDX-License-Identifier: Apache-2.0

//! The rules of the session list, as functions over plain data. Compatible with Element Web's, which the tests name.

use serde::Serialize;

/// A session without activity for longer than this is inactive: 90 days, in milliseconds.
pub const INACTIVE_AFTER_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// Whether a session is signed by the account's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Signed by the current own identity, and that identity is trusted here.
    Verified,
    /// Has device keys, and is not verified.
    Unverified,
    /// Has no device keys: it does not support encryption.
    Unverifiable,
}

/// Push notifications of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Push {
    /// Enabled.
    On,
    /// Disabled.
    Off,
    /// The session has no pusher and no setting that could be switched.
    Unsupported,
}

/// What a client says of itself (`io.element.matrix_client_information.<device_id>`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientInformation {
    /// Name of the client.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it runs, for a web client.
    pub url: Option<String>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Device id.
    pub device_id: String,
    /// Public name: other users can see it.
    pub name: Option<String>,
    /// Whether it is verified.
    pub trust: Trust,
    /// Whether it was not seen for more than 90 days.
    pub inactive: bool,
    /// Last activity, milliseconds since the Unix epoch.
    pub last_seen_ts: Option<u64>,
    /// Where from.
    pub last_seen_ip: Option<String>,
    /// Push notifications.
    pub push: Push,
    /// What its client says of itself.
    pub client: Option<ClientInformation>,
}

impl Session {
    /// The name to show: the public name, else the client's, else the device id.
    pub fn label(&self) -> &str {
        let not_blank = |name: &&str| !name.trim().is_empty();
        let client = || self.client.as_ref().and_then(|client| client.name.as_deref());
        self.name
            .as_deref()
            .filter(not_blank)
            .or_else(|| client().filter(not_blank))
            .unwrap_or(&self.device_id)
    }
}

/// Which sessions to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Every session.
    #[default]
    All,
    /// Verified ones.
    Verified,
    /// Unverified ones; those without encryption are not among them.
    Unverified,
    /// Those not seen for more than 90 days.
    Inactive,
}

impl Filter {
    /// Whether the filter shows `session`.
    pub fn shows(self, session: &Session) -> bool {
        match self {
            Self::All => true,
            Self::Verified => session.trust == Trust::Verified,
            Self::Unverified => session.trust == Trust::Unverified,
            Self::Inactive => session.inactive,
        }
    }
}

/// What the page recommends to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Recommendations {
    /// Other sessions that are unverified.
    pub unverified: usize,
    /// Inactive sessions, the current one included, as Element Web counts them.
    pub inactive: usize,
}

/// The whole list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionList {
    /// This session.
    pub current: Session,
    /// The others, most recently active first.
    pub others: Vec<Session>,
    /// What to look at, over all sessions.
    pub recommendations: Recommendations,
}

impl SessionList {
    pub(crate) fn new(current: Session, mut others: Vec<Session>) -> Self {
        others.sort_by(|a, b| {
            b.last_seen_ts
                .unwrap_or(0)
                .cmp(&a.last_seen_ts.unwrap_or(0))
                .then_with(|| sort_name(a).cmp(sort_name(b)))
        });
        let recommendations = Recommendations {
            unverified: others
                .iter()
                .filter(|session| session.trust == Trust::Unverified)
                .count(),
            inactive: others
                .iter()
                .chain([&current])
                .filter(|session| session.inactive)
                .count(),
        };
        Self {
            current,
            others,
            recommendations,
        }
    }

    /// The other sessions that `filter` shows.
    pub fn others_shown(&self, filter: Filter) -> impl Iterator<Item = &Session> {
        self.others.iter().filter(move |session| filter.shows(session))
    }
}

fn sort_name(session: &Session) -> &str {
    session
        .name
        .as_deref()
        .filter(|name| !name.is_empty())
        .unwrap_or(&session.device_id)
}

/// Whether a session last seen at `last_seen_ts` is inactive at `now` (both in milliseconds). Without a time stamp it is
/// not.
pub(crate) fn is_inactive(last_seen_ts: Option<u64>, now: u64) -> bool {
    last_seen_ts.is_some_and(|seen| now.saturating_sub(seen) > INACTIVE_AFTER_MS)
}

/// How a session's push notifications stand: its pusher decides (MSC3881; `enabled` missing means on), else its local
/// setting (MSC3890).
pub(crate) fn push(pusher_enabled: Option<bool>, is_silenced: Option<bool>) -> Push {
    match (pusher_enabled, is_silenced) {
        (Some(true), _) | (None, Some(false)) => Push::On,
        (Some(false), _) | (None, Some(true)) => Push::Off,
        (None, None) => Push::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(device_id: &str, trust: Trust, last_seen_ts: Option<u64>) -> Session {
        Session {
            device_id: device_id.to_owned(),
            name: None,
            trust,
            inactive: is_inactive(last_seen_ts, 2 * INACTIVE_AFTER_MS),
            last_seen_ts,
            last_seen_ip: None,
            push: Push::Unsupported,
            client: None,
        }
    }

    #[test]
    fn inactive_means_strictly_longer_than_90_days() {
        let now = 10 * INACTIVE_AFTER_MS;
        for (seen, expected) in [
            (None, false),
            (Some(now), false),
            (Some(now + 5), false),
            (Some(now - INACTIVE_AFTER_MS), false),
            (Some(now - INACTIVE_AFTER_MS - 1), true),
            (Some(0), true),
        ] {
            assert_eq!(is_inactive(seen, now), expected, "{seen:?}");
        }
    }

    #[test]
    fn recommendations_leave_the_current_session_out_of_unverified_and_count_it_among_inactive() {
        let current = session("CURRENT", Trust::Unverified, Some(1));
        let others = vec![
            session("A", Trust::Unverified, Some(1)),
            session("B", Trust::Unverifiable, None),
            session("C", Trust::Verified, Some(2 * INACTIVE_AFTER_MS)),
        ];
        let list = SessionList::new(current, others);
        assert_eq!(
            list.recommendations,
            Recommendations {
                unverified: 1,
                inactive: 2
            }
        );
    }

    #[test]
    fn the_most_recent_comes_first_and_one_without_time_last() {
        let mut named = session("Z", Trust::Verified, Some(5));
        named.name = Some("Anna's phone".to_owned());
        let others = vec![
            session("NEVER", Trust::Verified, None),
            session("OLD", Trust::Verified, Some(1)),
            session("B", Trust::Verified, Some(5)),
            named,
        ];
        let list = SessionList::new(session("CURRENT", Trust::Verified, None), others);
        let order: Vec<_> = list.others.iter().map(|session| session.device_id.as_str()).collect();
        assert_eq!(order, ["Z", "B", "OLD", "NEVER"]);
    }

    #[test]
    fn filters_show_what_they_say() {
        let list = SessionList::new(
            session("CURRENT", Trust::Verified, None),
            vec![
                session("V", Trust::Verified, Some(2 * INACTIVE_AFTER_MS)),
                session("U", Trust::Unverified, Some(1)),
                session("K", Trust::Unverifiable, Some(2 * INACTIVE_AFTER_MS - 1)),
            ],
        );
        let shown = |filter| {
            list.others_shown(filter)
                .map(|session| session.device_id.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(Filter::All), ["V", "K", "U"]);
        assert_eq!(shown(Filter::Verified), ["V"]);
        assert_eq!(shown(Filter::Unverified), ["U"]);
        assert_eq!(shown(Filter::Inactive), ["U"]);
    }

    #[test]
    fn a_pusher_decides_before_the_local_setting() {
        for (pusher, silenced, expected) in [
            (Some(true), Some(true), Push::On),
            (Some(false), Some(false), Push::Off),
            (None, Some(true), Push::Off),
            (None, Some(false), Push::On),
            (None, None, Push::Unsupported),
        ] {
            assert_eq!(push(pusher, silenced), expected);
        }
    }

    #[test]
    fn a_label_falls_back_to_the_client_and_then_to_the_device_id() {
        let mut session = session("DEVICE", Trust::Verified, None);
        assert_eq!(session.label(), "DEVICE");
        session.client = Some(ClientInformation {
            name: Some("Element".to_owned()),
            version: None,
            url: None,
        });
        assert_eq!(session.label(), "Element");
        session.name = Some("  ".to_owned());
        assert_eq!(session.label(), "Element");
        session.name = Some("Laptop".to_owned());
        assert_eq!(session.label(), "Laptop");
    }
}
