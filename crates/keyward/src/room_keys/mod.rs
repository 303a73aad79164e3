// SPDX-License-Identifier: Apache-2.0

//! Export and import of room keys in the common file format, which Element and every other client read.
//!
//! Both directions stream, in memory that is bounded however many keys there are (docs/adr/0003-room-key-files.md).

mod cancel;
mod destination;
mod export;
mod format;
mod import;
mod stored;
#[cfg(test)]
mod testing;

use std::panic;

pub use export::ExportError;
pub(crate) use export::export;
pub use import::{ImportError, RoomKeyImport};
pub(crate) use import::{import, is_usable};
pub(crate) use stored::StoreFiles;

/// How far an export or import is, in keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomKeyProgress {
    /// Keys that are written to the file, or read from it and handed to the store.
    pub done: u64,
    /// Keys in the store, or in the file.
    pub total: u64,
}

/// Starts the work at once, also if the result is never awaited.
fn on_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> impl Future<Output = T> + Send {
    let task = tokio::task::spawn_blocking(work);
    async {
        // Only a runtime that shuts down cancels such a task, and then nothing is polled any more.
        task.await
            .unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
    }
}
