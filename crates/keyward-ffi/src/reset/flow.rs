// SPDX-License-Identifier: Apache-2.0

//! A reset under way, for apps.

use std::{fmt, sync::Arc};

use keyward::{
    flow::{Driver, NotDone, Reporter, Status, drive_with_pauses},
    reset::{CanReset, ProgressListener, ResetCommand, ResetError as CoreError, ResetFlow},
};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Confirmation, HandedOver, ResetError, ResetOptions, ResetPlan, ResetState};
use crate::{
    Password,
    gate::FlowPauses,
    login::{Closes, Lease, Login, Work},
    states::States,
};

/// How a reset begins.
pub(super) enum Entrance {
    Start(Arc<ResetPlan>, ResetOptions),
    Resume,
}

/// A reset. It goes on by itself; show what its states say and call what the person decides.
///
/// A call that is no longer awaited is done all the same. Letting the reset itself go stops it where it is:
/// `Account.resume_reset` takes it up again.
#[derive(uniffi::Object)]
pub struct Reset {
    driver: Driver<ResetFlow>,
    work: Arc<Work>,
    _lease: Lease,
}

impl fmt::Debug for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reset").finish_non_exhaustive()
    }
}

impl Reset {
    /// Returns when the reset is under way: from then on its states tell what happens.
    ///
    /// Waits here and not in a task of its own: when the caller stops waiting, the reset is dropped at that very
    /// moment, so that the next call does not find it running.
    pub(super) async fn begin<K: CanReset + Closes>(
        login: Arc<Login<K>>,
        entrance: Entrance,
    ) -> Result<Arc<Self>, ResetError> {
        login.work().key_flow_that_was_let_go().await;
        let counted = login.work().counted();
        let mut handle = None;
        let lease = login.start(|account, inside| {
            let pauses = FlowPauses::new(login.clone(), inside, ResetFlow::take_up::<K>);
            let (driver, work) = drive_with_pauses(Status::Working(None), pauses, |reporter| {
                let listener = listener(reporter, counted);
                match entrance {
                    Entrance::Start(plan, options) => {
                        ResetFlow::start(&account, plan.0.clone(), options.to_core(listener))
                    }
                    Entrance::Resume => ResetFlow::resume(&account, Some(listener)),
                }
            });
            handle = Some(driver);
            work
        })?;
        let work = login.work();
        work.drives_key_flow(&lease);
        let driver = handle.expect("made with the task");
        driver.begun().await?;
        Ok(Arc::new(Self {
            driver,
            work,
            _lease: lease,
        }))
    }
}

impl Reset {
    async fn command(&self, command: ResetCommand) -> Result<(), ResetError> {
        self.work.not_while_paused()?;
        Ok(self.driver.command(command).await?)
    }
}

/// Reports progress. An export reports from a thread of its own, possibly late. The shutdown waits for that thread
/// (`counted`), so that no incomplete file is left.
fn listener(reporter: Reporter<ResetFlow>, counted: TaskTrackerToken) -> ProgressListener {
    Arc::new(move |progress| {
        let _ = &counted;
        reporter.progress(progress);
    })
}

#[uniffi::export]
impl Reset {
    /// The present state first, then each change, until the reset is done or cancelled. Any number of them at a time.
    pub fn open_states(&self) -> Arc<ResetStates> {
        Arc::new(ResetStates(States::new(self.driver.statuses())))
    }

    /// In `SaveKey`: the person has saved the new key. `KeyMismatch` if something else was typed; the state stays.
    pub async fn confirm_saved(&self, confirmation: Confirmation) -> Result<(), ResetError> {
        let command = ResetCommand::ConfirmSaved((&confirmation).into());
        self.command(command).await
    }

    /// In `Authorise`: answers the server's challenge with the account password. Once it returns, the new identity is in
    /// force. `WrongPassword` may be followed by another try.
    pub async fn authorise(&self, password: Arc<Password>) -> Result<(), ResetError> {
        let command = ResetCommand::Authorise(password.0.clone());
        self.command(command).await
    }

    /// In `Authorise`: the person goes on in a browser, at a page of the challenge. The reset asks the server until that is
    /// done, for ten minutes at most, and goes on by itself; what was done there counts after a restart, too. If the person
    /// has to be told something, another page or that another account has done it, the state comes again.
    pub async fn authorise_in_browser(&self) -> Result<(), ResetError> {
        self.command(ResetCommand::AuthoriseInBrowser).await
    }

    /// In `Authorise`: asks the server at once whether the person is done in the browser. Call it when the app comes to the
    /// front. Does nothing where the reset has gone on already.
    pub async fn check_now(&self) -> Result<(), ResetError> {
        self.work.not_while_paused()?;
        match self.driver.retry().await {
            Err(NotDone::Failed(CoreError::OutOfOrder)) => Ok(()),
            checked => Ok(checked?),
        }
    }

    /// In `HandOver`: the app's own SDK has the new key, or nobody waits for it. With `Taken`, the reset looks for half a
    /// minute what came of it; `NotTakenOver` brings the state back.
    pub async fn handed_over(&self, how: HandedOver) -> Result<(), ResetError> {
        self.command(ResetCommand::HandedOver(how)).await
    }

    /// In `Stopped`: goes on from where it is.
    pub async fn retry(&self) -> Result<(), ResetError> {
        self.work.not_while_paused()?;
        Ok(self.driver.retry().await?)
    }

    /// Takes back what the reset has added, as long as the new identity is not in force: the account is as it was
    /// before. `AlreadyCommitted` afterwards; the reset goes on then.
    pub async fn cancel(&self) -> Result<(), ResetError> {
        self.work.not_while_paused()?;
        Ok(self.driver.cancel().await?)
    }
}

/// The states of a reset.
#[derive(uniffi::Object)]
pub struct ResetStates(States<Status<ResetFlow>>);

#[uniffi::export]
impl ResetStates {
    /// The present state at the first call, then each change. Absent when nothing more comes: after the last state, after
    /// `stop`, and after the account was shut down.
    pub async fn next(&self) -> Option<ResetState> {
        self.0.next().await.map(Into::into)
    }

    /// Ends this stream, and the call that waits for it. The reset goes on.
    pub fn stop(&self) {
        self.0.stop();
    }
}
