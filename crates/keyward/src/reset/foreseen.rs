// SPDX-License-Identifier: Apache-2.0

//! What a reset will do with what is old, as far as it is known before: what people are told. Pure. `steps/clean_up` does it; a
//! test there compares the two.

use super::Consequences;

/// What a person has chosen, as far as it changes what a reset means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResetChoices {
    /// [`ResetOptions::compromised`](super::ResetOptions::compromised)
    pub compromised: bool,
    /// [`OldBackupPolicy::Keep`](super::OldBackupPolicy::Keep). An account that is compromised keeps nothing on purpose.
    pub keep_old_backup: bool,
    /// [`ResetOptions::turn_on_key_storage`](super::ResetOptions::turn_on_key_storage)
    pub turn_on_key_storage: bool,
}

/// What becomes of the old key backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreseen {
    NotThere,
    /// All of it goes into the new one; then it is deleted.
    Moved,
    /// The same, if the other program does it; else it is kept.
    MovedByTheApp,
    Kept,
    DeletedUnread,
}

impl Consequences {
    /// Whether there will be a new key backup.
    pub(crate) fn makes_backup(&self, choices: ResetChoices) -> bool {
        !self.key_storage_off || choices.turn_on_key_storage
    }

    pub(crate) fn old_backup(&self, choices: ResetChoices) -> Foreseen {
        let makes_new = self.makes_backup(choices);
        let is_attached = self.room_keys_here.is_none();
        match self.room_keys_in_backup {
            None => Foreseen::NotThere,
            Some(_) if choices.keep_old_backup && !choices.compromised => Foreseen::Kept,
            Some(_) if makes_new && self.backup_readable => Foreseen::Moved,
            Some(_) if is_attached && makes_new => Foreseen::MovedByTheApp,
            Some(_) if choices.compromised && !is_attached => Foreseen::DeletedUnread,
            Some(_) => Foreseen::Kept,
        }
    }

    /// Whether the old key backup stays, or may stay.
    fn old_backup_stays(&self, choices: ResetChoices) -> bool {
        matches!(self.old_backup(choices), Foreseen::Kept | Foreseen::MovedByTheApp)
    }

    /// Whether everything that the old key opens is deleted.
    pub(crate) fn erases(&self, choices: ResetChoices) -> bool {
        choices.compromised && !self.old_backup_stays(choices)
    }

    /// Whether the old key opens something afterwards that the new one does not, or may.
    pub(crate) fn needs_old_key(&self, choices: ResetChoices) -> bool {
        let has_more = self.other_secrets + self.older_backups > 0;
        self.old_backup_stays(choices) || !self.erases(choices) && has_more
    }
}
