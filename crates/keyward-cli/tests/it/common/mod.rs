// SPDX-License-Identifier: Apache-2.0

//! The program as a process of its own, with a data folder of its own and nothing of the tester's environment.

#[cfg(unix)]
pub(crate) mod screen;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use keyward_testing::{
    other_client::{OtherClient, SentMessage},
    person::reads_all,
    proxy::FaultProxy,
    server_state::{self, Allowed, ServerState},
    synapse::Synapse,
    user::{PlainSession, User},
};
use serde_json::Value;
use tempfile::TempDir;

/// How long something may take to appear: far more than it does on a busy machine.
#[cfg(unix)]
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Environment variables that hold secrets.
pub(crate) const SECRETS: &[&str] = &[
    "KEYWARD_PASSWORD",
    "KEYWARD_RECOVERY_KEY",
    "KEYWARD_PASSPHRASE",
    "KEYWARD_NEW_PASSPHRASE",
    "KEYWARD_EXPORT_PASSPHRASE",
    "KEYWARD_ACCESS_TOKEN",
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

    /// The environment that every run gets: nothing of the machine's, and English.
    pub(crate) fn prepare(&self, command: &mut Command) {
        const OF_THE_MACHINE: [&str; 7] = [
            "KEYWARD_LOG",
            "KEYWARD_PLAIN",
            "KEYWARD_LANGUAGE",
            "NO_COLOR",
            "LC_ALL",
            "LC_MESSAGES",
            "LANGUAGE",
        ];
        for variable in SECRETS.iter().chain(&OF_THE_MACHINE) {
            command.env_remove(variable);
        }
        command
            .env("LANG", "C")
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

    /// The same with one line behind a file descriptor.
    pub(crate) fn run_with_line(&self, arguments: &[&str], descriptor: u16, line: &str) -> Run {
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        let script = format!("exec \"$0\" \"$@\" {descriptor}<<'END'\n{line}\nEND");
        command
            .args(["-c", &script, env!("CARGO_BIN_EXE_keyward")])
            .args(arguments)
            .stdin(Stdio::null());
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

    /// Logs in at the shared server.
    pub(crate) async fn of(user: &User) -> Self {
        let app = Self::new();
        app.login(Synapse::shared().await.url(), user);
        app
    }

    /// Logs in through a proxy of its own.
    pub(crate) async fn behind_a_proxy(user: &User) -> (Self, FaultProxy) {
        let (app, proxy) = (Self::new(), proxy().await);
        app.login(proxy.url(), user);
        (app, proxy)
    }

    /// Logs in and is unlocked.
    pub(crate) async fn unlocked(person: &Person) -> Self {
        let app = Self::of(&person.user).await;
        app.unlock(&person.recovery_key);
        app
    }

    pub(crate) fn unlock(&self, recovery_key: &str) -> Value {
        self.json(&["unlock"], &[("KEYWARD_RECOVERY_KEY", recovery_key)])
    }

    pub(crate) fn status(&self) -> Value {
        self.json(&["status"], &[])
    }

    pub(crate) fn device_id(&self) -> String {
        self.status()["device_id"].as_str().unwrap().to_owned()
    }

    /// Logs in.
    pub(crate) fn login(&self, url: &str, user: &User) -> Value {
        let arguments = ["login", "--homeserver", url, "--user", &user.localpart];
        self.json(&arguments, &[("KEYWARD_PASSWORD", &user.password)])
    }
}

/// Runs it to its end.
pub(crate) fn finish(mut command: Command) -> Run {
    run_of(command.output().unwrap())
}

/// What a process that was started says in the end.
pub(crate) fn ended(process: Child) -> Run {
    run_of(process.wait_with_output().unwrap())
}

fn run_of(output: Output) -> Run {
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

    /// It ends so, with an error of this kind.
    #[track_caller]
    pub(crate) fn expect_error(&self, code: i32, kind: &str) {
        self.expect_exit(code);
        assert_eq!(self.error()["kind"], kind, "{self:#?}");
    }

    /// Standard error tells people this.
    #[track_caller]
    pub(crate) fn expect_said(&self, text: &str) {
        assert!(self.stderr.contains(text), "{text:?} is not in\n{}", self.stderr);
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

pub(crate) async fn new_user() -> User {
    Synapse::shared().await.new_user().await.unwrap()
}

/// A proxy before the shared server.
pub(crate) async fn proxy() -> FaultProxy {
    FaultProxy::start(Synapse::shared().await.url()).unwrap()
}

/// Another client of the user's, on plain matrix-sdk.
pub(crate) async fn other_client(user: &User) -> OtherClient {
    OtherClient::login(Synapse::shared().await.url(), user).await.unwrap()
}

/// A login without encryption.
pub(crate) async fn script(user: &User, name: &str) -> PlainSession {
    let url = Synapse::shared().await.url();
    PlainSession::login(url, user, Some(name)).await.unwrap()
}

/// A person with an account: an identity, secret storage, a key backup, and history in an encrypted room.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) phone: OtherClient,
    pub(crate) recovery_key: String,
    pub(crate) history: Vec<SentMessage>,
}

impl Person {
    /// Somebody, and the program logged in for them.
    pub(crate) async fn with_app() -> (Self, App) {
        let person = Self::new().await;
        let app = App::of(&person.user).await;
        (person, app)
    }

    /// The same, and the program is unlocked.
    pub(crate) async fn with_unlocked_app() -> (Self, App) {
        let person = Self::new().await;
        let app = App::unlocked(&person).await;
        (person, app)
    }

    pub(crate) async fn new() -> Self {
        let user = new_user().await;
        let phone = other_client(&user).await;
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
        let session = other_client(&self.user).await;
        session.recover(key).await.unwrap();
        assert!(reads_all(&session, &self.history).await.unwrap());
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
