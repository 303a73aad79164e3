// SPDX-License-Identifier: Apache-2.0

//! The terminal app as a person or a script runs it: a process of its own, with a data folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use anyhow::{Context, Result, ensure};
use console::style;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// One login of the terminal app. Its store goes when this is dropped, and with it the store's key: the system's keyring
/// is left alone.
pub(super) struct App {
    program: PathBuf,
    data_dir: TempDir,
    password: String,
}

impl App {
    pub(super) fn new(program: PathBuf, password: &str) -> Result<Self> {
        Ok(Self {
            program,
            data_dir: TempDir::with_prefix("keyward-demo-")?,
            password: password.to_owned(),
        })
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    pub(super) fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Runs a command that asks nothing, for people to see what it prints.
    pub(super) async fn show(&self, arguments: &[&str]) -> Result<()> {
        self.show_with(arguments, &[]).await
    }

    /// [`App::show`] with secrets in the environment.
    pub(super) async fn show_with(&self, arguments: &[&str], secrets: &[(&str, &str)]) -> Result<()> {
        echo(arguments);
        let status = self
            .command(arguments)
            .envs(secrets.iter().copied())
            .stdin(Stdio::null())
            .status()
            .await?;
        ensure!(status.success(), "`keyward {}` failed ({status})", arguments.join(" "));
        println!();
        Ok(())
    }

    /// Runs a command that talks to the person, and asks for the password itself.
    pub(super) async fn attended(&self, arguments: &[&str]) -> Result<ExitStatus> {
        echo(arguments);
        let status = self.command(arguments).env_remove("KEYWARD_PASSWORD").status().await?;
        println!();
        Ok(status)
    }

    /// Runs a command with `--json` and returns its one object.
    pub(super) async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let mut objects = objects(&self.output(arguments).await?)?;
        ensure!(
            objects.len() == 1,
            "`keyward --json {}` printed {} objects",
            arguments.join(" "),
            objects.len()
        );
        Ok(objects.remove(0))
    }

    /// Runs a command with `--json` that prints several objects, and shows both.
    pub(super) async fn json_lines(&self, arguments: &[&str]) -> Result<Vec<Value>> {
        echo(&[&["--json"], arguments].concat());
        let text = self.output(arguments).await?;
        println!("{text}");
        objects(&text)
    }

    async fn output(&self, arguments: &[&str]) -> Result<String> {
        let output = self
            .command(&[&["--json"], arguments].concat())
            .stdin(Stdio::null())
            .output()
            .await?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        let (arguments, complaint) = (arguments.join(" "), complaint.trim());
        ensure!(
            output.status.success(),
            "`keyward --json {arguments}` failed ({}): {complaint}",
            output.status
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("KEYWARD_DATA_DIR", self.data_dir())
            .env("KEYWARD_NO_KEYRING", "1")
            .env("KEYWARD_PASSWORD", &self.password);
        command
    }
}

/// One JSON object a line.
fn objects(text: &str) -> Result<Vec<Value>> {
    let objects = text.lines().map(serde_json::from_str).collect::<Result<_, _>>();
    objects.with_context(|| format!("the terminal app printed something that is no JSON: {text}"))
}

fn echo(arguments: &[&str]) {
    println!("{}", style(format!("$ keyward {}", arguments.join(" "))).cyan());
}
