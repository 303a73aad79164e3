// SPDX-License-Identifier: Apache-2.0

//! The library as somebody else gets it: the sample program is built in a folder outside the workspace, with our
//! compiler and with the older ones that apps still use, and runs with nothing of ours but what a Maven repository
//! has.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, module::versions, property};
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
    println!("An app outside the workspace, with the screens and a session on Trixnity");
    run_app(toolchain, repository, server).context("an app with the screens")
}

/// The app's test drives it as a person does, against the homeserver.
fn run_app(toolchain: &Toolchain, repository: &Path, server: &Server) -> Result<()> {
    let outside = tempfile::Builder::new().prefix("keyward-outside-").tempdir()?;
    let (outside, app) = (outside.path(), folder().join("consumer"));
    let support = folder().join("src/test/kotlin/org/keyward/support");
    fs::create_dir_all(outside.join("src"))?;
    fs::create_dir_all(outside.join("test"))?;
    for file in ["pom.xml", "src/App.kt", "test/AppTest.kt"] {
        fs::copy(app.join(file), outside.join(file)).with_context(|| format!("consumer/{file}"))?;
    }
    for file in ["TestService.kt", "TrixnityHost.kt"] {
        fs::copy(support.join(file), outside.join("test").join(file)).with_context(|| file.to_owned())?;
    }
    let mut arguments = vec![
        "--quiet".to_owned(),
        "verify".to_owned(),
        format!("-Dkeyward.app={}", outside.join("built").display()),
    ];
    arguments.extend(of_us(repository)?);
    arguments.extend(versions()?);
    maven_in(outside, toolchain, &arguments, &[], Some(server))
}

/// What leads a build outside to what `repository` has of us, and to nothing that came from us before: Maven keeps what it has
/// once got of a version, and never asks again. So this is not where people keep it.
fn of_us(repository: &Path) -> Result<[String; 4]> {
    let local = workspace::target_dir()?.join("kotlin-consumer");
    let ours = local.join(GROUP.replace('.', "/"));
    if ours.exists() {
        fs::remove_dir_all(ours)?;
    }
    Ok([
        format!("-Dmaven.repo.local={}", local.display()),
        format!("-Dkeyward.repository=file://{}", repository.display()),
        format!("-Dkeyward.version={VERSION}"),
        format!("-Dkeyward.platform={}", native::platform()?),
    ])
}

fn run_with(compiler: &str, toolchain: &Toolchain, repository: &Path, built: &Built, server: &Server) -> Result<()> {
    let outside = tempfile::Builder::new().prefix("keyward-outside-").tempdir()?;
    let outside = outside.path();
    fs::create_dir(outside.join("src"))?;
    for file in ["pom.xml", "src/Sample.kt"] {
        fs::copy(folder().join("sample").join(file), outside.join(file)).with_context(|| format!("sample/{file}"))?;
    }
    let program = outside.join("built");
    let mut arguments = vec![
        "--quiet".to_owned(),
        "package".to_owned(),
        format!("-Dkeyward.sample={}", program.display()),
        format!("-Dkotlin.version={compiler}"),
        format!("-Dcoroutines.version={}", property("coroutines.version")?),
    ];
    arguments.extend(of_us(repository)?);
    maven_in(outside, toolchain, &arguments, &[], None)?;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_with_the_screens_is_a_page_of_code() {
        let app = fs::read_to_string(folder().join("consumer/src/App.kt")).expect("the app");
        assert!(app.lines().count() <= 40, "the guides promise it");
    }
}
