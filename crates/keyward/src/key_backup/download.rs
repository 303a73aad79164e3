// SPDX-License-Identifier: Apache-2.0

//! Downloads room keys from a backup ("draining" the old backup before it is deleted).

use matrix_sdk_crypto::{olm::ExportedRoomKey, store::types::BackupDecryptionKey};
use ruma::api::client::backup::get_backup_keys;
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    account::Account,
    ed25519::unless_it_panics,
    error::{RequestError, StoreError},
    key_backup::BackupVersion,
    room_keys::is_usable,
};

/// Keys in a transaction: this limits the memory for decrypted keys.
const CHUNK: usize = 1000;

/// The outcome of a download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Downloaded {
    /// Room keys that were not here, or that open more messages than those that were.
    pub(crate) imported: u64,
    /// Entries that do not decrypt under the backup's key, are no room keys, or are under another session's id.
    pub(crate) unreadable: u64,
}

/// Fetches every key of `version` that is not here, reporting `(done, total)`.
pub(crate) async fn download(
    account: &Account,
    version: &BackupVersion,
    key: &BackupDecryptionKey,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Downloaded, RequestError> {
    // The crypto store has one note for each room key, whatever the version: it says what is in the one that this session
    // writes to.
    let is_written = super::written(account).await? == version.version;
    let request = get_backup_keys::v3::Request::new(version.version.clone());
    let rooms = account.send(request).await?.rooms;
    let total: u64 = rooms.values().map(|room| room.sessions.len() as u64).sum();
    progress(0, total);

    let machine = account.machine();
    let (mut result, mut done, mut chunk) = (Downloaded::default(), 0, Vec::new());
    let entries = rooms.into_iter().flat_map(|(room_id, room)| {
        room.sessions
            .into_iter()
            .map(move |(id, data)| (room_id.clone(), id, data))
    });
    let mut entries = entries.peekable();
    while let Some((room_id, session_id, data)) = entries.next() {
        let decrypted = data
            .deserialize()
            .ok()
            .and_then(|data| unless_it_panics(|| key.decrypt_session_data(data.session_data).ok()))
            .map(|room_key| ExportedRoomKey::from_backed_up_room_key(room_id, session_id, room_key))
            .filter(is_usable);
        match decrypted {
            Some(room_key) => chunk.push(room_key),
            None => result.unreadable += 1,
        }
        done += 1;
        if chunk.len() == CHUNK || entries.peek().is_none() {
            let (store, offered) = (machine.store(), chunk.len());
            // matrix-sdk logs room and session IDs of every key.
            let imported = store
                .import_room_keys(
                    std::mem::take(&mut chunk),
                    is_written.then_some(&version.version),
                    |_, _| {},
                )
                .with_subscriber(NoSubscriber::new())
                .await
                .map_err(StoreError::because)?;
            result.imported += imported.imported_count as u64;
            result.unreadable += (offered - imported.total_count) as u64;
            progress(done, total);
        }
    }
    Ok(result)
}
