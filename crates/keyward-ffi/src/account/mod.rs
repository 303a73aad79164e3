// SPDX-License-Identifier: Apache-2.0

//! One login of one account.

mod attached;
mod error;
mod login;
mod status;

use std::{path::PathBuf, sync::Arc, time::Duration};

use keyward::{account, login as core_login};

pub use self::{
    attached::{AttachedAccount, AttachedStatus, HostSession, TokenRequest, TokenRequests},
    error::{AccountError, AttachError, LoginError, LogoutError, RestoreError, ResumeError},
    login::{
        BrowserLogin, BrowserMethod, ClientDescription, DeviceLogin, LoginMethod, SsoProvider, cancel_browser_login,
        waiting_browser_login,
    },
    status::{AccountStatus, IdentityStatus, KeyBackupStatus, KeyFlow, PendingFlow, SecretStorageStatus},
};
use crate::{
    Homeserver, KeyInput, RoomKeys, Sessions, UnlockError, Unlocked,
    login::{AnyLogin, Login},
    runtime,
    secret::{Password, StoreKey},
};

/// The longest wait for a synchronisation that a caller can ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// A login and its encrypted store. One at a time for each folder.
///
/// Everything that comes from it (sessions, a reset, a new recovery key, a verification) belongs to it and ends with
/// `shut_down`. Letting an object go without that is safe, from any thread: what it was doing stops at a point where it
/// can be taken up again, and the store is free when the last object of the account is gone.
#[derive(uniffi::Object)]
pub struct Account {
    pub(crate) login: Arc<Login>,
    user_id: String,
    device_id: String,
    homeserver: String,
}

impl Account {
    fn new(account: account::Account) -> Arc<Self> {
        Arc::new(Self {
            user_id: account.user_id().to_owned(),
            device_id: account.device_id().to_owned(),
            homeserver: account.homeserver(),
            login: Login::new(account),
        })
    }
}

#[uniffi::export]
impl Account {
    /// Logs in with a password and makes the store in `folder`, encrypted with `key`. The session's device keys are
    /// uploaded, so that other sessions see it as one that supports encryption.
    ///
    /// `user` is a user id (`@alice:example.org`) or its localpart; `session_name` is the public name of the session,
    /// which others can see. A folder that holds a login already, another key's store or a damaged one is left alone.
    #[uniffi::constructor]
    pub async fn login(
        homeserver: Arc<Homeserver>,
        user: String,
        password: Arc<Password>,
        session_name: String,
        folder: String,
        key: Arc<StoreKey>,
    ) -> Result<Arc<Self>, LoginError> {
        runtime::run(async move {
            let login = core_login::Login {
                user,
                password: password.0.clone(),
                session_name,
            };
            let account = account::Account::login(&homeserver.0, login, &PathBuf::from(folder), &key.0).await?;
            Ok(Self::new(account))
        })
        .await
    }

    /// Opens the store in `folder` and takes the session up again. Needs no network. The files are left as they are
    /// where it fails.
    #[uniffi::constructor]
    pub async fn restore(folder: String, key: Arc<StoreKey>) -> Result<Arc<Self>, RestoreError> {
        runtime::run(async move {
            let account = account::Account::restore(&PathBuf::from(folder), &key.0).await?;
            Ok(Self::new(account))
        })
        .await
    }

    /// Matrix user id, for instance `@alice:example.org`.
    pub fn user_id(&self) -> String {
        self.user_id.clone()
    }

    /// This session's device id.
    pub fn device_id(&self) -> String {
        self.device_id.clone()
    }

    /// The homeserver's address.
    pub fn homeserver(&self) -> String {
        self.homeserver.clone()
    }

    /// Ends everything that works for this account, finishes what is being written, and gives the store's files back:
    /// once it returns, the files can be copied and the account restored. A reset or a new recovery key that is not
    /// finished can be resumed then. Every later call fails with `Closed`. An app that goes to the background
    /// calls `pause`.
    pub async fn shut_down(&self) -> Result<(), AccountError> {
        Ok(self.login.shut_down().await?)
    }

    /// Stops what works for this account and gives up every file and the lock of its store, with the same objects: iOS ends a
    /// suspended app that holds a lock, and another process of the app may need the store. Takes milliseconds, some seconds at
    /// the longest. Does nothing to an account that is paused; once begun it is done, also if nobody waits for it.
    ///
    /// Until `resume`, flows under way stand still, and what waits goes on waiting: states, the list of sessions, `sync_once`,
    /// `next_verification_request`, the wait for a person in a browser. Every other call fails with `Paused`, and so do
    /// those that are under way: they may have been done or not. A cancel under way is done after `resume`. An export,
    /// an import and a repair of room keys end with `Paused`; what they did stays. `Store`: it is paused all the same, but a
    /// file may be open for a moment longer.
    pub async fn pause(&self) -> Result<(), AccountError> {
        self.login.pause().await
    }

    /// Takes the store again, and lets everything go on. Needs no network. Does nothing to an account that is not paused.
    ///
    /// If another process has had the store meanwhile, everything goes on with what is there now: a reset or a new recovery key
    /// is where that process has left it (`NothingPending` if it is over), the list of sessions comes once more, and a
    /// verification ends with `Cancelled`.
    pub async fn resume(&self) -> Result<(), ResumeError> {
        self.login.resume().await
    }

    /// Looks how the account and this session stand. Reads only; two round trips.
    pub async fn status(&self) -> Result<AccountStatus, AccountError> {
        self.login
            .call(async |account| Ok::<_, AccountError>(account.status().await?))
            .await
    }

    /// Synchronises once: receives room keys, verification messages and changes, sends what is due. `wait` is how long
    /// the server may hold the request open when there is nothing new, at most an hour; leaving earlier loses nothing.
    pub async fn sync_once(&self, wait: Duration) -> Result<(), AccountError> {
        // Some platforms pass "for ever" as a duration that is too long for a point in time.
        let wait = wait.min(LONGEST_WAIT);
        self.login
            .wait(move |account| async move { Ok::<_, AccountError>(account.sync_once(wait).await?) })
            .await
    }

    /// How many room keys are here and not in the key backup on the server. All of them if the server cannot be asked.
    pub async fn unsaved_room_keys(&self) -> Result<u64, AccountError> {
        self.login
            .call(async |account| Ok::<_, AccountError>(account.unsaved_room_keys().await?))
            .await
    }

    /// Verifies this session with the recovery key (people read "Security Key") or the Security Phrase, and takes the
    /// key backup up if there is one. Nothing is changed unless it opens secret storage.
    pub async fn unlock(&self, input: KeyInput) -> Result<Unlocked, UnlockError> {
        self.login
            .call(async move |account| Ok::<_, UnlockError>(account.unlock(&input.into()).await?.into()))
            .await
    }

    /// The account's sessions: list, watch, rename, sign out.
    pub fn sessions(&self) -> Arc<Sessions> {
        Arc::new(Sessions::new(AnyLogin::Own(self.login.clone()), None))
    }

    /// Export and import of room keys.
    pub fn room_keys(&self) -> Arc<RoomKeys> {
        Arc::new(RoomKeys::new(self.login.clone()))
    }

    /// Signs this session out at the server and removes its local files. A session that the server no longer knows
    /// counts as signed out. Afterwards every call fails with `Closed`.
    pub async fn log_out(&self, unsaved: UnsavedRoomKeys) -> Result<(), LogoutError> {
        let login = self.login.clone();
        // Both in one task: the caller may stop waiting between the two.
        runtime::run(async move {
            login.work().key_flow_that_was_let_go().await;
            login
                .call(async move |account| Ok::<_, LogoutError>(account.log_out(unsaved).await?))
                .await?;
            // The session and its files are gone, so an error of closing the store does not matter.
            let _ = login.shut_down().await;
            Ok(())
        })
        .await
    }
}

/// What to do with data that only this session has and that would be lost with it: room keys that are in no key backup
/// and not exported, the new keys of an unfinished reset, and an unfinished new recovery key.
#[uniffi::remote(Enum)]
pub enum UnsavedRoomKeys {
    /// Stop if there are any.
    Keep,
    /// The person knows and gives them up, together with a reset whose new identity is not in force, and with a new
    /// recovery key.
    Discard,
}
pub use keyward::logout::UnsavedRoomKeys;
