// SPDX-License-Identifier: Apache-2.0

//! Dropping a future cannot stop the blocking thread that works for it. Therefore the drop sets a flag, which every
//! read and write of that thread checks.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Lives in the future. Cancels when it is dropped.
#[derive(Default)]
pub(super) struct CancelOnDrop(Cancelled);

impl CancelOnDrop {
    pub(super) fn flag(&self) -> Cancelled {
        self.0.clone()
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// The flag that the drop sets.
#[derive(Clone, Default)]
pub(super) struct Cancelled(Arc<AtomicBool>);

impl Cancelled {
    /// Returns an error once the work is cancelled. The error only ends the work; no caller gets it.
    pub(super) fn check(&self) -> io::Result<()> {
        // Not `Interrupted`: that asks for another try.
        if self.0.load(Ordering::Relaxed) {
            Err(io::ErrorKind::ConnectionAborted.into())
        } else {
            Ok(())
        }
    }
}

/// A file that fails as soon as it is cancelled.
pub(super) struct Cancellable<T> {
    pub(super) inner: T,
    cancelled: Cancelled,
}

impl<T> Cancellable<T> {
    pub(super) fn new(inner: T, cancelled: Cancelled) -> Self {
        Self { inner, cancelled }
    }
}

impl<T: Read> Read for Cancellable<T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.cancelled.check()?;
        self.inner.read(out)
    }
}

impl<T: Write> Write for Cancellable<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.cancelled.check()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Seek> Seek for Cancellable<T> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}
