// SPDX-License-Identifier: Apache-2.0

//! What a reset stages: the four secrets, each with an entry under the new key beside the old ones.

use futures_util::try_join;
use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::Value;

use crate::{
    account::Handle,
    error::RequestError,
    reset::{
        ResetError,
        journal::{Journal, NewKeys},
    },
    secret::{RecoveryKey, Secret},
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, KeyInput, SECRETS,
        beside::{self, parse, read},
        key_event_type,
    },
};

/// What goes into the new secret storage.
pub(super) fn new_secrets(keys: &NewKeys) -> Vec<(&'static str, Secret)> {
    let identity = CROSS_SIGNING.into_iter().zip(&keys.private);
    let backup = keys.backup.as_ref().map(|backup| (BACKUP, &backup.private));
    identity
        .chain(backup)
        .map(|(name, plain)| (name, Secret::new(plain.clone())))
        .collect()
}

/// Whether what was staged is there, and the new key opens it.
pub(super) async fn is_staged(account: &Handle, journal: &Journal) -> Result<bool, RequestError> {
    let keys = &journal.keys;
    let description_type = key_event_type(&keys.key_id);
    let (secrets, description) = try_join!(read(account), account.fetch(&description_type))?;
    let parsed = SECRETS.map(|name| (name, parse(&secrets, name)));
    Ok(opens_all(keys, description.as_ref(), &parsed).await)
}

/// Whether the new key, as described, opens every new secret.
pub(super) async fn opens_all(
    keys: &NewKeys,
    description: Option<&Value>,
    secrets: &[(&'static str, Option<Value>)],
) -> bool {
    let key = (keys.key_id.as_str(), keys.recovery_key.as_str());
    beside::opens_all(key, description, secrets, &new_secrets(keys)).await
}

/// The new key, as the journal describes it.
pub(super) async fn new_key(keys: &NewKeys) -> Result<SecretStorageKey, ResetError> {
    let input = KeyInput::RecoveryKey(RecoveryKey::new(keys.recovery_key.clone()));
    // The journal describes its own key, so this fails only if the journal was written by something else.
    secret_storage::open(&keys.key_id, Some(&keys.key_description), &input)
        .await
        .map_err(|_| ResetError::UnknownJournal)
}
