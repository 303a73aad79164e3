// SPDX-License-Identifier: Apache-2.0

//! Whole resets against a real Synapse, seen from outside by a second client.

use crate::common::{Keyward, Person, assert_same, enter_wrong_password, finish, start, state, until_challenge};
use keyward::{
    facts::{IdentityStatus, KeyBackupStatus, SecretStorageStatus},
    reset::{OldBackup, ResetOptions},
};
use keyward_testing::server_state::Allowed;

#[tokio::test(flavor = "multi_thread")]
async fn history_survives_a_reset_from_an_unlocked_session() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;

    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;

    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(outcome.room_keys_backed_up >= 1);
    assert_eq!(outcome.untrusted_sessions, [person.phone.device_id()]);
    let status = keyward.status().await;
    assert_eq!(status.identity, IdentityStatus::Ours);
    assert_eq!(status.secret_storage, SecretStorageStatus::Ready);
    assert_eq!(status.key_backup, KeyBackupStatus::Enabled);
    assert_eq!(status.pending_reset, None);
    assert!(status.verified);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_cannot_be_read_is_kept_with_its_way_in() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let before = state(&person).await;

    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;

    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let after = state(&person).await;
    let old_version = before.current_backup.expect("the phone made a backup");
    assert_eq!(
        after.backups.get(&old_version),
        before.backups.get(&old_version),
        "untouched"
    );
    let old_id = before.account_data["m.secret_storage.default_key"]["key"]
        .as_str()
        .expect("an id")
        .to_owned();
    let description = format!("m.secret_storage.key.{old_id}");
    assert_eq!(after.account_data[&description], before.account_data[&description]);
    assert_eq!(
        after.account_data["m.megolm_backup.v1"]["encrypted"][&old_id],
        before.account_data["m.megolm_backup.v1"]["encrypted"][&old_id],
        "the old key still opens the old backup"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_after_three_wrong_passwords_is_harmless() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let before = state(&person).await;

    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    for _ in 0..3 {
        enter_wrong_password(&mut reset).await;
    }
    reset.cancel().await.expect("cancelled");

    let after = state(&person).await;
    assert_same(&before, &after, Allowed::Leftovers);
    let keyward = keyward.restart().await;
    let status = keyward.status().await;
    assert_eq!(
        (status.identity, status.verified),
        (IdentityStatus::Ours, true),
        "the private keys are here"
    );
    assert_eq!(status.pending_reset, None);
    assert!(
        person.reads_history_with(&person.old_key).await,
        "the old key opens everything"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_may_be_followed_by_the_right_one() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    enter_wrong_password(&mut reset).await;
    let outcome = finish(&mut reset, &person.user).await;
    outcome.expect("the right password finishes it");
}
