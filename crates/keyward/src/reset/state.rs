// SPDX-License-Identifier: Apache-2.0

//! The reset as a pure state machine: what comes next, and what the server's identity means for it.
//! No I/O, no clock, no randomness; README.md has the diagram.

use serde::{Deserialize, Serialize};

use crate::account::FlowState;

/// How far a reset has come. Only ever grows, and is written down before the next step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Keys are made and journalled; the server knows nothing.
    Prepared,
    /// The new secret storage stands beside the old one.
    Staged,
    /// The person has saved the new key.
    Confirmed,
    /// The server has the new identity: the one commit point.
    Committed,
    /// The new key is the default, this session is signed and holds the private keys.
    Bound,
    /// The new key backup holds every room key that is here.
    BackedUp,
    /// Cancelled while the reply to an upload was outstanding. The keys are kept in case the upload still takes effect.
    Cancelled,
}

/// Whose identity the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerIdentity {
    /// The one that the plan was made for (or none, as planned).
    Planned,
    /// This reset's.
    New,
    /// That of an earlier reset of this session, which was cancelled and whose upload arrived after all.
    Earlier,
    /// Another: somebody else's reset came in between.
    Other,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Write the new secret storage beside the old one.
    Stage,
    /// Show the key and wait until it is saved.
    ShowKey,
    /// Upload the new identity.
    Authorise,
    /// Make the new key the default, sign this session, take the private keys in.
    Bind,
    /// Fill the new key backup.
    BackUp,
    /// Wait until the other program, whose session this is, has taken the new key over.
    HandOver,
    /// Remove what is stale.
    CleanUp,
}

/// What cancelling means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancel {
    /// Take the staged additions back.
    Undo,
    /// Too late: the new identity is in force.
    Refuse,
    /// Another reset has replaced this one after it was in force: forget this one and leave the server as it is.
    Forget,
    /// An earlier reset is in force: that one is to be finished.
    GiveWay,
}

/// Why a reset cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// Another client's reset came in between.
    Superseded,
    /// The server shows the old identity after it had shown the new one: it was restored from a backup, or a part of it
    /// is out of date.
    SetBack,
}

/// The next action in a phase. `None`: nothing, the reset was cancelled. `hands_over`: another program has yet to take the new
/// key over.
pub(crate) fn next(phase: Phase, hands_over: bool) -> Option<Action> {
    match phase {
        Phase::Prepared => Some(Action::Stage),
        Phase::Staged => Some(Action::ShowKey),
        Phase::Confirmed => Some(Action::Authorise),
        Phase::Committed => Some(Action::Bind),
        Phase::Bound => Some(Action::BackUp),
        Phase::BackedUp if hands_over => Some(Action::HandOver),
        Phase::BackedUp => Some(Action::CleanUp),
        Phase::Cancelled => None,
    }
}

/// Brings the phase in line with the server, which alone knows whether an upload got through.
pub(crate) fn reconcile(phase: Phase, server: ServerIdentity) -> Result<Phase, Conflict> {
    match server {
        ServerIdentity::Other | ServerIdentity::Earlier => Err(Conflict::Superseded),
        // The reply was lost, or the upload arrived after a cancel: the commit counts.
        ServerIdentity::New if !is_committed(phase) => Ok(Phase::Committed),
        ServerIdentity::New => Ok(phase),
        ServerIdentity::Planned if is_committed(phase) => Err(Conflict::SetBack),
        ServerIdentity::Planned => Ok(phase),
    }
}

/// What cancelling means, for what the server shows.
pub(crate) fn cancel(phase: Phase, server: ServerIdentity) -> Cancel {
    if server == ServerIdentity::Earlier {
        return Cancel::GiveWay;
    }
    match (reconcile(phase, server), is_committed(phase)) {
        (Ok(phase), _) if !is_committed(phase) => Cancel::Undo,
        (Ok(_), _) => Cancel::Refuse,
        (Err(_), false) => Cancel::Undo,
        (Err(Conflict::Superseded), true) => Cancel::Forget,
        // A reply that shows the old identity may be wrong, and only this session has the keys of the new one.
        (Err(Conflict::SetBack), true) => Cancel::Refuse,
    }
}

/// What others are told of a phase. `hands_over`: as for [`next`].
pub(crate) fn flow_state(phase: Phase, hands_over: bool) -> FlowState {
    match phase {
        Phase::Cancelled => FlowState::Cancelled,
        Phase::BackedUp if hands_over => FlowState::HandingOver,
        phase if is_committed(phase) => FlowState::Committed,
        _ => FlowState::Staged,
    }
}

/// Whether the new identity is in force, as far as the phase knows.
pub(crate) fn is_committed(phase: Phase) -> bool {
    match phase {
        Phase::Prepared | Phase::Staged | Phase::Confirmed | Phase::Cancelled => false,
        Phase::Committed | Phase::Bound | Phase::BackedUp => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PHASES: [Phase; 7] = [
        Phase::Prepared,
        Phase::Staged,
        Phase::Confirmed,
        Phase::Committed,
        Phase::Bound,
        Phase::BackedUp,
        Phase::Cancelled,
    ];

    #[test]
    fn cancel_undoes_only_what_was_never_in_force() {
        for phase in PHASES {
            let committed = is_committed(phase);
            assert_eq!(cancel(phase, ServerIdentity::New), Cancel::Refuse, "{phase:?}");
            let old = if committed { Cancel::Refuse } else { Cancel::Undo };
            assert_eq!(cancel(phase, ServerIdentity::Planned), old, "{phase:?}");
            let other = if committed { Cancel::Forget } else { Cancel::Undo };
            assert_eq!(cancel(phase, ServerIdentity::Other), other, "{phase:?}");
            assert_eq!(cancel(phase, ServerIdentity::Earlier), Cancel::GiveWay, "{phase:?}");
        }
    }

    #[test]
    fn a_lost_reply_counts_as_committed() {
        for phase in [Phase::Prepared, Phase::Staged, Phase::Confirmed, Phase::Cancelled] {
            assert_eq!(reconcile(phase, ServerIdentity::New), Ok(Phase::Committed));
        }
    }

    #[test]
    fn progress_after_the_commit_is_kept() {
        for phase in [Phase::Committed, Phase::Bound, Phase::BackedUp] {
            assert_eq!(reconcile(phase, ServerIdentity::New), Ok(phase));
        }
    }

    #[test]
    fn nothing_goes_on_after_another_reset() {
        for phase in PHASES {
            for other in [ServerIdentity::Other, ServerIdentity::Earlier] {
                assert_eq!(reconcile(phase, other), Err(Conflict::Superseded));
            }
        }
        for phase in [Phase::Committed, Phase::Bound, Phase::BackedUp] {
            assert_eq!(reconcile(phase, ServerIdentity::Planned), Err(Conflict::SetBack));
        }
    }

    /// A world of one journal and one server: what a reset may do to both, with kills and lost replies anywhere.
    #[derive(Clone, Copy, Debug)]
    enum Happening {
        Act,
        KillBeforeJournal,
        Cancel,
    }

    proptest! {
        #[test]
        fn whatever_happens_the_old_identity_is_unharmed_or_the_new_one_is_resumable(
            happenings in proptest::collection::vec(
                prop_oneof![4 => Just(Happening::Act), 2 => Just(Happening::KillBeforeJournal), 1 => Just(Happening::Cancel)],
                0..40,
            ),
            attached: bool,
        ) {
            let mut journal = Some(Phase::Prepared);
            let (mut committed, mut staged, mut bound) = (false, false, false);
            let mut hands_over = attached;
            for happening in happenings {
                let Some(phase) = journal else { break };
                let server = if committed { ServerIdentity::New } else { ServerIdentity::Planned };
                let phase = reconcile(phase, server).expect("nobody else resets here");
                if let Happening::Cancel = happening {
                    match cancel(phase, server) {
                        Cancel::Undo => { staged = false; journal = None; }
                        Cancel::Refuse => prop_assert!(committed),
                        Cancel::Forget | Cancel::GiveWay => prop_assert!(false, "nobody else resets here"),
                    }
                    continue;
                }
                let after = match next(phase, hands_over).expect("not cancelled") {
                    Action::Stage => { staged = true; Some(Phase::Staged) }
                    Action::ShowKey => Some(Phase::Confirmed),
                    Action::Authorise => {
                        prop_assert!(staged, "the new key opens secret storage before the identity is replaced");
                        committed = true;
                        Some(Phase::Committed)
                    }
                    Action::Bind => { bound = true; Some(Phase::Bound) }
                    Action::BackUp => Some(Phase::BackedUp),
                    Action::HandOver => { hands_over = false; Some(Phase::BackedUp) }
                    Action::CleanUp => { prop_assert!(bound && committed && !hands_over, "nothing is removed before that"); None }
                };
                if let Happening::Act = happening {
                    journal = after;
                } else if after.is_some() {
                    // The action was done and the process died before it was noted: the old phase is what is read next.
                    journal = Some(phase);
                }
            }
            prop_assert!(!committed || staged, "a committed identity always has its secret storage");
            prop_assert!(committed || !bound);
        }
    }
}
