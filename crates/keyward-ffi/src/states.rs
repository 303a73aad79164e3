// SPDX-License-Identifier: Apache-2.0

//! Streams of states, pulled: the present one first, then each change. Who is slow misses what is past, never what is.

use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// One reader. Waits for messages only, so that it needs no runtime and a reader who gives up loses nothing.
pub(crate) struct States<T> {
    receiver: Mutex<watch::Receiver<T>>,
    stopped: CancellationToken,
}

impl<T: Clone> States<T> {
    pub(crate) fn new(mut receiver: watch::Receiver<T>) -> Self {
        receiver.mark_changed();
        Self {
            receiver: Mutex::new(receiver),
            stopped: CancellationToken::new(),
        }
    }

    /// `None` when it was stopped, or when the last state was read and nothing more comes.
    pub(crate) async fn next(&self) -> Option<T> {
        let mut receiver = self.receiver.lock().await;
        tokio::select! {
            biased;
            () = self.stopped.cancelled() => None,
            changed = receiver.changed() => {
                changed.ok()?;
                Some(receiver.borrow_and_update().clone())
            }
        }
    }

    pub(crate) fn stop(&self) {
        self.stopped.cancel();
    }
}
