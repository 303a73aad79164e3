// SPDX-License-Identifier: Apache-2.0

//! The one Tokio runtime. Kotlin and Swift poll our futures on threads of theirs, which must neither be blocked nor run
//! our code: each call hands its work to this runtime and waits for a message.
//!
//! What owns a crypto store has to be dropped inside a runtime, because its database pool needs one. A garbage
//! collector drops from any thread, so `Owned` moves the drop to the runtime.

use std::{
    ops::Deref,
    panic,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinHandle,
};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name("keyward")
        .build()
        .expect("the system has threads")
});

/// For those who spawn tasks of their own.
pub(crate) fn handle() -> &'static Handle {
    RUNTIME.handle()
}

/// Runs `work` to its end, even if the caller stops waiting: half of a change would be worse than the whole.
pub(crate) async fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let (task, result) = task(work);
    ended(&mut RUNTIME.spawn(task)).await;
    result.take()
}

/// Runs `work` for as long as somebody waits for it.
pub(crate) async fn run_while_awaited<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let (task, result) = task(work);
    ended(&mut AbortOnDrop(RUNTIME.spawn(task)).0).await;
    result.take()
}

/// Work whose type nobody knows: what works with it is in the library once for each result, and not for each call.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a task leaves what came of it.
struct Outcome<T>(Arc<Mutex<Option<T>>>);

impl<T> Outcome<T> {
    /// After the end of the task.
    fn take(self) -> T {
        let mut value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        value.take().expect("the task has ended without a panic")
    }
}

/// What every call becomes: one type of task for Tokio. A hundred types are 0.4 MB of the library.
fn task<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> (BoxFuture<'static, ()>, Outcome<T>) {
    let outcome = Arc::new(Mutex::new(None));
    let left = outcome.clone();
    let task = async move {
        let value = work.await;
        *left.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    };
    (Box::pin(task), Outcome(outcome))
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Waits for the end of a task. Passes a panic on to the waiting caller: UniFFI makes an exception of it.
async fn ended(task: &mut JoinHandle<()>) {
    if let Err(error) = task.await {
        panic::resume_unwind(error.into_panic());
    }
}

/// A value that is dropped on the runtime, wherever its owner is.
pub(crate) struct Owned<T: Send + 'static>(Option<T>);

impl<T: Send + 'static> Owned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }

    /// For code that is on the runtime already.
    pub(crate) fn take(mut self) -> T {
        self.0.take().expect("whoever takes it has no `Owned` any more")
    }
}

impl<T: Send + 'static> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("whoever takes it has no `Owned` any more")
    }
}

impl<T: Send + 'static> Drop for Owned<T> {
    fn drop(&mut self) {
        if let Some(value) = self.0.take() {
            let drop: BoxFuture<'static, ()> = Box::pin(async { drop(value) });
            RUNTIME.spawn(drop);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        pin::pin,
        sync::mpsc,
        task::{Context, Waker},
        thread,
    };

    use futures_executor::block_on;

    use super::*;

    /// Tells, when it is dropped, whether that is inside a runtime.
    struct Tell(mpsc::Sender<bool>);

    impl Drop for Tell {
        fn drop(&mut self) {
            self.0.send(Handle::try_current().is_ok()).expect("the test waits");
        }
    }

    #[test]
    fn a_panic_surfaces_where_somebody_waits() {
        for caught in [
            catch_unwind(|| block_on(run(async { panic!("a bug") }))),
            catch_unwind(|| block_on(run_while_awaited(async { panic!("a bug") }))),
        ] {
            let cause: Result<(), _> = caught;
            let cause = cause.expect_err("it panicked");
            assert_eq!(cause.downcast_ref::<&str>(), Some(&"a bug"));
        }
        assert_eq!(block_on(run(async { 1 })), 1, "and nothing else ends");
    }

    #[test]
    fn work_goes_on_when_nobody_waits_and_waiting_does_not() {
        let begin = |work: &mut dyn FnMut(&mut Context<'_>) -> bool| {
            assert!(work(&mut Context::from_waker(Waker::noop())), "it is under way");
        };
        let (sender, dropped) = mpsc::channel();
        let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
        let (done, is_done) = mpsc::channel();
        {
            let tell = Tell(sender.clone());
            let mut work = pin!(run(async move {
                let _tell = tell;
                let _ = may_go_on.await;
                done.send(()).expect("the test waits");
            }));
            begin(&mut |context| work.as_mut().poll(context).is_pending());
        }
        assert!(dropped.try_recv().is_err());
        go_on.send(()).expect("it waits");
        is_done.recv().expect("it went on");
        assert!(dropped.recv().expect("dropped"));

        let tell = Tell(sender);
        let mut wait = Box::pin(run_while_awaited(async move {
            let _tell = tell;
            std::future::pending::<()>().await;
        }));
        begin(&mut |context| wait.as_mut().poll(context).is_pending());
        drop(wait);
        assert!(dropped.recv().expect("it ended"), "on the runtime");
    }

    #[test]
    fn what_is_owned_is_dropped_on_the_runtime_from_whatever_thread() {
        let (sender, dropped) = mpsc::channel();
        let owned = Owned::new(Tell(sender.clone()));
        thread::spawn(move || drop(owned)).join().expect("no panic");
        assert!(dropped.recv().expect("dropped"));
        // Also by a thread that panics.
        let owned = Owned::new(Tell(sender));
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _owned = owned;
            panic!("a bug");
        }));
        assert!(panicked.is_err());
        assert!(dropped.recv().expect("dropped"));
    }
}
