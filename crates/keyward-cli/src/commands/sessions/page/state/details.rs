// SPDX-License-Identifier: Apache-2.0

//! One session: its details, its name, its push notifications.

use keyward::sessions::{LedgerEntry, Push, Session};

use super::{Dialog, Effect, Key, PAGE, Page, edit};
use crate::{commands::sessions::words, language::say, terminal::input::Input};

impl Page {
    pub(super) fn open_details(&mut self, session: Session) -> Vec<Effect> {
        let device_id = session.device_id;
        self.dialog = Some(Dialog::Details {
            device_id: device_id.clone(),
            entry: None,
            scroll: 0,
        });
        vec![Effect::History(device_id)]
    }

    pub(super) fn details_key(
        &mut self,
        key: Key,
        device_id: String,
        entry: Option<LedgerEntry>,
        scroll: usize,
    ) -> Vec<Effect> {
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

    pub(super) fn open_rename(&mut self, session: Session) -> Vec<Effect> {
        self.dialog = Some(Dialog::Rename {
            // The input keeps control characters out, so the name is cleaned by being put into it.
            input: Input::new(session.name.as_deref().unwrap_or_default()),
            session: Box::new(session),
            complaint: None,
            busy: false,
        });
        Vec::new()
    }

    pub(super) fn rename_key(
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

    pub(super) fn renamed(&mut self, result: Result<(), String>) -> Vec<Effect> {
        match (result, &mut self.dialog) {
            (Ok(()), dialog) => {
                if matches!(dialog, Some(Dialog::Rename { busy: true, .. })) {
                    *dialog = None;
                }
                self.notice = Some(say!("page-renamed"));
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

    pub(super) fn switch_push(&mut self, session: Session) -> Vec<Effect> {
        let on = match session.push {
            Push::Off => true,
            Push::On => false,
            Push::Unsupported => {
                self.notice = Some(say!("sessions-push-unsupported", name = words::label(&session)));
                return Vec::new();
            }
        };
        vec![Effect::SetPush(Box::new(session), on)]
    }
}
