// SPDX-License-Identifier: Apache-2.0

//! The one driver of flows: a task that carries a [`Flow`] on by itself, shows its state, and does what the person
//! decides. The full-screen page, the command line, Kotlin and Swift use it through adapters.
//!
//! ```text
//!                     ┌──────────── a command, retry ───────────┐
//!                     ▼                                         │
//! Working ─► a state that waits for the person ─────────────────┤
//!    │  ▲                                                       │
//!    │  └───────────── retry ──── Stopped ◄── a failure ────────┤
//!    ▼                                                          ▼
//! the flow's last state                                     Cancelled
//! ```
//!
//! A [live](Flow::is_live) flow goes on while it waits for the person, because another party takes part in it: what that
//! party does is shown at once, and after a failure the flow tries again by itself.
//!
//! A flow of an account that can be [paused](crate::account::Account::pause) stands still as long as that takes: [`Pauses`]
//! says when. What it was doing is dropped, as at a crash, and done again afterwards.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{FlowError, Remedy};

/// A flow that the driver can drive.
pub trait Flow: Send + 'static {
    /// What is shown to the person.
    type State: Clone + Send + Sync + 'static;
    /// How far the work is.
    type Progress: Clone + Send + Sync + 'static;
    /// What the person can decide, apart from cancelling.
    type Command: Send + 'static;
    /// What a command brings.
    type Answer: Send + 'static;
    /// Why it does not go on.
    type Error: FlowError + Clone + Send + Sync + 'static;

    /// Whether the flow goes on now while it waits for the person, and after a failure. Then [`next`](Self::next) may be
    /// dropped at any await without loss, pauses by itself after an error, and ends at some time.
    fn is_live(&self) -> bool;

    /// Whether the flow was begun before the driver got it. If not, an error before its first progress or state means
    /// that it could not be begun.
    fn is_under_way(&self) -> bool;

    /// Goes on until there is something to show: a new state, or, after an error, the same state again. A call after an
    /// error continues where the error occurred. For a pause it is dropped at any await, and called again after it.
    fn next(&mut self) -> impl Future<Output = Result<Self::State, Self::Error>> + Send;

    /// Does what the person decided.
    fn perform(&mut self, command: Self::Command) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send;

    /// The person cancels. `true`: it is over and undone. `false`: [`next`](Self::next) shows how it ended.
    fn cancel(&mut self) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// The person wants another attempt now, without the rest of the pause.
    fn retry(&mut self);

    /// Whether nothing comes after this state.
    fn is_final(state: &Self::State) -> bool;

    /// Whether the two states are the same for the person, so that the change is not announced.
    fn is_same(before: &Self::State, now: &Self::State) -> bool;

    /// For a command at the wrong time.
    fn not_now() -> Self::Error;

    /// What to say to a cancel that comes after the last state.
    fn cancel_after(last: &Self::State) -> Result<(), Self::Error>;
}

/// Where a flow is.
pub enum Status<F: Flow> {
    /// It works. A progress of `None` while nothing takes long.
    Working(Option<F::Progress>),
    /// It waits for the person, or this is its last state.
    At(F::State),
    /// It could not go on. [`Driver::retry`] goes on from where it is; a live flow does so by itself, too.
    Stopped {
        /// The state that was shown last.
        after: Option<F::State>,
        /// Why it does not go on.
        error: F::Error,
    },
    /// The person cancelled it, and it is undone. Nothing comes after it.
    Cancelled,
}

impl<F: Flow> Clone for Status<F> {
    fn clone(&self) -> Self {
        match self {
            Self::Working(progress) => Self::Working(progress.clone()),
            Self::At(state) => Self::At(state.clone()),
            Self::Stopped { after, error } => Self::Stopped {
                after: after.clone(),
                error: error.clone(),
            },
            Self::Cancelled => Self::Cancelled,
        }
    }
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDone<E> {
    /// The flow says why.
    Failed(E),
    /// The account was paused meanwhile. It may have been done: the states after the pause show it.
    Paused,
    /// The task that drives it was ended from outside before the flow was at its end.
    Ended,
}

type Reply<F, T> = oneshot::Sender<Result<T, NotDone<<F as Flow>::Error>>>;

/// The pauses of the account that a flow works for.
pub trait Pauses<F: Flow>: Send + 'static {
    /// Returns when the flow has to stand still. May be dropped and called again.
    fn begun(&mut self) -> BoxFuture<'_, ()>;

    /// Called when it does: nothing is under way any more. Returns when it may go on. `true`: the flow was given another
    /// account, because another process had the store meanwhile, and has to look where it is.
    fn ended<'a>(&'a mut self, flow: &'a mut F) -> BoxFuture<'a, bool>;
}

/// Those of an account that is never paused.
struct NoPauses;

impl<F: Flow> Pauses<F> for NoPauses {
    fn begun(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn ended<'a>(&'a mut self, _: &'a mut F) -> BoxFuture<'a, bool> {
        Box::pin(std::future::ready(false))
    }
}

enum Order<F: Flow> {
    Command(F::Command, Reply<F, F::Answer>),
    Retry(Reply<F, ()>),
    Cancel(Reply<F, ()>),
}

/// The handle of a driven flow. It needs no runtime. A command is carried out even if its caller stops waiting.
/// Dropping the handle stops the flow where it is.
pub struct Driver<F: Flow> {
    /// Unbounded, so that sending never waits: the caller may stop waiting at any time.
    orders: mpsc::UnboundedSender<Order<F>>,
    statuses: watch::Receiver<Status<F>>,
    begun: watch::Receiver<bool>,
}

impl<F: Flow> fmt::Debug for Driver<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").finish_non_exhaustive()
    }
}

/// Reports the progress of a flow. A report that arrives late, from another thread, is ignored.
pub struct Reporter<F: Flow>(Weak<Shown<F>>);

impl<F: Flow> Reporter<F> {
    /// Shows this while the flow works, or goes on although it waits for the person.
    pub fn progress(&self, progress: F::Progress) {
        let Some(shown) = self.0.upgrade() else { return };
        let goes_on = shown.goes_on.load(Ordering::Relaxed);
        shown.status.send_if_modified(|status| {
            let works = matches!(status, Status::Working(_)) || goes_on && matches!(status, Status::At(_));
            if works {
                *status = Status::Working(Some(progress));
            }
            works
        });
        shown.begun.send_replace(true);
    }
}

/// What is shown of the flow.
struct Shown<F: Flow> {
    status: watch::Sender<Status<F>>,
    /// Whether the flow has shown a progress or a state. Until then an error means that it could not be begun.
    begun: watch::Sender<bool>,
    /// Whether the flow goes on while it waits for the person, so that what it does takes the place of what it asks.
    goes_on: AtomicBool,
}

impl<F: Flow> Shown<F> {
    fn show(&self, now: Status<F>) {
        let has_begun = !matches!(now, Status::Stopped { .. } | Status::Working(None));
        self.status.send_if_modified(|before| {
            let is_same = matches!((&*before, &now), (Status::At(before), Status::At(now)) if F::is_same(before, now));
            *before = now;
            !is_same
        });
        if has_begun {
            self.begun.send_replace(true);
        }
    }
}

/// Returns the handle of a flow, and the work as a future that the caller has to poll, in a task or directly. The
/// future ends with the flow or when the handle is dropped. Dropping it stops the flow where it is.
///
/// `first` is what is shown until the flow shows something itself.
pub fn drive<F: Flow>(first: Status<F>, begin: impl FnOnce(Reporter<F>) -> F) -> (Driver<F>, BoxFuture<'static, ()>) {
    drive_with_pauses(first, NoPauses, begin)
}

/// The same for an account that can be paused.
pub fn drive_with_pauses<F: Flow>(
    first: Status<F>,
    pauses: impl Pauses<F>,
    begin: impl FnOnce(Reporter<F>) -> F,
) -> (Driver<F>, BoxFuture<'static, ()>) {
    let asked = match &first {
        Status::At(state) => Some(state.clone()),
        _ => None,
    };
    let (status, statuses) = watch::channel(first);
    let (begun, is_begun) = watch::channel(false);
    let (sender, orders) = mpsc::unbounded_channel();
    let shown = Arc::new(Shown {
        status,
        begun,
        goes_on: AtomicBool::new(false),
    });
    let flow = begin(Reporter(Arc::downgrade(&shown)));
    if flow.is_under_way() {
        shown.begun.send_replace(true);
    }
    let work = Work {
        flow,
        pauses: Box::new(pauses),
        orders,
        shown,
        asked,
        interrupted: false,
    };
    let driver = Driver {
        orders: sender,
        statuses,
        begun: is_begun,
    };
    (driver, Box::pin(work.run()))
}

impl<F: Flow> Driver<F> {
    /// The present status, and each change. The channel closes after the last one.
    pub fn statuses(&self) -> watch::Receiver<Status<F>> {
        self.statuses.clone()
    }

    /// Waits until the flow has shown a progress or a state.
    ///
    /// # Errors
    /// Why the flow could not be begun. It has ended and left nothing behind.
    pub async fn begun(&self) -> Result<(), NotDone<F::Error>> {
        if self.begun.clone().wait_for(|begun| *begun).await.is_ok() {
            return Ok(());
        }
        match &*self.statuses.borrow() {
            Status::Stopped { error, .. } => Err(NotDone::Failed(error.clone())),
            _ => Err(NotDone::Ended),
        }
    }

    /// Does what the person decided.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn command(&self, command: F::Command) -> Result<F::Answer, NotDone<F::Error>> {
        let answer = self.order(|reply| Order::Command(command, reply)).await;
        answer.unwrap_or_else(|| Err(self.not_any_more()))
    }

    /// Continues a stopped flow at once.
    ///
    /// # Errors
    /// As [`Driver::command`].
    pub async fn retry(&self) -> Result<(), NotDone<F::Error>> {
        let answer = self.order(Order::Retry).await;
        answer.unwrap_or_else(|| Err(self.not_any_more()))
    }

    /// Cancels it. No error where it is cancelled already.
    ///
    /// # Errors
    /// Why it was not cancelled.
    pub async fn cancel(&self) -> Result<(), NotDone<F::Error>> {
        let answer = self.order(Order::Cancel).await;
        answer.unwrap_or_else(|| match &*self.statuses.borrow() {
            Status::Cancelled => Ok(()),
            Status::At(state) if F::is_final(state) => F::cancel_after(state).map_err(NotDone::Failed),
            _ => Err(NotDone::Ended),
        })
    }

    /// Why nothing is done: it is at its end, or the task was ended.
    fn not_any_more(&self) -> NotDone<F::Error> {
        match &*self.statuses.borrow() {
            Status::Cancelled => NotDone::Failed(F::not_now()),
            Status::At(state) if F::is_final(state) => NotDone::Failed(F::not_now()),
            _ => NotDone::Ended,
        }
    }

    /// `None` from a flow that takes no orders any more.
    async fn order<T>(&self, order: impl FnOnce(Reply<F, T>) -> Order<F>) -> Option<Result<T, NotDone<F::Error>>> {
        let (reply, answer) = oneshot::channel();
        self.orders.send(order(reply)).ok()?;
        answer.await.ok()
    }
}

/// The work on one flow.
struct Work<F: Flow> {
    flow: F,
    pauses: Box<dyn Pauses<F>>,
    orders: mpsc::UnboundedReceiver<Order<F>>,
    shown: Arc<Shown<F>>,
    /// What the person is asked: the state that was shown last, if nothing was decided on it.
    asked: Option<F::State>,
    /// Whether the present order has interrupted work.
    interrupted: bool,
}

/// What is next.
enum Then<F: Flow> {
    GoOn,
    /// For an order.
    Wait,
    /// An order that came meanwhile.
    Obey(Order<F>),
    /// The end, and the last status to show. `None` if it is shown already or the handle is gone.
    End(Option<Status<F>>),
}

/// What came first while the flow went on.
enum First<F: Flow> {
    Next(Result<F::State, F::Error>),
    Order(Order<F>),
    Pause,
    LetGo,
}

impl<F: Flow> Work<F> {
    async fn run(mut self) {
        let mut then = Then::GoOn;
        let last = loop {
            then = match then {
                Then::GoOn => self.go_on().await,
                Then::Obey(order) => {
                    self.interrupted = true;
                    self.obey(order).await
                }
                Then::Wait => match self.order_or_pause().await {
                    First::Order(order) => {
                        self.interrupted = false;
                        self.obey(order).await
                    }
                    First::Pause => self.stand_still(Then::Wait).await,
                    First::Next(_) | First::LetGo => Then::End(None),
                },
                Then::End(last) => break last,
            }
        };
        // Dropped before the end is shown: whoever sees the end may start another flow at once.
        drop(self.flow);
        if let Some(last) = last {
            self.shown.show(last);
        }
    }

    async fn go_on(&mut self) -> Then<F> {
        match self.next_or_order().await {
            First::Next(Ok(state)) => self.reached(state),
            First::Next(Err(error)) if !*self.shown.begun.borrow() => {
                Then::End(Some(Status::Stopped { after: None, error }))
            }
            First::Next(Err(error)) => self.stopped(error),
            First::Order(order) => {
                self.interrupted = true;
                self.obey(order).await
            }
            First::Pause => self.stand_still(Then::GoOn).await,
            First::LetGo => Then::End(None),
        }
    }

    /// Waits for the end of a pause, then does what was to follow without it, unless the flow has to look where it is. What is
    /// asked for meanwhile is not done: hours may pass. What is to be undone still is, afterwards.
    async fn stand_still(&mut self, then: Then<F>) -> Then<F> {
        let mut cancel = None;
        let is_replaced = {
            let mut ended = self.pauses.ended(&mut self.flow);
            loop {
                tokio::select! {
                    // Who has resumed it may ask for something at once.
                    biased;
                    is_replaced = &mut ended => break is_replaced,
                    Some(order) = self.orders.recv() => match order {
                        Order::Command(_, reply) => answer(reply, Err(NotDone::Paused)),
                        Order::Retry(reply) => answer(reply, Err(NotDone::Paused)),
                        order => cancel = cancel.or(Some(order)),
                    },
                }
            }
        };
        match (cancel, is_replaced) {
            (Some(order), _) => Then::Obey(order),
            (None, true) => Then::GoOn,
            (None, false) => then,
        }
    }

    async fn order_or_pause(&mut self) -> First<F> {
        tokio::select! {
            biased;
            () = self.pauses.begun() => First::Pause,
            order = self.orders.recv() => order.map_or(First::LetGo, First::Order),
        }
    }

    /// Lets the flow go on until an order interrupts it. Cancelling always does; a live flow is interrupted by every
    /// order.
    async fn next_or_order(&mut self) -> First<F> {
        let is_live = self.flow.is_live();
        let mut next = Box::pin(self.flow.next());
        let mut pause = self.pauses.begun();
        loop {
            tokio::select! {
                () = &mut pause => return First::Pause,
                next = &mut next => return First::Next(next),
                order = self.orders.recv() => match order {
                    None => return First::LetGo,
                    Some(order) if is_live || matches!(order, Order::Cancel(_)) => return First::Order(order),
                    Some(Order::Command(_, reply)) => answer(reply, Err(NotDone::Failed(F::not_now()))),
                    Some(Order::Retry(reply) | Order::Cancel(reply)) => {
                        answer(reply, Err(NotDone::Failed(F::not_now())));
                    }
                },
            }
        }
    }

    fn reached(&mut self, state: F::State) -> Then<F> {
        if F::is_final(&state) {
            return Then::End(Some(Status::At(state)));
        }
        self.asked = Some(state.clone());
        let is_live = self.flow.is_live();
        self.shown.goes_on.store(is_live, Ordering::Relaxed);
        self.shown.show(Status::At(state));
        if is_live { Then::GoOn } else { Then::Wait }
    }

    async fn obey(&mut self, order: Order<F>) -> Then<F> {
        if self.flow.is_live() {
            self.flow.retry();
        }
        match order {
            Order::Retry(reply) => self.done(Ok(()), reply),
            Order::Command(command, reply) => {
                let done = tokio::select! {
                    biased;
                    () = self.pauses.begun() => None,
                    result = self.flow.perform(command) => Some(result),
                };
                match done {
                    Some(result) => self.done(result, reply),
                    None => {
                        // The flow itself shows whether it was done.
                        let then = self.works();
                        answer(reply, Err(NotDone::Paused));
                        self.stand_still(then).await
                    }
                }
            }
            Order::Cancel(reply) => match self.cancelled().await {
                Ok(true) => {
                    self.shown.show(Status::Cancelled);
                    answer(reply, Ok(()));
                    Then::End(None)
                }
                result => self.done(result.map(drop), reply),
            },
        }
    }

    /// Cancels it. After a pause it is done once more: the person wants it undone.
    async fn cancelled(&mut self) -> Result<bool, F::Error> {
        loop {
            tokio::select! {
                biased;
                () = self.pauses.begun() => {}
                result = self.flow.cancel() => return result,
            }
            self.pauses.ended(&mut self.flow).await;
        }
    }

    /// Decides what follows an order. The status changes before the answer is sent, so that the caller does not read an
    /// old one.
    fn done<T>(&mut self, result: Result<T, F::Error>, reply: Reply<F, T>) -> Then<F> {
        let then = match &result {
            Ok(_) => self.works(),
            // An error that affects more than this command comes up again in the flow itself.
            Err(_) if self.flow.is_live() => self.works(),
            Err(error) => match error.remedy() {
                // Too late to go back.
                Remedy::Resume => self.works(),
                Remedy::AskAgain | Remedy::UseBrowser => {
                    self.ask_again();
                    Then::Wait
                }
                // A misplaced call changes nothing: work that it has interrupted goes on.
                Remedy::ReportBug if self.interrupted => Then::GoOn,
                Remedy::ReportBug => Then::Wait,
                _ => self.stopped(error.clone()),
            },
        };
        answer(reply, result.map_err(NotDone::Failed));
        then
    }

    fn stopped(&self, error: F::Error) -> Then<F> {
        let after = self.asked.clone();
        self.shown.show(Status::Stopped { after, error });
        if self.flow.is_live() { Then::GoOn } else { Then::Wait }
    }

    /// The flow goes on. A live flow shows again what it showed before it stopped.
    fn works(&mut self) -> Then<F> {
        let is_live = self.flow.is_live();
        self.shown.goes_on.store(is_live, Ordering::Relaxed);
        if is_live {
            self.ask_again();
        } else {
            self.asked = None;
            self.shown.show(Status::Working(None));
        }
        Then::GoOn
    }

    /// Shows again what the person is asked, unless it is shown already.
    fn ask_again(&self) {
        if let Some(asked) = &self.asked
            && !matches!(&*self.shown.status.borrow(), Status::At(_))
        {
            self.shown.show(Status::At(asked.clone()));
        }
    }
}

/// The caller may have stopped waiting, so a failed send is no error.
fn answer<T, E>(reply: oneshot::Sender<Result<T, E>>, result: Result<T, E>) {
    let _ = reply.send(result);
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, sync::Mutex};

    use super::*;
    use crate::{
        auth::AuthError,
        error::{RequestError, ServerError},
    };

    type Step = Result<&'static str, AuthError>;

    const LOST: AuthError = AuthError::Request(RequestError::Server(ServerError::Unreachable));
    const LASTING: AuthError = AuthError::Request(RequestError::Server(ServerError::SessionExpired));
    const NOT_NOW: AuthError = AuthError::Request(RequestError::Server(ServerError::NotUnderstood));

    type Look = Box<dyn Fn() -> String + Send>;

    /// Pauses of which a test says when they begin and end, and whether another process had the store meanwhile.
    struct Told {
        is_paused: watch::Receiver<bool>,
        was_another_s: Arc<AtomicBool>,
        stands_still: mpsc::UnboundedSender<()>,
    }

    impl<const LIVE: bool> Pauses<Scripted<LIVE>> for Told {
        fn begun(&mut self) -> BoxFuture<'_, ()> {
            Box::pin(async {
                let begun = self.is_paused.wait_for(|is_paused| *is_paused).await.is_ok();
                if !begun {
                    std::future::pending::<()>().await;
                }
            })
        }

        fn ended<'a>(&'a mut self, flow: &'a mut Scripted<LIVE>) -> BoxFuture<'a, bool> {
            Box::pin(async {
                self.stands_still.send(()).expect("the test waits");
                let _ = self.is_paused.wait_for(|is_paused| !*is_paused).await;
                let was_another_s = self.was_another_s.load(Ordering::SeqCst);
                if was_another_s {
                    flow.0.log.lock().unwrap().push("taken up".to_owned());
                }
                was_another_s
            })
        }
    }

    /// The other end of [`Told`].
    struct Pausing {
        is_paused: watch::Sender<bool>,
        was_another_s: Arc<AtomicBool>,
        stands_still: mpsc::UnboundedReceiver<()>,
    }

    impl Pausing {
        async fn pause(&mut self) {
            self.is_paused.send_replace(true);
            self.stands_still.recv().await.expect("it stands still");
        }

        fn resume(&self, was_another_s: bool) {
            self.was_another_s.store(was_another_s, Ordering::SeqCst);
            self.is_paused.send_replace(false);
        }
    }

    /// What a test says that a flow does.
    #[derive(Clone, Default)]
    struct Script {
        /// What each call of `next` gives. Where there is nothing, it waits.
        steps: Arc<Mutex<VecDeque<Step>>>,
        /// What happened.
        log: Arc<Mutex<Vec<String>>>,
        /// Whether it was begun before.
        is_under_way: Arc<AtomicBool>,
        /// Whether the flow was dropped.
        is_gone: Arc<AtomicBool>,
        /// What is shown.
        look: Arc<Mutex<Option<Look>>>,
        /// What cancelling gives.
        cancel: Arc<Mutex<Option<Result<bool, AuthError>>>>,
        /// As long as somebody has it, what the person decides takes time.
        slow: Arc<tokio::sync::Mutex<()>>,
    }

    impl Script {
        fn of(steps: impl IntoIterator<Item = Step>) -> Self {
            let script = Self::default();
            script.steps.lock().unwrap().extend(steps);
            script
        }

        fn then(&self, step: Step) {
            self.steps.lock().unwrap().push_back(step);
        }

        fn log(&self) -> Vec<String> {
            self.log.lock().unwrap().clone()
        }

        async fn until_let(&self) {
            drop(self.slow.lock().await);
        }

        /// Waits until this is the last thing that happened.
        async fn until(&self, last: &str) {
            while self.log().last().is_none_or(|entry| entry != last) {
                tokio::task::yield_now().await;
            }
        }
    }

    struct Scripted<const LIVE: bool>(Script);

    impl<const LIVE: bool> Drop for Scripted<LIVE> {
        fn drop(&mut self) {
            self.0.is_gone.store(true, Ordering::SeqCst);
            if let Some(look) = &*self.0.look.lock().unwrap() {
                self.0.log.lock().unwrap().push(format!("gone while it {}", look()));
            }
        }
    }

    impl<const LIVE: bool> Flow for Scripted<LIVE> {
        type State = &'static str;
        type Progress = u32;
        type Command = Result<u8, AuthError>;
        type Answer = u8;
        type Error = AuthError;

        fn is_live(&self) -> bool {
            LIVE
        }

        async fn next(&mut self) -> Step {
            let step = self.0.steps.lock().unwrap().pop_front();
            match step {
                Some(step) => step,
                None => std::future::pending().await,
            }
        }

        async fn perform(&mut self, command: Result<u8, AuthError>) -> Result<u8, AuthError> {
            self.0.log.lock().unwrap().push(format!("{command:?}"));
            self.0.until_let().await;
            command
        }

        async fn cancel(&mut self) -> Result<bool, AuthError> {
            self.0.log.lock().unwrap().push("cancel".to_owned());
            self.0.until_let().await;
            self.0.cancel.lock().unwrap().clone().unwrap_or(Ok(true))
        }

        fn retry(&mut self) {
            self.0.log.lock().unwrap().push("retry".to_owned());
        }

        fn is_under_way(&self) -> bool {
            LIVE || self.0.is_under_way.load(Ordering::SeqCst)
        }

        fn is_final(state: &&'static str) -> bool {
            *state == "end"
        }

        fn is_same(before: &&'static str, now: &&'static str) -> bool {
            LIVE && before == now
        }

        fn not_now() -> AuthError {
            NOT_NOW
        }

        fn cancel_after(_: &&'static str) -> Result<(), AuthError> {
            Err(LOST)
        }
    }

    fn begin_with_pauses<const LIVE: bool>(script: &Script) -> (Driver<Scripted<LIVE>>, Pausing) {
        let (is_paused, told) = watch::channel(false);
        let (sender, stands_still) = mpsc::unbounded_channel();
        let was_another_s: Arc<AtomicBool> = Arc::default();
        let told = Told {
            is_paused: told,
            was_another_s: was_another_s.clone(),
            stands_still: sender,
        };
        let (driver, work) = drive_with_pauses(Status::Working(None), told, |_| Scripted(script.clone()));
        tokio::spawn(work);
        let pausing = Pausing {
            is_paused,
            was_another_s,
            stands_still,
        };
        (driver, pausing)
    }

    fn begin<const LIVE: bool>(script: &Script) -> Driver<Scripted<LIVE>> {
        let (driver, work) = drive(Status::Working(None), |_| Scripted(script.clone()));
        tokio::spawn(work);
        driver
    }

    fn in_words<F: Flow<State = &'static str, Progress = u32, Error = AuthError>>(status: &Status<F>) -> String {
        match status {
            Status::Working(None) => "works".to_owned(),
            Status::Working(Some(progress)) => format!("works {progress}"),
            Status::At(state) => (*state).to_owned(),
            Status::Stopped { after, error } => format!("stopped after {after:?}: {}", error.code()),
            Status::Cancelled => "cancelled".to_owned(),
        }
    }

    /// Waits for a status.
    async fn until<const LIVE: bool>(driver: &Driver<Scripted<LIVE>>, expected: &str) {
        let mut statuses = driver.statuses();
        let seen = statuses.wait_for(|status| in_words(status) == expected).await;
        assert!(
            seen.is_ok(),
            "{expected} never came: {}",
            in_words(&driver.statuses.borrow())
        );
    }

    /// Waits for the end, and gives the last status.
    async fn last<const LIVE: bool>(driver: &Driver<Scripted<LIVE>>) -> String {
        let mut statuses = driver.statuses();
        while statuses.changed().await.is_ok() {}
        in_words(&statuses.borrow_and_update())
    }

    #[tokio::test]
    async fn it_stops_for_the_person_and_goes_on_with_what_they_decide() {
        let script = Script::of([Ok("question"), Ok("question"), Ok("end")]);
        let driver = begin::<false>(&script);
        driver.begun().await.expect("under way");
        until(&driver, "question").await;
        assert_eq!(driver.command(Ok(7)).await, Ok(7));
        until(&driver, "question").await;
        let statuses = driver.statuses();
        *script.look.lock().unwrap() = Some(Box::new(move || in_words(&statuses.borrow())));
        driver.retry().await.expect("asked again");
        assert_eq!(last(&driver).await, "end");
        let log = script.log();
        let end = log.last().map(String::as_str);
        assert_eq!(
            end,
            Some("gone while it works"),
            "whoever sees the end may start another"
        );
        assert_eq!(driver.command(Ok(7)).await, Err(NotDone::Failed(NOT_NOW)));
        assert_eq!(driver.cancel().await, Err(NotDone::Failed(LOST)), "too late");
    }

    #[tokio::test]
    async fn an_error_before_anything_came_of_it_is_the_end_and_one_after_that_is_not() {
        let driver = begin::<false>(&Script::of([Err(LOST)]));
        assert_eq!(driver.begun().await, Err(NotDone::Failed(LOST)));

        let script = Script::of([Ok("question"), Err(LOST), Ok("end")]);
        let driver = begin::<false>(&script);
        until(&driver, "question").await;
        driver.retry().await.expect("goes on");
        until(&driver, "stopped after None: server.unreachable").await;
        assert_eq!(script.steps.lock().unwrap().len(), 1, "it waits for the person");
        driver.retry().await.expect("goes on");
        assert_eq!(last(&driver).await, "end");

        let script = Script::of([Err(LOST), Ok("end")]);
        script.is_under_way.store(true, Ordering::SeqCst);
        let driver = begin::<false>(&script);
        driver.begun().await.expect("before");
        until(&driver, "stopped after None: server.unreachable").await;
        driver.retry().await.expect("goes on");
        assert_eq!(last(&driver).await, "end");
    }

    #[tokio::test]
    async fn what_was_decided_is_not_asked_again() {
        let script = Script::of([Ok("question"), Err(LOST)]);
        let driver = begin::<false>(&script);
        until(&driver, "question").await;
        let wrong = AuthError::WrongPassword;
        assert_eq!(
            driver.command(Err(wrong.clone())).await,
            Err(NotDone::Failed(wrong.clone()))
        );
        assert_eq!(in_words(&driver.statuses.borrow()), "question");
        assert_eq!(driver.command(Err(LOST)).await, Err(NotDone::Failed(LOST)));
        until(&driver, "stopped after Some(\"question\"): server.unreachable").await;
        assert_eq!(driver.command(Ok(7)).await, Ok(7));
        until(&driver, "stopped after None: server.unreachable").await;
        assert_eq!(driver.command(Err(wrong.clone())).await, Err(NotDone::Failed(wrong)));
        assert!(!matches!(&*driver.statuses.borrow(), Status::At(_)));
    }

    #[tokio::test]
    async fn work_is_interrupted_by_a_cancel_alone() {
        let script = Script::default();
        let driver = begin::<false>(&script);
        assert_eq!(driver.command(Ok(7)).await, Err(NotDone::Failed(NOT_NOW)));
        assert_eq!(driver.retry().await, Err(NotDone::Failed(NOT_NOW)));
        assert!(script.log().is_empty(), "nothing was performed");
        driver.cancel().await.expect("cancelled");
        assert_eq!(last(&driver).await, "cancelled");
        assert_eq!(driver.cancel().await, Ok(()), "it is");
        assert_eq!(driver.retry().await, Err(NotDone::Failed(NOT_NOW)));
    }

    #[tokio::test]
    async fn a_cancel_that_fails_stops_it() {
        let script = Script::of([Ok("question")]);
        let driver = begin::<false>(&script);
        until(&driver, "question").await;
        *script.cancel.lock().unwrap() = Some(Err(LOST));
        assert_eq!(driver.cancel().await, Err(NotDone::Failed(LOST)));
        until(&driver, "stopped after Some(\"question\"): server.unreachable").await;
        *script.cancel.lock().unwrap() = None;
        assert_eq!(driver.cancel().await, Ok(()));
        assert_eq!(last(&driver).await, "cancelled");
    }

    #[tokio::test]
    async fn a_live_flow_is_told_at_any_time_and_tries_again_by_itself() {
        let script = Script::of([Ok("waits")]);
        let driver = begin::<true>(&script);
        until(&driver, "waits").await;
        assert_eq!(driver.command(Ok(1)).await, Ok(1));
        assert_eq!(script.log(), ["retry", "Ok(1)"], "a command ends a pause");
        assert_eq!(driver.command(Err(LASTING)).await, Err(NotDone::Failed(LASTING)));
        assert_eq!(
            in_words(&driver.statuses.borrow()),
            "waits",
            "what was asked still stands"
        );
        script.then(Err(LASTING));
        driver.retry().await.expect("at once");
        until(&driver, "stopped after Some(\"waits\"): server.session_expired").await;
        driver.retry().await.expect("at once");
        until(&driver, "waits").await;
        for step in [Err(LOST), Ok("waits"), Err(LASTING), Ok("end")] {
            script.then(step);
        }
        driver.retry().await.expect("at once");
        assert_eq!(last(&driver).await, "end");
    }

    #[tokio::test]
    async fn a_live_flow_that_was_cancelled_shows_how_it_ended() {
        let script = Script::of([Ok("waits")]);
        let driver = begin::<true>(&script);
        until(&driver, "waits").await;
        *script.cancel.lock().unwrap() = Some(Ok(false));
        script.then(Ok("end"));
        driver.cancel().await.expect("told");
        assert_eq!(last(&driver).await, "end");
    }

    #[tokio::test]
    async fn progress_is_shown_while_it_works_and_not_after() {
        let mut reporter = None;
        let script = Script::default();
        let (driver, work) = drive(Status::Working(None), |tells| {
            reporter = Some(tells);
            Scripted::<false>(script.clone())
        });
        let work = tokio::spawn(work);
        let reporter = reporter.expect("told");
        reporter.progress(3);
        driver.begun().await.expect("something came of it");
        until(&driver, "works 3").await;
        driver.cancel().await.expect("cancelled");
        reporter.progress(4);
        assert_eq!(last(&driver).await, "cancelled");
        work.await.expect("no panic");
        reporter.progress(5);
        assert_eq!(last(&driver).await, "cancelled");
    }

    #[tokio::test]
    async fn letting_go_of_either_end_ends_it() {
        let script = Script::of([Ok("question")]);
        let (driver, work) = drive(Status::Working(None), |_| Scripted::<false>(script.clone()));
        let work = tokio::spawn(work);
        until(&driver, "question").await;
        drop(driver);
        work.await.expect("it ends");
        assert!(script.is_gone.load(Ordering::SeqCst));

        let (driver, work) = drive(Status::Working(None), |_| Scripted::<false>(Script::default()));
        drop(work);
        assert_eq!(driver.begun().await, Err(NotDone::Ended));
        assert_eq!(driver.command(Ok(7)).await, Err(NotDone::Ended));
        assert_eq!(driver.cancel().await, Err(NotDone::Ended));
    }

    #[tokio::test]
    async fn while_it_is_paused_nothing_happens_and_then_it_goes_on() {
        let script = Script::default();
        let (driver, mut pausing) = begin_with_pauses::<false>(&script);
        until(&driver, "works").await;
        pausing.pause().await;
        script.then(Ok("question"));
        pausing.resume(false);
        until(&driver, "question").await;

        // It waits for the person before and after.
        pausing.pause().await;
        let command = {
            let mut command = Box::pin(driver.command(Ok(7)));
            let waker = std::task::Waker::noop();
            let begun = command.as_mut().poll(&mut std::task::Context::from_waker(waker));
            assert!(begun.is_pending());
            command
        };
        assert_eq!(
            command.await,
            Err(NotDone::Paused),
            "hours may pass until it would be done"
        );
        assert_eq!(driver.retry().await, Err(NotDone::Paused));
        assert!(script.log().is_empty());
        pausing.resume(false);
        script.then(Ok("question"));
        assert_eq!(driver.command(Ok(7)).await, Ok(7), "it goes on");
        until(&driver, "question").await;

        // Another process had the store: what it is asked may be out of date.
        pausing.pause().await;
        script.then(Ok("end"));
        pausing.resume(true);
        assert_eq!(last(&driver).await, "end");
        assert_eq!(script.log(), ["Ok(7)", "taken up"]);
    }

    #[tokio::test]
    async fn a_cancel_that_comes_while_it_is_paused_is_done_after_it() {
        let script = Script::of([Ok("question")]);
        let (driver, mut pausing) = begin_with_pauses::<false>(&script);
        until(&driver, "question").await;
        pausing.pause().await;
        let cancel = async {
            let mut cancel = Box::pin(driver.cancel());
            let waker = std::task::Waker::noop();
            let begun = cancel.as_mut().poll(&mut std::task::Context::from_waker(waker));
            assert!(begun.is_pending());
            pausing.resume(false);
            cancel.await
        };
        assert_eq!(cancel.await, Ok(()));
        assert_eq!(last(&driver).await, "cancelled");
        assert_eq!(script.log(), ["cancel"]);
    }

    #[tokio::test]
    async fn a_pause_ends_a_command_and_a_cancel_is_done_after_it() {
        let script = Script::of([Ok("question")]);
        let (driver, mut pausing) = begin_with_pauses::<false>(&script);
        until(&driver, "question").await;
        let slow = script.slow.clone().lock_owned().await;
        let ((), commanded) = tokio::join!(
            async {
                script.until("Ok(7)").await;
                pausing.pause().await;
            },
            driver.command(Ok(7))
        );
        assert_eq!(commanded, Err(NotDone::Paused));
        assert_eq!(in_words(&driver.statuses.borrow()), "works", "the flow itself knows");
        script.then(Ok("question"));
        pausing.resume(false);
        until(&driver, "question").await;

        let ((), cancelled) = tokio::join!(
            async {
                script.until("cancel").await;
                pausing.pause().await;
                drop(slow);
                pausing.resume(true);
            },
            driver.cancel()
        );
        assert_eq!(cancelled, Ok(()));
        assert_eq!(last(&driver).await, "cancelled");
        assert_eq!(script.log(), ["Ok(7)", "cancel", "taken up", "cancel"]);
    }

    #[tokio::test]
    async fn a_command_is_done_although_nobody_waits_for_it_any_more() {
        let script = Script::of([Ok("question")]);
        let driver = begin::<false>(&script);
        until(&driver, "question").await;
        script.then(Ok("end"));
        {
            let mut command = std::pin::pin!(driver.command(Ok(7)));
            let waker = std::task::Waker::noop();
            assert!(
                command
                    .as_mut()
                    .poll(&mut std::task::Context::from_waker(waker))
                    .is_pending()
            );
        }
        assert_eq!(last(&driver).await, "end");
        assert_eq!(script.log(), ["Ok(7)"]);
    }
}
