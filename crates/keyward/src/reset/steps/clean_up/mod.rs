// SPDX-License-Identifier: Apache-2.0

//! Phase 8: deletes what nothing depends on any more: the old backup, if the options allow it, the old key's entries in
//! secret storage, and the dehydrated device.

mod delete;
mod repair;

use futures_util::try_join;

use self::{
    delete::{clean_secret_storage, delete_old_backups, is_something_left, remove_dehydrated_device},
    repair::write_again,
};
use crate::{
    account::Account,
    reset::{OldBackup, OldBackupPolicy, ResetError, Step, journal::Journal, look::Look, run::Run},
};

/// Cleans up; returns what became of the old backup, and the sessions that lost their trust.
pub(in crate::reset) async fn clean_up(run: &mut Run) -> Result<(OldBackup, Vec<String>), ResetError> {
    run.report(Step::CleanUp, 0, 0);
    let account = run.account.clone();
    let mut look = match run.look.take().filter(Look::is_fresh) {
        Some(look) => look,
        None => Look::at(&account, &run.journal).await?,
    };
    if let Some(missing) = look.missing(&account, &run.journal).await? {
        write_again(run, missing).await?;
        look = Look::at(&account, &run.journal).await?;
        if look.missing(&account, &run.journal).await?.is_some() {
            return Err(ResetError::NotKept);
        }
    }
    let fate = old_backup_fate(&run.journal);
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

/// What becomes of the old backup. It is deleted only if the new one has all of its keys, or if the account was
/// compromised.
fn old_backup_fate(journal: &Journal) -> OldBackup {
    let drained = journal.drained == Some(true) && journal.keys.backup.is_some();
    match (&journal.before.backup, drained, journal.old_backup) {
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
