// SPDX-License-Identifier: Apache-2.0

//! The transitions of a reset as data, from the functions of `state.rs`: for the fakes of Kotlin and Swift
//! (`texts/tests/fakes.rs`), so that they do what the real one does.

use serde_json::{Value, json};

use super::{
    Step,
    state::{Action, Cancel, Phase, ServerIdentity, cancel, flow_state, is_committed, next},
};
use crate::account::FlowState;

/// What is done before the first phase is written down, as far as there is something to fetch or to export.
const BEGIN: [Step; 3] = [Step::FetchOldBackup, Step::Export, Step::MakeKeys];

/// The way of a reset that nobody cancels. `hands_over`: of an attached session.
pub(crate) fn of(hands_over: bool) -> Value {
    let mut rows = Vec::new();
    let mut place = Some((Phase::Prepared, hands_over));
    while let Some((phase, hands_over)) = place {
        let action = next(phase, hands_over).expect("nobody has cancelled");
        rows.push(json!({
            "works": steps(action).iter().map(work).collect::<Vec<_>>(),
            "shows": shows(action),
            "committed": is_committed(phase),
            "may_cancel": may_cancel(phase),
            "pending": pending(phase, hands_over),
        }));
        place = after(action, hands_over);
    }
    json!({ "begin": BEGIN.iter().map(work).collect::<Vec<_>>(), "rows": rows })
}

/// Where an action leads, and whether another program has yet to take the key over then. `None`: it was the last.
fn after(action: Action, hands_over: bool) -> Option<(Phase, bool)> {
    match action {
        Action::Stage => Some((Phase::Staged, hands_over)),
        Action::ShowKey => Some((Phase::Confirmed, hands_over)),
        Action::Authorise => Some((Phase::Committed, hands_over)),
        Action::Bind => Some((Phase::Bound, hands_over)),
        Action::BackUp => Some((Phase::BackedUp, hands_over)),
        Action::HandOver => Some((Phase::BackedUp, false)),
        Action::CleanUp => None,
    }
}

/// What a person sees being done.
fn steps(action: Action) -> &'static [Step] {
    match action {
        Action::Stage => &[Step::Stage],
        Action::Bind => &[Step::Bind],
        Action::BackUp => &[Step::BackUp],
        Action::CleanUp => &[Step::CleanUp],
        Action::ShowKey | Action::Authorise | Action::HandOver => &[],
    }
}

/// What the person is shown when the action waits for them, or is the last.
fn shows(action: Action) -> Option<&'static str> {
    match action {
        Action::ShowKey => Some("SaveKey"),
        Action::Authorise => Some("Authorise"),
        Action::HandOver => Some("HandOver"),
        Action::CleanUp => Some("Done"),
        Action::Stage | Action::Bind | Action::BackUp => None,
    }
}

/// Whether a cancel undoes it, as long as nobody else resets the account.
fn may_cancel(phase: Phase) -> bool {
    let server = match is_committed(phase) {
        true => ServerIdentity::New,
        false => ServerIdentity::Planned,
    };
    match cancel(phase, server) {
        Cancel::Undo => true,
        Cancel::Refuse => false,
        Cancel::Forget | Cancel::GiveWay => unreachable!("nobody else resets it"),
    }
}

fn pending(phase: Phase, hands_over: bool) -> &'static str {
    match flow_state(phase, hands_over) {
        FlowState::Staged => "Staged",
        FlowState::Committed => "Committed",
        FlowState::HandingOver => "HandingOver",
        FlowState::Cancelled => unreachable!("nobody has cancelled"),
    }
}

/// How a step is shown: those that count do so in room keys.
fn work(step: &Step) -> Value {
    let (done, total) = shown_progress(*step);
    json!({
        "step": format!("{step:?}"),
        "number": step.number(), "steps": Step::COUNT, "done": done, "total": total,
    })
}

/// How much of a step is done where a fake shows it.
pub(crate) fn shown_progress(step: Step) -> (u64, u64) {
    match step {
        Step::FetchOldBackup | Step::BackUp => (12_000, 20_000),
        Step::Export => (8, 12),
        Step::MakeKeys | Step::Stage | Step::Bind | Step::CleanUp => (0, 0),
    }
}
