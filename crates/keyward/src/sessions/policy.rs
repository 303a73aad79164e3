// SPDX-License-Identifier: Apache-2.0

//! Which sessions a person may want to sign out, by the rules that they have chosen. It is a selection for the page that asks,
//! never an act. Pure.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{Filter, LedgerEntry, SessionList};

/// A day, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// When a session is proposed to be signed out. `None`: not for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// It was not active for more than so many days, as the server says. Where the server does not say, it is not proposed.
    pub inactive_days: Option<u32>,
    /// It is not verified, and was not whenever this session looked, for more than so many days
    /// ([`LedgerEntry::unverified_since_ts`]). Sessions without encryption cannot be verified, and are not meant.
    pub unverified_days: Option<u32>,
}

/// A session that is proposed to be signed out, and why: at least one of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Device id.
    pub device_id: String,
    /// For how many whole days it was not active, if that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactive_days: Option<u64>,
    /// For how many whole days it has been known not to be verified, if that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unverified_days: Option<u64>,
}

impl Policy {
    /// The sessions of `list` to propose at `now` (milliseconds since the Unix epoch), in its order. `history` is
    /// [`Handle::session_history`](crate::account::Handle::session_history). Never this session, and never the dehydrated
    /// device, which is none; and none for not being verified as long as this session is not, for it cannot tell.
    pub fn propose(&self, list: &SessionList, history: &[LedgerEntry], now: u64) -> Vec<Proposal> {
        let unverified = list.to_sign_out(Filter::Unverified).unwrap_or_default();
        let unverified: HashSet<String> = unverified.into_iter().collect();
        let present = history.iter().filter(|entry| entry.removed_ts.is_none());
        let since: HashMap<&str, u64> = present
            .filter_map(|entry| Some((entry.device_id.as_str(), entry.unverified_since_ts?)))
            .collect();
        let since = |device_id: &String| {
            let since = since.get(device_id.as_str()).copied();
            since.filter(|_| unverified.contains(device_id))
        };
        let others = list.others.iter().map(|session| Proposal {
            device_id: session.device_id.clone(),
            inactive_days: longer_than(self.inactive_days, session.last_seen_ts, now),
            unverified_days: longer_than(self.unverified_days, since(&session.device_id), now),
        });
        others
            .filter(|proposal| proposal.inactive_days.is_some() || proposal.unverified_days.is_some())
            .collect()
    }
}

/// How many whole days have passed since `since`, if it is longer ago than `days`.
fn longer_than(days: Option<u32>, since: Option<u64>, now: u64) -> Option<u64> {
    let passed = now.saturating_sub(since?);
    (passed > u64::from(days?) * DAY_MS).then_some(passed / DAY_MS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        identity::{IdentityStatus, RawDevice, RawKeys},
        sessions::{LoginAlert, RawList},
    };

    const NOW: u64 = 1000 * DAY_MS;

    fn device(device_id: &str, signed: Option<bool>, seen_days_ago: Option<u64>) -> RawDevice {
        RawDevice {
            device_id: device_id.to_owned(),
            name: None,
            last_seen_ts: seen_days_ago.map(|days| NOW - days * DAY_MS),
            last_seen_ip: None,
            keys: signed.map(|signed| RawKeys {
                ed25519: "key".to_owned(),
                signed,
                dehydrated: false,
            }),
            unlisted: false,
        }
    }

    fn list(devices: Vec<RawDevice>) -> SessionList {
        let raw = RawList {
            own_device_id: "THIS".to_owned(),
            identity: IdentityStatus::Ours,
            devices,
            account_data: BTreeMap::new(),
            pushers: BTreeMap::new(),
        };
        SessionList::new(raw, NOW).expect("this session is among them")
    }

    fn entry(device_id: &str, unverified_for: Option<u64>) -> LedgerEntry {
        LedgerEntry {
            device_id: device_id.to_owned(),
            name: None,
            first_seen_ts: 0,
            last_seen_ts: NOW,
            removed_ts: None,
            renames: Vec::new(),
            alert: LoginAlert::Old,
            unverified_since_ts: unverified_for.map(|days| NOW - days * DAY_MS),
        }
    }

    fn proposal(device_id: &str, inactive_days: Option<u64>, unverified_days: Option<u64>) -> Proposal {
        Proposal {
            device_id: device_id.to_owned(),
            inactive_days,
            unverified_days,
        }
    }

    #[test]
    fn a_session_is_proposed_after_more_days_than_the_policy_allows() {
        let mut sleeper = device("SLEEPER", Some(true), None);
        sleeper.keys.as_mut().expect("keys").dehydrated = true;
        let devices = vec![
            device("THIS", Some(true), Some(900)),
            device("NEW", Some(false), Some(1)),
            device("BOTH", Some(false), Some(31)),
            device("IDLE", Some(true), Some(40)),
            device("BOT", None, Some(50)),
            device("NEVER", Some(true), None),
            sleeper,
        ];
        let list = list(devices);
        let mut history = vec![
            entry("THIS", Some(900)),
            entry("NEW", Some(7)),
            entry("BOTH", Some(8)),
            entry("IDLE", Some(100)),
            entry("BOT", Some(100)),
            entry("NEVER", Some(100)),
            entry("SLEEPER", Some(900)),
        ];
        let policy = |inactive_days, unverified_days| Policy {
            inactive_days,
            unverified_days,
        };
        assert_eq!(policy(None, None).propose(&list, &history, NOW), []);
        assert_eq!(
            policy(Some(30), Some(7)).propose(&list, &history, NOW),
            [
                proposal("BOTH", Some(31), Some(8)),
                proposal("IDLE", Some(40), None),
                proposal("BOT", Some(50), None),
            ]
        );
        assert_eq!(
            policy(None, Some(6)).propose(&list, &history, NOW),
            [proposal("NEW", None, Some(7)), proposal("BOTH", None, Some(8))]
        );
        // An entry of an earlier login with the same device id counts for nothing.
        history[2].removed_ts = Some(NOW);
        assert_eq!(
            policy(None, Some(6)).propose(&list, &history, NOW),
            [proposal("NEW", None, Some(7))]
        );
    }

    #[test]
    fn whoever_is_not_verified_proposes_nobody_for_it() {
        let devices = |signed| {
            vec![
                device("THIS", Some(signed), Some(0)),
                device("OTHER", Some(false), Some(40)),
            ]
        };
        let history = [entry("OTHER", Some(40))];
        let policy = Policy {
            inactive_days: None,
            unverified_days: Some(7),
        };
        assert_eq!(policy.propose(&list(devices(true)), &history, NOW).len(), 1);
        assert_eq!(policy.propose(&list(devices(false)), &history, NOW), []);
        let mut untrusted = list(devices(false));
        untrusted.identity = IdentityStatus::NotOurs;
        let policy = Policy {
            inactive_days: Some(30),
            ..policy
        };
        let expected = [proposal("OTHER", Some(40), None)];
        assert_eq!(policy.propose(&untrusted, &history, NOW), expected);
    }

    fn any_days() -> impl Strategy<Value = Option<u32>> {
        prop::option::of(prop_oneof![0u32..60, Just(u32::MAX)])
    }

    /// One that proposes for as many reasons, and after as many days at most.
    fn wider(days: Option<u32>, less: u32, when_none: Option<u32>) -> Option<u32> {
        days.map_or(when_none, |days| Some(days.saturating_sub(less)))
    }

    proptest! {
        #[test]
        fn a_wider_policy_proposes_all_that_a_narrower_one_does_and_neither_this_session(
            devices in prop::collection::vec(
                (prop::option::of(any::<bool>()), prop::option::of(0u64..80), prop::option::of(0u64..80), any::<bool>()),
                0..8,
            ),
            is_verified in any::<bool>(),
            days in (any_days(), any_days()),
            less in (0u32..60, 0u32..60),
            when_none in (any_days(), any_days()),
        ) {
            let mut raw = vec![device("THIS", Some(is_verified), Some(70))];
            let mut history = vec![entry("THIS", Some(70))];
            for (at, (signed, seen, unverified, dehydrated)) in devices.into_iter().enumerate() {
                let device_id = format!("D{at}");
                let mut device = device(&device_id, signed, seen);
                if let Some(keys) = &mut device.keys {
                    keys.dehydrated = dehydrated;
                }
                raw.push(device);
                history.push(entry(&device_id, unverified));
            }
            let sleeper = crate::identity::devices::dehydrated_device(&raw).map(str::to_owned);
            let list = list(raw);
            let narrow = Policy { inactive_days: days.0, unverified_days: days.1 };
            let wide = Policy {
                inactive_days: wider(days.0, less.0, when_none.0),
                unverified_days: wider(days.1, less.1, when_none.1),
            };
            let ids = |policy: Policy| -> Vec<String> {
                let proposed = policy.propose(&list, &history, NOW).into_iter();
                proposed.map(|proposal| proposal.device_id).collect()
            };
            let (narrow, wide) = (ids(narrow), ids(wide));
            prop_assert!(narrow.iter().all(|id| wide.contains(id)), "{:?} {:?}", narrow, wide);
            prop_assert!(!wide.contains(&"THIS".to_owned()));
            prop_assert!(sleeper.is_none_or(|sleeper| !wide.contains(&sleeper)));
        }
    }
}
