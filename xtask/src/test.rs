// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask test`: every test there is, in Rust, Kotlin and Swift, against one Synapse that lives as long as the run. Those in
//! Swift run beside those in Kotlin, with a Synapse of their own.

use std::{
    fs::File,
    io,
    path::PathBuf,
    process::{Child, Stdio},
    thread,
};

use anyhow::{Result, bail, ensure};
use console::style;

use crate::{
    android,
    built::{Built, Server},
    chromium, codegen, kotlin, swift, workspace,
};

/// Tests that run at the same time per processor, unless the environment says otherwise: they mostly wait for the
/// server.
const TESTS_PER_PROCESSOR: usize = 4;

/// How much of the fault matrices is covered (`keyward_testing::part` defines the variables).
pub(crate) enum Part {
    Whole,
    Seed(u64),
}

impl Part {
    pub(crate) fn new(whole: bool, seed: Option<u64>) -> Self {
        let now = || std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        if whole {
            Self::Whole
        } else {
            Self::Seed(seed.unwrap_or_else(now))
        }
    }

    fn variable(&self) -> (&'static str, String) {
        match self {
            Self::Whole => ("KEYWARD_TEST_WHOLE", "1".to_owned()),
            Self::Seed(seed) => ("KEYWARD_TEST_SEED", seed.to_string()),
        }
    }
}

/// Runs every test, or the Rust tests whose names contain one of `filters`. A failed part does not stop the others; the
/// end lists what failed.
pub(crate) fn run(filters: &[String], part: Part) -> Result<()> {
    let built = Built::everything()?;
    // Both are downloaded and unpacked when they are first needed.
    let browser = filters.is_empty().then(|| thread::spawn(chromium::install));
    let server = Server::start(&built)?;

    let mut failed = Vec::new();
    let mut note = |part: &'static str, outcome: Result<()>| {
        if let Err(error) = outcome {
            eprintln!("{} {part}: {error:#}", style("failed:").for_stderr().red().bold());
            failed.push(format!("{part}: {error:#}"));
        }
    };
    let mut installation = None;
    if let Some(browser) = browser {
        note("Chromium", browser.join().expect("it says what is wrong"));
        // It waits for the network and the disk, and the tests in Rust for their server.
        installation = Some(thread::spawn(swift::install));
    }
    title("Rust");
    match &part {
        Part::Whole => println!("Every cell of the matrices of faults."),
        Part::Seed(seed) => println!(
            "Of the matrices of faults, the part of seed {seed}: `cargo xtask test --seed {seed}` runs it again, `--whole` \
             all of them."
        ),
    }
    note("Rust", rust(filters, &part, &server));
    if filters.is_empty() {
        note("the list of what Kotlin and Swift can call", codegen::check(&built));
        if let Some(installation) = installation {
            note(
                "the installation of Swift",
                installation.join().expect("it says what is wrong"),
            );
        }
        // Each compiles with one processor for long, and waits for its server for long.
        let swift = Beside::start(&built, "swift");
        title("Kotlin");
        note("Kotlin", kotlin::test(filters, &built, &server));
        title("Android");
        note("Android", android::build(true, &built));
        title("Swift");
        note("Swift", swift.and_then(Beside::finish));
    }
    if !failed.is_empty() {
        bail!("not all tests passed:\n{}", failed.join("\n"));
    }
    Ok(())
}

/// A command of this program that runs beside others. It says what it has to say when it is waited for.
struct Beside {
    process: Child,
    said: PathBuf,
}

impl Beside {
    fn start(built: &Built, command: &str) -> Result<Self> {
        let said = workspace::target_dir()?.join(format!("{command}-tests.log"));
        let log = File::create(&said)?;
        println!(
            "`cargo xtask {command}` runs beside what follows, and writes {}.",
            said.display()
        );
        // Not this program's own file: building everything may have put another in its place.
        let process = built
            .program("xtask")
            .arg(command)
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log)
            .spawn()?;
        Ok(Self { process, said })
    }

    fn finish(mut self) -> Result<()> {
        let status = self.process.wait()?;
        io::copy(&mut File::open(&self.said)?, &mut io::stdout())?;
        ensure!(status.success(), "{status}: what it says is above");
        Ok(())
    }
}

impl Drop for Beside {
    /// Where the run ends before it was waited for.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn title(part: &str) {
    println!("\n{}", style(format!("── {part} ──")).bold());
}

fn rust(filters: &[String], part: &Part, server: &Server) -> Result<()> {
    let threads = std::env::var("RUST_TEST_THREADS").unwrap_or_else(|_| {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        (processors * TESTS_PER_PROCESSOR).to_string()
    });
    workspace::run(
        workspace::cargo()
            .args(["test", "--workspace", "--locked", "--no-fail-fast", "--"])
            .args(filters)
            .envs(&server.environment)
            .envs([part.variable()])
            .env("RUST_TEST_THREADS", threads),
    )
}
