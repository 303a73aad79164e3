// SPDX-License-Identifier: Apache-2.0

//! Files that take the place of older ones at once, each whole; those that are the same stay as they are, so that nothing is
//! compiled anew.

use std::{fs, io::Write as _, path::Path};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// Has `write` fill a folder, and puts its files below `target`. What else is there stays.
pub(crate) fn folder(target: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    write(fresh.path())?;
    replace(fresh.path(), target)
}

fn replace(fresh: &Path, target: &Path) -> Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(fresh)? {
        let from = entry?.path();
        let to = target.join(from.file_name().context("an entry of a folder has a name")?);
        if from.is_dir() {
            replace(&from, &to)?;
            continue;
        }
        let text = fs::read(&from)?;
        if fs::read(&to).ok().as_ref() != Some(&text) {
            // Its name is not that of a source, should it be left there.
            let mut file = NamedTempFile::new_in(target)?;
            file.write_all(&text)?;
            file.persist(&to)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_changed_is_replaced_and_the_rest_is_left_alone() {
        let target = tempfile::tempdir().expect("a folder");
        let at = |name: &str| target.path().join(name);
        let write = |folder: &Path| {
            fs::create_dir(folder.join("below"))?;
            fs::write(folder.join("below/same"), "same")?;
            fs::write(folder.join("changes"), "new")?;
            Ok(())
        };
        fs::create_dir(at("below")).expect("a folder");
        for (name, text) in [("below/same", "same"), ("changes", "old"), ("of others", "theirs")] {
            fs::write(at(name), text).expect("a file");
        }
        let old = fs::metadata(at("below/same"))
            .and_then(|file| file.modified())
            .expect("a time");
        folder(target.path(), write).expect("it is replaced");
        let text = |name: &str| fs::read_to_string(at(name)).expect("a file");
        assert_eq!(text("changes"), "new");
        assert_eq!(text("of others"), "theirs");
        let new = fs::metadata(at("below/same"))
            .and_then(|file| file.modified())
            .expect("a time");
        assert_eq!(old, new);
        assert_eq!(fs::read_dir(target.path()).expect("a folder").count(), 3);
    }
}
