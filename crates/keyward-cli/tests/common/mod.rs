// SPDX-License-Identifier: Apache-2.0

//! The program as a process of its own, with a data folder of its own and nothing of the tester's environment.
#![allow(dead_code, reason = "every test binary uses a part of it")]

#[cfg(unix)]
pub(crate) mod screen;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use keyward_testing::{
    other_client::{OtherClient, SentMessage},
    server_state::{self, Allowed, ServerState},
    synapse::Synapse,
    user::User,
};
use serde_json::Value;
use tempfile::TempDir;

/// Environment variables that hold secrets.
pub(crate) const SECRETS: &[&str] = &[
    "KEYWARD_PASSWORD",
    "KEYWARD_RECOVERY_KEY",
    "KEYWARD_PASSPHRASE",
    "KEYWARD_NEW_PASSPHRASE",
    "KEYWARD_EXPORT_PASSPHRASE",
];

/// One login of the program, or none yet.
pub(crate) struct App {
    folder: TempDir,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl App {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Where the store is once somebody has logged in.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path beside the store, for files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        self.prepare(&mut command);
        command
    }

    /// The environment that every run gets.
    pub(crate) fn prepare(&self, command: &mut Command) {
        for variable in SECRETS.iter().chain(&["KEYWARD_LOG", "KEYWARD_PLAIN", "NO_COLOR"]) {
            command.env_remove(variable);
        }
        command
            .env("KEYWARD_DATA_DIR", self.data_dir())
            .env("KEYWARD_NO_KEYRING", "1");
    }

    pub(crate) fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Run {
        finish(self.command(arguments))
    }

    pub(crate) fn run_with(&self, arguments: &[impl AsRef<OsStr>], environment: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        finish(command)
    }

    /// The one object of a command that works.
    pub(crate) fn json(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Value {
        let run = self.run_with(&[&["--json"], arguments].concat(), environment);
        run.expect_exit(0);
        let mut lines = run.lines();
        assert_eq!(lines.len(), 1, "{arguments:?}: {}", run.stdout);
        lines.remove(0)
    }

    /// Logs in.
    pub(crate) fn login(&self, url: &str, user: &User) -> Value {
        let arguments = ["login", "--homeserver", url, "--user", &user.localpart];
        self.json(&arguments, &[("KEYWARD_PASSWORD", &user.password)])
    }
}

/// Runs it to its end.
pub(crate) fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    #[track_caller]
    pub(crate) fn expect_exit(&self, code: i32) {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
    }

    /// The objects on standard output.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The error, which is all that is on standard error.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let error: Value = serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        assert!(
            error["error"]["kind"].is_string() && error["error"]["message"].is_string(),
            "{error}"
        );
        error["error"].clone()
    }
}

/// A person with an account: an identity, secret storage, a key backup, and history in an encrypted room.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) phone: OtherClient,
    pub(crate) recovery_key: String,
    pub(crate) history: Vec<SentMessage>,
}

impl Person {
    pub(crate) async fn new() -> Self {
        let synapse = Synapse::shared().await;
        let user = synapse.new_user().await.unwrap();
        let phone = OtherClient::login(synapse.url(), &user).await.unwrap();
        let recovery_key = phone.bootstrap().await.unwrap();
        let room = phone.create_encrypted_room(&[]).await.unwrap();
        let history = phone.send_messages(&room, 3).await.unwrap();
        phone.wait_for_backup().await.unwrap();
        Self {
            user,
            phone,
            recovery_key,
            history,
        }
    }

    /// What the server has of this person.
    pub(crate) async fn on_server(&self) -> ServerState {
        ServerState::read(&self.phone.plain()).await.unwrap()
    }

    /// The account is as it was in `before`, except for what no homeserver deletes, and the old key still opens it.
    pub(crate) async fn expect_unharmed(&self, before: &ServerState) {
        let differences = before.diff(&self.on_server().await, Allowed::Leftovers);
        assert!(differences.is_empty(), "{}", server_state::readable(&differences));
        self.expect_history_opens_with(&self.recovery_key).await;
    }

    /// Everything in the history can be read by a brand-new session with nothing but `key`.
    pub(crate) async fn expect_history_opens_with(&self, key: &str) {
        let session = OtherClient::login(Synapse::shared().await.url(), &self.user)
            .await
            .unwrap();
        session.recover(key).await.unwrap();
        for message in &self.history {
            let text = session.can_decrypt(&message.room_id, &message.event_id).await.unwrap();
            assert_eq!(text.as_ref(), Some(&message.body));
        }
        session.logout().await.unwrap();
    }
}

/// Readable by its owner only.
pub(crate) fn make_private(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
