// SPDX-License-Identifier: Apache-2.0

//! A new recovery key under way, for apps.

use std::{fmt, sync::Arc};

use keyward::{
    account::Account,
    flow::{Driver, Status, drive_with_pauses},
    identity::KnowsIdentity,
    recovery::RecoveryFlow,
};

use super::{RecoveryError, RecoveryState};
use crate::{
    Confirmation,
    gate::FlowPauses,
    login::{Closes, Lease, Login, Work},
    states::States,
};

/// The making of a new recovery key. It goes on by itself; show what its states say and call what the person decides.
///
/// A call that is no longer awaited is done all the same. Letting it go stops it where it is: `Account.resume_recovery` takes
/// it up again.
#[derive(uniffi::Object)]
pub struct Recovery {
    driver: Driver<RecoveryFlow>,
    work: Arc<Work>,
    _lease: Lease,
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recovery").finish_non_exhaustive()
    }
}

impl Recovery {
    /// Returns when it is under way: from then on its states tell what happens. Waits here and not in a task of its own, as a
    /// reset does.
    pub(super) async fn begin<K: KnowsIdentity + Closes>(
        login: Arc<Login<K>>,
        flow: impl FnOnce(&Account<K>) -> RecoveryFlow,
        take_up: fn(&mut RecoveryFlow, &Account<K>),
    ) -> Result<Arc<Self>, RecoveryError> {
        login.work().key_flow_that_was_let_go().await;
        let mut handle = None;
        let lease = login.start(|account, inside| {
            let pauses = FlowPauses::new(login.clone(), inside, take_up);
            let (driver, work) = drive_with_pauses(Status::Working(None), pauses, |reporter| {
                flow(&account).reporting_to(reporter)
            });
            handle = Some(driver);
            work
        })?;
        let work = login.work();
        work.drives_key_flow(&lease);
        let driver = handle.expect("made with the task");
        driver.begun().await?;
        Ok(Arc::new(Self {
            driver,
            work,
            _lease: lease,
        }))
    }
}

#[uniffi::export]
impl Recovery {
    /// The present state first, then each change, until the new key is in force or cancelled. Any number of them at a time.
    pub fn open_states(&self) -> Arc<RecoveryStates> {
        Arc::new(RecoveryStates(States::new(self.driver.statuses())))
    }

    /// In `SaveKey`: the person has saved the new key. `KeyMismatch` if something else was typed; the state stays.
    pub async fn confirm_saved(&self, confirmation: Confirmation) -> Result<(), RecoveryError> {
        self.work.not_while_paused()?;
        Ok(self.driver.command((&confirmation).into()).await?)
    }

    /// In `Stopped`: goes on from where it is.
    pub async fn retry(&self) -> Result<(), RecoveryError> {
        self.work.not_while_paused()?;
        Ok(self.driver.retry().await?)
    }

    /// Takes back what was written under the new key, as long as that is not in force: the old key opens what it did.
    /// `AlreadyCommitted` afterwards; it goes on then.
    pub async fn cancel(&self) -> Result<(), RecoveryError> {
        self.work.not_while_paused()?;
        Ok(self.driver.cancel().await?)
    }
}

/// The states of a new key.
#[derive(uniffi::Object)]
pub struct RecoveryStates(States<Status<RecoveryFlow>>);

#[uniffi::export]
impl RecoveryStates {
    /// The present state at the first call, then each change. Absent when nothing more comes: after the last state, after
    /// `stop`, and after the account was shut down.
    pub async fn next(&self) -> Option<RecoveryState> {
        self.0.next().await.map(Into::into)
    }

    /// Ends this stream, and the call that waits for it. The making of the key goes on.
    pub fn stop(&self) {
        self.0.stop();
    }
}
