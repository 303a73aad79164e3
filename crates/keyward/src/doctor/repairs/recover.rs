// SPDX-License-Identifier: Apache-2.0

//! The second chance: an earlier reset has kept a key backup that it could not read, and the old key has turned up. Every room
//! key goes into this session and into the present backup. The old backup stays.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::{RepairError, begin};
use crate::{
    account::Account,
    ed25519::unless_it_panics,
    key_backup::{self, BackupVersion},
    secret_storage::{
        self, BACKUP, KeyInput,
        find::{FindError, keys_that_open},
    },
};

impl Account {
    /// Fetches what older versions of the key backup hold, with the Security Key or Phrase of their time, and puts it into the
    /// present one if this session uses that. `version`: only that one. Reports `(done, total)`. Returns how many room keys
    /// this session has gained, those that open more messages than before among them.
    ///
    /// # Errors
    /// [`RepairError::Open`] if the key opens nothing in secret storage; [`RepairError::OpensNoBackup`] if it opens none of the
    /// older versions; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn recover_room_keys(
        &self,
        old: &KeyInput,
        version: Option<&str>,
        progress: impl Fn(u64, u64) + Send + Sync,
    ) -> Result<u64, RepairError> {
        let (_alone, _) = begin(self).await?;
        let current = key_backup::current(self).await?;
        let newest = current.as_ref().map_or("", |current| current.version.as_str());
        let mut versions = key_backup::others_than(self, newest).await?;
        versions.extend(current.clone());
        if let Some(named) = version.filter(|named| key_backup::is_version(named))
            && !versions.iter().any(|found| found.version == named)
        {
            // Servers that number all users' versions together show no neighbours.
            versions.extend(key_backup::version(self, named).await?);
        }
        versions.retain(|found| version.is_none_or(|version| found.version == version));
        let content = self.fetch(BACKUP).await?;
        let kept_keys = key_backup::opened_ways_in(self, old).await?;
        let keys = match keys_that_open(self, old, BACKUP).await {
            // Another client has written over what the server had of it.
            Err(FindError::Open(_)) if !kept_keys.is_empty() => Vec::new(),
            keys => keys?,
        };
        let private = keys.iter().filter_map(|key| {
            let plain = secret_storage::decrypt(key, BACKUP, content.as_ref()).ok().flatten()?;
            unless_it_panics(|| BackupDecryptionKey::from_base64(plain.reveal()).ok())
        });
        let private: Vec<BackupDecryptionKey> = private.chain(kept_keys).collect();
        let opened = versions.iter().filter_map(|version| {
            let key = private.iter().find(|key| version.is_opened_by(key))?;
            Some((version, key))
        });
        let opened: Vec<(&BackupVersion, &BackupDecryptionKey)> = opened.collect();
        if opened.is_empty() {
            return Err(RepairError::OpensNoBackup);
        }
        let mut gained = 0;
        for (version, key) in opened {
            gained += key_backup::download(self, version, key, &progress).await?.imported;
        }
        if let Some(current) = current
            && let Some(key) = key_backup::held_key(self, &current).await?
        {
            key_backup::switch_to(self, &current.version, &key).await?;
            key_backup::upload_pending(self, &progress).await?;
        }
        Ok(gained)
    }
}
