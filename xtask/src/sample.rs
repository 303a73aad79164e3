// SPDX-License-Identifier: Apache-2.0

//! Runs the sample program of a package as a person would: answers what it asks, and looks whether the reset that it says
//! is done can be believed.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

use crate::test_service::TestService;

/// `program` gets the server and the user as its arguments.
pub(crate) async fn run(mut program: Command, service: &TestService) -> Result<()> {
    let person = post(service, "people", json!({ "history": "short" })).await?;
    let text = |name: &str| person[name].as_str().with_context(|| format!("a person has no {name}"));
    let mut child = program
        .args([text("homeserver")?, text("localpart")?])
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
            "Password:" => Some(text("password")?.to_owned()),
            "Your new Security Key is" => {
                key = lines.next_line().await?.context("no key follows")?;
                None
            }
            "Type it again:" => Some(key.clone()),
            line => {
                done |= line.starts_with("Done.");
                sessions += usize::from(
                    person["device_ids"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .any(|id| id.as_str().is_some_and(|id| line.starts_with(id))),
                );
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
    // The program was a new session without a past, so it is not the history but the account that the key has to open.
    let login = json!({ "user_id": text("user_id")?, "password": text("password")?, "with_encryption": true });
    let session = post(service, "sessions/login", login).await?;
    let id = session["id"].as_str().context("a session has no id")?;
    post(
        service,
        &format!("sessions/{id}/recover"),
        json!({ "recovery_key": key }),
    )
    .await
    .context("the new key does not verify a new session")?;
    Ok(())
}

async fn post(service: &TestService, path: &str, body: Value) -> Result<Value> {
    let reply = reqwest::Client::new()
        .post(format!("{}/{path}", service.url()))
        .json(&body)
        .send()
        .await?;
    let status = reply.status();
    let body: Value = reply.json().await?;
    ensure!(status.is_success(), "the test service: {body}");
    Ok(body)
}
