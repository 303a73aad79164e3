// SPDX-License-Identifier: Apache-2.0

//! Work in a process of its own, so that the peak of its memory is that work's alone.

use std::{fs, io::Read as _, process::Stdio};

use anyhow::{Context as _, Result, ensure};
use keyward_testing::user::User;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{memory, room_keys};

/// The only argument of such a process. What it is to do comes through its standard input, for a password may be in it.
pub(crate) const ARGUMENT: &str = "--child";

/// What such a process can do.
#[derive(Serialize, Deserialize)]
pub(crate) enum Job {
    /// Reset an account that has many room keys.
    Reset(memory::Job),
    /// Import or export room keys.
    RoomKeys(room_keys::Job),
}

/// Whose account it is, in a form that can be handed over.
#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) user_id: String,
    pub(crate) localpart: String,
    pub(crate) password: String,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        let User {
            user_id,
            localpart,
            password,
            ..
        } = user.clone();
        Self {
            user_id,
            localpart,
            password,
        }
    }
}

/// Runs this program once more to do `job`; gives what it reports.
pub(crate) async fn run<T: DeserializeOwned>(job: &Job) -> Result<T> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start a process")?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(&serde_json::to_vec(job)?).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "the process failed ({})", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What that process does.
pub(crate) async fn main() -> Result<()> {
    let mut job = Vec::new();
    std::io::stdin().read_to_end(&mut job)?;
    let report = match serde_json::from_slice(&job)? {
        Job::Reset(job) => serde_json::to_string(&Box::pin(memory::work(job)).await?)?,
        Job::RoomKeys(job) => serde_json::to_string(&Box::pin(room_keys::work(job)).await?)?,
    };
    println!("{report}");
    Ok(())
}

/// The most memory that this process has had resident since it started or since [`forget_peak`], in bytes.
pub(crate) fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("memory can only be measured on Linux")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

/// Lets the peak begin anew, at what is resident now.
pub(crate) fn forget_peak() -> Result<()> {
    fs::write("/proc/self/clear_refs", "5").context("the kernel does not reset the peak")
}
