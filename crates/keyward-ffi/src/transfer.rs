// SPDX-License-Identifier: Apache-2.0

//! Work with many room keys that reports how far it is: a stream of states that is pulled, whose end is the work's.

use std::sync::{Arc, Mutex, PoisonError};

use keyward::account::Account;
use tokio::sync::watch;

use crate::{
    login::{Lease, Login, NoAccount},
    runtime,
    states::States,
};

/// Called with each progress: so many of so many are done.
pub(crate) type Listener = Box<dyn Fn(u64, u64) + Send + Sync>;

/// Work under way. Letting it go stops it.
pub(crate) struct Transfer<S, E> {
    states: States<Result<S, E>>,
    lease: Mutex<Option<Lease>>,
}

impl<S, E> Transfer<S, E>
where
    S: Clone + Send + Sync + 'static,
    E: Clone + From<NoAccount> + Send + Sync + 'static,
{
    /// Starts the work. Its thread may go on for a moment after it was stopped; the thread holds a token together with
    /// the listener, so that the shutdown waits for it.
    pub(crate) async fn start<W>(
        login: &Arc<Login>,
        running: impl Fn(u64, u64) -> S + Send + Sync + 'static,
        work: impl FnOnce(Account, Listener) -> W + Send + 'static,
    ) -> Result<Self, E>
    where
        W: Future<Output = Result<S, E>> + Send + 'static,
    {
        let login = login.clone();
        runtime::run(async move { Self::begin(&login, running, work) }).await
    }

    /// The same for work that changes the account's keys: a reset or a new recovery key that was let go ends first, and
    /// those that are started later wait until this has ended, once it is let go.
    pub(crate) async fn start_key_flow<W>(
        login: &Arc<Login>,
        running: impl Fn(u64, u64) -> S + Send + Sync + 'static,
        work: impl FnOnce(Account, Listener) -> W + Send + 'static,
    ) -> Result<Self, E>
    where
        W: Future<Output = Result<S, E>> + Send + 'static,
    {
        let login = login.clone();
        runtime::run(async move {
            login.work().key_flow_that_was_let_go().await;
            let transfer = Self::begin(&login, running, work)?;
            let lease = transfer.lease.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(lease) = &*lease {
                login.work().drives_key_flow(lease);
            }
            drop(lease);
            Ok(transfer)
        })
        .await
    }

    fn begin<W>(
        login: &Arc<Login>,
        running: impl Fn(u64, u64) -> S + Send + Sync + 'static,
        work: impl FnOnce(Account, Listener) -> W,
    ) -> Result<Self, E>
    where
        W: Future<Output = Result<S, E>> + Send + 'static,
    {
        let (states, receiver) = watch::channel(Ok(running(0, 0)));
        let (told, counted) = (states.clone(), login.work().counted());
        let of_all = login.work();
        let lease = login.start(|account, inside| {
            // The thread that does it has the files open, perhaps longer than anybody waits for it: a pause waits for that.
            let here = of_all.gate.enter_again();
            let listener: Listener = Box::new(move |done, total| {
                let _ = (&counted, &here);
                let _ = told.send_replace(Ok(running(done, total)));
            });
            let work = work(account, listener);
            async move {
                let result = of_all.while_open(Box::pin(work)).await;
                // Dropped before the end is shown, so that whoever sees it finds everything free.
                drop(inside);
                let _ = states.send_replace(result);
            }
        })?;
        Ok(Self {
            states: States::new(receiver),
            lease: Mutex::new(Some(lease)),
        })
    }

    pub(crate) async fn next(&self) -> Result<Option<S>, E> {
        self.states.next().await.transpose()
    }

    pub(crate) fn stop(&self) {
        self.states.stop();
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
