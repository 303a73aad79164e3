// SPDX-License-Identifier: Apache-2.0

//! Checks whether the server has the signature of a verification that both sides agreed on.
//!
//! matrix-sdk's upload may fail unnoticed: it does not read `failures`, and a request that is still pending looks like
//! one that was sent (matrix-rust-sdk#6242). The other side's upload may fail too. So the server is asked.

use std::time::Duration;

use matrix_sdk_crypto::Device;
use ruma::{DeviceId, events::key::verification::cancel::CancelCode};
use tokio::time::{Instant, timeout_at};

use crate::{
    account::Account,
    error::StoreError,
    verification::{CancelReason, Verification, VerificationError, VerificationState, flow::LONG_POLL},
};

/// How long to wait for a signature that the other side makes.
pub(super) struct Wait {
    pub(super) limit: Duration,
    until: Option<Instant>,
}

impl Default for Wait {
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(30),
            until: None,
        }
    }
}

/// What a fresh `/keys/query` shows.
enum Look {
    /// Both sessions are signed by the identity, and this session trusts the identity.
    Signed,
    /// These are not signed. Empty where the identity is not trusted.
    Missing(Vec<Device>),
    /// The other session is gone.
    Gone,
}

impl Verification {
    pub(super) async fn look_for_signature(&mut self) -> Result<VerificationState, VerificationError> {
        let other = self.other_device().ok_or(VerificationError::NotFound)?;
        let limit = self.signature.limit;
        let until = *self.signature.until.get_or_insert_with(|| Instant::now() + limit);
        self.outbox.flush(&self.account).await?;
        loop {
            let missing = match self.account.look(&other).await? {
                Look::Signed => return self.finish().await,
                Look::Gone => return Ok(self.gone()),
                Look::Missing(devices) => devices,
            };
            if self.account.can_sign().await {
                self.account.sign_both(missing).await?;
                return match self.account.look(&other).await? {
                    Look::Signed => self.finish().await,
                    Look::Gone => Ok(self.gone()),
                    Look::Missing(_) => Err(VerificationError::NotSigned),
                };
            }
            if self.ails {
                return Ok(VerificationState::Confirmed);
            }
            // The other side has to sign. The sync reports when the sessions have changed.
            let known = self.seen.own_devices;
            while self.seen.own_devices == known {
                let left = until.saturating_duration_since(Instant::now());
                let sync = self.account.next_sync(&mut self.seen, LONG_POLL.min(left));
                match timeout_at(until, sync).await {
                    Ok(synced) => synced?,
                    Err(_) => return Err(VerificationError::NotSigned),
                }
            }
        }
    }

    async fn finish(&mut self) -> Result<VerificationState, VerificationError> {
        let machine = self.account.machine();
        // The request for the private keys may have arrived before the last message of the verification. The other side
        // then ignored it, because it did not trust this session yet. So it is sent again.
        if !machine.cross_signing_status().await.is_complete() {
            machine
                .query_missing_secrets_from_other_sessions()
                .await
                .map_err(StoreError::because)?;
        }
        self.finished = true;
        Ok(VerificationState::Done)
    }

    fn gone(&self) -> VerificationState {
        self.end(CancelReason::SessionGone, CancelCode::User);
        VerificationState::Cancelled {
            by_us: true,
            reason: CancelReason::SessionGone,
        }
    }
}

impl Account {
    /// Looks at the own identity and at both sessions as the server has them now.
    async fn look(&self, other: &DeviceId) -> Result<Look, VerificationError> {
        self.query_own_keys().await?;
        let machine = self.machine();
        let identity = self.own_identity().await?.ok_or(VerificationError::NoIdentity)?;
        let device = async |id: &DeviceId| machine.get_device(self.own_user(), id, None).await;
        let (own, other) = (
            device(self.own_device()).await.map_err(StoreError::because)?,
            device(other).await.map_err(StoreError::because)?,
        );
        let Some(other) = other else { return Ok(Look::Gone) };
        // Without device keys on the server there is nothing of this session to sign.
        let own_is_there = own.is_some();
        let mut unsigned: Vec<_> = own.into_iter().chain([other]).collect();
        unsigned.retain(|device| !device.is_cross_signed_by_owner());
        Ok(if own_is_there && unsigned.is_empty() && identity.is_verified() {
            Look::Signed
        } else {
            Look::Missing(unsigned)
        })
    }

    /// Signs the sessions; the other one only with the keys that were verified, which are the only trusted ones here.
    async fn sign_both(&self, devices: Vec<Device>) -> Result<(), VerificationError> {
        if devices.is_empty() {
            return Err(VerificationError::NotSigned);
        }
        for device in devices {
            if device.device_id() != self.own_device() && !device.is_locally_trusted() {
                tracing::warn!("the other session's keys are not the ones that were verified");
                return Err(VerificationError::NotSigned);
            }
            self.sign(&device).await?;
        }
        Ok(())
    }

    /// Fails if neither of the two sessions can sign.
    pub(super) async fn require_signer(&self, other: &DeviceId) -> Result<(), VerificationError> {
        self.ensure_device_keys().await?;
        match self.look(other).await? {
            Look::Gone => Err(VerificationError::NotFound),
            Look::Signed => Ok(()),
            Look::Missing(_) if self.can_sign().await => Ok(()),
            Look::Missing(unsigned) if unsigned.iter().any(|device| device.device_id() == other) => {
                Err(VerificationError::NobodyCanSign)
            }
            Look::Missing(_) => Ok(()),
        }
    }
}
