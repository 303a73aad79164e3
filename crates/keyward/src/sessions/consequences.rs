// SPDX-License-Identifier: Apache-2.0

//! The consequences of signing sessions out.

use std::collections::HashSet;

use crate::{
    account::{Account, Attached},
    error::RequestError,
    facts::IdentityStatus,
    identity::devices::now,
    sessions::{
        Trust,
        rules::{Session, SessionList},
    },
};

/// A day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What a person should know before sessions are signed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutConsequences {
    /// This session is among them: it is signed out with [`Account::log_out`], the others with [`Account::sign_out`].
    pub current: bool,
    /// This session is among them, and no other session that supports encryption is left: then only the recovery key
    /// opens the message history.
    pub last_session: bool,
    /// Room keys that are in this session and in no backup, if it is among them. Offer [`Account::export_room_keys`].
    pub unsaved_room_keys: u64,
    /// This session is not verified, so it does not know which of them are; `verified` is empty then.
    pub trust_unknown: bool,
    /// Other sessions among them that are verified, so they are likely the person's own; device ids.
    pub verified: Vec<String>,
    /// Other sessions among them that were active within the last 24 hours, so somebody uses them; device ids.
    pub seen_in_last_day: Vec<String>,
}

impl SignOutConsequences {
    /// The consequences of signing `device_ids` out of `list` at `now` (milliseconds since the Unix epoch). Sessions
    /// that are not in the list are gone already and do not count.
    pub(crate) fn new(list: &SessionList, device_ids: &[String], unsaved_room_keys: u64, now: u64) -> Self {
        let selected: HashSet<&str> = device_ids.iter().map(String::as_str).collect();
        let current = selected.contains(list.current.device_id.as_str());
        let (going, staying): (Vec<_>, Vec<_>) = list
            .others
            .iter()
            .partition(|session| selected.contains(session.device_id.as_str()));
        let ids = |wanted: &dyn Fn(&Session) -> bool| {
            let wanted = going.iter().filter(|session| wanted(session));
            wanted.map(|session| session.device_id.clone()).collect()
        };
        Self {
            current,
            last_session: current && staying.iter().all(|session| session.trust == Trust::Unverifiable),
            unsaved_room_keys: if current { unsaved_room_keys } else { 0 },
            trust_unknown: list.identity != IdentityStatus::Ours && !going.is_empty(),
            verified: ids(&|session| session.trust == Trust::Verified),
            seen_in_last_day: ids(&|session| {
                session
                    .last_seen_ts
                    .is_some_and(|seen| now.saturating_sub(seen) <= DAY_MS)
            }),
        }
    }
}

impl Account {
    /// The consequences of signing `device_ids` out. `list` is the list that the person chose from. One request if this
    /// session is among them, otherwise none.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn sign_out_consequences(
        &self,
        list: &SessionList,
        device_ids: &[String],
    ) -> Result<SignOutConsequences, RequestError> {
        let unsaved_room_keys = if device_ids.contains(&list.current.device_id) {
            self.unsaved_room_keys().await?
        } else {
            0
        };
        Ok(SignOutConsequences::new(list, device_ids, unsaved_room_keys, now()))
    }
}

impl Account<Attached> {
    /// The consequences of signing `device_ids` out, other sessions than the attached one. `list` is the list that the person
    /// chose from.
    pub fn sign_out_consequences(&self, list: &SessionList, device_ids: &[String]) -> SignOutConsequences {
        SignOutConsequences::new(list, device_ids, 0, now())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sessions::{RawDevice, RawKeys, RawList};

    const NOW: u64 = 100 * DAY_MS;

    /// `V…` is verified, `U…` unverified, `K…` has no keys.
    fn device(device_id: &str, last_seen_ts: Option<u64>) -> RawDevice {
        RawDevice {
            device_id: device_id.to_owned(),
            name: None,
            last_seen_ts,
            last_seen_ip: None,
            unlisted: false,
            keys: (!device_id.starts_with('K')).then(|| RawKeys {
                ed25519: String::new(),
                signed: device_id.starts_with('V'),
                dehydrated: device_id == "V-dehydrated",
            }),
        }
    }

    fn consequences(others: &[&str], selected: &[&str]) -> SignOutConsequences {
        let mut devices = vec![device("V-current", Some(NOW))];
        devices.extend(others.iter().map(|id| device(id, None)));
        of(devices, selected)
    }

    fn of(devices: Vec<RawDevice>, selected: &[&str]) -> SignOutConsequences {
        let raw = RawList {
            own_device_id: "V-current".to_owned(),
            identity: IdentityStatus::Ours,
            devices,
            account_data: BTreeMap::new(),
            pushers: BTreeMap::new(),
        };
        let list = SessionList::new(raw, NOW).expect("this session is among them");
        let selected: Vec<String> = selected.iter().map(|id| (*id).to_owned()).collect();
        SignOutConsequences::new(&list, &selected, 7, NOW)
    }

    #[test]
    fn this_session_is_the_last_one_if_no_other_with_encryption_stays() {
        for (others, selected, current, last) in [
            (&[][..], &["V-current"][..], true, true),
            (&["U1"], &["V-current"], true, false),
            (&["V1"], &["V-current"], true, false),
            (&["V1"], &["V1"], false, false),
            (&["V1", "U1"], &["V-current", "V1", "U1"], true, true),
            (&["V1", "U1"], &["V-current", "V1"], true, false),
            (&["K1"], &["V-current"], true, true),
            (&["V-dehydrated"], &["V-current"], true, true),
            (&["V1"], &[], false, false),
        ] {
            let found = consequences(others, selected);
            assert_eq!(
                (found.current, found.last_session),
                (current, last),
                "{others:?} {selected:?}"
            );
            let unsaved = if current { 7 } else { 0 };
            assert_eq!(found.unsaved_room_keys, unsaved, "{others:?} {selected:?}");
        }
    }

    #[test]
    fn verified_ones_are_named_and_this_one_and_those_that_are_gone_are_not() {
        let found = consequences(&["V1", "V2", "U1", "K1"], &["V1", "U1", "K1", "V-gone", "V-current"]);
        assert_eq!(found.verified, ["V1"]);
        assert_eq!(found.seen_in_last_day, Vec::<String>::new(), "nobody knows");
    }

    #[test]
    fn the_last_day_has_24_hours() {
        for (seen, expected) in [
            (None, false),
            (Some(NOW - DAY_MS - 1), false),
            (Some(NOW - DAY_MS), true),
            (Some(NOW), true),
            (Some(NOW + 1), true),
        ] {
            let devices = vec![device("V-current", Some(NOW)), device("U1", seen), device("U2", seen)];
            let found = of(devices, &["U1", "V-current"]);
            assert_eq!(found.seen_in_last_day.contains(&"U1".to_owned()), expected, "{seen:?}");
            assert!(
                found.seen_in_last_day.len() <= 1,
                "U2 and this session are not asked for"
            );
        }
    }
}
