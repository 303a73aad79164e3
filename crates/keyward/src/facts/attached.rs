// SPDX-License-Identifier: Apache-2.0

//! How an account stands to which this program is attached. What only the other program knows is not in it: its room keys,
//! its private keys, and whether it has the key backup's key.

use serde::Serialize;

use super::{Extent, Facts, IdentityStatus, KeyBackupStatus, PendingFlow, PendingReset, SecretStorageStatus};
use crate::{
    account::{Account, Attached, Handle},
    error::RequestError,
};

/// The account's security, and this session's, as the server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Key backup ("Key storage"): there is none, the identity or the session has signed it (`Disabled`: this program has no
    /// key for it), or neither has (`Untrusted`).
    pub key_backup: KeyBackupStatus,
    /// A reset that waits to be resumed.
    pub pending_reset: Option<PendingReset>,
    /// Every flow that waits to be resumed, the reset among them.
    pub pending: Vec<PendingFlow>,
}

impl Account<Attached> {
    /// Looks how the account and the session stand. Reads only; two round trips, and one more if a reset waits.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<AttachedStatus, RequestError> {
        Ok(AttachedStatus::of(
            self,
            Facts::of_attached(self, Extent::Status).await?,
        ))
    }
}

impl AttachedStatus {
    pub(crate) fn of(account: &Handle, facts: Facts) -> Self {
        Self {
            user_id: account.user_id().to_owned(),
            device_id: account.device_id().to_owned(),
            homeserver: account.homeserver(),
            verified: facts.is_verified(),
            identity: facts.identity,
            secret_storage: facts.storage.status(facts.backup.is_some()),
            key_backup: KeyBackupStatus::of(facts.backup.as_ref()),
            pending_reset: PendingFlow::reset_among(&facts.pending),
            pending: facts.pending,
        }
    }
}
