// SPDX-License-Identifier: Apache-2.0

//! What people choose before a reset: from the command line, the environment, and questions.

use keyward::{
    reset::{Consequences, Export, OldBackupPolicy},
    secret::Passphrase,
};

use super::Arguments;
use crate::{
    commands::keys,
    context::Context,
    output::Failure,
    secrets::{self, NEW_PASSPHRASE},
};

/// Where the new Security Key comes from.
pub(super) enum KeySource {
    Random,
    Phrase(Passphrase),
}

/// The file for the room keys, if one is wanted. Whether it can be written is found out later, when it is written.
pub(super) async fn export(
    context: &Context,
    arguments: &Arguments,
    consequences: &Consequences,
) -> Result<Option<Export>, Failure> {
    let terminal = context.terminal;
    let file = match &arguments.export {
        Some(file) => {
            keys::may_write(context, file, arguments.force).await?;
            file.clone()
        }
        None => {
            // Those of an attached session are its app's.
            let Some(here) = consequences.room_keys_here else {
                return Ok(None);
            };
            let has_keys = here > 0 || consequences.backup_readable;
            if !terminal.is_interactive() || !has_keys {
                return Ok(None);
            }
            terminal.say("The reset keeps your room keys. An encrypted file would be one more copy of them.");
            if !terminal.confirm("Save them to a file first?", false).await? {
                return Ok(None);
            }
            keys::ask_file(context).await?
        }
    };
    let passphrase = keys::new_passphrase(context).await?;
    Ok(Some(Export { file, passphrase }))
}

/// Asks whether the new key is to be a generated one or derived from a phrase.
pub(super) async fn key_source(context: &Context, arguments: &Arguments) -> Result<KeySource, Failure> {
    let terminal = context.terminal;
    if arguments.passphrase {
        return match context.secrets.get(NEW_PASSPHRASE)? {
            Some(phrase) => Ok(KeySource::Phrase(phrase)),
            None => ask_first_phrase(context).await,
        };
    }
    if !terminal.is_interactive() {
        return Ok(KeySource::Random);
    }
    let choices = [
        "A generated Security Key (recommended)",
        "A Security Phrase of your own",
    ];
    match terminal
        .choose("What shall open your secret storage from now on?", &choices)
        .await?
    {
        0 => Ok(KeySource::Random),
        _ => ask_first_phrase(context).await,
    }
}

async fn ask_first_phrase(context: &Context) -> Result<KeySource, Failure> {
    let hint = "Several unrelated words are easy to remember and hard to guess. Do not use your account password.";
    context.terminal.say(hint);
    ask_phrase(context).await
}

/// Asks for a new phrase, twice.
pub(super) async fn ask_phrase(context: &Context) -> Result<KeySource, Failure> {
    let terminal = context.terminal;
    if !terminal.is_interactive() {
        return Err(secrets::missing("The new Security Phrase", NEW_PASSPHRASE));
    }
    Ok(KeySource::Phrase(
        terminal
            .new_secret("New Security Phrase:", "The same phrase again:")
            .await?,
    ))
}

/// What the command line says of the old key storage.
pub(super) fn old_backup(arguments: &Arguments) -> OldBackupPolicy {
    if arguments.keep_old_backup {
        OldBackupPolicy::Keep
    } else {
        OldBackupPolicy::DeleteWhenDrained
    }
}
