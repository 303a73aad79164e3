// SPDX-License-Identifier: Apache-2.0

//! Asking the other verified sessions for the private keys and the backup's key. They answer while they are online; what comes
//! counts only if it belongs to the public keys.
//!
//! Specification: Client-Server API, "Sharing keys between devices" (`m.secret.request`).

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{RepairError, begin};
use crate::{
    account::Account,
    error::StoreError,
    key_backup,
    sync::pauses::{BEFORE_A_PERSON, Pauses, asked},
};

/// How long the server may hold one synchronisation open.
const WAIT: Duration = Duration::from_secs(1);

impl Account {
    /// Asks the other sessions for the private keys that are not here, and waits until they have come, for `patience` at most:
    /// the person may have to open another app meanwhile. Keys that come later are taken in by [`Account::sync_once`].
    ///
    /// # Errors
    /// [`RepairError::NobodyAnswered`]; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn ask_other_sessions(&self, patience: Duration) -> Result<(), RepairError> {
        let (_alone, _) = begin(self).await?;
        if self.has_private_keys().await && self.has_backup_key().await? {
            return Ok(());
        }
        let asks = self.machine().query_missing_secrets_from_other_sessions().await;
        asks.map_err(StoreError::because)?;
        let mut seen = self.seen();
        let mut pauses = Pauses::up_to(BEFORE_A_PERSON);
        let answered = async {
            loop {
                // The backup's key comes together with them, in the same reply or the next.
                let is_last = self.has_private_keys().await;
                pauses.wait().await;
                match self.next_sync(&mut seen, WAIT).await {
                    Ok(()) if is_last => return,
                    Ok(()) => pauses.end(),
                    Err(error) => pauses.failed(asked(&error)),
                }
            }
        };
        let deadline = Instant::now() + patience;
        match timeout_at(deadline, answered).await {
            // The last reply may have brought them.
            Err(_) if !self.has_private_keys().await => Err(RepairError::NobodyAnswered),
            _ => Ok(()),
        }
    }

    /// Whether this session holds the key of the current backup, if there is one.
    async fn has_backup_key(&self) -> Result<bool, RepairError> {
        match key_backup::current(self).await? {
            Some(current) => Ok(key_backup::held_key(self, &current).await?.is_some()),
            None => Ok(true),
        }
    }
}
