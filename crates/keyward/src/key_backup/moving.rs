// SPDX-License-Identifier: Apache-2.0

//! Moves room keys from one version of the backup into another, and compares versions, without an Olm machine: for sessions
//! whose room keys are another program's.

use std::collections::BTreeMap;

use matrix_sdk_crypto::{
    backups::MegolmV1BackupKey,
    olm::{ExportedRoomKey, InboundGroupSession},
    store::types::BackupDecryptionKey,
};
use rand::seq::IteratorRandom as _;
use ruma::{
    OwnedRoomId,
    api::client::backup::{KeyBackupData, RoomKeyBackup, get_backup_info, get_backup_keys},
    serde::Raw,
};

use super::{
    read_back::{SAMPLE, first_index},
    upload::{UploadError, put},
};
use crate::{
    account::Handle,
    ed25519::unless_it_panics,
    error::{RequestError, ServerError},
    room_keys::is_usable,
};

/// Room keys in a request.
const CHUNK: usize = 100;

/// What a version holds, by room and session.
type Contents = BTreeMap<(OwnedRoomId, String), Raw<KeyBackupData>>;

/// What came of moving.
pub(crate) struct Moved {
    /// Entries that do not decrypt under the old version's key, are no room keys, or are under another session's id.
    pub(crate) unreadable: u64,
    /// How many keys the server has according to its last reply; 0 if there was nothing to move.
    pub(crate) on_server: u64,
}

/// Puts every room key of the version `from` into the version `to`, but for those that are there, and reports
/// `(done, total)`.
pub(crate) async fn move_keys(
    account: &Handle,
    from: (&str, &BackupDecryptionKey),
    to: (&str, &BackupDecryptionKey),
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Moved, UploadError> {
    let (old, new) = futures_util::try_join!(contents(account, from.0), contents(account, to.0))?;
    let public = to.1.megolm_v1_public_key();
    let total = old.len() as u64;
    let (mut moved, mut done) = (
        Moved {
            unreadable: 0,
            on_server: 0,
        },
        0,
    );
    progress(done, total);
    let mut chunk: BTreeMap<OwnedRoomId, RoomKeyBackup> = BTreeMap::new();
    let mut in_chunk = 0;
    let mut entries = old.into_iter().peekable();
    while let Some((name, entry)) = entries.next() {
        done += 1;
        if !is_covered(&entry, new.get(&name)) {
            match encrypted_anew(&name, &entry, from.1, &public).await {
                Some(data) => {
                    let (room_id, session_id) = name;
                    let room = chunk
                        .entry(room_id)
                        .or_insert_with(|| RoomKeyBackup::new(BTreeMap::new()));
                    room.sessions.insert(session_id, data);
                    in_chunk += 1;
                }
                None => moved.unreadable += 1,
            }
        }
        if in_chunk == CHUNK || (in_chunk > 0 && entries.peek().is_none()) {
            moved.on_server = put(account, to.0, std::mem::take(&mut chunk)).await?;
            in_chunk = 0;
        }
        if done % CHUNK as u64 == 0 || done == total {
            progress(done, total);
        }
    }
    Ok(moved)
}

/// The entry, encrypted with another version's key. `None` if it cannot be read, or is no room key.
async fn encrypted_anew(
    name: &(OwnedRoomId, String),
    entry: &Raw<KeyBackupData>,
    from: &BackupDecryptionKey,
    to: &MegolmV1BackupKey,
) -> Option<Raw<KeyBackupData>> {
    let session = InboundGroupSession::from_export(&decrypted(name, entry, from)?).ok()?;
    let old = entry.deserialize().ok()?;
    let mut new = to.encrypt(session).await.ok()?;
    // Servers replace an entry by one that was forwarded less often, although that may open fewer messages: it has to count
    // for as much as before.
    new.forwarded_count = old.forwarded_count;
    new.is_verified = old.is_verified;
    Raw::new(&new).ok()
}

/// Whether `version` holds every room key that `others` hold, each for as many messages, and some of them, chosen at random,
/// decrypt with `key`.
pub(crate) async fn holds_all_of(
    account: &Handle,
    others: &[&str],
    version: &str,
    key: &BackupDecryptionKey,
) -> Result<bool, RequestError> {
    if others.is_empty() {
        return Ok(true);
    }
    let held = contents(account, version).await?;
    for other in others {
        let other = contents(account, other).await?;
        if !other.iter().all(|(name, entry)| is_covered(entry, held.get(name))) {
            return Ok(false);
        }
        let sample = other.iter().choose_multiple(&mut rand::rng(), SAMPLE);
        let reads = |(name, entry): &(&(OwnedRoomId, String), &Raw<KeyBackupData>)| {
            let there = held.get(*name).and_then(|there| decrypted(name, there, key));
            let there = there.map(|key| u64::from(first_index(&key)));
            there.is_some_and(|there| index(entry).is_none_or(|needed| there <= needed))
        };
        if !sample.iter().all(reads) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether `version` holds no room key that `other` does not hold.
pub(crate) async fn is_within(account: &Handle, version: &str, other: Option<&str>) -> Result<bool, RequestError> {
    let inner = contents(account, version).await?;
    let outer = match other {
        Some(other) => contents(account, other).await?,
        None => Contents::new(),
    };
    Ok(inner.iter().all(|(name, entry)| is_covered(entry, outer.get(name))))
}

/// What a version holds; nothing if it is gone.
///
/// # Errors
/// [`RequestError`]; [`ServerError::NotUnderstood`] where the server shows less than it says that there is: what it leaves out
/// would pass for saved.
async fn contents(account: &Handle, version: &str) -> Result<Contents, RequestError> {
    let count = match account
        .send(get_backup_info::v3::Request::new(version.to_owned()))
        .await
    {
        Ok(info) => usize::try_from(u64::from(info.count)).unwrap_or(usize::MAX),
        Err(error) if error.is_absent() => return Ok(Contents::new()),
        Err(error) => return Err(error),
    };
    let request = get_backup_keys::v3::Request::new(version.to_owned());
    let rooms = account.send(request).await?.rooms;
    let entries = rooms.into_iter().flat_map(|(room_id, room)| {
        let sessions = room.sessions.into_iter();
        sessions.map(move |(session_id, data)| ((room_id.clone(), session_id), data))
    });
    let contents: Contents = entries.collect();
    if contents.len() >= count {
        return Ok(contents);
    }
    // Conduit counts the keys of 120 with those of 12.
    let mut others = 0;
    for other in super::seen::seen(account).await? {
        if other != version && other.starts_with(version) {
            let other = super::version(account, &other).await?;
            others += other.map_or(0, |other| usize::try_from(other.count).unwrap_or(usize::MAX));
        }
    }
    match contents.len().saturating_add(others) < count {
        true => Err(ServerError::NotUnderstood.into()),
        false => Ok(contents),
    }
}

/// Whether the other entry, as the server describes both, opens at least the messages that `entry` opens.
fn is_covered(entry: &Raw<KeyBackupData>, by: Option<&Raw<KeyBackupData>>) -> bool {
    match (index(entry), by.and_then(index)) {
        (Some(needed), Some(there)) => there <= needed,
        // What cannot be judged is not given up.
        _ => false,
    }
}

/// The first message that an entry opens, as the server describes it.
fn index(entry: &Raw<KeyBackupData>) -> Option<u64> {
    entry.get_field::<u64>("first_message_index").ok()?
}

fn decrypted(
    (room_id, session_id): &(OwnedRoomId, String),
    entry: &Raw<KeyBackupData>,
    key: &BackupDecryptionKey,
) -> Option<ExportedRoomKey> {
    let data = entry.deserialize().ok()?;
    let room_key = unless_it_panics(|| key.decrypt_session_data(data.session_data).ok())?;
    let key = ExportedRoomKey::from_backed_up_room_key(room_id.clone(), session_id.clone(), room_key);
    is_usable(&key).then_some(key)
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::to_raw_value};

    use super::*;

    #[test]
    fn an_entry_is_covered_by_one_that_opens_as_many_messages() {
        let entry = |index: serde_json::Value| -> Raw<KeyBackupData> {
            Raw::from_json(to_raw_value(&json!({"first_message_index": index})).expect("JSON"))
        };
        let (zero, seven, odd) = (entry(json!(0)), entry(json!(7)), entry(json!("7")));
        assert!(is_covered(&seven, Some(&seven)));
        assert!(is_covered(&seven, Some(&zero)));
        assert!(!is_covered(&zero, Some(&seven)), "earlier messages would be lost");
        assert!(!is_covered(&zero, None));
        assert!(!is_covered(&zero, Some(&odd)));
        assert!(!is_covered(&odd, Some(&zero)));
    }
}
