// SPDX-License-Identifier: Apache-2.0

//! Where an export goes: a regular file appears whole or not at all, anything else is written to as it is.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Where an export writes to. Dropped without [`Destination::complete`], it leaves no file behind.
pub(super) enum Destination {
    /// Readable by the owner only. It is renamed to `path` when it is complete, and replaces a file of that name.
    Regular { temporary: NamedTempFile, path: PathBuf },
    /// A pipe, a terminal, `/dev/stdout`: something that a rename would destroy.
    Special(File),
}

impl Destination {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let path = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => {
                return Ok(Self::Special(OpenOptions::new().write(true).open(path)?));
            }
            // The file that a symbolic link points to is replaced, not the link.
            Ok(_) => fs::canonicalize(path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(error),
        };
        let temporary = tempfile::Builder::new()
            .prefix(".room-keys-")
            .suffix(".part")
            .tempfile_in(folder(&path))?;
        Ok(Self::Regular { temporary, path })
    }

    /// Makes the file durable and gives it its name.
    pub(super) fn complete(self) -> io::Result<()> {
        let Self::Regular { temporary, path } = self else {
            return Ok(());
        };
        // Before the rename: after a power cut the name must not stand for an empty file.
        temporary.as_file().sync_all()?;
        temporary.persist(&path)?;
        // Makes the name durable. Some file systems cannot do this (FAT on phones); the file is complete without it.
        #[cfg(unix)]
        if let Err(error) = File::open(folder(&path)).and_then(|folder| folder.sync_all()) {
            tracing::debug!(kind = %error.kind(), "the folder of the export cannot be synchronised");
        }
        Ok(())
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            // Written through the file itself, because errors of `NamedTempFile` contain the path.
            Self::Regular { temporary, .. } => temporary.as_file_mut().write(bytes),
            Self::Special(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
