// SPDX-License-Identifier: Apache-2.0

//! `keyward`: account security for Matrix in the terminal. The core, the crate `keyward`, does everything to an
//! account; this program talks to people and scripts.

mod browser;
mod commands;
mod context;
mod interrupt;
mod language;
mod log;
mod output;
mod secrets;
mod session;
mod store_key;
mod terminal;

use std::{process::ExitCode, time::Duration};

use clap::Parser;

use crate::{
    commands::{Cli, Command},
    context::Context,
    interrupt::Interrupts,
    output::Failure,
    secrets::Secrets,
    terminal::mode,
};

/// How long to wait at the end for threads that were told to stop, for instance to remove a half-written file.
const PATIENCE: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    language::choose(cli.global.language.as_deref(), cli.global.json);
    log::start(cli.global.verbose);
    keep_memory_private();
    mode::remember();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::internal("the program cannot start", &error).report(cli.global.json),
    };
    let json = cli.global.json;
    // Everything that belongs to the account is dropped in here, inside the runtime.
    let result = runtime.block_on(Box::pin(run(cli)));
    runtime.shutdown_timeout(PATIENCE);
    mode::restore();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}

/// Secrets are in the memory: no dump of it is written, and no other program of this user looks into it.
fn keep_memory_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "core dumps cannot be switched off");
        }
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the memory can be looked into");
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    // Before signals are taken over: Ctrl-C ends the wait for a pipe.
    let secrets = Secrets::read(&cli.global.descriptors)?;
    let mut interrupts =
        Interrupts::listen().map_err(|error| Failure::internal("signals cannot be received", &error))?;
    let command = cli.command;
    let context = Context::new(cli.global, secrets)?;
    match command.or_else(|| context.terminal.is_interactive().then_some(Command::Status)) {
        Some(command) => command.run(&context, &mut interrupts).await,
        None => Err(output::help()),
    }
}
