// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask demo` and `cargo xtask synapse`: the tour and a homeserver to try things on. Each replaces this
//! process.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use crate::{
    built::{Built, TOOLS},
    workspace,
};

/// Replaces this process by the tour; `yes`: without waiting for anybody.
pub(crate) fn run(yes: bool) -> Result<()> {
    println!("Building the terminal app and the tour: the first time this takes some minutes.");
    become_program(tour(&Built::programs()?, yes))
}

/// Runs the tour without a person, as a test.
pub(crate) fn check() -> Result<()> {
    workspace::run(&mut tour(&Built::programs()?, true))
}

fn tour(built: &Built, yes: bool) -> Command {
    let mut tour = built.program(TOOLS);
    tour.arg("tour").arg("--program").arg(built.path("keyward"));
    tour.args(yes.then_some("--yes"));
    tour
}

/// Replaces this process by a homeserver that runs until Ctrl-C.
pub(crate) fn synapse(port: Option<u16>, test_service: bool) -> Result<()> {
    let mut synapse = Built::programs()?.program(TOOLS);
    synapse.arg("synapse").args(port.map(|port| format!("--port={port}")));
    synapse.args(test_service.then_some("--test-service"));
    become_program(synapse)
}

/// Replaces this process, so that the terminal's Ctrl-C is the program's alone.
fn become_program(mut program: Command) -> Result<()> {
    Err(program.exec()).with_context(|| format!("cannot run {}", program.get_program().display()))
}
