// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask kotlin`: the library for the JVM, built and tested with Maven (`bindings/kotlin/pom.xml`).

mod api;
mod guide;
mod outside;
mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use keyward_testing::synapse::{Synapse, SynapseOptions};
use tokio::process::Command;
use xshell::cmd;

use self::toolchain::Toolchain;
use crate::{
    codegen, listing,
    test_service::{self, TestService},
    workspace,
};

/// What the build makes.
#[derive(Debug)]
pub(crate) struct Built {
    /// The classes, and the native library of this machine.
    pub(crate) library: PathBuf,
    /// What the classes were compiled from, for readers and debuggers.
    pub(crate) sources: PathBuf,
    /// The native library alone, stripped.
    pub(crate) native: PathBuf,
}

/// Builds the library and runs its tests, or those whose class or name contains one of `filters`, against a Synapse of its
/// own.
pub(crate) async fn run(filters: &[String]) -> Result<()> {
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let service = TestService::start(&synapse)?;
    test(filters, &service).await
}

/// As [`run`], against the Synapse of this service. Then the public API is compared with its dump and, unless there are
/// filters, the code of the guide is compiled.
pub(crate) async fn test(filters: &[String], service: &TestService) -> Result<()> {
    let toolchain = toolchain::find()?;
    let mut arguments = vec!["verify".to_owned()];
    if !filters.is_empty() {
        arguments.push(format!("-Dtest={}", patterns(filters)));
    }
    let built = build(&toolchain, &arguments, &[(test_service::VARIABLE, service.url())]).await?;
    listing::KOTLIN.check(&api::dump(&toolchain.javap, &built.library)?)?;
    if filters.is_empty() {
        guide::compile(&toolchain, &built.library).await?;
        outside::run(&toolchain, &built.library, service).await?;
        println!(
            "A program outside the workspace works with {}.",
            built.library.display()
        );
    }
    Ok(())
}

/// Builds the library without running its tests.
pub(crate) async fn package() -> Result<Built> {
    build(&toolchain::find()?, &WITHOUT_TESTS.map(str::to_owned), &[]).await
}

/// Writes the dump of the public API anew.
pub(crate) async fn write_api() -> Result<()> {
    let toolchain = toolchain::find()?;
    let built = build(&toolchain, &WITHOUT_TESTS.map(str::to_owned), &[]).await?;
    listing::KOTLIN.write(&api::dump(&toolchain.javap, &built.library)?)
}

const WITHOUT_TESTS: [&str; 2] = ["package", "-DskipTests"];

/// The project of Maven.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("bindings/kotlin")
}

/// The version of something that `pom.xml` names in its properties.
pub(crate) fn property(name: &str) -> Result<String> {
    let pom = fs::read_to_string(folder().join("pom.xml"))?;
    let value = element(&pom, name).with_context(|| format!("pom.xml has no property {name}"))?;
    Ok(value.to_owned())
}

/// The text of the first element of this name.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

/// Generates the bindings, strips the native library, and runs Maven over both and the façade.
async fn build(toolchain: &Toolchain, arguments: &[String], environment: &[(&str, &str)]) -> Result<Built> {
    let target = workspace::target_dir()?;
    // From the library as it was built: afterwards it no longer says what it exports.
    let generated = codegen::generate()?;
    let natives = target.join("bindings/natives").join(jna_platform()?);
    fs::create_dir_all(&natives)?;
    let native = natives.join(generated.library.file_name().context("the library has no name")?);
    strip(&generated.library, &native)?;
    // The compiler leaves behind what it made of sources that are gone by now.
    for classes in ["classes", "test-classes"] {
        let classes = target.join("kotlin").join(classes);
        if classes.is_dir() {
            fs::remove_dir_all(classes)?;
        }
    }
    let mut arguments = arguments.to_vec();
    arguments.push(format!("-Dkeyward.target={}", target.display()));
    arguments.push(format!("-Dkeyward.generated={}", generated.kotlin.display()));
    maven(toolchain, &arguments, environment).await?;

    let version = env!("CARGO_PKG_VERSION");
    let jars = target.join("kotlin");
    Ok(Built {
        library: jars.join(format!("keyward-{version}.jar")),
        sources: jars.join(format!("keyward-{version}-sources.jar")),
        native,
    })
}

/// Copies a library of this machine without what only a debugger reads, which is most of it.
fn strip(library: &Path, copy: &Path) -> Result<()> {
    if cfg!(windows) {
        // There the symbols are in a file of their own.
        fs::copy(library, copy)?;
        return Ok(());
    }
    let shell = workspace::shell()?;
    let level = if cfg!(target_os = "macos") {
        "-x"
    } else {
        "--strip-unneeded"
    };
    cmd!(shell, "strip {level} -o {copy} {library}")
        .quiet()
        .run()
        .context("`strip` is needed, which comes with the linker (Debian: package binutils)")
}

/// What JNA calls this machine: the folder in which it looks for a library.
fn jna_platform() -> Result<String> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        "linux" => "linux",
        other => anyhow::bail!("JNA has no name for {other} here"),
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    Ok(format!("{system}-{processor}"))
}

/// What Surefire selects tests by, for any of these words in the name of a class or of a test.
fn patterns(filters: &[String]) -> String {
    let patterns: Vec<String> = filters.iter().map(|word| format!("*{word}*,*#*{word}*")).collect();
    patterns.join(",")
}

async fn maven(toolchain: &Toolchain, arguments: &[String], environment: &[(&str, &str)]) -> Result<()> {
    maven_in(&folder(), toolchain, arguments, environment).await
}

async fn maven_in(
    project: &Path,
    toolchain: &Toolchain,
    arguments: &[String],
    environment: &[(&str, &str)],
) -> Result<()> {
    let mut maven = Command::new(&toolchain.maven)
        .current_dir(project)
        .args(["--batch-mode", "--no-transfer-progress"])
        .args(arguments)
        .envs(environment.iter().copied())
        .spawn()
        .context("cannot run Maven")?;
    let status = tokio::select! {
        status = maven.wait() => status?,
        // A terminal sends Ctrl-C to Maven and the tests as well. They end first.
        _ = tokio::signal::ctrl_c() => maven.wait().await?,
    };
    ensure!(
        status.success(),
        "the Kotlin library does not build or not all its tests passed ({status})"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_selects_classes_and_tests() {
        assert_eq!(patterns(&["Reset".to_owned()]), "*Reset*,*#*Reset*");
        assert_eq!(
            patterns(&["Reset".to_owned(), "keys".to_owned()]),
            "*Reset*,*#*Reset*,*keys*,*#*keys*"
        );
    }

    #[test]
    fn the_kotlin_library_has_the_version_of_the_workspace() {
        let pom = fs::read_to_string(folder().join("pom.xml")).expect("pom.xml");
        // The first one is the project's own.
        assert_eq!(element(&pom, "version"), Some(env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn jna_is_new_enough_for_pages_of_16_kib() {
        let version = property("jna.version").expect("a version");
        let numbers: Vec<u32> = version.split('.').map(|part| part.parse().expect("a number")).collect();
        assert!(numbers >= vec![5, 17], "{version}");
    }

    #[test]
    fn an_unknown_property_is_named() {
        let error = property("no.such.version").expect_err("there is none");
        assert!(error.to_string().contains("no.such.version"), "{error}");
    }
}
