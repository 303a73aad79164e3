// SPDX-License-Identifier: Apache-2.0

//! Compiles the code of the guide for Android and of its quick start, as an app would: against Android's classes and the packed library.

use std::path::Path;

use anyhow::{Context, Result};

use super::{maven, property, toolchain::Toolchain};
use crate::{guides, workspace};

pub(super) fn compile(toolchain: &Toolchain, library: &Path, fakes: &Path) -> Result<()> {
    let folder = workspace::target_dir()?.join("guides/kotlin");
    guides::ANDROID.write_code(&folder.join("src/android.md.kt"))?;
    guides::QUICK_START_ANDROID.write_code(&folder.join("src/quick-start/android.md.kt"))?;
    let mut arguments = ["--quiet", "--file", "guide/pom.xml", "compile"]
        .map(str::to_owned)
        .to_vec();
    arguments.push(format!("-Dkeyward.jar={}", library.display()));
    arguments.push(format!("-Dkeyward.fakes={}", fakes.display()));
    arguments.push(format!("-Dkeyward.guide={}", folder.display()));
    for version in ["kotlin.version", "coroutines.version"] {
        arguments.push(format!("-D{version}={}", property(version)?));
    }
    maven(toolchain, &arguments, None).context("the code of a guide for Kotlin does not compile")
}
