// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask test`: every test there is, in Rust, Kotlin and Swift, against one Synapse that lives as long as the run.

use anyhow::{Context, Result, bail, ensure};
use console::style;
use keyward_testing::synapse::{SHARED_DATABASE_VARIABLE, SHARED_URL_VARIABLE, Synapse, SynapseOptions};
use tokio::process::Command;

use crate::{android, codegen, kotlin, swift, test_service::TestService, tidy, workspace};

/// Runs every test, or the Rust tests whose names contain one of `filters`. What fails does not keep the rest from running:
/// the end says what it was.
pub(crate) async fn run(filters: &[String]) -> Result<()> {
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let service = TestService::start(&synapse)?;

    let mut failed = Vec::new();
    let mut note = |part: &'static str, outcome: Result<()>| {
        if let Err(error) = outcome {
            eprintln!("{} {part}: {error:#}", style("failed:").for_stderr().red().bold());
            failed.push(part);
        }
    };
    note("tidy", tidy::run());
    title("Rust");
    note("Rust", rust(filters, &synapse).await);
    if filters.is_empty() {
        note("the list of what Kotlin and Swift can call", codegen::run(true));
        title("Kotlin");
        note("Kotlin", kotlin::test(filters, &service).await);
        title("Android");
        note("Android", android::run(false, true).await);
        title("Swift");
        note("Swift", swift::test(filters, &service).await);
    }
    if !failed.is_empty() {
        bail!("not all tests passed: {}", failed.join(", "));
    }
    Ok(())
}

fn title(part: &str) {
    println!("\n{}", style(format!("── {part} ──")).bold());
}

async fn rust(filters: &[String], synapse: &Synapse) -> Result<()> {
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
    ensure!(status.success(), "{status}");
    Ok(())
}
