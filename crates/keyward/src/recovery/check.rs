// SPDX-License-Identifier: Apache-2.0

//! What a Security Key or Phrase opens. Changes nothing.

use futures_util::try_join;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde::Serialize;
use vodozemac::Ed25519SecretKey;

use crate::{
    account::Account,
    ed25519::unless_it_panics,
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    identity::KnowsIdentity,
    key_backup,
    secret::Secret,
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, KeyInput, OpenError, SECRETS, beside,
        find::{Found, find_key, wraps_a_find_error},
        key_event_type,
    },
};

/// What a key opens of the account's identity and its backup's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyCheck {
    /// The secrets that it opens, by event type: what is in them is the account's present identity, or the key of its present
    /// backup.
    pub opens: Vec<String>,
    /// Those that are there and that it does not open, or whose content belongs to an identity or a backup that is gone.
    pub does_not_open: Vec<String>,
    /// Those that are not there. The backup's key is not missed where there is no backup.
    pub missing: Vec<String>,
    /// Whether it is the default key, which every client asks for.
    pub default: bool,
}

/// Why a key was not checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It is no key of this account, or there is no secret storage.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server could not be used.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(CheckError);
wraps_a_find_error!(CheckError);

impl FlowError for CheckError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Open(error) => error.advice(),
            Self::Request(error) => error.advice(),
        }
    }
}

impl<K: KnowsIdentity> Account<K> {
    /// Looks what a Security Key or Phrase opens: the default key, or another that is described in secret storage.
    ///
    /// # Errors
    /// [`CheckError::Open`] if it opens none of them.
    pub async fn check_recovery_key(&self, input: &KeyInput) -> Result<KeyCheck, CheckError> {
        let account = K::shows_identity(self);
        let (default_key, secrets, identity, backup) = try_join!(
            account.fetch(DEFAULT_KEY),
            beside::read(&account),
            account.shown_master_key(),
            key_backup::current(&account),
        )?;
        let default_id = secret_storage::default_key_id(default_key.as_ref());
        let contents = SECRETS.map(|name| (name, beside::parse(&secrets, name)));
        let stored = contents.each_ref().map(|(name, content)| (*name, content.as_ref()));
        let description = match &default_id {
            Some(id) => account.fetch(&key_event_type(id)).await?,
            None => None,
        };
        let default = default_id.as_deref().map(|id| (id, description.as_ref()));
        let Found { key, is_default, .. } = find_key(&account, default, input, &stored).await?;
        let mut check = KeyCheck {
            opens: Vec::new(),
            does_not_open: Vec::new(),
            missing: Vec::new(),
            default: is_default,
        };
        for (name, content) in stored {
            let has_entries = content
                .and_then(|content| content.get("encrypted")?.as_object())
                .is_some_and(|entries| !entries.is_empty());
            if !has_entries {
                if name != BACKUP || backup.is_some() {
                    check.missing.push(name.to_owned());
                }
                continue;
            }
            let plain = secret_storage::decrypt(&key, name, content).ok().flatten();
            let is_present = match (name, &plain) {
                (_, None) => false,
                (BACKUP, Some(plain)) => backup.as_ref().is_none_or(|backup| {
                    let key = unless_it_panics(|| BackupDecryptionKey::from_base64(plain.reveal()).ok());
                    key.is_some_and(|key| backup.is_opened_by(&key))
                }),
                (name, Some(plain)) if name == CROSS_SIGNING[0] => identity
                    .as_ref()
                    .is_some_and(|(shown, _)| public_key(plain).as_ref() == Some(shown)),
                (_, Some(plain)) => public_key(plain).is_some(),
            };
            match is_present {
                true => check.opens.push(name.to_owned()),
                false => check.does_not_open.push(name.to_owned()),
            }
        }
        Ok(check)
    }
}

/// Base64 of the public key that belongs to a private one.
pub(super) fn public_key(plain: &Secret) -> Option<String> {
    let key = unless_it_panics(|| Ed25519SecretKey::from_base64(plain.reveal()).ok())?;
    Some(key.public_key().to_base64())
}
