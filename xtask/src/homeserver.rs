// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask homeserver dendrite`: a real homeserver that is not Synapse, and the flow tests against it. By hand or at
//! night: the tests of every day have its dialect (`crates/keyward-testing/src/dialect.rs`).

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use xshell::cmd;

use crate::workspace;

const DENDRITE: &str = "github.com/matrix-org/dendrite";
const DENDRITE_VERSION: &str = "v0.13.8";
/// It makes its tables when it starts.
const START: Duration = Duration::from_secs(120);

/// A homeserver that is not Synapse.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Dendrite, compiled from its Go module under `target/`; this needs Go and a C compiler
    Dendrite,
}

/// Starts it. With `test`: runs the flow tests whose names contain one of `filters` against it, and ends. Else it runs until
/// Ctrl-C.
pub(crate) fn run(kind: Kind, test: bool, filters: &[String]) -> Result<()> {
    let Kind::Dendrite = kind;
    // Under `target/`: Ctrl-C ends this program, too, before it can clean up.
    let folder = tempfile::Builder::new()
        .prefix("dendrite-")
        .tempdir_in(workspace::target_dir()?)?;
    let server = Dendrite::start(&dendrite()?, folder.path())?;
    if !test {
        println!("Dendrite {DENDRITE_VERSION} listens at {}. Ctrl-C ends it.", server.url);
        let mut server = server;
        server.process.wait()?;
        return Ok(());
    }
    println!("Dendrite {DENDRITE_VERSION} at {}", server.url);
    let mut tests = workspace::cargo();
    tests
        .args(["test", "--locked", "--workspace", "--test", "it", "--"])
        .args(filters)
        .env("KEYWARD_TEST_SYNAPSE", &server.url);
    workspace::run(&mut tests)
}

/// The folder with Dendrite's programs, which are compiled once.
fn dendrite() -> Result<PathBuf> {
    let folder = workspace::target_dir()?
        .join("tools")
        .join(format!("dendrite-{DENDRITE_VERSION}"));
    if !folder.join("dendrite").is_file() {
        println!(
            "Compiling Dendrite {DENDRITE_VERSION} into {}, once …",
            folder.display()
        );
        let shell = workspace::shell()?;
        shell.set_var("GOBIN", &folder);
        for program in ["generate-keys", "generate-config", "dendrite"] {
            let package = format!("{DENDRITE}/cmd/{program}@{DENDRITE_VERSION}");
            cmd!(shell, "go install {package}").run().context("Go is needed")?;
        }
    }
    Ok(folder)
}

struct Dendrite {
    process: Child,
    url: String,
}

impl Dendrite {
    fn start(programs: &Path, folder: &Path) -> Result<Self> {
        let key = folder.join("key.pem");
        let log = folder.join("log");
        workspace::run(
            Command::new(programs.join("generate-keys"))
                .arg("--private-key")
                .arg(&key),
        )?;
        let config = Command::new(programs.join("generate-config"))
            .args(["-ci", "-server", "localhost", "-dir"])
            .arg(folder)
            .output()?;
        let config = String::from_utf8(config.stdout)?;
        fs::write(folder.join("dendrite.yaml"), with(&config, &key))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let process = Command::new(programs.join("dendrite"))
            .args(["--config", "dendrite.yaml", "--really-enable-open-registration"])
            .args(["--http-bind-address", &address])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&log)?)
            .stderr(fs::File::options().append(true).open(&log)?)
            .spawn()?;
        let mut server = Self {
            process,
            url: format!("http://{address}"),
        };
        let end = Instant::now() + START;
        while TcpStream::connect(&address).is_err() {
            if server.process.try_wait()?.is_some() || Instant::now() > end {
                bail!(
                    "Dendrite does not start:\n{}",
                    fs::read_to_string(&log).unwrap_or_default()
                );
            }
            std::thread::yield_now();
        }
        Ok(server)
    }
}

impl Drop for Dendrite {
    fn drop(&mut self) {
        // If it has ended by itself, there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The generated configuration, with its key, for people who register by themselves.
fn with(config: &str, key: &Path) -> String {
    let line = |line: &str| match line.trim_start().split_once(':') {
        Some(("private_key", _)) => {
            let indent = &line[..line.len() - line.trim_start().len()];
            format!("{indent}private_key: {}", key.display())
        }
        Some(("registration_disabled", _)) => line.replace("true", "false"),
        _ => line.to_owned(),
    };
    config.lines().map(|text| line(text) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_has_our_key_and_open_registration() {
        let config =
            "global:\n  private_key: matrix_key.pem\nclient_api:\n  registration_disabled: true\n  other: true\n";
        assert_eq!(
            with(config, Path::new("/k")),
            "global:\n  private_key: /k\nclient_api:\n  registration_disabled: false\n  other: true\n"
        );
    }
}
