// SPDX-License-Identifier: Apache-2.0

//! Ctrl-C, and the signal that asks a program to end.

use std::io;

use tokio::sync::mpsc;

/// Every request to stop, one after another.
pub(crate) struct Interrupts {
    requests: mpsc::Receiver<()>,
}

impl Interrupts {
    /// Takes the signals over from now on. Must be called inside a Tokio runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        let (sender, requests) = mpsc::channel(4);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                    if sender.send(()).await.is_err() {
                        break;
                    }
                }
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).await.is_ok() {} });
        Ok(Self { requests })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        if self.requests.recv().await.is_none() {
            // The listener is gone, so no further request to stop can come.
            std::future::pending::<()>().await;
        }
    }
}
