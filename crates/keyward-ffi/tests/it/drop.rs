// SPDX-License-Identifier: Apache-2.0

//! Garbage collectors drop objects when they like, on threads of theirs: nothing aborts, and the store is free when the
//! last object is gone.

use std::{sync::Arc, thread, time::Duration};

use crate::common::{App, Scene, assert_matches, call, give_up, others, restore_when_free};
use keyward_ffi::{Passphrase, RecoveryOptions, SessionsUpdate};
use keyward_testing::proxy::{Fault, FaultProxy, Rule};

const LONG: Duration = Duration::from_secs(30);

/// Drops everything on a thread without a runtime, and opens the store as soon as it is free.
fn drop_and_restore(scene: Scene, objects: impl Send + 'static) -> Scene {
    let Scene { person, proxy, app } = scene;
    let App { account, key, dir } = app;
    thread::spawn(move || drop((objects, account)))
        .join()
        .expect("no panic");
    let account = restore_when_free(&dir, &key);
    let app = App { account, key, dir };
    Scene { person, proxy, app }
}

fn hold_sync(proxy: &FaultProxy) {
    proxy.arm(
        Rule::new(Fault::HoldBefore)
            .on(|_, path| path.ends_with("/sync"))
            .for_ever(),
    );
}

#[test]
fn an_account_is_dropped_in_the_middle_of_calls() {
    let scene = Scene::new();
    hold_sync(&scene.proxy);
    let account = scene.app.account.clone();
    // Each is begun and given up in the middle: what waits ends, what changes something ends by itself.
    give_up(account.sync_once(LONG));
    give_up(account.next_verification_request());
    give_up(account.status());
    let scene = drop_and_restore(scene, account);
    assert!(call(scene.app.account.status()).expect("a status").verified);
}

#[test]
fn an_account_that_was_never_used_is_dropped() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    // Never polled.
    let call_to_be = account.status();
    drop(call_to_be);
    drop_and_restore(scene, account);
}

#[test]
fn sessions_a_watch_and_a_sign_out_are_dropped() {
    let scene = Scene::new();
    let sessions = scene.app.account.sessions();
    let watch = call(sessions.open_watch()).expect("a watch");
    assert_matches!(call(watch.next()), Some(SessionsUpdate::Snapshot { .. }));
    hold_sync(&scene.proxy);
    give_up(watch.next());
    let sign_out = call(sessions.sign_out(vec![scene.person.phone.device_id()])).expect("selected");
    assert!(call(sign_out.begin()).expect("asked").is_some());
    drop_and_restore(scene, (sessions, watch, sign_out));
}

#[test]
fn a_sign_out_is_done_although_it_was_dropped_in_the_middle() {
    let scene = Scene::new();
    let phone = scene.person.phone.device_id();
    let sessions = scene.app.account.sessions();
    let sign_out = call(sessions.sign_out(vec![phone.clone()])).expect("selected");
    assert!(call(sign_out.begin()).expect("asked").is_some());
    scene
        .proxy
        .arm(Rule::new(Fault::HoldBefore).on(|_, path| path.ends_with("/delete_devices")));
    give_up(sign_out.authorise(scene.password()));
    others(scene.proxy.held());
    thread::spawn(move || drop(sign_out)).join().expect("no panic");
    let watch = call(sessions.open_watch()).expect("a watch");
    scene.proxy.release();
    loop {
        match call(watch.next()) {
            Some(SessionsUpdate::Snapshot { snapshot })
                if snapshot.list.others.iter().all(|session| session.device_id != phone) =>
            {
                break;
            }
            Some(_) => watch.refresh(),
            None => panic!("it ended"),
        }
    }
}

#[test]
fn a_reset_is_dropped_while_a_request_is_under_way() {
    let scene = Scene::new();
    scene
        .proxy
        .arm(Rule::new(Fault::HoldBefore).on(|method, path| method == "PUT" && path.contains("m.secret_storage.key")));
    let reset = scene.start_reset();
    let states = reset.open_states();
    others(scene.proxy.held());
    let waiting = {
        let states = states.clone();
        thread::spawn(move || while call(states.next()).is_some() {})
    };
    let scene = drop_and_restore(scene, (reset, states));
    waiting.join().expect("it ended");
    let reset = call(scene.app.account.resume_reset()).expect("resumed");
    drop_and_restore(scene, reset);
}

#[test]
fn a_new_key_is_dropped_while_a_request_is_under_way() {
    let scene = Scene::new();
    scene
        .proxy
        .arm(Rule::new(Fault::HoldBefore).on(|method, path| method == "PUT" && path.contains("m.secret_storage.key")));
    let recovery = call(scene.app.account.start_recovery(RecoveryOptions::default())).expect("begun");
    let states = recovery.open_states();
    others(scene.proxy.held());
    let waiting = {
        let states = states.clone();
        thread::spawn(move || while call(states.next()).is_some() {})
    };
    let scene = drop_and_restore(scene, (recovery, states));
    waiting.join().expect("it ended");
    let recovery = call(scene.app.account.resume_recovery()).expect("resumed");
    drop_and_restore(scene, recovery);
}

#[test]
fn a_verification_is_dropped_while_it_waits() {
    let scene = Scene::new();
    hold_sync(&scene.proxy);
    let verification = call(scene.app.account.verify_session(scene.person.phone.device_id())).expect("asked");
    let states = verification.open_states();
    assert!(call(states.next()).is_some());
    give_up(verification.accept());
    give_up(states.next());
    drop_and_restore(scene, (verification, states));
}

#[test]
fn an_export_is_dropped_and_leaves_no_file() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.txt").to_str().expect("plain").to_owned();
    let passphrase = Arc::new(Passphrase::new("correct horse battery staple".to_owned()));
    let room_keys = scene.app.account.room_keys();
    let export = call(room_keys.start_export(file.clone(), passphrase)).expect("an export");
    give_up(export_end(&export));
    drop_and_restore(scene, (export, room_keys));
    assert!(!std::path::Path::new(&file).exists());
}

async fn export_end(export: &keyward_ffi::RoomKeyExport) -> bool {
    while let Ok(Some(_)) = export.next().await {}
    true
}
