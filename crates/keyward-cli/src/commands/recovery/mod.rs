// SPDX-License-Identifier: Apache-2.0

//! `keyward recovery`: a new Security Key (recovery key) without a reset, and what a key opens.

mod check;
mod kinds;
mod new;
mod words;

use clap::{Args, Subcommand};
use keyward::{account::Account, identity::KnowsIdentity, recovery::RecoveryError};

use crate::{context::Context, interrupt::Interrupts, language::say, output::Failure, session::with_session};

const EXAMPLES: &str = "\
For whoever has lost the Security Key (recovery key), or wants another Security
Phrase: a verified session makes a new one. Nobody loses trust, nothing has to be
verified again, and no password is needed.

Examples:
  keyward recovery check    what does the key open that I have? changes nothing
  keyward recovery new
  keyward recovery new --passphrase";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Make a new Security Key, without a reset
    New(new::Arguments),
    /// Look what a Security Key or Phrase opens; changes nothing
    Check(check::Arguments),
}

pub(crate) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    match arguments.action {
        Action::New(arguments) => {
            arguments.check(context)?;
            with_session!(
                context.session().await?,
                account => Box::pin(new::run(context, &account, &arguments, interrupts)).await
            )
        }
        Action::Check(_) => {
            let check = async {
                let session = context.session().await?;
                let attached = session.is_attached();
                with_session!(session, account => Box::pin(check::run(context, &account, attached)).await)
            };
            tokio::select! {
                result = check => result,
                () = interrupts.next() => Err(Failure::cancelled(say!("cancelled"))),
            }
        }
    }
}

/// Whether a new key waits to be resumed or cancelled. The server is not asked.
pub(super) async fn is_waiting<K: KnowsIdentity>(account: &Account<K>) -> Result<bool, Failure> {
    match Box::pin(account.resume_recovery()).await {
        Err(RecoveryError::NothingPending) => Ok(false),
        // Also one that this version cannot read.
        Ok(_) | Err(RecoveryError::UnknownJournal) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
