// SPDX-License-Identifier: Apache-2.0

//! The documents of a session that another program keeps: small encrypted files in a folder of their own. There is no
//! database: what is written are a few kilobytes, seldom.
//!
//! Each file is replaced as a whole, so that after a kill it is the old one or the new one.

#[cfg(unix)]
use std::fs::File;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
};

use futures_util::future::BoxFuture;
use matrix_sdk_store_encryption::{EncryptedValueBase64, StoreCipher};
use zeroize::Zeroizing;

use super::super::{
    OpenError,
    documents::Documents,
    private,
    store::{Locked, from_private, take_lock},
};
use crate::{error::StoreError, secret::StoreKey};

/// Our folder in the app's.
const FOLDER: &str = "keyward";
/// Held while the folder is in use.
const LOCK: &str = "lock";
/// The key of the documents, encrypted with the store key.
const CIPHER: &str = "cipher";
/// A random number that each opening writes anew; see `pause.rs`.
const GENERATION: &str = "generation";
/// The extension of a document's file.
const EXTENSION: &str = "document";
/// The beginning of the name of a file that is being written. A kill leaves it.
const HALF_WRITTEN: &str = ".keyward-";

/// The files, locked for this process. Cheap to clone.
#[derive(Clone)]
pub(super) struct Files(Arc<Inner>);

struct Inner {
    /// The app's folder and the key, to open them once more.
    app_dir: PathBuf,
    key: StoreKey,
    dir: PathBuf,
    cipher: StoreCipher,
    holding: RwLock<Holding>,
    /// The opening that these files are of. `None` before it is written.
    generation: Mutex<Option<String>>,
}

/// What is held of the folder. What is still under way must not write files that are not held.
struct Holding {
    /// `None` while the account is paused.
    lock: Option<Locked>,
    is_removed: bool,
}

impl Files {
    /// Opens our folder in `dir`. `create`: make one if there is none.
    pub(super) fn open(app_dir: &Path, key: &StoreKey, create: bool) -> Result<Self, OpenError> {
        let dir = app_dir.join(FOLDER);
        if !create && fs::symlink_metadata(&dir).is_err() {
            return Err(OpenError::NotLoggedIn);
        }
        private::folder(&dir).map_err(from_private)?;
        let lock = take_lock(&dir.join(LOCK))?;
        let path = dir.join(CIPHER);
        private::existing_file(&path).map_err(from_private)?;
        let is_empty = documents_in(&dir).map_err(failed)?.is_empty();
        let cipher = match fs::read(&path) {
            Ok(exported) => match StoreCipher::import_with_key(key.reveal(), &exported) {
                Ok(cipher) => cipher,
                // It opens nothing: a first use or a removal that was interrupted has left it.
                Err(_) if is_empty && create => new_cipher(&dir, &path, key)?,
                Err(error) => return Err(not_opened(error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => match is_empty {
                true if create => new_cipher(&dir, &path, key)?,
                true => return Err(OpenError::NotLoggedIn),
                // Nobody can read them any more.
                false => return Err(OpenError::Damaged),
            },
            Err(error) => return Err(failed(error).into()),
        };
        for path in half_written_in(&dir).map_err(failed)? {
            fs::remove_file(path).map_err(failed)?;
        }
        let holding = RwLock::new(Holding {
            lock: Some(lock),
            is_removed: false,
        });
        let inner = Inner {
            app_dir: app_dir.to_owned(),
            key: key.clone(),
            dir,
            cipher,
            holding,
            generation: Mutex::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Notes that the files are opened: whoever had them open before and was paused finds it.
    pub(super) fn begin_generation(&self) -> Result<(), StoreError> {
        let generation = format!("{:032x}", rand::random::<u128>());
        write(&self.0.dir, &self.0.dir.join(GENERATION), generation.as_bytes()).map_err(failed)?;
        *self.generation() = Some(generation);
        Ok(())
    }

    fn generation(&self) -> MutexGuard<'_, Option<String>> {
        self.0.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app's folder, and the key.
    pub(super) fn place(&self) -> (&Path, &StoreKey) {
        (&self.0.app_dir, &self.0.key)
    }

    /// Whether the folder is this account's now.
    pub(super) fn is_held(&self) -> bool {
        let holding = self.0.holding.read().unwrap_or_else(PoisonError::into_inner);
        holding.lock.is_some()
    }

    /// Gives the folder up once no file is being read or written.
    pub(super) fn release(&self) {
        self.0.holding.write().unwrap_or_else(PoisonError::into_inner).lock = None;
    }

    /// Takes the folder again after [`Files::release`]. `false`: it was another's meanwhile, and is given up as before.
    pub(super) fn take_again(&self) -> Result<bool, OpenError> {
        let dir = &self.0.dir;
        if fs::symlink_metadata(dir.join(CIPHER)).is_err() {
            return Err(OpenError::NotLoggedIn);
        }
        let lock = take_lock(&dir.join(LOCK))?;
        let path = dir.join(GENERATION);
        private::existing_file(&path).map_err(from_private)?;
        let found = match fs::read_to_string(path) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error).into()),
        };
        if found.is_none() || found != *self.generation() {
            return Ok(false);
        }
        self.0.holding.write().unwrap_or_else(PoisonError::into_inner).lock = Some(lock);
        Ok(true)
    }

    /// Whether the document under `name` is in our folder in `dir`.
    pub(super) fn has(dir: &Path, name: &str) -> bool {
        fs::symlink_metadata(path_of(&dir.join(FOLDER), name)).is_ok()
    }

    /// Removes the documents but the one under `kept`.
    pub(super) fn remove_but(&self, kept: &str) -> Result<(), StoreError> {
        let kept = self.path(kept);
        let others = documents_in(&self.0.dir).map_err(failed)?;
        others
            .into_iter()
            .filter(|path| *path != kept)
            .try_for_each(|path| unlink(&path).map_err(failed))
    }

    /// Removes our folder with everything in it, the document under `last` after all others; the app's folder stays. Nothing is
    /// written any more, even if this fails; then it can be called again.
    pub(super) fn remove_all(&self, last: &str) -> Result<(), StoreError> {
        {
            let mut holding = self.0.holding.write().unwrap_or_else(PoisonError::into_inner);
            if holding.lock.is_none() {
                return Err(StoreError::because("the account is paused"));
            }
            holding.is_removed = true;
        }
        self.remove_but(last)?;
        let dir = &self.0.dir;
        for path in [self.path(last), dir.join(GENERATION), dir.join(CIPHER), dir.join(LOCK)] {
            unlink(&path).map_err(failed)?;
        }
        // Whatever else somebody has put there stays, and the folder with it.
        let _ = fs::remove_dir(dir);
        Ok(())
    }

    /// The right to read or write the files, while they are held and there.
    fn in_use(&self) -> Result<RwLockReadGuard<'_, Holding>, StoreError> {
        let holding = self.0.holding.read().unwrap_or_else(PoisonError::into_inner);
        match *holding {
            Holding { is_removed: true, .. } => Err(StoreError::because("the documents were removed")),
            Holding { lock: None, .. } => Err(StoreError::because("the account is paused")),
            _ => Ok(holding),
        }
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let _held = self.in_use()?;
        let path = self.path(name);
        private::existing_file(&path).map_err(failed)?;
        let encrypted = match fs::read(path) {
            Ok(encrypted) => encrypted,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let encrypted: EncryptedValueBase64 = serde_json::from_slice(&encrypted).map_err(|_| damaged())?;
        let bytes = self.0.cipher.decrypt_value_base64_data(encrypted);
        let bytes = Zeroizing::new(bytes.map_err(|_| damaged())?);
        match bytes
            .strip_prefix(name.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"\n"))
        {
            Some(document) => Ok(Some(document.to_vec())),
            None => Err(StoreError::because("a document is under another one's name")),
        }
    }

    fn write(&self, name: &str, document: &[u8]) -> Result<(), StoreError> {
        let _held = self.in_use()?;
        // With its name, so that no file can be put in the place of another. The cipher wipes what it is given.
        let mut bytes = Vec::with_capacity(name.len() + 1 + document.len());
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b'\n');
        bytes.extend_from_slice(document);
        let encrypted = self.0.cipher.encrypt_value_base64_data(bytes);
        let encrypted = serde_json::to_vec(&encrypted.map_err(StoreError::because)?).map_err(StoreError::because)?;
        write(&self.0.dir, &self.path(name), &encrypted).map_err(failed)
    }

    fn remove_one(&self, name: &str) -> Result<(), StoreError> {
        let _held = self.in_use()?;
        unlink(&self.path(name)).map_err(failed)?;
        sync_folder(&self.0.dir).map_err(failed)
    }

    fn path(&self, name: &str) -> PathBuf {
        path_of(&self.0.dir, name)
    }
}

fn path_of(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.{EXTENSION}"))
}

impl Documents for Files {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        let (files, name) = (self.clone(), name.to_owned());
        Box::pin(blocking(move || files.read(&name)))
    }

    fn save<'a>(&'a self, name: &'a str, document: Vec<u8>) -> BoxFuture<'a, Result<(), StoreError>> {
        let (files, name, document) = (self.clone(), name.to_owned(), Zeroizing::new(document));
        Box::pin(blocking(move || files.write(&name, &document)))
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        let (files, name) = (self.clone(), name.to_owned());
        Box::pin(blocking(move || files.remove_one(&name)))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::because)?
}

fn new_cipher(dir: &Path, path: &Path, key: &StoreKey) -> Result<StoreCipher, StoreError> {
    let cipher = StoreCipher::new().map_err(StoreError::because)?;
    let exported = cipher.export_with_key(key.reveal()).map_err(StoreError::because)?;
    write(dir, path, &exported).map_err(failed)?;
    Ok(cipher)
}

/// Replaces a file; it is on the disk when this returns.
fn write(dir: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    // Readable by its owner alone.
    let mut file = tempfile::Builder::new().prefix(HALF_WRITTEN).tempfile_in(dir)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync_folder(dir)
}

fn unlink(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync_folder(dir: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened.
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

fn documents_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    files_in(dir, |path| {
        path.extension().is_some_and(|extension| extension == EXTENSION)
    })
}

fn half_written_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    files_in(dir, |path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(HALF_WRITTEN))
    })
}

fn files_in(dir: &Path, is_wanted: impl Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path()));
    paths
        .filter(|path| path.as_ref().map_or(true, |path| is_wanted(path)))
        .collect()
}

fn damaged() -> StoreError {
    StoreError::because("a document is damaged")
}

fn failed(error: io::Error) -> StoreError {
    StoreError::because(error.kind())
}

/// A key that does not open the cipher is wrong; a file that is none is damaged.
fn not_opened(error: matrix_sdk_store_encryption::Error) -> OpenError {
    match error {
        matrix_sdk_store_encryption::Error::Encryption(_) => OpenError::WrongKey,
        _ => OpenError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &Path, key: &StoreKey, create: bool) -> Result<Files, OpenError> {
        Files::open(dir, key, create)
    }

    #[tokio::test]
    async fn documents_are_there_again_after_a_restart_and_gone_after_a_removal() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("the app's"), "mine").expect("written");
        let key = StoreKey::generate();
        assert!(matches!(open(dir.path(), &key, false), Err(OpenError::NotLoggedIn)));
        let files = open(dir.path(), &key, true).expect("new ones");
        files.save("a", b"first".to_vec()).await.expect("written");
        files.save("a", b"second".to_vec()).await.expect("written");
        files.save("b", b"other".to_vec()).await.expect("written");
        files.remove("b").await.expect("removed");
        files.remove("b").await.expect("it is gone already");
        assert!(matches!(open(dir.path(), &key, true), Err(OpenError::InUse)));
        drop(files);
        let files = open(dir.path(), &key, false).expect("there");
        assert_eq!(
            files.load("a").await.expect("readable").as_deref(),
            Some(&b"second"[..])
        );
        assert_eq!(files.load("b").await.expect("readable"), None);
        fs::write(dir.path().join(FOLDER).join(".keyward-half"), "x").expect("written");
        drop(files);
        let files = open(dir.path(), &key, false).expect("there");
        files.remove_all("a").expect("removed");
        assert_eq!(
            files.save("a", b"late".to_vec()).await,
            Err(StoreError),
            "nothing comes back"
        );
        assert_eq!(files.load("a").await, Err(StoreError));
        drop(files);
        let left: Vec<_> = fs::read_dir(dir.path()).expect("readable").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[tokio::test]
    async fn what_is_damaged_is_no_empty_folder_and_no_other_document() {
        let dir = tempfile::tempdir().expect("a folder");
        let key = StoreKey::generate();
        let files = open(dir.path(), &key, true).expect("new ones");
        files.save("a", b"first".to_vec()).await.expect("written");
        files.save("b", b"second".to_vec()).await.expect("written");
        let inside = |name: &str| dir.path().join(FOLDER).join(name);
        let in_clear = fs::read(inside("a.document")).expect("there");
        assert!(!in_clear.windows(5).any(|part| part == b"first"));
        fs::copy(inside("a.document"), inside("b.document")).expect("copied");
        assert_eq!(files.load("b").await, Err(StoreError), "it is another one's");
        fs::write(inside("a.document"), "x").expect("written");
        assert_eq!(files.load("a").await, Err(StoreError));
        drop(files);
        assert!(matches!(
            open(dir.path(), &StoreKey::generate(), true),
            Err(OpenError::WrongKey)
        ));
        fs::write(inside(CIPHER), "x").expect("written");
        assert!(matches!(open(dir.path(), &key, true), Err(OpenError::Damaged)));
        fs::remove_file(inside(CIPHER)).expect("removed");
        assert!(matches!(open(dir.path(), &key, true), Err(OpenError::Damaged)));
    }
}
