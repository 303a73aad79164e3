// SPDX-License-Identifier: Apache-2.0

//! The list of sessions as it changes, for an account to which this program is attached. Only the other program
//! synchronises: it says when its SDK has heard of a change, and where it does not, the list is requested now and then.

use std::{future::pending, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use super::{Snapshot, live::lasting};
use crate::{
    account::{Account, Attached},
    error::RequestError,
    sync::pauses::{IN_BACKGROUND, Pauses, asked},
};

/// The list is not requested more often than this, whatever interval is wanted.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(5);

/// Snapshots of the sessions, one whenever something has changed; see [`Account::watch_sessions`].
#[derive(Debug)]
pub struct AttachedSessionsWatch {
    account: Account<Attached>,
    every: Option<Duration>,
    refresh: Refresh,
    acknowledged: watch::Receiver<()>,
    /// When the list is to be requested at the latest, if it need not be now.
    next: Option<Instant>,
    /// Whether the list is to be requested now.
    is_due: bool,
    last: Option<Snapshot>,
    pauses: Pauses,
}

/// Makes the watch that it is of request the list. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Refresh(Arc<Notify>);

impl Refresh {
    /// The other program's SDK has heard of a change of the own devices, a person asks, or the network is back.
    pub fn refresh(&self) {
        self.0.notify_one();
    }
}

impl Account<Attached> {
    /// Watches the sessions: gives the list with its new logins now, and after each change that shows when the list is
    /// requested: at each [`Refresh::refresh`], and, with `every`, when so much time has passed since the last request (five
    /// seconds at least).
    pub fn watch_sessions(&self, every: Option<Duration>) -> AttachedSessionsWatch {
        AttachedSessionsWatch {
            account: self.clone(),
            every: every.map(|every| every.max(SHORTEST_INTERVAL)),
            refresh: Refresh::default(),
            acknowledged: self.acknowledgements(),
            next: None,
            is_due: true,
            last: None,
            pauses: Pauses::up_to(IN_BACKGROUND),
        }
    }
}

impl AttachedSessionsWatch {
    /// A handle that makes this watch request the list, from any task.
    pub fn refresher(&self) -> Refresh {
        self.refresh.clone()
    }

    /// Gives the first snapshot at once, then one after each change. Activity alone gives none. Dropping the future is safe.
    ///
    /// # Errors
    /// [`RequestError`]. Show it and call again: the next call waits by itself, longer after each failure in a row, unless it is
    /// told to refresh, and gives a snapshot when that works, whether or not something has changed.
    pub async fn next(&mut self) -> Result<Snapshot, RequestError> {
        loop {
            if !self.is_due {
                self.until_due().await;
                self.is_due = true;
            }
            self.acknowledged.mark_unchanged();
            let snapshot = match self.account.session_snapshot().await {
                Ok(snapshot) => snapshot,
                Err(error) => {
                    self.pauses.failed(asked(&error));
                    self.is_due = false;
                    self.last = None;
                    return Err(error);
                }
            };
            self.pauses.end();
            self.is_due = false;
            self.next = self.every.map(|every| Instant::now() + every);
            let last = self.last.replace(snapshot.clone());
            if last.is_none_or(|last| lasting(last) != lasting(snapshot.clone())) {
                return Ok(snapshot);
            }
        }
    }

    /// Waits until the list is to be requested: after a failure when its pause is over, else when something may have changed.
    async fn until_due(&mut self) {
        let has_failed = self.pauses.is_pausing();
        let next = self.next;
        let in_time = async {
            match next {
                _ if has_failed => self.pauses.wait().await,
                Some(next) => sleep_until(next).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = self.refresh.0.notified() => {}
            () = in_time => {}
            // The account is alive, and the sender with it.
            _ = self.acknowledged.changed() => {}
        }
    }
}
