// SPDX-License-Identifier: Apache-2.0

//! The transitions of a new key as data, from the functions of `state.rs`: for the fakes of Kotlin and Swift
//! (`texts/tests/fakes.rs`), so that they do what the real one does.

use serde_json::{Value, json};

use super::{
    RecoveryStep,
    state::{Action, Phase, flow_state, is_committed, next},
};
use crate::account::FlowState;

/// The way of a new key that nobody cancels.
pub(crate) fn of() -> Value {
    let mut rows = Vec::new();
    let mut place = Some(Phase::Prepared);
    while let Some(phase) = place {
        let action = next(phase);
        let (steps, shows, after): (&[RecoveryStep], _, _) = match action {
            Action::Stage => (&[RecoveryStep::Stage], None, Some(Phase::Staged)),
            Action::ShowKey => (&[], Some("SaveKey"), Some(Phase::Confirmed)),
            // The step is shown from the last look before it on. Nobody is told then that it can still be cancelled, so it
            // belongs to what follows.
            Action::Switch => (&[], None, Some(Phase::Switching)),
            Action::Finish => (&[RecoveryStep::Switch, RecoveryStep::CleanUp], Some("Done"), None),
        };
        rows.push(json!({
            "works": steps.iter().map(work).collect::<Vec<_>>(),
            "shows": shows,
            "committed": is_committed(phase),
            "may_cancel": !is_committed(phase),
            "pending": pending(phase),
        }));
        place = after;
    }
    json!({ "begin": [work(&RecoveryStep::MakeKey)], "rows": rows })
}

fn pending(phase: Phase) -> &'static str {
    match flow_state(phase) {
        FlowState::Staged => "Staged",
        FlowState::Committed => "Committed",
        FlowState::HandingOver | FlowState::Cancelled => unreachable!("a new key has neither"),
    }
}

fn work(step: &RecoveryStep) -> Value {
    json!({ "step": format!("{step:?}") })
}
