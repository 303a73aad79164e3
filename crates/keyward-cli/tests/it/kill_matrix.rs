// SPDX-License-Identifier: Apache-2.0

//! The process is killed (SIGKILL) before and after every request of a whole reset. After each, a new process resumes or
//! cancels, and the oracle finds I1 to I4. Faults that a process survives are `crates/keyward/tests/it/fault_matrix.rs`'s.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::common::{App, Run};
use keyward_testing::{
    oracle::Oracle,
    person::Person,
    proxy::{Fault, FaultProxy, NumberedRequest},
};
use serde_json::Value;

/// Cells that run at the same time, one for each core of a small machine.
const WORKERS: usize = 2;

#[derive(Clone, Debug)]
struct Cell {
    request: NumberedRequest,
    /// After the server has acted, rather than before it sees the request.
    after: bool,
    /// What the person does about a reset that was killed before the commit.
    cancel: bool,
}

/// The terminal app, logged in and unlocked, with a proxy before it.
struct Scene {
    app: App,
    password: String,
    proxy: FaultProxy,
    oracle: Oracle,
}

impl Scene {
    /// `key` opens the person's secret storage now.
    async fn set(person: &Person, key: &str) -> Self {
        let (app, proxy) = App::behind_a_proxy(&person.user).await;
        app.unlock(key);
        let store_key = fs::read(app.data_dir().join("store.key")).expect("a key file");
        let store_key = store_key.try_into().expect("32 bytes");
        let oracle = Oracle::new(person.observer.clone(), &app.device_id(), &app.data_dir(), store_key).await;
        let oracle = oracle.expect("a first look").with_old_key(key).expect("the key opens");
        let oracle = oracle.with_room_keys(person.history.iter().map(|message| message.room_key()));
        proxy.reset();
        Self {
            app,
            password: person.user.password.clone(),
            proxy,
            oracle,
        }
    }

    /// Runs the reset, or what is left of it.
    fn reset(&self, arguments: &[&str]) -> Run {
        let arguments = [&["--json", "reset"], arguments].concat();
        self.app.run_with(&arguments, &[("KEYWARD_PASSWORD", &self.password)])
    }

    /// Ends the scene: nothing pending, signed out.
    fn end(&self) {
        assert_eq!(self.app.status()["pending_reset"], Value::Null, "I3: a journal is left");
        self.app.json(&["logout", "--discard-keys"], &[]);
    }
}

/// The key in the last line of a run that must have succeeded.
fn key_of(run: &Run) -> String {
    run.expect_exit(0);
    let last = run.lines().pop().expect("a line");
    last["recovery_key"].as_str().expect("a key").to_owned()
}

/// Runs a reset that the proxy may kill. Returns the key that was shown, if it came that far, and whether it finished.
fn reset_that_may_be_killed(scene: &Scene, victim: &Mutex<Option<Child>>) -> (Option<String>, bool) {
    let mut command = scene.app.command(&["--json", "reset", "--acknowledge"]);
    command.env("KEYWARD_PASSWORD", &scene.password).stderr(Stdio::null());
    let mut child = command.spawn().expect("the terminal app runs");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    *victim.lock().expect("a victim") = Some(child);
    let (mut shown, mut done) = (None, false);
    for line in lines {
        let line: Value = serde_json::from_str(&line.expect("text")).expect("whole lines, each flushed");
        match line["status"].as_str() {
            Some("key") => shown = line["recovery_key"].as_str().map(str::to_owned),
            Some("done") => done = true,
            other => panic!("unexpected {other:?}"),
        }
    }
    let ended = victim.lock().expect("a victim").as_mut().expect("spawned above").wait();
    ended.expect("it ended");
    (shown, done)
}

/// What the oracle found, and after what.
fn when<E: Display>(what: &'static str) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error:#}")
}

/// Runs one cell. Returns what happened in a word, and the key that opens the account now.
async fn cell(person: &Person, old_key: &str, cell: &Cell) -> Result<(&'static str, String), String> {
    let scene = Scene::set(person, old_key).await;
    let victim = Arc::new(Mutex::new(None::<Child>));
    let kill = {
        let victim = victim.clone();
        move || {
            // The process may be faster than its entry here; then the hook waits for it.
            loop {
                if let Some(child) = victim.lock().expect("a victim").as_mut() {
                    return child.kill().expect("killed");
                }
                std::thread::yield_now();
            }
        }
    };
    let fault = if cell.after {
        Fault::kill_after(kill)
    } else {
        Fault::kill_before(kill)
    };
    scene.proxy.arm(cell.request.rule(fault));
    let (scene, (shown, done)) = tokio::task::spawn_blocking(move || {
        let result = reset_that_may_be_killed(&scene, &victim);
        (scene, result)
    })
    .await
    .expect("no panic");
    scene.proxy.disarm();
    if done {
        // The request came from a background task and this run did without it.
        let key = shown.ok_or("done without showing the key")?;
        let done = scene.oracle.assert_done(&key).await;
        done.map_err(when("done"))?;
        scene.end();
        return Ok(("went through", key));
    }
    let safe = scene.oracle.assert_safe(shown.as_deref()).await;
    safe.map_err(when("after the kill"))?;
    let ending = match scene.app.status()["pending_reset"].as_str() {
        None => {
            let cancelled = scene.oracle.assert_cancelled().await;
            cancelled.map_err(when("never began"))?;
            ("never began", old_key.to_owned())
        }
        Some("staged") if cell.cancel => {
            let cancelled = scene.reset(&["--cancel"]);
            if !cancelled.status.success() {
                return Err(format!("cancel: {cancelled:?}"));
            }
            let cancelled = scene.oracle.assert_cancelled().await;
            cancelled.map_err(when("cancelled"))?;
            ("cancelled", old_key.to_owned())
        }
        Some(pending) => {
            if pending == "committed" {
                let refused = scene.reset(&["--cancel"]);
                if refused.status.code() != Some(1) {
                    return Err(format!("a committed reset was cancelled: {refused:?}"));
                }
            }
            let resumed = scene.reset(&["--resume", "--acknowledge"]);
            if !resumed.status.success() {
                return Err(format!("resume: {resumed:?}"));
            }
            let key = key_of(&resumed);
            if shown.is_some_and(|shown| shown != key) {
                return Err("the resumed reset has another key than the person was shown".to_owned());
            }
            let done = scene.oracle.assert_done(&key).await;
            done.map_err(when("resumed"))?;
            ("resumed", key)
        }
    };
    scene.end();
    Ok(ending)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_survives_a_kill_before_and_after_every_request() {
    let start = Instant::now();
    let person = Person::with_history().await;
    let scene = Scene::set(&person, &person.old_key).await;
    let key = key_of(&scene.reset(&["--acknowledge"]));
    let done = scene.oracle.assert_done(&key).await;
    done.expect("a reset without kills is whole");
    let requests = scene.proxy.numbered_requests();
    scene.end();

    let cells: VecDeque<Cell> = requests
        .iter()
        .enumerate()
        .flat_map(|(row, request)| {
            [false, true].map(|after| Cell {
                request: request.clone(),
                after,
                cancel: (row % 2 == 0) == after,
            })
        })
        .collect();
    let count = cells.len();
    let queue = Mutex::new(cells);
    let report = Mutex::new((BTreeMap::<&'static str, usize>::new(), Vec::new()));
    let workers = (0..WORKERS).map(|_| async {
        // One account goes through many cells: each ends whole, with a key that the next one starts from.
        let mut person = Person::with_history().await;
        let mut old_key = person.old_key.clone();
        loop {
            let Some(next) = queue.lock().expect("a queue").pop_front() else {
                break;
            };
            match cell(&person, &old_key, &next).await {
                Ok((ending, key)) => {
                    *report.lock().expect("a report").0.entry(ending).or_default() += 1;
                    old_key = key;
                }
                Err(error) => {
                    report.lock().expect("a report").1.push(format!("{next:?}: {error}"));
                    person = Person::with_history().await;
                    old_key = person.old_key.clone();
                }
            }
        }
    });
    futures_util::future::join_all(workers).await;
    let (endings, failures) = report.into_inner().expect("a report");
    println!(
        "kills: {} requests, {count} cells in {:.0?}: {endings:?}",
        requests.len(),
        start.elapsed()
    );
    assert!(
        failures.is_empty(),
        "{} of {count} cells failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        endings.contains_key("resumed") && endings.contains_key("cancelled"),
        "{endings:?}"
    );
}
