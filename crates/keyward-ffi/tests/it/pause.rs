// SPDX-License-Identifier: Apache-2.0

//! A pause gives the files back at once and keeps every object; after it everything goes on.

use std::{sync::Arc, thread, time::Duration};

use crate::common::{Scene, assert_matches, call, give_up, others, until};
use keyward_ffi::{
    AccountError, AttachError, AttachedAccount, Confirmation, ExportError, ExportState, KeyInput, LogoutError,
    Passphrase, RecoveryError, RecoveryKey, RecoveryOptions, RepairError, ResetError, ResetOptions, ResetState,
    ResumeError, SessionsError, SessionsUpdate, SignOutError, StoreKey, UnlockError, UnsavedRoomKeys,
    VerificationError, VerificationState,
};
use keyward_testing::{
    open_files::open_files,
    proxy::{Fault, Rule},
};

const LONG: Duration = Duration::from_secs(30);

/// Nothing of the store is held.
fn assert_free(scene: &Scene) {
    let dir = scene.app.dir.path();
    assert_eq!(open_files(dir), Vec::<String>::new());
    let lock = std::fs::File::open(dir.join("keyward.lock")).expect("it is there");
    lock.try_lock().expect("nobody has it");
}

fn is_sync(_: &str, path: &str) -> bool {
    path.ends_with("/sync")
}

fn is_staging(method: &str, path: &str) -> bool {
    method == "PUT" && path.contains("m.secret_storage.key")
}

fn is_rename(method: &str, path: &str) -> bool {
    method == "PUT" && path.contains("/devices/")
}

impl Scene {
    /// Waits until the proxy holds such a request.
    fn until_held(&self, is_wanted: fn(&str, &str) -> bool) {
        let is_held = || {
            let requests = self.proxy.requests();
            let mut held = requests.iter().filter(|request| request.end.is_none());
            held.any(|request| is_wanted(&request.method, &request.path))
        };
        while !is_held() {
            thread::yield_now();
        }
    }
}

#[test]
fn a_paused_account_holds_nothing_and_then_everything_goes_on() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    others(scene.person.phone.catch_up()).expect("it knows this session");
    let watch = call(account.sessions().open_watch()).expect("a watch");
    let first = call(watch.next());
    assert_matches!(first, Some(SessionsUpdate::Snapshot { .. }));
    let hold = |held: fn(&str, &str) -> bool| scene.proxy.arm(Rule::new(Fault::HoldBefore).on(held).for_ever());
    hold(is_staging);
    let reset = scene.start_reset();
    let states = reset.open_states();
    scene.until_held(is_staging);
    // A reset reads the account's data in this way.
    hold(is_sync);
    hold(is_rename);
    let watching = thread::spawn(move || call(watch.next()));
    let synchronising = {
        let account = account.clone();
        thread::spawn(move || call(account.sync_once(LONG)))
    };
    let asked = {
        let account = account.clone();
        thread::spawn(move || call(account.next_verification_request()))
    };
    let renaming = {
        let account = account.clone();
        thread::spawn(move || call(account.sessions().rename(account.device_id(), "name".to_owned())))
    };
    scene.until_held(is_sync);
    scene.until_held(is_rename);

    call(account.pause()).expect("paused");
    assert_free(&scene);
    call(account.pause()).expect("it is");
    let renamed = renaming.join().expect("no panic");
    assert_matches!(renamed, Err(SessionsError::Paused { .. }));
    scene.proxy.disarm();
    let requests = scene.proxy.requests().len();
    assert_matches!(call(account.status()), Err(AccountError::Paused { .. }));
    assert_matches!(call(reset.retry()), Err(ResetError::Paused { .. }));
    assert!(!watching.is_finished() && !synchronising.is_finished() && !asked.is_finished());
    assert_free(&scene);
    assert_eq!(scene.proxy.requests().len(), requests, "nothing is sent");

    call(account.resume()).expect("resumed");
    call(account.resume()).expect("it is");
    let synchronised = synchronising.join().expect("no panic");
    synchronised.expect("it went on");
    others(scene.person.phone.ask_to_verify(&account.device_id())).expect("asked");
    let verification = asked.join().expect("no panic").expect("it went on");
    call(verification.cancel()).expect("cancelled");
    until(&states, |state| matches!(state, ResetState::SaveKey { .. }));

    // It waits for the person, before and after.
    call(account.pause()).expect("paused");
    call(account.resume()).expect("resumed");
    call(reset.confirm_saved(Confirmation::Acknowledged)).expect("confirmed");
    until(&states, |state| matches!(state, ResetState::Authorise { .. }));
    call(reset.authorise(scene.password())).expect("accepted");
    until(&states, |state| matches!(state, ResetState::Done { .. }));
    let changed = watching.join().expect("no panic");
    assert_matches!(changed, Some(SessionsUpdate::Snapshot { .. }));
}

#[test]
fn what_another_process_has_done_meanwhile_is_what_is_gone_on_with() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    others(scene.person.phone.catch_up()).expect("it knows this session");
    let watch = call(account.sessions().open_watch()).expect("a watch");
    let first = call(watch.next());
    assert_matches!(first, Some(SessionsUpdate::Snapshot { .. }));
    let reset = scene.start_reset();
    let states = reset.open_states();
    until(&states, |state| matches!(state, ResetState::SaveKey { .. }));
    let verification = call(account.verify_session(scene.person.phone.device_id())).expect("asked");
    let shown = verification.open_states();
    let sign_out = call(
        account
            .sessions()
            .sign_out(vec![scene.person.observer.device_id.clone()]),
    )
    .expect("selected");
    call(sign_out.begin()).expect("the challenge");

    call(account.pause()).expect("paused");
    let other = scene.app.restore();
    let taken = call(account.resume());
    assert_matches!(taken, Err(ResumeError::InUse { .. }));
    assert_matches!(call(account.status()), Err(AccountError::Paused { .. }), "as before");
    call(other.cancel_reset()).expect("cancelled");
    others(scene.person.phone.send_messages(&scene.person.room, 1)).expect("a message");
    while call(other.status()).expect("a status").room_keys == 0 {
        call(other.sync_once(Duration::from_secs(1))).expect("a sync");
    }
    call(other.shut_down()).expect("shut down");

    call(account.resume()).expect("resumed");
    // The reset is over: nothing can be done with it, and nothing is asked again.
    let late = call(reset.confirm_saved(Confirmation::Acknowledged));
    assert_matches!(late, Err(ResetError::OutOfOrder { .. }));
    let asked_or_stopped = |state: &ResetState| !matches!(state, ResetState::Working { .. });
    let stopped = until(&states, asked_or_stopped);
    assert_matches!(
        stopped,
        ResetState::Stopped {
            error: ResetError::NothingPending { .. }
        }
    );
    let last = loop {
        match call(shown.next()).expect("a state") {
            VerificationState::Waiting => {}
            last => break last,
        }
    };
    assert_matches!(last, VerificationState::Cancelled { by_us: true, .. });
    let next = call(watch.next());
    assert_matches!(next, Some(SessionsUpdate::Snapshot { .. }));
    let signed_out = call(sign_out.authorise(scene.password())).expect("signed out");
    assert!(signed_out.is_none());
    assert_eq!(call(account.status()).expect("a status").room_keys, 1);
    // Nothing stands in the way of another one.
    let again = scene.start_reset();
    until(&again.open_states(), |state| {
        matches!(state, ResetState::SaveKey { .. })
    });
    call(again.cancel()).expect("cancelled");
}

#[test]
fn while_it_is_paused_every_call_that_does_something_says_so() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    let (sessions, room_keys) = (account.sessions(), account.room_keys());
    let phone = scene.person.phone.device_id();
    let sign_out = call(sessions.sign_out(vec![phone.clone()])).expect("selected");
    let plan = call(account.plan_reset()).expect("a plan");
    call(account.pause()).expect("paused");

    macro_rules! paused {
        ($error:ident: $($call:expr),+ $(,)?) => {
            $({
                let result = call($call).map(drop);
                assert!(matches!(result, Err($error::Paused { .. })), "{}: {result:?}", stringify!($call));
            })+
        };
    }
    let key = Arc::new(RecoveryKey::new(scene.person.old_key.clone()));
    let key = || KeyInput::RecoveryKey { key: key.clone() };
    let passphrase = Arc::new(Passphrase::new("correct horse battery staple".to_owned()));
    paused!(AccountError: account.status(), account.unsaved_room_keys(), account.examine(false));
    paused!(UnlockError: account.unlock(key()));
    paused!(LogoutError: account.log_out(UnsavedRoomKeys::Discard));
    paused!(ResetError:
        account.plan_reset(),
        account.start_reset(plan, ResetOptions::default()),
        account.resume_reset(),
        account.pending_reset(),
        account.cancel_reset(),
    );
    paused!(RecoveryError: account.start_recovery(RecoveryOptions::default()), account.resume_recovery());
    paused!(RepairError: account.ask_other_sessions(Duration::ZERO), account.start_make_backup(key()));
    paused!(VerificationError: account.verify_session(phone.clone()), account.verify_this_session());
    paused!(SessionsError: sessions.list(), sessions.open_watch(), sessions.history());
    paused!(SignOutError: sessions.sign_out(vec![phone]), sign_out.begin());
    paused!(ExportError: room_keys.start_export("keys.txt".to_owned(), passphrase));
    assert_free(&scene);
    call(account.resume()).expect("resumed");
    call(account.status()).expect("a status");
}

/// An export works on a thread of its own, which a pause waits for: nothing is written and no file is open any more.
#[test]
fn a_pause_ends_an_export_and_leaves_no_half_of_one() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    let target = tempfile::tempdir().expect("a folder");
    for _ in 0..20 {
        let passphrase = Arc::new(Passphrase::new("correct horse battery staple".to_owned()));
        let file = target.path().join("keys.txt").to_str().expect("plain").to_owned();
        let export = call(account.room_keys().start_export(file, passphrase)).expect("an export");
        call(account.pause()).expect("paused");
        assert_free(&scene);
        assert_eq!(open_files(target.path()), Vec::<String>::new());
        let mut last = None;
        let end = loop {
            match call(export.next()) {
                Ok(Some(state)) => last = Some(state),
                end => break end,
            }
        };
        let written = std::fs::read_dir(target.path()).expect("a folder").count();
        match (end, last) {
            // It was done before the pause.
            (Ok(None), Some(ExportState::Done { .. })) => assert_eq!(written, 1),
            (Err(ExportError::Paused { .. }), _) => assert_eq!(written, 0, "a half is left"),
            other => panic!("{other:?}"),
        }
        if written == 1 {
            std::fs::remove_file(target.path().join("keys.txt")).expect("removed");
        }
        call(account.resume()).expect("resumed");
    }
}

#[test]
fn a_pause_and_a_shutdown_in_any_order() {
    let scene = Scene::new();
    let account = scene.app.account.clone();
    // Nobody waits for the pause: it is done all the same.
    give_up(account.pause());
    while !matches!(call(account.status()), Err(AccountError::Paused { .. })) {}
    call(account.pause()).expect("it is");
    assert_free(&scene);
    give_up(account.resume());
    while call(account.status()).is_err() {}

    call(account.pause()).expect("paused");
    call(account.shut_down()).expect("shut down");
    assert_matches!(call(account.pause()), Err(AccountError::Closed { .. }));
    assert_matches!(call(account.resume()), Err(ResumeError::Closed { .. }));
    assert_matches!(call(account.status()), Err(AccountError::Closed { .. }));

    // At the same time.
    for _ in 0..20 {
        let account = scene.app.restore();
        let pausing = {
            let account = account.clone();
            thread::spawn(move || call(account.pause()))
        };
        call(account.shut_down()).expect("shut down");
        let paused = pausing.join().expect("no panic");
        assert_matches!(paused, Ok(()) | Err(AccountError::Closed { .. }));
        assert_matches!(call(account.resume()), Err(ResumeError::Closed { .. }));
    }
}

#[test]
fn an_attached_account_is_paused_in_the_same_way() {
    let scene = Scene::new();
    let (host, access_token) = scene.phone_s_session();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().to_str().expect("plain").to_owned();
    let key = Arc::new(StoreKey::generate());
    let attach = || call(AttachedAccount::attach(host.clone(), folder.clone(), key.clone()));
    let attached = attach().expect("the folder is free");
    let answering = {
        let (requests, token) = (attached.token_requests(), access_token);
        thread::spawn(move || {
            while let Some(request) = call(requests.next()) {
                request.answer(token.clone());
            }
        })
    };
    let plan = call(attached.plan_reset(None)).expect("a plan");
    let reset = call(attached.start_reset(plan, ResetOptions::default())).expect("a reset");
    let states = reset.open_states();
    until(&states, |state| matches!(state, ResetState::SaveKey { .. }));
    call(attached.pause()).expect("paused");
    assert_eq!(open_files(dir.path()), Vec::<String>::new());
    assert_matches!(call(attached.status()), Err(AccountError::Paused { .. }));
    assert_matches!(call(attached.detach(true)), Err(AttachError::Paused { .. }));
    let other = attach().expect("the folder is free");
    assert_matches!(call(attached.resume()), Err(ResumeError::InUse { .. }));
    call(other.shut_down()).expect("shut down");
    call(attached.resume()).expect("resumed");
    // It is shown again: the other one may have changed it.
    until(&states, |state| matches!(state, ResetState::SaveKey { .. }));
    call(reset.cancel()).expect("cancelled");
    call(attached.shut_down()).expect("shut down");
    answering.join().expect("no panic");
}
