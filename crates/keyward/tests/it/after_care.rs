// SPDX-License-Identifier: Apache-2.0

//! What a reset leaves to people: contacts to verify again, and sessions. And contacts who have another identity than the
//! verified one.

use std::time::Duration;

use keyward::{
    after_care::{AfterCare, WhyVerify},
    doctor::{Asked, Code, RemedyCode, Report},
    reset::{OldBackup, ResetOptions},
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule, round_trips},
    server_state::BACKUP_SECRET,
    user::User,
};
use matrix_sdk::ruma::UserId;
use serde_json::{Value, json};

use crate::{
    attached::Scene,
    common::{Keyward, Person, key, new_user, other_client, state},
};

const KEYS_QUERY: &str = "/keys/query";

/// Somebody with an identity.
pub(crate) struct Contact {
    user: User,
    phone: OtherClient,
}

impl Contact {
    async fn new() -> Self {
        let user = new_user().await;
        let phone = other_client(&user).await;
        phone.bootstrap_identity().await.expect("an identity");
        Self { user, phone }
    }

    fn id(&self) -> &str {
        &self.user.user_id
    }
}

/// The person has rooms with these people alone.
async fn writes_to(person: &Person, contacts: &[&Contact]) {
    let direct: serde_json::Map<String, Value> = contacts
        .iter()
        .map(|contact| (contact.id().to_owned(), json!(["!room:localhost"])))
        .collect();
    let written = person.observer.set_account_data("m.direct", &direct.into()).await;
    written.expect("written");
}

/// The person compares emoji with them on the phone.
async fn verify(person: &Person, contact: &Contact) {
    let id = UserId::parse(contact.id()).expect("a user id");
    let encryption = person.phone.client().encryption();
    let identity = encryption.request_user_identity(&id).await.expect("asked");
    identity.expect("an identity").verify().await.expect("signed");
}

/// Somebody who writes to two people, of whom they have verified the first.
pub(crate) async fn with_a_verified_contact() -> (Person, Contact, Contact) {
    let person = Person::with_history().await;
    let (bob, carol) = (Contact::new().await, Contact::new().await);
    writes_to(&person, &[&bob, &carol]).await;
    verify(&person, &bob).await;
    (person, bob, carol)
}

async fn unlocked_behind_a_proxy(person: &Person) -> (Keyward, FaultProxy) {
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    (keyward, proxy)
}

async fn examine(keyward: &Keyward) -> Report {
    keyward.account.examine(Asked::default()).await.expect("a report")
}

/// Who is named under this code.
fn named(report: &Report, code: Code) -> Vec<String> {
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.code == code).collect();
    for finding in &found {
        let remedies: Vec<_> = finding.remedies.iter().map(|remedy| remedy.code).collect();
        assert_eq!(remedies, [RemedyCode::VerifyContactsAgain, RemedyCode::DismissContacts]);
    }
    found.iter().flat_map(|finding| finding.contacts.clone()).collect()
}

async fn after_care(keyward: &Keyward) -> AfterCare {
    keyward.account.after_care().await.expect("known")
}

fn people(care: &AfterCare, why: WhyVerify) -> Vec<&str> {
    let of = care.contacts.iter().filter(|contact| contact.why == why);
    of.map(|contact| contact.user_id.as_str()).collect()
}

/// Every reply to `/keys/query` shows this instead.
fn lie(proxy: &FaultProxy, lie: impl Fn(&mut Value) + Send + Sync + 'static) {
    let query = |_: &str, path: &str| path.ends_with(KEYS_QUERY);
    proxy.arm(Rule::new(Fault::change(lie)).on(query).for_ever());
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_lost_identity_had_verified_is_named_until_dealt_with() {
    let person = Person::with_history().await;
    let (bob, carol, dave) = (Contact::new().await, Contact::new().await, Contact::new().await);
    writes_to(&person, &[&bob, &carol, &dave]).await;
    verify(&person, &bob).await;
    verify(&person, &carol).await;
    let keyward = Keyward::unlocked(&person).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.verified_contacts, Some(2));
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;

    let keyward = keyward.restart().await;
    let mut expected = [bob.id().to_owned(), carol.id().to_owned()];
    expected.sort();
    let report = examine(&keyward).await;
    assert_eq!(named(&report, Code::ContactsVerifiedLost), expected);
    assert_eq!(named(&report, Code::ContactsChanged), [] as [String; 0]);
    assert!(!report.is_healthy());
    let care = after_care(&keyward).await;
    assert_eq!(people(&care, WhyVerify::VerifiedLost), expected);
    let sessions: Vec<_> = care.sessions.iter().map(|session| &session.device_id).collect();
    assert_eq!(sessions, outcome.untrusted_sessions.iter().collect::<Vec<_>>());
    assert!(sessions.contains(&&person.phone.device_id()));
    assert!(!care.contacts_unknown);

    // The phone is verified with the new key, and Bob with the phone.
    person
        .phone
        .recover(outcome.recovery_key.reveal())
        .await
        .expect("it opens");
    verify(&person, &bob).await;
    assert_eq!(
        named(&examine(&keyward).await, Code::ContactsVerifiedLost),
        [carol.id()]
    );
    assert_eq!(after_care(&keyward).await.sessions, []);

    // A second reset: Carol stays, and Bob is one more time among them.
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(named(&examine(&keyward).await, Code::ContactsVerifiedLost), expected);
    assert_eq!(
        after_care(&keyward).await.sessions.len(),
        outcome.untrusted_sessions.len()
    );

    let dismissed = keyward.account.dismiss_contacts(&[carol.id().to_owned()]).await;
    assert_eq!(dismissed, Ok(1));
    let keyward = keyward.restart().await;
    assert_eq!(named(&examine(&keyward).await, Code::ContactsVerifiedLost), [bob.id()]);
    keyward.account.dismiss_after_care().await.expect("dismissed");
    assert_eq!(after_care(&keyward).await, AfterCare::default());
    assert_eq!(
        named(&examine(&keyward).await, Code::ContactsVerifiedLost),
        [] as [String; 0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_contact_who_resets_is_named_and_one_who_was_not_verified_is_not() {
    let (person, bob, carol) = with_a_verified_contact().await;
    let (keyward, proxy) = unlocked_behind_a_proxy(&person).await;
    assert_eq!(
        named(&examine(&keyward).await, Code::ContactsChanged),
        [] as [String; 0]
    );

    bob.phone.reset_identity().await.expect("another identity");
    carol.phone.reset_identity().await.expect("another identity");
    proxy.reset();
    // What is sent together is under way together.
    proxy.arm(Rule::new(Fault::Delay(Duration::from_millis(300))).for_ever());
    let report = examine(&keyward).await;
    proxy.disarm();
    assert_eq!(named(&report, Code::ContactsChanged), [bob.id()]);
    assert_eq!(named(&report, Code::ContactsVerifiedLost), [] as [String; 0]);
    let requests = proxy.requests();
    assert_eq!(round_trips(&requests), 2, "{requests:?}");
    assert!(requests.iter().all(|request| !request.path.contains("/rooms/")));

    let keyward = keyward.restart().await;
    let care = after_care(&keyward).await;
    assert_eq!(people(&care, WhyVerify::Changed), [bob.id()]);
    verify(&person, &bob).await;
    assert_eq!(after_care(&keyward).await.contacts, []);
    assert_eq!(
        named(&examine(&keyward).await, Code::ContactsChanged),
        [] as [String; 0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lies_about_contacts_is_not_believed() {
    let (person, bob, carol) = with_a_verified_contact().await;
    let (keyward, proxy) = unlocked_behind_a_proxy(&person).await;

    // Bob's signature is shown at Carol's key, and Carol's key, with it, as Bob's.
    let (b, c) = (bob.id().to_owned(), carol.id().to_owned());
    lie(&proxy, move |reply| {
        let keys = &mut reply["master_keys"];
        if keys.get(&b).is_some() {
            keys[&c]["signatures"] = keys[&b]["signatures"].clone();
            keys[&b] = keys[&c].clone();
        }
    });
    let plan = keyward.account.plan_reset().await.expect("a plan");
    assert_eq!(plan.consequences.verified_contacts, Some(0));
    proxy.disarm();
    keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(named(&examine(&keyward).await, Code::ContactsVerifiedLost), [bob.id()]);

    // An old signature is shown under the new key's name.
    let (own, b) = (person.user.user_id.clone(), bob.id().to_owned());
    lie(&proxy, move |reply| {
        let signer = reply["user_signing_keys"][&own]["keys"].as_object();
        let name = signer.and_then(|keys| keys.keys().next().cloned());
        if let (Some(name), Some(key)) = (name, reply["master_keys"].get_mut(&b)) {
            let signature = "A".repeat(86);
            key["signatures"][&own] = json!({name: signature});
        }
    });
    assert_eq!(named(&examine(&keyward).await, Code::ContactsVerifiedLost), [bob.id()]);
    proxy.disarm();

    // A key of which he knows nothing is a change, and no reason to think that all is well.
    let (b, c) = (bob.id().to_owned(), carol.id().to_owned());
    lie(&proxy, move |reply| {
        let keys = &mut reply["master_keys"];
        if keys.get(&b).is_some() {
            let mut other = keys[&c].clone();
            other["user_id"] = b.clone().into();
            keys[&b] = other;
        }
    });
    assert_eq!(named(&examine(&keyward).await, Code::ContactsChanged), [bob.id()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_does_not_depend_on_learning_who_was_verified() {
    let person = Person::with_history().await;
    let bob = Contact::new().await;
    writes_to(&person, &[&bob]).await;
    verify(&person, &bob).await;
    let (keyward, proxy) = unlocked_behind_a_proxy(&person).await;
    // The first request of a plan is about the account itself, the second about contacts, which is sent again twice.
    for number in 2..=4 {
        let query = |_: &str, path: &str| path.ends_with(KEYS_QUERY);
        proxy.arm(Rule::new(Fault::Status500).on(query).number(number));
    }
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    let failed = proxy.requests();
    let failed = failed.iter().filter(|request| request.fault == Some("Status500"));
    assert_eq!(failed.count(), 3);
    let care = after_care(&keyward).await;
    assert_eq!(care.contacts, []);
    assert!(care.contacts_unknown);
    keyward.account.dismiss_after_care().await.expect("dismissed");
    assert!(!after_care(&keyward).await.contacts_unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_account_names_contacts_as_well() {
    let scene = Scene::new().await;
    let bob = Contact::new().await;
    writes_to(&scene.person, &[&bob]).await;
    verify(&scene.person, &bob).await;
    let examine = async || scene.account.examine(Asked::default()).await.expect("a report");
    assert_eq!(named(&examine().await, Code::ContactsChanged), [] as [String; 0]);
    bob.phone.reset_identity().await.expect("another identity");
    assert_eq!(named(&examine().await, Code::ContactsChanged), [bob.id()]);
    let care = scene.account.after_care().await.expect("known");
    assert_eq!(people(&care, WhyVerify::Changed), [bob.id()]);
    let dismissed = scene.account.dismiss_contacts(&[bob.id().to_owned()]).await;
    assert_eq!(dismissed, Ok(1));
    assert_eq!(named(&examine().await, Code::ContactsChanged), [] as [String; 0]);
    scene.assert_only_what_is_allowed(&crate::attached_reset::ALLOWED);
}

/// Two resets, each of a session that does not have the key of the backup, and then another client that writes over secret
/// storage as if nothing else were there.
#[tokio::test(flavor = "multi_thread")]
async fn each_old_key_opens_the_backup_of_its_time_whatever_became_of_secret_storage() {
    let person = Person::with_history().await;
    let first = Keyward::of(&person.user).await;
    let outcome = first.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let second_key = outcome.recovery_key;
    person
        .phone
        .recover(second_key.reveal())
        .await
        .expect("the phone has it");
    let room = person.phone.create_encrypted_room(&[]).await.expect("a room");
    person.phone.send_messages(&room, 1).await.expect("a message");
    person.phone.wait_for_backup().await.expect("it is backed up");

    let second = Keyward::of(&person.user).await;
    let outcome = second.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    let now = state(&person).await;
    let present = now.default_key_id().expect("a key").to_owned();
    assert_eq!(now.ciphertexts(BACKUP_SECRET).len(), 3, "the server has all of it yet");
    let entry = now.ciphertexts(BACKUP_SECRET)[present.as_str()].clone();
    let only = json!({"encrypted": {&present: entry}});
    let written = person.observer.set_account_data(BACKUP_SECRET, &only).await;
    written.expect("written over");
    for id in now.key_descriptions().keys().filter(|id| **id != present) {
        let name = format!("m.secret_storage.key.{id}");
        person
            .observer
            .set_account_data(&name, &json!({}))
            .await
            .expect("blank");
    }

    let second = second.restart().await;
    let recovered = async |text: &str| {
        let old = key(text);
        second.account.recover_room_keys(&old, None, |_, _| {}).await
    };
    assert_eq!(recovered(&person.old_key).await, Ok(1), "of the first room");
    assert_eq!(recovered(second_key.reveal()).await, Ok(1), "of the second one");
    let stranger = Person::with_history().await;
    let by_a_stranger = recovered(&stranger.old_key).await;
    assert!(by_a_stranger.is_err(), "no key of theirs: {by_a_stranger:?}");

    // Somebody else may have them: all that they open goes, here, too.
    let compromised = ResetOptions {
        compromised: true,
        ..ResetOptions::default()
    };
    second.reset(&person.user, compromised).await;
    let afterwards = recovered(&person.old_key).await;
    assert!(afterwards.is_err(), "nothing is left that it opens: {afterwards:?}");
}
