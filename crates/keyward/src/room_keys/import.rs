// SPDX-License-Identifier: Apache-2.0

//! Import: a blocking thread checks, decrypts and parses the file, the caller's task feeds the store.

use std::{
    cell::Cell,
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, BufReader, Read},
    marker::PhantomData,
    ops::{ControlFlow, RangeInclusive},
    path::Path,
};

use matrix_sdk_crypto::{CryptoStoreError, OlmMachine, olm::ExportedRoomKey, types::EventEncryptionAlgorithm};
use serde::{
    Deserializer as _,
    de::{self, DeserializeOwned, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};
use vodozemac::megolm;
use zeroize::Zeroizing;

use super::{
    RoomKeyProgress,
    cancel::{CancelOnDrop, Cancellable, Cancelled},
    format::{FormatError, MAX_ROUNDS, VerifiedFile},
    on_blocking_thread,
};
use crate::{
    ed25519::unless_it_panics,
    error::{Argument, FlowError, Remedy},
    secret::Passphrase,
};

/// Number of transactions of an import, and so of the steps of its progress. Each transaction touches most pages of the
/// store's indexes, whose order is random; many small ones would write the database many times over.
const TRANSACTIONS: u64 = 20;

/// Keys in one transaction, at least and at most. The upper bound is one of memory: about 5 kB a key.
const CHUNK: RangeInclusive<usize> = 250..=5000;

/// Chunks that may wait for the store.
const CHUNKS_AHEAD: usize = 1;

/// The longest key that is accepted, in bytes of JSON, plus at most a read buffer. Real keys have less than a thousand
/// bytes; a hostile file could have one that fills the memory.
const LONGEST_KEY: usize = 64 * 1024;

/// What an import did. Keys that are neither imported nor malformed were in the store already, in an equal or better
/// version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomKeyImport {
    /// Keys that are new in the store, or better than what it had.
    pub imported: u64,
    /// Keys in the file.
    pub total: u64,
    /// Of these, the ones that are no usable room keys.
    pub malformed: u64,
}

/// Why room keys could not be imported. Keys that were imported before the error stay: importing again is harmless.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Choose another file.
    #[error("The file does not exist.")]
    NotFound,
    /// Change the permissions of the file, or choose another.
    #[error("Reading this file is not permitted.")]
    PermissionDenied,
    /// Choose a file on disk: it is read more than once, which a folder or a pipe does not allow.
    #[error("This is not a regular file.")]
    NotAFile,
    /// Check the disk, or try again.
    #[error("Reading the file failed: {0}.")]
    Read(io::ErrorKind),
    /// Choose another file.
    #[error("This is not a file of exported room keys.")]
    NotAnExport,
    /// Get the whole file.
    #[error("The file is truncated: its end is missing.")]
    Truncated,
    /// Get an undamaged copy of the file.
    #[error("The file is damaged.")]
    Damaged,
    /// Ask for the passphrase again. The format cannot distinguish a wrong passphrase from a damaged file.
    #[error("Wrong passphrase, or the file is damaged.")]
    WrongPassphrase,
    /// Export again, with a client that writes version 1.
    #[error("The file has version {0} of the format; only version 1 is supported.")]
    UnsupportedVersion(u8),
    /// Do not trust the file, or export again with fewer rounds.
    #[error("This file asks for {asked} key-derivation rounds; at least 1 and at most {MAX_ROUNDS} are accepted.")]
    Rounds {
        /// What the file asks for.
        asked: u32,
    },
    /// Export again: passphrase and file are right, but there is no list of room keys inside.
    #[error("The file holds no list of room keys.")]
    NotRoomKeys,
    /// Try again, when nothing else writes to the file.
    #[error("The file changed while it was read.")]
    Changed,
    /// Make room on the disk of the local store, then import again.
    #[error("The local store cannot take the room keys: the disk is full.")]
    DiskFull,
    /// The local store does not work.
    #[error("The local store refused the room keys: {0}.")]
    Store(String),
}

impl FlowError for ImportError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotFound => ("import.not_found", Remedy::AskAgain),
            Self::PermissionDenied => ("import.permission_denied", Remedy::AskAgain),
            Self::NotAFile => ("import.not_a_file", Remedy::AskAgain),
            Self::Read(_) => ("import.read_failed", Remedy::CheckDisk),
            Self::NotAnExport => ("import.not_an_export", Remedy::AskAgain),
            Self::Truncated => ("import.truncated", Remedy::AskAgain),
            Self::Damaged => ("import.damaged", Remedy::AskAgain),
            Self::WrongPassphrase => ("import.wrong_passphrase", Remedy::AskAgain),
            Self::UnsupportedVersion(_) => ("import.unsupported_version", Remedy::AskAgain),
            Self::Rounds { .. } => ("import.rounds", Remedy::AskAgain),
            Self::NotRoomKeys => ("import.not_room_keys", Remedy::AskAgain),
            Self::Changed => ("import.changed", Remedy::Retry),
            Self::DiskFull => ("import.disk_full", Remedy::CheckDisk),
            Self::Store(_) => ("import.store_failed", Remedy::CheckDisk),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::Read(kind) => vec![("cause", kind.to_string().into())],
            Self::UnsupportedVersion(found) => vec![("found", found.to_string().into())],
            Self::Rounds { asked } => vec![
                ("asked", asked.to_string().into()),
                ("most", MAX_ROUNDS.to_string().into()),
            ],
            Self::Store(cause) => vec![("cause", cause.clone().into())],
            _ => Vec::new(),
        }
    }
}

impl From<FormatError> for ImportError {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::NotAnExport => Self::NotAnExport,
            FormatError::Truncated => Self::Truncated,
            FormatError::Damaged => Self::Damaged,
            FormatError::Version(version) => Self::UnsupportedVersion(version),
            FormatError::Rounds(asked) => Self::Rounds { asked },
            FormatError::Mac => Self::WrongPassphrase,
            FormatError::Changed => Self::Changed,
            FormatError::Io(error) => match error.kind() {
                io::ErrorKind::NotFound => Self::NotFound,
                io::ErrorKind::PermissionDenied => Self::PermissionDenied,
                // Not the error itself: its text may hold the path.
                kind => Self::Read(kind),
            },
        }
    }
}

impl From<CryptoStoreError> for ImportError {
    fn from(error: CryptoStoreError) -> Self {
        // Only messages that are known to contain nothing of the content.
        match error {
            CryptoStoreError::Backend(error) => {
                match error
                    .source()
                    .and_then(|source| source.downcast_ref::<rusqlite::ffi::Error>())
                {
                    Some(sqlite) if sqlite.code == rusqlite::ErrorCode::DiskFull => Self::DiskFull,
                    Some(sqlite) => Self::Store(sqlite.to_string()),
                    None => Self::Store("its content is unexpected".to_owned()),
                }
            }
            CryptoStoreError::Io(error) => Self::Store(error.kind().to_string()),
            _ => Self::Store("its content is unexpected".to_owned()),
        }
    }
}

/// Takes the room keys of `file` into the store of `machine`.
///
/// The whole file is checked before the first key is used. `progress` counts keys of the file. Dropping the future
/// stops the work; keys that are in the store by then stay there.
///
/// # Errors
///
/// See [`ImportError`].
pub(crate) async fn import(
    machine: &OlmMachine,
    file: &Path,
    passphrase: &Passphrase,
    progress: impl Fn(RoomKeyProgress) + Send + Sync + 'static,
) -> Result<RoomKeyImport, ImportError> {
    let guard = CancelOnDrop::default();
    let (sender, mut chunks) = mpsc::channel(CHUNKS_AHEAD);
    let (file, passphrase, cancelled) = (file.to_owned(), passphrase.clone(), guard.flag());
    let reader = on_blocking_thread(move || read(&file, &passphrase, cancelled, &sender));

    let mut result = RoomKeyImport::default();
    while let Some(Chunk {
        keys,
        read,
        total,
        malformed,
    }) = chunks.recv().await
    {
        // matrix-sdk logs room and session IDs of every key.
        let store = machine.store();
        let imported = store
            .import_exported_room_keys(keys, |_, _| {})
            .with_subscriber(NoSubscriber::new())
            .await?;
        result.imported += imported.imported_count as u64;
        (result.total, result.malformed) = (total, malformed);
        progress(RoomKeyProgress { done: read, total });
    }
    reader.await?;
    Ok(result)
}

/// Keys for one transaction, and the number of keys that have been read up to the last of them.
struct Chunk {
    keys: Vec<ExportedRoomKey>,
    read: u64,
    total: u64,
    malformed: u64,
}

fn read(
    path: &Path,
    passphrase: &Passphrase,
    cancelled: Cancelled,
    chunks: &mpsc::Sender<Chunk>,
) -> Result<(), ImportError> {
    // Checked before opening, because opening a pipe waits for a writer.
    if !fs::metadata(path).map_err(FormatError::Io)?.is_file() {
        return Err(ImportError::NotAFile);
    }
    let file = File::open(path).map_err(FormatError::Io)?;
    let mut file = VerifiedFile::open(Cancellable::new(file, cancelled), passphrase)?;

    // The keys are counted first. That takes little time beside the store's work, makes the progress exact, and finds a
    // broken list before any key of it is used.
    let mut total = 0;
    for_each(file.plaintext()?, |_: IgnoredAny| {
        total += 1;
        ControlFlow::Continue(())
    })?;

    let size = usize::try_from(total / TRANSACTIONS)
        .unwrap_or(usize::MAX)
        .clamp(*CHUNK.start(), *CHUNK.end());
    let mut chunk = Chunk {
        keys: Vec::with_capacity(size),
        read: 0,
        total,
        malformed: 0,
    };
    let mut sessions = HashSet::with_capacity(size);
    let send = |chunk: &mut Chunk, sessions: &mut HashSet<_>| {
        sessions.clear();
        let keys = std::mem::replace(&mut chunk.keys, Vec::with_capacity(size));
        // The receiver is gone only if the import was dropped, or after an error of its own.
        match chunks.blocking_send(Chunk { keys, ..*chunk }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    for_each(file.plaintext()?, |json: Box<RawValue>| {
        let json = Zeroizing::new(String::from(Box::<str>::from(json)));
        match parse(&json) {
            Some(key) => {
                // matrix-sdk compares a key with the store, but not with other keys of the same call: of two copies the
                // last would win.
                if chunk.keys.len() == size || sessions.contains(&key.session_id) {
                    send(&mut chunk, &mut sessions)?;
                }
                sessions.insert(key.session_id.clone());
                chunk.keys.push(key);
            }
            None => chunk.malformed += 1,
        }
        chunk.read += 1;
        ControlFlow::Continue(())
    })?;
    let _ = send(&mut chunk, &mut sessions);
    Ok(())
}

/// A room key that matrix-sdk can take.
fn parse(json: &str) -> Option<ExportedRoomKey> {
    let key: ExportedRoomKey = unless_it_panics(|| serde_json::from_str(json).ok())?;
    is_usable(&key).then_some(key)
}

/// Whether matrix-sdk can take the key, and its session ID is that of its session.
pub(crate) fn is_usable(key: &ExportedRoomKey) -> bool {
    // matrix-sdk would skip it without counting it.
    let supported = key.algorithm == EventEncryptionAlgorithm::MegolmV1AesSha2;
    // matrix-sdk does not check the ID. A key under a wrong ID would block the session that the ID belongs to.
    let session = megolm::InboundGroupSession::import(&key.session_key, megolm::SessionConfig::version_1());
    supported && session.session_id() == key.session_id
}

/// Hands the elements of a JSON array to `each`, one at a time, until it breaks.
fn for_each<T: DeserializeOwned>(
    plaintext: impl Read,
    each: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), ImportError> {
    let budget = Cell::new(LONGEST_KEY);
    // `BufReader`, because serde_json reads byte by byte, which the standard library makes fast for this type alone.
    let plaintext = BufReader::new(Budgeted {
        inner: plaintext,
        budget: &budget,
    });
    let mut json = serde_json::Deserializer::from_reader(plaintext);
    json.deserialize_seq(Elements {
        each,
        budget: &budget,
        element: PhantomData,
    })
    // Reading to the end also checks the MAC of the last block.
    .and_then(|()| json.end())
    .map_err(|error| {
        if error.is_io() && budget.get() > 0 {
            FormatError::from(io::Error::from(error)).into()
        } else {
            ImportError::NotRoomKeys
        }
    })
}

/// A reader that fails when one element needs more bytes than its budget.
struct Budgeted<'a, R> {
    inner: R,
    budget: &'a Cell<usize>,
}

impl<R: Read> Read for Budgeted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let budget = self.budget.get();
        if budget == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let length = out.len().min(budget);
        let read = self.inner.read(&mut out[..length])?;
        self.budget.set(budget - read);
        Ok(read)
    }
}

struct Elements<'a, T, F> {
    each: F,
    budget: &'a Cell<usize>,
    element: PhantomData<T>,
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> ControlFlow<()>> Visitor<'de> for Elements<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of room keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            self.budget.set(LONGEST_KEY);
            if (self.each)(element).is_break() {
                return Err(de::Error::custom("nobody takes the rest"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::PathBuf,
        sync::{Arc, Mutex},
    };

    use matrix_sdk_crypto::encrypt_room_key_export;
    use serde_json::json;
    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::room_keys::testing::{
        encrypted, new_room_key, new_room_keys, new_session, open_machine, room_key_at_index,
    };

    const ROOM: &str = "!room:example.org";

    fn file_with(content: &[u8]) -> (TempDir, PathBuf) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("keys.txt");
        fs::write(&path, encrypted(content)).unwrap();
        (folder, path)
    }

    async fn import_into(machine: &OlmMachine, path: &Path) -> Result<RoomKeyImport, ImportError> {
        import(machine, path, &Passphrase::new("passphrase"), |_| {}).await
    }

    async fn import_content(machine: &OlmMachine, content: &[u8]) -> Result<RoomKeyImport, ImportError> {
        let (_folder, path) = file_with(content);
        import_into(machine, &path).await
    }

    #[tokio::test]
    async fn three_thousand_keys_are_imported_once() {
        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let keys = new_room_keys(3000);
        let path = folder.path().join("keys.txt");
        fs::write(&path, encrypt_room_key_export(&keys, "passphrase", 10).unwrap()).unwrap();

        let seen = Arc::new(Mutex::new(Vec::new()));
        let progress = {
            let seen = seen.clone();
            move |progress: RoomKeyProgress| seen.lock().unwrap().push((progress.done, progress.total))
        };
        let result = import(&machine, &path, &Passphrase::new("passphrase"), progress)
            .await
            .unwrap();
        assert_eq!(
            result,
            RoomKeyImport {
                imported: 3000,
                total: 3000,
                malformed: 0
            }
        );
        let seen = seen.lock().unwrap().clone();
        assert!(seen.len() > 2 && seen.is_sorted(), "{seen:?}");
        assert_eq!(seen.last(), Some(&(3000, 3000)));

        let stored = machine.store().export_room_keys(|_| true).await.unwrap();
        let to_json = |keys: &[ExportedRoomKey]| {
            let mut keys: Vec<_> = keys.iter().map(|key| serde_json::to_string(key).unwrap()).collect();
            keys.sort();
            keys
        };
        assert!(to_json(&stored) == to_json(&keys));

        let result = import_into(&machine, &path).await.unwrap();
        assert_eq!(
            result,
            RoomKeyImport {
                imported: 0,
                total: 3000,
                malformed: 0
            }
        );
    }

    #[tokio::test]
    async fn a_malformed_key_is_counted_and_the_others_imported() {
        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let mut foreign = json!(new_room_key(ROOM));
        foreign["session_id"] = json!(new_session().session_id());
        let mut unsupported = json!(new_room_key(ROOM));
        unsupported["algorithm"] = json!("org.example.megolm");
        let mut incomplete = json!(new_room_key(ROOM));
        incomplete.as_object_mut().unwrap().remove("room_id");
        let mut unreadable = json!(new_room_key(ROOM));
        unreadable["sender_claimed_keys"] = json!({"ed25519": "A".repeat(44)});
        let content = json!([
            new_room_key(ROOM),
            7,
            null,
            {},
            [],
            "key",
            foreign,
            unsupported,
            incomplete,
            unreadable,
            new_room_key(ROOM),
        ]);
        let result = import_content(&machine, content.to_string().as_bytes()).await.unwrap();
        assert_eq!(
            result,
            RoomKeyImport {
                imported: 2,
                total: 11,
                malformed: 9
            }
        );
        assert_eq!(machine.store().export_room_keys(|_| true).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn the_better_of_two_copies_is_kept_whichever_comes_first() {
        for indexes in [[3, 7], [7, 3]] {
            let folder = tempdir().unwrap();
            let machine = open_machine(folder.path()).await;
            let mut session = new_session();
            let mut worse = json!(room_key_at_index(&mut session, ROOM, 0));
            let keys = indexes.map(|index| {
                worse["session_key"] = json!(session.export_at(index).unwrap());
                worse.clone()
            });
            let result = import_content(&machine, json!(keys).to_string().as_bytes())
                .await
                .unwrap();
            assert_eq!((result.total, result.malformed), (2, 0));
            let stored = machine.store().get_inbound_group_sessions().await.unwrap();
            assert_eq!(stored.len(), 1);
            assert_eq!(stored[0].first_known_index(), 3);
        }
    }

    #[tokio::test]
    async fn content_that_is_no_list_is_refused_before_any_key_is_used() {
        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let key = serde_json::to_string(&new_room_key(ROOM)).unwrap();
        for content in [
            "".to_owned(),
            "null".to_owned(),
            key.clone(),
            format!("[{key}"),
            format!("[{key},]"),
            format!("[{key}] {key}"),
            format!("[{key},\"{}\"]", "a".repeat(2 * LONGEST_KEY)),
            format!("{}{key}", " ".repeat(2 * LONGEST_KEY)),
            format!("[{key}, \u{fffd}]"),
            "[".repeat(10_000),
        ] {
            let error = import_content(&machine, content.as_bytes()).await.unwrap_err();
            assert!(matches!(error, ImportError::NotRoomKeys), "{error:?}");
        }
        assert!(machine.store().export_room_keys(|_| true).await.unwrap().is_empty());
        assert_eq!(
            import_content(&machine, b" [ ] \n").await.unwrap(),
            RoomKeyImport::default()
        );
    }

    #[tokio::test]
    async fn every_defect_of_a_file_has_its_own_error() {
        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let whole = String::from_utf8(encrypted(b"[]")).unwrap();
        let path = folder.path().join("secret-name");
        assert!(matches!(import_into(&machine, &path).await, Err(ImportError::NotFound)));
        assert!(matches!(
            import_into(&machine, folder.path()).await,
            Err(ImportError::NotAFile)
        ));
        assert!(matches!(
            import_into(&machine, Path::new("/dev/null")).await,
            Err(ImportError::NotAFile)
        ));

        let import_text = async |text: &str, passphrase: &str| {
            fs::write(&path, text).unwrap();
            let error = import(&machine, &path, &Passphrase::new(passphrase), |_| {})
                .await
                .unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret-name"));
            error
        };
        assert!(matches!(
            import_text("hello", "passphrase").await,
            ImportError::NotAnExport
        ));
        assert!(matches!(
            import_text(&whole[..whole.len() / 2], "passphrase").await,
            ImportError::Truncated
        ));
        assert!(matches!(
            import_text(&whole.replacen("\nA", "\n!", 1), "passphrase").await,
            ImportError::Damaged
        ));
        assert!(matches!(
            import_text(&whole, "wrong").await,
            ImportError::WrongPassphrase
        ));
        let error = import_text(&whole.replacen("\nA", "\nB", 1), "passphrase").await;
        assert!(matches!(error, ImportError::UnsupportedVersion(_)));
        // Version, salt and IV take 44 characters. Six more of this kind set every bit of the rounds.
        let start = whole.find('\n').unwrap() + 1;
        let hostile = format!("{}//////{}", &whole[..start + 44], &whole[start + 50..]);
        let error = import_text(&hostile, "passphrase").await;
        assert!(matches!(error, ImportError::Rounds { asked: u32::MAX }));
        assert!(error.to_string().contains("at most 10000000"), "{error}");
    }

    #[test]
    fn a_full_disk_under_the_store_is_called_so() {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let error = CryptoStoreError::backend(rusqlite::Error::SqliteFailure(code, Some("secret".to_owned())));
        assert!(matches!(ImportError::from(error), ImportError::DiskFull));
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        let error = CryptoStoreError::backend(rusqlite::Error::SqliteFailure(code, Some("secret".to_owned())));
        let error = ImportError::from(error);
        assert!(
            matches!(&error, ImportError::Store(text) if !text.contains("secret")),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_closed_store_is_an_error_of_the_store() {
        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let (_folder, path) = file_with(json!([new_room_key(ROOM)]).to_string().as_bytes());
        rusqlite::Connection::open(folder.path().join("matrix-sdk-crypto.sqlite3"))
            .unwrap()
            .execute_batch("DROP TABLE inbound_group_session")
            .unwrap();
        assert!(matches!(import_into(&machine, &path).await, Err(ImportError::Store(_))));
    }

    #[tokio::test]
    async fn the_reader_sends_bounded_chunks_and_stops_when_nobody_takes_them() {
        let keys = new_room_keys(501);
        let (_folder, path) = file_with(json!(keys).to_string().as_bytes());
        let read_with = |cancelled: Cancelled, chunks: mpsc::Sender<Chunk>| {
            let path = path.clone();
            on_blocking_thread(move || read(&path, &Passphrase::new("passphrase"), cancelled, &chunks))
        };

        let (sender, mut chunks) = mpsc::channel(1);
        let reader = read_with(Cancelled::default(), sender);
        let mut sizes = Vec::new();
        while let Some(chunk) = chunks.recv().await {
            sizes.push((chunk.keys.len(), chunk.read, chunk.total));
        }
        reader.await.unwrap();
        assert_eq!(sizes, [(250, 250, 501), (250, 500, 501), (1, 501, 501)]);

        let (sender, chunks) = mpsc::channel(1);
        drop(chunks);
        assert!(read_with(Cancelled::default(), sender).await.is_err());

        let (sender, _chunks) = mpsc::channel(1);
        let guard = CancelOnDrop::default();
        let cancelled = guard.flag();
        drop(guard);
        assert!(read_with(cancelled, sender).await.is_err());
    }

    /// matrix-sdk logs the room and session IDs of all imported keys.
    #[tokio::test]
    async fn the_log_names_no_room_and_no_session() {
        #[derive(Clone, Default)]
        struct Log(Arc<Mutex<Vec<u8>>>);
        impl io::Write for Log {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();

        let folder = tempdir().unwrap();
        let machine = open_machine(folder.path()).await;
        let key = new_room_key("!private:example.org");
        let session_id = key.session_id.clone();
        let (_folder, path) = file_with(json!([key]).to_string().as_bytes());
        let imported = async {
            tracing::info!("the log works");
            import_into(&machine, &path).await.unwrap().imported
        };
        assert_eq!(imported.with_subscriber(subscriber).await, 1);
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("the log works"));
        assert!(!log.contains("private") && !log.contains(&session_id), "{log}");
    }
}
