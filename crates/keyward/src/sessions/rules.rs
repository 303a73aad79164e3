// SPDX-License-Identifier: Apache-2.0

//! The rules of the session list, as functions over plain data; the clock is a parameter. They are those of Element
//! Web, except where a comment says otherwise.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::Serialize;

use crate::{
    identity::{
        IdentityStatus, Trust,
        devices::{RawDevice, dehydrated_device, is_inactive},
    },
    sessions::{SignOutError, client_info::ClientInformation, kind::DeviceKind, push},
    text::{clean, clean_name},
};

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

/// The source of the text of [`Session::label`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSource {
    /// The public name, which its owner or any of the account's sessions chose.
    Name,
    /// What the client says of itself.
    Client,
    /// The device id, because nothing else is known.
    DeviceId,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Device id, as requests need it; a server may choose any text. To show it: [`clean`].
    pub device_id: String,
    /// Public name: other users can see it.
    pub name: Option<String>,
    /// Whether the server shows keys of this session and leaves the session out of its list. That is a fault of the server,
    /// or somebody hides a session.
    pub unlisted: bool,
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
    /// What it runs on.
    #[serde(skip)]
    pub kind: DeviceKind,
    /// The session's Ed25519 key, unpadded base64 in groups of four, for people to compare. `None` without encryption.
    #[serde(skip)]
    pub fingerprint: Option<String>,
}

impl Session {
    /// The name to show: the public name, else the client's, else the device id, [cleaned](crate::text::clean).
    pub fn label(&self) -> String {
        self.labelled().0
    }

    /// Where [`Session::label`] comes from.
    pub fn label_source(&self) -> LabelSource {
        self.labelled().1
    }

    fn labelled(&self) -> (String, LabelSource) {
        let client = self.client.as_ref().and_then(|client| client.name.as_deref());
        match (self.name.as_deref().and_then(clean_name), client.and_then(clean_name)) {
            (Some(name), _) => (name, LabelSource::Name),
            (_, Some(client)) => (client, LabelSource::Client),
            _ => (clean(&self.device_id), LabelSource::DeviceId),
        }
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
    /// Those that do not support encryption. Element Web shows them under "all" only.
    Unverifiable,
}

impl Filter {
    /// Whether the filter shows `session`.
    pub fn shows(self, session: &Session) -> bool {
        match self {
            Self::All => true,
            Self::Verified => session.trust == Trust::Verified,
            Self::Unverified => session.trust == Trust::Unverified,
            Self::Inactive => session.inactive,
            Self::Unverifiable => session.trust == Trust::Unverifiable,
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

impl Recommendations {
    /// Whether there is nothing to recommend, so that the section is absent.
    pub fn is_empty(self) -> bool {
        self.unverified == 0 && self.inactive == 0
    }
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
    /// Why no session is verified, if none is: [`IdentityStatus::NotSetUp`] if the account has no identity,
    /// [`IdentityStatus::NotOurs`] if this session does not trust it, because it is not verified itself,
    /// [`IdentityStatus::Replaced`] if it trusted another. Otherwise [`IdentityStatus::Ours`], and [`Session::trust`] can be
    /// relied on.
    #[serde(skip)]
    pub identity: IdentityStatus,
}

/// The data that a list is made of, as the server and the crypto store have them.
#[derive(Clone, Debug)]
pub struct RawList {
    /// This session.
    pub own_device_id: String,
    /// Whether the account has an identity, and whether it is trusted here.
    pub identity: IdentityStatus,
    /// `GET /devices`, joined with the device keys.
    pub devices: Vec<RawDevice>,
    /// Global account data: the content as JSON text, by event type.
    pub account_data: BTreeMap<String, String>,
    /// Whether the pushers of a session are on, by device id (MSC3881).
    pub pushers: BTreeMap<String, bool>,
}

impl SessionList {
    /// The list at `now`, in milliseconds since the Unix epoch. `None` if the own device is not among the devices: this
    /// session was signed out.
    pub fn new(raw: RawList, now: u64) -> Option<Self> {
        let (mut current, mut others) = (None, Vec::with_capacity(raw.devices.len()));
        let dehydrated = dehydrated_device(&raw.devices).map(str::to_owned);
        for device in raw.devices {
            if dehydrated.as_ref() == Some(&device.device_id) {
                continue;
            }
            let trust = Trust::of(raw.identity, device.keys.as_ref());
            let client = ClientInformation::find(&raw.account_data, &device.device_id);
            let session = Session {
                trust,
                inactive: is_inactive(device.last_seen_ts, now),
                last_seen_ts: device.last_seen_ts,
                last_seen_ip: device.last_seen_ip.map(|ip| clean(&ip)),
                push: push::state(&device.device_id, &raw.pushers, &raw.account_data),
                kind: DeviceKind::of(client.as_ref(), device.name.as_deref()),
                fingerprint: device.keys.map(|keys| in_groups_of_four(&clean(&keys.ed25519))),
                name: device.name.and_then(|name| clean_name(&name)),
                unlisted: device.unlisted,
                client,
                device_id: device.device_id,
            };
            if session.device_id == raw.own_device_id {
                current = Some(session);
            } else {
                others.push(session);
            }
        }
        let current = current?;
        others.sort_by_cached_key(sort_key);
        let recommendations = recommendations(&current, &others);
        Some(Self {
            current,
            others,
            recommendations,
            identity: raw.identity,
        })
    }

    /// The other sessions that `filter` shows.
    pub fn others_shown(&self, filter: Filter) -> impl Iterator<Item = &Session> {
        self.others.iter().filter(move |session| filter.shows(session))
    }

    /// The device ids of the other sessions that `filter` shows, to sign all of them out at once.
    ///
    /// # Errors
    /// [`SignOutError::NotVerified`], where the filter asks for what this session cannot tell.
    pub fn to_sign_out(&self, filter: Filter) -> Result<Vec<String>, SignOutError> {
        let needs_trust = matches!(filter, Filter::Verified | Filter::Unverified);
        if needs_trust && self.current.trust != Trust::Verified {
            return Err(SignOutError::NotVerified);
        }
        let shown = self.others_shown(filter);
        Ok(shown.map(|session| session.device_id.clone()).collect())
    }
}

/// The most recent first, those without a time stamp last (0 is one); then by name, else by device id.
fn sort_key(session: &Session) -> (Reverse<Option<u64>>, String, String) {
    (
        Reverse(session.last_seen_ts),
        session.name.as_deref().unwrap_or(&session.device_id).to_lowercase(),
        session.device_id.clone(),
    )
}

fn recommendations(current: &Session, others: &[Session]) -> Recommendations {
    let count = |shown: Filter| others.iter().filter(|session| shown.shows(session)).count();
    Recommendations {
        unverified: count(Filter::Unverified),
        inactive: count(Filter::Inactive) + usize::from(current.inactive),
    }
}

fn in_groups_of_four(key: &str) -> String {
    let mut groups = String::with_capacity(key.len() * 5 / 4);
    for (index, character) in key.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            groups.push(' ');
        }
        groups.push(character);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::devices::{INACTIVE_AFTER_MS, RawKeys};

    const NOW: u64 = 10 * INACTIVE_AFTER_MS;
    const KEY: &str = "jxHzr7AAfL0Lp1ooJ2SBjqKbcYOGdwGTmkyOz4vJ0dU";

    /// What a test's device is like, apart from its id.
    #[derive(Clone, Copy, PartialEq)]
    enum Keys {
        Signed,
        Unsigned,
        None,
    }

    fn device(device_id: &str, keys: Keys, last_seen_ts: Option<u64>) -> RawDevice {
        RawDevice {
            device_id: device_id.to_owned(),
            name: None,
            last_seen_ts,
            last_seen_ip: None,
            unlisted: false,
            keys: (keys != Keys::None).then(|| RawKeys {
                ed25519: KEY.to_owned(),
                signed: keys == Keys::Signed,
                dehydrated: false,
            }),
        }
    }

    fn raw(devices: Vec<RawDevice>) -> RawList {
        RawList {
            own_device_id: "CURRENT".to_owned(),
            identity: IdentityStatus::Ours,
            devices: [vec![device("CURRENT", Keys::Signed, Some(NOW))], devices].concat(),
            account_data: BTreeMap::new(),
            pushers: BTreeMap::new(),
        }
    }

    fn list(devices: Vec<RawDevice>) -> SessionList {
        SessionList::new(raw(devices), NOW).expect("this session is among them")
    }

    fn ids<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Vec<&'a str> {
        sessions.into_iter().map(|session| session.device_id.as_str()).collect()
    }

    #[test]
    fn devices_are_joined_with_all_that_is_known_of_them_by_device_id() {
        let mut raw = raw(vec![
            device("A.B", Keys::Unsigned, Some(7)),
            device("B", Keys::None, None),
        ]);
        raw.devices[1].name = Some("Laptop".to_owned());
        raw.devices[1].last_seen_ip = Some("192.0.2.7".to_owned());
        raw.account_data = [
            (
                "io.element.matrix_client_information.A.B",
                r#"{"name": "Element", "url": "app.element.io"}"#,
            ),
            (
                "org.matrix.msc3890.local_notification_settings.B",
                r#"{"is_silenced": true}"#,
            ),
            ("m.direct", "{}"),
        ]
        .map(|(name, content)| (name.to_owned(), content.to_owned()))
        .into();
        raw.pushers = [("A.B".to_owned(), true)].into();
        let list = SessionList::new(raw, NOW).expect("this session is among them");
        assert_eq!(list.current.device_id, "CURRENT");
        assert_eq!(
            list.others[0],
            Session {
                device_id: "A.B".to_owned(),
                name: Some("Laptop".to_owned()),
                trust: Trust::Unverified,
                inactive: true,
                last_seen_ts: Some(7),
                last_seen_ip: Some("192.0.2.7".to_owned()),
                push: Push::On,
                client: Some(ClientInformation {
                    name: Some("Element".to_owned()),
                    version: None,
                    url: Some("app.element.io".to_owned()),
                }),
                kind: DeviceKind::Web,
                unlisted: false,
                fingerprint: Some("jxHz r7AA fL0L p1oo J2SB jqKb cYOG dwGT mkyO z4vJ 0dU".to_owned()),
            }
        );
        let plain = &list.others[1];
        assert_eq!((plain.push, plain.client.as_ref()), (Push::Off, None));
        assert_eq!((plain.kind, plain.fingerprint.as_deref()), (DeviceKind::Unknown, None));
    }

    #[test]
    fn without_the_own_device_there_is_no_list() {
        let mut raw = raw(vec![device("A", Keys::Signed, None)]);
        raw.own_device_id = "GONE".to_owned();
        assert_eq!(SessionList::new(raw, NOW), None);
    }

    #[test]
    fn verified_means_signed_by_an_identity_that_is_trusted_here() {
        use IdentityStatus::{NotOurs, NotSetUp as NoIdentity, Ours};
        for (identity, keys, expected) in [
            (Ours, Keys::Signed, Trust::Verified),
            (Ours, Keys::Unsigned, Trust::Unverified),
            (Ours, Keys::None, Trust::Unverifiable),
            (NotOurs, Keys::Signed, Trust::Unverified),
            (NotOurs, Keys::Unsigned, Trust::Unverified),
            (NotOurs, Keys::None, Trust::Unverifiable),
            (NoIdentity, Keys::Signed, Trust::Unverified),
            (NoIdentity, Keys::Unsigned, Trust::Unverified),
            (NoIdentity, Keys::None, Trust::Unverifiable),
        ] {
            let mut raw = raw(vec![device("A", keys, None)]);
            raw.identity = identity;
            // The current session is no exception.
            raw.devices[0] = device("CURRENT", keys, None);
            let list = SessionList::new(raw, NOW).expect("this session is among them");
            assert_eq!(
                (list.others[0].trust, list.current.trust),
                (expected, expected),
                "{identity:?}"
            );
            assert_eq!(list.identity, identity, "the list says why");
        }
    }

    #[test]
    fn inactive_means_strictly_longer_than_90_days() {
        for (seen, expected) in [
            (None, false),
            (Some(NOW), false),
            (Some(NOW + 5), false),
            (Some(u64::MAX), false),
            (Some(NOW - INACTIVE_AFTER_MS + 1), false),
            (Some(NOW - INACTIVE_AFTER_MS), false),
            (Some(NOW - INACTIVE_AFTER_MS - 1), true),
            (Some(0), true),
        ] {
            let list = list(vec![device("A", Keys::Signed, seen)]);
            assert_eq!(list.others[0].inactive, expected, "{seen:?}");
        }
        assert_eq!(INACTIVE_AFTER_MS, 7_776_000_000);
    }

    #[test]
    fn recommendations_leave_the_current_session_out_of_unverified_and_count_it_among_inactive() {
        let old = Some(1);
        for (current, others, unverified, inactive) in [
            (device("CURRENT", Keys::Signed, Some(NOW)), vec![], 0, 0),
            (device("CURRENT", Keys::Unsigned, old), vec![], 0, 1),
            (
                device("CURRENT", Keys::Unsigned, old),
                vec![
                    device("A", Keys::Unsigned, old),
                    device("B", Keys::Unsigned, None),
                    device("C", Keys::None, None),
                    device("D", Keys::None, old),
                    device("E", Keys::Signed, Some(NOW)),
                ],
                2,
                3,
            ),
        ] {
            let mut raw = raw(others);
            raw.devices[0] = current;
            let found = SessionList::new(raw, NOW)
                .expect("this session is among them")
                .recommendations;
            assert_eq!(found, Recommendations { unverified, inactive });
            assert_eq!(found.is_empty(), (unverified, inactive) == (0, 0));
        }
    }

    #[test]
    fn filters_show_what_they_say() {
        let list = list(vec![
            device("V", Keys::Signed, Some(NOW - 1)),
            device("U", Keys::Unsigned, Some(1)),
            device("K", Keys::None, Some(NOW - 2)),
            device("L", Keys::None, Some(0)),
        ]);
        for (filter, expected) in [
            (Filter::All, &["V", "K", "U", "L"][..]),
            (Filter::Verified, &["V"]),
            (Filter::Unverified, &["U"]),
            (Filter::Inactive, &["U", "L"]),
            (Filter::Unverifiable, &["K", "L"]),
        ] {
            assert_eq!(ids(list.others_shown(filter)), expected, "{filter:?}");
        }
        assert_eq!(Filter::default(), Filter::All);
        // "View all" of a recommendation shows as many as it counts, but for the current session.
        assert_eq!(
            list.recommendations.unverified,
            list.others_shown(Filter::Unverified).count()
        );
        assert_eq!(
            list.recommendations.inactive,
            list.others_shown(Filter::Inactive).count()
        );
    }

    #[test]
    fn a_session_that_is_not_verified_does_not_say_which_others_are_to_be_signed_out() {
        let mut list = list(vec![
            device("V", Keys::Signed, Some(2)),
            device("U", Keys::Unsigned, Some(1)),
        ]);
        for (filter, ids) in [
            (Filter::All, &["V", "U"][..]),
            (Filter::Verified, &["V"]),
            (Filter::Unverified, &["U"]),
        ] {
            assert_eq!(list.to_sign_out(filter).expect("it can tell"), ids, "{filter:?}");
        }
        for trust in [Trust::Unverified, Trust::Unverifiable] {
            list.current.trust = trust;
            for filter in [Filter::Verified, Filter::Unverified] {
                assert_eq!(list.to_sign_out(filter), Err(SignOutError::NotVerified), "{filter:?}");
            }
            assert_eq!(list.to_sign_out(Filter::All).expect("it need not tell").len(), 2);
        }
    }

    #[test]
    fn the_most_recent_comes_first_and_one_without_time_stamp_last() {
        let named = |device_id, name: &str, seen| RawDevice {
            name: Some(name.to_owned()),
            ..device(device_id, Keys::Signed, seen)
        };
        let list = list(vec![
            device("NEVER", Keys::Signed, None),
            device("EPOCH", Keys::Signed, Some(0)),
            device("OLD", Keys::Signed, Some(1)),
            device("B", Keys::Signed, Some(5)),
            named("Z", "Anna's phone", Some(5)),
            named("Y", "anna's laptop", Some(5)),
            named("C", "", Some(5)),
            named("TWIN2", "twin", Some(5)),
            named("TWIN1", "twin", Some(5)),
            named("ALSO_NEVER", "a", None),
        ]);
        assert_eq!(
            ids(&list.others),
            [
                "Y",
                "Z",
                "B",
                "C",
                "TWIN1",
                "TWIN2",
                "OLD",
                "EPOCH",
                "ALSO_NEVER",
                "NEVER"
            ]
        );
    }

    #[test]
    fn a_label_falls_back_to_the_client_and_then_to_the_device_id_and_says_so() {
        for (name, client, label, source) in [
            (Some("Laptop"), Some("Element"), "Laptop", LabelSource::Name),
            (Some("  "), Some("Element"), "Element", LabelSource::Client),
            (Some(""), Some("Element"), "Element", LabelSource::Client),
            (None, Some("Element"), "Element", LabelSource::Client),
            (None, Some(" "), "DEVICE", LabelSource::DeviceId),
            (Some(" "), None, "DEVICE", LabelSource::DeviceId),
            (None, None, "DEVICE", LabelSource::DeviceId),
        ] {
            let mut session = list(vec![device("DEVICE", Keys::None, None)]).others.remove(0);
            session.name = name.map(str::to_owned);
            session.client = client.map(|name| ClientInformation {
                name: Some(name.to_owned()),
                ..ClientInformation::default()
            });
            assert_eq!(
                (session.label(), session.label_source()),
                (label.to_owned(), source),
                "{name:?} {client:?}"
            );
        }
    }

    #[test]
    fn a_dehydrated_device_is_hidden_and_one_that_only_says_so_is_shown() {
        let dehydrated = |device_id, keys, seen| {
            let mut device = device(device_id, keys, seen);
            device.keys.as_mut().expect("it has keys").dehydrated = true;
            device
        };
        use IdentityStatus::{NotOurs, Ours};
        let real = || dehydrated("REAL", Keys::Signed, None);
        for (identity, devices, shown) in [
            (Ours, vec![real()], &[][..]),
            (NotOurs, vec![real()], &[]),
            (Ours, vec![dehydrated("THIEF", Keys::Unsigned, None)], &["THIEF"]),
            // A thief who has the recovery key, too, and who has logged in.
            (Ours, vec![dehydrated("THIEF", Keys::Signed, Some(1))], &["THIEF"]),
            (
                Ours,
                vec![real(), dehydrated("THIEF", Keys::Signed, None)],
                &["REAL", "THIEF"],
            ),
        ] {
            let mut raw = raw(devices);
            raw.identity = identity;
            let list = SessionList::new(raw, NOW).expect("this session is among them");
            assert_eq!(ids(&list.others), shown);
        }
    }

    #[test]
    fn texts_from_outside_are_cut_and_cleaned() {
        let mut raw = raw(vec![device("A", Keys::None, None)]);
        raw.devices[1].name = Some("n".repeat(100_000));
        raw.devices[1].last_seen_ip = Some("9".repeat(100_000));
        let client = serde_json::json!({"name": "c".repeat(60_000)}).to_string();
        raw.account_data = [("io.element.matrix_client_information.A".to_owned(), client)].into();
        let list = SessionList::new(raw, NOW).expect("this session is among them");
        let session = &list.others[0];
        let client = session.client.as_ref().and_then(|client| client.name.as_deref());
        for text in [session.name.as_deref(), session.last_seen_ip.as_deref(), client] {
            assert_eq!(text.map(str::len), Some(256));
        }

        let mut raw = self::raw(vec![device("A\u{1b}[2J", Keys::None, None)]);
        raw.devices[1].name = Some("\u{200b} \u{3164}".to_owned());
        raw.devices[1].last_seen_ip = Some("1\u{202e}2".to_owned());
        let list = SessionList::new(raw, NOW).expect("this session is among them");
        let session = &list.others[0];
        assert_eq!(
            (session.name.as_deref(), session.last_seen_ip.as_deref()),
            (None, Some("1\u{fffd}2"))
        );
        assert_eq!(
            (session.label(), session.label_source()),
            ("A\u{fffd}[2J".to_owned(), LabelSource::DeviceId)
        );
        assert_eq!(session.device_id, "A\u{1b}[2J", "requests need it as it is");
    }

    #[test]
    fn scripts_see_the_fields_of_the_product_and_no_others() {
        let list = list(vec![device("A", Keys::Signed, Some(1))]);
        assert_eq!(
            serde_json::to_value(&list).expect("JSON"),
            serde_json::json!({
                "current": {
                    "device_id": "CURRENT", "name": null, "unlisted": false, "trust": "verified", "inactive": false, "last_seen_ts": NOW,
                    "last_seen_ip": null, "push": "unsupported", "client": null,
                },
                "others": [{
                    "device_id": "A", "name": null, "unlisted": false, "trust": "verified", "inactive": true, "last_seen_ts": 1,
                    "last_seen_ip": null, "push": "unsupported", "client": null,
                }],
                "recommendations": {"unverified": 0, "inactive": 1},
            })
        );
    }
}
