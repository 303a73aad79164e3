// SPDX-License-Identifier: Apache-2.0

//! Performs a reset: asks `state.rs` what comes next, runs the step, writes the journal, and stops where a person is
//! needed.
//!
//! Every call can be dropped at any await, and the process can be killed at any instant. The next [`Reset::advance`],
//! here or in another process, finds from the journal and the server what was done.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use crate::{
    account::Account,
    auth::{Attempt, Authorisation, Browser, Challenge, Then},
    facts::Waiting,
    key_backup,
    reset::{
        Confirmation, Export, OldBackup, Outcome, PendingReset, Plan, Progress, ProgressListener, ResetError,
        ResetOptions, ResetState, Step,
        journal::Journal,
        look::identity,
        plan, prepare,
        run::Run,
        state::{self, Action, Phase, ServerIdentity},
        steps,
    },
    room_keys::RoomKeyProgress,
    secret::{Password, RecoveryKey, Secret},
};

/// A reset under way. Dropping it interrupts the reset; it can be resumed or cancelled later.
pub struct Reset {
    run: Run,
    authorisation: Authorisation,
    /// While a person is at work in a browser.
    browser: Option<Browser>,
    done: Option<Outcome>,
    _one_at_a_time: OwnedMutexGuard<()>,
}

impl std::fmt::Debug for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reset")
            .field("phase", &self.run.journal.phase)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Looks at what a reset would mean for this account. Changes nothing.
    ///
    /// # Errors
    /// [`ResetError::Request`]
    #[tracing::instrument(skip_all)]
    pub async fn plan_reset(&self) -> Result<Plan, ResetError> {
        plan::make(self).await
    }

    /// Starts a reset: exports room keys if wanted, makes all new keys, and journals them. The server is not touched;
    /// [`Reset::advance`] does that.
    ///
    /// # Errors
    /// [`ResetError`]; nothing is changed then.
    #[tracing::instrument(skip_all)]
    pub async fn start_reset(&self, plan: &Plan, options: ResetOptions) -> Result<Reset, ResetError> {
        let guard = self.flow_guard().ok_or(ResetError::AlreadyRunning)?;
        if plan.before.user_id != self.user_id() || plan.before.device_id != self.device_id() {
            return Err(ResetError::PlanOutdated);
        }
        if let Some(passphrase) = &options.passphrase {
            prepare::check_passphrase(passphrase, self.user_id())?;
        }
        let earlier = Journal::load(self).await?;
        if let Some(earlier) = &earlier
            && (earlier.phase != Phase::Cancelled || is_in_force(identity(self, earlier).await?))
        {
            return Err(ResetError::Pending);
        }
        let progress = options.progress.unwrap_or_else(|| Arc::new(|_| {}));
        let before = plan.before.clone();
        let mut drained = None;
        if let Some(Export { file, passphrase }) = options.export {
            drained = steps::drain(self, &before, &progress).await?;
            let listener = progress.clone();
            let report = move |at: RoomKeyProgress| {
                listener(Progress {
                    step: Step::Export,
                    done: at.done,
                    total: at.total,
                })
            };
            self.export_room_keys(&file, &passphrase, report).await?;
        }
        progress(Progress {
            step: Step::MakeKeys,
            done: 0,
            total: 0,
        });
        let with_backup = options.turn_on_key_storage || !before.key_storage_off;
        let keys = prepare::new_keys(self, options.passphrase, with_backup).await?;
        let mut journal = Journal::new(before, options.compromised, options.old_backup, keys);
        journal.drained = drained;
        journal.replaced = Some(prepare::held(self).await?);
        journal.earlier = earlier.map(Box::new);
        journal.save(self).await?;
        let mut reset = Reset::new(self.clone(), journal, progress, false, guard);
        reset.run.looked_at = Some(plan.made);
        Ok(reset)
    }

    /// Takes an interrupted reset up again.
    ///
    /// # Errors
    /// [`ResetError::NothingPending`] where there is none; else as [`Reset::advance`].
    #[tracing::instrument(skip_all)]
    pub async fn resume_reset(&self, progress: Option<ProgressListener>) -> Result<Reset, ResetError> {
        let guard = self.flow_guard().ok_or(ResetError::AlreadyRunning)?;
        let mut journal = Journal::load(self).await?.ok_or(ResetError::NothingPending)?;
        if journal.phase == Phase::Cancelled || journal.earlier.is_some() {
            match identity(self, &journal).await? {
                ServerIdentity::Earlier => journal = steps::give_way(self, journal).await?,
                ServerIdentity::Planned | ServerIdentity::Other if journal.phase == Phase::Cancelled => {
                    return Err(ResetError::NothingPending);
                }
                _ => {}
            }
        }
        let mut reset = Reset::new(
            self.clone(),
            journal,
            progress.unwrap_or_else(|| Arc::new(|_| {})),
            true,
            guard,
        );
        reset.run.reconcile_lastingly().await?;
        Ok(reset)
    }

    /// Whether an interrupted reset waits, and in which of the two states.
    ///
    /// # Errors
    /// [`ResetError::Request`], [`ResetError::UnknownJournal`]
    pub async fn pending_reset(&self) -> Result<Option<PendingReset>, ResetError> {
        Ok(match self.waiting_reset().await? {
            None | Some(Waiting::Cancelled) => None,
            Some(Waiting::Staged) => Some(PendingReset::Staged),
            Some(Waiting::Committed) => Some(PendingReset::Committed),
            Some(Waiting::Unreadable) => return Err(ResetError::UnknownJournal),
        })
    }

    /// Undoes an interrupted reset whose new identity is not in force: removes everything that was staged and forgets
    /// the new keys. Homeservers cannot delete account data, so the new key's description, and secrets that did not
    /// exist before, stay as empty events.
    ///
    /// # Errors
    /// [`ResetError::NothingPending`]; [`ResetError::AlreadyCommitted`] if it is too late.
    #[tracing::instrument(skip_all)]
    pub async fn cancel_reset(&self) -> Result<(), ResetError> {
        let _guard = self.flow_guard().ok_or(ResetError::AlreadyRunning)?;
        let journal = Journal::load(self).await?.ok_or(ResetError::NothingPending)?;
        steps::cancel(self, journal).await
    }
}

impl Reset {
    fn new(
        account: Account,
        journal: Journal,
        progress: ProgressListener,
        resumed: bool,
        guard: OwnedMutexGuard<()>,
    ) -> Self {
        let mut authorisation = Authorisation::new(account.server().url().clone(), account.user_id());
        authorisation.take_up(journal.browser_session.as_deref().map(Secret::new));
        Self {
            run: Run {
                account,
                journal,
                progress,
                resumed,
                looked_at: None,
                look: None,
            },
            authorisation,
            browser: None,
            done: None,
            _one_at_a_time: guard,
        }
    }

    /// Goes on until a person is needed or the reset is done. May be called again after any error.
    ///
    /// # Errors
    /// [`ResetError`]
    #[tracing::instrument(skip_all)]
    pub async fn advance(&mut self) -> Result<ResetState, ResetError> {
        if let Some(outcome) = &self.done {
            return Ok(ResetState::Done(outcome.clone()));
        }
        // An earlier look at the server counts only while it is fresh: anything may happen between two calls, and after
        // the commit no later check would notice.
        if self.is_committed() && !self.run.has_just_looked() {
            self.run.reconcile_lastingly().await?;
        }
        while let Some(action) = state::next(self.run.journal.phase) {
            tracing::debug!(?action, "reset");
            match action {
                Action::Stage => {
                    steps::stage(&mut self.run).await?;
                    self.run.enter(Phase::Staged).await?;
                }
                Action::ShowKey => {
                    return Ok(ResetState::SaveKey {
                        recovery_key: self.recovery_key(),
                    });
                }
                Action::Authorise => {
                    if let Some(challenge) = self.ask_for_authorisation().await? {
                        return Ok(ResetState::Authorise { challenge });
                    }
                }
                Action::Bind => {
                    steps::bind(&mut self.run).await?;
                    self.run.enter(Phase::Bound).await?;
                }
                Action::BackUp => {
                    steps::back_up(&mut self.run).await?;
                    self.run.enter(Phase::BackedUp).await?;
                }
                Action::CleanUp => {
                    let (old_backup, untrusted_sessions) = steps::clean_up(&mut self.run).await?;
                    return self.finish(old_backup, untrusted_sessions).await;
                }
            }
        }
        Err(ResetError::NothingPending)
    }

    /// The person has saved the new key.
    ///
    /// # Errors
    /// [`ResetError::KeyMismatch`] if something else was typed; [`ResetError::OutOfOrder`].
    pub async fn confirm_saved(&mut self, confirmation: &Confirmation) -> Result<(), ResetError> {
        if self.run.journal.phase != Phase::Staged {
            return Err(ResetError::OutOfOrder);
        }
        if let Confirmation::Retyped(typed) = confirmation
            && !self.recovery_key().is(typed)
        {
            return Err(ResetError::KeyMismatch);
        }
        self.run.enter(Phase::Confirmed).await
    }

    /// Answers the server's challenge with the account password. On success the new identity is in force.
    ///
    /// # Errors
    /// [`ResetError::Auth`]: a wrong password may be followed by another try. [`ResetError::OutOfOrder`] before the key
    /// is confirmed. [`ResetError::Superseded`] if another client was faster.
    #[tracing::instrument(skip_all)]
    pub async fn authorise(&mut self, password: &Password) -> Result<(), ResetError> {
        if self.run.journal.phase != Phase::Confirmed {
            return Err(ResetError::OutOfOrder);
        }
        steps::answer_password(&mut self.run, &mut self.authorisation, password).await?;
        if self.is_committed() {
            self.browser = None;
            return Ok(());
        }
        // The server wants more than the password.
        self.keep_browser_session().await
    }

    /// The person authorises the reset in a browser, at a page of the challenge. [`Reset::advance`] then waits until that is
    /// done, for ten minutes at most; it may be dropped and called again, which asks the server at once. It returns with
    /// [`ResetState::Authorise`] if the person has to be told something: another page, or that another account has done it.
    ///
    /// What was done in the browser counts after a restart, too.
    ///
    /// # Errors
    /// [`ResetError::OutOfOrder`] before [`ResetState::Authorise`]; [`ResetError::Auth`] if there is nothing to do in a
    /// browser.
    pub async fn authorise_in_browser(&mut self) -> Result<(), ResetError> {
        if self.run.journal.phase != Phase::Confirmed || self.authorisation.challenge().is_none() {
            return Err(ResetError::OutOfOrder);
        }
        self.browser = Some(self.authorisation.use_browser()?);
        self.keep_browser_session().await
    }

    /// Whether a person is at work in a browser.
    pub(super) fn is_in_browser(&self) -> bool {
        self.browser.is_some() && self.run.journal.phase == Phase::Confirmed
    }

    async fn keep_browser_session(&mut self) -> Result<(), ResetError> {
        let session = self.authorisation.session_under_way();
        let session = session.map(|session| session.reveal().to_owned());
        if self.run.journal.browser_session == session {
            return Ok(());
        }
        self.run.note(|journal| journal.browser_session = session).await
    }

    /// Asks the server to accept the new identity, and waits for a person who is at work in a browser. `None`: it is in
    /// force, as far as is known.
    async fn ask_for_authorisation(&mut self) -> Result<Option<Challenge>, ResetError> {
        if let Some(pause) = self.browser.as_mut().and_then(Browser::take_pause) {
            tokio::time::sleep(pause).await;
        }
        loop {
            let in_browser = self.browser.is_some();
            let answer = steps::ask_for_authorisation(&mut self.run, &mut self.authorisation, in_browser).await;
            let Some(browser) = &mut self.browser else {
                return Ok(match answer? {
                    Attempt::Done(()) => None,
                    Attempt::Challenged(challenge) => Some(challenge),
                });
            };
            match browser.after(answer, ResetError::retry_after) {
                Ok(Then::Pause(pause)) => tokio::time::sleep(pause).await,
                Ok(Then::Show(challenge)) => {
                    // Another page may belong to another session. Where there is none, what was to do in a browser is done.
                    match challenge.pages().is_empty() {
                        true => self.browser = None,
                        false => drop(self.authorisation.use_browser()?),
                    }
                    self.keep_browser_session().await?;
                    return Ok(Some(challenge));
                }
                Ok(Then::Done(())) => {
                    self.browser = None;
                    return Ok(None);
                }
                Err(error) => {
                    self.browser = None;
                    return Err(error);
                }
            }
        }
    }

    /// Undoes the reset; see [`Account::cancel_reset`].
    ///
    /// # Errors
    /// [`ResetError::AlreadyCommitted`] if it is too late.
    pub async fn cancel(self) -> Result<(), ResetError> {
        if self.done.is_some() {
            return Err(ResetError::AlreadyCommitted);
        }
        steps::cancel(&self.run.account, self.run.journal).await
    }

    /// The new Security Key.
    pub fn recovery_key(&self) -> RecoveryKey {
        RecoveryKey::new(self.run.journal.keys.recovery_key.clone())
    }

    /// Whether the new identity is in force, as far as this handle has seen.
    pub fn is_committed(&self) -> bool {
        self.done.is_some() || self.run.is_committed()
    }

    async fn finish(
        &mut self,
        old_backup: OldBackup,
        untrusted_sessions: Vec<String>,
    ) -> Result<ResetState, ResetError> {
        let room_keys_backed_up = match self.run.journal.new_backup() {
            Some(_) => key_backup::uploaded(&self.run.account).await?,
            None => 0,
        };
        let outcome = Outcome {
            recovery_key: self.recovery_key(),
            new_identity: self.run.journal.keys.master_key.clone(),
            untrusted_sessions,
            old_backup,
            room_keys_backed_up,
        };
        self.run.journal.end(&self.run.account).await?;
        self.done = Some(outcome.clone());
        Ok(ResetState::Done(outcome))
    }
}

/// Whether the identity is the work of this reset or of an earlier one, which then has to be finished.
fn is_in_force(server: ServerIdentity) -> bool {
    matches!(server, ServerIdentity::New | ServerIdentity::Earlier)
}
