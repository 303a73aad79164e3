// SPDX-License-Identifier: Apache-2.0

//! Phase 7: every room key that is here goes into the new backup; of an attached session, those of the old backup, if the
//! person has opened it.

use super::{adopt::adopt, bind::note_others, make_way::make_way, version::make_version};
use crate::{
    key_backup::{self, UploadError},
    reset::{ResetError, kind::Upload, run::Run},
};

/// How often a new version of the backup is made after another client has replaced it.
const ATTEMPTS: usize = 3;

pub(in crate::reset) async fn back_up(run: &mut Run) -> Result<(), ResetError> {
    let account = run.account.clone();
    for _ in 0..ATTEMPTS {
        let Some(backup) = run.journal.new_backup().cloned() else {
            return Ok(());
        };
        let version = match &run.journal.backup_version {
            Some(version) => version.clone(),
            None => {
                let made = make_version(&account, &run.journal, true).await?;
                let version = made.ok_or(ResetError::UnknownJournal)?;
                note_others(run, Some(&version)).await?;
                let noted = version.clone();
                run.note(|journal| journal.backup_version = Some(noted)).await?;
                version
            }
        };
        let Upload { uploaded, look, grown } = account.upload(run, &version, &backup).await?;
        let current = match (&uploaded, &look) {
            // Nothing had to be uploaded, so nothing could be refused.
            (Ok(0), Ok(look)) if account.uploaded().await? == 0 => look.backup.clone(),
            (Err(UploadError::Replaced), _) => {
                // Was it another client's reset?
                run.reconcile().await?;
                key_backup::current(&account).await?
            }
            _ => None,
        };
        if let Some(old) = current.filter(|current| !run.journal.is_new(&current.version))
            // Otherwise another client has deleted the new one, and the server shows the one before it.
            && key_backup::version(&account, &version).await?.is_some_and(|made| backup.is_in(&made))
        {
            match make_way(run, old).await? {
                true => continue,
                false => return Ok(()),
            }
        }
        match uploaded {
            Ok(on_server) => {
                if let Some(old) = grown? {
                    account.drain_again(run, old).await?;
                    continue;
                }
                run.look = look.ok().map(|look| look.after_upload(on_server));
                return Ok(());
            }
            // Another client has made a new backup. It counts if the new key opens it.
            Err(UploadError::Replaced) => {
                adopt(run).await?;
                if run.journal.backup_version.as_ref() == Some(&version) {
                    run.note(|journal| journal.backup_version = None).await?;
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(ResetError::BackupReplaced)
}
