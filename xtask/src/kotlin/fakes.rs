// SPDX-License-Identifier: Apache-2.0

//! The fakes for previews and UI tests (`bindings/kotlin/fakes`): built against the classes of the library without its native
//! part, and tested in a JVM that has no such part.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use zip::{ZipArchive, ZipWriter};

use super::{Toolchain, folder, maven_in, property};
use crate::workspace;

/// Builds them with the classes of `library`, and runs their tests. The fakes' jar is the result.
pub(super) fn test(toolchain: &Toolchain, library: &Path) -> Result<PathBuf> {
    let build = workspace::target_dir()?.join("kotlin-fakes");
    let classes = build.join("keyward-classes.jar");
    fs::create_dir_all(&build)?;
    without_natives(library, &classes)?;
    // The compiler keeps the classes of sources that do not exist any more.
    for old in ["classes", "test-classes"] {
        if build.join(old).is_dir() {
            fs::remove_dir_all(build.join(old))?;
        }
    }
    let mut arguments = ["--quiet", "verify"].map(str::to_owned).to_vec();
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

/// Copies a jar without what JNA would load.
fn without_natives(library: &Path, classes: &Path) -> Result<()> {
    let mut from = ZipArchive::new(fs::File::open(library)?)?;
    let mut to = ZipWriter::new(fs::File::create(classes)?);
    let mut copied = 0;
    for index in 0..from.len() {
        let file = from.by_index_raw(index)?;
        let name = file.name()?.into_owned();
        if !name.ends_with(".so") && !name.ends_with(".dylib") && !name.ends_with('/') {
            to.raw_copy_file(file)?;
            copied += usize::from(name.ends_with(".class"));
        }
    }
    ensure!(copied > 0, "{} has no classes", library.display());
    to.finish()?.flush()?;
    Ok(())
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
