// SPDX-License-Identifier: Apache-2.0

//! What is wrong with an account, and what mends it.

use std::{pin::pin, sync::Arc, task::Context, task::Waker, time::Duration};

use crate::common::{App, Scene, assert_matches, call, others};
use keyward_ffi::{
    Confirmation, Consequence, FindingCode, FindingRemedy, KeyBackupStatus, KeyInput, PendingReset, RecoveryError,
    RecoveryKey, RecoveryOptions, RecoveryState, RemedyCode, RepairError, Report, RoomKeyRepair, RoomKeyRepairState,
    ServerProblem, Severity,
};
use keyward_testing::{
    proxy::{Fault, RecordedRequest, Rule},
    server_state::{BACKUP_SECRET, DEFAULT_KEY},
};

const LONG: Duration = Duration::from_secs(60);

fn examine(scene: &Scene) -> Arc<Report> {
    call(scene.app.account.examine(false)).expect("a report")
}

/// What is found, without what is said of other sessions: the observer of the test is one without encryption.
fn codes(report: &Report) -> Vec<FindingCode> {
    let found = report.findings().into_iter();
    found
        .filter(|finding| !finding.code_name.starts_with("sessions."))
        .map(|finding| finding.code)
        .collect()
}

fn remedies(report: &Report, code: FindingCode) -> Vec<FindingRemedy> {
    let finding = report.findings().into_iter().find(|finding| finding.code == code);
    finding
        .unwrap_or_else(|| panic!("{code:?} is not found: {report:?}"))
        .remedies
}

fn key(text: &str) -> KeyInput {
    KeyInput::RecoveryKey {
        key: Arc::new(RecoveryKey::new(text.to_owned())),
    }
}

fn old_key(scene: &Scene) -> KeyInput {
    key(&scene.person.old_key)
}

/// Makes account data empty, as another client does.
fn blank(scene: &Scene, event_type: &str) {
    let empty = "{}".parse().expect("JSON");
    others(scene.person.observer.set_account_data(event_type, &empty)).expect("blank");
}

/// Deletes the key backup and its key in secret storage, as another client does that turns it off.
fn delete_backup(scene: &Scene) {
    let observer = &scene.person.observer;
    let path = "/v3/room_keys/version";
    let current = others(observer.request_ok("GET".parse().expect("a method"), path, None)).expect("a backup");
    let path = format!("{path}/{}", current["version"].as_str().expect("its version"));
    others(observer.request_ok("DELETE".parse().expect("a method"), &path, None)).expect("deleted");
    blank(scene, BACKUP_SECRET);
}

/// All states of a repair; the last one says how many room keys it gained.
fn finish(repair: &RoomKeyRepair) -> Result<u64, RepairError> {
    let mut last = None;
    while let Some(state) = call(repair.next())? {
        assert!(!matches!(last, Some(RoomKeyRepairState::Done { .. })), "{last:?}");
        last = Some(state);
    }
    match last {
        Some(RoomKeyRepairState::Done { gained }) => Ok(gained),
        _ => panic!("it ended: {last:?}"),
    }
}

/// Has the next request held.
fn hold_next(scene: &Scene) {
    scene.proxy.reset();
    scene.proxy.arm(Rule::new(Fault::HoldBefore));
}

/// Returns when it is held.
fn held(scene: &Scene) {
    let is_hit = |requests: &[RecordedRequest]| requests.iter().any(|request| request.fault.is_some());
    others(scene.proxy.until(is_hit));
}

#[test]
fn an_account_in_order_is_healthy_and_a_blank_default_key_is_mended_by_a_new_key() {
    let scene = Scene::new();
    let report = examine(&scene);
    assert!(report.is_healthy(), "{report:?}");
    assert_eq!(codes(&report), []);

    blank(&scene, DEFAULT_KEY);
    let report = examine(&scene);
    assert!(!report.is_healthy(), "{report:?}");
    assert_eq!(codes(&report), [FindingCode::SecretStorageNoDefault]);
    let finding = &report.findings()[0];
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.code_name, "secret_storage.no_default");
    let remedies = &finding.remedies;
    assert_eq!(remedies.len(), 1, "{remedies:?}");
    assert_eq!(remedies[0].code, RemedyCode::NewRecoveryKey);
    assert_eq!(remedies[0].consequences, [Consequence::NothingIsLost]);

    let recovery = call(scene.app.account.start_recovery(RecoveryOptions::default())).expect("begun");
    let states = recovery.open_states();
    while let Some(state) = call(states.next()) {
        match state {
            RecoveryState::SaveKey { .. } => {
                let pending = call(scene.app.account.pending_recovery()).expect("known");
                assert_eq!(pending, Some(PendingReset::Staged));
                call(recovery.confirm_saved(Confirmation::Acknowledged)).expect("confirmed");
            }
            RecoveryState::Working { .. } | RecoveryState::Done { .. } => {}
            state => panic!("{state:?}"),
        }
    }
    assert_eq!(call(scene.app.account.pending_recovery()).expect("known"), None);
    let report = examine(&scene);
    assert!(report.is_healthy(), "{report:?}");
    assert_eq!(codes(&report), []);
}

#[test]
fn a_backup_that_is_missing_is_made_and_has_every_room_key() {
    let scene = Scene::new();
    let account = &scene.app.account;
    delete_backup(&scene);
    let report = examine(&scene);
    assert_eq!(codes(&report), [FindingCode::BackupMissing]);
    assert_eq!(
        remedies(&report, FindingCode::BackupMissing)[0].code,
        RemedyCode::MakeBackup
    );
    assert_matches!(call(account.say_backup_is_wanted()), Err(RepairError::NoBackup { .. }));
    let wrong = call(account.start_make_backup(key("not a key"))).expect("begun");
    assert_matches!(finish(&wrong), Err(RepairError::MistypedKey { .. }));

    let repair = call(account.start_make_backup(old_key(&scene))).expect("begun");
    assert_eq!(finish(&repair), Ok(0));
    assert_eq!(codes(&examine(&scene)), []);
    let status = call(account.status()).expect("a status");
    assert_eq!(status.key_backup, KeyBackupStatus::Enabled);
    let opened = call(account.check_recovery_key(old_key(&scene))).expect("it opens");
    assert!(
        opened.is_default && opened.opens.contains(&BACKUP_SECRET.to_owned()),
        "{opened:?}"
    );
    let again = call(account.start_make_backup(old_key(&scene))).expect("begun");
    assert_matches!(finish(&again), Err(RepairError::BackupIsThere { .. }));
    let behind = call(account.start_upload_room_keys_behind()).expect("begun");
    assert_eq!(finish(&behind), Ok(0), "nothing is left to do");
    call(account.say_backup_is_wanted()).expect("said");
}

#[test]
fn what_is_missing_in_secret_storage_is_written_there_again() {
    let scene = Scene::new();
    let account = &scene.app.account;
    blank(&scene, BACKUP_SECRET);
    let report = examine(&scene);
    assert_eq!(codes(&report), [FindingCode::SecretStorageIncomplete]);
    assert_eq!(report.findings()[0].secrets, [BACKUP_SECRET]);
    scene
        .proxy
        .arm(Rule::new(Fault::Status500).on(|method, _| method == "PUT").for_ever());
    assert_matches!(
        call(account.write_secret_storage(old_key(&scene))),
        Err(RepairError::Server {
            problem: ServerProblem::Failing { status: 500 },
            ..
        })
    );
    scene.proxy.disarm();
    call(account.write_secret_storage(old_key(&scene))).expect("written");
    assert_eq!(codes(&examine(&scene)), []);
    assert_matches!(
        call(account.remove_dehydrated_device()),
        Err(RepairError::Changed { .. }),
        "there is none"
    );
}

#[test]
fn an_unverified_session_is_led_to_what_verifies_it_and_whoever_lost_the_key_is_not() {
    let scene = Scene::new();
    let other = App::login(scene.proxy.url(), &scene.person.user);
    let report = call(other.account.examine(false)).expect("a report");
    let found = remedies(&report, FindingCode::SessionUnverified);
    let order: Vec<RemedyCode> = found.iter().map(|remedy| remedy.code).collect();
    assert_eq!(
        order,
        [RemedyCode::Unlock, RemedyCode::VerifyBySession, RemedyCode::Reset]
    );
    assert!(found[1].sessions.contains(&scene.person.phone.device_id()), "{found:?}");
    let redacted = remedies(&report.redacted(), FindingCode::SessionUnverified);
    assert!(
        redacted[1].sessions.iter().all(|id| id.starts_with("session-")),
        "{redacted:?}"
    );
    assert_matches!(
        call(other.account.ask_other_sessions(Duration::MAX)),
        Err(RepairError::NotVerified { .. })
    );

    let lost = call(other.account.examine(true)).expect("a report");
    let order: Vec<RemedyCode> = remedies(&lost, FindingCode::RecoveryKeyLost)
        .iter()
        .map(|remedy| remedy.code)
        .collect();
    assert_eq!(order, [RemedyCode::VerifyBySession, RemedyCode::Reset]);
    let here = call(scene.app.account.examine(true)).expect("a report");
    assert_eq!(
        remedies(&here, FindingCode::RecoveryKeyLost)[0].code,
        RemedyCode::NewRecoveryKey
    );
    call(scene.app.account.ask_other_sessions(Duration::ZERO)).expect("they are here");
    call(scene.app.account.sign_this_session()).expect("it is signed already");
    assert_matches!(
        call(other.account.sign_this_session()),
        Err(RepairError::KeysMissing { .. })
    );
}

#[test]
fn a_repair_that_was_let_go_makes_way_at_once() {
    let scene = Scene::new();
    let account = &scene.app.account;
    for _ in 0..10 {
        hold_next(&scene);
        {
            let mut asking = pin!(account.ask_other_sessions(LONG));
            let polled = asking.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
            held(&scene);
            let running = call(account.start_recovery(RecoveryOptions::default())).map(drop);
            assert_matches!(running, Err(RecoveryError::AlreadyRunning { .. }));
        }
        call(account.write_secret_storage(old_key(&scene))).expect("it makes way");

        hold_next(&scene);
        let upload = call(account.start_upload_room_keys_behind()).expect("begun");
        held(&scene);
        let second = call(account.say_backup_is_wanted());
        assert_matches!(second, Err(RepairError::AlreadyRunning { .. }));
        upload.stop();
        assert_eq!(call(upload.next()), Ok(None), "it was stopped");
        call(account.say_backup_is_wanted()).expect("it makes way");
    }
}

#[test]
fn a_repair_and_a_new_key_wait_for_each_other() {
    let scene = Scene::new();
    let account = &scene.app.account;
    let recovery = call(account.start_recovery(RecoveryOptions::default())).expect("begun");
    let states = recovery.open_states();
    while !matches!(call(states.next()).expect("a state"), RecoveryState::SaveKey { .. }) {}
    let running = call(account.say_backup_is_wanted());
    assert_matches!(running, Err(RepairError::AlreadyRunning { .. }));
    let report = examine(&scene);
    assert_eq!(codes(&report), [FindingCode::FlowPending]);
    drop(recovery);
    let waiting = call(account.write_secret_storage(old_key(&scene)));
    assert_matches!(waiting, Err(RepairError::Pending { .. }));
    let upload = call(account.start_upload_room_keys_behind()).expect("begun");
    assert_matches!(finish(&upload), Err(RepairError::Pending { .. }));
    call(account.cancel_recovery()).expect("cancelled");
    call(account.write_secret_storage(old_key(&scene))).expect("nothing to do");
}
