// SPDX-License-Identifier: Apache-2.0

//! The accounts that a reset meets: without an identity, with a half-finished reset of another client, with a
//! dehydrated device, with several backup versions; and the choices that people have.

mod common;

use common::{Keyward, Person, finish, reset, state, unlocked, until_challenge};
use keyward::{
    facts::{IdentityStatus, SecretStorageStatus},
    reset::{Confirmation, Export, OldBackup, OldBackupPolicy, PendingReset, ResetError, ResetOptions, ResetState},
    secret::{Passphrase, RecoveryKey},
    secret_storage::KeyInput,
    verification::UnlockError,
};
use keyward_testing::{other_client::OtherClient, server_state::ServerState, synapse::Synapse, user::PlainSession};
use serde_json::json;

const PHRASE: &str = "seven green herons over the marsh";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_never_had_cross_signing_is_set_up_without_a_password() {
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await.expect("a user");
    let keyward = Keyward::login(synapse.url(), &user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.old_identity, None);
    assert_eq!(plan.consequences.room_keys_in_backup, None);
    assert!(!plan.consequences.has_secret_storage);

    let mut reset = keyward
        .account
        .start_reset(&plan, ResetOptions::default())
        .await
        .expect("a reset");
    let ResetState::SaveKey { recovery_key } = reset.advance().await.expect("staged") else {
        panic!("the key comes first")
    };
    let before = keyward.account.status().await.expect("a status");
    assert_eq!(
        before.identity,
        IdentityStatus::None,
        "nothing is committed before the key is saved"
    );
    reset
        .confirm_saved(&Confirmation::Retyped(recovery_key.clone()))
        .await
        .expect("confirmed");
    let ResetState::Done(outcome) = reset.advance().await.expect("done") else {
        panic!("no password is needed")
    };
    assert_eq!(outcome.old_backup, OldBackup::None);
    OtherClient::login(synapse.url(), &user)
        .await
        .expect("a login")
        .recover(recovery_key.reveal())
        .await
        .expect("opens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_default_key_left_by_another_client_is_mended() {
    let person = Person::with_history().await;
    person
        .observer
        .set_account_data("m.secret_storage.default_key", &json!({}))
        .await
        .expect("blanked");
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    assert_eq!(
        keyward.account.status().await.expect("a status").secret_storage,
        SecretStorageStatus::None
    );
    let unlock = keyward
        .account
        .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone())))
        .await;
    assert_eq!(unlock.err().map(|error| error.kind()), Some("no_secret_storage"));
    let outcome = reset(&keyward.account, &person.user, ResetOptions::default())
        .await
        .expect("a reset");
    assert_eq!(
        keyward.account.status().await.expect("a status").secret_storage,
        SecretStorageStatus::Ready
    );
    let fresh = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a login");
    fresh
        .recover(outcome.recovery_key.reveal())
        .await
        .expect("the new key opens it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_key_that_is_described_nowhere_is_reported_and_mended() {
    let person = Person::with_history().await;
    person
        .observer
        .set_account_data("m.secret_storage.default_key", &json!({"key": "nowhere"}))
        .await
        .expect("set");
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    assert_eq!(
        keyward.account.status().await.expect("a status").secret_storage,
        SecretStorageStatus::Incomplete
    );
    let unlock = keyward
        .account
        .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone())))
        .await;
    assert_eq!(unlock.err().map(|error| error.kind()), Some("secret_storage_broken"));
    reset(&keyward.account, &person.user, ResetOptions::default())
        .await
        .expect("a reset");
    assert_eq!(
        keyward.account.status().await.expect("a status").secret_storage,
        SecretStorageStatus::Ready
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dehydrated_device_is_removed_and_never_counted_as_a_session() {
    let person = Person::with_history().await;
    person
        .phone
        .create_dehydrated_device()
        .await
        .expect("a dehydrated device");
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
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
    let outcome = reset(&keyward.account, &person.user, ResetOptions::default())
        .await
        .expect("a reset");
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
        let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        assert_eq!(plan.consequences.older_backups, 1);
        assert!(!plan.consequences.backup_readable);
        let options = ResetOptions {
            compromised,
            ..ResetOptions::default()
        };
        let outcome = reset(&keyward.account, &person.user, options).await.expect("a reset");
        let after = state(&person).await;
        assert_eq!(
            outcome.old_backup,
            if compromised {
                OldBackup::Deleted
            } else {
                OldBackup::Kept
            }
        );
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
    person
        .observer
        .set_account_data(
            "org.example.secret",
            &json!({"encrypted": {&old_id: {"iv": "", "ciphertext": "", "mac": ""}}}),
        )
        .await
        .expect("another program's secret");
    let keyward = unlocked(&person).await;
    assert_eq!(
        keyward
            .account
            .plan_reset()
            .await
            .expect("a plan")
            .consequences
            .other_secrets,
        1
    );
    let options = ResetOptions {
        compromised: true,
        ..ResetOptions::default()
    };
    let outcome = reset(&keyward.account, &person.user, options).await.expect("a reset");
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
    person
        .observer
        .set_account_data("org.example.secret", &secret)
        .await
        .expect("a secret");
    let keyward = unlocked(&person).await;
    let outcome = reset(&keyward.account, &person.user, ResetOptions::default())
        .await
        .expect("a reset");
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
    let keyward = unlocked(&person).await;
    let options = ResetOptions {
        old_backup: OldBackupPolicy::Keep,
        ..ResetOptions::default()
    };
    let outcome = reset(&keyward.account, &person.user, options).await.expect("a reset");
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    assert!(state(&person).await.backups.contains_key(&old));
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn key_storage_that_is_switched_off_stays_off_unless_the_person_turns_it_on() {
    for turn_on_key_storage in [false, true] {
        let synapse = Synapse::shared().await;
        let user = synapse.new_user().await.expect("a user");
        let observer = PlainSession::login(synapse.url(), &user, None)
            .await
            .expect("an observer");
        observer
            .set_account_data("m.key_backup", &json!({"enabled": false}))
            .await
            .expect("switched off");
        let keyward = Keyward::login(synapse.url(), &user).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        assert!(plan.consequences.key_storage_off);
        let options = ResetOptions {
            turn_on_key_storage,
            ..ResetOptions::default()
        };
        let mut reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
        finish(&mut reset, &user).await.expect("done");
        let after = ServerState::read(&observer).await.expect("a state");
        assert_eq!(after.current_backup.is_some(), turn_on_key_storage);
        assert_eq!(
            after.account_data["m.key_backup"],
            json!({"enabled": turn_on_key_storage})
        );
        assert_eq!(
            after.account_data.contains_key("m.megolm_backup.v1"),
            turn_on_key_storage
        );
        let status = keyward.account.status().await.expect("a status");
        assert_eq!(status.secret_storage, SecretStorageStatus::Ready);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phrase_and_the_key_derived_from_it_both_unlock() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let options = ResetOptions {
        passphrase: Some(Passphrase::new(PHRASE)),
        ..ResetOptions::default()
    };
    let outcome = reset(&keyward.account, &person.user, options).await.expect("a reset");
    let by_phrase = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let wrong = by_phrase
        .account
        .unlock(&KeyInput::Passphrase(Passphrase::new("something else")))
        .await;
    assert_eq!(wrong.err().map(|error| error.kind()), Some("wrong_key"));
    by_phrase
        .account
        .unlock(&KeyInput::Passphrase(Passphrase::new(PHRASE)))
        .await
        .expect("the phrase unlocks");
    let by_key = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    by_key
        .account
        .unlock(&KeyInput::RecoveryKey(outcome.recovery_key))
        .await
        .expect("the key unlocks");
    assert!(by_phrase.account.status().await.expect("a status").verified);
    assert!(by_key.account.status().await.expect("a status").verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_before_a_reset_holds_what_the_old_backup_had() {
    let person = Person::with_history().await;
    let keyward = unlocked(&person).await;
    let file = keyward.dir.path().join("room keys.txt");
    let export = Export {
        file: file.clone(),
        passphrase: Passphrase::new("for the file"),
    };
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.room_keys_here, 0);
    let options = ResetOptions {
        export: Some(export),
        ..ResetOptions::default()
    };
    let reset = keyward.account.start_reset(&plan, options).await.expect("a reset");
    reset.cancel().await.expect("cancelled");
    let imported = person
        .phone
        .client()
        .encryption()
        .import_room_keys(file, "for the file")
        .await
        .expect("readable");
    assert_eq!(imported.total_count, 1, "the room's key");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_reset_waits_and_can_be_resumed_in_either_state() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    assert!(matches!(
        keyward.account.resume_reset(None).await,
        Err(ResetError::NothingPending)
    ));
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let options = ResetOptions::default();
    let mut first = keyward.account.start_reset(&plan, options).await.expect("a reset");
    let second = keyward.account.start_reset(&plan, ResetOptions::default()).await;
    assert!(matches!(second, Err(ResetError::AlreadyRunning)), "{second:?}");
    until_challenge(&mut first).await;
    let shown = first.recovery_key();
    drop(first);

    let keyward = keyward.restart().await;
    assert_eq!(
        keyward.account.pending_reset().await.expect("known"),
        Some(PendingReset::Staged)
    );
    let second = keyward.account.start_reset(&plan, ResetOptions::default()).await;
    assert!(matches!(second, Err(ResetError::Pending)), "{second:?}");
    let mut resumed = keyward.account.resume_reset(None).await.expect("resumed");
    assert_eq!(
        resumed.recovery_key().reveal(),
        shown.reveal(),
        "the key that the person saved"
    );
    let ResetState::Authorise { .. } = resumed.advance().await.expect("the challenge") else {
        panic!("a password")
    };
    resumed
        .authorise(&keyward::secret::Password::new(person.user.password.clone()))
        .await
        .expect("accepted");
    drop(resumed);

    let keyward = keyward.restart().await;
    assert_eq!(
        keyward.account.pending_reset().await.expect("known"),
        Some(PendingReset::Committed)
    );
    assert!(matches!(
        keyward.account.cancel_reset().await,
        Err(ResetError::AlreadyCommitted)
    ));
    let mut resumed = keyward.account.resume_reset(None).await.expect("resumed");
    let ResetState::Done(outcome) = resumed.advance().await.expect("done") else {
        panic!("nothing is asked any more")
    };
    assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
    assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
    let fresh = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a login");
    fresh.recover(shown.reveal()).await.expect("the key opens everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_storage_without_the_identity_or_with_an_older_one_does_not_unlock() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let key = KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone()));
    // Another client replaces the identity and gets no further: secret storage holds the old one.
    let laptop = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a laptop");
    laptop.bootstrap_identity().await.expect("a new identity");
    assert_eq!(
        keyward.account.unlock(&key).await,
        Err(UnlockError::OutdatedSecretStorage)
    );
    person
        .observer
        .set_account_data("m.cross_signing.self_signing", &json!({}))
        .await
        .expect("blanked");
    assert_eq!(
        keyward.account.unlock(&key).await,
        Err(UnlockError::IncompleteSecretStorage)
    );
    assert!(!keyward.account.status().await.expect("a status").verified);
}
