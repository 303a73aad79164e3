// SPDX-License-Identifier: Apache-2.0

//! A homeserver that lies: what it shows is believed only if the signatures hold, and nothing is deleted on its word.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::common::{
    Keyward, Person, always, assert_matches, assert_opens, commit, confirm_saved, finish, key, new_user, other_client,
    password, start, state, until_challenge, until_key,
};
use keyward::{
    account::Account,
    error::{FlowError as _, RequestError, ServerError},
    reset::{OldBackup, PendingReset, ResetError, ResetOptions},
};
use keyward_testing::{
    oracle::{DeviceState, Oracle},
    proxy::{Fault, FaultProxy, Rule},
    server_state::{BACKUP_SECRET, ServerState},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const NOT_UNDERSTOOD: RequestError = RequestError::Server(ServerError::NotUnderstood);

/// An unlocked session behind a proxy.
async fn behind_a_proxy(person: &Person) -> (Keyward, FaultProxy) {
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("the old key unlocks").key_backup);
    (keyward, proxy)
}

/// Every reply to requests that end so is changed, for ever.
fn lie(proxy: &FaultProxy, end: &'static str, lie: impl Fn(&mut Value) + Send + Sync + 'static) {
    proxy.arm(always(end, Fault::change(lie)));
}

/// The reset that waits is resumed without lies, and its key opens everything.
async fn assert_resumes(keyward: &Keyward, person: &Person) {
    let outcome = finish(&mut keyward.resume_reset().await, &person.user).await;
    let outcome = outcome.expect("done");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_whose_signatures_do_not_hold_decides_nothing() {
    type Lie = fn(&mut Value, &str);
    let lies: [(&str, Lie); 4] = [
        ("master_keys", |object, _| {
            object["user_id"] = json!("@somebody:localhost")
        }),
        ("master_keys", |object, _| object["usage"] = json!(["self_signing"])),
        ("master_keys", |object, _| {
            object["keys"]["ed25519:another"] = json!("another")
        }),
        ("self_signing_keys", |object, user| {
            let signatures = object["signatures"][user].as_object_mut().expect("signatures");
            signatures
                .values_mut()
                .for_each(|signature| *signature = json!("A".repeat(86)));
        }),
    ];
    for (of, change) in lies {
        let person = Person::with_history().await;
        let (keyward, proxy) = behind_a_proxy(&person).await;
        let before = state(&person).await;
        let old_default = before.default_key_id().map(str::to_owned);
        let old = before.master_key.expect("it has an identity");
        let mut reset = start(&keyward.account).await;
        until_challenge(&mut reset).await;
        let user = person.user.user_id.clone();
        // Of the new identity alone: on a busy machine the old one is looked at once more before the upload.
        lie(&proxy, "/keys/query", move |reply| {
            if reply["master_keys"][&user]["keys"] != old["keys"] {
                change(&mut reply[of][&user], &user);
            }
        });
        let accepted = reset.authorise(&password(&person.user)).await;
        let error = accepted.expect_err("it is not understood");
        assert_eq!(error.code(), NOT_UNDERSTOOD.code(), "{of}");
        assert!(!reset.is_committed());
        assert_eq!(state(&person).await.default_key_id(), old_default.as_deref());
        drop(reset);
        proxy.disarm();
        assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
        assert_resumes(&keyward, &person).await;
    }
}

/// Synapse stores the keys of an identity one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_is_half_stored_is_asked_for_again() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let old = state(&person).await.master_key.expect("it has an identity");
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    let user = person.user.user_id.clone();
    let halves = Arc::new(AtomicUsize::new(0));
    let shown = halves.clone();
    lie(&proxy, "/keys/query", move |reply| {
        let is_new = reply["master_keys"][&user]["keys"] != old["keys"];
        if is_new && shown.fetch_add(1, Ordering::Relaxed) < 2 {
            reply["self_signing_keys"] = json!({});
        }
    });
    let accepted = reset.authorise(&password(&person.user)).await;
    accepted.expect("the second half is there in time");
    assert!(halves.load(Ordering::Relaxed) > 2);
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

pub(crate) fn hide_the_identity(proxy: &FaultProxy) {
    lie(proxy, "/keys/query", |reply| {
        for keys in ["master_keys", "self_signing_keys", "user_signing_keys"] {
            reply[keys] = json!({});
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_is_hidden_is_no_first_set_up() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    hide_the_identity(&proxy);
    let account = &keyward.account;
    assert_eq!(account.status().await.err(), Some(NOT_UNDERSTOOD));
    assert_eq!(account.sessions().await.err(), Some(NOT_UNDERSTOOD));
    let planned = account.plan_reset().await;
    assert_matches!(planned, Err(ResetError::Request(NOT_UNDERSTOOD)));
    proxy.disarm();
    assert!(keyward.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_hidden_is_not_taken_for_none() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let none = json!({"errcode": "M_NOT_FOUND", "error": "No current backup version"});
    proxy.arm(always("/room_keys/version", Fault::Reply(StatusCode::NOT_FOUND, none)));
    let planned = keyward.account.plan_reset().await;
    assert_matches!(planned, Err(ResetError::Request(NOT_UNDERSTOOD)));
    proxy.disarm();
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert!(plan.consequences.backup_readable);
}

/// A reset that comes as far as the first request whose path ends so, after the commit. Returns its key.
async fn stops_after_the_commit(account: &Account, person: &Person, proxy: &FaultProxy, end: &'static str) -> String {
    let mut reset = start(account).await;
    commit(&mut reset, &person.user).await;
    proxy.arm(always(end, Fault::CutBefore));
    reset.advance().await.expect_err("nothing gets through");
    proxy.disarm();
    reset.recovery_key().reveal().to_owned()
}

/// As after a database was restored. Synapse itself takes no old identity back.
pub(crate) fn show_the_identity_of(before: &ServerState, proxy: &FaultProxy) {
    let (user, old) = (before.user_id.clone(), before.clone());
    lie(proxy, "/keys/query", move |reply| {
        reply["master_keys"][&user] = old.master_key.clone().into();
        reply["self_signing_keys"][&user] = old.self_signing_key.clone().into();
        reply["user_signing_keys"][&user] = old.user_signing_key.clone().into();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_set_back_a_reset_is_authorised_again_or_cancelled_without_a_loss() {
    for (cancel, bound) in [(false, false), (false, true), (true, false), (true, true)] {
        let person = Person::with_history().await;
        let (keyward, proxy) = behind_a_proxy(&person).await;
        let device_id = keyward.account.device_id().to_owned();
        let (store_key, dir) = keyward.close().await;
        let oracle = Oracle::new(person.observer.clone(), &device_id, dir.path(), *store_key.reveal()).await;
        let oracle = oracle.expect("a first look");
        let account = Account::restore(dir.path(), &store_key).await.expect("restored");
        let before = oracle.before().server.clone();
        if bound {
            stops_after_the_commit(&account, &person, &proxy, "/room_keys/keys").await;
        } else {
            commit(&mut start(&account).await, &person.user).await;
        }
        show_the_identity_of(&before, &proxy);
        let cancelled = account.cancel_reset().await;
        assert_matches!(cancelled, Err(ResetError::AlreadyCommitted), "one look is no proof");
        let mut resumed = account.resume_reset(None).await.expect("it is there");
        let key = resumed.recovery_key();
        assert!(!resumed.is_committed(), "the old identity lasts");
        if cancel {
            resumed.cancel().await.expect("undone");
            account.close().await.expect("closed");
            drop(account);
            let now = oracle.look().await.expect("a look");
            oracle.i1_the_private_keys_are_on_the_device(&now).expect("given back");
            assert_eq!(now.device.backup_key, oracle.before().device.backup_key);
            assert_eq!(now.server.default_key_id(), before.default_key_id());
            assert_eq!(now.server.current_backup, before.current_backup);
        } else {
            // The server takes the identity without a challenge, because it has it, and does not show it.
            let authorised = resumed.advance().await;
            assert_matches!(authorised, Err(ResetError::NotAccepted));
            drop(resumed);
            account.close().await.expect("closed");
            drop(account);
        }
        // The keys are here all the same, for an identity that turns out to be in force.
        proxy.disarm();
        let account = Account::restore(dir.path(), &store_key).await.expect("restored");
        let pending = account.pending_reset().await.expect("known");
        assert_eq!(pending, Some(PendingReset::Committed));
        let mut resumed = account.resume_reset(None).await.expect("it is there");
        finish(&mut resumed, &person.user).await.expect("done");
        drop(resumed);
        account.close().await.expect("closed");
        oracle.assert_done(key.reveal()).await.expect("whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_after_a_set_back_keeps_the_room_keys_that_others_put_into_the_new_backup() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let before = state(&person).await;
    // The backup is full, and nothing is deleted yet.
    let key = stops_after_the_commit(&keyward.account, &person, &proxy, "/{sessionId}").await;
    let tablet = other_client(&person.user).await;
    tablet.recover(&key).await.expect("the new key is the default");
    let room = tablet.create_encrypted_room(&[]).await.expect("a room");
    let message = tablet.send_messages(&room, 1).await.expect("a message").remove(0);
    tablet.wait_for_backup().await.expect("its key is in the new backup");
    show_the_identity_of(&before, &proxy);
    keyward.resume_reset().await.cancel().await.expect("undone");
    assert_eq!(state(&person).await.current_backup, before.current_backup);
    let (store_key, dir) = keyward.close().await;
    let device = DeviceState::read(dir.path(), store_key.reveal())
        .await
        .expect("the store");
    assert!(device.room_keys.contains(&message.room_key()));
}

#[tokio::test(flavor = "multi_thread")]
async fn private_keys_that_a_look_took_away_are_taken_in_again() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let before = state(&person).await;
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    // The next look comes after they were taken in. The crypto store drops the keys of an identity that is not shown.
    show_the_identity_of(&before, &proxy);
    assert_matches!(reset.advance().await, Err(ResetError::NotAccepted));
    proxy.disarm();
    finish(&mut reset, &person.user).await.expect("done");
    let status = keyward.status().await;
    assert!(status.verified && status.private_keys, "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_that_was_set_back_is_authorised_again_or_cancelled() {
    let user = new_user().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    let mut reset = start(&keyward.account).await;
    until_key(&mut reset).await;
    confirm_saved(&mut reset).await;
    proxy.arm(always("/m.secret_storage.default_key", Fault::CutBefore));
    reset.advance().await.expect_err("committed, and no further");
    assert!(reset.is_committed());
    drop(reset);
    proxy.disarm();
    hide_the_identity(&proxy);
    let resumed = keyward.resume_reset().await;
    assert!(!resumed.is_committed(), "there lastingly is no identity");
    resumed.cancel().await.expect("undone");
    assert_eq!(keyward.pending_reset().await, None);
    proxy.disarm();
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    finish(&mut keyward.resume_reset().await, &user).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_stays_until_the_new_one_gives_back_what_it_took() {
    let is_version = |method: &str, path: &str| method == "GET" && path.ends_with("/room_keys/version");
    let foreign = |reply: &mut Value| {
        reply["auth_data"]["public_key"] = json!("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo");
    };
    let lies: [(&str, Vec<Rule>); 3] = [
        (
            "the server says that it took keys and did not",
            vec![
                Rule::new(Fault::Reply(StatusCode::OK, json!({"count": 1000, "etag": "1"})))
                    .on(|method, path| method == "PUT" && path.ends_with("/room_keys/keys"))
                    .for_ever(),
                Rule::new(Fault::change(|reply| reply["count"] = json!(1000)))
                    .on(is_version)
                    .for_ever(),
            ],
        ),
        (
            "the server gives back something else",
            vec![always(
                "/{sessionId}",
                Fault::change(|reply| reply["session_data"]["mac"] = json!("AAAAAAAAAAA")),
            )],
        ),
        (
            "the version has another public key",
            vec![Rule::new(Fault::change(foreign)).on(is_version).for_ever()],
        ),
    ];
    for (lie, rules) in lies {
        let person = Person::with_history().await;
        let (keyward, proxy) = behind_a_proxy(&person).await;
        let old = state(&person).await.current_backup.expect("a backup");
        let mut reset = start(&keyward.account).await;
        commit(&mut reset, &person.user).await;
        rules.into_iter().for_each(|rule| proxy.arm(rule));
        let stopped = finish(&mut reset, &person.user).await;
        assert_matches!(stopped, Err(ResetError::NotKept), "whatever the server says");
        assert!(state(&person).await.backups.contains_key(&old), "{lie}");
        drop(reset);
        proxy.disarm();
        assert_resumes(&keyward, &person).await;
        assert!(!state(&person).await.backups.contains_key(&old), "{lie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_an_old_backup_whose_number_the_server_gives_for_the_new_one() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let before = state(&person).await;
    let old = before.current_backup.clone().expect("a backup");
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    for number in [old.as_str(), "", "..", "../../v3/account", &"9".repeat(1000)] {
        let made = Fault::Reply(StatusCode::OK, json!({"version": number}));
        proxy.arm(Rule::new(made).on(|method, path| method == "POST" && path.ends_with("/room_keys/version")));
        let error = reset.advance().await.expect_err("it is not understood");
        assert_eq!(error.code(), NOT_UNDERSTOOD.code(), "{number}");
        proxy.disarm();
    }
    assert_eq!(state(&person).await.backups[&old], before.backups[&old]);
    drop(reset);
    assert_resumes(&keyward, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_into_a_backup_that_was_kept_outlives_the_next_reset() {
    let person = Person::with_history().await;
    let before = state(&person).await;
    let (kept, old_id) = (
        before.current_backup.clone().expect("a backup"),
        before.default_key_id().expect("a key"),
    );
    // The first session cannot read the backup.
    let first = Keyward::of(&person.user).await;
    let outcome = first.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let outcome = first.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    let after = state(&person).await;
    assert!(after.backups.contains_key(&kept));
    assert_eq!(
        after.ciphertexts(BACKUP_SECRET)[old_id],
        before.ciphertexts(BACKUP_SECRET)[old_id]
    );
    assert_eq!(after.key_descriptions()[old_id], before.key_descriptions()[old_id]);
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_version_that_stays_after_its_deletion_is_deleted_three_times_and_no_more() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let before = state(&person).await;
    stops_after_the_commit(&keyward.account, &person, &proxy, "/room_keys/keys").await;
    show_the_identity_of(&before, &proxy);
    let resumed = keyward.resume_reset().await;
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::OK, json!({})))
            .on(|method, path| method == "DELETE" && path.ends_with("/room_keys/version/{version}"))
            .for_ever(),
    );
    assert_matches!(resumed.cancel().await, Err(ResetError::NotUndone));
    let deletions = proxy
        .requests()
        .into_iter()
        .filter(|request| request.method == "DELETE")
        .count();
    assert_eq!(deletions, 3);
    proxy.disarm();
    assert_resumes(&keyward, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_does_not_know_ends_no_synchronisation() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    let garbage = Rule::new(Fault::change(|reply| reply["next_batch"] = json!("garbage")));
    proxy.arm(garbage.on(|_, path| path.ends_with("/sync")));
    keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    keyward.account.sync_once(Duration::ZERO).await.expect("it begins anew");
    let refused = proxy
        .requests()
        .into_iter()
        .filter(|request| request.status == Some(400))
        .count();
    assert_eq!(refused, 1);
    keyward.account.sync_once(Duration::ZERO).await.expect("it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_wait_is_asked_once_a_second() {
    let person = Person::with_history().await;
    let (keyward, proxy) = behind_a_proxy(&person).await;
    keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    // With nothing in it, or with the same as before.
    for again in [json!({}), json!({"changed": [&person.user.user_id]})] {
        let reply = json!({"next_batch": "s1", "device_lists": again});
        proxy.arm(always("/sync", Fault::Reply(StatusCode::OK, reply)));
        keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
        let started = Instant::now();
        for _ in 0..3 {
            let synced = keyward.account.sync_once(Duration::from_secs(30)).await;
            synced.expect("a sync");
        }
        assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
        proxy.disarm();
    }
}

/// The identity that the server shows decides, whatever it has said.
#[tokio::test(flavor = "multi_thread")]
async fn an_odd_answer_to_the_upload_is_no_refusal() {
    let nonsense = Fault::change(|reply| *reply = json!("nonsense"));
    let refusal = Fault::Reply(StatusCode::FOUND, json!({}));
    for (fault, has_acted) in [(nonsense, true), (Fault::CutAfter, true), (refusal, false)] {
        let person = Person::with_history().await;
        let (keyward, proxy) = behind_a_proxy(&person).await;
        let mut reset = start(&keyward.account).await;
        until_challenge(&mut reset).await;
        proxy.arm(Rule::new(fault).on(|_, path| path.ends_with("/keys/device_signing/upload")));
        let answered = reset.authorise(&password(&person.user)).await;
        assert_eq!(reset.is_committed(), has_acted);
        match has_acted {
            true => answered.expect("it has acted"),
            false => assert_eq!(answered.expect_err("it has not acted").code(), NOT_UNDERSTOOD.code()),
        }
        finish(&mut reset, &person.user).await.expect("done");
    }
}

/// Anybody with an access token can put such an entry into the backup, and it must not keep the others from the person.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_the_backup_that_nobody_understands_hides_no_other() {
    let person = Person::with_history().await;
    let odd = json!({
        "algorithm": "m.megolm.v1.aes-sha2", "sender_key": "A".repeat(43), "session_key": "",
        "sender_claimed_keys": {"ed25519": "A".repeat(44)}, "forwarding_curve25519_key_chain": [],
    });
    let added = person.observer.add_to_backup(&person.room, "odd", &odd).await;
    added.expect("the homeserver takes it");
    let keyward = Keyward::unlocked(&person).await;
    let mut reset = start(&keyward.account).await;
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Kept, "not all of it could be read");
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}
