// SPDX-License-Identifier: Apache-2.0

//! After a verification the verified session asks the others for the private keys and the backup's key (specification:
//! "Sharing secrets"). It gets them only while both sides synchronise.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{
    account::Account,
    sync::pauses::{BEFORE_A_PERSON, Pauses, asked},
};

/// How long the giving session stays: the other has just compared emoji, so it is active and asks at once.
const GIVING: Duration = Duration::from_secs(10);
/// How long the receiving session waits.
const RECEIVING: Duration = Duration::from_secs(30);
/// How long the server may hold one synchronisation open.
const WAIT: Duration = Duration::from_secs(1);

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
        let mut seen = self.seen();
        let mut pauses = Pauses::up_to(BEFORE_A_PERSON);
        let hand_over = async {
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
        };
        let _ = timeout_at(deadline, hand_over).await;
    }
}
