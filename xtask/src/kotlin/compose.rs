// SPDX-License-Identifier: Apache-2.0

//! The screens in Compose (`bindings/kotlin/compose`): built for desktops against the library and its fakes, and tested by what a
//! person does on them and by pictures that somebody has approved; `outside` shows them before a homeserver. Their sources are for Android as well.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Module, Toolchain, folder};
use crate::workspace;

/// The variable with which the tests take the present pictures.
const APPROVE: &str = "KEYWARD_APPROVE_SCREENS";

/// Builds them with the jars of the library and of the fakes, and runs their tests. Their jar is the result.
pub(super) fn test(toolchain: &Toolchain, classes: &Path, fakes: &Path) -> Result<PathBuf> {
    module(classes, fakes)?.build(toolchain, &["verify"], None)
}

/// The same without their tests.
pub(super) fn package(toolchain: &Toolchain, classes: &Path, fakes: &Path) -> Result<PathBuf> {
    module(classes, fakes)?.build(toolchain, &super::WITHOUT_TESTS, None)
}

/// Takes the present pictures as those that somebody has looked at.
pub(super) fn approve(toolchain: &Toolchain, classes: &Path, fakes: &Path) -> Result<()> {
    let mut module = module(classes, fakes)?;
    module.environment.push((APPROVE, "1"));
    module.build(toolchain, &["verify", "-Dtest=ScreenshotsTest"], None)?;
    println!(
        "The pictures are in {}: look at those that Git says have changed.",
        folder().join("compose/screens").display()
    );
    Ok(())
}

/// What they are compiled from.
pub(crate) fn sources() -> PathBuf {
    folder().join("compose/src/main/kotlin")
}

fn module(classes: &Path, fakes: &Path) -> Result<Module> {
    Ok(Module {
        name: "compose",
        artifact: crate::maven::COMPOSE,
        settings: vec![
            format!("-Dkeyward.jar={}", classes.display()),
            format!("-Dkeyward.fakes={}", fakes.display()),
            format!(
                "-Dkeyward.natives={}",
                workspace::target_dir()?.join("bindings/natives").display()
            ),
        ],
        environment: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Packages of which every platform of Compose has all.
    const COMMON: [&str; 8] = [
        "androidx.compose.foundation.layout.",
        "androidx.compose.foundation.lazy.",
        "androidx.compose.material3.",
        "androidx.compose.runtime.",
        "androidx.compose.ui.geometry.",
        "androidx.compose.ui.semantics.",
        "androidx.compose.ui.unit.",
        "kotlinx.coroutines.",
    ];

    /// Of packages that have something for desktops as well, what is not.
    const COMMON_NAMES: [&str; 21] = [
        "androidx.compose.foundation.Canvas",
        "androidx.compose.foundation.background",
        "androidx.compose.foundation.rememberScrollState",
        "androidx.compose.foundation.selection.toggleable",
        "androidx.compose.foundation.text.KeyboardOptions",
        "androidx.compose.foundation.verticalScroll",
        "androidx.compose.ui.Alignment",
        "androidx.compose.ui.Modifier",
        "androidx.compose.ui.graphics.Color",
        "androidx.compose.ui.platform.LocalClipboardManager",
        "androidx.compose.ui.platform.LocalLayoutDirection",
        "androidx.compose.ui.platform.LocalUriHandler",
        "androidx.compose.ui.text.AnnotatedString",
        "androidx.compose.ui.text.input.KeyboardType",
        "androidx.compose.ui.text.input.PasswordVisualTransformation",
        "androidx.compose.ui.text.input.VisualTransformation",
        "androidx.compose.ui.text.style.TextAlign",
        "java.time.",
        "java.util.Locale",
        "kotlin.",
        "org.keyward.",
    ];

    #[test]
    fn the_screens_use_what_every_platform_of_compose_has() {
        let mut files = 0;
        for entry in walkdir::WalkDir::new(sources()) {
            let entry = entry.expect("a folder");
            if entry.path().extension().is_none_or(|kind| kind != "kt") {
                continue;
            }
            files += 1;
            let text = fs::read_to_string(entry.path()).expect("a file");
            for name in text.lines().filter_map(|line| line.strip_prefix("import ")) {
                let is_common = COMMON.iter().any(|package| name.starts_with(package))
                    || COMMON_NAMES
                        .iter()
                        .any(|known| name == *known || known.ends_with('.') && name.starts_with(known));
                let is_of_fakes = name.starts_with("org.keyward.fakes");
                assert!(is_common && !is_of_fakes, "{}: {name}", entry.path().display());
            }
        }
        assert!(files > 10, "{files} files");
    }
}
