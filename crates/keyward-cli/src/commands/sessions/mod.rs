// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions`: the live page in a terminal, and everything on it as commands for scripts and screen readers.

mod acknowledge;
mod list;
mod page;
mod propose;
mod push;
mod rename;
mod show;
pub(crate) mod sign_out;
mod verify;
mod watch;
pub(crate) mod words;

use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};
use keyward::{
    account::Account,
    error::StoreError,
    identity::KnowsIdentity,
    sessions::{Filter, LedgerEntry, Session, SessionList, Snapshot},
};

use crate::{
    context::Context,
    interrupt::Interrupts,
    language::{name, say},
    output::Failure,
};

const EXAMPLES: &str = "\
In a terminal this is a page that follows changes; ? shows its keys. --plain prints the same in lines.

Examples:
  keyward sessions
  keyward sessions --plain --filter inactive
  keyward sessions show ABCDEFGHIJ
  keyward sessions rename ABCDEFGHIJ 'Old laptop'
  keyward sessions verify ABCDEFGHIJ
  keyward sessions propose --inactive-days 90
  keyward sessions sign-out --unverified
  keyward --json sessions --filter unverified | jq -r '.others[].device_id'";

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Which of the other sessions to show.
    #[arg(long, value_enum, default_value_t = Shown::All)]
    filter: Shown,

    /// Print the list, then a line for each change, until Ctrl-C. With --json the whole list for each change.
    #[arg(long)]
    watch: bool,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Show everything about a session
    Show(show::Arguments),
    /// Give a session another name, which other people can see
    Rename(rename::Arguments),
    /// Switch a session's push notifications on or off
    Push(push::Arguments),
    /// Verify a session, this one or another, by emoji or QR code
    Verify(verify::Arguments),
    /// Say that a new login was you, so that it is no longer reported
    Acknowledge(acknowledge::Arguments),
    /// Show which sessions you may want to sign out, by rules that you choose
    Propose(propose::Arguments),
    /// Sign other sessions out
    SignOut(sign_out::Arguments),
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Shown {
    /// Every session
    All,
    /// Verified ones
    Verified,
    /// Unverified ones
    Unverified,
    /// Those not seen for more than 90 days
    Inactive,
    /// Those that do not support encryption
    Unverifiable,
}

impl From<Shown> for Filter {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::All => Self::All,
            Shown::Verified => Self::Verified,
            Shown::Unverified => Self::Unverified,
            Shown::Inactive => Self::Inactive,
            Shown::Unverifiable => Self::Unverifiable,
        }
    }
}

/// A verification sees to interruptions itself; everything else may simply stop.
pub(crate) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    let work = async {
        match arguments.action {
            Some(Action::Verify(arguments)) => return Ok(Some(arguments)),
            Some(Action::Show(arguments)) => Box::pin(show::run(context, arguments)).await,
            Some(Action::Rename(arguments)) => Box::pin(rename::run(context, arguments)).await,
            Some(Action::Push(arguments)) => Box::pin(push::run(context, arguments)).await,
            Some(Action::Acknowledge(arguments)) => Box::pin(acknowledge::run(context, arguments)).await,
            Some(Action::Propose(arguments)) => Box::pin(propose::run(context, arguments)).await,
            Some(Action::SignOut(arguments)) => Box::pin(sign_out::run(context, arguments)).await,
            None if arguments.watch => Box::pin(watch::run(context, arguments.filter.into())).await,
            None if context.terminal.shows_pages() => {
                let session = context.session().await?;
                Box::pin(page::run(&session, arguments.filter.into())).await
            }
            None => Box::pin(list::run(context, arguments.filter.into())).await,
        }
        .map(|()| None)
    };
    let verify = tokio::select! {
        result = Box::pin(work) => result?,
        () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
    };
    match verify {
        Some(arguments) => Box::pin(verify::run(context, arguments, interrupts)).await,
        None => Ok(()),
    }
}

/// The list and its new logins, noted in the ledger.
async fn snapshot<K: KnowsIdentity>(context: &Context, account: &Account<K>) -> Result<Snapshot, Failure> {
    let _spinner = context.terminal.spinner(&say!("asking-homeserver"));
    Ok(Box::pin(account.session_snapshot()).await?)
}

/// What the ledger has of a session that is there, or else of the last login with that ID.
async fn history_of<K: KnowsIdentity>(
    account: &Account<K>,
    device_id: &str,
) -> Result<Option<LedgerEntry>, StoreError> {
    let entries = account.session_history().await?;
    Ok(entries.into_iter().find(|entry| entry.device_id == device_id))
}

fn find<'a>(list: &'a SessionList, device_id: &str) -> Result<&'a Session, Failure> {
    std::iter::once(&list.current)
        .chain(&list.others)
        .find(|session| session.device_id == device_id)
        .ok_or_else(|| unknown(device_id))
}

fn unknown(device_id: &str) -> Failure {
    Failure::new("sessions.unknown", say!("sessions-unknown", device = name(device_id)))
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
