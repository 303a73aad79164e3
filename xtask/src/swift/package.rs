// SPDX-License-Identifier: Apache-2.0

//! The Swift package as others get it: its sources, including the generated ones, and the library of this machine. As a
//! proof, a program outside the workspace is built and run with nothing else.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use xshell::cmd;
use zip::ZipArchive;

use super::toolchain::Toolchain;
use crate::{maven::archive, workspace};

/// What of `bindings/swift` an app needs. Without the folder of the tests the manifest leaves them out.
const CONTENTS: [&str; 2] = ["Package.swift", "Sources"];

/// The folder in the package in which the manifest looks for the library.
const LIBRARY_FOLDER: &str = "lib";

/// Packs the package in `sources` with this library into the folder `target/swift-package`, and the same into one
/// archive. Returns the archive's path.
pub(super) fn pack(sources: &Path, library: &Path) -> Result<PathBuf> {
    let target = workspace::target_dir()?.join("swift-package");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let folder = target.join("Keyward");
    for name in CONTENTS {
        copy(&sources.join(name), &folder.join(name))?;
    }
    let copied = folder
        .join(LIBRARY_FOLDER)
        .join(library.file_name().context("the library has no name")?);
    fs::create_dir_all(folder.join(LIBRARY_FOLDER))?;
    let shell = workspace::shell()?;
    cmd!(shell, "strip --strip-unneeded -o {copied} {library}")
        .quiet()
        .run()
        .context("`strip` is needed, which comes with the linker (Debian: package binutils)")?;
    let archive = target.join(format!(
        "keyward-swift-{}-{}-{}.zip",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    ));
    archive::pack_folder(&target, &folder, &archive)?;
    Ok(archive)
}

/// Copies a file, or a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::copy(from, to)?;
        return Ok(());
    }
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// What an app's own package says, whose folder lies beside that of the unpacked library.
const MANIFEST: &str = r#"// swift-tools-version: 6.0
import PackageDescription

let library = Context.packageDirectory + "/../Keyward/lib"

let package = Package(
    name: "App",
    platforms: [.macOS(.v12)],
    dependencies: [.package(path: "../Keyward")],
    targets: [
        .executableTarget(
            name: "App",
            dependencies: ["Keyward", "KeywardModels", "KeywardFakes"].map { .product(name: $0, package: "Keyward") }),
        // An app with other Rust code, with the product whose library is its own. (On Linux the native library always is;
        // how Apple's, which is static, lives beside others is proven in `apple::together`.)
        .executableTarget(
            name: "AppWithRust",
            dependencies: [.product(name: "KeywardDynamic", package: "Keyward")],
            linkerSettings: [
                // On Linux Keyward's own library is a shared one, which the linker looks for here, too.
                .unsafeFlags(["-L", library, "-Xlinker", "-rpath", "-Xlinker", library]),
                .unsafeFlags(["-L", Context.packageDirectory]),
                .linkedLibrary("other_rust"),
            ]
        ),
    ]
)
"#;

/// The other Rust code.
const OTHER_RUST: &str = r#"
#[unsafe(no_mangle)]
pub extern "C" fn other_rust_lengths(n: u32) -> u32 {
    std::panic::catch_unwind(|| (0..n).map(|n| n.to_string().len() as u32).sum()).unwrap_or(0)
}
"#;

/// What the other app does besides: it shows a screen of the fakes.
const SHOWS_A_SCREEN: &str = r#"
import KeywardFakes
import KeywardModels
let model = ResetModel(account: .own(FakeAccount()), texts: FakeTexts("de"), secrets: .fakes) { _ in }
await model.load().value
precondition(model.screen?.actions.contains { $0.id == .startReset } == true)
print("Keyward \(Keyward.versions().keyward) works")
"#;

/// What the app with other Rust code does besides.
const CALLS_OTHER_RUST: &str = r#"
@_silgen_name("other_rust_lengths") func lengths(_ n: UInt32) -> UInt32
precondition(lengths(11) == 12)
"#;

/// A program that calls the library in every way there is: at once, with an answer to wait for, with an error, as a stream.
/// `Account` stands for the names of the generated module.
const PROGRAM: &str = r#"import Keyward

let none: Account? = nil
precondition(none == nil && StoreKey.generate().reveal().count == 32)
do {
    _ = try await Keyward.discover("")
    fatalError("that is no server")
} catch DiscoveryError.NotAServerName {
}
let reading = Task { for await _ in Keyward.logs(.info) {} }
reading.cancel()
await reading.value
print("Keyward \(Keyward.versions().keyward) works")
"#;

/// Builds and runs a program outside the workspace, with nothing but the archive.
pub(super) fn prove(archive: &Path, toolchain: &Toolchain) -> Result<()> {
    // A folder that the toolchain sees and that is not below one of our manifests.
    let folder = tempfile::Builder::new()
        .prefix("keyward-swift-app-")
        .tempdir_in("/tmp")?;
    ZipArchive::new(File::open(archive)?)?.extract(folder.path())?;
    let app = folder.path().join("App");
    fs::create_dir_all(&app)?;
    fs::write(app.join("Package.swift"), MANIFEST)?;
    let with_rust = format!("{PROGRAM}{CALLS_OTHER_RUST}");
    let with_screen = format!("{PROGRAM}{SHOWS_A_SCREEN}");
    for (name, program) in [("App", &with_screen), ("AppWithRust", &with_rust)] {
        let folder = app.join("Sources").join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("main.swift"), program)?;
    }
    let source = folder.path().join("other_rust.rs");
    fs::write(&source, OTHER_RUST)?;
    let shell = workspace::shell()?;
    // With all of Rust's library in it, as a release has it.
    let optimised = ["-C", "opt-level=z", "-C", "lto=fat", "-C", "codegen-units=1"];
    cmd!(
        shell,
        "rustc --edition 2024 --crate-type staticlib {optimised...} --out-dir {app} {source}"
    )
    .quiet()
    .run()?;
    for name in ["App", "AppWithRust"] {
        let output = toolchain
            .command(&app, "swift")
            .args(["run", "--quiet", name])
            .env_remove(super::LIBRARY_FOLDER_VARIABLE)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success()
                && said.lines().last() == Some(concat!("Keyward ", env!("CARGO_PKG_VERSION"), " works")),
            "{name}, a program outside the workspace, does not work with the packed Swift library: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
