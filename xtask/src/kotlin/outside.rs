// SPDX-License-Identifier: Apache-2.0

//! The packed library as somebody else gets it: the sample program is built in a folder outside the workspace, and runs with
//! nothing of ours but the jar.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, property};
use crate::{
    built::{Built, Server, TOOLS},
    workspace,
};

/// Copies the program and `library` away from here, builds the one with the other, and runs it.
pub(super) fn run(toolchain: &Toolchain, library: &Path, built: &Built, server: &Server) -> Result<()> {
    let outside = tempfile::Builder::new().prefix("keyward-outside-").tempdir()?;
    let outside = outside.path();
    let jar = outside.join("keyward.jar");
    fs::copy(library, &jar)?;
    fs::create_dir(outside.join("src"))?;
    for file in ["pom.xml", "src/Sample.kt"] {
        fs::copy(folder().join("sample").join(file), outside.join(file)).with_context(|| format!("sample/{file}"))?;
    }
    let program = outside.join("built");
    let mut arguments = vec![
        "--quiet".to_owned(),
        "package".to_owned(),
        format!("-Dkeyward.jar={}", jar.display()),
        format!("-Dkeyward.sample={}", program.display()),
    ];
    for name in ["kotlin.version", "coroutines.version", "jna.version"] {
        arguments.push(format!("-D{name}={}", property(name)?));
    }
    maven_in(outside, toolchain, &arguments, None)?;

    let class_path = [&program.join("sample.jar"), &jar, &program.join("lib/*")];
    let class_path = std::env::join_paths(class_path)?;
    workspace::run(
        built
            .program(TOOLS)
            .current_dir(outside)
            .args(["sample", "--"])
            .arg(&toolchain.java)
            .arg("-cp")
            .arg(class_path)
            .arg("SampleKt")
            .envs(&server.environment),
    )
}
