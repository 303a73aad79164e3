// SPDX-License-Identifier: Apache-2.0

//! What all objects of one account share: the account itself, until it is shut down, and the tasks that work for it.

use std::sync::{self, Arc, PoisonError};

use keyward::{account::Account, error::StoreError};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::runtime::{self, Owned};

/// The account was shut down.
#[derive(Debug)]
pub(crate) struct Closed;

impl Closed {
    /// The text of every `Closed` variant.
    pub(crate) const REASON: &str = "This account was shut down. Restore it first.";
}

/// One account and everything that works for it.
pub(crate) struct Login {
    /// `None` after the shutdown.
    account: sync::Mutex<Option<Owned<Account>>>,
    /// Cancelled by the shutdown. Its children are cancelled by the end of what they belong to.
    end: CancellationToken,
    tasks: TaskTracker,
}

impl Login {
    pub(crate) fn new(account: Account) -> Arc<Self> {
        Arc::new(Self {
            account: sync::Mutex::new(Some(Owned::new(account))),
            end: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// To be called on the runtime: what is returned must be dropped there.
    fn account(&self) -> Result<Account, Closed> {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.as_ref().map(|account| Account::clone(account)).ok_or(Closed)
    }

    /// Runs `work` to its end, even if nobody waits for it any more. A shutdown ends it.
    pub(crate) async fn call<T, E, W>(self: &Arc<Self>, work: impl FnOnce(Account) -> W + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        runtime::run(self.clone().until_the_end(work)).await
    }

    /// Runs `work`, which waits for something to happen and can be left at any time, for as long as somebody awaits it.
    pub(crate) async fn wait<T, E, W>(self: &Arc<Self>, work: impl FnOnce(Account) -> W + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        runtime::run_while_awaited(self.clone().until_the_end(work)).await
    }

    async fn until_the_end<T, E, W>(self: Arc<Self>, work: impl FnOnce(Account) -> W) -> Result<T, E>
    where
        E: From<Closed>,
        W: Future<Output = Result<T, E>>,
    {
        let _counted = self.tasks.token();
        let account = self.account()?;
        tokio::select! {
            biased;
            () = self.end.cancelled() => Err(Closed.into()),
            result = work(account) => result,
        }
    }

    /// Starts a task that works for as long as its [`Lease`] is held, and until the shutdown.
    ///
    /// To be called on the runtime.
    pub(crate) fn start<W>(&self, work: impl FnOnce(Account) -> W) -> Result<Lease, Closed>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let account = self.account()?;
        let end = self.end.child_token();
        let work = work(account);
        let ended = end.clone();
        self.tasks.spawn_on(
            async move {
                tokio::select! {
                    biased;
                    () = ended.cancelled() => {}
                    () = work => {}
                }
            },
            runtime::handle(),
        );
        Ok(Lease(end.drop_guard()))
    }

    /// Keeps `value` for as long as the [`Kept`] is there, and until the shutdown.
    ///
    /// To be called on the runtime.
    pub(crate) fn keep<T: Send + 'static>(self: &Arc<Self>, value: T) -> Kept<T> {
        let slot = Arc::new(Mutex::new(Some(value)));
        let end = self.end.child_token();
        let (kept, ended) = (slot.clone(), end.clone());
        self.tasks.spawn_on(
            async move {
                ended.cancelled().await;
                drop(kept.lock().await.take());
            },
            runtime::handle(),
        );
        Kept {
            login: self.clone(),
            slot,
            end: end.clone(),
            _lease: Lease(end.drop_guard()),
        }
    }

    /// Ends every task, waits for them, closes the store and gives its files back. Once it has returned, the account can
    /// be restored.
    pub(crate) async fn shut_down(self: &Arc<Self>) -> Result<(), StoreError> {
        let login = self.clone();
        runtime::run(async move {
            login.end.cancel();
            login.tasks.close();
            login.tasks.wait().await;
            let account = login.account.lock().unwrap_or_else(PoisonError::into_inner).take();
            match account {
                Some(account) => {
                    let closed = account.close().await;
                    // Here and now: whoever restores next finds the files free.
                    drop(account.take());
                    closed
                }
                None => Ok(()),
            }
        })
        .await
    }
}

/// The right to a task: dropping it ends the task.
#[derive(Debug)]
pub(crate) struct Lease(#[expect(dead_code, reason = "its drop is what it is for")] DropGuard);

/// Something of the core's that belongs to an account and lives between calls.
pub(crate) struct Kept<T: Send + 'static> {
    login: Arc<Login>,
    slot: Arc<Mutex<Option<T>>>,
    end: CancellationToken,
    _lease: Lease,
}

/// The one who may work with what is kept.
pub(crate) type KeptGuard<T> = OwnedMappedMutexGuard<Option<T>, T>;

impl<T: Send + 'static> Kept<T> {
    /// Works with it to the end of the work, even if nobody waits for it any more; one call at a time.
    pub(crate) async fn call<R, E, W>(&self, work: impl FnOnce(KeptGuard<T>) -> W + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (slot, end) = (self.slot.clone(), self.end.clone());
        self.login.call(move |_| until(end, slot, work)).await
    }

    /// Works with it for as long as somebody awaits it; one call at a time.
    pub(crate) async fn wait<R, E, W>(&self, work: impl FnOnce(KeptGuard<T>) -> W + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (slot, end) = (self.slot.clone(), self.end.clone());
        self.login.wait(move |_| until(end, slot, work)).await
    }

    /// Drops it. Whoever waits for it gets [`Closed`].
    pub(crate) fn stop(&self) {
        self.end.cancel();
    }
}

async fn until<T, R, E, W>(
    end: CancellationToken,
    slot: Arc<Mutex<Option<T>>>,
    work: impl FnOnce(KeptGuard<T>) -> W,
) -> Result<R, E>
where
    E: From<Closed>,
    W: Future<Output = Result<R, E>>,
{
    let work = async {
        let kept = slot.lock_owned().await;
        work(OwnedMutexGuard::try_map(kept, Option::as_mut).map_err(|_| Closed)?).await
    };
    tokio::select! {
        biased;
        () = end.cancelled() => Err(Closed.into()),
        result = work => result,
    }
}
