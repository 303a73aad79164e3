// SPDX-License-Identifier: Apache-2.0

//! A verification under way, for apps.

use std::{fmt, sync::Arc};

use keyward::{
    account::Account,
    flow::{Driver, Status, drive_with_pauses},
    verification::{self, VerificationCommand, VerificationView},
};

use super::{VerificationError, VerificationQrCode, VerificationState};
use crate::{
    gate::FlowPauses,
    login::{Lease, Login, NoAccount, Work},
    states::States,
};

/// One verification. Show what its states say, and call what the person decides. It does not outlive the process.
///
/// A call that is no longer awaited is done all the same. Letting the verification itself go leaves the other side
/// waiting: `cancel` first.
#[derive(uniffi::Object)]
pub struct Verification {
    driver: Driver<verification::Verification>,
    work: Arc<Work>,
    _lease: Lease,
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").finish_non_exhaustive()
    }
}

impl Verification {
    /// `present` is what to show until the first look at it. To be called on the runtime, by who is inside the gate.
    pub(super) fn start(
        login: &Arc<Login>,
        verification: verification::Verification,
        present: verification::VerificationState,
    ) -> Result<Arc<Self>, VerificationError> {
        let first = VerificationView {
            device_id: verification.device_id(),
            state: present,
        };
        let mut handle = None;
        // A pause that begins just now waits until the flow has noticed it.
        let inside = login.work().gate.enter_again();
        let lease = login.start_inside(inside, |_, inside| {
            let pauses = FlowPauses::new(login.clone(), inside, verification::Verification::take_up);
            let (driver, work) = drive_with_pauses(Status::At(first), pauses, |_| verification);
            handle = Some(driver);
            work
        })?;
        let driver = handle.expect("made with the task");
        // Apps drop a verification when it is done, but the keys arrive only after that.
        let (mut statuses, keys_of) = (driver.statuses(), login.clone());
        login.start_detached(async move {
            if statuses.wait_for(is_done).await.is_ok() {
                // Shut down: nothing is handed over.
                let _ = keys_of.through_pauses(hand_keys_over).await;
            }
        });
        Ok(Arc::new(Self {
            driver,
            work: login.work(),
            _lease: lease,
        }))
    }

    async fn command(&self, command: VerificationCommand) -> Result<Option<verification::QrCode>, VerificationError> {
        self.work.not_while_paused()?;
        Ok(self.driver.command(command).await?)
    }
}

async fn hand_keys_over(account: Account) -> Result<(), NoAccount> {
    account.hand_keys_over().await;
    Ok(())
}

fn is_done(status: &Status<verification::Verification>) -> bool {
    matches!(status, Status::At(view) if view.state == verification::VerificationState::Done)
}

#[uniffi::export]
impl Verification {
    /// The other session's device id. Absent while several are asked and none has answered.
    pub fn device_id(&self) -> Option<String> {
        match &*self.driver.statuses().borrow() {
            Status::At(view) | Status::Stopped { after: Some(view), .. } => view.device_id.clone(),
            _ => None,
        }
    }

    /// The present state first, then each change, until it is done or cancelled. Any number of them at a time.
    pub fn open_states(&self) -> Arc<VerificationStates> {
        Arc::new(VerificationStates(States::new(self.driver.statuses())))
    }

    /// In `Requested`: accepts the other side's request.
    pub async fn accept(&self) -> Result<(), VerificationError> {
        self.command(VerificationCommand::Accept).await.map(drop)
    }

    /// In `Ready`: both sides show seven emoji to compare.
    pub async fn start_emoji(&self) -> Result<(), VerificationError> {
        self.command(VerificationCommand::StartEmoji).await.map(drop)
    }

    /// In `Ready`: the code to show, the same one each time. Absent where the other side cannot scan.
    pub async fn qr_code(&self) -> Result<Option<Arc<VerificationQrCode>>, VerificationError> {
        let code = self.command(VerificationCommand::ShowQrCode).await?;
        Ok(code.map(|code| Arc::new(VerificationQrCode(code))))
    }

    /// In `Ready`: the bytes of the code that the other side shows.
    pub async fn scan(&self, bytes: Vec<u8>) -> Result<(), VerificationError> {
        self.command(VerificationCommand::Scan(bytes)).await.map(drop)
    }

    /// The emoji are the same, or the other side says that it has scanned our code.
    pub async fn confirm(&self) -> Result<(), VerificationError> {
        self.command(VerificationCommand::Confirm).await.map(drop)
    }

    /// In `Emoji` and `Decimals`: they are not the same, so somebody may be in between. In `Scanned`, where the other side says
    /// that it has scanned nothing: `cancel`.
    pub async fn mismatch(&self) -> Result<(), VerificationError> {
        self.command(VerificationCommand::Mismatch).await.map(drop)
    }

    /// Ends the verification and tells the other side.
    pub async fn cancel(&self) -> Result<(), VerificationError> {
        self.work.not_while_paused()?;
        Ok(self.driver.cancel().await?)
    }

    /// In `Stopped`: tries at once what is tried again after a pause.
    pub async fn retry(&self) -> Result<(), VerificationError> {
        self.work.not_while_paused()?;
        Ok(self.driver.retry().await?)
    }
}

/// The states of a verification.
#[derive(uniffi::Object)]
pub struct VerificationStates(States<Status<verification::Verification>>);

#[uniffi::export]
impl VerificationStates {
    /// The present state at the first call, then each change. Absent when nothing more comes: after the last state, after
    /// `stop`, and after the account was shut down.
    pub async fn next(&self) -> Option<VerificationState> {
        self.0.next().await.map(Into::into)
    }

    /// Ends this stream, and the call that waits for it. The verification goes on.
    pub fn stop(&self) {
        self.0.stop();
    }
}
