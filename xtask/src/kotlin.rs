// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask kotlin`: the classes, built and tested with Maven (`bindings/kotlin/pom.xml`), and the artifact of this
//! machine's native library.

mod api;
pub(crate) mod compose;
pub(crate) mod fakes;
mod guide;
mod module;
mod outside;
mod screens;
mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use xshell::cmd;

use self::{module::Module, toolchain::Toolchain};
use crate::{
    built::{Built, Server},
    codegen, listing,
    maven::{
        self, classes, native, pom,
        repository::{self, Artifact, Contents},
    },
    workspace,
};

/// What the build makes.
#[derive(Debug)]
pub(crate) struct Package {
    /// The classes, without any native library.
    pub(crate) classes: PathBuf,
    /// What they were compiled from, for readers and debuggers.
    pub(crate) sources: PathBuf,
    /// The native library of this machine, stripped.
    pub(crate) native: PathBuf,
}

impl Package {
    /// Fails if a class is in two artifacts, or anything in the classes' that does not belong there.
    pub(crate) fn check(&self, native_jar: &[u8]) -> Result<()> {
        let jar = fs::read(&self.classes)?;
        let mut findings = classes::objections(&jar);
        findings.extend(classes::twice([
            ("keyward", jar.as_slice()),
            ("the native library", native_jar),
        ])?);
        ensure!(
            findings.is_empty(),
            "{} is not as it should be:\n{}",
            self.classes.display(),
            findings.join("\n")
        );
        Ok(())
    }

    /// A Maven repository with what a program on this machine needs, for nobody else: it is not signed.
    fn repository(&self, fakes: &Path, screens: &Path) -> Result<PathBuf> {
        let root = workspace::target_dir()?.join("kotlin/repository");
        let platform = native::platform()?;
        let native_jar = native::jar(&platform, &self.native, &[])?;
        self.check(&native_jar)?;
        let artifacts = vec![
            Artifact {
                pom: pom::classes()?,
                files: vec![(".jar", Contents::File(self.classes.clone()))],
            },
            Artifact {
                pom: pom::native(&platform)?,
                files: vec![(".jar", Contents::Bytes(native_jar))],
            },
            Artifact {
                pom: pom::fakes()?,
                files: vec![(".jar", Contents::File(fakes.to_owned()))],
            },
            Artifact {
                pom: pom::compose()?,
                files: vec![(".jar", Contents::File(screens.to_owned()))],
            },
        ];
        repository::stage(&root, artifacts, None)?;
        repository::write_checksums(&root)?;
        Ok(root)
    }
}

/// Builds the library and runs its tests, or those whose class or name contains one of `filters`, against a Synapse of its
/// own.
pub(crate) fn run(filters: &[String]) -> Result<()> {
    let built = Built::everything()?;
    test(filters, &built, &Server::start(&built)?)
}

/// As [`run`], against this Synapse. Then the public API is compared with its dump and, unless there are
/// filters, the code of the guide is compiled.
pub(crate) fn test(filters: &[String], built: &Built, server: &Server) -> Result<()> {
    let toolchain = toolchain::find()?;
    let mut arguments = vec!["verify".to_owned()];
    if !filters.is_empty() {
        arguments.push(format!("-Dtest={}", patterns(filters)));
    }
    let package = build(&toolchain, built, &arguments, Some(server))?;
    listing::KOTLIN.check(&api::dump(&toolchain.javap, &package.classes)?)?;
    if filters.is_empty() {
        let fakes = fakes::test(&toolchain, &package.classes)?;
        let screens = compose::test(&toolchain, &package.classes, &fakes)?;
        guide::compile(&toolchain, &package.classes, &fakes)?;
        consume(&package.repository(&fakes, &screens)?, built, server)?;
    }
    Ok(())
}

/// Builds a program outside the workspace with what the Maven repository in this folder has, by every compiler that
/// apps use, and runs it.
pub(crate) fn consume(repository: &Path, built: &Built, server: &Server) -> Result<()> {
    outside::run(&toolchain::find()?, repository, built, server)?;
    println!("A program outside the workspace works with {}.", repository.display());
    Ok(())
}

/// Builds the library without running its tests.
pub(crate) fn package(built: &Built) -> Result<Package> {
    build(&toolchain::find()?, built, &WITHOUT_TESTS.map(str::to_owned), None)
}

/// As [`package`], with what a release wants besides.
pub(crate) fn for_release(built: &Built) -> Result<ForRelease> {
    let toolchain = toolchain::find()?;
    let mut arguments = WITHOUT_TESTS.map(str::to_owned).to_vec();
    arguments.extend(["--quiet", "--activate-profiles=docs,licences"].map(str::to_owned));
    let package = build(&toolchain, built, &arguments, None)?;
    let folder = workspace::target_dir()?.join("kotlin");
    let fakes = fakes::package(&toolchain, &package.classes)?;
    let screens = compose::package(&toolchain, &package.classes, &fakes)?;
    Ok(ForRelease {
        package,
        fakes,
        screens,
        documentation: folder.join("dokka"),
        licences: fs::read_to_string(folder.join("licences/jars.txt"))?,
        tools: toolchain.versions,
    })
}

/// What [`for_release`] makes.
pub(crate) struct ForRelease {
    pub(crate) package: Package,
    /// The jar for previews and UI tests.
    pub(crate) fakes: PathBuf,
    /// The jar of the screens.
    pub(crate) screens: PathBuf,
    /// The folder of the API documentation.
    pub(crate) documentation: PathBuf,
    /// A line for each jar that the classes depend on.
    pub(crate) licences: String,
    /// The versions of what built them.
    pub(crate) tools: Vec<String>,
}

pub(crate) use screens::{approve_screens, show_screens};

/// Writes the dump of the public API anew.
pub(crate) fn write_api() -> Result<()> {
    let package = package(&Built::everything()?)?;
    listing::KOTLIN.write(&api::dump(&toolchain::find()?.javap, &package.classes)?)
}

/// Nor are the tests compiled, which takes longer than the library.
const WITHOUT_TESTS: [&str; 2] = ["package", "-Dmaven.test.skip=true"];

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
fn build(toolchain: &Toolchain, built: &Built, arguments: &[String], server: Option<&Server>) -> Result<Package> {
    let target = workspace::target_dir()?;
    let (generated, library) = (codegen::generate(built)?, built.library());
    let natives = target.join("bindings/natives").join(native::platform()?);
    fs::create_dir_all(&natives)?;
    let native = natives.join(library.file_name().context("the library has no name")?);
    strip(&library, &native)?;
    // The compiler keeps the classes of sources that do not exist any more.
    for classes in ["classes", "test-classes"] {
        let classes = target.join("kotlin").join(classes);
        if classes.is_dir() {
            fs::remove_dir_all(classes)?;
        }
    }
    let mut arguments = arguments.to_vec();
    arguments.push(format!("-Dkeyward.target={}", target.display()));
    arguments.push(format!("-Dkeyward.generated={}", generated.kotlin.display()));
    maven(toolchain, &arguments, server)?;

    let jar = |ending: &str| target.join(format!("kotlin/{}-{}{ending}", maven::CLASSES, maven::VERSION));
    Ok(Package {
        classes: jar(".jar"),
        sources: jar("-sources.jar"),
        native,
    })
}

/// Copies a library of this machine without its debugging symbols, which are most of it.
pub(crate) fn strip(library: &Path, copy: &Path) -> Result<()> {
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

/// What Surefire selects tests by, for any of these words in the name of a class or of a test.
fn patterns(filters: &[String]) -> String {
    let patterns: Vec<String> = filters.iter().map(|word| format!("*{word}*,*#*{word}*")).collect();
    patterns.join(",")
}

fn maven(toolchain: &Toolchain, arguments: &[String], server: Option<&Server>) -> Result<()> {
    maven_in(&folder(), toolchain, arguments, &[], server)
}

fn maven_in(
    project: &Path,
    toolchain: &Toolchain,
    arguments: &[String],
    environment: &[(&str, &str)],
    server: Option<&Server>,
) -> Result<()> {
    let mut maven = Command::new(&toolchain.maven);
    maven
        .current_dir(project)
        .args(["--batch-mode", "--no-transfer-progress"])
        .args(arguments)
        .envs(environment.iter().copied());
    // Cargo's, in which JNA would find the library although no artifact brings it.
    for path in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        maven.env_remove(path);
    }
    if let Some(server) = server {
        maven.envs(&server.environment);
    }
    workspace::run(&mut maven).with_context(|| {
        let target = workspace::target_dir().unwrap_or_default();
        let failed = failed_tests(&target.join("kotlin/surefire-reports"));
        format!("the Kotlin library does not build or not all its tests passed{failed}")
    })
}

/// The tests that Surefire reports as failed, with what they say, to be named at the end: its own lines are far above
/// by then.
fn failed_tests(reports: &Path) -> String {
    let files = fs::read_dir(reports).into_iter().flatten().flatten();
    let texts = files
        .filter(|file| file.path().extension().is_some_and(|kind| kind == "txt"))
        .filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut failed = String::new();
    for text in texts {
        // What a test says ends where the stack begins.
        let mut says = false;
        for line in text.lines() {
            let is_failed = line.contains("<<< FAILURE!") || line.contains("<<< ERROR!");
            says = is_failed || (says && !line.trim_start().starts_with("at "));
            if says {
                failed.push_str("\n  ");
                failed.push_str(line);
            }
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_tests_are_named_from_surefires_reports() {
        let reports = tempfile::tempdir().expect("a folder");
        let report = "Tests run: 2, Failures: 1\norg.keyward.ATest.works -- Time elapsed: 1 s\norg.keyward.ATest.fails -- Time \
                      elapsed: 1 s <<< FAILURE!\nmemory is left\n\tat org.keyward\nCaused by\n";
        fs::write(reports.path().join("org.keyward.ATest.txt"), report).expect("written");
        fs::write(reports.path().join("TEST-org.keyward.ATest.xml"), "<<< ERROR!").expect("written");
        let named = failed_tests(reports.path());
        assert_eq!(
            named,
            "\n  org.keyward.ATest.fails -- Time elapsed: 1 s <<< FAILURE!\n  memory is left"
        );
        assert_eq!(failed_tests(&reports.path().join("none")), "");
    }

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
