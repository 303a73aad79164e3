// SPDX-License-Identifier: Apache-2.0

//! `keyward recovery check`

use clap::Args;
use keyward::{
    account::Account,
    identity::KnowsIdentity,
    recovery::{CheckError, KeyCheck},
    secret_storage::{KeyInput, OpenError},
};

use super::words;
use crate::{
    commands::unlock::{given, missing, typed},
    context::Context,
    language::{say, texts},
    output::Failure,
};

const EXAMPLES: &str = "\
The key or phrase comes from KEYWARD_RECOVERY_KEY, KEYWARD_PASSPHRASE or a
prompt. Exit code 0: it is a key of this account, and the answer says what it
opens; 1: it is none.

Examples:
  keyward recovery check
  keyward --json recovery check --recovery-key-fd 3 3<FILE";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {}

pub(super) async fn run<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    attached: bool,
) -> Result<(), Failure> {
    let check = match given(context)? {
        Some(input) => look(context, account, &input).await?,
        None if context.terminal.is_interactive() => ask_and_look(context, account).await?,
        None => return Err(missing("The Security Key or Phrase")),
    };
    context.result(&check, || words::check(&check, attached, context.terminal.width()))
}

/// Asks until it is something that could be a key. That it is none of this account is an answer.
async fn ask_and_look<K: KnowsIdentity>(context: &Context, account: &Account<K>) -> Result<KeyCheck, Failure> {
    loop {
        let input = typed(context, &say!("recovery-what-to-check")).await?;
        match look(context, account, &input).await {
            Err(CheckError::Open(error @ (OpenError::MistypedKey | OpenError::NoPassphrase))) => {
                context.terminal.say(&texts().error(&error));
            }
            result => return Ok(result?),
        }
    }
}

pub(super) async fn look<K: KnowsIdentity>(
    context: &Context,
    account: &Account<K>,
    input: &KeyInput,
) -> Result<KeyCheck, CheckError> {
    let _spinner = context.terminal.spinner(&say!("recovery-checking"));
    Box::pin(account.check_recovery_key(input)).await
}
