// SPDX-License-Identifier: Apache-2.0

//! The one Tokio runtime. Kotlin and Swift poll our futures on threads of theirs, which must neither be blocked nor run
//! our code: each call hands its work to this runtime and waits for a message.
//!
//! What owns a matrix-sdk client has to be dropped inside a runtime (its database pool asks for one), while a garbage
//! collector drops from any thread: [`Owned`] carries it back.

use std::{ops::Deref, panic, sync::LazyLock};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::{JoinError, JoinHandle},
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

/// Runs `work` to its end, even if nobody waits for it any more: half of a change would be worse than all of it.
pub(crate) async fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    outcome(RUNTIME.spawn(work).await)
}

/// Runs `work` for as long as somebody waits for it.
pub(crate) async fn run_while_awaited<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    struct AbortOnDrop<T>(JoinHandle<T>);
    impl<T> Drop for AbortOnDrop<T> {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let mut task = AbortOnDrop(RUNTIME.spawn(work));
    outcome((&mut task.0).await)
}

/// A panic goes on where somebody waits: UniFFI makes an exception of it.
fn outcome<T>(joined: Result<T, JoinError>) -> T {
    joined.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
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
            RUNTIME.spawn(async { drop(value) });
        }
    }
}
