// SPDX-License-Identifier: Apache-2.0

//! A project of Maven beside the library's, which is built against its classes.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{Toolchain, folder, maven_in, property};
use crate::{built::Server, maven::VERSION, workspace};

/// What `pom.xml` of the library names, and the modules take over.
const VERSIONS: [&str; 12] = [
    "kotlin.version",
    "kotlin.compiler.languageVersion",
    "kotlin.compiler.apiVersion",
    "compose.version",
    "coroutines.version",
    "jackson.version",
    "jna.version",
    "junit.version",
    "skiko.version",
    "ktor.version",
    "trixnity.version",
    "turbine.version",
];

pub(super) struct Module {
    /// Its folder beside the library's `src`.
    pub(super) name: &'static str,
    /// What its jar is called.
    pub(super) artifact: &'static str,
    /// What its `pom.xml` is told besides.
    pub(super) settings: Vec<String>,
    pub(super) environment: Vec<(&'static str, &'static str)>,
}

impl Module {
    /// Its jar is the result.
    pub(super) fn build(&self, toolchain: &Toolchain, goals: &[&str], server: Option<&Server>) -> Result<PathBuf> {
        let build = workspace::target_dir()?.join(format!("kotlin-{}", self.name));
        // The compiler keeps the classes of sources that do not exist any more.
        for old in ["classes", "test-classes"] {
            if build.join(old).is_dir() {
                fs::remove_dir_all(build.join(old))?;
            }
        }
        let mut arguments = vec!["--quiet".to_owned()];
        arguments.extend(goals.iter().map(|goal| (*goal).to_owned()));
        arguments.push(format!("-Dkeyward.build={}", build.display()));
        arguments.extend(versions()?);
        arguments.extend(self.settings.iter().cloned());
        maven_in(
            &folder().join(self.name),
            toolchain,
            &arguments,
            &self.environment,
            server,
        )
        .with_context(|| format!("bindings/kotlin/{}", self.name))?;
        Ok(build.join(format!("{}-{VERSION}.jar", self.artifact)))
    }
}

/// As Maven takes them.
pub(super) fn versions() -> Result<Vec<String>> {
    VERSIONS
        .iter()
        .map(|name| Ok(format!("-D{name}={}", property(name)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kotlin::element;

    #[test]
    fn the_modules_have_the_version_of_the_workspace() {
        for name in ["fakes", "compose", "screens-sample"] {
            let pom = fs::read_to_string(folder().join(name).join("pom.xml")).expect("pom.xml");
            assert_eq!(element(&pom, "version"), Some(VERSION), "{name}");
        }
    }
}
