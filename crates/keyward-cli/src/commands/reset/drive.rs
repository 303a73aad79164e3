// SPDX-License-Identifier: Apache-2.0

//! Leads a person or a script through the reset. Dropped at any await, it leaves a reset that can be undone or resumed.

use std::sync::atomic::Ordering;

use keyward::{
    account::Account,
    auth::Challenge,
    error::{FlowError as _, Remedy},
    flow::{Driver, NotDone, Status, drive},
    reset::{
        Confirmation, Consequences, HandedOver, Outcome, PendingReset, Plan, Reset, ResetCommand, ResetError,
        ResetFlow, ResetOptions, ResetState,
    },
    secret::{Password, RecoveryKey},
};
use tokio::join;

use super::{
    Arguments, Trace,
    kinds::Resets,
    lines::Line,
    options, require_password,
    steps::{self, Stage, Steps},
    words,
};
use crate::{
    browser::{self, Purpose, Way},
    commands::{
        new_key::{self, KeySource, Stop, ended},
        recovery,
    },
    context::Context,
    language::{name, say, texts},
    output::{self, Failure},
    secrets::{self, PASSWORD},
};

impl From<ResetError> for Stop {
    fn from(error: ResetError) -> Self {
        Self::because(error)
    }
}

impl From<NotDone<ResetError>> for Stop {
    fn from(not_done: NotDone<ResetError>) -> Self {
        Self::not_done(not_done)
    }
}

/// A finished reset, and what the steps after it need.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// `None` after a restart.
    pub(super) before: Option<Consequences>,
    pub(super) password: Option<Password>,
}

impl Done {
    /// Prints it.
    pub(super) fn report(&self, context: &Context, attached: bool) -> Result<(), Failure> {
        let outcome = &self.outcome;
        context.result(&Line::done(outcome), || {
            words::outcome(outcome, self.before.as_ref(), attached, context.terminal.width())
        })
    }
}

/// How a run ends.
pub(super) enum End {
    Done(Box<Done>),
    /// The reset waits until the other program has the new key.
    HandingOver,
}

/// One run of `keyward reset` or `keyward reset --resume`.
pub(super) struct Drive<'a, K: Resets> {
    context: &'a Context,
    account: &'a Account<K>,
    arguments: &'a Arguments,
    trace: &'a Trace,
    /// The password to try next.
    password: Option<Password>,
    /// Whether the new key is derived from a phrase.
    with_phrase: bool,
    /// Whether the account had no identity when this run began.
    is_first_set_up: bool,
    /// The page that the person is at, in a browser.
    page: Option<String>,
    /// What the command line says of the hand-over.
    said: Option<HandedOver>,
}

impl<'a, K: Resets> Drive<'a, K> {
    pub(super) fn new(
        context: &'a Context,
        account: &'a Account<K>,
        arguments: &'a Arguments,
        trace: &'a Trace,
    ) -> Self {
        Self {
            context,
            account,
            arguments,
            trace,
            password: None,
            with_phrase: false,
            is_first_set_up: false,
            page: None,
            said: arguments.instead.handed_over.then_some(match arguments.keep_old {
                true => HandedOver::KeepOldBackup,
                false => HandedOver::Taken,
            }),
        }
    }

    pub(super) async fn run(mut self) -> Result<End, Stop> {
        self.password = self.context.secrets.get(PASSWORD)?;
        let (reset, steps, before) = match self.arguments.instead.resumes() {
            true => {
                let (reset, steps) = self.resume().await?;
                (reset, steps, None)
            }
            false => {
                let (reset, steps, plan) = self.start().await?;
                (reset, steps, Some(plan.consequences))
            }
        };
        let flow = ResetFlow::under_way(reset);
        let (driver, work) = drive(Status::Working(None), |_| flow);
        let (result, ()) = join!(self.go_on(driver, &steps), work);
        steps.stop();
        match result {
            Ok(Some(outcome)) => Ok(End::Done(Box::new(Done {
                outcome,
                before,
                password: self.password,
            }))),
            Ok(None) => Ok(End::HandingOver),
            Err(stop) if stop.undo || stop.says_all => Err(stop),
            Err(stop) => Err(Stop {
                failure: stop.failure.advise(self.how_it_stands().await),
                ..stop
            }),
        }
    }

    /// How a reset that stopped stands, and what the person can do with it. The server alone knows.
    async fn how_it_stands(&self) -> String {
        let _spinner = self.context.terminal.spinner(&say!("looking-at-account"));
        match Box::pin(self.account.pending_reset()).await {
            Ok(Some(PendingReset::Committed)) => say!("reset-stands-committed"),
            Ok(Some(PendingReset::HandingOver)) => say!("reset-stands-handing-over"),
            Ok(Some(PendingReset::Staged)) => say!("reset-stands-staged"),
            Ok(None) => say!("nothing-was-changed"),
            Err(_) if self.trace.is_committed() => say!("reset-stands-committed"),
            Err(_) => say!("reset-stands-unknown"),
        }
    }

    /// Everything up to the journal: consequences, choices, the new keys.
    async fn start(&mut self) -> Result<(Reset, Steps, Plan), Stop> {
        let (context, arguments, terminal) = (self.context, self.arguments, self.context.terminal);
        if Box::pin(self.account.pending_reset()).await?.is_some() {
            return Err(ResetError::Pending.into());
        }
        if recovery::is_waiting(self.account).await? {
            return Err(ResetError::OtherPending.into());
        }
        let mut plan = K::make_plan(context, self.account).await?;
        require_password(context, self.account, &plan).await?;
        self.is_first_set_up = plan.consequences.old_identity.is_none();
        if terminal.is_interactive() {
            if let Some(smaller) =
                words::smaller(K::smaller_unless_compromised(context, self.account, arguments).await?)
            {
                terminal.say(&smaller);
                terminal.say("");
            }
            terminal.say(&words::consequences(
                &plan.consequences,
                words::choices(arguments),
                terminal.width(),
            ));
            terminal.say("");
            if !arguments.acknowledge && !terminal.confirm(&say!("go-on"), false).await? {
                return Err(Failure::cancelled(say!("cancelled")).into());
            }
        }
        K::complete(context, self.account, &mut plan).await?;
        let consequences = &plan.consequences;
        let export = options::export(context, arguments, consequences).await?;
        let mut source = new_key::key_source(context, arguments.passphrase).await?;

        let with_key_storage = arguments.turn_on_key_storage || !consequences.key_storage_off;
        let expected = steps::expected(consequences, export.is_some(), with_key_storage);
        let steps = Steps::new(terminal, expected, self.trace.committed.clone());
        self.trace.begun.set(true);
        let reset = loop {
            let options = ResetOptions {
                passphrase: source.phrase(),
                export: export.clone(),
                compromised: arguments.compromised,
                old_backup: options::old_backup(arguments),
                turn_on_key_storage: arguments.turn_on_key_storage,
                progress: Some(steps.listener(context.json && arguments.progress)),
            };
            match Box::pin(self.account.start_reset(&plan, options)).await {
                Err(error @ (ResetError::WeakPassphrase | ResetError::EmptyPassphrase))
                    if terminal.is_interactive() =>
                {
                    terminal.say(&texts().error(&error));
                    source = new_key::ask_phrase(context).await?;
                }
                Err(error) => {
                    steps.stop();
                    return Err(error.into());
                }
                Ok(reset) => break reset,
            }
        };
        self.with_phrase = matches!(source, KeySource::Phrase(_));
        *self.trace.exported.borrow_mut() = export.map(|export| export.file);
        Ok((reset, steps, plan))
    }

    /// Takes an interrupted reset up, and makes sure that the person or script holds its key before it goes on.
    async fn resume(&mut self) -> Result<(Reset, Steps), Stop> {
        let handed_over = self.arguments.instead.handed_over;
        if handed_over && Box::pin(self.account.pending_reset()).await? == Some(PendingReset::Staged) {
            return Err(Failure::new("reset.out_of_order", say!("reset-nothing-to-hand-over")).into());
        }
        let steps = Steps::new(self.context.terminal, Vec::new(), self.trace.committed.clone());
        let listener = steps.listener(self.context.json && self.arguments.progress);
        let mut reset = Box::pin(self.account.resume_reset(Some(listener))).await?;
        // If it is not that far yet, it is said when it is.
        if let Some(how) = self.said
            && reset.handed_over(how).await.is_ok()
        {
            self.said = None;
        }
        self.trace.begun.set(true);
        self.trace.committed.store(reset.is_committed(), Ordering::Relaxed);
        // The person has it, and the app, too.
        if !handed_over {
            self.hand_over_key(&reset.recovery_key(), reset.is_committed(), &steps)
                .await?;
        }
        Ok((reset, steps))
    }

    /// Talks with the person, while the reset goes on by itself. `None`: it waits for the other program.
    async fn go_on(&mut self, driver: Driver<ResetFlow>, steps: &Steps) -> Result<Option<Outcome>, Stop> {
        let mut saved_before = self.arguments.instead.resumes().then_some(Confirmation::Acknowledged);
        let mut statuses = driver.statuses();
        loop {
            let status = statuses.borrow_and_update().clone();
            match status {
                Status::Working(_) => self.page = None,
                Status::At(ResetState::SaveKey { recovery_key }) => {
                    self.trace.committed.store(false, Ordering::Relaxed);
                    steps.done();
                    let confirmation = match saved_before.take() {
                        Some(confirmation) => confirmation,
                        None => self.hand_over_key(&recovery_key, false, steps).await?,
                    };
                    driver.command(ResetCommand::ConfirmSaved(confirmation)).await?;
                    continue;
                }
                Status::At(ResetState::Authorise { challenge }) => {
                    // After a set-back, too.
                    self.trace.committed.store(false, Ordering::Relaxed);
                    match self.page.take() {
                        Some(page) => self.tell(page, &challenge)?,
                        None => self.authorise(&driver, steps, &challenge).await?,
                    }
                    if self.page.is_none() {
                        continue;
                    }
                }
                Status::At(ResetState::HandOver {
                    recovery_key,
                    backup_version,
                }) => {
                    self.trace.committed.store(true, Ordering::Relaxed);
                    steps.done();
                    let how = match self.said.take() {
                        Some(how) => Some(how),
                        None => self.hand_over(&recovery_key, backup_version.as_deref(), steps).await?,
                    };
                    let Some(how) = how else { return Ok(None) };
                    driver.command(ResetCommand::HandedOver(how)).await?;
                    continue;
                }
                Status::At(ResetState::Done(outcome)) => {
                    self.trace.committed.store(true, Ordering::Relaxed);
                    steps.done();
                    return Ok(Some(outcome));
                }
                Status::Stopped { error, .. } => {
                    steps.stop();
                    self.page = None;
                    self.ask_to_try_again(error).await?;
                    driver.retry().await?;
                    continue;
                }
                Status::Cancelled => return Err(ended().into()),
            }
            let Some(_) = &self.page else {
                statuses.changed().await.map_err(|_| ended())?;
                continue;
            };
            let mut waiting = self.context.terminal.wait_for_browser();
            loop {
                tokio::select! {
                    changed = statuses.changed() => break changed.map_err(|_| ended())?,
                    () = waiting.enter() => match driver.retry().await {
                        // The reset has gone on already.
                        Ok(()) | Err(NotDone::Failed(ResetError::OutOfOrder)) => {}
                        Err(error) => return Err(error.into()),
                    },
                }
            }
        }
    }

    /// Gives the new key to the person or script, strictly before anything can be replaced.
    async fn hand_over_key(
        &self,
        key: &RecoveryKey,
        is_committed: bool,
        steps: &Steps,
    ) -> Result<Confirmation, Failure> {
        let remark = match is_committed {
            false => say!("reset-not-in-force"),
            true => say!("reset-in-force"),
        };
        let begin = || steps.ask(Stage::SaveKey);
        new_key::hand_over(self.context, key, begin, &remark, self.with_phrase).await
    }

    /// The app of the session gets the new key from the person. A script is told, and comes back.
    async fn hand_over(
        &self,
        key: &RecoveryKey,
        backup_version: Option<&str>,
        steps: &Steps,
    ) -> Result<Option<HandedOver>, Failure> {
        let (context, terminal) = (self.context, self.context.terminal);
        if context.json {
            output::object(&Line::HandOver {
                recovery_key: key.reveal(),
                backup_version,
            })?;
            return Ok(None);
        }
        if !terminal.is_interactive() {
            let warning = backup_version.is_none().then(|| say!("reset-hand-over-no-storage"));
            let all: Vec<String> = std::iter::once(say!("reset-hand-over-script"))
                .chain(warning)
                .chain([say!("reset-hand-over-later")])
                .collect();
            output::text(&all.join(" "))?;
            return Ok(None);
        }
        steps.ask(Stage::HandOver);
        terminal.say(&say!("reset-hand-over"));
        if backup_version.is_none() {
            terminal.say(&say!("reset-hand-over-no-storage"));
        }
        let choices = [
            say!("reset-hand-over-taken"),
            say!("reset-hand-over-without"),
            say!("reset-hand-over-wait"),
        ];
        let choices = choices.each_ref().map(String::as_str);
        Ok(match terminal.choose(&say!("reset-hand-over-how"), &choices).await? {
            0 => Some(HandedOver::Taken),
            1 => Some(HandedOver::KeepOldBackup),
            _ => {
                terminal.say(&say!("reset-hand-over-later"));
                None
            }
        })
    }

    /// Answers the server's challenge. Returns when it is answered or the reset has stopped.
    async fn authorise(
        &mut self,
        driver: &Driver<ResetFlow>,
        steps: &Steps,
        challenge: &Challenge,
    ) -> Result<(), Stop> {
        let terminal = self.context.terminal;
        steps.ask(Stage::Authorise);
        let way = match browser::choose(self.context, challenge, self.password.is_some()).await {
            // Nobody can go on here, so the staged additions are removed.
            Err(failure) if challenge.next_stages().is_empty() => return Err(Stop::undo(failure)),
            way => way?,
        };
        if let Way::Page(page) = way {
            let what = say!("reset-approve", user = name(self.account.user_id()));
            browser::show(self.context, &what, &page, Purpose::Authorise)?;
            driver.command(ResetCommand::AuthoriseInBrowser).await?;
            self.page = Some(page);
            return Ok(());
        }
        loop {
            let password = match self.password.take() {
                Some(password) => password,
                None if terminal.is_interactive() => terminal.secret(&say!("ask-password")).await?,
                // Some servers want it for a first set-up, too, which could not be known before.
                None if self.is_first_set_up => {
                    return Err(Stop::undo(secrets::missing("The account password", PASSWORD)));
                }
                None => return Err(secrets::missing("The account password", PASSWORD).into()),
            };
            let result = {
                let _wait = steps.wait(&say!("reset-asking-to-accept"));
                let command = ResetCommand::Authorise(password.clone());
                Box::pin(driver.command(command)).await
            };
            match result {
                Ok(()) => {
                    self.password = Some(password);
                    return Ok(());
                }
                Err(NotDone::Failed(error)) => match error.remedy() {
                    Remedy::AskAgain if terminal.is_interactive() => terminal.say(&texts().error(&error)),
                    Remedy::UseBrowser => return Err(Stop::undo(error.into())),
                    Remedy::AskAgain | Remedy::ReportBug => return Err(error.into()),
                    // The reset has stopped because of the answer.
                    _ => {
                        self.password = Some(password);
                        return Ok(());
                    }
                },
                Err(NotDone::Paused | NotDone::Ended) => return Err(ended().into()),
            }
        }
    }

    /// What a person who is at a page in a browser has to know: there is another page, or another account has done it.
    fn tell(&mut self, page: String, challenge: &Challenge) -> Result<(), Failure> {
        let pages = challenge.pages();
        let now = match pages.iter().any(|stage| stage.page == page) {
            true => page.clone(),
            false => pages.first().map_or_else(|| page.clone(), |stage| stage.page.clone()),
        };
        if challenge.other_account {
            browser::show_other_account(self.context, self.account.user_id(), &now)?;
        } else if now != page {
            browser::show(self.context, &say!("reset-page-forgotten"), &now, Purpose::Authorise)?;
        }
        self.page = Some(now);
        Ok(())
    }

    /// After an error that may pass: asks the person whether to try again. A script gets the error.
    async fn ask_to_try_again(&self, error: ResetError) -> Result<(), Stop> {
        match new_key::tries_again(self.context.terminal, &error).await? {
            true => Ok(()),
            false => Err(error.into()),
        }
    }
}
