// SPDX-License-Identifier: Apache-2.0

//! The ways into versions of the backup that a reset has kept because it could not read them: the entries of their keys in
//! secret storage, with the descriptions of the Security Keys that these are under. The server has them, too, until another
//! client writes over them or resets. All of it is ciphertext: only the old Security Key or Phrase opens it.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    account::Handle,
    ed25519::unless_it_panics,
    error::StoreError,
    secret_storage::{self, BACKUP, KeyInput, open_with},
};

/// Where the store keeps them.
const DOCUMENT: &str = "keyward.kept_backups";
/// Raised when an older version could misread it.
const FORMAT: u32 = 1;
/// How many ways are kept, the newest: each may need a key derivation.
const MOST: usize = 8;
/// The size of one, in bytes. The server chooses what it shows.
const LARGEST: usize = 64 * 1024;

/// A way into a version of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WayIn {
    /// Id of the key of secret storage.
    pub(crate) key_id: String,
    /// Its description: content of `m.secret_storage.key.<key_id>`.
    pub(crate) description: Value,
    /// The entry of `m.megolm_backup.v1` under that key.
    pub(crate) entry: Value,
}

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Document {
    /// The last one is the newest.
    ways: Vec<WayIn>,
}

impl Document {
    /// Adds what is not there yet. The same key may have had entries of several backups.
    fn add(&mut self, ways: Vec<WayIn>) {
        for way in ways {
            let size = serde_json::to_vec(&way).map_or(usize::MAX, |bytes| bytes.len());
            if size <= LARGEST && !self.ways.contains(&way) {
                self.ways.push(way);
            }
        }
        self.ways.drain(..self.ways.len().saturating_sub(MOST));
    }
}

async fn load(account: &Handle) -> Result<Document, StoreError> {
    account.load_content(DOCUMENT, FORMAT).await
}

/// Keeps these ways beside what is kept already. Only one flow that changes keys runs at a time.
pub(crate) async fn keep_ways_in(account: &Handle, ways: Vec<WayIn>) -> Result<(), StoreError> {
    let before = load(account).await?;
    let mut document = before.clone();
    document.add(ways);
    match document == before {
        true => Ok(()),
        false => account.save_content(DOCUMENT, FORMAT, document).await,
    }
}

/// Forgets all of them: somebody else may have the old Security Key.
pub(crate) async fn forget_ways_in(account: &Handle) -> Result<(), StoreError> {
    match account.load_document(DOCUMENT).await? {
        Some(_) => account.remove_document(DOCUMENT).await,
        None => Ok(()),
    }
}

/// The keys of backups that `input` opens.
pub(crate) async fn opened_ways_in(account: &Handle, input: &KeyInput) -> Result<Vec<BackupDecryptionKey>, StoreError> {
    let document = load(account).await?;
    let mut keys = Vec::new();
    for WayIn {
        key_id,
        description,
        entry,
    } in document.ways.into_iter().rev()
    {
        let secret = json!({"encrypted": {&key_id: entry}});
        let Ok(key) = open_with(&key_id, Some(&description), input, &[(BACKUP, Some(&secret))]).await else {
            continue;
        };
        let plain = secret_storage::decrypt(&key, BACKUP, Some(&secret)).ok().flatten();
        keys.extend(plain.and_then(|plain| unless_it_panics(|| BackupDecryptionKey::from_base64(plain.reveal()).ok())));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(key_id: &str, entry: &str) -> WayIn {
        WayIn {
            key_id: key_id.to_owned(),
            description: json!({"algorithm": "m.secret_storage.v1.aes-hmac-sha2"}),
            entry: json!({"ciphertext": entry}),
        }
    }

    #[test]
    fn the_newest_are_kept_each_once_and_none_that_is_too_large() {
        let mut document = Document::default();
        document.add(vec![way("a", "x")]);
        document.add(vec![way("a", "x"), way("a", "y"), way("b", &"z".repeat(LARGEST))]);
        assert_eq!(document.ways, [way("a", "x"), way("a", "y")]);
        let more = (0..MOST).map(|number| way(&number.to_string(), "x"));
        document.add(more.clone().collect());
        assert_eq!(document.ways, more.collect::<Vec<_>>());
    }
}
