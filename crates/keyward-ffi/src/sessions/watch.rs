// SPDX-License-Identifier: Apache-2.0

//! The list of sessions as it changes.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use keyward::{
    error::{RequestError, ServerError},
    sessions,
};
use tokio::sync::Notify;

use super::{NewLogin, SessionList, SessionsError};
use crate::login::{AnyAccount, AnyLogin, Kept, NoAccount};

/// The list of sessions as it changes. Letting it go ends it.
#[derive(uniffi::Object)]
pub struct SessionsWatch {
    kept: Kept<Watch>,
    refresh: Arc<Notify>,
}

struct Watch {
    sessions: Box<dyn Watches>,
    login: AnyLogin,
    every: Option<Duration>,
    /// Of the account that is watched.
    generation: u64,
    /// The session was signed out: nothing more is to come.
    is_over: bool,
}

/// A watch of either kind.
#[async_trait]
trait Watches: Send {
    fn refresh(&mut self);

    async fn next(&mut self) -> Result<sessions::Snapshot, RequestError>;
}

#[async_trait]
impl Watches for sessions::SessionsWatch {
    fn refresh(&mut self) {
        self.refresh();
    }

    async fn next(&mut self) -> Result<sessions::Snapshot, RequestError> {
        self.next().await
    }
}

#[async_trait]
impl Watches for sessions::AttachedSessionsWatch {
    fn refresh(&mut self) {
        self.refresher().refresh();
    }

    async fn next(&mut self) -> Result<sessions::Snapshot, RequestError> {
        self.next().await
    }
}

/// The sessions at one time.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SessionsSnapshot {
    /// All of them.
    pub list: SessionList,
    /// Those that were not there before and that nobody has acknowledged, newest first.
    pub new_logins: Vec<NewLogin>,
}

/// What a watch tells.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum SessionsUpdate {
    /// The sessions as they are now.
    Snapshot {
        /// All of them, and the new logins among them.
        snapshot: SessionsSnapshot,
    },
    /// It did not work just now. Say so and keep the last snapshot: the watch tries again by itself, after a pause.
    Failed {
        /// Why.
        error: SessionsError,
    },
}

impl SessionsWatch {
    pub(super) async fn start(login: &AnyLogin, every: Option<Duration>) -> Result<Arc<Self>, SessionsError> {
        let (work, login) = (login.work(), login.clone());
        let of = login.clone();
        let kept = login.call(async move |account| {
            Ok::<_, SessionsError>(work.keep(Watch {
                sessions: watch(account, every),
                login: of,
                every,
                generation: work.gate.generation(),
                is_over: false,
            }))
        });
        let kept = kept.await?;
        Ok(Arc::new(Self {
            kept,
            refresh: Arc::default(),
        }))
    }
}

impl Watch {
    /// With the present account: a pause may have brought another one, whose first list comes at once.
    fn take_up(&mut self) -> Result<(), NoAccount> {
        let generation = self.login.work().gate.generation();
        if generation != self.generation {
            self.sessions = watch(self.login.account()?, self.every);
            self.generation = generation;
        }
        Ok(())
    }
}

fn watch(account: AnyAccount, every: Option<Duration>) -> Box<dyn Watches> {
    match account {
        AnyAccount::Own(account) => Box::new(account.watch_sessions()),
        AnyAccount::Attached(account) => Box::new(account.watch_sessions(every)),
    }
}

fn update(next: Result<sessions::Snapshot, RequestError>) -> SessionsUpdate {
    match next {
        Ok(sessions::Snapshot { list, new_logins }) => SessionsUpdate::Snapshot {
            snapshot: SessionsSnapshot {
                list: list.into(),
                new_logins: new_logins.into_iter().map(Into::into).collect(),
            },
        },
        Err(error) => SessionsUpdate::Failed { error: error.into() },
    }
}

#[uniffi::export]
impl SessionsWatch {
    /// The list at once, then again whenever something has changed. Absent when nothing more comes: after `stop`, after
    /// the account was shut down, and after a failure with `SessionExpired`.
    pub async fn next(&self) -> Option<SessionsUpdate> {
        let refresh = self.refresh.clone();
        let next = self.kept.wait(move |mut watch| {
            let refresh = refresh.clone();
            async move {
                if watch.is_over {
                    return Err(NoAccount::Closed);
                }
                watch.take_up()?;
                let next = loop {
                    // Waiting for the next one can be left at any time: nothing is lost.
                    tokio::select! {
                        biased;
                        () = refresh.notified() => watch.sessions.refresh(),
                        next = watch.sessions.next() => break next,
                    }
                };
                watch.is_over = matches!(next, Err(RequestError::Server(ServerError::SessionExpired)));
                Ok(update(next))
            }
        });
        next.await.ok()
    }

    /// Lets the list be requested again, in any case and at once: when the person asks for it, when the network is back,
    /// or after a change that no synchronisation tells of (a pusher). `next` returns if something has changed.
    pub fn refresh(&self) {
        self.refresh.notify_one();
    }

    /// Ends the watch, and the call that waits for it.
    pub fn stop(&self) {
        self.kept.stop();
    }
}
