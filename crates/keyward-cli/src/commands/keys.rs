// SPDX-License-Identifier: Apache-2.0

//! `keyward keys`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use keyward::{
    account::Account,
    doctor::RepairError,
    error::{FlowError as _, Remedy},
    room_keys::{ImportError, RoomKeyProgress},
    secret::{Passphrase, RecoveryKey},
    secret_storage::KeyInput,
};
use serde_json::json;

use super::unlock::typed;
use crate::{
    context::Context,
    language::{say, texts},
    output::Failure,
    secrets::{self, EXPORT_PASSPHRASE, OLD_RECOVERY_KEY},
    terminal::progress::Steps,
};

const EXAMPLES: &str = "\
Files need no network, and work with a session that was signed out elsewhere.
A file's passphrase comes from KEYWARD_EXPORT_PASSPHRASE or from a prompt.
recover takes the old Security Key from KEYWARD_OLD_RECOVERY_KEY or from a prompt.

Examples:
  keyward keys export room-keys.txt
  keyward keys import room-keys.txt
  keyward keys recover                   the old Security Key has turned up";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Save this session's room keys to an encrypted file that Element and other clients read
    Export {
        /// The file to write.
        #[arg(value_name = "FILE")]
        file: PathBuf,

        /// Replace the file if there is one.
        #[arg(long)]
        force: bool,
    },
    /// Read room keys from an encrypted file that this or another client wrote
    Import {
        /// The file to read.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Move what a key storage holds that an earlier reset has kept into this session and into the present key storage
    Recover {
        /// Only this version of the key storage.
        #[arg(long, value_name = "V")]
        version: Option<String>,
    },
}

pub(crate) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::Export { file, force } => {
            may_write(context, &file, force).await?;
            let account = context.account().await?;
            let passphrase = new_passphrase(context).await?;
            let exported = export(context, &account, &file, &passphrase).await?;
            context.result(&json!({"exported": exported, "file": file}), || saved(exported, &file))
        }
        Action::Import { file } => import(context, &file).await,
        Action::Recover { version } => recover(context, version.as_deref()).await,
    }
}

/// What was saved, and where.
pub(crate) fn saved(exported: u64, file: &Path) -> String {
    say!("keys-saved", count = exported, file = file.display().to_string())
}

/// The old Security Key has turned up: what it opens is fetched. The old key storage stays.
async fn recover(context: &Context, version: Option<&str>) -> Result<(), Failure> {
    let account = context.account().await?;
    let given = context.secrets.get(OLD_RECOVERY_KEY)?;
    let gained = match given {
        Some(key) => {
            let key = KeyInput::RecoveryKey(RecoveryKey::new(key.reveal()));
            recover_with(context, &account, &key, version).await?
        }
        None if context.terminal.is_interactive() => loop {
            let key = typed(context, &say!("keys-opened-old-storage")).await?;
            match recover_with(context, &account, &key, version).await {
                Err(error) if error.remedy() == Remedy::AskAgain => context.terminal.say(&texts().error(&error)),
                result => break result?,
            }
        },
        None => return Err(secrets::missing("The old Security Key", OLD_RECOVERY_KEY)),
    };
    let result = json!({"status": "done", "room_keys_recovered": gained});
    context.result(&result, || match gained {
        0 => say!("keys-had-all"),
        gained => say!("keys-recovered", count = gained),
    })
}

async fn recover_with(
    context: &Context,
    account: &Account,
    key: &KeyInput,
    version: Option<&str>,
) -> Result<u64, RepairError> {
    let steps = Steps::new(context.terminal);
    let what = say!("keys-fetching");
    steps.at(&what, 0, 0);
    let report = steps.clone();
    let progress = move |done, total| report.at(&what, done, total);
    let gained = Box::pin(account.recover_room_keys(key, version, progress)).await;
    match &gained {
        Ok(_) => steps.done(),
        Err(_) => steps.stop(),
    }
    gained
}

/// Asks before a file is replaced. A pipe or a terminal cannot be replaced, so there is no question for them.
pub(crate) async fn may_write(context: &Context, file: &Path, force: bool) -> Result<(), Failure> {
    if force || !file.is_file() {
        return Ok(());
    }
    let name = file.display();
    if !context.terminal.is_interactive() {
        return Err(Failure::usage(format!("{name} exists already. --force replaces it.")));
    }
    match context.terminal.confirm(&replace(file), false).await? {
        true => Ok(()),
        false => Err(Failure::cancelled(say!("keys-not-replaced"))),
    }
}

/// Asks for the name of a new file until it is one that could be written.
pub(crate) async fn ask_file(context: &Context) -> Result<PathBuf, Failure> {
    let terminal = context.terminal;
    loop {
        let file = PathBuf::from(terminal.line(&say!("keys-file"), Some("room-keys.txt")).await?);
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            terminal.say(&say!("keys-no-folder"));
        } else if file.is_dir() {
            terminal.say(&say!("keys-is-folder"));
        } else if !file.is_file() || terminal.confirm(&replace(&file), false).await? {
            return Ok(file);
        }
    }
}

fn replace(file: &Path) -> String {
    say!("keys-replace", file = file.display().to_string())
}

/// The passphrase for a new file.
pub(crate) async fn new_passphrase(context: &Context) -> Result<Passphrase, Failure> {
    match context.secrets.get(EXPORT_PASSPHRASE)? {
        Some(passphrase) => Ok(passphrase),
        None if context.terminal.is_interactive() => {
            context
                .terminal
                .new_secret(&say!("keys-new-passphrase"), &say!("keys-same-passphrase"))
                .await
        }
        None => Err(secrets::missing("The file's passphrase", EXPORT_PASSPHRASE)),
    }
}

/// Saves the room keys, with progress.
pub(crate) async fn export(
    context: &Context,
    account: &Account,
    file: &Path,
    passphrase: &Passphrase,
) -> Result<u64, Failure> {
    let steps = Steps::new(context.terminal);
    let what = say!("keys-saving");
    steps.at(&what, 0, 0);
    let report = steps.clone();
    let progress = move |at: RoomKeyProgress| report.at(&what, at.done, at.total);
    let exported = Box::pin(account.export_room_keys(file, passphrase, progress)).await;
    steps.stop();
    Ok(exported?)
}

async fn import(context: &Context, file: &Path) -> Result<(), Failure> {
    let terminal = context.terminal;
    let account = context.account().await?;
    let mut passphrase = context.secrets.get(EXPORT_PASSPHRASE)?;
    let import = loop {
        let given = match passphrase.take() {
            Some(passphrase) => passphrase,
            None if terminal.is_interactive() => terminal.secret(&say!("keys-passphrase")).await?,
            None => return Err(secrets::missing("The file's passphrase", EXPORT_PASSPHRASE)),
        };
        let steps = Steps::new(terminal);
        let what = say!("keys-reading");
        steps.at(&what, 0, 0);
        let report = steps.clone();
        let progress = move |at: RoomKeyProgress| report.at(&what, at.done, at.total);
        let result = Box::pin(account.import_room_keys(file, &given, progress)).await;
        steps.stop();
        match result {
            Err(error @ ImportError::WrongPassphrase) if terminal.is_interactive() => {
                terminal.say(&texts().error(&error))
            }
            result => break result?,
        }
    };
    let result = json!({"imported": import.imported, "total": import.total, "malformed": import.malformed});
    context.result(&result, || {
        let known = import
            .total
            .saturating_sub(import.imported)
            .saturating_sub(import.malformed);
        let also = [(known, "keys-known"), (import.malformed, "keys-malformed")];
        let also = also.into_iter().filter(|(count, _)| *count > 0);
        let also = also.map(|(count, id)| say!(id, count = count));
        let all: Vec<String> = std::iter::once(say!("keys-imported", count = import.imported))
            .chain(also)
            .collect();
        all.join(" ")
    })
}
