// SPDX-License-Identifier: Apache-2.0

//! A shutdown ends everything and gives the files back, at once.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use crate::common::{Scene, assert_matches, call, give_up, others};
use keyward_ffi::{
    Account, AccountError, AttachedAccount, ClientInformation, ExportError, ExportState, ImportError, KeyCheckError,
    KeyInput, LogoutError, Passphrase, RecoveryError, RecoveryKey, RecoveryOptions, RepairError, ResetError,
    ResetOptions, SessionsError, SessionsUpdate, SignOutError, StoreKey, UnlockError, UnsavedRoomKeys,
    VerificationError,
};
use keyward_testing::proxy::{Fault, Rule};

const LONG: Duration = Duration::from_secs(30);

fn passphrase() -> Arc<Passphrase> {
    Arc::new(Passphrase::new("correct horse battery staple".to_owned()))
}

fn is_sync(_: &str, path: &str) -> bool {
    path.ends_with("/sync")
}

#[test]
fn a_shutdown_ends_whatever_runs_and_the_store_opens_at_once() {
    let mut scene = Scene::new();
    let phone = scene.person.phone.device_id();
    for round in 0..20 {
        scene.proxy.disarm();
        let account = scene.app.account.clone();
        let watch = call(account.sessions().open_watch()).expect("a watch");
        let first = call(watch.next());
        assert_matches!(first, Some(SessionsUpdate::Snapshot { .. }));
        let reset = if call(account.pending_reset()).expect("known").is_some() {
            call(account.resume_reset())
        } else {
            scene.start_reset_with(ResetOptions::default())
        };
        let reset = reset.expect("a reset");
        let states = reset.open_states();
        // From here on everything that waits for a synchronisation waits.
        scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_sync).for_ever());
        // Every other round the verification waits for its start.
        let verification = (round % 2 == 0).then(|| call(account.verify_session(phone.clone())).expect("asked"));
        let shown = verification.as_ref().map(|verification| verification.open_states());
        let target = scene
            .app
            .dir
            .path()
            .join("keys.txt")
            .to_str()
            .expect("plain")
            .to_owned();
        let export = call(account.room_keys().start_export(target.clone(), passphrase())).expect("an export");

        let watching = thread::spawn(move || call(watch.next()));
        let synchronising = {
            let account = account.clone();
            thread::spawn(move || call(account.sync_once(LONG)))
        };
        let asked = {
            let account = account.clone();
            thread::spawn(move || call(account.next_verification_request()).map(drop))
        };
        let commanding = {
            let reset = reset.clone();
            thread::spawn(move || call(reset.retry()))
        };
        others(scene.proxy.held());

        call(account.shut_down()).expect("shut down");
        scene.app.account = scene.app.restore();

        assert_eq!(watching.join().expect("no panic"), None);
        let synchronised = synchronising.join().expect("no panic");
        assert_matches!(synchronised, Err(AccountError::Closed { .. }));
        let asked = asked.join().expect("no panic");
        assert_matches!(asked, Err(VerificationError::Closed { .. }));
        let commanded = commanding.join().expect("no panic");
        assert_matches!(
            commanded,
            Ok(()) | Err(ResetError::OutOfOrder { .. } | ResetError::Closed { .. })
        );
        let late = call(reset.cancel());
        assert_matches!(late, Err(ResetError::Closed { .. }));
        while call(states.next()).is_some() {}
        if let (Some(verification), Some(shown)) = (verification, shown) {
            while call(shown.next()).is_some() {}
            let late = call(verification.cancel());
            assert_matches!(late, Err(VerificationError::Closed { .. }));
        }
        let mut exported = false;
        while let Some(state) = call(export.next()).expect("no error") {
            exported |= matches!(state, ExportState::Done { .. });
        }
        let names = std::fs::read_dir(scene.app.dir.path()).expect("the folder");
        let left = names
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain"))
            .filter(|name| !name.starts_with("matrix-sdk") && name != "keyward.lock")
            .collect::<Vec<_>>();
        let expected: &[&str] = if exported { &["keys.txt"] } else { &[] };
        assert_eq!(left, expected, "a whole file or none");
        if exported {
            std::fs::remove_file(target).expect("removed");
        }
    }
}

#[test]
fn after_a_shutdown_every_call_says_so() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    let (sessions, room_keys) = (account.sessions(), account.room_keys());
    let list = call(sessions.list()).expect("a list");
    let phone = scene.person.phone.device_id();
    let sign_out = call(sessions.sign_out(vec![phone.clone()])).expect("selected");
    let watch = call(sessions.open_watch()).expect("a watch");
    let plan = call(account.plan_reset()).expect("a plan");
    call(account.shut_down()).expect("shut down");
    call(account.shut_down()).expect("twice is no harm");

    macro_rules! closed {
        ($error:ident: $($call:expr),+ $(,)?) => {
            $({
                let result = call($call).map(drop);
                assert!(matches!(result, Err($error::Closed { .. })), "{}: {result:?}", stringify!($call));
            })+
        };
    }
    let key = Arc::new(RecoveryKey::new(scene.person.old_key.clone()));
    let file = || "keys.txt".to_owned();
    let client = ClientInformation {
        name: None,
        version: None,
        url: None,
    };
    closed!(AccountError:
        account.status(),
        account.sync_once(Duration::ZERO),
        account.unsaved_room_keys(),
        account.examine(false),
    );
    closed!(UnlockError: account.unlock(KeyInput::RecoveryKey { key: key.clone() }));
    closed!(KeyCheckError: account.check_recovery_key(KeyInput::RecoveryKey { key: key.clone() }));
    closed!(LogoutError: account.log_out(UnsavedRoomKeys::Discard));
    closed!(ResetError:
        account.plan_reset(),
        account.start_reset(plan, ResetOptions::default()),
        account.resume_reset(),
        account.pending_reset(),
        account.cancel_reset(),
    );
    closed!(RecoveryError:
        account.start_recovery(RecoveryOptions::default()),
        account.resume_recovery(),
        account.pending_recovery(),
        account.cancel_recovery(),
    );
    let key = || KeyInput::RecoveryKey { key: key.clone() };
    closed!(RepairError:
        account.ask_other_sessions(Duration::ZERO),
        account.sign_this_session(),
        account.write_secret_storage(key()),
        account.start_make_backup(key()),
        account.start_upload_room_keys_behind(),
        account.start_recover_room_keys(key(), None),
        account.say_backup_is_wanted(),
        account.remove_dehydrated_device(),
    );
    closed!(VerificationError:
        account.verify_session(phone.clone()),
        account.verify_this_session(),
        account.next_verification_request(),
    );
    closed!(SessionsError:
        sessions.list(),
        sessions.open_watch(),
        sessions.rename(list.current.device_id.clone(), "name".to_owned()),
        sessions.set_push(list.current.device_id.clone(), true),
        sessions.sign_out_consequences(vec![phone.clone()]),
        sessions.account_management(),
        sessions.acknowledge_login(phone.clone()),
        sessions.history(),
        sessions.announce_client(client),
        sessions.prune_client_information(),
    );
    closed!(SignOutError: sessions.sign_out(vec![phone]), sign_out.begin(), sign_out.authorise(scene.password()));
    closed!(ExportError: room_keys.start_export(file(), passphrase()));
    closed!(ImportError: room_keys.start_import(file(), passphrase()));
    assert_eq!(call(watch.next()), None);
    assert_eq!(call(watch.next()), None);
    assert!(!account.user_id().is_empty() && !account.device_id().is_empty());
    drop((account, sessions, room_keys, sign_out, watch));
    scene.app.restore();
}

/// Whoever's shutdown has returned can restore, also if it was not the first.
#[test]
fn shutdowns_and_calls_at_the_same_time_all_end() {
    let mut scene = Scene::new();
    for _ in 0..20 {
        let account = scene.app.account.clone();
        let started = Arc::new(std::sync::Barrier::new(5));
        let callers = [(); 2].map(|()| {
            let (account, started) = (account.clone(), started.clone());
            thread::spawn(move || {
                started.wait();
                let sessions = account.sessions();
                while call(sessions.history()).is_ok() {}
                call(sessions.history())
            })
        });
        let one_at_a_time = Arc::new(Mutex::new(()));
        let enders = [(); 2].map(|()| {
            let (account, started, one_at_a_time) = (account.clone(), started.clone(), one_at_a_time.clone());
            let (folder, key) = (scene.app.folder(), scene.app.key.clone());
            thread::spawn(move || {
                started.wait();
                call(account.shut_down()).expect("shut down");
                let _alone = one_at_a_time.lock().expect("no panic");
                let restored = call(Account::restore(folder, key)).expect("the store is free");
                call(restored.shut_down()).expect("shut down");
            })
        });
        started.wait();
        for ender in enders {
            ender.join().expect("no panic");
        }
        for caller in callers {
            let last = caller.join().expect("no panic");
            assert_matches!(last, Err(SessionsError::Closed { .. }));
        }
        scene.app.account = scene.app.restore();
    }
}

#[test]
fn logging_out_gives_the_folder_back_also_when_nobody_waits() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    give_up(account.log_out(UnsavedRoomKeys::Discard));
    // The calls say so when it is done, whatever they say on the way.
    while !matches!(call(account.sessions().history()), Err(SessionsError::Closed { .. })) {}
    call(account.shut_down()).expect("shut down");
    assert!(!scene.app.dir.path().join("keyward.lock").exists());
    let gone = call(Account::restore(scene.app.folder(), scene.app.key.clone())).map(drop);
    assert_matches!(gone, Err(keyward_ffi::RestoreError::NotLoggedIn { .. }));
}

#[test]
fn a_wait_for_ever_is_a_long_one() {
    let scene = Scene::new();
    call(scene.app.account.sync_once(Duration::ZERO)).expect("synchronised");
    scene.proxy.arm(Rule::new(Fault::HoldBefore).on(is_sync).for_ever());
    let account = scene.app.account.clone();
    let waiting = thread::spawn(move || call(account.sync_once(Duration::MAX)));
    others(scene.proxy.held());
    call(scene.app.account.shut_down()).expect("shut down");
    let ended = waiting.join().expect("no panic");
    assert_matches!(ended, Err(AccountError::Closed { .. }));
}

/// A call that waits for an app's token, which never comes.
#[test]
fn a_shutdown_ends_the_wait_for_a_token() {
    let scene = Scene::new();
    let (host, _) = scene.phone_s_session();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().to_str().expect("plain").to_owned();
    let key = Arc::new(StoreKey::generate());
    for _ in 0..3 {
        let attached = AttachedAccount::attach(host.clone(), folder.clone(), key.clone());
        let attached = call(attached).expect("the folder is free");
        let requests = attached.token_requests();
        let waiting = {
            let attached = attached.clone();
            thread::spawn(move || call(attached.status()))
        };
        let request = call(requests.next()).expect("a token is asked for");
        call(attached.shut_down()).expect("shut down");
        assert_matches!(waiting.join().expect("no panic"), Err(AccountError::Closed { .. }));
        assert!(call(requests.next()).is_none());
        drop(request);
        assert_matches!(call(attached.status()), Err(AccountError::Closed { .. }));
    }
}
