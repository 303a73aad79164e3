// SPDX-License-Identifier: Apache-2.0

//! Runs the sample program of a package as a person would: answers its questions, and checks that the reset is really
//! done.

use std::{ffi::OsString, process::Stdio};

use anyhow::{Context, Result, ensure};
use keyward_testing::{other_client::OtherClient, person::Person, synapse::Synapse};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

/// `command` gets the server and the user as its last arguments.
pub(crate) async fn run(command: &[OsString]) -> Result<()> {
    let synapse = Synapse::shared().await;
    let person = Person::with_messages(synapse, 3).await?;
    let others = [person.phone.device_id(), person.observer.device_id.clone()];
    let (program, arguments) = command.split_first().context("there is no program to run")?;
    let mut child = Command::new(program)
        .args(arguments)
        .args([synapse.url(), &person.user.localpart])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run the sample program")?;
    let mut answers = child.stdin.take().context("no way to answer")?;
    let mut lines = BufReader::new(child.stdout.take().context("no way to read")?).lines();

    let (mut key, mut sessions, mut done) = (String::new(), 0, false);
    while let Some(line) = lines.next_line().await? {
        let answer = match line.trim_end() {
            "Password:" => Some(&person.user.password),
            "Your new Security Key is" => {
                key = lines.next_line().await?.context("no key follows")?;
                None
            }
            "Type it again:" => Some(&key),
            line => {
                done |= line.starts_with("Done.");
                sessions += usize::from(others.iter().any(|id| line.starts_with(id)));
                None
            }
        };
        if let Some(answer) = answer {
            answers.write_all(format!("{answer}\n").as_bytes()).await?;
            answers.flush().await?;
        }
    }
    let status = child.wait().await?;
    ensure!(
        status.success() && done,
        "the sample program did not finish its reset ({status})"
    );
    ensure!(sessions == 2, "it listed {sessions} of the person's 2 other sessions");
    // The program was a new session without messages, so the key is tested on the account and not on a history.
    let session = OtherClient::login(synapse.url(), &person.user).await?;
    session
        .recover(&key)
        .await
        .context("the new key does not verify a new session")
}
