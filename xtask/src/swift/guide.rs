// SPDX-License-Identifier: Apache-2.0

//! Compiles the code of the guide for iOS and of its quick start against the package that was built. For Apple's frameworks that this machine
//! does not have, the stand-ins in `bindings/swift/Tests/GuidesStandIns` are used.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::toolchain::Toolchain;
use crate::{guides, workspace};

/// A Mac has the others.
const STAND_INS: &[&str] = if cfg!(target_os = "macos") {
    &["UIKit"]
} else {
    &[
        "AuthenticationServices",
        "Combine",
        "Security",
        "SwiftUI",
        "UIKit",
        "os",
    ]
};

/// What the code is compiled with: without the first of these, warnings would pass.
const STRICTLY: [&str; 4] = ["-warnings-as-errors", "-swift-version", "6", "-parse-as-library"];

/// `package` is the folder of the package, `scratch` that in which SwiftPM has built it.
pub(super) fn compile(toolchain: &Toolchain, package: &Path, scratch: &Path) -> Result<()> {
    let folder = workspace::target_dir()?.join("guides/swift");
    fs::create_dir_all(&folder)?;
    for module in STAND_INS {
        let source = package.join("Tests/GuidesStandIns").join(format!("{module}.swift"));
        let mut command = toolchain.command(&folder, "swiftc");
        command
            .args(STRICTLY)
            // One may import another that comes before it.
            .arg("-I")
            .arg(&folder)
            .args(["-emit-module", "-module-name", module, "-o"])
            .arg(folder.join(format!("{module}.swiftmodule")))
            .arg(source);
        workspace::run(&mut command).with_context(|| format!("the stand-in for {module} does not compile"))?;
    }
    // Each is a program of its own.
    for guide in [guides::IOS, guides::QUICK_START_IOS] {
        let code = folder.join(format!("{}.swift", guide.path.replace('/', "-")));
        guide.write_code(&code)?;
        let mut command = toolchain.command(&folder, "swiftc");
        command
            .args(STRICTLY)
            // All checks, those for data races included; no machine code.
            .args(["-emit-sil", "-o", "/dev/null", "-module-name", "Guide"]);
        for modules in [
            folder.as_path(),
            &scratch.join("debug/Modules"),
            &package.join("Sources/KeywardFFI"),
        ] {
            command.arg("-I").arg(modules);
        }
        workspace::run(command.arg(&code)).with_context(|| format!("the code of {} does not compile", guide.path))?;
    }
    Ok(())
}
