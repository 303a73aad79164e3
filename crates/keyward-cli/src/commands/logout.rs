// SPDX-License-Identifier: Apache-2.0

//! `keyward logout`

use clap::Args;
use keyward::{
    account::Account,
    error::{RequestError, ServerError},
    logout::{LogoutError, UnsavedRoomKeys},
    reset::ResetError,
};
use serde_json::json;

use crate::{
    commands::{keys, recovery},
    context::Context,
    language::say,
    output::Failure,
};

const EXAMPLES: &str = "\
Works for a session that was signed out elsewhere, too: it then removes the local files.

Examples:
  keyward logout
  keyward logout --discard-keys";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Let room keys go that are in no key storage. Messages that need them can never be read again. A new Security Key that
    /// waits to be finished is given up, too.
    #[arg(long)]
    discard_keys: bool,
}

pub(crate) async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    let account = context.account().await?;
    if let Some(pending) = pending_reset(&account).await? {
        return Err(pending);
    }
    // Before the question what is to happen to the room keys: that answer is not about it.
    if !arguments.discard_keys && recovery::is_waiting(&account).await? {
        return Err(LogoutError::RecoveryPending.into());
    }
    let unsaved = match arguments.discard_keys {
        true => UnsavedRoomKeys::Discard,
        false => save_room_keys(context, &account).await?,
    };
    {
        let _spinner = context.terminal.spinner(&say!("logout-working"));
        Box::pin(account.log_out(unsaved)).await?;
    }
    drop(account);
    context.store_keys.remove().await?;
    context.result(&json!({"logged_out": true}), || say!("logout-done"))
}

/// An interrupted reset would be lost with the files. If the session was signed out elsewhere, it cannot be finished
/// anyway.
async fn pending_reset(account: &Account) -> Result<Option<Failure>, Failure> {
    match Box::pin(account.pending_reset()).await {
        Ok(pending) => Ok(pending.map(|_| ResetError::Pending.into())),
        Err(ResetError::Request(RequestError::Server(ServerError::SessionExpired))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Offers to save the room keys that would be lost.
async fn save_room_keys(context: &Context, account: &Account) -> Result<UnsavedRoomKeys, Failure> {
    let terminal = context.terminal;
    let unsaved = account.unsaved_room_keys().await?;
    if unsaved == 0 {
        return Ok(UnsavedRoomKeys::Keep);
    }
    if !terminal.is_interactive() {
        return Err(LogoutError::UnsavedRoomKeys { count: unsaved }.into());
    }
    terminal.say(&say!("logout-unsaved", count = unsaved));
    let choices = [say!("logout-save"), say!("logout-let-go"), say!("logout-stay")];
    let choices = choices.each_ref().map(String::as_str);
    match terminal.choose(&say!("logout-what-about-them"), &choices).await? {
        0 => {
            let file = keys::ask_file(context).await?;
            let passphrase = keys::new_passphrase(context).await?;
            let exported = keys::export(context, account, &file, &passphrase).await?;
            terminal.say(&keys::saved(exported, &file));
            Ok(UnsavedRoomKeys::Discard)
        }
        1 => Ok(UnsavedRoomKeys::Discard),
        _ => Err(Failure::cancelled(say!("logout-cancelled"))),
    }
}
