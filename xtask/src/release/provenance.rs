// SPDX-License-Identifier: Apache-2.0

//! `provenance.json`: from which commit, with which compilers and which dependencies everything beside it was made,
//! and what its bytes are. Who builds the same commit with the same tools can compare.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Result;
use serde_json::json;
use sha2::Sha256;
use walkdir::WalkDir;
use xshell::cmd;

use super::symbols::Kept;
use crate::{
    built::Built,
    kotlin,
    maven::{
        VERSION,
        repository::{hex, published},
    },
    workspace,
};

/// The file, for what is in `folder` by now.
pub(super) fn of(folder: &Path, built: &Built, symbols: &Kept, java: &[String]) -> Result<String> {
    let shell = workspace::shell()?;
    let git = |arguments: &[&str]| cmd!(shell, "git {arguments...}").quiet().read();
    let rustc = cmd!(shell, "rustc --version --verbose").quiet().read()?;
    let lock = fs::read(workspace::root().join("Cargo.lock"))?;
    let of_rustc = |name: &str| {
        let line = rustc.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let note = json!({
        "version": VERSION,
        "source": {
            "commit": git(&["rev-parse", "HEAD"])?,
            "committed": git(&["show", "--no-patch", "--format=%cI", "HEAD"])?,
            "changed_since": !git(&["status", "--porcelain"])?.is_empty(),
            "cargo_lock_sha256": hex::<Sha256>(&lock),
        },
        "tools": {
            "rustc": of_rustc("release:"),
            "rustc_commit": of_rustc("commit-hash:"),
            "host": of_rustc("host:"),
            "llvm": of_rustc("LLVM version:"),
            "kotlin": kotlin::property("kotlin.version")?,
            "java_and_maven": java,
        },
        "library": {
            "profile": symbols.profile,
            "build_id": symbols.build_id,
            "sha256": hex::<Sha256>(&fs::read(built.library())?),
        },
        "files_sha256": files(folder)?,
    });
    Ok(serde_json::to_string_pretty(&note)?)
}

/// The checksums of what is published, and of what goes with it, by the paths in the folder.
fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = published(&folder.join("maven"))?;
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        let is_below_maven = entry.path().starts_with(folder.join("maven"));
        if entry.file_type().is_file() && !is_below_maven {
            files.push(entry.into_path());
        }
    }
    let mut sums = BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(folder)?.display().to_string();
        sums.insert(name, hex::<Sha256>(&fs::read(&file)?));
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_named_by_its_path_in_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["maven/a.jar", "maven/a.jar.md5", "symbols/lib.so", "sbom.cdx.json"] {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, "abc").expect("a file");
        }
        let files = files(folder.path()).expect("files");
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["maven/a.jar", "sbom.cdx.json", "symbols/lib.so"]);
        assert!(files["maven/a.jar"].contains("7816bf8f01cfea41"));
    }
}
