// SPDX-License-Identifier: Apache-2.0

//! What other clients, late replies and lying looks do to a reset under way.

use crate::{
    attached_reset::app_makes_its_own_backup,
    common::{
        Keyward, Person, always, assert_matches, assert_opens, assert_same, commit, confirm_saved, finish, key,
        other_client, password, start, state, until_challenge, until_key,
    },
    recovery,
};
use keyward::{
    error::FlowError as _,
    facts::KeyBackupStatus,
    logout::UnsavedRoomKeys,
    recovery::RecoveryOptions,
    reset::{OldBackup, OldBackupPolicy, PendingReset, ResetError, ResetOptions},
    secret::Passphrase,
};
use keyward_testing::{
    proxy::{Fault, Rule},
    server_state::Allowed,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// The oldest backup version, which is the one from before the reset.
async fn oldest_version(person: &Person) -> String {
    let versions = state(person).await.backups.into_keys();
    let oldest = versions.min_by_key(|version| version.parse::<u64>().ok());
    oldest.expect("a backup")
}

/// As Element X does at the beginning of a reset of its own. The server shows the old backup again then.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_backup_that_another_client_deletes_is_made_again_and_the_old_one_stays_meanwhile() {
    for policy in [OldBackupPolicy::DeleteWhenDrained, OldBackupPolicy::Keep] {
        let person = Person::with_history().await;
        let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
        keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
        let old = oldest_version(&person).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        let options = ResetOptions {
            old_backup: policy,
            ..ResetOptions::default()
        };
        let mut reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
        commit(&mut reset, &person.user).await;
        let upload = Rule::new(Fault::HoldBefore);
        proxy.arm(upload.on(|method, path| method == "PUT" && path.ends_with("/room_keys/keys")));
        let deleting = async {
            proxy.held().await;
            let new = state(&person).await.current_backup.expect("the new one");
            assert_ne!(new, old);
            let path = format!("/v3/room_keys/version/{new}");
            let deleted = person.observer.request_ok(Method::DELETE, &path, None).await;
            deleted.expect("deleted");
            assert_eq!(state(&person).await.current_backup.as_ref(), Some(&old));
            proxy.release();
        };
        let (outcome, ()) = tokio::join!(finish(&mut reset, &person.user), deleting);
        let outcome = outcome.expect("done");
        let (expected, backups) = match policy {
            OldBackupPolicy::DeleteWhenDrained => (OldBackup::Drained, 1),
            OldBackupPolicy::Keep => (OldBackup::Kept, 2),
        };
        assert_eq!(outcome.old_backup, expected);
        assert_eq!(state(&person).await.backups.len(), backups);
        assert!(outcome.room_keys_backed_up > 0);
        assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_reset_is_not_cancelled_whatever_a_look_shows() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let old_identity = state(&person).await.master_key.expect("an identity");
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    drop(reset);
    let before = state(&person).await;
    let lagging =
        json!({"master_keys": {&person.user.user_id: old_identity}, "device_keys": {&person.user.user_id: {}}});
    for reply in [json!({}), json!({"nonsense": true}), lagging] {
        proxy.arm(always("/keys/query", Fault::Reply(StatusCode::OK, reply)));
        let cancelled = keyward.account.cancel_reset().await;
        assert!(cancelled.is_err(), "{cancelled:?}");
        proxy.disarm();
    }
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    let mut resumed = keyward.resume_reset().await;
    let outcome = finish(&mut resumed, &person.user).await.expect("done");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_lost_right_after_the_commit_leaves_a_key_that_unlocks_another() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    let shown = reset.recovery_key();
    drop((reset, keyward));
    let server = state(&person).await;
    assert_ne!(server.default_key_id(), None, "the old key is the default still");

    let another = Keyward::of(&person.user).await;
    let old = another.account.unlock(&key(&person.old_key)).await;
    assert_eq!(
        old.err().map(|error| error.code()),
        Some("unlock.outdated_secret_storage")
    );
    let unlocked = another.account.unlock(&key(shown.reveal())).await;
    // The new backup would have been made next. The old one is there, for the old key.
    assert!(!unlocked.expect("the new key unlocks").key_backup);
    assert!(another.status().await.verified);
    let after = state(&person).await;
    assert_eq!(after.backups, server.backups);
    assert_ne!(after.default_key_id(), server.default_key_id());
    let staged = |content: &serde_json::Value| content.get("org.keyward.staged_for").is_some();
    assert!(server.account_data.values().any(staged) && !after.account_data.values().any(staged));

    // A late request brings its mark back. Another client, which has the new identity, makes a newer key.
    let keys = server.account_data.iter();
    for (name, marked) in keys.filter(|(name, _)| name.starts_with("m.secret_storage.key.")) {
        let written = person.observer.set_account_data(name, marked).await;
        written.expect("marked");
    }
    let laptop = other_client(&person.user).await;
    let recovered = laptop.recover(shown.reveal()).await;
    recovered.expect_err("it takes the identity in, and then stumbles over the old backup");
    let newer = laptop.client().encryption().recovery().reset_key().await;
    newer.expect("the laptop makes another key");
    let before = state(&person).await;
    assert_ne!(before.default_key_id(), after.default_key_id());
    let yet_another = Keyward::of(&person.user).await;
    let unlocked = yet_another.account.unlock(&key(shown.reveal())).await;
    unlocked.expect("it still opens the identity");
    assert_eq!(
        state(&person).await.default_key_id(),
        before.default_key_id(),
        "the newer key stays the default"
    );
}

/// Another session has the new key, and its person makes a newer one, before the reset is finished: that one stays the default, and
/// the rest is done all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_not_finished_goes_on_beside_a_newer_key() {
    for compromised in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::unlocked(&person).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        let options = ResetOptions {
            compromised,
            ..ResetOptions::default()
        };
        let mut reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
        commit(&mut reset, &person.user).await;
        let shown = reset.recovery_key();
        drop(reset);
        let other = Keyward::of(&person.user).await;
        other.account.unlock(&key(shown.reveal())).await.expect("it is the key");
        let begun = other.account.start_recovery(RecoveryOptions::default()).await;
        let newer = recovery::finish(&mut begun.expect("it begins"))
            .await
            .expect("a newer key");
        let before = state(&person).await;

        let outcome = finish(&mut keyward.resume_reset().await, &person.user).await;
        assert_eq!(outcome.expect("done").old_backup, OldBackup::Drained);
        let after = state(&person).await;
        assert_eq!(after.default_key_id(), before.default_key_id(), "the newer key stays");
        assert_eq!(after.backups.len(), 1);
        assert_ne!(after.current_backup, before.current_backup);
        let newer = newer.recovery_key;
        let written = keyward.account.write_secret_storage(&key(newer.reveal())).await;
        assert_eq!(written, Ok(()), "the new backup's key goes under it, too");
        assert!(person.reads_history_with(newer.reveal()).await);
    }
}

/// Another client takes the new key while the reset uploads, and puts a backup of its own in the place of the reset's.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_another_client_makes_with_the_new_key_counts() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    let shown = reset.recovery_key();
    let upload = Rule::new(Fault::HoldBefore);
    proxy.arm(upload.on(|method, path| method == "PUT" && path.ends_with("/room_keys/keys")));
    let replacing = async {
        proxy.held().await;
        person.phone.sync_once().await.expect("it hears of it");
        person.phone.recover(shown.reveal()).await.expect("it takes the key");
        let theirs = app_makes_its_own_backup(&person, &shown).await;
        proxy.release();
        theirs
    };
    let (outcome, theirs) = tokio::join!(finish(&mut reset, &person.user), replacing);
    assert_eq!(outcome.expect("done").old_backup, OldBackup::Drained);
    let after = state(&person).await;
    assert_eq!(after.current_backup, Some(theirs));
    assert_eq!(after.backups.len(), 1);
    assert_eq!(keyward.status().await.key_backup, KeyBackupStatus::Enabled);
    assert!(person.reads_history_with(shown.reveal()).await);
}

/// A person made another key in another client, which left the entries under the one before. That one may be known to
/// somebody.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_key_that_still_opens_the_identity_is_not_made_the_default_again() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    make_another_key_the_default(&person).await;
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    unlocked.expect("it still opens the identity");
    assert_eq!(state(&person).await.default_key_id(), Some("newer"));

    // Nor is the key of a reset that is done.
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    make_another_key_the_default(&person).await;
    let unlocked = keyward.account.unlock(&key(outcome.recovery_key.reveal())).await;
    unlocked.expect("it opens the new identity");
    let after = state(&person).await;
    assert_eq!(after.default_key_id(), Some("newer"));
    let staged = |content: &serde_json::Value| content.get("org.keyward.staged_for").is_some();
    assert!(!after.account_data.values().any(staged));
}

/// As another client does that describes a key and stores nothing under it.
async fn make_another_key_the_default(person: &Person) {
    let newer = json!({"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": "A".repeat(22), "mac": "A".repeat(43)});
    for (name, content) in [
        ("m.secret_storage.key.newer", newer),
        ("m.secret_storage.default_key", json!({"key": "newer"})),
    ] {
        let set = person.observer.set_account_data(name, &content).await;
        set.expect("account data");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_reset_after_our_commit_is_left_alone() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mut reset = start(&keyward.account).await;
    commit(&mut reset, &person.user).await;
    let laptop = other_client(&person.user).await;
    // matrix-sdk's reset stumbles over two backup versions (matrix-rust-sdk#4502).
    let path = format!("/v3/room_keys/version/{}", oldest_version(&person).await);
    let gone = person.observer.request_ok(Method::DELETE, &path, None).await;
    gone.expect("gone");
    let laptops_key = laptop.reset_identity().await.expect("the laptop resets");
    let before = state(&person).await;
    let stopped = reset.advance().await;
    assert_matches!(stopped, Err(ResetError::Superseded));
    reset.cancel().await.expect("forgotten");
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_eq!(keyward.pending_reset().await, None);
    assert_opens(&person.user, &laptops_key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_another_client_rewrote_at_the_key_screen_are_written_again() {
    for after_the_challenge in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::of(&person.user).await;
        let name = "m.cross_signing.master";
        let before = person.observer.account_data(name).await.expect("read");
        let mut reset = start(&keyward.account).await;
        if after_the_challenge {
            until_challenge(&mut reset).await;
        } else {
            until_key(&mut reset).await;
        }
        // matrix-js-sdk writes a secret without what others have stored beside it.
        let rewritten = person.observer.set_account_data(name, &before.expect("a secret")).await;
        rewritten.expect("rewritten");
        let outcome = finish(&mut reset, &person.user).await.expect("done");
        assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_the_old_backup_after_it_was_drained_comes_along() {
    let mut person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    let room = person.phone.create_encrypted_room(&[]).await.expect("another room");
    let message = person.phone.send_messages(&room, 1).await.expect("a message");
    person.history.extend(message);
    let saved = person.phone.wait_for_backup().await;
    saved.expect("its key is in the old backup");
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_key_that_reaches_the_old_backup_from_an_earlier_index_comes_along_whole() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let room_key = person.history[0].room_key();
    let version = state(&person).await.current_backup.expect("a backup");
    let path = room_key.path(&version);
    let whole = person.observer.request_ok(Method::GET, &path, None).await;
    let whole = whole.expect("the phone's room key, which opens the session from its first message");
    person
        .observer
        .request_ok(Method::DELETE, &path, None)
        .await
        .expect("gone");
    keyward.receive_a_room_key(&person).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    let put = person.observer.request_ok(Method::PUT, &path, Some(&whole)).await;
    put.expect("after the old backup was drained");
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_arrives_after_the_cancel_can_be_finished() {
    for (another_reset_has_begun, and_is_cancelled) in [(false, false), (true, false), (true, true)] {
        let person = Person::with_history().await;
        let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
        let mut reset = start(&keyward.account).await;
        until_challenge(&mut reset).await;
        let shown = reset.recovery_key();
        let old_identity = state(&person).await.master_key;
        let upload = Rule::new(Fault::HoldBefore);
        proxy.arm(upload.on(|_, path| path.ends_with("/keys/device_signing/upload")));
        let password = password(&person.user);
        tokio::select! {
            accepted = reset.authorise(&password) => panic!("too early: {accepted:?}"),
            () = proxy.held() => {}
        }
        reset.cancel().await.expect("nothing has arrived yet");
        assert_eq!(keyward.pending_reset().await, None);
        let mut another = None;
        if another_reset_has_begun {
            let mut begun = start(&keyward.account).await;
            begun.advance().await.expect("staged");
            if and_is_cancelled {
                begun.cancel().await.expect("nothing has arrived yet");
            } else {
                another = Some(begun);
            }
        }
        proxy.release();
        while state(&person).await.master_key == old_identity {
            tokio::task::yield_now().await;
        }
        if let Some(mut another) = another {
            confirm_saved(&mut another).await;
            let stopped = another.advance().await;
            assert_matches!(stopped, Err(ResetError::Superseded));
            let cancelled = another.cancel().await;
            assert_matches!(
                cancelled,
                Err(ResetError::AlreadyCommitted),
                "the first one is in force"
            );
        }
        assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
        let mut resumed = keyward.resume_reset().await;
        let outcome = finish(&mut resumed, &person.user).await.expect("done");
        assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
        assert_opens(&person.user, shown.reveal()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_arrives_while_the_next_reset_begins_costs_no_keys() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    let shown = reset.recovery_key();
    proxy.arm(Rule::new(Fault::Late).on(|_, path| path.ends_with("/keys/device_signing/upload")));
    reset
        .authorise(&password(&person.user))
        .await
        .expect_err("it has not arrived");
    reset.cancel().await.expect("nothing has arrived yet");
    let plan = keyward.account.plan_reset().await.expect("a plan");
    // Deriving a key takes so long that the look of the plan counts no more.
    let options = ResetOptions {
        passphrase: Some(Passphrase::new("seven purple anvils dream of rain")),
        ..ResetOptions::default()
    };
    let mut next = keyward.account.start_reset(&plan, options).await.expect("a reset");
    proxy.arm(Rule::new(Fault::Deliver).on(|_, path| path.ends_with("/keys/query")));
    let stopped = next.advance().await;
    assert_matches!(stopped, Err(ResetError::PlanOutdated));
    drop(next);
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    let mut resumed = keyward.resume_reset().await;
    finish(&mut resumed, &person.user).await.expect("done");
    assert_opens(&person.user, shown.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_without_authorisation_that_arrives_after_the_cancel_costs_no_keys() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    let shown = until_key(&mut reset).await;
    confirm_saved(&mut reset).await;
    proxy.arm(always("/keys/device_signing/upload", Fault::Late));
    reset.advance().await.expect_err("no answer");
    proxy.disarm();
    reset.cancel().await.expect("nothing has arrived yet");
    // Servers with an OAuth service take it without a challenge once the person has approved that in a browser. This one
    // wants a password with it.
    let mut upload = proxy.late().remove(0);
    let path = "/v3/keys/device_signing/upload";
    let challenge = person.observer.request(Method::POST, path, Some(&upload)).await;
    let (_, challenge) = challenge.expect("a challenge");
    upload["auth"] = json!({
        "type": "m.login.password",
        "session": challenge["session"],
        "identifier": {"type": "m.id.user", "user": person.user.user_id},
        "password": person.user.password,
    });
    let accepted = person.observer.request_ok(Method::POST, path, Some(&upload)).await;
    accepted.expect("the new identity is in force");
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    let mut resumed = keyward.resume_reset().await;
    finish(&mut resumed, &person.user).await.expect("done");
    assert_opens(&person.user, shown.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_was_cancelled_without_an_answer_does_not_keep_its_session() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    proxy.arm(Rule::new(Fault::Late).on(|_, path| path.ends_with("/keys/device_signing/upload")));
    let before = state(&person).await;
    reset.authorise(&password(&person.user)).await.expect_err("no answer");
    reset.cancel().await.expect("nothing has arrived yet");
    keyward
        .account
        .log_out(UnsavedRoomKeys::Keep)
        .await
        .expect("signed out");
    // Its upload was sent with the session's token.
    proxy.arm(Rule::new(Fault::Deliver));
    let devices = person.observer.devices().await.expect("devices");
    let asked = reqwest::get(format!("{}/_matrix/client/versions", proxy.url())).await;
    asked.expect("the late upload went before");
    assert!(!devices.contains_key(keyward.account.device_id()));
    assert_eq!(state(&person).await.master_key, before.master_key);
}
