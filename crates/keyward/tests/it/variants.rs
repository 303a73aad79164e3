// SPDX-License-Identifier: Apache-2.0

//! The accounts that a reset meets: without an identity, with a half-finished reset of another client, with a
//! dehydrated device, with several backup versions; and the choices that people have.

use crate::common::{
    Keyward, Person, assert_matches, assert_opens, key, new_user, other_client, password, plain, start, state,
    until_challenge, until_key,
};
use keyward::{
    error::FlowError as _,
    facts::{IdentityStatus, SecretStorageStatus},
    reset::{Confirmation, Export, OldBackup, OldBackupPolicy, PendingReset, ResetError, ResetOptions, ResetState},
    secret::Passphrase,
    secret_storage::KeyInput,
    verification::UnlockError,
};
use keyward_testing::server_state::ServerState;
use serde_json::{Value, json};

const PHRASE: &str = "seven green herons over the marsh";

/// Writes account data as another program does.
async fn set(person: &Person, event_type: &str, content: Value) {
    let set = person.observer.set_account_data(event_type, &content).await;
    set.expect("account data");
}

/// Why a key or a phrase does not unlock.
async fn refusal(keyward: &Keyward, input: &KeyInput) -> Option<&'static str> {
    keyward.account.unlock(input).await.err().map(|error| error.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_never_had_cross_signing_is_set_up_without_a_password() {
    let user = new_user().await;
    let keyward = Keyward::of(&user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.old_identity, None);
    assert_eq!(plan.consequences.room_keys_in_backup, None);
    assert!(!plan.consequences.has_secret_storage);

    let mut reset = start(&keyward.account).await;
    let recovery_key = until_key(&mut reset).await;
    assert_eq!(
        keyward.status().await.identity,
        IdentityStatus::NotSetUp,
        "nothing is committed before the key is saved"
    );
    let confirmed = reset.confirm_saved(&Confirmation::Retyped(recovery_key.clone())).await;
    confirmed.expect("confirmed");
    let ResetState::Done(outcome) = reset.advance().await.expect("done") else {
        panic!("no password is needed")
    };
    assert_eq!(outcome.old_backup, OldBackup::NotThere);
    assert_opens(&user, recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_default_key_left_by_another_client_is_no_reason_for_a_reset_and_mended_by_one() {
    let person = Person::with_history().await;
    set(&person, "m.secret_storage.default_key", json!({})).await;
    let keyward = Keyward::of(&person.user).await;
    assert_eq!(keyward.status().await.secret_storage, SecretStorageStatus::NotSetUp);
    let phrase = KeyInput::Passphrase(Passphrase::new("seven slow herons"));
    assert_eq!(refusal(&keyward, &phrase).await, Some("secret_storage.no_passphrase"));
    let refused = refusal(&keyward, &key(&person.old_key)).await;
    assert_eq!(refused, None, "the key is still described, and opens everything");
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(keyward.status().await.secret_storage, SecretStorageStatus::Ready);
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_key_that_is_described_nowhere_is_reported_and_mended() {
    let person = Person::with_history().await;
    set(&person, "m.secret_storage.default_key", json!({"key": "nowhere"})).await;
    let keyward = Keyward::of(&person.user).await;
    assert_eq!(keyward.status().await.secret_storage, SecretStorageStatus::Incomplete);
    let phrase = KeyInput::Passphrase(Passphrase::new("seven slow herons"));
    assert_eq!(refusal(&keyward, &phrase).await, Some("secret_storage.no_passphrase"));
    assert_eq!(refusal(&keyward, &key(&person.old_key)).await, None);
    keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(keyward.status().await.secret_storage, SecretStorageStatus::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dehydrated_device_is_removed_and_never_counted_as_a_session() {
    let person = Person::with_history().await;
    let dehydrated = person.phone.create_dehydrated_device().await;
    dehydrated.expect("a dehydrated device");
    let keyward = Keyward::of(&person.user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert!(plan.consequences.dehydrated_device);
    assert_eq!(
        (plan.consequences.other_sessions, plan.consequences.verified_sessions),
        (1, 1),
        "the phone alone"
    );
    assert_eq!(plan.consequences.sessions_without_encryption, 1, "the observer");
    let list = keyward.account.sessions().await.expect("a list");
    assert_eq!(list.others.len(), 2, "phone and observer");
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.untrusted_sessions, [person.phone.device_id()]);
    assert_eq!(state(&person).await.dehydrated_device, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn older_backup_versions_are_kept_unless_the_account_was_compromised() {
    for compromised in [false, true] {
        let person = Person::with_history().await;
        // The phone's backup is now the older one; nobody has the newer one's key.
        let older = state(&person).await.current_backup.expect("a backup");
        let newer = person.observer.create_backup_version().await.expect("a version");
        let keyward = Keyward::of(&person.user).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        assert_eq!(plan.consequences.older_backups, 1);
        assert!(!plan.consequences.backup_readable);
        let options = ResetOptions {
            compromised,
            ..ResetOptions::default()
        };
        let outcome = keyward.reset(&person.user, options).await;
        let after = state(&person).await;
        let fate = if compromised {
            OldBackup::Deleted
        } else {
            OldBackup::Kept
        };
        assert_eq!(outcome.old_backup, fate);
        assert_eq!(after.backups.contains_key(&older), !compromised);
        assert_eq!(after.backups.contains_key(&newer), !compromised);
        assert_ne!(after.current_backup, Some(newer), "the new backup is the current one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn compromised_leaves_nothing_that_the_old_key_opens() {
    let person = Person::with_history().await;
    let before = state(&person).await;
    let old_id = before.default_key_id().expect("a default key").to_owned();
    let secret = json!({"encrypted": {&old_id: {"iv": "", "ciphertext": "", "mac": ""}}});
    set(&person, "org.example.secret", secret).await;
    let keyward = Keyward::unlocked(&person).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.other_secrets, 1);
    let options = ResetOptions {
        compromised: true,
        ..ResetOptions::default()
    };
    let outcome = keyward.reset(&person.user, options).await;
    assert_eq!(outcome.old_backup, OldBackup::Drained, "its keys were saved first");
    let after = state(&person).await;
    assert!(!after.backups.contains_key(&before.current_backup.expect("a backup")));
    assert_eq!(after.account_data[&format!("m.secret_storage.key.{old_id}")], json!({}));
    for name in [
        "m.cross_signing.master",
        "m.cross_signing.self_signing",
        "m.cross_signing.user_signing",
        "m.megolm_backup.v1",
    ] {
        assert!(!after.ciphertexts(name).contains_key(old_id.as_str()), "{name}");
    }
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_secret_keeps_the_old_key_described() {
    let person = Person::with_history().await;
    let before = state(&person).await;
    let old_id = before.default_key_id().expect("a default key").to_owned();
    let secret = json!({"encrypted": {&old_id: {"iv": "", "ciphertext": "", "mac": ""}}});
    set(&person, "org.example.secret", secret.clone()).await;
    let keyward = Keyward::unlocked(&person).await;
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    let after = state(&person).await;
    let description = format!("m.secret_storage.key.{old_id}");
    assert_eq!(after.account_data[&description], before.account_data[&description]);
    assert_eq!(after.account_data["org.example.secret"], secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_backup_is_kept_if_the_person_wants_it() {
    let person = Person::with_history().await;
    let old = state(&person).await.current_backup.expect("a backup");
    let keyward = Keyward::unlocked(&person).await;
    let options = ResetOptions {
        old_backup: OldBackupPolicy::Keep,
        ..ResetOptions::default()
    };
    let outcome = keyward.reset(&person.user, options).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    assert!(state(&person).await.backups.contains_key(&old));
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn key_storage_that_is_switched_off_stays_off_unless_the_person_turns_it_on() {
    for turn_on_key_storage in [false, true] {
        let user = new_user().await;
        let observer = plain(&user, None).await;
        let off = json!({"enabled": false});
        let set = observer.set_account_data("m.key_backup", &off).await;
        set.expect("switched off");
        let keyward = Keyward::of(&user).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        assert!(plan.consequences.key_storage_off);
        let options = ResetOptions {
            turn_on_key_storage,
            ..ResetOptions::default()
        };
        keyward.reset(&user, options).await;
        let after = ServerState::read(&observer).await.expect("a state");
        assert_eq!(after.current_backup.is_some(), turn_on_key_storage);
        let enabled = json!({"enabled": turn_on_key_storage});
        assert_eq!(after.account_data["m.key_backup"], enabled);
        let has_secret = after.account_data.contains_key("m.megolm_backup.v1");
        assert_eq!(has_secret, turn_on_key_storage);
        assert_eq!(keyward.status().await.secret_storage, SecretStorageStatus::Ready);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phrase_and_the_key_derived_from_it_both_unlock() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let options = ResetOptions {
        passphrase: Some(Passphrase::new(PHRASE)),
        ..ResetOptions::default()
    };
    let outcome = keyward.reset(&person.user, options).await;
    let phrase = |phrase: &str| KeyInput::Passphrase(Passphrase::new(phrase));
    let by_phrase = Keyward::of(&person.user).await;
    let refused = refusal(&by_phrase, &phrase("something else")).await;
    assert_eq!(refused, Some("secret_storage.wrong_key"));
    let unlocked = by_phrase.account.unlock(&phrase(PHRASE)).await;
    unlocked.expect("the phrase unlocks");
    let by_key = Keyward::of(&person.user).await;
    let unlocked = by_key
        .account
        .unlock(&KeyInput::RecoveryKey(outcome.recovery_key))
        .await;
    unlocked.expect("the key unlocks");
    assert!(by_phrase.status().await.verified);
    assert!(by_key.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_before_a_reset_holds_what_the_old_backup_had() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let file = keyward.dir.path().join("room keys.txt");
    let export = Export {
        file: file.clone(),
        passphrase: Passphrase::new("for the file"),
    };
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.room_keys_here, Some(0));
    let options = ResetOptions {
        export: Some(export),
        ..ResetOptions::default()
    };
    let reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
    reset.cancel().await.expect("cancelled");
    let phone = person.phone.client().encryption();
    let imported = phone.import_room_keys(file, "for the file").await;
    assert_eq!(imported.expect("readable").total_count, 1, "the room's key");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_reset_waits_and_can_be_resumed_in_either_state() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let nothing = keyward.account.resume_reset(None).await;
    assert_matches!(nothing, Err(ResetError::NothingPending));
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let options = ResetOptions::default();
    let mut first = keyward.account.start_reset(&plan, options).await.expect("a reset");
    let second = keyward.account.start_reset(&plan, ResetOptions::default()).await;
    assert_matches!(second, Err(ResetError::AlreadyRunning));
    until_challenge(&mut first).await;
    let shown = first.recovery_key();
    drop(first);

    let keyward = keyward.restart().await;
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Staged));
    let second = keyward.account.start_reset(&plan, ResetOptions::default()).await;
    assert_matches!(second, Err(ResetError::Pending));
    let mut resumed = keyward.resume_reset().await;
    assert_eq!(
        resumed.recovery_key().reveal(),
        shown.reveal(),
        "the key that the person saved"
    );
    let ResetState::Authorise { .. } = resumed.advance().await.expect("the challenge") else {
        panic!("a password")
    };
    resumed.authorise(&password(&person.user)).await.expect("accepted");
    drop(resumed);

    let keyward = keyward.restart().await;
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    let cancelled = keyward.account.cancel_reset().await;
    assert_matches!(cancelled, Err(ResetError::AlreadyCommitted));
    let mut resumed = keyward.resume_reset().await;
    let ResetState::Done(outcome) = resumed.advance().await.expect("done") else {
        panic!("nothing is asked any more")
    };
    assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
    assert_eq!(keyward.pending_reset().await, None);
    assert_opens(&person.user, shown.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_storage_without_the_identity_or_with_an_older_one_does_not_unlock() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let key = key(&person.old_key);
    // Another client replaces the identity and gets no further: secret storage holds the old one.
    let laptop = other_client(&person.user).await;
    laptop.bootstrap_identity().await.expect("a new identity");
    let outdated = keyward.account.unlock(&key).await;
    assert_eq!(outdated, Err(UnlockError::OutdatedSecretStorage));
    set(&person, "m.cross_signing.self_signing", json!({})).await;
    let incomplete = keyward.account.unlock(&key).await;
    assert_eq!(incomplete, Err(UnlockError::IncompleteSecretStorage));
    assert!(!keyward.status().await.verified);
}
