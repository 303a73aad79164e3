// SPDX-License-Identifier: Apache-2.0

//! Phase 8: deletes what nothing depends on any more: the old backup, if the options allow it and it did not have to make
//! way earlier (`make_way.rs`), the old key's entries in secret storage, and the dehydrated device.

mod delete;
mod repair;

use futures_util::try_join;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use self::{
    delete::{clean_secret_storage, delete_old_backups, is_something_left, remove_dehydrated_device},
    repair::write_again,
};
use crate::{
    account::Account,
    key_backup,
    reset::{
        OldBackup, OldBackupPolicy, ResetError, Step,
        journal::Journal,
        look::{Look, Missing},
        run::Run,
    },
};

/// Cleans up; returns what became of the old backup, and the sessions that lost their trust.
pub(in crate::reset) async fn clean_up(run: &mut Run) -> Result<(OldBackup, Vec<String>), ResetError> {
    run.report(Step::CleanUp, 0, 0);
    let account = run.account.clone();
    let mut look = match run.look.take().filter(Look::is_fresh) {
        Some(look) => look,
        None => Look::at(&account, &run.journal).await?,
    };
    let mut fate = old_backup_fate(&run.journal);
    if let Some(missing) = what_is_missing(run, &look, fate).await? {
        write_again(run, missing).await?;
        // What the old backup has got meanwhile may be unreadable.
        fate = old_backup_fate(&run.journal);
        look = Look::at(&account, &run.journal).await?;
        if what_is_missing(run, &look, fate).await?.is_some() {
            return Err(ResetError::NotKept);
        }
    }
    run.note(|journal| journal.deleting = true).await?;
    let journal = &run.journal;
    let ((), (), (), untrusted) = try_join!(
        delete_old_backups(&account, journal, fate),
        clean_secret_storage(&account, journal, fate, look.events),
        remove_dehydrated_device(&account, journal),
        untrusted_sessions(&account, journal),
    )?;
    // Only in a compromised account it matters if something is left: somebody else may be able to open it.
    if journal.compromised && is_something_left(&account, journal, fate).await? {
        return Err(ResetError::NotDeleted);
    }
    Ok((fate, untrusted))
}

/// What of the new state is not there. Where a backup is to be deleted, the new one has to give back some of its room keys:
/// until then all that is known of it is what the server says.
async fn what_is_missing(run: &Run, look: &Look, fate: OldBackup) -> Result<Option<Missing>, ResetError> {
    let (account, journal) = (&run.account, &run.journal);
    if let Some(missing) = look.missing(account, journal).await? {
        return Ok(Some(missing));
    }
    if !matches!(fate, OldBackup::Drained | OldBackup::Deleted) {
        return Ok(None);
    }
    let (Some(backup), Some(version)) = (journal.new_backup(), &journal.backup_version) else {
        return Ok(None);
    };
    let key = BackupDecryptionKey::from_base64(&backup.private).map_err(|_| ResetError::UnknownJournal)?;
    let is_proven = key_backup::reads_back(account, version, &key).await?;
    Ok((!is_proven).then_some(Missing::Backup))
}

/// What becomes of the old backup. It is deleted only if all that it holds is in the new one, or if the account was
/// compromised.
fn old_backup_fate(journal: &Journal) -> OldBackup {
    let drained = journal.drained == Some(true) && journal.keys.backup.is_some();
    match (&journal.before.backup, drained, journal.old_backup) {
        _ if journal.backup_in_the_way => OldBackup::InTheWay,
        (None, ..) => OldBackup::NotThere,
        (_, true, _) if journal.compromised => OldBackup::Drained,
        (_, false, _) if journal.compromised => OldBackup::Deleted,
        (_, true, OldBackupPolicy::DeleteWhenDrained) => OldBackup::Drained,
        _ => OldBackup::Kept,
    }
}

/// The other sessions that support encryption and are not signed by the new identity.
async fn untrusted_sessions(account: &Account, journal: &Journal) -> Result<Vec<String>, ResetError> {
    let devices = account.own_devices().await?;
    let dehydrated = journal.before.dehydrated_session.as_deref();
    let untrusted = devices.devices().filter(|device| {
        device.device_id() != account.own_device()
            && dehydrated != Some(device.device_id().as_str())
            && !device.is_cross_signed_by_owner()
    });
    let mut ids: Vec<String> = untrusted.map(|device| device.device_id().to_string()).collect();
    ids.sort();
    Ok(ids)
}
