// SPDX-License-Identifier: Apache-2.0
//! An OAuth 2.0 authorisation server for tests, which is also an OpenID provider. It stands where a Matrix
//! Authentication Service stands, and ends with the process that started it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{http, python};

const PROGRAM: &str = include_str!("auth_server.py");

/// A running authorisation server. It ends with the last clone of the handle that started it.
#[derive(Debug, Clone)]
pub struct AuthServer {
    url: String,
    secret: String,
    /// `None` in a handle that does not keep it alive.
    _process: Option<Arc<Process>>,
}

#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl AuthServer {
    /// Installs what it needs if need be, and starts one that knows nobody yet.
    ///
    /// # Errors
    /// When Python is missing, a package cannot be installed, or the server ends at once; then with what it said.
    pub async fn start() -> Result<Self> {
        let python = python::interpreter().await?;
        let secret = vodozemac::base64_encode(rand::random::<[u8; 32]>());
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .env("KEYWARD_TEST_SECRET", &secret)
            // authlib refuses plain HTTP otherwise.
            .env("AUTHLIB_INSECURE_TRANSPORT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("cannot start the authorisation server")?;
        let output = child.stdout.take().context("it is piped")?;
        let mut errors = child.stderr.take().context("it is piped")?;
        let process = Process(child);
        let started = tokio::task::spawn_blocking(move || -> Result<u16> {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line)?;
            if let Ok(port) = line.trim().parse() {
                // What it says later is read and forgotten, so that it never waits for a reader.
                std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
                return Ok(port);
            }
            let mut said = String::new();
            errors.read_to_string(&mut said)?;
            bail!("the authorisation server ended while it started:\n{said}")
        });
        let port = started.await??;
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            secret,
            _process: Some(Arc::new(process)),
        })
    }

    /// Another handle to the same server, which does not keep it alive.
    #[must_use]
    pub fn handle(&self) -> Self {
        Self {
            _process: None,
            ..self.clone()
        }
    }

    /// Its address, without a slash at its end. The issuer is this with one.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the homeserver and this server tell each other by.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Tells it which homeserver its accounts are of.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn serve_homeserver(&self, url: &str) -> Result<()> {
        self.tell("homeserver", &json!({ "url": url })).await
    }

    /// Access tokens of this user that are made from now on live so many seconds.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set_token_lifetime(&self, localpart: &str, seconds: u64) -> Result<()> {
        self.wish(localpart, "seconds", json!(seconds)).await
    }

    /// Whether it refuses further logins of this user, who has too many sessions.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set_too_many_sessions(&self, localpart: &str, too_many: bool) -> Result<()> {
        self.wish(localpart, "too_many", json!(too_many)).await
    }

    /// Whether it says that it has revoked a token of this user, and has not.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set_keeps_sessions(&self, localpart: &str, keeps: bool) -> Result<()> {
        self.wish(localpart, "keeps_sessions", json!(keeps)).await
    }

    /// Device codes that are made from now on, for anybody, live so many seconds.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set_device_code_lifetime(&self, seconds: u64) -> Result<()> {
        self.wish("anybody", "device_code_seconds", json!(seconds)).await
    }

    /// Every access token of this user has expired, as after a night. Refresh tokens go on.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn expire_access_tokens(&self, localpart: &str) -> Result<()> {
        self.tell("expire", &json!({ "user": localpart })).await
    }

    /// Ends a session, as its owner does on the account page.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn end_session(&self, localpart: &str, device_id: &str) -> Result<()> {
        self.tell("end", &json!({ "user": localpart, "device_id": device_id }))
            .await
    }

    /// The device ids of this user's sessions that have a valid token here.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn sessions(&self, localpart: &str) -> Result<Vec<String>> {
        let url = format!("{}/test/sessions/{}", self.url, http::segment(localpart));
        let mut reply = http::send_ok(&http::client(), Method::GET, &url, None, None).await?;
        Ok(serde_json::from_value(reply["devices"].take())?)
    }

    async fn wish(&self, user: &str, name: &str, value: Value) -> Result<()> {
        let mut body = json!({ "user": user });
        body[name] = value;
        self.tell("wish", &body).await
    }

    async fn tell(&self, what: &str, body: &Value) -> Result<()> {
        let url = format!("{}/test/{what}", self.url);
        http::send_ok(&http::client(), Method::POST, &url, None, Some(body)).await?;
        Ok(())
    }
}
