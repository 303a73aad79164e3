// SPDX-License-Identifier: Apache-2.0

//! Compiles the code of the guide for Android, as an app would: against Android's classes and the packed library.

use std::path::Path;

use anyhow::{Context, Result};

use super::{maven, property, toolchain::Toolchain};
use crate::{guides, workspace};

pub(super) fn compile(toolchain: &Toolchain, library: &Path, fakes: &Path) -> Result<()> {
    let guide = guides::ANDROID;
    let folder = workspace::target_dir()?.join("guides/kotlin");
    guide.write_code(&folder.join("src/android.md.kt"))?;
    let mut arguments = ["--quiet", "--file", "guide/pom.xml", "compile"]
        .map(str::to_owned)
        .to_vec();
    arguments.push(format!("-Dkeyward.jar={}", library.display()));
    arguments.push(format!("-Dkeyward.fakes={}", fakes.display()));
    arguments.push(format!("-Dkeyward.guide={}", folder.display()));
    for version in ["kotlin.version", "coroutines.version"] {
        arguments.push(format!("-D{version}={}", property(version)?));
    }
    maven(toolchain, &arguments, None).with_context(|| format!("the code of {} does not compile", guide.path))
}
