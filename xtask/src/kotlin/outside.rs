// SPDX-License-Identifier: Apache-2.0

//! The packed library as somebody else gets it: the sample program is built in a folder outside the workspace, with our compiler
//! and with the older ones that apps still use, and runs with nothing of ours but the jar.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, property};
use crate::{
    built::{Built, Server, TOOLS},
    workspace,
};

/// Copies the program and `library` away from here, builds the one with the other, by each compiler, and runs it.
pub(super) fn run(toolchain: &Toolchain, library: &Path, built: &Built, server: &Server) -> Result<()> {
    let (ours, older) = (property("kotlin.version")?, property("kotlin.consumers")?);
    for compiler in older.split_whitespace().chain([ours.as_str()]) {
        println!("A program outside the workspace, with Kotlin {compiler}");
        run_with(compiler, toolchain, library, built, server)
            .with_context(|| format!("a program that Kotlin {compiler} compiles"))?;
    }
    Ok(())
}

fn run_with(compiler: &str, toolchain: &Toolchain, library: &Path, built: &Built, server: &Server) -> Result<()> {
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
        format!("-Dkotlin.version={compiler}"),
    ];
    for name in ["coroutines.version", "jna.version"] {
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
