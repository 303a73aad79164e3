// SPDX-License-Identifier: Apache-2.0

//! The command line: one file a command.

mod attach;
mod doctor;
mod keys;
mod login;
mod logout;
mod new_key;
mod recovery;
mod reset;
mod sessions;
mod status;
mod unlock;

use std::pin::Pin;

use clap::{Parser, Subcommand};

use crate::{
    context::{Context, Global},
    interrupt::Interrupts,
    language::say,
    output::Failure,
};

const EXAMPLES: &str = "\
Examples:
  keyward login --homeserver example.org
  keyward status
  keyward doctor                      what is wrong, and the smallest thing that mends it
  keyward unlock                      verify this session with the Security Key or Phrase
  keyward sessions                    a live page; --plain prints it in lines
  keyward sessions verify ABCDEFGHIJ  with emoji or a QR code
  keyward reset --plan                what a reset would mean, in numbers; changes nothing
  keyward reset
  keyward recovery new                a new Security Key; nothing has to be verified again

Secrets come from a prompt, from a file descriptor or from the environment, never from an argument.
The environment of a program can be read by all others of the same user, so prefer a descriptor:
keyward unlock --recovery-key-fd 3 3<FILE
  KEYWARD_PASSWORD           account password (login, reset, sessions sign-out)
  KEYWARD_RECOVERY_KEY       Security Key (unlock, recovery, doctor --fix)
  KEYWARD_PASSPHRASE         Security Phrase (unlock, recovery, doctor --fix)
  KEYWARD_OLD_RECOVERY_KEY   Security Key of a key storage that was kept (keys recover)
  KEYWARD_NEW_PASSPHRASE     new Security Phrase (reset --passphrase, recovery new --passphrase)
  KEYWARD_EXPORT_PASSPHRASE  passphrase of a room-key file (keys, reset --export)
  KEYWARD_ACCESS_TOKEN       access token of an attached session (attach, and all that works for it)

Other environment variables:
  KEYWARD_DATA_DIR           folder of the encrypted store, as --data-dir
  KEYWARD_NO_KEYRING=1       as --no-keyring
  KEYWARD_PLAIN=1            as --plain
  KEYWARD_LANGUAGE           as --language; without it LC_ALL, LC_MESSAGES, LANG and LANGUAGE
  KEYWARD_LOG                what to log, for instance keyward=debug
  NO_COLOR                   no colours

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 authorisation refused, 4 cancelled, 5 findings.";

/// Account security for Matrix: reset cross-signing and manage sessions, without losing anything on the way.
#[derive(Parser, Debug)]
#[command(name = "keyward", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,

    /// Without one, in a terminal: how the account stands, and what to do next.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Log in: make a new session of the account, with an encrypted store of its own
    Login(login::Arguments),
    /// Show how the account and this session stand
    Status,
    /// Verify this session with the Security Key or the Security Phrase
    Unlock,
    /// The account's sessions: look at them live, verify, rename, sign out
    Sessions(sessions::Arguments),
    /// Reset cross-signing: a new digital identity, secret storage and key storage
    Reset(reset::Arguments),
    /// A new Security Key without a reset, and what a key opens
    Recovery(recovery::Arguments),
    /// What is wrong with the account, and the smallest thing that mends it
    Doctor(doctor::Arguments),
    /// Save room keys to a file, read them from one, or from a key storage that was kept
    Keys(keys::Arguments),
    /// Sign out of this session and remove its local files
    Logout(logout::Arguments),
    /// Work for a session that another program keeps
    Attach(attach::Arguments),
    /// End that: remove the local documents, and nothing else
    Detach(attach::Detaching),
}

impl Command {
    /// Runs the command. A login, attaching, a reset, a new key, the doctor and a verification handle interruptions themselves;
    /// all others may simply stop.
    pub(crate) async fn run(self, context: &Context, interrupts: &mut Interrupts) -> Result<(), Failure> {
        let work: Pin<Box<dyn Future<Output = Result<(), Failure>>>> = match self {
            Self::Reset(arguments) => return Box::pin(reset::run(context, arguments, interrupts)).await,
            Self::Doctor(arguments) => return Box::pin(doctor::run(context, arguments, interrupts)).await,
            Self::Recovery(arguments) => return Box::pin(recovery::run(context, arguments, interrupts)).await,
            Self::Sessions(arguments) => return Box::pin(sessions::run(context, arguments, interrupts)).await,
            Self::Login(arguments) => return Box::pin(login::run(context, arguments, interrupts)).await,
            Self::Attach(arguments) => return Box::pin(attach::attach(context, arguments, interrupts)).await,
            Self::Status => Box::pin(status::run(context)),
            Self::Unlock => Box::pin(unlock::run(context)),
            Self::Keys(arguments) => Box::pin(keys::run(context, arguments)),
            Self::Logout(arguments) => Box::pin(logout::run(context, arguments)),
            Self::Detach(arguments) => Box::pin(attach::detach(context, arguments)),
        };
        tokio::select! {
            result = work => result,
            () = interrupts.next() => Err(Failure::cancelled(say!("cancelled"))),
        }
    }
}
