// SPDX-License-Identifier: Apache-2.0

//! Export and import of room keys in the common file format, which Element and every other client read.
//!
//! Both directions stream, in memory that is bounded however many keys there are (docs/adr/0003-room-key-files.md).

mod cancel;
mod destination;
mod export;
pub(crate) mod format;
mod import;
mod stored;
#[cfg(test)]
mod testing;

use std::{panic, path::Path};

pub use export::ExportError;
use export::export;
use import::import;
pub(crate) use import::is_usable;
pub use import::{ImportError, RoomKeyImport};
use matrix_sdk_crypto::olm::ExportedRoomKey;
use stored::StoreFiles;

use crate::{account::Account, error::StoreError, secret::Passphrase};

/// How far an export or import is, in keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomKeyProgress {
    /// Keys that are written to the file, or read from it and handed to the store.
    pub done: u64,
    /// Keys in the store, or in the file.
    pub total: u64,
}

impl Account {
    /// Writes every room key to `file` in the common format, encrypted with `passphrase`.
    /// Dropping the future cancels and leaves no file.
    ///
    /// # Errors
    /// [`ExportError`]; a file that was there before is kept.
    pub async fn export_room_keys(
        &self,
        file: &Path,
        passphrase: &Passphrase,
        progress: impl Fn(RoomKeyProgress) + Send + Sync + 'static,
    ) -> Result<u64, ExportError> {
        // The file is read past the store that is open, so it would be opened while the account is paused.
        if !self.store().is_held() {
            return Err(ExportError::Store("the account is paused".to_owned()));
        }
        export(&self.store_files(), file, passphrase, progress).await
    }

    /// Some of the room keys that are here, at random.
    pub(crate) async fn some_room_keys(&self, count: usize) -> Result<Vec<ExportedRoomKey>, StoreError> {
        if !self.store().is_held() {
            return Err(StoreError::because("the account is paused"));
        }
        let files = self.store_files();
        let some = on_blocking_thread(move || stored::some(&files, count)).await;
        some.map_err(StoreError::because)
    }

    fn store_files(&self) -> StoreFiles {
        StoreFiles {
            crypto_database: self.store().crypto_database(),
            key: self.store().key.clone(),
        }
    }

    /// Reads room keys from `file` in the common format. Keys that are here already in an equal or better version are
    /// left alone. Dropping the future cancels; what was imported until then stays.
    ///
    /// # Errors
    /// [`ImportError`]; a wrong passphrase or a damaged file changes nothing.
    pub async fn import_room_keys(
        &self,
        file: &Path,
        passphrase: &Passphrase,
        progress: impl Fn(RoomKeyProgress) + Send + Sync + 'static,
    ) -> Result<RoomKeyImport, ImportError> {
        import(self.machine(), file, passphrase, progress).await
    }
}

/// Starts the work at once, even if the future is never polled.
fn on_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> impl Future<Output = T> + Send {
    let task = tokio::task::spawn_blocking(work);
    async {
        // Only a runtime that shuts down cancels such a task, and then this future is not polled any more.
        task.await
            .unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
    }
}
