// SPDX-License-Identifier: Apache-2.0

//! How the account and this session stand.

use serde::Serialize;

use super::{BackupFacts, Extent, Facts, PendingFlow, PendingReset, SecretStorageStatus};
use crate::{
    account::{Account, Handle},
    error::RequestError,
    identity::IdentityStatus,
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
    /// Every flow that waits to be resumed, the reset among them.
    pub pending: Vec<PendingFlow>,
    /// Whether this session's tokens lay unencrypted on this disk, as version 0.1 left them, and the homeserver gave no
    /// refresh token to replace them with. Log out and in again.
    pub tokens_exposed: bool,
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

impl Account {
    /// Looks how the account and this session stand. Reads only; two round trips.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<Status, RequestError> {
        Ok(Status::of(self, Facts::of_own(self, Extent::Status).await?))
    }
}

impl Status {
    pub(crate) fn of(account: &Handle, facts: Facts) -> Self {
        let local = facts.local.unwrap_or_default();
        Self {
            user_id: account.user_id().to_owned(),
            device_id: account.device_id().to_owned(),
            homeserver: account.homeserver(),
            verified: facts.is_verified(),
            private_keys: local.private_keys,
            identity: facts.identity,
            secret_storage: facts.storage.status(facts.backup.is_some()),
            key_backup: KeyBackupStatus::of(facts.backup.as_ref()),
            room_keys: local.room_keys,
            pending_reset: PendingFlow::reset_among(&facts.pending),
            pending: facts.pending,
            tokens_exposed: local.tokens_exposed,
        }
    }
}

impl KeyBackupStatus {
    /// Where another program has the key, nobody here knows whether it is in use: it counts as off.
    pub(super) fn of(backup: Option<&BackupFacts>) -> Self {
        match backup {
            None => Self::NotSetUp,
            Some(backup) if backup.key_is_here == Some(true) => Self::Enabled,
            Some(backup) if backup.is_trusted => Self::Disabled,
            Some(_) => Self::Untrusted,
        }
    }
}
