// SPDX-License-Identifier: Apache-2.0

//! Asking the other verified sessions for the private keys. They answer while they are online; what comes counts only if it
//! belongs to the public keys.
//!
//! Specification: Client-Server API, "Sharing keys between devices" (`m.secret.request`).

use std::time::Duration;

use tokio::time::timeout;

use super::{RepairError, begin};
use crate::{account::Account, error::StoreError};

impl Account {
    /// Asks the other sessions for the private keys that are not here, and waits until they have come, for `patience` at most:
    /// the person may have to open another app meanwhile. Keys that come later are taken in by [`Account::sync_once`].
    ///
    /// # Errors
    /// [`RepairError::NobodyAnswered`]; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn ask_other_sessions(&self, patience: Duration) -> Result<(), RepairError> {
        let (_alone, _) = begin(self).await?;
        if self.has_private_keys().await {
            return Ok(());
        }
        let asks = self.machine().query_missing_secrets_from_other_sessions().await;
        asks.map_err(StoreError::because)?;
        let answered = timeout(patience, self.sync_for_private_keys(true)).await;
        // The last reply may have brought them.
        match answered.is_ok() || self.has_private_keys().await {
            true => Ok(()),
            false => Err(RepairError::NobodyAnswered),
        }
    }
}
