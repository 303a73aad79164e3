// SPDX-License-Identifier: Apache-2.0

//! Kotlin and Swift from the built library, and the listing of what they can call. `cargo xtask codegen` builds and runs
//! this, so that `xtask` itself is compiled without UniFFI's generator.

mod kotlin;
mod numbers;
mod replace;
mod surface;
mod swift;

use std::{fs, path::Path, path::PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage};

/// Writes Kotlin and Swift, and prints the listing of what they can call.
#[derive(Parser)]
struct Arguments {
    /// The shared library, with its symbols: stripped, it cannot be generated from
    library: PathBuf,
    /// How it is generated
    #[arg(long)]
    config: PathBuf,
    /// The root folder of the Kotlin sources
    #[arg(long)]
    kotlin: PathBuf,
    /// The folder of the Swift package's sources
    #[arg(long)]
    swift: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let generate = |language, out: &Path| generate(&arguments, language, out);
    // A compiler may be reading what was generated before.
    replace::folder(&arguments.kotlin, |fresh| kotlin::write(fresh, generate))?;
    replace::folder(&arguments.swift, |fresh| swift::write(fresh, generate))?;
    print!("{}", surface::of(&arguments.library)?);
    Ok(())
}

fn generate(arguments: &Arguments, language: TargetLanguage, out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let utf8 = |path: &Path| path.to_owned().try_into().context("the path is not UTF-8");
    uniffi_bindgen::bindings::generate(GenerateOptions {
        languages: vec![language],
        source: utf8(&arguments.library)?,
        out_dir: utf8(out)?,
        config_override: Some(utf8(&arguments.config)?),
        metadata_no_deps: true,
        ..GenerateOptions::default()
    })
}
