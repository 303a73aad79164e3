// SPDX-License-Identifier: Apache-2.0

//! Homeservers that are not Synapse: the flows behind a proxy that answers as they do, where they differ.

use std::{sync::Arc, time::Duration};

use crate::common::{
    Keyward, Person, assert_opens, assert_same, confirm_saved, enter_wrong_password, finish, key, new_user,
    other_client, password, start, state, until_challenge, until_key,
};
use keyward::{
    auth::AuthError,
    facts::{KeyBackupStatus, SecretStorageStatus},
    reset::{OldBackup, OldBackupPolicy, ResetError, ResetOptions, ResetState},
    secret::Password,
    sessions::SignOutError,
};
use keyward_testing::{
    dialect::{Conduit, Dendrite},
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    server_state::Allowed,
};

use reqwest::StatusCode;
use serde_json::json;

use crate::common::{always, assert_matches, plain};

/// A session that was unlocked on Conduit, where the person's backup is number 206 and the next one is 1037: as texts they
/// are in the other order.
async fn on_conduit(person: &Person) -> (Keyward, FaultProxy, Arc<Conduit>) {
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let current = state(person).await.current_backup.expect("a backup");
    let conduit = Arc::new(Conduit::new(&[(&current, "206")], 1037));
    proxy.speak(conduit.clone());
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("the old key unlocks").key_backup);
    (keyward, proxy, conduit)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_that_stands_before_the_new_one_goes_first_if_all_of_it_is_here() {
    let person = Person::with_history().await;
    let (keyward, _proxy, _) = on_conduit(&person).await;
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(outcome.room_keys_backed_up > 0);
    assert_eq!(keyward.status().await.key_backup, KeyBackupStatus::Enabled);
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    assert_eq!(state(&person).await.backups.len(), 1, "the old one is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_that_is_to_stay_and_stands_before_the_new_one_leaves_no_reset_stuck() {
    let person = Person::with_history().await;
    let (keyward, _proxy, _) = on_conduit(&person).await;
    let before = state(&person).await;
    let options = ResetOptions {
        old_backup: OldBackupPolicy::Keep,
        ..ResetOptions::default()
    };
    let outcome = keyward.reset(&person.user, options).await;
    assert_eq!(
        (outcome.old_backup, outcome.room_keys_backed_up),
        (OldBackup::InTheWay, 0)
    );
    assert_eq!(keyward.pending_reset().await, None);
    let after = state(&person).await;
    assert_eq!(after.current_backup, before.current_backup, "the new one is withdrawn");
    assert_eq!(
        after.backups.keys().collect::<Vec<_>>(),
        before.backups.keys().collect::<Vec<_>>()
    );
    // The old key is described, and opens the old backup.
    let entry = &after.account_data["m.megolm_backup.v1"]["encrypted"];
    let old_id = before.default_key_id().expect("a default key");
    assert!(entry[old_id].is_object());
    assert_eq!(
        after.account_data[&format!("m.secret_storage.key.{old_id}")]["algorithm"],
        "m.secret_storage.v1.aes-hmac-sha2"
    );
    let status = keyward.status().await;
    assert_eq!(
        (status.verified, status.secret_storage, status.key_backup),
        (true, SecretStorageStatus::Ready, KeyBackupStatus::Enabled)
    );
    // So does the new one, and what comes in now goes there.
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    keyward.receive_a_room_key(&person).await;
    assert_eq!(keyward.account.unsaved_room_keys().await.expect("a number"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_is_old_puts_nothing_back_over_what_another_client_has_written() {
    let person = Person::with_history().await;
    let (keyward, _proxy, _) = on_conduit(&person).await;
    let account = &keyward.account;
    account.plan_reset().await.expect("a plan");
    let laptop = other_client(&person.user).await;
    let laptops_key = laptop.reset_identity().await.expect("the laptop resets");
    let before = state(&person).await;
    let mut reset = start(account).await;
    until_key(&mut reset).await;
    reset.cancel().await.expect("undone");
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
    assert_opens(&person.user, &laptops_key).await;
}

/// The versions of all users are numbered together, so none is just below another.
#[tokio::test(flavor = "multi_thread")]
async fn versions_that_this_session_has_seen_are_deleted_with_a_compromised_account() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let first = state(&person).await.current_backup.expect("a backup");
    let conduit = Arc::new(Conduit::new(&[(&first, "206")], 950));
    proxy.speak(conduit.clone());
    keyward.account.plan_reset().await.expect("it sees the first");
    let made = person.observer.create_backup_version().await;
    let second = made.expect("another client makes one");
    conduit.learn(&second, Some("900"));
    let options = ResetOptions {
        compromised: true,
        ..ResetOptions::default()
    };
    keyward.reset(&person.user, options).await;
    let after = state(&person).await;
    let left: Vec<_> = after.backups.keys().collect();
    assert_eq!(left, [after.current_backup.as_ref().expect("the new one")]);
    assert!(![&first, &second].contains(&left[0]));
}

/// Then nobody knows what other programs keep under the old key.
#[tokio::test(flavor = "multi_thread")]
async fn where_account_data_are_not_listed_the_old_key_stays_described() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let old = state(&person).await.default_key_id().expect("a default key").to_owned();
    let refused = json!({"errcode": "M_UNRECOGNIZED", "error": ""});
    proxy.arm(always("/sync", Fault::Reply(StatusCode::NOT_FOUND, refused)));
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    let after = state(&person).await.account_data;
    assert!(after[&format!("m.secret_storage.key.{old}")]["algorithm"].is_string());
    assert!(
        after["m.cross_signing.master"]["encrypted"].get(&old).is_none(),
        "its entries go"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_replaced_fails_no_synchronisation_and_no_plan() {
    let person = Person::with_history().await;
    let (keyward, proxy, conduit) = on_conduit(&person).await;
    let before = state(&person).await.current_backup.expect("a backup");
    let laptop = other_client(&person.user).await;
    laptop.reset_identity().await.expect("the laptop resets");
    let after = state(&person).await;
    let current = after.current_backup.as_deref().expect("a backup");
    assert_ne!(before, current);
    conduit.learn(current, Some("300"));
    if !after.backups.contains_key(&before) {
        conduit.learn(&before, None);
    }
    // From now on the version that this session writes is refused as a wrong parameter.
    person.phone.catch_up().await.expect("it knows this session");
    person.phone.send_messages(&person.room, 1).await.expect("a message");
    let is_refused = |request: &RecordedRequest| {
        request.method == "PUT" && request.path.ends_with("/room_keys/keys") && request.status == Some(400)
    };
    while !proxy.requests().iter().any(is_refused) {
        let synced = keyward.account.sync_once(Duration::from_secs(1)).await;
        synced.expect("a synchronisation");
    }
    keyward.account.plan_reset().await.expect("a plan");
    // The laptop's backup cannot be read here, and stands before what is made now.
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::InTheWay);
    assert!(keyward.status().await.verified);
    // Nothing passes for saved, and the new key opens what it should.
    assert!(keyward.account.unsaved_room_keys().await.expect("a number") > 0);
    let fresh = Keyward::of(&person.user).await;
    let unlocked = fresh.account.unlock(&key(outcome.recovery_key.reveal())).await;
    assert!(!unlocked.expect("the new key unlocks").key_backup);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_whose_reply_is_lost_is_done_although_its_authorisation_is_forgotten() {
    let person = Person::with_history().await;
    let (keyward, proxy, _) = on_conduit(&person).await;
    let script = plain(&person.user, None).await.device_id;
    let mut sign_out = keyward.account.sign_out(&[script]).expect("a selection");
    sign_out.begin().await.expect("a reply").expect("a challenge");
    proxy.arm(Rule::new(Fault::CutAfter).on(|_, path| path.ends_with("/delete_devices")));
    let list = Rule::new(Fault::CutBefore).on(|method, path| method == "GET" && path.ends_with("/devices"));
    proxy.arm(list.for_ever());
    let lost = sign_out.authorise(&password(&person.user)).await;
    assert_matches!(lost, Err(SignOutError::Auth(AuthError::Request(_))));
    proxy.disarm();
    sign_out.authorise(&password(&person.user)).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_that_is_refused_without_a_challenge_is_asked_for_again() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    proxy.speak(Dendrite);
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    for _ in 0..3 {
        enter_wrong_password(&mut reset).await;
    }
    let outcome = finish(&mut reset, &person.user).await.expect("the right one is taken");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;

    let script = plain(&person.user, None).await.device_id;
    let mut sign_out = keyward.account.sign_out(&[script]).expect("a selection");
    sign_out.begin().await.expect("a reply").expect("a challenge");
    let wrong = sign_out.authorise(&Password::new("wrong")).await;
    assert_eq!(wrong, Err(SignOutError::Auth(AuthError::WrongPassword)));
    sign_out.authorise(&password(&person.user)).await.expect("signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_may_need_the_password() {
    let user = new_user().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    proxy.speak(Dendrite);
    let mut reset = start(&keyward.account).await;
    let new_key = until_key(&mut reset).await;
    confirm_saved(&mut reset).await;
    let state = reset.advance().await.expect("a challenge");
    assert_matches!(state, ResetState::Authorise { .. });
    let early = reset.confirm_saved(&keyward::reset::Confirmation::Acknowledged).await;
    assert_matches!(early, Err(ResetError::OutOfOrder));
    finish(&mut reset, &user).await.expect("done");
    assert_opens(&user, new_key.reveal()).await;
}
