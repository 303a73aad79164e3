// SPDX-License-Identifier: Apache-2.0

//! A paused account holds no file and no lock, and goes on afterwards: as if nothing had been, or, where somebody else had
//! the store meanwhile, with what is there now.

use std::time::Duration;

use keyward::{
    account::{Account, OpenError, Resumed},
    auth::AuthError,
    error::{RequestError, StoreError},
    logout::UnsavedRoomKeys,
    reset::{Confirmation, PendingReset, ResetError, ResetOptions},
    sessions::SignOutError,
    verification::{CancelReason, VerificationError, VerificationState},
};
use keyward_testing::{
    open_files::open_files,
    proxy::{Fault, Rule},
};

use crate::{
    account::with_short_lived_tokens,
    attached,
    common::{Keyward, Person, always, assert_matches, commit, finish, key, new_user, start, state, until_key},
};

async fn pause(account: &Account) {
    account.pause().await.expect("paused");
}

/// Nobody had the store meanwhile.
async fn go_on(account: &Account) {
    let resumed = account.resume().await.expect("resumed");
    assert_matches!(resumed, Resumed::Unchanged);
}

/// Somebody had the store meanwhile.
async fn go_on_anew(account: &Account) -> Account {
    match account.resume().await.expect("resumed") {
        Resumed::Anew(account) => account,
        Resumed::Unchanged => panic!("somebody had the store"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_account_holds_no_file_and_no_lock() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    keyward.receive_a_room_key(&person).await;
    let (account, dir) = (&keyward.account, keyward.dir.path());
    for _ in 0..20 {
        // Readers of the pool, which closes them on threads of their own.
        let (status, history, pending) =
            tokio::join!(account.status(), account.session_history(), account.pending_recovery());
        assert_eq!(status.expect("a status").room_keys, 1);
        history.expect("a history");
        pending.expect("known");
        assert_ne!(open_files(dir), Vec::<String>::new());
        pause(account).await;
        assert_eq!(open_files(dir), Vec::<String>::new());
        let lock = std::fs::File::open(dir.join("keyward.lock")).expect("it is there");
        lock.try_lock().expect("nobody has it");
        assert_matches!(account.resume().await, Err(OpenError::InUse));
        drop(lock);
        pause(account).await;
        assert_matches!(account.status().await, Err(RequestError::Store(StoreError)));
        assert_matches!(
            account.sync_once(Duration::ZERO).await,
            Err(RequestError::Store(StoreError))
        );
        assert_matches!(account.sessions().await, Err(RequestError::Store(StoreError)));
        assert_eq!(open_files(dir), Vec::<String>::new(), "nothing opens it by itself");
        go_on(account).await;
        go_on(account).await;
    }
    account.sync_once(Duration::ZERO).await.expect("it goes on");
}

/// What was under way fails, and is done again afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn work_that_a_pause_interrupts_can_be_done_again() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let account = &keyward.account;
    account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let mut reset = start(account).await;
    proxy.arm(
        Rule::new(Fault::HoldBefore)
            .on(|_, path| path.contains("/account_data/"))
            .for_ever(),
    );
    let (staged, ()) = tokio::join!(reset.advance(), async {
        proxy.held().await;
        pause(account).await;
        assert_eq!(open_files(keyward.dir.path()), Vec::<String>::new());
        proxy.disarm();
    });
    assert_matches!(staged, Err(ResetError::Request(RequestError::Store(StoreError))));
    assert_matches!(
        reset.advance().await,
        Err(ResetError::Request(RequestError::Store(StoreError)))
    );
    let sent = proxy.requests().len();
    let mut sign_out = account.sign_out(&[person.phone.device_id()]).expect("selected");
    assert_matches!(
        sign_out.begin().await,
        Err(SignOutError::Auth(AuthError::Request(RequestError::Store(StoreError))))
    );
    assert_eq!(proxy.requests().len(), sent, "its tokens may be out of date");
    go_on(account).await;
    finish(&mut reset, &person.user).await.expect("a reset");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_has_done_is_what_counts() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let before = state(&person).await;
    let mut reset = start(&keyward.account).await;
    until_key(&mut reset).await;
    pause(&keyward.account).await;

    let other = Account::restore(keyward.dir.path(), &keyward.key).await;
    let other = other.expect("the store is free");
    assert_matches!(keyward.account.resume().await, Err(OpenError::InUse), "it is taken");
    // The other one receives a room key, cancels the reset and brings another one to its commit.
    person.phone.catch_up().await.expect("it knows this session");
    person.phone.send_messages(&person.room, 1).await.expect("a message");
    while other.status().await.expect("a status").room_keys == 0 {
        other.sync_once(Duration::from_secs(1)).await.expect("a sync");
    }
    other.cancel_reset().await.expect("cancelled");
    let mut second = start(&other).await;
    commit(&mut second, &person.user).await;
    drop(second);
    other.close().await.expect("closed");
    drop(other);

    let account = go_on_anew(&keyward.account).await;
    // What is held of the time before can do nothing any more.
    let stale = reset.confirm_saved(&Confirmation::Acknowledged).await;
    assert_matches!(stale, Err(ResetError::Request(RequestError::Store(StoreError))));
    assert_matches!(keyward.account.sessions().await, Err(RequestError::Store(StoreError)));
    assert_matches!(keyward.account.resume().await, Err(OpenError::InUse));

    assert_eq!(account.status().await.expect("a status").room_keys, 1);
    let pending = account.pending_reset().await.expect("known");
    assert_eq!(pending, Some(PendingReset::Committed));
    let mut reset = account.resume_reset(None).await.expect("resumed");
    let outcome = finish(&mut reset, &person.user).await.expect("a reset");
    let status = account.status().await.expect("a status");
    assert!(status.verified && outcome.new_identity.len() > 40, "{status:?}");
    assert_ne!(before.public_keys(), state(&person).await.public_keys());
}

/// Both processes have the store in turns, and each notices the other, also if the other one only looked.
#[tokio::test(flavor = "multi_thread")]
async fn each_opening_is_noticed() {
    let keyward = Keyward::of(&new_user().await).await;
    let (dir, key) = (keyward.dir.path(), &keyward.key);
    pause(&keyward.account).await;
    let second = Account::restore(dir, key).await.expect("the store is free");
    pause(&second).await;
    let first = go_on_anew(&keyward.account).await;
    pause(&first).await;
    let second = go_on_anew(&second).await;
    pause(&second).await;
    go_on(&second).await;
    pause(&second).await;
    let first = go_on_anew(&first).await;
    assert_matches!(second.resume().await, Err(OpenError::InUse));
    first.log_out(UnsavedRoomKeys::Discard).await.expect("logged out");
    drop(first);
    assert_matches!(second.resume().await, Err(OpenError::NotLoggedIn));
    assert!(!dir.join("keyward.lock").exists(), "nothing is made by looking");
}

/// Tokens are replaced when they are refreshed, and the ones of the time before are no good.
#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_are_those_that_are_in_the_store() {
    let (_synapse, proxy, keyward) = with_short_lived_tokens().await;
    let refreshes = || {
        let requests = proxy.requests();
        requests
            .iter()
            .filter(|request| request.path.ends_with("/refresh"))
            .count()
    };
    pause(&keyward.account).await;
    let other = Account::restore(keyward.dir.path(), &keyward.key).await;
    let other = other.expect("the store is free");
    // Twice: the refresh token of the time before is no good any more, either.
    for round in 1..=2 {
        while refreshes() < round {
            other.status().await.expect("a refresh is not an error");
        }
    }
    pause(&other).await;
    let account = go_on_anew(&keyward.account).await;
    account.status().await.expect("the tokens are the latest");
}

/// New tokens are on their way, which are saved before they are used. The server that is asked for them says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_does_not_wait_for_the_network() {
    let (_synapse, proxy, keyward) = with_short_lived_tokens().await;
    proxy.arm(always("/refresh", Fault::HoldBefore));
    let using = async {
        loop {
            keyward.account.status().await.expect("a status");
        }
    };
    tokio::select! {
        () = using => {}
        () = proxy.held() => {}
    }
    pause(&keyward.account).await;
    assert_eq!(open_files(keyward.dir.path()), Vec::<String>::new());
    proxy.disarm();
    // The tokens that come now are lost, and the server takes the old ones, because nobody has used the new ones.
    let account = go_on_anew(&keyward.account).await;
    account.status().await.expect("there are tokens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_goes_on_where_nobody_had_the_store_and_ends_where_somebody_had() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    person.phone.catch_up().await.expect("it knows this session");
    let phone = person.phone.device_id();
    let mut verification = keyward.verify(&phone).await;
    let first = verification.next().await.expect("a state");
    assert_matches!(first, VerificationState::Waiting);
    pause(&keyward.account).await;
    assert_matches!(
        verification.next().await,
        Err(VerificationError::Request(RequestError::Store(StoreError)))
    );
    go_on(&keyward.account).await;
    verification.retry();
    let (request, ready) = tokio::join!(person.phone.accept_verification(), async {
        loop {
            let state = verification.next().await.expect("a state");
            if matches!(state, VerificationState::Ready { .. }) {
                break state;
            }
        }
    });
    let request = request.expect("accepted");
    assert_matches!(ready, VerificationState::Ready { emoji: true, .. });

    pause(&keyward.account).await;
    let other = Account::restore(keyward.dir.path(), &keyward.key).await;
    pause(&other.expect("the store is free")).await;
    let account = go_on_anew(&keyward.account).await;
    verification.take_up(&account);
    let last = verification.next().await.expect("a state");
    let by_us = VerificationState::Cancelled {
        by_us: true,
        reason: CancelReason::User,
    };
    assert_eq!(last, by_us);
    let told = person
        .phone
        .sync_until(async || request.is_cancelled().then_some(()))
        .await;
    told.expect("the phone does not wait for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_account_gives_its_folder_up_and_takes_it_again() {
    let mut scene = attached::Scene::new().await;
    let dir = scene.dir.path().to_owned();
    let plan = scene.account.plan_reset().await.expect("a plan");
    let mut reset = scene
        .account
        .start_reset(&plan, ResetOptions::default())
        .await
        .expect("a reset");
    assert_ne!(open_files(&dir), Vec::<String>::new());
    scene.account.pause().await.expect("paused");
    assert_eq!(open_files(&dir), Vec::<String>::new());
    assert_matches!(
        reset.advance().await,
        Err(ResetError::Request(RequestError::Store(StoreError)))
    );
    assert_matches!(scene.account.status().await, Err(RequestError::Store(StoreError)));
    let resumed = scene.account.resume().await.expect("resumed");
    assert_matches!(resumed, Resumed::Unchanged);
    until_key(&mut reset).await;

    scene.account.pause().await.expect("paused");
    let (other, requests) = Account::attach(&scene.host, &dir, &scene.key)
        .await
        .expect("the folder is free");
    scene.tokens.serve(requests);
    assert_matches!(scene.account.resume().await, Err(OpenError::InUse), "it is taken");
    other.cancel_reset().await.expect("cancelled");
    other.close().await;
    drop(other);
    let Resumed::Anew(account) = scene.account.resume().await.expect("resumed") else {
        panic!("somebody had the folder");
    };
    assert_matches!(
        reset.confirm_saved(&Confirmation::Acknowledged).await,
        Err(ResetError::Request(RequestError::Store(StoreError)))
    );
    scene.account = account;
    assert_eq!(scene.account.pending_reset().await.expect("known"), None);
    scene.tokens.take_asked();
    scene.account.status().await.expect("a status");
    assert_eq!(scene.tokens.take_asked(), [false], "the same reader answers");
}
