// SPDX-License-Identifier: Apache-2.0

//! What the states of a new Security Key say, and what a key opens.

use super::{ActionId, Argument, FieldId, Problem, Role, Screen, Texts};
use crate::{
    recovery::{KeyCheck, RecoveryOutcome, RecoveryStep},
    reset::PendingReset,
    secret_storage::{BACKUP, CROSS_SIGNING, in_use::DEHYDRATED_SECRET},
};

/// A state of making a new Security Key, without the key.
#[derive(Clone, Debug)]
pub enum RecoveryView<'a> {
    /// Before it: what it means.
    Begin {
        /// Whose account it is.
        user_id: &'a str,
        /// Whether the new key will open the key storage, as far as that is known.
        opens_backup: Option<bool>,
        /// The session is another program's: the old key has to be typed.
        attached: bool,
    },
    /// It works.
    Working(Option<RecoveryStep>),
    /// The new key has to be saved.
    SaveKey,
    /// The new key is in force.
    Done(&'a RecoveryOutcome),
    /// It could not go on.
    Stopped {
        /// Why.
        problem: Problem,
        /// Whether it can only go forward, if that is known.
        committed: Option<bool>,
    },
    /// It was cancelled and undone.
    Cancelled,
    /// An interrupted one waits.
    Pending(PendingReset),
}

/// What a key opens.
#[derive(Clone, Debug)]
pub struct CheckView<'a> {
    /// What was found.
    pub check: &'a KeyCheck,
    /// The session is another program's, which alone can make a new key.
    pub attached: bool,
}

impl RecoveryStep {
    fn message(self) -> &'static str {
        match self {
            Self::MakeKey => "recovery-step-make-key",
            Self::Stage => "recovery-step-stage",
            Self::Switch => "recovery-step-switch",
            Self::CleanUp => "recovery-step-clean-up",
        }
    }
}

impl Texts {
    /// What a state of making a new Security Key says.
    pub fn recovery(&self, view: &RecoveryView<'_>) -> Screen {
        match view {
            RecoveryView::Begin {
                user_id,
                opens_backup,
                attached,
            } => self.begin_recovery(user_id, *opens_backup, *attached),
            RecoveryView::Working(step) => {
                // After a pause nobody can tell by it.
                let committed = step.map(|step| step >= RecoveryStep::Switch);
                let draft = self.screen(self.say("recovery-working-title"));
                let draft = match committed {
                    Some(true) => draft.say("recovery-working-committed"),
                    Some(false) => draft.say("recovery-working-safe"),
                    None => draft,
                };
                let draft = match step {
                    Some(step) => draft.progress(step.message(), 0, 0),
                    None => draft,
                };
                draft
                    .action_if(committed != Some(true), ActionId::Cancel, Role::Secondary)
                    .done()
            }
            RecoveryView::SaveKey => self.save_key(),
            RecoveryView::Done(outcome) => self.finished_recovery(outcome),
            RecoveryView::Stopped { problem, committed } => {
                let draft = self
                    .screen(self.say("recovery-stopped-title"))
                    .paragraph(self.problem(problem));
                let draft = match committed {
                    Some(false) => draft.say("recovery-stopped-before"),
                    Some(true) => draft.say("recovery-stopped-after"),
                    None => draft,
                };
                draft.what_helps(problem, Some(*committed != Some(true))).done()
            }
            RecoveryView::Cancelled => self
                .screen(self.say("recovery-cancelled-title"))
                .say("recovery-cancelled")
                .action(ActionId::Close, Role::Primary)
                .action(ActionId::Examine, Role::Secondary)
                .done(),
            RecoveryView::Pending(pending) => {
                let may_cancel = *pending == PendingReset::Staged;
                let draft = self.screen(self.say("recovery-pending-title"));
                let draft = match may_cancel {
                    true => draft.say("recovery-pending-staged"),
                    false => draft.say("recovery-pending-committed"),
                };
                let draft = draft.action(ActionId::Resume, Role::Primary);
                let draft = match may_cancel {
                    true => draft.action(ActionId::Cancel, Role::Secondary),
                    false => draft,
                };
                draft.action(ActionId::Close, Role::Secondary).done()
            }
        }
    }

    /// What a step of making a new Security Key does.
    pub fn recovery_step(&self, step: RecoveryStep) -> String {
        self.say(step.message())
    }

    fn begin_recovery(&self, user_id: &str, opens_backup: Option<bool>, attached: bool) -> Screen {
        let user = [("user", Argument::Name(user_id.to_owned()))];
        let storage = opens_backup.map(|opens| {
            self.say(match opens {
                true => "recovery-means-storage-stays",
                false => "recovery-means-storage-closed",
            })
        });
        let draft = self
            .screen(self.say("recovery-begin-title"))
            .paragraph(self.say_with("recovery-begin-intro", &user))
            .section("heading-security-key", vec![self.say("recovery-means-key")])
            .section("heading-digital-identity", vec![self.say("recovery-means-identity")])
            .section("heading-key-storage", storage.into_iter().collect())
            .close_with("recovery-promise");
        let draft = match attached {
            true => draft.field_with(FieldId::OldKey, "hint-of-new-key"),
            false => draft,
        };
        draft
            .field(FieldId::NewPassphrase)
            .action(ActionId::StartRecovery, Role::Primary)
            .action_if(opens_backup == Some(false), ActionId::Unlock, Role::Secondary)
            .action(ActionId::Close, Role::Secondary)
            .done()
    }

    fn finished_recovery(&self, outcome: &RecoveryOutcome) -> Screen {
        let is_closed = outcome.opens_backup == Some(false);
        let old = match outcome.old_key_opens.is_empty() {
            true => "recovery-done-old-key-useless",
            false => "recovery-done-old-key-keep",
        };
        let only_old = outcome.old_key_opens.iter();
        self.screen(self.say("recovery-done-title"))
            .section(
                "heading-security-key",
                vec![self.say("recovery-done-key"), self.say(old)],
            )
            .section(
                "heading-only-old-key-opens",
                only_old.map(|name| self.old_secret(name, is_closed)).collect(),
            )
            .section(
                "heading-key-storage",
                is_closed
                    .then(|| self.say("recovery-done-storage-closed"))
                    .into_iter()
                    .collect(),
            )
            .section("heading-digital-identity", vec![self.say("recovery-done-identity")])
            .action(ActionId::Close, Role::Primary)
            .done()
    }

    /// A secret that only the old key opens, by its event type.
    fn old_secret(&self, name: &str, is_closed: bool) -> String {
        match name {
            // Nobody can see of which one the key is.
            BACKUP if is_closed => self.say("recovery-old-opens-storage-or-earlier"),
            BACKUP => self.say("recovery-old-opens-earlier-storage"),
            DEHYDRATED_SECRET => self.say("recovery-old-opens-dehydrated-device"),
            name => self.say_with(
                "recovery-old-opens-other-program",
                &[("name", Argument::Name(name.to_owned()))],
            ),
        }
    }

    /// What a key opens.
    pub fn key_check(&self, view: &CheckView<'_>) -> Screen {
        let check = view.check;
        let is_whole = check.does_not_open.is_empty() && check.missing.is_empty();
        self.screen(self.say("check-title"))
            .say(match check.default {
                true => "check-is-default",
                false => "check-is-not-default",
            })
            .section("heading-it-opens", self.secrets(&check.opens))
            .section("heading-it-does-not-open", self.secrets(&check.does_not_open))
            .section("heading-not-in-secret-storage", self.secrets(&check.missing))
            .close_with(match (check.default, is_whole, view.attached) {
                (true, true, _) => "check-opens-all",
                (false, true, _) => "check-opens-all-not-default",
                (_, false, false) => "check-opens-some",
                (_, false, true) => "check-opens-some-elsewhere",
            })
            .action_if(!is_whole && !view.attached, ActionId::StartRecovery, Role::Secondary)
            .action(ActionId::Close, Role::Primary)
            .done()
    }

    /// Secrets as people know them. The three of the digital identity are one thing for them, unless they differ.
    fn secrets(&self, secrets: &[String]) -> Vec<String> {
        const WORDS: [&str; 3] = ["secret-master", "secret-self-signing", "secret-user-signing"];
        let has = |name: &str| secrets.iter().any(|secret| secret == name);
        let mut messages = match CROSS_SIGNING.iter().all(|name| has(name)) {
            true => vec!["secret-identity"],
            false => {
                let some = CROSS_SIGNING.iter().zip(WORDS).filter(|(name, _)| has(name));
                some.map(|(_, words)| words).collect()
            }
        };
        if has(BACKUP) {
            messages.push("secret-key-storage");
        }
        messages.into_iter().map(|message| self.say(message)).collect()
    }
}
