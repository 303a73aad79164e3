// SPDX-License-Identifier: Apache-2.0

//! The project's own commands, `cargo xtask …`: one file per topic.

mod android;
mod apple;
mod apt;
mod bench;
mod built;
mod chromium;
mod ci;
mod codegen;
mod demo;
mod fixup;
mod guides;
mod homeserver;
mod kotlin;
mod listing;
mod maven;
mod release;
mod swift;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

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
    /// Build the package for Android and check it; this needs Android's NDK
    Android {
        /// Only print what would be done
        #[arg(long)]
        dry_run: bool,
        /// Put this machine's library in place of Android's, to check everything else without the NDK
        #[arg(long)]
        host_library_stand_in: bool,
    },
    /// Build the framework for iOS and macOS, which needs Xcode
    Apple {
        /// Only show what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Measure Keyward beside matrix-sdk's own calls; without a part, everything
    Bench {
        /// The parts to measure
        #[arg(value_enum)]
        parts: Vec<bench::Part>,
        /// Show where the time of a reset goes
        #[arg(short, long)]
        verbose: bool,
        /// A stripped library, built with the profile `mobile`, to compare the size with
        #[arg(long, value_name = "LIBRARY")]
        beside: Option<PathBuf>,
    },
    /// Run what a reviewer would run; without a step, all of them
    Ci {
        /// The steps to run
        #[arg(value_enum)]
        steps: Vec<ci::Step>,
    },
    /// Generate Kotlin and Swift from the library, and list what they can call
    Codegen {
        /// Only compare the list with the one that is committed
        #[arg(long)]
        check: bool,
    },
    /// See the whole product in one tour, on a server and an account made for it
    Demo {
        /// Run through without waiting for anybody
        #[arg(long)]
        yes: bool,
    },
    /// Mend what a program can mend: formatting, some lints, typing errors
    Fixup,
    /// Start a homeserver that is not Synapse, and leave it running until Ctrl-C
    Homeserver {
        /// Which one
        #[arg(value_enum)]
        kind: homeserver::Kind,
        /// Run the core's flow tests against it instead; some rely on Synapse
        #[arg(long)]
        test: bool,
        /// Only the tests whose names contain one of these
        #[arg(requires = "test")]
        filters: Vec<String>,
    },
    /// Build the Kotlin library and run its tests
    Kotlin {
        /// Only the tests whose class or name contains one of these
        filters: Vec<String>,
        /// Write the list of the public API (bindings/kotlin/api) anew, and run no test
        #[arg(long, conflicts_with = "filters")]
        write_api: bool,
    },
    /// Make everything that a release publishes, and check it; uploads nothing (RELEASING.md)
    ///
    /// With `--dry-run`: the classes, their documentation and this machine's native library (the debug one) as a
    /// staged Maven repository, with POMs, sources, signatures and checksums; the Swift package; third-party notices,
    /// a bill of materials (CycloneDX), symbols, provenance. A program looks whether Central's rules are kept, and
    /// programs outside the workspace are built with what was staged and run against a homeserver. It takes some
    /// minutes.
    Release(release::Options),
    /// Show the screens for Kotlin in a window, on an account made for it; Ctrl-C ends it
    Screens {
        /// Take the present pictures of all states as those that the tests compare with, and show nothing
        #[arg(long)]
        approve: bool,
    },
    /// Test the Swift package; where it can, this installs Swift under target/ first
    Swift {
        /// Only the tests whose names match one of these
        filters: Vec<String>,
        /// Write the list of the public API (bindings/swift/api) anew, and run no test
        #[arg(long, conflicts_with = "filters")]
        write_api: bool,
    },
    /// Start a Synapse and leave it running until Ctrl-C
    Synapse {
        /// The port on 127.0.0.1; any free one if not given
        #[arg(long)]
        port: Option<u16>,
        /// Start the test service with it, to run single Kotlin and Swift tests from an IDE
        #[arg(long)]
        test_service: bool,
    },
    /// Run every test, in Rust, Kotlin and Swift, against a Synapse of its own
    Test {
        /// Only the Rust tests whose names contain one of these (`kotlin` and `swift` take filters of their own)
        filters: Vec<String>,
        /// Every cell of the matrices of faults, and not only the part that a seed chooses; a quarter of an hour more
        #[arg(long)]
        whole: bool,
        /// Of the matrices, the part that an earlier run printed this seed for
        #[arg(long, conflicts_with = "whole")]
        seed: Option<u64>,
    },
    /// Check the rules of ARCHITECTURE.md that a program can see
    Tidy,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error:#}", console::style("error:").for_stderr().red().bold());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Android {
            dry_run,
            host_library_stand_in,
        } => android::run(dry_run, host_library_stand_in),
        Command::Apple { dry_run } => apple::run(dry_run),
        Command::Bench { parts, verbose, beside } => bench::run(&parts, verbose, beside.as_deref()),
        Command::Ci { steps } => ci::run(&steps),
        Command::Codegen { check } => codegen::run(check),
        Command::Demo { yes } => demo::run(yes),
        Command::Fixup => fixup::run(),
        Command::Homeserver { kind, test, filters } => homeserver::run(kind, test, &filters),
        Command::Kotlin { write_api: true, .. } => kotlin::write_api(),
        Command::Kotlin { filters, .. } => kotlin::run(&filters),
        Command::Release(options) => release::run(&options),
        Command::Screens { approve: true } => kotlin::approve_screens(),
        Command::Screens { approve: false } => kotlin::show_screens(),
        Command::Swift { write_api: true, .. } => swift::write_api(),
        Command::Swift { filters, .. } => swift::run(&filters),
        Command::Synapse { port, test_service } => demo::synapse(port, test_service),
        Command::Test { filters, whole, seed } => test::run(&filters, test::Part::new(whole, seed)),
        Command::Tidy => tidy::run(),
    }
}
