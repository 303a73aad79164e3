// SPDX-License-Identifier: Apache-2.0

//! A reset, a new Security Key and a repair: one of them is under way or waits at a time. Every other one is refused, the error
//! names the way out, and nothing on the server changes by it.

use std::{future::Future, pin::Pin, time::Duration};

use keyward::{
    account::Account,
    error::{FlowError, Remedy},
    logout::UnsavedRoomKeys,
    recovery::{Confirmation, RecoveryOptions},
    reset::{Plan, ResetOptions},
    secret_storage::KeyInput,
};
use keyward_testing::{
    proxy::{Fault, FaultProxy, Rule},
    server_state::{Allowed, DEFAULT_KEY},
};

use crate::{
    common::{self, Keyward, Person, assert_same, commit, key, start, state, until_key},
    recovery,
};

/// What something ended with: the error's name and what to do next, or `None` if it went through.
type Ending = Option<(&'static str, Remedy)>;
type Attempt<'a> = Pin<Box<dyn Future<Output = Ending> + 'a>>;

/// What a call returns, without its value.
async fn ending<T, E: FlowError>(call: impl Future<Output = Result<T, E>>) -> Ending {
    call.await.err().map(|error| error.advice())
}

/// Each repair that writes, begun.
fn repairs<'a>(account: &'a Account, input: &'a KeyInput) -> Vec<(&'static str, Attempt<'a>)> {
    vec![
        ("sign this session", Box::pin(ending(account.sign_this_session()))),
        (
            "write secret storage",
            Box::pin(ending(account.write_secret_storage(input))),
        ),
        ("make a backup", Box::pin(ending(account.make_backup(input, |_, _| {})))),
        (
            "upload room keys",
            Box::pin(ending(account.upload_room_keys_behind(|_, _| {}))),
        ),
        (
            "say that a backup is wanted",
            Box::pin(ending(account.say_backup_is_wanted())),
        ),
        (
            "remove the dehydrated device",
            Box::pin(ending(account.remove_dehydrated_device())),
        ),
        (
            "recover room keys",
            Box::pin(ending(account.recover_room_keys(input, None, |_, _| {}))),
        ),
        (
            "ask other sessions",
            Box::pin(ending(account.ask_other_sessions(Duration::ZERO))),
        ),
    ]
}

/// An account with something to do for each of them, and this session of it.
struct Scene {
    person: Person,
    keyward: Keyward,
    proxy: FaultProxy,
    plan: Plan,
    input: KeyInput,
}

impl Scene {
    async fn new() -> Self {
        let person = Person::with_a_long_past().await;
        let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
        let input = key(&person.old_key);
        keyward.account.unlock(&input).await.expect("unlocked");
        let plan = keyward.account.plan_reset().await.expect("a plan");
        Self {
            person,
            keyward,
            proxy,
            plan,
            input,
        }
    }

    /// Begins everything else, in vain.
    async fn assert_all_refused(&self, meanwhile: &str, way_out: Remedy) {
        let before = state(&self.person).await;
        let account = &self.keyward.account;
        let (reset, recovery) = (ResetOptions::default(), RecoveryOptions::default());
        let mut attempts: Vec<(&str, Attempt<'_>)> = vec![
            ("reset", Box::pin(ending(account.start_reset(&self.plan, reset)))),
            ("new Security Key", Box::pin(ending(account.start_recovery(recovery)))),
            ("log out", Box::pin(ending(account.log_out(UnsavedRoomKeys::Keep)))),
        ];
        attempts.extend(repairs(account, &self.input));
        for (name, attempt) in attempts {
            let remedy = attempt.await.map(|(_, remedy)| remedy);
            assert_eq!(remedy, Some(way_out), "{name}, meanwhile: {meanwhile}");
        }
        assert_same(&before, &state(&self.person).await, Allowed::Nothing);
    }

    /// It opens what is there, and is no such flow: a session that is verified has nothing to write.
    async fn assert_unlocking_writes_nothing(&self) {
        let before = state(&self.person).await;
        let unlocked = self.keyward.account.unlock(&self.input).await;
        assert!(unlocked.expect("unlocked").key_backup);
        assert_same(&before, &state(&self.person).await, Allowed::Nothing);
    }

    /// Nothing can take up or end what is under way, either.
    async fn assert_not_taken_up(&self) {
        let account = &self.keyward.account;
        let attempts: [Ending; 4] = [
            ending(account.resume_reset(None)).await,
            ending(account.cancel_reset()).await,
            ending(account.resume_recovery()).await,
            ending(account.cancel_recovery()).await,
        ];
        for attempt in attempts {
            assert_eq!(attempt.map(|(_, remedy)| remedy), Some(Remedy::WaitForOther));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_flow_is_under_way_every_other_is_refused() {
    let scene = Scene::new().await;
    let account = &scene.keyward.account;
    let mut reset = start(account).await;
    until_key(&mut reset).await;
    scene.assert_all_refused("reset", Remedy::WaitForOther).await;
    scene.assert_not_taken_up().await;
    scene.assert_unlocking_writes_nothing().await;
    reset.cancel().await.expect("undone");

    let begun = account.start_recovery(RecoveryOptions::default()).await;
    let mut new_key = begun.expect("it begins");
    new_key.advance().await.expect("staged");
    scene.assert_all_refused("new Security Key", Remedy::WaitForOther).await;
    scene.assert_not_taken_up().await;
    scene.assert_unlocking_writes_nothing().await;
    new_key.cancel().await.expect("undone");

    for (name, mut repair) in repairs(account, &scene.input) {
        // It stops at its first request.
        scene.proxy.arm(Rule::new(Fault::HoldBefore));
        tokio::select! {
            ended = &mut repair => panic!("{name} ended without a request: {ended:?}"),
            () = scene.proxy.held() => {}
        }
        scene.assert_all_refused(name, Remedy::WaitForOther).await;
        scene.assert_not_taken_up().await;
        drop(repair);
        scene.proxy.disarm();
        let is_over = scene.proxy.until(|requests| requests.iter().all(|it| it.end.is_some()));
        is_over.await;
    }
    let begun = account.start_recovery(RecoveryOptions::default()).await;
    begun
        .expect("nothing is under way any more")
        .cancel()
        .await
        .expect("undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_flow_waits_every_other_is_refused() {
    let mut scene = Scene::new().await;
    let user = scene.person.user.clone();
    let mut reset = start(&scene.keyward.account).await;
    until_key(&mut reset).await;
    drop(reset);
    scene.assert_all_refused("a staged reset", Remedy::ResumeOrCancel).await;
    scene.keyward.account.cancel_reset().await.expect("undone");

    let begun = scene.keyward.account.start_recovery(RecoveryOptions::default()).await;
    let mut new_key = begun.expect("it begins");
    new_key.advance().await.expect("staged");
    drop(new_key);
    scene
        .assert_all_refused("a staged Security Key", Remedy::ResumeOrCancel)
        .await;
    let mut new_key = scene.keyward.account.resume_recovery().await.expect("it waits");
    let saved = new_key.confirm_saved(&Confirmation::Acknowledged).await;
    saved.expect("saved");
    let switch = |method: &str, path: &str| method == "PUT" && path.ends_with(DEFAULT_KEY);
    scene.proxy.arm(Rule::new(Fault::CutAfter).on(switch).for_ever());
    new_key.advance().await.expect_err("no reply");
    scene.proxy.disarm();
    drop(new_key);
    scene
        .assert_all_refused("a Security Key in force", Remedy::ResumeOrCancel)
        .await;
    let mut new_key = scene.keyward.account.resume_recovery().await.expect("it waits");
    recovery::finish(&mut new_key).await.expect("a new key");
    drop(new_key);

    let mut reset = start(&scene.keyward.account).await;
    commit(&mut reset, &user).await;
    drop(reset);
    // A new process knows it as well.
    scene.keyward = scene.keyward.restart().await;
    scene
        .assert_all_refused("a reset in force", Remedy::ResumeOrCancel)
        .await;
    let mut reset = scene.keyward.resume_reset().await;
    common::finish(&mut reset, &user).await.expect("done");
}
