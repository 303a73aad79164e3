// SPDX-License-Identifier: Apache-2.0

//! The encrypted local store: one folder a login, with matrix-sdk's crypto database in it.

use std::{
    error::Error,
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use sha2::{Digest, Sha256};

use super::{
    OpenError, Session, private,
    state_database::{self, STATE_DATABASE},
};
use crate::{error::StoreError, secret::StoreKey};

/// matrix-sdk-sqlite's name for the file.
const CRYPTO_DATABASE: &str = "matrix-sdk-crypto.sqlite3";
/// The files of one SQLite database: write-ahead log, its index, rollback journal, and the database itself as the last.
const SUFFIXES: [&str; 4] = ["-wal", "-shm", "-journal", ""];
/// Held while the store is open: two processes with one crypto store corrupt its Olm sessions. The file contains a hash
/// of user id and device id, so that a missing database or one of another login is noticed.
const LOCK: &str = "keyward.lock";

/// How often the lock is taken anew because its file was exchanged meanwhile.
const LOCK_ATTEMPTS: usize = 8;

/// The open store of one account: its files, locked for this process.
pub(crate) struct Store {
    pub(crate) dir: PathBuf,
    pub(crate) key: StoreKey,
    pub(crate) crypto: Arc<SqliteCryptoStore>,
    /// `None` while the account is paused.
    lock: Mutex<Option<FolderLock>>,
}

/// The right to the store in a folder: nobody else opens it meanwhile, in this process or another one. Ends with the last clone.
#[derive(Clone)]
pub struct FolderLock(Arc<Locked>);

/// A file that this process has locked. Ends with this.
pub(super) struct Locked(File);

impl FolderLock {
    /// Takes it, and makes the folder (0700) if it is not there.
    ///
    /// # Errors
    /// [`OpenError::InUse`], [`OpenError::Foreign`], [`OpenError::Store`]
    pub fn take(dir: &Path) -> Result<Self, OpenError> {
        private::folder(dir).map_err(from_private)?;
        Ok(Self(Arc::new(take_lock(&dir.join(LOCK))?)))
    }

    fn file(&self) -> &File {
        &self.0.0
    }
}

impl Drop for Locked {
    /// Closing the file is not enough: a program that this process is just starting has it open, too, for a moment, and the
    /// lock with it.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(kind = ?error.kind(), "the store stays locked until its file is closed");
        }
    }
}

impl Store {
    /// Opens the store in `dir`. `create`: make a new one if there is none. An incomplete store is always an error,
    /// because matrix-sdk would create an empty database, and with it a second set of device keys.
    pub(crate) async fn open(dir: &Path, key: &StoreKey, create: bool) -> Result<Self, OpenError> {
        let lock = Self::lock(dir, create).await?;
        Ok(Self {
            dir: dir.to_owned(),
            key: key.clone(),
            crypto: Arc::new(Self::database(dir, key).await?),
            lock: Mutex::new(Some(lock)),
        })
    }

    async fn database(dir: &Path, key: &StoreKey) -> Result<SqliteCryptoStore, OpenError> {
        let config = SqliteStoreConfig::with_low_memory_config(dir).key(Some(key.reveal()));
        SqliteCryptoStore::open_with_config(&config).await.map_err(from_sqlite)
    }

    /// Takes the folder, after which its files can be opened.
    async fn lock(dir: &Path, create: bool) -> Result<FolderLock, OpenError> {
        let path = |name: &str| dir.join(name);
        // SQLite writes nothing before its first transaction: such a file is what a login that was killed has left.
        // Nothing is opened or followed here: the files are looked at below.
        let has_something = |name: &str| std::fs::symlink_metadata(path(name)).is_ok_and(|file| file.len() > 0);
        let is_there = |name: &str| std::fs::symlink_metadata(path(name)).is_ok();
        if !create && !Self::is_in(dir) {
            return Err(OpenError::NotLoggedIn);
        }
        let lock = FolderLock::take(dir)?;
        // Only now nobody else makes or removes a store here.
        let has_database = has_something(CRYPTO_DATABASE) || has_something(&format!("{CRYPTO_DATABASE}-wal"));
        let is_new = match (has_database, is_there(STATE_DATABASE)) {
            (true, _) => false,
            (false, true) => return Err(OpenError::Damaged),
            (false, false) if has_something(LOCK) => return Err(OpenError::Damaged),
            (false, false) if create => true,
            (false, false) => return Err(OpenError::NotLoggedIn),
        };
        // SQLite gives its log and its index the mode of the database, so the mode is set here.
        if is_new {
            private::file(&path(CRYPTO_DATABASE)).map_err(from_private)?;
        }
        for database in [CRYPTO_DATABASE, STATE_DATABASE] {
            for suffix in SUFFIXES {
                private::existing_file(&dir.join(format!("{database}{suffix}"))).map_err(from_private)?;
            }
        }
        if !create && !has_cipher(&path(CRYPTO_DATABASE)).await? {
            return Err(if has_something(LOCK) {
                OpenError::Damaged
            } else {
                OpenError::NotLoggedIn
            });
        }
        Ok(lock)
    }

    /// The store that an app has open in `dir`, for the same session.
    pub(super) fn around(
        dir: &Path,
        key: &StoreKey,
        crypto: Arc<SqliteCryptoStore>,
        lock: FolderLock,
        (user_id, device_id): (&UserId, &DeviceId),
    ) -> Result<Self, OpenError> {
        let store = Self {
            dir: dir.to_owned(),
            key: key.clone(),
            crypto,
            lock: Mutex::new(Some(lock)),
        };
        store.mark_as(user_id, device_id)?;
        Ok(store)
    }

    /// Whether there is anything of a store in `dir`, whole or not.
    pub(super) fn is_in(dir: &Path) -> bool {
        let is_there = |name: &str| std::fs::symlink_metadata(dir.join(name)).is_ok();
        [LOCK, CRYPTO_DATABASE, STATE_DATABASE].into_iter().any(is_there)
    }

    /// The crypto database's file, for the reader of room keys (`room_keys/stored.rs`).
    pub(crate) fn crypto_database(&self) -> PathBuf {
        self.dir.join(CRYPTO_DATABASE)
    }

    /// The session. Taken from the state database if version 0.1 was the last to write the store.
    pub(crate) async fn session(&self) -> Result<Option<Session>, OpenError> {
        let session = match Session::load(&self.crypto).await? {
            Some(session) => Some(session),
            None => self.take_over().await?,
        };
        if let Some(session) = &session {
            self.mark(session)?;
            remove_database(&self.dir, STATE_DATABASE)?;
        }
        Ok(session)
    }

    /// Writes into the lock file whose store this is, or fails if it is another login's.
    pub(crate) fn mark(&self, session: &Session) -> Result<(), OpenError> {
        self.mark_as(&session.user_id, &session.device_id)
    }

    fn mark_as(&self, user_id: &UserId, device_id: &DeviceId) -> Result<(), OpenError> {
        let owner = format!("{user_id}\n{device_id}");
        let mark = format!("{:x}\n", Sha256::digest(owner));
        let held = self.held()?;
        let mut lock = held.file();
        let mut found = String::new();
        let failed = |error: io::Error| StoreError::because(error.kind());
        lock.rewind().map_err(failed)?;
        lock.take(mark.len() as u64 + 1)
            .read_to_string(&mut found)
            .map_err(failed)?;
        match found.as_str() {
            found if found == mark => {}
            // A disk that was full may have kept the beginning.
            found if mark.starts_with(found) => {
                lock.rewind().map_err(failed)?;
                lock.write_all(mark.as_bytes()).map_err(failed)?;
            }
            _ => return Err(OpenError::OtherAccount),
        }
        Ok(())
    }

    async fn take_over(&self) -> Result<Option<Session>, OpenError> {
        let Some(session) = state_database::session(&self.dir, &self.key).await? else {
            return Ok(None);
        };
        match self.device().await? {
            Some((user_id, device_id)) if (&user_id, &device_id) != (&session.user_id, &session.device_id) => {
                return Err(OpenError::OtherAccount);
            }
            _ => {}
        }
        session.save(&self.crypto).await?;
        let saved = Session::load(&self.crypto).await?;
        if saved
            .as_ref()
            .is_none_or(|saved| saved.access_token.reveal() != session.access_token.reveal())
        {
            return Err(StoreError::because("the session was not kept").into());
        }
        Ok(saved)
    }

    /// Whose device keys are in here, if there are any: such files must not be thrown away.
    pub(crate) async fn device(&self) -> Result<Option<(OwnedUserId, OwnedDeviceId)>, OpenError> {
        let account = self.crypto.load_account().await;
        let account = account.map_err(|error| damaged_unless_of_the_disk(&error))?;
        Ok(account.map(|account| (account.user_id().to_owned(), account.device_id().to_owned())))
    }

    /// Finishes what is being written and closes the database.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.crypto.close().await.map_err(StoreError::because)
    }

    /// Closes the database, waits until none of its files is open any more, and gives the folder up.
    ///
    /// # Errors
    /// [`StoreError`], after which the folder is given up, too: a file may still be open for a moment.
    pub(super) async fn release(&self) -> Result<(), StoreError> {
        let closed = self.close().await;
        let path = self.crypto_database();
        let gone = tokio::task::spawn_blocking(move || until_closed(&path)).await;
        drop(self.holder().take());
        closed?;
        gone.map_err(StoreError::because)?.map_err(StoreError::because)
    }

    /// Takes the folder again after [`Store::release`], and opens the database if `is_unchanged` says so of it. `false`: it was
    /// another's meanwhile, and is closed as before.
    pub(super) async fn take_again(
        &self,
        is_unchanged: impl AsyncFnOnce(&SqliteCryptoStore) -> bool,
    ) -> Result<bool, OpenError> {
        let lock = Self::lock(&self.dir, false).await?;
        // By a connection of its own: whoever still holds this store must not write into another's for a moment.
        let look = Self::database(&self.dir, &self.key).await?;
        let is_unchanged = is_unchanged(&look).await;
        look.close().await.map_err(StoreError::because)?;
        drop(look);
        let path = self.crypto_database();
        let gone = tokio::task::spawn_blocking(move || until_closed(&path)).await;
        gone.map_err(StoreError::because)?.map_err(StoreError::because)?;
        if !is_unchanged {
            return Ok(false);
        }
        let reopened = self.crypto.reopen().await;
        reopened.map_err(|error| damaged_unless_of_the_disk(&error))?;
        *self.holder() = Some(lock);
        Ok(true)
    }

    fn holder(&self) -> MutexGuard<'_, Option<FolderLock>> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the folder is this account's now.
    pub(crate) fn is_held(&self) -> bool {
        self.holder().is_some()
    }

    fn held(&self) -> Result<FolderLock, StoreError> {
        let held = self.holder().clone();
        held.ok_or_else(|| StoreError::because("the account is paused"))
    }

    /// From now on it is nobody's: another session may begin here.
    pub(crate) fn unmark(&self) -> Result<(), StoreError> {
        let unmarked = self.held()?.file().set_len(0);
        unmarked.map_err(|error| StoreError::because(error.kind()))
    }

    /// Closes the database and removes every file of the store. The folder goes too if nothing else is in it.
    pub(crate) async fn remove(&self) -> Result<(), StoreError> {
        // Until the end: nobody may begin another session here before.
        let _held = self.held()?;
        self.close().await?;
        // Without the mark a removal that is killed half-way leaves no damaged store, but none.
        self.unmark()?;
        for database in [STATE_DATABASE, CRYPTO_DATABASE] {
            remove_database(&self.dir, database)?;
        }
        remove_file(&self.dir.join(LOCK))?;
        // Whatever else a person keeps there stays, and the folder with it.
        let _ = std::fs::remove_dir(&self.dir);
        Ok(())
    }
}

/// Whether a database has the key of its values, encrypted: without one matrix-sdk-sqlite would make one. SQLite has
/// begun such a database where a login was killed, or it is another program's.
async fn has_cipher(path: &Path) -> Result<bool, OpenError> {
    let path = path.to_owned();
    let looked = tokio::task::spawn_blocking(move || {
        // Writable, because SQLite then also reads what is still in its write-ahead log.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags)?;
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'kv'";
        if database.query_row(tables, (), |row| row.get::<_, u64>(0))? == 0 {
            return Ok(false);
        }
        let ciphers = "SELECT count(*) FROM kv WHERE key = 'cipher'";
        Ok::<_, rusqlite::Error>(database.query_row(ciphers, (), |row| row.get::<_, u64>(0))? > 0)
    });
    let looked = looked.await.map_err(StoreError::because)?;
    looked.map_err(|error| damaged_unless_of_the_disk(&error))
}

/// So long a file of the database may be open after it was closed: by the reader of room keys, which was told to stop.
const TO_CLOSE: Duration = Duration::from_secs(5);

/// Waits until no connection to the database is left. The pool closes its connections on threads of their own, a moment after
/// it says that there are none. In WAL mode each holds a shared lock for as long as it is open, so that an exclusive one is
/// had by the last alone.
fn until_closed(path: &Path) -> Result<(), rusqlite::Error> {
    if !path.is_file() {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(TO_CLOSE)?;
    database.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    database.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    database.close().map_err(|(_, error)| error)
}

/// Removes the database itself last: as long as it is there, the next removal finds the other files.
fn remove_database(dir: &Path, name: &str) -> Result<(), StoreError> {
    SUFFIXES
        .into_iter()
        .try_for_each(|suffix| remove_file(&dir.join(format!("{name}{suffix}"))))
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::because(error.kind())),
        _ => Ok(()),
    }
}

pub(super) fn take_lock(path: &Path) -> Result<Locked, OpenError> {
    for _ in 0..LOCK_ATTEMPTS {
        let lock = private::file(path).map_err(from_private)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => return Err(StoreError::because(error.kind()).into()),
        }
        // A logout that has just ended has removed this file, and another process may have made and locked a new one.
        if private::is_still_at(&lock, path).map_err(from_private)? {
            return Ok(Locked(lock));
        }
    }
    Err(OpenError::InUse)
}

pub(super) fn from_private(error: io::Error) -> OpenError {
    if error.kind() == io::ErrorKind::PermissionDenied
        && error.get_ref().is_some_and(|why| why.is::<private::Foreign>())
    {
        return OpenError::Foreign;
    }
    StoreError::because(error.kind()).into()
}

/// A key that does not open the cipher is wrong; a file that is no database, or half of one, is damaged. A disk that is full
/// or does not work says nothing about the files.
fn from_sqlite(error: matrix_sdk_sqlite::OpenStoreError) -> OpenError {
    use matrix_sdk_sqlite::OpenStoreError as E;
    match error {
        error if sqlite_code(&error).is_some_and(is_of_the_disk) => StoreError::because(error).into(),
        E::InitCipher(matrix_sdk_store_encryption::Error::Encryption(_)) => OpenError::WrongKey,
        E::CreateDir(cause) => StoreError::because(cause.kind()).into(),
        other => {
            tracing::error!(error = %other, "the local store cannot be opened");
            OpenError::Damaged
        }
    }
}

/// What cannot be read is damaged, unless the disk does not work.
pub(super) fn damaged_unless_of_the_disk(error: &(dyn Error + 'static)) -> OpenError {
    match sqlite_code(error) {
        Some(code) if is_of_the_disk(code) => StoreError::because(error).into(),
        _ => OpenError::Damaged,
    }
}

/// What SQLite said, however deep it is wrapped: some of the types in between cannot be named.
fn sqlite_code(mut error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    loop {
        if let Some(rusqlite::ffi::Error { code, .. }) = error.downcast_ref() {
            return Some(*code);
        }
        if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
            return error.sqlite_error_code();
        }
        error = error.source()?;
    }
}

fn is_of_the_disk(code: ErrorCode) -> bool {
    use ErrorCode::{CannotOpen, DiskFull, PermissionDenied, ReadOnly, SystemIoFailure};
    matches!(
        code,
        CannotOpen | DiskFull | PermissionDenied | ReadOnly | SystemIoFailure
    )
}

#[cfg(test)]
mod tests {
    use matrix_sdk_sqlite::OpenStoreError as E;
    use rusqlite::ffi;

    use super::*;

    /// What a program has that this process is just starting.
    #[tokio::test]
    async fn a_store_that_is_let_go_is_free_although_its_lock_was_inherited() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        let store = Store::open(dir.path(), &key, true).await.expect("a new store");
        let inherited = store.held().expect("held").file().try_clone().expect("the same lock");
        assert!(matches!(
            Store::open(dir.path(), &key, true).await,
            Err(OpenError::InUse)
        ));
        drop(store);
        Store::open(dir.path(), &key, true).await.expect("it is free");
        drop(inherited);
    }

    /// Two that make, lock and remove it all the time: whoever has the lock has the file that is there.
    #[test]
    fn a_lock_whose_file_was_removed_meanwhile_is_none() {
        const TIMES: usize = 3000;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(LOCK);
        let take_and_remove = || {
            let mut taken = 0;
            while taken < TIMES {
                let Ok(lock) = take_lock(&path) else { continue };
                assert!(private::is_still_at(&lock.0, &path).expect("readable"));
                std::fs::remove_file(&path).expect("it is there");
                taken += 1;
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(take_and_remove);
            scope.spawn(take_and_remove);
        });
    }

    #[test]
    fn a_full_disk_is_no_damage() {
        let sqlite = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let disk = [
            ffi::SQLITE_FULL,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_PERM,
        ];
        for code in disk {
            let wrapped = [
                E::LoadVersion(sqlite(code)),
                E::LoadCipher(sqlite(code)),
                E::SaveCipher(sqlite(code)),
            ];
            for error in wrapped {
                assert_eq!(from_sqlite(error), OpenError::Store(StoreError), "{code}");
            }
        }
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB] {
            assert_eq!(from_sqlite(E::LoadVersion(sqlite(code))), OpenError::Damaged, "{code}");
        }
        assert_eq!(from_sqlite(E::MissingVersion), OpenError::Damaged);
    }
}
