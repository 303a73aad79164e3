// SPDX-License-Identifier: Apache-2.0

//! Verifying a session, and being asked to.

use keyward::{
    sessions::{Session, Trust},
    verification::VerificationState,
};

use super::{Command, Dialog, Effect, Key, Page};
use crate::{commands::sessions::words, language::say, terminal::qr::Code};

impl Page {
    pub(super) fn verify(&mut self, session: Session) -> Vec<Effect> {
        let name = words::label(&session);
        let is_current = self.is_current(&session.device_id);
        self.notice = match session.trust {
            Trust::Verified => Some(say!("page-verified-already", name = name.as_str())),
            Trust::Unverifiable => Some(say!("page-unverifiable", name = name.as_str())),
            // The other program has the keys.
            Trust::Unverified if self.attached => Some(say!("page-verify-there")),
            Trust::Unverified => None,
        };
        // If this session is not verified, every other one looks unverified to it, and verifying any of them verifies
        // this one.
        if self.notice.is_some() {
            return Vec::new();
        }
        let other = if is_current {
            say!("one-of-your-other-sessions")
        } else {
            name
        };
        self.asked = None;
        self.verifying(other, VerificationState::Waiting);
        vec![Effect::Verify((!is_current).then_some(session.device_id))]
    }

    pub(super) fn verifying(&mut self, other: String, state: VerificationState) {
        self.dialog = Some(Dialog::Verify {
            other,
            state,
            code: None,
            complaint: None,
            busy: false,
        });
    }

    pub(super) fn verify_key(&mut self, key: Key) -> Vec<Effect> {
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
            self.notice = matches!(state, State::Done).then(|| say!("page-verified"));
            self.dialog = None;
            return vec![Effect::EndVerification, Effect::Refresh];
        }
        let command = match (&state, key) {
            (State::Requested, Key::Char('n') | Key::Escape) | (_, Key::Escape) => Command::Cancel,
            _ if *busy => return Vec::new(),
            // `v`, because it means verify in the list as well: the question may appear while the person presses keys
            // there.
            (State::Requested, Key::Char('v')) => Command::Accept,
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

    pub(super) fn verification(&mut self, result: Result<VerificationState, String>) -> Vec<Effect> {
        let Some(Dialog::Verify {
            state,
            code,
            complaint,
            busy,
            ..
        }) = &mut self.dialog
        else {
            return match result {
                // The question was not shown yet, and now there is nothing to answer.
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
            // It has ended meanwhile.
            Err(_) if state.is_final() => Vec::new(),
            Err(error) => {
                *complaint = Some(error);
                Vec::new()
            }
        }
    }

    pub(super) fn code_made(&mut self, result: Result<Option<Code>, String>) {
        let Some(Dialog::Verify {
            code, complaint, busy, ..
        }) = &mut self.dialog
        else {
            return;
        };
        *busy = false;
        match result {
            Ok(Some(made)) => *code = Some(made),
            Ok(None) => *complaint = Some(say!("verify-cannot-scan")),
            Err(error) => *complaint = Some(error),
        }
    }
}
