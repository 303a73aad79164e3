// SPDX-License-Identifier: Apache-2.0

//! The key backup: one is made, what is behind is uploaded, and the account's data say that it is wanted.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::{RepairError, alone, begin, storage::Opened};
use crate::{
    account::Account,
    ed25519::unless_it_panics,
    error::StoreError,
    key_backup::{self, public_key},
    secret::Secret,
    secret_storage::{BACKUP, KeyInput},
};

/// The document with the public key (base64) of a backup that is being made.
const MADE: &str = "keyward.backup_made";

impl Account {
    /// Makes a key backup, where there is none or one that nobody trusted has signed: its key goes into secret storage under the
    /// present Security Key, which `input` is, then the version is made and signed by the identity, and every room key of this
    /// session is uploaded. Reports `(uploaded, total)`. A backup that somebody else may have made is left as it is.
    ///
    /// # Errors
    /// [`RepairError::BackupIsThere`]; [`RepairError::WouldLose`] where the entry of another backup's key would be overwritten;
    /// [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn make_backup(
        &self,
        input: &KeyInput,
        progress: impl Fn(u64, u64) + Send + Sync,
    ) -> Result<(), RepairError> {
        let (_alone, identity) = begin(self).await?;
        if !self.can_sign_backups().await {
            return Err(RepairError::KeysMissing);
        }
        let opened = Opened::with(self, identity, input).await?;
        let current = key_backup::current(self).await?;
        let newest = current.as_ref().map_or("", |current| current.version.as_str());
        let mut known = key_backup::others_than(self, newest).await?;
        known.extend(current.clone());
        let versions_of = |key: &BackupDecryptionKey| known.iter().filter(|version| version.is_opened_by(key)).count();
        let stored = opened.stored(BACKUP);
        let stored = stored.map(|stored| unless_it_panics(|| BackupDecryptionKey::from_base64(stored.reveal()).ok()));
        let held = self.machine().backup_machine().get_backup_keys().await;
        let held = held.map_err(StoreError::because)?.decryption_key;
        if let Some(current) = &current {
            let opens = |key: &BackupDecryptionKey| current.is_opened_by(key);
            let has_way_in = stored.iter().flatten().any(opens) || held.as_ref().is_some_and(opens);
            if has_way_in && (key_backup::is_trusted(self, current).await? || stored.iter().flatten().any(opens)) {
                return Err(RepairError::BackupIsThere);
            }
        }
        let key = match (stored, &held) {
            // That of a version which is there, or of an attempt that was interrupted.
            (Some(Some(stored)), _) if versions_of(&stored) > 0 || self.has_made(&stored).await? => stored,
            (Some(_), _) => return Err(RepairError::WouldLose),
            // It is the way into an older version, and nowhere else.
            (None, Some(held)) if versions_of(held) > 0 => {
                let key = BackupDecryptionKey::from_bytes(held.as_bytes());
                opened.write(self, &[(BACKUP, Secret::new(key.to_base64()))]).await?;
                key
            }
            (None, _) => {
                let key = BackupDecryptionKey::new();
                self.note_made(&key).await?;
                opened.write(self, &[(BACKUP, Secret::new(key.to_base64()))]).await?;
                key
            }
        };
        // Another key takes the place of the one that is held: what only that opens comes here first.
        if let Some(held) = held.filter(|held| public_key(held) != public_key(&key)) {
            for version in known.iter().filter(|version| version.is_opened_by(&held)) {
                key_backup::download(self, version, &held, &|_, _| {}).await?;
            }
        }
        let mut info = key.to_backup_info();
        let signed = self.machine().backup_machine().sign_backup(&mut info).await;
        signed.map_err(StoreError::because)?;
        let version = key_backup::create(self, &key, &info, &known).await?;
        key_backup::note_seen(self, &[&version]).await?;
        key_backup::switch_to(self, &version, &key).await?;
        key_backup::upload_pending(self, &progress).await?;
        key_backup::say_whether_wanted(self, true).await?;
        Ok(self.remove_document(MADE).await?)
    }

    /// Whether an attempt to make a backup has written this key into secret storage.
    async fn has_made(&self, key: &BackupDecryptionKey) -> Result<bool, StoreError> {
        let made = self.load_document(MADE).await?;
        Ok(made.is_some_and(|made| *made == public_key(key).into_bytes()))
    }

    async fn note_made(&self, key: &BackupDecryptionKey) -> Result<(), StoreError> {
        self.save_document(MADE, public_key(key).into_bytes()).await
    }

    /// Uploads the room keys of this session that are not in the key backup, and reports `(uploaded, total)`.
    ///
    /// # Errors
    /// [`RepairError::NoBackup`] where this session uses none; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn upload_room_keys_behind(&self, progress: impl Fn(u64, u64) + Send + Sync) -> Result<(), RepairError> {
        let _alone = alone(self).await?;
        let current = key_backup::current(self).await?.ok_or(RepairError::NoBackup)?;
        let key = key_backup::held_key(self, &current)
            .await?
            .ok_or(RepairError::NoBackup)?;
        key_backup::switch_to(self, &current.version, &key).await?;
        key_backup::upload_pending(self, &progress).await?;
        Ok(())
    }

    /// Writes into the account's data that a key backup is wanted (MSC4287), where there is one.
    ///
    /// # Errors
    /// [`RepairError::NoBackup`] where there is none; [`RepairError`]
    pub async fn say_backup_is_wanted(&self) -> Result<(), RepairError> {
        let (_alone, _) = begin(self).await?;
        let current = key_backup::current(self).await?.ok_or(RepairError::NoBackup)?;
        // A foreign one is none that clients should be called to.
        let is_ours = key_backup::held_key(self, &current).await?.is_some();
        if !is_ours && !key_backup::is_trusted(self, &current).await? {
            return Err(RepairError::NoBackup);
        }
        Ok(key_backup::say_whether_wanted(self, true).await?)
    }

    /// Whether the master key's private half is here: it signs backups.
    async fn can_sign_backups(&self) -> bool {
        self.machine().cross_signing_status().await.has_master
    }
}
