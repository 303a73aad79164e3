// SPDX-License-Identifier: Apache-2.0

//! One verification, from the request to the signature.

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use matrix_sdk_crypto::{
    self as crypto, CancelInfo, VerificationRequest, VerificationRequestState,
    types::requests::OutgoingVerificationRequest,
};
use ruma::{
    OwnedDeviceId, TransactionId,
    events::{
        AnyToDeviceEventContent,
        key::verification::{
            VerificationMethod,
            cancel::{CancelCode, ToDeviceKeyVerificationCancelEventContent},
        },
    },
    serde::Raw,
};
use tokio::time::{Instant, timeout_at};

use crate::{
    account::Account,
    error::StoreError,
    sync::{
        Seen,
        pauses::{BEFORE_A_PERSON, Pauses, asked},
    },
    verification::{
        CancelReason, VerificationError, VerificationState, emoji,
        outbox::Outbox,
        qr,
        state::{self, Call, Method, Methods, Request, Step},
    },
};

/// What this side can do. Only the app knows whether there is a camera; without one it does not offer to scan.
pub(super) const METHODS: [VerificationMethod; 4] = [
    VerificationMethod::SasV1,
    VerificationMethod::QrCodeShowV1,
    VerificationMethod::QrCodeScanV1,
    VerificationMethod::ReciprocateV1,
];
/// How long the server may hold a request open.
pub(super) const LONG_POLL: Duration = Duration::from_secs(30);

/// One verification. Show what [`Verification::next`] returns, and call what the person decides.
///
/// It synchronises by itself, and sends on its own only what the protocol demands. Any call can be dropped and made
/// again without loss. If the verification itself is dropped, the other side keeps waiting: call
/// [`Verification::cancel`] first. A verification does not survive the process: it takes minutes, and the protocol's
/// secrets are never written to the disk.
pub struct Verification {
    pub(super) account: Account,
    pub(super) request: VerificationRequest,
    /// The session that was asked, before one has answered.
    asked: Option<OwnedDeviceId>,
    pub(super) outbox: Outbox,
    /// The method that ran last: the crypto machine forgets it when the request is over.
    last_method: Mutex<Option<crypto::Verification>>,
    pub(super) making_code: tokio::sync::Mutex<()>,
    cancelled_here: AtomicBool,
    /// The reason for which this side ended the verification, if the crypto machine has no call for it.
    ended: Mutex<Option<CancelReason>>,
    pub(super) finished: bool,
    shown: Option<VerificationState>,
    pub(super) seen: Seen,
    pub(super) deadline: Instant,
    pub(super) signature: super::signature::Wait,
    pauses: Pauses,
    /// Whether the last call could not use the server. Then the next success is shown even if the state is the same.
    pub(super) ails: bool,
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").finish_non_exhaustive()
    }
}

impl Verification {
    pub(super) fn new(account: &Account, request: VerificationRequest, asked: Option<OwnedDeviceId>) -> Self {
        Self {
            deadline: Instant::now() + request.time_remaining(),
            account: account.clone(),
            request,
            asked,
            outbox: Outbox::default(),
            last_method: Mutex::default(),
            making_code: tokio::sync::Mutex::default(),
            cancelled_here: AtomicBool::default(),
            ended: Mutex::default(),
            finished: false,
            shown: None,
            seen: account.seen(),
            signature: super::signature::Wait::default(),
            pauses: Pauses::up_to(BEFORE_A_PERSON),
            ails: false,
        }
    }

    /// Gives up `limit` from now. The default is ten minutes from the request on, as the specification recommends.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.deadline = self.deadline.min(Instant::now() + limit);
        self
    }

    /// How long to wait for a signature that the other side makes, after both sides have agreed. The default is half a
    /// minute.
    #[must_use]
    pub fn with_signature_limit(mut self, limit: Duration) -> Self {
        self.signature.limit = limit;
        self
    }

    /// The other session's device id. `None` while several are asked and none has answered.
    pub fn device_id(&self) -> Option<String> {
        self.other_device().map(|id| id.to_string())
    }

    /// Returns the present state first, then each change; after an error the present state again once the error is
    /// over; after the end the final state each time. Synchronises while it waits.
    ///
    /// # Errors
    /// [`VerificationError::NotSigned`], [`VerificationError::Request`]. Show it and call again: the next call waits by
    /// itself, longer after each failure in a row, and goes on from where this one failed.
    #[tracing::instrument(skip_all)]
    pub async fn next(&mut self) -> Result<VerificationState, VerificationError> {
        match self.step() {
            Step::LookForSignature => self.pauses.wait().await,
            // Even if the server asks for a longer pause, the verification ends at its deadline.
            _ => _ = timeout_at(self.deadline, self.pauses.wait()).await,
        }
        let next = self.go_on().await;
        self.ails = matches!(next, Err(VerificationError::Request(_)));
        match &next {
            Ok(_) => self.pauses.end(),
            Err(VerificationError::Request(error)) => self.pauses.failed(asked(error)),
            Err(_) => self.pauses.failed(None),
        }
        next
    }

    /// Lets the next call of [`Verification::next`] try at once, also after failures: when the person asks for it.
    pub fn retry(&mut self) {
        self.pauses.end();
    }

    /// Goes on with the account that takes the place of a paused one. Its Olm machine knows nothing of this verification,
    /// whose secrets were never on the disk: so this side cancels it, unless only the signature is missing.
    pub fn take_up(&mut self, account: &Account) {
        let goes_on = match self.step() {
            Step::LookForSignature => true,
            Step::Show(state) => state.is_final(),
            Step::AcceptEmoji => false,
        };
        self.account = account.clone();
        self.seen = account.seen();
        if !goes_on {
            self.end(CancelReason::User, CancelCode::User);
        }
    }

    async fn go_on(&mut self) -> Result<VerificationState, VerificationError> {
        loop {
            match self.step() {
                Step::AcceptEmoji => emoji::accept(self),
                Step::LookForSignature => return self.look_for_signature().await,
                Step::Show(state) if state.is_final() => {
                    // The verification has ended here, even if the other side cannot be told.
                    if let Err(error) = self.outbox.flush(&self.account).await {
                        tracing::warn!(%error, "the other session does not know yet that the verification has ended");
                    }
                    return Ok(state);
                }
                Step::Show(_) if Instant::now() >= self.deadline => {
                    self.end(CancelReason::TimedOut, CancelCode::Timeout);
                }
                Step::Show(state) => {
                    self.outbox.flush(&self.account).await?;
                    if self.shown.as_ref() != Some(&state) {
                        self.shown = Some(state.clone());
                        return Ok(state);
                    }
                    self.wait().await?;
                }
            }
        }
    }

    /// Waits for a synchronisation, or for the time to be up.
    async fn wait(&mut self) -> Result<(), VerificationError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let known = self.seen.own_devices;
        let poll = if self.ails { Duration::ZERO } else { LONG_POLL.min(left) };
        let sync = self.account.next_sync(&mut self.seen, poll);
        match timeout_at(self.deadline, sync).await {
            Ok(synced) => synced?,
            Err(_) => {
                self.end(CancelReason::TimedOut, CancelCode::Timeout);
                return Ok(());
            }
        }
        if self.seen.own_devices != known {
            self.account.query_own_keys().await?;
        }
        if self.ails {
            self.shown = None;
        }
        // Checked even without such a change: a session's first sync does not report one.
        if self.other_is_gone().await? {
            self.end(CancelReason::SessionGone, CancelCode::User);
        }
        Ok(())
    }

    /// Accepts the other side's request.
    ///
    /// # Errors
    /// [`VerificationError::NobodyCanSign`], after which the request is still there to be cancelled;
    /// [`VerificationError::NotNow`], [`VerificationError::Request`].
    pub async fn accept(&self) -> Result<(), VerificationError> {
        self.require(Call::Accept)?;
        let other = self.other_device().ok_or(VerificationError::NotNow)?;
        self.account.require_signer(&other).await?;
        if let Some(message) = self.request.accept_with_methods(METHODS.to_vec()) {
            self.outbox.push(message);
        }
        Ok(self.outbox.flush(&self.account).await?)
    }

    /// The emoji are the same, or the other side says that it has scanned our code.
    ///
    /// # Errors
    /// [`VerificationError::NotNow`], [`VerificationError::Request`]
    pub async fn confirm(&self) -> Result<(), VerificationError> {
        self.require(Call::Confirm)?;
        match (self.method(), self.method_is_at()) {
            (Some(crypto::Verification::SasV1(sas)), Some(Method::Comparing { .. })) => {
                self.confirm_emoji(*sas).await?;
            }
            (Some(crypto::Verification::QrV1(qr)), Some(Method::CodeScanned)) => {
                if let Some(message) = qr.confirm_scanning() {
                    self.outbox.push(message);
                }
            }
            _ => return Err(VerificationError::NotNow),
        }
        Ok(self.outbox.flush(&self.account).await?)
    }

    /// Cancels, or declines the other side's request. No error if it has ended already. If both sides have agreed and
    /// only the signature is missing, this stops waiting for it; if it comes later, the list of sessions shows it.
    ///
    /// # Errors
    /// [`VerificationError::Request`]: cancelled here, and the other side does not know yet.
    pub async fn cancel(&self) -> Result<(), VerificationError> {
        match self.step() {
            Step::LookForSignature => {
                let mut ended = self.ended.lock().expect("nobody panics while holding it");
                *ended = ended.or(Some(CancelReason::User));
            }
            Step::Show(state) if state.is_final() => {}
            _ => {
                self.cancelled_here.store(true, Ordering::Relaxed);
                if let Some(message) = self.request.cancel() {
                    self.outbox.push(message);
                }
            }
        }
        Ok(self.outbox.flush(&self.account).await?)
    }

    /// Ends the verification for a reason of this library. Before a method runs, the crypto machine can only cancel in
    /// the person's name, so this replaces the code in its message.
    pub(super) fn end(&self, reason: CancelReason, code: CancelCode) {
        // Keeps the method that ran last, before the request forgets it.
        self.method();
        let mut ended = self.ended.lock().expect("nobody panics while holding it");
        if ended.is_some() || self.request.is_cancelled() {
            return;
        }
        if let Some(OutgoingVerificationRequest::ToDevice(mut message)) = self.request.cancel() {
            let transaction = <&TransactionId>::from(self.request.flow_id().as_str()).to_owned();
            let content = AnyToDeviceEventContent::KeyVerificationCancel(
                ToDeviceKeyVerificationCancelEventContent::new(transaction, reason.kind().to_owned(), code),
            );
            let content = Raw::new(&content).expect("strings serialise");
            for recipient in message.messages.values_mut().flat_map(|devices| devices.values_mut()) {
                *recipient = content.clone();
            }
            self.outbox.push(message);
        }
        *ended = Some(reason);
    }

    fn step(&self) -> Step {
        if self.finished {
            return Step::Show(VerificationState::Done);
        }
        if let Some(reason) = *self.ended.lock().expect("nobody panics while holding it") {
            return Step::Show(VerificationState::Cancelled { by_us: true, reason });
        }
        let method = self.method_is_at();
        let cancelled_here = self.cancelled_here.load(Ordering::Relaxed);
        state::step(&self.request_is_at(), method.as_ref(), cancelled_here)
    }

    /// Fails where the call does not belong.
    pub(super) fn require(&self, call: Call) -> Result<(), VerificationError> {
        match state::fits(call, &self.request_is_at(), self.method_is_at().as_ref()) {
            true => Ok(()),
            false => Err(VerificationError::NotNow),
        }
    }

    pub(super) fn request_is_at(&self) -> Request {
        match self.request.state() {
            VerificationRequestState::Created { .. } => Request::Created,
            VerificationRequestState::Requested { .. } => Request::Received,
            VerificationRequestState::Ready { .. } | VerificationRequestState::Transitioned { .. } => {
                Request::Ready(self.methods())
            }
            VerificationRequestState::Done => Request::Done,
            VerificationRequestState::Cancelled(info) => {
                let (by_us, reason) = cancelled(&info);
                Request::Cancelled { by_us, reason }
            }
        }
    }

    /// What both sides can do.
    fn methods(&self) -> Methods {
        let theirs = self.request.their_supported_methods().unwrap_or_default();
        let can = |method| theirs.contains(&method);
        Methods {
            emoji: can(VerificationMethod::SasV1),
            show_qr: can(VerificationMethod::QrCodeScanV1) && can(VerificationMethod::ReciprocateV1),
            scan_qr: can(VerificationMethod::QrCodeShowV1) && can(VerificationMethod::ReciprocateV1),
        }
    }

    /// The method that runs or ran last.
    pub(super) fn method(&self) -> Option<crypto::Verification> {
        let mut last = self.last_method();
        if let VerificationRequestState::Transitioned { verification, .. } = self.request.state() {
            *last = Some(verification);
        }
        last.clone()
    }

    pub(super) fn method_is_at(&self) -> Option<Method> {
        match self.method()? {
            crypto::Verification::SasV1(sas) => Some(emoji::is_at(&sas)),
            crypto::Verification::QrV1(qr) => Some(qr::is_at(&qr)),
            _ => None,
        }
    }

    fn last_method(&self) -> MutexGuard<'_, Option<crypto::Verification>> {
        self.last_method.lock().expect("nobody panics while holding it")
    }

    pub(super) fn other_device(&self) -> Option<OwnedDeviceId> {
        let of_method = || match self.method()? {
            crypto::Verification::SasV1(sas) => Some(sas.other_device_id().to_owned()),
            crypto::Verification::QrV1(qr) => Some(qr.other_device_id().to_owned()),
            _ => None,
        };
        self.request
            .other_device_id()
            .or_else(of_method)
            .or_else(|| self.asked.clone())
    }

    async fn other_is_gone(&self) -> Result<bool, StoreError> {
        let Some(other) = self.other_device() else {
            return Ok(false);
        };
        let machine = self.account.machine();
        let device = machine
            .get_device(self.account.own_user(), &other, None)
            .await
            .map_err(StoreError::because)?;
        Ok(device.is_none())
    }
}

pub(super) fn cancelled(info: &CancelInfo) -> (bool, CancelReason) {
    (
        info.cancelled_by_us(),
        CancelReason::from_code(info.cancel_code().as_str()),
    )
}
