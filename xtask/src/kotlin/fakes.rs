// SPDX-License-Identifier: Apache-2.0

//! The fakes for previews and UI tests (`bindings/kotlin/fakes`): built against the classes of the library without its native
//! part, and tested in a JVM that has no such part.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, property};
use crate::workspace;

/// Builds them with `classes`, the jar of the library, and runs their tests. The fakes' jar is the result.
pub(super) fn test(toolchain: &Toolchain, classes: &Path) -> Result<PathBuf> {
    build(toolchain, classes, &["verify"])
}

/// The same without their tests.
pub(super) fn package(toolchain: &Toolchain, classes: &Path) -> Result<PathBuf> {
    build(toolchain, classes, &super::WITHOUT_TESTS)
}

/// What they are compiled from.
pub(crate) fn sources() -> PathBuf {
    folder().join("fakes/src/main/kotlin")
}

fn build(toolchain: &Toolchain, classes: &Path, goals: &[&str]) -> Result<PathBuf> {
    let build = workspace::target_dir()?.join("kotlin-fakes");
    // The compiler keeps the classes of sources that do not exist any more.
    for old in ["classes", "test-classes"] {
        if build.join(old).is_dir() {
            fs::remove_dir_all(build.join(old))?;
        }
    }
    let mut arguments = vec!["--quiet".to_owned()];
    arguments.extend(goals.iter().map(|goal| (*goal).to_owned()));
    arguments.push(format!("-Dkeyward.jar={}", classes.display()));
    arguments.push(format!("-Dkeyward.build={}", build.display()));
    arguments.push(format!(
        "-Dkeyward.data={}",
        workspace::root().join("bindings/fakes").display()
    ));
    for name in [
        "kotlin.version",
        "kotlin.compiler.languageVersion",
        "kotlin.compiler.apiVersion",
        "coroutines.version",
        "jna.version",
        "junit.version",
        "turbine.version",
    ] {
        arguments.push(format!("-D{name}={}", property(name)?));
    }
    maven_in(&folder().join("fakes"), toolchain, &arguments, None).context("the fakes (bindings/kotlin/fakes)")?;
    Ok(build.join(format!("keyward-fakes-{}.jar", env!("CARGO_PKG_VERSION"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kotlin::element;

    #[test]
    fn the_fakes_have_the_version_of_the_workspace() {
        let pom = fs::read_to_string(folder().join("fakes/pom.xml")).expect("pom.xml");
        assert_eq!(element(&pom, "version"), Some(env!("CARGO_PKG_VERSION")));
    }
}
