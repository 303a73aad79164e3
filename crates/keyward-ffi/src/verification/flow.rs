// SPDX-License-Identifier: Apache-2.0

//! The task that drives one verification: it synchronises by itself and takes commands. Who waits for a command and
//! stops waiting stops nothing else.

use std::{fmt, sync::Arc};

use keyward::verification;
use tokio::sync::{mpsc, oneshot, watch};

use super::{VerificationError, VerificationQrCode, VerificationState};
use crate::{
    login::{Closed, Lease, Login},
    states::States,
};

/// One verification. Show what its states say, and call what the person decides. It does not outlive the process.
///
/// A call that is no longer awaited is done all the same. Letting the verification itself go leaves the other side
/// waiting: `cancel` first.
#[derive(uniffi::Object)]
pub struct Verification {
    /// Unbounded, so that a command is given at once: whoever gives one may stop waiting at any time.
    commands: mpsc::UnboundedSender<Command>,
    states: watch::Receiver<VerificationState>,
    device_id: watch::Receiver<Option<String>>,
    _lease: Lease,
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").finish_non_exhaustive()
    }
}

type Reply<T> = oneshot::Sender<Result<T, VerificationError>>;

enum Command {
    Accept(Reply<()>),
    StartEmoji(Reply<()>),
    QrCode(Reply<Option<Arc<VerificationQrCode>>>),
    Scan(Vec<u8>, Reply<()>),
    Confirm(Reply<()>),
    Mismatch(Reply<()>),
    Cancel(Reply<()>),
    Retry(Reply<()>),
}

impl Verification {
    /// `present` is what to show until the first look at it. To be called on the runtime.
    pub(super) fn start(
        login: &Login,
        verification: verification::Verification,
        present: VerificationState,
    ) -> Result<Arc<Self>, VerificationError> {
        let (states, receiver) = watch::channel(present);
        let (commands, to_do) = mpsc::unbounded_channel();
        let (device_id, other) = watch::channel(verification.device_id());
        // Apps let a verification go when it is done, and the keys come after that.
        let (done, is_done) = oneshot::channel();
        login.start_detached(|account| async move {
            if is_done.await.is_ok() {
                account.hand_keys_over().await;
            }
        })?;
        let lease = login.start(|_| drive(verification, to_do, states, device_id, done))?;
        Ok(Arc::new(Self {
            commands,
            states: receiver,
            device_id: other,
            _lease: lease,
        }))
    }

    async fn command<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, VerificationError> {
        let (reply, answer) = oneshot::channel();
        // A verification that takes no commands any more has ended by itself, or by a shutdown.
        let over = || match &*self.states.borrow() {
            VerificationState::Done | VerificationState::Cancelled { .. } => {
                verification::VerificationError::NotNow.into()
            }
            _ => VerificationError::from(Closed),
        };
        if self.commands.send(command(reply)).is_err() {
            return Err(over());
        }
        answer.await.unwrap_or_else(|_| Err(over()))
    }
}

#[uniffi::export]
impl Verification {
    /// The other session's device id. Absent while several are asked and none has answered.
    pub fn device_id(&self) -> Option<String> {
        self.device_id.borrow().clone()
    }

    /// The present state first, then each change, until it is done or cancelled. Any number of them at a time.
    pub fn open_states(&self) -> Arc<VerificationStates> {
        Arc::new(VerificationStates(States::new(self.states.clone())))
    }

    /// In `Requested`: accepts the other side's request.
    pub async fn accept(&self) -> Result<(), VerificationError> {
        self.command(Command::Accept).await
    }

    /// In `Ready`: both sides show seven emoji to compare.
    pub async fn start_emoji(&self) -> Result<(), VerificationError> {
        self.command(Command::StartEmoji).await
    }

    /// In `Ready`: the code to show, the same one each time. Absent where the other side cannot scan.
    pub async fn qr_code(&self) -> Result<Option<Arc<VerificationQrCode>>, VerificationError> {
        self.command(Command::QrCode).await
    }

    /// In `Ready`: the bytes of the code that the other side shows.
    pub async fn scan(&self, bytes: Vec<u8>) -> Result<(), VerificationError> {
        self.command(|reply| Command::Scan(bytes, reply)).await
    }

    /// The emoji are the same, or the other side says that it has scanned our code.
    pub async fn confirm(&self) -> Result<(), VerificationError> {
        self.command(Command::Confirm).await
    }

    /// The emoji are not the same, or the other side says that it has scanned nothing: somebody may be in between.
    pub async fn mismatch(&self) -> Result<(), VerificationError> {
        self.command(Command::Mismatch).await
    }

    /// Ends the verification and tells the other side.
    pub async fn cancel(&self) -> Result<(), VerificationError> {
        self.command(Command::Cancel).await
    }

    /// In `Stopped`: goes on from where it is.
    pub async fn retry(&self) -> Result<(), VerificationError> {
        self.command(Command::Retry).await
    }
}

/// The states of a verification.
#[derive(uniffi::Object)]
pub struct VerificationStates(States<VerificationState>);

#[uniffi::export]
impl VerificationStates {
    /// The present state at the first call, then each change. Absent when nothing more comes: after the last state, after
    /// `stop`, and after the account was shut down.
    pub async fn next(&self) -> Option<VerificationState> {
        self.0.next().await
    }

    /// Ends this stream, and the call that waits for it. The verification goes on.
    pub fn stop(&self) {
        self.0.stop();
    }
}

async fn drive(
    mut verification: verification::Verification,
    mut commands: mpsc::UnboundedReceiver<Command>,
    states: watch::Sender<VerificationState>,
    device_id: watch::Sender<Option<String>>,
    done: oneshot::Sender<()>,
) {
    // While it is stopped: the state before, which the core does not tell a second time.
    let mut stopped: Option<VerificationState> = None;
    loop {
        // Waiting for the next state can be left at any time: nothing is lost.
        let command = tokio::select! {
            next = verification.next(), if stopped.is_none() => {
                device_id.send_replace(verification.device_id());
                let is_final = next.as_ref().is_ok_and(verification::VerificationState::is_final);
                let is_done = matches!(next, Ok(verification::VerificationState::Done));
                match next {
                    Ok(state) => {
                        // The first may be the one that is shown already.
                        let state = state.into();
                        states.send_if_modified(|present| {
                            let is_new = *present != state;
                            *present = state;
                            is_new
                        });
                    }
                    Err(error) => {
                        let error = error.into();
                        stopped = Some(states.send_replace(VerificationState::Stopped { error }));
                    }
                }
                if is_done {
                    let _ = done.send(());
                    return;
                }
                if is_final {
                    return;
                }
                continue;
            }
            command = commands.recv() => command,
        };
        // `None`: the verification was let go.
        let Some(command) = command else { return };
        if let Some(before) = stopped.take() {
            states.send_replace(before);
        }
        verification.retry();
        perform(&verification, command).await;
    }
}

/// Nobody may wait for the answer any more.
async fn perform(verification: &verification::Verification, command: Command) {
    fn answer<T>(reply: Reply<T>, result: Result<T, verification::VerificationError>) {
        let _ = reply.send(result.map_err(Into::into));
    }
    match command {
        Command::Accept(reply) => answer(reply, verification.accept().await),
        Command::StartEmoji(reply) => answer(reply, verification.start_emoji().await),
        Command::QrCode(reply) => {
            let code = verification.qr_code().await;
            answer(
                reply,
                code.map(|code| code.map(|code| Arc::new(VerificationQrCode(code)))),
            );
        }
        Command::Scan(bytes, reply) => answer(reply, verification.scan(&bytes).await),
        Command::Confirm(reply) => answer(reply, verification.confirm().await),
        Command::Mismatch(reply) => answer(reply, verification.mismatch().await),
        Command::Cancel(reply) => answer(reply, verification.cancel().await),
        Command::Retry(reply) => answer(reply, Ok(())),
    }
}
