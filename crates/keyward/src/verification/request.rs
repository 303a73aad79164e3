// SPDX-License-Identifier: Apache-2.0

//! Asking another session, and being asked.

use std::collections::BTreeMap;

use futures_util::try_join;
use matrix_sdk_crypto::{
    DecryptionSettings, Device, EncryptionSyncChanges, OlmMachine, TrustRequirement, VerificationRequestState,
};
use ruma::{
    DeviceId, OwnedDeviceId,
    api::client::{
        device::{get_device, get_devices},
        sync::sync_events::DeviceLists,
    },
};

use crate::{
    account::Account,
    error::{FlowError as _, RequestError, StoreError},
    identity::ShowsIdentity as _,
    sync::pauses::{IN_BACKGROUND, Pauses, asked},
    verification::{
        Verification, VerificationError,
        flow::{LONG_POLL, METHODS},
        outbox::Outbox,
    },
};

impl Account {
    /// Asks another session of this account to verify. The session that is verified signs the other.
    ///
    /// There is one verification at a time: one that is still open ends.
    ///
    /// # Errors
    /// [`VerificationError`]; nothing was asked.
    #[tracing::instrument(skip_all)]
    pub async fn verify_session(&self, device_id: &str) -> Result<Verification, VerificationError> {
        if device_id == self.device_id() {
            return Err(VerificationError::CurrentSession);
        }
        let id: &DeviceId = device_id.into();
        match self.require_signer(id).await {
            Err(VerificationError::NotFound) => return Err(self.why_without_keys(id).await),
            required => required?,
        }
        let machine = self.machine();
        let device = machine
            .get_device(self.own_user(), id, None)
            .await
            .map_err(StoreError::because)?;
        let device = device.ok_or(VerificationError::NoEncryption)?;
        // A dehydrated device cannot answer (MSC3814).
        if device.is_dehydrated() && self.dehydrated_session().await?.as_deref() == Some(id) {
            return Err(VerificationError::NoEncryption);
        }
        let outbox = self.end_open_verifications(machine).await?;
        let (request, message) = device.request_verification_with_methods(METHODS.to_vec());
        let mut verification = Verification::new(self, request, Some(id.to_owned()));
        verification.outbox = outbox;
        verification.outbox.push(message);
        verification.outbox.flush(self).await?;
        Ok(verification)
    }

    /// The dehydrated device. One round trip.
    async fn dehydrated_session(&self) -> Result<Option<OwnedDeviceId>, RequestError> {
        let (shown, listed) = try_join!(self.look(), self.send(get_devices::v3::Request::new()))?;
        Ok(shown.dehydrated_among(&listed))
    }

    /// Asks all other verified sessions of this account to verify this one. The first that answers does it.
    ///
    /// There is one verification at a time: one that is still open ends.
    ///
    /// # Errors
    /// [`VerificationError`]; nothing was asked.
    #[tracing::instrument(skip_all)]
    pub async fn verify_this_session(&self) -> Result<Verification, VerificationError> {
        self.ensure_device_keys().await?;
        self.query_own_keys().await?;
        let machine = self.machine();
        let identity = self.own_identity().await?.ok_or(VerificationError::NoIdentity)?;
        if identity.is_verified() && self.is_signed().await? && self.can_sign().await {
            return Err(VerificationError::AlreadyVerified);
        }
        let devices = self.own_devices().await?;
        let signed = |device: &Device| device.device_id() != self.own_device() && device.is_cross_signed_by_owner();
        let mut asked: Vec<_> = devices.devices().filter(signed).collect();
        if asked.iter().any(Device::is_dehydrated) {
            let dehydrated = self.dehydrated_session().await?;
            asked.retain(|device| dehydrated.as_deref() != Some(device.device_id()));
        }
        if asked.is_empty() {
            return Err(VerificationError::NobodyToAsk);
        }
        let outbox = self.end_open_verifications(machine).await?;
        let (request, message) = identity
            .request_verification_with_methods(METHODS.to_vec())
            .await
            .map_err(StoreError::because)?;
        let mut verification = Verification::new(self, request, None);
        verification.outbox = outbox;
        verification.outbox.push(message);
        verification.outbox.flush(self).await?;
        Ok(verification)
    }

    /// Waits until another session of this account asks to be verified, or to verify this one; returns at once if a
    /// request is waiting. Synchronises while it waits. After a failure it tries again, with a longer pause after each
    /// failure in a row.
    ///
    /// # Errors
    /// [`VerificationError::Request`], where trying again does not help.
    #[tracing::instrument(skip_all)]
    pub async fn next_verification_request(&self) -> Result<Verification, VerificationError> {
        let mut pauses = Pauses::up_to(IN_BACKGROUND);
        loop {
            match self.request_of_another().await {
                Err(VerificationError::Request(error)) if error.remedy().may_pass() => {
                    tracing::warn!(%error, "no verification request can be received");
                    pauses.failed(asked(&error));
                    pauses.wait().await;
                }
                other => return other,
            }
        }
    }

    async fn request_of_another(&self) -> Result<Verification, VerificationError> {
        let mut seen = self.seen();
        // The crypto machine drops requests of sessions that it does not know.
        self.query_own_keys().await?;
        loop {
            let machine = self.machine();
            let requests = machine.get_verification_requests(self.own_user());
            let waiting = requests.into_iter().find(|request| {
                !request.we_started() && matches!(request.state(), VerificationRequestState::Requested { .. })
            });
            if let Some(request) = waiting {
                return Ok(Verification::new(self, request, None));
            }
            self.next_sync(&mut seen, LONG_POLL).await?;
        }
    }

    /// Decides whether the session does not exist, or exists without device keys. The crypto store has no keys of it.
    async fn why_without_keys(&self, id: &DeviceId) -> VerificationError {
        let request = get_device::v3::Request::new(id.to_owned());
        match self.send(request).await {
            Ok(_) => VerificationError::NoEncryption,
            Err(error) if error.is_not_found() => VerificationError::NotFound,
            Err(error) => error.into(),
        }
    }

    /// Cancels open verifications and makes the machine forget ended ones: it cancels a new request if there is another
    /// one with the same session, even one that is done.
    async fn end_open_verifications(&self, machine: &OlmMachine) -> Result<Outbox, VerificationError> {
        let outbox = Outbox::default();
        for request in machine.get_verification_requests(self.own_user()) {
            let is_open = !request.is_cancelled() && !request.is_done();
            if let Some(message) = is_open.then(|| request.cancel()).flatten() {
                outbox.push(message);
            }
        }
        let nothing_new = EncryptionSyncChanges {
            to_device_events: Vec::new(),
            changed_devices: &DeviceLists::new(),
            one_time_keys_counts: &BTreeMap::new(),
            unused_fallback_keys: None,
            next_batch_token: None,
        };
        let settings = DecryptionSettings {
            sender_device_trust_requirement: TrustRequirement::Untrusted,
        };
        // The only call that removes ended verifications.
        machine
            .receive_sync_changes(nothing_new, &settings)
            .await
            .map_err(StoreError::because)?;
        Ok(outbox)
    }
}
