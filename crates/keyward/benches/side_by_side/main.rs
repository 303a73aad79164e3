// SPDX-License-Identifier: Apache-2.0

//! Keyward beside matrix-sdk's own calls, on the same machine against the same Synapse: `cargo xtask bench`.
//!
//! `cargo bench -p keyward --bench side_by_side -- [reset] [recovery] [memory] [room-keys] [sessions] [attached] [doctor]
//! [-v]`; without a part, all of them. The Synapse is the one that `KEYWARD_TEST_SYNAPSE` names, else one of this process.
//!
//! Nothing here fails because it took long: the machine is shared, so what counts are the ratios of one run. All figures
//! are also written to `target/bench.json`. MB are 10⁶ bytes.

mod attached;
mod child;
mod doctor;
mod memory;
mod recovery;
mod reset;
mod room_keys;
mod sessions;

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

const PARTS: [&str; 7] = [
    "reset",
    "recovery",
    "memory",
    "room-keys",
    "sessions",
    "attached",
    "doctor",
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = if arguments == [child::ARGUMENT] {
        Box::pin(child::main()).await
    } else {
        Box::pin(run(&arguments)).await
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<()> {
    let (mut parts, mut verbose) = (Vec::new(), false);
    for argument in arguments {
        match argument.as_str() {
            // Cargo says it to every benchmark.
            "--bench" => {}
            "-v" | "--verbose" => verbose = true,
            part if PARTS.contains(&part) => parts.push(part),
            other => bail!("{other} is neither -v nor one of {}", PARTS.join(", ")),
        }
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);

    let mut figures = Map::new();
    if wanted("reset") {
        figures.insert("reset".to_owned(), Box::pin(reset::run(verbose)).await?);
    }
    if wanted("recovery") {
        figures.insert("recovery".to_owned(), Box::pin(recovery::run()).await?);
    }
    if wanted("doctor") {
        figures.insert("doctor".to_owned(), doctor::run()?);
    }
    if wanted("memory") {
        figures.insert("memory".to_owned(), Box::pin(memory::run()).await?);
    }
    if wanted("room-keys") {
        figures.insert("room_keys".to_owned(), Box::pin(room_keys::run()).await?);
    }
    if wanted("sessions") {
        figures.insert("sessions".to_owned(), Box::pin(sessions::run(verbose)).await?);
    }
    if wanted("attached") {
        figures.insert("attached".to_owned(), Box::pin(attached::run()).await?);
    }

    // Cargo's target directory has this one in it.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .context("no target directory")?;
    let file = target.join("bench.json");
    std::fs::write(&file, format!("{:#}\n", Value::Object(figures)))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("\nAll figures: target/bench.json");
    Ok(())
}

/// What a line about an aim ends with.
fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// Bytes as MB, for a table.
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
