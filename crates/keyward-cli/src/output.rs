// SPDX-License-Identifier: Apache-2.0

//! What goes out: results on standard output, failures on standard error, each as text or as JSON. The one place that
//! maps errors to a kind (the core's code, or a word of our own), a message and an exit code.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::CommandFactory as _;
use console::style;
use keyward::{
    error::{FlowError, Remedy},
    text::steers,
};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    commands::Cli,
    language::{say, texts},
    terminal::{self, text::wrap},
};

/// How the program ends when it did not do what was asked. 0 means done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did not work.
    Failed = 1,
    /// It was called wrongly: an option or an environment variable is missing or makes no sense.
    Usage = 2,
    /// The server refused to authorise.
    Refused = 3,
    /// A person or a signal cancelled it.
    Cancelled = 4,
    /// It did, and the account has findings. Nothing more is said.
    Findings = 5,
}

/// Why the program did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: &'static str,
    message: String,
    exit: Exit,
}

impl Failure {
    /// Something did not work. `kind` is a short stable name, for scripts.
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            exit: Exit::Failed,
        }
    }

    /// The program was called wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::new("usage", message)
        }
    }

    /// A person or a signal cancelled.
    pub(crate) fn cancelled(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Cancelled,
            ..Self::new("cancelled", message)
        }
    }

    /// The account was examined and is not healthy; the report says all.
    pub(crate) fn findings() -> Self {
        Self::new("findings", "").exiting(Exit::Findings)
    }

    /// The system did not do something that it normally does.
    pub(crate) fn internal(what: &str, error: &dyn fmt::Display) -> Self {
        Self::new("internal", format!("This should not happen: {what} ({error})."))
    }

    /// What the core says, without the command that helps.
    pub(crate) fn without_advice(error: &impl FlowError) -> Self {
        let code = error.code();
        Self::new(code, texts().error(error)).exiting(exit(code))
    }

    /// With another exit code.
    pub(crate) fn exiting(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// With another kind.
    pub(crate) fn named(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// With what to do next.
    pub(crate) fn advise(mut self, next: impl AsRef<str>) -> Self {
        self.message.push(' ');
        self.message.push_str(next.as_ref());
        self
    }

    /// Whether a person or a signal cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.exit == Exit::Cancelled
    }

    /// What is wrong, for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Writes it to standard error and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if self.exit == Exit::Findings {
            return ExitCode::from(self.exit as u8);
        }
        let line = if json {
            escaped(json!({"error": {"kind": self.kind, "message": self.message}}).to_string())
        } else if self.is_cancelled() {
            self.message.clone()
        } else {
            format!("{} {}", style(say!("error")).for_stderr().red().bold(), self.message)
        };
        let line = match io::stderr().is_terminal() {
            true => wrap(&line, terminal::width()),
            false => line,
        };
        // If this cannot be written, the exit code still reports the failure.
        let _ = writeln!(io::stderr(), "{line}");
        ExitCode::from(self.exit as u8)
    }
}

/// A result, for scripts: one JSON object in one line, flushed, so that whoever reads it has it before anything else
/// happens.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::internal("a result has no JSON form", &error))?;
    // One of the results is the new Security Key.
    let line = Zeroizing::new(escaped(line));
    write(&line)?;
    write("\n")
}

/// JSON in which nothing can steer a terminal: what could is written as `\uXXXX`, which means the same.
fn escaped(json: String) -> String {
    if !json.contains(steers) {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match steers(character) {
            true => {
                let mut units = [0; 2];
                let units = character.encode_utf16(&mut units);
                text.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
            }
            false => text.push(character),
        }
    }
    text
}

/// A result, for people.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut line = text.trim_end().to_owned();
    line.push('\n');
    write(&line)
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::new("output", say!("result-unwritable", cause = error.kind().to_string())))
}

/// Nothing was said, and nobody is there to read how the account stands: the help, as for wrong usage.
pub(crate) fn help() -> Failure {
    let help = Cli::command().render_help();
    Failure::usage(format!("No command was given.\n\n{help}"))
}

/// What clap has to say: help, or what is wrong with the arguments.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;
    // The arguments could not be parsed, so whether they ask for JSON must be seen without parsing them.
    let json = std::env::args_os()
        .skip(1)
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json");
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // If the help cannot be written, that is no failure.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ if json => {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text).trim();
            Failure::usage(text).report(true)
        }
        _ => {
            let _ = error.print();
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

/// The core's errors: what they say, and the command that helps.
impl<E: FlowError> From<E> for Failure {
    fn from(error: E) -> Self {
        let next = next(error.code()).or_else(|| (error.remedy() == Remedy::Examine).then_some("next-doctor"));
        let pages = error.pages();
        let mut failure = Self::without_advice(&error);
        if let Some(next) = next {
            failure = failure.advise(say!(next));
        }
        // Addresses that the core gives out are ASCII, so nothing in them can steer a terminal.
        if !pages.is_empty() {
            failure = failure.advise(say!("next-page", pages = pages.join(" , ")));
        }
        failure
    }
}

fn exit(code: &str) -> Exit {
    match code {
        "auth.wrong_password"
        | "auth.unsupported"
        | "auth.browser_needed"
        | "auth.not_approved"
        | "login.wrong_password"
        | "login.denied"
        | "login.ended" => Exit::Refused,
        "discovery.not_a_server_name" | "discovery.insecure" | "rename.too_long" | "logout.unsaved_room_keys" => {
            Exit::Usage
        }
        _ => Exit::Failed,
    }
}

/// The message that says what to run next.
fn next(code: &str) -> Option<&'static str> {
    Some(match code {
        "server.session_expired" => "next-session-expired",
        "store.not_logged_in" => "next-not-logged-in",
        "login.not_offered" | "login.password_not_offered" => "next-not-offered",
        "login.already_logged_in" => "next-already-logged-in",
        "sign_out.current_session" => "next-sign-out-this",
        "sign_out.not_verified" => "next-sign-out-not-verified",
        "verification.nobody_can_sign" | "verification.nobody_to_ask" => "next-unlock",
        "logout.unsaved_room_keys" => "next-unsaved-room-keys",
        "logout.reset_pending" => "next-logout-reset-pending",
        "logout.recovery_pending" => "next-logout-recovery-pending",
        "reset.other_pending" | "recovery.pending" => "next-recovery-pending",
        "recovery.reset_pending" | "reset.pending" => "next-reset-pending",
        "reset.nothing_pending" => "next-reset-none",
        "reset.already_committed" => "next-reset-resume",
        "reset.superseded" => "next-reset-leftovers",
        "recovery.not_verified" | "repair.not_verified" => "next-verify",
        "recovery.keys_missing" => "next-fetch-keys",
        "repair.keys_missing" => "next-ask-for-keys",
        "repair.pending" => "next-repair-pending",
        "repair.backup_is_there" => "next-unlock-opens",
        "repair.would_lose" | "repair.no_secret_storage" => "next-new-key",
        "recovery.nothing_pending" => "next-new-key-none",
        "recovery.already_committed" => "next-new-key-resume",
        "recovery.superseded" => "next-check-key",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use keyward::{
        account::OpenError,
        auth::{AuthError, BrowserStage},
        error::ServerError,
        login::LoginError,
        logout::LogoutError,
        recovery::RecoveryError,
        reset::ResetError,
        sessions::SignOutError,
        verification::UnlockError,
    };

    use super::*;

    #[test]
    fn json_steers_no_terminal_and_means_the_same() {
        let value = json!({"name": "a\u{9b}2J\u{202e}\u{7f}\u{e0041}\n\"é😀"});
        let text = escaped(value.to_string());
        assert_eq!(text, r#"{"name":"a\u009b2J\u202e\u007f\udb40\udc41\n\"é😀"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn a_refusal_has_exit_code_3_wherever_it_comes_from() {
        for failure in [
            Failure::from(LoginError::WrongPassword),
            Failure::from(ResetError::Auth(AuthError::WrongPassword)),
            Failure::from(SignOutError::Auth(AuthError::Unsupported { stages: Vec::new() })),
        ] {
            assert_eq!(failure.exit, Exit::Refused, "{}", failure.message);
        }
    }

    #[test]
    fn a_browser_that_is_needed_is_named_with_its_page() {
        let stage = BrowserStage {
            name: "m.login.sso".to_owned(),
            page: "https://example.org/fallback?session=1".to_owned(),
        };
        let failure = Failure::from(AuthError::BrowserNeeded { pages: vec![stage] });
        assert!(
            failure.message.contains("https://example.org/fallback?session=1"),
            "{}",
            failure.message
        );
    }

    #[test]
    fn the_message_names_the_command_to_run_next() {
        for (failure, command) in [
            (Failure::from(ResetError::Pending), "keyward reset --resume"),
            (Failure::from(ResetError::Pending), "keyward reset --cancel"),
            (Failure::from(ResetError::OtherPending), "keyward recovery new --cancel"),
            (Failure::from(RecoveryError::Pending), "keyward recovery new --resume"),
            (Failure::from(RecoveryError::ResetPending), "keyward reset --resume"),
            (Failure::from(RecoveryError::KeysMissing), "keyward sessions verify"),
            (
                Failure::from(LogoutError::RecoveryPending),
                "keyward recovery new --resume",
            ),
            (Failure::from(OpenError::NotLoggedIn), "keyward login"),
            (Failure::from(ServerError::SessionExpired), "keyward keys export"),
            (Failure::from(UnlockError::IncompleteSecretStorage), "keyward doctor"),
            (
                Failure::from(LogoutError::UnsavedRoomKeys { count: 3 }),
                "keyward keys export",
            ),
        ] {
            assert!(failure.message.contains(command), "{}", failure.message);
        }
    }
}
