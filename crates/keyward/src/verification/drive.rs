// SPDX-License-Identifier: Apache-2.0

//! A verification as the driver of flows sees it.

use crate::{
    flow::Flow,
    verification::{QrCode, Verification, VerificationError, VerificationState},
};

/// What is shown of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationView {
    /// The other session's device id. `None` while several are asked and none has answered.
    pub device_id: Option<String>,
    /// Where it is.
    pub state: VerificationState,
}

/// What the person decides, apart from cancelling. It has no `Debug`, because a scanned code contains a secret.
pub enum VerificationCommand {
    /// [`Verification::accept`]
    Accept,
    /// [`Verification::start_emoji`]
    StartEmoji,
    /// [`Verification::qr_code`]: the only command with an answer.
    ShowQrCode,
    /// [`Verification::scan`]: the bytes of the other side's code.
    Scan(Vec<u8>),
    /// [`Verification::confirm`]
    Confirm,
    /// [`Verification::mismatch`]
    Mismatch,
}

impl Flow for Verification {
    type State = VerificationView;
    type Progress = ();
    type Command = VerificationCommand;
    /// The code to show; `None` where the other side cannot scan, and for the other commands.
    type Answer = Option<QrCode>;
    type Error = VerificationError;

    /// The other side takes part in it.
    fn is_live(&self) -> bool {
        true
    }

    fn is_under_way(&self) -> bool {
        true
    }

    async fn next(&mut self) -> Result<VerificationView, VerificationError> {
        let state = Self::next(self).await?;
        Ok(VerificationView {
            device_id: self.device_id(),
            state,
        })
    }

    async fn perform(&mut self, command: VerificationCommand) -> Result<Option<QrCode>, VerificationError> {
        match command {
            VerificationCommand::Accept => self.accept().await?,
            VerificationCommand::StartEmoji => self.start_emoji().await?,
            VerificationCommand::ShowQrCode => return self.qr_code().await,
            VerificationCommand::Scan(bytes) => self.scan(&bytes).await?,
            VerificationCommand::Confirm => self.confirm().await?,
            VerificationCommand::Mismatch => self.mismatch().await?,
        }
        Ok(None)
    }

    async fn cancel(&mut self) -> Result<bool, VerificationError> {
        Self::cancel(self).await?;
        Ok(false)
    }

    fn retry(&mut self) {
        Self::retry(self);
    }

    fn is_final(view: &VerificationView) -> bool {
        view.state.is_final()
    }

    fn is_same(before: &VerificationView, now: &VerificationView) -> bool {
        before == now
    }

    fn not_now() -> VerificationError {
        VerificationError::NotNow
    }

    fn cancel_after(_: &VerificationView) -> Result<(), VerificationError> {
        Ok(())
    }
}
