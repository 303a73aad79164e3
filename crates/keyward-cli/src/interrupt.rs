// SPDX-License-Identifier: Apache-2.0

//! Ctrl-C, Ctrl-\, a terminal that is closed, and the signal that asks a program to end.

use std::io::{self, IsTerminal};

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
            let mut kinds = vec![SignalKind::interrupt(), SignalKind::quit(), SignalKind::terminate()];
            // With `nohup`, which redirects it, the program outlives its terminal.
            if io::stderr().is_terminal() {
                kinds.push(SignalKind::hangup());
            }
            for kind in kinds {
                let (mut signals, sender) = (signal(kind)?, sender.clone());
                tokio::spawn(async move { while signals.recv().await.is_some() && sender.send(()).await.is_ok() {} });
            }
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
