// SPDX-License-Identifier: Apache-2.0

//! How an account stands to which this program is attached. What only the other program knows is not in it: its room keys,
//! its private keys, and whether it has the key backup's key.

use futures_util::try_join;
use serde::Serialize;
use serde_json::Value;

use super::{IdentityStatus, KeyBackupStatus, PendingReset, SecretStorageStatus, Waiting, waiting_reset};
use crate::{
    account::{Account, Attached},
    error::RequestError,
    identity::{Shown, ShowsIdentity as _, signed_json::is_signed_by},
    key_backup::{self, BackupVersion},
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
}

impl Account<Attached> {
    /// Looks how the account and the session stand. Reads only; two round trips, and one more if a reset waits.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<AttachedStatus, RequestError> {
        let (shown, secrets, version) = try_join!(self.look(), self.stored_secrets(), key_backup::current(self))?;
        let is_signed = shown.devices.get(self.own_device()).is_some_and(|device| device.signed);
        Ok(AttachedStatus {
            user_id: self.user_id().to_owned(),
            device_id: self.device_id().to_owned(),
            homeserver: self.homeserver(),
            verified: shown.identity == IdentityStatus::Ours && is_signed,
            identity: shown.identity,
            secret_storage: secrets.status(version.is_some()),
            key_backup: match version {
                None => KeyBackupStatus::NotSetUp,
                Some(version) if self.has_signed(&version, &shown) => KeyBackupStatus::Disabled,
                Some(_) => KeyBackupStatus::Untrusted,
            },
            pending_reset: waiting_reset(self).await?.and_then(Waiting::for_people),
        })
    }

    /// Whether the identity, if it is trusted, or the other program's session has signed a version of the key backup.
    fn has_signed(&self, version: &BackupVersion, shown: &Shown) -> bool {
        let auth_data = version.info.get("auth_data").unwrap_or(&Value::Null);
        let trusted = shown
            .master_key
            .as_deref()
            .filter(|_| shown.identity == IdentityStatus::Ours);
        let identity = trusted.map(|key| (key, key));
        let device = (self.device_id(), self.host().device_key.as_str());
        let mut signers = identity.into_iter().chain([device]);
        signers.any(|(name, key)| is_signed_by(auth_data, self.user_id(), name, key))
    }
}
