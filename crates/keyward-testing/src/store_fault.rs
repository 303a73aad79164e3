// SPDX-License-Identifier: Apache-2.0

//! Faults of a client's local store: matrix-sdk's SQLite databases in one folder, open or not.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, ensure};
use matrix_sdk_crypto::store::CryptoStore as _;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use rusqlite::{Connection, TransactionBehavior};

const CRYPTO_DATABASE: &str = "matrix-sdk-crypto.sqlite3";
const STATE_DATABASE: &str = "matrix-sdk-state.sqlite3";
const PREFIX: &str = "broken_";

/// Renames every table, so that whatever reads or writes the store fails from now on, also where it is open.
///
/// # Errors
/// When there is no store in this folder.
pub fn break_store(dir: &Path) -> Result<()> {
    rename_tables(dir, |name| {
        (!name.starts_with(PREFIX)).then(|| format!("{PREFIX}{name}"))
    })
}

/// Takes [`break_store`] back.
///
/// # Errors
/// When there is no store in this folder.
pub fn mend_store(dir: &Path) -> Result<()> {
    rename_tables(dir, |name| name.strip_prefix(PREFIX).map(str::to_owned))
}

/// Makes the crypto store say that another version of matrix-sdk has written it.
///
/// # Errors
/// When there is no store in this folder.
pub fn set_schema_version(dir: &Path, version: u8) -> Result<()> {
    let database = open(&dir.join(CRYPTO_DATABASE))?;
    let changed = database.execute("UPDATE kv SET value = ?1 WHERE key = 'version'", [vec![version]])?;
    ensure!(changed == 1, "the crypto store has no version");
    Ok(())
}

/// Sets a custom value of the crypto store, where an application keeps its own data. The store must not be open.
///
/// # Errors
/// When the key does not open the store in this folder.
pub async fn set_custom_value(dir: &Path, store_key: &[u8; 32], name: &str, value: Vec<u8>) -> Result<()> {
    ensure!(dir.join(CRYPTO_DATABASE).is_file(), "there is no crypto store");
    let config = SqliteStoreConfig::with_low_memory_config(dir).key(Some(store_key));
    let store = SqliteCryptoStore::open_with_config(&config).await?;
    store.set_custom_value(name, value).await?;
    store.close().await?;
    Ok(())
}

fn rename_tables(dir: &Path, new_name: impl Fn(&str) -> Option<String>) -> Result<()> {
    for file in [CRYPTO_DATABASE, STATE_DATABASE] {
        // Only matrix-sdk's own clients have a state database.
        if file == STATE_DATABASE && !dir.join(file).is_file() {
            continue;
        }
        let mut database = open(&dir.join(file))?;
        // A transaction that begins by reading could not wait for the write lock: SQLite would refuse it at once.
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables: Vec<String> = transaction
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map((), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in tables {
            if let Some(new) = new_name(&table) {
                transaction.execute(&format!("ALTER TABLE \"{table}\" RENAME TO \"{new}\""), ())?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<Connection> {
    ensure!(path.is_file(), "there is no {}", path.display());
    let database = Connection::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    database.busy_timeout(Duration::from_secs(10))?;
    Ok(database)
}
