// SPDX-License-Identifier: Apache-2.0

//! The session that was logged in here: what survives a restart, and its tokens while it is open.
//!
//! The session is stored in the crypto store's custom values, which are encrypted. A task of its own asks for a new
//! token, saves it and then uses it, so that no token is lost when the caller is dropped.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::BoxFuture;
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::SqliteCryptoStore;
use ruma::{
    OwnedDeviceId, OwnedUserId,
    api::client::session::{logout, refresh_token},
};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use super::{
    OpenError,
    store::{Store, damaged_unless_of_the_disk},
};
use crate::{
    error::{RequestError, ServerError, StoreError},
    secret::Secret,
    server::{
        self, AccessToken, Endpoints, Keeper, Renewal, Server, Versions,
        oauth::{OAuth, Registered, Tokens},
    },
};

/// Where the crypto store keeps it.
const SESSION: &str = "keyward.session";
/// Raised when an older version could misread it.
const FORMAT: u32 = 2;
/// The format of a session whose tokens the homeserver itself gave out, which version 0.2 reads, too.
const FORMAT_WITHOUT_OAUTH: u32 = 1;
/// Where the crypto store keeps what the server supports.
const VERSIONS: &str = "keyward.versions";

/// A session on a homeserver.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) homeserver: Url,
    pub(crate) user_id: OwnedUserId,
    pub(crate) device_id: OwnedDeviceId,
    pub(crate) access_token: AccessToken,
    pub(crate) refresh_token: Option<Secret>,
    /// Where the tokens come from, if not from the homeserver itself (OAuth 2.0).
    pub(crate) oauth: Option<Registered>,
    /// Whether the tokens lay unencrypted on this disk, as versions before 0.2 left them. They are replaced at the next
    /// request, if the server gave a refresh token.
    pub(crate) exposed: bool,
}

/// A session on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    homeserver: Url,
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    access_token: String,
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oauth: Option<Registered>,
    exposed: bool,
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
    }
}

impl Session {
    /// The session in `store`, if there is one.
    pub(super) async fn load(store: &SqliteCryptoStore) -> Result<Option<Self>, OpenError> {
        let value = store.get_custom_value(SESSION).await;
        let value = value.map_err(|error| damaged_unless_of_the_disk(&error))?;
        let bytes = value.map(Zeroizing::new);
        bytes.map(|bytes| Self::read(&bytes)).transpose()
    }

    /// A session that this version understands.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, OpenError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        match serde_json::from_slice::<Header>(bytes) {
            Ok(Header {
                format: FORMAT_WITHOUT_OAUTH..=FORMAT,
            }) => {}
            Ok(Header { format }) if format > FORMAT => return Err(OpenError::NewerVersion),
            _ => return Err(OpenError::Damaged),
        }
        let mut stored: Stored = serde_json::from_slice(bytes).map_err(|_| OpenError::Damaged)?;
        Ok(Self {
            homeserver: stored.homeserver.clone(),
            user_id: stored.user_id.clone(),
            device_id: stored.device_id.clone(),
            access_token: Secret::new(std::mem::take(&mut stored.access_token)),
            refresh_token: stored.refresh_token.take().map(Secret::new),
            oauth: stored.oauth.take(),
            exposed: stored.exposed,
        })
    }

    /// Writes the session; it is on the disk when this returns.
    pub(crate) async fn save(&self, store: &SqliteCryptoStore) -> Result<(), StoreError> {
        let stored = Stored {
            format: if self.oauth.is_some() {
                FORMAT
            } else {
                FORMAT_WITHOUT_OAUTH
            },
            homeserver: self.homeserver.clone(),
            user_id: self.user_id.clone(),
            device_id: self.device_id.clone(),
            access_token: self.access_token.reveal().to_owned(),
            refresh_token: self.refresh_token.as_ref().map(|token| token.reveal().to_owned()),
            oauth: self.oauth.clone(),
            exposed: self.exposed,
        };
        // Large enough from the start: a buffer that grows leaves a copy of its content in memory. The store encrypts
        // the buffer and cannot wipe its copy.
        let mut bytes = Vec::with_capacity(16 * 1024);
        serde_json::to_writer(&mut bytes, &stored).map_err(StoreError::because)?;
        store
            .set_custom_value(SESSION, bytes)
            .await
            .map_err(StoreError::because)
    }
}

impl Session {
    /// Signs a session out that cannot be kept. If that fails, too, its owner finds it in the list of sessions.
    pub(crate) async fn give_back(self, store: &Store) {
        let url = self.homeserver.clone();
        let signed_out = async {
            if let Some(client) = &self.oauth {
                return self.revoke(client).await;
            }
            let http = server::session_client(&url).map_err(StoreError::because)?;
            let keeper = KeptSession::new(store.crypto.clone(), self);
            let server = Server::new(url, http, Endpoints::OWN, Box::new(keeper));
            server.send_once(logout::v3::Request::new()).await.map(drop)
        };
        if let Err(error) = signed_out.await {
            tracing::warn!(%error, "a session that could not be kept is still signed in");
        }
    }

    async fn revoke(&self, client: &Registered) -> Result<(), RequestError> {
        let tokens = Tokens {
            access: self.access_token.clone(),
            refresh: self.refresh_token.clone(),
        };
        OAuth::new(&self.homeserver)?.revoke(client, &tokens).await
    }

    /// New tokens in place of the ones that it has. Nothing is saved yet. `None`: the session is over, or has no refresh
    /// token.
    ///
    /// # Errors
    /// [`RequestError`] where that could not be found out.
    async fn renewed(mut self, server: &Server) -> Result<Option<Self>, RequestError> {
        let Some(refresh_token) = &self.refresh_token else {
            return Ok(None);
        };
        let tokens = match &self.oauth {
            Some(client) => match OAuth::new(&self.homeserver)?.refresh(client, refresh_token).await {
                // Any other refusal is about this program, its registration or its request.
                Err(error) if error.is("invalid_grant") => return Ok(None),
                tokens => tokens?,
            },
            None => {
                let request = refresh_token::v3::Request::new(refresh_token.reveal().to_owned());
                let reply = match server.send(request).await {
                    Err(RequestError::Server(ServerError::Refused { .. } | ServerError::SessionExpired)) => {
                        return Ok(None);
                    }
                    reply => reply?,
                };
                Tokens {
                    access: Secret::new(reply.access_token),
                    refresh: reply.refresh_token.map(Secret::new),
                }
            }
        };
        // They go into headers. With a token that fits none the session would be of no use for good.
        if !is_token(&tokens.access) || !tokens.refresh.as_ref().is_none_or(is_token) {
            return Err(ServerError::NotUnderstood.into());
        }
        self.access_token = tokens.access;
        if let Some(refresh_token) = tokens.refresh {
            self.refresh_token = Some(refresh_token);
        }
        self.exposed = false;
        Ok(Some(self))
    }
}

/// Whether a token can be used.
pub(crate) fn is_token(token: &Secret) -> bool {
    let token = token.reveal();
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The tokens of an open session.
pub(super) struct KeptSession {
    store: Arc<SqliteCryptoStore>,
    session: Mutex<Session>,
    /// Held while new tokens are asked for and saved.
    renewing: Arc<tokio::sync::Mutex<()>>,
    is_paused: AtomicBool,
}

impl KeptSession {
    pub(super) fn new(store: Arc<SqliteCryptoStore>, session: Session) -> Arc<Self> {
        Arc::new(Self {
            store,
            session: Mutex::new(session),
            renewing: Arc::default(),
            is_paused: AtomicBool::default(),
        })
    }

    /// Waits until no new token is on its way. None is asked for while this is held.
    pub(super) async fn settled(&self) -> OwnedMutexGuard<()> {
        self.renewing.clone().lock_owned().await
    }

    /// While it is paused there is no token: new ones could not be saved, and another process may have replaced these.
    pub(super) fn set_paused(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::SeqCst);
    }

    fn not_while_paused(&self) -> Result<(), StoreError> {
        match self.is_paused.load(Ordering::SeqCst) {
            true => Err(StoreError::because("the account is paused")),
            false => Ok(()),
        }
    }

    /// Whether the tokens lay unencrypted on this disk.
    pub(super) fn is_exposed(&self) -> bool {
        self.present().exposed
    }

    fn present(&self) -> Session {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask_for_tokens(&self, server: &Server, session: Session) -> Result<Renewal, RequestError> {
        let Some(session) = session.renewed(server).await? else {
            return Ok(Renewal::Refused);
        };
        // The server ends the old tokens when a new one is used, so the new ones have to be on the disk before that.
        session.save(&self.store).await?;
        let token = session.access_token.clone();
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session;
        Ok(Renewal::Renewed(token))
    }

    /// Ends a session with OAuth, and makes sure of it: servers say the same of a token that they do not know. `None` for
    /// a session of another kind. `Some(false)`: it lives on.
    pub(super) async fn revoked(self: &Arc<Self>, server: &Server) -> Result<Option<bool>, RequestError> {
        let session = self.present();
        let Some(client) = &session.oauth else {
            return Ok(None);
        };
        let revoked = match session.revoke(client).await {
            // A session that is over already may be refused, too.
            refused @ Err(RequestError::Server(ServerError::Refused { .. })) => refused,
            revoked => Ok(revoked?),
        };
        match self.renew(server, &session.access_token).await? {
            Renewal::Refused => Ok(Some(true)),
            Renewal::Renewed(_) => revoked.map(|()| Some(false)),
        }
    }
}

impl Keeper for Arc<KeptSession> {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>> {
        Box::pin(async {
            self.not_while_paused()?;
            Ok(Some(self.present().access_token))
        })
    }

    fn is_exposed(&self) -> bool {
        let session = self.present();
        session.exposed && session.refresh_token.is_some()
    }

    fn renew<'a>(
        &'a self,
        server: &'a Server,
        refused: &'a AccessToken,
    ) -> BoxFuture<'a, Result<Renewal, RequestError>> {
        Box::pin(async move {
            let one_at_a_time = self.settled().await;
            self.not_while_paused()?;
            let session = self.present();
            if session.access_token.reveal() != refused.reveal() {
                return Ok(Renewal::Renewed(session.access_token));
            }
            let (kept, server) = (self.clone(), server.clone());
            let renewed = tokio::spawn(async move {
                let renewed = kept.ask_for_tokens(&server, session).await;
                // Dropped before the lock is released, so that the next holder of the lock is the only one who has the
                // store.
                drop((kept, server));
                drop(one_at_a_time);
                renewed
            });
            renewed.await.map_err(StoreError::because)?
        })
    }

    fn versions(&self) -> BoxFuture<'_, Option<Versions>> {
        Box::pin(kept_versions(&self.store))
    }

    fn keep_versions<'a>(&'a self, versions: &'a Versions) -> BoxFuture<'a, ()> {
        Box::pin(keep_versions(&self.store, versions))
    }
}

/// What the server supports, if that was kept.
pub(super) async fn kept_versions(store: &SqliteCryptoStore) -> Option<Versions> {
    let bytes = store.get_custom_value(VERSIONS).await.ok()??;
    serde_json::from_slice(&bytes).ok()
}

pub(super) async fn keep_versions(store: &SqliteCryptoStore, versions: &Versions) {
    let bytes = serde_json::to_vec(versions).unwrap_or_default();
    if let Err(error) = store.set_custom_value(VERSIONS, bytes).await {
        tracing::warn!(%error, "what the server supports is not kept");
    }
}
