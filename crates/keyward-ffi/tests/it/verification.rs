// SPDX-License-Identifier: Apache-2.0

//! A verification that drives itself.

use crate::common::{Scene, assert_matches, call};
use keyward_ffi::{ServerProblem, VerificationError, VerificationState, VerificationStates};
use keyward_testing::proxy::{Fault, Rule};

fn next(states: &VerificationStates) -> VerificationState {
    call(states.next()).expect("a state")
}

#[test]
fn a_verification_that_stopped_shows_where_it_is_after_a_retry_and_when_that_is_over() {
    let scene = Scene::new();
    scene.proxy.arm(
        Rule::new(Fault::CutBefore)
            .on(|_, path| path.ends_with("/sync"))
            .for_ever(),
    );
    let verification = call(scene.app.account.verify_session(scene.person.phone.device_id())).expect("asked");
    let states = verification.open_states();
    let stopped = loop {
        match next(&states) {
            VerificationState::Stopped { error } => break error,
            VerificationState::Waiting => {}
            other => panic!("{other:?}"),
        }
    };
    assert_matches!(
        stopped,
        VerificationError::Server {
            problem: ServerProblem::Unreachable,
            ..
        }
    );
    scene.proxy.disarm();
    call(verification.retry()).expect("it goes on");
    assert_eq!(next(&states), VerificationState::Waiting);

    // And without one, when it is over.
    let syncs = Rule::new(Fault::CutBefore).on(|_, path| path.ends_with("/sync"));
    scene.proxy.arm(syncs.for_ever());
    while !matches!(next(&states), VerificationState::Stopped { .. }) {}
    scene.proxy.disarm();
    while next(&states) != VerificationState::Waiting {}
    call(verification.cancel()).expect("cancelled");
    assert_matches!(next(&states), VerificationState::Cancelled { by_us: true, .. });
    assert!(call(states.next()).is_none());
    let late = call(verification.confirm());
    assert_matches!(late, Err(VerificationError::NotNow { .. }));
}
