// SPDX-License-Identifier: Apache-2.0

//! Phase 1: fetches the room keys that the old backup has and this session does not, if its key is here.

use crate::{
    account::Account,
    key_backup,
    reset::{Progress, ProgressListener, ResetError, Step, plan::Before},
};

/// Fetches the old backup. `Some(true)`: every key of it is here now. `Some(false)`: some could not be read.
/// `None`: there is no backup, or no key for it here.
pub(in crate::reset) async fn drain(
    account: &Account,
    before: &Before,
    progress: &ProgressListener,
) -> Result<Option<bool>, ResetError> {
    let Some(version) = &before.backup else { return Ok(None) };
    let Some(key) = key_backup::held_key(account, version).await? else {
        return Ok(None);
    };
    let listener = progress.clone();
    let report = move |done, total| {
        listener(Progress {
            step: Step::FetchOldBackup,
            done,
            total,
        })
    };
    let downloaded = key_backup::download(account, version, &key, &report).await?;
    if downloaded.unreadable > 0 {
        tracing::warn!(
            unreadable = downloaded.unreadable,
            "the old backup holds entries that its key does not open"
        );
    }
    Ok(Some(downloaded.unreadable == 0))
}
