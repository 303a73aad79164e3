// SPDX-License-Identifier: Apache-2.0

//! `keyward unlock`

use std::time::Duration;

use keyward::{
    account::Account,
    secret::RecoveryKey,
    secret_storage::{KeyInput, OpenError},
    verification::{UnlockError, Unlocked},
};
use serde_json::json;

use crate::{
    context::Context,
    language::{say, texts},
    output::Failure,
    secrets::{PASSPHRASE, RECOVERY_KEY},
};

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let account = context.account().await?;
    let unlocked = match given(context)? {
        Some(input) => unlock(context, &account, &input).await?,
        None if context.terminal.is_interactive() => ask_and_unlock(context, &account).await?,
        None => return Err(missing("The Security Key or Phrase")),
    };
    let result = json!({"verified": true, "key_backup": unlocked.key_backup});
    context.result(&result, || match unlocked.key_backup {
        true => say!("unlock-done"),
        false => say!("unlock-done-without-storage"),
    })
}

/// What the environment or a descriptor gives.
pub(crate) fn given(context: &Context) -> Result<Option<KeyInput>, Failure> {
    Ok(
        match (context.secrets.get(RECOVERY_KEY)?, context.secrets.get(PASSPHRASE)?) {
            (Some(key), None) => Some(KeyInput::RecoveryKey(RecoveryKey::new(key.reveal()))),
            (None, Some(phrase)) => Some(KeyInput::Passphrase(phrase)),
            (None, None) => None,
            (Some(_), Some(_)) => {
                return Err(Failure::usage(format!(
                    "{RECOVERY_KEY} and {PASSPHRASE} are both there. One of them is enough."
                )));
            }
        },
    )
}

/// The complaint where nobody can be asked for `what`.
pub(crate) fn missing(what: &str) -> Failure {
    Failure::usage(format!(
        "{what} is missing, and there is no terminal to ask for it. Set {RECOVERY_KEY} or {PASSPHRASE}."
    ))
}

/// Asks for a Security Key or Phrase.
pub(crate) async fn typed(context: &Context, question: &str) -> Result<KeyInput, Failure> {
    let terminal = context.terminal;
    let choices = [say!("ask-key-kind"), say!("ask-phrase-kind")];
    let choices = choices.each_ref().map(String::as_str);
    Ok(match terminal.choose(question, &choices).await? {
        0 => KeyInput::RecoveryKey(RecoveryKey::new(terminal.secret(&say!("ask-key")).await?.reveal())),
        _ => KeyInput::Passphrase(terminal.secret(&say!("ask-phrase")).await?),
    })
}

/// Asks until something opens it.
async fn ask_and_unlock(context: &Context, account: &Account) -> Result<Unlocked, Failure> {
    let terminal = context.terminal;
    loop {
        let input = typed(context, &say!("unlock-with-what")).await?;
        match unlock(context, account, &input).await {
            Err(UnlockError::Open(
                error @ (OpenError::MistypedKey | OpenError::WrongKey | OpenError::NoPassphrase),
            )) => terminal.say(&texts().error(&error)),
            result => return Ok(result?),
        }
    }
}

async fn unlock(context: &Context, account: &Account, input: &KeyInput) -> Result<Unlocked, UnlockError> {
    let _spinner = context.terminal.spinner(&say!("unlock-opening"));
    let unlocked = Box::pin(account.unlock(input)).await?;
    if let Err(error) = Box::pin(account.sync_once(Duration::ZERO)).await {
        tracing::warn!(%error, "the session is verified; its room keys reach the key storage with a later command");
    }
    Ok(unlocked)
}
