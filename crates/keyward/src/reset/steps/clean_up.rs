// SPDX-License-Identifier: Apache-2.0

//! Phase 8: what is stale goes, now that nothing depends on it: the old backup by policy, the old key's entries in
//! secret storage, the dehydrated device.

use std::{collections::BTreeSet, time::Instant};

use futures_util::{future::try_join_all, try_join};
use ruma::api::client::{backup::delete_backup_version, dehydrated_device::delete_dehydrated_device};
use serde_json::{Value, json};

use super::{
    back_up::back_up,
    stage::{ensure_staged, opens_all},
};
use crate::{
    account::Account,
    error::{RequestError, ServerError, StoreError},
    key_backup::{self, BackupVersion},
    reset::{
        OldBackup, OldBackupPolicy, Reset, ResetError, Step,
        flow::{self, JUST_LOOKED},
        journal::Journal,
        plan::DEHYDRATED_SECRET,
        state::{self, ServerIdentity},
    },
    secret_storage::{self, BACKUP, DEFAULT_KEY, SECRETS, key_event_type},
};

/// Cleans up; returns what became of the old backup, and the sessions that lost their trust.
pub(in crate::reset) async fn clean_up(reset: &mut Reset) -> Result<(OldBackup, Vec<String>), ResetError> {
    reset.report(Step::CleanUp, 0, 0);
    let account = reset.account.clone();
    let mut look = match reset.look.take().filter(|look| look.at.elapsed() < JUST_LOOKED) {
        Some(look) => look,
        None => Look::at(&account, &reset.journal).await?,
    };
    if let Some(missing) = look.missing(&account, &reset.journal).await? {
        write_again(reset, missing).await?;
        look = Look::at(&account, &reset.journal).await?;
        if look.missing(&account, &reset.journal).await?.is_some() {
            return Err(ResetError::NotKept);
        }
    }
    let fate = old_backup_fate(&reset.journal);
    let journal = &reset.journal;
    let ((), (), (), untrusted) = try_join!(
        delete_old_backups(&account, journal, fate),
        clean_secret_storage(&account, journal, fate, look.events),
        remove_dehydrated_device(&account, journal),
        untrusted_sessions(&account, journal),
    )?;
    // Elsewhere what was not deleted is litter. Here it is what somebody else may open.
    if journal.compromised && is_something_left(&account, journal, fate).await? {
        return Err(ResetError::NotDeleted);
    }
    Ok((fate, untrusted))
}

/// Whether the server still has something that the old key opens, although it said that it had deleted it.
async fn is_something_left(account: &Account, journal: &Journal, fate: OldBackup) -> Result<bool, ResetError> {
    let known = known_keys(journal);
    let backups = try_join_all(backups_to_delete(journal, fate).map(|version| key_backup::version(account, version)));
    let secrets = try_join_all(SECRETS.map(|name| account.fetch(name)));
    let descriptions = try_join_all(known.iter().map(async |id| {
        let description = account.fetch(&key_event_type(id)).await?;
        Ok(description.is_some_and(|content| content != json!({})))
    }));
    let (backups, secrets, described) = try_join!(backups, secrets, descriptions)?;
    let is_encrypted = |content: &Value| {
        known
            .iter()
            .any(|id| secret_storage::is_stored_under(Some(content), id))
    };
    Ok(backups.iter().any(Option::is_some) || secrets.iter().flatten().any(is_encrypted) || described.contains(&true))
}

/// What the server has not kept of the new state, although it had said so.
#[derive(Clone, Copy)]
enum Missing {
    /// The new key is not the default.
    DefaultKey,
    /// The new key does not open every secret: another client has rewritten them.
    Secrets,
    /// Room keys came in after the upload, or matrix-sdk switched the backup off.
    RoomKeys,
    /// The new backup is gone, or holds fewer keys than were uploaded.
    Backup,
}

/// The events that are to be cleaned, by name.
type Events = Vec<(&'static str, Option<Value>)>;

/// A last look before anything is deleted: does the server really have what it said it had taken? Fetches the events to
/// clean in the same round trip.
pub(in crate::reset) struct Look {
    at: Instant,
    identity: ServerIdentity,
    default_key: Option<Value>,
    description: Option<Value>,
    backup: Option<BackupVersion>,
    events: Events,
}

impl Look {
    pub(super) async fn at(account: &Account, journal: &Journal) -> Result<Self, ResetError> {
        let mut names = SECRETS.to_vec();
        if journal.before.dehydrated_device {
            names.push(DEHYDRATED_SECRET);
        }
        let events = names.into_iter().map(|name| async move {
            let content = account.fetch(name).await?;
            if name != DEHYDRATED_SECRET {
                secret_storage::require_shape(content.as_ref())?;
            }
            Ok((name, content))
        });
        let description = key_event_type(&journal.keys.key_id);
        let (identity, default_key, description, backup, events) = try_join!(
            flow::identity(account, journal),
            async { Ok(account.fetch(DEFAULT_KEY).await?) },
            async { Ok(account.fetch(&description).await?) },
            async { Ok(key_backup::current(account).await?) },
            try_join_all(events),
        )?;
        Ok(Self {
            at: Instant::now(),
            identity,
            default_key,
            description,
            backup,
            events,
        })
    }

    /// The look was taken while keys were uploaded, and after the last of them the server said to have `on_server`.
    pub(super) fn after_upload(mut self, on_server: u64) -> Self {
        if let Some(backup) = &mut self.backup {
            backup.count = backup.count.max(on_server);
        }
        self
    }

    async fn missing(&self, account: &Account, journal: &Journal) -> Result<Option<Missing>, ResetError> {
        state::reconcile(journal.phase, self.identity)?;
        let default_key = secret_storage::default_key_id(self.default_key.as_ref());
        if default_key.as_ref() != Some(&journal.keys.key_id) {
            return Ok(Some(Missing::DefaultKey));
        }
        if !opens_all(&journal.keys, self.description.as_ref(), &self.events).await? {
            return Ok(Some(Missing::Secrets));
        }
        let Some(version) = journal
            .backup_version
            .as_ref()
            .filter(|_| journal.keys.backup.is_some())
        else {
            return Ok(journal.keys.backup.as_ref().map(|_| Missing::Backup));
        };
        if !key_backup::is_full(account, version).await? {
            return Ok(Some(Missing::RoomKeys));
        }
        let uploaded = key_backup::uploaded(account).await?;
        let kept = self
            .backup
            .as_ref()
            .is_some_and(|backup| backup.version == *version && backup.count >= uploaded);
        Ok((!kept).then_some(Missing::Backup))
    }
}

async fn write_again(reset: &mut Reset, missing: Missing) -> Result<(), ResetError> {
    match missing {
        Missing::DefaultKey => {
            let default_key = json!({"key": reset.journal.keys.key_id});
            Ok(reset.account.put(DEFAULT_KEY, &default_key).await?)
        }
        Missing::Secrets => ensure_staged(reset).await,
        Missing::RoomKeys => back_up(reset).await,
        Missing::Backup => {
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
    let deletions = backups_to_delete(journal, fate).map(|version| async move {
        let request = delete_backup_version::v3::Request::new(version.to_owned());
        match account.send(request).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    });
    try_join_all(deletions).await?;
    Ok(())
}

fn backups_to_delete(journal: &Journal, fate: OldBackup) -> impl Iterator<Item = &str> {
    let current = journal.before.backup.as_ref().map(|backup| &backup.version);
    let current = current.filter(|_| matches!(fate, OldBackup::Drained | OldBackup::Deleted));
    let older = journal.before.older_backups.iter().filter(|_| journal.compromised);
    let new = journal.backup_version.as_ref();
    let old = current.into_iter().chain(older);
    old.filter(move |version| Some(*version) != new).map(String::as_str)
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
    let known = known_keys(journal);
    let mut stale: BTreeSet<String> = journal.before.default_key.clone().into_iter().collect();
    let mut writes: Vec<(String, Value)> = Vec::new();
    for (name, content) in events {
        let Some(mut content) = content else { continue };
        let Some(entries) = content.get_mut("encrypted").and_then(Value::as_object_mut) else {
            continue;
        };
        let old: Vec<String> = entries.keys().filter(|id| known.contains(*id)).cloned().collect();
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
    writes.extend(stale.difference(&in_use).map(|id| (key_event_type(id), json!({}))));
    try_join_all(writes.iter().map(|(name, content)| account.put(name, content))).await?;
    Ok(())
}

/// The keys that secret storage had when the reset was planned. What other clients have added since is not ours to take.
fn known_keys(journal: &Journal) -> BTreeSet<String> {
    let texts = journal.before.secrets.values().flatten();
    let contents = texts.filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let ids = contents.filter_map(|content| {
        Some(
            content
                .get("encrypted")?
                .as_object()?
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
        )
    });
    ids.flatten().chain(journal.before.default_key.clone()).collect()
}

async fn remove_dehydrated_device(account: &Account, journal: &Journal) -> Result<(), ResetError> {
    if !journal.before.dehydrated_device {
        return Ok(());
    }
    match account.send(delete_dehydrated_device::unstable::Request::new()).await {
        Ok(_) | Err(RequestError::Server(ServerError::Refused { .. })) => {}
        Err(error) => return Err(error.into()),
    }
    let machine = account.machine();
    machine
        .dehydrated_devices()
        .delete_dehydrated_device_pickle_key()
        .await
        .map_err(StoreError::because)?;
    Ok(())
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
