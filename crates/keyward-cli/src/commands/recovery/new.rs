// SPDX-License-Identifier: Apache-2.0

//! `keyward recovery new`: leads a person or a script through making a new Security Key. Dropped at any await, it leaves one
//! that can be cancelled or resumed.

use std::cell::{Cell, RefCell};

use clap::Args;
use keyward::{
    account::Account,
    error::{FlowError as _, Remedy},
    flow::{Driver, NotDone, Status, drive},
    recovery::{
        Confirmation, RecoveryError, RecoveryFlow, RecoveryOptions, RecoveryOutcome, RecoveryState, RecoveryStep,
    },
    texts::RecoveryView,
};
use serde::Serialize;
use tokio::{join, sync::watch};

use super::{kinds::MakesKeys, words};
use crate::{
    commands::new_key::{self, KeySource, Stop, ended},
    context::Context,
    interrupt::Interrupts,
    language::{say, texts},
    output::Failure,
    terminal::{
        Terminal,
        progress::{self, title},
    },
};

const EXAMPLES: &str = "\
The new key is written beside the old one, which stays in force until you have
saved the new one; until then Ctrl-C undoes everything. The digital identity,
everybody's trust and the key storage stay as they are. This session has to be
verified and to have the private keys.

Without a terminal, or with --json:
  --acknowledge is needed: you keep the key that is printed, before it is put in
  force; afterwards the old one opens nothing.
  KEYWARD_NEW_PASSPHRASE  new Security Phrase, with --passphrase
  For a session of another program, which has the private keys:
  KEYWARD_RECOVERY_KEY    the old Security Key, or
  KEYWARD_PASSPHRASE      the old Security Phrase
  If both are lost, that program has to make the new key.

Examples:
  keyward recovery new
  keyward recovery new --passphrase
  keyward --json recovery new --acknowledge
  keyward recovery new --resume
  keyward recovery new --cancel";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Derive the new Security Key from a Security Phrase of your own.
    #[arg(long)]
    passphrase: bool,

    /// You know what it means: do not ask whether to go on.
    #[arg(long)]
    acknowledge: bool,

    #[command(flatten)]
    instead: Instead,
}

#[derive(Args, Debug)]
#[group(multiple = false, conflicts_with = "passphrase")]
struct Instead {
    /// Go on with a new key that was interrupted.
    #[arg(long)]
    resume: bool,

    /// Undo one that was interrupted and is not in force yet.
    #[arg(long)]
    cancel: bool,
}

impl Arguments {
    /// Reports missing arguments before anything happens.
    pub(super) fn check(&self, context: &Context) -> Result<(), Failure> {
        if self.instead.resume || self.instead.cancel || context.terminal.is_interactive() {
            return Ok(());
        }
        if !self.acknowledge {
            return Err(Failure::usage(
                "Nobody can be asked whether to go on, so --acknowledge is needed: you keep the key that is printed, and \
                 the old Security Key opens nothing afterwards.",
            ));
        }
        match self.passphrase {
            true => new_key::require_phrase(context),
            false => Ok(()),
        }
    }
}

/// What scripts get beside the new key, one object a line. They rely on it.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line<'a> {
    /// The new key is in force.
    Done {
        recovery_key: &'a str,
        opens_backup: Option<bool>,
        old_key_opens: &'a [String],
    },
    /// It is undone.
    Cancelled,
}

impl<'a> Line<'a> {
    fn done(outcome: &'a RecoveryOutcome) -> Self {
        Self::Done {
            recovery_key: outcome.recovery_key.reveal(),
            opens_backup: outcome.opens_backup,
            old_key_opens: &outcome.old_key_opens,
        }
    }
}

/// What the handling of an interruption has to know.
#[derive(Default)]
struct Trace {
    /// Whether there may be something to undo.
    begun: Cell<bool>,
    /// Where the work was last.
    statuses: RefCell<Option<watch::Receiver<Status<RecoveryFlow>>>>,
}

impl Trace {
    /// Whether the new key was known to be in force.
    fn is_in_force(&self) -> bool {
        let statuses = self.statuses.borrow();
        let last = statuses.as_ref().map(|statuses| statuses.borrow());
        last.is_some_and(|last| {
            matches!(
                *last,
                Status::Working(Some(RecoveryStep::CleanUp)) | Status::At(RecoveryState::Done(_))
            )
        })
    }
}

pub(super) async fn run<K: MakesKeys>(
    context: &Context,
    account: &Account<K>,
    arguments: &Arguments,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    if arguments.instead.cancel {
        return tokio::select! {
            result = Box::pin(account.cancel_recovery()) => {
                result.map_err(K::failure)?;
                context.result(&Line::Cancelled, || say!("recovery-undone"))
            }
            () = interrupts.next() => Err(undo_interrupted()),
        };
    }
    let trace = Trace::default();
    let work = Work {
        context,
        account,
        arguments,
        trace: &trace,
    };
    let result = tokio::select! {
        result = Box::pin(work.run()) => result,
        () = interrupts.next() => Err(Stop::undo(Failure::cancelled(say!("cancelled")))),
    };
    match result {
        Ok(outcome) => context.result(&Line::done(&outcome), || {
            words::outcome(&outcome, context.terminal.width())
        }),
        Err(stop) if stop.undo => Err(undo(context, account, stop.failure, &trace, interrupts).await),
        Err(stop) => Err(stop.failure),
    }
}

/// Why one attempt did not make the key.
enum Halt {
    /// The core says so.
    Core(RecoveryError),
    /// Anything else.
    Here(Failure),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Here(failure)
    }
}

impl From<RecoveryError> for Halt {
    fn from(error: RecoveryError) -> Self {
        Self::Core(error)
    }
}

impl From<NotDone<RecoveryError>> for Halt {
    fn from(not_done: NotDone<RecoveryError>) -> Self {
        match not_done {
            NotDone::Failed(error) => Self::Core(error),
            NotDone::Paused | NotDone::Ended => Self::Here(ended()),
        }
    }
}

/// One run of `keyward recovery new` or `keyward recovery new --resume`.
struct Work<'a, K: MakesKeys> {
    context: &'a Context,
    account: &'a Account<K>,
    arguments: &'a Arguments,
    trace: &'a Trace,
}

impl<K: MakesKeys> Work<'_, K> {
    async fn run(&self) -> Result<RecoveryOutcome, Stop> {
        let result = match self.arguments.instead.resume {
            true => self.resume().await,
            false => self.make().await,
        };
        let stop = match result {
            Ok(outcome) => return Ok(outcome),
            Err(Halt::Here(failure)) => Stop::from(failure),
            Err(Halt::Core(error)) => Stop {
                failure: K::failure(error.clone()),
                ..Stop::because(error)
            },
        };
        match stop.undo || stop.says_all || !self.trace.begun.get() {
            true => Err(stop),
            false => Err(Stop {
                failure: stop.failure.advise(self.how_it_stands().await),
                ..stop
            }),
        }
    }

    /// How a key that was not finished stands, and what the person can do with it.
    async fn how_it_stands(&self) -> String {
        match Box::pin(self.account.resume_recovery()).await {
            Ok(recovery) if recovery.is_committed() => say!("recovery-stands-committed"),
            Ok(_) => say!("recovery-stands-staged"),
            Err(RecoveryError::NothingPending) => say!("nothing-was-changed"),
            Err(_) => say!("recovery-stands-unknown"),
        }
    }

    /// Makes a key, and asks again for what cannot be used.
    async fn make(&self) -> Result<RecoveryOutcome, Halt> {
        let (context, terminal) = (self.context, self.context.terminal);
        if terminal.is_interactive() {
            let before = {
                let _spinner = terminal.spinner(&say!("looking-at-account"));
                K::look(self.account).await?
            };
            let user_id = self.account.user_id();
            terminal.say(&words::meaning(user_id, before.opens_backup, terminal.width()));
            terminal.say("");
            if !self.arguments.acknowledge && !terminal.confirm(&say!("go-on"), true).await? {
                return Err(Failure::cancelled(say!("cancelled")).into());
            }
        }
        let mut old_key = K::old_key(context, self.account).await?;
        let mut source = new_key::key_source(context, self.arguments.passphrase).await?;
        loop {
            let options = RecoveryOptions {
                passphrase: source.phrase(),
            };
            let flow = K::flow(self.account, old_key.clone(), options);
            let with_phrase = matches!(source, KeySource::Phrase(_));
            let error = match self.attempt(flow, None, with_phrase).await {
                Err(Halt::Core(error)) if terminal.is_interactive() && error.remedy() == Remedy::AskAgain => error,
                result => return result,
            };
            terminal.say(&texts().error(&error));
            match error {
                RecoveryError::EmptyPassphrase | RecoveryError::WeakPassphrase => {
                    source = new_key::ask_phrase(context).await?;
                }
                RecoveryError::OldKey(_) => old_key = K::ask_old_key(context, self.account).await?,
                error => return Err(error.into()),
            }
        }
    }

    /// Takes an interrupted one up, and makes sure that the person or script holds the key before it goes on.
    async fn resume(&self) -> Result<RecoveryOutcome, Halt> {
        let (key, is_committed) = {
            let recovery = Box::pin(self.account.resume_recovery()).await?;
            (recovery.recovery_key(), recovery.is_committed())
        };
        self.trace.begun.set(true);
        let remark = match is_committed {
            false => say!("recovery-old-in-force"),
            true => say!("recovery-maybe-in-force"),
        };
        let begin = || self.context.terminal.say(&Stage::SaveKey.label());
        let confirmation = new_key::hand_over(self.context, &key, begin, &remark, false).await?;
        self.attempt(RecoveryFlow::resume(self.account), Some(confirmation), false)
            .await
    }

    /// Drives the flow. `saved`: the person has the key already.
    async fn attempt(
        &self,
        flow: RecoveryFlow,
        saved: Option<Confirmation>,
        with_phrase: bool,
    ) -> Result<RecoveryOutcome, Halt> {
        let steps = Steps {
            terminal: self.context.terminal,
            with_numbers: saved.is_none(),
            shown: progress::Steps::new(self.context.terminal),
        };
        self.trace.begun.set(true);
        let (driver, work) = drive(Status::Working(None), |reporter| flow.reporting_to(reporter));
        *self.trace.statuses.borrow_mut() = Some(driver.statuses());
        let (result, ()) = join!(self.go_on(driver, &steps, saved, with_phrase), work);
        steps.shown.stop();
        result
    }

    /// Talks with the person, while the flow goes on by itself.
    async fn go_on(
        &self,
        driver: Driver<RecoveryFlow>,
        steps: &Steps,
        mut saved: Option<Confirmation>,
        with_phrase: bool,
    ) -> Result<RecoveryOutcome, Halt> {
        // What could not be begun has left nothing to try again.
        driver.begun().await?;
        let mut statuses = driver.statuses();
        loop {
            let status = statuses.borrow_and_update().clone();
            match status {
                Status::Working(None) => {}
                Status::Working(Some(step)) => steps.at(step),
                Status::At(RecoveryState::SaveKey { recovery_key }) => {
                    steps.shown.done();
                    let confirmation = match saved.take() {
                        Some(confirmation) => confirmation,
                        None => {
                            let begin = || steps.ask();
                            let remark = say!("recovery-old-in-force");
                            new_key::hand_over(self.context, &recovery_key, begin, &remark, with_phrase).await?
                        }
                    };
                    driver.command(confirmation).await?;
                    continue;
                }
                Status::At(RecoveryState::Done(outcome)) => {
                    steps.shown.done();
                    return Ok(outcome);
                }
                Status::Stopped { error, .. } => {
                    steps.shown.stop();
                    if !new_key::tries_again(self.context.terminal, &error).await? {
                        return Err(error.into());
                    }
                    driver.retry().await?;
                    continue;
                }
                Status::Cancelled => return Err(ended().into()),
            }
            statuses.changed().await.map_err(|_| ended())?;
        }
    }
}

/// After an interruption: puts everything back if it is not too late, and says which.
async fn undo<K: MakesKeys>(
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
            result = Box::pin(account.cancel_recovery()) => result,
            () = interrupts.next() => return undo_interrupted(),
        }
    };
    match result {
        Ok(()) => failure.advise(say!("nothing-was-changed")),
        Err(RecoveryError::NothingPending) if trace.is_in_force() => {
            Failure::cancelled(say!("recovery-interrupted-done"))
        }
        Err(RecoveryError::NothingPending) => failure.advise(say!("nothing-was-changed")),
        Err(RecoveryError::AlreadyCommitted) => interrupted(say!("recovery-interrupted-committed")),
        Err(error) => interrupted(say!("recovery-interrupted-not-undone", error = texts().error(&error))),
    }
}

fn undo_interrupted() -> Failure {
    interrupted(say!("recovery-undo-interrupted"))
}

/// Cancelled, and something is left.
fn interrupted(message: String) -> Failure {
    Failure::cancelled(message).named("interrupted")
}

/// One step: the core's, and the one that the person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Core(RecoveryStep),
    SaveKey,
}

impl Stage {
    /// In the order in which they are seen.
    const ALL: [Self; 5] = [
        Self::Core(RecoveryStep::MakeKey),
        Self::Core(RecoveryStep::Stage),
        Self::SaveKey,
        Self::Core(RecoveryStep::Switch),
        Self::Core(RecoveryStep::CleanUp),
    ];

    fn label(self) -> String {
        match self {
            Self::Core(step) => texts().recovery_step(step),
            Self::SaveKey => texts().recovery(&RecoveryView::SaveKey).title,
        }
    }
}

/// Shows the steps.
struct Steps {
    terminal: Terminal,
    /// Not after a restart, when some of them are done.
    with_numbers: bool,
    shown: progress::Steps,
}

impl Steps {
    fn at(&self, step: RecoveryStep) {
        self.shown.at(&self.title(Stage::Core(step)), 0, 0);
    }

    /// The step of the person begins.
    fn ask(&self) {
        self.terminal.say(&self.title(Stage::SaveKey));
    }

    fn title(&self, stage: Stage) -> String {
        let expected: &[Stage] = if self.with_numbers { &Stage::ALL } else { &[] };
        title(expected, &stage, &stage.label())
    }
}

#[cfg(test)]
mod tests {
    use keyward::secret::RecoveryKey;

    use super::*;

    #[test]
    fn lines_have_the_form_that_scripts_rely_on() {
        let outcome = RecoveryOutcome {
            recovery_key: RecoveryKey::new("EsT1 aaaa"),
            opens_backup: Some(true),
            old_key_opens: vec!["org.example.secret".to_owned()],
        };
        let without_backup = RecoveryOutcome {
            opens_backup: None,
            old_key_opens: Vec::new(),
            ..outcome.clone()
        };
        for (line, expected) in [
            (
                Line::done(&outcome),
                concat!(
                    r#"{"status":"done","recovery_key":"EsT1 aaaa","opens_backup":true,"#,
                    r#""old_key_opens":["org.example.secret"]}"#
                ),
            ),
            (
                Line::done(&without_backup),
                r#"{"status":"done","recovery_key":"EsT1 aaaa","opens_backup":null,"old_key_opens":[]}"#,
            ),
            (Line::Cancelled, r#"{"status":"cancelled"}"#),
        ] {
            assert_eq!(serde_json::to_string(&line).unwrap(), expected);
        }
    }
}
