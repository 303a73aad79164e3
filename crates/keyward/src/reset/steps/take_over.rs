// SPDX-License-Identifier: Apache-2.0

//! Whether the other program, whose session this is, has taken the new key over. It says so to the person, and may say it
//! before it has (Trixnity's `verify` races with its synchronisation), so what the server has is looked at, for a while.
//!
//! It may have made a backup of its own (matrix-rust-sdk's `recover_and_fix_backup` does); then that one counts.

use std::time::Duration;

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::{
    clean_up::{to_delete, write_again},
    stage::new_key,
    version::is_new,
};
use crate::{
    identity::signed_json::is_signed_by,
    key_backup::{self, BackupVersion, UploadError},
    reset::{
        ResetError,
        journal::{HandOver, Journal, NewBackup},
        kind::Resets,
        look::{Look, Missing},
        run::Run,
    },
    secret_storage::{self, BACKUP},
};

/// Pauses between the looks: half a minute in all.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(1),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(6),
    Duration::from_secs(8),
    Duration::from_secs(8),
];

/// Makes sure that the new key opens secret storage by default, and that the session is signed: what servers confirm they may
/// not have kept, and an app that is given the key would call it wrong. What is missing of the backup is found afterwards.
pub(in crate::reset) async fn prepare_hand_over(run: &mut Run) -> Result<(), ResetError> {
    adopt(run).await?;
    for is_last in [false, true] {
        let look = Look::at(&*run.account, &run.journal).await?;
        match look.missing(&*run.account, &run.journal).await? {
            None | Some(Missing::Backup | Missing::RoomKeys) => return Ok(()),
            Some(_) if is_last => break,
            Some(missing) => write_again(run, missing).await?,
        }
    }
    Err(ResetError::NotKept)
}

/// Waits until the current backup holds all that is to be deleted elsewhere. Does nothing for a session that was logged in
/// here.
///
/// # Errors
/// [`ResetError::NotTakenOver`]; then it is awaited again.
pub(super) async fn take_over(run: &mut Run) -> Result<(), ResetError> {
    match run.journal.hand_over {
        HandOver::SaidToBeDone => {}
        HandOver::Left => return adopt(run).await.map(drop),
        _ => return Ok(()),
    }
    let mut pauses = PAUSES.into_iter();
    let mut judged = None;
    loop {
        let current = adopt(run).await?;
        // Reading all of it again shows the same as long as nothing changes.
        let seen = current.as_ref().map(|seen| (seen.version.clone(), seen.etag.clone()));
        let state = (run.journal.backup_version.clone(), seen);
        if judged.as_ref() != Some(&state) {
            if is_taken(&*run.account, &run.journal, current.as_ref()).await? {
                return Ok(());
            }
            // An interruption, or the other program, may have undone what was moved.
            move_again(run).await?;
            if is_taken(&*run.account, &run.journal, current.as_ref()).await? {
                return Ok(());
            }
            judged = Some(state);
        }
        let Some(pause) = pauses.next() else { break };
        tokio::time::sleep(pause).await;
    }
    Err(not_taken_over(run).await)
}

/// The hand-over is awaited again.
pub(super) async fn not_taken_over(run: &mut Run) -> ResetError {
    match run.note(|journal| journal.hand_over = HandOver::Awaited).await {
        Ok(()) => ResetError::NotTakenOver,
        Err(error) => error,
    }
}

async fn is_taken(
    account: &dyn Resets,
    journal: &Journal,
    current: Option<&BackupVersion>,
) -> Result<bool, ResetError> {
    let (Some(backup), Some(current)) = (journal.new_backup(), current) else {
        // There is none to be in, or the last look finds that it is gone.
        return Ok(true);
    };
    if !backup.is_in(current) {
        return Ok(false);
    }
    let (to_delete, key) = (to_delete(journal), backup.key()?);
    Ok(account.is_proven(&to_delete, &current.version, &key).await?)
}

/// The current backup. If the other program has made it, and the new key opens it, it takes the place of this reset's.
async fn adopt(run: &mut Run) -> Result<Option<BackupVersion>, ResetError> {
    let Some(current) = key_backup::current(&run.account).await? else {
        return Ok(None);
    };
    let Some(ours) = run.journal.new_backup() else {
        return Ok(Some(current));
    };
    let before = run.journal.backup_version.clone();
    if before.as_ref() == Some(&current.version) || !is_new(&run.journal, &current.version) {
        return Ok(Some(current));
    }
    let private = match ours.is_in(&current) {
        true => Some(ours.private.clone()),
        false => key_of(&*run.account, &run.journal, &current).await?,
    };
    let Some(private) = private else {
        return Ok(Some(current));
    };
    let (version, info) = (current.version.clone(), current.info.clone());
    let theirs = NewBackup { private, info };
    run.note(|journal| {
        journal.replaced_versions.extend(before);
        (journal.backup_version, journal.keys.backup) = (Some(version), Some(theirs));
    })
    .await?;
    // What the old one holds is to be in this one, too.
    move_again(run).await?;
    Ok(Some(current))
}

/// Puts what the old backup holds into the new one, if its key is here, but for what is there already.
async fn move_again(run: &mut Run) -> Result<(), ResetError> {
    let (Some(version), Some(backup)) = (run.journal.backup_version.clone(), run.journal.new_backup().cloned()) else {
        return Ok(());
    };
    match run.account.clone().upload(run, &version, &backup).await?.uploaded {
        // Then the next look finds another one.
        Ok(_) | Err(UploadError::Replaced) => Ok(()),
        Err(UploadError::Request(error)) => Err(error.into()),
    }
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
