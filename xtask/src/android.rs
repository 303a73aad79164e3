// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask android`: the package for Android (an AAR with its POM), and the checks that it is one.
//!
//! It has native libraries, built with Android's NDK, and depends on the artifact of the classes, which lies beside
//! it. Without an NDK, `--host-library-stand-in` makes and checks everything else: this machine's library takes the
//! place of the four native ones, and the package's version, file name and manifest say so.

mod aar;
mod elf;
mod plan;
mod toolchain;
mod verify;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use self::{
    aar::Kind,
    plan::{ABIS, Plan, Step},
};
use crate::{
    built::Built,
    kotlin,
    maven::{self, pom},
    workspace,
};

/// Builds and checks the package; `dry_run` only says how it would be done.
pub(crate) fn run(dry_run: bool, stand_in: bool) -> Result<()> {
    if dry_run {
        let ndk = Path::new("$ANDROID_NDK_HOME");
        print!("{}", Plan::new(kind(stand_in), Path::new("target"), ndk));
        return Ok(());
    }
    build(stand_in, &Built::everything()?)
}

fn kind(stand_in: bool) -> Kind {
    if stand_in { Kind::HostStandIn } else { Kind::Release }
}

/// Builds and checks the package, its classes from this library.
pub(crate) fn build(stand_in: bool, library: &Built) -> Result<()> {
    let kind = kind(stand_in);
    let target = workspace::target_dir()?;
    let ndk = match kind {
        Kind::Release => toolchain::find()?,
        Kind::HostStandIn => PathBuf::new(),
    };
    let plan = Plan::new(kind, &target, &ndk);
    let without_folders = targets().map(workspace::without_folders).collect::<Result<Vec<_>>>()?;
    let mut built = None;
    for step in &plan.steps {
        println!("{step}");
        let classes = || {
            built
                .as_ref()
                .context("the plan uses the classes before it has built them")
        };
        match step {
            Step::Kotlin => built = Some(kotlin::package(library)?),
            Step::Run { program, arguments, .. } => workspace::run(
                Command::new(program)
                    .current_dir(workspace::root())
                    .args(arguments)
                    .envs(without_folders.iter().cloned())
                    // cargo-ndk builds with the one that was found.
                    .env("ANDROID_NDK_HOME", &ndk),
            )?,
            Step::CopyHostLibrary { files } => {
                for file in files {
                    fs::create_dir_all(file.parent().context("a library lies in a folder")?)?;
                    fs::copy(&classes()?.native, file)?;
                }
            }
            Step::Package { jni, folder } => write(kind, classes()?, jni, folder)?,
            Step::Verify { folder } => verify::folder(folder, kind)?,
        }
    }
    Ok(())
}

/// Where the package for apps lies below Cargo's folder `target`, once it is made.
pub(crate) fn archive(target: &Path) -> PathBuf {
    let kind = Kind::Release;
    plan::folder(kind, target).join(format!("{}.aar", kind.file_stem()))
}

/// How large the libraries in the package are, and how large compressed, by their ABI.
pub(crate) fn sizes(target: &Path) -> Result<Vec<(String, u64, u64)>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive(target))?)?;
    let mut sizes = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        if let Some(abi) = name.strip_prefix("jni/").and_then(|name| name.split('/').next()) {
            sizes.push((abi.to_owned(), file.size(), file.compressed_size()));
        }
    }
    Ok(sizes)
}

/// What the libraries are built for, in Rust's words.
pub(crate) fn targets() -> impl Iterator<Item = &'static str> {
    ABIS.iter().map(|abi| abi.target)
}

/// What is missing to build the package, in one sentence; nothing if it can be built.
pub(crate) fn missing() -> Option<String> {
    toolchain::find().err().map(|error| error.to_string())
}

/// Writes the AAR with its POM, and beside it the classes with theirs, under the names that a Maven repository has for
/// them.
fn write(kind: Kind, built: &kotlin::Package, jni: &Path, folder: &Path) -> Result<()> {
    let mut libraries = BTreeMap::new();
    for abi in ABIS {
        let file = jni.join(abi.folder).join(plan::LIBRARY);
        let library = fs::read(&file).with_context(|| format!("there is no {}", file.display()))?;
        libraries.insert(abi.folder, library);
    }
    let aar = aar::Aar {
        kind,
        manifest: fs::read_to_string(kotlin::folder().join("android/AndroidManifest.xml"))?,
        proguard: fs::read_to_string(kotlin::folder().join("android/proguard.txt"))?,
        libraries,
    };
    fs::create_dir_all(folder)?;
    let name = kind.file_stem();
    fs::write(folder.join(format!("{name}.aar")), aar.to_bytes()?)?;
    fs::write(
        folder.join(format!("{name}.pom")),
        pom::android(kind.version())?.to_xml(None),
    )?;
    let classes = format!("{}-{}", maven::CLASSES, maven::VERSION);
    fs::copy(&built.classes, folder.join(format!("{classes}.jar")))?;
    fs::copy(&built.sources, folder.join(format!("{classes}-sources.jar")))?;
    fs::write(folder.join(format!("{classes}.pom")), pom::classes()?.to_xml(None))?;
    Ok(())
}
