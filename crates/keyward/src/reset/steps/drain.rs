// SPDX-License-Identifier: Apache-2.0

//! Phase 1: fetches the room keys that the old backup has and this session does not, if its key is here.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use crate::{
    account::{Account, Handle},
    key_backup::{self, BackupVersion},
    reset::{
        Progress, ProgressListener, ResetError, Step,
        journal::{Journal, Replaced},
        plan::Before,
        run::Run,
    },
};

/// Fetches the old backup. `Some(true)`: every key of it is here now. `Some(false)`: some could not be read.
/// `None`: there is no backup, or no key for it here.
pub(in crate::reset) async fn drain(
    account: &Account,
    before: &Before,
    progress: &ProgressListener,
) -> Result<Option<bool>, ResetError> {
    let Some(version) = &before.backup else { return Ok(None) };
    match key_backup::held_key(account, version).await? {
        Some(key) => Ok(Some(fetch(account, version, &key, progress).await?)),
        None => Ok(None),
    }
}

/// The old backup as it is now, if another client has added to it after it was drained. Asked once the new version exists,
/// from when on the old one does not change.
pub(in crate::reset) async fn has_grown(
    account: &Handle,
    journal: &Journal,
) -> Result<Option<BackupVersion>, ResetError> {
    match journal.before.backup.as_ref().filter(|_| journal.drained == Some(true)) {
        Some(old) => {
            let now = key_backup::version(account, &old.version).await?;
            Ok(now.filter(|now| now.etag != old.etag))
        }
        None => Ok(None),
    }
}

/// Fetches the old backup once more. If its key is not here, it counts as unread, and is kept.
pub(in crate::reset) async fn drain_again(
    account: &Account,
    run: &mut Run,
    old: BackupVersion,
) -> Result<(), ResetError> {
    let replaced = run.journal.replaced.as_ref().and_then(Replaced::backup_key);
    let replaced = replaced.filter(|key| old.is_opened_by(key));
    let drained = match replaced {
        Some(key) => Some(fetch(account, &old, &key, &run.progress).await?),
        None => None,
    };
    run.note(|journal| {
        journal.drained = drained;
        journal.before.backup = Some(old);
    })
    .await
}

/// Fetches a backup. Returns whether every key of it could be read.
async fn fetch(
    account: &Account,
    version: &BackupVersion,
    key: &BackupDecryptionKey,
    progress: &ProgressListener,
) -> Result<bool, ResetError> {
    let listener = progress.clone();
    let report = move |done, total| {
        listener(Progress {
            step: Step::FetchOldBackup,
            done,
            total,
        })
    };
    let downloaded = key_backup::download(account, version, key, &report).await?;
    if downloaded.unreadable > 0 {
        tracing::warn!(
            unreadable = downloaded.unreadable,
            "the old backup holds entries that its key does not open"
        );
    }
    Ok(downloaded.unreadable == 0)
}
