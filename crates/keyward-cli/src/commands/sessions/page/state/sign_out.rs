// SPDX-License-Identifier: Apache-2.0

//! Signing sessions out: consequences, password, and the pages of servers that have moved it there.

use keyward::{
    auth::{AuthError, Challenge},
    secret::Password,
    sessions::{SignOutConsequences, SignOutError, SignOutLinks},
};

use super::{Dialog, Effect, Key, Page, SignOutStage, edit};
use crate::{
    language::{say, texts},
    terminal::input::Input,
};

impl Page {
    /// Signs the selected sessions out, else the one under the cursor.
    pub(super) fn sign_out(&mut self) -> Vec<Effect> {
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

    pub(super) fn weigh(&mut self, device_ids: Vec<String>) -> Vec<Effect> {
        if device_ids.is_empty() {
            return Vec::new();
        }
        self.dialog = Some(Dialog::SignOut {
            device_ids: device_ids.clone(),
            stage: SignOutStage::Weighing,
        });
        vec![Effect::Weigh(device_ids)]
    }

    pub(super) fn weighed(&mut self, of: &[String], result: Result<SignOutConsequences, String>) {
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

    pub(super) fn sign_out_key(&mut self, key: Key, device_ids: Vec<String>, stage: SignOutStage) -> Vec<Effect> {
        let mut effects = Vec::new();
        let stage = match (stage, key) {
            // Wait for the answer: until it arrives it is not known whether they are signed out.
            (stage @ SignOutStage::Password { busy: true, .. }, _) => stage,
            (SignOutStage::Password { complaint: None, .. }, Key::Escape) => {
                self.notice = Some(say!("page-nobody-signed-out"));
                return vec![Effect::AbandonSignOut];
            }
            // An answer may be lost or under way, and some of several links may be done, so the list is requested
            // again.
            (
                SignOutStage::Asking
                | SignOutStage::Password { .. }
                | SignOutStage::Browser { .. }
                | SignOutStage::Links(_),
                Key::Escape,
            ) => {
                self.notice = Some(say!("page-sign-out-stopped"));
                return vec![Effect::AbandonSignOut, Effect::Refresh];
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

    pub(super) fn challenged(&mut self, result: Result<Option<Challenge>, SignOutError>) -> Vec<Effect> {
        match result {
            Ok(None) => self.done(),
            Ok(Some(challenge)) if challenge.answerable_by_password() => {
                self.ask_password(None);
                Vec::new()
            }
            Ok(Some(challenge)) => match challenge.pages().first() {
                Some(stage) => self.ask_in_browser(stage.page.clone(), challenge.other_account),
                None => {
                    let stages = challenge.unsupported().into_iter().map(str::to_owned).collect();
                    self.give_up(AuthError::Unsupported { stages }.into())
                }
            },
            Err(error) => self.give_up(error),
        }
    }

    fn ask_in_browser(&mut self, page: String, other_account: bool) -> Vec<Effect> {
        let Some(Dialog::SignOut { stage, .. }) = &mut self.dialog else {
            return Vec::new();
        };
        *stage = SignOutStage::Browser { page, other_account };
        vec![Effect::AuthoriseInBrowser]
    }

    pub(super) fn signed_out(&mut self, result: Result<Option<Challenge>, SignOutError>) -> Vec<Effect> {
        match result {
            Ok(None) => self.done(),
            Ok(Some(challenge)) => self.challenged(Ok(Some(challenge))),
            Err(SignOutError::Auth(error @ (AuthError::WrongPassword | AuthError::Request(_))))
                if self.asks_for_password() =>
            {
                self.ask_password(Some(texts().error(&error)));
                Vec::new()
            }
            Err(error) => self.give_up(error),
        }
    }

    fn asks_for_password(&self) -> bool {
        matches!(
            &self.dialog,
            Some(Dialog::SignOut {
                stage: SignOutStage::Password { .. },
                ..
            })
        )
    }

    pub(super) fn ask_password(&mut self, complaint: Option<String>) {
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
        // Some of them may be signed out.
        vec![Effect::AbandonSignOut, Effect::Refresh]
    }
}

pub(super) fn signed_out_of(number: usize) -> String {
    say!("sign-out-done", count = number as u64)
}
