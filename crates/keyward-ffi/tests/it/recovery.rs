// SPDX-License-Identifier: Apache-2.0

//! A new recovery key that is made by itself, seen through its states and commands.

use std::sync::Arc;

use crate::common::{Scene, assert_matches, call, give_up, others};
use keyward_ffi::{
    Confirmation, KeyCheck, KeyCheckError, KeyFlow, KeyInput, LogoutError, Passphrase, PendingFlow, PendingReset,
    Recovery, RecoveryError, RecoveryKey, RecoveryOptions, RecoveryOutcome, RecoveryState, RecoveryStates,
    RecoveryStep, ResetError, ResetOptions, ServerProblem, UnsavedRoomKeys,
};
use keyward_testing::proxy::{Fault, Rule};

const SECRETS: [&str; 4] = [
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
    "m.megolm_backup.v1",
];

fn is_staging(method: &str, path: &str) -> bool {
    method == "PUT" && path.contains("m.secret_storage.key")
}

fn is_switch(method: &str, path: &str) -> bool {
    method == "PUT" && path.ends_with("m.secret_storage.default_key")
}

fn start(scene: &Scene) -> Arc<Recovery> {
    call(scene.app.account.start_recovery(RecoveryOptions::default())).expect("begun")
}

/// Reads `states` until one is `wanted`.
fn until<T>(states: &RecoveryStates, wanted: impl Fn(&RecoveryState) -> Option<T>) -> T {
    let mut past = Vec::new();
    while let Some(state) = call(states.next()) {
        if let Some(found) = wanted(&state) {
            return found;
        }
        past.push(state);
    }
    panic!("it ended: {past:?}")
}

fn save_key(states: &RecoveryStates) -> Arc<RecoveryKey> {
    until(states, |state| match state {
        RecoveryState::SaveKey { recovery_key } => Some(recovery_key.clone()),
        _ => None,
    })
}

fn stopped(states: &RecoveryStates) -> RecoveryError {
    until(states, |state| match state {
        RecoveryState::Stopped { error } => Some(error.clone()),
        _ => None,
    })
}

fn done(states: &RecoveryStates) -> RecoveryOutcome {
    until(states, |state| match state {
        RecoveryState::Done { outcome } => Some(outcome.clone()),
        _ => None,
    })
}

fn cancelled(states: &RecoveryStates) {
    until(states, |state| matches!(state, RecoveryState::Cancelled).then_some(()));
    assert!(call(states.next()).is_none(), "the last state");
}

fn present(recovery: &Recovery) -> RecoveryState {
    call(recovery.open_states().next()).expect("a state")
}

fn confirm(recovery: &Recovery) {
    call(recovery.confirm_saved(Confirmation::Acknowledged)).expect("confirmed");
}

fn check(scene: &Scene, key: &str) -> Result<KeyCheck, KeyCheckError> {
    let key = Arc::new(RecoveryKey::new(key.to_owned()));
    call(scene.app.account.check_recovery_key(KeyInput::RecoveryKey { key }))
}

fn pending(scene: &Scene) -> Vec<PendingFlow> {
    call(scene.app.account.status()).expect("a status").pending
}

/// The key opens everything, and is the default or not.
fn assert_opens_everything(scene: &Scene, key: &str, is_default: bool) {
    let opens = SECRETS.map(str::to_owned).into();
    let expected = KeyCheck {
        opens,
        does_not_open: Vec::new(),
        missing: Vec::new(),
        is_default,
    };
    assert_eq!(check(scene, key).expect("it opens something"), expected);
}

#[test]
fn a_new_key_takes_the_place_of_the_old_one() {
    let scene = Scene::new();
    let old = scene.person.old_key.clone();
    let before = call(scene.app.account.plan_reset()).expect("a plan").consequences();
    assert_opens_everything(&scene, &old, true);
    let recovery = start(&scene);
    let states = recovery.open_states();
    let shown = save_key(&states);
    let waiting = PendingFlow {
        flow: KeyFlow::Recovery,
        state: PendingReset::Staged,
    };
    assert_eq!(pending(&scene), [waiting]);
    assert_opens_everything(&scene, &old, true);
    assert_opens_everything(&scene, &shown.reveal(), false);

    let another = Arc::new(RecoveryKey::new(old.clone()));
    let refused = call(recovery.confirm_saved(Confirmation::Retyped { recovery_key: another }));
    assert_matches!(refused, Err(RecoveryError::KeyMismatch { .. }));
    assert_matches!(present(&recovery), RecoveryState::SaveKey { recovery_key } if recovery_key.reveal() == shown.reveal());
    let retyped = Arc::new(RecoveryKey::new(shown.reveal().replace(' ', "")));
    call(recovery.confirm_saved(Confirmation::Retyped { recovery_key: retyped })).expect("confirmed");
    let outcome = done(&states);
    assert!(call(states.next()).is_none(), "the last state");

    assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
    assert_eq!(outcome.opens_backup, Some(true));
    assert_eq!(pending(&scene), []);
    assert_opens_everything(&scene, &shown.reveal(), true);
    let after = call(scene.app.account.plan_reset()).expect("a plan").consequences();
    assert_eq!(after.old_identity, before.old_identity, "no reset");
    assert_eq!(after.verified_sessions, before.verified_sessions);
    assert!(others(scene.person.reads_history_with(&shown.reveal())));
    let late = call(recovery.cancel());
    assert_matches!(late, Err(RecoveryError::AlreadyCommitted { .. }));
    let late = call(recovery.confirm_saved(Confirmation::Acknowledged));
    assert_matches!(late, Err(RecoveryError::OutOfOrder { .. }));
}

#[test]
fn a_security_phrase_becomes_the_new_key() {
    let scene = Scene::new();
    let phrase = "seven quiet otters borrowed a lighthouse";
    let options = |phrase: &str| RecoveryOptions {
        passphrase: Some(Arc::new(Passphrase::new(phrase.to_owned()))),
    };
    let refused = call(scene.app.account.start_recovery(options("hunter2"))).map(drop);
    assert_matches!(refused, Err(RecoveryError::WeakPassphrase { .. }));
    let refused = call(scene.app.account.start_recovery(options(""))).map(drop);
    assert_matches!(refused, Err(RecoveryError::EmptyPassphrase { .. }));
    let recovery = call(scene.app.account.start_recovery(options(phrase))).expect("begun");
    let states = recovery.open_states();
    assert_matches!(
        call(states.next()),
        Some(RecoveryState::Working {
            step: Some(RecoveryStep::MakeKey | RecoveryStep::Stage)
        })
    );
    save_key(&states);
    confirm(&recovery);
    done(&states);
    let passphrase = Arc::new(Passphrase::new(phrase.to_owned()));
    let opened = call(
        scene
            .app
            .account
            .check_recovery_key(KeyInput::Passphrase { passphrase }),
    )
    .expect("it opens");
    assert!(opened.is_default && opened.opens.len() == SECRETS.len(), "{opened:?}");
}

#[test]
fn what_is_no_key_of_the_account_opens_nothing() {
    let scene = Scene::new();
    assert_matches!(check(&scene, "not a key"), Err(KeyCheckError::MistypedKey { .. }));
    let stranger = others(keyward_testing::person::Person::with_history());
    let of_stranger = check(&scene, &stranger.old_key);
    others(async { drop(stranger) });
    assert_matches!(of_stranger, Err(KeyCheckError::WrongKey { .. }));
    let passphrase = Arc::new(Passphrase::new("seven quiet otters borrowed a lighthouse".to_owned()));
    let phrase = call(
        scene
            .app
            .account
            .check_recovery_key(KeyInput::Passphrase { passphrase }),
    );
    assert_matches!(phrase, Err(KeyCheckError::NoPassphrase { .. }));
}

#[test]
fn a_new_key_is_cancelled_while_a_request_is_under_way() {
    let scene = Scene::new();
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging));
    let recovery = start(&scene);
    let states = recovery.open_states();
    others(scene.proxy.held());
    // Requests that were under way may arrive after the look that says what is left. The person cancels again then.
    let mut answers = std::iter::repeat_with(|| call(recovery.cancel())).take(10);
    let answer = answers.find(|answer| !matches!(answer, Err(RecoveryError::NotUndone { .. })));
    assert_eq!(answer, Some(Ok(())));
    cancelled(&states);
    call(recovery.cancel()).expect("it is cancelled already");
    let late = call(recovery.retry());
    assert_matches!(late, Err(RecoveryError::OutOfOrder { .. }));
    assert_eq!(pending(&scene), []);
    assert_opens_everything(&scene, &scene.person.old_key, true);
    let nothing = call(scene.app.account.cancel_recovery());
    assert_matches!(nothing, Err(RecoveryError::NothingPending { .. }));
}

#[test]
fn a_key_that_was_cancelled_opens_nothing() {
    let scene = Scene::new();
    let recovery = start(&scene);
    let states = recovery.open_states();
    let shown = save_key(&states).reveal();
    call(recovery.cancel()).expect("cancelled");
    cancelled(&states);
    assert_matches!(check(&scene, &shown), Err(KeyCheckError::WrongKey { .. }));
    assert_opens_everything(&scene, &scene.person.old_key, true);
    assert!(others(scene.person.reads_history_with(&scene.person.old_key)));
}

#[test]
fn a_cancel_after_the_commit_is_refused_and_the_new_key_goes_on() {
    let scene = Scene::new();
    let recovery = start(&scene);
    let states = recovery.open_states();
    let shown = save_key(&states).reveal();
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_switch));
    confirm(&recovery);
    others(scene.proxy.held());
    let refused = call(recovery.cancel());
    assert_matches!(refused, Err(RecoveryError::AlreadyCommitted { .. }));
    assert_eq!(done(&states).recovery_key.reveal(), shown);
    scene.proxy.release();
    assert_opens_everything(&scene, &shown, true);
}

#[test]
fn a_new_key_that_stopped_goes_on_after_a_retry() {
    let scene = Scene::new();
    for is_step in [is_staging, is_switch] {
        scene.proxy.arm(Rule::new(Fault::Status500).on(is_step).for_ever());
        let recovery = start(&scene);
        let states = recovery.open_states();
        if is_step("PUT", "m.secret_storage.default_key") {
            save_key(&states);
            confirm(&recovery);
        }
        assert_matches!(
            stopped(&states),
            RecoveryError::Server {
                problem: ServerProblem::Failing { status: 500 },
                ..
            }
        );
        let early = call(recovery.confirm_saved(Confirmation::Acknowledged));
        assert_matches!(early, Err(RecoveryError::OutOfOrder { .. }));
        let state = present(&recovery);
        assert_matches!(state, RecoveryState::Stopped { .. }, "a misplaced call changes nothing");
        scene.proxy.disarm();
        call(recovery.retry()).expect("it goes on");
        if is_step("PUT", "m.secret_storage.key") {
            save_key(&states);
            confirm(&recovery);
        }
        let key = done(&states).recovery_key.reveal();
        assert_opens_everything(&scene, &key, true);
    }
}

#[test]
fn a_new_key_that_was_let_go_is_resumed_at_once() {
    let scene = Scene::new();
    let account = &scene.app.account;
    let nothing = call(account.resume_recovery()).map(drop);
    assert_matches!(nothing, Err(RecoveryError::NothingPending { .. }));
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging));
    let mut recovery = start(&scene);
    others(scene.proxy.held());
    for _ in 0..10 {
        let again = call(account.resume_recovery()).map(drop);
        assert_matches!(again, Err(RecoveryError::AlreadyRunning { .. }));
        std::thread::spawn(move || drop(recovery)).join().expect("no panic");
        recovery = call(account.resume_recovery()).expect("resumed");
    }
    save_key(&recovery.open_states());
    drop(recovery);
    call(account.cancel_recovery()).expect("cancelled at once");
}

#[test]
fn a_start_that_is_no_longer_awaited_leaves_nothing_that_runs() {
    let scene = Scene::new();
    let account = &scene.app.account;
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_staging).for_ever());
    give_up(account.start_recovery(RecoveryOptions::default()));
    let recovery = match call(account.resume_recovery()) {
        // Its key was not made yet.
        Err(RecoveryError::NothingPending { .. }) => start(&scene),
        resumed => resumed.expect("none is running"),
    };
    scene.proxy.disarm();
    save_key(&recovery.open_states());
}

#[test]
fn a_reset_and_a_new_key_wait_for_each_other() {
    let scene = Scene::new();
    let account = &scene.app.account;
    let recovery = start(&scene);
    save_key(&recovery.open_states());
    let running = scene.start_reset_with(ResetOptions::default()).map(drop);
    assert_matches!(running, Err(ResetError::AlreadyRunning { .. }));
    drop(recovery);
    let waiting = scene.start_reset_with(ResetOptions::default()).map(drop);
    assert_matches!(waiting, Err(ResetError::OtherPending { .. }));
    let refused = call(account.log_out(UnsavedRoomKeys::Keep));
    assert_matches!(refused, Err(LogoutError::RecoveryPending { .. }));
    let again = call(account.start_recovery(RecoveryOptions::default())).map(drop);
    assert_matches!(again, Err(RecoveryError::Pending { .. }));
    call(account.cancel_recovery()).expect("cancelled");

    let reset = scene.start_reset();
    let states = reset.open_states();
    crate::common::until(&states, |state| {
        matches!(state, keyward_ffi::ResetState::SaveKey { .. })
    });
    let running = call(account.start_recovery(RecoveryOptions::default())).map(drop);
    assert_matches!(running, Err(RecoveryError::AlreadyRunning { .. }));
    drop(reset);
    let waiting = call(account.start_recovery(RecoveryOptions::default())).map(drop);
    assert_matches!(waiting, Err(RecoveryError::ResetPending { .. }));
    let expected = PendingFlow {
        flow: KeyFlow::Reset,
        state: PendingReset::Staged,
    };
    assert_eq!(pending(&scene), [expected]);
    call(account.cancel_reset()).expect("cancelled");
    start(&scene);
}
