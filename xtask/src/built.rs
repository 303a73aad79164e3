// SPDX-License-Identifier: Apache-2.0

//! What Cargo builds of this workspace for a command, and the homeserver that tests run against. The dependencies of
//! these programs take minutes to compile, so the programs are crates of their own, built only when a command needs
//! them.

use std::{
    collections::BTreeMap,
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use xshell::cmd;

use crate::workspace;

/// The program with the tour, the homeserver and the test service.
pub(crate) const TOOLS: &str = "keyward-testing-tools";

/// The parts of the library's file name.
const LIBRARY: [&str; 3] = [DLL_PREFIX, "keyward_ffi", DLL_SUFFIX];

/// What Cargo has built.
pub(crate) struct Built {
    folder: PathBuf,
    library: PathBuf,
}

impl Built {
    /// Builds what `cargo test --workspace` builds, with all programs and libraries. For fewer targets Cargo would
    /// choose other features, or another profile for build scripts and macros, and matrix-sdk would be compiled twice.
    pub(crate) fn everything() -> Result<Self> {
        Self::build(&["--lib", "--bins", "--tests"])
    }

    /// Builds only the programs, for commands that run no test. Artefacts that the tests need as well are built only
    /// once.
    pub(crate) fn programs() -> Result<Self> {
        Self::build(&["--bins"])
    }

    fn build(targets: &[&str]) -> Result<Self> {
        workspace::run(
            workspace::cargo()
                .args(["build", "--locked", "--workspace"])
                .args(targets),
        )?;
        let folder = workspace::target_dir()?.join("debug");
        Ok(Self {
            library: folder.join(LIBRARY.concat()),
            folder,
        })
    }

    /// With the small library that apps get, which takes minutes to compile, in the place of the one that tests have.
    pub(crate) fn with_mobile_library(self) -> Result<Self> {
        let arguments = "rustc --locked --profile mobile --package keyward-ffi --lib --crate-type cdylib";
        let shell = workspace::shell()?;
        let host = cmd!(shell, "rustc --print host-tuple").quiet().read()?;
        let (name, flags) = workspace::without_folders(&host)?;
        workspace::run(workspace::cargo().args(arguments.split(' ')).env(name, flags))?;
        Ok(Self {
            library: workspace::target_dir()?.join("mobile").join(LIBRARY.concat()),
            ..self
        })
    }

    /// Where a program is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command that runs a program.
    pub(crate) fn program(&self, name: &str) -> Command {
        Command::new(self.path(name))
    }

    /// The library of this machine that Kotlin and Swift call, with its symbols.
    pub(crate) fn library(&self) -> PathBuf {
        self.library.clone()
    }
}

/// A homeserver and the test service for one run. They end with the run, even if it is killed.
pub(crate) struct Server {
    process: Child,
    /// What leads tests to it.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Server {
    pub(crate) fn start(built: &Built) -> Result<Self> {
        let mut process = built
            .program(TOOLS)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C in a terminal ends this process and the tests. The server notices the end of its input and deletes
            // its files.
            .process_group(0)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("it is piped")?).read_line(&mut line)?;
        let environment = serde_json::from_str(&line).context("there is no homeserver to test against")?;
        Ok(Self { process, environment })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server ends when its input ends.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
