// SPDX-License-Identifier: Apache-2.0

//! Every request of each repair, times every way in which a network or a server can fail it, once and for good, or deliver it
//! late, in the middle of the next command. Nothing is lost by it, and doing it again ends with the account in order.

use anyhow::{Context as _, Result, ensure};
use keyward::doctor::{Asked, Code, RepairError, Severity};
use keyward_testing::{
    proxy::{Fault, NumberedRequest, Rule},
    server_state::{Allowed, BACKUP_SECRET, ServerState},
};
use reqwest::Method;
use serde_json::json;

use crate::{
    common::key,
    fault_matrix::{Cell, Cells, WORKERS, cells},
    recovery_matrix::Scene,
};

/// Of the twelve cells of a request, how many a run that is not whole goes through.
const OF_EACH_REQUEST: usize = 2;

/// What is broken, and mended.
#[derive(Clone, Copy)]
enum Repair {
    /// The backup's key is not in secret storage.
    SecretStorage,
    /// There is no backup.
    Backup,
}

impl Repair {
    async fn break_it(self, scene: &Scene) -> Result<()> {
        let observer = &scene.person.observer;
        observer.set_account_data(BACKUP_SECRET, &json!({})).await?;
        if let Self::Backup = self {
            let state = ServerState::read(observer).await?;
            for version in state.backups.keys() {
                let path = format!("/v3/room_keys/version/{version}");
                observer.request_ok(Method::DELETE, &path, None).await?;
            }
        }
        Ok(())
    }

    fn finding(self) -> Code {
        match self {
            Self::SecretStorage => Code::SecretStorageIncomplete,
            Self::Backup => Code::BackupMissing,
        }
    }

    async fn mend(self, scene: &Scene) -> Result<(), RepairError> {
        let (account, key) = (&scene.keyward.account, key(&scene.old_key));
        match self {
            Self::SecretStorage => account.write_secret_storage(&key).await,
            Self::Backup => account.make_backup(&key, |_, _| {}).await,
        }
    }
}

/// Whether the account has what the repair is for.
async fn is_found(scene: &Scene, code: Code) -> Result<bool> {
    let report = scene.keyward.account.examine(Asked::default()).await?;
    Ok(report.findings.iter().any(|finding| finding.code == code))
}

/// A room key that only this session has would be the only one of its room: the backup that is made holds it.
async fn broken(repair: Repair) -> Scene {
    let scene = Scene::new().await;
    scene.keyward.receive_a_room_key(&scene.person).await;
    repair.break_it(&scene).await.expect("broken");
    scene
}

async fn requests_of(repair: Repair) -> Vec<NumberedRequest> {
    let scene = broken(repair).await;
    assert!(is_found(&scene, repair.finding()).await.expect("a report"));
    scene.proxy.reset();
    repair.mend(&scene).await.expect("mended");
    let requests = scene.proxy.numbered_requests();
    assert!(!is_found(&scene, repair.finding()).await.expect("a report"));
    requests
}

/// Runs one cell. Returns what happened in a word.
async fn run(repair: Repair, scene: Scene, cell: &Cell) -> Result<(&'static str, Scene)> {
    repair.break_it(&scene).await?;
    let before = ServerState::read(&scene.person.observer).await?;
    let (scene, oracle) = scene.watched().await;
    scene.proxy.arm(cell.rule());
    let result = repair.mend(&scene).await;
    scene.proxy.disarm();
    // What was late arrives in the middle of the next command.
    scene.proxy.arm(Rule::new(Fault::Deliver));
    let interrupted = || format!("it ended with {result:?}");
    let examined = is_found(&scene, repair.finding()).await;
    scene.proxy.disarm();
    examined.with_context(interrupted)?;
    let mut ending = "went through";
    for _ in 0..3 {
        if !is_found(&scene, repair.finding()).await? {
            break;
        }
        ending = "done again";
        repair.mend(&scene).await.with_context(interrupted)?;
    }
    if is_found(&scene, Code::BackupBehind).await? {
        // A version that a late request has made is empty.
        let uploaded = scene.keyward.account.upload_room_keys_behind(|_, _| {}).await;
        uploaded.with_context(interrupted)?;
    }
    let report = scene.keyward.account.examine(Asked::default()).await?;
    let left = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info && !finding.code.name().starts_with("sessions."));
    let left: Vec<Code> = left.map(|finding| finding.code).collect();
    ensure!(left.is_empty(), "{left:?} after {result:?}");
    let person = &scene.person;
    let after = ServerState::read(&person.observer).await?;
    ensure!(after.default_key_id() == before.default_key_id(), "the key stays");
    ensure!(after.public_keys() == before.public_keys(), "the identity stays");
    if let Repair::SecretStorage = repair {
        ensure!(
            before.diff(&after, Allowed::SecretStorage).is_empty(),
            "nothing else has changed"
        );
    }
    let old_key = scene.old_key.clone();
    let judged = scene.judged(async || {
        let now = oracle.look().await?;
        oracle.i1_the_private_keys_are_on_the_device(&now)?;
        oracle.i3_the_backup_is_signed_and_held(&now, &old_key)
    });
    Ok((ending, judged.await.with_context(interrupted)?))
}

async fn matrix(name: &'static str, repair: Repair) {
    let requests = requests_of(repair).await;
    let mut rows = cells(&requests, &[]);
    for (row, request) in rows.iter_mut().zip(&requests) {
        row.push(Cell::late(request));
    }
    let cells = Cells::of(name, rows, OF_EACH_REQUEST);
    let workers = (0..WORKERS / 2).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            let mut scene = broken(repair).await;
            while let Some(cell) = cells.next() {
                let ended = Box::pin(run(repair, scene, &cell)).await;
                scene = match cells.ended(&cell, ended) {
                    Some(scene) => scene,
                    None => broken(repair).await,
                };
            }
        })
    });
    for worker in futures_util::future::join_all(workers).await {
        worker.expect("a worker that goes on to the end");
    }
    cells.assert_all_held(requests.len(), &["went through", "done again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_secret_storage_survives_every_fault_at_every_request() {
    matrix("secret storage written again", Repair::SecretStorage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_backup_survives_every_fault_at_every_request() {
    matrix("a backup made", Repair::Backup).await;
}
