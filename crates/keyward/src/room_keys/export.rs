// SPDX-License-Identifier: Apache-2.0

//! Export: one thread reads the store, another encrypts and writes.

use std::{
    io::{self, Write},
    panic,
    path::Path,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use zeroize::Zeroizing;

use super::{
    RoomKeyProgress, StoreFiles,
    cancel::{CancelOnDrop, Cancellable, Cancelled},
    destination::Destination,
    format::{Encoder, FileKey, ROUNDS},
    on_blocking_thread,
    stored::{self, SCHEMA_VERSION, StoredError},
};
use crate::{
    error::{Argument, FlowError, Remedy},
    secret::Passphrase,
};

/// Plaintext that goes to the other thread at once, in bytes: some hundred keys.
const BATCH: usize = 256 * 1024;

/// Batches that may wait in the queue to the writing thread.
const BATCHES_AHEAD: usize = 2;

/// Why room keys could not be exported. The destination is as it was before, except where it is no regular file.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExportError {
    /// Ask for a passphrase: without one the file would be open to everybody.
    #[error("The passphrase is empty.")]
    EmptyPassphrase,
    /// Make room, or choose another place.
    #[error("There is no room left for the file: the disk is full.")]
    DiskFull,
    /// Choose another place, or change its permissions.
    #[error("Writing to this place is not permitted.")]
    PermissionDenied,
    /// Choose another place: its folder does not exist.
    #[error("The folder of the file does not exist.")]
    NoSuchFolder,
    /// Choose another name: it is that of a folder.
    #[error("This is a folder, not a file.")]
    IsFolder,
    /// Choose another place, or check this one.
    #[error("Writing the file failed: {0}.")]
    Write(io::ErrorKind),
    /// Use the version of this library that belongs to the store.
    #[error("The store has schema version {found}; this version reads {SCHEMA_VERSION}.")]
    StoreVersion {
        /// What the store says.
        found: u8,
    },
    /// The local store cannot be read. Trying again helps only if another program had it locked.
    #[error("The local store cannot be read: {0}.")]
    Store(String),
}

impl FlowError for ExportError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::EmptyPassphrase => ("export.empty_passphrase", Remedy::AskAgain),
            Self::DiskFull => ("export.disk_full", Remedy::CheckDisk),
            Self::PermissionDenied => ("export.permission_denied", Remedy::AskAgain),
            Self::NoSuchFolder => ("export.no_such_folder", Remedy::AskAgain),
            Self::IsFolder => ("export.is_folder", Remedy::AskAgain),
            Self::Write(_) => ("export.write_failed", Remedy::CheckDisk),
            Self::StoreVersion { .. } => ("export.store_version", Remedy::Update),
            Self::Store(_) => ("export.store_failed", Remedy::CheckDisk),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::Write(kind) => vec![("cause", kind.to_string().into())],
            Self::StoreVersion { found } => vec![
                ("found", found.to_string().into()),
                ("known", SCHEMA_VERSION.to_string().into()),
            ],
            Self::Store(cause) => vec![("cause", cause.clone().into())],
            _ => Vec::new(),
        }
    }
}

impl From<StoredError> for ExportError {
    fn from(error: StoredError) -> Self {
        match error {
            StoredError::Version(found) => Self::StoreVersion { found },
            error => Self::Store(error.to_string()),
        }
    }
}

/// Errors of writing; those of the store are never [`io::Error`]s.
impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::PermissionDenied,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoSuchFolder,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            // Not the error itself: its text may hold the path.
            kind => Self::Write(kind),
        }
    }
}

/// Writes every room key of the store to `destination`, encrypted with `passphrase`, and gives their number.
///
/// A regular file gets its name when it is complete and on the disk, and is readable by its owner only; until then an
/// earlier file of that name stays. Anything else (a pipe, `/dev/stdout`) is written to directly. `progress` counts
/// keys and is called on another thread. Dropping the future stops the work and leaves nothing behind.
///
/// # Errors
///
/// See [`ExportError`].
pub(crate) async fn export(
    store: &StoreFiles,
    destination: &Path,
    passphrase: &Passphrase,
    progress: impl Fn(RoomKeyProgress) + Send + Sync + 'static,
) -> Result<u64, ExportError> {
    export_with_rounds(store, destination, passphrase, ROUNDS, progress).await
}

async fn export_with_rounds(
    store: &StoreFiles,
    destination: &Path,
    passphrase: &Passphrase,
    rounds: u32,
    progress: impl Fn(RoomKeyProgress) + Send + Sync + 'static,
) -> Result<u64, ExportError> {
    if passphrase.is_empty() {
        return Err(ExportError::EmptyPassphrase);
    }
    let guard = CancelOnDrop::default();
    let cancelled = guard.flag();
    let (store, destination, passphrase) = (store.clone(), destination.to_owned(), passphrase.clone());
    on_blocking_thread(move || {
        // First, because it takes long and cannot be stopped: no file exists yet that would be left behind.
        let key = FileKey::generate(&passphrase, rounds);
        write(&store, &destination, &key, &cancelled, progress)
    })
    .await
}

fn write(
    store: &StoreFiles,
    destination: &Path,
    key: &FileKey,
    cancelled: &Cancelled,
    progress: impl Fn(RoomKeyProgress),
) -> Result<u64, ExportError> {
    cancelled.check()?;
    let destination = Destination::create(destination)?;
    let mut encoder = Encoder::new(Cancellable::new(destination, cancelled.clone()), key);
    let total = thread::scope(|scope| {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let reader = scope.spawn(move || read(store, sender));
        for batch in batches {
            let Batch {
                json,
                progress: reached,
            } = batch;
            encoder.write_all(&json)?;
            progress(reached);
        }
        reader.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })?;
    let destination = encoder.finish()?.inner;
    cancelled.check()?;
    destination.complete()?;
    progress(RoomKeyProgress { done: total, total });
    Ok(total)
}

struct Batch {
    json: Zeroizing<Vec<u8>>,
    progress: RoomKeyProgress,
}

/// Makes the JSON array of all keys.
fn read(store: &StoreFiles, batches: SyncSender<Batch>) -> Result<u64, ExportError> {
    // Has room for the key that crosses the limit: a vector that grows leaves a copy of its content in memory.
    let new_batch = || Zeroizing::new(Vec::with_capacity(2 * BATCH));
    let send = |json, progress| {
        // The receiver is gone only after an error of the writer, and that error is reported.
        batches
            .send(Batch { json, progress })
            .map_err(|_| ExportError::Write(io::ErrorKind::BrokenPipe))
    };
    let mut json = new_batch();
    let mut done = 0;
    json.push(b'[');
    let total = stored::for_each(store, |key, total| {
        if done > 0 {
            json.push(b',');
        }
        serde_json::to_writer(&mut *json, &key).map_err(|_| StoredError::Damaged)?;
        done += 1;
        if json.len() >= BATCH {
            send(
                std::mem::replace(&mut json, new_batch()),
                RoomKeyProgress { done, total },
            )?;
        }
        Ok::<_, ExportError>(())
    })?;
    json.push(b']');
    send(json, RoomKeyProgress { done, total })?;
    Ok(total)
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        os::unix::fs::{FileTypeExt, MetadataExt, symlink},
        sync::{Mutex, mpsc},
    };

    use matrix_sdk_crypto::decrypt_room_key_export;
    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::{
        room_keys::testing::{machine_with, new_room_keys, store_files},
        secret::StoreKey,
    };

    async fn store_with(count: usize) -> (TempDir, StoreFiles) {
        let folder = tempdir().unwrap();
        machine_with(folder.path(), new_room_keys(count)).await;
        let files = store_files(folder.path());
        (folder, files)
    }

    async fn export_to(store: &StoreFiles, destination: &Path) -> Result<u64, ExportError> {
        export_with_rounds(store, destination, &Passphrase::new("passphrase"), 10, |_| {}).await
    }

    fn names(folder: &TempDir) -> Vec<String> {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn matrix_sdk_reads_every_key_of_the_file() {
        let (folder, store) = store_with(0).await;
        let machine = machine_with(folder.path(), new_room_keys(1500)).await;
        let target = tempdir().unwrap();
        let path = target.path().join("keys.txt");
        let seen = std::sync::Arc::new(Mutex::new(Vec::new()));
        let progress = {
            let seen = seen.clone();
            move |progress: RoomKeyProgress| seen.lock().unwrap().push((progress.done, progress.total))
        };
        assert_eq!(
            export(&store, &path, &Passphrase::new("passphrase"), progress)
                .await
                .unwrap(),
            1500
        );

        let to_json = |keys: Vec<_>| {
            let mut keys: Vec<_> = keys.iter().map(|key| serde_json::to_string(key).unwrap()).collect();
            keys.sort();
            keys
        };
        let read = decrypt_room_key_export(File::open(&path).unwrap(), "passphrase").unwrap();
        assert!(to_json(read) == to_json(machine.store().export_room_keys(|_| true).await.unwrap()));

        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(names(&target), ["keys.txt"]);
        let seen = seen.lock().unwrap();
        assert!(
            seen.len() > 2 && seen.is_sorted() && seen.iter().all(|(_, total)| *total == 1500),
            "{seen:?}"
        );
        assert_eq!(seen.last(), Some(&(1500, 1500)));
    }

    #[tokio::test]
    async fn an_empty_store_gives_a_file_without_keys() {
        let (_folder, store) = store_with(0).await;
        let target = tempdir().unwrap();
        let path = target.path().join("keys.txt");
        assert_eq!(export_to(&store, &path).await.unwrap(), 0);
        assert!(
            decrypt_room_key_export(File::open(&path).unwrap(), "passphrase")
                .unwrap()
                .is_empty()
        );
    }

    #[tokio::test]
    async fn a_file_of_the_same_name_is_replaced_also_through_a_link() {
        let (_folder, store) = store_with(3).await;
        let target = tempdir().unwrap();
        let (path, link) = (target.path().join("keys.txt"), target.path().join("link"));
        fs::write(&path, "before").unwrap();
        symlink(&path, &link).unwrap();
        assert_eq!(export_to(&store, &link).await.unwrap(), 3);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            decrypt_room_key_export(File::open(&path).unwrap(), "passphrase")
                .unwrap()
                .len(),
            3
        );
    }

    #[tokio::test]
    async fn a_failed_export_leaves_the_file_that_was_there() {
        let (_folder, store) = store_with(3).await;
        let store = StoreFiles {
            key: StoreKey::new([8; 32]),
            ..store
        };
        let target = tempdir().unwrap();
        let path = target.path().join("keys.txt");
        fs::write(&path, "before").unwrap();
        assert!(matches!(export_to(&store, &path).await, Err(ExportError::Store(_))));
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(names(&target), ["keys.txt"]);
    }

    #[tokio::test]
    async fn a_full_disk_is_called_so() {
        let (_folder, store) = store_with(3).await;
        let error = export_to(&store, Path::new("/dev/full")).await.unwrap_err();
        assert!(matches!(error, ExportError::DiskFull), "{error:?}");
        assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
    }

    #[tokio::test]
    async fn a_device_is_written_to_and_not_replaced() {
        let (_folder, store) = store_with(3).await;
        assert_eq!(export_to(&store, Path::new("/dev/null")).await.unwrap(), 3);
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[tokio::test]
    async fn unusable_places_and_passphrases_are_refused() {
        let (_folder, store) = store_with(1).await;
        let target = tempdir().unwrap();
        assert!(matches!(
            export_to(&store, target.path()).await,
            Err(ExportError::IsFolder)
        ));
        let nowhere = target.path().join("nowhere").join("keys.txt");
        let error = export_to(&store, &nowhere).await.unwrap_err();
        assert!(matches!(error, ExportError::NoSuchFolder));
        assert!(!format!("{error} {error:?}").contains("nowhere"));
        let path = target.path().join("keys.txt");
        let error = export(&store, &path, &Passphrase::new(""), |_| {}).await.unwrap_err();
        assert!(matches!(error, ExportError::EmptyPassphrase));
        assert!(names(&target).is_empty());
    }

    #[tokio::test]
    async fn an_export_that_is_dropped_leaves_no_file() {
        let (_folder, store) = store_with(1500).await;
        let target = tempdir().unwrap();
        let path = target.path().join("keys.txt");
        let (reached_sender, mut reached) = tokio::sync::mpsc::unbounded_channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let progress = move |_| {
            reached_sender.send(()).expect("the test waits");
            may_go_on
                .lock()
                .expect("no panic before")
                .recv()
                .expect("the test lets it go on");
        };
        let passphrase = Passphrase::new("passphrase");
        tokio::select! {
            _ = export_with_rounds(&store, &path, &passphrase, 10, progress) => panic!("it waits for the progress"),
            first = reached.recv() => first.unwrap(),
        }
        assert_eq!(names(&target).len(), 1, "the temporary file is there");
        go_on.send(()).unwrap();
        // The callback goes when the work has ended, and is not called again.
        assert_eq!(reached.recv().await, None);
        assert!(names(&target).is_empty());
    }

    #[tokio::test]
    async fn the_reader_keeps_a_bounded_part_of_the_keys_in_memory() {
        let (_folder, store) = store_with(1500).await;
        let (sender, batches) = sync_channel(0);
        let reader = thread::spawn(move || read(&store, sender));
        let batches: Vec<_> = batches
            .iter()
            .map(|batch| (batch.json.len(), batch.json.capacity()))
            .collect();
        assert_eq!(reader.join().unwrap().unwrap(), 1500);
        assert!(batches.len() > 2);
        assert!(
            batches
                .iter()
                .all(|(length, capacity)| length <= capacity && *capacity == 2 * BATCH),
            "{batches:?}"
        );
    }
}
