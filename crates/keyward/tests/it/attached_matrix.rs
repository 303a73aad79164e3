// SPDX-License-Identifier: Apache-2.0

//! Every request of a whole attached reset, up to its end after the hand-over, times every way in which a network, a
//! server or an app without a token can fail it or deliver it late, and the same of the cancel of a staged one. The
//! app, on plain matrix-sdk, takes the new key over. What the app has does not count for the oracle: what was readable
//! has to be so by the server and the keys that the person holds.

use anyhow::{Context as _, Result, bail, ensure};
use keyward::reset::{Confirmation, HandedOver, Outcome, PendingReset, Reset, ResetError, ResetOptions, ResetState};
use keyward_testing::{
    oracle::{Backups, Oracle},
    person::Person,
    proxy::{Fault, NumberedRequest, Rule},
};
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    attached::Scene,
    common::{key, password, state},
    fault_matrix::{Cell, Cells, WORKERS, cells, of_each},
};

/// How the old room keys come into the new backup, and how the hand-over ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The person has the old key: all that it opens is moved here.
    OldKey,
    /// They have it not, and the app uploads what it has.
    AppHasAll,
    /// The same with a backup that the app makes itself.
    OwnBackup,
    /// Nobody waits for the app: the old backup stays.
    KeepOld,
    /// It does not come that far: once it is staged, it is cancelled.
    Cancel,
}

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

/// What was seen of a reset.
#[derive(Default)]
struct Seen {
    /// The new key, as soon as the person is shown it.
    key: Option<String>,
    /// How many requests came before the first hand-over.
    before_hand_over: Option<usize>,
}

async fn whole_reset(scene: &Scene, way: Way, old_key: &str, seen: &mut Seen) -> Result<Outcome, ResetError> {
    let account = &scene.account;
    let mut plan = account.plan_reset().await?;
    if way == Way::OldKey {
        account.open_old_backup(&mut plan, &key(old_key)).await?;
    }
    let mut reset = account.start_reset(&plan, ResetOptions::default()).await?;
    drive(&mut reset, scene, way, seen).await
}

/// The app takes the new key over. It does not go through the proxy: it has no trouble.
async fn app_takes_over(person: &Person, way: Way, recovery_key: &str, version: Option<&str>) -> Result<()> {
    let phone = &person.phone;
    phone.sync_once().await?;
    phone.recover(recovery_key).await?;
    if way == Way::OwnBackup && state(person).await.current_backup.as_deref() == version {
        let encryption = phone.client().encryption();
        let store = encryption.secret_storage().open_secret_store(recovery_key).await?;
        encryption.backups().disable_and_delete().await?;
        encryption.backups().create().await?;
        store.export_secrets().await?;
    }
    match way {
        Way::OldKey | Way::Cancel => Ok(()),
        Way::AppHasAll | Way::OwnBackup | Way::KeepOld => phone.wait_for_backup().await,
    }
}

async fn drive(reset: &mut Reset, scene: &Scene, way: Way, seen: &mut Seen) -> Result<Outcome, ResetError> {
    let person = &scene.person;
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { recovery_key } => {
                seen.key = Some(recovery_key.reveal().to_owned());
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
            }
            ResetState::Authorise { .. } => reset.authorise(&password(&person.user)).await?,
            ResetState::HandOver {
                recovery_key,
                backup_version,
            } => {
                seen.before_hand_over.get_or_insert(scene.proxy.requests().len());
                let taken = app_takes_over(person, way, recovery_key.reveal(), backup_version.as_deref()).await;
                taken.expect("the app takes it");
                reset
                    .handed_over(match way {
                        Way::KeepOld => HandedOver::KeepOldBackup,
                        _ => HandedOver::Taken,
                    })
                    .await?;
            }
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// The requests of a reset without faults, each once. A way other than that with the old key: from the hand-over on.
async fn requests(way: Way) -> Vec<NumberedRequest> {
    let host = Host::new().await;
    let oracle = host.oracle().await;
    host.scene.proxy.reset();
    if way == Way::Cancel {
        let (reset, _) = staged(&host.scene, &host.old_key).await;
        host.scene.proxy.reset();
        reset.cancel().await.expect("a cancel without faults");
        let requests = host.scene.proxy.numbered_requests();
        oracle.assert_cancelled().await.expect("without faults it is undone");
        return requests;
    }
    let mut seen = Seen::default();
    let done = whole_reset(&host.scene, way, &host.old_key, &mut seen).await;
    done.expect("a reset without faults");
    let mut requests = host.scene.proxy.numbered_requests();
    let key = seen.key.expect("it was shown");
    oracle.assert_done(&key).await.expect("without faults it is whole");
    if way != Way::OldKey {
        requests.drain(..seen.before_hand_over.expect("it was handed over"));
    }
    requests
}

/// A reset whose key the person is shown, and the key.
async fn staged(scene: &Scene, old_key: &str) -> (Reset, String) {
    let mut plan = scene.account.plan_reset().await.expect("a plan");
    let opened = scene.account.open_old_backup(&mut plan, &key(old_key)).await;
    assert!(opened.expect("the old key opens it"));
    let reset = scene.account.start_reset(&plan, ResetOptions::default()).await;
    let mut reset = reset.expect("a reset");
    match reset.advance().await.expect("staged") {
        ResetState::SaveKey { recovery_key } => (reset, recovery_key.reveal().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// Runs one cell of a cancel: whatever became of it, cancelling again ends with the account as it was.
async fn run_cancel(host: Host, cell: &Cell) -> Result<(&'static str, Host)> {
    let Host { scene, old_key } = host;
    let host = Host {
        scene: scene.anew().await,
        old_key,
    };
    let oracle = host.oracle().await;
    let Host { scene, old_key } = host;
    let (reset, shown) = staged(&scene, &old_key).await;
    oracle.must_not_lie_in_clear(Some(shown.clone()));
    scene.proxy.reset();
    scene.proxy.arm(cell.rule());
    let result = reset.cancel().await;
    scene.proxy.disarm();

    let interrupted = || format!("interrupted by {result:?}");
    let safe = oracle.assert_safe(Some(&shown)).await;
    safe.with_context(interrupted)?;
    let scene = scene.restart().await;
    let account = &scene.account;
    // What was late arrives in the middle of the next command.
    scene.proxy.arm(Rule::new(Fault::Deliver));
    let ending = match account.pending_reset().await.with_context(interrupted)? {
        Some(PendingReset::Staged) => {
            account.cancel_reset().await.with_context(interrupted)?;
            "cancelled again"
        }
        Some(pending) => bail!("{pending:?} without authorisation"),
        None => "cancelled",
    };
    scene.proxy.disarm();
    oracle.assert_cancelled().await.with_context(interrupted)?;
    ensure!(account.pending_reset().await?.is_none(), "I3: a journal is left");
    Ok((ending, Host { scene, old_key }))
}

/// Runs one cell. Returns what happened in a word, and the host with the key that opens the account now.
async fn run(host: Host, way: Way, cell: &Cell) -> Result<(&'static str, Host)> {
    let Host { scene, old_key } = host;
    let host = Host {
        scene: scene.anew().await,
        old_key,
    };
    let oracle = host.oracle().await;
    let Host { scene, old_key } = host;
    scene.proxy.arm(cell.rule());
    let mut seen = Seen::default();
    let result = whole_reset(&scene, way, &old_key, &mut seen).await;
    scene.proxy.disarm();
    oracle.must_not_lie_in_clear(seen.key.clone());
    // What was late arrives in the middle of the next command.
    let deliver = || Rule::new(Fault::Deliver);
    if let Ok(outcome) = &result {
        let key = outcome.recovery_key.reveal().to_owned();
        scene.proxy.arm(deliver());
        scene.account.plan_reset().await?;
        scene.proxy.disarm();
        return end("went through", scene, &oracle, key, cell).await;
    }

    let interrupted = || format!("interrupted by {result:?}");
    let safe = oracle.assert_safe(seen.key.as_deref()).await;
    safe.with_context(interrupted)?;
    let scene = scene.restart().await;
    let account = &scene.account;
    scene.proxy.arm(deliver());
    match account.pending_reset().await.with_context(interrupted)? {
        Some(PendingReset::Staged) if cell.cancel => {
            account.cancel_reset().await.with_context(interrupted)?;
            scene.proxy.disarm();
            let cancelled = match cell.is_late() {
                // What arrives after it was taken back stands beside the old key, and opens nothing more than that.
                true => oracle.assert_unharmed(seen.key.as_deref()).await,
                false => oracle.assert_cancelled().await,
            };
            cancelled.with_context(interrupted)?;
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
            let outcome = drive(&mut reset, &scene, way, &mut seen).await;
            let key = outcome.with_context(interrupted)?.recovery_key.reveal().to_owned();
            drop(reset);
            scene.proxy.disarm();
            ensure!(
                seen.key.is_none_or(|shown| shown == key),
                "it has another key than the person was shown"
            );
            end("resumed", scene, &oracle, key, cell)
                .await
                .with_context(interrupted)
        }
    }
}

async fn end(
    ending: &'static str,
    scene: Scene,
    oracle: &Oracle,
    key: String,
    cell: &Cell,
) -> Result<(&'static str, Host)> {
    match cell.is_late() {
        // A late request may make another version of the backup, with the same key and nothing in it.
        true => oracle.assert_done_in(&key, Backups::All).await?,
        false => oracle.assert_done(&key).await?,
    }
    let pending = scene.account.pending_reset().await?;
    ensure!(pending.is_none(), "I3: a journal is left");
    Ok((ending, Host { scene, old_key: key }))
}

/// Runs the cells of this run's part.
async fn matrix(name: &'static str, way: Way) {
    let requests = requests(way).await;
    // The other ways differ from the first in little.
    let (of_each_request, expected): (_, &[_]) = match way {
        Way::OldKey => (of_each(&requests), &["cancelled", "resumed"]),
        Way::Cancel => (of_each(&requests), &["cancelled", "cancelled again"]),
        _ => (1, &["resumed"]),
    };
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true});
    let expired = Fault::Reply(StatusCode::UNAUTHORIZED, unknown);
    let mut rows = cells(&requests, &[expired]);
    for (row, request) in rows.iter_mut().zip(&requests) {
        row.extend([Cell::late(request), Cell::late_for_good(request)]);
    }
    let cells = Cells::of(name, rows, of_each_request);
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            // One account goes through many cells: each ends whole, with a key that the next one starts from.
            let mut host = Host::new().await;
            while let Some(cell) = cells.next() {
                let ended = match way {
                    Way::Cancel => Box::pin(run_cancel(host, &cell)).await,
                    _ => Box::pin(run(host, way, &cell)).await,
                };
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
    cells.assert_all_held(requests.len(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_reset_survives_every_fault_at_every_request() {
    matrix("attached", Way::OldKey).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_has_all_room_keys_takes_over_under_every_fault() {
    matrix("attached, the app has all", Way::AppHasAll).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_the_app_s_own_is_taken_over_under_every_fault() {
    matrix("attached, a backup of the app's own", Way::OwnBackup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_backup_is_kept_under_every_fault() {
    matrix("attached, the old backup kept", Way::KeepOld).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cancel_of_an_attached_reset_survives_every_fault_at_every_request() {
    matrix("attached, cancel", Way::Cancel).await;
}
