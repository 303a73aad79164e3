// SPDX-License-Identifier: Apache-2.0

//! Synchronising while private keys go from one session to another (specification: "Sharing secrets"): both have to be online.

use std::time::Duration;

use super::pauses::{BEFORE_A_PERSON, Pauses, asked};
use crate::account::Account;

/// How long the server may hold one synchronisation open.
const WAIT: Duration = Duration::from_secs(1);

impl Account {
    /// Synchronises until this session has the private keys, if it wants them; else it does not end. Whoever calls it sets a
    /// limit.
    pub(crate) async fn sync_for_private_keys(&self, is_wanted: bool) {
        let mut seen = self.seen();
        let mut pauses = Pauses::up_to(BEFORE_A_PERSON);
        loop {
            // The backup's key comes together with them, in the same reply or the next.
            let is_last = is_wanted && self.has_private_keys().await;
            pauses.wait().await;
            match self.next_sync(&mut seen, WAIT).await {
                Ok(()) if is_last => return,
                Ok(()) => pauses.end(),
                Err(error) => {
                    tracing::warn!(%error, "the keys are not handed over yet");
                    pauses.failed(asked(&error));
                }
            }
        }
    }
}
