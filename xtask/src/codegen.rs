// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask codegen`: Kotlin and Swift from the built library, and the listing of what they can call
//! (`crates/keyward-ffi/api/surface.txt`). Generated code is not committed; the listing is, so that a change of the
//! surface is read before it is made.

use std::{path::PathBuf, process::Stdio};

use anyhow::{Context, Result, ensure};

use crate::{built::Built, listing, swift, workspace};

/// What was generated.
pub(crate) struct Generated {
    /// The root folder of the Kotlin sources. The Swift sources are in their package.
    pub(crate) kotlin: PathBuf,
    /// What both can call.
    surface: String,
}

/// Writes the bindings and the listing, or, with `check`, only compares the listing.
pub(crate) fn run(check: bool) -> Result<()> {
    let built = Built::everything()?;
    if check {
        return self::check(&built);
    }
    listing::SURFACE.write(&generate(&built)?.surface)
}

/// Compares the listing.
pub(crate) fn check(built: &Built) -> Result<()> {
    listing::SURFACE.check(&generate(built)?.surface)
}

/// Generates from the library of this machine.
pub(crate) fn generate(built: &Built) -> Result<Generated> {
    let root = workspace::root();
    let kotlin = workspace::target_dir()?.join("bindings/kotlin");
    let output = built
        .program("keyward-bindgen")
        .current_dir(root)
        .arg(built.library())
        .arg("--config")
        .arg(root.join("uniffi.toml"))
        .arg("--kotlin")
        .arg(&kotlin)
        .arg("--swift")
        .arg(root.join("bindings/swift/Sources"))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run keyward-bindgen")?;
    ensure!(output.status.success(), "nothing could be generated");
    swift::write_data()?;
    Ok(Generated {
        kotlin,
        surface: String::from_utf8(output.stdout)?,
    })
}
