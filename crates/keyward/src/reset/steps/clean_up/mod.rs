// SPDX-License-Identifier: Apache-2.0

//! Phase 8: deletes what nothing depends on any more: the old backup, if the options allow it and it did not have to make
//! way earlier (`make_way.rs`), the old key's entries in secret storage, and the dehydrated device.

mod delete;
mod repair;

use futures_util::try_join;

use self::delete::{
    backups_to_delete, clean_secret_storage, delete_old_backups, erases, is_something_left, remove_dehydrated_device,
};
pub(super) use self::repair::write_again;
use crate::reset::{
    OldBackup, OldBackupPolicy, ResetError, Step,
    journal::{HandOver, Journal},
    kind::Resets,
    look::{Look, Missing},
    run::Run,
    steps::take_over::{not_taken_over, take_over},
};

/// The versions of the backup that are to be deleted.
pub(super) fn to_delete(journal: &Journal) -> Vec<&str> {
    backups_to_delete(journal, old_backup_fate(journal)).collect()
}

/// Cleans up; returns what became of the old backup, and the sessions that lost their trust.
pub(in crate::reset) async fn clean_up(run: &mut Run) -> Result<(OldBackup, Vec<String>), ResetError> {
    run.report(Step::CleanUp, 0, 0);
    take_over(run).await?;
    let account = run.account.clone();
    let mut look = match run.look.take().filter(Look::is_fresh) {
        Some(look) => look,
        None => Look::at(&*account, &run.journal).await?,
    };
    let mut fate = old_backup_fate(&run.journal);
    if let Some(missing) = what_is_missing(run, &look, fate).await? {
        write_again(run, missing).await?;
        // What the old backup has got meanwhile may be unreadable.
        fate = old_backup_fate(&run.journal);
        look = Look::at(&*account, &run.journal).await?;
        if what_is_missing(run, &look, fate).await?.is_some() {
            return Err(ResetError::NotKept);
        }
    }
    // Comparing two backups may have taken minutes, in which the other program is busy with its new key.
    if run.journal.is_attached() && !look.is_fresh() {
        look = Look::at(&*account, &run.journal).await?;
        if look.missing(&*account, &run.journal).await?.is_some() {
            return Err(ResetError::NotKept);
        }
    }
    run.note(|journal| journal.deleting = true).await?;
    let journal = &run.journal;
    let ((), (), (), untrusted) = try_join!(
        delete_old_backups(&account, journal, fate),
        clean_secret_storage(&account, journal, fate, look.events),
        remove_dehydrated_device(&*account, journal),
        untrusted_sessions(&*account, journal),
    )?;
    // Only in a compromised account it matters if something is left: somebody else may be able to open it.
    if erases(journal, fate) && is_something_left(&account, journal, fate).await? {
        return Err(ResetError::NotDeleted);
    }
    // The person has to know that the old key opens something yet.
    let shown = match fate {
        OldBackup::Drained | OldBackup::Deleted | OldBackup::NotThere if !journal.others_versions.is_empty() => {
            OldBackup::Kept
        }
        fate => fate,
    };
    Ok((shown, untrusted))
}

/// What of the new state is not there. Where a backup is to be deleted, the new one has to give back some of its room keys:
/// until then all that is known of it is what the server says.
async fn what_is_missing(run: &mut Run, look: &Look, fate: OldBackup) -> Result<Option<Missing>, ResetError> {
    let (account, journal) = (&*run.account, &run.journal);
    if let Some(missing) = look.missing(account, journal).await? {
        return Ok(Some(missing));
    }
    let to_delete: Vec<&str> = backups_to_delete(journal, fate).collect();
    let (Some(backup), Some(version), false) = (journal.new_backup(), &journal.backup_version, to_delete.is_empty())
    else {
        return Ok(None);
    };
    match account.is_proven(&to_delete, version, &backup.key()?).await? {
        true => Ok(None),
        false if journal.is_attached() => Err(not_taken_over(run).await),
        false => Ok(Some(Missing::Backup)),
    }
}

/// What becomes of the old backup. It is deleted only if all that it holds is in the new one, or if the account was
/// compromised.
fn old_backup_fate(journal: &Journal) -> OldBackup {
    let drained = journal.drained == Some(true) && journal.keys.backup.is_some();
    match (&journal.before.backup, drained, journal.old_backup) {
        _ if journal.backup_in_the_way => OldBackup::InTheWay,
        (None, ..) => OldBackup::NotThere,
        _ if journal.is_attached() => fate_after_hand_over(journal),
        (_, true, _) if journal.compromised => OldBackup::Drained,
        (_, false, _) if journal.compromised => OldBackup::Deleted,
        (_, true, OldBackupPolicy::DeleteWhenDrained) => OldBackup::Drained,
        _ => OldBackup::Kept,
    }
}

/// The same where another program has taken the new key over: whether all that the old backup holds is in the new one, a look
/// at both decides, right before the old one is deleted.
fn fate_after_hand_over(journal: &Journal) -> OldBackup {
    // Some entries cannot be read with its key, so they are in no other backup.
    let is_unreadable = journal.drained == Some(false);
    let may_go = journal.keys.backup.is_some() && journal.hand_over == HandOver::SaidToBeDone && !is_unreadable;
    match journal.old_backup {
        OldBackupPolicy::Keep if !journal.compromised => OldBackup::Kept,
        _ if may_go => OldBackup::Drained,
        _ => OldBackup::Kept,
    }
}

/// The other sessions that support encryption and are not signed by the new identity.
async fn untrusted_sessions(account: &dyn Resets, journal: &Journal) -> Result<Vec<String>, ResetError> {
    let dehydrated = journal.before.dehydrated_session.as_deref();
    let mut ids = account.unsigned_devices().await?;
    ids.retain(|id| id != account.device_id() && dehydrated != Some(id));
    ids.sort();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::reset::{
        Consequences, Foreseen, ResetChoices,
        journal::{NewBackup, NewKeys},
    };

    fn means(bits: u32) -> Consequences {
        let is = |bit: u32| bits & (1 << bit) != 0;
        Consequences {
            user_id: "@a:b.c".to_owned(),
            device_id: "D".to_owned(),
            old_identity: Some("old".to_owned()),
            other_sessions: 0,
            verified_sessions: 0,
            sessions_without_encryption: 0,
            verified_contacts: None,
            room_keys_here: is(0).then_some(3),
            room_keys_in_backup: is(1).then_some(5),
            backup_readable: is(1) && is(2),
            older_backups: 1,
            key_storage_off: is(3),
            has_secret_storage: true,
            other_secrets: 1,
            dehydrated_device: false,
        }
    }

    /// The journal of such a reset at its end. The other program has taken the new key over, or not.
    fn journal(means: &Consequences, choices: ResetChoices, is_taken: bool) -> Journal {
        let backup = json!({"version": "1", "count": 5, "etag": "0", "info": {}});
        let before = json!({
            "user_id": "@a:b.c", "device_id": "D", "master_key": null, "default_key": null, "secrets": {},
            "backup": means.room_keys_in_backup.map(|_| backup), "backup_readable": means.backup_readable,
            "older_backups": ["0"], "keys_in_use": [], "key_storage_off": means.key_storage_off,
            "dehydrated_device": false,
        });
        let new = NewBackup {
            private: String::new(),
            info: json!({}),
        };
        let keys = NewKeys {
            private: Default::default(),
            master_key: String::new(),
            public: Default::default(),
            signatures: json!(null),
            recovery_key: String::new(),
            key_id: String::new(),
            key_description: json!(null),
            backup: means.makes_backup(choices).then_some(new),
        };
        let policy = match choices.keep_old_backup {
            true => OldBackupPolicy::Keep,
            false => OldBackupPolicy::DeleteWhenDrained,
        };
        let before = serde_json::from_value(before).expect("what was before");
        let mut journal = Journal::new(before, choices.compromised, policy, keys);
        journal.drained = (means.backup_readable && means.makes_backup(choices)).then_some(true);
        journal.hand_over = match (means.room_keys_here, is_taken) {
            (Some(_), _) => HandOver::NotNeeded,
            (None, true) => HandOver::SaidToBeDone,
            (None, false) => HandOver::Left,
        };
        journal
    }

    #[test]
    fn what_people_are_told_before_is_what_is_done() {
        for bits in 0..128 {
            let means = means(bits);
            let choices = ResetChoices {
                compromised: bits & 16 != 0,
                keep_old_backup: bits & 32 != 0,
                turn_on_key_storage: bits & 64 != 0,
            };
            let done = |is_taken| {
                let journal = journal(&means, choices, is_taken);
                let fate = old_backup_fate(&journal);
                (fate, erases(&journal, fate))
            };
            let ((taken, erased), (left, _)) = (done(true), done(false));
            let foreseen = means.old_backup(choices);
            let expected = match foreseen {
                Foreseen::NotThere => (OldBackup::NotThere, OldBackup::NotThere),
                // An attached one whose app does not take the key over keeps everything.
                Foreseen::Moved | Foreseen::MovedByTheApp if means.room_keys_here.is_none() => {
                    (OldBackup::Drained, OldBackup::Kept)
                }
                Foreseen::Moved | Foreseen::MovedByTheApp => (OldBackup::Drained, OldBackup::Drained),
                Foreseen::Kept => (OldBackup::Kept, OldBackup::Kept),
                Foreseen::DeletedUnread => (OldBackup::Deleted, OldBackup::Deleted),
            };
            assert_eq!((taken, left), expected, "{means:?} {choices:?}");
            if foreseen != Foreseen::MovedByTheApp {
                assert_eq!(means.erases(choices), erased, "{means:?} {choices:?}");
            }
        }
    }
}
