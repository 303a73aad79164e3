// SPDX-License-Identifier: Apache-2.0

//! How an account stands to which this program is attached. What only the other program knows is not in it: its room keys,
//! its private keys, and whether it has the key backup's key.

use futures_util::try_join;
use serde::Serialize;
use serde_json::Value;

use super::{IdentityStatus, KeyBackupStatus, SecretStorageStatus};
use crate::{
    account::{Account, Attached},
    error::RequestError,
    identity::{
        KnowsIdentity as _, Shown,
        signed_json::{is_signature, signature_of, signed_part},
    },
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
}

impl Account<Attached> {
    /// Looks how the account and the session stand. Reads only; two round trips.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status(&self) -> Result<AttachedStatus, RequestError> {
        let (shown, secrets, version) =
            try_join!(Attached::look(self), self.stored_secrets(), key_backup::current(self))?;
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
        })
    }

    /// Whether the identity, if it is trusted, or the other program's session has signed a version of the key backup.
    fn has_signed(&self, version: &BackupVersion, shown: &Shown) -> bool {
        let auth_data = version.info.get("auth_data").unwrap_or(&Value::Null);
        let Some(signed) = signed_part(auth_data) else {
            return false;
        };
        let trusted = shown
            .master_key
            .as_deref()
            .filter(|_| shown.identity == IdentityStatus::Ours);
        let identity = trusted.map(|key| (key, key));
        let device = (self.device_id(), self.host().device_key.as_str());
        identity.into_iter().chain([device]).any(|(name, key)| {
            let signature = signature_of(auth_data, self.user_id(), &format!("ed25519:{name}"));
            signature.is_some_and(|signature| is_signature(&signed, key, signature))
        })
    }
}
