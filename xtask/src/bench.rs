// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask bench`: Keyward beside matrix-sdk's own calls, against one Synapse that lives as long as the run.

mod first_call;
mod size;

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use crate::{
    built::{Built, Server},
    workspace,
};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// A reset at four latencies: requests, round trips, time
    Reset,
    /// A new recovery key at two latencies: requests, round trips, time
    Recovery,
    /// A reset with 20 000 room keys: time and memory of each step
    Memory,
    /// Import and export of 100 000 room keys: time and memory
    RoomKeys,
    /// The list of sessions with and without 500 joined rooms: requests, round trips, time
    Sessions,
    /// The list of 10 000 sessions of an attached account, with real signatures: our own time
    Attached,
    /// The doctor's rules over 10 000 sessions: our own time
    Doctor,
    /// The library that goes into an app: its size, stripped, and how soon it says something
    Size,
}

/// Measures `parts`, or everything if none is named; the figures also go to `target/bench.json`. `beside` is a library to
/// compare the size with.
pub(crate) fn run(parts: &[Part], verbose: bool, beside: Option<&Path>) -> Result<()> {
    let measured = |part: &Part| parts.is_empty() || parts.iter().any(|named| named == part);
    let parts: Vec<Part> = Part::value_variants().iter().copied().filter(measured).collect();
    if parts != [Part::Size] {
        side_by_side(&parts, verbose)?;
    }
    if parts.contains(&Part::Size) {
        size::run(beside)?;
    }
    Ok(())
}

/// Keyward's calls and matrix-sdk's, against one Synapse.
fn side_by_side(parts: &[Part], verbose: bool) -> Result<()> {
    let server = Server::start(&Built::everything()?)?;
    let parts = parts
        .iter()
        .filter(|part| **part != Part::Size)
        .filter_map(|part| Some(part.to_possible_value()?.get_name().to_owned()));
    let arguments = [
        "bench",
        "--locked",
        "--package",
        "keyward",
        "--bench",
        "side_by_side",
        "--",
    ];
    workspace::run(
        workspace::cargo()
            .args(arguments)
            .args(parts)
            .args(verbose.then_some("--verbose"))
            .envs(&server.environment),
    )
}
