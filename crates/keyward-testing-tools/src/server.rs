// SPDX-License-Identifier: Apache-2.0

//! A homeserver and the test service, for people to try things on and for tests.

use std::io;

use anyhow::{Context, Result};
use console::style;
use keyward_testing::synapse::{SHARED_DATABASE_VARIABLE, SHARED_URL_VARIABLE, Synapse, SynapseOptions};
use serde_json::json;

use crate::test_service::{self, TestService};

/// Starts a Synapse with a fresh database and the test service, prints the environment variables for tests, and runs
/// both until standard input ends. The system closes it when the parent process ends, for whatever reason.
pub(crate) async fn serve() -> Result<()> {
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let service = TestService::start(&synapse)?;
    let environment = json!({
        (SHARED_URL_VARIABLE): synapse.url(),
        (SHARED_DATABASE_VARIABLE): synapse.database_path(),
        (test_service::VARIABLE): service.url(),
    });
    println!("{environment}");
    tokio::task::spawn_blocking(|| io::copy(&mut io::stdin().lock(), &mut io::sink())).await??;
    Ok(())
}

/// Starts a Synapse with a fresh database, and the test service with it if told so, says how to use them, and keeps them
/// until Ctrl-C.
pub(crate) async fn play(port: Option<u16>, with_test_service: bool) -> Result<()> {
    println!("Starting Synapse (the first time it is installed under target/, which takes a minute) …");
    let mut options = SynapseOptions::default();
    if let Some(port) = port {
        options = options.port(port);
    }
    let synapse = Synapse::start(options).await?;
    let user = synapse.new_user().await?;
    let log = synapse
        .log_path()
        .context("our own Synapse has no log")?
        .canonicalize()?;
    let url = synapse.url();
    println!(
        "\n{}\n\n  Homeserver   {url}\n  User         {}\n  Password     {}\n  Log          {}\n",
        style("Synapse is running.").bold(),
        user.user_id,
        user.password,
        log.display(),
    );
    println!("Log in with the terminal app:\n");
    println!(
        "  cargo run --package keyward-cli -- login --homeserver {url} --user {}\n",
        user.localpart
    );
    println!("Another user (registration is open):\n");
    println!(
        "  curl {url}/_matrix/client/v3/register \\\n    \
         --json '{{\"username\":\"NAME\",\"password\":\"PASSWORD\",\"auth\":{{\"type\":\"m.login.dummy\"}}}}'\n"
    );
    let service = with_test_service.then(|| TestService::start(&synapse)).transpose()?;
    if let Some(service) = &service {
        println!("For Kotlin and Swift tests (bindings/README.md):\n");
        println!("  export {}={}\n", test_service::VARIABLE, service.url());
    }
    println!("Ctrl-C ends it and deletes its data.");
    synapse.run_until_interrupted().await
}
