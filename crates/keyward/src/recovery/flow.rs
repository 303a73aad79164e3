// SPDX-License-Identifier: Apache-2.0

//! Performs the making of a new key: asks `state.rs` what comes next, runs the step, writes the journal, and stops where a
//! person is needed.
//!
//! Every call can be dropped at any await, and the process can be killed at any instant. The next [`Recovery::advance`], here or
//! in another process, finds from the journal and the server what was done.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::{
    Confirmation, RecoveryError, RecoveryOptions, RecoveryOutcome, RecoveryState, RecoveryStep,
    before::{self, Plain},
    journal::{Before, Journal, NewKey},
    state::{self, Action, Phase},
    steps,
};
use crate::{
    account::{Account, Attached},
    facts::{PendingReset, Waiting, waiting_recovery, waiting_reset},
    identity::{KnowsIdentity, ShowsIdentity},
    secret::RecoveryKey,
    secret_storage::{KeyInput, new_key},
};

/// Called with each step; must not block.
pub(super) type Listener = Arc<dyn Fn(RecoveryStep) + Send + Sync>;

/// A new key under way. Dropping it interrupts the work; it can be resumed or cancelled later.
pub struct Recovery {
    pub(super) account: Arc<dyn ShowsIdentity>,
    pub(super) journal: Journal,
    pub(super) report: Listener,
    /// Whether another client was faster. Nothing is left to go on with.
    superseded: bool,
    done: Option<RecoveryOutcome>,
    _one_at_a_time: OwnedMutexGuard<()>,
}

impl std::fmt::Debug for Recovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recovery")
            .field("phase", &self.journal.phase)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Begins a new Security Key for the account: makes it and journals it. The server is not touched; [`Recovery::advance`]
    /// does that. The session has to be verified and to hold the private keys.
    ///
    /// # Errors
    /// [`RecoveryError`]; nothing is changed then.
    pub async fn start_recovery(&self, options: RecoveryOptions) -> Result<Recovery, RecoveryError> {
        begin(Arc::new(self.clone()), Source::Own(self), options, silent()).await
    }
}

impl Account<Attached> {
    /// The same for a session of another program, which has the private keys: what the old key opens in secret storage goes
    /// under the new one. If the old key is lost, the other program has to make the new one.
    ///
    /// # Errors
    /// [`RecoveryError`]; nothing is changed then.
    pub async fn start_recovery(&self, old: &KeyInput, options: RecoveryOptions) -> Result<Recovery, RecoveryError> {
        begin(Arc::new(self.clone()), Source::Attached(self, old), options, silent()).await
    }
}

impl<K: KnowsIdentity> Account<K> {
    /// Takes an interrupted new key up again.
    ///
    /// # Errors
    /// [`RecoveryError::NothingPending`] where there is none; else as [`Recovery::advance`].
    pub async fn resume_recovery(&self) -> Result<Recovery, RecoveryError> {
        resume(K::shows_identity(self), silent()).await
    }

    /// Whether an interrupted new key waits, and how it stands to its commit point. Needs no network.
    ///
    /// # Errors
    /// [`RecoveryError::Request`]
    pub async fn pending_recovery(&self) -> Result<Option<PendingReset>, RecoveryError> {
        Ok(waiting_recovery(self).await?)
    }

    /// Undoes an interrupted new key that is not in force: removes everything that was written under it. Homeservers cannot
    /// delete account data, so the new key's description stays as an empty event.
    ///
    /// # Errors
    /// [`RecoveryError::NothingPending`]; [`RecoveryError::AlreadyCommitted`] if it is too late.
    pub async fn cancel_recovery(&self) -> Result<(), RecoveryError> {
        cancel(&*K::shows_identity(self)).await
    }
}

fn silent() -> Listener {
    Arc::new(|_| {})
}

/// Where the secrets come from that go under the new key.
pub(super) enum Source<'a> {
    Own(&'a Account),
    Attached(&'a Account<Attached>, &'a KeyInput),
}

/// [`Account::start_recovery`]
#[tracing::instrument(skip_all)]
pub(super) async fn begin(
    account: Arc<dyn ShowsIdentity>,
    source: Source<'_>,
    options: RecoveryOptions,
    report: Listener,
) -> Result<Recovery, RecoveryError> {
    let guard = account.flow_guard().ok_or(RecoveryError::AlreadyRunning)?;
    if let Some(phrase) = &options.passphrase {
        new_key::check_passphrase(phrase, account.user_id())?;
    }
    if Journal::load(&account).await?.is_some() {
        return Err(RecoveryError::Pending);
    }
    if waiting_reset(&*account).await?.and_then(Waiting::for_people).is_some() {
        return Err(RecoveryError::ResetPending);
    }
    let made = new_key::make(options.passphrase);
    let (before, plain): (Before, Plain) = match source {
        Source::Own(account) => before::of_own(account).await?,
        Source::Attached(account, old) => before::of_attached(account, old).await?,
    };
    // From here on it is begun: until now an error was one of the call that begins it.
    report(RecoveryStep::MakeKey);
    let made = made.await.expect("key derivation does not panic");
    let key = NewKey::new(
        made.to_base58(),
        made.key_id().to_owned(),
        serde_json::to_value(made.event_content()).expect("the description serialises"),
        plain,
    );
    let journal = Journal::new(before, key);
    journal.save(&account).await?;
    Ok(Recovery::new(account, journal, report, guard))
}

/// [`Account::resume_recovery`]
#[tracing::instrument(skip_all)]
pub(super) async fn resume(account: Arc<dyn ShowsIdentity>, report: Listener) -> Result<Recovery, RecoveryError> {
    let guard = account.flow_guard().ok_or(RecoveryError::AlreadyRunning)?;
    let journal = Journal::load(&account).await?.ok_or(RecoveryError::NothingPending)?;
    Ok(Recovery::new(account, journal, report, guard))
}

/// [`Account::cancel_recovery`]
#[tracing::instrument(skip_all)]
pub(super) async fn cancel(account: &dyn ShowsIdentity) -> Result<(), RecoveryError> {
    let _guard = account.flow_guard().ok_or(RecoveryError::AlreadyRunning)?;
    let journal = Journal::load(account).await?.ok_or(RecoveryError::NothingPending)?;
    steps::cancel(account, &journal).await
}

impl Recovery {
    fn new(account: Arc<dyn ShowsIdentity>, journal: Journal, report: Listener, guard: OwnedMutexGuard<()>) -> Self {
        Self {
            account,
            journal,
            report,
            superseded: false,
            done: None,
            _one_at_a_time: guard,
        }
    }

    /// Goes on until a person is needed or the new key is in force. May be called again after any error.
    ///
    /// # Errors
    /// [`RecoveryError`]. After [`RecoveryError::Superseded`] there is nothing to resume.
    #[tracing::instrument(skip_all)]
    pub async fn advance(&mut self) -> Result<RecoveryState, RecoveryError> {
        if let Some(outcome) = &self.done {
            return Ok(RecoveryState::Done(outcome.clone()));
        }
        if self.superseded {
            return Err(RecoveryError::Superseded);
        }
        let result = self.go_on().await;
        self.superseded = matches!(result, Err(RecoveryError::Superseded));
        result
    }

    async fn go_on(&mut self) -> Result<RecoveryState, RecoveryError> {
        loop {
            let action = state::next(self.journal.phase);
            tracing::debug!(?action, "new recovery key");
            match action {
                Action::Stage => {
                    steps::stage(self).await?;
                    self.enter(Phase::Staged).await?;
                }
                Action::ShowKey => {
                    return Ok(RecoveryState::SaveKey {
                        recovery_key: self.recovery_key(),
                    });
                }
                Action::Switch => {
                    let has_to_switch = steps::has_to_switch(self).await?;
                    self.enter(Phase::Switching).await?;
                    if has_to_switch {
                        steps::switch(self).await?;
                    }
                }
                Action::Finish => {
                    let old_key_opens = steps::finish(self).await?;
                    let outcome = RecoveryOutcome {
                        recovery_key: self.recovery_key(),
                        opens_backup: self.journal.before.opens_backup,
                        old_key_opens,
                    };
                    Journal::end(&self.account).await?;
                    self.done = Some(outcome.clone());
                    return Ok(RecoveryState::Done(outcome));
                }
            }
        }
    }

    /// The person has saved the new key.
    ///
    /// # Errors
    /// [`RecoveryError::KeyMismatch`] if something else was typed; [`RecoveryError::OutOfOrder`].
    pub async fn confirm_saved(&mut self, confirmation: &Confirmation) -> Result<(), RecoveryError> {
        if self.journal.phase != Phase::Staged || self.superseded {
            return Err(RecoveryError::OutOfOrder);
        }
        if !confirmation.is_of(&self.recovery_key()) {
            return Err(RecoveryError::KeyMismatch);
        }
        self.enter(Phase::Confirmed).await
    }

    /// Undoes it; see [`Account::cancel_recovery`].
    ///
    /// # Errors
    /// [`RecoveryError::AlreadyCommitted`] if it is too late.
    pub async fn cancel(self) -> Result<(), RecoveryError> {
        match self.done {
            Some(_) => Err(RecoveryError::AlreadyCommitted),
            None if self.superseded => Ok(()),
            None => steps::cancel(&*self.account, &self.journal).await,
        }
    }

    /// The new Security Key.
    pub fn recovery_key(&self) -> RecoveryKey {
        RecoveryKey::new(self.journal.key.recovery_key.clone())
    }

    /// Whether it can only go forward.
    pub fn is_committed(&self) -> bool {
        self.done.is_some() || state::is_committed(self.journal.phase)
    }

    /// Changes the journal and writes it. The handle changes only after the journal was written.
    pub(super) async fn note(&mut self, change: impl FnOnce(&mut Journal)) -> Result<(), RecoveryError> {
        let mut journal = self.journal.clone();
        change(&mut journal);
        journal.save(&self.account).await?;
        self.journal = journal;
        Ok(())
    }

    async fn enter(&mut self, phase: Phase) -> Result<(), RecoveryError> {
        self.note(|journal| journal.phase = phase).await
    }
}
