// SPDX-License-Identifier: Apache-2.0

//! Sessions (the specification says devices): the page of sessions, also live. `records.rs` has what a list shows.

mod error;
mod records;
mod sign_out;
mod watch;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use keyward::sessions;

pub(crate) use self::records::{milliseconds, time};
pub use self::{
    error::{SessionsError, SignOutError},
    records::{
        ClientInformation, DeviceKind, LabelSource, LoginAlert, NewLogin, PushNotifications, Recommendations, Session,
        SessionFilter, SessionHistoryEntry, SessionList, SessionRename, SessionTrust, SignOutConsequences,
        SignOutProposal,
    },
    sign_out::{AccountManagement, SignOut, SignOutLink, SignOutLinks},
    watch::{SessionsSnapshot, SessionsUpdate, SessionsWatch},
};
use crate::login::{AnyAccount, AnyLogin};

/// The sessions of one account.
#[derive(uniffi::Object)]
pub struct Sessions {
    login: AnyLogin,
    /// How often an attached account's list is requested, beside when the app asks for it.
    every: Option<Duration>,
}

impl Sessions {
    pub(crate) fn new(login: AnyLogin, every: Option<Duration>) -> Self {
        Self { login, every }
    }
}

#[uniffi::export]
impl Sessions {
    /// Lists the sessions. No room is synchronised, whatever their number.
    pub async fn list(&self) -> Result<SessionList, SessionsError> {
        self.login
            .call(async |account| {
                let list = match account {
                    AnyAccount::Own(account) => account.sessions().await?,
                    AnyAccount::Attached(account) => account.sessions().await?,
                };
                Ok::<_, SessionsError>(list.into())
            })
            .await
    }

    /// The list now, and again whenever something has changed. Synchronises while it is read, in the place of
    /// `Account.sync_once`. For an attached account the app's SDK does that: tell the watch to `refresh` when it reports a
    /// change of the own devices.
    pub async fn open_watch(&self) -> Result<Arc<SessionsWatch>, SessionsError> {
        SessionsWatch::start(&self.login, self.every).await
    }

    /// Gives a session, this one or another, the public name `name`; an empty one takes the name away. Other users can
    /// see it.
    pub async fn rename(&self, device_id: String, name: String) -> Result<(), SessionsError> {
        self.login
            .call(async move |account| Ok::<_, SessionsError>(account.rename_session(&device_id, &name).await?))
            .await
    }

    /// Switches the push notifications of a session, this one or another.
    pub async fn set_push(&self, device_id: String, on: bool) -> Result<(), SessionsError> {
        self.login
            .call(async move |account| Ok::<_, SessionsError>(account.set_push(&device_id, on).await?))
            .await
    }

    /// The other sessions that the person may want to sign out: those that were not active for more than `inactive_days`,
    /// and those that this session has not seen verified for more than `unverified_days`. A selection to show, never an
    /// act. Lists the sessions for that.
    #[uniffi::method(default(inactive_days = None, unverified_days = None))]
    pub async fn propose_sign_out(
        &self,
        inactive_days: Option<u32>,
        unverified_days: Option<u32>,
    ) -> Result<Vec<SignOutProposal>, SessionsError> {
        let policy = sessions::Policy {
            inactive_days,
            unverified_days,
        };
        self.login
            .call(async move |account| {
                let list = match &account {
                    AnyAccount::Own(account) => account.session_snapshot().await?.list,
                    AnyAccount::Attached(account) => account.session_snapshot().await?.list,
                };
                let history = account.session_history().await?;
                let proposals = policy.propose(&list, &history, milliseconds(SystemTime::now()));
                Ok::<_, SessionsError>(proposals.into_iter().map(Into::into).collect())
            })
            .await
    }

    /// What signing `device_ids` out leads to: ask it, and show it, before `sign_out`. Lists the sessions for that.
    pub async fn sign_out_consequences(&self, device_ids: Vec<String>) -> Result<SignOutConsequences, SessionsError> {
        self.login
            .call(async move |account| {
                Ok(match account {
                    AnyAccount::Own(account) => {
                        let list = account.sessions().await?;
                        account.sign_out_consequences(&list, &device_ids).await?
                    }
                    AnyAccount::Attached(account) => {
                        let list = account.sessions().await?;
                        account.sign_out_consequences(&list, &device_ids)
                    }
                })
            })
            .await
    }

    /// Selects other sessions to sign out. One that is gone already is no error; this one is (`CurrentSession`):
    /// `Account.log_out`.
    pub async fn sign_out(&self, device_ids: Vec<String>) -> Result<Arc<SignOut>, SignOutError> {
        SignOut::start(&self.login, device_ids).await
    }

    /// The page where this account's sessions are managed, on servers that moved that there. Absent on all others:
    /// `sign_out` works there.
    pub async fn account_management(&self) -> Result<Option<Arc<AccountManagement>>, SessionsError> {
        self.login
            .call(async |account| {
                let management = account.account_management().await?;
                Ok::<_, SessionsError>(management.map(|management| Arc::new(AccountManagement(management))))
            })
            .await
    }

    /// The person says that a new login was theirs: it is no longer reported.
    pub async fn acknowledge_login(&self, device_id: String) -> Result<(), SessionsError> {
        self.login
            .call(async move |account| Ok::<_, SessionsError>(account.acknowledge_login(&device_id).await?))
            .await
    }

    /// The sessions that were ever listed here, each with its times and its former names: those that are there, then
    /// those that are gone. Needs no network.
    pub async fn history(&self) -> Result<Vec<SessionHistoryEntry>, SessionsError> {
        self.login
            .call(async |account| {
                let entries = account.session_history().await?;
                Ok::<_, SessionsError>(entries.into_iter().map(Into::into).collect())
            })
            .await
    }

    /// Says what client this session is, for the person's other sessions to see. Writes nothing if that is there already.
    pub async fn announce_client(&self, client: ClientInformation) -> Result<(), SessionsError> {
        self.login
            .call(async move |account| Ok::<_, SessionsError>(account.announce_client(&client).await?))
            .await
    }

    /// Empties the client information of sessions that were signed out elsewhere, for instance on the server's page.
    pub async fn prune_client_information(&self) -> Result<(), SessionsError> {
        self.login
            .call(async |account| Ok::<_, SessionsError>(account.prune_client_information().await?))
            .await
    }
}
