// SPDX-License-Identifier: Apache-2.0

//! What all objects of one account share: the account itself, until it is shut down, and the tasks that work for it.

use std::{
    ops::Deref,
    sync::{self, Arc, PoisonError},
};

use keyward::{
    account::{Account, Attached, Handle, Kind, Own},
    error::StoreError,
    flow::NotDone,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::{
    Advice, Remedy,
    runtime::{self, Owned},
};

/// The account was shut down.
#[derive(Debug)]
pub(crate) struct Closed;

impl Closed {
    /// What people read of it.
    pub(crate) const REASON: &str = "This account was shut down. Restore it first.";
}

/// Every flow's errors have a variant for it.
macro_rules! closed_is_one_of {
    ($($error:ident),+ $(,)?) => {
        $(impl From<Closed> for crate::$error {
            fn from(_: Closed) -> Self {
                Self::Closed {
                    advice: Advice::new("account.closed", Remedy::ReportBug, Closed::REASON),
                }
            }
        })+
    };
}

closed_is_one_of!(
    AccountError,
    AttachError,
    ExportError,
    ImportError,
    KeyCheckError,
    LogoutError,
    RecoveryError,
    RepairError,
    ResetError,
    SessionsError,
    SignOutError,
    UnlockError,
    VerificationError,
);

/// The error of a flow whose task has ended.
macro_rules! an_end_is_closed {
    ($($error:ident of $core:ty),+ $(,)?) => {
        $(impl From<NotDone<$core>> for crate::$error {
            fn from(not_done: NotDone<$core>) -> Self {
                match not_done {
                    NotDone::Failed(error) => error.into(),
                    NotDone::Ended => Closed.into(),
                }
            }
        })+
    };
}

an_end_is_closed!(
    RecoveryError of keyward::recovery::RecoveryError,
    ResetError of keyward::reset::ResetError,
    VerificationError of keyward::verification::VerificationError,
);

/// A kind of session whose store can be closed.
pub(crate) trait Closes: Kind + Sized {
    /// Finishes what is being written, before the account is dropped.
    fn finish(account: &Account<Self>) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Closes for Own {
    async fn finish(account: &Account) -> Result<(), StoreError> {
        account.close().await
    }
}

impl Closes for Attached {
    async fn finish(account: &Account<Self>) -> Result<(), StoreError> {
        account.close().await;
        Ok(())
    }
}

/// A login of either kind: objects for apps are the same for both.
#[derive(Clone)]
pub(crate) enum AnyLogin {
    Own(Arc<Login>),
    Attached(Arc<Login<Attached>>),
}

/// An account of either kind.
pub(crate) enum AnyAccount {
    Own(Account),
    Attached(Account<Attached>),
}

impl AnyLogin {
    pub(crate) fn work(&self) -> Arc<Work> {
        match self {
            Self::Own(login) => login.work(),
            Self::Attached(login) => login.work(),
        }
    }

    fn account(&self) -> Result<AnyAccount, Closed> {
        Ok(match self {
            Self::Own(login) => AnyAccount::Own(login.account()?),
            Self::Attached(login) => AnyAccount::Attached(login.account()?),
        })
    }

    /// As `Login::call`.
    pub(crate) async fn call<T, E, W>(&self, work: impl FnOnce(AnyAccount) -> W + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let login = self.clone();
        runtime::run(async move {
            let of_all = login.work();
            let _counted = of_all.counted();
            of_all.until_the_end(work(login.account()?)).await
        })
        .await
    }
}

impl Deref for AnyAccount {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        match self {
            Self::Own(account) => account,
            Self::Attached(account) => account,
        }
    }
}

/// One account and everything that works for it.
pub(crate) struct Login<K: Kind = Own> {
    /// `None` after the shutdown.
    account: sync::Mutex<Option<Owned<Account<K>>>>,
    work: Arc<Work>,
}

/// What works for an account, whatever its kind.
#[derive(Default)]
pub(crate) struct Work {
    /// Cancelled by the shutdown. Each task has a child token, which is cancelled when its owner is dropped.
    end: CancellationToken,
    tasks: TaskTracker,
    /// Held while the store is closed: a second shutdown returns no sooner than the first.
    closing: Mutex<()>,
    /// The tasks that drive a reset, a new recovery key or a repair, or tried to while another one did.
    key_flows: sync::Mutex<Vec<Task>>,
}

impl<K: Closes> Login<K> {
    pub(crate) fn new(account: Account<K>) -> Arc<Self> {
        Arc::new(Self {
            account: sync::Mutex::new(Some(Owned::new(account))),
            work: Arc::default(),
        })
    }

    pub(crate) fn work(&self) -> Arc<Work> {
        self.work.clone()
    }

    /// Call it on the runtime, from work that `tasks` counts already: the result must be dropped there, before the
    /// shutdown closes the store.
    fn account(&self) -> Result<Account<K>, Closed> {
        // The shutdown does not wait for work that comes later, so such work gets no account.
        if self.work.end.is_cancelled() {
            return Err(Closed);
        }
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.as_ref().map(|account| Account::clone(account)).ok_or(Closed)
    }

    /// Runs `work` to its end, even if nobody waits for it any more. A shutdown ends it.
    pub(crate) async fn call<T, E, W>(
        self: &Arc<Self>,
        work: impl FnOnce(Account<K>) -> W + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        runtime::run(self.clone().until_the_end(work)).await
    }

    /// Runs `work`, which waits for something to happen and can be left at any time, for as long as somebody awaits it.
    pub(crate) async fn wait<T, E, W>(
        self: &Arc<Self>,
        work: impl FnOnce(Account<K>) -> W + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        runtime::run_while_awaited(self.clone().until_the_end(work)).await
    }

    async fn until_the_end<T, E, W>(self: Arc<Self>, work: impl FnOnce(Account<K>) -> W) -> Result<T, E>
    where
        E: From<Closed>,
        W: Future<Output = Result<T, E>>,
    {
        let _counted = self.work.counted();
        let account = self.account()?;
        self.work.until_the_end(work(account)).await
    }

    /// Starts a task that works for as long as its `Lease` is held, and until the shutdown.
    pub(crate) fn start<W>(&self, work: impl FnOnce(Account<K>) -> W) -> Result<Lease, Closed>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let _counted = self.work.counted();
        Ok(Lease::new(self.work.spawn(work(self.account()?))))
    }

    /// Starts a task that works to its end, and until the shutdown.
    pub(crate) fn start_detached<W>(&self, work: impl FnOnce(Account<K>) -> W) -> Result<(), Closed>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let _counted = self.work.counted();
        self.work.spawn(work(self.account()?));
        Ok(())
    }

    /// Ends every task, waits for them, and closes the store. Once this returns, the account can be restored.
    pub(crate) async fn shut_down(self: &Arc<Self>) -> Result<(), StoreError> {
        let login = self.clone();
        runtime::run(async move {
            login.work.end.cancel();
            login.work.tasks.close();
            login.work.tasks.wait().await;
            let _one_at_a_time = login.work.closing.lock().await;
            let account = login.account.lock().unwrap_or_else(PoisonError::into_inner).take();
            match account {
                Some(account) => {
                    let closed = K::finish(&account).await;
                    // Dropped here, so that the files are free for the next restore.
                    drop(account.take());
                    closed
                }
                None => Ok(()),
            }
        })
        .await
    }
}

impl Work {
    /// A token that makes the shutdown wait for its holder, as for the tasks.
    pub(crate) fn counted(&self) -> TaskTrackerToken {
        self.tasks.token()
    }

    async fn until_the_end<T, E: From<Closed>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let _counted = self.counted();
        tokio::select! {
            biased;
            () = self.end.cancelled() => Err(Closed.into()),
            result = work => result,
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Task {
        let task = Task {
            let_go: self.end.child_token(),
            gone: CancellationToken::new(),
        };
        let (let_go, gone) = (task.let_go.clone(), task.gone.clone().drop_guard());
        self.tasks.spawn_on(
            async move {
                // Dropped last, also where the work panics.
                let _gone = gone;
                tokio::select! {
                    biased;
                    () = let_go.cancelled() => {}
                    () = work => {}
                }
            },
            runtime::handle(),
        );
        task
    }

    /// Remembers who drives a reset, a new recovery key or a repair. Only one of them is under way at a time.
    pub(crate) fn drives_key_flow(&self, lease: &Lease) {
        let mut flows = self.key_flows.lock().unwrap_or_else(PoisonError::into_inner);
        flows.retain(|task| !task.gone.is_cancelled());
        flows.push(lease.task.clone());
    }

    /// Waits until such a flow whose handle was dropped has ended, which takes a moment: until then it would count as
    /// running.
    pub(crate) async fn key_flow_that_was_let_go(&self) {
        let flows = self.key_flows.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for task in flows.iter().filter(|task| task.let_go.is_cancelled()) {
            task.gone.cancelled().await;
        }
    }

    /// Keeps `value` for as long as the `Kept` is there, and until the shutdown.
    ///
    /// To be called on the runtime.
    pub(crate) fn keep<T: Send + 'static>(self: &Arc<Self>, value: T) -> Kept<T> {
        let slot = Arc::new(Mutex::new(Some(value)));
        let task = Task {
            let_go: self.end.child_token(),
            gone: CancellationToken::new(),
        };
        let (kept, ended, gone) = (slot.clone(), task.let_go.clone(), task.gone.clone().drop_guard());
        self.tasks.spawn_on(
            async move {
                let _gone = gone;
                ended.cancelled().await;
                drop(kept.lock().await.take());
            },
            runtime::handle(),
        );
        Kept {
            work: self.clone(),
            slot,
            lease: Arc::new(Lease::new(task)),
        }
    }
}

/// The two events of a task: it is told to end, and it has ended.
#[derive(Clone, Debug)]
struct Task {
    let_go: CancellationToken,
    gone: CancellationToken,
}

/// The right to a task: dropping it ends the task.
#[derive(Debug)]
pub(crate) struct Lease {
    task: Task,
    _let_go_on_drop: DropGuard,
}

impl Lease {
    fn new(task: Task) -> Self {
        let _let_go_on_drop = task.let_go.clone().drop_guard();
        Self { task, _let_go_on_drop }
    }
}

/// A value of the core that belongs to an account and lives between calls.
pub(crate) struct Kept<T: Send + 'static> {
    work: Arc<Work>,
    slot: Arc<Mutex<Option<T>>>,
    lease: Arc<Lease>,
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
        let (of_all, slot, lease) = (self.work.clone(), self.slot.clone(), self.lease.clone());
        runtime::run(async move {
            // Held until the work has ended, even if the object is dropped meanwhile.
            let end = lease.task.let_go.clone();
            of_all.until_the_end(until(end, slot, work)).await
        })
        .await
    }

    /// Works with it for as long as somebody awaits it; one call at a time.
    pub(crate) async fn wait<R, E, W>(&self, work: impl FnOnce(KeptGuard<T>) -> W + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<Closed> + Send + 'static,
        W: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (of_all, slot, end) = (self.work.clone(), self.slot.clone(), self.lease.task.let_go.clone());
        runtime::run_while_awaited(async move { of_all.until_the_end(until(end, slot, work)).await }).await
    }

    /// Drops it. Whoever waits for it gets `Closed`.
    pub(crate) fn stop(&self) {
        self.lease.task.let_go.cancel();
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
