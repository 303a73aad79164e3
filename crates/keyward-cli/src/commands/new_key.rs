// SPDX-License-Identifier: Apache-2.0

//! What every command does that makes a new Security Key: asks where it comes from, gives it to the person or script strictly
//! before anything is replaced, and says why it does not go on.

use keyward::{
    error::{FlowError, Remedy},
    flow::NotDone,
    secret::{Passphrase, RecoveryKey},
    secret_storage::Confirmation,
};
use serde::Serialize;

use crate::{
    context::Context,
    language::{say, texts},
    output::{self, Failure},
    secrets::{self, NEW_PASSPHRASE},
    terminal::{Terminal, key_screen::Confirmed},
};

/// The line that scripts get, and rely on, before the commit.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line<'a> {
    Key { recovery_key: &'a str },
}

/// Where the new Security Key comes from.
#[derive(Clone)]
pub(super) enum KeySource {
    Random,
    Phrase(Passphrase),
}

impl KeySource {
    pub(super) fn phrase(&self) -> Option<Passphrase> {
        match self {
            Self::Random => None,
            Self::Phrase(phrase) => Some(phrase.clone()),
        }
    }
}

/// Reports a phrase that is missing, before anything happens.
pub(super) fn require_phrase(context: &Context) -> Result<(), Failure> {
    match context.secrets.get(NEW_PASSPHRASE)? {
        Some(_) => Ok(()),
        None => Err(missing_phrase()),
    }
}

fn missing_phrase() -> Failure {
    secrets::missing("The new Security Phrase", NEW_PASSPHRASE)
}

/// Asks whether the new key is to be a generated one or derived from a phrase. `with_phrase`: the command line says so.
pub(super) async fn key_source(context: &Context, with_phrase: bool) -> Result<KeySource, Failure> {
    let terminal = context.terminal;
    if with_phrase {
        return match context.secrets.get(NEW_PASSPHRASE)? {
            Some(phrase) => Ok(KeySource::Phrase(phrase)),
            None => ask_first_phrase(context).await,
        };
    }
    if !terminal.is_interactive() {
        return Ok(KeySource::Random);
    }
    let choices = [say!("key-source-generated"), say!("key-source-phrase")];
    let choices = choices.each_ref().map(String::as_str);
    match terminal.choose(&say!("key-source"), &choices).await? {
        0 => Ok(KeySource::Random),
        _ => ask_first_phrase(context).await,
    }
}

async fn ask_first_phrase(context: &Context) -> Result<KeySource, Failure> {
    context.terminal.say(&say!("key-phrase-hint"));
    ask_phrase(context).await
}

/// Asks for a new phrase, twice.
pub(super) async fn ask_phrase(context: &Context) -> Result<KeySource, Failure> {
    let terminal = context.terminal;
    if !terminal.is_interactive() {
        return Err(missing_phrase());
    }
    Ok(KeySource::Phrase(
        terminal
            .new_secret(&say!("key-phrase-new"), &say!("key-phrase-again"))
            .await?,
    ))
}

/// Gives the new key to the person or script. `begin`: called before a person is shown it. `remark`: what is in force meanwhile.
pub(super) async fn hand_over(
    context: &Context,
    key: &RecoveryKey,
    begin: impl FnOnce(),
    remark: &str,
    with_phrase: bool,
) -> Result<Confirmation, Failure> {
    if context.json {
        output::object(&Line::Key {
            recovery_key: key.reveal(),
        })?;
        return Ok(Confirmation::Acknowledged);
    }
    if !context.terminal.is_interactive() {
        output::text(&format!("{} {}", say!("key-label"), key.reveal()))?;
        return Ok(Confirmation::Acknowledged);
    }
    begin();
    let remark = match with_phrase {
        false => remark.to_owned(),
        true => format!("{remark} {}", say!("key-phrase-opens-the-same")),
    };
    let confirmed = context.terminal.show_key(key, &remark).await?;
    context.terminal.say(&format!("  {}", say!("key-is-saved")));
    Ok(match confirmed {
        Confirmed::Retyped(typed) => Confirmation::Retyped(typed),
        Confirmed::Acknowledged => Confirmation::Acknowledged,
    })
}

/// After an error: whether it may pass, and the person wants to try again. A script gets the error.
pub(super) async fn tries_again(terminal: Terminal, error: &impl FlowError) -> Result<bool, Failure> {
    if !error.remedy().may_pass() || !terminal.is_interactive() {
        return Ok(false);
    }
    terminal.say(&texts().error(error));
    terminal.confirm(&say!("try-again"), true).await
}

/// Why a flow does not go on.
pub(super) struct Stop {
    pub(super) failure: Failure,
    /// Whether what was staged is to be taken back.
    pub(super) undo: bool,
    /// Whether the failure's own text says what to do with what waits.
    pub(super) says_all: bool,
}

impl Stop {
    pub(super) fn undo(failure: Failure) -> Self {
        Self {
            failure,
            undo: true,
            says_all: true,
        }
    }

    /// Of an error of the core.
    pub(super) fn because<E: FlowError>(error: E) -> Self {
        // Then nothing waits, or resuming it is not the solution, or it is what the error is about.
        let says_all = matches!(
            error.remedy(),
            Remedy::LookAgain | Remedy::Cancel | Remedy::Update | Remedy::ResumeOrCancel
        );
        Self {
            says_all,
            ..Failure::from(error).into()
        }
    }

    /// Of a command that was not done.
    pub(super) fn not_done<E: FlowError>(not_done: NotDone<E>) -> Self {
        match not_done {
            NotDone::Failed(error) => Self::because(error),
            NotDone::Paused | NotDone::Ended => ended().into(),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self {
            undo: failure.is_cancelled(),
            failure,
            says_all: false,
        }
    }
}

/// Only the command that drives a flow ends it, so such an end is a bug in it.
pub(super) fn ended() -> Failure {
    Failure::internal("the work ended", &"nobody has ended it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_has_the_form_that_scripts_rely_on() {
        let line = Line::Key {
            recovery_key: "EsT1 aaaa",
        };
        let line = serde_json::to_string(&line).unwrap();
        assert_eq!(line, r#"{"status":"key","recovery_key":"EsT1 aaaa"}"#);
    }
}
