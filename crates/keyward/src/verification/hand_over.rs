// SPDX-License-Identifier: Apache-2.0

//! After a verification the verified session asks the others for the private keys and the backup's key (specification:
//! "Sharing secrets"). It gets them only while both sides synchronise.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::account::Account;

/// How long the giving session stays: the other has just compared emoji, so it is active and asks at once.
const GIVING: Duration = Duration::from_secs(10);
/// How long the receiving session waits.
const RECEIVING: Duration = Duration::from_secs(30);

impl Account {
    /// Call this after a successful verification. It goes on synchronising, so that the session without the private
    /// keys gets them from the other. The receiving session returns as soon as it has them, or after half a minute; the
    /// giving session returns after ten seconds, because it is not told when they have arrived.
    ///
    /// Keys that arrive later are taken in by [`Account::sync_once`].
    #[tracing::instrument(skip_all)]
    pub async fn hand_keys_over(&self) {
        let is_wanted = !self.has_private_keys().await;
        let deadline = Instant::now() + if is_wanted { RECEIVING } else { GIVING };
        let _ = timeout_at(deadline, self.sync_for_private_keys(is_wanted)).await;
    }
}
