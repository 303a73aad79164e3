// SPDX-License-Identifier: Apache-2.0

//! A new key as a [`Flow`] for the driver, beginning before its first step.

use std::sync::Arc;

use super::{
    Confirmation, Recovery, RecoveryError, RecoveryOptions, RecoveryState, RecoveryStep,
    flow::{Listener, Source, begin, cancel, resume},
};
use crate::{
    account::{Account, Attached},
    flow::{Flow, Reporter},
    identity::{KnowsIdentity, ShowsIdentity},
    secret_storage::KeyInput,
};

/// A new key for the driver: one to make, or one to resume.
pub struct RecoveryFlow {
    account: Arc<dyn ShowsIdentity>,
    entrance: Entrance,
    report: Listener,
    /// `None` before it was begun, and after a cancel that failed.
    recovery: Option<Recovery>,
    /// Another process has had the store: what is missing, it may have ended.
    was_replaced: bool,
}

enum Entrance {
    Own(Account, Start),
    Attached(Account<Attached>, KeyInput, Start),
    Resume,
}

struct Start {
    options: RecoveryOptions,
    /// Whether beginning it was tried before. Then a key that waits is this one.
    tried: bool,
}

impl RecoveryFlow {
    /// One that is to be made: [`Account::start_recovery`].
    pub fn start(account: &Account, options: RecoveryOptions) -> Self {
        let start = Start { options, tried: false };
        Self::new(account, Entrance::Own(account.clone(), start))
    }

    /// One that is to be made for another program's session.
    pub fn start_attached(account: &Account<Attached>, old: KeyInput, options: RecoveryOptions) -> Self {
        let start = Start { options, tried: false };
        Self::new(account, Entrance::Attached(account.clone(), old, start))
    }

    /// One that is to be taken up again: [`Account::resume_recovery`].
    pub fn resume<K: KnowsIdentity>(account: &Account<K>) -> Self {
        Self::new(account, Entrance::Resume)
    }

    fn new<K: KnowsIdentity>(account: &Account<K>, entrance: Entrance) -> Self {
        Self {
            account: K::shows_identity(account),
            entrance,
            report: Arc::new(|_| {}),
            recovery: None,
            was_replaced: false,
        }
    }

    /// With its steps shown to the driver.
    #[must_use]
    pub fn reporting_to(mut self, reporter: Reporter<Self>) -> Self {
        self.report = Arc::new(move |step| reporter.progress(step));
        self
    }

    /// Goes on with the account that takes the place of a paused one: from what is in the store now.
    /// [`RecoveryError::NothingPending`] is next if another process has ended it.
    pub fn take_up(&mut self, account: &Account) {
        if let Entrance::Own(before, _) = &mut self.entrance {
            *before = account.clone();
        }
        self.go_on_with(Arc::new(account.clone()));
    }

    /// The same for another program's session.
    pub fn take_up_attached(&mut self, account: &Account<Attached>) {
        if let Entrance::Attached(before, ..) = &mut self.entrance {
            *before = account.clone();
        }
        self.go_on_with(Arc::new(account.clone()));
    }

    fn go_on_with(&mut self, account: Arc<dyn ShowsIdentity>) {
        self.account = account;
        self.was_replaced = true;
        let was_begun = self.recovery.take().is_some();
        match &mut self.entrance {
            entrance if was_begun => *entrance = Entrance::Resume,
            // One that waits may be another process's.
            Entrance::Own(_, start) | Entrance::Attached(.., start) => start.tried = false,
            Entrance::Resume => {}
        }
    }

    async fn begin(&mut self) -> Result<Recovery, RecoveryError> {
        let (source, start) = match &mut self.entrance {
            Entrance::Own(account, start) => (Source::Own(account), start),
            Entrance::Attached(account, old, start) => (Source::Attached(account, old), start),
            Entrance::Resume => return resume(self.account.clone(), self.report.clone()).await,
        };
        let was_tried = std::mem::replace(&mut start.tried, true);
        let options = start.options.clone();
        match begin(self.account.clone(), source, options, self.report.clone()).await {
            Err(RecoveryError::Pending) if was_tried => resume(self.account.clone(), self.report.clone()).await,
            begun => begun,
        }
    }
}

impl Flow for RecoveryFlow {
    type State = RecoveryState;
    type Progress = RecoveryStep;
    type Command = Confirmation;
    type Answer = ();
    type Error = RecoveryError;

    fn is_live(&self) -> bool {
        false
    }

    fn is_under_way(&self) -> bool {
        self.recovery.is_some()
    }

    async fn next(&mut self) -> Result<RecoveryState, RecoveryError> {
        if self.recovery.is_none() {
            self.recovery = Some(self.begin().await?);
        }
        let recovery = self.recovery.as_mut().expect("begun above");
        let state = recovery.advance().await;
        if matches!(state, Err(RecoveryError::Superseded)) {
            // There is nothing to go on with: other flows may begin.
            self.recovery = None;
        }
        state
    }

    async fn perform(&mut self, confirmation: Confirmation) -> Result<(), RecoveryError> {
        let recovery = self.recovery.as_mut().ok_or(RecoveryError::OutOfOrder)?;
        recovery.confirm_saved(&confirmation).await
    }

    async fn cancel(&mut self) -> Result<bool, RecoveryError> {
        match self.recovery.take() {
            Some(recovery) => recovery.cancel().await?,
            None => match cancel(&*self.account).await {
                Ok(()) => {}
                // Nothing was written yet.
                Err(RecoveryError::NothingPending) if !self.was_replaced => {}
                Err(error) => return Err(error),
            },
        }
        Ok(true)
    }

    /// The next call asks at once.
    fn retry(&mut self) {}

    fn is_final(state: &RecoveryState) -> bool {
        matches!(state, RecoveryState::Done(_))
    }

    fn is_same(_: &RecoveryState, _: &RecoveryState) -> bool {
        false
    }

    fn not_now() -> RecoveryError {
        RecoveryError::OutOfOrder
    }

    fn cancel_after(_: &RecoveryState) -> Result<(), RecoveryError> {
        Err(RecoveryError::AlreadyCommitted)
    }
}
