// SPDX-License-Identifier: Apache-2.0

//! The list of sessions as it changes.

use std::{sync::Arc, time::Duration};

use keyward::{
    account::Attached,
    error::{RequestError, ServerError},
    sessions,
};
use tokio::sync::Notify;

use super::{NewLogin, SessionList, SessionsError};
use crate::login::{AnyLogin, Closed, Kept, for_each_kind};

/// The list of sessions as it changes. Letting it go ends it.
#[derive(uniffi::Object)]
pub struct SessionsWatch {
    kept: KeptWatch,
    refresh: Arc<Notify>,
}

enum KeptWatch {
    Own(Kept<Watch<sessions::SessionsWatch>>),
    Attached(Kept<Watch<sessions::AttachedSessionsWatch>, Attached>),
}

struct Watch<W> {
    sessions: W,
    /// The session was signed out: nothing more is to come.
    is_over: bool,
}

/// A watch that can be told to request the list.
trait Refreshes {
    fn refresh(&mut self);
}

impl Refreshes for sessions::SessionsWatch {
    fn refresh(&mut self) {
        self.refresh();
    }
}

impl Refreshes for sessions::AttachedSessionsWatch {
    fn refresh(&mut self) {
        self.refresher().refresh();
    }
}

impl<W> Watch<W> {
    fn new(sessions: W) -> Self {
        Self {
            sessions,
            is_over: false,
        }
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
        let kept = match login {
            AnyLogin::Own(login) => {
                let keeper = login.clone();
                let kept = login.call(async move |account| {
                    Ok::<_, SessionsError>(keeper.keep(Watch::new(account.watch_sessions())))
                });
                KeptWatch::Own(kept.await?)
            }
            AnyLogin::Attached(login) => {
                let keeper = login.clone();
                let kept = login.call(async move |account| {
                    Ok::<_, SessionsError>(keeper.keep(Watch::new(account.watch_sessions(every))))
                });
                KeptWatch::Attached(kept.await?)
            }
        };
        Ok(Arc::new(Self {
            kept,
            refresh: Arc::default(),
        }))
    }
}

#[uniffi::export]
impl SessionsWatch {
    /// The list at once, then again whenever something has changed. Absent when nothing more comes: after `stop`, after
    /// the account was shut down, and after a failure with `SessionExpired`.
    pub async fn next(&self) -> Option<SessionsUpdate> {
        let refresh = self.refresh.clone();
        for_each_kind!(KeptWatch: &self.kept, kept => kept.wait(async move |mut watch| {
            if watch.is_over {
                return Err(Closed);
            }
            let next = loop {
                // Waiting for the next one can be left at any time: nothing is lost.
                tokio::select! {
                    biased;
                    () = refresh.notified() => Refreshes::refresh(&mut watch.sessions),
                    next = watch.sessions.next() => break next,
                }
            };
            watch.is_over = matches!(next, Err(RequestError::Server(ServerError::SessionExpired)));
            Ok(match next {
                Ok(sessions::Snapshot { list, new_logins }) => SessionsUpdate::Snapshot {
                    snapshot: SessionsSnapshot {
                        list: list.into(),
                        new_logins: new_logins.into_iter().map(Into::into).collect(),
                    },
                },
                Err(error) => SessionsUpdate::Failed { error: error.into() },
            })
        }).await.ok())
    }

    /// Lets the list be requested again, in any case and at once: when the person asks for it, when the network is back,
    /// or after a change that no synchronisation tells of (a pusher). `next` returns if something has changed.
    pub fn refresh(&self) {
        self.refresh.notify_one();
    }

    /// Ends the watch, and the call that waits for it.
    pub fn stop(&self) {
        for_each_kind!(KeptWatch: &self.kept, kept => kept.stop());
    }
}
