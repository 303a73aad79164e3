// SPDX-License-Identifier: Apache-2.0

//! The library as somebody else gets it: the sample program is built in a folder outside the workspace, with our
//! compiler and with the older ones that apps still use, and runs with nothing of ours but what a Maven repository
//! has.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, property};
use crate::{
    built::{Built, Server, TOOLS},
    maven::{GROUP, VERSION, native},
    workspace,
};

/// Copies the program away from here, builds it with what `repository` has, by each compiler, and runs it.
pub(super) fn run(toolchain: &Toolchain, repository: &Path, built: &Built, server: &Server) -> Result<()> {
    let (ours, older) = (property("kotlin.version")?, property("kotlin.consumers")?);
    for compiler in older.split_whitespace().chain([ours.as_str()]) {
        println!("A program outside the workspace, with Kotlin {compiler}");
        run_with(compiler, toolchain, repository, built, server)
            .with_context(|| format!("a program that Kotlin {compiler} compiles"))?;
    }
    Ok(())
}

fn run_with(compiler: &str, toolchain: &Toolchain, repository: &Path, built: &Built, server: &Server) -> Result<()> {
    let outside = tempfile::Builder::new().prefix("keyward-outside-").tempdir()?;
    let outside = outside.path();
    fs::create_dir(outside.join("src"))?;
    for file in ["pom.xml", "src/Sample.kt"] {
        fs::copy(folder().join("sample").join(file), outside.join(file)).with_context(|| format!("sample/{file}"))?;
    }
    // Maven keeps what it has once got of a version, and never asks again. So this is not where people keep it, and
    // what came from us before is forgotten.
    let local = workspace::target_dir()?.join("kotlin-consumer");
    let ours = local.join(GROUP.replace('.', "/"));
    if ours.exists() {
        fs::remove_dir_all(ours)?;
    }
    let program = outside.join("built");
    let arguments = [
        "--quiet".to_owned(),
        "package".to_owned(),
        format!("-Dmaven.repo.local={}", local.display()),
        format!("-Dkeyward.repository=file://{}", repository.display()),
        format!("-Dkeyward.version={VERSION}"),
        format!("-Dkeyward.platform={}", native::platform()?),
        format!("-Dkeyward.sample={}", program.display()),
        format!("-Dkotlin.version={compiler}"),
        format!("-Dcoroutines.version={}", property("coroutines.version")?),
    ];
    maven_in(outside, toolchain, &arguments, None)?;

    let class_path = std::env::join_paths([program.join("sample.jar"), program.join("lib/*")])?;
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
