// SPDX-License-Identifier: Apache-2.0

//! Folders and files that only their owner can read: modes 0700 and 0600, on systems that have modes. Modes of our own
//! files that allow more are corrected. A folder or file of another user is refused, because its owner could change it
//! at any time. So is a link or pipe in place of a file: whoever could write into the folder before may have planted it.

#[cfg(unix)]
use std::fs::{Metadata, Permissions};
use std::{
    fmt,
    fs::{DirBuilder, File},
    io,
    path::Path,
};

/// It belongs to another user, or is no ordinary file.
#[derive(Debug)]
pub(super) struct Foreign;

impl std::error::Error for Foreign {}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it belongs to another user, or is no ordinary file")
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
    {
        // A person may keep it elsewhere, behind a link of their own.
        own(&std::fs::symlink_metadata(path)?)?;
        restrict(path, &std::fs::metadata(path)?, 0o700)?;
    }
    Ok(())
}

/// Opens the file for writing, and makes it where it is not there. The folder is this user's alone already, so nobody
/// exchanges the file between the look and the opening.
pub(super) fn file(path: &Path) -> io::Result<File> {
    existing_file(path)?;
    let mut options = File::options();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether an open file is the one at `path`.
pub(super) fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let open = file.metadata()?;
        match std::fs::symlink_metadata(path) {
            Ok(there) => Ok((open.dev(), open.ino()) == (there.dev(), there.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    // Elsewhere a file that is open cannot be removed.
    #[cfg(not(unix))]
    Ok(true)
}

/// Checks the owner, the kind and the mode of a file, if it exists, without opening it: a pipe would wait for a writer;
/// and SQLite may have the file open, and closing a file releases all locks that the process has on it
/// (<https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>). The file
/// may disappear at any moment, because a store that was dropped is closed in the background.
pub(super) fn existing_file(path: &Path) -> io::Result<()> {
    let looked = std::fs::symlink_metadata(path).and_then(|metadata| {
        if !metadata.is_file() {
            return Err(foreign());
        }
        #[cfg(unix)]
        restrict(path, &metadata, 0o600)?;
        Ok(())
    });
    match looked {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Refuses what belongs to another user, and takes the rights of all others away.
#[cfg(unix)]
fn restrict(path: &Path, metadata: &Metadata, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    own(metadata)?;
    if metadata.mode() & 0o077 != 0 {
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(unix)]
fn own(metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    match metadata.uid() == rustix::process::geteuid().as_raw() {
        true => Ok(()),
        false => Err(foreign()),
    }
}

fn foreign() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, Foreign)
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
        existing_file(&database).expect("there");
        assert_eq!(modes(), [0o700, 0o600, 0o600]);
    }

    #[test]
    fn a_file_of_a_database_may_be_gone() {
        let dir = tempfile::tempdir().expect("a folder");
        existing_file(&dir.path().join("a-wal")).expect("nothing to refuse");
    }

    #[test]
    fn what_is_planted_in_place_of_a_file_is_refused_and_not_opened() {
        let dir = tempfile::tempdir().expect("a folder");
        let elsewhere = dir.path().join("elsewhere");
        std::fs::write(&elsewhere, "mine").expect("written");
        let [link, dangling, pipe, folder] = ["link", "dangling", "pipe", "folder"].map(|name| dir.path().join(name));
        std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
        std::os::unix::fs::symlink(dir.path().join("nowhere"), &dangling).expect("a link");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("it runs").success());
        std::fs::create_dir(&folder).expect("a folder");
        for planted in [&link, &dangling, &pipe, &folder] {
            let refused = [existing_file(planted), file(planted).map(drop)];
            for error in refused.map(|refused| refused.expect_err("it is planted")) {
                let why = error.get_ref().expect("a reason");
                assert!(why.is::<Foreign>(), "{}: {error}", planted.display());
            }
        }
        assert_eq!(std::fs::read_to_string(&elsewhere).expect("it is there"), "mine");
        assert!(!dir.path().join("nowhere").exists());
    }
}
