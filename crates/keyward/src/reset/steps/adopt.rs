// SPDX-License-Identifier: Apache-2.0

//! A backup that another program makes once it has the new key (matrix-rust-sdk's `recover_and_fix_backup` does): the
//! one whose session this is, or any other while this reset goes on. If the new identity has signed it and its key is
//! under the new key, it is the account's, and takes the place of the one that the reset has made.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use crate::{
    identity::signed_json::is_signed_by,
    key_backup::{self, BackupVersion},
    reset::{
        ResetError,
        journal::{Journal, NewBackup},
        kind::Resets,
        run::Run,
        staged::new_key,
    },
    secret_storage::{self, BACKUP},
};

/// The current backup. If the other program has made it, and the new key opens it, it is this reset's from now on.
pub(super) async fn adopt(run: &mut Run) -> Result<Option<BackupVersion>, ResetError> {
    let Some(current) = key_backup::current(&run.account).await? else {
        return Ok(None);
    };
    let Some(ours) = run.journal.new_backup() else {
        return Ok(Some(current));
    };
    let before = run.journal.backup_version.clone();
    if before.as_ref() == Some(&current.version) || !run.journal.is_new(&current.version) {
        return Ok(Some(current));
    }
    let theirs = match ours.is_in(&current) {
        true => Some(ours.clone()),
        false => {
            let private = key_of(&*run.account, &run.journal, &current).await?;
            private.map(|private| NewBackup {
                private,
                info: current.info.clone(),
            })
        }
    };
    let Some(theirs) = theirs else {
        return Ok(Some(current));
    };
    let version = current.version.clone();
    run.note(|journal| {
        journal.replaced_versions.extend(before);
        (journal.backup_version, journal.keys.backup) = (Some(version), Some(theirs));
    })
    .await?;
    Ok(Some(current))
}

/// The key of a backup that the new identity has signed, if it is in secret storage under the new key.
async fn key_of(account: &dyn Resets, journal: &Journal, backup: &BackupVersion) -> Result<Option<String>, ResetError> {
    let (user, key) = (&journal.before.user_id, &journal.keys.master_key);
    if !is_signed_by(&backup.info["auth_data"], user, key, key) {
        return Ok(None);
    }
    let secret = account.fetch(BACKUP).await?;
    let stored = secret_storage::decrypt(&new_key(&journal.keys).await?, BACKUP, secret.as_ref());
    let Some(stored) = stored.ok().flatten() else {
        return Ok(None);
    };
    let key = BackupDecryptionKey::from_base64(stored.reveal());
    // As it is there: the last look compares the texts.
    Ok(key
        .is_ok_and(|key| backup.is_opened_by(&key))
        .then(|| stored.reveal().to_owned()))
}
