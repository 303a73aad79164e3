// SPDX-License-Identifier: Apache-2.0

//! An account whose session the app's own SDK keeps.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keyward::{
    account::{self, Account, Attached, UnfinishedReset},
    secret::Secret,
};

use crate::{
    AccountError, AttachError, IdentityStatus, KeyBackupStatus, PendingFlow, PendingReset, ResumeError,
    SecretStorageStatus, Sessions,
    login::{AnyLogin, Login},
    runtime,
    secret::StoreKey,
};

/// A session that the app has already, as the app describes it.
#[uniffi::remote(Record)]
pub struct HostSession {
    /// The homeserver's address for the client-server API, for instance `https://matrix.example.org`.
    pub homeserver: String,
    /// Matrix user id.
    pub user_id: String,
    /// The session's device id.
    pub device_id: String,
    /// Base64 of the session's own public Ed25519 key, from the app's own SDK: no server can then show another key in its
    /// place.
    pub device_key: String,
    /// Base64 of the public master key that the app's SDK trusts, if it trusts one.
    #[uniffi(default)]
    pub master_key: Option<String>,
}
pub use keyward::account::HostSession;

/// The account's security, and the attached session's, as the server shows it.
#[uniffi::remote(Record)]
pub struct AttachedStatus {
    /// Matrix user id.
    pub user_id: String,
    /// The session's device id.
    pub device_id: String,
    /// The homeserver's address.
    pub homeserver: String,
    /// Whether the session is signed by the account's identity, and that identity is trusted.
    pub verified: bool,
    /// The digital identity.
    pub identity: IdentityStatus,
    /// Secret storage.
    pub secret_storage: SecretStorageStatus,
    /// Key backup ("Key storage"): there is none, the identity or the session has signed it (`Disabled`: there is no key for
    /// it here), or neither has (`Untrusted`).
    pub key_backup: KeyBackupStatus,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
    /// Everything that waits to be resumed, the reset among it.
    pub pending: Vec<PendingFlow>,
}
pub use keyward::facts::AttachedStatus;

/// An account whose session the app's own SDK keeps: that SDK synchronises, refreshes tokens and holds the keys, and nothing
/// of its store is opened. Its token requests have to be answered for as long as the account is in use.
///
/// Everything that comes from it belongs to it and ends with `shut_down`, as with `Account`.
#[derive(uniffi::Object)]
pub struct AttachedAccount {
    pub(crate) login: Arc<Login<Attached>>,
    requests: Arc<TokenRequests>,
    user_id: String,
    device_id: String,
    homeserver: String,
}

#[uniffi::export]
impl AttachedAccount {
    /// Attaches to the session. `folder` is one of the app's; a folder `keyward` in it gets small documents, encrypted with
    /// `key`. Call it at each start of the app, with the same session. Needs no network.
    #[uniffi::constructor]
    pub async fn attach(host: HostSession, folder: String, key: Arc<StoreKey>) -> Result<Arc<Self>, AttachError> {
        runtime::run(async move {
            let (account, requests) = Account::attach(&host, &PathBuf::from(folder), &key.0).await?;
            Ok(Arc::new(Self {
                user_id: account.user_id().to_owned(),
                device_id: account.device_id().to_owned(),
                homeserver: account.homeserver(),
                login: Login::new(account),
                requests: Arc::new(TokenRequests(tokio::sync::Mutex::new(requests))),
            }))
        })
        .await
    }

    /// The requests for the session's access token. One reader answers them.
    pub fn token_requests(&self) -> Arc<TokenRequests> {
        self.requests.clone()
    }

    /// Matrix user id, for instance `@alice:example.org`.
    pub fn user_id(&self) -> String {
        self.user_id.clone()
    }

    /// The session's device id.
    pub fn device_id(&self) -> String {
        self.device_id.clone()
    }

    /// The homeserver's address.
    pub fn homeserver(&self) -> String {
        self.homeserver.clone()
    }

    /// Looks how the account and the session stand. Reads only; two round trips, and one more if a reset waits.
    pub async fn status(&self) -> Result<AttachedStatus, AccountError> {
        self.login
            .call(async |account| Ok::<_, AccountError>(account.status().await?))
            .await
    }

    /// The account's sessions: list, watch, rename, sign out. A watch requests the list `every` so often, five seconds at
    /// least, beside when it is told to `refresh`.
    #[uniffi::method(default(every = None))]
    pub fn sessions(&self, every: Option<Duration>) -> Arc<Sessions> {
        Arc::new(Sessions::new(AnyLogin::Attached(self.login.clone()), every))
    }

    /// Ends everything that works for this account, and gives its folder back. A reset or a new recovery key that is not
    /// finished can be resumed after the next `attach`. Every later call fails with `Closed`.
    pub async fn shut_down(&self) -> Result<(), AccountError> {
        Ok(self.login.shut_down().await?)
    }

    /// Stops what works for this account and gives its folder up, with the same objects, as `Account.pause` does: flows stand
    /// still, what waits goes on waiting, and every other call fails with `Paused`. No token is asked for until `resume`.
    pub async fn pause(&self) -> Result<(), AccountError> {
        self.login.pause().await
    }

    /// Takes the folder again, and lets everything go on, as `Account.resume` does.
    pub async fn resume(&self) -> Result<(), ResumeError> {
        self.login.resume().await
    }

    /// Removes this account's documents, and nothing else: the session stays as it is. Afterwards every call fails with
    /// `Closed`. `ResetPending` if a reset or a new recovery key waits, unless its keys, which may be nowhere else, are given
    /// up.
    #[uniffi::method(default(discard_reset = false))]
    pub async fn detach(&self, discard_reset: bool) -> Result<(), AttachError> {
        let unfinished = match discard_reset {
            true => UnfinishedReset::Discard,
            false => UnfinishedReset::Keep,
        };
        let login = self.login.clone();
        // Both in one task: the caller may stop waiting between the two.
        runtime::run(async move {
            login.work().key_flow_that_was_let_go().await;
            login
                .call(async move |account| Ok::<_, AttachError>(account.detach(unfinished).await?))
                .await?;
            // Its documents are gone, so an error of closing them does not matter.
            let _ = login.shut_down().await;
            Ok(())
        })
        .await
    }
}

/// The requests for the session's access token.
#[derive(Debug, uniffi::Object)]
pub struct TokenRequests(tokio::sync::Mutex<account::TokenRequests>);

#[uniffi::export]
impl TokenRequests {
    /// The next request. Absent when nothing more comes: the account was shut down or let go.
    pub async fn next(&self) -> Option<Arc<TokenRequest>> {
        let request = self.0.lock().await.next().await?;
        Some(Arc::new(TokenRequest {
            is_refused: request.is_refused(),
            request: Mutex::new(Some(request)),
        }))
    }
}

/// A request for the session's present access token. There is a minute to answer it.
#[derive(Debug, uniffi::Object)]
pub struct TokenRequest {
    is_refused: bool,
    request: Mutex<Option<account::TokenRequest>>,
}

#[uniffi::export]
impl TokenRequest {
    /// Whether the homeserver has refused the token that was given last, so that a new one is needed.
    pub fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Gives the token; it is checked before it is used, and kept in memory alone. Only the first answer counts.
    pub fn answer(&self, token: String) {
        let token = Secret::new(token);
        if let Some(request) = self.take() {
            request.answer(token);
        }
    }

    /// There is no token: what waits for it fails with `TokenExpired`.
    pub fn refuse(&self) {
        drop(self.take());
    }
}

impl TokenRequest {
    fn take(&self) -> Option<account::TokenRequest> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
