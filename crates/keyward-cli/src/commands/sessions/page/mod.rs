// SPDX-License-Identifier: Apache-2.0

//! The live page of `keyward sessions`: the event loop. It takes in keys and what the core's tasks report, lets
//! [`Page`] decide, performs what that asks for in tasks, and draws. The screen never waits for a server.

mod screen;
mod state;
mod view;

use std::{io, panic, sync::Arc, time::Duration};

use crossterm::event::{self, EventStream, KeyCode, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;
use keyward::{
    account::Account,
    error::{RequestError, ServerError},
    flow::{Driver, NotDone, Status, drive},
    sessions::{AttachedSessionsWatch, Filter, SessionsWatch, SignOut, Snapshot},
    verification::{CancelReason, Verification, VerificationCommand, VerificationError, VerificationState},
};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{AbortHandle, JoinSet},
    time::{MissedTickBehavior, interval, timeout},
};

use self::{
    screen::Screen,
    state::{Command, Effect, Event, Key, Page},
    view::Look,
};
use super::{history_of, now, watch::EVERY};
use crate::{
    output::Failure,
    session::{Session, with_session},
    terminal::qr::Code,
};

/// How often "5 minutes ago" is looked at again.
const TICK: Duration = Duration::from_secs(20);
/// How long leaving may take where the other side of a verification is to be told.
const LEAVING: Duration = Duration::from_secs(3);

/// Shows the page until the person leaves it.
pub(super) async fn run(session: &Session, filter: Filter) -> Result<(), Failure> {
    let unusable = |error: io::Error| Failure::internal("the terminal cannot be used", &error);
    let mut screen = Screen::enter().map_err(unusable)?;
    let user_id = with_session!(session, account => account.user_id());
    let mut page = Page::new(user_id, session.is_attached(), filter, now());
    let mut look = Look::new(console::colors_enabled());
    let (mut worker, mut reports) = Worker::start(session);
    let mut input = EventStream::new();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        screen
            .draw(|frame| view::draw(frame, &page, &mut look))
            .map_err(unusable)?;
        let event = tokio::select! {
            input = input.next() => match input {
                Some(Ok(input)) => understand(input),
                // The terminal is gone, so nobody sees the page.
                Some(Err(_)) | None => return Ok(()),
            },
            Some(report) = reports.recv() => worker.current(report),
            Some(outcome) = worker.tasks.join_next() => match outcome {
                Ok(Outcome::SignedOutElsewhere) => return Err(ServerError::SessionExpired.into()),
                Ok(outcome) => worker.take_back(outcome),
                Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
                Err(_) => None,
            },
            _ = ticks.tick() => Some(Event::Time(now())),
        };
        for effect in event.map_or_else(Vec::new, |event| page.handle(event)) {
            if matches!(effect, Effect::Quit) {
                drop(screen);
                worker.leave().await;
                return Ok(());
            }
            worker.perform(effect, &page);
        }
    }
}

/// What a key or the window says. `None`: nothing, but the window may have another size.
fn understand(input: event::Event) -> Option<Event> {
    let key = match input {
        event::Event::Paste(text) => return Some(Event::Paste(text)),
        event::Event::Key(key) if key.kind != KeyEventKind::Release => key,
        _ => return None,
    };
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let key = match key.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('u') if control => Key::ClearLine,
        KeyCode::Char(_) if control || key.modifiers.contains(KeyModifiers::ALT) => return None,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    };
    Some(Event::Key(key))
}

/// A report of a long task. Reports of a verification carry its number, so that those of an ended one are ignored.
enum Report {
    Page(Event),
    Verification(u64, Event),
}

/// What a short task brings back.
enum Outcome {
    Page(Event),
    SignOut(u64, SignOut, Event),
    Asked(Verification),
    Verifying(u64, Result<Verification, VerificationError>),
    /// This session is gone: there is nothing more to show.
    SignedOutElsewhere,
    Ended,
}

/// The core's calls, in tasks that end with the page.
struct Worker {
    session: Session,
    tasks: JoinSet<Outcome>,
    reports: mpsc::UnboundedSender<Report>,
    refresh: Arc<Notify>,
    /// Counts sign-outs, so that a late answer to one that was abandoned is known as such.
    sign_outs: u64,
    /// Keeps the server's challenge between two passwords.
    sign_out: Option<SignOut>,
    /// The wait for a person who authorises a sign-out in a browser.
    browser: Option<AbortHandle>,
    /// Counts verifications, for the same reason.
    verifications: u64,
    verification: Option<Arc<Driver<Verification>>>,
    /// Whether a verification is on the screen, or about to be.
    verifying: bool,
    /// Whether a task waits for other sessions to ask.
    listening: bool,
}

impl Worker {
    fn start(session: &Session) -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (reports, receiver) = mpsc::unbounded_channel();
        let mut worker = Self {
            session: session.clone(),
            tasks: JoinSet::new(),
            reports,
            refresh: Arc::default(),
            sign_outs: 0,
            sign_out: None,
            browser: None,
            verifications: 0,
            verification: None,
            verifying: false,
            listening: false,
        };
        let watching = watch(worker.session.clone(), worker.reports.clone(), worker.refresh.clone());
        worker.tasks.spawn(watching);
        worker.listen();
        (worker, receiver)
    }

    /// Waits for another session to ask, unless a verification is on the screen already. What is asked of another program's
    /// session comes to that program.
    fn listen(&mut self) {
        if let Session::Own(account) = &self.session
            && !self.listening
            && !self.verifying
        {
            self.listening = true;
            self.tasks.spawn(be_asked(account.clone()));
        }
    }

    fn perform(&mut self, effect: Effect, page: &Page) {
        let session = self.session.clone();
        match effect {
            Effect::Quit => {}
            Effect::Refresh => self.refresh.notify_one(),
            Effect::Examine => {
                self.tasks.spawn(async move {
                    let report = with_session!(&session, account => {
                        Box::pin(account.status_and_report()).await.map(|(_, report)| report)
                    });
                    // What keeps it away keeps the list away, too, which says so.
                    report.map_or(Outcome::Ended, |report| Outcome::Page(Event::Examined(report)))
                });
            }
            Effect::History(device_id) => self.run(async move {
                let entry = with_session!(&session, account => history_of(account, &device_id).await);
                Event::History(entry.ok().flatten())
            }),
            Effect::Rename(renamed, name) => self.run(async move {
                let id = &renamed.device_id;
                let result = with_session!(&session, account => Box::pin(account.rename_session(id, &name)).await);
                Event::Renamed(result.map_err(in_words))
            }),
            Effect::SetPush(switched, on) => self.run(async move {
                let id = &switched.device_id;
                let result = with_session!(&session, account => Box::pin(account.set_push(id, on)).await);
                Event::PushSwitched {
                    label: super::words::label(&switched),
                    on,
                    result: result.map_err(in_words),
                }
            }),
            Effect::Acknowledge(device_ids) => self.run(async move {
                for id in device_ids {
                    let result = with_session!(&session, account => account.acknowledge_login(&id).await);
                    if let Err(error) = result {
                        return Event::Acknowledged(Err(in_words(error)));
                    }
                }
                Event::Acknowledged(Ok(()))
            }),
            Effect::Weigh(device_ids) => {
                let Some(snapshot) = &page.snapshot else { return };
                let list = snapshot.list.clone();
                self.run(async move {
                    let result = match session {
                        Session::Own(account) => Box::pin(account.sign_out_consequences(&list, &device_ids)).await,
                        Session::Attached(account) => Ok(account.sign_out_consequences(&list, &device_ids)),
                    };
                    Event::Weighed(device_ids, result.map_err(in_words))
                });
            }
            Effect::SignOut(device_ids) => {
                let number = self.sign_outs;
                self.tasks.spawn(async move {
                    match with_session!(session, account => account.sign_out(&device_ids)) {
                        Ok(mut sign_out) => {
                            let result = Box::pin(sign_out.begin()).await;
                            Outcome::SignOut(number, sign_out, Event::Challenged(result))
                        }
                        Err(error) => Outcome::Page(Event::Challenged(Err(error))),
                    }
                });
            }
            Effect::Authorise(password) => {
                let number = self.sign_outs;
                let sign_out = self.sign_out.take();
                let mut sign_out = sign_out.expect("a password is asked for after the challenge, one at a time");
                self.tasks.spawn(async move {
                    let result = Box::pin(sign_out.authorise(&password)).await;
                    Outcome::SignOut(number, sign_out, Event::SignedOut(result))
                });
            }
            Effect::AuthoriseInBrowser => {
                let number = self.sign_outs;
                let sign_out = self.sign_out.take();
                let mut sign_out = sign_out.expect("a browser is needed after the challenge, one wait at a time");
                // It ends when the person stops it: nobody is to be signed out after that.
                self.browser = Some(self.tasks.spawn(async move {
                    let result = Box::pin(sign_out.authorise_in_browser()).await;
                    Outcome::SignOut(number, sign_out, Event::SignedOut(result))
                }));
            }
            Effect::AbandonSignOut => {
                if let Some(browser) = self.browser.take() {
                    browser.abort();
                }
                self.sign_outs += 1;
                self.sign_out = None;
            }
            Effect::PruneClientInformation => {
                self.tasks.spawn(async move {
                    let pruned = with_session!(session, account => Box::pin(account.prune_client_information()).await);
                    if let Err(error) = pruned {
                        tracing::warn!(%error, "client information of sessions that are gone is left");
                    }
                    Outcome::Ended
                });
            }
            Effect::Verify(device_id) => {
                let Session::Own(account) = session else { return };
                self.end_verification();
                self.verifying = true;
                let number = self.verifications;
                self.tasks.spawn(async move {
                    let result = match device_id {
                        Some(device_id) => Box::pin(account.verify_session(&device_id)).await,
                        None => Box::pin(account.verify_this_session()).await,
                    };
                    Outcome::Verifying(number, result)
                });
            }
            Effect::Verification(command) => match &self.verification {
                Some(driver) => {
                    let (driver, number, reports) = (driver.clone(), self.verifications, self.reports.clone());
                    self.tasks.spawn(async move {
                        if let Some(event) = Box::pin(obey(&driver, command)).await {
                            // The receiver lives as long as the page.
                            let _ = reports.send(Report::Verification(number, event));
                        }
                        Outcome::Ended
                    });
                }
                // It was not even begun. If it is being begun now, the other session has heard of it, perhaps, and hears of
                // the end when the late result comes, which has the old number.
                None if command == Command::Cancel => {
                    self.verifications += 1;
                    let cancelled = VerificationState::Cancelled {
                        by_us: true,
                        reason: CancelReason::User,
                    };
                    let report = Report::Verification(self.verifications, Event::Verification(Ok(cancelled)));
                    let _ = self.reports.send(report);
                }
                None => {}
            },
            Effect::EndVerification => {
                self.end_verification();
                self.listen();
            }
        }
    }

    fn run(&mut self, work: impl Future<Output = Event> + Send + 'static) {
        self.tasks.spawn(async move { Outcome::Page(work.await) });
    }

    fn end_verification(&mut self) {
        self.verifications += 1;
        self.verification = None;
        self.verifying = false;
    }

    /// What a report tells the page, if that is still about what is on it.
    fn current(&self, report: Report) -> Option<Event> {
        match report {
            Report::Page(event) => Some(event),
            Report::Verification(number, event) => (number == self.verifications).then_some(event),
        }
    }

    /// What a task's end tells the page.
    fn take_back(&mut self, outcome: Outcome) -> Option<Event> {
        match outcome {
            Outcome::Page(event) => Some(event),
            Outcome::SignedOutElsewhere | Outcome::Ended => None,
            Outcome::SignOut(number, sign_out, event) => (number == self.sign_outs).then(|| {
                self.sign_out = Some(sign_out);
                event
            }),
            Outcome::Asked(verification) => {
                self.listening = false;
                // A request that arrives while another verification runs is fetched again when that one is over.
                if self.verifying {
                    return None;
                }
                self.verifying = true;
                let other = verification.device_id();
                self.drive(verification);
                Some(Event::Asked(other))
            }
            Outcome::Verifying(number, Ok(verification)) => {
                if number == self.verifications {
                    self.drive(verification);
                } else {
                    // Cancelled before it was begun here, but the other side has the request already.
                    self.tasks.spawn(async move {
                        if let Err(error) = verification.cancel().await {
                            tracing::warn!(%error, "the other session does not know that the verification is cancelled");
                        }
                        Outcome::Ended
                    });
                }
                None
            }
            Outcome::Verifying(number, Err(error)) => {
                (number == self.verifications).then(|| Event::NotVerifying(in_words(error)))
            }
        }
    }

    fn drive(&mut self, verification: Verification) {
        let (driver, work) = drive(Status::Working(None), |_| verification);
        let shown = show(driver.statuses(), self.verifications, self.reports.clone());
        self.verification = Some(Arc::new(driver));
        self.tasks.spawn(async move {
            work.await;
            Outcome::Ended
        });
        self.tasks.spawn(shown);
    }

    /// Tells the other side of a verification that this side has left. If that fails, the other side gives up by
    /// itself.
    async fn leave(self) {
        if let Some(driver) = &self.verification {
            let _ = timeout(LEAVING, driver.cancel()).await;
        }
    }
}

/// Reports each list.
async fn watch(session: Session, reports: mpsc::UnboundedSender<Report>, refresh: Arc<Notify>) -> Outcome {
    match session {
        Session::Own(account) => follow(|| account.watch_sessions(), reports, refresh).await,
        Session::Attached(account) => follow(|| account.watch_sessions(Some(EVERY)), reports, refresh).await,
    }
}

/// A watch of a list, of either kind of session.
trait Watch: Send {
    fn next(&mut self) -> impl Future<Output = Result<Snapshot, RequestError>> + Send;
}

impl Watch for SessionsWatch {
    async fn next(&mut self) -> Result<Snapshot, RequestError> {
        Box::pin(self.next()).await
    }
}

impl Watch for AttachedSessionsWatch {
    async fn next(&mut self) -> Result<Snapshot, RequestError> {
        Box::pin(self.next()).await
    }
}

/// After a refresh the watch is started anew: its first snapshot comes even if nothing changed, and has the latest activity of
/// all sessions.
async fn follow<W: Watch>(
    begin: impl Fn() -> W,
    reports: mpsc::UnboundedSender<Report>,
    refresh: Arc<Notify>,
) -> Outcome {
    let mut watch = begin();
    loop {
        let next = tokio::select! {
            next = Watch::next(&mut watch) => next,
            () = refresh.notified() => {
                watch = begin();
                continue;
            }
        };
        let event = match next {
            Ok(snapshot) => Event::Listed(Box::new(snapshot)),
            Err(RequestError::Server(ServerError::SessionExpired)) => return Outcome::SignedOutElsewhere,
            Err(error) => Event::Trouble(in_words(error)),
        };
        if reports.send(Report::Page(event)).is_err() {
            return Outcome::Ended;
        }
    }
}

async fn be_asked(account: Account) -> Outcome {
    match Box::pin(account.next_verification_request()).await {
        Ok(verification) => Outcome::Asked(verification),
        // The watch gets the same error and reports it.
        Err(_) => Outcome::Ended,
    }
}

/// Reports where a verification is, to its end.
async fn show(
    mut statuses: watch::Receiver<Status<Verification>>,
    number: u64,
    reports: mpsc::UnboundedSender<Report>,
) -> Outcome {
    let mut known = None;
    loop {
        let events = match statuses.borrow_and_update().clone() {
            Status::Working(_) | Status::Cancelled => Vec::new(),
            Status::At(view) => {
                let mut events = Vec::new();
                if view.device_id != known {
                    known.clone_from(&view.device_id);
                    events.extend(view.device_id.map(Event::VerificationWith));
                }
                events.push(Event::Verification(Ok(view.state)));
                events
            }
            Status::Stopped { error, .. } => vec![Event::Verification(Err(in_words(error)))],
        };
        for event in events {
            // The receiver lives as long as the page.
            let _ = reports.send(Report::Verification(number, event));
        }
        if statuses.changed().await.is_err() {
            return Outcome::Ended;
        }
    }
}

/// Does what the person decided. The next status shows the result, except what only this call can report.
async fn obey(driver: &Driver<Verification>, command: Command) -> Option<Event> {
    let command = match command {
        Command::Accept => VerificationCommand::Accept,
        Command::Emoji => VerificationCommand::StartEmoji,
        Command::Confirm => VerificationCommand::Confirm,
        Command::Mismatch => VerificationCommand::Mismatch,
        Command::Cancel => return said(driver.cancel().await),
        Command::QrCode => {
            return match driver.command(VerificationCommand::ShowQrCode).await {
                Ok(code) => Some(Event::QrCode(Ok(code.as_ref().map(Code::from)))),
                result => said(result),
            };
        }
    };
    said(driver.command(command).await)
}

fn said<T>(result: Result<T, NotDone<VerificationError>>) -> Option<Event> {
    match result {
        Err(NotDone::Failed(error)) => Some(Event::Verification(Err(in_words(error)))),
        Ok(_) | Err(NotDone::Paused | NotDone::Ended) => None,
    }
}

fn in_words(error: impl Into<Failure>) -> String {
    error.into().message().to_owned()
}

#[cfg(test)]
mod picture;
#[cfg(test)]
mod tests;
