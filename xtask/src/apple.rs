// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask apple`: the XCFramework that the Swift package takes its native library from on iOS and macOS.

mod exports;
mod hide;
mod objects;
mod plan;
mod sqlite;
#[cfg(test)]
mod together;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use xshell::cmd;

use self::plan::{Plan, SLICES, Step};
use crate::{built::Built, codegen, tools, workspace};

/// Builds it; `dry_run` only says how it would be done.
pub(crate) fn run(dry_run: bool) -> Result<()> {
    if dry_run {
        print!("{}", Plan::new(Path::new("target"), Path::new("bindings/swift")));
        return Ok(());
    }
    let shell = workspace::shell()?;
    let has_xcode = cmd!(shell, "xcodebuild -version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_ok();
    let without: Vec<&str> = targets().filter(|target| !tools::has_target(&shell, target)).collect();
    if let Some(missing) = missing(!has_xcode, &without) {
        bail!("{missing}");
    }
    let plan = Plan::new(&workspace::target_dir()?, &workspace::root().join("bindings/swift"));
    let without_folders = targets().map(workspace::without_folders).collect::<Result<Vec<_>>>()?;
    for step in &plan.steps {
        println!("{step}");
        perform(step, &without_folders)?;
    }
    Ok(())
}

/// Carries a step out. Programs are told in their environment, besides what the step says, what all of them are.
fn perform(step: &Step, told: &[(String, String)]) -> Result<()> {
    match step {
        Step::Codegen => drop(codegen::generate(&Built::everything()?)?),
        Step::Headers { from, to } => copy_headers(from, to)?,
        Step::Names { from, to } => exports::write(from, to)?,
        Step::Objects { from, names, to, list } => {
            let paths = objects::unpack(from, &exports::read(names)?, to)?;
            fs::write(
                list,
                paths
                    .iter()
                    .map(|path| format!("{}\n", path.display()))
                    .collect::<String>(),
            )?;
        }
        Step::Check { library, names } => objects::check(library, &exports::read(names)?)?,
        Step::Folder { path } => fs::create_dir_all(path)?,
        Step::Remove { path } => remove(path)?,
        Step::Run {
            program,
            arguments,
            environment,
            ..
        } => workspace::run(
            Command::new(program)
                .current_dir(workspace::root())
                .args(arguments)
                .envs(told.iter().cloned())
                .envs(plan::OLDEST_SYSTEMS.iter().copied())
                .envs(environment.iter().cloned()),
        )?,
    }
    Ok(())
}

/// What the framework's libraries are built for, in Rust's words.
pub(crate) fn targets() -> impl Iterator<Item = &'static str> {
    SLICES.iter().flat_map(|slice| slice.targets).copied()
}

/// The packed framework below Cargo's folder `target`, once it is made.
pub(crate) fn archive(target: &Path) -> PathBuf {
    target.join("apple").join(plan::ARCHIVE)
}

/// The sentence, or nothing if nothing is missing.
fn missing(xcode: bool, targets: &[&str]) -> Option<String> {
    let mut parts = Vec::new();
    if xcode {
        parts.push("Xcode (a Mac with Xcode from the App Store, and once `xcode-select --install`)".to_owned());
    }
    if !targets.is_empty() {
        parts.push(format!(
            "Rust's standard library for Apple's systems (`rustup target add {}`)",
            targets.join(" ")
        ));
    }
    let list = tools::listed(parts)?;
    Some(format!(
        "the framework for iOS and macOS cannot be built without {list}; `cargo xtask apple --dry-run` shows what would be \
         done, and `cargo xtask swift` tests the same package on Linux"
    ))
}

/// The C header and what makes a module of it. They lie in a folder of their own: frameworks of several UniFFI libraries
/// would otherwise overwrite each other's module map.
fn copy_headers(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let header = plan::HEADER;
    fs::copy(from.join(header), to.join(header)).with_context(|| format!("there is no {header}"))?;
    let map = format!("module KeywardFFI {{\n    header \"{header}\"\n    export *\n}}\n");
    Ok(fs::write(to.join("module.modulemap"), map)?)
}

/// What was made before: Xcode adds to it rather than replacing it.
fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_stands_in_one_sentence() {
        let sentence = missing(true, &["aarch64-apple-ios"]).expect("a sentence");
        for part in ["Xcode", "rustup target add aarch64-apple-ios", "--dry-run"] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
        assert!(!sentence.contains('\n') && !sentence.contains(". "), "{sentence}");
        assert_eq!(missing(false, &[]), None);
    }

    #[test]
    fn the_headers_lie_in_a_folder_of_their_own_with_a_module_map() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(plan::HEADER), "// C\n").expect("a file");
        let to = folder.path().join("headers/KeywardFFI");
        copy_headers(folder.path(), &to).expect("copied");
        assert_eq!(fs::read_to_string(to.join(plan::HEADER)).expect("the header"), "// C\n");
        let map = fs::read_to_string(to.join("module.modulemap")).expect("the map");
        // A framework's own map would begin with `framework module`; this is a library with headers.
        assert!(
            map.starts_with("module KeywardFFI {") && map.contains(plan::HEADER),
            "{map}"
        );
        assert!(copy_headers(&to.join("none"), &to).is_err());
    }
}
