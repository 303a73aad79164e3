// SPDX-License-Identifier: Apache-2.0

//! What the states of a verification say, and of unlocking: this session is verified with the Security Key or Phrase.

use super::{ActionId, Argument, FieldId, Problem, Role, Screen, Shows, Texts};
use crate::verification::{CancelReason, VerificationState};

/// A state of a verification.
#[derive(Clone, Debug)]
pub enum VerificationView<'a> {
    /// What the verification says of itself. Which emoji or numbers it shows is the app's to draw.
    At(&'a VerificationState),
    /// The QR code is shown.
    ShowingCode {
        /// Whether emoji can be compared instead.
        emoji: bool,
    },
    /// The other session's QR code is scanned.
    Scanning {
        /// Whether emoji can be compared instead.
        emoji: bool,
    },
    /// It could not go on, and tries again by itself.
    Stopped(Problem),
}

/// A state of unlocking.
#[derive(Clone, Debug)]
pub enum UnlockView {
    /// Something has to be typed. What went wrong the last time, if it was tried.
    Enter(Option<Problem>),
    /// It works.
    Working,
    /// This session is verified.
    Done {
        /// Whether the key storage is open.
        key_backup: bool,
    },
}

impl Texts {
    /// What a state of a verification says. `other`: the name of the other session, if it is known.
    pub fn verification(&self, view: &VerificationView<'_>, other: Option<&str>) -> Screen {
        let other = match other {
            Some(name) => Argument::Name(name.to_owned()),
            None => Argument::Text(self.say("verify-the-other-session")),
        };
        let say = |id: &str| self.say_with(id, &[("other", other.clone())]);
        let screen = || self.screen(self.say("verify-title"));
        let asking = |id: &str| screen().paragraph(say(id));
        let state = match view {
            VerificationView::At(state) => *state,
            VerificationView::ShowingCode { emoji } => {
                let draft = asking("verify-show-code");
                let draft = match emoji {
                    true => draft
                        .say("verify-show-code-alternative")
                        .action(ActionId::CompareEmoji, Role::Secondary),
                    false => draft,
                };
                return draft
                    .shows(Shows::QrCode)
                    .action(ActionId::Cancel, Role::Secondary)
                    .done();
            }
            VerificationView::Scanning { emoji } => {
                return asking("verify-only-scan")
                    .shows(Shows::Camera)
                    .action_if(*emoji, ActionId::CompareEmoji, Role::Secondary)
                    .action(ActionId::Cancel, Role::Secondary)
                    .done();
            }
            VerificationView::Stopped(problem) => {
                return self
                    .screen(self.say("verify-stopped-title"))
                    .paragraph(self.problem(problem))
                    .what_helps(problem, Some(true))
                    .done();
            }
        };
        match state {
            VerificationState::Waiting => asking("verify-waiting")
                .action(ActionId::Cancel, Role::Secondary)
                .done(),
            VerificationState::Requested => asking("verify-requested")
                .action(ActionId::Accept, Role::Primary)
                .action(ActionId::Decline, Role::Secondary)
                .done(),
            VerificationState::Ready {
                emoji,
                show_qr,
                scan_qr,
            } => {
                let ways = [
                    (*emoji, ActionId::CompareEmoji, Role::Primary),
                    (*show_qr, ActionId::ShowCode, Role::Secondary),
                    (*scan_qr, ActionId::ScanCode, Role::Secondary),
                ];
                let possible = ways.iter().filter(|(is_possible, ..)| *is_possible);
                let draft = match (possible.clone().count(), scan_qr) {
                    (0, _) => screen().paragraph(self.cancel_reason(CancelReason::UnknownMethod)),
                    (1, true) => asking("verify-only-scan"),
                    (1, false) => asking("verify-ready"),
                    _ => asking("verify-how"),
                };
                let draft = possible.fold(draft, |draft, (_, id, role)| draft.action(*id, *role));
                draft.action(ActionId::Cancel, Role::Secondary).done()
            }
            VerificationState::Emoji { .. } => asking("verify-emoji")
                .say("verify-time-limit")
                .shows(Shows::Emoji)
                .action(ActionId::TheyMatch, Role::Primary)
                .action(ActionId::TheyDiffer, Role::Destructive)
                .action(ActionId::Cancel, Role::Secondary)
                .done(),
            VerificationState::Decimals { .. } => asking("verify-numbers")
                .say("verify-time-limit")
                .shows(Shows::Numbers)
                .action(ActionId::TheyMatch, Role::Primary)
                .action(ActionId::TheyDiffer, Role::Destructive)
                .action(ActionId::Cancel, Role::Secondary)
                .done(),
            VerificationState::Scanned => asking("verify-scanned")
                .action(ActionId::ItWorked, Role::Primary)
                .action(ActionId::ItFailed, Role::Destructive)
                .action(ActionId::Cancel, Role::Secondary)
                .done(),
            VerificationState::Confirmed => asking("verify-confirmed")
                .action(ActionId::Cancel, Role::Secondary)
                .done(),
            VerificationState::Done => self
                .screen(self.say("verify-done-title"))
                .say("verify-done")
                .action(ActionId::Close, Role::Primary)
                .done(),
            VerificationState::Cancelled { reason, .. } => {
                let draft = self
                    .screen(self.say("verify-cancelled-title"))
                    .paragraph(self.cancel_reason(*reason));
                let draft = match reason {
                    CancelReason::MismatchedCommitment
                    | CancelReason::KeyMismatch
                    | CancelReason::UserMismatch
                    | CancelReason::SessionGone => draft.action(ActionId::LookAtSessions, Role::Primary),
                    CancelReason::AcceptedElsewhere => draft,
                    _ => draft.action(ActionId::Verify, Role::Primary),
                };
                draft.action(ActionId::Close, Role::Secondary).done()
            }
        }
    }

    /// Why a verification was cancelled, and what to do next.
    pub fn cancel_reason(&self, reason: CancelReason) -> String {
        self.say(&format!("cancelled-{}", reason.kind()))
    }

    /// The name of an emoji of a comparison, by its index of six bits: for those who cannot see it.
    pub fn emoji_name(&self, index: u8) -> String {
        self.say(&format!("emoji-{}", index & 0x3f))
    }

    /// What a state of unlocking says.
    pub fn unlock(&self, view: &UnlockView) -> Screen {
        match view {
            UnlockView::Enter(problem) => {
                let draft = self.screen(self.say("unlock-title"));
                let draft = match problem {
                    Some(problem) => draft.paragraph(self.problem(problem)),
                    None => draft,
                };
                draft
                    .say("unlock-how")
                    .say("unlock-lost")
                    .field(FieldId::RecoveryKey)
                    .field(FieldId::Passphrase)
                    .action(ActionId::Unlock, Role::Primary)
                    .action(ActionId::VerifyBySession, Role::Secondary)
                    .action(ActionId::LostKey, Role::Secondary)
                    .action(ActionId::Close, Role::Secondary)
                    .done()
            }
            UnlockView::Working => self
                .screen(self.say("unlock-title"))
                .progress("unlock-working", 0, 0)
                .done(),
            UnlockView::Done { key_backup } => self
                .screen(self.say("unlock-done-title"))
                .say(match key_backup {
                    true => "unlock-done-storage",
                    false => "unlock-done-without-storage",
                })
                .action(ActionId::Close, Role::Primary)
                .done(),
        }
    }
}
