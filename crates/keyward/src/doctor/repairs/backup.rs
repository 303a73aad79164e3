// SPDX-License-Identifier: Apache-2.0

//! The key backup: one is made, what is behind is uploaded, and the account's data say that it is wanted.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::{RepairError, alone, begin, storage::Opened};
use crate::{
    account::Account,
    ed25519::unless_it_panics,
    error::StoreError,
    key_backup::{self, BackupVersion, public_key},
    secret::Secret,
    secret_storage::{BACKUP, KeyInput},
};

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
        let held = self.machine().backup_machine().get_backup_keys().await;
        let held = held.map_err(StoreError::because)?.decryption_key;
        if let Some(current) = &current
            && self.has_way_into(current, &opened, held.as_ref()).await?
        {
            return Err(RepairError::BackupIsThere);
        }
        let newest = current.as_ref().map_or("", |current| current.version.as_str());
        let mut known = key_backup::others_than(self, newest).await?;
        known.extend(current);
        let key = self.key_for_backup(&opened, held.as_ref(), &known).await?;
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
        Ok(key_backup::forget_made(self).await?)
    }

    /// Whether the current version is one to be opened, rather than replaced: the person's key opens it, or this session's does
    /// and somebody trusted has signed it.
    async fn has_way_into(
        &self,
        current: &BackupVersion,
        opened: &Opened,
        held: Option<&BackupDecryptionKey>,
    ) -> Result<bool, StoreError> {
        let by_person = stored_key(opened)
            .flatten()
            .is_some_and(|key| current.is_opened_by(&key));
        let by_session = held.is_some_and(|key| current.is_opened_by(key));
        Ok(by_person || by_session && key_backup::is_trusted(self, current).await?)
    }

    /// The key of the backup that is to be made, which is in secret storage when this returns.
    async fn key_for_backup(
        &self,
        opened: &Opened,
        held: Option<&BackupDecryptionKey>,
        known: &[BackupVersion],
    ) -> Result<BackupDecryptionKey, RepairError> {
        let opens_one = |key: &BackupDecryptionKey| known.iter().any(|version| version.is_opened_by(key));
        if let Some(stored) = stored_key(opened) {
            let stored = stored.ok_or(RepairError::WouldLose)?;
            // That of a version which is there, or of an attempt that was interrupted.
            if opens_one(&stored) || key_backup::is_made(self, &stored).await? {
                return Ok(stored);
            }
            // What was begun here is overwritten: the examination has to propose something else.
            key_backup::forget_made(self).await?;
            return Err(RepairError::WouldLose);
        }
        let key = match held.filter(|held| opens_one(held)) {
            // It is the way into an older version, and nowhere else.
            Some(held) => BackupDecryptionKey::from_bytes(held.as_bytes()),
            None => {
                let key = BackupDecryptionKey::new();
                key_backup::note_made(self, &key).await?;
                key
            }
        };
        opened.write(self, &[(BACKUP, Secret::new(key.to_base64()))]).await?;
        Ok(key)
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

/// The backup's key that secret storage has; `Some(None)`: what it has is no key.
fn stored_key(opened: &Opened) -> Option<Option<BackupDecryptionKey>> {
    let stored = opened.stored(BACKUP)?;
    Some(unless_it_panics(|| {
        BackupDecryptionKey::from_base64(stored.reveal()).ok()
    }))
}
