// SPDX-License-Identifier: Apache-2.0

//! Secret storage, written again under the default key: for an account whose Security Key opens not everything, and a session
//! that has what is missing.

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::Value;

use super::{RepairError, begin};
use crate::{
    account::{Account, Handle},
    error::StoreError,
    identity::shown_identity,
    key_backup,
    secret::Secret,
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, KeyInput, OpenError, SECRETS,
        beside::{self, Secrets, is_unchanged},
        key_event_type,
        open::has_check_value,
    },
};

/// Secret storage, opened with its default key.
pub(super) struct Opened {
    key: SecretStorageKey,
    secrets: Secrets,
    /// Base64 of the master key that the account has.
    identity: String,
}

impl Opened {
    /// Opens it with the person's key. Something has to tell a wrong key from the right one, or the private keys would be
    /// written under whatever was typed, in a way that a server that lies has chosen.
    pub(super) async fn with(account: &Handle, identity: String, input: &KeyInput) -> Result<Self, RepairError> {
        let (default_key, secrets) = try_join!(account.fetch(DEFAULT_KEY), beside::read(account))?;
        let id = secret_storage::default_key_id(default_key.as_ref()).ok_or(RepairError::NoSecretStorage)?;
        let description = account.fetch(&key_event_type(&id)).await?;
        let contents = SECRETS.map(|name| (name, beside::parse(&secrets, name)));
        let stored = contents.each_ref().map(|(name, content)| (*name, content.as_ref()));
        let key = match secret_storage::open_with(&id, description.as_ref(), input, &stored).await {
            Err(OpenError::KeyNotDescribed) => return Err(RepairError::NoSecretStorage),
            opened => opened?,
        };
        for (_, content) in stored {
            secret_storage::require_shape(content)?;
        }
        let opened = Self { key, secrets, identity };
        let is_proven =
            has_check_value(&id, description.as_ref()) || SECRETS.iter().any(|name| opened.stored(name).is_some());
        match is_proven {
            true => Ok(opened),
            false => Err(OpenError::Unsupported {
                what: "a key that nothing can check",
            }
            .into()),
        }
    }

    /// What is stored under the default key; `None` if nothing is, or something that it does not open.
    pub(super) fn stored(&self, name: &str) -> Option<Secret> {
        self.stored_in(&self.secrets, name)
    }

    fn stored_in(&self, secrets: &Secrets, name: &str) -> Option<Secret> {
        let content = beside::parse(secrets, name);
        secret_storage::decrypt(&self.key, name, content.as_ref())
            .ok()
            .flatten()
    }

    /// Writes secrets under the default key, beside what is under others, and reads them back. Deriving a key from a phrase
    /// takes seconds, so the account is looked at once more before.
    pub(super) async fn write(&self, account: &Account, plain: &[(&'static str, Secret)]) -> Result<(), RepairError> {
        let (default_key, now, identity) = try_join!(
            account.fetch(DEFAULT_KEY),
            beside::read(account),
            shown_identity(account, |_| true),
        )?;
        let is_same_key = secret_storage::default_key_id(default_key.as_ref()).as_deref() == Some(self.key.key_id());
        if !is_same_key || !is_unchanged(&self.secrets, &now, "") || identity.as_ref() != Some(&self.identity) {
            return Err(RepairError::Changed);
        }
        let events = plain.iter().map(|(name, plain)| {
            let now = beside::parse(&self.secrets, name);
            let entry = secret_storage::encrypt(&self.key, name, plain);
            (
                *name,
                secret_storage::with_entry(now.as_ref(), self.key.key_id(), entry),
            )
        });
        let events: Vec<(&str, Value)> = events.collect();
        try_join_all(events.iter().map(|(name, content)| account.put(name, content))).await?;
        let written = beside::read(account).await?;
        let is_there = |(name, plain): &(&'static str, Secret)| {
            let stored = self.stored_in(&written, name);
            stored.is_some_and(|stored| stored.reveal() == plain.reveal())
        };
        match plain.iter().all(is_there) {
            true => Ok(()),
            false => Err(RepairError::NotKept),
        }
    }
}

impl Account {
    /// Writes what belongs into secret storage and is not there under the present Security Key, which `input` is: the private
    /// keys, and the key of the backup if this session has it. The key stays the same, and so does what is there.
    ///
    /// # Errors
    /// [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn write_secret_storage(&self, input: &KeyInput) -> Result<(), RepairError> {
        let (_alone, identity) = begin(self).await?;
        let (opened, backup) = try_join!(Opened::with(self, identity, input), async {
            Ok(key_backup::current(self).await?)
        })?;
        let keys = self.machine().export_cross_signing_keys().await;
        let keys = keys.map_err(StoreError::because)?.ok_or(RepairError::KeysMissing)?;
        let private = [&keys.master_key, &keys.self_signing_key, &keys.user_signing_key];
        let mut plain = Vec::new();
        for (name, key) in CROSS_SIGNING.into_iter().zip(private) {
            let key = key.as_deref().ok_or(RepairError::KeysMissing)?;
            plain.push((name, Secret::new(key)));
        }
        if let Some(backup) = &backup
            && let Some(key) = key_backup::held_key(self, backup).await?
        {
            plain.push((BACKUP, Secret::new(key.to_base64())));
        }
        // Another client may be writing an identity that comes into force next, and an entry may open an older backup.
        plain.retain(|(name, _)| opened.stored(name).is_none());
        match plain.is_empty() {
            true => Ok(()),
            false => opened.write(self, &plain).await,
        }
    }
}
