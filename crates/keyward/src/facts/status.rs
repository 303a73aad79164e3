// SPDX-License-Identifier: Apache-2.0

//! How the account and this session stand.

use futures_util::{future::try_join_all, try_join};
use serde::Serialize;

use super::{PendingReset, Waiting, waiting_reset};
use crate::{
    account::{Account, Handle},
    error::{RequestError, StoreError},
    identity::IdentityStatus,
    key_backup,
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
    /// Whether the identity's three private keys are here, so that this session can verify others.
    pub private_keys: bool,
    /// Secret storage.
    pub secret_storage: SecretStorageStatus,
    /// Key backup ("Key storage").
    pub key_backup: KeyBackupStatus,
    /// Room keys that this session holds.
    pub room_keys: u64,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
    /// Whether this session's tokens lay unencrypted on this disk, as version 0.1 left them, and the homeserver gave no
    /// refresh token to replace them with. Log out and in again.
    pub tokens_exposed: bool,
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
    #[serde(rename = "none")]
    NotSetUp,
}

/// The key backup on the server and this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBackupStatus {
    /// This session reads and writes it.
    Enabled,
    /// There is one, and this session has no key for it.
    Disabled,
    /// There is one, but neither the identity nor a session that this one trusts has signed it.
    Untrusted,
    /// There is none.
    #[serde(rename = "none")]
    NotSetUp,
}

/// What is in secret storage, as far as its status goes.
pub(super) struct StoredSecrets {
    default_key: Option<String>,
    /// Whether the default key is described.
    is_described: bool,
    /// The names of those that are stored under the default key.
    stored: Vec<&'static str>,
}

impl StoredSecrets {
    pub(super) fn status(&self, has_backup: bool) -> SecretStorageStatus {
        let mut needed = CROSS_SIGNING.into_iter().chain(has_backup.then_some(BACKUP));
        match self.default_key {
            None => SecretStorageStatus::NotSetUp,
            Some(_) if self.is_described && needed.all(|name| self.stored.contains(&name)) => {
                SecretStorageStatus::Ready
            }
            Some(_) => SecretStorageStatus::Incomplete,
        }
    }
}

impl Handle {
    /// Looks at secret storage; two round trips.
    pub(super) async fn stored_secrets(&self) -> Result<StoredSecrets, RequestError> {
        let secrets = try_join_all(SECRETS.map(|name| self.fetch(name)));
        let (default_key, secrets) = try_join!(self.fetch(DEFAULT_KEY), secrets)?;
        let default_key = secret_storage::default_key_id(default_key.as_ref());
        let (mut is_described, mut stored) = (false, Vec::new());
        if let Some(id) = &default_key {
            let description = self.fetch(&secret_storage::key_event_type(id)).await?;
            is_described = description.is_some_and(|content| content.get("algorithm").is_some());
            let under_it = SECRETS.into_iter().zip(&secrets);
            let under_it = under_it.filter(|(_, content)| secret_storage::is_stored_under(content.as_ref(), id));
            stored = under_it.map(|(name, _)| name).collect();
        }
        Ok(StoredSecrets {
            default_key,
            is_described,
            stored,
        })
    }
}

impl Account {
    /// Looks how the account and this session stand. Reads only; two round trips.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<Status, RequestError> {
        let (keys, secret_storage, version) =
            try_join!(self.query_own_keys(), self.stored_secrets(), key_backup::current(self),)?;
        let secret_storage = secret_storage.status(version.is_some());
        let machine = self.machine();
        let identity = self.identity_status(&keys).await?;
        let key_backup = match version {
            None => KeyBackupStatus::NotSetUp,
            Some(version) if key_backup::held_key(self, &version).await?.is_some() => KeyBackupStatus::Enabled,
            Some(version) if key_backup::is_trusted(self, &version).await? => KeyBackupStatus::Disabled,
            Some(_) => KeyBackupStatus::Untrusted,
        };
        let counts = machine
            .backup_machine()
            .room_key_counts()
            .await
            .map_err(StoreError::because)?;
        let pending_reset = waiting_reset(self).await?.and_then(Waiting::for_people);
        Ok(Status {
            user_id: self.user_id().to_owned(),
            device_id: self.device_id().to_owned(),
            homeserver: self.homeserver(),
            verified: identity == IdentityStatus::Ours && self.is_signed().await?,
            private_keys: self.has_private_keys().await,
            identity,
            secret_storage,
            key_backup,
            room_keys: counts.total as u64,
            pending_reset,
            tokens_exposed: self.has_exposed_tokens(),
        })
    }
}
