// SPDX-License-Identifier: Apache-2.0

//! The fakes for previews and UI tests (`bindings/kotlin/fakes`): built against the classes of the library without its native
//! part, and tested in a JVM that has no such part.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Module, Toolchain, folder};
use crate::{maven, workspace};

/// Builds them with `classes`, the jar of the library, and runs their tests. The fakes' jar is the result.
pub(super) fn test(toolchain: &Toolchain, classes: &Path) -> Result<PathBuf> {
    module(classes).build(toolchain, &["verify"], None)
}

/// The same without their tests.
pub(super) fn package(toolchain: &Toolchain, classes: &Path) -> Result<PathBuf> {
    module(classes).build(toolchain, &super::WITHOUT_TESTS, None)
}

/// What they are compiled from.
pub(crate) fn sources() -> PathBuf {
    folder().join("fakes/src/main/kotlin")
}

fn module(classes: &Path) -> Module {
    Module {
        name: "fakes",
        artifact: maven::FAKES,
        settings: vec![
            format!("-Dkeyward.jar={}", classes.display()),
            format!("-Dkeyward.data={}", workspace::root().join("bindings/fakes").display()),
        ],
        environment: Vec::new(),
    }
}
