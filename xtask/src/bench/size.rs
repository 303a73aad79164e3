// SPDX-License-Identifier: Apache-2.0

//! How large the library is that goes into an app: built for this machine with the profile `mobile`, stripped; and how soon it
//! says something. The flows for an app's own session are measured alone, too: they could become a package of their own.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use goblin::elf::Elf;
use serde_json::{Value, json};
use xshell::cmd;

use super::first_call;
use crate::workspace;

/// The aim, in bytes, with the texts of six languages: what an app's download may grow by.
const AIM: u64 = 13_000_000;
/// The same of the flows for an app's own session, alone.
const AIM_ATTACHED: u64 = 6_000_000;

/// As for Android (`.cargo/config.toml`): relocations packed, and functions with the same code there once.
const PACKED: &str = "-Wl,-z,pack-relative-relocs,--icf=all";

/// Measures ours and, if given, another stripped library `beside` it, built with the same profile.
pub(super) fn run(beside: Option<&Path>) -> Result<()> {
    let shell = workspace::shell()?;
    let target = workspace::target_dir()?;
    cmd!(
        shell,
        "cargo rustc --locked --profile mobile --package keyward-ffi --lib --crate-type cdylib -- -C link-arg={PACKED}"
    )
    .run()?;
    let built = target.join("mobile/libkeyward_ffi.so");
    let stripped = target.join("mobile/libkeyward_ffi.stripped.so");
    cmd!(shell, "strip --strip-unneeded -o {stripped} {built}").run()?;

    let ours = size_of(&stripped)?;
    println!("Keyward        {:>6.2} MB   (aim: {} MB)", mega(ours), AIM / 1_000_000);
    let mut figures = json!({ "bytes": ours, "aim": AIM, "first_call": first_call::measure(&stripped)? });
    if let Some(beside) = beside {
        let theirs = size_of(beside)?;
        let ratio = ours as f64 / theirs as f64;
        println!(
            "the other one  {:>6.2} MB   (ratio {ratio:.2}; aim: below 0.50)",
            mega(theirs)
        );
        figures["beside"] = json!({ "bytes": theirs, "ratio": ratio });
    }

    cmd!(
        shell,
        "cargo build --locked --profile mobile --package keyward-attached-probe"
    )
    .run()?;
    let built = target.join("mobile/keyward-attached-probe");
    let stripped = target.join("mobile/keyward-attached-probe.stripped");
    cmd!(shell, "strip --strip-unneeded -o {stripped} {built}").run()?;
    let attached = fs::metadata(&stripped)?.len();
    println!(
        "attached alone {:>6.2} MB   (aim: {} MB)",
        mega(attached),
        AIM_ATTACHED / 1_000_000
    );
    figures["attached"] = json!({ "bytes": attached, "aim": AIM_ATTACHED });
    record(&target.join("bench.json"), figures)
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The length of a shared library's file that has nothing left for debuggers.
fn size_of(library: &Path) -> Result<u64> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let elf = Elf::parse(&bytes).with_context(|| format!("{} is no ELF library", library.display()))?;
    ensure!(elf.is_lib, "{} is no shared library", library.display());
    let is_debug = |name: &str| name == ".symtab" || name.starts_with(".debug_");
    let unstripped = elf
        .section_headers
        .iter()
        .filter_map(|section| elf.shdr_strtab.get_at(section.sh_name))
        .any(is_debug);
    ensure!(
        !unstripped,
        "{} has symbols or debug information: strip it first",
        library.display()
    );
    Ok(bytes.len() as u64)
}

/// Adds the figures to those of the other parts.
fn record(file: &Path, figures: Value) -> Result<()> {
    let mut all: Value = match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| json!({})),
        Err(_) => json!({}),
    };
    all["size"] = figures;
    fs::write(file, serde_json::to_string_pretty(&all)?)?;
    Ok(())
}
