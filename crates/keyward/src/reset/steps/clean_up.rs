// SPDX-License-Identifier: Apache-2.0

//! Phase 8: what is stale goes, now that nothing depends on it: the old backup by policy, the old key's entries in
//! secret storage, the dehydrated device.

use std::collections::BTreeSet;

use futures_util::{future::try_join_all, try_join};
use matrix_sdk::ruma::api::client::{backup::delete_backup_version, dehydrated_device::delete_dehydrated_device};
use serde_json::{Value, json};

use super::back_up::back_up;
use crate::{
    account::Account,
    error::{ServerError, StoreError},
    key_backup,
    reset::{
        OldBackup, OldBackupPolicy, Reset, ResetError, Step,
        journal::Journal,
        plan::DEHYDRATED_SECRET,
    },
    secret_storage::{self, BACKUP, DEFAULT_KEY, SECRETS, key_event_type},
};

/// Cleans up; returns what became of the old backup, and the sessions that lost their trust.
pub(in crate::reset) async fn clean_up(reset: &mut Reset) -> Result<(OldBackup, Vec<String>), ResetError> {
    reset.report(Step::CleanUp, 0, 0);
    let account = reset.account.clone();
    let secrets = match look(&account, &reset.journal).await? {
        (Kept::Everything, secrets) => secrets,
        (missing, _) => {
            write_again(reset, missing).await?;
            let (kept, secrets) = look(&account, &reset.journal).await?;
            if kept != Kept::Everything {
                return Err(ResetError::NotKept);
            }
            secrets
        }
    };
    let fate = old_backup_fate(&reset.journal);
    let journal = &reset.journal;
    let ((), (), (), untrusted) = try_join!(
        delete_old_backups(&account, journal, fate),
        clean_secret_storage(&account, journal, fate, secrets),
        remove_dehydrated_device(&account, journal),
        untrusted_sessions(&account),
    )?;
    Ok((fate, untrusted))
}

/// What the server has kept of the new state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Everything,
    /// The new key is not the default.
    NoDefaultKey,
    /// The new backup is gone, or holds fewer keys than were uploaded.
    NoBackup,
}

/// The events that are to be cleaned, by name.
type Events = Vec<(&'static str, Option<Value>)>;

/// A last look before anything is deleted: does the server really have what it said it had taken? Fetches the events
/// to clean in the same round trip.
async fn look(account: &Account, journal: &Journal) -> Result<(Kept, Events), ResetError> {
    let client = account.client();
    let mut names = SECRETS.to_vec();
    if journal.before.dehydrated_device {
        names.push(DEHYDRATED_SECRET);
    }
    let events = names.into_iter().map(|name| async move {
        let content = secret_storage::fetch(client, name).await?;
        if name != DEHYDRATED_SECRET {
            secret_storage::require_shape(content.as_ref())?;
        }
        Ok((name, content))
    });
    let (default_key, backup, events) = try_join!(
        secret_storage::fetch(client, DEFAULT_KEY),
        key_backup::current(account),
        try_join_all(events),
    )?;
    if secret_storage::default_key_id(default_key.as_ref()).as_ref() != Some(&journal.keys.key_id) {
        return Ok((Kept::NoDefaultKey, events));
    }
    let uploaded = key_backup::uploaded(account).await?;
    let whole = backup.is_some_and(|backup| Some(backup.version) == journal.backup_version && backup.count >= uploaded);
    if journal.keys.backup.is_some() && !whole {
        return Ok((Kept::NoBackup, events));
    }
    Ok((Kept::Everything, events))
}

async fn write_again(reset: &mut Reset, missing: Kept) -> Result<(), ResetError> {
    match missing {
        Kept::Everything => Ok(()),
        Kept::NoDefaultKey => {
            let default_key = json!({"key": reset.journal.keys.key_id});
            Ok(secret_storage::put(reset.account.client(), DEFAULT_KEY, &default_key).await?)
        }
        Kept::NoBackup => {
            key_backup::forget_uploads(&reset.account).await?;
            reset.note(|journal| journal.backup_version = None).await?;
            back_up(reset).await
        }
    }
}

/// What becomes of the old backup. It is deleted only if all that it holds is in the new one, or if the account was
/// compromised.
fn old_backup_fate(journal: &Journal) -> OldBackup {
    let drained = journal.drained == Some(true) && journal.keys.backup.is_some();
    match (&journal.before.backup, drained, journal.old_backup) {
        (None, ..) => OldBackup::None,
        (_, true, _) if journal.compromised => OldBackup::Drained,
        (_, false, _) if journal.compromised => OldBackup::Deleted,
        (_, true, OldBackupPolicy::DeleteWhenDrained) => OldBackup::Drained,
        _ => OldBackup::Kept,
    }
}

async fn delete_old_backups(account: &Account, journal: &Journal, fate: OldBackup) -> Result<(), ResetError> {
    let current = journal.before.backup.as_ref().map(|backup| &backup.version);
    let current = current.filter(|_| matches!(fate, OldBackup::Drained | OldBackup::Deleted));
    let older = journal.before.older_backups.iter().filter(|_| journal.compromised);
    let new = journal.backup_version.as_ref();
    let deletions = current.into_iter().chain(older).filter(|version| Some(*version) != new).map(|version| async move {
        let request = delete_backup_version::v3::Request::new(version.clone());
        match account.client().send(request).await.map_err(ServerError::from) {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    });
    try_join_all(deletions).await?;
    Ok(())
}

/// Takes the entries under old keys out of the secrets, and blanks the descriptions of keys that open nothing any more.
/// A backup that is kept keeps its way in: its entry, and the description of the key that opens it.
async fn clean_secret_storage(
    account: &Account,
    journal: &Journal,
    fate: OldBackup,
    events: Events,
) -> Result<(), ResetError> {
    let mut in_use = BTreeSet::new();
    if !journal.compromised {
        in_use.extend(journal.before.keys_in_use.iter().cloned());
    }
    let mut stale: BTreeSet<String> = journal.before.default_key.clone().into_iter().collect();
    let mut writes: Vec<(String, Value)> = Vec::new();
    for (name, content) in events {
        let Some(mut content) = content else { continue };
        let Some(entries) = content.get_mut("encrypted").and_then(Value::as_object_mut) else { continue };
        let old: Vec<String> = entries.keys().filter(|id| **id != journal.keys.key_id).cloned().collect();
        if name == BACKUP && fate == OldBackup::Kept {
            in_use.extend(old);
            continue;
        }
        if old.is_empty() {
            continue;
        }
        for id in old {
            entries.remove(&id);
            stale.insert(id);
        }
        let content = if entries.is_empty() { json!({}) } else { content };
        writes.push((name.to_owned(), content));
    }
    stale.remove(&journal.keys.key_id);
    writes.extend(stale.difference(&in_use).map(|id| (key_event_type(id), json!({}))));
    try_join_all(writes.iter().map(|(name, content)| secret_storage::put(account.client(), name, content))).await?;
    Ok(())
}

async fn remove_dehydrated_device(account: &Account, journal: &Journal) -> Result<(), ResetError> {
    if !journal.before.dehydrated_device {
        return Ok(());
    }
    match account.client().send(delete_dehydrated_device::unstable::Request::new()).await.map_err(ServerError::from) {
        Ok(_) | Err(ServerError::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let machine = account.machine().await;
    machine.dehydrated_devices().delete_dehydrated_device_pickle_key().await.map_err(StoreError::because)?;
    Ok(())
}

/// The other sessions that support encryption and are not signed by the new identity.
async fn untrusted_sessions(account: &Account) -> Result<Vec<String>, ResetError> {
    let machine = account.machine().await;
    let devices = machine.get_user_devices(account.own_user(), None).await.map_err(StoreError::because)?;
    let untrusted = devices.devices().filter(|device| {
        device.device_id() != account.own_device() && !device.is_dehydrated() && !device.is_cross_signed_by_owner()
    });
    let mut ids: Vec<String> = untrusted.map(|device| device.device_id().to_string()).collect();
    ids.sort();
    Ok(ids)
}
