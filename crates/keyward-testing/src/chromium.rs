// SPDX-License-Identifier: Apache-2.0
//! A real browser without a window: Chromium, driven through its WebDriver (W3C, "WebDriver"). The libraries for that would
//! switch features of the product's own dependencies. [`Browser`](crate::browser::Browser) does the same pages without a
//! browser, in milliseconds; this shows that a real one does them, too.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http;

/// So long a way through pages may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a page is looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// What keeps it from the network and from this machine's settings. Pages that do not load end the test at once.
const ARGUMENTS: [&str; 8] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// A running browser. It ends when this value is dropped.
#[derive(Debug)]
pub struct Chromium {
    http: Client,
    /// The session's address at the WebDriver.
    session: String,
    _process: Process,
    _profile: TempDir,
}

/// The WebDriver, with the browser that it starts.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // A group that is gone needs no signal.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

impl Chromium {
    /// Starts one.
    ///
    /// # Errors
    /// When it is not installed, or does not start.
    pub async fn start() -> Result<Self> {
        let (process, port) = tokio::task::spawn_blocking(start_driver).await??;
        let profile = TempDir::new()?;
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        if geteuid().is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let (http, url) = (http::client(), format!("http://127.0.0.1:{port}/session"));
        let begun = http::send_ok(&http, Method::POST, &url, None, Some(&wanted)).await?;
        let id = begun["value"]["sessionId"].as_str().context("a session has an id")?;
        Ok(Self {
            session: format!("{url}/{id}"),
            http,
            _process: process,
            _profile: profile,
        })
    }

    /// Opens a page and does there, as the user with this name, what it wants: fills its form in, presses its first button or
    /// link, wherever that leads, until a page says `end`.
    ///
    /// # Errors
    /// When no page says it in time; with the text of the last one.
    pub async fn go_through(&self, page: &str, localpart: &str, end: &str) -> Result<()> {
        self.command("url", json!({"url": page})).await?;
        let walk = async {
            // What is asked of a page that is on its way to another one fails.
            while !self.step(localpart, end).await.unwrap_or(false) {
                tokio::time::sleep(PAUSE).await;
            }
        };
        match tokio::time::timeout(PATIENCE, walk).await {
            Ok(()) => Ok(()),
            Err(_) => bail!(
                "{page} leads to {:?}: {:?}",
                self.text().await,
                self.step(localpart, end).await
            ),
        }
    }

    /// Does what the present page wants; `true` if it is the end.
    async fn step(&self, localpart: &str, end: &str) -> Result<bool> {
        if self.text().await?.contains(end) {
            return Ok(true);
        }
        if let Some(name) = self.find("input[name=username]").await? {
            let typed = json!({ "text": localpart });
            self.command(&format!("element/{name}/value"), typed).await?;
        }
        if let Some(wanted) = self.find("button, a").await? {
            self.command(&format!("element/{wanted}/click"), json!({})).await?;
        }
        Ok(false)
    }

    async fn text(&self) -> Result<String> {
        let script = json!({"script": "return document.body.innerText", "args": []});
        let text = self.command("execute/sync", script).await?;
        Ok(text.as_str().context("a page has a text")?.to_owned())
    }

    /// The id of the first element of the page that a CSS selector finds.
    async fn find(&self, selector: &str) -> Result<Option<String>> {
        let wanted = json!({"using": "css selector", "value": selector});
        let found = self.command("elements", wanted).await?;
        // The only field has a name that is a constant of the standard.
        let ids = found[0].as_object().and_then(|element| element.values().next());
        Ok(ids.and_then(Value::as_str).map(str::to_owned))
    }

    async fn command(&self, path: &str, body: Value) -> Result<Value> {
        let url = format!("{}/{path}", self.session);
        let mut answer = http::send_ok(&self.http, Method::POST, &url, None, Some(&body)).await?;
        Ok(answer["value"].take())
    }
}

/// The WebDriver, and its port.
fn start_driver() -> Result<(Process, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context(
            "a real browser is needed: `cargo xtask test` installs it on Debian, as `apt install chromium chromium-driver` does",
        )?;
    let output = child.stdout.take().context("it is piped")?;
    let process = Process(child);
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next().transpose()? {
        let port = line
            .rsplit_once(" on port ")
            .map(|(_, port)| port.trim_end_matches('.'));
        if line.contains("successfully")
            && let Some(port) = port.and_then(|port| port.parse().ok())
        {
            // What it says later is read and forgotten, so that it never waits for a reader.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((process, port));
        }
    }
    bail!("the WebDriver ended while it started")
}
