// SPDX-License-Identifier: Apache-2.0

//! The symbols for crash reports: the library as it was linked, kept beside what is published and never published
//! itself. What an app sends of a crash has addresses and the library's build id, and with this file they become the
//! names of functions.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use goblin::elf::{Elf, note::NT_GNU_BUILD_ID};

/// What was kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// By which a crash report names the library; Apple's systems have another way.
    pub(super) build_id: Option<String>,
    /// The Cargo profile, which is the name of the folder that Cargo builds in.
    pub(super) profile: String,
}

/// Copies `library` into `folder` and sees that its stripped copy is the same build.
pub(super) fn keep(library: &Path, stripped: &Path, folder: &Path) -> Result<Kept> {
    let name = library.file_name().context("the library has no name")?;
    fs::create_dir_all(folder)?;
    fs::copy(library, folder.join(name))?;
    let (whole, published) = (fs::read(library)?, fs::read(stripped)?);
    let build_id = build_id(&whole);
    ensure!(
        build_id == self::build_id(&published),
        "{} is of another build than {}",
        stripped.display(),
        library.display()
    );
    if cfg!(target_os = "linux") {
        let id = build_id.as_ref().context("the linker gave the library no build id")?;
        fs::write(folder.join("build-id.txt"), format!("{id}\n"))?;
    }
    let profile = library.parent().and_then(Path::file_name).unwrap_or_default();
    Ok(Kept {
        build_id,
        profile: profile.to_string_lossy().into_owned(),
    })
}

/// The build id of an ELF file.
fn build_id(bytes: &[u8]) -> Option<String> {
    let elf = Elf::parse(bytes).ok()?;
    let mut notes = elf.iter_note_headers(bytes)?.flatten();
    let note = notes.find(|note| note.n_type == NT_GNU_BUILD_ID && note.name == "GNU")?;
    Some(note.desc.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_of_another_build_is_not_taken_for_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let this = std::env::current_exe().expect("it runs");
        let kept = keep(&this, &this, &folder.path().join("symbols")).expect("kept");
        let id = kept.build_id.expect("the linker gives one");
        assert!(id.len() >= 16 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
        let other = folder.path().join("other");
        fs::write(&other, "text").expect("a file");
        let error = keep(&this, &other, folder.path()).expect_err("another");
        assert!(error.to_string().contains("another build"), "{error}");
    }
}
