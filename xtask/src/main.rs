// SPDX-License-Identifier: Apache-2.0

//! The project's own commands, `cargo xtask …`: one file per topic.

mod bench;
mod ci;
mod demo;
mod fixup;
mod synapse;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Keyward's own commands. They prepare what they need (under `target/`), so that a machine with Rust, Python 3 and Git
/// is enough.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure Keyward beside matrix-sdk's own calls; without a part, everything
    Bench {
        /// The parts to measure
        #[arg(value_enum)]
        parts: Vec<bench::Part>,
        /// Show where the time of a reset goes
        #[arg(short, long)]
        verbose: bool,
    },
    /// Run what a reviewer would run; without a step, all of them
    Ci {
        /// The steps to run
        #[arg(value_enum)]
        steps: Vec<ci::Step>,
    },
    /// See the whole product in one tour, on a server and an account made for it
    Demo {
        /// Run through without waiting for anybody
        #[arg(long)]
        yes: bool,
    },
    /// Mend what a program can mend: formatting, some lints, typing errors
    Fixup,
    /// Start a Synapse and leave it running until Ctrl-C
    Synapse {
        /// The port on 127.0.0.1; any free one if not given
        #[arg(long)]
        port: Option<u16>,
    },
    /// Run every test against a Synapse of its own
    Test {
        /// Only the tests whose names contain one of these
        filters: Vec<String>,
    },
    /// Check the rules of ARCHITECTURE.md that a program can see
    Tidy,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error:#}", console::style("error:").for_stderr().red().bold());
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Bench { parts, verbose } => bench::run(&parts, verbose).await,
        Command::Ci { steps } => ci::run(&steps).await,
        Command::Demo { yes } => demo::run(yes).await,
        Command::Fixup => fixup::run(),
        Command::Synapse { port } => synapse::run(port).await,
        Command::Test { filters } => test::run(&filters).await,
        Command::Tidy => tidy::run(),
    }
}
