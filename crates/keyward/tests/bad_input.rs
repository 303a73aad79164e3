// SPDX-License-Identifier: Apache-2.0

//! What people and servers get wrong, each with its own error and nothing changed.

mod common;

use common::{Keyward, Person, assert_same, finish, password, reset, start, state, until_challenge};
use keyward::{
    auth::AuthError,
    error::{RequestError, ServerError},
    reset::{Confirmation, PendingReset, ResetError, ResetOptions, ResetState},
    secret::{Passphrase, Password, RecoveryKey},
    secret_storage::KeyInput,
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, Rule},
    server_state::Allowed,
    synapse::Synapse,
};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_key_at_the_confirmation_is_asked_for_again() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let mut reset = start(&keyward.account).await;
    let early = reset.authorise(&password(&person.user)).await;
    assert!(
        matches!(early, Err(ResetError::OutOfOrder)),
        "no password before the key is saved: {early:?}"
    );
    let ResetState::SaveKey { recovery_key } = reset.advance().await.expect("staged") else {
        panic!("the key")
    };
    let before = state(&person).await;
    for typed in [
        String::new(),
        person.old_key.clone(),
        recovery_key.reveal()[1..].to_owned(),
    ] {
        let confirmed = reset
            .confirm_saved(&Confirmation::Retyped(RecoveryKey::new(typed)))
            .await;
        assert!(matches!(confirmed, Err(ResetError::KeyMismatch)), "{confirmed:?}");
    }
    let ResetState::SaveKey { .. } = reset.advance().await.expect("staged") else {
        panic!("the key, still")
    };
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    let typed = recovery_key.reveal().replace(' ', "");
    reset
        .confirm_saved(&Confirmation::Retyped(RecoveryKey::new(typed)))
        .await
        .expect("without spaces");
    finish(&mut reset, &person.user).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_weak_phrase_changes_nothing() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let before = state(&person).await;
    for (phrase, kind) in [
        ("", "empty_passphrase"),
        (" \t", "empty_passphrase"),
        ("hunter2", "weak_passphrase"),
    ] {
        let options = ResetOptions {
            passphrase: Some(Passphrase::new(phrase)),
            ..ResetOptions::default()
        };
        let refused = keyward.account.start_reset(&plan, options).await;
        assert_eq!(refused.err().map(|error| error.kind()), Some(kind), "{phrase:?}");
    }
    assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_key_with_a_wrong_check_digit_is_a_typing_mistake() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let before = state(&person).await;
    let last = person.old_key.chars().last().expect("a key");
    let wrong_digit = format!(
        "{}{}",
        &person.old_key[..person.old_key.len() - 1],
        if last == '2' { '3' } else { '2' }
    );
    for (key, kind) in [
        (wrong_digit.as_str(), "mistyped_key"),
        ("", "mistyped_key"),
        ("not a key", "mistyped_key"),
    ] {
        let refused = keyward
            .account
            .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(key)))
            .await;
        assert_eq!(refused.err().map(|error| error.kind()), Some(kind));
    }
    let other = Person::with_history().await;
    let refused = keyward
        .account
        .unlock(&KeyInput::RecoveryKey(RecoveryKey::new(other.old_key.clone())))
        .await;
    assert_eq!(refused.err().map(|error| error.kind()), Some("wrong_key"));
    let no_phrase = keyward
        .account
        .unlock(&KeyInput::Passphrase(Passphrase::new("a phrase")))
        .await;
    assert_eq!(no_phrase.err().map(|error| error.kind()), Some("no_passphrase"));
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_description_with_hostile_parameters_is_refused_before_any_work() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let id = state(&person).await.default_key_id().expect("a default key").to_owned();
    let name = format!("m.secret_storage.key.{id}");
    let mut description = person
        .observer
        .account_data(&name)
        .await
        .expect("read")
        .expect("a description");
    description["passphrase"] = json!({"algorithm": "m.pbkdf2", "salt": "s", "iterations": 4_000_000_000_u64});
    person
        .observer
        .set_account_data(&name, &description)
        .await
        .expect("written");
    let before = state(&person).await;
    let refused = keyward
        .account
        .unlock(&KeyInput::Passphrase(Passphrase::new("a phrase")))
        .await;
    assert_eq!(
        refused.err().map(|error| error.kind()),
        Some("secret_storage_unsupported")
    );
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    // The Security Key needs no derivation and still unlocks.
    let key = KeyInput::RecoveryKey(RecoveryKey::new(person.old_key.clone()));
    keyward.account.unlock(&key).await.expect("unlocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_outdated_does_not_start() {
    let person = Person::with_history().await;
    let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let laptop = OtherClient::login(Synapse::shared().await.url(), &person.user)
        .await
        .expect("a laptop");
    laptop.reset_identity().await.expect("the laptop resets");
    let before = state(&person).await;
    let mut reset = keyward
        .account
        .start_reset(&plan, ResetOptions::default())
        .await
        .expect("prepared");
    let refused = reset.advance().await;
    assert!(matches!(refused, Err(ResetError::PlanOutdated)), "{refused:?}");
    drop(reset);
    assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
    assert_same(&before, &state(&person).await, Allowed::StagedAdditions);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_reset_in_between_stops_ours_at_every_point_before_the_commit() {
    for challenged in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::login(Synapse::shared().await.url(), &person.user).await;
        let mut reset = start(&keyward.account).await;
        if challenged {
            until_challenge(&mut reset).await;
        } else {
            reset.advance().await.expect("staged");
            reset
                .confirm_saved(&Confirmation::Acknowledged)
                .await
                .expect("confirmed");
        }
        let laptop = OtherClient::login(Synapse::shared().await.url(), &person.user)
            .await
            .expect("a laptop");
        let new_key = laptop.reset_identity().await.expect("the laptop resets");
        let before = state(&person).await;
        let stopped = if challenged {
            reset.authorise(&password(&person.user)).await.err()
        } else {
            reset.advance().await.err()
        };
        assert!(matches!(stopped, Some(ResetError::Superseded)), "{stopped:?}");
        assert_same(&before, &state(&person).await, Allowed::Nothing);
        reset.cancel().await.expect("what was staged is taken back");
        assert_eq!(keyward.account.pending_reset().await.expect("known"), None);
        let fresh = OtherClient::login(Synapse::shared().await.url(), &person.user)
            .await
            .expect("a login");
        fresh.recover(&new_key).await.expect("the laptop's reset is whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_resets_from_two_sessions_end_with_one_winner() {
    let person = Person::with_history().await;
    let url = Synapse::shared().await.url();
    let (first, second) = (
        Keyward::login(url, &person.user).await,
        Keyward::login(url, &person.user).await,
    );
    let mut resets = Vec::new();
    for keyward in [&first, &second] {
        let mut reset = start(&keyward.account).await;
        until_challenge(&mut reset).await;
        resets.push(reset);
    }
    let (mut winner, mut loser) = {
        let second = resets.pop();
        (resets.pop().expect("two"), second.expect("two"))
    };
    let outcome = finish(&mut winner, &person.user).await.expect("the first one finishes");
    let stopped = loser.authorise(&password(&person.user)).await;
    assert!(matches!(stopped, Err(ResetError::Superseded)), "{stopped:?}");
    loser.cancel().await.expect("cancelled");
    let fresh = OtherClient::login(url, &person.user).await.expect("a login");
    fresh
        .recover(outcome.recovery_key.reveal())
        .await
        .expect("the winner's key opens everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_server_reports_as_failed_is_no_success() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    let failures = json!({"failures": {&person.user.user_id: {keyward.account.device_id(): {
        "errcode": "M_INVALID_SIGNATURE", "error": "Invalid signature"
    }}}});
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::OK, failures))
            .on(|_, path| path.ends_with("/keys/signatures/upload"))
            .for_ever(),
    );
    let stopped = reset(&keyward.account, &person.user, ResetOptions::default()).await;
    assert!(matches!(stopped, Err(ResetError::NotSigned)), "{stopped:?}");
    assert_eq!(
        keyward.account.pending_reset().await.expect("known"),
        Some(PendingReset::Committed)
    );
    proxy.disarm();
    let mut resumed = keyward.account.resume_reset(None).await.expect("resumed");
    finish(&mut resumed, &person.user)
        .await
        .expect("done once the server accepts it");
    assert!(keyward.account.status().await.expect("a status").verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_keep_what_is_staged_is_caught_by_reading_back() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::OK, json!({})))
            .on(|method, path| method == "PUT" && path.contains("account_data/m.cross_signing.master"))
            .for_ever(),
    );
    let before = state(&person).await;
    let stopped = reset(&keyward.account, &person.user, ResetOptions::default()).await;
    assert!(matches!(stopped, Err(ResetError::StagingNotKept)), "{stopped:?}");
    proxy.disarm();
    keyward.account.cancel_reset().await.expect("cancelled");
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorisation_that_is_not_supported_is_named_with_its_page_and_nothing_is_replaced() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    let mut reset = start(&keyward.account).await;
    let before = state(&person).await;
    let sso = json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": "abc"});
    let upload = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, sso));
    proxy.arm(
        upload
            .on(|_, path| path.ends_with("/keys/device_signing/upload"))
            .for_ever(),
    );
    until_challenge(&mut reset).await;
    let refused = reset.authorise(&password(&person.user)).await;
    let Err(ResetError::Auth(AuthError::Unsupported { stages })) = &refused else {
        panic!("{refused:?}")
    };
    let page = format!(
        "{}/_matrix/client/v3/auth/m.login.sso/fallback/web?session=abc",
        proxy.url()
    );
    assert_eq!(stages.len(), 1);
    assert_eq!(
        (stages[0].name.as_str(), stages[0].fallback_url.as_deref()),
        ("m.login.sso", Some(page.as_str()))
    );
    assert_same(&before, &state(&person).await, Allowed::StagedAdditions);
    reset.cancel().await.expect("cancelled");
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_authorisation_is_begun_again() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    // What Synapse says of a session that it does not know (any more).
    let unknown = json!({"errcode": "M_UNKNOWN", "error": "Unknown session ID: abc"});
    let upload = Rule::new(Fault::Reply(StatusCode::BAD_REQUEST, unknown));
    proxy.arm(upload.on(|_, path| path.ends_with("/keys/device_signing/upload")));
    let password = Password::new(person.user.password.clone());
    reset
        .authorise(&password)
        .await
        .expect("another session is opened, with the same password");
    finish(&mut reset, &person.user).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_said_to_be_unreachable() {
    let person = Person::with_history().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    drop(proxy);
    let stopped = keyward.account.plan_reset().await;
    assert!(
        matches!(
            stopped,
            Err(ResetError::Request(RequestError::Server(ServerError::Unreachable)))
        ),
        "{stopped:?}"
    );
}
