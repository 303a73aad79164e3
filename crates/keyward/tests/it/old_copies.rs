// SPDX-License-Identifier: Apache-2.0

//! A session restored from an old copy of its store, after the session itself went on: its identity is gone, its backup's key is
//! an old one, and a flow waits in it that was ended since. Nothing that works is destroyed by it, whatever is resumed or
//! cancelled.

use keyward::{
    doctor::{Asked, Code, RemedyCode, RepairError},
    recovery::{Confirmation, RecoveryError, RecoveryOptions, RecoveryState},
    reset::{OldBackup, PendingReset, ResetError, ResetOptions, ResetState},
    secret::{RecoveryKey, StoreKey},
};
use keyward_testing::{
    proxy::{Fault, FaultProxy, Rule},
    server_state::{Allowed, BACKUP_SECRET, CROSS_SIGNING_SECRETS, DEFAULT_KEY, ServerState},
};
use tempfile::TempDir;

use crate::{
    attached_reset::app_makes_its_own_backup,
    common::{
        Keyward, Person, assert_matches, assert_opens, assert_same, commit, key, new_user, plain, start, state,
        until_key,
    },
    doctor::{codes, remedies},
    hostile::hide_the_identity,
    recovery::{finish, opened},
    repair_matrix::copy_of,
};

/// A store as it was.
struct OldCopy {
    dir: TempDir,
    key: StoreKey,
}

impl OldCopy {
    /// Copies the store, and opens it again.
    async fn of(keyward: Keyward) -> (Self, Keyward) {
        let (key, dir) = keyward.close().await;
        let copy = Self {
            dir: copy_of(dir.path()),
            key: key.clone(),
        };
        (copy, opened(dir, key).await)
    }

    /// A new process finds it where the store was.
    async fn restored(&self, instead_of: Keyward) -> Keyward {
        let (key, _) = instead_of.close().await;
        assert_eq!(key.reveal(), self.key.reveal());
        opened(copy_of(self.dir.path()), key).await
    }
}

async fn found(keyward: &Keyward) -> Vec<Code> {
    codes(&keyward.account.examine(Asked::default()).await.expect("a report"))
}

async fn new_key(keyward: &Keyward) -> String {
    let begun = keyward.account.start_recovery(RecoveryOptions::default()).await;
    let outcome = finish(&mut begun.expect("it begins")).await.expect("a new key");
    outcome.recovery_key.reveal().to_owned()
}

async fn reset(keyward: &Keyward, person: &Person) -> String {
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    outcome.recovery_key.reveal().to_owned()
}

/// What is in force is as it was: the identity, the default key, the backup, and all that the key opens.
async fn assert_unharmed(person: &Person, before: &ServerState, in_force: &str) {
    let after = state(person).await;
    assert_eq!(after.public_keys(), before.public_keys());
    assert_eq!(after.default_key_id(), before.default_key_id());
    assert_eq!(after.current_backup, before.current_backup);
    for (version, backup) in &before.backups {
        let (count, now) = (&backup["count"], &after.backups[version]["count"]);
        assert!(now.as_u64() >= count.as_u64(), "{version}: {now}, not {count}");
    }
    let id = before.default_key_id().expect("a default key");
    for name in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
        assert_eq!(after.ciphertexts(name)[id], before.ciphertexts(name)[id], "{name}");
    }
    assert!(person.reads_history_with(in_force).await);
}

/// It has the private keys of an identity that is gone, and the key of a backup that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_from_before_a_reset_changes_nothing_and_is_verified_with_the_new_key() {
    let person = Person::with_history().await;
    let (copy, keyward) = OldCopy::of(Keyward::unlocked(&person).await).await;
    let new = reset(&keyward, &person).await;
    let keyward = copy.restored(keyward).await;
    let before = state(&person).await;

    let report = keyward.account.examine(Asked::default()).await.expect("a report");
    assert_eq!(codes(&report), [Code::IdentityReplaced]);
    let found_remedies = remedies(&report, Code::IdentityReplaced);
    assert_eq!(found_remedies.first(), Some(&RemedyCode::Unlock));
    let account = &keyward.account;
    assert_eq!(account.sign_this_session().await, Err(RepairError::KeysMissing));
    for input in [key(&new), key(&person.old_key)] {
        assert_eq!(
            account.write_secret_storage(&input).await,
            Err(RepairError::NotVerified)
        );
        let made = account.make_backup(&input, |_, _| {}).await;
        assert_eq!(made, Err(RepairError::NotVerified));
    }
    assert_eq!(
        account.upload_room_keys_behind(|_, _| {}).await,
        Err(RepairError::NoBackup)
    );
    assert_eq!(account.remove_dehydrated_device().await, Err(RepairError::NotVerified));
    assert_matches!(
        account.start_recovery(RecoveryOptions::default()).await,
        Err(RecoveryError::NotVerified)
    );
    assert!(
        account.unlock(&key(&person.old_key)).await.is_err(),
        "it opens nothing any more"
    );
    assert_same(&before, &state(&person).await, Allowed::Nothing);

    let unlocked = account.unlock(&key(&new)).await.expect("the new key unlocks");
    assert!(unlocked.key_backup);
    assert_eq!(found(&keyward).await, []);
    // It is the same session, which the new identity has signed long ago.
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_unharmed(&person, &before, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_from_before_a_new_key_and_new_room_keys_is_in_order() {
    let person = Person::with_history().await;
    let (copy, keyward) = OldCopy::of(Keyward::unlocked(&person).await).await;
    let new = new_key(&keyward).await;
    keyward.receive_a_room_key(&person).await;
    let keyward = copy.restored(keyward).await;
    let before = state(&person).await;
    assert_eq!(found(&keyward).await, []);
    assert!(
        keyward
            .account
            .write_secret_storage(&key(&person.old_key))
            .await
            .is_err()
    );
    let written = keyward.account.write_secret_storage(&key(&new)).await;
    assert_eq!(written, Ok(()), "there is nothing to do");
    keyward
        .account
        .upload_room_keys_behind(|_, _| {})
        .await
        .expect("nor here");
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_unharmed(&person, &before, &new).await;
}

/// The backup's key that it has is that of a version that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_from_before_a_new_backup_is_led_to_the_key_and_writes_nothing() {
    let person = Person::with_history().await;
    let (copy, keyward) = OldCopy::of(Keyward::unlocked(&person).await).await;
    let recovery = person.phone.client().encryption().recovery();
    recovery.disable().await.expect("turned off");
    let new = recovery.enable().await.expect("turned on, with another backup");
    person.phone.wait_for_backup().await.expect("it is full");
    let keyward = copy.restored(keyward).await;
    let before = state(&person).await;
    let report = keyward.account.examine(Asked::default()).await.expect("a report");
    assert_eq!(codes(&report), [Code::BackupKeyElsewhere]);
    assert_eq!(remedies(&report, Code::BackupKeyElsewhere), [RemedyCode::Unlock]);
    let account = &keyward.account;
    assert_eq!(
        account.upload_room_keys_behind(|_, _| {}).await,
        Err(RepairError::NoBackup)
    );
    let made = account.make_backup(&key(&new), |_, _| {}).await;
    assert_eq!(made, Err(RepairError::BackupIsThere));
    account.write_secret_storage(&key(&new)).await.expect("nothing to do");
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    let unlocked = account.unlock(&key(&new)).await.expect("the key unlocks");
    assert!(unlocked.key_backup);
    assert_eq!(found(&keyward).await, []);
    assert_unharmed(&person, &before, &new).await;
}

/// How the session itself went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    Finished,
    /// Then made another Security Key.
    FinishedAndNewKey,
    /// Then another client put another backup in the place of the one in use, with its key under the new Security Key.
    FinishedAndOtherBackup,
    /// Then reset the identity.
    FinishedAndReset,
    Cancelled,
}

const SINCE_COMMITTED: [Since; 4] = [
    Since::Finished,
    Since::FinishedAndNewKey,
    Since::FinishedAndOtherBackup,
    Since::FinishedAndReset,
];

impl Since {
    /// Goes on after the flow was finished with this key. Returns the key that is in force.
    async fn then(self, keyward: &Keyward, person: &Person, finished: Option<String>) -> String {
        match self {
            Self::Finished => finished.expect("a key"),
            Self::FinishedAndNewKey => new_key(keyward).await,
            Self::FinishedAndOtherBackup => {
                let finished = finished.expect("a key");
                person.phone.sync_once().await.expect("it hears of it");
                person.phone.recover(&finished).await.expect("it takes the key");
                app_makes_its_own_backup(person, &RecoveryKey::new(finished.clone())).await;
                finished
            }
            Self::FinishedAndReset => reset(keyward, person).await,
            Self::Cancelled => person.old_key.clone(),
        }
    }
}

/// Somebody who went on, and what waits in an old copy of the store.
struct Scene {
    person: Person,
    /// Before the server, for the session and its copies.
    _proxy: FaultProxy,
    keyward: Keyward,
    copy: OldCopy,
    /// The key of what waits.
    shown: String,
    /// The key that is in force.
    in_force: String,
}

/// A new Security Key waits, staged or on its way into force.
async fn with_old_recovery(committed: bool, since: Since) -> Scene {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let begun = keyward.account.start_recovery(RecoveryOptions::default()).await;
    let mut recovery = begun.expect("it begins");
    recovery.advance().await.expect("staged");
    let shown = recovery.recovery_key().reveal().to_owned();
    if committed {
        let saved = recovery.confirm_saved(&Confirmation::Acknowledged).await;
        saved.expect("saved");
        let switch = |method: &str, path: &str| method == "PUT" && path.ends_with(DEFAULT_KEY);
        proxy.arm(Rule::new(Fault::CutBefore).on(switch).for_ever());
        recovery.advance().await.expect_err("no reply");
        proxy.disarm();
    }
    drop(recovery);
    let (copy, keyward) = OldCopy::of(keyward).await;
    let finished = match since {
        Since::Cancelled => {
            keyward.account.cancel_recovery().await.expect("cancelled");
            None
        }
        _ => {
            let mut resumed = keyward.account.resume_recovery().await.expect("it waits");
            finish(&mut resumed).await.expect("a new key");
            Some(shown.clone())
        }
    };
    let in_force = since.then(&keyward, &person, finished).await;
    Scene {
        person,
        _proxy: proxy,
        keyward,
        copy,
        shown,
        in_force,
    }
}

async fn resume_recovery(keyward: &Keyward) -> Result<String, RecoveryError> {
    let mut resumed = keyward.account.resume_recovery().await?;
    Ok(finish(&mut resumed).await?.recovery_key.reveal().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_waits_in_an_old_copy_does_no_harm() {
    let staged = SINCE_COMMITTED.into_iter().chain([Since::Cancelled]);
    let cases = staged.map(|since| (false, since));
    for (committed, since) in cases.chain(SINCE_COMMITTED.map(|since| (true, since))) {
        eprintln!("committed: {committed}, {since:?}");
        let scene = with_old_recovery(committed, since).await;
        let (person, copy) = (&scene.person, &scene.copy);
        let before = state(person).await;

        let keyward = copy.restored(scene.keyward).await;
        let cancelled = keyward.account.cancel_recovery().await;
        let is_in_force = committed || matches!(since, Since::Finished | Since::FinishedAndOtherBackup);
        match is_in_force {
            true => assert_eq!(cancelled, Err(RecoveryError::AlreadyCommitted)),
            false => assert_eq!(cancelled, Ok(())),
        }
        assert_same(&before, &state(person).await, Allowed::Nothing);

        let keyward = copy.restored(keyward).await;
        if since == Since::Cancelled {
            // It is as if it had not been cancelled: the person goes on, or does not.
            let mut resumed = keyward.account.resume_recovery().await.expect("it waits");
            assert_matches!(resumed.advance().await, Ok(RecoveryState::SaveKey { .. }));
            resumed.cancel().await.expect("cancelled again");
        } else {
            let resumed = resume_recovery(&keyward).await;
            match since {
                Since::Finished | Since::FinishedAndOtherBackup => assert_eq!(resumed, Ok(scene.shown)),
                _ => assert_eq!(resumed, Err(RecoveryError::Superseded)),
            }
        }
        assert_same(&before, &state(person).await, Allowed::Nothing);
        assert_eq!(keyward.status().await.pending, []);
        assert_unharmed(person, &before, &scene.in_force).await;
    }
}

/// Another client has blanked the default key since: the new key alone opens everything, and is no default. Also where there was
/// nothing in secret storage before.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_is_the_only_way_in_is_not_taken_back() {
    for is_first in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::unlocked(&person).await;
        let nothing = serde_json::json!({});
        let blank = |name| person.observer.set_account_data(name, &nothing);
        if is_first {
            for name in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET, DEFAULT_KEY]) {
                blank(name).await.expect("blank");
            }
        }
        let begun = keyward.account.start_recovery(RecoveryOptions::default()).await;
        let mut recovery = begun.expect("it begins");
        recovery.advance().await.expect("staged");
        drop(recovery);
        let (copy, keyward) = OldCopy::of(keyward).await;
        let new = resume_recovery(&keyward).await.expect("a new key");
        blank(DEFAULT_KEY).await.expect("blank");
        let before = state(&person).await;
        let keyward = copy.restored(keyward).await;
        keyward.account.cancel_recovery().await.expect("given up");
        assert_same(&before, &state(&person).await, Allowed::Nothing);
        let check = keyward.account.check_recovery_key(&key(&new)).await.expect("it opens");
        assert_eq!(check.opens.len(), 4, "{check:?}");
        assert_eq!(keyward.status().await.pending, []);
    }
}

/// Two sessions have begun a new key: what each of them has written goes with it, whichever is first.
#[tokio::test(flavor = "multi_thread")]
async fn two_new_keys_that_are_cancelled_leave_nothing() {
    let person = Person::with_history().await;
    let (first, second) = (Keyward::unlocked(&person).await, Keyward::unlocked(&person).await);
    let before = state(&person).await;
    for keyward in [&first, &second] {
        let begun = keyward.account.start_recovery(RecoveryOptions::default()).await;
        begun.expect("it begins").advance().await.expect("staged");
    }
    for keyward in [&first, &second] {
        keyward.account.cancel_recovery().await.expect("undone");
    }
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
}

/// Somebody whose reset waits in an old copy, before or after its commit, and who went on.
async fn with_old_reset(committed: bool, since: Since) -> (Person, Keyward, OldCopy, String) {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut first = start(&keyward.account).await;
    match committed {
        true => commit(&mut first, &person.user).await,
        false => drop(until_key(&mut first).await),
    }
    drop(first);
    let (copy, keyward) = OldCopy::of(keyward).await;
    let finished = match since {
        Since::Cancelled => {
            keyward.account.cancel_reset().await.expect("cancelled");
            None
        }
        _ => {
            let mut resumed = keyward.resume_reset().await;
            let outcome = crate::common::finish(&mut resumed, &person.user).await.expect("done");
            Some(outcome.recovery_key.reveal().to_owned())
        }
    };
    let in_force = since.then(&keyward, &person, finished).await;
    (person, keyward, copy, in_force)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_waits_in_an_old_copy_does_no_harm() {
    let staged = SINCE_COMMITTED.into_iter().chain([Since::Cancelled]);
    let cases = staged.map(|since| (false, since));
    for (committed, since) in cases.chain(SINCE_COMMITTED.map(|since| (true, since))) {
        eprintln!("committed: {committed}, {since:?}");
        let (person, keyward, copy, in_force) = with_old_reset(committed, since).await;
        let before = state(&person).await;
        let is_in_force = !matches!(since, Since::FinishedAndReset | Since::Cancelled);

        let keyward = copy.restored(keyward).await;
        let expected = match committed || is_in_force {
            true => PendingReset::Committed,
            false => PendingReset::Staged,
        };
        assert_eq!(keyward.pending_reset().await, Some(expected));
        let cancelled = keyward.account.cancel_reset().await;
        match is_in_force {
            true => assert_matches!(cancelled, Err(ResetError::AlreadyCommitted)),
            false => assert_matches!(cancelled, Ok(())),
        }
        assert_same(&before, &state(&person).await, Allowed::Nothing);

        let keyward = copy.restored(keyward).await;
        let account = &keyward.account;
        match since {
            Since::Finished | Since::FinishedAndOtherBackup => {
                let mut resumed = keyward.resume_reset().await;
                assert_matches!(resumed.advance().await, Ok(ResetState::Done(_)));
            }
            Since::FinishedAndNewKey => {
                let mut resumed = keyward.resume_reset().await;
                assert_matches!(resumed.advance().await, Err(ResetError::FinishedElsewhere));
                drop(resumed);
                let status = keyward.status().await;
                assert!(status.verified && status.private_keys, "{status:?}");
            }
            Since::FinishedAndReset => {
                let resumed = account.resume_reset(None).await;
                assert_matches!(resumed, Err(ResetError::Superseded));
                account.cancel_reset().await.expect("forgotten");
            }
            Since::Cancelled => {
                let mut resumed = keyward.resume_reset().await;
                assert_matches!(resumed.advance().await, Ok(ResetState::SaveKey { .. }));
                resumed.cancel().await.expect("cancelled again");
            }
        }
        assert_same(&before, &state(&person).await, Allowed::Nothing);
        assert_eq!(keyward.status().await.pending, []);
        assert_unharmed(&person, &before, &in_force).await;
    }
}

/// Whoever made the newer key did not have the backup's key.
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_key_that_does_not_open_the_backup_stays_the_default() {
    let (person, keyward, copy, _) = with_old_reset(true, Since::FinishedAndNewKey).await;
    let nothing = serde_json::json!({});
    let without = person.observer.set_account_data(BACKUP_SECRET, &nothing).await;
    without.expect("blank");
    let before = state(&person).await;
    let keyward = copy.restored(keyward).await;
    let mut resumed = keyward.resume_reset().await;
    assert_matches!(resumed.advance().await, Err(ResetError::FinishedElsewhere));
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

/// A first set-up waits in the copy, of whose backup a later reset has kept what leads to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_in_an_old_copy_leaves_the_way_into_a_backup_that_was_kept() {
    let user = new_user().await;
    let observer = plain(&user, None).await;
    let keyward = Keyward::of(&user).await;
    let mut first = start(&keyward.account).await;
    until_key(&mut first).await;
    drop(first);
    let (copy, keyward) = OldCopy::of(keyward).await;
    let mut resumed = keyward.resume_reset().await;
    let outcome = crate::common::finish(&mut resumed, &user).await.expect("set up");
    drop(resumed);
    let first_key = outcome.recovery_key;
    let another = Keyward::of(&user).await;
    let second = another.reset(&user, ResetOptions::default()).await;
    assert_eq!(second.old_backup, OldBackup::Kept);
    let read = async || ServerState::read(&observer).await.expect("a state");
    let before = read().await;
    assert_eq!(before.ciphertexts(BACKUP_SECRET).len(), 2);

    let keyward = copy.restored(keyward).await;
    keyward.account.cancel_reset().await.expect("given up");
    assert_same(&before, &read().await, Allowed::Nothing);
    let first_key = key(first_key.reveal());
    let recovered = another.account.recover_room_keys(&first_key, None, |_, _| {}).await;
    assert_eq!(recovered, Ok(0), "it opens the backup, which is empty");
    assert_opens(&user, second.recovery_key.reveal()).await;
}

/// The server hides the identity of which the copy knows nothing: its keys may be nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_without_the_identity_takes_nothing_away() {
    let user = new_user().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    let mut first = start(&keyward.account).await;
    until_key(&mut first).await;
    drop(first);
    let (copy, keyward) = OldCopy::of(keyward).await;
    let mut resumed = keyward.resume_reset().await;
    let outcome = crate::common::finish(&mut resumed, &user).await.expect("set up");
    drop(resumed);
    let observer = plain(&user, None).await;
    let read = async || ServerState::read(&observer).await.expect("a state");
    let before = read().await;
    let keyward = copy.restored(keyward).await;
    hide_the_identity(&proxy);
    let cancelled = keyward.account.cancel_reset().await;
    assert_matches!(cancelled, Err(ResetError::Request(_)));
    proxy.disarm();
    assert_same(&before, &read().await, Allowed::Nothing);
    assert_matches!(keyward.account.cancel_reset().await, Err(ResetError::AlreadyCommitted));
    assert_opens(&user, outcome.recovery_key.reveal()).await;
}

/// Another client's new key, made while the reset waited for its authorisation, is one for the identity that is gone. It does not
/// stay the default, however often the reset is interrupted.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_lost_identity_is_no_newer_one() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let mut reset = start(&keyward.account).await;
    until_key(&mut reset).await;
    let theirs = person.phone.client().encryption().recovery().reset_key().await;
    theirs.expect("a key for the identity of then");
    commit(&mut reset, &person.user).await;
    drop(reset);
    let mut reset = keyward.resume_reset().await;
    let switch = |method: &str, path: &str| method == "PUT" && path.ends_with(DEFAULT_KEY);
    proxy.arm(Rule::new(Fault::CutBefore).on(switch).for_ever());
    reset.advance().await.expect_err("the default key is not written");
    proxy.disarm();
    let outcome = crate::common::finish(&mut reset, &person.user).await.expect("done");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

/// Another client has made one for the new identity since.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_finished_twice_leaves_the_new_dehydrated_device() {
    let person = Person::with_a_long_past().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut first = start(&keyward.account).await;
    commit(&mut first, &person.user).await;
    drop(first);
    let (copy, keyward) = OldCopy::of(keyward).await;
    let mut resumed = keyward.resume_reset().await;
    let outcome = crate::common::finish(&mut resumed, &person.user).await.expect("done");
    drop(resumed);
    assert_eq!(state(&person).await.dehydrated_device, None, "the old one is gone");
    let fresh = crate::common::other_client(&person.user).await;
    fresh.recover(outcome.recovery_key.reveal()).await.expect("verified");
    let made = fresh.create_dehydrated_device().await.expect("a new one");
    let keyward = copy.restored(keyward).await;
    let mut resumed = keyward.resume_reset().await;
    assert_matches!(resumed.advance().await, Ok(ResetState::Done(_)));
    let kept = state(&person).await.dehydrated_device.expect("it is there");
    assert_eq!(kept["device_id"], made);
}
