// SPDX-License-Identifier: Apache-2.0

//! How long an app waits for its first text: our own part of it, without the bindings' (a virtual machine that starts is none
//! of ours). Each time in a process of its own.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use goblin::elf::Elf;
use serde_json::{Value, json};

const PROGRAM: &str = include_str!("first_call.py");
/// The aim, in milliseconds.
const AIM: f64 = 50.0;
const RUNS: usize = 9;

/// Measures a stripped library of this machine, and prints the median.
pub(super) fn measure(library: &Path) -> Result<Value> {
    let bytes = fs::read(library)?;
    let elf = Elf::parse(&bytes)?;
    let names = elf
        .dynsyms
        .iter()
        .filter_map(|symbol| elf.dynstrtab.get_at(symbol.st_name));
    let checksums: Vec<&str> = names
        .filter(|name| name.starts_with("uniffi_keyward_ffi_checksum_"))
        .collect();
    ensure!(!checksums.is_empty(), "{} has no checksums", library.display());
    let checksums = checksums.join("\n");
    let mut runs = (0..RUNS)
        .map(|_| once(library, &checksums))
        .collect::<Result<Vec<_>>>()?;
    runs.sort_by(|a, b| a.iter().sum::<f64>().total_cmp(&b.iter().sum()));
    let [load, check, text] = runs[RUNS / 2];
    println!(
        "first text     {:>6.1} ms   (aim: {AIM} ms; loading {load:.1}, checking {check:.1}, text {text:.1})",
        load + check + text
    );
    Ok(json!({ "load_ms": load, "check_ms": check, "text_ms": text, "aim_ms": AIM }))
}

/// Loading, checking, and the first text, in milliseconds.
fn once(library: &Path, checksums: &str) -> Result<[f64; 3]> {
    let mut python = Command::new("python3")
        .args(["-c", PROGRAM])
        .arg(library)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("python3 is needed")?;
    let mut input = python.stdin.take().context("it has an input")?;
    input.write_all(checksums.as_bytes())?;
    drop(input);
    let output = python.wait_with_output()?;
    ensure!(output.status.success(), "the first call fails");
    let text = String::from_utf8(output.stdout)?;
    let parts = text.lines().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    parts.try_into().ok().context("three figures")
}
