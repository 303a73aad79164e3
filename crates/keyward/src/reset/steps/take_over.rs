// SPDX-License-Identifier: Apache-2.0

//! Whether the other program, whose session this is, has taken the new key over. It says so to the person, and may say it
//! before it has (Trixnity's `verify` races with its synchronisation), so what the server has is looked at, for a while.
//!
//! It may have made a backup of its own (`adopt.rs`); then that one counts.

use std::time::Duration;

use super::{
    adopt::adopt,
    clean_up::{to_delete, write_again},
};
use crate::{
    key_backup::{BackupVersion, UploadError},
    reset::{
        ResetError,
        journal::{HandOver, Journal},
        kind::Resets,
        look::{Look, Missing},
        run::Run,
    },
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
    adopt_and_fill(run).await?;
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
        HandOver::Left => return adopt_and_fill(run).await.map(drop),
        _ => return Ok(()),
    }
    let mut pauses = PAUSES.into_iter();
    let mut judged = None;
    loop {
        let current = adopt_and_fill(run).await?;
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

/// The current backup. If the other program has made it, it takes the place of this reset's, and what the old one holds is to
/// be in it, too.
async fn adopt_and_fill(run: &mut Run) -> Result<Option<BackupVersion>, ResetError> {
    let before = run.journal.backup_version.clone();
    let current = adopt(run).await?;
    if run.journal.backup_version != before {
        move_again(run).await?;
    }
    Ok(current)
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
