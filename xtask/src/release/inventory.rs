// SPDX-License-Identifier: Apache-2.0

//! Which crates are linked into the native library, on any platform that it is published for. Cargo says so: with
//! exactly the features that the library is built with, and without what only builds it (macros, build scripts).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use anyhow::{Context, Result};
use serde_json::Value;
use xshell::cmd;

use crate::{android, apple, workspace};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// As its author wrote it.
    pub(super) license: String,
    pub(super) authors: Vec<String>,
    /// Where its source code is.
    pub(super) repository: String,
    /// Where its files are.
    pub(super) folder: PathBuf,
    pub(super) is_ours: bool,
}

/// All of them, sorted.
pub(super) fn linked() -> Result<Vec<Crate>> {
    let shell = workspace::shell()?;
    let host = cmd!(shell, "rustc --print host-tuple").quiet().read()?;
    let mut targets: Vec<&str> = android::targets().chain(apple::targets()).collect();
    targets.push(&host);
    let of_tree: Vec<&str> = targets.iter().flat_map(|target| ["--target", target]).collect();
    let tree = cmd!(
        shell,
        "cargo tree --locked --package keyward-ffi --edges normal,no-proc-macro --prefix none {of_tree...}"
    )
    .quiet()
    .read()?;
    let of_metadata: Vec<&str> = targets
        .iter()
        .flat_map(|target| ["--filter-platform", target])
        .collect();
    let metadata = cmd!(shell, "cargo metadata --locked --format-version 1 {of_metadata...}")
        .quiet()
        .read()?;
    described(&names(&tree), &serde_json::from_str(&metadata)?)
}

/// The names and versions in what `cargo tree` prints: `serde v1.0.229`, `keyward v0.1.0 (…)`, `syn v2.0.119 (*)`.
fn names(tree: &str) -> BTreeSet<(String, String)> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let name = words.next()?;
            let version = words.next()?.strip_prefix('v')?;
            Some((name.to_owned(), version.to_owned()))
        })
        .collect()
}

/// What Cargo's metadata say of these.
fn described(names: &BTreeSet<(String, String)>, metadata: &Value) -> Result<Vec<Crate>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_name: BTreeMap<(String, String), &Value> = packages
        .iter()
        .map(|package| ((text(&package["name"]), text(&package["version"])), package))
        .collect();
    names
        .iter()
        .map(|key| {
            let (name, version) = key;
            let package = of_name
                .get(key)
                .with_context(|| format!("cargo metadata says nothing of {name} {version}"))?;
            let mut folder = PathBuf::from(text(&package["manifest_path"]));
            folder.pop();
            let authors = package["authors"].as_array().cloned().unwrap_or_default();
            Ok(Crate {
                name: name.clone(),
                version: version.clone(),
                license: text(&package["license"]),
                authors: authors.iter().map(text).collect(),
                repository: text(&package["repository"]),
                folder,
                is_ours: package["source"].is_null(),
            })
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A crate whose files are in this folder.
    pub(in crate::release) fn a_crate(name: &str, license: &str, folder: PathBuf) -> Crate {
        Crate {
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            license: license.to_owned(),
            authors: vec!["A. Author".to_owned()],
            repository: "https://example.org/code".to_owned(),
            folder,
            is_ours: false,
        }
    }

    #[test]
    fn what_cargo_prints_is_read_and_described() {
        let names = names("keyward-ffi v0.1.0 (a/keyward-ffi)\naes v1.2.3\naes v1.2.3 (*)\n\n");
        assert_eq!(names.len(), 2);
        let metadata = json!({ "packages": [
            { "name": "aes", "version": "1.2.3", "license": "MIT", "authors": ["A. Author"], "source": "registry",
              "repository": "https://example.org/code",
              "manifest_path": "r/aes/Cargo.toml" },
            { "name": "aes", "version": "2.0.0", "license": "ISC", "source": "registry",
              "manifest_path": "r/aes2/Cargo.toml" },
            { "name": "keyward-ffi", "version": "0.1.0", "license": "Apache-2.0", "source": null,
              "manifest_path": "a/keyward-ffi/Cargo.toml" },
        ]});
        let crates = described(&names, &metadata).expect("they are described");
        assert_eq!(crates[0], a_crate("aes", "MIT", PathBuf::from("r/aes")));
        assert!(crates[1].is_ours && crates.len() == 2);
        let unknown = BTreeSet::from([("none".to_owned(), "1".to_owned())]);
        let error = described(&unknown, &metadata).expect_err("nobody knows it");
        assert!(error.to_string().contains("none 1"), "{error}");
    }

    #[test]
    fn the_library_links_its_core_and_no_macro() {
        let crates = linked().expect("cargo knows");
        let has = |name: &str| crates.iter().any(|one| one.name == name);
        assert!(has("keyward") && has("vodozemac") && has("libsqlite3-sys"));
        for name in ["syn", "serde_derive", "clap", "aws-lc-sys", "uniffi_bindgen"] {
            assert!(!has(name), "{name}");
        }
        assert!(crates.iter().all(|one| one.is_ours || !one.license.is_empty()));
    }
}
