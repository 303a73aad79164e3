// SPDX-License-Identifier: Apache-2.0

//! The key backup: one is made, what is behind is uploaded, and the account's data say that it is wanted.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::{RepairError, alone, begin, storage::Opened};
use crate::{
    account::Account,
    ed25519::unless_it_panics,
    error::StoreError,
    key_backup,
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
        let (_alone, _) = begin(self).await?;
        if !self.can_sign_backups().await {
            return Err(RepairError::KeysMissing);
        }
        let current = key_backup::current(self).await?;
        if let Some(current) = &current
            && key_backup::is_trusted(self, current).await?
        {
            return Err(RepairError::BackupIsThere);
        }
        let opened = Opened::with(self, input).await?;
        // The key of a backup that was deleted, or one that an earlier attempt has stored: nothing is overwritten.
        let stored = opened
            .stored(BACKUP)
            .and_then(|stored| unless_it_panics(|| BackupDecryptionKey::from_base64(stored.reveal()).ok()));
        let opens_current =
            |key: &BackupDecryptionKey| current.as_ref().is_some_and(|current| current.is_opened_by(key));
        let key = match stored.filter(|key| !opens_current(key)) {
            Some(key) => key,
            None if opened.stored(BACKUP).is_some() && current.is_some() => return Err(RepairError::WouldLose),
            None => {
                let key = BackupDecryptionKey::new();
                opened.write(self, &[(BACKUP, Secret::new(key.to_base64()))]).await?;
                key
            }
        };
        let mut info = key.to_backup_info();
        let machine = self.machine();
        let signed = machine.backup_machine().sign_backup(&mut info).await;
        signed.map_err(StoreError::because)?;
        let version = key_backup::create(self, &key, &info).await?;
        key_backup::note_seen(self, &[&version]).await?;
        key_backup::switch_to(self, &version, &key).await?;
        key_backup::upload_pending(self, &progress).await?;
        Ok(key_backup::say_whether_wanted(self, true).await?)
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
        let _alone = alone(self).await?;
        key_backup::current(self).await?.ok_or(RepairError::NoBackup)?;
        Ok(key_backup::say_whether_wanted(self, true).await?)
    }

    /// Whether the master key's private half is here: it signs backups.
    async fn can_sign_backups(&self) -> bool {
        self.machine().cross_signing_status().await.has_master
    }
}
