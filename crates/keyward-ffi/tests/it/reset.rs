// SPDX-License-Identifier: Apache-2.0

//! A reset that drives itself, seen through its states and commands.

use std::sync::Arc;

use crate::common::{Scene, assert_matches, call, give_up, others, until};
use keyward_ffi::{
    Confirmation, OldBackup, Password, PendingReset, RecoveryKey, Reset, ResetError, ResetOutcome, ResetState,
    ResetStates, ServerProblem, UnsavedRoomKeys,
};
use keyward_testing::{
    oracle::Oracle,
    proxy::{Fault, Rule},
};

fn is_staging(method: &str, path: &str) -> bool {
    method == "PUT" && path.contains("m.secret_storage.key")
}

fn is_commit(_: &str, path: &str) -> bool {
    path.ends_with("/keys/device_signing/upload")
}

fn is_backup(method: &str, path: &str) -> bool {
    method == "PUT" && path.ends_with("/room_keys/keys")
}

fn save_key(states: &ResetStates) -> Arc<RecoveryKey> {
    match until(states, |state| matches!(state, ResetState::SaveKey { .. })) {
        ResetState::SaveKey { recovery_key } => recovery_key,
        other => panic!("{other:?}"),
    }
}

fn challenge(states: &ResetStates) {
    until(states, |state| matches!(state, ResetState::Authorise { .. }));
}

fn stopped(states: &ResetStates) -> ResetError {
    match until(states, |state| matches!(state, ResetState::Stopped { .. })) {
        ResetState::Stopped { error } => error,
        other => panic!("{other:?}"),
    }
}

fn done(states: &ResetStates) -> ResetOutcome {
    match until(states, |state| matches!(state, ResetState::Done { .. })) {
        ResetState::Done { outcome } => outcome,
        other => panic!("{other:?}"),
    }
}

fn present(reset: &Reset) -> ResetState {
    call(reset.open_states().next()).expect("a state")
}

fn until_challenge(reset: &Reset) {
    let states = reset.open_states();
    save_key(&states);
    call(reset.confirm_saved(Confirmation::Acknowledged)).expect("confirmed");
    challenge(&states);
}

fn wrong_password(reset: &Reset) {
    let refused = call(reset.authorise(Arc::new(Password::new("wrong".to_owned()))));
    assert_matches!(refused, Err(ResetError::WrongPassword { .. }));
}

/// The judge, who has seen the account before. The store is opened again.
fn judged(scene: &mut Scene) -> Oracle {
    call(scene.app.account.shut_down()).expect("shut down");
    let oracle = oracle(scene);
    scene.app.account = scene.app.restore();
    scene.proxy.reset();
    oracle
}

fn oracle(scene: &Scene) -> Oracle {
    let key = scene.app.key.reveal().try_into().expect("32 bytes");
    let observer = scene.person.observer.clone();
    let device_id = scene.app.account.device_id();
    let oracle = others(Oracle::new(observer, &device_id, scene.app.dir.path(), key)).expect("a look");
    oracle
        .with_old_key(&scene.person.old_key)
        .expect("the old key opens")
        .with_room_keys(scene.person.history.iter().map(|message| message.room_key()))
}

#[test]
fn a_wrong_password_keeps_the_challenge() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    until_challenge(&reset);
    let reader = reset.open_states();
    assert_matches!(call(reader.next()), Some(ResetState::Authorise { .. }));
    for _ in 0..2 {
        wrong_password(&reset);
        let state = present(&reset);
        assert_matches!(state, ResetState::Authorise { .. });
    }
    call(reset.authorise(scene.password())).expect("authorised");
    let next = call(reader.next());
    assert_matches!(
        next,
        Some(ResetState::Working { .. } | ResetState::Done { .. }),
        "not told again"
    );
    assert_eq!(done(&reset.open_states()).old_backup, OldBackup::Drained);
}

#[test]
fn another_key_than_the_one_shown_keeps_the_question() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    let states = reset.open_states();
    let shown = save_key(&states);
    let another = Arc::new(RecoveryKey::new(scene.person.old_key.clone()));
    let refused = call(reset.confirm_saved(Confirmation::Retyped { recovery_key: another }));
    assert_matches!(refused, Err(ResetError::KeyMismatch { .. }));
    let early = call(reset.authorise(scene.password()));
    assert_matches!(early, Err(ResetError::OutOfOrder { .. }));
    let state = present(&reset);
    assert_matches!(state, ResetState::SaveKey { recovery_key } if recovery_key.reveal() == shown.reveal());
    let retyped = Arc::new(RecoveryKey::new(shown.reveal().replace(' ', "")));
    call(reset.confirm_saved(Confirmation::Retyped { recovery_key: retyped })).expect("confirmed");
    challenge(&states);
}

#[test]
fn a_reset_that_stopped_while_staging_goes_on_after_a_retry() {
    let scene = Scene::new();
    scene.proxy.arm(Rule::new(Fault::Status500).on(is_staging).for_ever());
    let reset = scene.start_reset();
    let states = reset.open_states();
    let error = stopped(&states);
    assert_matches!(
        error,
        ResetError::Server {
            problem: ServerProblem::Failing { status: 500 },
            ..
        }
    );
    let early = call(reset.confirm_saved(Confirmation::Acknowledged));
    assert_matches!(early, Err(ResetError::OutOfOrder { .. }));
    let state = present(&reset);
    assert_matches!(state, ResetState::Stopped { .. }, "a misplaced call changes nothing");
    scene.proxy.disarm();
    call(reset.retry()).expect("it goes on");
    save_key(&states);
}

#[test]
fn a_reset_that_stopped_at_the_commit_goes_on_after_a_retry() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    until_challenge(&reset);
    scene.proxy.arm(Rule::new(Fault::CutBefore).on(is_commit).for_ever());
    let cut = call(reset.authorise(scene.password()));
    assert_matches!(
        cut,
        Err(ResetError::Server {
            problem: ServerProblem::Unreachable,
            ..
        })
    );
    assert_matches!(present(&reset), ResetState::Stopped { error } if Err(error) == cut.as_ref());
    scene.proxy.disarm();
    // The person may also just type again, and the question is shown again if that is wrong.
    wrong_password(&reset);
    let state = present(&reset);
    assert_matches!(state, ResetState::Authorise { .. });
    call(reset.retry()).expect("it goes on");
    challenge(&reset.open_states());
    call(reset.authorise(scene.password())).expect("authorised");
    done(&reset.open_states());
}

#[test]
fn a_reset_that_stopped_while_backing_up_goes_on_after_a_retry() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    until_challenge(&reset);
    scene.proxy.arm(Rule::new(Fault::Status500).on(is_backup).for_ever());
    call(reset.authorise(scene.password())).expect("authorised");
    let states = reset.open_states();
    stopped(&states);
    let pending = call(scene.app.account.pending_reset()).expect("known");
    assert_eq!(pending, Some(PendingReset::Committed));
    scene.proxy.disarm();
    call(reset.retry()).expect("it goes on");
    let outcome = done(&states);
    assert!(others(scene.person.reads_history_with(&outcome.recovery_key.reveal())));
}

#[test]
fn a_reset_is_cancelled_while_a_request_is_under_way() {
    let mut scene = Scene::new();
    let oracle = judged(&mut scene);
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging));
    let reset = scene.start_reset();
    let states = reset.open_states();
    others(scene.proxy.held());
    call(reset.cancel()).expect("cancelled");
    until(&states, |state| matches!(state, ResetState::Cancelled));
    assert!(call(states.next()).is_none(), "the last state");
    call(reset.cancel()).expect("it is cancelled already");
    let late = call(reset.retry());
    assert_matches!(late, Err(ResetError::OutOfOrder { .. }));
    let pending = call(scene.app.account.pending_reset()).expect("known");
    assert_eq!(pending, None);
    call(scene.app.account.shut_down()).expect("shut down");
    others(oracle.assert_cancelled()).expect("as before");
}

#[test]
fn a_cancel_after_the_commit_is_refused_and_the_reset_goes_on() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    let states = reset.open_states();
    until_challenge(&reset);
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_backup));
    call(reset.authorise(scene.password())).expect("authorised");
    others(scene.proxy.held());
    let refused = call(reset.cancel());
    assert_matches!(refused, Err(ResetError::AlreadyCommitted { .. }));
    let outcome = done(&states);
    assert!(call(states.next()).is_none(), "the last state");
    let refused = call(reset.cancel());
    assert_matches!(refused, Err(ResetError::AlreadyCommitted { .. }));
    let late = call(reset.authorise(scene.password()));
    assert_matches!(late, Err(ResetError::OutOfOrder { .. }));
    assert!(others(scene.person.reads_history_with(&outcome.recovery_key.reveal())));
}

#[test]
fn a_call_that_is_no_longer_awaited_is_done_all_the_same() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    let states = reset.open_states();
    save_key(&states);
    give_up(reset.confirm_saved(Confirmation::Acknowledged));
    challenge(&states);
    give_up(reset.authorise(scene.password()));
    done(&states);
}

#[test]
fn commands_that_nobody_awaits_are_done_in_their_order() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    let states = reset.open_states();
    until_challenge(&reset);
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_commit));
    let held = Arc::clone(&reset);
    let password = scene.password();
    let authorising = std::thread::spawn(move || call(held.authorise(password)));
    others(scene.proxy.held());
    give_up(reset.retry());
    give_up(reset.cancel());
    scene.proxy.release();
    authorising.join().expect("no panic").expect("authorised");
    // The cancel came after the commit.
    done(&states);
}

#[test]
fn a_start_that_is_no_longer_awaited_leaves_nothing_that_runs() {
    let scene = Scene::new();
    let account = &scene.app.account;
    let plan = call(account.plan_reset()).expect("a plan");
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging).for_ever());
    give_up(account.start_reset(plan, keyward_ffi::ResetOptions::default()));
    let reset = match call(account.resume_reset()) {
        // Its keys were not made yet.
        Err(ResetError::NothingPending { .. }) => scene.start_reset(),
        resumed => resumed.expect("none is running"),
    };
    scene.proxy.disarm();
    save_key(&reset.open_states());
}

#[test]
fn a_reset_that_was_let_go_is_resumed_at_once() {
    let scene = Scene::new();
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging));
    let mut reset = scene.start_reset();
    others(scene.proxy.held());
    for _ in 0..10 {
        let again = call(scene.app.account.resume_reset());
        assert_matches!(again, Err(ResetError::AlreadyRunning { .. }));
        std::thread::spawn(move || drop(reset)).join().expect("no panic");
        reset = call(scene.app.account.resume_reset()).expect("resumed");
    }
    save_key(&reset.open_states());
    drop(reset);
    call(scene.app.account.cancel_reset()).expect("cancelled at once");
}

#[test]
fn a_reset_that_was_let_go_does_not_keep_anybody_from_logging_out() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    save_key(&reset.open_states());
    drop(reset);
    let refused = call(scene.app.account.log_out(UnsavedRoomKeys::Keep));
    assert_matches!(refused, Err(keyward_ffi::LogoutError::ResetPending { .. }));
    call(scene.app.account.log_out(UnsavedRoomKeys::Discard)).expect("logged out");
}

#[test]
fn a_finished_reset_is_followed_by_another_at_once() {
    let scene = Scene::new();
    for _ in 0..2 {
        let reset = scene.start_reset();
        let states = reset.open_states();
        until_challenge(&reset);
        call(reset.authorise(scene.password())).expect("authorised");
        done(&states);
        // `reset` is there still, and is not running.
    }
}

#[test]
fn every_reader_gets_the_present_state_and_the_last_one() {
    let scene = Scene::new();
    let reset = scene.start_reset();
    let slow = reset.open_states();
    assert!(call(slow.next()).is_some());
    until_challenge(&reset);
    let (first, second, stopped) = (reset.open_states(), reset.open_states(), reset.open_states());
    for reader in [&first, &second, &stopped] {
        assert_matches!(call(reader.next()), Some(ResetState::Authorise { .. }));
    }
    let waiting = {
        let reader = stopped.clone();
        std::thread::spawn(move || call(reader.next()))
    };
    stopped.stop();
    assert!(waiting.join().expect("no panic").is_none());
    assert!(call(stopped.next()).is_none(), "and stays so");
    call(reset.authorise(scene.password())).expect("authorised");
    for reader in [&first, &second] {
        done(reader);
        assert!(call(reader.next()).is_none());
    }
    let last = call(slow.next());
    assert_matches!(last, Some(ResetState::Done { .. }));
    assert!(call(slow.next()).is_none());
    assert!(
        matches!(present(&reset), ResetState::Done { .. }),
        "also for who comes late"
    );
    drop(reset);
}
