// SPDX-License-Identifier: Apache-2.0

//! What is wrong with an account, and the smallest thing that mends it. `finding.rs` has what is found; here is what
//! mends what no other flow does.

mod after_care;
mod error;
mod finding;

use std::{sync::Arc, time::Duration};

use keyward::{account, doctor};
use tokio::sync::oneshot;

pub use self::{
    after_care::{AfterCare, ContactToVerify, SessionToVerify, WhyVerify},
    error::RepairError,
    finding::{Consequence, Decides, Finding, FindingCode, FindingRemedy, RemedyCode, Report, Severity},
};
use crate::{
    Account, AccountError, AttachedAccount, KeyCheckError, KeyInput,
    account::LONGEST_WAIT,
    login::{Login, NoAccount},
    transfer::Transfer,
};

#[uniffi::export]
impl Account {
    /// Examines the account and this session: what is wrong, and what mends it, the smallest first. Reads only; two
    /// round trips. `lost_key`: the person says that they have lost the recovery key, and the Security Phrase if there
    /// is one.
    #[uniffi::method(default(lost_key = false))]
    pub async fn examine(&self, lost_key: bool) -> Result<Arc<Report>, AccountError> {
        let asked = doctor::Asked { lost_key };
        self.login
            .call(async move |account| Ok::<_, AccountError>(Arc::new(Report(account.examine(asked).await?))))
            .await
    }

    /// The same with a recovery key or Security Phrase that the person has at hand: what it should open and does not is
    /// among the findings (`SecretStorageWrongKey`), and nothing is proposed that needs a key that it is not. `MistypedKey`
    /// only where it is no key at all.
    pub async fn examine_with_key(&self, key: KeyInput) -> Result<Arc<Report>, KeyCheckError> {
        self.login
            .call(async move |account| {
                let report = account.examine_with_key(&key.into(), doctor::Asked::default()).await?;
                Ok::<_, KeyCheckError>(Arc::new(Report(report)))
            })
            .await
    }

    /// Asks the other verified sessions for the private keys and the key backup's key, and waits until they have come,
    /// for `patience` and an hour at most: the person may have to open another app. `NobodyAnswered` if none has.
    /// Synchronises meanwhile, in the place of `sync_once`; keys that come later are taken in by that. Leaving earlier
    /// loses nothing.
    pub async fn ask_other_sessions(&self, patience: Duration) -> Result<(), RepairError> {
        let patience = patience.min(LONGEST_WAIT);
        self.login.work().key_flow_that_was_let_go().await;
        let (answer, answered) = oneshot::channel();
        let of_all = self.login.work();
        let lease = self.login.start(async move |account, inside| {
            let asked = async { Ok::<_, RepairError>(account.ask_other_sessions(patience).await?) };
            let asked = of_all.while_open(Box::pin(asked)).await;
            drop((account, inside));
            let _ = answer.send(asked);
        })?;
        // Whoever waits no longer drops the lease with this.
        self.login.work().drives_key_flow(&lease);
        answered.await.map_err(|_| NoAccount::Closed)?
    }

    /// Signs this session with the private keys that it holds, where its signature is not on the server: it was
    /// restored from a backup.
    pub async fn sign_this_session(&self) -> Result<(), RepairError> {
        repair(&self.login, async |account| account.sign_this_session().await).await
    }

    /// Writes what belongs into secret storage and is not there under the present recovery key, which `key` is: the
    /// private keys, and the key backup's key if this session has it. The recovery key stays the same, and so does what
    /// is there.
    pub async fn write_secret_storage(&self, key: KeyInput) -> Result<(), RepairError> {
        repair(&self.login, async move |account| {
            account.write_secret_storage(&key.into()).await
        })
        .await
    }

    /// Starts making a key backup, where there is none or one that nobody trusted has signed: its key goes into secret
    /// storage under the present recovery key, which `key` is, and every room key of this session is uploaded. A key
    /// backup that somebody else may have made is left as it is.
    pub async fn start_make_backup(&self, key: KeyInput) -> Result<Arc<RoomKeyRepair>, RepairError> {
        RoomKeyRepair::start(&self.login, async move |account, progress| {
            account.make_backup(&key.into(), progress).await.map(|()| 0)
        })
        .await
    }

    /// Starts uploading the room keys of this session that are not in the key backup.
    pub async fn start_upload_room_keys_behind(&self) -> Result<Arc<RoomKeyRepair>, RepairError> {
        RoomKeyRepair::start(&self.login, async |account, progress| {
            account.upload_room_keys_behind(progress).await.map(|()| 0)
        })
        .await
    }

    /// Starts fetching what older versions of the key backup hold, with the recovery key or Security Phrase of their
    /// time, and puts it into the present one if this session uses that. `version`: only that one. The older versions
    /// stay.
    #[uniffi::method(default(version = None))]
    pub async fn start_recover_room_keys(
        &self,
        old_key: KeyInput,
        version: Option<String>,
    ) -> Result<Arc<RoomKeyRepair>, RepairError> {
        RoomKeyRepair::start(&self.login, async move |account, progress| {
            account
                .recover_room_keys(&old_key.into(), version.as_deref(), progress)
                .await
        })
        .await
    }

    /// Writes into the account's data that a key backup is wanted, where there is one.
    pub async fn say_backup_is_wanted(&self) -> Result<(), RepairError> {
        repair(&self.login, async |account| account.say_backup_is_wanted().await).await
    }

    /// Removes the dehydrated device, which should receive messages while no session is online, after another look:
    /// only if it is not signed by the identity, which is trusted here.
    pub async fn remove_dehydrated_device(&self) -> Result<(), RepairError> {
        repair(&self.login, async |account| account.remove_dehydrated_device().await).await
    }
}

#[uniffi::export]
impl AttachedAccount {
    /// Examines the account, as far as the server shows it: what is wrong, and what mends it, the smallest first. What
    /// the app's own SDK holds is not in it. Reads only; two round trips. `lost_key`: the person says that they have
    /// lost the recovery key, and the Security Phrase if there is one.
    #[uniffi::method(default(lost_key = false))]
    pub async fn examine(&self, lost_key: bool) -> Result<Arc<Report>, AccountError> {
        let asked = doctor::Asked { lost_key };
        self.login
            .call(async move |account| Ok::<_, AccountError>(Arc::new(Report(account.examine(asked).await?))))
            .await
    }

    /// The same with a recovery key or Security Phrase that the person has at hand: what it should open and does not is
    /// among the findings (`SecretStorageWrongKey`), and nothing is proposed that needs a key that it is not. `MistypedKey`
    /// only where it is no key at all.
    pub async fn examine_with_key(&self, key: KeyInput) -> Result<Arc<Report>, KeyCheckError> {
        self.login
            .call(async move |account| {
                let report = account.examine_with_key(&key.into(), doctor::Asked::default()).await?;
                Ok::<_, KeyCheckError>(Arc::new(Report(report)))
            })
            .await
    }
}

/// Mends in one step, to its end.
async fn repair<W>(
    login: &Arc<Login>,
    mend: impl FnOnce(account::Account) -> W + Send + 'static,
) -> Result<(), RepairError>
where
    W: Future<Output = Result<(), doctor::RepairError>> + Send + 'static,
{
    let work = login.work();
    login
        .call(async move |account| {
            work.key_flow_that_was_let_go().await;
            Ok::<_, RepairError>(mend(account).await?)
        })
        .await
}

/// A repair with many room keys. Letting it go stops it; what was done stays, and doing it again does the rest.
#[derive(uniffi::Object)]
pub struct RoomKeyRepair(Transfer<RoomKeyRepairState, RepairError>);

impl RoomKeyRepair {
    async fn start<W>(
        login: &Arc<Login>,
        mend: impl FnOnce(account::Account, crate::transfer::Listener) -> W + Send + 'static,
    ) -> Result<Arc<Self>, RepairError>
    where
        W: Future<Output = Result<u64, doctor::RepairError>> + Send + 'static,
    {
        let running = |done, total| RoomKeyRepairState::Running { done, total };
        let transfer = Transfer::start_key_flow(login, running, async move |account, progress| {
            let gained = mend(account, progress).await?;
            Ok(RoomKeyRepairState::Done { gained })
        });
        Ok(Arc::new(Self(transfer.await?)))
    }
}

#[uniffi::export]
impl RoomKeyRepair {
    /// How far it is: at once, then whenever that changes, at last `Done`. Absent after that, after `stop`, and after the
    /// account was shut down.
    pub async fn next(&self) -> Result<Option<RoomKeyRepairState>, RepairError> {
        self.0.next().await
    }

    /// Stops it: what was done stays, and doing it again does the rest.
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// How far a repair with many room keys is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum RoomKeyRepairState {
    /// It works.
    Running {
        /// Room keys so far.
        done: u64,
        /// Room keys in all; 0 while nobody knows.
        total: u64,
    },
    /// It is mended.
    Done {
        /// How many room keys this session has gained, those that open more messages than before among them. Only what is
        /// recovered from an older key backup gives any.
        gained: u64,
    },
}
