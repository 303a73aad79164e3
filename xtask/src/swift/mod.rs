// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask swift`: the Swift package.

mod toolchain;

use anyhow::{Context, Result, ensure};

use self::toolchain::Toolchain;
use crate::workspace;

/// Makes Swift ready and has it say its version.
pub(crate) async fn run(filters: &[String]) -> Result<()> {
    ensure!(filters.is_empty(), "there are no Swift tests to choose from yet");
    let toolchain = Toolchain::ready()?;
    println!("Swift {}", toolchain.version());
    let status = toolchain
        .command(workspace::root(), "swift")
        .arg("--version")
        .status()
        .await
        .context("cannot run swift")?;
    ensure!(status.success(), "swift --version failed ({status})");
    Ok(())
}
