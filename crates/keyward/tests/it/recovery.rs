// SPDX-License-Identifier: Apache-2.0

//! A new recovery key without a reset: what it costs (nothing), what stays with the old key, and who else is at work.

use keyward::{
    account::{Account, AttachError, UnfinishedReset},
    doctor::{Asked, Code},
    error::{FlowError as _, Remedy},
    facts::{KeyFlow, PendingFlow},
    recovery::{CheckError, Confirmation, Recovery, RecoveryError, RecoveryOptions, RecoveryOutcome, RecoveryState},
    reset::{PendingReset, ResetOptions},
    secret::{Passphrase, RecoveryKey, StoreKey},
    secret_storage::{KeyInput, OpenError},
    sessions::Trust,
};
use keyward_testing::{
    oracle::Oracle,
    proxy::{Fault, FaultProxy, Rule},
    server_state::{Allowed, BACKUP_SECRET, CROSS_SIGNING_SECRETS, DEFAULT_KEY, KEY_PREFIX},
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    attached::Scene,
    attached_reset,
    common::{Keyward, Person, always, assert_matches, assert_opens, assert_same, key, state},
    hostile::hide_the_identity,
};

/// Closes the store, has it looked at, and opens it as a new process would. `old_key` opens secret storage.
pub(crate) async fn watched(person: &Person, keyward: Keyward, old_key: &str) -> (Keyward, Oracle) {
    let device_id = keyward.account.device_id().to_owned();
    let (store_key, dir) = keyward.close().await;
    let oracle = Oracle::new(person.observer.clone(), &device_id, dir.path(), *store_key.reveal()).await;
    let oracle = oracle.expect("a look").with_old_key(old_key).expect("it opens");
    let oracle = oracle.with_room_keys(person.history.iter().map(|message| message.room_key()));
    (opened(dir, store_key).await, oracle)
}

/// A store that is opened.
pub(crate) async fn opened(dir: TempDir, key: StoreKey) -> Keyward {
    let account = Account::restore(dir.path(), &key).await.expect("restored");
    Keyward { account, key, dir }
}

/// Somebody whose Keyward, behind a proxy, holds the private keys; and who watches.
async fn somebody(person: &Person) -> (Keyward, FaultProxy, Oracle) {
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("the old key unlocks").key_backup);
    let (keyward, oracle) = watched(person, keyward, &person.old_key).await;
    proxy.reset();
    (keyward, proxy, oracle)
}

/// Stages a new key, has it saved, and loses every reply to the request that makes it the default.
async fn switched_without_a_reply(keyward: &Keyward, proxy: &FaultProxy) -> (Recovery, RecoveryKey) {
    let mut recovery = begin(keyward).await;
    let shown = until_shown(&mut recovery).await;
    let saved = recovery.confirm_saved(&Confirmation::Acknowledged).await;
    saved.expect("saved");
    let switch = |method: &str, path: &str| method == "PUT" && path.ends_with(DEFAULT_KEY);
    proxy.arm(Rule::new(Fault::CutAfter).on(switch).for_ever());
    assert_matches!(recovery.advance().await, Err(RecoveryError::Request(_)));
    assert!(recovery.is_committed());
    proxy.disarm();
    (recovery, shown)
}

async fn until_shown(recovery: &mut Recovery) -> RecoveryKey {
    match recovery.advance().await.expect("it is staged") {
        RecoveryState::SaveKey { recovery_key } => recovery_key,
        other => panic!("{other:?}"),
    }
}

/// Drives it to its end, acknowledging the key.
pub(crate) async fn finish(recovery: &mut Recovery) -> Result<RecoveryOutcome, RecoveryError> {
    loop {
        match recovery.advance().await? {
            RecoveryState::SaveKey { .. } => recovery.confirm_saved(&Confirmation::Acknowledged).await?,
            RecoveryState::Done(outcome) => return Ok(outcome),
        }
    }
}

async fn begin(keyward: &Keyward) -> Recovery {
    let begun = keyward.account.start_recovery(RecoveryOptions::default()).await;
    begun.expect("it begins")
}

/// A new key, from its beginning to its end.
async fn new_key(keyward: &Keyward) -> RecoveryOutcome {
    finish(&mut begin(keyward).await).await.expect("a new key")
}

fn pending(state: PendingReset) -> Vec<PendingFlow> {
    vec![PendingFlow {
        flow: KeyFlow::Recovery,
        state,
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_costs_no_trust_and_no_authorisation() {
    let person = Person::with_history().await;
    let (keyward, proxy, oracle) = somebody(&person).await;
    let verified = async || {
        let page = keyward.account.sessions().await.expect("a page");
        let others = page
            .others
            .into_iter()
            .filter(|session| session.trust == Trust::Verified);
        others.map(|session| session.device_id).collect::<Vec<_>>()
    };
    let before = verified().await;
    assert!(before.contains(&person.phone.device_id()));
    proxy.reset();

    let mut recovery = begin(&keyward).await;
    let shown = until_shown(&mut recovery).await;
    let mistyped = Confirmation::Retyped(RecoveryKey::new(&person.old_key));
    assert_eq!(recovery.confirm_saved(&mistyped).await, Err(RecoveryError::KeyMismatch));
    let retyped = Confirmation::Retyped(RecoveryKey::new(shown.reveal().to_lowercase().to_uppercase()));
    assert_eq!(recovery.confirm_saved(&retyped).await, Err(RecoveryError::KeyMismatch));
    let spaced = Confirmation::Retyped(RecoveryKey::new(shown.reveal().replace(' ', "  ")));
    recovery.confirm_saved(&spaced).await.expect("spaces do not matter");
    let outcome = finish(&mut recovery).await.expect("a new key");
    assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
    assert_eq!((outcome.opens_backup, outcome.old_key_opens), (Some(true), Vec::new()));
    drop(recovery);

    let changed = [
        "device_signing",
        "delete_devices",
        "signatures/upload",
        "room_keys/version/",
        "/logout",
    ];
    for request in proxy.requests() {
        let changes = request.method != "GET" && changed.iter().any(|part| request.path.contains(part));
        assert!(!changes, "{request:?}");
    }
    assert_eq!(verified().await, before);
    assert_matches!(
        keyward.account.check_recovery_key(&key(&person.old_key)).await,
        Err(CheckError::Open(OpenError::WrongKey))
    );
    let (_, _dir) = keyward.close().await;
    oracle.assert_new_key(shown.reveal()).await.expect("whole");
    let after = state(&person).await;
    assert_eq!(after.key_descriptions().len(), 1, "the old key is described no more");
    for name in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
        assert_eq!(after.ciphertexts(name).len(), 1, "{name}");
    }
    assert!(person.reads_history_with(shown.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phrase_opens_what_its_key_opens() {
    let person = Person::with_history().await;
    let (keyward, _proxy, oracle) = somebody(&person).await;
    let options = |phrase: &str| RecoveryOptions {
        passphrase: Some(Passphrase::new(phrase)),
    };
    for (phrase, expected) in [
        ("  ", RecoveryError::EmptyPassphrase),
        ("password", RecoveryError::WeakPassphrase),
    ] {
        let refused = keyward.account.start_recovery(options(phrase)).await;
        assert_eq!(refused.map(drop), Err(expected));
    }
    let phrase = "seven slow herons cross the canal";
    let mut recovery = keyward
        .account
        .start_recovery(options(phrase))
        .await
        .expect("it begins");
    let outcome = finish(&mut recovery).await.expect("a new key");
    drop(recovery);
    let typed = KeyInput::Passphrase(Passphrase::new(phrase));
    let check = keyward.account.check_recovery_key(&typed).await.expect("it opens");
    assert_eq!((check.opens.len(), check.default), (4, true), "{check:?}");
    let (_, _dir) = keyward.close().await;
    oracle
        .assert_new_key(outcome.recovery_key.reveal())
        .await
        .expect("whole");
    assert_opens(&person.user, phrase).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_switch_it_can_be_cancelled_and_after_it_only_resumed() {
    let person = Person::with_history().await;
    let (keyward, proxy, oracle) = somebody(&person).await;
    let mut recovery = begin(&keyward).await;
    let shown = until_shown(&mut recovery).await;
    assert_matches!(
        keyward.account.start_recovery(RecoveryOptions::default()).await,
        Err(RecoveryError::AlreadyRunning)
    );
    drop(recovery);

    // A new process sees it, and may undo it.
    let keyward = keyward.restart().await;
    assert_eq!(keyward.status().await.pending, pending(PendingReset::Staged));
    assert_matches!(
        keyward.account.start_recovery(RecoveryOptions::default()).await,
        Err(RecoveryError::Pending)
    );
    keyward.account.cancel_recovery().await.expect("undone");
    assert_eq!(keyward.status().await.pending, Vec::new());
    assert_matches!(
        keyward.account.cancel_recovery().await,
        Err(RecoveryError::NothingPending)
    );
    assert_matches!(
        keyward.account.resume_recovery().await,
        Err(RecoveryError::NothingPending)
    );
    assert_matches!(
        keyward.account.check_recovery_key(&KeyInput::RecoveryKey(shown)).await,
        Err(CheckError::Open(OpenError::WrongKey))
    );
    let (store_key, dir) = keyward.close().await;
    oracle.assert_cancelled().await.expect("as before");

    // Once the default key may be another, there is only a way forward.
    let keyward = opened(dir, store_key).await;
    let (recovery, shown) = switched_without_a_reply(&keyward, &proxy).await;
    assert_matches!(recovery.cancel().await, Err(RecoveryError::AlreadyCommitted));
    assert_eq!(keyward.status().await.pending, pending(PendingReset::Committed));
    assert_matches!(
        keyward.account.cancel_recovery().await,
        Err(RecoveryError::AlreadyCommitted)
    );
    let keyward = keyward.restart().await;
    let mut recovery = keyward.account.resume_recovery().await.expect("it waits");
    let outcome = finish(&mut recovery).await.expect("finished");
    assert_eq!(outcome.recovery_key.reveal(), shown.reveal());
    drop(recovery);
    let (_, _dir) = keyward.close().await;
    oracle.assert_new_key(shown.reveal()).await.expect("whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_client_that_is_faster_loses_nothing_by_it() {
    let person = Person::with_history().await;
    let (keyward, _proxy, _oracle) = somebody(&person).await;
    let mut recovery = begin(&keyward).await;
    let shown = until_shown(&mut recovery).await;
    recovery
        .confirm_saved(&Confirmation::Acknowledged)
        .await
        .expect("saved");
    let theirs = person.phone.client().encryption().recovery().reset_key().await;
    let theirs = theirs.expect("the phone makes another key");
    let before = state(&person).await;
    assert_matches!(recovery.advance().await, Err(RecoveryError::Superseded));
    drop(recovery);
    assert_eq!(keyward.status().await.pending, Vec::new());
    let after = state(&person).await;
    assert_eq!(after.default_key_id(), before.default_key_id());
    assert_eq!(
        after.ciphertexts(CROSS_SIGNING_SECRETS[0]).len(),
        before.ciphertexts(CROSS_SIGNING_SECRETS[0]).len() - 1
    );
    assert!(person.reads_history_with(&theirs).await);
    assert_matches!(
        keyward.account.check_recovery_key(&KeyInput::RecoveryKey(shown)).await,
        Err(CheckError::Open(OpenError::WrongKey))
    );

    // Another client's reset.
    let mut recovery = begin(&keyward).await;
    until_shown(&mut recovery).await;
    recovery
        .confirm_saved(&Confirmation::Acknowledged)
        .await
        .expect("saved");
    let other = Keyward::of(&person.user).await;
    let reset = other.reset(&person.user, ResetOptions::default()).await;
    assert_matches!(recovery.advance().await, Err(RecoveryError::Superseded));
    drop(recovery);
    assert_opens(&person.user, reset.recovery_key.reveal()).await;
}

/// After its own commit, too, it deletes nothing where the default key is another client's.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_client_makes_after_the_switch_stays_the_default() {
    let person = Person::with_history().await;
    let (keyward, proxy, _oracle) = somebody(&person).await;
    let (mut recovery, shown) = switched_without_a_reply(&keyward, &proxy).await;
    person.phone.catch_up().await.expect("the phone sees the new default");
    let theirs = person.phone.client().encryption().recovery().reset_key().await;
    let theirs = theirs.expect("the phone makes another key");
    let before = state(&person).await;
    assert_matches!(recovery.advance().await, Err(RecoveryError::Superseded));
    drop(recovery);
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    assert_eq!(keyward.status().await.pending, Vec::new());
    for held in [theirs.as_str(), shown.reveal(), &person.old_key] {
        let check = keyward.account.check_recovery_key(&key(held)).await.expect("it opens");
        assert_eq!((check.opens.len(), check.default), (4, held == theirs), "{check:?}");
    }
}

/// As after a database was restored from before the identity was made, or where the server hides it.
#[tokio::test(flavor = "multi_thread")]
async fn a_committed_key_of_an_identity_that_is_gone_ends_with_what_to_do() {
    let person = Person::with_history().await;
    let (keyward, proxy, oracle) = somebody(&person).await;
    let (mut recovery, shown) = switched_without_a_reply(&keyward, &proxy).await;
    let before = state(&person).await;
    hide_the_identity(&proxy);
    for _ in 0..2 {
        let error = recovery.advance().await.expect_err("there is no identity");
        assert_eq!(error, RecoveryError::IdentityGone);
        assert_eq!(error.remedy(), Remedy::LogInAgain);
    }
    drop(recovery);
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    // The doctor knows of both.
    let report = keyward.account.examine(Asked::default()).await.expect("a report");
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::FlowPending, Code::IdentityGone]);
    // Whoever has not given up goes on when it is back.
    proxy.disarm();
    let mut recovery = keyward.account.resume_recovery().await.expect("it waits");
    finish(&mut recovery).await.expect("a new key");
    drop(recovery);
    let (_, _dir) = keyward.close().await;
    oracle.assert_new_key(shown.reveal()).await.expect("whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_old_key_alone_opens_stays_and_is_named() {
    let person = Person::with_a_long_past().await;
    let (keyward, _proxy, _oracle) = somebody(&person).await;
    let before = state(&person).await;
    let old_id = before.default_key_id().expect("a default key").to_owned();
    let entry = before.ciphertexts(CROSS_SIGNING_SECRETS[0])[old_id.as_str()].clone();
    let theirs = json!({"encrypted": {&old_id: entry}});
    person
        .observer
        .set_account_data("org.example.secret", &theirs)
        .await
        .expect("another program's secret");

    let outcome = new_key(&keyward).await;
    let after = state(&person).await;
    assert!(
        outcome.old_key_opens.contains(&"org.example.secret".to_owned()),
        "{outcome:?}"
    );
    // An older version of the backup is there, and nobody can see which one an entry opens.
    assert!(outcome.old_key_opens.contains(&BACKUP_SECRET.to_owned()), "{outcome:?}");
    assert_eq!(after.account_data["org.example.secret"], theirs);
    assert_eq!(after.dehydrated_device, before.dehydrated_device);
    let description = format!("{KEY_PREFIX}{old_id}");
    assert_eq!(after.account_data[&description], before.account_data[&description]);
    assert_eq!(
        after.ciphertexts(BACKUP_SECRET)[old_id.as_str()],
        before.ciphertexts(BACKUP_SECRET)[old_id.as_str()]
    );
    for name in CROSS_SIGNING_SECRETS {
        assert_eq!(after.ciphertexts(name).len(), 1, "{name}");
    }
    let check = keyward.account.check_recovery_key(&key(&person.old_key)).await;
    assert_matches!(
        check,
        Err(CheckError::Open(OpenError::WrongKey)),
        "it holds no identity any more"
    );
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_whose_key_is_not_here_needs_the_old_key() {
    let person = Person::with_history().await;
    let (keyward, _proxy, _oracle) = somebody(&person).await;
    // Another client makes a new version, whose key this session never gets.
    let backups = person.phone.client().encryption().backups();
    backups.disable_and_delete().await.expect("the old one goes");
    backups.create().await.expect("another one");
    let before = state(&person).await;
    let outcome = new_key(&keyward).await;
    assert_eq!(outcome.opens_backup, Some(false));
    assert_eq!(outcome.old_key_opens, [BACKUP_SECRET]);
    let after = state(&person).await;
    assert_eq!(after.account_data[BACKUP_SECRET], before.account_data[BACKUP_SECRET]);
    assert_eq!(after.backups, before.backups);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_private_keys_there_is_no_new_key() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let before = state(&person).await;
    assert_matches!(
        keyward.account.start_recovery(RecoveryOptions::default()).await,
        Err(RecoveryError::NotVerified)
    );
    let check = keyward
        .account
        .check_recovery_key(&key(&person.old_key))
        .await
        .expect("it opens");
    assert_eq!(
        (check.opens.len(), check.default),
        (4, true),
        "an unverified session can check"
    );
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_nothing_gets_no_switch() {
    let person = Person::with_history().await;
    let (keyward, proxy, oracle) = somebody(&person).await;
    // The server says yes and does nothing.
    let nothing = || Fault::Reply(reqwest::StatusCode::OK, json!({}));
    proxy.arm(
        Rule::new(nothing())
            .on(|method, path| method == "PUT" && path.ends_with(BACKUP_SECRET))
            .for_ever(),
    );
    let mut recovery = begin(&keyward).await;
    assert_matches!(recovery.advance().await, Err(RecoveryError::StagingNotKept));
    proxy.disarm();
    let shown = until_shown(&mut recovery).await;
    recovery
        .confirm_saved(&Confirmation::Acknowledged)
        .await
        .expect("saved");
    proxy.arm(always(DEFAULT_KEY, nothing()));
    // A server that names no default key after the switch: nothing is deleted.
    assert_matches!(recovery.advance().await, Err(RecoveryError::NotKept));
    let now = state(&person).await;
    assert_eq!(now.ciphertexts(CROSS_SIGNING_SECRETS[0]).len(), 2);
    proxy.disarm();
    finish(&mut recovery).await.expect("a new key");
    drop(recovery);
    let (_, _dir) = keyward.close().await;
    oracle.assert_new_key(shown.reveal()).await.expect("whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_session_copies_what_the_old_key_opens() {
    let scene = Scene::new().await;
    let account = &scene.account;
    let wrong = key(&Person::with_history().await.old_key);
    let options = RecoveryOptions::default;
    assert_matches!(
        account.start_recovery(&wrong, options()).await,
        Err(RecoveryError::OldKey(OpenError::WrongKey))
    );
    let store = scene.dir.path().join("keyward");
    let oracle = Oracle::attached(
        scene.person.observer.clone(),
        &scene.host.device_id,
        &store,
        [scene.person.old_key.clone(), scene.person.phone.plain().access_token],
    );
    let oracle = oracle
        .await
        .expect("a look")
        .with_old_key(&scene.person.old_key)
        .expect("it opens");
    let oracle = oracle.with_room_keys(scene.person.history.iter().map(|message| message.room_key()));
    scene.proxy.reset();
    let mut recovery = account
        .start_recovery(&key(&scene.person.old_key), options())
        .await
        .expect("it begins");
    let shown = until_shown(&mut recovery).await;
    oracle
        .assert_safe_with_new_key(Some(shown.reveal()))
        .await
        .expect("safe");
    drop(recovery);
    let detached = account.detach(UnfinishedReset::Keep).await;
    assert_matches!(detached, Err(AttachError::ResetPending), "its key may be nowhere else");
    let mut recovery = account.resume_recovery().await.expect("it waits");
    let outcome = finish(&mut recovery).await.expect("a new key");
    drop(recovery);
    assert_eq!(outcome.opens_backup, Some(true));
    oracle.assert_new_key(shown.reveal()).await.expect("whole");
    scene.assert_only_what_is_allowed(&attached_reset::ALLOWED);
    let status = account.status().await.expect("a status");
    assert!(status.verified && status.pending.is_empty(), "{status:?}");
    assert!(scene.person.reads_history_with(shown.reveal()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_what_a_key_opens_what_not_and_what_is_missing() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let check = async || {
        let check = keyward.account.check_recovery_key(&key(&person.old_key)).await;
        check.expect("it is a key of this account")
    };
    let [master, self_signing, user_signing] = CROSS_SIGNING_SECRETS;
    // Another program's key has taken the place of this one; and one is blank.
    let others = json!({"encrypted": {"elsewhere": {"iv": "a", "ciphertext": "b", "mac": "c"}}});
    let observer = &person.observer;
    observer.set_account_data(self_signing, &others).await.expect("written");
    observer
        .set_account_data(BACKUP_SECRET, &json!({}))
        .await
        .expect("written");
    let before = check().await;
    assert_eq!(before.opens, [master, user_signing]);
    assert_eq!(before.does_not_open, [self_signing]);
    assert_eq!((before.missing, before.default), (vec![BACKUP_SECRET.to_owned()], true));

    // The master key's private half belongs to an identity that is gone.
    let laptop = crate::common::other_client(&person.user).await;
    let stale = person
        .observer
        .account_data(master)
        .await
        .expect("read")
        .expect("there");
    laptop.reset_identity().await.expect("another identity");
    let default = json!({"key": stale["encrypted"].as_object().expect("entries").keys().next()});
    let described = format!("{KEY_PREFIX}{}", default["key"].as_str().expect("an id"));
    assert!(
        state(&person).await.account_data.contains_key(&described),
        "the old key is described"
    );
    observer.set_account_data(DEFAULT_KEY, &default).await.expect("written");
    observer.set_account_data(master, &stale).await.expect("written");
    let after = check().await;
    assert!(after.does_not_open.contains(&master.to_owned()), "{after:?}");
}
