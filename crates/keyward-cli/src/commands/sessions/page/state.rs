// SPDX-License-Identifier: Apache-2.0

//! What the page is, and what becomes of it: an event in, the new page and what is to be done out. No clock, no network,
//! no terminal; `mod.rs` performs the effects and `view.rs` draws.

use std::collections::BTreeSet;

use keyward::{
    auth::{AuthError, Challenge},
    secret::Password,
    sessions::{Filter, LedgerEntry, Push, Session, SignOutConsequences, SignOutError, SignOutLinks, Snapshot, Trust},
    verification::VerificationState,
};

use crate::{
    commands::sessions::words::{self, FILTERS},
    terminal::{
        input::{Edit, Input},
        qr::Code,
        text::{clean, count},
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

/// What happened. What others wrote is in errors only as the core words them.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Key(Key),
    Paste(String),
    /// It is now so many milliseconds since the Unix epoch.
    Time(u64),
    Listed(Box<Snapshot>),
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
    SignedOut(Result<(), SignOutError>),
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
    History(String),
    Rename(Box<Session>, String),
    SetPush(Box<Session>, bool),
    Acknowledge(Vec<String>),
    Weigh(Vec<String>),
    SignOut(Vec<String>),
    Authorise(Password),
    /// Forget the sign-out and its challenge.
    AbandonSignOut,
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
    pub(super) now: u64,
    /// `None` until the first list is there.
    pub(super) snapshot: Option<Snapshot>,
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
    /// The server has a page of its own for it.
    Links(SignOutLinks),
}

impl Page {
    pub(super) fn new(user_id: &str, filter: Filter, now: u64) -> Self {
        Self {
            user_id: user_id.to_owned(),
            now,
            snapshot: None,
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
            None => format!("session {}", clean(device_id)),
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
            Event::Listed(snapshot) => {
                self.listed(*snapshot);
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
                let state = if on { "on" } else { "off" };
                self.notice = Some(match result {
                    Ok(()) => format!("Push notifications of {label} are {state}."),
                    Err(error) => error,
                });
                vec![Effect::Refresh]
            }
            Event::Acknowledged(result) => {
                self.notice = Some(match result {
                    Ok(()) => "Noted: it was you.".to_owned(),
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
                    None => "Another session".to_owned(),
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

    fn listed(&mut self, snapshot: Snapshot) {
        self.trouble = None;
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
                    self.notice = Some(signed_out_of(total));
                }
            }
            Some(Dialog::Details { device_id, .. })
                if *device_id != snapshot.list.current.device_id && !present.contains(device_id.as_str()) =>
            {
                self.dialog = None;
                self.notice = Some("That session is gone: it was signed out meanwhile.".to_owned());
            }
            _ => {}
        }
        self.snapshot = Some(snapshot);
        self.find_cursor();
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
        let at = FILTERS.iter().position(|(filter, _)| *filter == self.filter);
        let next = (at.unwrap_or_default() + step) % FILTERS.len();
        self.show_filter(FILTERS[next].0);
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
            Key::Char('g') => return vec![Effect::Refresh],
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
            self.notice = Some(words::THIS_SESSION.to_owned());
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

    // ---- details ----

    fn open_details(&mut self, session: Session) -> Vec<Effect> {
        let device_id = session.device_id;
        self.dialog = Some(Dialog::Details {
            device_id: device_id.clone(),
            entry: None,
            scroll: 0,
        });
        vec![Effect::History(device_id)]
    }

    fn details_key(&mut self, key: Key, device_id: String, entry: Option<LedgerEntry>, scroll: usize) -> Vec<Effect> {
        let scroll = match key {
            Key::Up | Key::Char('k') => scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => scroll + 1,
            Key::PageUp => scroll.saturating_sub(PAGE),
            Key::PageDown => scroll + PAGE,
            Key::Char('r' | 'p' | 's' | 'v') => {
                let Some(session) = self.session(&device_id).cloned() else {
                    return Vec::new();
                };
                return match key {
                    Key::Char('r') => self.open_rename(session),
                    Key::Char('p') => self.switch_push(session),
                    Key::Char('v') => self.verify(session),
                    _ => self.weigh(vec![device_id]),
                };
            }
            _ => return Vec::new(),
        };
        self.dialog = Some(Dialog::Details {
            device_id,
            entry,
            scroll,
        });
        Vec::new()
    }

    // ---- rename ----

    fn open_rename(&mut self, session: Session) -> Vec<Effect> {
        self.dialog = Some(Dialog::Rename {
            // The input keeps control characters out, so the name is cleaned by being put into it.
            input: Input::new(session.name.as_deref().unwrap_or_default()),
            session: Box::new(session),
            complaint: None,
            busy: false,
        });
        Vec::new()
    }

    fn rename_key(
        &mut self,
        key: Key,
        session: Box<Session>,
        mut input: Input,
        mut complaint: Option<String>,
        mut busy: bool,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        match key {
            Key::Escape => return effects,
            _ if busy => {}
            Key::Enter => {
                effects.push(Effect::Rename(session.clone(), input.text().trim().to_owned()));
                (complaint, busy) = (None, true);
            }
            key => {
                if let Some(edit) = edit(key) {
                    input.edit(edit);
                }
            }
        }
        self.dialog = Some(Dialog::Rename {
            session,
            input,
            complaint,
            busy,
        });
        effects
    }

    fn renamed(&mut self, result: Result<(), String>) -> Vec<Effect> {
        match (result, &mut self.dialog) {
            (Ok(()), dialog) => {
                if matches!(dialog, Some(Dialog::Rename { busy: true, .. })) {
                    *dialog = None;
                }
                self.notice = Some("Renamed.".to_owned());
                vec![Effect::Refresh]
            }
            (Err(error), Some(Dialog::Rename { complaint, busy, .. })) => {
                (*complaint, *busy) = (Some(error), false);
                Vec::new()
            }
            (Err(error), _) => {
                self.notice = Some(error);
                Vec::new()
            }
        }
    }

    // ---- push ----

    fn switch_push(&mut self, session: Session) -> Vec<Effect> {
        let on = match session.push {
            Push::Off => true,
            Push::On => false,
            Push::Unsupported => {
                self.notice = Some(format!(
                    "Push notifications of {} cannot be switched from here.",
                    words::label(&session)
                ));
                return Vec::new();
            }
        };
        vec![Effect::SetPush(Box::new(session), on)]
    }

    // ---- sign out ----

    /// Signs the selected sessions out, else the one under the cursor.
    fn sign_out(&mut self) -> Vec<Effect> {
        let device_ids: Vec<String> = if self.selected.is_empty() {
            self.here()
                .map(|session| session.device_id.clone())
                .into_iter()
                .collect()
        } else {
            // In the order of the list, which people know by now.
            let others = self.snapshot.iter().flat_map(|snapshot| &snapshot.list.others);
            let ids = others.map(|session| session.device_id.clone());
            ids.filter(|device_id| self.selected.contains(device_id)).collect()
        };
        self.weigh(device_ids)
    }

    fn weigh(&mut self, device_ids: Vec<String>) -> Vec<Effect> {
        if device_ids.is_empty() {
            return Vec::new();
        }
        self.dialog = Some(Dialog::SignOut {
            device_ids: device_ids.clone(),
            stage: SignOutStage::Weighing,
        });
        vec![Effect::Weigh(device_ids)]
    }

    fn weighed(&mut self, of: &[String], result: Result<SignOutConsequences, String>) {
        let Some(Dialog::SignOut {
            device_ids,
            stage: stage @ SignOutStage::Weighing,
        }) = &mut self.dialog
        else {
            return;
        };
        if device_ids != of {
            return;
        }
        match result {
            Ok(consequences) => *stage = SignOutStage::Consequences(consequences),
            Err(error) => self.close_with(error),
        }
    }

    fn sign_out_key(&mut self, key: Key, device_ids: Vec<String>, stage: SignOutStage) -> Vec<Effect> {
        let mut effects = Vec::new();
        let stage = match (stage, key) {
            // The answer decides: until it is there nobody knows whether they are signed out.
            (stage @ SignOutStage::Password { busy: true, .. }, _) => stage,
            (SignOutStage::Asking | SignOutStage::Password { .. } | SignOutStage::Links(_), Key::Escape) => {
                self.notice = Some("Nobody was signed out. The selection is kept.".to_owned());
                return vec![Effect::AbandonSignOut];
            }
            (_, Key::Escape) => return Vec::new(),
            (SignOutStage::Consequences(consequences), Key::Enter | Key::Char('y')) if !consequences.current => {
                effects.push(Effect::SignOut(device_ids.clone()));
                SignOutStage::Asking
            }
            (SignOutStage::Consequences(_), Key::Char('n' | 'q')) => return Vec::new(),
            (SignOutStage::Password { input, .. }, Key::Enter) if !input.text().is_empty() => {
                effects.push(Effect::Authorise(Password::new(input.text())));
                SignOutStage::Password {
                    input,
                    complaint: None,
                    busy: true,
                }
            }
            (
                SignOutStage::Password {
                    mut input,
                    complaint,
                    busy,
                },
                key,
            ) => {
                if let Some(edit) = edit(key) {
                    input.edit(edit);
                }
                SignOutStage::Password { input, complaint, busy }
            }
            (SignOutStage::Links(mut links), Key::Char('n')) => {
                links.postpone();
                SignOutStage::Links(links)
            }
            (stage @ SignOutStage::Links(_), Key::Enter | Key::Char('g')) => {
                effects.push(Effect::Refresh);
                stage
            }
            (stage, _) => stage,
        };
        self.dialog = Some(Dialog::SignOut { device_ids, stage });
        effects
    }

    fn challenged(&mut self, result: Result<Option<Challenge>, SignOutError>) -> Vec<Effect> {
        match result {
            Ok(None) => self.done(),
            Ok(Some(challenge)) if challenge.answerable_by_password() => {
                self.ask_password(None);
                Vec::new()
            }
            Ok(Some(challenge)) => self.give_up(
                AuthError::Unsupported {
                    stages: challenge.unsupported(),
                }
                .into(),
            ),
            Err(error) => self.give_up(error),
        }
    }

    fn signed_out(&mut self, result: Result<(), SignOutError>) -> Vec<Effect> {
        match result {
            Ok(()) => self.done(),
            Err(SignOutError::Auth(error @ (AuthError::WrongPassword | AuthError::Server(_)))) => {
                self.ask_password(Some(error.to_string()));
                Vec::new()
            }
            Err(error) => self.give_up(error),
        }
    }

    fn ask_password(&mut self, complaint: Option<String>) {
        if let Some(Dialog::SignOut { stage, .. }) = &mut self.dialog {
            *stage = SignOutStage::Password {
                input: Input::new(""),
                complaint,
                busy: false,
            };
        }
    }

    fn done(&mut self) -> Vec<Effect> {
        if let Some(Dialog::SignOut { device_ids, .. }) = self.dialog.take() {
            self.selected.retain(|device_id| !device_ids.contains(device_id));
            self.notice = Some(signed_out_of(device_ids.len()));
        }
        vec![Effect::AbandonSignOut, Effect::Refresh]
    }

    fn give_up(&mut self, error: SignOutError) -> Vec<Effect> {
        if let (
            SignOutError::AccountManagement(management),
            Some(snapshot),
            Some(Dialog::SignOut { device_ids, stage }),
        ) = (&error, &self.snapshot, &mut self.dialog)
        {
            *stage = SignOutStage::Links(SignOutLinks::new(management, &snapshot.list, device_ids));
        } else {
            self.close_with(crate::output::Failure::from(error).message().to_owned());
        }
        vec![Effect::AbandonSignOut]
    }

    fn close_with(&mut self, notice: String) {
        self.dialog = None;
        self.notice = Some(notice);
    }

    // ---- verify ----

    fn verify(&mut self, session: Session) -> Vec<Effect> {
        let name = words::label(&session);
        let is_current = self.is_current(&session.device_id);
        self.notice = match session.trust {
            Trust::Verified => Some(format!("{name} is verified already.")),
            Trust::Unverifiable => Some(format!(
                "{name} does not support encryption, so it cannot be verified. Sign out of it if you do not know it."
            )),
            Trust::Unverified => None,
        };
        // To a session that is not verified itself every other one looks unverified, and verifying either verifies it.
        if self.notice.is_some() {
            return Vec::new();
        }
        let other = if is_current {
            "one of your other sessions".to_owned()
        } else {
            name
        };
        self.asked = None;
        self.verifying(other, VerificationState::Waiting);
        vec![Effect::Verify((!is_current).then_some(session.device_id))]
    }

    fn verifying(&mut self, other: String, state: VerificationState) {
        self.dialog = Some(Dialog::Verify {
            other,
            state,
            code: None,
            complaint: None,
            busy: false,
        });
    }

    fn verify_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(Dialog::Verify {
            state,
            code,
            complaint,
            busy,
            ..
        }) = &mut self.dialog
        else {
            return Vec::new();
        };
        use VerificationState as State;
        if state.is_final() {
            self.notice = matches!(state, State::Done).then(|| "Verified.".to_owned());
            self.dialog = None;
            return vec![Effect::EndVerification, Effect::Refresh];
        }
        let command = match (&state, key) {
            (State::Requested, Key::Char('n') | Key::Escape) | (_, Key::Escape) => Command::Cancel,
            _ if *busy => return Vec::new(),
            (State::Requested, Key::Enter | Key::Char('y')) => Command::Accept,
            (State::Ready { emoji: true, .. }, Key::Char('e')) => Command::Emoji,
            (State::Ready { show_qr: true, .. }, Key::Char('c')) if code.is_none() => Command::QrCode,
            (State::Emoji { .. } | State::Decimals { .. } | State::Scanned, Key::Char('y')) => Command::Confirm,
            (State::Emoji { .. } | State::Decimals { .. }, Key::Char('n')) => Command::Mismatch,
            (State::Scanned, Key::Char('n')) => Command::Cancel,
            _ => return Vec::new(),
        };
        (*busy, *complaint) = (true, None);
        vec![Effect::Verification(command)]
    }

    fn verification(&mut self, result: Result<VerificationState, String>) -> Vec<Effect> {
        let Some(Dialog::Verify {
            state,
            code,
            complaint,
            busy,
            ..
        }) = &mut self.dialog
        else {
            return match result {
                // The question is still to be put, and there is nothing to answer any more.
                Ok(state) if state.is_final() && self.asked.take().is_some() => vec![Effect::EndVerification],
                _ => Vec::new(),
            };
        };
        *busy = false;
        match result {
            Ok(new) => {
                *complaint = None;
                if !matches!(new, VerificationState::Ready { .. }) {
                    *code = None;
                }
                *state = new;
                match state.is_final() {
                    true => vec![Effect::Refresh],
                    false => Vec::new(),
                }
            }
            Err(error) => {
                *complaint = Some(error);
                Vec::new()
            }
        }
    }

    fn code_made(&mut self, result: Result<Option<Code>, String>) {
        let Some(Dialog::Verify {
            code, complaint, busy, ..
        }) = &mut self.dialog
        else {
            return;
        };
        *busy = false;
        match result {
            Ok(Some(made)) => *code = Some(made),
            Ok(None) => *complaint = Some("The other session cannot scan a code. Compare emoji.".to_owned()),
            Err(error) => *complaint = Some(error),
        }
    }
}

fn signed_out_of(number: usize) -> String {
    format!("Signed out of {}.", count(number as u64, "session", "sessions"))
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
mod tests {
    use keyward::{
        account::IdentityStatus, error::ServerError, sessions::SignOutConsequences, verification::CancelReason,
    };

    use super::*;
    use crate::commands::sessions::words::samples::{NOW, new_login, snapshot};

    fn page() -> Page {
        let mut page = Page::new("@alice:example.org", Filter::All, NOW);
        page.handle(Event::Listed(Box::new(snapshot())));
        page
    }

    /// Presses keys one after another; gives what all of them led to, as words.
    fn press(page: &mut Page, keys: &[Key]) -> Vec<String> {
        keys.iter()
            .flat_map(|key| page.handle(Event::Key(*key)))
            .map(|effect| in_short(&effect))
            .collect()
    }

    fn type_in(page: &mut Page, text: &str) {
        text.chars().for_each(|c| {
            page.handle(Event::Key(Key::Char(c)));
        });
    }

    fn in_short(effect: &Effect) -> String {
        match effect {
            Effect::Rename(session, name) => format!("rename {} {name}", session.device_id),
            Effect::SetPush(session, on) => format!("push {} {on}", session.device_id),
            Effect::Authorise(password) => format!("authorise {}", password.reveal()),
            other => format!("{other:?}"),
        }
    }

    fn consequences(current: bool) -> SignOutConsequences {
        SignOutConsequences {
            current,
            last_session: false,
            unsaved_room_keys: 0,
            verified: Vec::new(),
            seen_in_last_day: Vec::new(),
        }
    }

    const C: fn(char) -> Key = Key::Char;

    #[test]
    fn keys_move_and_stay_inside() {
        for (keys, row) in [
            (vec![], 0),
            (vec![Key::Up], 0),
            (vec![Key::Down, C('j'), C('k')], 1),
            (vec![Key::End], 5),
            (vec![Key::End, Key::Down, Key::PageDown], 5),
            (vec![Key::End, Key::PageUp], 0),
            (vec![Key::End, Key::Home, Key::Down], 1),
        ] {
            let mut page = page();
            assert_eq!(press(&mut page, &keys), Vec::<String>::new());
            assert_eq!(page.row, row, "{keys:?}");
        }
    }

    #[test]
    fn filters_go_around_and_recommendations_have_keys_of_their_own() {
        for (keys, filter, rows) in [
            (vec![Key::Tab], Filter::Verified, 3),
            (vec![Key::Right, Key::Tab], Filter::Unverified, 3),
            (vec![Key::BackTab], Filter::Unverifiable, 2),
            (vec![Key::Left, Key::Right], Filter::All, 6),
            (vec![C('u')], Filter::Unverified, 3),
            (vec![C('i')], Filter::Inactive, 2),
        ] {
            let mut page = page();
            press(&mut page, &keys);
            assert_eq!((page.filter, page.rows().len()), (filter, rows), "{keys:?}");
        }
    }

    #[test]
    fn every_way_out_leaves() {
        for keys in [
            vec![C('q')],
            vec![Key::Escape],
            vec![Key::Interrupt],
            vec![C('?'), Key::Interrupt],
            vec![C('r'), Key::Interrupt],
        ] {
            assert_eq!(press(&mut page(), &keys), ["Quit"], "{keys:?}");
        }
        assert_eq!(press(&mut page(), &[C('?'), C('q')]), Vec::<String>::new());
    }

    #[test]
    fn space_selects_others_but_never_this_session() {
        let mut page = page();
        press(&mut page, &[C(' '), C(' '), C(' '), Key::Up, Key::Up, C(' ')]);
        assert_eq!(page.selected, BTreeSet::from(["WEBWEBWEBW".to_owned()]));
        press(&mut page, &[Key::Home, C(' ')]);
        assert!(
            page.notice
                .as_deref()
                .is_some_and(|notice| notice.contains("keyward logout"))
        );
        assert!(!page.selected.contains("KWCURRENT1"));
    }

    #[test]
    fn a_selects_all_shown_and_then_none_of_them() {
        let mut page = page();
        press(&mut page, &[C('i'), C('a')]);
        assert_eq!(page.selected.len(), 1);
        press(&mut page, &[C('u'), C('a')]);
        assert_eq!(page.selected.len(), 2);
        press(&mut page, &[C('i'), C('a')]);
        assert_eq!(page.selected, BTreeSet::from(["WEBWEBWEBW".to_owned()]));
    }

    #[test]
    fn the_cursor_and_the_selection_stay_with_their_sessions() {
        let mut page = page();
        press(&mut page, &[Key::Down, Key::Down, C(' '), Key::Up]);
        assert_eq!(page.rows()[page.row].device_id, "WEBWEBWEBW");
        let mut changed = snapshot();
        changed.list.others.remove(0);
        changed.list.others.reverse();
        page.handle(Event::Listed(Box::new(changed)));
        assert_eq!(page.rows()[page.row].device_id, "WEBWEBWEBW");
        assert_eq!(page.selected.len(), 1);
        let mut gone = snapshot();
        gone.list.others.truncate(1);
        page.handle(Event::Listed(Box::new(gone)));
        assert_eq!(page.row, 1, "the cursor is inside the shorter list");
        assert!(page.selected.is_empty(), "a session that is gone is not selected");
    }

    #[test]
    fn a_wrong_password_keeps_selection_and_challenge() {
        let mut page = page();
        press(&mut page, &[C('u'), C('a'), Key::Home]);
        let both = vec!["WEBWEBWEBW".to_owned(), "OLDLAPTOPX".to_owned()];
        assert_eq!(press(&mut page, &[C('s')]), [format!("Weigh({both:?})")]);
        assert_eq!(
            press(&mut page, &[Key::Enter]),
            Vec::<String>::new(),
            "not before they are known"
        );
        page.handle(Event::Weighed(both.clone(), Ok(consequences(false))));
        assert_eq!(press(&mut page, &[Key::Enter]), [format!("SignOut({both:?})")]);
        // The challenge itself has no public constructor; what follows it is the prompt.
        page.ask_password(None);
        assert_eq!(
            press(&mut page, &[Key::Enter]),
            Vec::<String>::new(),
            "nothing was typed"
        );
        type_in(&mut page, "wrong");
        assert_eq!(press(&mut page, &[Key::Enter]), ["authorise wrong"]);
        assert_eq!(
            press(&mut page, &[Key::Enter, Key::Escape]),
            Vec::<String>::new(),
            "it is under way"
        );

        let effects = page.handle(Event::SignedOut(Err(AuthError::WrongPassword.into())));
        assert!(effects.is_empty(), "the sign-out is kept: {effects:?}");
        assert_eq!(page.selected.len(), 2);
        let Some(Dialog::SignOut {
            device_ids,
            stage: SignOutStage::Password { input, complaint, busy },
        }) = &page.dialog
        else {
            panic!("{:?}", page.dialog)
        };
        assert_eq!(*device_ids, both);
        assert_eq!((input.text(), *busy), ("", false));
        assert!(
            complaint
                .as_deref()
                .is_some_and(|complaint| complaint.contains("wrong"))
        );

        type_in(&mut page, "right");
        assert_eq!(press(&mut page, &[Key::Enter]), ["authorise right"]);
        let effects = page.handle(Event::SignedOut(Ok(())));
        assert_eq!(
            effects.iter().map(in_short).collect::<Vec<_>>(),
            ["AbandonSignOut", "Refresh"]
        );
        assert_eq!(page.notice.as_deref(), Some("Signed out of 2 sessions."));
        assert!(page.selected.is_empty() && page.dialog.is_none());
    }

    #[test]
    fn a_refusal_or_a_broken_connection_is_said_and_the_selection_stays() {
        for (error, asks_again) in [
            (SignOutError::Auth(AuthError::Server(ServerError::Unreachable)), true),
            (SignOutError::Auth(AuthError::Unsupported { stages: Vec::new() }), false),
        ] {
            let mut page = page();
            press(&mut page, &[C('u'), C('a'), C('s')]);
            page.ask_password(None);
            page.handle(Event::SignedOut(Err(error)));
            assert_eq!(page.dialog.is_some(), asks_again);
            assert_eq!(page.notice.is_some(), !asks_again);
            assert_eq!(page.selected.len(), 2);
        }
    }

    #[test]
    fn escape_at_the_password_forgets_the_challenge_and_keeps_the_selection() {
        let mut page = page();
        press(&mut page, &[C('u'), C('a'), C('s')]);
        page.ask_password(None);
        assert_eq!(press(&mut page, &[Key::Escape]), ["AbandonSignOut"]);
        assert_eq!((page.selected.len(), page.dialog.is_none()), (2, true));
    }

    #[test]
    fn this_session_is_not_signed_out_from_here() {
        let mut page = page();
        press(&mut page, &[C('s')]);
        page.handle(Event::Weighed(vec!["KWCURRENT1".to_owned()], Ok(consequences(true))));
        assert_eq!(press(&mut page, &[Key::Enter, C('y')]), Vec::<String>::new());
        press(&mut page, &[Key::Escape]);
        assert!(page.dialog.is_none());
    }

    #[test]
    fn consequences_of_another_selection_are_not_shown() {
        let mut page = page();
        press(&mut page, &[Key::Down, C('s')]);
        page.handle(Event::Weighed(vec!["WEBWEBWEBW".to_owned()], Ok(consequences(false))));
        assert!(matches!(
            page.dialog,
            Some(Dialog::SignOut {
                stage: SignOutStage::Weighing,
                ..
            })
        ));
    }

    #[test]
    fn rename_keeps_what_was_typed_when_it_fails() {
        let mut page = page();
        press(&mut page, &[Key::Down, C('r'), Key::ClearLine]);
        page.handle(Event::Paste("My\u{1b} phone\n".to_owned()));
        assert_eq!(press(&mut page, &[Key::Enter]), ["rename PHONEPHONE My phone"]);
        assert_eq!(
            press(&mut page, &[Key::Enter, C('x')]),
            Vec::<String>::new(),
            "it is under way"
        );
        page.handle(Event::Renamed(Err("too long".to_owned())));
        let Some(Dialog::Rename {
            input,
            complaint,
            busy: false,
            ..
        }) = &page.dialog
        else {
            panic!("{:?}", page.dialog)
        };
        assert_eq!((input.text(), complaint.as_deref()), ("My phone", Some("too long")));
        press(&mut page, &[Key::Enter]);
        assert!(matches!(page.handle(Event::Renamed(Ok(())))[..], [Effect::Refresh]));
        assert!(page.dialog.is_none());
    }

    #[test]
    fn push_is_switched_to_the_other_state_where_it_can_be() {
        let mut page = page();
        assert_eq!(press(&mut page, &[C('p')]), Vec::<String>::new());
        assert!(
            page.notice
                .as_deref()
                .is_some_and(|notice| notice.contains("cannot be switched"))
        );
        assert_eq!(press(&mut page, &[Key::Down, C('p')]), ["push PHONEPHONE false"]);
        let mut off = snapshot();
        off.list.others[0].push = Push::Off;
        page.handle(Event::Listed(Box::new(off)));
        assert_eq!(press(&mut page, &[C('p')]), ["push PHONEPHONE true"]);
    }

    #[test]
    fn a_new_login_is_acknowledged_or_signed_out() {
        let mut page = page();
        assert_eq!(
            press(&mut page, &[C('y'), C('n')]),
            Vec::<String>::new(),
            "nothing is new"
        );
        let mut new = snapshot();
        new.new_logins = vec![new_login("WEBWEBWEBW", "Web")];
        page.handle(Event::Listed(Box::new(new)));
        assert_eq!(press(&mut page, &[C('y')]), ["Acknowledge([\"WEBWEBWEBW\"])"]);
        press(&mut page, &[Key::Down, C(' ')]);
        assert_eq!(press(&mut page, &[C('n')]), ["Weigh([\"WEBWEBWEBW\"])"], "it alone");
    }

    #[test]
    fn details_close_when_their_session_goes() {
        let mut page = page();
        assert_eq!(press(&mut page, &[Key::Down, Key::Enter]), ["History(\"PHONEPHONE\")"]);
        let mut gone = snapshot();
        gone.list.others.remove(0);
        page.handle(Event::Listed(Box::new(gone)));
        assert!(page.dialog.is_none());
        assert!(page.notice.as_deref().is_some_and(|notice| notice.contains("gone")));
    }

    #[test]
    fn details_lead_to_every_action() {
        for (key, expected) in [('s', "Weigh([\"WEBWEBWEBW\"])"), ('v', "Verify(Some(\"WEBWEBWEBW\"))")] {
            let mut page = page();
            press(&mut page, &[Key::Down, Key::Down, Key::Enter]);
            assert_eq!(press(&mut page, &[C(key)]), [expected]);
        }
        let mut page = page();
        press(&mut page, &[Key::Down, Key::Enter]);
        assert_eq!(press(&mut page, &[C('p')]), ["push PHONEPHONE false"]);
    }

    #[test]
    fn a_verification_by_emoji_goes_from_question_to_done() {
        let mut page = page();
        assert_eq!(
            press(&mut page, &[Key::Down, Key::Down, C('v')]),
            ["Verify(Some(\"WEBWEBWEBW\"))"]
        );
        let ready = VerificationState::Ready {
            emoji: true,
            show_qr: false,
            scan_qr: false,
        };
        for (state, key, expected) in [
            (ready, C('e'), vec!["Verification(Emoji)"]),
            (VerificationState::Waiting, C('y'), vec![]),
            (VerificationState::Decimals { decimals: [1, 2, 3] }, C('x'), vec![]),
            (
                VerificationState::Decimals { decimals: [1, 2, 3] },
                C('y'),
                vec!["Verification(Confirm)"],
            ),
            (VerificationState::Confirmed, C('y'), vec![]),
            (VerificationState::Done, C('x'), vec!["EndVerification", "Refresh"]),
        ] {
            page.handle(Event::Verification(Ok(state.clone())));
            assert_eq!(press(&mut page, &[key]), expected, "{state:?}");
        }
        assert!(page.dialog.is_none());
        assert_eq!(page.notice.as_deref(), Some("Verified."));
    }

    #[test]
    fn every_question_of_a_verification_has_its_answers() {
        let decimals = VerificationState::Decimals { decimals: [1, 2, 3] };
        for (state, key, expected) in [
            (VerificationState::Requested, Key::Enter, "Verification(Accept)"),
            (VerificationState::Requested, C('n'), "Verification(Cancel)"),
            (decimals.clone(), C('n'), "Verification(Mismatch)"),
            (decimals, Key::Escape, "Verification(Cancel)"),
            (VerificationState::Scanned, C('y'), "Verification(Confirm)"),
            (VerificationState::Scanned, C('n'), "Verification(Cancel)"),
            (VerificationState::Waiting, Key::Escape, "Verification(Cancel)"),
        ] {
            let mut page = page();
            page.handle(Event::Asked(Some("WEBWEBWEBW".to_owned())));
            page.handle(Event::Verification(Ok(state.clone())));
            assert_eq!(press(&mut page, &[key]), [expected], "{state:?}");
            let again = press(&mut page, &[key]);
            assert!(
                again.is_empty() || key == Key::Escape || key == C('n'),
                "once is enough: {again:?}"
            );
        }
    }

    #[test]
    fn only_what_is_unverified_can_be_verified() {
        let mut page = page();
        for (row, says) in [
            (0, "verified already"),
            (1, "verified already"),
            (4, "does not support encryption"),
        ] {
            page.go_to(row);
            assert_eq!(press(&mut page, &[C('v')]), Vec::<String>::new());
            assert!(
                page.notice.as_deref().is_some_and(|notice| notice.contains(says)),
                "{row}"
            );
        }
        let mut unverified = snapshot();
        unverified.list.current.trust = Trust::Unverified;
        unverified.list.identity = IdentityStatus::NotOurs;
        page.handle(Event::Listed(Box::new(unverified)));
        assert_eq!(press(&mut page, &[Key::Home, C('v')]), ["Verify(None)"]);
    }

    #[test]
    fn a_request_waits_until_nothing_else_is_on_the_screen() {
        let mut page = page();
        press(&mut page, &[C('u'), C('a'), C('s')]);
        page.ask_password(None);
        type_in(&mut page, "half");
        page.handle(Event::Asked(Some("PHONEPHONE".to_owned())));
        assert!(matches!(page.dialog, Some(Dialog::SignOut { .. })), "nothing is lost");
        press(&mut page, &[Key::Escape]);
        let Some(Dialog::Verify { other, state, .. }) = &page.dialog else {
            panic!("{:?}", page.dialog)
        };
        assert_eq!(
            (other.as_str(), state),
            ("Element X on Pixel", &VerificationState::Requested)
        );
    }

    #[test]
    fn a_request_that_ended_before_it_was_seen_is_not_asked() {
        let mut page = page();
        press(&mut page, &[C('?')]);
        page.handle(Event::Asked(None));
        let cancelled = VerificationState::Cancelled {
            by_us: false,
            reason: CancelReason::TimedOut,
        };
        let effects = page.handle(Event::Verification(Ok(cancelled)));
        assert!(matches!(effects[..], [Effect::EndVerification]), "{effects:?}");
        press(&mut page, &[C('x')]);
        assert!(page.dialog.is_none());
    }

    #[test]
    fn a_failed_step_can_be_tried_again() {
        let mut page = page();
        page.handle(Event::Asked(None));
        assert_eq!(press(&mut page, &[C('y')]), ["Verification(Accept)"]);
        page.handle(Event::Verification(Err("unreachable".to_owned())));
        assert_eq!(press(&mut page, &[C('y')]), ["Verification(Accept)"]);
        page.handle(Event::NotVerifying("gone".to_owned()));
        assert_eq!((page.dialog.is_none(), page.notice.as_deref()), (true, Some("gone")));
    }

    #[test]
    fn a_list_ends_the_trouble() {
        let mut page = page();
        page.handle(Event::Trouble("unreachable".to_owned()));
        assert!(page.trouble.is_some());
        page.handle(Event::Listed(Box::new(snapshot())));
        assert!(page.trouble.is_none());
    }
}
