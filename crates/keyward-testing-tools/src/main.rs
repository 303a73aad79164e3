// SPDX-License-Identifier: Apache-2.0

//! Programs that need a real Synapse: the tour, a homeserver to play with, and what the tests of Kotlin and Swift need.
//! `cargo xtask demo`, `synapse`, `test`, `kotlin`, `swift` and `bench` build and start them, so that `xtask` itself is
//! compiled in no time.

// That the service's requests are `Send` is shown through the clients' deep futures.
#![recursion_limit = "256"]

mod sample;
mod server;
mod test_service;
mod tour;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Parser;

/// What `cargo xtask` runs against a homeserver.
#[derive(Parser)]
enum Command {
    /// The product in one tour, on a server and an account made for it
    Tour {
        /// The terminal app
        #[arg(long)]
        program: PathBuf,
        /// Run through without waiting for anybody
        #[arg(long)]
        yes: bool,
    },
    /// A homeserver until Ctrl-C
    Synapse {
        /// The port on 127.0.0.1; any free one if not given
        #[arg(long)]
        port: Option<u16>,
        /// Start the test service with it
        #[arg(long)]
        test_service: bool,
    },
    /// A homeserver and the test service until standard input ends; prints the environment for tests, as JSON in one line
    Serve,
    /// Run the sample program of a package as a person would, and look whether its reset can be believed
    Sample {
        /// The program and its arguments; the server and the user are added
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error:#}", console::style("error:").for_stderr().red().bold());
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Tour { program, yes } => Box::pin(tour::run(program, yes)).await,
        Command::Synapse { port, test_service } => server::play(port, test_service).await,
        Command::Serve => server::serve().await,
        Command::Sample { command } => Box::pin(sample::run(&command)).await,
    }
}
