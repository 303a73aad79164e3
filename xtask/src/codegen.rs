// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask codegen`: Kotlin and Swift from the built library, and the listing of what they can call
//! (`crates/keyward-ffi/api/surface.txt`). Generated code is not committed; the listing is, so that a change of the
//! surface is read before it is made.

mod surface;

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage};
use xshell::cmd;

use crate::{listing, swift, workspace};

/// The crate that Kotlin and Swift call.
const CRATE: &str = "keyward-ffi";

/// What was generated, and from what.
pub(crate) struct Generated {
    /// The library, with its symbols: stripped, it cannot be generated from.
    pub(crate) library: PathBuf,
    /// The root folder of the Kotlin sources.
    pub(crate) kotlin: PathBuf,
}

/// Writes the bindings and the listing, or, with `check`, only compares the listing.
pub(crate) fn run(check: bool) -> Result<()> {
    let generated = generate()?;
    let surface = surface::of(&generated.library)?;
    if check {
        return listing::SURFACE.check(&surface);
    }
    listing::SURFACE.write(&surface)
}

/// Builds the library of this machine and generates from it.
pub(crate) fn generate() -> Result<Generated> {
    let shell = workspace::shell()?;
    cmd!(shell, "cargo build --locked --package {CRATE}").run()?;
    let target = workspace::target_dir()?;
    let library = target
        .join("debug")
        .join(format!("{DLL_PREFIX}keyward_ffi{DLL_SUFFIX}"));
    let kotlin = target.join("bindings/kotlin");
    kotlin_from(&library, &kotlin)?;
    swift_from(&library)?;
    Ok(Generated { library, kotlin })
}

fn bindgen(library: &Path, language: TargetLanguage, out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let utf8 = |path: &Path| path.to_owned().try_into().context("the path is not UTF-8");
    uniffi_bindgen::bindings::generate(GenerateOptions {
        languages: vec![language],
        source: utf8(library)?,
        out_dir: utf8(out)?,
        config_override: Some(utf8(&workspace::root().join("uniffi.toml"))?),
        metadata_no_deps: true,
        ..GenerateOptions::default()
    })
}

fn kotlin_from(library: &Path, out: &Path) -> Result<()> {
    bindgen(library, TargetLanguage::Kotlin, out)?;
    let file = out.join("org/keyward/keyward.kt");
    let generated = fs::read_to_string(&file).with_context(|| format!("{} was not generated", file.display()))?;
    fs::write(&file, with_arguments_held(&with_messages_for_people(&generated)?)?)?;
    Ok(())
}

/// UniFFI's Kotlin makes an exception's `message` of its fields (`reason=…, problem=…`). Apps and crash reports show it, so
/// it has to be the text, which is what the exception's `toString()` gives.
fn with_messages_for_people(kotlin: &str) -> Result<String> {
    let mut out = String::with_capacity(kotlin.len());
    let (mut in_message, mut mended) = (false, 0);
    for line in kotlin.lines() {
        let code = line.trim_start();
        if in_message && code.starts_with("get() = \"") {
            out.push_str(&line[..line.len() - code.len()]);
            out.push_str("get() = toString()");
            mended += 1;
        } else {
            out.push_str(line);
        }
        out.push('\n');
        in_message = code == "override val message";
    }
    ensure!(
        mended > 0 && mended == kotlin.matches("override val message").count(),
        "UniFFI writes exceptions in another way than before: mend xtask/src/codegen.rs"
    );
    Ok(out)
}

/// UniFFI's Kotlin passes an object on by its bare handle, although it may have been closed, or the garbage collector may
/// free it at that very moment: nothing refers to an argument any more once its handle is read. Either would use freed
/// memory. `callWithHandle`, which methods go through, refuses what is closed and holds the object meanwhile.
fn with_arguments_held(kotlin: &str) -> Result<String> {
    const BARE: &str = "return value.uniffiCloneHandle()";
    let objects = kotlin.matches("fun uniffiCloneHandle(): Long").count();
    ensure!(
        objects > 0 && kotlin.matches(BARE).count() == objects,
        "UniFFI passes objects on in another way than before: mend xtask/src/codegen.rs"
    );
    Ok(kotlin.replace(BARE, "return value.callWithHandle { it }"))
}

/// The Swift package can only have sources that lie in its folder; Git ignores these.
fn swift_from(library: &Path) -> Result<()> {
    let sources = workspace::root().join("bindings/swift/Sources");
    let bindings = sources.join("KeywardBindings");
    bindgen(library, TargetLanguage::Swift, &bindings)?;
    swift::finish(&bindings.join("KeywardBindings.swift"))?;
    let module = sources.join("KeywardFFI");
    fs::create_dir_all(&module)?;
    fs::rename(bindings.join("KeywardFFI.h"), module.join("KeywardFFI.h"))?;
    fs::remove_file(bindings.join("KeywardFFI.modulemap"))?;
    // Says what to link, which the generated one does not.
    fs::write(
        module.join("module.modulemap"),
        "module KeywardFFI {\n    header \"KeywardFFI.h\"\n    link \"keyward_ffi\"\n    export *\n}\n",
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_an_exception_is_its_text() {
        let generated = "class Server(val `problem`: P) : E() {\n    override val message\n        get() = \"problem=${ \
                         `problem` }\"\n}\n";
        let mended = with_messages_for_people(generated).expect("the form that is known");
        assert!(
            mended.contains("override val message\n        get() = toString()\n"),
            "{mended}"
        );
        assert!(with_messages_for_people("override val message = \"\"").is_err());
        assert!(with_messages_for_people("class E").is_err());
    }

    #[test]
    fn an_object_is_held_while_it_is_passed_on() {
        let generated = "fun uniffiCloneHandle(): Long {\n}\nlower(value: A): Long {\n    return \
                         value.uniffiCloneHandle()\n}\n";
        let mended = with_arguments_held(generated).expect("the form that is known");
        assert!(mended.contains("return value.callWithHandle { it }"), "{mended}");
        assert!(with_arguments_held(&mended).is_err());
        assert!(with_arguments_held("").is_err());
    }
}
