// SPDX-License-Identifier: Apache-2.0

//! The new backup's version on the server: made once the private keys are taken in, found again after a lost reply,
//! withdrawn if the server was set back.

use ruma::{api::client::backup::create_backup_version, serde::Raw};
use serde_json::value::to_raw_value;

use super::SHORT_WAIT;
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    key_backup::{self, BackupVersion},
    reset::{
        ResetError,
        journal::{Journal, NewBackup},
        kind::Resets,
    },
};

/// How often making the version is tried when its replies get lost.
const ATTEMPTS: usize = 3;

/// The new backup's version. `look_first`: an earlier request may have made it. `None`: the reset makes no backup.
pub(super) async fn make_version(
    account: &Handle,
    journal: &Journal,
    look_first: bool,
) -> Result<Option<String>, ResetError> {
    let Some(backup) = journal.new_backup() else {
        return Ok(None);
    };
    let mut look = look_first;
    for _ in 0..ATTEMPTS {
        if look && let Some(version) = find(account, journal, backup).await? {
            return Ok(Some(version.version));
        }
        let info = Raw::from_json(to_raw_value(&backup.info).expect("a JSON value serialises"));
        // Sent once: each repetition that arrives would make another version.
        match account
            .server()
            .send_once(create_backup_version::v3::Request::new(info))
            .await
        {
            Ok(created) if journal.is_new(&created.version) => return Ok(Some(created.version)),
            Ok(_) => return Err(ServerError::NotUnderstood.into()),
            Err(RequestError::Server(error @ ServerError::RateLimited { retry_after })) => {
                match retry_after.unwrap_or(SHORT_WAIT) {
                    wait if wait <= SHORT_WAIT => tokio::time::sleep(wait).await,
                    _ => return Err(error.into()),
                }
            }
            Err(RequestError::Server(ServerError::Unreachable | ServerError::Failing { .. })) => look = true,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ServerError::Unreachable.into())
}

/// Fetches what is in the new backup's version and deletes it, if it was made; on most servers the old backup is the
/// current one again.
pub(super) async fn withdraw_version(account: &dyn Resets, journal: &Journal) -> Result<(), ResetError> {
    let Some(backup) = journal.keys.backup.as_ref().filter(|_| journal.backup_requested) else {
        return Ok(());
    };
    for _ in 0..ATTEMPTS {
        let Some(found) = find(account, journal, backup).await? else {
            return Ok(());
        };
        // What another client has put there may be nowhere else.
        account.rescue(journal, &found).await?;
        key_backup::delete(account, &found.version).await?;
    }
    match find(account, journal, backup).await? {
        None => Ok(()),
        Some(_) => Err(ResetError::NotUndone),
    }
}

/// The new backup's version: the current one, or the one whose number is known.
async fn find(account: &Handle, journal: &Journal, backup: &NewBackup) -> Result<Option<BackupVersion>, RequestError> {
    let is_ours = |found: &BackupVersion| backup.is_in(found) && journal.is_new(&found.version);
    if let Some(current) = key_backup::current(account).await?.filter(is_ours) {
        return Ok(Some(current));
    }
    match &journal.backup_version {
        Some(known) => Ok(key_backup::version(account, known).await?.filter(is_ours)),
        None => Ok(None),
    }
}
