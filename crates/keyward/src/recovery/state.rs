// SPDX-License-Identifier: Apache-2.0

//! Making a new key as a pure state machine: what comes next, and what the server's state means for it. No I/O, no clock, no
//! randomness.

use serde::{Deserialize, Serialize};

use crate::account::FlowState;

/// How far it is. Only ever grows, and is written down before the next step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Phase {
    /// The key is made and journalled; the server knows nothing.
    Prepared,
    /// The secrets stand under the new key, beside the old entries.
    Staged,
    /// The person has saved the new key.
    Confirmed,
    /// A request that makes the new key the default may be under way: the commit point.
    Switching,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Write the secrets under the new key.
    Stage,
    /// Show the key and wait until it is saved.
    ShowKey,
    /// Look a last time whether everything is as it was, and make the new key the default.
    Switch,
    /// See that the new key is the default, and remove what is under the old one.
    Finish,
}

pub(super) fn next(phase: Phase) -> Action {
    match phase {
        Phase::Prepared => Action::Stage,
        Phase::Staged => Action::ShowKey,
        Phase::Confirmed => Action::Switch,
        Phase::Switching => Action::Finish,
    }
}

/// Whether it can only go forward.
pub(super) fn is_committed(phase: Phase) -> bool {
    phase == Phase::Switching
}

/// What every version can read of the phase.
pub(super) fn flow_state(phase: Phase) -> FlowState {
    match is_committed(phase) {
        true => FlowState::Committed,
        false => FlowState::Staged,
    }
}

/// Whose key the default is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DefaultKey {
    /// The one that was the default before, or none as before.
    Before,
    /// The new one.
    New,
    /// Another: another client has made it.
    Other,
}

/// Which key the server names, where `before` was the default and `new` is to become it.
pub(super) fn default_key(named: Option<&str>, before: Option<&str>, new: &str) -> DefaultKey {
    match named {
        Some(named) if named == new => DefaultKey::New,
        named if named == before => DefaultKey::Before,
        // Blank: another client has begun a reset and cancelled it. No key is lost with it.
        None => DefaultKey::Before,
        Some(_) => DefaultKey::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_key_that_is_neither_old_nor_new_is_another_client_s() {
        for (named, before, expected) in [
            (Some("new"), Some("old"), DefaultKey::New),
            (Some("new"), None, DefaultKey::New),
            (Some("old"), Some("old"), DefaultKey::Before),
            (None, None, DefaultKey::Before),
            (None, Some("old"), DefaultKey::Before),
            (Some("third"), Some("old"), DefaultKey::Other),
            (Some("third"), None, DefaultKey::Other),
        ] {
            assert_eq!(default_key(named, before, "new"), expected, "{named:?} {before:?}");
        }
    }

    #[test]
    fn nothing_is_committed_before_the_first_request_that_switches() {
        let phases = [Phase::Prepared, Phase::Staged, Phase::Confirmed, Phase::Switching];
        for phase in phases {
            assert_eq!(is_committed(phase), next(phase) == Action::Finish, "{phase:?}");
        }
        assert!(phases.is_sorted());
    }
}
