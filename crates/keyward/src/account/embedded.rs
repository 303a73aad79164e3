// SPDX-License-Identifier: Apache-2.0

//! A session that a Rust app on matrix-sdk shares with this library: one Olm machine for both. The app keeps the tokens and
//! synchronises; this library does neither, and every flow works. The crate `keyward-embed` makes such accounts.

use std::{path::PathBuf, sync::Arc};

use futures_util::future::BoxFuture;
use matrix_sdk_crypto::OlmMachine;
use matrix_sdk_sqlite::SqliteCryptoStore;
use tokio::sync::watch;
use url::Url;

use super::{
    Account, Handle, OpenError, Own,
    session::{keep_versions, kept_versions},
    store::{FolderLock, Store},
};
use crate::{
    error::{RequestError, ServerError, StoreError},
    secret::{Secret, StoreKey},
    server::{self, AccessToken, Endpoints, Keeper, Renewal, Server, Versions},
};

/// The app around an account.
pub trait Host: Send + Sync + 'static {
    /// The session's present access token; `None` after the app has logged out.
    fn access_token(&self) -> Option<Secret>;

    /// A new token in place of `refused`, after the app has saved what has to be saved. `None`: the session is over.
    ///
    /// # Errors
    /// [`ServerError`] where that could not be found out.
    fn refresh<'a>(&'a self, refused: &'a Secret) -> BoxFuture<'a, Result<Option<Secret>, ServerError>>;

    /// Counts how often the app has synchronised, or has heard of other devices in another way.
    fn synchronisations(&self) -> watch::Receiver<u64>;
}

/// What an app shares with this library.
pub struct Embedding {
    /// The homeserver's address for the client-server API.
    pub homeserver: Url,
    /// The session's Olm machine, the app's very own.
    pub machine: OlmMachine,
    /// The store that the machine writes to.
    pub crypto_store: Arc<SqliteCryptoStore>,
    /// The folder of that store.
    pub folder: PathBuf,
    /// The right to it, taken before the store was opened. Keep a clone for as long as the app has the store open.
    pub lock: FolderLock,
    /// The key that it is encrypted with.
    pub key: StoreKey,
    /// The app.
    pub host: Arc<dyn Host>,
}

impl Account {
    /// Works in a session that is the app's, too. Needs no network.
    ///
    /// # Errors
    /// [`OpenError::OtherAccount`] if the folder has had another session that was not signed out.
    pub async fn embedded(embedding: Embedding) -> Result<Self, OpenError> {
        let Embedding {
            homeserver,
            machine,
            crypto_store,
            folder,
            lock,
            key,
            host,
        } = embedding;
        let (user_id, device_id) = (machine.user_id().to_owned(), machine.device_id().to_owned());
        let store = Store::around(&folder, &key, crypto_store, lock, (&user_id, &device_id))?;
        let http = server::session_client(&homeserver).map_err(StoreError::because)?;
        let tokens = AppTokens {
            host: host.clone(),
            store: store.crypto.clone(),
        };
        let server = Server::new(homeserver, http, Endpoints::OWN, Box::new(tokens));
        Ok(Self {
            handle: Handle::new(user_id, device_id, server, store.crypto.clone()),
            kind: Arc::new(Own::embedded(machine, store, host)),
        })
    }
}

/// The app's tokens. Nothing of them is kept here.
struct AppTokens {
    host: Arc<dyn Host>,
    store: Arc<SqliteCryptoStore>,
}

impl Keeper for AppTokens {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>> {
        Box::pin(async {
            match self.host.access_token() {
                Some(token) => Ok(Some(token)),
                None => Err(ServerError::SessionExpired.into()),
            }
        })
    }

    fn is_exposed(&self) -> bool {
        false
    }

    fn renew<'a>(&'a self, _: &'a Server, refused: &'a AccessToken) -> BoxFuture<'a, Result<Renewal, RequestError>> {
        Box::pin(async move {
            match self.host.access_token() {
                // The app has replaced it already.
                Some(token) if token.reveal() != refused.reveal() => Ok(Renewal::Renewed(token)),
                Some(_) => Ok(match self.host.refresh(refused).await? {
                    Some(token) => Renewal::Renewed(token),
                    None => Renewal::Refused,
                }),
                None => Ok(Renewal::Refused),
            }
        })
    }

    fn versions(&self) -> BoxFuture<'_, Option<Versions>> {
        Box::pin(kept_versions(&self.store))
    }

    fn keep_versions<'a>(&'a self, versions: &'a Versions) -> BoxFuture<'a, ()> {
        Box::pin(keep_versions(&self.store, versions))
    }
}
