// SPDX-License-Identifier: Apache-2.0

//! Accounts that are broken as other clients break them, on a real server: what is found, what mends it, and that it is mended.

use std::time::Duration;

use keyward::{
    doctor::{Asked, Code, RemedyCode, RepairError, Report},
    facts::KeyBackupStatus,
    recovery::RecoveryOptions,
    reset::{OldBackup, ResetOptions},
    secret_storage::OpenError,
};
use keyward_testing::{
    proxy::{Fault, Rule, round_trips},
    server_state::{BACKUP_SECRET, DEFAULT_KEY},
};
use serde_json::json;

use crate::{
    attached::Scene,
    common::{Keyward, Person, assert_matches, assert_opens, key, other_client, start, state, until_key},
    recovery::finish,
};

async fn examine(keyward: &Keyward) -> Report {
    keyward.account.examine(Asked::default()).await.expect("a report")
}

/// What is found, without what is said of other sessions: the observer of the test is one without encryption.
fn codes(report: &Report) -> Vec<Code> {
    let found = report.findings.iter().map(|finding| finding.code);
    found.filter(|code| !code.name().starts_with("sessions.")).collect()
}

fn remedies(report: &Report, code: Code) -> Vec<RemedyCode> {
    let finding = report.findings.iter().find(|finding| finding.code == code);
    let finding = finding.unwrap_or_else(|| panic!("{code:?} is not found: {report:?}"));
    finding.remedies.iter().map(|remedy| remedy.code).collect()
}

/// A new Security Key, from its beginning to its end.
async fn new_key(keyward: &Keyward) -> String {
    let recovery = keyward.account.start_recovery(RecoveryOptions::default()).await;
    let outcome = finish(&mut recovery.expect("it begins")).await;
    outcome.expect("a new key").recovery_key.reveal().to_owned()
}

fn silent(_: u64, _: u64) {}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_in_order_is_examined_in_two_round_trips_without_any_room() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    unlocked.expect("the old key unlocks");
    examine(&keyward).await;
    proxy.reset();
    // What is sent together is under way together.
    proxy.arm(Rule::new(Fault::Delay(Duration::from_millis(300))).for_ever());
    let report = examine(&keyward).await;
    proxy.disarm();
    assert_eq!(codes(&report), []);
    assert!(report.is_healthy(), "{report:?}");
    let requests = proxy.requests();
    assert_eq!(round_trips(&requests), 2, "{requests:?}");
    let of_rooms = requests.iter().filter(|request| request.path.contains("/rooms/"));
    assert_eq!(of_rooms.count(), 0, "{requests:?}");
    assert!(
        requests
            .iter()
            .any(|request| request.path.contains("m.secret_storage.key."))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_another_client_cancelled_is_mended_without_a_reset() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    keyward.receive_a_room_key(&person).await;
    // matrix-sdk deletes the backup, blanks secret storage, and only then asks for the password.
    let recovery = person.phone.client().encryption().recovery();
    let handle = recovery.reset_identity().await.expect("begun");
    handle.expect("it asks for the password").cancel().await;
    let identity = state(&person).await.master_key;

    let report = examine(&keyward).await;
    assert!(!report.is_healthy());
    assert_eq!(codes(&report), [Code::SecretStorageNoDefault, Code::BackupMissing]);
    assert_eq!(
        remedies(&report, Code::SecretStorageNoDefault),
        [RemedyCode::NewRecoveryKey]
    );
    // Its key needs a Security Key first.
    assert_eq!(remedies(&report, Code::BackupMissing), [RemedyCode::NewRecoveryKey]);
    assert_matches!(
        keyward.account.make_backup(&key(&person.old_key), silent).await,
        Err(RepairError::NoSecretStorage)
    );

    let new = new_key(&keyward).await;
    assert_eq!(
        remedies(&examine(&keyward).await, Code::BackupMissing),
        [RemedyCode::MakeBackup]
    );
    keyward.account.make_backup(&key(&new), silent).await.expect("a backup");
    assert_eq!(codes(&examine(&keyward).await), []);
    assert_eq!(keyward.status().await.key_backup, KeyBackupStatus::Enabled);
    let now = state(&person).await;
    assert_eq!(now.master_key, identity, "nobody lost any trust");
    let backup = &now.backups[now.current_backup.as_ref().expect("a backup")];
    assert_eq!(backup["count"], keyward.status().await.room_keys);
    assert_opens(&person.user, &new).await;
    assert_matches!(
        keyward.account.make_backup(&key(&new), silent).await,
        Err(RepairError::BackupIsThere),
        "a second one"
    );
    assert_eq!(
        state(&person).await.backups,
        now.backups,
        "a second run changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_default_key_is_found_and_a_new_key_mends_it() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    person
        .observer
        .set_account_data(DEFAULT_KEY, &json!({}))
        .await
        .expect("blank");
    assert_eq!(codes(&examine(&keyward).await), [Code::SecretStorageNoDefault]);
    let new = new_key(&keyward).await;
    assert_eq!(codes(&examine(&keyward).await), []);
    assert!(person.reads_history_with(&new).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attackers_backup_is_never_written_to_and_another_takes_its_place() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    keyward.receive_a_room_key(&person).await;
    let theirs = person.observer.create_backup_version().await.expect("signed by nobody");
    let report = examine(&keyward).await;
    assert_eq!(codes(&report)[0], Code::BackupUntrusted);
    let expected = [RemedyCode::Unlock, RemedyCode::MakeBackup];
    assert_eq!(remedies(&report, Code::BackupUntrusted), expected);
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(
        !unlocked.expect("it is the person's").key_backup,
        "the key opens another one"
    );
    // The entry in secret storage is the way into the old version, which is still there.
    let done = keyward.account.make_backup(&key(&person.old_key), silent).await;
    done.expect("another one, with the key that is stored");
    let now = state(&person).await;
    assert_ne!(now.current_backup.as_ref(), Some(&theirs));
    assert_eq!(now.backups[&theirs]["count"], 0, "nothing was written there");
    assert_eq!(now.ciphertexts(BACKUP_SECRET).len(), 1);
    assert_eq!(
        codes(&examine(&keyward).await),
        [Code::BackupOldLeft],
        "the first one is there, too"
    );
    assert_opens(&person.user, &person.old_key).await;
    // What the first one holds comes back with the same key.
    let gained = keyward
        .account
        .recover_room_keys(&key(&person.old_key), None, silent)
        .await;
    assert_eq!(gained, Ok(1), "of three messages, from the first one on");
    assert!(person.reads_history_with(&person.old_key).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_that_was_turned_off_is_found() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    person
        .phone
        .client()
        .encryption()
        .recovery()
        .disable()
        .await
        .expect("turned off");
    let report = examine(&keyward).await;
    let found = codes(&report);
    assert!(
        found.contains(&Code::SecretStorageNoDefault) || found.contains(&Code::SecretStorageMissing),
        "{found:?}"
    );
    assert!(
        found.contains(&Code::BackupOff) || found.contains(&Code::BackupMissing),
        "{found:?}"
    );
    let new = new_key(&keyward).await;
    keyward.account.make_backup(&key(&new), silent).await.expect("a backup");
    assert_eq!(codes(&examine(&keyward).await), []);
    assert_opens(&person.user, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_whose_key_is_not_in_secret_storage_gets_it_there() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    person
        .observer
        .set_account_data(BACKUP_SECRET, &json!({}))
        .await
        .expect("blank");
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::SecretStorageIncomplete]);
    let expected = [RemedyCode::WriteSecretStorage, RemedyCode::NewRecoveryKey];
    assert_eq!(remedies(&report, Code::SecretStorageIncomplete), expected);
    let wrong = key(&Person::with_history().await.old_key);
    assert_matches!(
        keyward.account.write_secret_storage(&wrong).await,
        Err(RepairError::Open(OpenError::WrongKey))
    );
    let before = state(&person).await;
    keyward
        .account
        .write_secret_storage(&key(&person.old_key))
        .await
        .expect("written");
    assert_eq!(codes(&examine(&keyward).await), []);
    assert!(person.reads_history_with(&person.old_key).await);
    let after = state(&person).await;
    assert_eq!(after.default_key_id(), before.default_key_id(), "the key stays");
    keyward
        .account
        .write_secret_storage(&key(&person.old_key))
        .await
        .expect("nothing to do");
    assert_eq!(
        state(&person).await.account_data,
        after.account_data,
        "a second run changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_not_backed_up_are_uploaded_and_a_flag_that_contradicts_is_set() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let upload = |method: &str, path: &str| method == "PUT" && path.ends_with("/room_keys/keys");
    proxy.arm(Rule::new(Fault::Status500).on(upload).for_ever());
    keyward.receive_a_room_key(&person).await;
    proxy.disarm();
    let off = json!({"enabled": false});
    person
        .observer
        .set_account_data("m.key_backup", &off)
        .await
        .expect("off");
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::BackupBehind, Code::BackupFlagContradicts]);
    assert_eq!(report.findings[0].count, Some(1));
    keyward.account.upload_room_keys_behind(silent).await.expect("uploaded");
    keyward.account.say_backup_is_wanted().await.expect("said");
    assert_eq!(codes(&examine(&keyward).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_session_is_led_to_what_verifies_it_and_not_into_a_reset() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::SessionUnverified]);
    let found = &report.findings[0].remedies;
    let by = found
        .iter()
        .find(|remedy| remedy.code == RemedyCode::VerifyBySession)
        .expect("the phone can");
    assert_eq!(by.sessions, [person.phone.device_id()]);
    assert_eq!(found.last().map(|remedy| remedy.code), Some(RemedyCode::Reset));
    assert_matches!(
        keyward.account.say_backup_is_wanted().await,
        Err(RepairError::NotVerified)
    );
    assert_matches!(
        keyward.account.write_secret_storage(&key(&person.old_key)).await,
        Err(RepairError::NotVerified)
    );

    let lost = keyward
        .account
        .examine(Asked { lost_key: true })
        .await
        .expect("a report");
    let expected = [RemedyCode::VerifyBySession, RemedyCode::Reset];
    assert_eq!(remedies(&lost, Code::RecoveryKeyLost), expected);
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let lost = keyward
        .account
        .examine(Asked { lost_key: true })
        .await
        .expect("a report");
    assert_eq!(remedies(&lost, Code::RecoveryKeyLost), [RemedyCode::NewRecoveryKey]);
    assert!(!lost.is_healthy());
}

/// As a cancelled reset of another client leaves it: no default key, and everything under the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_default_any_more_still_verifies() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let blank = json!({});
    let written = person.observer.set_account_data(DEFAULT_KEY, &blank).await;
    written.expect("blank");
    let report = examine(&keyward).await;
    let found = remedies(&report, Code::SessionUnverified);
    assert_eq!(found[0], RemedyCode::Unlock, "no reset: {found:?}");
    let check = keyward.account.check_recovery_key(&key(&person.old_key)).await;
    assert!(!check.expect("it opens").default);
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("it opens everything").key_backup);
    assert_eq!(codes(&examine(&keyward).await), [Code::SecretStorageNoDefault]);
    assert_eq!(
        state(&person).await.default_key_id(),
        None,
        "an old key does not come back by itself"
    );
    new_key(&keyward).await;
    assert_eq!(codes(&examine(&keyward).await), []);
}

/// A server that lies about the default key's description, so that whatever is typed fits it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_under_a_key_that_nothing_can_check() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let before = state(&person).await;
    let weak = json!({
        "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
        "passphrase": {"algorithm": "m.pbkdf2", "salt": "salt", "iterations": 1},
    });
    let nothing = Fault::Reply(reqwest::StatusCode::OK, json!({}));
    let secret = |method: &str, path: &str| {
        method == "GET" && (path.contains("m.cross_signing.") || path.contains(BACKUP_SECRET))
    };
    proxy.arm(Rule::new(nothing).on(secret).for_ever());
    let described = |method: &str, path: &str| method == "GET" && path.contains("m.secret_storage.key.");
    proxy.arm(
        Rule::new(Fault::Reply(reqwest::StatusCode::OK, weak))
            .on(described)
            .for_ever(),
    );
    let phrase = keyward::secret_storage::KeyInput::Passphrase(keyward::secret::Passphrase::new("seven slow herons"));
    for done in [
        keyward.account.write_secret_storage(&phrase).await,
        keyward.account.write_secret_storage(&key(&person.old_key)).await,
    ] {
        assert_matches!(done, Err(RepairError::Open(OpenError::Unsupported { .. })));
    }
    proxy.disarm();
    assert_eq!(state(&person).await.account_data, before.account_data);
}

/// The server takes the signature and does not keep it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_the_private_keys_signs_itself() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let nothing = Fault::Reply(reqwest::StatusCode::OK, json!({"failures": {}}));
    proxy.arm(
        Rule::new(nothing)
            .on(|_, path| path.ends_with("/keys/signatures/upload"))
            .for_ever(),
    );
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.is_err(), "it is not signed");
    let report = examine(&keyward).await;
    assert_eq!(
        remedies(&report, Code::SessionUnverified),
        [RemedyCode::SignThisSession]
    );
    assert_matches!(keyward.account.sign_this_session().await, Err(RepairError::NotKept));
    proxy.disarm();
    keyward.account.sign_this_session().await.expect("signed");
    assert!(keyward.status().await.verified);
    let stranger = Keyward::of(&person.user).await;
    assert_matches!(
        stranger.account.sign_this_session().await,
        Err(RepairError::KeysMissing)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_key_that_turns_up_brings_the_history_back() {
    let person = Person::with_history().await;
    // Nobody has the old key: the reset keeps the backup.
    let keyward = Keyward::of(&person.user).await;
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let new = outcome.recovery_key.reveal();
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::BackupOldLeft]);
    assert!(
        report
            .findings
            .iter()
            .filter(|it| it.code == Code::BackupOldLeft)
            .all(|it| it.count == Some(1))
    );
    assert!(!person.reads_history_with(new).await);
    let before = state(&person).await;
    let wrong = keyward.account.recover_room_keys(&key(new), None, silent).await;
    assert_matches!(
        wrong,
        Ok(0) | Err(RepairError::OpensNoBackup),
        "the new key opens the new one alone"
    );

    let old_key = key(&person.old_key);
    let elsewhere = keyward
        .account
        .recover_room_keys(&old_key, Some("999999"), silent)
        .await;
    assert_matches!(elsewhere, Err(RepairError::OpensNoBackup));
    let older = before
        .backups
        .keys()
        .find(|version| Some(*version) != before.current_backup.as_ref());
    let gained = keyward
        .account
        .recover_room_keys(&old_key, older.map(String::as_str), silent)
        .await;
    assert!(gained.expect("recovered") > 0);
    assert!(person.reads_history_with(new).await);
    let after = state(&person).await;
    assert_eq!(after.account_data, before.account_data);
    assert_eq!(after.backups.len(), before.backups.len(), "the old one stays");
    let again = keyward
        .account
        .recover_room_keys(&key(&person.old_key), None, silent)
        .await;
    assert_eq!(again, Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dehydrated_device_of_an_identity_that_is_gone_is_removed() {
    let person = Person::with_history().await;
    person.phone.create_dehydrated_device().await.expect("a sleeper");
    let keyward = Keyward::unlocked(&person).await;
    assert_eq!(codes(&examine(&keyward).await), [], "this one is the account's");
    assert_matches!(
        keyward.account.remove_dehydrated_device().await,
        Err(RepairError::Changed)
    );
    let new = person.phone.reset_identity().await.expect("another identity");
    keyward.account.unlock(&key(&new)).await.expect("verified again");
    if state(&person).await.dehydrated_device.is_none() {
        panic!("the phone has removed it itself: another way to leave one is needed");
    }
    let report = examine(&keyward).await;
    assert_eq!(
        remedies(&report, Code::DehydratedForeign),
        [RemedyCode::RemoveDehydratedDevice]
    );
    keyward.account.remove_dehydrated_device().await.expect("removed");
    assert_eq!(state(&person).await.dehydrated_device, None);
    assert!(!codes(&examine(&keyward).await).contains(&Code::DehydratedForeign));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_verified_session_asks_others_for_the_private_keys() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let nobody = keyward.account.ask_other_sessions(Duration::ZERO).await;
    assert_eq!(nobody, Ok(()), "they are here");
    // Another client resets and verifies this session: it has no private keys of the new identity.
    let tablet = other_client(&person.user).await;
    let new = tablet.reset_identity().await.expect("another identity");
    person.phone.recover(&new).await.expect("the phone has them, too");
    let report = examine(&keyward).await;
    assert!(codes(&report).contains(&Code::IdentityReplaced), "{report:?}");
    assert_matches!(
        keyward.account.ask_other_sessions(Duration::from_secs(1)).await,
        Err(RepairError::NotVerified)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_flow_waits_it_alone_is_found_and_nothing_else_is_mended() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut reset = start(&keyward.account).await;
    until_key(&mut reset).await;
    assert_matches!(
        keyward.account.say_backup_is_wanted().await,
        Err(RepairError::AlreadyRunning)
    );
    drop(reset);
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::FlowPending]);
    let expected = [RemedyCode::ResumeReset, RemedyCode::CancelReset];
    assert_eq!(remedies(&report, Code::FlowPending), expected);
    assert_matches!(keyward.account.say_backup_is_wanted().await, Err(RepairError::Pending));
    keyward.account.cancel_reset().await.expect("cancelled");
    assert_eq!(codes(&examine(&keyward).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_account_is_examined_as_far_as_the_server_shows_it() {
    let scene = Scene::new().await;
    let examine = async || scene.account.examine(Asked::default()).await.expect("a report");
    assert_eq!(codes(&examine().await), []);
    scene
        .person
        .observer
        .set_account_data(DEFAULT_KEY, &json!({}))
        .await
        .expect("blank");
    let report = examine().await;
    assert_eq!(codes(&report), [Code::SecretStorageNoDefault]);
    let expected = [RemedyCode::InOtherProgram, RemedyCode::Reset];
    assert_eq!(remedies(&report, Code::SecretStorageNoDefault), expected);
    scene.assert_only_what_is_allowed(&crate::attached_reset::ALLOWED);
}
