// SPDX-License-Identifier: Apache-2.0

//! This user's identity and devices as the crypto store knows them; whether this session trusts the identity and can
//! sign.
//! sign.

use matrix_sdk_crypto::{Device, OwnUserIdentity, UserDevices};
use ruma::DeviceId;
use serde::Serialize;

use super::OwnKeys;
use crate::{
    account::{Account, RESET},
    error::StoreError,
};

/// Whose identity (master, self-signing and user-signing keys) the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityStatus {
    /// The one that this session trusts, because it holds its private keys or has verified it.
    Ours,
    /// One that this session does not trust: unlock this session, verify it from another, or reset.
    NotOurs,
    /// Another than the one that this session has verified. Whoever did not reset the account on another device has to fear
    /// that somebody else did: change the password, look at the sessions, then reset. Else verify this session again.
    Replaced,
    /// None: cross-signing was never set up.
    #[serde(rename = "none")]
    NotSetUp,
}

impl Account {
    /// Whose identity the server shows.
    pub(crate) async fn identity_status(&self, keys: &OwnKeys) -> Result<IdentityStatus, StoreError> {
        let Some(shown) = &keys.master_key else {
            return Ok(IdentityStatus::NotSetUp);
        };
        let own = self.own_identity().await?;
        Ok(match own {
            Some(own) if own.is_verified() && self.knows_identity(shown).await? => IdentityStatus::Ours,
            Some(own) if own.has_verification_violation() && !self.has_replaced_it(shown).await? => {
                IdentityStatus::Replaced
            }
            _ => IdentityStatus::NotOurs,
        })
    }

    /// Whether the identity with this master key is the work of a reset from here that was interrupted.
    async fn has_replaced_it(&self, master_key: &str) -> Result<bool, StoreError> {
        let header = self.document_header(RESET).await?.flatten();
        Ok(header.is_some_and(|header| header.may_bring(master_key)))
    }

    /// The own identity as the crypto store knows it.
    pub(crate) async fn own_identity(&self) -> Result<Option<OwnUserIdentity>, StoreError> {
        let identity = self.machine().get_identity(self.own_user(), None).await;
        Ok(identity
            .map_err(StoreError::because)?
            .and_then(|identity| identity.own()))
    }

    /// Whether the identity with this master key (base64) is the one that the crypto store has: it takes in only one whose
    /// owner, usages and signatures hold.
    pub(crate) async fn knows_identity(&self, master_key: &str) -> Result<bool, StoreError> {
        Ok(self.identity_key().await?.is_some_and(|known| known == master_key))
    }

    /// Base64 of the master key of the own identity as the crypto store knows it.
    pub(crate) async fn identity_key(&self) -> Result<Option<String>, StoreError> {
        let known = self.own_identity().await?;
        let known = known.and_then(|identity| identity.master_key().get_first_key());
        Ok(known.map(|known| known.to_base64()))
    }

    /// All devices of the own user as the crypto store knows them.
    pub(crate) async fn own_devices(&self) -> Result<UserDevices, StoreError> {
        let devices = self.machine().get_user_devices(self.own_user(), None).await;
        devices.map_err(StoreError::because)
    }

    /// One device of the own user as the crypto store knows it.
    pub(super) async fn own_crypto_device(&self, device_id: &DeviceId) -> Result<Option<Device>, StoreError> {
        let device = self.machine().get_device(self.own_user(), device_id, None).await;
        device.map_err(StoreError::because)
    }

    /// Whether this session is signed by the own identity as the crypto store knows both.
    pub(crate) async fn is_signed(&self) -> Result<bool, StoreError> {
        let device = self.own_crypto_device(self.own_device()).await?;
        Ok(device.is_some_and(|device| device.is_cross_signed_by_owner()))
    }

    /// Whether all three private keys of the identity are here. The Olm machine drops those of another identity.
    pub(crate) async fn has_private_keys(&self) -> bool {
        self.machine().cross_signing_status().await.is_complete()
    }

    /// Whether this session can sign others.
    pub(crate) async fn can_sign(&self) -> bool {
        self.machine().cross_signing_status().await.has_self_signing
    }
}
