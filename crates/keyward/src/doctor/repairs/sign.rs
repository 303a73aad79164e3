// SPDX-License-Identifier: Apache-2.0

//! Signing this session, where the private keys are here and its signature is not on the server: it was restored from a backup.

use super::{RepairError, alone};
use crate::{
    account::Account,
    identity::{IdentityStatus, ShowsIdentity as _, SignError},
};

impl Account {
    /// Signs this session with the private keys that it holds.
    ///
    /// # Errors
    /// [`RepairError::KeysMissing`] where it does not hold those of the identity that the server shows; [`RepairError`]
    pub async fn sign_this_session(&self) -> Result<(), RepairError> {
        let _alone = alone(self).await?;
        let shown = self.look().await?;
        if shown.identity != IdentityStatus::Ours || !self.can_sign().await {
            return Err(RepairError::KeysMissing);
        }
        self.ensure_device_keys().await?;
        match self.sign_own_device().await {
            Err(SignError::NotSigned) => Err(RepairError::NotKept),
            Err(SignError::Request(error)) => Err(error.into()),
            Ok(()) => Ok(()),
        }
    }
}
