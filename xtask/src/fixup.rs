// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask fixup`: mends what `cargo xtask ci` finds, as far as a program can.

use anyhow::Result;
use xshell::cmd;

use crate::{tools, workspace};

pub(crate) fn run() -> Result<()> {
    let shell = workspace::shell()?;
    // Clippy first: what it writes is not formatted.
    let fix = ["--fix", "--allow-dirty", "--allow-staged"];
    workspace::run(
        workspace::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--locked"])
            .args(fix),
    )?;
    cmd!(shell, "cargo fmt --all").run()?;
    let typos = tools::typos(&shell)?;
    cmd!(shell, "{typos} --write-changes").run()?;
    Ok(())
}
