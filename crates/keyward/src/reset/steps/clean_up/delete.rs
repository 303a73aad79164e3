// SPDX-License-Identifier: Apache-2.0

//! Deletes what is stale, and checks afterwards that it is gone.

use std::collections::BTreeSet;

use futures_util::{future::try_join_all, try_join};
use ruma::{OwnedDeviceId, api::client::dehydrated_device::delete_dehydrated_device};
use serde_json::{Value, json};

use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    identity::dehydrated,
    key_backup::{self, WayIn},
    reset::{
        OldBackup, ResetError,
        journal::{HandOver, Journal},
        kind::Resets,
        look::Events,
    },
    secret_storage::{self, BACKUP, SECRETS, key_event_type},
};

pub(super) async fn delete_old_backups(account: &Handle, journal: &Journal, fate: OldBackup) -> Result<(), ResetError> {
    let deletions = backups_to_delete(journal, fate).map(|version| key_backup::delete(account, version));
    try_join_all(deletions).await?;
    Ok(())
}

/// Whether all that the old Security Key opens goes, because somebody else may have it. Not where the old backup stays: it
/// is the way into it.
pub(super) fn erases(journal: &Journal, fate: OldBackup) -> bool {
    journal.compromised && !matches!(fate, OldBackup::Kept | OldBackup::InTheWay)
}

/// The versions that are to go.
pub(super) fn backups_to_delete(journal: &Journal, fate: OldBackup) -> impl Iterator<Item = &str> {
    let current = journal.before.backup.as_ref().map(|backup| &backup.version);
    let current = current.filter(|_| matches!(fate, OldBackup::Drained | OldBackup::Deleted));
    // Of an attached session all that goes has to be in the new one, and nobody can read these.
    let older = journal.before.older_backups.iter();
    let older = older.filter(move |_| erases(journal, fate) && !journal.is_attached());
    // Where the other program does not take the new key over, all backups stay.
    let is_taken = journal.hand_over == HandOver::SaidToBeDone && !journal.backup_in_the_way;
    let replaced = journal.replaced_versions.iter();
    let replaced = replaced.filter(move |_| is_taken && fate != OldBackup::Kept);
    let new = journal.backup_version.as_ref();
    let old = current.into_iter().chain(older).chain(replaced);
    old.filter(move |version| Some(*version) != new).map(String::as_str)
}

/// Removes the entries under old keys from the secrets, and blanks the descriptions of keys that open nothing any more.
/// If the old backup is kept, its entry and the description of the key that opens it are kept too, here as well: another client
/// may write over what the server has.
pub(super) async fn clean_secret_storage(
    account: &Handle,
    journal: &Journal,
    fate: OldBackup,
    events: Events,
) -> Result<(), ResetError> {
    let mut in_use = BTreeSet::new();
    if !erases(journal, fate) {
        in_use.extend(journal.before.keys_in_use.iter().cloned());
    }
    let known = journal.known_keys();
    let mut ways_in = Vec::new();
    let mut stale: BTreeSet<String> = journal.before.default_key.clone().into_iter().collect();
    // The new key is the default one, and staged no more.
    let keys = &journal.keys;
    let mut writes: Vec<(String, Value)> = vec![(key_event_type(&keys.key_id), keys.key_description.clone())];
    for (name, content) in events {
        let Some(mut content) = content else { continue };
        let Some(entries) = content.get_mut("encrypted").and_then(Value::as_object_mut) else {
            continue;
        };
        let old: Vec<String> = entries.keys().filter(|id| known.contains(*id)).cloned().collect();
        let before = entries.len();
        for id in old {
            let opens = match name == BACKUP {
                true => may_open_a_kept_backup(account, journal, fate, &id).await?,
                false => None,
            };
            if let Some(description) = opens {
                let (key_id, entry) = (id.clone(), entries[&id].clone());
                ways_in.extend(description.map(|description| WayIn {
                    key_id,
                    description,
                    entry,
                }));
                in_use.insert(id);
            } else {
                entries.remove(&id);
                stale.insert(id);
            }
        }
        if entries.len() == before {
            continue;
        }
        let content = if entries.is_empty() { json!({}) } else { content };
        writes.push((name.to_owned(), content));
    }
    if erases(journal, fate) {
        key_backup::forget_ways_in(account).await?;
    }
    if !ways_in.is_empty() {
        key_backup::keep_ways_in(account, ways_in).await?;
    }
    if erases(journal, fate) || !journal.before.keys_in_use_unknown {
        writes.extend(stale.difference(&in_use).map(|id| (key_event_type(id), json!({}))));
    }
    try_join_all(writes.iter().map(|(name, content)| account.put(name, content))).await?;
    Ok(())
}

/// Whether the entry of `m.megolm_backup.v1` under this key may be the way into a backup that stays on the server: then the
/// description of the key, if it has one. Nobody can see which backup an entry opens, and servers list no versions, so a backup
/// of which nothing is known here may be there, too. Without the description of its key an entry opens nothing.
async fn may_open_a_kept_backup(
    account: &Handle,
    journal: &Journal,
    fate: OldBackup,
    key_id: &str,
) -> Result<Option<Option<Value>>, RequestError> {
    if erases(journal, fate) && journal.others_versions.is_empty() {
        return Ok(None);
    }
    let before = &journal.before;
    let is_default = before.default_key.as_deref() == Some(key_id);
    let opens_one = matches!(fate, OldBackup::Kept | OldBackup::InTheWay)
        || !before.older_backups.is_empty()
        || !journal.others_versions.is_empty()
        || before.backup.is_none();
    if is_default && !opens_one {
        return Ok(None);
    }
    let description = account.fetch(&key_event_type(key_id)).await?;
    let description = description.filter(|content| *content != json!({}));
    Ok((is_default || description.is_some()).then_some(description))
}

pub(super) async fn remove_dehydrated_device(account: &dyn Resets, journal: &Journal) -> Result<(), ResetError> {
    if !journal.before.dehydrated_device {
        return Ok(());
    }
    let (kept, shown) = try_join!(dehydrated::kept(account), account.look())?;
    match &shown.master_key {
        Some(key) if *key == journal.keys.master_key => {}
        // A part of the server may lag behind.
        key if *key == journal.before.master_key => return Err(ResetError::NotAccepted),
        _ => return Err(ResetError::Superseded),
    }
    // Another client may have made one for the new identity since. What the server only does not show is no old one.
    let is_old = |id: OwnedDeviceId| match shown.devices.get(&id) {
        Some(device) => !(device.signed && device.dehydrated),
        None => journal.before.dehydrated_session.as_deref() == Some(id.as_str()),
    };
    if kept.is_some_and(is_old) {
        match account.send(delete_dehydrated_device::unstable::Request::new()).await {
            Ok(_) | Err(RequestError::Server(ServerError::Refused { .. })) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(account.forget_dehydrated_device().await?)
}

/// Whether the server still has something that the old key opens, although it said that it had deleted it.
pub(super) async fn is_something_left(
    account: &Handle,
    journal: &Journal,
    fate: OldBackup,
) -> Result<bool, ResetError> {
    let known = journal.known_keys();
    let backups = try_join_all(backups_to_delete(journal, fate).map(|version| key_backup::version(account, version)));
    let secrets = try_join_all(SECRETS.map(|name| account.fetch(name)));
    let descriptions = try_join_all(known.iter().map(async |id| {
        let description = account.fetch(&key_event_type(id)).await?;
        Ok(description.is_some_and(|content| content != json!({})))
    }));
    let (backups, secrets, described) = try_join!(backups, secrets, descriptions)?;
    // The way into a backup that another client has made meanwhile.
    let stays = !journal.others_versions.is_empty();
    let is_encrypted = |(name, content): (&str, &Value)| {
        !(stays && name == BACKUP)
            && known
                .iter()
                .any(|id| secret_storage::is_stored_under(Some(content), id))
    };
    let secrets = SECRETS.iter().zip(&secrets);
    let mut secrets = secrets.filter_map(|(name, content)| Some((*name, content.as_ref()?)));
    let described = described.contains(&true) && !stays;
    Ok(backups.iter().any(Option::is_some) || secrets.any(is_encrypted) || described)
}
