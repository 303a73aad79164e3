// SPDX-License-Identifier: Apache-2.0

//! Unlocking this session with the Security Key or Phrase: the private cross-signing keys come out of secret storage,
//! this session is signed with them, and the key backup becomes readable.

use futures_util::{TryFutureExt, try_join};
use matrix_sdk_crypto::store::types::{BackupDecryptionKey, CrossSigningKeyExport};
use serde_json::json;

use crate::{
    account::Account,
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    identity::AdoptError,
    key_backup,
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, KeyInput, OpenError,
        find::{Found, find_key, wraps_a_find_error},
    },
};

/// What unlocking brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlocked {
    /// Whether this session can now read and write the key backup. `false` where there is none, or where secret storage
    /// holds no key for it.
    pub key_backup: bool,
}

/// Why this session is not verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Secret storage did not open, or holds damaged secrets.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Secret storage opened and lacks a private cross-signing key.
    #[error("Secret storage does not hold this account's digital identity.")]
    IncompleteSecretStorage,
    /// The private keys in secret storage belong to another identity than the account's present one: another client
    /// reset it and did not finish.
    #[error("Secret storage holds an older digital identity.")]
    OutdatedSecretStorage,
    /// The server accepted the signature but does not show it, or reported a failure. Try again.
    #[error("The homeserver did not accept the signature of this session. Try again.")]
    NotSigned,
    /// The server could not be used, or the local store failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for UnlockError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Open(error) => error.advice(),
            Self::IncompleteSecretStorage => ("unlock.incomplete_secret_storage", Remedy::Examine),
            Self::OutdatedSecretStorage => ("unlock.outdated_secret_storage", Remedy::Examine),
            Self::NotSigned => ("unlock.not_signed", Remedy::Retry),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Open(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

wraps_a_request_error!(UnlockError);
wraps_a_find_error!(UnlockError);

impl Account {
    /// Verifies this session with the Security Key or Phrase, and starts to use the key backup if there is one.
    ///
    /// A reset whose session was lost right after the commit leaves a new key that is not the default yet. That key
    /// opens the account too; it then becomes the default, unless another client has made a newer one meanwhile. An old key
    /// that still opens it does not.
    ///
    /// # Errors
    /// [`UnlockError`]; nothing is changed unless the key opens secret storage.
    pub async fn unlock(&self, input: &KeyInput) -> Result<Unlocked, UnlockError> {
        let default_key = self.fetch(DEFAULT_KEY).await?;
        let id = secret_storage::default_key_id(default_key.as_ref());
        let described = async {
            match &id {
                Some(id) => self.fetch(&secret_storage::key_event_type(id)).await,
                None => Ok(None),
            }
        };
        let (description, master, self_signing, user_signing, backup, (version, _), ()) = try_join!(
            described.err_into(),
            self.fetch(CROSS_SIGNING[0]).err_into(),
            self.fetch(CROSS_SIGNING[1]).err_into(),
            self.fetch(CROSS_SIGNING[2]).err_into(),
            self.fetch(BACKUP).err_into(),
            key_backup::current_if_kept(self).err_into(),
            self.ensure_device_keys().err_into::<UnlockError>(),
        )?;
        let stored = [(CROSS_SIGNING[0], master.as_ref()), (BACKUP, backup.as_ref())];
        let default = id.as_deref().map(|id| (id, description.as_ref()));
        let Found {
            key,
            is_default,
            staged,
        } = find_key(self, default, input, &stored).await?;
        let private_keys = [master, self_signing, user_signing];
        let secret = |at: usize| -> Result<Option<String>, UnlockError> {
            let secret = secret_storage::decrypt(&key, CROSS_SIGNING[at], private_keys[at].as_ref())?;
            Ok(Some(
                secret.ok_or(UnlockError::IncompleteSecretStorage)?.reveal().to_owned(),
            ))
        };
        let private = CrossSigningKeyExport {
            master_key: secret(0)?,
            self_signing_key: secret(1)?,
            user_signing_key: secret(2)?,
        };
        self.adopt_identity(private).await.map_err(|error| match error {
            AdoptError::OtherIdentity if !is_default => OpenError::WrongKey.into(),
            error => UnlockError::from(error),
        })?;
        // Any other key may be an old one that the person has replaced.
        if let Some(staged) = staged.filter(|staged| staged.replaces(default, &private_keys))
            && self.knows_identity(&staged.identity).await?
            // A phrase takes seconds.
            && self.fetch(DEFAULT_KEY).await? == default_key
        {
            self.put(DEFAULT_KEY, &json!({"key": key.key_id()})).await?;
            // Whoever has an old copy of the store that has staged it must not take it back.
            self.put(&secret_storage::key_event_type(key.key_id()), &staged.in_force)
                .await?;
        }

        // The session is verified by now. If the entry of the backup's key is damaged, only the backup stays closed.
        let backup_key = secret_storage::decrypt(&key, BACKUP, backup.as_ref()).ok().flatten();
        let key_backup = match (backup_key, version) {
            (Some(secret), Some(version)) => match BackupDecryptionKey::from_base64(secret.reveal()) {
                Ok(key) if version.is_opened_by(&key) => {
                    key_backup::switch_to(self, &version.version, &key).await?;
                    true
                }
                _ => false,
            },
            _ => false,
        };
        Ok(Unlocked { key_backup })
    }
}

impl From<AdoptError> for UnlockError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::OtherIdentity => Self::OutdatedSecretStorage,
            AdoptError::Incomplete => Self::IncompleteSecretStorage,
            AdoptError::NotSigned => Self::NotSigned,
            AdoptError::Request(error) => error.into(),
        }
    }
}
