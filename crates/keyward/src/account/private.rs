// SPDX-License-Identifier: Apache-2.0

//! Folders and files that only their owner can read: 0700 and 0600 where there are modes. Lax modes of our own files are
//! mended; a folder or file of somebody else's is refused, because its owner can change it under our feet.

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
    owned(&File::open(path)?, 0o700)?;
    Ok(())
}

/// Opens the file for writing. `create` makes it where it is not there.
pub(super) fn file(path: &Path, create: bool) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(create);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    owned(&file, 0o600)?;
    Ok(file)
}

/// Refuses what belongs to another user, and takes from others what they may do with it.
#[cfg(unix)]
fn owned(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let metadata = file.metadata()?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, Foreign));
    }
    if metadata.mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(mode))?;
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
        let (folder_path, file_path) = (dir.path().join("a/b"), dir.path().join("a/b/c"));
        folder(&folder_path).expect("made");
        file(&file_path, true).expect("made");
        assert_eq!((mode(&folder_path), mode(&file_path)), (0o700, 0o600));

        for (path, lax) in [(&folder_path, 0o755), (&file_path, 0o644)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(lax)).expect("set");
        }
        folder(&folder_path).expect("there");
        file(&file_path, false).expect("there");
        assert_eq!((mode(&folder_path), mode(&file_path)), (0o700, 0o600));
    }

    #[test]
    fn a_file_is_made_only_where_it_may_be() {
        let dir = tempfile::tempdir().expect("a folder");
        let error = file(&dir.path().join("a"), false).expect_err("not there");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
