// SPDX-License-Identifier: Apache-2.0

//! The packed library as somebody else gets it: the sample program is built in a folder outside the workspace, and runs with
//! nothing of ours but the jar.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use tokio::process::Command;

use super::{Toolchain, folder, maven_in, property};
use crate::{sample, test_service::TestService};

/// Copies the program and `library` away from here, builds the one with the other, and runs it.
pub(super) async fn run(toolchain: &Toolchain, library: &Path, service: &TestService) -> Result<()> {
    let outside = tempfile::Builder::new().prefix("keyward-outside-").tempdir()?;
    let outside = outside.path();
    let jar = outside.join("keyward.jar");
    fs::copy(library, &jar)?;
    fs::create_dir(outside.join("src"))?;
    for file in ["pom.xml", "src/Sample.kt"] {
        fs::copy(folder().join("sample").join(file), outside.join(file)).with_context(|| format!("sample/{file}"))?;
    }
    let built = outside.join("built");
    let mut arguments = vec![
        "--quiet".to_owned(),
        "package".to_owned(),
        format!("-Dkeyward.jar={}", jar.display()),
        format!("-Dkeyward.sample={}", built.display()),
    ];
    for name in ["kotlin.version", "coroutines.version", "jna.version"] {
        arguments.push(format!("-D{name}={}", property(name)?));
    }
    maven_in(outside, toolchain, &arguments, &[]).await?;

    let class_path = [&built.join("sample.jar"), &jar, &built.join("lib/*")];
    let class_path = std::env::join_paths(class_path)?;
    let mut java = Command::new(&toolchain.java);
    java.current_dir(outside).arg("-cp").arg(class_path).arg("SampleKt");
    sample::run(java, service).await
}
