// SPDX-License-Identifier: Apache-2.0

//! How the account and this session stand.

use futures_util::{TryFutureExt, future::try_join_all, try_join};
use matrix_sdk_base::crypto::OwnUserIdentity;
use serde::Serialize;

use crate::{
    account::Account,
    error::{ServerError, StoreError},
    key_backup,
    reset::{PendingReset, ResetError},
    secret_storage::{self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, SECRETS},
};

/// The account's and this session's security, as the server and the store show it together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Matrix user id.
    pub user_id: String,
    /// This session's device id.
    pub device_id: String,
    /// The homeserver's address.
    pub homeserver: String,
    /// Whether this session is signed by the account's identity, and that identity is trusted here.
    pub verified: bool,
    /// The digital identity.
    pub identity: IdentityStatus,
    /// Secret storage.
    pub secret_storage: SecretStorageStatus,
    /// Key backup ("Key storage").
    pub key_backup: KeyBackupStatus,
    /// Room keys that this session holds.
    pub room_keys: u64,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
}

/// Whose identity (master, self-signing and user-signing keys) the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityStatus {
    /// The one whose private keys are here.
    Ours,
    /// One whose private keys are not here: unlock this session, or reset.
    NotOurs,
    /// None: cross-signing was never set up.
    None,
}

/// Secret storage on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorageStatus {
    /// The default key is described, and everything that belongs there is stored under it.
    Ready,
    /// The default key is not described, or something is not stored under it.
    Incomplete,
    /// There is none.
    None,
}

/// The key backup on the server and this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBackupStatus {
    /// This session reads and writes it.
    Enabled,
    /// There is one, and this session has no key for it.
    Disabled,
    /// There is one that nobody whom this session trusts has signed.
    Untrusted,
    /// There is none.
    None,
}

/// Why the status is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The server could not be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StatusError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Server(error) => error.kind(),
            Self::Store(_) => "store",
        }
    }
}

impl Account {
    /// Looks how the account and this session stand. Reads only; two round trips.
    ///
    /// # Errors
    /// [`StatusError`]
    pub async fn status(&self) -> Result<Status, StatusError> {
        let client = self.client();
        let secrets = try_join_all(SECRETS.map(|name| secret_storage::fetch(client, name)));
        let (keys, default_key, secrets, version) = try_join!(
            self.query_own_keys().err_into(),
            secret_storage::fetch(client, DEFAULT_KEY).err_into(),
            secrets.err_into(),
            key_backup::current(self).err_into::<StatusError>(),
        )?;
        let default_key = secret_storage::default_key_id(default_key.as_ref());
        let secret_storage = match &default_key {
            None => SecretStorageStatus::None,
            Some(id) => {
                let description = secret_storage::fetch(client, &secret_storage::key_event_type(id)).await?;
                let described = description
                    .as_ref()
                    .is_some_and(|content| content.get("algorithm").is_some());
                let complete = SECRETS.iter().zip(&secrets).all(|(name, content)| {
                    let needed = CROSS_SIGNING.contains(name) || (*name == BACKUP && version.is_some());
                    !needed || secret_storage::is_stored_under(content.as_ref(), id)
                });
                if described && complete {
                    SecretStorageStatus::Ready
                } else {
                    SecretStorageStatus::Incomplete
                }
            }
        };
        let machine = self.machine().await;
        let complete = machine.cross_signing_status().await.is_complete();
        let identity = match keys.master_keys.contains_key(self.own_user()) {
            false => IdentityStatus::None,
            // The machine drops private keys that are not those of the identity that the server shows.
            true if complete => IdentityStatus::Ours,
            true => IdentityStatus::NotOurs,
        };
        let trusted = self.own_identity().await?.is_some_and(|own| own.is_verified());
        let key_backup = match version {
            None => KeyBackupStatus::None,
            Some(version) if key_backup::held_key(self, &version).await?.is_some() => KeyBackupStatus::Enabled,
            Some(version) if key_backup::is_trusted(self, &version).await? => KeyBackupStatus::Disabled,
            Some(_) => KeyBackupStatus::Untrusted,
        };
        let counts = machine
            .backup_machine()
            .room_key_counts()
            .await
            .map_err(StoreError::because)?;
        // A journal that cannot be read is the reset's to report; the rest of the status is still worth seeing.
        let pending_reset = match self.pending_reset().await {
            Ok(pending) => pending,
            Err(ResetError::Server(error)) => return Err(error.into()),
            Err(ResetError::Store(error)) => return Err(error.into()),
            // Nobody knows how far it came. `Staged` would read as if it could be cancelled without loss.
            Err(_) => Some(PendingReset::Committed),
        };
        Ok(Status {
            user_id: self.user_id().to_owned(),
            device_id: self.device_id().to_owned(),
            homeserver: self.homeserver(),
            verified: trusted && self.is_signed().await?,
            identity,
            secret_storage,
            key_backup,
            room_keys: counts.total as u64,
            pending_reset,
        })
    }

    /// The own identity as the crypto store knows it.
    pub(crate) async fn own_identity(&self) -> Result<Option<OwnUserIdentity>, StoreError> {
        let machine = self.machine().await;
        let identity = machine
            .get_identity(self.own_user(), None)
            .await
            .map_err(StoreError::because)?;
        Ok(identity.and_then(|identity| identity.own()))
    }
}
