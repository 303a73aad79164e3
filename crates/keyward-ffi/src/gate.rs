// SPDX-License-Identifier: Apache-2.0

//! What lets an account be paused: whoever works with it goes through a gate. A pause closes the gate, everybody inside drops
//! what they do and leaves, and only then the store is closed.
//!
//! Who only waits for something goes on after the pause: a stream, a flow under way, the list of sessions, a synchronisation.
//! What an app has asked for ends with an error, because nobody knows how much of it was done.

use std::sync::Arc;

use keyward::{
    account::{Account, Kind},
    flow::{Flow, Pauses},
};
use tokio::sync::watch;
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};

use crate::{
    login::{Closes, Login},
    runtime::BoxFuture,
};

/// The gate of one account.
pub(crate) struct Gate {
    state: watch::Sender<State>,
    inside: TaskTracker,
}

#[derive(Clone, Copy, Default)]
struct State {
    is_closed: bool,
    /// Raised whenever another account of the core takes the place of the one before.
    generation: u64,
}

/// The right to work with the account. A pause waits until it is dropped.
pub(crate) struct Inside {
    _counted: TaskTrackerToken,
    /// Compared with a later one: whether the account was replaced.
    pub(crate) generation: u64,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(State::default()),
            inside: TaskTracker::new(),
        }
    }
}

impl Gate {
    pub(crate) fn is_closed(&self) -> bool {
        self.state.borrow().is_closed
    }

    /// `None` while it is closed.
    pub(crate) fn enter(&self) -> Option<Inside> {
        // Counted before the look: a pause that begins in between waits.
        let _counted = self.inside.token();
        let State { is_closed, generation } = *self.state.borrow();
        (!is_closed).then_some(Inside { _counted, generation })
    }

    /// The same, once it is open.
    pub(crate) async fn enter_when_open(&self) -> Inside {
        let mut state = self.state.subscribe();
        loop {
            if let Some(inside) = self.enter() {
                return inside;
            }
            // The sender is this gate's own.
            let _ = state.wait_for(|state| !state.is_closed).await;
        }
    }

    /// For who is inside already, and hands a right of its own on.
    pub(crate) fn enter_again(&self) -> Inside {
        Inside {
            _counted: self.inside.token(),
            generation: self.generation(),
        }
    }

    /// Which account it is. It does not change while somebody is inside.
    pub(crate) fn generation(&self) -> u64 {
        self.state.borrow().generation
    }

    /// Returns when it is closed: whoever is inside has to leave.
    pub(crate) async fn closed(&self) {
        let mut state = self.state.subscribe();
        let _ = state.wait_for(|state| state.is_closed).await;
    }

    /// Closes it, and waits until nobody is inside.
    pub(crate) async fn shut(&self) {
        self.state.send_modify(|state| state.is_closed = true);
        self.inside.close();
        self.inside.wait().await;
        self.inside.reopen();
    }

    /// Opens it. `is_replaced`: for another account than the one before.
    pub(crate) fn open(&self, is_replaced: bool) {
        self.state.send_modify(|state| {
            state.is_closed = false;
            state.generation += u64::from(is_replaced);
        });
    }
}

/// The pauses of a driven flow.
pub(crate) struct FlowPauses<K: Kind, F> {
    login: Arc<Login<K>>,
    inside: Option<Inside>,
    generation: u64,
    take_up: fn(&mut F, &Account<K>),
}

impl<K: Kind, F> FlowPauses<K, F> {
    /// `take_up`: gives the flow the account that takes the place of the one before.
    pub(crate) fn new(login: Arc<Login<K>>, inside: Inside, take_up: fn(&mut F, &Account<K>)) -> Self {
        Self {
            generation: inside.generation,
            login,
            inside: Some(inside),
            take_up,
        }
    }
}

impl<K: Closes, F: Flow> Pauses<F> for FlowPauses<K, F> {
    fn begun(&mut self) -> BoxFuture<'_, ()> {
        let work = self.login.work();
        Box::pin(async move { work.gate.closed().await })
    }

    fn ended<'a>(&'a mut self, flow: &'a mut F) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            self.inside = None;
            let inside = self.login.work().gate.enter_when_open().await;
            let is_replaced = inside.generation != self.generation;
            self.generation = inside.generation;
            self.inside = Some(inside);
            // After a shutdown there is none, and the task ends.
            if let Some(account) = is_replaced.then(|| self.login.account().ok()).flatten() {
                (self.take_up)(flow, &account);
            }
            is_replaced
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::{Pin, pin},
        task::{Context, Waker},
    };

    use futures_executor::block_on;

    use super::*;

    fn is_pending<T>(work: Pin<&mut impl Future<Output = T>>) -> bool {
        work.poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[test]
    fn a_closed_gate_waits_for_those_inside_and_lets_nobody_in() {
        let gate = Gate::default();
        let first = gate.enter().expect("open");
        let second = gate.enter().expect("open");
        let mut told = pin!(gate.closed());
        assert!(is_pending(told.as_mut()));
        let mut close = pin!(gate.shut());
        assert!(is_pending(close.as_mut()));
        block_on(told);
        assert!(gate.enter().is_none() && gate.is_closed());
        drop(first);
        assert!(is_pending(close.as_mut()), "one is inside");
        drop(second);
        block_on(close);
        let mut waits = pin!(gate.enter_when_open());
        assert!(is_pending(waits.as_mut()));
        gate.open(false);
        assert_eq!(block_on(waits).generation, 0);
        block_on(gate.shut());
        gate.open(true);
        assert_eq!(gate.enter().expect("open").generation, 1);
    }
}
