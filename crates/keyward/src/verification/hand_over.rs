// SPDX-License-Identifier: Apache-2.0

//! After a verification: the session that was verified asks the others for the private keys and for the key of the
//! backup (specification: "Sharing secrets"), and gets them only while both sides synchronise.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{
    account::Account,
    sync::pauses::{BEFORE_A_PERSON, Pauses, asked},
};

/// How long the session that gives the keys stays: the other has just compared emoji, so it is awake and asks at once.
const GIVING: Duration = Duration::from_secs(10);
/// How long the session that lacks them waits for them.
const RECEIVING: Duration = Duration::from_secs(30);
/// How long the server may hold one synchronisation open.
const WAIT: Duration = Duration::from_secs(1);

impl Account {
    /// To be called after a verification that ended well: goes on synchronising, so that the session that lacks the
    /// private keys gets them from the other. If this is the one, it returns as soon as they are here, after half a minute
    /// at most; if it is the other, after ten seconds, because nobody tells it that they have arrived.
    ///
    /// What does not come within the time comes with a later [`Account::sync_once`].
    #[tracing::instrument(skip_all)]
    pub async fn hand_keys_over(&self) {
        let is_wanted = !self.has_private_keys().await;
        let deadline = Instant::now() + if is_wanted { RECEIVING } else { GIVING };
        let mut seen = self.seen();
        let mut pauses = Pauses::up_to(BEFORE_A_PERSON);
        let hand_over = async {
            loop {
                // The key of the backup comes beside them, in the same reply or the next.
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
        };
        let _ = timeout_at(deadline, hand_over).await;
    }
}
