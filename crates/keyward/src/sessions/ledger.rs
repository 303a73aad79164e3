// SPDX-License-Identifier: Apache-2.0

//! The ledger: which sessions this session has seen appear, be renamed and disappear, and which new logins nobody has
//! acknowledged. It is in the encrypted crypto store: it survives restarts and is removed with this session's files.
//!
//! [`Ledger::note`] and the other functions over plain data decide what is noted; the rest of the file reads and
//! writes.
//!
//! Lists come from a server that may be hostile, so the ledger is bounded: sessions that are there, sessions that are
//! gone, renames, and the length of each text.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::{
    account::Handle,
    error::StoreError,
    sessions::{Filter, LONGEST_NAME, Session, SessionList, Trust},
};

const KEY: &str = "keyward.sessions";
/// Raised when an older version could misread the ledger.
const FORMAT: u32 = 1;

/// Sessions that are present. If there are more, new ones are listed but neither noted nor reported: if a present one
/// were forgotten, it would be reported as new again and again.
const MOST_PRESENT: usize = 10_000;
/// Sessions that are gone; the oldest are forgotten first.
const MOST_REMOVED: usize = 1000;
/// Renames, of all sessions together; the oldest are forgotten first.
const MOST_RENAMES: usize = 1000;
/// Bytes of a device id, as many as Synapse allows; a session with a longer one is not noted.
const LONGEST_ID: usize = 512;

/// What is known of one login. If a device id appears again after it was gone, that is another login with an entry of
/// its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Device id.
    pub device_id: String,
    /// Its last known public name, cut to 100 characters.
    pub name: Option<String>,
    /// When it was first listed, milliseconds since the Unix epoch by this device's clock.
    pub first_seen_ts: u64,
    /// When it was last listed, likewise. This is not its last activity.
    pub last_seen_ts: u64,
    /// When it was first missing from the list, likewise. `None`: it is there.
    pub removed_ts: Option<u64>,
    /// Changes of its public name, oldest first.
    pub renames: Vec<Rename>,
    /// Whether it is or was reported as a new login.
    pub alert: LoginAlert,
    /// Since when it is not verified, as far as this session has seen: the first of the lists, up to the latest, in which it had
    /// keys and was not. `None`: it is verified, has no keys, or this session is not verified and cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unverified_since_ts: Option<u64>,
}

/// A change of a session's public name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// When it was noticed, milliseconds since the Unix epoch by this device's clock.
    pub ts: u64,
    /// The old name.
    pub from: Option<String>,
    /// The new name.
    pub to: Option<String>,
}

/// How a session stands as a new login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginAlert {
    /// It was there when the first list was made, or it is this session.
    #[serde(rename = "none")]
    Old,
    /// It is new, and no [`Snapshot`](super::Snapshot) had it yet.
    New,
    /// It was reported, and nobody acknowledged it.
    Reported,
    /// The person said that it was them.
    Acknowledged,
}

/// A session that was not there before, and that nobody has acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewLogin {
    /// Device id.
    pub device_id: String,
    /// What to call it, as [`Session::label`](super::Session::label).
    pub label: String,
    /// When it was first listed, milliseconds since the Unix epoch by this device's clock.
    pub first_seen_ts: u64,
    /// Whether a snapshot had it before, also before a restart. `false` in one snapshot only: the moment to notify.
    pub reported: bool,
}

/// What the tasks of one process share, so that they do not overwrite each other's notes.
pub(super) struct LedgerAccess {
    /// Held while the list is requested and noted. If two lists overlapped and the older one were noted last, a new
    /// session would seem to disappear and come back.
    listing: Mutex<()>,
    /// Held while the ledger is read, changed and written. Never while a request is under way: acknowledging a login
    /// needs no network.
    writing: Mutex<()>,
    acknowledged: watch::Sender<()>,
    /// Device ids of new logins that are noted as reported, and that no snapshot of [`Account::session_snapshot`] has
    /// contained yet: its caller was dropped.
    pub(super) fresh: Mutex<BTreeSet<String>>,
}

impl Default for LedgerAccess {
    fn default() -> Self {
        Self {
            listing: Mutex::default(),
            writing: Mutex::default(),
            acknowledged: watch::Sender::new(()),
            fresh: Mutex::default(),
        }
    }
}

impl LedgerAccess {
    /// The right to request the list and note it.
    pub(super) async fn listing(&self) -> MutexGuard<'_, ()> {
        self.listing.lock().await
    }
}

impl Handle {
    pub(super) fn ledger(&self) -> Arc<LedgerAccess> {
        self.shared()
    }

    /// Signals each acknowledgement of a login.
    pub(super) fn acknowledgements(&self) -> watch::Receiver<()> {
        self.ledger().acknowledged.subscribe()
    }

    /// Notes that the person recognises a new login: it is no longer reported, and watches give a snapshot without it.
    /// No error if the session is gone or was never reported.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn acknowledge_login(&self, device_id: &str) -> Result<(), StoreError> {
        let changed = self
            .with_ledger(|ledger| ledger.as_mut().is_some_and(|ledger| ledger.acknowledge(device_id)))
            .await?;
        if changed {
            self.ledger().acknowledged.send_replace(());
        }
        Ok(())
    }

    /// All sessions that were ever noted, with their times and former names: first those that are present, then those
    /// that are gone, the latest first. They are noted whenever [`Account::sessions`] or [`Account::watch_sessions`]
    /// requests the list, so a session that came and went between two lists is not known. At most 1000 sessions that
    /// are gone and 1000 renames are kept. Needs no network.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn session_history(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        let ledger = self.with_ledger(|ledger| ledger.clone()).await?;
        let mut entries = ledger.map(|ledger| ledger.entries).unwrap_or_default();
        entries.sort_by_key(|entry| entry.removed_ts.map_or(0, |ts| u64::MAX - ts));
        Ok(entries)
    }

    /// Notes what is in `list`, which was requested while [`LedgerAccess::listing`] was held.
    pub(super) async fn note_sessions(&self, list: &SessionList, now: u64) -> Result<(), StoreError> {
        self.with_ledger(|ledger| {
            Ledger::note(ledger, &listed(list), self.device_id(), now);
            if let Some(ledger) = ledger {
                ledger.note_unverified(&unverified(list), now);
            }
        })
        .await
    }

    /// The new logins in `list`. Those that no snapshot has contained yet are noted as reported. Their device ids are
    /// put into `fresh` before that is written, so that they are not lost if the caller is dropped meanwhile.
    pub(super) async fn report_logins(
        &self,
        list: &SessionList,
        fresh: &mut BTreeSet<String>,
    ) -> Result<Vec<NewLogin>, StoreError> {
        let label = |session: &Session| (session.device_id.clone(), session.label());
        let labels = list.others.iter().map(label).collect();
        self.with_ledger(|ledger| {
            ledger
                .as_mut()
                .map_or_else(Vec::new, |ledger| ledger.report(&labels, fresh))
        })
        .await
    }

    /// Whether `list` contains a session without device keys that no snapshot has reported yet.
    pub(super) async fn has_fresh_keyless(&self, list: &SessionList) -> Result<bool, StoreError> {
        self.with_ledger(|ledger| {
            let fresh = ledger.iter().flat_map(Ledger::fresh).collect::<BTreeSet<_>>();
            list.others
                .iter()
                .any(|session| session.trust == Trust::Unverifiable && fresh.contains(session.device_id.as_str()))
        })
        .await
    }

    /// Passes the ledger to `change` and writes it if it was changed. `None`: nothing was ever noted.
    async fn with_ledger<T>(&self, change: impl FnOnce(&mut Option<Ledger>) -> T) -> Result<T, StoreError> {
        let ledger = self.ledger();
        let _only_one = ledger.writing.lock().await;
        let stored = self.load_document(KEY).await?;
        let mut ledger = stored.as_ref().map(|stored| Ledger::read(stored)).transpose()?;
        let result = change(&mut ledger);
        if let Some(ledger) = ledger {
            let bytes = serde_json::to_vec(&ledger).map_err(StoreError::because)?;
            if stored.is_none_or(|stored| *stored != bytes) {
                self.save_document(KEY, bytes).await?;
            }
        }
        Ok(result)
    }
}

/// Device id and public name of every session in `list`.
fn listed(list: &SessionList) -> Vec<(&str, Option<&str>)> {
    std::iter::once(&list.current)
        .chain(&list.others)
        .map(|session| (session.device_id.as_str(), session.name.as_deref()))
        .collect()
}

/// Device ids of the other sessions in `list` that are known not to be verified.
fn unverified(list: &SessionList) -> BTreeSet<String> {
    let found = list.to_sign_out(Filter::Unverified);
    found.unwrap_or_default().into_iter().collect()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ledger {
    format: u32,
    entries: Vec<LedgerEntry>,
}

impl Ledger {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        // The causes are not logged, because they quote the content.
        let damaged = |_| StoreError::because("the ledger of sessions is damaged");
        let Header { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        if format != FORMAT {
            // A newer version wrote it. Starting a new ledger would lose its alerts.
            return Err(StoreError::because("the ledger of sessions is another version's"));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// Notes which sessions (device id and public name) the server lists at `now`. In the first list no session counts
    /// as new. `current` is this session, which never counts as new.
    fn note(ledger: &mut Option<Self>, list: &[(&str, Option<&str>)], current: &str, now: u64) {
        let baseline = ledger.is_none();
        let ledger = ledger.get_or_insert_with(|| Self {
            format: FORMAT,
            entries: Vec::new(),
        });
        let mut listed: BTreeMap<&str, Option<String>> = list
            .iter()
            .filter(|(device_id, _)| device_id.len() <= LONGEST_ID)
            .map(|(device_id, name)| (*device_id, name.map(|name| name.chars().take(LONGEST_NAME).collect())))
            .collect();

        let mut present = 0;
        for entry in ledger.entries.iter_mut().filter(|entry| entry.removed_ts.is_none()) {
            let Some(name) = listed.remove(entry.device_id.as_str()) else {
                entry.removed_ts = Some(now);
                continue;
            };
            present += 1;
            entry.last_seen_ts = now;
            if entry.name != name {
                let from = std::mem::replace(&mut entry.name, name.clone());
                entry.renames.push(Rename {
                    ts: now,
                    from,
                    to: name,
                });
            }
        }
        let added = listed.into_iter().take(MOST_PRESENT.saturating_sub(present));
        ledger.entries.extend(added.map(|(device_id, name)| LedgerEntry {
            device_id: device_id.to_owned(),
            name,
            first_seen_ts: now,
            last_seen_ts: now,
            removed_ts: None,
            renames: Vec::new(),
            unverified_since_ts: None,
            alert: if baseline || device_id == current {
                LoginAlert::Old
            } else {
                LoginAlert::New
            },
        }));
        ledger.forget_the_oldest();
    }

    /// Notes which of the sessions that are there are known not to be verified at `now`.
    fn note_unverified(&mut self, unverified: &BTreeSet<String>, now: u64) {
        for entry in self.entries.iter_mut().filter(|entry| entry.removed_ts.is_none()) {
            let since = entry.unverified_since_ts.unwrap_or(now);
            entry.unverified_since_ts = unverified.contains(&entry.device_id).then_some(since);
        }
    }

    fn forget_the_oldest(&mut self) {
        let removed = |(index, entry): (usize, &LedgerEntry)| Some((entry.removed_ts?, index));
        let mut removed: Vec<_> = self.entries.iter().enumerate().filter_map(removed).collect();
        removed.sort_unstable();
        removed.truncate(removed.len().saturating_sub(MOST_REMOVED));
        let forgotten: BTreeSet<usize> = removed.into_iter().map(|(_, index)| index).collect();
        let mut index = 0..;
        self.entries
            .retain(|_| index.next().is_some_and(|index| !forgotten.contains(&index)));

        let renames = |(index, entry): (usize, &LedgerEntry)| -> Vec<_> {
            entry.renames.iter().map(|rename| (rename.ts, index)).collect()
        };
        let mut renames: Vec<_> = self.entries.iter().enumerate().flat_map(renames).collect();
        renames.sort_unstable();
        renames.truncate(renames.len().saturating_sub(MOST_RENAMES));
        for (_, index) in renames {
            self.entries[index].renames.remove(0);
        }
    }

    /// The new logins among the sessions in `labels` (device id and label), newest first. They are noted as reported.
    /// `fresh` contains the device ids that the next snapshot reports for the first time; those that were not reported
    /// before are added to it.
    fn report(&mut self, labels: &BTreeMap<String, String>, fresh: &mut BTreeSet<String>) -> Vec<NewLogin> {
        let mut logins = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.removed_ts.is_none()) {
            let (LoginAlert::New | LoginAlert::Reported, Some(label)) = (entry.alert, labels.get(&entry.device_id))
            else {
                continue;
            };
            if entry.alert == LoginAlert::New {
                fresh.insert(entry.device_id.clone());
                entry.alert = LoginAlert::Reported;
            }
            logins.push(NewLogin {
                device_id: entry.device_id.clone(),
                label: label.clone(),
                first_seen_ts: entry.first_seen_ts,
                reported: !fresh.contains(&entry.device_id),
            });
        }
        logins.sort_by_key(|login| std::cmp::Reverse(login.first_seen_ts));
        logins
    }

    /// Whether a new login was acknowledged by this.
    fn acknowledge(&mut self, device_id: &str) -> bool {
        let mut acknowledged = false;
        for entry in &mut self.entries {
            let reported = matches!(entry.alert, LoginAlert::New | LoginAlert::Reported);
            if entry.device_id == device_id && entry.removed_ts.is_none() && reported {
                entry.alert = LoginAlert::Acknowledged;
                acknowledged = true;
            }
        }
        acknowledged
    }

    /// Device ids of new logins that no snapshot had yet.
    fn fresh(&self) -> impl Iterator<Item = &str> {
        self.entries
            .iter()
            .filter(|entry| entry.removed_ts.is_none() && entry.alert == LoginAlert::New)
            .map(|entry| entry.device_id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: &str = "CURRENT";

    /// What the server lists (device id and name), one after the other, at 1, 2, 3, …
    type Lists<'a> = &'a [&'a [(&'a str, &'a str)]];

    fn ledger_of(lists: Lists<'_>) -> Ledger {
        let mut ledger = None;
        for (now, list) in (1..).zip(lists) {
            let list: Vec<_> = list.iter().map(|(device_id, name)| (*device_id, Some(*name))).collect();
            Ledger::note(&mut ledger, &list, CURRENT, now);
        }
        ledger.expect("a list was noted")
    }

    fn report(ledger: &mut Ledger, fresh: &mut BTreeSet<String>) -> Vec<(String, u64, bool)> {
        let labels = ledger
            .entries
            .iter()
            .map(|entry| (entry.device_id.clone(), String::new()))
            .collect();
        let logins = ledger.report(&labels, fresh).into_iter();
        logins
            .map(|login| (login.device_id, login.first_seen_ts, login.reported))
            .collect()
    }

    #[test]
    fn a_session_is_unverified_from_the_first_list_in_which_it_is_so_without_a_break() {
        let mut ledger = ledger_of(&[&[(CURRENT, "me"), ("A", "a"), ("B", "b")]]);
        let note = |ledger: &mut Ledger, ids: &[&str], now| {
            let unverified = ids.iter().map(|id| (*id).to_owned()).collect();
            ledger.note_unverified(&unverified, now);
            let since = |id| {
                let entry = ledger.entries.iter().find(|entry| entry.device_id == id);
                entry.expect("it is noted").unverified_since_ts
            };
            (since("A"), since("B"))
        };
        assert_eq!(note(&mut ledger, &["A"], 5), (Some(5), None));
        assert_eq!(note(&mut ledger, &["A", "B"], 6), (Some(5), Some(6)));
        assert_eq!(note(&mut ledger, &["B"], 7), (None, Some(6)));
        assert_eq!(note(&mut ledger, &["A", "B"], 8), (Some(8), Some(6)));
        // Over a restart, and of a ledger of an older version.
        let stored = serde_json::to_vec(&ledger).expect("serialises");
        let mut read = Ledger::read(&stored).expect("it is read");
        assert_eq!(note(&mut read, &["A", "B"], 9), (Some(8), Some(6)));
        ledger.note_unverified(&BTreeSet::new(), 10);
        let stored = serde_json::to_string(&ledger).expect("serialises");
        assert!(!stored.contains("unverified_since_ts"));
        let mut read = Ledger::read(stored.as_bytes()).expect("it is read");
        assert_eq!(note(&mut read, &["A"], 11), (Some(11), None));
    }

    #[test]
    fn lists_become_entries() {
        use LoginAlert::{New, Old as NoAlert};
        type Expected<'a> = (&'a str, &'a str, u64, u64, Option<u64>, LoginAlert);
        let table: &[(&str, Lists<'_>, &[Expected<'_>])] = &[
            (
                "the first list is the baseline",
                &[&[(CURRENT, "me"), ("A", "a")]],
                &[("A", "a", 1, 1, None, NoAlert), (CURRENT, "me", 1, 1, None, NoAlert)],
            ),
            (
                "what comes later is new",
                &[
                    &[(CURRENT, "me")],
                    &[(CURRENT, "me"), ("A", "a")],
                    &[(CURRENT, "me"), ("A", "a")],
                ],
                &[(CURRENT, "me", 1, 3, None, NoAlert), ("A", "a", 2, 3, None, New)],
            ),
            (
                "this session is never new, not even if the first list lacked it",
                &[&[], &[(CURRENT, "me")]],
                &[(CURRENT, "me", 2, 2, None, NoAlert)],
            ),
            (
                "what is missing is gone since the first list without it",
                &[&[("A", "a")], &[("A", "a")], &[], &[]],
                &[("A", "a", 1, 2, Some(3), NoAlert)],
            ),
            (
                "what comes back is another login",
                &[&[("A", "a")], &[], &[("A", "b")]],
                &[("A", "a", 1, 1, Some(2), NoAlert), ("A", "b", 3, 3, None, New)],
            ),
            (
                "one that a server lists twice is one",
                &[&[], &[("A", "a"), ("A", "a")]],
                &[("A", "a", 2, 2, None, New)],
            ),
        ];
        for (case, lists, expected) in table {
            let ledger = ledger_of(lists);
            let found: Vec<Expected<'_>> = ledger
                .entries
                .iter()
                .map(|entry| {
                    let name = entry.name.as_deref().unwrap_or("");
                    assert!(entry.renames.is_empty(), "{case}");
                    let (first, last) = (entry.first_seen_ts, entry.last_seen_ts);
                    (
                        entry.device_id.as_str(),
                        name,
                        first,
                        last,
                        entry.removed_ts,
                        entry.alert,
                    )
                })
                .collect();
            assert_eq!(found, *expected, "{case}");
        }
    }

    #[test]
    fn renames_are_kept_with_both_names() {
        let mut ledger = Some(ledger_of(&[&[("A", "old")], &[("A", "new")], &[("A", "new")]]));
        Ledger::note(&mut ledger, &[("A", None)], CURRENT, 4);
        let entry = &ledger.expect("it is there").entries[0];
        let rename = |ts, from: Option<&str>, to: Option<&str>| Rename {
            ts,
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        };
        let expected = [rename(2, Some("old"), Some("new")), rename(4, Some("new"), None)];
        assert_eq!(entry.renames, expected);
        assert_eq!(entry.name, None);
    }

    #[test]
    fn a_new_login_is_fresh_once_and_reported_until_it_is_acknowledged_or_gone() {
        let mut ledger = ledger_of(&[&[], &[("A", "a")], &[("A", "a"), ("B", "b")]]);
        let after_restart = |ledger: &mut Ledger| report(ledger, &mut BTreeSet::new());
        assert_eq!(ledger.fresh().collect::<Vec<_>>(), ["A", "B"]);
        let mut fresh = BTreeSet::new();
        assert_eq!(
            report(&mut ledger, &mut fresh),
            [("B".into(), 3, false), ("A".into(), 2, false)]
        );
        assert_eq!(fresh.iter().collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(ledger.fresh().count(), 0);
        assert_eq!(
            after_restart(&mut ledger),
            [("B".into(), 3, true), ("A".into(), 2, true)]
        );
        // The snapshot with the first report was lost, so the caller gets the report again.
        assert_eq!(
            report(&mut ledger, &mut fresh),
            [("B".into(), 3, false), ("A".into(), 2, false)]
        );

        assert!(ledger.acknowledge("A"));
        assert!(!ledger.acknowledge("A"), "it was acknowledged already");
        assert!(!ledger.acknowledge("NOBODY"));
        assert_eq!(after_restart(&mut ledger), [("B".into(), 3, true)]);

        let mut ledger = Some(ledger);
        Ledger::note(&mut ledger, &[("A", Some("a"))], CURRENT, 4);
        let mut ledger = ledger.expect("it is there");
        assert_eq!(after_restart(&mut ledger), []);
        assert!(!ledger.acknowledge("B"), "it is gone");
    }

    #[test]
    fn a_new_login_that_is_gone_before_anybody_saw_it_is_not_reported() {
        let mut ledger = ledger_of(&[&[], &[("A", "a")], &[]]);
        assert_eq!(ledger.fresh().count(), 0);
        assert_eq!(report(&mut ledger, &mut BTreeSet::new()), []);
    }

    #[test]
    fn a_hostile_server_cannot_fill_the_store() {
        let ids: Vec<_> = (0..3 * MOST_PRESENT).map(|number| format!("{number:06}")).collect();
        let name = "n".repeat(1000);
        let list = |ids: &[String]| ids.iter().cloned().map(|id| (id, name.clone())).collect::<Vec<_>>();
        let mut ledger = None;
        let mut now = 0;
        let mut note = |ledger: &mut Option<Ledger>, list: &[(String, String)]| {
            now += 1;
            let list: Vec<_> = list
                .iter()
                .map(|(id, name)| (id.as_str(), Some(name.as_str())))
                .collect();
            Ledger::note(ledger, &list, CURRENT, now);
            ledger.as_ref().expect("noted").entries.len()
        };
        assert_eq!(note(&mut ledger, &list(&ids)), MOST_PRESENT);
        // Another 10 000 in their place, twice.
        assert_eq!(
            note(&mut ledger, &list(&ids[MOST_PRESENT..])),
            MOST_PRESENT + MOST_REMOVED
        );
        assert_eq!(
            note(&mut ledger, &list(&ids[..MOST_PRESENT])),
            MOST_PRESENT + MOST_REMOVED
        );
        let removed = |ledger: &Option<Ledger>| {
            let entries = &ledger.as_ref().expect("noted").entries;
            entries
                .iter()
                .filter_map(|entry| entry.removed_ts)
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(
            removed(&ledger),
            [3].into(),
            "the ones that went first are forgotten first"
        );
        assert!(
            ledger
                .as_ref()
                .expect("noted")
                .entries
                .iter()
                .all(|entry| entry.name.as_ref().is_some_and(|name| name.len() == LONGEST_NAME))
        );

        // Everybody gets another name, twice.
        for name in ["a", "b"] {
            let list: Vec<_> = ids[..MOST_PRESENT]
                .iter()
                .map(|id| (id.clone(), name.to_owned()))
                .collect();
            note(&mut ledger, &list);
        }
        let renames: Vec<_> = ledger
            .as_ref()
            .expect("noted")
            .entries
            .iter()
            .flat_map(|entry| &entry.renames)
            .collect();
        assert_eq!(renames.len(), MOST_RENAMES);
        assert!(
            renames.iter().all(|rename| rename.ts == 5),
            "the oldest are forgotten first"
        );

        let long = "x".repeat(LONGEST_ID + 1);
        let mut ledger = None;
        assert_eq!(note(&mut ledger, &[(long, String::new())]), 0);
    }

    #[test]
    fn another_versions_ledger_is_left_alone() {
        let mut ledger = ledger_of(&[&[("A", "a")]]);
        let bytes = |ledger: &Ledger| serde_json::to_vec(ledger).expect("JSON");
        assert_eq!(Ledger::read(&bytes(&ledger)), Ok(ledger.clone()));
        ledger.format += 1;
        assert_eq!(Ledger::read(&bytes(&ledger)), Err(StoreError));
        assert_eq!(Ledger::read(b"{}"), Err(StoreError));
    }
}
