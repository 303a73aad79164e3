// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask bench`: Keyward beside matrix-sdk's own calls, against one Synapse that lives as long as the run.

mod size;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use keyward_testing::synapse::{SHARED_DATABASE_VARIABLE, SHARED_URL_VARIABLE, Synapse, SynapseOptions};
use tokio::process::Command;

use crate::workspace;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// A reset at four latencies: requests, round trips, time
    Reset,
    /// A reset with 20 000 room keys: time and memory of each step
    Memory,
    /// Import and export of 100 000 room keys: time and memory
    RoomKeys,
    /// The list of sessions with and without 500 joined rooms: requests, round trips, time
    Sessions,
    /// The library that goes into an app: its size, stripped
    Size,
}

/// Measures `parts`, or everything if none is named; the figures also go to `target/bench.json`. `beside` is a library to
/// compare the size with.
pub(crate) async fn run(parts: &[Part], verbose: bool, beside: Option<&Path>) -> Result<()> {
    let measured = |part: &Part| parts.is_empty() || parts.iter().any(|named| named == part);
    let parts: Vec<Part> = Part::value_variants().iter().copied().filter(measured).collect();
    if parts != [Part::Size] {
        side_by_side(&parts, verbose).await?;
    }
    if parts.contains(&Part::Size) {
        size::run(beside)?;
    }
    Ok(())
}

/// Keyward's calls and matrix-sdk's, against one Synapse.
async fn side_by_side(parts: &[Part], verbose: bool) -> Result<()> {
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let database = synapse.database_path().context("our own Synapse has no database")?;
    let parts = parts
        .iter()
        .filter(|part| **part != Part::Size)
        .filter_map(|part| Some(part.to_possible_value()?.get_name().to_owned()));
    let mut bench = Command::new("cargo")
        .current_dir(workspace::root())
        .args([
            "bench",
            "--locked",
            "--package",
            "keyward",
            "--bench",
            "side_by_side",
            "--",
        ])
        .args(parts)
        .args(verbose.then_some("--verbose"))
        .env(SHARED_URL_VARIABLE, synapse.url())
        .env(SHARED_DATABASE_VARIABLE, database)
        .spawn()
        .context("cannot run cargo")?;
    let status = tokio::select! {
        status = bench.wait() => status?,
        // A terminal sends Ctrl-C to the benchmark as well. It ends first, then Synapse with its files.
        _ = tokio::signal::ctrl_c() => bench.wait().await?,
    };
    ensure!(status.success(), "the benchmark failed ({status})");
    Ok(())
}
