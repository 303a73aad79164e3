// SPDX-License-Identifier: Apache-2.0

//! The list of sessions as it changes. The list is requested again only when the lean sync reports a change. No other
//! source reports deletions: the crypto store's stream of devices does not.

use std::{collections::BTreeSet, time::Duration};

use matrix_sdk_crypto::store::CryptoStore;
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    account::Account,
    error::{RequestError, StoreError},
    identity::{KnowsIdentity, ShowsIdentity},
    sessions::{NewLogin, SessionList, list::list},
    sync::{
        Seen,
        pauses::{IN_BACKGROUND, Pauses, asked},
    },
};

/// How long the server may hold a synchronisation open. It answers at once when there is something.
const WAIT: Duration = Duration::from_secs(30);

/// The sessions at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// All of them.
    pub list: SessionList,
    /// The sessions that were not there before and that nobody has acknowledged, newest first. Each stays in every
    /// snapshot, also after a restart, until [`Account::acknowledge_login`] or until the session is gone. Verifying a
    /// session does not acknowledge it: a thief with the recovery key can verify a session too.
    ///
    /// The sessions in the very first list of [`Account::sessions`] or of a watch are not new: nothing is known of the
    /// time before.
    pub new_logins: Vec<NewLogin>,
}

/// Snapshots of the sessions, one whenever something has changed; see [`Account::watch_sessions`].
pub struct SessionsWatch {
    account: Account,
    /// The synchronisations that this watch has seen …
    seen: Seen,
    /// … and those that had finished when the list was last requested. `None`: the list has to be requested.
    listed: Option<Seen>,
    /// Whether the list has to be requested after the next synchronisation, whatever that reports.
    look_again: bool,
    acknowledged: watch::Receiver<()>,
    /// Whether a new login in the last snapshot may have been acknowledged since.
    was_acknowledged: bool,
    last: Option<Snapshot>,
    /// Device ids of new logins that the ledger has noted as reported but that no snapshot has contained yet.
    fresh: BTreeSet<String>,
    pauses: Pauses,
    /// Whether the last call failed and there was no snapshot since.
    has_failed: bool,
}

impl Account {
    /// Watches the sessions: gives the list with its new logins now and after each change. While
    /// [`SessionsWatch::next`] runs it synchronises, so that [`Account::sync_once`] is not needed; calling both is
    /// harmless, but `sync_once` then waits for its turn, for up to half a minute.
    pub fn watch_sessions(&self) -> SessionsWatch {
        SessionsWatch {
            account: self.clone(),
            seen: Seen::default(),
            listed: None,
            look_again: false,
            acknowledged: self.acknowledgements(),
            was_acknowledged: false,
            last: None,
            fresh: BTreeSet::new(),
            pauses: Pauses::up_to(IN_BACKGROUND),
            has_failed: false,
        }
    }
}

impl<K: KnowsIdentity> Account<K> {
    /// The sessions as they are now, with their new logins.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn session_snapshot(&self) -> Result<Snapshot, RequestError> {
        snapshot(&*K::shows_identity(self)).await
    }
}

/// [`Account::session_snapshot`]
pub(super) async fn snapshot(account: &dyn ShowsIdentity) -> Result<Snapshot, RequestError> {
    let (list, _) = settled_list(account).await?;
    let ledger = account.ledger();
    let mut fresh = ledger.fresh.lock().await;
    let new_logins = account.report_logins(&list, &mut fresh).await?;
    fresh.clear();
    Ok(Snapshot { list, new_logins })
}

/// The list, and whether it may still change: Synapse reports a dehydrated device before it has the device's keys, and
/// does not report the keys. For a moment the device looks like a login without encryption. The second list keeps it from
/// being reported; if the keys take longer, a third list corrects the report.
async fn settled_list(account: &dyn ShowsIdentity) -> Result<(SessionList, bool), RequestError> {
    let first = list(account).await?;
    match account.has_fresh_keyless(&first).await? {
        true => Ok((list(account).await?, true)),
        false => Ok((first, false)),
    }
}

impl SessionsWatch {
    /// Gives the first snapshot at once, then one after each change: a login, a new name, device keys or a signature, a
    /// logout, client information, notification settings in account data, an acknowledged login. Activity alone
    /// (`last_seen_ts`, `last_seen_ip`, and the order that depends on them) gives no snapshot, because it changes all
    /// the time. No synchronisation reports pushers or the passing of time: see [`SessionsWatch::refresh`].
    ///
    /// The list is requested only when a synchronisation reports a change. When a session without device keys is new,
    /// it is requested twice more: at once, and after the next synchronisation.
    ///
    /// Dropping the future is safe; nothing is lost.
    ///
    /// # Errors
    /// [`RequestError`]. Show it and call again: the next call waits by itself, longer after each failure in a row
    /// (one second to a minute, or as long as the server asks, at most ten minutes), tries again, and goes on where it
    /// was; when that works, a snapshot comes whether or not something has changed. After
    /// [`ServerError::SessionExpired`](crate::error::ServerError::SessionExpired) there is nothing more to come.
    pub async fn next(&mut self) -> Result<Snapshot, RequestError> {
        self.pauses.wait().await;
        loop {
            let step = self.step().await;
            match &step {
                Ok(_) => self.pauses.end(),
                Err(error) => {
                    self.pauses.failed(asked(error));
                    self.has_failed = true;
                }
            }
            if let Some(result) = step.transpose() {
                return result;
            }
        }
    }

    /// Makes the next call of [`SessionsWatch::next`] request the list at once, even after a failure: when the person
    /// asks for it, when the network is back, or after a change that no synchronisation reports (a pusher switched with
    /// [`Account::set_push`]). That call gives a snapshot if something changed.
    pub fn refresh(&mut self) {
        self.listed = None;
        self.pauses.end();
    }

    async fn step(&mut self) -> Result<Option<Snapshot>, RequestError> {
        if self.is_out_of_date() {
            return self.list().await;
        }
        if let Some(last) = self.last.as_ref().filter(|_| self.was_acknowledged) {
            let list = last.list.clone();
            return Ok(self.snapshot(list).await?);
        }
        // After a failure the sync does not wait for news, so that the caller soon learns that the failure is over.
        let wait = if self.has_failed { Duration::ZERO } else { WAIT };
        tokio::select! {
            synced = self.account.next_sync(&mut self.seen, wait) => {
                synced?;
                if self.has_failed {
                    self.listed = None;
                }
            }
            _ = self.acknowledged.changed() => self.was_acknowledged = true,
        }
        Ok(None)
    }

    fn is_out_of_date(&self) -> bool {
        self.listed.is_none_or(|listed| {
            listed.own_devices != self.seen.own_devices
                || listed.session_account_data != self.seen.session_account_data
                || self.look_again && listed.syncs != self.seen.syncs
        })
    }

    async fn list(&mut self) -> Result<Option<Snapshot>, RequestError> {
        // Read before the request: a change during the request is reported by a later synchronisation.
        let seen = self.account.seen();
        // The first synchronisation does not tell what changed before it.
        let mut look_again = !has_synced(&self.account).await?;
        let (list, may_change) = settled_list(&self.account).await?;
        look_again |= may_change;
        let snapshot = self.snapshot(list).await?;
        // Last, so that a call that is dropped before this starts again.
        self.seen = seen;
        self.listed = Some(seen);
        self.look_again = look_again;
        Ok(snapshot)
    }

    /// A snapshot, if there is something new in it.
    async fn snapshot(&mut self, list: SessionList) -> Result<Option<Snapshot>, StoreError> {
        // Before the ledger is read: the ledger contains all acknowledgements up to now.
        self.acknowledged.mark_unchanged();
        let new_logins = self.account.report_logins(&list, &mut self.fresh).await?;
        self.was_acknowledged = false;
        let snapshot = Snapshot { list, new_logins };
        let last = self.last.replace(snapshot.clone());
        let is_recovered = std::mem::take(&mut self.has_failed);
        if !is_recovered && last.is_some_and(|last| lasting(last) == lasting(snapshot.clone())) {
            return Ok(None);
        }
        self.fresh.clear();
        Ok(Some(snapshot))
    }
}

async fn has_synced(account: &Account) -> Result<bool, StoreError> {
    let token = account
        .crypto_store()
        .next_batch_token()
        .await
        .map_err(StoreError::because)?;
    Ok(token.is_some())
}

/// The snapshot without the fields that change all the time.
pub(super) fn lasting(mut snapshot: Snapshot) -> Snapshot {
    let list = &mut snapshot.list;
    for session in list.others.iter_mut().chain([&mut list.current]) {
        session.last_seen_ts = None;
        session.last_seen_ip = None;
    }
    list.others.sort_by(|a, b| a.device_id.cmp(&b.device_id));
    for login in &mut snapshot.new_logins {
        login.reported = true;
    }
    snapshot
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        facts::IdentityStatus,
        sessions::{INACTIVE_AFTER_MS, RawDevice, RawList},
    };

    fn snapshot(change: impl FnOnce(&mut RawDevice)) -> Snapshot {
        let device = |device_id: &str| RawDevice {
            device_id: device_id.to_owned(),
            name: None,
            last_seen_ts: Some(1000),
            last_seen_ip: None,
            unlisted: false,
            keys: None,
        };
        let mut devices = ["CURRENT", "A", "B"].map(device);
        change(&mut devices[2]);
        let raw = RawList {
            own_device_id: "CURRENT".to_owned(),
            identity: IdentityStatus::Ours,
            devices: devices.to_vec(),
            account_data: BTreeMap::new(),
            pushers: BTreeMap::new(),
        };
        let login = NewLogin {
            device_id: "A".to_owned(),
            label: "A".to_owned(),
            first_seen_ts: 1,
            reported: false,
        };
        Snapshot {
            list: SessionList::new(raw, INACTIVE_AFTER_MS + 1000).expect("this session is there"),
            new_logins: vec![login],
        }
    }

    #[test]
    fn activity_is_no_change_and_everything_else_is() {
        let same = |other: Snapshot| lasting(snapshot(|_| ())) == lasting(other);
        let used = snapshot(|b| b.last_seen_ts = Some(2000));
        assert_eq!(used.list.others[0].device_id, "B", "the order has changed");
        assert!(same(used));
        assert!(same(snapshot(|b| b.last_seen_ip = Some("192.0.2.1".to_owned()))));
        assert!(!same(snapshot(|b| b.last_seen_ts = Some(0))), "it is inactive now");
        assert!(!same(snapshot(|b| b.name = Some("Name".to_owned()))));
        assert!(!same(snapshot(|b| b.device_id = "C".to_owned())));

        let login = |change: fn(&mut NewLogin)| {
            let mut snapshot = snapshot(|_| ());
            change(&mut snapshot.new_logins[0]);
            snapshot
        };
        assert!(same(login(|login| login.reported = true)));
        assert!(!same(login(|login| login.first_seen_ts = 2)), "it was gone meanwhile");
        let mut acknowledged = snapshot(|_| ());
        acknowledged.new_logins.clear();
        assert!(!same(acknowledged));
        let mut without_identity = snapshot(|_| ());
        without_identity.list.identity = IdentityStatus::NotSetUp;
        assert!(!same(without_identity));
    }
}
