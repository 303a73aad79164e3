// SPDX-License-Identifier: Apache-2.0

//! Zips, which jars and Android's archives are. The same contents always make the same bytes.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Cursor, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use walkdir::WalkDir;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        // The first moment that a zip can name.
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

/// The files of a zip by their names, without its folders.
pub(crate) fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    ensure!(!archive.has_duplicate_names(), "a name occurs twice in it");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        if !file.is_dir() {
            let mut contents = Vec::new();
            file.read_to_end(&mut contents)?;
            files.insert(file.name()?.into_owned(), contents);
        }
    }
    Ok(files)
}

/// A zip of these files by their names.
pub(crate) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, contents) in files {
        archive.start_file(name.as_str(), options())?;
        archive.write_all(contents)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Writes a zip of what is below `folder`, whose names begin below `root`.
pub(crate) fn pack_folder(root: &Path, folder: &Path, archive: &Path) -> Result<()> {
    let mut writer = ZipWriter::new(File::create(archive)?);
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let file = entry.path();
        let name = file.strip_prefix(root)?.to_str().context("a name is not UTF-8")?;
        writer.start_file(name, options())?;
        io::copy(&mut File::open(file)?, &mut writer)?;
    }
    writer.finish()?;
    Ok(())
}

/// The manifest of a jar that is a module of this name. Java would make up one of the file's name, and of one with
/// `x86-64` in it cannot.
pub(crate) fn manifest(module: &str) -> Vec<u8> {
    format!("Manifest-Version: 1.0\r\nAutomatic-Module-Name: {module}\r\n\r\n").into_bytes()
}

/// A jar that has nothing but a text: Central wants one beside each artifact even where there is nothing to be in it.
pub(crate) fn note(text: &str) -> Result<Vec<u8>> {
    pack(&BTreeMap::from([("README.txt".to_owned(), text.as_bytes().to_vec())]))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use super::*;

    pub(crate) fn jar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let files = files
            .iter()
            .map(|(name, contents)| ((*name).to_owned(), contents.to_vec()));
        pack(&files.collect()).expect("a zip")
    }

    #[test]
    fn what_is_packed_is_unpacked_and_its_times_are_fixed() {
        let bytes = jar(&[("b", b"2"), ("a/c", b"1")]);
        assert_eq!(bytes, jar(&[("a/c", b"1"), ("b", b"2")]));
        let files = unpack(&bytes).expect("a zip");
        assert_eq!(files["a/c"], b"1");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        for index in 0..archive.len() {
            let file = archive.by_index(index).expect("a file");
            assert_eq!(file.last_modified(), Some(DateTime::default()));
        }
    }

    #[test]
    fn a_folder_makes_the_same_archive_as_its_files() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("docs");
        fs::create_dir_all(folder.join("b")).expect("a folder");
        for name in ["b/2", "1"] {
            fs::write(folder.join(name), name).expect("a file");
        }
        let archive = parent.path().join("docs.zip");
        pack_folder(&folder, &folder, &archive).expect("an archive");
        assert_eq!(
            fs::read(&archive).expect("an archive"),
            jar(&[("1", b"1"), ("b/2", b"b/2")])
        );
        pack_folder(parent.path(), &folder, &archive).expect("an archive");
        let files = unpack(&fs::read(&archive).expect("an archive")).expect("a zip");
        assert!(files.contains_key("docs/b/2"));
    }

    #[test]
    fn something_else_is_no_zip() {
        assert!(unpack(b"text").is_err());
    }
}
