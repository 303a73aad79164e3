// SPDX-License-Identifier: Apache-2.0

//! Accounts that are broken as other clients break them, on a real server: what is found, what mends it, and that it is mended.

use std::time::Duration;

use keyward::{
    doctor::{Asked, Code, RemedyCode, RepairError, Report},
    facts::KeyBackupStatus,
    recovery::{CheckError, RecoveryOptions},
    reset::{OldBackup, ResetOptions},
    secret_storage::{KeyInput, OpenError},
};
use keyward_testing::{
    proxy::{Fault, Rule, round_trips},
    server_state::{Allowed, BACKUP_SECRET, CROSS_SIGNING_SECRETS, DEFAULT_KEY},
};
use reqwest::Method;
use serde_json::json;

use crate::{
    attached::Scene,
    common::{
        Keyward, Person, always, assert_matches, assert_opens, assert_same, key, new_user, other_client, start, state,
        until_key,
    },
    hostile::hide_the_identity,
    recovery::finish,
};

async fn examine(keyward: &Keyward) -> Report {
    keyward.account.examine(Asked::default()).await.expect("a report")
}

/// What is found. The plan of a reset and the status are of the same opinion.
async fn judged(keyward: &Keyward) -> Vec<Code> {
    let report = examine(keyward).await;
    let codes = codes(&report);
    let plan = keyward.account.plan_reset().await.expect("a plan").consequences;
    let status = keyward.account.status().await.expect("a status");
    let is_found = |some: &[Code]| codes.iter().any(|code| some.contains(code));
    let no_backup = is_found(&[Code::BackupMissing, Code::BackupOff]);
    let locked = is_found(&[Code::BackupKeyElsewhere, Code::BackupUntrusted]);
    let no_storage = is_found(&[Code::SecretStorageMissing, Code::SecretStorageNoDefault]);
    let is_in_order = status.verified && status.private_keys;
    for (what, here, there) in [
        (
            "identity",
            plan.old_identity.is_none(),
            is_found(&[Code::IdentityMissing]),
        ),
        ("backup", plan.room_keys_in_backup.is_none(), no_backup),
        (
            "backup's key",
            is_in_order && !plan.backup_readable,
            no_backup || locked,
        ),
        (
            "older backups",
            plan.older_backups > 0,
            is_found(&[Code::BackupOldLeft]),
        ),
        ("secret storage", !plan.has_secret_storage, no_storage),
        ("this session", is_in_order, report.of_this_session().is_none()),
    ] {
        assert_eq!(here, there, "{what}: {report:?} {plan:?} {status:?}");
    }
    assert!(
        plan.dehydrated_device || !is_found(&[Code::DehydratedForeign]),
        "{plan:?}"
    );
    codes
}

/// What is found, without what is said of other sessions: the observer of the test is one without encryption.
pub(crate) fn codes(report: &Report) -> Vec<Code> {
    let found = report.findings.iter().map(|finding| finding.code);
    found.filter(|code| !code.name().starts_with("sessions.")).collect()
}

pub(crate) fn remedies(report: &Report, code: Code) -> Vec<RemedyCode> {
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

/// Only this is left, for a person to decide or to know, and doing the same again changes nothing on the server.
async fn assert_mended(keyward: &Keyward, person: &Person, left: &[Code], again: impl AsyncFnOnce()) {
    assert_eq!(judged(keyward).await, left);
    let before = state(person).await;
    again().await;
    assert_same(&before, &state(person).await, Allowed::Nothing);
    assert_eq!(judged(keyward).await, left);
}

async fn examine_with(keyward: &Keyward, key: &KeyInput) -> Report {
    let report = keyward.account.examine_with_key(key, Asked::default()).await;
    report.expect("a report")
}

fn names(report: &Report, code: Code) -> &[&'static str] {
    let finding = report.findings.iter().find(|finding| finding.code == code);
    &finding
        .unwrap_or_else(|| panic!("{code:?} is not found: {report:?}"))
        .names
}

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
    assert_mended(&keyward, &person, &[], async || {
        let second = keyward.account.make_backup(&key(&new), silent).await;
        assert_eq!(second, Err(RepairError::BackupIsThere));
    })
    .await;
    assert_eq!(keyward.status().await.key_backup, KeyBackupStatus::Enabled);
    let now = state(&person).await;
    assert_eq!(now.master_key, identity, "nobody lost any trust");
    let backup = &now.backups[now.current_backup.as_ref().expect("a backup")];
    assert_eq!(backup["count"], keyward.status().await.room_keys);
    assert_opens(&person.user, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_begun_is_gone_on_with_unless_its_key_was_written_over() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let old = key(&person.old_key);
    keyward.account.unlock(&old).await.expect("unlocked");
    let (observer, before) = (&person.observer, state(&person).await);
    let write = async |content| {
        observer
            .set_account_data(BACKUP_SECRET, content)
            .await
            .expect("written")
    };
    for version in before.backups.keys() {
        let path = format!("/v3/room_keys/version/{version}");
        let deleted = observer.request_ok(Method::DELETE, &path, None).await;
        deleted.expect("deleted");
    }
    // Nobody knows what the entry opens.
    let found = examine(&keyward).await;
    assert_eq!(remedies(&found, Code::BackupMissing), [RemedyCode::NewRecoveryKey]);

    let blank = json!({});
    write(&blank).await;
    let version = |method: &str, path: &str| method == "POST" && path.ends_with("/room_keys/version");
    proxy.arm(Rule::new(Fault::CutBefore).on(version).for_ever());
    let interrupted = keyward.account.make_backup(&old, silent).await;
    assert_matches!(interrupted, Err(RepairError::Request(_)));
    proxy.disarm();
    assert_eq!(state(&person).await.ciphertexts(BACKUP_SECRET).len(), 1);
    let found = examine(&keyward).await;
    assert_eq!(remedies(&found, Code::BackupMissing), [RemedyCode::MakeBackup]);

    write(&before.account_data[BACKUP_SECRET]).await;
    let again = keyward.account.make_backup(&old, silent).await;
    assert_eq!(again, Err(RepairError::WouldLose));
    let found = examine(&keyward).await;
    assert_eq!(remedies(&found, Code::BackupMissing), [RemedyCode::NewRecoveryKey]);
    let now = state(&person).await;
    assert_eq!(now.account_data[BACKUP_SECRET], before.account_data[BACKUP_SECRET]);
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
    assert_eq!(judged(&keyward).await, [Code::SecretStorageNoDefault]);
    let new = new_key(&keyward).await;
    assert_eq!(judged(&keyward).await, []);
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
        judged(&keyward).await,
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
    assert_mended(&keyward, &person, &[Code::BackupOldLeft], async || {
        let old = key(&person.old_key);
        let second = keyward.account.make_backup(&old, silent).await;
        assert_eq!(second, Err(RepairError::BackupIsThere));
        assert_eq!(keyward.account.recover_room_keys(&old, None, silent).await, Ok(0));
    })
    .await;
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
    assert_mended(&keyward, &person, &[], async || {
        let second = keyward.account.make_backup(&key(&new), silent).await;
        assert_eq!(second, Err(RepairError::BackupIsThere));
    })
    .await;
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
    assert_mended(&keyward, &person, &[], async || {
        let second = keyward.account.write_secret_storage(&key(&person.old_key)).await;
        second.expect("nothing to do");
    })
    .await;
    assert!(person.reads_history_with(&person.old_key).await);
    let after = state(&person).await;
    assert_eq!(after.default_key_id(), before.default_key_id(), "the key stays");
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
    let mend = async || {
        keyward.account.upload_room_keys_behind(silent).await.expect("uploaded");
        keyward.account.say_backup_is_wanted().await.expect("said");
    };
    mend().await;
    assert_mended(&keyward, &person, &[], mend).await;
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
    let unlock = async || {
        let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
        assert!(unlocked.expect("unlocked").key_backup);
    };
    unlock().await;
    assert_mended(&keyward, &person, &[], unlock).await;
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
    assert_eq!(judged(&keyward).await, [Code::SecretStorageNoDefault]);
    assert_eq!(
        state(&person).await.default_key_id(),
        None,
        "an old key does not come back by itself"
    );
    let new = new_key(&keyward).await;
    assert_mended(&keyward, &person, &[], async || {
        let unlocked = keyward.account.unlock(&key(&new)).await;
        assert!(unlocked.expect("it opens everything").key_backup);
    })
    .await;
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
    let phrase = KeyInput::Passphrase(keyward::secret::Passphrase::new("seven slow herons"));
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
    let sign = async || keyward.account.sign_this_session().await.expect("signed");
    sign().await;
    // What would have opened it was interrupted by the signature.
    assert_mended(&keyward, &person, &[Code::BackupKeyElsewhere], sign).await;
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
    assert_mended(&keyward, &person, &[Code::BackupOldLeft], async || {
        let again = keyward.account.recover_room_keys(&old_key, None, silent).await;
        assert_eq!(again, Ok(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dehydrated_device_of_an_identity_that_is_gone_is_removed() {
    let person = Person::with_history().await;
    person.phone.create_dehydrated_device().await.expect("a sleeper");
    let keyward = Keyward::unlocked(&person).await;
    assert_eq!(judged(&keyward).await, [], "this one is the account's");
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
    assert_mended(&keyward, &person, &[], async || {
        let again = keyward.account.remove_dehydrated_device().await;
        assert_eq!(again, Err(RepairError::Changed));
    })
    .await;
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
    let unlock = async || {
        keyward.account.unlock(&key(&new)).await.expect("unlocked");
    };
    unlock().await;
    assert_mended(&keyward, &person, &[], unlock).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_flow_waits_it_alone_is_found() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut reset = start(&keyward.account).await;
    until_key(&mut reset).await;
    drop(reset);
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::FlowPending]);
    let expected = [RemedyCode::ResumeReset, RemedyCode::CancelReset];
    assert_eq!(remedies(&report, Code::FlowPending), expected);
    keyward.account.cancel_reset().await.expect("cancelled");
    assert_eq!(judged(&keyward).await, []);
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
    // With the key that is still described, this program can make a new one.
    let given = key(&scene.person.old_key);
    let with_key = scene.account.examine_with_key(&given, Asked::default());
    let report = with_key.await.expect("a report");
    assert_eq!(codes(&report), [Code::SecretStorageNoDefault]);
    let expected = [
        RemedyCode::NewRecoveryKey,
        RemedyCode::InOtherProgram,
        RemedyCode::Reset,
    ];
    assert_eq!(remedies(&report, Code::SecretStorageNoDefault), expected);
    scene.assert_only_what_is_allowed(&crate::attached_reset::ALLOWED);
}

/// As another client does that has opened secret storage with the person's key.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_another_client_has_overwritten_is_found_with_the_key_alone() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let given = key(&person.old_key);
    let in_order = examine_with(&keyward, &given).await;
    assert_eq!(codes(&in_order), []);
    assert!(in_order.is_healthy());

    // The self-signing key of an identity of somebody else.
    let [_, self_signing, _] = CROSS_SIGNING_SECRETS;
    let stranger = other_client(&new_user().await).await;
    stranger.bootstrap_identity().await.expect("an identity");
    let theirs = stranger.private_keys().await[self_signing].clone();
    let encryption = person.phone.client().encryption();
    let store = encryption.secret_storage().open_secret_store(&person.old_key).await;
    let store = store.expect("the key opens it");
    let put = store.put_secret(self_signing, &theirs).await;
    put.expect("overwritten");
    assert_eq!(
        judged(&keyward).await,
        [],
        "without the key nobody can see what is stored"
    );
    let report = examine_with(&keyward, &given).await;
    assert_eq!(codes(&report), [Code::SecretStorageWrongKey]);
    assert!(!report.is_healthy());
    assert_eq!(names(&report, Code::SecretStorageWrongKey), [self_signing]);
    assert_eq!(
        remedies(&report, Code::SecretStorageWrongKey),
        [RemedyCode::NewRecoveryKey]
    );
    let check = keyward.account.check_recovery_key(&given).await.expect("it is the key");
    assert_eq!(check.does_not_open, [self_signing]);
    assert_eq!(check.opens.len(), 3);

    // What does not decrypt is written again under the same key.
    let id = state(&person).await.default_key_id().expect("a key").to_owned();
    let damaged = json!({"encrypted": {id: {"iv": "AA", "ciphertext": "AA", "mac": "AA"}}});
    let observer = &person.observer;
    let written = observer.set_account_data(self_signing, &damaged).await;
    written.expect("damaged");
    let report = examine_with(&keyward, &given).await;
    assert_eq!(
        remedies(&report, Code::SecretStorageWrongKey),
        [RemedyCode::WriteSecretStorage, RemedyCode::NewRecoveryKey]
    );
    keyward.account.write_secret_storage(&given).await.expect("written");
    assert_eq!(codes(&examine_with(&keyward, &given).await), []);
    assert_opens(&person.user, &person.old_key).await;

    // What belongs to another identity is mended by a new key.
    let put = store.put_secret(self_signing, &theirs).await;
    put.expect("overwritten");
    let new = new_key(&keyward).await;
    assert_eq!(codes(&examine_with(&keyward, &key(&new)).await), []);
    assert_opens(&person.user, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_present_one_is_said_to_be_so_and_asked_for_nowhere() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mistyped = key(&person.old_key.replace(' ', "")[..40]);
    assert_matches!(
        keyward.account.examine_with_key(&mistyped, Asked::default()).await,
        Err(CheckError::Open(OpenError::MistypedKey))
    );
    let strangers = other_client(&new_user().await).await;
    let strangers = key(&strangers.bootstrap().await.expect("a key of somebody else"));
    let report = examine_with(&keyward, &strangers).await;
    assert_eq!(codes(&report), [Code::SessionUnverified, Code::SecretStorageWrongKey]);
    let all = [&CROSS_SIGNING_SECRETS[..], &[BACKUP_SECRET]].concat();
    assert_eq!(names(&report, Code::SecretStorageWrongKey), all);
    for code in [Code::SessionUnverified, Code::SecretStorageWrongKey] {
        assert_eq!(
            remedies(&report, code),
            [RemedyCode::VerifyBySession, RemedyCode::Reset]
        );
    }
    let report = examine_with(&keyward, &key(&person.old_key)).await;
    assert_eq!(codes(&report), [Code::SessionUnverified]);
    assert_eq!(remedies(&report, Code::SessionUnverified)[0], RemedyCode::Unlock);

    // Another client makes another key, and leaves what is under the old one where it is.
    let newer = person.phone.client().encryption().recovery().reset_key().await;
    let newer = key(&newer.expect("the phone makes another key"));
    let old = examine_with(&keyward, &key(&person.old_key)).await;
    assert_eq!(names(&old, Code::SecretStorageWrongKey), [] as [&str; 0]);
    keyward.account.unlock(&newer).await.expect("unlocked");
    assert_eq!(codes(&examine_with(&keyward, &newer).await), []);
    let old = examine_with(&keyward, &key(&person.old_key)).await;
    assert_eq!(
        remedies(&old, Code::SecretStorageWrongKey),
        [RemedyCode::NewRecoveryKey],
        "{old:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_cannot_do_is_noted_and_is_no_illness() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let unrecognized = |status| Fault::Reply(status, json!({"errcode": "M_UNRECOGNIZED", "error": ""}));
    proxy.arm(always(
        "/room_keys/version",
        unrecognized(reqwest::StatusCode::NOT_FOUND),
    ));
    proxy.arm(always("/sync", unrecognized(reqwest::StatusCode::METHOD_NOT_ALLOWED)));
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::ServerNoKeyBackup, Code::ServerNoAccountDataList]);
    assert!(report.is_healthy());
    assert_eq!(keyward.status().await.key_backup, KeyBackupStatus::NotSetUp);
    // Any other refusal is not taken for a server without a backup.
    proxy.disarm();
    let forbidden = json!({"errcode": "M_FORBIDDEN", "error": ""});
    proxy.arm(always(
        "/room_keys/version",
        Fault::Reply(reqwest::StatusCode::FORBIDDEN, forbidden),
    ));
    assert!(keyward.account.examine(Asked::default()).await.is_err());

    // Such a server takes a key all the same.
    proxy.disarm();
    let (another, proxy) = Keyward::behind_a_proxy(&person.user).await;
    proxy.arm(always(
        "/room_keys/version",
        unrecognized(reqwest::StatusCode::NOT_FOUND),
    ));
    let unlocked = another.account.unlock(&key(&person.old_key)).await;
    assert!(!unlocked.expect("unlocked").key_backup);
    assert!(another.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_the_server_shows_no_more_is_found() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    hide_the_identity(&proxy);
    let report = examine(&keyward).await;
    assert_eq!(codes(&report), [Code::IdentityGone]);
    assert_eq!(remedies(&report, Code::IdentityGone), [RemedyCode::LogInAgain]);
    // Where none is known, none is gone.
    let stranger = Keyward::login(proxy.url(), &new_user().await).await;
    assert_eq!(codes(&examine(&stranger).await), [Code::IdentityMissing]);
    proxy.disarm();
    assert_eq!(judged(&keyward).await, []);
}
