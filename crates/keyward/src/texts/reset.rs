// SPDX-License-Identifier: Apache-2.0

//! What the states of a reset say.

use super::{ActionId, FieldId, Problem, Role, Screen, Shows, Texts};
use crate::{
    auth::Challenge,
    doctor::RemedyCode,
    reset::{Consequences, Foreseen, OldBackup, Outcome, PendingReset, ResetChoices, Step, is_committed_after},
};

/// What the server asks of the person, without its addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedFor<'a> {
    /// Whether the password is one of the ways.
    pub password: bool,
    /// Whether a page in a browser is one of the ways.
    pub browser: bool,
    /// Another account has confirmed it there. Whose it should be.
    pub other_account: Option<&'a str>,
    /// The page was opened, and the answer is waited for.
    pub waiting: bool,
}

impl<'a> AskedFor<'a> {
    /// What a challenge asks of `user_id`. `waiting`: the page was opened.
    pub fn by(challenge: &Challenge, user_id: &'a str, waiting: bool) -> Self {
        Self {
            password: challenge.answerable_by_password(),
            browser: !challenge.pages().is_empty(),
            other_account: challenge.other_account.then_some(user_id),
            waiting,
        }
    }
}

/// A state of a reset, without its secrets.
#[derive(Clone, Debug)]
pub enum ResetView<'a> {
    /// Before it: what it means.
    Begin {
        /// The plan's.
        consequences: &'a Consequences,
        /// What was chosen.
        choices: ResetChoices,
        /// What is smaller and may help:
        /// [`Report::instead_of_reset`](crate::doctor::Report::instead_of_reset).
        smaller: Option<RemedyCode>,
    },
    /// It works.
    Working {
        /// What it does. `None` while nothing takes long.
        step: Option<Step>,
        /// How much of the step is done, in its own unit.
        done: u64,
        /// Of how much; 0 while that is not known.
        total: u64,
    },
    /// The new key has to be saved.
    SaveKey,
    /// The server wants an authorisation.
    Authorise(AskedFor<'a>),
    /// The other program has to take the new key over.
    HandOver {
        /// Whether there is a new key storage.
        key_storage: bool,
    },
    /// Finished.
    Done {
        /// What came of it.
        outcome: &'a Outcome,
        /// What it was begun with, unless that was another run of the app.
        before: Option<&'a Consequences>,
        /// The session is another program's.
        attached: bool,
    },
    /// It could not go on.
    Stopped {
        /// Why.
        problem: Problem,
        /// Whether the new identity is in force, if that is known.
        committed: Option<bool>,
    },
    /// It was cancelled and undone.
    Cancelled,
    /// An interrupted one waits.
    Pending(PendingReset),
}

impl Step {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::FetchOldBackup => "reset-step-fetch-old-backup",
            Self::Export => "reset-step-export",
            Self::MakeKeys => "reset-step-make-keys",
            Self::Stage => "reset-step-stage",
            Self::Bind => "reset-step-bind",
            Self::BackUp => "reset-step-back-up",
            Self::CleanUp => "reset-step-clean-up",
        }
    }
}

impl Texts {
    /// What a state of a reset says.
    pub fn reset(&self, view: &ResetView<'_>) -> Screen {
        match view {
            ResetView::Begin {
                consequences,
                choices,
                smaller,
            } => self.begin_reset(consequences, *choices, *smaller),
            ResetView::Working { step, done, total } => self.working_reset(*step, *done, *total),
            ResetView::SaveKey => self.save_key(),
            ResetView::Authorise(asked) => self.authorise(asked, "authorise-reset"),
            ResetView::HandOver { key_storage } => self.hand_over(*key_storage),
            ResetView::Done {
                outcome,
                before,
                attached,
            } => self.finished_reset(outcome, *before, *attached),
            ResetView::Stopped { problem, committed } => self.stopped_reset(problem, *committed),
            ResetView::Cancelled => self
                .screen(self.say("reset-cancelled-title"))
                .say("reset-cancelled")
                .action(ActionId::Close, Role::Primary)
                .action(ActionId::Examine, Role::Secondary)
                .done(),
            ResetView::Pending(pending) => self.pending_reset(*pending),
        }
    }

    /// What a step of a reset does.
    pub fn reset_step(&self, step: Step) -> String {
        self.say(step.message())
    }

    /// What became of the old key storage.
    pub fn old_key_storage(&self, old: OldBackup, attached: bool) -> String {
        self.say(match old {
            OldBackup::Drained => "old-storage-drained",
            OldBackup::Kept => "old-storage-kept",
            OldBackup::NotThere => "old-storage-none",
            OldBackup::Deleted => "old-storage-deleted",
            OldBackup::InTheWay if attached => "old-storage-in-the-way-of-app",
            OldBackup::InTheWay => "old-storage-in-the-way",
        })
    }

    /// What is smaller than a reset and may help; `None` where nothing is.
    pub fn smaller_than_a_reset(&self, remedy: RemedyCode) -> Option<String> {
        let message = match remedy {
            RemedyCode::NewRecoveryKey => "reset-smaller-new-key",
            RemedyCode::VerifyBySession => "reset-smaller-verify",
            RemedyCode::AskOtherSessions => "reset-smaller-ask",
            RemedyCode::InOtherProgram => "reset-smaller-other-program",
            _ => return None,
        };
        Some(self.say(message))
    }

    fn begin_reset(&self, means: &Consequences, choices: ResetChoices, smaller: Option<RemedyCode>) -> Screen {
        let attached = means.room_keys_here.is_none();
        let user = [("user", super::Argument::Name(means.user_id.clone()))];
        let (title, intro, start, role) = match means.old_identity {
            None => (
                "reset-set-up-title",
                "reset-set-up-intro",
                ActionId::SetUp,
                match smaller {
                    None => Role::Primary,
                    Some(_) => Role::Secondary,
                },
            ),
            Some(_) => (
                "reset-begin-title",
                "reset-begin-intro",
                ActionId::StartReset,
                Role::Destructive,
            ),
        };
        let mut draft = self.screen(self.say(title));
        if let Some(smaller) = smaller.and_then(|remedy| self.smaller_than_a_reset(remedy)) {
            draft = draft.paragraph(smaller);
        }
        draft = draft
            .paragraph(self.say_with(intro, &user))
            .section("heading-digital-identity", self.identity_after(means))
            .section("heading-security-key", self.security_key_after(means, choices))
            .section("heading-key-storage", self.key_storage_after(means, choices))
            .section("heading-session", self.session_after(means))
            .close_with("reset-promise")
            .field(FieldId::NewPassphrase);
        if attached && means.has_secret_storage && means.room_keys_in_backup > Some(0) && !means.backup_readable {
            draft = draft.field(FieldId::OldKey);
        }
        if means.old_identity.is_some() {
            draft = match attached {
                true => draft.field_with(FieldId::Compromised, "hint-of-app"),
                false => draft.field(FieldId::Compromised),
            };
        }
        if means.room_keys_in_backup.is_some() && !choices.compromised {
            draft = draft.field(FieldId::KeepOldKeyStorage);
        }
        if means.key_storage_off {
            draft = draft.field(FieldId::TurnOnKeyStorage);
        }
        draft = match smaller {
            Some(RemedyCode::NewRecoveryKey) => draft.action(ActionId::StartRecovery, Role::Primary),
            Some(RemedyCode::VerifyBySession | RemedyCode::AskOtherSessions) => {
                draft.action(ActionId::VerifyBySession, Role::Primary)
            }
            _ => draft,
        };
        let stays_closed = means.old_backup(choices) == Foreseen::Kept && !means.backup_readable && !attached;
        if stays_closed && means.makes_backup(choices) && means.has_secret_storage {
            draft = draft.action(ActionId::Unlock, Role::Secondary);
        }
        draft
            .action(start, role)
            .action(ActionId::Close, Role::Secondary)
            .done()
    }

    fn identity_after(&self, means: &Consequences) -> Vec<String> {
        let is_first = means.old_identity.is_none();
        let counted = |id: &str, count: u64| (count > 0).then(|| self.count(id, count));
        let contacts = match means.verified_contacts {
            Some(count) => counted("reset-means-contacts", count),
            None if is_first => None,
            None => Some(self.say("reset-means-contacts-unknown")),
        };
        let points = [
            (!is_first).then(|| self.say("reset-means-new-identity")),
            counted("reset-means-other-sessions", means.other_sessions),
            counted("reset-means-verified-sessions", means.verified_sessions),
            counted(
                "reset-means-sessions-without-encryption",
                means.sessions_without_encryption,
            ),
            contacts,
        ];
        points.into_iter().flatten().collect()
    }

    fn security_key_after(&self, means: &Consequences, choices: ResetChoices) -> Vec<String> {
        let mut points = vec![
            self.say(match (means.has_secret_storage, means.needs_old_key(choices)) {
                (true, false) => "reset-means-new-key",
                (true, true) => "reset-means-new-key-but-some",
                (false, _) => "reset-means-first-key",
            }),
        ];
        if means.other_secrets > 0 {
            let message = match means.erases(choices) {
                true => "reset-means-other-secrets-lost",
                false => "reset-means-other-secrets",
            };
            points.push(self.count(message, means.other_secrets));
        }
        points
    }

    fn key_storage_after(&self, means: &Consequences, choices: ResetChoices) -> Vec<String> {
        let stored = means.room_keys_in_backup.unwrap_or_default();
        let fate = means.old_backup(choices);
        let old = match (fate, means.room_keys_here) {
            (Foreseen::NotThere, _) => None,
            (Foreseen::Moved, _) => Some(self.say("reset-means-old-storage-deleted")),
            (Foreseen::Kept, _) if means.backup_readable => Some(self.say("reset-means-old-storage-kept")),
            (Foreseen::Kept, None) => Some(self.count("reset-means-app-old-storage-kept", stored)),
            (Foreseen::Kept, Some(_)) => Some(self.count("reset-means-old-storage-unread", stored)),
            (Foreseen::DeletedUnread, _) if means.backup_readable => {
                Some(self.count("reset-means-old-storage-gone", stored))
            }
            (Foreseen::DeletedUnread, _) => Some(self.count("reset-means-old-storage-lost", stored)),
            (Foreseen::MovedByTheApp, _) => Some(self.count("reset-means-app-old-storage-unread", stored)),
        };
        let mut points = match (means.makes_backup(choices), means.room_keys_here) {
            (false, _) => vec![self.say("reset-means-storage-off")],
            (true, Some(here)) => self.storage_of_this_session(means, here),
            (true, None) => self.storage_of_the_app(means),
        };
        points.extend(old);
        if means.older_backups > 0 {
            let message = match means.erases(choices) && means.room_keys_here.is_some() {
                true => "reset-means-older-storages-deleted",
                false => "reset-means-older-storages",
            };
            points.push(self.count(message, means.older_backups));
        }
        points
    }

    /// What the new key storage gets, where the room keys are here.
    fn storage_of_this_session(&self, means: &Consequences, here: u64) -> Vec<String> {
        match means.room_keys_in_backup {
            Some(stored) if means.backup_readable => {
                let lacking =
                    (here > 0).then(|| self.say_with("reset-means-storage-of-both", &[("lacking", here.into())]));
                let points = [
                    Some(self.count("reset-means-storage-of-old", stored)),
                    lacking,
                    Some(self.say("reset-means-history-stays")),
                ];
                points.into_iter().flatten().collect()
            }
            _ => vec![self.count("reset-means-storage-of-session", here)],
        }
    }

    /// The same where another program holds the room keys.
    fn storage_of_the_app(&self, means: &Consequences) -> Vec<String> {
        let new = match means.room_keys_in_backup {
            Some(stored) if means.backup_readable => self.count("reset-means-storage-of-old", stored),
            _ => self.say("reset-means-app-storage"),
        };
        vec![new, self.say("reset-means-app-keys")]
    }

    fn session_after(&self, means: &Consequences) -> Vec<String> {
        let attached = means.room_keys_here.is_none();
        let points = [
            (true, "reset-means-session-stays"),
            (attached, "reset-means-hand-over"),
            (means.dehydrated_device, "reset-means-dehydrated-device"),
        ];
        let points = points.into_iter().filter(|(is_so, _)| *is_so);
        points.map(|(_, message)| self.say(message)).collect()
    }

    fn working_reset(&self, step: Option<Step>, done: u64, total: u64) -> Screen {
        let draft = self.screen(self.say("reset-working-title"));
        let committed = is_committed_at(step);
        let draft = match committed {
            Some(true) => draft.say("reset-working-committed"),
            Some(false) => draft.say("reset-working-safe"),
            None => draft,
        };
        let draft = match step {
            Some(step) => draft.progress(step.message(), done, total),
            None => draft,
        };
        draft
            .action_if(committed != Some(true), ActionId::Cancel, Role::Secondary)
            .done()
    }

    /// Of a reset and of a new Security Key alike.
    pub(super) fn save_key(&self) -> Screen {
        self.screen(self.say("save-key-title"))
            .say("save-key-why")
            .say("save-key-then")
            .shows(Shows::RecoveryKey)
            .field(FieldId::RetypedKey)
            .action(ActionId::ConfirmSaved, Role::Primary)
            .action(ActionId::CopyKey, Role::Secondary)
            .action(ActionId::Cancel, Role::Secondary)
            .done()
    }

    /// What the server asks for, of a reset and of a sign-out alike. `then`: what happens when it is done.
    pub(super) fn authorise(&self, asked: &AskedFor<'_>, then: &str) -> Screen {
        let mut draft = self.screen(self.say("authorise-title"));
        if let Some(user) = asked.other_account {
            let user = [("user", super::Argument::Name(user.to_owned()))];
            draft = draft.paragraph(self.say_with("authorise-other-account", &user));
        }
        draft = match (asked.password, asked.browser) {
            (true, true) => draft.say("authorise-either"),
            (true, false) => draft.say("authorise-password"),
            (false, true) => draft.say("authorise-browser"),
            (false, false) => draft,
        };
        if asked.password {
            draft = draft.field(FieldId::Password);
        }
        draft = match asked.waiting {
            true => draft.say("authorise-waiting"),
            false => draft.say(then),
        };
        let role = |is_first| match is_first {
            true => Role::Primary,
            false => Role::Secondary,
        };
        if asked.waiting {
            draft = draft.action(ActionId::CheckNow, Role::Primary);
        }
        if asked.password {
            draft = draft.action(ActionId::Authorise, role(!asked.waiting));
        }
        if asked.browser {
            draft = draft.action(ActionId::OpenBrowser, role(!asked.waiting && !asked.password));
        }
        draft.action(ActionId::Cancel, Role::Secondary).done()
    }

    fn hand_over(&self, key_storage: bool) -> Screen {
        let draft = self.screen(self.say("hand-over-title")).say("hand-over-what");
        let draft = match key_storage {
            true => draft,
            false => draft.say("hand-over-no-storage"),
        };
        draft
            .say("hand-over-then")
            .shows(Shows::RecoveryKey)
            .action(ActionId::KeyTakenOver, Role::Primary)
            .action(ActionId::CopyKey, Role::Secondary)
            .action(ActionId::KeepOldKeyStorage, Role::Secondary)
            .done()
    }

    fn finished_reset(&self, outcome: &Outcome, before: Option<&Consequences>, attached: bool) -> Screen {
        let mut draft = self.screen(self.say("reset-done-title"));
        if let Some(old) = before.and_then(|before| before.old_identity.as_deref()) {
            draft = draft.fact("reset-done-fingerprint-before", groups_of_four(old));
        }
        draft = draft.fact("reset-done-fingerprint-now", groups_of_four(&outcome.new_identity));
        let contacts = match before {
            Some(
                Consequences { old_identity: None, .. }
                | Consequences {
                    verified_contacts: Some(0),
                    ..
                },
            ) => None,
            Some(Consequences {
                verified_contacts: Some(count),
                ..
            }) => Some(self.count("reset-done-contacts", *count)),
            _ => Some(self.say("reset-done-contacts-unknown")),
        };
        let mut key = vec![self.say("reset-done-key")];
        if matches!(outcome.old_backup, OldBackup::Kept | OldBackup::InTheWay) {
            key.push(self.say("reset-done-old-key-keep"));
        } else if before.is_some_and(|before| before.other_secrets + before.older_backups > 0) {
            key.push(self.say("reset-done-old-key-some"));
        } else if before.is_none_or(|before| before.has_secret_storage) {
            key.push(self.say("reset-done-old-key-useless"));
        }
        let storage = vec![
            self.count("reset-done-room-keys", outcome.room_keys_backed_up),
            self.old_key_storage(outcome.old_backup, attached),
        ];
        let untrusted = outcome.untrusted_sessions.len() as u64;
        let mut session = vec![self.say("reset-done-session")];
        if untrusted > 0 {
            session.push(self.count("reset-done-untrusted", untrusted));
        }
        draft = draft
            .section("heading-digital-identity", contacts.into_iter().collect())
            .section("heading-security-key", key)
            .section("heading-key-storage", storage)
            .section("heading-session", session);
        if outcome.old_backup == OldBackup::InTheWay && !attached {
            draft = draft.action(ActionId::ExportRoomKeys, Role::Secondary);
        }
        if untrusted > 0 {
            draft = draft.action(ActionId::LookAtSessions, Role::Secondary);
        }
        draft.action(ActionId::Close, Role::Primary).done()
    }

    fn stopped_reset(&self, problem: &Problem, committed: Option<bool>) -> Screen {
        let draft = self
            .screen(self.say("reset-stopped-title"))
            .paragraph(self.problem(problem));
        let committed = committed.or_else(|| is_committed_after(&problem.code));
        let draft = match committed {
            Some(false) => draft.say("reset-stopped-before"),
            Some(true) => draft.say("reset-stopped-after"),
            None => draft,
        };
        let draft = draft.what_helps(problem, Some(committed != Some(true)));
        match problem.code.as_str() {
            "reset.not_taken_over" => draft.action(ActionId::KeepOldKeyStorage, Role::Secondary).done(),
            _ => draft.done(),
        }
    }

    fn pending_reset(&self, pending: PendingReset) -> Screen {
        let draft = self.screen(self.say("reset-pending-title"));
        let draft = match pending {
            PendingReset::Staged => draft.say("reset-pending-staged"),
            PendingReset::Committed => draft.say("reset-pending-committed"),
            PendingReset::HandingOver => draft.say("reset-pending-handing-over"),
        };
        let draft = draft.action(ActionId::Resume, Role::Primary);
        let draft = match pending {
            PendingReset::Staged => draft.action(ActionId::Cancel, Role::Secondary),
            _ => draft,
        };
        draft.action(ActionId::Close, Role::Secondary).done()
    }
}

/// Whether the new identity is in force while this is done. `None`: nobody can tell by it.
fn is_committed_at(step: Option<Step>) -> Option<bool> {
    match step? {
        Step::Export | Step::MakeKeys | Step::Stage => Some(false),
        // The old backup is fetched once more after the commit, if it has grown.
        Step::FetchOldBackup => None,
        Step::Bind | Step::BackUp | Step::CleanUp => Some(true),
    }
}

/// A key as people compare it.
pub(super) fn groups_of_four(key: &str) -> String {
    let characters: Vec<char> = key.chars().filter(|character| !character.is_whitespace()).collect();
    let groups = characters.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}
