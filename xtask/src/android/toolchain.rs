// SPDX-License-Identifier: Apache-2.0

//! What a package for Android is built with: Android's NDK, cargo-ndk, and Rust's standard library for the four targets.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use xshell::cmd;

use super::plan::ABIS;
use crate::{tools, workspace};

/// The first that aligns libraries for pages of 16 KiB.
const OLDEST_NDK: u32 = 28;

/// Finds the NDK and checks that the rest is there, or says in one sentence what is missing and how to get it.
pub(super) fn find() -> Result<PathBuf> {
    let ndk = find_ndk(|name| env::var_os(name));
    let shell = workspace::shell()?;
    let has_cargo_ndk = cmd!(shell, "cargo ndk --version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_ok();
    let targets: Vec<&str> = ABIS
        .iter()
        .map(|abi| abi.target)
        .filter(|target| !tools::has_target(&shell, target))
        .collect();
    let missing = missing(ndk.is_none(), !has_cargo_ndk, &targets);
    match (ndk, missing) {
        (Some(ndk), None) => Ok(ndk),
        (_, missing) => bail!("{}", missing.unwrap_or_default()),
    }
}

/// The sentence, or nothing if nothing is missing.
fn missing(ndk: bool, cargo_ndk: bool, targets: &[&str]) -> Option<String> {
    let mut parts = Vec::new();
    if ndk {
        parts.push(format!(
            "Android's NDK {OLDEST_NDK} or newer (Android Studio's SDK manager installs it, or `sdkmanager --install \
             \"ndk;VERSION\"`; ANDROID_NDK_HOME or ANDROID_HOME says where)"
        ));
    }
    if cargo_ndk {
        parts.push("cargo-ndk (`cargo install --locked cargo-ndk`)".to_owned());
    }
    if !targets.is_empty() {
        let names = targets.join(" ");
        parts.push(format!(
            "Rust's standard library for Android (`rustup target add {names}`)"
        ));
    }
    let list = tools::listed(parts)?;
    Some(format!(
        "a package for Android cannot be built without {list}; what can be checked without them is checked by `cargo \
         xtask android --host-library-stand-in`"
    ))
}

/// The NDK that the environment names, or else the newest that Android's SDK has, if it is new enough.
fn find_ndk(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"]
        .iter()
        .filter_map(|name| variable(name));
    if let Some(ndk) = named.map(PathBuf::from).find(|ndk| is_new_enough(ndk)) {
        return Some(ndk);
    }
    let installed = ["ANDROID_HOME", "ANDROID_SDK_ROOT"]
        .iter()
        .filter_map(|name| variable(name))
        .filter_map(|sdk| fs::read_dir(PathBuf::from(sdk).join("ndk")).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    installed
        .filter(|ndk| is_new_enough(ndk))
        .max_by_key(|ndk| version(ndk))
}

fn is_new_enough(ndk: &Path) -> bool {
    version(ndk).is_some_and(|version| version.first().is_some_and(|&major| major >= OLDEST_NDK))
}

/// As the NDK has it in its `source.properties`: `Pkg.Revision = 28.2.13676358`, for some with `-beta1` behind it.
fn version(ndk: &Path) -> Option<Vec<u32>> {
    let properties = fs::read_to_string(ndk.join("source.properties")).ok()?;
    let (_, revision) = properties
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == "Pkg.Revision")?;
    let numbers = revision.trim().split(['.', '-']).map_while(|part| part.parse().ok());
    Some(numbers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ndk(folder: &Path, revision: &str) {
        fs::create_dir_all(folder).expect("a folder");
        let properties = format!("Pkg.Desc = Android NDK\nPkg.Revision = {revision}\n");
        fs::write(folder.join("source.properties"), properties).expect("a file");
    }

    #[test]
    fn everything_that_is_missing_stands_in_one_sentence() {
        let sentence = missing(true, true, &["x86_64-linux-android", "i686-linux-android"]).expect("a sentence");
        for part in [
            "NDK 28",
            "ANDROID_NDK_HOME",
            "cargo install --locked cargo-ndk",
            "rustup target add x86_64-linux-android i686-linux-android",
            "--host-library-stand-in",
        ] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
        assert!(!sentence.contains('\n') && !sentence.contains(". "), "{sentence}");
    }

    #[test]
    fn what_is_there_is_not_asked_for() {
        assert_eq!(missing(false, false, &[]), None);
        let sentence = missing(false, true, &[]).expect("a sentence");
        assert!(
            sentence.contains("cargo-ndk") && !sentence.contains("rustup"),
            "{sentence}"
        );
        assert!(!sentence.contains("NDK 28"), "{sentence}");
    }

    #[test]
    fn the_named_ndk_comes_first_and_then_the_newest_of_the_sdk() {
        let folder = tempfile::tempdir().expect("a folder");
        let sdk = folder.path().join("sdk");
        let own = folder.path().join("own");
        ndk(&own, "28.0.1");
        for revision in ["27.9.9", "28.2.13676358", "28.10.1-beta1"] {
            ndk(&sdk.join("ndk").join(revision), revision);
        }
        let find = |pairs: &[(&str, &Path)]| {
            let pairs: Vec<(String, OsString)> = pairs
                .iter()
                .map(|(name, path)| ((*name).to_owned(), path.as_os_str().to_owned()))
                .collect();
            find_ndk(move |name| {
                pairs
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.clone())
            })
        };
        let newest = Some(sdk.join("ndk/28.10.1-beta1"));
        assert_eq!(find(&[]), None);
        assert_eq!(find(&[("ANDROID_NDK_ROOT", &own), ("ANDROID_HOME", &sdk)]), Some(own));
        assert_eq!(find(&[("ANDROID_HOME", &sdk)]), newest);
        // One that is too old, and one that is not there, are passed over.
        assert_eq!(
            find(&[("ANDROID_NDK_HOME", &sdk.join("ndk/27.9.9")), ("ANDROID_HOME", &sdk)]),
            newest
        );
        assert_eq!(find(&[("ANDROID_NDK_HOME", &folder.path().join("none"))]), None);
    }
}
