// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask ci`: what a reviewer would run. Every step runs, even after one has failed; a summary follows.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use console::style;
use xshell::cmd;

use crate::{demo, test, tidy, tools, workspace};

/// One thing to check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Step {
    /// Formatting (rustfmt)
    Style,
    /// Lints, warnings denied
    Clippy,
    /// The API documentation builds without a warning
    Docs,
    /// Banned crates, licences and sources of the dependencies (cargo-deny)
    Deny,
    /// Known faults of the dependencies, where their database can be had; reports, and never fails
    Advisories,
    /// Dependencies that nobody uses (cargo-machete)
    Machete,
    /// Spelling
    Typos,
    /// The rules of ARCHITECTURE.md
    Tidy,
    /// Every test, against a real Synapse
    Test,
    /// The tour, without a person: what people see first works
    Demo,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .expect("no step is hidden from the command line")
            .get_name()
            .to_owned()
    }

    fn run(self) -> Result<()> {
        let shell = workspace::shell()?;
        match self {
            Self::Style => cmd!(shell, "cargo fmt --all -- --check").run()?,
            // Where Clippy takes the compiler's place (`.ci/run`), it says what it has to say while it compiles, for the tests.
            Self::Clippy if std::env::var_os("RUSTC_WORKSPACE_WRAPPER").is_some() => {
                workspace::run(workspace::cargo().args(["build", "--workspace", "--all-targets", "--locked"]))?
            }
            Self::Clippy => workspace::run(workspace::cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "--deny",
                "warnings",
            ]))?,
            Self::Docs => workspace::run(
                workspace::cargo()
                    .args(["doc", "--workspace", "--no-deps", "--locked"])
                    .env("RUSTDOCFLAGS", "--deny warnings"),
            )?,
            Self::Deny => {
                let deny = tools::cargo_deny(&shell)?;
                cmd!(shell, "{deny} --locked check bans licenses sources").run()?;
            }
            Self::Advisories => {
                let deny = tools::cargo_deny(&shell)?;
                if cmd!(shell, "{deny} --locked check advisories").run().is_err() {
                    eprintln!(
                        "Something is known of a dependency, or the database cannot be had. This blocks nothing."
                    );
                }
            }
            Self::Machete => {
                let machete = tools::cargo_machete(&shell)?;
                cmd!(shell, "{machete} --skip-target-dir").run()?;
            }
            Self::Typos => {
                let typos = tools::typos(&shell)?;
                cmd!(shell, "{typos}").run()?;
            }
            Self::Tidy => tidy::run()?,
            Self::Test => test::run(&[], test::Part::new(false, None))?,
            Self::Demo => demo::check()?,
        }
        Ok(())
    }
}

/// Runs `steps`, or all of them if none is named.
pub(crate) fn run(steps: &[Step]) -> Result<()> {
    let steps = if steps.is_empty() {
        Step::value_variants()
    } else {
        steps
    };
    let mut outcomes: Vec<(Step, Duration, bool)> = Vec::new();
    for &step in steps {
        println!("\n{}", style(format!("── {} ──", step.name())).bold());
        let start = Instant::now();
        let outcome = step.run();
        if let Err(error) = &outcome {
            eprintln!("{} {error:#}", style("failed:").for_stderr().red());
        }
        outcomes.push((step, start.elapsed(), outcome.is_ok()));
    }

    println!();
    for (step, duration, passed) in &outcomes {
        let verdict = if *passed {
            style("passed").green()
        } else {
            style("failed").red()
        };
        println!("{:<8} {verdict} {:>7.1} s", step.name(), duration.as_secs_f64());
    }
    match outcomes.iter().filter(|(_, _, passed)| !passed).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} steps failed", outcomes.len()),
    }
}
