// SPDX-License-Identifier: Apache-2.0

//! Every request of a whole attached reset, up to its end after the hand-over, times every way in which a network, a server
//! or an app without a token can fail it. The app, on plain matrix-sdk, takes the new key over. What the app has does not
//! count for the oracle: what was readable has to be so by the server and the keys that the person holds.

use anyhow::{Context as _, Result, ensure};
use keyward::reset::{Confirmation, HandedOver, Outcome, PendingReset, Reset, ResetError, ResetOptions, ResetState};
use keyward_testing::{
    oracle::Oracle,
    person::Person,
    proxy::{Fault, NumberedRequest},
};
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    attached::Scene,
    common::{key, password},
    fault_matrix::{Cell, Cells, WORKERS, cells},
};

/// Whose account it is, and the key that opens it now.
struct Host {
    scene: Scene,
    old_key: String,
}

impl Host {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let old_key = scene.person.old_key.clone();
        Self { scene, old_key }
    }

    async fn oracle(&self) -> Oracle {
        let Scene { person, host, dir, .. } = &self.scene;
        let secrets = [person.phone.plain().access_token, self.old_key.clone()];
        let store = dir.path().join("keyward");
        let oracle = Oracle::attached(person.observer.clone(), &host.device_id, &store, secrets).await;
        let oracle = oracle.expect("a first look").with_old_key(&self.old_key);
        let oracle = oracle.expect("the old key opens");
        oracle.with_room_keys(person.history.iter().map(|message| message.room_key()))
    }
}

/// A whole reset with the old key; notes the new one as soon as the person is shown it.
async fn whole_reset(scene: &Scene, old_key: &str, shown: &mut Option<String>) -> Result<Outcome, ResetError> {
    let account = &scene.account;
    let mut plan = account.plan_reset().await?;
    account.open_old_backup(&mut plan, &key(old_key)).await?;
    let mut reset = account.start_reset(&plan, ResetOptions::default()).await?;
    drive(&mut reset, &scene.person, shown).await
}

async fn drive(reset: &mut Reset, person: &Person, shown: &mut Option<String>) -> Result<Outcome, ResetError> {
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { recovery_key } => {
                *shown = Some(recovery_key.reveal().to_owned());
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
            }
            ResetState::Authorise { .. } => reset.authorise(&password(&person.user)).await?,
            ResetState::HandOver { recovery_key, .. } => {
                // The app does not go through the proxy: it has no trouble.
                person.phone.sync_once().await.expect("a sync");
                person
                    .phone
                    .recover(recovery_key.reveal())
                    .await
                    .expect("the app takes it");
                reset.handed_over(HandedOver::Taken).await?;
            }
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// The requests of a reset without faults, each once.
async fn requests() -> Vec<NumberedRequest> {
    let host = Host::new().await;
    let oracle = host.oracle().await;
    host.scene.proxy.reset();
    let mut shown = None;
    let done = whole_reset(&host.scene, &host.old_key, &mut shown).await;
    done.expect("a reset without faults");
    let requests = host.scene.proxy.numbered_requests();
    let key = shown.expect("it was shown");
    oracle.assert_done(&key).await.expect("without faults it is whole");
    requests
}

/// Runs one cell. Returns what happened in a word, and the host with the key that opens the account now.
async fn run(host: Host, cell: &Cell) -> Result<(&'static str, Host)> {
    let Host { scene, old_key } = host;
    let host = Host {
        scene: scene.anew().await,
        old_key,
    };
    let oracle = host.oracle().await;
    let Host { scene, old_key } = host;
    scene.proxy.arm(cell.rule());
    let mut shown = None;
    let result = whole_reset(&scene, &old_key, &mut shown).await;
    scene.proxy.disarm();
    oracle.must_not_lie_in_clear(shown.clone());
    if let Ok(outcome) = &result {
        let key = outcome.recovery_key.reveal().to_owned();
        return end("went through", scene, &oracle, key).await;
    }

    let interrupted = || format!("interrupted by {result:?}");
    let safe = oracle.assert_safe(shown.as_deref()).await;
    safe.with_context(interrupted)?;
    let scene = scene.restart().await;
    let account = &scene.account;
    match account.pending_reset().await.with_context(interrupted)? {
        Some(PendingReset::Staged) if cell.cancel => {
            account.cancel_reset().await.with_context(interrupted)?;
            oracle.assert_cancelled().await.with_context(interrupted)?;
            ensure!(account.pending_reset().await?.is_none(), "I3: a journal is left");
            Ok(("cancelled", Host { scene, old_key }))
        }
        None => {
            oracle.assert_cancelled().await.with_context(interrupted)?;
            Ok(("never began", Host { scene, old_key }))
        }
        Some(pending) => {
            if pending != PendingReset::Staged {
                let cancelled = account.cancel_reset().await;
                let is_refused = matches!(cancelled, Err(ResetError::AlreadyCommitted));
                ensure!(is_refused, "a committed reset was cancelled");
            }
            let mut reset = account.resume_reset(None).await.with_context(interrupted)?;
            let outcome = drive(&mut reset, &scene.person, &mut shown).await;
            let key = outcome.with_context(interrupted)?.recovery_key.reveal().to_owned();
            drop(reset);
            ensure!(
                shown.is_none_or(|shown| shown == key),
                "it has another key than the person was shown"
            );
            end("resumed", scene, &oracle, key).await.with_context(interrupted)
        }
    }
}

async fn end(ending: &'static str, scene: Scene, oracle: &Oracle, key: String) -> Result<(&'static str, Host)> {
    oracle.assert_done(&key).await?;
    let pending = scene.account.pending_reset().await?;
    ensure!(pending.is_none(), "I3: a journal is left");
    Ok((ending, Host { scene, old_key: key }))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_reset_survives_every_fault_at_every_request() {
    let requests = requests().await;
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true});
    let expired = Fault::Reply(StatusCode::UNAUTHORIZED, unknown);
    let cells = Cells::of("attached", cells(&requests, &[expired]));
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            // One account goes through many cells: each ends whole, with a key that the next one starts from.
            let mut host = Host::new().await;
            while let Some(cell) = cells.next() {
                let ended = Box::pin(run(host, &cell)).await;
                host = match cells.ended(&cell, ended) {
                    Some(host) => host,
                    None => Host::new().await,
                };
            }
        })
    });
    for worker in futures_util::future::join_all(workers).await {
        worker.expect("a worker that goes on to the end");
    }
    cells.assert_all_held(requests.len(), &["cancelled", "resumed"]);
}
