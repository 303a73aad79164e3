// SPDX-License-Identifier: Apache-2.0

//! A reset as a [`Flow`] for the driver, beginning before the reset's first step.

use std::sync::Arc;

use crate::{
    account::Account,
    flow::Flow,
    reset::{
        Confirmation, HandedOver, Plan, Progress, ProgressListener, Reset, ResetError, ResetOptions, ResetState,
        flow::{cancel, resume, start},
        kind::{CanReset, Resets},
    },
    secret::Password,
};

/// What the person decides, apart from cancelling.
#[derive(Debug)]
pub enum ResetCommand {
    /// [`Reset::confirm_saved`]
    ConfirmSaved(Confirmation),
    /// [`Reset::authorise`]
    Authorise(Password),
    /// [`Reset::authorise_in_browser`]
    AuthoriseInBrowser,
    /// [`Reset::handed_over`]
    HandedOver(HandedOver),
}

/// A reset for the driver: a new one, one to resume, or one that is under way.
pub struct ResetFlow {
    account: Arc<dyn Resets>,
    entrance: Entrance,
    /// `None` before it was begun, and after a cancel that failed.
    reset: Option<Reset>,
    /// Another process has had the store: what is missing, it may have ended.
    was_replaced: bool,
}

enum Entrance {
    Start {
        plan: Box<Plan>,
        options: Box<ResetOptions>,
        /// Whether beginning it was tried before. Then a reset that waits is this one.
        tried: bool,
    },
    Resume(Option<ProgressListener>),
}

impl ResetFlow {
    /// One that is to be started: [`Account::start_reset`].
    pub fn start<K: CanReset>(account: &Account<K>, plan: Plan, options: ResetOptions) -> Self {
        Self {
            account: K::resets(account),
            entrance: Entrance::Start {
                plan: Box::new(plan),
                options: Box::new(options),
                tried: false,
            },
            reset: None,
            was_replaced: false,
        }
    }

    /// One that is to be taken up again: [`Account::resume_reset`].
    pub fn resume<K: CanReset>(account: &Account<K>, progress: Option<ProgressListener>) -> Self {
        Self {
            account: K::resets(account),
            entrance: Entrance::Resume(progress),
            reset: None,
            was_replaced: false,
        }
    }

    /// One that is under way.
    pub fn under_way(reset: Reset) -> Self {
        Self {
            account: reset.account(),
            entrance: Entrance::Resume(None),
            reset: Some(reset),
            was_replaced: false,
        }
    }

    /// Goes on with the account that takes the place of a paused one: from what is in the store now.
    /// [`ResetError::NothingPending`] is next if another process has ended the reset.
    pub fn take_up<K: CanReset>(&mut self, account: &Account<K>) {
        self.account = K::resets(account);
        self.was_replaced = true;
        let was_begun = self.reset.take().is_some();
        match &mut self.entrance {
            Entrance::Start { options, .. } if was_begun => {
                self.entrance = Entrance::Resume(options.progress.clone());
            }
            // One that waits may be another process's.
            Entrance::Start { tried, .. } => *tried = false,
            Entrance::Resume(_) => {}
        }
    }

    async fn begin(&mut self) -> Result<Reset, ResetError> {
        let progress = match &mut self.entrance {
            Entrance::Resume(progress) => progress.clone(),
            Entrance::Start { plan, options, tried } => {
                let options = (**options).clone();
                let progress = options.progress.clone();
                let was_tried = std::mem::replace(tried, true);
                match start(self.account.clone(), plan, options).await {
                    Err(ResetError::Pending) if was_tried => progress,
                    started => return started,
                }
            }
        };
        resume(self.account.clone(), progress).await
    }
}

impl Flow for ResetFlow {
    type State = ResetState;
    type Progress = Progress;
    type Command = ResetCommand;
    type Answer = ();
    type Error = ResetError;

    /// While a person is at work in a browser, of which only the server knows.
    fn is_live(&self) -> bool {
        self.reset.as_ref().is_some_and(Reset::is_in_browser)
    }

    fn is_under_way(&self) -> bool {
        self.reset.is_some()
    }

    async fn next(&mut self) -> Result<ResetState, ResetError> {
        if self.reset.is_none() {
            self.reset = Some(self.begin().await?);
        }
        let reset = self.reset.as_mut().expect("begun above");
        reset.advance().await
    }

    async fn perform(&mut self, command: ResetCommand) -> Result<(), ResetError> {
        let reset = self.reset.as_mut().ok_or(ResetError::OutOfOrder)?;
        match command {
            ResetCommand::ConfirmSaved(confirmation) => reset.confirm_saved(&confirmation).await,
            ResetCommand::Authorise(password) => reset.authorise(&password).await,
            ResetCommand::AuthoriseInBrowser => reset.authorise_in_browser().await,
            ResetCommand::HandedOver(how) => reset.handed_over(how).await,
        }
    }

    async fn cancel(&mut self) -> Result<bool, ResetError> {
        match self.reset.take() {
            Some(reset) => reset.cancel().await?,
            None => match cancel(&*self.account).await {
                Ok(()) => {}
                // Nothing was written yet.
                Err(ResetError::NothingPending) if !self.was_replaced => {}
                Err(error) => return Err(error),
            },
        }
        Ok(true)
    }

    /// The next call asks at once.
    fn retry(&mut self) {}

    fn is_final(state: &ResetState) -> bool {
        matches!(state, ResetState::Done(_))
    }

    /// The person may have to do the same thing once more, so it is announced.
    fn is_same(_: &ResetState, _: &ResetState) -> bool {
        false
    }

    fn not_now() -> ResetError {
        ResetError::OutOfOrder
    }

    fn cancel_after(_: &ResetState) -> Result<(), ResetError> {
        Err(ResetError::AlreadyCommitted)
    }
}
