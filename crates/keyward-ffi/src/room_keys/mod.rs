// SPDX-License-Identifier: Apache-2.0

//! Export and import of room keys in the common file format, which Element and every other client read.

mod error;

use std::{path::PathBuf, sync::Arc};

use keyward::room_keys;

pub use self::error::{ExportError, ImportError};
use crate::{
    Passphrase,
    login::Login,
    transfer::{Listener, Transfer},
};

/// Export and import of room keys of one account.
#[derive(uniffi::Object)]
pub struct RoomKeys {
    login: Arc<Login>,
}

impl RoomKeys {
    pub(crate) fn new(login: Arc<Login>) -> Self {
        Self { login }
    }
}

#[uniffi::export]
impl RoomKeys {
    /// Writes every room key to `file`, encrypted with `passphrase`. A file that was there before is replaced when the
    /// new one is complete, and kept otherwise.
    pub async fn start_export(
        &self,
        file: String,
        passphrase: Arc<Passphrase>,
    ) -> Result<Arc<RoomKeyExport>, ExportError> {
        let running = |done, total| ExportState::Running { done, total };
        let transfer = Transfer::start(&self.login, running, async move |account, progress| {
            let room_keys = account
                .export_room_keys(&PathBuf::from(file), &passphrase.0, told(progress))
                .await?;
            Ok(ExportState::Done { room_keys })
        });
        Ok(Arc::new(RoomKeyExport(transfer.await?)))
    }

    /// Reads room keys from `file`. Keys that are here already in an equal or better version are left alone. What was
    /// imported before it was stopped or failed stays.
    pub async fn start_import(
        &self,
        file: String,
        passphrase: Arc<Passphrase>,
    ) -> Result<Arc<RoomKeyImport>, ImportError> {
        let running = |done, total| ImportState::Running { done, total };
        let transfer = Transfer::start(&self.login, running, async move |account, progress| {
            let imported = account
                .import_room_keys(&PathBuf::from(file), &passphrase.0, told(progress))
                .await?;
            Ok(ImportState::Done {
                imported: imported.into(),
            })
        });
        Ok(Arc::new(RoomKeyImport(transfer.await?)))
    }
}

/// Progress as the core reports it of a file.
fn told(progress: Listener) -> impl Fn(room_keys::RoomKeyProgress) + Send + Sync {
    move |so_far| progress(so_far.done, so_far.total)
}

/// An export under way. Letting it go stops it.
#[derive(uniffi::Object)]
pub struct RoomKeyExport(Transfer<ExportState, ExportError>);

#[uniffi::export]
impl RoomKeyExport {
    /// How far it is: at once, then whenever that changes, at last `Done`. Absent after that, after `stop`, and after the
    /// account was shut down, which leaves no file.
    pub async fn next(&self) -> Result<Option<ExportState>, ExportError> {
        self.0.next().await
    }

    /// Stops the export: no file is left, and one that was there before is kept.
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ExportState {
    /// It works.
    Running {
        /// Room keys written so far.
        done: u64,
        /// Room keys in all; 0 while nobody knows.
        total: u64,
    },
    /// The file is complete.
    Done {
        /// How many room keys it has.
        room_keys: u64,
    },
}

/// An import under way. Letting it go stops it.
#[derive(uniffi::Object)]
pub struct RoomKeyImport(Transfer<ImportState, ImportError>);

#[uniffi::export]
impl RoomKeyImport {
    /// How far it is: at once, then whenever that changes, at last `Done`. Absent after that, after `stop`, and after the
    /// account was shut down.
    pub async fn next(&self) -> Result<Option<ImportState>, ImportError> {
        self.0.next().await
    }

    /// Stops the import: what was imported until then stays.
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ImportState {
    /// It works.
    Running {
        /// Room keys read so far.
        done: u64,
        /// Room keys in all; 0 while nobody knows.
        total: u64,
    },
    /// All is read.
    Done {
        /// What came of it.
        imported: RoomKeyImported,
    },
}

/// What an import did. Keys that are neither imported nor malformed were in the store already, at least as good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RoomKeyImported {
    /// Keys that are new in the store, or better than what it had.
    pub imported: u64,
    /// Keys in the file.
    pub total: u64,
    /// Of these, the ones that are no usable room keys.
    pub malformed: u64,
}

impl From<room_keys::RoomKeyImport> for RoomKeyImported {
    fn from(import: room_keys::RoomKeyImport) -> Self {
        let room_keys::RoomKeyImport {
            imported,
            total,
            malformed,
        } = import;
        Self {
            imported,
            total,
            malformed,
        }
    }
}
