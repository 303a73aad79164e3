// SPDX-License-Identifier: Apache-2.0

//! Where the server goes on using an old version of the key backup although a new one was made: Conduit and its
//! descendants take the version whose number comes last as a text, so 206 stands before 1037.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use ruma::api::client::backup::delete_backup_version;

use super::{
    drain::{drain_again, has_grown},
    version::withdraw_version,
};
use crate::{
    account::Account,
    error::RequestError,
    key_backup::{self, BackupVersion},
    reset::{OldBackupPolicy, ResetError, run::Run},
};

/// Deletes the old version if all that it holds is here, so that the new one is the current one. Returns `false` if it has
/// to stay: then the new version goes, and this session uses the old one again, if it holds its key.
pub(super) async fn make_way(run: &mut Run, old: BackupVersion) -> Result<bool, ResetError> {
    let account = run.account.clone();
    if let Some(grown) = has_grown(&account, &run.journal).await? {
        drain_again(run, grown).await?;
    }
    let journal = &run.journal;
    let is_drained = journal.drained == Some(true)
        && journal
            .before
            .backup
            .as_ref()
            .is_some_and(|before| before.version == old.version);
    let may_go = match journal.old_backup {
        _ if journal.compromised => true,
        OldBackupPolicy::DeleteWhenDrained => is_drained,
        OldBackupPolicy::Keep => false,
    };
    if may_go {
        run.note(|journal| journal.deleting = true).await?;
        delete(&account, &old.version).await?;
        return Ok(true);
    }
    withdraw_version(&account, journal).await?;
    key_backup::forget_uploads(&account).await?;
    let replaced = journal.replaced.as_ref().and_then(|replaced| replaced.backup.as_ref());
    let key = replaced.and_then(|(_, key)| BackupDecryptionKey::from_base64(key).ok());
    if let Some(key) = key.filter(|key| old.is_opened_by(key)) {
        key_backup::switch_to(&account, &old.version, &key).await?;
    }
    run.note(|journal| {
        journal.backup_in_the_way = true;
        journal.backup_version = None;
    })
    .await?;
    Ok(false)
}

async fn delete(account: &Account, version: &str) -> Result<(), RequestError> {
    match account
        .send(delete_backup_version::v3::Request::new(version.to_owned()))
        .await
    {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
