// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask test`: every test there is, against one Synapse that lives as long as the run.

use anyhow::{Context, Result, ensure};
use keyward_testing::synapse::{SHARED_DATABASE_VARIABLE, SHARED_URL_VARIABLE, Synapse, SynapseOptions};
use tokio::process::Command;

use crate::{tidy, workspace};

/// Runs the tests whose names contain one of `filters`, or all of them if there is none.
pub(crate) async fn run(filters: &[String]) -> Result<()> {
    // What it finds makes the run fail at its end: a missing comment is no reason not to know how the tests went.
    let tidy = tidy::run();

    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let database = synapse.database_path().context("our own Synapse has no database")?;
    let mut tests = Command::new("cargo")
        .current_dir(workspace::root())
        .args(["test", "--workspace", "--locked", "--no-fail-fast", "--"])
        .args(filters)
        .env(SHARED_URL_VARIABLE, synapse.url())
        .env(SHARED_DATABASE_VARIABLE, database)
        .spawn()
        .context("cannot run cargo")?;
    let status = tokio::select! {
        status = tests.wait() => status?,
        // A terminal sends Ctrl-C to the tests as well. They end first, then Synapse with its files.
        _ = tokio::signal::ctrl_c() => tests.wait().await?,
    };
    ensure!(status.success(), "not all tests passed ({status})");
    tidy
}
