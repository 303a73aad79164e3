// SPDX-License-Identifier: Apache-2.0

//! What all objects of one account share: the account itself, until it is shut down, and the tasks that work for it.

use std::{
    ops::Deref,
    sync::{self, Arc, PoisonError},
};

use keyward::{
    account::{Account, Attached, Handle, Kind, OpenError, Own, Resumed},
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
    gate::{Gate, Inside},
    runtime::{self, BoxFuture, Owned},
};

/// Why there is no account to work with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NoAccount {
    /// It was shut down.
    Closed,
    /// It is paused, or was meanwhile.
    Paused,
}

impl NoAccount {
    pub(crate) fn advice(self) -> Advice {
        match self {
            Self::Closed => Advice::new(
                "account.closed",
                Remedy::ReportBug,
                "This account was shut down. Restore it first.",
            ),
            Self::Paused => Advice::new(
                "account.paused",
                Remedy::Wait,
                "This account was paused. Resume it, then try again.",
            ),
        }
    }
}

/// Every flow's errors have a variant for each.
macro_rules! closed_is_one_of {
    ($($error:ident),+ $(,)?) => {
        $(impl From<NoAccount> for crate::$error {
            fn from(why: NoAccount) -> Self {
                let advice = why.advice();
                match why {
                    NoAccount::Closed => Self::Closed { advice },
                    NoAccount::Paused => Self::Paused { advice },
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
                    NotDone::Paused => NoAccount::Paused.into(),
                    NotDone::Ended => NoAccount::Closed.into(),
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

/// A kind of session whose store can be closed, and opened again.
pub(crate) trait Closes: Kind + Sized {
    /// Finishes what is being written, before the account is dropped.
    fn finish(account: &Account<Self>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Gives the store up.
    fn pause(account: &Account<Self>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes the store again.
    fn resume(account: &Account<Self>) -> impl Future<Output = Result<Resumed<Self>, OpenError>> + Send;
}

impl Closes for Own {
    async fn finish(account: &Account) -> Result<(), StoreError> {
        account.close().await
    }

    async fn pause(account: &Account) -> Result<(), StoreError> {
        account.pause().await
    }

    async fn resume(account: &Account) -> Result<Resumed, OpenError> {
        account.resume().await
    }
}

impl Closes for Attached {
    async fn finish(account: &Account<Self>) -> Result<(), StoreError> {
        account.close().await;
        Ok(())
    }

    async fn pause(account: &Account<Self>) -> Result<(), StoreError> {
        account.pause().await
    }

    async fn resume(account: &Account<Self>) -> Result<Resumed<Self>, OpenError> {
        account.resume().await
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

    /// As `Login::account`.
    pub(crate) fn account(&self) -> Result<AnyAccount, NoAccount> {
        Ok(match self {
            Self::Own(login) => AnyAccount::Own(login.account()?),
            Self::Attached(login) => AnyAccount::Attached(login.account()?),
        })
    }

    /// As `Login::call`.
    pub(crate) async fn call<T, E, W>(&self, work: impl FnOnce(AnyAccount) -> W + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<NoAccount> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let login = self.clone();
        runtime::run(async move {
            let of_all = login.work();
            let _counted = of_all.counted();
            let _inside = of_all.enter()?;
            of_all.while_open(Box::pin(work(login.account()?))).await
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
    /// Held by a pause, a resume, and while the store is closed: a second shutdown returns no sooner than the first.
    turn: Mutex<()>,
    pub(crate) gate: Gate,
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

    /// Call it on the runtime, from work that `tasks` counts already and that is inside the gate: the result must be dropped
    /// there, before the shutdown closes the store.
    pub(crate) fn account(&self) -> Result<Account<K>, NoAccount> {
        // The shutdown does not wait for work that comes later, so such work gets no account.
        if self.work.end.is_cancelled() {
            return Err(NoAccount::Closed);
        }
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let account = account.as_ref().map(|account| Account::clone(account));
        account.ok_or(NoAccount::Closed)
    }

    /// Runs `work` to its end, even if nobody waits for it any more. A shutdown ends it, and so does a pause.
    pub(crate) async fn call<T, E, W>(
        self: &Arc<Self>,
        work: impl FnOnce(Account<K>) -> W + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<NoAccount> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let login = self.clone();
        runtime::run(async move {
            let _counted = login.work.counted();
            let _inside = login.work.enter()?;
            let account = login.account()?;
            login.work.while_open(Box::pin(work(account))).await
        })
        .await
    }

    /// Runs `work`, which waits for something to happen and can be left at any time, for as long as somebody awaits it. A
    /// pause stops it, and after that it is begun again.
    pub(crate) async fn wait<T, E, W>(
        self: &Arc<Self>,
        work: impl Fn(Account<K>) -> W + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<NoAccount> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let login = self.clone();
        runtime::run_while_awaited(async move { login.through_pauses(work).await }).await
    }

    /// The same, for a task.
    pub(crate) async fn through_pauses<T, E, W>(&self, work: impl Fn(Account<K>) -> W) -> Result<T, E>
    where
        E: From<NoAccount>,
        W: Future<Output = Result<T, E>>,
    {
        let work = &work;
        let again = || async move { work(self.account()?).await };
        self.work.through_pauses(again).await
    }

    /// Starts a task that works for as long as its `Lease` is held, and until the shutdown. A pause waits until the task has
    /// dropped its right to be `Inside`: it has to notice the pause.
    pub(crate) fn start<W>(&self, work: impl FnOnce(Account<K>, Inside) -> W) -> Result<Lease, NoAccount>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let _counted = self.work.counted();
        self.start_inside(self.work.enter()?, work)
    }

    /// The same, by who is inside already.
    pub(crate) fn start_inside<W>(
        &self,
        inside: Inside,
        work: impl FnOnce(Account<K>, Inside) -> W,
    ) -> Result<Lease, NoAccount>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        Ok(Lease::new(self.work.spawn(work(self.account()?, inside))))
    }

    /// Starts a task that works to its end, and until the shutdown. It has no account of its own.
    pub(crate) fn start_detached(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.work.spawn(work);
    }

    /// Stops everything, and gives the store up. Once this returns, the app may be suspended, and another process may open the
    /// store. Does nothing where it is done already.
    pub(crate) async fn pause<E>(self: &Arc<Self>) -> Result<(), E>
    where
        E: From<NoAccount> + From<StoreError> + Send + 'static,
    {
        let login = self.clone();
        runtime::run(async move {
            let _one_at_a_time = login.work.turn.lock().await;
            let account = login.account()?;
            login.work.gate.shut().await;
            Ok(K::pause(&account).await?)
        })
        .await
    }

    /// Takes the store again, and lets everything go on. Does nothing where it is not paused.
    pub(crate) async fn resume<E>(self: &Arc<Self>) -> Result<(), E>
    where
        E: From<NoAccount> + From<OpenError> + Send + 'static,
    {
        let login = self.clone();
        runtime::run(async move {
            let _one_at_a_time = login.work.turn.lock().await;
            let account = login.account()?;
            if !login.work.gate.is_closed() {
                return Ok(());
            }
            let is_replaced = match K::resume(&account).await? {
                Resumed::Unchanged => false,
                Resumed::Anew(account) => {
                    let account = Some(Owned::new(account));
                    let before = std::mem::replace(
                        &mut *login.account.lock().unwrap_or_else(PoisonError::into_inner),
                        account,
                    );
                    drop(before.map(Owned::take));
                    true
                }
            };
            login.work.gate.open(is_replaced);
            Ok(())
        })
        .await
    }

    /// Ends every task, waits for them, and closes the store. Once this returns, the account can be restored.
    pub(crate) async fn shut_down(self: &Arc<Self>) -> Result<(), StoreError> {
        let login = self.clone();
        runtime::run(async move {
            login.work.end.cancel();
            login.work.tasks.close();
            login.work.tasks.wait().await;
            let _one_at_a_time = login.work.turn.lock().await;
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

    /// The right to work with the account.
    pub(crate) fn enter(&self) -> Result<Inside, NoAccount> {
        match self.gate.enter() {
            Some(inside) => Ok(inside),
            None if self.end.is_cancelled() => Err(NoAccount::Closed),
            None => Err(NoAccount::Paused),
        }
    }

    /// For a call that needs no account, and that would wait for the end of a pause.
    pub(crate) fn not_while_paused(&self) -> Result<(), NoAccount> {
        match self.gate.is_closed() && !self.end.is_cancelled() {
            true => Err(NoAccount::Paused),
            false => Ok(()),
        }
    }

    /// Whoever calls it is inside the gate. Boxed, so that it is in the library once for each result.
    pub(crate) async fn while_open<T, E: From<NoAccount>>(&self, work: BoxFuture<'_, Result<T, E>>) -> Result<T, E> {
        let _counted = self.counted();
        tokio::select! {
            biased;
            () = self.end.cancelled() => Err(NoAccount::Closed.into()),
            () = self.gate.closed() => Err(NoAccount::Paused.into()),
            result = work => result,
        }
    }

    /// Does what waits for something. A pause stops it, and after that it is begun again.
    pub(crate) async fn through_pauses<T, E, W>(&self, work: impl Fn() -> W) -> Result<T, E>
    where
        E: From<NoAccount>,
        W: Future<Output = Result<T, E>>,
    {
        let _counted = self.counted();
        loop {
            let _inside = tokio::select! {
                biased;
                () = self.end.cancelled() => return Err(NoAccount::Closed.into()),
                inside = self.gate.enter_when_open() => inside,
            };
            tokio::select! {
                biased;
                () = self.end.cancelled() => return Err(NoAccount::Closed.into()),
                () = self.gate.closed() => {}
                result = work() => return result,
            }
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Task {
        self.spawn_boxed(Box::pin(work))
    }

    fn spawn_boxed(&self, work: BoxFuture<'static, ()>) -> Task {
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
        E: From<NoAccount> + Send + 'static,
        W: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (of_all, slot, lease) = (self.work.clone(), self.slot.clone(), self.lease.clone());
        runtime::run(async move {
            // Held until the work has ended, even if the object is dropped meanwhile.
            let end = lease.task.let_go.clone();
            let _counted = of_all.counted();
            let _inside = of_all.enter()?;
            of_all.while_open(Box::pin(until(end, slot, work))).await
        })
        .await
    }

    /// Works with it for as long as somebody awaits it; one call at a time. A pause stops that, and after it `work` is begun
    /// again.
    pub(crate) async fn wait<R, E, W>(&self, work: impl Fn(KeptGuard<T>) -> W + Send + Sync + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<NoAccount> + Send + 'static,
        W: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (of_all, slot, end) = (self.work.clone(), self.slot.clone(), self.lease.task.let_go.clone());
        runtime::run_while_awaited(async move {
            let again = || until(end.clone(), slot.clone(), &work);
            until_cancelled(&end, of_all.through_pauses(again)).await
        })
        .await
    }

    /// Drops it. Whoever waits for it gets `NoAccount::Closed`.
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
    E: From<NoAccount>,
    W: Future<Output = Result<R, E>>,
{
    let work = async {
        let kept = slot.lock_owned().await;
        work(OwnedMutexGuard::try_map(kept, Option::as_mut).map_err(|_| NoAccount::Closed)?).await
    };
    until_cancelled(&end, work).await
}

async fn until_cancelled<R, E: From<NoAccount>>(
    end: &CancellationToken,
    work: impl Future<Output = Result<R, E>>,
) -> Result<R, E> {
    tokio::select! {
        biased;
        () = end.cancelled() => Err(NoAccount::Closed.into()),
        result = work => result,
    }
}
