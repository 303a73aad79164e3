// SPDX-License-Identifier: Apache-2.0

//! Phase 7: every room key that is here goes into the new backup.

use matrix_sdk_base::crypto::store::types::BackupDecryptionKey;

use super::bind::backup_version;
use crate::{
    key_backup::{self, UploadError},
    reset::{Reset, ResetError, Step},
};

/// How often a backup that another client replaced meanwhile is made anew.
const ATTEMPTS: usize = 3;

pub(in crate::reset) async fn back_up(reset: &mut Reset) -> Result<(), ResetError> {
    let Some(backup) = &reset.journal.keys.backup else { return Ok(()) };
    let key = BackupDecryptionKey::from_base64(&backup.private).map_err(|_| ResetError::UnknownJournal)?;
    let account = reset.account.clone();
    for _ in 0..ATTEMPTS {
        let version = match &reset.journal.backup_version {
            Some(version) => version.clone(),
            None => {
                let version = backup_version(&account, &reset.journal, true).await?;
                reset.note(|journal| journal.backup_version = version).await?;
                continue;
            }
        };
        key_backup::switch_to(&account, &version, &key).await?;
        let listener = reset.progress.clone();
        let report = move |done, total| listener(crate::reset::Progress { step: Step::BackUp, done, total });
        match key_backup::upload_pending(&account, &report).await {
            Ok(()) => return Ok(()),
            Err(UploadError::Replaced) => reset.note(|journal| journal.backup_version = None).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ResetError::BackupReplaced)
}
