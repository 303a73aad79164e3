// SPDX-License-Identifier: Apache-2.0

//! Every request of a whole reset in a Rust app's own session, times every way in which a network or a server can fail it,
//! while the app synchronises. The app itself has no trouble: what is shown is that its own work does not get in the way.

use anyhow::{Context as _, Result, ensure};
use keyward::reset::{Confirmation, Outcome, PendingReset, Reset, ResetError, ResetOptions, ResetState};
use keyward_testing::{
    oracle::Oracle,
    person::Person,
    proxy::{FaultProxy, NumberedRequest},
};

use crate::{
    common::{key, password, proxy},
    embedded::{App, Closed},
    fault_matrix::{Cell, Cells, WORKERS, cells, of_each},
};

/// An account, the app of which is not running, and the key that opens it now.
struct Scene {
    person: Person,
    proxy: FaultProxy,
    app: Closed,
    old_key: String,
}

impl Scene {
    async fn new() -> Self {
        let (person, proxy) = (Person::with_history().await, proxy().await);
        let app = App::log_in(&proxy, &person.user).await;
        let unlocked = app.account.unlock(&key(&person.old_key)).await;
        assert!(unlocked.expect("unlocked").key_backup);
        Self {
            old_key: person.old_key.clone(),
            app: app.close().await,
            person,
            proxy,
        }
    }

    async fn oracle(&self) -> Oracle {
        let (person, app) = (&self.person, &self.app);
        let oracle = Oracle::new(
            person.observer.clone(),
            &app.device_id(),
            app.dir.path(),
            *app.key.reveal(),
        )
        .await;
        let oracle = oracle.expect("a first look").with_old_key(&self.old_key);
        let oracle = oracle.expect("the old key opens");
        oracle.with_room_keys(person.history.iter().map(|message| message.room_key()))
    }
}

/// A whole reset; notes the new key as soon as the person is shown it.
async fn whole_reset(app: &App, person: &Person, shown: &mut Option<String>) -> Result<Outcome, ResetError> {
    let plan = app.account.plan_reset().await?;
    let mut reset = app.account.start_reset(&plan, ResetOptions::default()).await?;
    drive(&mut reset, person, shown).await
}

async fn drive(reset: &mut Reset, person: &Person, shown: &mut Option<String>) -> Result<Outcome, ResetError> {
    loop {
        match reset.advance().await? {
            ResetState::SaveKey { recovery_key } => {
                *shown = Some(recovery_key.reveal().to_owned());
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
            }
            ResetState::Authorise { .. } => reset.authorise(&password(&person.user)).await?,
            ResetState::HandOver { .. } => unreachable!("the keys are in the app's own store"),
            ResetState::Done(outcome) => return Ok(outcome),
        }
    }
}

/// The requests of a reset without faults, each once.
async fn requests() -> Vec<NumberedRequest> {
    let scene = Scene::new().await;
    let oracle = scene.oracle().await;
    let app = scene.app.open().await;
    scene.proxy.reset();
    let mut shown = None;
    let done = whole_reset(&app, &scene.person, &mut shown).await;
    done.expect("a reset without faults");
    let requests = scene.proxy.numbered_requests();
    let _closed = app.close().await;
    let key = shown.expect("it was shown");
    oracle.assert_done(&key).await.expect("without faults it is whole");
    requests
}

/// Runs one cell. Returns what happened in a word, and the scene with the key that opens the account now.
async fn run(scene: Scene, cell: &Cell) -> Result<(&'static str, Scene)> {
    let oracle = scene.oracle().await;
    let Scene {
        person,
        proxy,
        app,
        old_key,
    } = scene;
    let app = app.open().await;
    proxy.reset();
    proxy.arm(cell.rule());
    let mut shown = None;
    let result = whole_reset(&app, &person, &mut shown).await;
    proxy.disarm();
    let app = app.close().await;
    if let Ok(outcome) = &result {
        let key = outcome.recovery_key.reveal().to_owned();
        oracle.assert_done(&key).await?;
        return Ok((
            "went through",
            Scene {
                person,
                proxy,
                app,
                old_key: key,
            },
        ));
    }

    let interrupted = || format!("interrupted by {result:?}");
    let safe = oracle.assert_safe(shown.as_deref()).await;
    safe.with_context(interrupted)?;
    let app = app.open().await;
    match app.account.pending_reset().await.with_context(interrupted)? {
        Some(PendingReset::Staged) if cell.cancel => {
            app.account.cancel_reset().await.with_context(interrupted)?;
            ensure!(app.account.pending_reset().await?.is_none(), "I3: a journal is left");
            let app = app.close().await;
            oracle.assert_cancelled().await.with_context(interrupted)?;
            Ok((
                "cancelled",
                Scene {
                    person,
                    proxy,
                    app,
                    old_key,
                },
            ))
        }
        None => {
            let app = app.close().await;
            oracle.assert_cancelled().await.with_context(interrupted)?;
            Ok((
                "never began",
                Scene {
                    person,
                    proxy,
                    app,
                    old_key,
                },
            ))
        }
        Some(_) => {
            let mut reset = app.account.resume_reset(None).await.with_context(interrupted)?;
            let outcome = drive(&mut reset, &person, &mut shown).await;
            let key = outcome.with_context(interrupted)?.recovery_key.reveal().to_owned();
            drop(reset);
            ensure!(app.account.pending_reset().await?.is_none(), "I3: a journal is left");
            let app = app.close().await;
            oracle.assert_done(&key).await.with_context(interrupted)?;
            Ok((
                "resumed",
                Scene {
                    person,
                    proxy,
                    app,
                    old_key: key,
                },
            ))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_in_an_app_that_synchronises_survives_every_fault_at_every_request() {
    let requests = requests().await;
    // The requests are those of every reset; what is new is the app beside it.
    let cells = Cells::of("embedded", cells(&requests, &[]), of_each(&requests));
    let workers = (0..WORKERS).map(|_| {
        let cells = cells.clone();
        tokio::spawn(async move {
            // One account goes through many cells: each ends whole, with a key that the next one starts from.
            let mut scene = Scene::new().await;
            while let Some(cell) = cells.next() {
                let ended = Box::pin(run(scene, &cell)).await;
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
    cells.assert_all_held(requests.len(), &["cancelled", "resumed"]);
}
