// SPDX-License-Identifier: Apache-2.0

//! Streams of states that are pulled: the present state first, then each change. A slow reader misses past states, but
//! never the present one.

use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// The stream of one reader. It only waits for messages, so it needs no runtime, and a reader that stops waiting loses
/// nothing.
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

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;

    #[test]
    fn who_is_slow_gets_the_present_state_and_the_last_one_before_the_end() {
        let (sender, receiver) = watch::channel(1);
        let (quick, slow) = (States::new(receiver.clone()), States::new(receiver));
        assert_eq!(block_on(quick.next()), Some(1));
        sender.send_replace(2);
        assert_eq!(block_on(quick.next()), Some(2));
        sender.send_replace(3);
        drop(sender);
        for reader in [quick, slow] {
            assert_eq!(block_on(reader.next()), Some(3));
            assert_eq!(block_on(reader.next()), None);
            assert_eq!(block_on(reader.next()), None);
        }
    }
}
