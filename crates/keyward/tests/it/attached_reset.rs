// SPDX-License-Identifier: Apache-2.0

//! Reset for a session that an app has already, and the four ways in which the hand-over ends. The app is the person's phone
//! on plain matrix-sdk.

use keyward::{
    account::{Account, AttachError, Attached, UnfinishedReset},
    error::ServerError,
    facts::{IdentityStatus, PendingReset},
    reset::{
        Confirmation, HandedOver, OldBackup, OldBackupPolicy, Outcome, Plan, Reset, ResetError, ResetOptions,
        ResetState,
    },
    secret::{Passphrase, RecoveryKey},
    secret_storage::{KeyInput, OpenError},
    sessions::Trust,
};
use keyward_testing::{
    other_client::OtherClient,
    person::{Person, reads_all, sync_until_read},
    proxy::{Fault, RecordedRequest, Rule},
    server_state::{Allowed, BACKUP_SECRET, ServerState},
    synapse::Synapse,
};
use reqwest::{Method, StatusCode};
use ruma::canonical_json::to_canonical_value;
use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use crate::{
    attached::{Scene, waiting_for_the_app},
    common::{
        Keyward, always, assert_matches, assert_opens, assert_same, finish, key, new_user, other_client, password,
        state, until_challenge,
    },
    hostile::show_the_identity_of,
};

/// What an attached reset may ask, beside what every attached flow may.
pub(crate) const ALLOWED: [&str; 12] = [
    "DELETE /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    "DELETE /_matrix/client/v3/room_keys/version/",
    "GET /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    "GET /_matrix/client/v3/room_keys/keys",
    "GET /_matrix/client/v3/room_keys/version/",
    "POST /_matrix/client/v3/keys/device_signing/upload",
    "POST /_matrix/client/v3/keys/signatures/upload",
    "POST /_matrix/client/v3/room_keys/version",
    "PUT /_matrix/client/v3/room_keys/keys",
    "PUT /_matrix/client/v3/user/{userId}/account_data/m.",
    "PUT /_matrix/client/v3/user/{userId}/account_data/m.org.matrix.custom.backup_disabled",
    "PUT /_matrix/client/v3/user/{userId}/account_data/org.matrix.msc3814",
];

async fn plan(account: &Account<Attached>) -> Plan {
    account.plan_reset().await.expect("a plan")
}

/// A plan that has the old backup's key.
async fn plan_with_old_key(scene: &Scene) -> Plan {
    let mut plan = plan(&scene.account).await;
    let old_key = key(&scene.person.old_key);
    let opened = scene.account.open_old_backup(&mut plan, &old_key).await;
    assert!(opened.expect("the old key opens it"));
    plan
}

async fn start(scene: &Scene, plan: &Plan, options: ResetOptions) -> Reset {
    let reset = scene.account.start_reset(plan, options).await;
    reset.expect("a reset")
}

/// Drives a reset until the app has to take the key over.
async fn until_hand_over(reset: &mut Reset, person: &Person) -> RecoveryKey {
    loop {
        match reset.advance().await.expect("it goes on") {
            ResetState::SaveKey { .. } => {
                let saved = reset.confirm_saved(&Confirmation::Acknowledged).await;
                saved.expect("confirmed");
            }
            ResetState::Authorise { .. } => {
                let accepted = reset.authorise(&password(&person.user)).await;
                accepted.expect("accepted");
            }
            ResetState::HandOver { recovery_key, .. } => return recovery_key,
            done @ ResetState::Done(_) => panic!("{done:?}"),
        }
    }
}

async fn hand_over(reset: &mut Reset, how: HandedOver) -> Result<Outcome, ResetError> {
    reset.handed_over(how).await?;
    match reset.advance().await? {
        ResetState::Done(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

/// Whether every backup from before is there yet.
fn old_backups_left(before: &ServerState, now: &ServerState) -> bool {
    before.backups.keys().all(|version| now.backups.contains_key(version))
}

/// Whether none of them is.
fn old_backups_gone(before: &ServerState, now: &ServerState) -> bool {
    before.backups.keys().all(|version| !now.backups.contains_key(version))
}

async fn pending(scene: &Scene) -> Option<PendingReset> {
    scene.account.pending_reset().await.expect("known")
}

/// The app has the new key, and its session is verified with it.
async fn app_takes_over(phone: &OtherClient, key: &RecoveryKey) {
    phone.sync_once().await.expect("a sync");
    phone.recover(key.reveal()).await.expect("the new key opens everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_old_key_nothing_stays_behind_and_the_app_loses_nothing() {
    let scene = Scene::new().await;
    let person = &scene.person;
    // A second session, which writes while the app is not online.
    let tablet = other_client(&person.user).await;
    tablet.recover(&person.old_key).await.expect("recovered");
    let before = state(person).await;

    let plan = plan_with_old_key(&scene).await;
    assert_eq!(plan.consequences.room_keys_here, None);
    assert!(plan.consequences.backup_readable);
    assert_eq!(
        (plan.consequences.other_sessions, plan.consequences.verified_sessions),
        (1, 1)
    );
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    assert_eq!(pending(&scene).await, Some(PendingReset::Staged));
    let shown = match reset.advance().await.expect("staged") {
        ResetState::SaveKey { recovery_key } => recovery_key,
        other => panic!("{other:?}"),
    };
    assert_same(&before, &state(person).await, Allowed::StagedAdditions);
    let early = reset.handed_over(HandedOver::Taken).await;
    assert_matches!(early, Err(ResetError::OutOfOrder));
    let during = tablet.send_messages(&person.room, 2).await.expect("sent meanwhile");
    let waiting = waiting_for_the_app(&person.phone).await;
    assert_ne!(waiting.0, json!([]), "the tablet's room key");
    let recovery_key = until_hand_over(&mut reset, person).await;
    assert_eq!(recovery_key.reveal(), shown.reveal());
    // Nothing is gone yet, and the app's own things were not touched.
    let now = state(person).await;
    assert!(old_backups_left(&before, &now));
    assert_eq!(pending(&scene).await, Some(PendingReset::HandingOver));
    let status = scene.account.status().await.expect("a status");
    assert_eq!(status.pending_reset, Some(PendingReset::HandingOver));
    assert_eq!((status.verified, status.identity), (true, IdentityStatus::Ours));
    assert_eq!(waiting_for_the_app(&person.phone).await, waiting);

    // The process ends, and the app takes the key over only after that.
    drop(reset);
    let scene = scene.restart().await;
    let person = &scene.person;
    app_takes_over(&person.phone, &recovery_key).await;
    person
        .phone
        .wait_for_backup()
        .await
        .expect("its keys are in the new backup");
    let mut reset = scene.account.resume_reset(None).await.expect("resumed");
    assert!(reset.is_committed());
    let again = until_hand_over(&mut reset, person).await;
    assert_eq!(again.reveal(), shown.reveal());
    let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert_eq!(outcome.untrusted_sessions, [tablet.device_id()]);
    assert!(outcome.room_keys_backed_up >= 2, "{outcome:?}");
    drop(reset);

    // The app is verified, reads what was before, during and after, and its other sessions show as the page says.
    let after = person
        .phone
        .send_messages(&person.room, 1)
        .await
        .expect("sent after it");
    for messages in [&person.history, &during, &after] {
        sync_until_read(&person.phone, messages).await.expect("it reads them");
    }
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(
        (list.identity, list.current.trust),
        (IdentityStatus::Ours, Trust::Verified)
    );
    let other = list
        .others
        .iter()
        .find(|session| session.device_id == tablet.device_id());
    assert_eq!(other.expect("listed").trust, Trust::Unverified);
    let now = state(person).await;
    assert_eq!(now.public_keys()[0], Some(outcome.new_identity.as_str()));
    assert!(old_backups_gone(&before, &now), "all of it is in the new one");
    assert_eq!(pending(&scene).await, None);
    for request in scene.requests() {
        println!("{request}");
    }
    scene.assert_only_what_is_allowed(&ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_old_key_the_app_s_own_keys_decide() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let before = state(person).await;
    let plan = plan(&scene.account).await;
    assert!(!plan.consequences.backup_readable);
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    let recovery_key = until_hand_over(&mut reset, person).await;
    // It says so and did nothing: the old backup holds what the new one does not.
    let nothing = hand_over(&mut reset, HandedOver::Taken).await;
    assert_matches!(nothing, Err(ResetError::NotTakenOver));
    assert_eq!(pending(&scene).await, Some(PendingReset::HandingOver));
    let now = state(person).await;
    assert!(old_backups_left(&before, &now));
    let again = until_hand_over(&mut reset, person).await;
    assert_eq!(again.reveal(), recovery_key.reveal());
    // It says so before it has: the look goes on until it has.
    let late = async {
        tokio::task::yield_now().await;
        app_takes_over(&person.phone, &recovery_key).await;
        person
            .phone
            .wait_for_backup()
            .await
            .expect("its keys are in the new backup");
    };
    let (outcome, ()) = tokio::join!(hand_over(&mut reset, HandedOver::Taken), late);
    let outcome = outcome.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    let now = state(person).await;
    assert!(old_backups_gone(&before, &now));
    scene.assert_only_what_is_allowed(&ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_never_takes_the_key_leaves_the_old_backup_and_the_way_into_it() {
    for compromised in [false, true] {
        let scene = Scene::new().await;
        let person = &scene.person;
        let before = state(person).await;
        let plan = plan(&scene.account).await;
        let options = ResetOptions {
            compromised,
            ..ResetOptions::default()
        };
        let mut reset = start(&scene, &plan, options).await;
        until_hand_over(&mut reset, person).await;
        let outcome = hand_over(&mut reset, HandedOver::KeepOldBackup).await.expect("done");
        assert_eq!(outcome.old_backup, OldBackup::Kept);
        let now = state(person).await;
        assert!(old_backups_left(&before, &now));
        let old_key = before.default_key_id().expect("an old key");
        let of_backup = now.ciphertexts("m.megolm_backup.v1");
        assert!(of_backup.contains_key(old_key), "compromised: {compromised}");
        assert!(
            now.key_descriptions().contains_key(old_key),
            "compromised: {compromised}"
        );
        for secret in ["m.cross_signing.master", "m.cross_signing.self_signing"] {
            assert!(!now.ciphertexts(secret).contains_key(old_key), "of no use any more");
        }
        assert_eq!(pending(&scene).await, None);
        assert_opens(&person.user, outcome.recovery_key.reveal()).await;
        scene.assert_only_what_is_allowed(&ALLOWED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_the_host_makes_itself_counts() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let before = state(person).await;
    let plan = plan(&scene.account).await;
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    let recovery_key = until_hand_over(&mut reset, person).await;
    app_takes_over(&person.phone, &recovery_key).await;
    let encryption = person.phone.client().encryption();
    let store = encryption
        .secret_storage()
        .open_secret_store(recovery_key.reveal())
        .await;
    let ours = state(person).await.current_backup;
    encryption.backups().disable_and_delete().await.expect("deleted");
    encryption.backups().create().await.expect("its own");
    person.phone.wait_for_backup().await.expect("filled");
    let own = state(person).await.current_backup;
    assert_ne!(own, ours);
    // Its key is in secret storage only while the look goes on.
    let late = async {
        let looked = |requests: &[RecordedRequest]| {
            let looks = requests
                .iter()
                .filter(|request| request.path.ends_with("/room_keys/version"));
            looks.count() > 3
        };
        scene.proxy.until(looked).await;
        store
            .expect("opened")
            .export_secrets()
            .await
            .expect("in secret storage");
    };
    let (outcome, ()) = tokio::join!(hand_over(&mut reset, HandedOver::Taken), late);
    let outcome = outcome.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    let now = state(person).await;
    assert_eq!(now.current_backup, own, "it stays");
    assert!(old_backups_gone(&before, &now));
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    person.phone.sync_once().await.expect("the app goes on");
    person.phone.send_messages(&person.room, 1).await.expect("sent");
    person.phone.wait_for_backup().await.expect("it uploads as before");
}

/// What a homeserver has lost that was restored from a copy of its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    Identity,
    /// The identity, and what secret storage held after the commit.
    SecretStorage,
    /// That, and every backup made after the commit.
    Backups,
}

/// The app has taken the key over, and makes a backup of its own, with its key in secret storage. Returns its version.
pub(crate) async fn app_makes_its_own_backup(person: &Person, key: &RecoveryKey) -> String {
    let encryption = person.phone.client().encryption();
    let store = encryption.secret_storage().open_secret_store(key.reveal()).await;
    encryption.backups().disable_and_delete().await.expect("deleted");
    encryption.backups().create().await.expect("its own");
    let store = store.expect("opened");
    store.export_secrets().await.expect("in secret storage");
    person.phone.wait_for_backup().await.expect("filled");
    state(person).await.current_backup.expect("it is there")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_set_back_a_backup_of_the_app_s_own_does_not_keep_the_reset_from_going_on() {
    for (lost, adopted) in [
        (Lost::Identity, false),
        (Lost::Identity, true),
        (Lost::SecretStorage, true),
        (Lost::Backups, true),
    ] {
        println!("{lost:?}, adopted: {adopted}");
        let scene = Scene::new().await;
        let person = &scene.person;
        let before = state(person).await;
        let plan = plan(&scene.account).await;
        let mut reset = start(&scene, &plan, ResetOptions::default()).await;
        assert_matches!(reset.advance().await, Ok(ResetState::SaveKey { .. }));
        let staged = state(person).await.account_data;
        let recovery_key = until_hand_over(&mut reset, person).await;
        app_takes_over(&person.phone, &recovery_key).await;
        let theirs = app_makes_its_own_backup(person, &recovery_key).await;
        if adopted {
            // It is looked at once more, and from now on the reset's own backup is this one.
            until_hand_over(&mut reset, person).await;
        }
        drop(reset);

        show_the_identity_of(&before, &scene.proxy);
        if lost != Lost::Identity {
            for name in ["m.secret_storage.default_key", BACKUP_SECRET] {
                let put_back = person.observer.set_account_data(name, &staged[name]).await;
                put_back.expect("as it was before the commit");
            }
        }
        if lost == Lost::Backups {
            let path = format!("/v3/room_keys/version/{theirs}");
            let deleted = person.observer.request_ok(Method::DELETE, &path, None).await;
            deleted.expect("deleted");
        }
        let mut reset = scene.account.resume_reset(None).await.expect("it is there");
        assert!(!reset.is_committed(), "the old identity lasts");
        // The server takes the identity without a challenge, because it has it, and does not show it.
        let authorised = reset.advance().await;
        assert_matches!(authorised, Err(ResetError::NotAccepted));
        scene.proxy.disarm();
        let again = until_hand_over(&mut reset, person).await;
        assert_eq!(again.reveal(), recovery_key.reveal());
        app_takes_over(&person.phone, &recovery_key).await;
        person
            .phone
            .wait_for_backup()
            .await
            .expect("its keys are in the backup");
        let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
        assert_eq!(outcome.old_backup, OldBackup::Drained);
        let now = state(person).await;
        if lost != Lost::Backups {
            assert_eq!(now.current_backup, Some(theirs), "it stays");
        }
        assert!(old_backups_gone(&before, &now));
        assert_opens(&person.user, recovery_key.reveal()).await;
        assert!(person.reads_history_with(recovery_key.reveal()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_resets_by_itself_meanwhile_wins() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let plan = plan(&scene.account).await;
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    until_hand_over(&mut reset, person).await;
    // It makes a backup only where it finds none.
    for version in state(person).await.backups.keys() {
        let path = format!("/v3/room_keys/version/{version}");
        let deleted = person.observer.request_ok(Method::DELETE, &path, None).await;
        deleted.expect("deleted");
    }
    let theirs = person.phone.reset_identity().await.expect("it resets");
    let before = state(person).await;
    reset.handed_over(HandedOver::Taken).await.expect("said");
    assert_matches!(reset.advance().await, Err(ResetError::Superseded));
    assert_same(&before, &state(person).await, Allowed::Leftovers);
    reset.cancel().await.expect("forgotten");
    assert_eq!(pending(&scene).await, None);
    assert_opens(&person.user, &theirs).await;
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(list.identity, IdentityStatus::Ours, "its own device has signed it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_set_up_needs_no_password_and_ends_with_the_app_verified() {
    let user = new_user().await;
    let phone = other_client(&user).await;
    let room = phone.create_encrypted_room(&[]).await.expect("a room");
    let history = phone.send_messages(&room, 2).await.expect("messages");
    let observer = crate::common::plain(&user, None).await;
    let person = Person {
        user,
        phone,
        old_key: String::new(),
        room,
        history,
        observer,
    };
    let scene = Scene::of(person).await;
    let person = &scene.person;
    let plan = plan(&scene.account).await;
    assert_eq!(plan.consequences.old_identity, None);
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    assert_matches!(reset.advance().await, Ok(ResetState::SaveKey { .. }));
    reset.confirm_saved(&Confirmation::Acknowledged).await.expect("saved");
    let ResetState::HandOver { recovery_key, .. } = reset.advance().await.expect("in force") else {
        panic!("the app has to take the key");
    };
    app_takes_over(&person.phone, &recovery_key).await;
    person.phone.wait_for_backup().await.expect("filled");
    let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::NotThere);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(list.current.trust, Trust::Verified);
    scene.assert_only_what_is_allowed(&ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_leaves_the_account_as_it_was() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let before = state(person).await;
    let plan = plan_with_old_key(&scene).await;
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    assert_matches!(reset.advance().await, Ok(ResetState::SaveKey { .. }));
    reset.confirm_saved(&Confirmation::Acknowledged).await.expect("saved");
    assert_matches!(reset.advance().await, Ok(ResetState::Authorise { .. }));
    drop(reset);
    let scene = scene.restart().await;
    scene.account.cancel_reset().await.expect("cancelled");
    assert_same(&before, &state(&scene.person).await, Allowed::Leftovers);
    assert_eq!(pending(&scene).await, None);
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(
        (list.identity, list.current.trust),
        (IdentityStatus::Ours, Trust::Verified)
    );
    assert_opens(&scene.person.user, &scene.person.old_key).await;
    scene.assert_only_what_is_allowed(&ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_shows_another_device_key_has_nothing_signed() {
    let scene = Scene::new().await;
    // The tablet's keys in the place of the app's.
    let tablet = other_client(&scene.person.user).await.device_id();
    let before = state(&scene.person).await;
    let plan = plan(&scene.account).await;
    let host = scene.host.clone();
    // Keys under the app's own device ID, sound in themselves, whose private key is a stranger's.
    let stranger = Ed25519SecretKey::new();
    let mut forged = json!({
        "user_id": host.user_id, "device_id": host.device_id, "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
        "keys": {format!("ed25519:{}", host.device_id): stranger.public_key().to_base64()},
    });
    let signed = to_canonical_value(&forged).expect("a canonical form").to_string();
    let signature = stranger.sign(signed.as_bytes()).to_base64();
    forged["signatures"][&host.user_id][format!("ed25519:{}", host.device_id)] = signature.into();
    type Lie = Box<dyn Fn(&mut Value, &str, &str) + Send + Sync>;
    let lies: [Lie; 3] = [
        Box::new(|devices, own, other| devices[own] = devices[other].clone()),
        Box::new(|devices, own, _| drop(devices.as_object_mut().and_then(|devices| devices.remove(own)))),
        Box::new(move |devices, own, _| devices[own] = forged.clone()),
    ];
    for lie in lies {
        let (user, own, other) = (host.user_id.clone(), host.device_id.clone(), tablet.clone());
        let change = Fault::change(move |reply| lie(&mut reply["device_keys"][&user], &own, &other));
        scene.proxy.arm(always("/keys/query", change));
        let refused = scene.account.start_reset(&plan, ResetOptions::default()).await;
        assert_matches!(refused.map(drop), Err(ResetError::HostDevice));
        scene.proxy.disarm();
    }
    assert_same(&before, &state(&scene.person).await, Allowed::Nothing);
    assert_eq!(pending(&scene).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_for_an_attached_session_is_said_so_before_anything_happens() {
    let scene = Scene::new().await;
    let mut plan = plan(&scene.account).await;
    let wrong = "EsTj 3yST y93F SLpB jJsz eAgY hc3Y vGMN hhH7 RWWt CnFJ TsGH";
    for (input, expected) in [
        (key("not a key"), OpenError::MistypedKey),
        (KeyInput::Passphrase(Passphrase::new("none")), OpenError::NoPassphrase),
    ] {
        let opened = scene.account.open_old_backup(&mut plan, &input).await;
        assert_matches!(opened, Err(ResetError::OldKey(error)) if *error == expected);
    }
    let opened = scene.account.open_old_backup(&mut plan, &key(wrong)).await;
    assert_matches!(opened, Err(ResetError::OldKey(_)));
    assert!(!plan.consequences.backup_readable);
    let export = keyward::reset::Export {
        file: scene.dir.path().join("keys.txt"),
        passphrase: Passphrase::new("a long passphrase of several words"),
    };
    let options = ResetOptions {
        export: Some(export),
        ..ResetOptions::default()
    };
    let refused = scene.account.start_reset(&plan, options).await;
    assert_matches!(refused.map(drop), Err(ResetError::NoRoomKeys));
    // Its token expires, and the app has no other one: the reset waits where it is.
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true});
    let refused = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown)).for_ever();
    scene
        .proxy
        .arm(refused.on(|method, path| method == "PUT" && path.contains("/account_data/")));
    let stopped = reset.advance().await;
    assert_matches!(stopped, Err(ResetError::Request(error)) if *error == ServerError::TokenExpired.into());
    scene.proxy.disarm();
    assert_matches!(reset.advance().await, Ok(ResetState::SaveKey { .. }));
    reset.cancel().await.expect("cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_backup_can_be_kept_on_purpose() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let before = state(person).await;
    let plan = plan_with_old_key(&scene).await;
    let options = ResetOptions {
        old_backup: OldBackupPolicy::Keep,
        ..ResetOptions::default()
    };
    let mut reset = start(&scene, &plan, options).await;
    until_hand_over(&mut reset, person).await;
    // Nothing goes, so nothing has to be proven.
    let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let now = ServerState::read(&person.observer).await.expect("a state");
    assert!(old_backups_left(&before, &now));
    assert!(
        person.reads_history_with(outcome.recovery_key.reveal()).await,
        "it was moved, too"
    );
    let left = person
        .observer
        .request_ok(Method::GET, "/v3/room_keys/version", None)
        .await
        .expect("the current one");
    assert!(
        !before
            .backups
            .contains_key(left["version"].as_str().expect("a version"))
    );
    assert_eq!(Synapse::shared().await.url(), person.observer.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_not_shown_is_not_taken_for_one_that_is_saved() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let before = state(person).await;
    let plan = plan(&scene.account).await;
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    until_hand_over(&mut reset, person).await;
    for nothing in [
        Fault::Reply(StatusCode::OK, json!({"rooms": {}})),
        Fault::Reply(
            StatusCode::NOT_FOUND,
            json!({"errcode": "M_NOT_FOUND", "error": "No backup found"}),
        ),
        Fault::Reply(StatusCode::NOT_FOUND, json!({})),
    ] {
        reset.handed_over(HandedOver::Taken).await.expect("said");
        scene.proxy.arm(always("/room_keys/keys", nothing.clone()));
        let stopped = reset.advance().await;
        assert_matches!(stopped, Err(ResetError::Request(_)));
        scene.proxy.disarm();
        let now = state(person).await;
        assert!(old_backups_left(&before, &now), "{nothing:?}");
        // The person thinks again.
        reset.handed_over(HandedOver::KeepOldBackup).await.expect("said");
    }
    drop(reset);
    let mut reset = scene.account.resume_reset(None).await.expect("resumed");
    let Ok(ResetState::Done(outcome)) = reset.advance().await else {
        panic!("it is not waited for");
    };
    assert_eq!(outcome.old_backup, OldBackup::Kept);
}

/// The room key that the phone got later than it was made opens fewer messages: it must not replace the one of the old backup.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_knows_less_of_a_room_key_does_not_spoil_it() {
    let person = Person::with_history().await;
    let tablet = other_client(&person.user).await;
    // The tablet has the room's key from the next message on.
    person.phone.catch_up().await.expect("it knows the tablet");
    let later = person.phone.send_messages(&person.room, 1).await.expect("sent");
    person.phone.wait_for_backup().await.expect("it is in the backup");
    sync_until_read(&tablet, &later).await.expect("it has the key");
    assert!(
        !reads_all(&tablet, &person.history).await.expect("the events"),
        "it came too late"
    );

    let person = Person {
        phone: tablet,
        ..person
    };
    let scene = Scene::of(person).await;
    let person = &scene.person;
    let plan = plan_with_old_key(&scene).await;
    let mut reset = start(&scene, &plan, ResetOptions::default()).await;
    let recovery_key = until_hand_over(&mut reset, person).await;
    // As an app writes it that was given the key directly, and late.
    let key = person.history[0].room_key();
    let now = state(person).await.current_backup.expect("the new one");
    let path = key.path(&now);
    let moved = person.observer.get(&path).await.expect("it was moved");
    assert_eq!(
        (&moved["first_message_index"], &moved["forwarded_count"]),
        (&json!(0), &json!(0))
    );
    let mut late = moved.clone();
    late["first_message_index"] = json!(7);
    let written = person.observer.request_ok(Method::PUT, &path, Some(&late)).await;
    written.expect("the server takes the better one");
    assert_eq!(person.observer.get(&path).await.expect("it is there"), moved);
    app_takes_over(&person.phone, &recovery_key).await;
    person
        .phone
        .wait_for_backup()
        .await
        .expect("its keys are in the new backup");
    let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
}

/// The phone replaces its backup, and stores the key of it under the old Security Key, as long as that is in force.
async fn replace_backup(person: &Person) -> ServerState {
    let encryption = person.phone.client().encryption();
    let store = encryption.secret_storage().open_secret_store(&person.old_key).await;
    encryption.backups().disable_and_delete().await.expect("deleted");
    encryption.backups().create().await.expect("another");
    store
        .expect("opened")
        .export_secrets()
        .await
        .expect("in secret storage");
    state(person).await
}

async fn assert_is_there_with_its_way_in(person: &Person, theirs: &ServerState) {
    let now = state(person).await;
    let version = theirs.current_backup.as_ref().expect("a backup");
    assert!(now.backups.contains_key(version));
    let old_key = theirs.default_key_id().expect("an old key");
    assert!(now.ciphertexts("m.megolm_backup.v1").contains_key(old_key));
    assert!(now.key_descriptions().contains_key(old_key));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_into_a_backup_that_another_client_makes_meanwhile_stays() {
    for compromised in [false, true] {
        let options = || ResetOptions {
            compromised,
            ..ResetOptions::default()
        };
        let scene = Scene::new().await;
        let person = &scene.person;
        let plan = plan_with_old_key(&scene).await;
        let mut reset = start(&scene, &plan, options()).await;
        assert_matches!(reset.advance().await, Ok(ResetState::SaveKey { .. }));
        reset.confirm_saved(&Confirmation::Acknowledged).await.expect("saved");
        assert_matches!(reset.advance().await, Ok(ResetState::Authorise { .. }));
        // The server has asked for the password already.
        let theirs = replace_backup(person).await;
        until_hand_over(&mut reset, person).await;
        let outcome = hand_over(&mut reset, HandedOver::Taken).await.expect("done");
        assert_eq!(outcome.old_backup, OldBackup::Kept, "the person has to know of it");
        assert_is_there_with_its_way_in(person, &theirs).await;

        // The same of a session that was logged in here.
        let person = Person::with_history().await;
        let keyward = Keyward::unlocked(&person).await;
        let plan = keyward.account.plan_reset().await.expect("a plan");
        let mut reset = keyward.account.start_reset(&plan, options()).await.expect("a reset");
        until_challenge(&mut reset).await;
        let theirs = replace_backup(&person).await;
        let outcome = finish(&mut reset, &person.user).await.expect("done");
        assert_eq!(outcome.old_backup, OldBackup::Kept, "the person has to know of it");
        assert_is_there_with_its_way_in(&person, &theirs).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_detaches_does_not_lose_the_keys_of_a_reset_by_accident() {
    let scene = Scene::new().await;
    let plan = plan(&scene.account).await;
    let reset = start(&scene, &plan, ResetOptions::default()).await;
    drop(reset);
    let refused = scene.account.detach(UnfinishedReset::Keep).await;
    assert_eq!(refused, Err(AttachError::ResetPending));
    assert_eq!(pending(&scene).await, Some(PendingReset::Staged));
    let detached = scene.account.detach(UnfinishedReset::Discard).await;
    detached.expect("the person knows");
}
