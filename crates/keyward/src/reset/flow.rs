// SPDX-License-Identifier: Apache-2.0

//! Performs a reset: asks `state.rs` what comes next, runs the step, writes the journal, and stops where a person is
//! needed.
//!
//! Every call can be dropped at any await, and the process can be killed at any instant. The next [`Reset::advance`],
//! here or in another process, finds from the journal and the server what was done.

use std::sync::Arc;

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use tokio::sync::OwnedMutexGuard;

use crate::{
    account::{Account, Attached},
    auth::{Attempt, Authorisation, Browser, Challenge, Then},
    facts::{Waiting, waiting_recovery, waiting_reset},
    reset::{
        Confirmation, HandedOver, OldBackup, Outcome, PendingReset, Plan, Progress, ProgressListener, ResetError,
        ResetOptions, ResetState, Step,
        journal::{HandOver, Journal},
        kind::{CanReset, Resets},
        look::identity,
        plan, prepare,
        run::Run,
        state::{self, Action, Phase, ServerIdentity},
        steps,
    },
    secret::{Password, RecoveryKey, Secret},
    secret_storage::{self, BACKUP, KeyInput, SECRETS, beside, key_event_type, new_key},
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

impl<K: CanReset> Account<K> {
    /// Looks at what a reset would mean for this account. Changes nothing.
    ///
    /// # Errors
    /// [`ResetError::Request`]
    #[tracing::instrument(skip_all)]
    pub async fn plan_reset(&self) -> Result<Plan, ResetError> {
        plan::make(&*K::resets(self)).await
    }

    /// Starts a reset: exports room keys if wanted, makes all new keys, and journals them. The server is not touched;
    /// [`Reset::advance`] does that.
    ///
    /// # Errors
    /// [`ResetError`]; nothing is changed then.
    pub async fn start_reset(&self, plan: &Plan, options: ResetOptions) -> Result<Reset, ResetError> {
        start(K::resets(self), plan, options).await
    }

    /// Takes an interrupted reset up again.
    ///
    /// # Errors
    /// [`ResetError::NothingPending`] where there is none; else as [`Reset::advance`].
    pub async fn resume_reset(&self, progress: Option<ProgressListener>) -> Result<Reset, ResetError> {
        resume(K::resets(self), progress).await
    }

    /// Whether an interrupted reset waits, and in which of the two states.
    ///
    /// # Errors
    /// [`ResetError::Request`], [`ResetError::UnknownJournal`]
    pub async fn pending_reset(&self) -> Result<Option<PendingReset>, ResetError> {
        match waiting_reset(&*K::resets(self)).await? {
            Some(Waiting::Unreadable) => Err(ResetError::UnknownJournal),
            waiting => Ok(waiting.and_then(Waiting::for_people)),
        }
    }

    /// Undoes an interrupted reset whose new identity is not in force: removes everything that was staged and forgets
    /// the new keys. Homeservers cannot delete account data, so the new key's description, and secrets that did not
    /// exist before, stay as empty events.
    ///
    /// # Errors
    /// [`ResetError::NothingPending`]; [`ResetError::AlreadyCommitted`] if it is too late.
    pub async fn cancel_reset(&self) -> Result<(), ResetError> {
        cancel(&*K::resets(self)).await
    }
}

/// [`Account::start_reset`]
#[tracing::instrument(skip_all)]
pub(super) async fn start(account: Arc<dyn Resets>, plan: &Plan, options: ResetOptions) -> Result<Reset, ResetError> {
    let guard = account.flow_guard().ok_or(ResetError::AlreadyRunning)?;
    if plan.before.user_id != account.user_id() || plan.before.device_id != account.device_id() {
        return Err(ResetError::PlanOutdated);
    }
    if let Some(passphrase) = &options.passphrase {
        new_key::check_passphrase(passphrase, account.user_id())?;
    }
    let earlier = Journal::load(&account).await?;
    if let Some(earlier) = &earlier
        && (earlier.phase != Phase::Cancelled || is_in_force(identity(&*account, earlier).await?))
    {
        return Err(ResetError::Pending);
    }
    if waiting_recovery(&account).await?.is_some() {
        return Err(ResetError::OtherPending);
    }
    let progress = options.progress.unwrap_or_else(|| Arc::new(|_| {}));
    let before = plan.before.clone();
    let drained = match options.export {
        Some(export) => account.export(&before, export, &progress).await?,
        None => None,
    };
    progress(Progress {
        step: Step::MakeKeys,
        done: 0,
        total: 0,
    });
    let with_backup = options.turn_on_key_storage || !before.key_storage_off;
    let keys = prepare::new_keys(&*account, options.passphrase, with_backup).await?;
    let mut journal = Journal::new(before, options.compromised, options.old_backup, keys);
    journal.drained = drained;
    journal.hand_over = account.hand_over();
    journal.replaced = Some(account.held(plan).await?);
    journal.earlier = earlier.map(Box::new);
    journal.save(&account).await?;
    let mut reset = Reset::new(account, journal, progress, false, guard);
    reset.run.looked_at = Some(plan.made);
    Ok(reset)
}

/// [`Account::resume_reset`]
#[tracing::instrument(skip_all)]
pub(super) async fn resume(account: Arc<dyn Resets>, progress: Option<ProgressListener>) -> Result<Reset, ResetError> {
    let guard = account.flow_guard().ok_or(ResetError::AlreadyRunning)?;
    let mut journal = Journal::load(&account).await?.ok_or(ResetError::NothingPending)?;
    if journal.phase == Phase::Cancelled || journal.earlier.is_some() {
        match identity(&*account, &journal).await? {
            ServerIdentity::Earlier => journal = steps::give_way(&*account, journal).await?,
            ServerIdentity::Planned | ServerIdentity::Other if journal.phase == Phase::Cancelled => {
                return Err(ResetError::NothingPending);
            }
            _ => {}
        }
    }
    let mut reset = Reset::new(
        account,
        journal,
        progress.unwrap_or_else(|| Arc::new(|_| {})),
        true,
        guard,
    );
    reset.run.reconcile_lastingly().await?;
    Ok(reset)
}

/// [`Account::cancel_reset`]
#[tracing::instrument(skip_all)]
pub(super) async fn cancel(account: &dyn Resets) -> Result<(), ResetError> {
    let _guard = account.flow_guard().ok_or(ResetError::AlreadyRunning)?;
    let journal = Journal::load(account).await?.ok_or(ResetError::NothingPending)?;
    steps::cancel(account, journal).await
}

impl Account<Attached> {
    /// Opens the old key backup with the old Security Key or Phrase, so that the reset can put all that it holds into the new
    /// one: the plan says that it is readable then. `false`: the key is right, and opens no such backup.
    ///
    /// # Errors
    /// [`ResetError::OldKey`]; [`ResetError::Request`]
    #[tracing::instrument(skip_all)]
    pub async fn open_old_backup(&self, plan: &mut Plan, key: &KeyInput) -> Result<bool, ResetError> {
        let before = &plan.before;
        let id = before.default_key.as_ref().ok_or(secret_storage::OpenError::NotSetUp)?;
        let description = self.fetch(&key_event_type(id)).await?;
        let secrets = SECRETS.map(|name| (name, beside::parse(&before.secrets, name)));
        let stored = secrets.each_ref().map(|(name, secret)| (*name, secret.as_ref()));
        let opened = secret_storage::open_with(id, description.as_ref(), key, &stored).await?;
        let secret = stored
            .into_iter()
            .find_map(|(name, secret)| secret.filter(|_| name == BACKUP));
        let Some(private) = secret_storage::decrypt(&opened, BACKUP, secret)? else {
            return Ok(false);
        };
        let key = BackupDecryptionKey::from_base64(private.reveal()).ok();
        let opens = key.is_some_and(|key| before.backup.as_ref().is_some_and(|backup| backup.is_opened_by(&key)));
        if opens {
            plan.old_backup_key = Some(private);
            plan.consequences.backup_readable = true;
            plan.before.backup_readable = true;
        }
        Ok(opens)
    }
}

impl Reset {
    fn new(
        account: Arc<dyn Resets>,
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
        if self.is_committed() && self.run.resumed {
            steps::end_if_finished_elsewhere(&mut self.run).await?;
        }
        while let Some(action) = state::next(self.run.journal.phase, self.run.journal.hands_over()) {
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
                Action::HandOver => {
                    steps::prepare_hand_over(&mut self.run).await?;
                    return Ok(ResetState::HandOver {
                        recovery_key: self.recovery_key(),
                        backup_version: self.run.journal.backup_version.clone(),
                    });
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
        if !confirmation.is_of(&self.recovery_key()) {
            return Err(ResetError::KeyMismatch);
        }
        self.run.enter(Phase::Confirmed).await
    }

    /// The person has given the new key to the program whose session this is, or does not wait for that program.
    /// [`Reset::advance`] then looks, for half a minute, whether the current backup holds all that the old one holds.
    ///
    /// # Errors
    /// [`ResetError::OutOfOrder`] before [`ResetState::HandOver`].
    pub async fn handed_over(&mut self, how: HandedOver) -> Result<(), ResetError> {
        let journal = &self.run.journal;
        let is_awaited = match journal.hand_over {
            HandOver::NotNeeded => false,
            HandOver::Awaited => how == HandedOver::Taken || !journal.deleting,
            // The person may think again, as long as nothing is deleted.
            HandOver::SaidToBeDone | HandOver::Left => !journal.deleting,
        };
        if journal.phase != Phase::BackedUp || !is_awaited {
            return Err(ResetError::OutOfOrder);
        }
        let hand_over = match how {
            HandedOver::Taken => HandOver::SaidToBeDone,
            HandedOver::KeepOldBackup => HandOver::Left,
        };
        self.run.note(|journal| journal.hand_over = hand_over).await
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

    pub(super) fn account(&self) -> Arc<dyn Resets> {
        self.run.account.clone()
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
        steps::cancel(&*self.run.account, self.run.journal).await
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
            Some(_) => self.run.account.backed_up().await?,
            None => 0,
        };
        let outcome = Outcome {
            recovery_key: self.recovery_key(),
            new_identity: self.run.journal.keys.master_key.clone(),
            untrusted_sessions,
            old_backup,
            room_keys_backed_up,
        };
        let (journal, account) = (&self.run.journal, &self.run.account);
        journal.note_after_care(account, &outcome.untrusted_sessions).await;
        journal.end(account).await?;
        self.done = Some(outcome.clone());
        Ok(ResetState::Done(outcome))
    }
}

/// Whether the identity is the work of this reset or of an earlier one, which then has to be finished.
fn is_in_force(server: ServerIdentity) -> bool {
    matches!(server, ServerIdentity::New | ServerIdentity::Earlier)
}
