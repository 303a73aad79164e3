// SPDX-License-Identifier: Apache-2.0

//! All room keys of the crypto store, one at a time, straight from its SQLite file.
//!
//! Why: matrix-sdk 0.18 can only load all of them at once (`CryptoStore::get_inbound_group_sessions`, also behind
//! `Store::export_room_keys_stream`, where a TODO says so). That is 665 MB for 100 000 keys, too much for a phone.
//!
//! What it depends on: table, columns and encoding of matrix-sdk-sqlite `=0.18.0` (`crypto_store.rs` and `utils.rs`
//! there). The schema version is compared before anything is read, and a test compares the result with the official
//! list, so an upgrade fails loudly. When matrix-sdk can stream, this file goes.
//!
//! The live store has the file open in the same process. The file is in WAL mode, in which a second connection that
//! only reads does not disturb the first; the one statement below sees one state of the table, however long it takes.

use std::path::PathBuf;

use futures_util::FutureExt;
use matrix_sdk_crypto::olm::{ExportedRoomKey, InboundGroupSession, PickledInboundGroupSession};
use matrix_sdk_store_encryption::{EncryptedValue, StoreCipher};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use zeroize::Zeroizing;

use crate::secret::StoreKey;

/// `DATABASE_VERSION` of matrix-sdk-sqlite 0.18.0, after all its migrations.
pub(super) const SCHEMA_VERSION: u8 = 17;

/// Where the crypto store lies and what opens it.
#[derive(Clone)]
pub(crate) struct StoreFiles {
    /// `matrix-sdk-crypto.sqlite3` in the folder of the store.
    pub(crate) crypto_database: PathBuf,
    /// The key that the store was opened with.
    pub(crate) key: StoreKey,
}

/// Why the stored keys cannot be read. Texts say nothing of what is stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoredError {
    #[error("it has schema version {0}")]
    Version(u8),
    #[error("SQLite says: {0}")]
    Sqlite(String),
    #[error("the store key does not open it")]
    Key,
    #[error("a room key in it is damaged")]
    Damaged,
}

impl From<rusqlite::Error> for StoredError {
    fn from(error: rusqlite::Error) -> Self {
        // The error's own text may hold the path.
        Self::Sqlite(match error.sqlite_error() {
            Some(code) => code.to_string(),
            None => "unexpected content".to_owned(),
        })
    }
}

/// Calls `each` with every stored room key and the number of all keys. Returns that number.
pub(super) fn for_each<E: From<StoredError>>(
    files: &StoreFiles,
    mut each: impl FnMut(ExportedRoomKey, u64) -> Result<(), E>,
) -> Result<u64, E> {
    let (connection, cipher) = open(files)?;

    // One transaction, so that the number and the rows belong to the same state of the table.
    let transaction = connection.unchecked_transaction().map_err(StoredError::from)?;
    let total = transaction
        .query_row("SELECT count(*) FROM inbound_group_session", (), |row| row.get(0))
        .map_err(StoredError::from)?;
    let mut statement = transaction
        .prepare("SELECT data FROM inbound_group_session")
        .map_err(StoredError::from)?;
    let mut rows = statement.query(()).map_err(StoredError::from)?;
    while let Some(row) = rows.next().map_err(StoredError::from)? {
        let data = row.get_ref(0).map_err(StoredError::from)?;
        let key = data
            .as_blob()
            .ok()
            .and_then(|data| decode(data, &cipher))
            .ok_or(StoredError::Damaged)?;
        each(key, total)?;
    }
    Ok(total)
}

/// Some of the stored room keys, at random.
pub(super) fn some(files: &StoreFiles, count: usize) -> Result<Vec<ExportedRoomKey>, StoredError> {
    let (connection, cipher) = open(files)?;
    let mut statement = connection.prepare(
        "SELECT data FROM inbound_group_session WHERE rowid IN \
         (SELECT rowid FROM inbound_group_session ORDER BY random() LIMIT ?)",
    )?;
    let mut rows = statement.query([count])?;
    let mut some = Vec::new();
    while let Some(row) = rows.next()? {
        let key = decode(row.get_ref(0)?.as_blob().map_err(|_| StoredError::Damaged)?, &cipher);
        some.push(key.ok_or(StoredError::Damaged)?);
    }
    Ok(some)
}

fn open(files: &StoreFiles) -> Result<(Connection, StoreCipher), StoredError> {
    let connection = Connection::open_with_flags(
        &files.crypto_database,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    match kv(&connection, "version")?.as_deref() {
        Some([SCHEMA_VERSION]) => {}
        Some([version]) => return Err(StoredError::Version(*version)),
        _ => return Err(StoredError::Version(0)),
    }
    let cipher = kv(&connection, "cipher")?.ok_or(StoredError::Key)?;
    let cipher = StoreCipher::import_with_key(files.key.reveal(), &cipher).map_err(|_| StoredError::Key)?;
    Ok((connection, cipher))
}

fn kv(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    connection
        .query_row("SELECT value FROM kv WHERE key = ?", [key], |row| row.get(0))
        .optional()
}

fn decode(data: &[u8], cipher: &StoreCipher) -> Option<ExportedRoomKey> {
    let encrypted: EncryptedValue = rmp_serde::from_slice(data).ok()?;
    let pickle = Zeroizing::new(cipher.decrypt_value_data(encrypted).ok()?);
    let pickle: PickledInboundGroupSession = rmp_serde::from_slice(&pickle).ok()?;
    let session = InboundGroupSession::from_pickle(pickle).ok()?;
    // It waits only for a lock that is always free. Unconstrained, because tokio may otherwise make a task pause at any
    // lock.
    tokio::task::unconstrained(session.export()).now_or_never()
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;
    use crate::room_keys::testing::{machine_with, new_room_keys, new_session, room_key_at_index, store_files};

    fn read(files: &StoreFiles) -> Result<Vec<String>, StoredError> {
        let mut keys = Vec::new();
        let total = for_each(files, |key, _| {
            keys.push(serde_json::to_string(&key).expect("room keys are JSON"));
            Ok::<_, StoredError>(())
        })?;
        assert_eq!(keys.len() as u64, total);
        keys.sort();
        Ok(keys)
    }

    fn execute(files: &StoreFiles, sql: &str) {
        Connection::open(&files.crypto_database)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }

    #[tokio::test]
    async fn the_keys_are_those_of_the_official_list() {
        let folder = tempdir().unwrap();
        let mut keys = new_room_keys(300);
        keys.extend((0..20).map(|index| room_key_at_index(&mut new_session(), "!later:example.org", index)));
        let machine = machine_with(folder.path(), keys).await;

        let official = machine.store().export_room_keys(|_| true).await.unwrap();
        let mut official: Vec<_> = official.iter().map(|key| serde_json::to_string(key).unwrap()).collect();
        official.sort();

        let files = store_files(folder.path());
        assert!(read(&files).unwrap() == official);
        assert_eq!(official.len(), 320);
        // And without a live store.
        drop(machine);
        assert!(read(&files).unwrap() == official);
    }

    #[tokio::test]
    async fn what_is_written_meanwhile_neither_waits_nor_shows() {
        let folder = tempdir().unwrap();
        let _machine = machine_with(folder.path(), new_room_keys(50)).await;
        let files = store_files(folder.path());
        let mut seen = 0;
        let total = for_each(&files, |_, total| {
            if seen == 0 {
                execute(&files, "DELETE FROM inbound_group_session");
            }
            seen += 1;
            assert_eq!(total, 50);
            Ok::<_, StoredError>(())
        });
        assert_eq!((total.unwrap(), seen), (50, 50));
        assert!(read(&files).unwrap().is_empty());
    }

    #[tokio::test]
    async fn another_schema_version_is_refused() {
        let folder = tempdir().unwrap();
        let files = store_files(folder.path());
        drop(machine_with(folder.path(), new_room_keys(1)).await);
        execute(&files, "UPDATE kv SET value = x'12' WHERE key = 'version'");
        assert!(matches!(read(&files), Err(StoredError::Version(18))));
        execute(&files, "DELETE FROM kv WHERE key = 'version'");
        assert!(matches!(read(&files), Err(StoredError::Version(0))));
    }

    #[tokio::test]
    async fn a_wrong_store_key_is_refused() {
        let folder = tempdir().unwrap();
        drop(machine_with(folder.path(), new_room_keys(1)).await);
        let files = StoreFiles {
            key: StoreKey::new([8; 32]),
            ..store_files(folder.path())
        };
        assert!(matches!(read(&files), Err(StoredError::Key)));
    }

    #[tokio::test]
    async fn a_damaged_key_is_an_error_and_not_left_out() {
        let folder = tempdir().unwrap();
        let files = store_files(folder.path());
        drop(machine_with(folder.path(), new_room_keys(2)).await);
        execute(&files, "UPDATE inbound_group_session SET data = x'00' WHERE rowid = 2");
        assert!(matches!(read(&files), Err(StoredError::Damaged)));
    }

    #[test]
    fn the_text_of_an_error_does_not_hold_the_path() {
        let folder = tempdir().unwrap();
        let error = read(&store_files(folder.path())).unwrap_err();
        assert!(matches!(error, StoredError::Sqlite(_)));
        assert!(!format!("{error} {error:?}").contains("matrix-sdk"), "{error:?}");
    }
}
