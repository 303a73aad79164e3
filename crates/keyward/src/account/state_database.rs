// SPDX-License-Identifier: Apache-2.0

//! Reads the session of a store of version 0.1. It was in matrix-sdk's *state* database, which encrypts the names of
//! its custom values but not the values, so access token and refresh token were in clear on the disk. When such a store
//! is opened, its session is read from there once and that database is removed.
//!
//! A kill in between is harmless: the session in the crypto store wins, and the removal is tried again.

use std::path::Path;

use matrix_sdk_store_encryption::StoreCipher;
use ruma::{OwnedDeviceId, OwnedUserId};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::Deserialize;
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use super::{OpenError, Session, store::damaged_unless_of_the_disk};
use crate::secret::{Secret, StoreKey};

/// matrix-sdk-sqlite's name for the file.
pub(super) const STATE_DATABASE: &str = "matrix-sdk-state.sqlite3";
/// Table and name of the session, before the name is hashed.
const TABLE: &str = "kv_blob";
const NAME: &[u8] = b"custom:keyward.session";

/// The session as version 0.1 wrote it.
#[derive(Deserialize)]
struct Stored {
    homeserver: Url,
    session: Tokens,
}

#[derive(Deserialize)]
struct Tokens {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    access_token: String,
    refresh_token: Option<String>,
}

impl Drop for Tokens {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
    }
}

/// The session in the state database in `dir`; `None` where there is no such database, or no session in it.
pub(super) async fn session(dir: &Path, key: &StoreKey) -> Result<Option<Session>, OpenError> {
    let (path, key) = (dir.join(STATE_DATABASE), key.clone());
    if !path.is_file() {
        return Ok(None);
    }
    let read = tokio::task::spawn_blocking(move || read(&path, &key));
    read.await.map_err(|_| OpenError::Damaged)?
}

fn read(path: &Path, key: &StoreKey) -> Result<Option<Session>, OpenError> {
    let damaged = |error: rusqlite::Error| damaged_unless_of_the_disk(&error);
    // Writable, because SQLite then also reads what is still in its write-ahead log.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(damaged)?;
    let cipher: Vec<u8> = database
        .query_row("SELECT value FROM kv WHERE key = 'cipher'", (), |row| row.get(0))
        .map_err(damaged)?;
    let cipher = StoreCipher::import_with_key(key.reveal(), &cipher).map_err(|_| OpenError::WrongKey)?;
    let name = cipher.hash_key(TABLE, NAME);
    let value: Option<Vec<u8>> = database
        .query_row("SELECT value FROM kv_blob WHERE key = ?", [name.as_slice()], |row| {
            row.get(0)
        })
        .optional()
        .map_err(damaged)?;
    let Some(value) = value.map(Zeroizing::new) else {
        return Ok(None);
    };
    let mut stored: Stored = serde_json::from_slice(&value).map_err(|_| OpenError::Damaged)?;
    Ok(Some(Session {
        homeserver: stored.homeserver,
        user_id: stored.session.user_id.clone(),
        device_id: stored.session.device_id.clone(),
        access_token: Secret::new(std::mem::take(&mut stored.session.access_token)),
        refresh_token: stored.session.refresh_token.take().map(Secret::new),
        oauth: None,
        exposed: true,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_does_not_open_it_is_no_damage() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        // SQLite says the same of a disk that does not work.
        let opened = read(&dir.path().join("missing"), &key);
        assert!(matches!(opened, Err(OpenError::Store(_))), "{:?}", opened.err());
        let nonsense = dir.path().join("nonsense");
        std::fs::write(&nonsense, [7; 5000]).expect("written");
        let opened = read(&nonsense, &key);
        assert!(matches!(opened, Err(OpenError::Damaged)), "{:?}", opened.err());
    }
}
