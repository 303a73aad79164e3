// SPDX-License-Identifier: Apache-2.0

//! Folders and files that only their owner can read: modes 0700 and 0600, on systems that have modes. Modes of our own
//! files that allow more are corrected. A folder or file of another user is refused, because its owner could change it
//! at any time.

#[cfg(unix)]
use std::fs::{Metadata, Permissions};
use std::{
    fmt,
    fs::{DirBuilder, File},
    io,
    path::Path,
};

/// It belongs to another user.
#[derive(Debug)]
pub(super) struct Foreign;

impl std::error::Error for Foreign {}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it belongs to another user")
    }
}

/// Makes the folder if it is not there.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    owned(&std::fs::metadata(path)?, 0o700, |mode| {
        std::fs::set_permissions(path, mode)
    })?;
    Ok(())
}

/// Opens the file for writing, and makes it where it is not there.
pub(super) fn file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    owned(&file.metadata()?, 0o600, |mode| file.set_permissions(mode))?;
    Ok(file)
}

/// Checks the owner and the mode of a file, if it exists, without opening it: SQLite may have it open, and closing a
/// file releases all locks that the process has on it
/// (<https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>). The file
/// may disappear at any moment, because a store that was dropped is closed in the background.
pub(super) fn database_file(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let looked = std::fs::metadata(path)
            .and_then(|metadata| owned(&metadata, 0o600, |mode| std::fs::set_permissions(path, mode)));
        match looked {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a file of another user, and takes the rights of all others away.
#[cfg(unix)]
fn owned(metadata: &Metadata, mode: u32, set: impl FnOnce(Permissions) -> io::Result<()>) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, Foreign));
    }
    if metadata.mode() & 0o077 != 0 {
        set(Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn lax_modes_are_mended_and_new_ones_are_strict() {
        let dir = tempfile::tempdir().expect("a folder");
        let (folder_path, file_path, database) = (
            dir.path().join("a/b"),
            dir.path().join("a/b/c"),
            dir.path().join("a/b/d"),
        );
        folder(&folder_path).expect("made");
        file(&file_path).expect("made");
        file(&database).expect("made");
        let modes = || [&folder_path, &file_path, &database].map(|path| mode(path));
        assert_eq!(modes(), [0o700, 0o600, 0o600]);

        for (path, lax) in [(&folder_path, 0o755), (&file_path, 0o644), (&database, 0o640)] {
            std::fs::set_permissions(path, Permissions::from_mode(lax)).expect("set");
        }
        folder(&folder_path).expect("there");
        file(&file_path).expect("there");
        database_file(&database).expect("there");
        assert_eq!(modes(), [0o700, 0o600, 0o600]);
    }

    #[test]
    fn a_file_of_a_database_may_be_gone() {
        let dir = tempfile::tempdir().expect("a folder");
        database_file(&dir.path().join("a-wal")).expect("nothing to refuse");
    }
}
