// SPDX-License-Identifier: Apache-2.0

//! What people and servers get wrong, each with its own error and nothing changed.

use crate::common::{
    Keyward, Person, always, assert_matches, assert_opens, assert_same, confirm_saved, finish, key, nobody_at,
    other_client, password, reset, start, state, until_challenge, until_key,
};
use keyward::{
    auth::AuthError,
    error::{FlowError as _, RequestError, ServerError},
    reset::{Confirmation, PendingReset, ResetError, ResetOptions},
    secret::{Passphrase, RecoveryKey},
    secret_storage::KeyInput,
};
use keyward_testing::{
    proxy::{Fault, Rule},
    server_state::Allowed,
};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_key_at_the_confirmation_is_asked_for_again() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mut reset = start(&keyward.account).await;
    let early = reset.authorise(&password(&person.user)).await;
    assert_matches!(
        early,
        Err(ResetError::OutOfOrder),
        "no password before the key is saved"
    );
    let shown = until_key(&mut reset).await;
    let before = state(&person).await;
    let retyped = |typed: String| Confirmation::Retyped(RecoveryKey::new(typed));
    for typed in [String::new(), person.old_key.clone(), shown.reveal()[1..].to_owned()] {
        let confirmed = reset.confirm_saved(&retyped(typed)).await;
        assert_matches!(confirmed, Err(ResetError::KeyMismatch));
    }
    until_key(&mut reset).await;
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    let confirmed = reset.confirm_saved(&retyped(shown.reveal().replace(' ', ""))).await;
    confirmed.expect("without spaces");
    finish(&mut reset, &person.user).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_weak_phrase_changes_nothing() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let before = state(&person).await;
    for (phrase, kind) in [
        ("", "reset.empty_passphrase"),
        (" \t", "reset.empty_passphrase"),
        ("hunter2", "reset.weak_passphrase"),
    ] {
        let options = ResetOptions {
            passphrase: Some(Passphrase::new(phrase)),
            ..ResetOptions::default()
        };
        let refused = keyward.account.start_reset(&plan, options).await;
        assert_eq!(refused.err().map(|error| error.code()), Some(kind), "{phrase:?}");
    }
    assert_eq!(keyward.pending_reset().await, None);
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_key_with_a_wrong_check_digit_is_a_typing_mistake() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let before = state(&person).await;
    let refused = async |input: KeyInput| keyward.account.unlock(&input).await.err().map(|error| error.code());
    let (most, last) = person.old_key.split_at(person.old_key.len() - 1);
    let wrong_digit = format!("{most}{}", if last == "2" { '3' } else { '2' });
    for mistyped in [wrong_digit.as_str(), "", "not a key"] {
        assert_eq!(refused(key(mistyped)).await, Some("secret_storage.mistyped_key"));
    }
    let other = Person::with_history().await;
    assert_eq!(refused(key(&other.old_key)).await, Some("secret_storage.wrong_key"));
    let no_phrase = KeyInput::Passphrase(Passphrase::new("a phrase"));
    assert_eq!(refused(no_phrase).await, Some("secret_storage.no_passphrase"));
    assert_same(&before, &state(&person).await, Allowed::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_description_with_hostile_parameters_is_refused_before_any_work() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let id = state(&person).await.default_key_id().expect("a default key").to_owned();
    let name = format!("m.secret_storage.key.{id}");
    let description = person.observer.account_data(&name).await.expect("read");
    let mut description = description.expect("a description");
    description["passphrase"] = json!({"algorithm": "m.pbkdf2", "salt": "s", "iterations": 4_000_000_000_u64});
    let written = person.observer.set_account_data(&name, &description).await;
    written.expect("written");
    let before = state(&person).await;
    let phrase = KeyInput::Passphrase(Passphrase::new("a phrase"));
    let refused = keyward.account.unlock(&phrase).await.err().map(|error| error.code());
    assert_eq!(refused, Some("secret_storage.unsupported"));
    assert_same(&before, &state(&person).await, Allowed::Nothing);
    // The Security Key needs no derivation and still unlocks.
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    unlocked.expect("unlocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_outdated_does_not_start() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let plan = keyward.account.plan_reset().await.expect("a plan");
    let laptop = other_client(&person.user).await;
    laptop.reset_identity().await.expect("the laptop resets");
    let before = state(&person).await;
    let reset = keyward.account.start_reset(&plan, ResetOptions::default()).await;
    let mut reset = reset.expect("prepared");
    let refused = reset.advance().await;
    assert_matches!(refused, Err(ResetError::PlanOutdated));
    drop(reset);
    assert_eq!(keyward.pending_reset().await, None);
    assert_same(&before, &state(&person).await, Allowed::StagedAdditions);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_reset_in_between_stops_ours_at_every_point_before_the_commit() {
    for challenged in [false, true] {
        let person = Person::with_history().await;
        let keyward = Keyward::of(&person.user).await;
        let mut reset = start(&keyward.account).await;
        if challenged {
            until_challenge(&mut reset).await;
        } else {
            until_key(&mut reset).await;
            confirm_saved(&mut reset).await;
        }
        let laptop = other_client(&person.user).await;
        let new_key = laptop.reset_identity().await.expect("the laptop resets");
        let before = state(&person).await;
        let stopped = if challenged {
            reset.authorise(&password(&person.user)).await.err()
        } else {
            reset.advance().await.err()
        };
        assert_matches!(stopped, Some(ResetError::Superseded));
        assert_same(&before, &state(&person).await, Allowed::Nothing);
        reset.cancel().await.expect("what was staged is taken back");
        assert_eq!(keyward.pending_reset().await, None);
        // The laptop's reset is whole.
        assert_opens(&person.user, &new_key).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_resets_from_two_sessions_end_with_one_winner() {
    let person = Person::with_history().await;
    let (first, second) = (Keyward::of(&person.user).await, Keyward::of(&person.user).await);
    let mut winner = start(&first.account).await;
    until_challenge(&mut winner).await;
    let mut loser = start(&second.account).await;
    until_challenge(&mut loser).await;
    let outcome = finish(&mut winner, &person.user).await.expect("the first one finishes");
    let stopped = loser.authorise(&password(&person.user)).await;
    assert_matches!(stopped, Err(ResetError::Superseded));
    loser.cancel().await.expect("cancelled");
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_server_reports_as_failed_is_no_success() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let failures = json!({"failures": {&person.user.user_id: {keyward.account.device_id(): {
        "errcode": "M_INVALID_SIGNATURE", "error": "Invalid signature"
    }}}});
    proxy.arm(always(
        "/keys/signatures/upload",
        Fault::Reply(StatusCode::OK, failures),
    ));
    let stopped = reset(&keyward.account, &person.user, ResetOptions::default()).await;
    assert_matches!(stopped, Err(ResetError::NotSigned));
    assert_eq!(keyward.pending_reset().await, Some(PendingReset::Committed));
    proxy.disarm();
    let mut resumed = keyward.resume_reset().await;
    let outcome = finish(&mut resumed, &person.user).await;
    outcome.expect("done once the server accepts it");
    assert!(keyward.status().await.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_keep_what_is_staged_is_caught_by_reading_back() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let taken = Rule::new(Fault::Reply(StatusCode::OK, json!({})));
    let is_secret = |method: &str, path: &str| method == "PUT" && path.contains("account_data/m.cross_signing.master");
    proxy.arm(taken.on(is_secret).for_ever());
    let before = state(&person).await;
    let stopped = reset(&keyward.account, &person.user, ResetOptions::default()).await;
    assert_matches!(stopped, Err(ResetError::StagingNotKept));
    proxy.disarm();
    keyward.account.cancel_reset().await.expect("cancelled");
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_where_a_browser_is_needed_is_answered_with_its_page_and_nothing_is_replaced() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    let before = state(&person).await;
    let sso = json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": "abc"});
    let challenge = Fault::Reply(StatusCode::UNAUTHORIZED, sso);
    proxy.arm(always("/keys/device_signing/upload", challenge));
    until_challenge(&mut reset).await;
    let refused = reset.authorise(&password(&person.user)).await;
    let Err(ResetError::Auth(AuthError::BrowserNeeded { pages })) = &refused else {
        panic!("{refused:?}")
    };
    let page = "/_matrix/client/v3/auth/m.login.sso/fallback/web?session=abc";
    let page = format!("{}{page}", proxy.url());
    assert_eq!((pages.len(), pages[0].name.as_str()), (1, "m.login.sso"));
    assert_eq!(pages[0].page, page);
    assert_same(&before, &state(&person).await, Allowed::StagedAdditions);
    reset.cancel().await.expect("cancelled");
    assert_same(&before, &state(&person).await, Allowed::Leftovers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_authorisation_is_begun_again() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    // What Synapse says of a session that it does not know (any more).
    let unknown = json!({"errcode": "M_UNKNOWN", "error": "Unknown session ID: abc"});
    let upload = Rule::new(Fault::Reply(StatusCode::BAD_REQUEST, unknown));
    proxy.arm(upload.on(|_, path| path.ends_with("/keys/device_signing/upload")));
    let accepted = reset.authorise(&password(&person.user)).await;
    accepted.expect("another session is opened, with the same password");
    finish(&mut reset, &person.user).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_said_to_be_unreachable() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let url = proxy.url().to_owned();
    drop(proxy);
    let _nobody = nobody_at(&url);
    let stopped = keyward.account.plan_reset().await;
    let unreachable = RequestError::Server(ServerError::Unreachable);
    assert_matches!(stopped, Err(ResetError::Request(error)) if *error == unreachable);
}
