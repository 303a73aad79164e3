// SPDX-License-Identifier: Apache-2.0

//! The state of the page: an event in, the new page and the effects out. No clock, no network, no terminal:
//! `page/mod.rs` performs the effects and `view.rs` draws. Each dialog has a file.

mod details;
mod sign_out;
mod verify;

use std::collections::BTreeSet;

use keyward::{
    auth::Challenge,
    doctor::Report,
    secret::Password,
    sessions::{Filter, LedgerEntry, Session, SignOutConsequences, SignOutError, SignOutLinks, Snapshot},
    verification::VerificationState,
};

use crate::{
    commands::sessions::words::{self, FILTERS},
    language::{name, say},
    terminal::{
        input::{Edit, Input},
        qr::Code,
    },
};

/// How far a page key moves.
const PAGE: usize = 10;

/// A key, whatever the terminal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Escape,
    /// Ctrl-C: leave at once.
    Interrupt,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Left,
    Right,
    Tab,
    BackTab,
    Backspace,
    Delete,
    /// Ctrl-U.
    ClearLine,
}

/// What happened. Errors have the core's texts, which contain nothing that others wrote.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Key(Key),
    Paste(String),
    /// It is now so many milliseconds since the Unix epoch.
    Time(u64),
    Listed(Box<Snapshot>),
    /// What the doctor found.
    Examined(Report),
    /// The list cannot be kept up to date for now.
    Trouble(String),
    /// What the ledger has of a session.
    History(Option<LedgerEntry>),
    Renamed(Result<(), String>),
    /// Push notifications of the session with this label were switched.
    PushSwitched {
        label: String,
        on: bool,
        result: Result<(), String>,
    },
    Acknowledged(Result<(), String>),
    /// The consequences of signing these out.
    Weighed(Vec<String>, Result<SignOutConsequences, String>),
    /// The server wants this first, or nothing more.
    Challenged(Result<Option<Challenge>, SignOutError>),
    /// They are signed out, or the server wants this first.
    SignedOut(Result<Option<Challenge>, SignOutError>),
    /// A session asks to verify.
    Asked(Option<String>),
    Verification(Result<VerificationState, String>),
    /// A verification could not be started.
    NotVerifying(String),
    /// Which session it is, once known.
    VerificationWith(String),
    QrCode(Result<Option<Code>, String>),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    Quit,
    /// List again, at once.
    Refresh,
    /// See how this session and the account stand.
    Examine,
    History(String),
    Rename(Box<Session>, String),
    SetPush(Box<Session>, bool),
    Acknowledge(Vec<String>),
    Weigh(Vec<String>),
    SignOut(Vec<String>),
    Authorise(Password),
    /// Wait for the person, who is at work in a browser.
    AuthoriseInBrowser,
    /// Forget the sign-out and its challenge.
    AbandonSignOut,
    /// Sessions were signed out elsewhere: empty what their clients said of themselves.
    PruneClientInformation,
    /// `None`: this session, by any other.
    Verify(Option<String>),
    Verification(Command),
    /// The verification is off the screen.
    EndVerification,
}

/// What a person decides while verifying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Accept,
    Emoji,
    QrCode,
    Confirm,
    Mismatch,
    Cancel,
}

/// The page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) user_id: String,
    /// Whether another program keeps this session: that one verifies.
    pub(super) attached: bool,
    pub(super) now: u64,
    /// `None` until the first list is there.
    pub(super) snapshot: Option<Snapshot>,
    /// `None` until it is there.
    pub(super) report: Option<Report>,
    /// Why the list may be out of date.
    pub(super) trouble: Option<String>,
    pub(super) filter: Filter,
    /// The row under the cursor. 0 is this session.
    pub(super) row: usize,
    /// The session there: the cursor stays with it when the list changes.
    at: String,
    /// Device ids of the selected sessions.
    pub(super) selected: BTreeSet<String>,
    pub(super) dialog: Option<Dialog>,
    /// A session that asks to verify, by its name, while something else is on the screen.
    pub(super) asked: Option<String>,
    /// What was done last, or why it was not.
    pub(super) notice: Option<String>,
}

/// What lies over the list.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and it is matched everywhere")]
pub(super) enum Dialog {
    Help,
    Details {
        device_id: String,
        entry: Option<LedgerEntry>,
        scroll: usize,
    },
    Rename {
        session: Box<Session>,
        input: Input,
        complaint: Option<String>,
        busy: bool,
    },
    SignOut {
        device_ids: Vec<String>,
        stage: SignOutStage,
    },
    Verify {
        /// What to call the other side.
        other: String,
        state: VerificationState,
        code: Option<Code>,
        complaint: Option<String>,
        busy: bool,
    },
}

/// How far a sign-out is.
#[derive(Clone, Debug)]
pub(super) enum SignOutStage {
    /// The consequences are being looked up.
    Weighing,
    /// They are shown.
    Consequences(SignOutConsequences),
    /// The server is asked.
    Asking,
    /// The password is asked for. Neither the selection nor the server's challenge is lost by a wrong one.
    Password {
        input: Input,
        complaint: Option<String>,
        busy: bool,
    },
    /// A person authorises it in a browser.
    Browser {
        page: String,
        /// It was done for another account.
        other_account: bool,
    },
    /// The server has a page of its own for it.
    Links(SignOutLinks),
}

impl Page {
    pub(super) fn new(user_id: &str, attached: bool, filter: Filter, now: u64) -> Self {
        Self {
            user_id: user_id.to_owned(),
            attached,
            now,
            snapshot: None,
            report: None,
            trouble: None,
            filter,
            row: 0,
            at: String::new(),
            selected: BTreeSet::new(),
            dialog: None,
            asked: None,
            notice: None,
        }
    }

    /// The sessions that can be walked through: this one, then the others that the filter shows.
    pub(super) fn rows(&self) -> Vec<&Session> {
        self.snapshot.as_ref().map_or_else(Vec::new, |snapshot| {
            std::iter::once(&snapshot.list.current)
                .chain(snapshot.list.others_shown(self.filter))
                .collect()
        })
    }

    /// What to call a session in a sentence.
    pub(super) fn name_of(&self, device_id: &str) -> String {
        match self.session(device_id) {
            Some(session) => words::label(session),
            None => say!("sessions-by-id", id = name(device_id)),
        }
    }

    pub(super) fn session(&self, device_id: &str) -> Option<&Session> {
        let list = &self.snapshot.as_ref()?.list;
        std::iter::once(&list.current)
            .chain(&list.others)
            .find(|session| session.device_id == device_id)
    }

    fn here(&self) -> Option<&Session> {
        self.rows().get(self.row).copied()
    }

    fn is_current(&self, device_id: &str) -> bool {
        self.snapshot
            .as_ref()
            .is_some_and(|snapshot| snapshot.list.current.device_id == device_id)
    }

    pub(super) fn handle(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.happened(event);
        if self.dialog.is_none()
            && let Some(other) = self.asked.take()
        {
            self.verifying(other, VerificationState::Requested);
        }
        effects
    }

    fn happened(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(Key::Interrupt) => vec![Effect::Quit],
            Event::Key(key) => self.key(key),
            Event::Paste(text) => {
                if let Some(input) = self.input() {
                    text.chars().for_each(|c| input.edit(Edit::Insert(c)));
                }
                Vec::new()
            }
            Event::Time(now) => {
                self.now = now;
                Vec::new()
            }
            Event::Listed(snapshot) => self.listed(*snapshot),
            Event::Examined(report) => {
                self.report = Some(report);
                Vec::new()
            }
            Event::Trouble(text) => {
                self.trouble = Some(text);
                Vec::new()
            }
            Event::History(found) => {
                if let Some(Dialog::Details { entry, .. }) = &mut self.dialog {
                    *entry = found;
                }
                Vec::new()
            }
            Event::Renamed(result) => self.renamed(result),
            Event::PushSwitched { label, on, result } => {
                self.notice = Some(match result {
                    Ok(()) => words::push_switched(&label, on),
                    Err(error) => error,
                });
                vec![Effect::Refresh]
            }
            Event::Acknowledged(result) => {
                self.notice = Some(match result {
                    Ok(()) => say!("page-acknowledged"),
                    Err(error) => error,
                });
                Vec::new()
            }
            Event::Weighed(of, result) => {
                self.weighed(&of, result);
                Vec::new()
            }
            Event::Challenged(result) => self.challenged(result),
            Event::SignedOut(result) => self.signed_out(result),
            Event::Asked(device_id) => {
                let other = match device_id {
                    Some(device_id) => self.name_of(&device_id),
                    None => say!("page-another-session"),
                };
                // Put as a question as soon as nothing else is on the screen.
                self.asked = Some(other);
                Vec::new()
            }
            Event::NotVerifying(why) => {
                if matches!(self.dialog, Some(Dialog::Verify { .. })) {
                    self.close_with(why);
                }
                vec![Effect::EndVerification]
            }
            Event::VerificationWith(device_id) => {
                let name = self.name_of(&device_id);
                if let Some(Dialog::Verify { other, .. }) = &mut self.dialog {
                    *other = name;
                }
                Vec::new()
            }
            Event::Verification(result) => self.verification(result),
            Event::QrCode(result) => {
                self.code_made(result);
                Vec::new()
            }
        }
    }

    fn input(&mut self) -> Option<&mut Input> {
        match &mut self.dialog {
            Some(
                Dialog::Rename { input, busy: false, .. }
                | Dialog::SignOut {
                    stage: SignOutStage::Password { input, busy: false, .. },
                    ..
                },
            ) => Some(input),
            _ => None,
        }
    }

    // ---- the list ----

    fn listed(&mut self, snapshot: Snapshot) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.trouble = None;
        let stands = |of: &Snapshot| (of.list.identity, of.list.current.trust, of.list.recommendations);
        if self.snapshot.as_ref().map(stands) != Some(stands(&snapshot)) {
            // What was found of the account as it stood before says nothing of it now.
            self.report = None;
            effects.push(Effect::Examine);
        }
        let present: BTreeSet<&str> = snapshot
            .list
            .others
            .iter()
            .map(|session| session.device_id.as_str())
            .collect();
        self.selected.retain(|device_id| present.contains(device_id.as_str()));
        match &mut self.dialog {
            Some(Dialog::SignOut {
                stage: SignOutStage::Links(links),
                ..
            }) => {
                links.update(&snapshot.list);
                if links.is_done() {
                    let (_, total) = links.progress();
                    self.dialog = None;
                    self.notice = Some(sign_out::signed_out_of(total));
                    effects.push(Effect::PruneClientInformation);
                }
            }
            Some(Dialog::Details { device_id, .. })
                if *device_id != snapshot.list.current.device_id && !present.contains(device_id.as_str()) =>
            {
                self.dialog = None;
                self.notice = Some(say!("page-session-gone"));
            }
            _ => {}
        }
        self.snapshot = Some(snapshot);
        self.find_cursor();
        effects
    }

    /// Puts the cursor where its session is now; where that is gone, it stays where it is.
    fn find_cursor(&mut self) {
        let rows = self.rows();
        let row = rows
            .iter()
            .position(|session| session.device_id == self.at)
            .unwrap_or(self.row.min(rows.len().saturating_sub(1)));
        self.go_to(row);
    }

    fn go_to(&mut self, row: usize) {
        let rows = self.rows();
        let row = row.min(rows.len().saturating_sub(1));
        let at = rows.get(row).map(|session| session.device_id.clone());
        self.row = row;
        self.at = at.unwrap_or_default();
    }

    fn show_filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.find_cursor();
    }

    /// The filter beside this one, `step` further on, around the end.
    fn next_filter(&mut self, step: usize) {
        let at = FILTERS.iter().position(|filter| *filter == self.filter);
        let next = (at.unwrap_or_default() + step) % FILTERS.len();
        self.show_filter(FILTERS[next]);
    }

    // ---- keys ----

    fn key(&mut self, key: Key) -> Vec<Effect> {
        match self.dialog.take() {
            None => self.list_key(key),
            Some(Dialog::Help) => {
                // Any key closes it.
                Vec::new()
            }
            Some(Dialog::Details {
                device_id,
                entry,
                scroll,
            }) => self.details_key(key, device_id, entry, scroll),
            Some(Dialog::Rename {
                session,
                input,
                complaint,
                busy,
            }) => self.rename_key(key, session, input, complaint, busy),
            Some(Dialog::SignOut { device_ids, stage }) => self.sign_out_key(key, device_ids, stage),
            Some(dialog @ Dialog::Verify { .. }) => {
                self.dialog = Some(dialog);
                self.verify_key(key)
            }
        }
    }

    fn list_key(&mut self, key: Key) -> Vec<Effect> {
        self.notice = None;
        match key {
            Key::Char('q') | Key::Escape => return vec![Effect::Quit],
            Key::Char('?') => self.dialog = Some(Dialog::Help),
            Key::Up | Key::Char('k') => self.go_to(self.row.saturating_sub(1)),
            Key::Down | Key::Char('j') => self.go_to(self.row + 1),
            Key::PageUp => self.go_to(self.row.saturating_sub(PAGE)),
            Key::PageDown => self.go_to(self.row + PAGE),
            Key::Home => self.go_to(0),
            Key::End => self.go_to(usize::MAX),
            Key::Tab | Key::Right => self.next_filter(1),
            Key::BackTab | Key::Left => self.next_filter(FILTERS.len() - 1),
            Key::Char('u') => self.show_filter(Filter::Unverified),
            Key::Char('i') => self.show_filter(Filter::Inactive),
            Key::Char(' ') => self.toggle(),
            Key::Char('a') => self.toggle_all_shown(),
            Key::Char('g') => return vec![Effect::Refresh, Effect::Examine],
            Key::Char('y') => return self.acknowledge(),
            Key::Char('n') => return self.not_me(),
            Key::Enter => return self.with_here(Self::open_details),
            Key::Char('r') => return self.with_here(Self::open_rename),
            Key::Char('p') => return self.with_here(Self::switch_push),
            Key::Char('v') => return self.with_here(Self::verify),
            Key::Char('s') => return self.sign_out(),
            _ => {}
        }
        Vec::new()
    }

    fn with_here(&mut self, act: impl FnOnce(&mut Self, Session) -> Vec<Effect>) -> Vec<Effect> {
        match self.here().cloned() {
            Some(session) => act(self, session),
            None => Vec::new(),
        }
    }

    fn toggle(&mut self) {
        let Some(device_id) = self.here().map(|session| session.device_id.clone()) else {
            return;
        };
        if self.is_current(&device_id) {
            self.notice = Some(words::to_sign_this_one_out(self.attached));
        } else if !self.selected.remove(&device_id) {
            self.selected.insert(device_id);
        }
        self.go_to(self.row + 1);
    }

    /// Selects all others that are shown; if they all are, selects none of them.
    fn toggle_all_shown(&mut self) {
        let shown: BTreeSet<String> = self
            .rows()
            .into_iter()
            .skip(1)
            .map(|session| session.device_id.clone())
            .collect();
        if shown.is_subset(&self.selected) {
            self.selected.retain(|device_id| !shown.contains(device_id));
        } else {
            self.selected.extend(shown);
        }
    }

    // ---- new logins ----

    fn acknowledge(&mut self) -> Vec<Effect> {
        let newest = self.newest_login();
        newest.map_or_else(Vec::new, |device_id| vec![Effect::Acknowledge(vec![device_id])])
    }

    /// The new login is somebody else's: it alone is to be signed out.
    fn not_me(&mut self) -> Vec<Effect> {
        let Some(device_id) = self.newest_login() else {
            return Vec::new();
        };
        self.selected = BTreeSet::from([device_id]);
        self.sign_out()
    }

    fn newest_login(&self) -> Option<String> {
        let login = self.snapshot.as_ref()?.new_logins.first()?;
        Some(login.device_id.clone())
    }

    fn close_with(&mut self, notice: String) {
        self.dialog = None;
        self.notice = Some(notice);
    }
}

fn edit(key: Key) -> Option<Edit> {
    Some(match key {
        Key::Char(c) => Edit::Insert(c),
        Key::Backspace => Edit::Backspace,
        Key::Delete => Edit::Delete,
        Key::Left => Edit::Left,
        Key::Right => Edit::Right,
        Key::Home => Edit::Home,
        Key::End => Edit::End,
        Key::ClearLine => Edit::Clear,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
