// SPDX-License-Identifier: Apache-2.0

//! `keyward reset`

mod after_care;
mod drive;
mod kinds;
mod lines;
mod options;
mod steps;
mod words;

use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Args;
use keyward::{
    account::Account,
    login::LoginMethod,
    reset::{CanReset, PendingReset, Plan, ResetError},
    server::Homeserver,
};

use self::{
    drive::{Drive, End},
    kinds::Resets,
    lines::Line,
};
use crate::{
    commands::new_key::{self, Stop},
    context::Context,
    interrupt::Interrupts,
    language::{say, texts},
    output::Failure,
    secrets::{self, PASSWORD},
    session::with_session,
    terminal::text::paragraph,
};

const EXAMPLES: &str = "\
Until the homeserver has accepted the new digital identity nothing is replaced, and Ctrl-C undoes
everything. After that nothing can be lost: --resume finishes an interrupted reset.

Without a terminal, or with --json:
  --acknowledge is needed: you know the consequences, and you keep the key that is printed.
  KEYWARD_PASSWORD           account password
  KEYWARD_NEW_PASSPHRASE     new Security Phrase, with --passphrase
  KEYWARD_EXPORT_PASSPHRASE  passphrase of the file, with --export
  KEYWARD_RECOVERY_KEY       for a session of another program: the old Security Key, or
  KEYWARD_PASSPHRASE         the old Security Phrase, if there is one: nothing stays behind then
  The new key is printed before the homeserver is asked to accept anything.

Examples:
  keyward reset --plan
  keyward reset
  keyward reset --export room-keys.txt
  KEYWARD_PASSWORD=… keyward --json reset --acknowledge
  keyward reset --resume
  keyward reset --handed-over

For a session of another program (`keyward attach`) the reset ends with a step of its own: you give
the new Security Key to that program, as you would give it any Security Key, and --handed-over
finishes the reset.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Derive the new Security Key from a Security Phrase of your own.
    #[arg(long)]
    passphrase: bool,

    /// Save this session's room keys to an encrypted file first.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,

    /// Replace that file if there is one.
    #[arg(long, requires = "export")]
    force: bool,

    /// The account may be in other hands: delete the old key storage even if it could not be read, and everything else
    /// that the old Security Key opens. For a session of another program, only once the new one holds all of it.
    #[arg(long)]
    compromised: bool,

    /// Keep the old key storage even if all of its keys are in the new one.
    #[arg(long, conflicts_with = "compromised")]
    keep_old_backup: bool,

    /// Make a key storage although the account has it switched off.
    #[arg(long)]
    turn_on_key_storage: bool,

    /// You know the consequences: do not ask whether to go on.
    #[arg(long)]
    acknowledge: bool,

    /// With --json: print lines with {"status":"progress"} as well.
    #[arg(long)]
    progress: bool,

    /// With --handed-over: do not wait for the other program. The old key storage stays, and the old Security Key opens it.
    #[arg(long, requires = "handed_over")]
    keep_old: bool,

    #[command(flatten)]
    instead: Instead,
}

#[derive(Args, Debug)]
#[group(multiple = false, conflicts_with_all = [
    "passphrase", "export", "force", "compromised", "keep_old_backup", "turn_on_key_storage",
])]
struct Instead {
    /// Only say what a reset would mean for this account, in numbers. Changes nothing.
    #[arg(long)]
    plan: bool,

    /// Go on with an interrupted reset.
    #[arg(long)]
    resume: bool,

    /// Undo an interrupted reset whose new digital identity is not in force yet.
    #[arg(long)]
    cancel: bool,

    /// The other program, whose session this is, has the new Security Key: finish. The old key storage is deleted only if the
    /// new one then holds all of it.
    #[arg(long)]
    handed_over: bool,
}

impl Instead {
    /// Whether a reset that waits is taken up.
    fn resumes(&self) -> bool {
        self.resume || self.handed_over
    }
}

/// What the handling of an interruption has to know.
#[derive(Default)]
struct Trace {
    /// Whether there may be something to undo.
    begun: Cell<bool>,
    /// Whether the new identity is known to be in force.
    committed: Arc<AtomicBool>,
    /// A file of room keys that was written, and stays.
    exported: RefCell<Option<PathBuf>>,
}

impl Trace {
    fn is_committed(&self) -> bool {
        self.committed.load(Ordering::Relaxed)
    }
}

pub(crate) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    if !arguments.instead.plan && !arguments.instead.cancel && !arguments.instead.resumes() {
        check_arguments(context, &arguments)?;
    }
    with_session!(context.session().await?, account => Box::pin(reset(context, &account, &arguments, interrupts)).await)
}

async fn reset<K: Resets>(
    context: &Context,
    account: &Account<K>,
    arguments: &Arguments,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    K::check(arguments)?;
    if arguments.instead.plan {
        return tokio::select! {
            result = Box::pin(show_plan(context, account, arguments)) => result,
            () = interrupts.next() => Err(Failure::cancelled(say!("cancelled"))),
        };
    }
    if arguments.instead.cancel {
        return tokio::select! {
            result = Box::pin(account.cancel_reset()) => {
                result?;
                context.result(&Line::Cancelled, || say!("reset-undone"))
            }
            () = interrupts.next() => Err(undo_interrupted()),
        };
    }

    let trace = Trace::default();
    let result = tokio::select! {
        result = Box::pin(Drive::new(context, account, arguments, &trace).run()) => result,
        () = interrupts.next() => Err(Stop::undo(Failure::cancelled(say!("cancelled")))),
    };
    match result {
        Ok(End::HandingOver) => Ok(()),
        Ok(End::Done(done)) => {
            done.report(context, K::ATTACHED)?;
            // The reset is done, whatever happens to the offer after it.
            tokio::select! {
                () = Box::pin(after_care::offer(context, account, *done)) => {}
                () = interrupts.next() => {}
            }
            Ok(())
        }
        Err(stop) if stop.undo => Err(undo(context, account, stop.failure, &trace, interrupts).await),
        Err(stop) => Err(stop.failure),
    }
}

/// Reports missing arguments before anything happens.
fn check_arguments(context: &Context, arguments: &Arguments) -> Result<(), Failure> {
    if context.terminal.is_interactive() {
        return Ok(());
    }
    if !arguments.acknowledge {
        return Err(Failure::usage(
            "Nobody can be asked whether to go on, so --acknowledge is needed. `keyward reset --plan` says what a reset \
             means for this account.",
        ));
    }
    if arguments.passphrase {
        new_key::require_phrase(context)?;
    }
    if arguments.export.is_some() && context.secrets.get(secrets::EXPORT_PASSPHRASE)?.is_none() {
        return Err(secrets::missing("The file's passphrase", secrets::EXPORT_PASSPHRASE));
    }
    Ok(())
}

async fn show_plan<K: Resets>(context: &Context, account: &Account<K>, arguments: &Arguments) -> Result<(), Failure> {
    let plan = K::make_plan(context, account).await?;
    let smaller = words::smaller(K::smaller_unless_compromised(context, account, arguments).await?);
    context.result(&plan.consequences, || {
        let width = context.terminal.width();
        let consequences = words::consequences(&plan.consequences, words::choices(arguments), width);
        match smaller {
            Some(smaller) => format!("{}\n\n{consequences}", paragraph(&smaller, width)),
            None => consequences,
        }
    })
}

/// After an interruption, or where the reset cannot go on: puts everything back if it is not too late, and says which.
async fn undo<K: CanReset>(
    context: &Context,
    account: &Account<K>,
    failure: Failure,
    trace: &Trace,
    interrupts: &mut Interrupts,
) -> Failure {
    if !trace.begun.get() {
        return failure.advise(say!("nothing-was-changed"));
    }
    let result = {
        let _spinner = context.terminal.spinner(&say!("reset-undoing"));
        tokio::select! {
            result = Box::pin(account.cancel_reset()) => result,
            () = interrupts.next() => return undo_interrupted(),
        }
    };
    match result {
        // Another client's reset has replaced this one after it was in force.
        Ok(()) if trace.is_committed() => failure.advise(say!("reset-status-shows")),
        Ok(()) => match trace.exported.take() {
            Some(file) => failure.advise(say!(
                "reset-nothing-changed-but-file",
                file = file.display().to_string()
            )),
            None => failure.advise(say!("nothing-was-changed")),
        },
        Err(ResetError::NothingPending) if trace.is_committed() => Failure::cancelled(say!("reset-interrupted-done")),
        Err(ResetError::NothingPending) => failure.advise(say!("nothing-was-changed")),
        Err(ResetError::AlreadyCommitted) if is_handing_over(account).await => {
            interrupted(say!("reset-interrupted-handing-over"))
        }
        Err(ResetError::AlreadyCommitted) => interrupted(say!("reset-interrupted-committed")),
        Err(error) if trace.is_committed() => interrupted(say!(
            "reset-interrupted-committed-because",
            error = texts().error(&error)
        )),
        Err(error @ ResetError::NotUndone) => {
            interrupted(say!("reset-interrupted-not-undone", error = texts().error(&error)))
        }
        Err(error) => interrupted(say!("reset-interrupted-unknown", error = texts().error(&error))),
    }
}

async fn is_handing_over<K: CanReset>(account: &Account<K>) -> bool {
    matches!(
        Box::pin(account.pending_reset()).await,
        Ok(Some(PendingReset::HandingOver))
    )
}

fn undo_interrupted() -> Failure {
    interrupted(say!("reset-undo-interrupted"))
}

/// Cancelled, and something is left.
fn interrupted(message: String) -> Failure {
    Failure::cancelled(message).named("interrupted")
}

/// Requires the account password if nobody can be asked for it later and the server is going to want it: a server that lets
/// people log in with nothing else. Others may want a browser, whose page is printed then.
async fn require_password<K: CanReset>(context: &Context, account: &Account<K>, plan: &Plan) -> Result<(), Failure> {
    let will_be_asked = plan.consequences.old_identity.is_some();
    if !will_be_asked || context.terminal.is_interactive() || context.secrets.get(PASSWORD)?.is_some() {
        return Ok(());
    }
    let homeserver = Homeserver::discover(&account.homeserver()).await?;
    match homeserver.login_methods().await?.as_slice() {
        [LoginMethod::Password] => Err(secrets::missing("The account password", PASSWORD)),
        _ => Ok(()),
    }
}
