// SPDX-License-Identifier: Apache-2.0

//! Every request of a new recovery key, and of its cancel, times every way in which a network or a server can fail it, once and
//! for good, or deliver it late, in the middle of the next command. After each, the same store is opened again and the new key
//! resumed or cancelled, and the oracle finds that nothing is lost.

use anyhow::{Context as _, Result, ensure};
use keyward::{
    account::Account,
    recovery::{Confirmation, Recovery, RecoveryError, RecoveryOptions, RecoveryOutcome, RecoveryState},
    reset::PendingReset,
};
use keyward_testing::{
    oracle::Oracle,
    person::Person,
    proxy::{Fault, FaultProxy, NumberedRequest, Rule},
};

use crate::{
    attached::Scene as Attached,
    common::{Keyward, key},
    fault_matrix::{Cell, Cells, WORKERS, cells, of_each},
    recovery::{opened, watched},
};

/// What is done under faults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// A new key, by a session that has the private keys.
    NewKey,
    /// The cancel of a staged one.
    Cancel,
}

/// An account with a session that has the private keys, and the key that opens it now.
pub(crate) struct Scene {
    pub(crate) person: Person,
    pub(crate) proxy: FaultProxy,
    pub(crate) keyward: Keyward,
    pub(crate) old_key: String,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let person = Person::with_history().await;
        let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
        let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
        assert!(unlocked.expect("unlocked").key_backup);
        Self {
            old_key: person.old_key.clone(),
            person,
            proxy,
            keyward,
        }
    }

    /// Closes the store, has it looked at, and opens it as a new process would.
    pub(crate) async fn watched(self) -> (Self, Oracle) {
        let (keyward, oracle) = watched(&self.person, self.keyward, &self.old_key).await;
        self.proxy.reset();
        (Self { keyward, ..self }, oracle)
    }

    /// Closes the store, has it judged, and opens it again.
    pub(crate) async fn judged(self, judge: impl AsyncFnOnce() -> Result<()>) -> Result<Self> {
        let (store_key, dir) = self.keyward.close().await;
        judge().await?;
        let keyward = opened(dir, store_key).await;
        Ok(Self { keyward, ..self })
    }
}

/// Notes the key as soon as the person is shown it.
async fn drive(recovery: &mut Recovery, shown: &mut Option<String>) -> Result<RecoveryOutcome, RecoveryError> {
    loop {
        match recovery.advance().await? {
            RecoveryState::SaveKey { recovery_key } => {
                *shown = Some(recovery_key.reveal().to_owned());
                recovery.confirm_saved(&Confirmation::Acknowledged).await?;
            }
            RecoveryState::Done(outcome) => return Ok(outcome),
        }
    }
}

async fn whole(account: &Account, shown: &mut Option<String>) -> Result<RecoveryOutcome, RecoveryError> {
    let mut recovery = account.start_recovery(RecoveryOptions::default()).await?;
    drive(&mut recovery, shown).await
}

/// Stages a new key, and begins to count requests where it is cancelled.
async fn staged(scene: &Scene) -> Recovery {
    let mut recovery = scene
        .keyward
        .account
        .start_recovery(RecoveryOptions::default())
        .await
        .expect("it begins");
    assert!(matches!(recovery.advance().await, Ok(RecoveryState::SaveKey { .. })));
    scene.proxy.reset();
    recovery
}

/// The requests of `deed` without faults, each once.
async fn requests_of(deed: Deed) -> Vec<NumberedRequest> {
    let (scene, oracle) = Scene::new().await.watched().await;
    let mut shown = None;
    match deed {
        Deed::NewKey => drop(whole(&scene.keyward.account, &mut shown).await.expect("a new key")),
        Deed::Cancel => staged(&scene).await.cancel().await.expect("undone"),
    }
    let requests = scene.proxy.numbered_requests();
    let judged = scene.judged(async || match &shown {
        Some(key) => oracle.assert_new_key(key).await,
        None => oracle.assert_cancelled().await,
    });
    judged.await.expect("without faults it is whole");
    requests
}

/// Runs one cell. Returns what happened in a word, and the scene with the key that opens the account now.
async fn run(deed: Deed, scene: Scene, cell: &Cell) -> Result<(&'static str, Scene)> {
    let (scene, oracle) = scene.watched().await;
    let mut shown = None;
    let result = match deed {
        Deed::NewKey => {
            scene.proxy.arm(cell.rule());
            whole(&scene.keyward.account, &mut shown).await.map(Some)
        }
        Deed::Cancel => {
            let recovery = staged(&scene).await;
            shown = Some(recovery.recovery_key().reveal().to_owned());
            scene.proxy.arm(cell.rule());
            recovery.cancel().await.map(|()| None)
        }
    };
    scene.proxy.disarm();
    // What was late arrives in the middle of the next command.
    scene.proxy.arm(Rule::new(Fault::Deliver));
    let interrupted = || format!("it ended with {result:?}");
    let status = scene.keyward.account.status().await;
    scene.proxy.disarm();
    let pending = status
        .with_context(interrupted)?
        .pending
        .first()
        .map(|pending| pending.state);
    let scene = scene
        .judged(async || oracle.assert_safe_with_new_key(shown.as_deref()).await)
        .await;
    let scene = scene.with_context(interrupted)?;
    let account = &scene.keyward.account;
    let ending = match (pending, &result) {
        (None, Ok(Some(_))) => "went through",
        (None, Ok(None)) => "cancelled",
        (None, Err(_)) => "never began",
        (Some(PendingReset::Staged), _) if cell.cancel || deed == Deed::Cancel => {
            account.cancel_recovery().await.with_context(interrupted)?;
            "cancelled again"
        }
        (Some(state), _) => {
            if state == PendingReset::Committed {
                let cancelled = account.cancel_recovery().await;
                ensure!(cancelled == Err(RecoveryError::AlreadyCommitted), "{cancelled:?}");
            }
            let mut recovery = account.resume_recovery().await.with_context(interrupted)?;
            drive(&mut recovery, &mut shown).await.with_context(interrupted)?;
            "resumed"
        }
    };
    ensure!(account.status().await?.pending.is_empty(), "a journal is left");
    let is_done = matches!(ending, "went through" | "resumed");
    let judged = scene.judged(async || match &shown {
        Some(key) if is_done => oracle.assert_new_key(key).await,
        // What arrives after it was taken back stands beside the old key, and opens nothing more than that.
        _ if cell.is_late() => oracle.assert_unharmed(shown.as_deref()).await,
        _ => oracle.assert_cancelled().await,
    });
    let mut scene = judged.await.with_context(interrupted)?;
    if let (true, Some(key)) = (is_done, shown) {
        scene.old_key = key;
    }
    Ok((ending, scene))
}

async fn matrix(name: &'static str, deed: Deed, expected: &[&str]) {
    let requests = requests_of(deed).await;
    let mut rows = cells(&requests, &[]);
    for (row, request) in rows.iter_mut().zip(&requests) {
        row.push(Cell::late(request));
    }
    let cells = Cells::of(name, rows, of_each(&requests));
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            // One account goes through many cells: each ends whole, with a key that the next one starts from.
            let mut scene = Scene::new().await;
            while let Some(cell) = cells.next() {
                let ended = Box::pin(run(deed, scene, &cell)).await;
                scene = match cells.ended(&cell, ended) {
                    Some(scene) => scene,
                    None => Scene::new().await,
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
async fn a_new_key_survives_every_fault_at_every_request() {
    matrix(
        "new recovery key",
        Deed::NewKey,
        &["went through", "cancelled again", "resumed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cancel_of_a_new_key_survives_every_fault_at_every_request() {
    matrix(
        "cancel of a new recovery key",
        Deed::Cancel,
        &["cancelled", "cancelled again"],
    )
    .await;
}

/// The same where another program has the private keys: its account, and the key that opens it now.
struct Host {
    scene: Attached,
    old_key: String,
}

impl Host {
    async fn new() -> Self {
        let scene = Attached::new().await;
        let old_key = scene.person.old_key.clone();
        Self { scene, old_key }
    }

    async fn oracle(&self) -> Oracle {
        let Attached { person, host, dir, .. } = &self.scene;
        let secrets = [person.phone.plain().access_token, self.old_key.clone()];
        let store = dir.path().join("keyward");
        let oracle = Oracle::attached(person.observer.clone(), &host.device_id, &store, secrets).await;
        let oracle = oracle.expect("a look").with_old_key(&self.old_key).expect("it opens");
        oracle.with_room_keys(person.history.iter().map(|message| message.room_key()))
    }

    async fn whole(&self, shown: &mut Option<String>) -> Result<RecoveryOutcome, RecoveryError> {
        let (account, old) = (&self.scene.account, key(&self.old_key));
        let mut recovery = account.start_recovery(&old, RecoveryOptions::default()).await?;
        drive(&mut recovery, shown).await
    }

    /// Runs one cell. Returns what happened in a word.
    async fn run(&mut self, cell: &Cell) -> Result<(&'static str, ())> {
        let oracle = self.oracle().await;
        self.scene.proxy.reset();
        self.scene.proxy.arm(cell.rule());
        let mut shown = None;
        let result = self.whole(&mut shown).await;
        self.scene.proxy.disarm();
        self.scene.proxy.arm(Rule::new(Fault::Deliver));
        let interrupted = || format!("it ended with {result:?}");
        let account = &self.scene.account;
        let status = account.status().await;
        self.scene.proxy.disarm();
        let pending = status
            .with_context(interrupted)?
            .pending
            .first()
            .map(|pending| pending.state);
        let safe = oracle.assert_safe_with_new_key(shown.as_deref()).await;
        safe.with_context(interrupted)?;
        let ending = match (pending, &result) {
            (None, Ok(_)) => "went through",
            (None, Err(_)) => "never began",
            (Some(PendingReset::Staged), _) if cell.cancel => {
                account.cancel_recovery().await.with_context(interrupted)?;
                "cancelled"
            }
            (Some(_), _) => {
                let mut recovery = account.resume_recovery().await.with_context(interrupted)?;
                drive(&mut recovery, &mut shown).await.with_context(interrupted)?;
                "resumed"
            }
        };
        ensure!(account.status().await?.pending.is_empty(), "a journal is left");
        match shown.filter(|_| matches!(ending, "went through" | "resumed")) {
            Some(key) => {
                oracle.assert_new_key(&key).await.with_context(interrupted)?;
                self.old_key = key;
            }
            None if cell.is_late() => oracle.assert_unharmed(None).await.with_context(interrupted)?,
            None => oracle.assert_cancelled().await.with_context(interrupted)?,
        }
        Ok((ending, ()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_for_an_attached_session_survives_every_fault_at_every_request() {
    let first = Host::new().await;
    let oracle = first.oracle().await;
    first.scene.proxy.reset();
    let mut shown = None;
    first.whole(&mut shown).await.expect("a new key");
    let requests = first.scene.proxy.numbered_requests();
    let key = shown.expect("it was shown");
    oracle.assert_new_key(&key).await.expect("without faults it is whole");
    let mut rows = cells(&requests, &[]);
    for (row, request) in rows.iter_mut().zip(&requests) {
        row.push(Cell::late(request));
    }
    let cells = Cells::of("new recovery key, attached", rows, 1);
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            let mut host = Host::new().await;
            while let Some(cell) = cells.next() {
                let ended = Box::pin(host.run(&cell)).await;
                if cells.ended(&cell, ended).is_none() {
                    host = Host::new().await;
                }
            }
        })
    });
    for worker in futures_util::future::join_all(workers).await {
        worker.expect("a worker that goes on to the end");
    }
    cells.assert_all_held(requests.len(), &["went through", "resumed"]);
}
