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
    key_backup,
    secret::Secret,
    secret_storage::{
        self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, KeyInput, OpenError, SECRETS,
        beside::{self, Secrets},
        key_event_type,
    },
};

/// Secret storage, opened with its default key.
pub(super) struct Opened {
    pub(super) key: SecretStorageKey,
    pub(super) secrets: Secrets,
}

impl Opened {
    /// Opens it with the person's key.
    pub(super) async fn with(account: &Handle, input: &KeyInput) -> Result<Self, RepairError> {
        let (default_key, secrets) = try_join!(account.fetch(DEFAULT_KEY), beside::read(account))?;
        let id = secret_storage::default_key_id(default_key.as_ref()).ok_or(OpenError::NotSetUp)?;
        let description = account.fetch(&key_event_type(&id)).await?;
        let contents = SECRETS.map(|name| (name, beside::parse(&secrets, name)));
        let stored = contents.each_ref().map(|(name, content)| (*name, content.as_ref()));
        let key = secret_storage::open_with(&id, description.as_ref(), input, &stored).await?;
        for (_, content) in stored {
            secret_storage::require_shape(content)?;
        }
        Ok(Self { key, secrets })
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

    /// Writes secrets under the default key, beside what is under others, and reads them back.
    pub(super) async fn write(&self, account: &Handle, plain: &[(&'static str, Secret)]) -> Result<(), RepairError> {
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
            self.stored_in(&written, name)
                .is_some_and(|stored| stored.reveal() == plain.reveal())
        };
        if plain.iter().all(is_there) {
            Ok(())
        } else {
            Err(RepairError::NotKept)
        }
    }
}

impl Account {
    /// Writes what belongs into secret storage and is not there under the present Security Key, which `input` is: the private
    /// keys, and the key of the backup if this session has it. The key stays the same.
    ///
    /// # Errors
    /// [`RepairError::WouldLose`] where the entry of another backup's key would be overwritten; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn write_secret_storage(&self, input: &KeyInput) -> Result<(), RepairError> {
        let (_alone, _) = begin(self).await?;
        let (opened, backup) = try_join!(Opened::with(self, input), async {
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
        plain.retain(|(name, plain)| {
            opened
                .stored(name)
                .is_none_or(|stored| stored.reveal() != plain.reveal())
        });
        let replaces_backup_key = plain.iter().any(|(name, _)| *name == BACKUP) && opened.stored(BACKUP).is_some();
        if let Some(backup) = backup.filter(|_| replaces_backup_key)
            && !key_backup::others_than(self, &backup.version).await?.is_empty()
        {
            return Err(RepairError::WouldLose);
        }
        opened.write(self, &plain).await
    }
}
