// SPDX-License-Identifier: Apache-2.0

//! What a list of sessions shows. Lists and sessions also cross from the app to the library (`SessionFilter.shows`,
//! `AccountManagement.sign_out_links`), so that apps hold plain data without hidden state.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keyward::sessions;

use crate::{IdentityStatus, SignOutError};

/// The whole list.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SessionList {
    /// This session.
    pub current: Session,
    /// The others, most recently active first.
    pub others: Vec<Session>,
    /// What to look at, over all sessions.
    pub recommendations: Recommendations,
    /// Why nothing is verified, if nothing is. Where it is `Ours`, the sessions' trust can be relied on.
    pub identity: IdentityStatus,
}

/// One session.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Session {
    /// Device id.
    pub device_id: String,
    /// The name to show: the public name, else the client's, else the device id.
    pub label: String,
    /// Where the label comes from.
    pub label_source: LabelSource,
    /// Public name: other users can see it.
    pub name: Option<String>,
    /// Whether the server shows keys of this session and leaves the session out of its list. That is a fault of the server,
    /// or somebody hides a session.
    pub unlisted: bool,
    /// Whether it is verified.
    pub trust: SessionTrust,
    /// Whether it was not seen for more than 90 days.
    pub inactive: bool,
    /// Last activity.
    pub last_seen: Option<SystemTime>,
    /// The address it was last seen at.
    pub last_seen_ip: Option<String>,
    /// Push notifications.
    pub push: PushNotifications,
    /// What its client says of itself.
    pub client: Option<ClientInformation>,
    /// What it runs on.
    pub kind: DeviceKind,
    /// The session's Ed25519 key, unpadded base64 in groups of four, for people to compare. Absent without encryption.
    pub fingerprint: Option<String>,
}

/// A session that is proposed to be signed out, and why: at least one of both.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignOutProposal {
    /// Device id.
    pub device_id: String,
    /// For how many whole days it was not active, if that is why.
    pub inactive_days: Option<u64>,
    /// For how many whole days it has been known not to be verified, if that is why.
    pub unverified_days: Option<u64>,
}

impl From<sessions::Proposal> for SignOutProposal {
    fn from(proposal: sessions::Proposal) -> Self {
        let sessions::Proposal {
            device_id,
            inactive_days,
            unverified_days,
        } = proposal;
        Self {
            device_id,
            inactive_days,
            unverified_days,
        }
    }
}

/// Whether a session is signed by the account's identity.
#[uniffi::remote(Enum)]
pub enum SessionTrust {
    /// Signed by the current own identity, and that identity is trusted here.
    Verified,
    /// Has device keys, and is not verified.
    Unverified,
    /// Has no device keys: it does not support encryption.
    Unverifiable,
}
pub use keyward::sessions::Trust as SessionTrust;

/// Push notifications of a session.
#[uniffi::remote(Enum)]
pub enum PushNotifications {
    /// Enabled.
    On,
    /// Disabled.
    Off,
    /// The session has no pusher and no setting that could be switched.
    Unsupported,
}
pub use keyward::sessions::Push as PushNotifications;

/// Where the label of a session comes from.
#[uniffi::remote(Enum)]
pub enum LabelSource {
    /// The public name, which its owner or any of the account's sessions chose.
    Name,
    /// What the client says of itself.
    Client,
    /// Nothing better is known than the device id.
    DeviceId,
}
pub use keyward::sessions::LabelSource;

/// What a session runs on.
#[uniffi::remote(Enum)]
pub enum DeviceKind {
    /// A program on a computer.
    Desktop,
    /// An app on a phone or tablet.
    Mobile,
    /// A page in a browser.
    Web,
    /// Nothing tells.
    Unknown,
}
pub use keyward::sessions::DeviceKind;

/// What a client says of itself.
#[uniffi::remote(Record)]
pub struct ClientInformation {
    /// Name of the client.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it runs, for a web client.
    pub url: Option<String>,
}
pub use keyward::sessions::ClientInformation;

/// Which sessions to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SessionFilter {
    /// Every session.
    All,
    /// Verified ones.
    Verified,
    /// Unverified ones; those without encryption are not among them.
    Unverified,
    /// Those not seen for more than 90 days.
    Inactive,
    /// Those that do not support encryption.
    Unverifiable,
}

impl From<SessionFilter> for sessions::Filter {
    fn from(filter: SessionFilter) -> Self {
        match filter {
            SessionFilter::All => Self::All,
            SessionFilter::Verified => Self::Verified,
            SessionFilter::Unverified => Self::Unverified,
            SessionFilter::Inactive => Self::Inactive,
            SessionFilter::Unverifiable => Self::Unverifiable,
        }
    }
}

#[uniffi::export]
impl SessionFilter {
    /// Whether the filter shows `session`.
    pub fn shows(&self, session: Session) -> bool {
        sessions::Filter::from(*self).shows(&session.into())
    }
}

#[uniffi::export]
impl SessionList {
    /// The device ids of the other sessions that `filter` shows, to sign all of them out at once. `NotVerified` where this
    /// session cannot tell which they are.
    pub fn to_sign_out(&self, filter: SessionFilter) -> Result<Vec<String>, SignOutError> {
        Ok(sessions::SessionList::from(self.clone()).to_sign_out(filter.into())?)
    }
}

/// What the page recommends to look at. Where both are 0, leave the section out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Recommendations {
    /// Other sessions that are unverified.
    pub unverified: u64,
    /// Inactive sessions, the current one included.
    pub inactive: u64,
}

/// A session that was not there before, and that nobody has acknowledged.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct NewLogin {
    /// Device id.
    pub device_id: String,
    /// What to call it.
    pub label: String,
    /// When it was first listed, by this device's clock.
    pub first_seen: SystemTime,
    /// Whether a snapshot had it before, also before a restart. `false` in one snapshot only: the moment to notify.
    pub reported: bool,
}

/// What is known of one login's life. A device id that comes back after it was gone is another login, with an entry of
/// its own.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SessionHistoryEntry {
    /// Device id.
    pub device_id: String,
    /// Its last known public name.
    pub name: Option<String>,
    /// When it was first listed, by this device's clock.
    pub first_seen: SystemTime,
    /// When it was last listed, likewise. This is not its last activity.
    pub last_seen: SystemTime,
    /// When it was first missing from the list, likewise. Absent: it is there.
    pub removed: Option<SystemTime>,
    /// Changes of its public name, oldest first.
    pub renames: Vec<SessionRename>,
    /// Whether it is or was reported as a new login.
    pub alert: LoginAlert,
}

/// A change of a session's public name.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SessionRename {
    /// When it was noticed, by this device's clock.
    pub time: SystemTime,
    /// The old name.
    pub from: Option<String>,
    /// The new name.
    pub to: Option<String>,
}

/// How a session stands as a new login.
#[uniffi::remote(Enum)]
pub enum LoginAlert {
    /// It was there when the first list was made, or it is this session.
    Old,
    /// It is new, and no snapshot had it yet.
    New,
    /// It was reported, and nobody acknowledged it.
    Reported,
    /// The person said that it was them.
    Acknowledged,
}
pub use keyward::sessions::LoginAlert;

/// What a person should know before sessions are signed out.
#[uniffi::remote(Record)]
pub struct SignOutConsequences {
    /// This session is among them: it is signed out with `Account.log_out`, the others with `Sessions.sign_out`.
    pub current: bool,
    /// This session is among them, and no other one that supports encryption stays: what opens the history then is the
    /// recovery key alone.
    pub last_session: bool,
    /// Room keys that are in this session and in no backup, if it is among them. Offer to export them.
    pub unsaved_room_keys: u64,
    /// This session is not verified itself, so that it cannot tell which of them are: nothing is said of them.
    pub trust_unknown: bool,
    /// Other sessions among them that are verified, so they are likely the person's own; device ids.
    pub verified: Vec<String>,
    /// Other sessions among them that were active within the last 24 hours, so somebody uses them; device ids.
    pub seen_in_last_day: Vec<String>,
}
pub use keyward::sessions::SignOutConsequences;

/// A time of the core.
pub(crate) fn time(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

/// Rounded: Swift's dates are binary fractions, which differ from whole milliseconds by less than a microsecond.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = since.saturating_add(Duration::from_micros(500));
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

impl From<sessions::Session> for Session {
    fn from(session: sessions::Session) -> Self {
        Self {
            label: session.label(),
            label_source: session.label_source(),
            device_id: session.device_id,
            name: session.name,
            unlisted: session.unlisted,
            trust: session.trust,
            inactive: session.inactive,
            last_seen: session.last_seen_ts.map(time),
            last_seen_ip: session.last_seen_ip,
            push: session.push,
            client: session.client,
            kind: session.kind,
            fingerprint: session.fingerprint,
        }
    }
}

impl From<Session> for sessions::Session {
    fn from(session: Session) -> Self {
        Self {
            device_id: session.device_id,
            name: session.name,
            unlisted: session.unlisted,
            trust: session.trust,
            inactive: session.inactive,
            last_seen_ts: session.last_seen.map(milliseconds),
            last_seen_ip: session.last_seen_ip,
            push: session.push,
            client: session.client,
            kind: session.kind,
            fingerprint: session.fingerprint,
        }
    }
}

impl From<sessions::SessionList> for SessionList {
    fn from(list: sessions::SessionList) -> Self {
        let sessions::SessionList {
            current,
            others,
            recommendations,
            identity,
        } = list;
        Self {
            current: current.into(),
            others: others.into_iter().map(Into::into).collect(),
            recommendations: Recommendations {
                unverified: recommendations.unverified as u64,
                inactive: recommendations.inactive as u64,
            },
            identity,
        }
    }
}

impl From<SessionList> for sessions::SessionList {
    fn from(list: SessionList) -> Self {
        let SessionList {
            current,
            others,
            recommendations,
            identity,
        } = list;
        Self {
            current: current.into(),
            others: others.into_iter().map(Into::into).collect(),
            recommendations: sessions::Recommendations {
                unverified: recommendations.unverified as usize,
                inactive: recommendations.inactive as usize,
            },
            identity,
        }
    }
}

impl From<sessions::NewLogin> for NewLogin {
    fn from(login: sessions::NewLogin) -> Self {
        let sessions::NewLogin {
            device_id,
            label,
            first_seen_ts,
            reported,
        } = login;
        Self {
            device_id,
            label,
            first_seen: time(first_seen_ts),
            reported,
        }
    }
}

impl From<sessions::LedgerEntry> for SessionHistoryEntry {
    fn from(entry: sessions::LedgerEntry) -> Self {
        let sessions::LedgerEntry {
            device_id,
            name,
            first_seen_ts,
            last_seen_ts,
            removed_ts,
            renames,
            alert,
            unverified_since_ts: _,
        } = entry;
        let rename = |sessions::Rename { ts, from, to }| SessionRename {
            time: time(ts),
            from,
            to,
        };
        Self {
            device_id,
            name,
            first_seen: time(first_seen_ts),
            last_seen: time(last_seen_ts),
            removed: removed_ts.map(time),
            renames: renames.into_iter().map(rename).collect(),
            alert,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::*;

    fn client() -> impl Strategy<Value = ClientInformation> {
        let text = || option::of(any::<String>());
        (text(), text(), text()).prop_map(|(name, version, url)| ClientInformation { name, version, url })
    }

    prop_compose! {
        fn session()(
            device_id in any::<String>(),
            (name, last_seen_ip, fingerprint) in (option::of(any::<String>()), option::of(any::<String>()), option::of(any::<String>())),
            trust in prop_oneof![
                Just(sessions::Trust::Verified), Just(sessions::Trust::Unverified), Just(sessions::Trust::Unverifiable)
            ],
            (inactive, unlisted) in any::<(bool, bool)>(),
            // Matrix counts in integers that a double holds exactly.
            last_seen_ts in option::of(0..1_u64 << 53),
            push in prop_oneof![
                Just(sessions::Push::On), Just(sessions::Push::Off), Just(sessions::Push::Unsupported)
            ],
            client in option::of(client()),
            kind in prop_oneof![
                Just(DeviceKind::Desktop), Just(DeviceKind::Mobile),
                Just(DeviceKind::Web), Just(DeviceKind::Unknown)
            ],
        ) -> sessions::Session {
            sessions::Session {
                device_id, name, unlisted, trust, inactive, last_seen_ts, last_seen_ip, push, client, kind, fingerprint,
            }
        }
    }

    proptest! {
        #[test]
        fn a_session_comes_back_as_it_went(session in session()) {
            let ours = Session::from(session.clone());
            prop_assert_eq!(&ours.label, &session.label());
            prop_assert_eq!(sessions::Session::from(ours), session);
        }

        #[test]
        fn a_list_comes_back_as_it_went(
            current in session(),
            others in prop::collection::vec(session(), 0..4),
            (unverified, inactive) in (0..9_usize, 0..9_usize),
            identity in prop_oneof![
                Just(IdentityStatus::Ours),
                Just(IdentityStatus::NotOurs),
                Just(IdentityStatus::Replaced),
                Just(IdentityStatus::NotSetUp)
            ],
        ) {
            let recommendations = sessions::Recommendations { unverified, inactive };
            let list = sessions::SessionList { current, others, recommendations, identity };
            prop_assert_eq!(sessions::SessionList::from(SessionList::from(list.clone())), list);
        }

        /// As Swift's `Date` does it, a double of seconds.
        #[test]
        fn a_time_survives_a_platform_that_counts_in_binary_fractions(ts in 0..4_000_000_000_000_u64) {
            let since = time(ts).duration_since(UNIX_EPOCH).expect("not before");
            let double = since.as_secs() as f64 + f64::from(since.subsec_nanos()) / 1e9;
            let back = UNIX_EPOCH + Duration::new(double as u64, (double.fract() * 1e9) as u32);
            prop_assert_eq!(milliseconds(back), ts);
        }
    }

    #[test]
    fn times_before_the_epoch_are_the_epoch() {
        assert_eq!(milliseconds(UNIX_EPOCH - Duration::from_secs(1)), 0);
    }

    #[test]
    fn each_filter_shows_what_it_says() {
        let of = |trust, inactive| Session {
            device_id: "PHONE".to_owned(),
            label: "PHONE".to_owned(),
            label_source: LabelSource::DeviceId,
            name: None,
            unlisted: false,
            trust,
            inactive,
            last_seen: None,
            last_seen_ip: None,
            push: PushNotifications::Off,
            client: None,
            kind: DeviceKind::Unknown,
            fingerprint: None,
        };
        use SessionFilter as F;
        let shown_by = |session: Session| {
            [F::All, F::Verified, F::Unverified, F::Inactive, F::Unverifiable]
                .map(|filter| filter.shows(session.clone()))
        };
        assert_eq!(
            shown_by(of(SessionTrust::Verified, false)),
            [true, true, false, false, false]
        );
        assert_eq!(
            shown_by(of(SessionTrust::Unverified, true)),
            [true, false, true, true, false]
        );
        assert_eq!(
            shown_by(of(SessionTrust::Unverifiable, false)),
            [true, false, false, false, true]
        );
    }

    #[test]
    fn a_history_is_what_it_was() {
        let entry = SessionHistoryEntry::from(sessions::LedgerEntry {
            device_id: "PHONE".to_owned(),
            name: Some("new".to_owned()),
            first_seen_ts: 1001,
            last_seen_ts: 2002,
            removed_ts: Some(3003),
            renames: vec![sessions::Rename {
                ts: 1500,
                from: Some("old".to_owned()),
                to: Some("new".to_owned()),
            }],
            alert: LoginAlert::Reported,
            unverified_since_ts: None,
        });
        let expected = SessionHistoryEntry {
            device_id: "PHONE".to_owned(),
            name: Some("new".to_owned()),
            first_seen: time(1001),
            last_seen: time(2002),
            removed: Some(time(3003)),
            renames: vec![SessionRename {
                time: time(1500),
                from: Some("old".to_owned()),
                to: Some("new".to_owned()),
            }],
            alert: LoginAlert::Reported,
        };
        assert_eq!(entry, expected);
    }
}
