// SPDX-License-Identifier: Apache-2.0

//! The 32-byte key of the encrypted store: in the system's keyring, or else in a file that only its owner can read.
//!
//! It is made at login and removed at logout, and never replaced: a store whose key is gone cannot be read by anybody.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use keyring::Entry;
use keyward::secret::StoreKey;
use tokio::{sync::oneshot, time::timeout};
use zeroize::Zeroizing;

use crate::{language::say, output::Failure};

/// The service that entries in the keyring belong to; the folder of the store distinguishes them.
const SERVICE: &str = "keyward";
/// The file's name in the folder of the store.
const FILE: &str = "store.key";

/// How long the keyring may take to answer at all. A desktop bus that hangs would block for ever.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may take after that: it may have to ask the person to unlock it, if there is one.
const UNLOCK: Duration = Duration::from_secs(120);

/// Where the key of one store is kept.
pub(crate) struct StoreKeys {
    dir: PathBuf,
    use_keyring: bool,
    unlock: Duration,
}

/// What looking for the key brought.
pub(crate) enum Lookup {
    /// The key.
    Found(StoreKey),
    /// There is none.
    Absent,
    /// There is none in a file, and the keyring was not looked into because `--no-keyring` says so.
    KeyringNotAsked,
    /// There is none in a file, and the keyring does not answer.
    KeyringFailed(KeyringFailure),
}

impl Lookup {
    /// Why a store that exists cannot be opened.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Found(_) | Self::Absent => Failure::new("store_key_missing", say!("store-key-missing")),
            Self::KeyringNotAsked => Failure::new("store_key_missing", say!("store-key-missing-without-keyring")),
            Self::KeyringFailed(cause) => {
                Failure::new("keyring_unavailable", say!("store-key-keyring", cause = cause.said()))
            }
        }
    }
}

/// Why the keyring was of no use.
enum Trouble {
    NoEntry,
    Failed(KeyringFailure),
}

/// Why the keyring cannot be used. The log has its name, which is the same in every language.
#[derive(Debug)]
pub(crate) enum KeyringFailure {
    Silent,
    Failed,
    Locked,
    NoAccess(String),
    SeveralEntries,
    Broken,
    /// In the platform's words.
    Platform(String),
}

impl KeyringFailure {
    fn said(&self) -> String {
        match self {
            Self::Silent => say!("keyring-silent"),
            Self::Failed => say!("keyring-failed"),
            Self::Locked => say!("keyring-locked"),
            Self::NoAccess(cause) => say!("keyring-no-access", cause = cause.as_str()),
            Self::SeveralEntries => say!("keyring-several-entries"),
            Self::Broken => say!("keyring-broken"),
            Self::Platform(cause) => cause.clone(),
        }
    }
}

impl StoreKeys {
    /// `interactive` says whether somebody could answer the keyring's own question.
    pub(crate) fn new(dir: PathBuf, use_keyring: bool, interactive: bool) -> Self {
        Self {
            dir,
            use_keyring,
            unlock: if interactive { UNLOCK } else { CONNECT },
        }
    }

    /// Looks for the key: in the file first, which costs nothing, then in the keyring.
    pub(crate) async fn find(&self) -> Result<Lookup, Failure> {
        if let Some(key) = read_file(&self.dir.join(FILE))? {
            return Ok(Lookup::Found(key));
        }
        let Some(name) = self.entry_name() else {
            return Ok(Lookup::Absent);
        };
        if !self.use_keyring {
            return Ok(Lookup::KeyringNotAsked);
        }
        match self.in_keyring(name, |entry| entry.get_secret()).await {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                Ok(Lookup::Found(
                    parse(&bytes).ok_or_else(|| damaged(say!("store-key-damaged-entry")))?,
                ))
            }
            Err(Trouble::NoEntry) => Ok(Lookup::Absent),
            Err(Trouble::Failed(cause)) => {
                tracing::warn!(?cause, "the system's keyring cannot be used");
                Ok(Lookup::KeyringFailed(cause))
            }
        }
    }

    /// Makes a new key and keeps it, in the keyring if that works, else in the file. Only where [`Self::find`] found
    /// none.
    pub(crate) async fn create(&self) -> Result<StoreKey, Failure> {
        let key = StoreKey::generate();
        make_private_dir(&self.dir)
            .map_err(|error| not_written(say!("store-key-folder-unwritable", cause = cause(&error))))?;
        if self.use_keyring
            && let Some(name) = self.entry_name()
        {
            let copy = key.clone();
            match self
                .in_keyring(name, move |entry| entry.set_secret(copy.reveal()))
                .await
            {
                Ok(()) => return Ok(key),
                Err(Trouble::NoEntry) => tracing::warn!("the system's keyring lost the entry"),
                Err(Trouble::Failed(cause)) => {
                    tracing::warn!(?cause, "no keyring: the store's key goes into a file");
                }
            }
        }
        write_file(&self.dir.join(FILE), &key)
            .map_err(|error| not_written(say!("store-key-unwritable", cause = cause(&error))))?;
        Ok(key)
    }

    /// Removes the key, wherever it is, and the folder if nothing is left in it.
    pub(crate) async fn remove(&self) -> Result<(), Failure> {
        let name = self.entry_name();
        match std::fs::remove_file(self.dir.join(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::new(
                    "store_key_left",
                    say!("store-key-left", cause = cause(&error)),
                ));
            }
            // The key was in the file, so there is nothing to wait for in a keyring.
            Ok(()) => {}
            Err(_) if self.use_keyring => {
                if let Some(name) = name
                    && let Err(Trouble::Failed(cause)) = self.in_keyring(name, |entry| entry.delete_credential()).await
                {
                    tracing::warn!(?cause, "the store's key stays in the system's keyring");
                }
            }
            Err(_) => {}
        }
        // Whatever else a person keeps there stays, and the folder with it.
        let _ = std::fs::remove_dir(&self.dir);
        Ok(())
    }

    /// The entry's name in the keyring: the folder, by its one true path. `None` if there is no such folder.
    fn entry_name(&self) -> Option<String> {
        Some(self.dir.canonicalize().ok()?.to_string_lossy().into_owned())
    }

    /// Asks the keyring on a thread of its own, which a desktop bus that hangs can keep.
    async fn in_keyring<T: Send + 'static>(
        &self,
        name: String,
        work: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (connected, connects) = oneshot::channel();
        let (finished, finishes) = oneshot::channel();
        std::thread::spawn(move || {
            let entry = Entry::new(SERVICE, &name).map_err(|error| match Entry::store_status() {
                // `Entry::new` only says that there is no keyring; this says why.
                Err(cause) => trouble(cause),
                Ok(()) => trouble(&error),
            });
            let _ = connected.send(());
            let _ = finished.send(entry.and_then(|entry| work(&entry).map_err(|error| trouble(&error))));
        });
        if timeout(CONNECT, connects).await.is_err() {
            return Err(Trouble::Failed(KeyringFailure::Silent));
        }
        match timeout(self.unlock, finishes).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Trouble::Failed(KeyringFailure::Failed)),
            Err(_) => Err(Trouble::Failed(KeyringFailure::Locked)),
        }
    }
}

/// Errors of the keyring, without the secret that some of them carry.
fn trouble(error: &keyring::Error) -> Trouble {
    use keyring::Error as E;
    match error {
        E::NoEntry => Trouble::NoEntry,
        E::PlatformFailure(cause) => Trouble::Failed(KeyringFailure::Platform(cause.to_string())),
        E::NoStorageAccess(cause) => Trouble::Failed(KeyringFailure::NoAccess(cause.to_string())),
        E::Ambiguous(_) => Trouble::Failed(KeyringFailure::SeveralEntries),
        _ => Trouble::Failed(KeyringFailure::Broken),
    }
}

fn parse(bytes: &[u8]) -> Option<StoreKey> {
    let bytes: Zeroizing<[u8; StoreKey::LENGTH]> = Zeroizing::new(bytes.try_into().ok()?);
    Some(StoreKey::new(*bytes))
}

fn damaged(message: String) -> Failure {
    Failure::new("store_key_damaged", message)
}

fn not_written(message: String) -> Failure {
    Failure::new("store", message)
}

/// What the system says; it has no path in it.
fn cause(error: &io::Error) -> String {
    error.kind().to_string()
}

fn read_file(path: &Path) -> Result<Option<StoreKey>, Failure> {
    let unreadable = |error: io::Error| Failure::new("store", say!("store-key-unreadable", cause = cause(&error)));
    // Looked at before it is opened, because opening a pipe waits for a writer.
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(damaged(say!("store-key-damaged-file"))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    }
    let file = File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Failure::new(
                "store_key_permissions",
                say!(
                    "store-key-permissions",
                    mode = format!("{:03o}", mode & 0o777),
                    file = path.display().to_string()
                ),
            ));
        }
    }
    // One byte more than a key has: a longer file is none.
    let mut bytes = Zeroizing::new(Vec::with_capacity(StoreKey::LENGTH + 1));
    let limit = StoreKey::LENGTH as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    parse(&bytes)
        .map(Some)
        .ok_or_else(|| damaged(say!("store-key-damaged-file")))
}

/// Writes the file whole or not at all, readable by its owner only, and never over another.
fn write_file(path: &Path, key: &StoreKey) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".store.key-").tempfile_in(dir)?;
    file.write_all(key.reveal())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(dir: &Path) -> StoreKeys {
        StoreKeys::new(dir.to_owned(), false, false)
    }

    #[tokio::test]
    async fn a_key_is_found_again_and_gone_after_removal() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("new/folder");
        let keys = in_file(&dir);
        assert!(matches!(keys.find().await.unwrap(), Lookup::Absent));
        let key = keys.create().await.unwrap();
        assert!(matches!(keys.find().await.unwrap(), Lookup::Found(found) if found.reveal() == key.reveal()));
        keys.remove().await.unwrap();
        assert!(!dir.exists());
    }

    #[tokio::test]
    async fn a_key_is_never_written_over_another() {
        let dir = tempfile::tempdir().unwrap();
        let keys = in_file(dir.path());
        let key = keys.create().await.unwrap();
        assert_eq!(
            keys.create().await.unwrap_err().message(),
            "The file store.key cannot be written: entity already exists."
        );
        assert!(matches!(keys.find().await.unwrap(), Lookup::Found(found) if found.reveal() == key.reveal()));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_key_that_others_can_read_is_refused() {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt};
        let dir = tempfile::tempdir().unwrap();
        let keys = in_file(dir.path());
        keys.create().await.unwrap();
        let file = dir.path().join(FILE);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o660, 0o610] {
            std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            let failure = keys.find().await.err().expect("a refusal");
            assert!(
                failure.message().contains("chmod 600"),
                "{mode:o}: {}",
                failure.message()
            );
        }
        std::fs::set_permissions(&file, Permissions::from_mode(0o400)).unwrap();
        assert!(matches!(keys.find().await.unwrap(), Lookup::Found(_)));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_pipe_is_no_key_and_nobody_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo").arg(dir.path().join(FILE)).status();
        assert!(made.unwrap().success());
        let failure = in_file(dir.path()).find().await.err().expect("a refusal");
        assert!(failure.message().contains("is not the key of a store"));
    }

    #[tokio::test]
    async fn a_file_of_another_length_is_no_key() {
        let dir = tempfile::tempdir().unwrap();
        let keys = in_file(dir.path());
        for length in [0, 31, 33, 4096] {
            let mut file = tempfile::NamedTempFile::new_in(dir.path()).unwrap();
            file.write_all(&vec![7; length]).unwrap();
            file.persist(dir.path().join(FILE)).unwrap();
            let failure = keys.find().await.err().expect("a refusal");
            assert!(
                failure.message().contains("is not the key of a store"),
                "{length}: {}",
                failure.message()
            );
        }
    }
}
