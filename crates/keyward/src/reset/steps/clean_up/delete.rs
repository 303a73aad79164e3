// SPDX-License-Identifier: Apache-2.0

//! Deletes what is stale, and checks afterwards that it is gone.

use std::collections::BTreeSet;

use futures_util::{future::try_join_all, try_join};
use ruma::api::client::dehydrated_device::delete_dehydrated_device;
use serde_json::{Value, json};

use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    key_backup,
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
/// If the old backup is kept, its entry and the description of the key that opens it are kept too.
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
    let known = known_keys(journal);
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
            if name == BACKUP && may_open_a_kept_backup(account, journal, fate, &id).await? {
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
    if erases(journal, fate) || !journal.before.keys_in_use_unknown {
        writes.extend(stale.difference(&in_use).map(|id| (key_event_type(id), json!({}))));
    }
    try_join_all(writes.iter().map(|(name, content)| account.put(name, content))).await?;
    Ok(())
}

/// Whether the entry of `m.megolm_backup.v1` under this key may be the way into a backup that stays on the server. Nobody
/// can see which backup an entry opens, and servers list no versions, so a backup of which nothing is known here may be
/// there, too. Without the description of its key an entry opens nothing.
async fn may_open_a_kept_backup(
    account: &Handle,
    journal: &Journal,
    fate: OldBackup,
    key_id: &str,
) -> Result<bool, RequestError> {
    if erases(journal, fate) && journal.others_versions.is_empty() {
        return Ok(false);
    }
    if journal.before.default_key.as_deref() == Some(key_id) {
        let before = &journal.before;
        return Ok(matches!(fate, OldBackup::Kept | OldBackup::InTheWay)
            || !before.older_backups.is_empty()
            || !journal.others_versions.is_empty()
            || before.backup.is_none());
    }
    let description = account.fetch(&key_event_type(key_id)).await?;
    Ok(description.is_some_and(|content| content != json!({})))
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

pub(super) async fn remove_dehydrated_device(account: &dyn Resets, journal: &Journal) -> Result<(), ResetError> {
    if !journal.before.dehydrated_device {
        return Ok(());
    }
    match account.send(delete_dehydrated_device::unstable::Request::new()).await {
        Ok(_) | Err(RequestError::Server(ServerError::Refused { .. })) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(account.forget_dehydrated_device().await?)
}

/// Whether the server still has something that the old key opens, although it said that it had deleted it.
pub(super) async fn is_something_left(
    account: &Handle,
    journal: &Journal,
    fate: OldBackup,
) -> Result<bool, ResetError> {
    let known = known_keys(journal);
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
