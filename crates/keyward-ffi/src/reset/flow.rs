// SPDX-License-Identifier: Apache-2.0

//! The task that drives one reset: it goes on by itself until a person is needed, and takes commands. Who waits for a
//! command and stops waiting stops nothing else.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use keyward::{
    account::Account,
    error::{FlowError as _, Remedy},
    reset::{self, ProgressListener},
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Confirmation, ResetError, ResetOptions, ResetPlan, ResetState};
use crate::{
    Password,
    login::{Closed, Lease, Login},
    states::States,
};

/// How a reset is come by.
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
    /// Unbounded, so that a command is given at once: whoever gives one may stop waiting at any time.
    commands: mpsc::UnboundedSender<Command>,
    states: watch::Receiver<ResetState>,
    _lease: Lease,
}

impl fmt::Debug for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reset").finish_non_exhaustive()
    }
}

type Reply = oneshot::Sender<Result<(), ResetError>>;

enum Command {
    ConfirmSaved(Confirmation, Reply),
    Authorise(Arc<Password>, Reply),
    Retry(Reply),
    Cancel(Reply),
}

impl Reset {
    /// Returns when the reset is under way: from then on its states tell what happens.
    ///
    /// Waits here and not in a task of its own: whoever stops waiting lets the reset go at that very moment, so that
    /// the next call finds none running.
    pub(super) async fn begin(login: Arc<Login>, entrance: Entrance) -> Result<Arc<Self>, ResetError> {
        login.reset_that_was_let_go().await;
        let (states, receiver) = watch::channel(ResetState::Working { progress: None });
        let states = Arc::new(states);
        let (commands, to_do) = mpsc::unbounded_channel();
        let (ready, is_ready) = Ready::new();
        let listener = listener(&states, ready.clone(), login.counted());
        let lease = login.start(|account| {
            let flow = Flow {
                account,
                entrance,
                reset: None,
                ready,
                states,
                listener,
            };
            flow.drive(to_do)
        })?;
        login.drives_reset(&lease);
        is_ready.await.unwrap_or_else(|_| Err(Closed.into()))?;
        Ok(Arc::new(Self {
            commands,
            states: receiver,
            _lease: lease,
        }))
    }

    async fn command(&self, command: impl FnOnce(Reply) -> Command) -> Result<(), ResetError> {
        let (reply, answer) = oneshot::channel();
        let command = command(reply);
        let cancels = matches!(command, Command::Cancel(_));
        if self.commands.send(command).is_ok()
            && let Ok(answer) = answer.await
        {
            return answer;
        }
        // A flow that takes no commands any more is done, cancelled, or ended by a shutdown.
        match &*self.states.borrow() {
            ResetState::Done { .. } if cancels => Err(reset::ResetError::AlreadyCommitted.into()),
            ResetState::Cancelled if cancels => Ok(()),
            ResetState::Done { .. } | ResetState::Cancelled => Err(reset::ResetError::OutOfOrder.into()),
            _ => Err(Closed.into()),
        }
    }
}

#[uniffi::export]
impl Reset {
    /// The present state first, then each change, until the reset is done or cancelled. Any number of them at a time.
    pub fn open_states(&self) -> Arc<ResetStates> {
        Arc::new(ResetStates(States::new(self.states.clone())))
    }

    /// In `SaveKey`: the person has saved the new key. `KeyMismatch` if something else was typed; the state stays.
    pub async fn confirm_saved(&self, confirmation: Confirmation) -> Result<(), ResetError> {
        self.command(|reply| Command::ConfirmSaved(confirmation, reply)).await
    }

    /// In `Authorise`: answers the server's challenge with the account password. Once it returns, the new identity is in
    /// force. `WrongPassword` may be followed by another try.
    pub async fn authorise(&self, password: Arc<Password>) -> Result<(), ResetError> {
        self.command(|reply| Command::Authorise(password, reply)).await
    }

    /// In `Stopped`: goes on from where it is. In `Authorise`: asks the server again, for instance after the person has
    /// allowed the reset on a page of the server.
    pub async fn retry(&self) -> Result<(), ResetError> {
        self.command(Command::Retry).await
    }

    /// Takes back what the reset has added, as long as the new identity is not in force: the account is as it was
    /// before. `AlreadyCommitted` afterwards; the reset goes on then.
    pub async fn cancel(&self) -> Result<(), ResetError> {
        self.command(Command::Cancel).await
    }
}

/// The states of a reset.
#[derive(uniffi::Object)]
pub struct ResetStates(States<ResetState>);

#[uniffi::export]
impl ResetStates {
    /// The present state at the first call, then each change. Absent when nothing more comes: after the last state, after
    /// `stop`, and after the account was shut down.
    pub async fn next(&self) -> Option<ResetState> {
        self.0.next().await
    }

    /// Ends this stream, and the call that waits for it. The reset goes on.
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// Tells, once, that a reset is under way or why it could not begin.
#[derive(Clone)]
struct Ready(Arc<Mutex<Option<Reply>>>);

impl Ready {
    fn new() -> (Self, oneshot::Receiver<Result<(), ResetError>>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), receiver)
    }

    /// Whether this was the first time.
    fn tell(&self, result: Result<(), ResetError>) -> bool {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        sender.map(|sender| sender.send(result)).is_some()
    }
}

struct Flow {
    account: Account,
    entrance: Entrance,
    /// `None` before it was begun, and after a cancel that failed.
    reset: Option<reset::Reset>,
    ready: Ready,
    states: Arc<watch::Sender<ResetState>>,
    listener: ProgressListener,
}

/// Shows progress while the reset works. An export calls it from a thread of its own, which may be late: what is shown
/// by then stays, and the stream of states ends without waiting for it. The shutdown does wait for it (`counted`): then
/// no half of a file is left.
fn listener(states: &Arc<watch::Sender<ResetState>>, ready: Ready, counted: TaskTrackerToken) -> ProgressListener {
    let states = Arc::downgrade(states);
    Arc::new(move |progress| {
        let _ = &counted;
        let Some(states) = Weak::upgrade(&states) else { return };
        states.send_if_modified(|state| {
            let works = matches!(state, ResetState::Working { .. });
            if works {
                *state = ResetState::Working {
                    progress: Some(progress.into()),
                };
            }
            works
        });
        ready.tell(Ok(()));
    })
}

impl Flow {
    async fn drive(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        loop {
            let went = tokio::select! {
                went = self.go_on() => Ok(went),
                reply = asked_to_cancel(&mut commands) => Err(reply),
            };
            match went {
                Ok(Ok(state)) => {
                    self.ready.tell(Ok(()));
                    let done = matches!(state, reset::ResetState::Done(_));
                    if done {
                        // Before anybody knows: whoever does may start another at once.
                        self.reset = None;
                    }
                    self.show(state.into());
                    if done {
                        return;
                    }
                }
                Ok(Err(error)) => {
                    let error = ResetError::from(error);
                    // Whoever asked for the reset hears of it, and there is none.
                    if !self.is_under_way() {
                        self.reset = None;
                        self.ready.tell(Err(error));
                        return;
                    }
                    self.show(ResetState::Stopped { error });
                }
                Err(None) => return,
                Err(Some(reply)) => match self.cancel(reply).await {
                    Cancel::Done => return,
                    Cancel::TooLate => continue,
                    Cancel::Failed => {}
                },
            }
            if self.take_commands(&mut commands).await {
                return;
            }
        }
    }

    /// Goes on until a person is needed, or to the end.
    async fn go_on(&mut self) -> Result<reset::ResetState, reset::ResetError> {
        if self.reset.is_none() {
            self.reset = Some(self.come_by().await?);
        }
        let reset = self.reset.as_mut().expect("come by above");
        reset.advance().await
    }

    async fn come_by(&self) -> Result<reset::Reset, reset::ResetError> {
        let listener = self.listener.clone();
        if let Entrance::Start(plan, options) = &self.entrance {
            match self
                .account
                .start_reset(&plan.0, options.to_core(listener.clone()))
                .await
            {
                // Begun before and stopped; it was told of already, and what it made is journaled.
                Err(reset::ResetError::Pending) if self.is_under_way() => {}
                started => return started,
            }
        }
        self.account.resume_reset(Some(listener)).await
    }

    fn is_under_way(&self) -> bool {
        self.ready.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn show(&self, state: ResetState) {
        self.states.send_replace(state);
    }

    /// Shows what the person is asked, unless that is what is shown.
    fn show_again(&self, waiting: &ResetState) {
        self.states.send_if_modified(|state| {
            let is_shown = mem::discriminant(state) == mem::discriminant(waiting);
            if !is_shown {
                *state = waiting.clone();
            }
            !is_shown
        });
    }

    /// Does what the person decides, until the reset can go on. Whether it is over.
    async fn take_commands(&mut self, commands: &mut mpsc::UnboundedReceiver<Command>) -> bool {
        let waiting = self.states.borrow().clone();
        while let Some(command) = commands.recv().await {
            let (result, reply) = match (command, &mut self.reset) {
                (Command::Cancel(reply), _) => match self.cancel(reply).await {
                    Cancel::Done => return true,
                    Cancel::TooLate => return false,
                    Cancel::Failed => continue,
                },
                (Command::Retry(reply), _) => (Ok(()), reply),
                (Command::ConfirmSaved(confirmation, reply), Some(reset)) => {
                    (reset.confirm_saved(&(&confirmation).into()).await, reply)
                }
                (Command::Authorise(password, reply), Some(reset)) => (reset.authorise(&password.0).await, reply),
                (Command::ConfirmSaved(_, reply) | Command::Authorise(_, reply), None) => {
                    (Err(reset::ResetError::OutOfOrder), reply)
                }
            };
            match result {
                Ok(()) => {
                    // Before the answer: whoever has it must not read a state that is past.
                    self.show(ResetState::Working { progress: None });
                    // Nobody may wait for it any more.
                    let _ = reply.send(Ok(()));
                    return false;
                }
                Err(error) => {
                    let remedy = error.remedy();
                    let error = ResetError::from(error);
                    match remedy {
                        Remedy::AskAgain | Remedy::UseBrowser => self.show_again(&waiting),
                        Remedy::ReportBug => {}
                        _ => self.show(ResetState::Stopped { error: error.clone() }),
                    }
                    let _ = reply.send(Err(error));
                }
            }
        }
        // The reset was let go.
        true
    }

    async fn cancel(&mut self, reply: Reply) -> Cancel {
        let cancelled = match self.reset.take() {
            Some(reset) => reset.cancel().await,
            None => match self.account.cancel_reset().await {
                // Nothing was written yet.
                Err(reset::ResetError::NothingPending) => Ok(()),
                cancelled => cancelled,
            },
        };
        let (came, state) = match &cancelled {
            Ok(()) => (Cancel::Done, ResetState::Cancelled),
            Err(reset::ResetError::AlreadyCommitted) => (Cancel::TooLate, ResetState::Working { progress: None }),
            Err(error) => (Cancel::Failed, ResetState::Stopped { error: error.into() }),
        };
        self.show(state);
        let _ = reply.send(cancelled.map_err(Into::into));
        came
    }
}

/// What came of a cancel.
enum Cancel {
    Done,
    /// The new identity is in force: the reset goes on.
    TooLate,
    Failed,
}

/// While the reset works: `cancel` is the one command that interrupts it. `None` when the reset was let go.
async fn asked_to_cancel(commands: &mut mpsc::UnboundedReceiver<Command>) -> Option<Reply> {
    loop {
        match commands.recv().await? {
            Command::Cancel(reply) => return Some(reply),
            Command::ConfirmSaved(_, reply) | Command::Authorise(_, reply) | Command::Retry(reply) => {
                let _ = reply.send(Err(reset::ResetError::OutOfOrder.into()));
            }
        }
    }
}
