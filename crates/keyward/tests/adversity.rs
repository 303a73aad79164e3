// SPDX-License-Identifier: Apache-2.0

//! What other clients, late replies and lying looks do to a reset under way.

mod common;

use std::time::Duration;

use common::{Keyward, Person, assert_same, finish, password, start, state, until_challenge};
use keyward::{
    reset::{OldBackup, PendingReset, ResetError, ResetState},
    secret::{Password, RecoveryKey},
    secret_storage::KeyInput,
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule},
    server_state::Allowed,
    synapse::Synapse,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// The oldest backup version, which is the one from before the reset.
async fn oldest_version(person: &Person) -> String {
    state(person)
        .await
        .backups
        .into_keys()
        .min_by_key(|version| version.parse::<u64>().ok())
        .expect("a backup")
}

async fn opens_everything(person: &Person, key: &str) {
    let fresh = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a login");
    fresh.recover(key).await.expect("the key opens secret storage");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_reset_is_not_cancelled_whatever_a_look_shows() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    let old_identity = state(&person).await.master_key.expect("an identity");
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    reset.authorise(&password(&person.user)).await.expect("accepted");
    drop(reset);
    let before = state(&person).await;
    let lagging =
        json!({"master_keys": {&person.user.user_id: old_identity}, "device_keys": {&person.user.user_id: {}}});
    for reply in [json!({}), json!({"nonsense": true}), lagging] {
        proxy.arm(
            Rule::new(Fault::Reply(StatusCode::OK, reply))
                .on(|_, path| path.ends_with("/keys/query"))
                .for_ever(),
        );
        let cancelled = keyward.account.cancel_reset().await;
        assert!(cancelled.is_err(), "{cancelled:?}");
        proxy.disarm();
    }
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_eq!(
        keyward.account.pending_reset().await.expect("known"),
        Some(PendingReset::Committed)
    );
    let mut resumed = keyward.account.resume_reset(None).await.expect("resumed");
    let outcome = finish(&mut resumed, &person.user).await.expect("done");
    opens_everything(&person, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_lost_right_after_the_commit_leaves_a_key_that_unlocks_another() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    reset.authorise(&password(&person.user)).await.expect("accepted");
    let shown = reset.recovery_key();
    drop((reset, keyward));
    assert_ne!(
        state(&person).await.default_key_id(),
        None,
        "the old key is the default still"
    );

    let another = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let old = another
        .account
        .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone())))
        .await;
    assert_eq!(old.err().map(|error| error.kind()), Some("secret_storage_outdated"));
    let unlocked = another
        .account
        .unlock(&KeyInput::RecoveryKey(shown.clone()))
        .await
        .expect("the new key unlocks");
    assert!(unlocked.key_backup);
    assert!(another.account.status().await.expect("a status").verified);
    opens_everything(&person, shown.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_reset_after_our_commit_is_left_alone() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    reset.authorise(&password(&person.user)).await.expect("accepted");
    let laptop = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a laptop");
    // matrix-sdk's reset stumbles over two backup versions (matrix-rust-sdk#4502).
    let old_version = oldest_version(&person).await;
    person
        .observer
        .request_ok(Method::DELETE, &format!("/v3/room_keys/version/{old_version}"), None)
        .await
        .expect("gone");
    let laptops_key = laptop.reset_identity().await.expect("the laptop resets");
    let before = state(&person).await;
    let stopped = reset.advance().await;
    assert!(matches!(stopped, Err(ResetError::Superseded)), "{stopped:?}");
    reset.cancel().await.expect("forgotten");
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
    opens_everything(&person, &laptops_key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_another_client_rewrote_at_the_key_screen_are_written_again() {
    for after_the_challenge in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
        let name = "m.cross_signing.master";
        let before = person
            .observer
            .account_data(name)
            .await
            .expect("read")
            .expect("a secret");
        let mut reset = start(&keyward.account).await;
        if after_the_challenge {
            until_challenge(&mut reset).await;
        } else {
            let ResetState::SaveKey { .. } = reset.advance().await.expect("staged") else {
                panic!("the key")
            };
        }
        // matrix-js-sdk writes a secret without what others have stored beside it.
        person
            .observer
            .set_account_data(name, &before)
            .await
            .expect("rewritten");
        let outcome = finish(&mut reset, &person.user).await.expect("done");
        opens_everything(&person, outcome.recovery_key.reveal()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_the_old_backup_after_it_was_drained_comes_along() {
    let mut person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    keyward
        .account
        .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone())))
        .await
        .expect("unlocked");
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    let room = person.phone.create_encrypted_room(&[]).await.expect("another room");
    person
        .history
        .extend(person.phone.send_messages(&room, 1).await.expect("a message"));
    person
        .phone
        .wait_for_backup()
        .await
        .expect("its key is in the old backup");
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_arrives_after_the_cancel_can_be_finished() {
    for (another_reset_has_begun, and_is_cancelled) in [(false, false), (true, false), (true, true)] {
        let person = Person::with_history().await;
        let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
        let keyward = Keyward::login(proxy.url(), &person.user).await;
        let mut reset = start(&keyward.account).await;
        until_challenge(&mut reset).await;
        let shown = reset.recovery_key();
        let old_identity = state(&person).await.master_key;
        let upload = Rule::new(Fault::Delay(Duration::from_secs(6)));
        proxy.arm(upload.on(|_, path| path.ends_with("/keys/device_signing/upload")));
        let sent = async {
            while !proxy
                .requests()
                .iter()
                .any(|request| request.end.is_none() && request.path.ends_with("/upload"))
            {
                tokio::task::yield_now().await;
            }
        };
        let password = Password::new(person.user.password.clone());
        tokio::select! {
            accepted = reset.authorise(&password) => panic!("too early: {accepted:?}"),
            () = sent => {}
        }
        reset.cancel().await.expect("nothing has arrived yet");
        assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
        let another = if another_reset_has_begun {
            let mut another = start(&keyward.account).await;
            another.advance().await.expect("staged");
            if and_is_cancelled {
                another.cancel().await.expect("nothing has arrived yet");
                None
            } else {
                Some(another)
            }
        } else {
            None
        };
        while state(&person).await.master_key == old_identity {
            tokio::task::yield_now().await;
        }
        if let Some(mut another) = another {
            another
                .confirm_saved(&keyward::reset::Confirmation::Acknowledged)
                .await
                .expect("confirmed");
            let stopped = another.advance().await;
            assert!(matches!(stopped, Err(ResetError::Superseded)), "{stopped:?}");
            let cancelled = another.cancel().await;
            assert!(
                matches!(cancelled, Err(ResetError::AlreadyCommitted)),
                "the first one is in force: {cancelled:?}"
            );
        }
        assert_eq!(
            keyward.account.pending_reset().await.expect("known"),
            Some(PendingReset::Committed)
        );
        let mut resumed = keyward.account.resume_reset(None).await.expect("resumed");
        let outcome = finish(&mut resumed, &person.user).await.expect("done");
        assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
        opens_everything(&person, shown.reveal()).await;
    }
}
