// SPDX-License-Identifier: Apache-2.0

//! The process is killed (SIGKILL) before and after every request of a whole reset. After each, a new process resumes or
//! cancels, and the oracle finds I1 to I4. Faults that a process survives are `crates/keyward/tests/fault_matrix.rs`'s.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::Instant,
};

use keyward_testing::{
    oracle::Oracle,
    person::Person,
    proxy::{Fault, FaultProxy, NumberedRequest},
    synapse::Synapse,
};
use serde_json::Value;
use tempfile::TempDir;

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
    dir: TempDir,
    password: String,
    proxy: Arc<FaultProxy>,
    oracle: Oracle,
}

impl Scene {
    /// `key` opens the person's secret storage now.
    async fn set(person: &Person, key: &str) -> Self {
        let proxy = Arc::new(FaultProxy::start(Synapse::shared().await.url()).expect("a proxy"));
        let dir = tempfile::tempdir().expect("a folder");
        let password = person.user.password.clone();
        let login = ["login", "--homeserver", proxy.url(), "--user", &person.user.user_id];
        let login = json(&run(keyward(dir.path(), &password).args(login)));
        let device_id = login["device_id"].as_str().expect("a device id").to_owned();
        json(&run(keyward(dir.path(), &password)
            .arg("unlock")
            .env("KEYWARD_RECOVERY_KEY", key)));
        let oracle = Oracle::new(person.observer.clone(), &device_id, dir.path(), store_key(dir.path())).await;
        let oracle = oracle.expect("a first look").with_old_key(key).expect("the key opens");
        let oracle = oracle.with_room_keys(person.history.iter().map(|message| message.room_key()));
        proxy.reset();
        Self {
            dir,
            password,
            proxy,
            oracle,
        }
    }

    fn keyward(&self) -> Command {
        keyward(self.dir.path(), &self.password)
    }

    /// Ends the scene: nothing pending, signed out.
    fn end(&self) {
        let status = json(&run(self.keyward().arg("status")));
        assert_eq!(status["pending_reset"], Value::Null, "I3: a journal is left");
        let out = run(self.keyward().args(["logout", "--discard-keys"]));
        assert!(out.status.success(), "{out:?}");
    }
}

fn keyward(dir: &Path, password: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.arg("--json").arg("--data-dir").arg(dir);
    command.env("KEYWARD_NO_KEYRING", "1").env("KEYWARD_PASSWORD", password);
    command.stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the terminal app runs")
}

/// The last JSON object of a run that must have succeeded.
fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().expect("a line")).expect("JSON")
}

fn store_key(dir: &Path) -> [u8; 32] {
    std::fs::read(dir.join("store.key"))
        .expect("a key file")
        .try_into()
        .expect("32 bytes")
}

/// Runs a reset that the proxy may kill. Returns the key that was shown, if it came that far, and whether it finished.
fn reset_that_may_be_killed(scene: &Scene, victim: &Mutex<Option<Child>>) -> (Option<String>, bool) {
    let mut command = scene.keyward();
    command
        .args(["reset", "--acknowledge"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
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
    victim
        .lock()
        .expect("a victim")
        .as_mut()
        .expect("spawned above")
        .wait()
        .expect("it ended");
    (shown, done)
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
        scene
            .oracle
            .assert_done(&key)
            .await
            .map_err(|error| format!("{error:#}"))?;
        scene.end();
        return Ok(("went through", key));
    }
    scene
        .oracle
        .assert_safe(shown.as_deref())
        .await
        .map_err(|error| format!("after the kill: {error:#}"))?;
    let status = json(&run(scene.keyward().arg("status")));
    let ending = match status["pending_reset"].as_str() {
        None => {
            scene
                .oracle
                .assert_cancelled()
                .await
                .map_err(|error| format!("never began: {error:#}"))?;
            ("never began", old_key.to_owned())
        }
        Some("staged") if cell.cancel => {
            let cancelled = run(scene.keyward().args(["reset", "--cancel"]));
            if !cancelled.status.success() {
                return Err(format!("cancel: {cancelled:?}"));
            }
            scene
                .oracle
                .assert_cancelled()
                .await
                .map_err(|error| format!("cancelled: {error:#}"))?;
            ("cancelled", old_key.to_owned())
        }
        Some(pending) => {
            if pending == "committed" {
                let refused = run(scene.keyward().args(["reset", "--cancel"]));
                if refused.status.code() != Some(1) {
                    return Err(format!("a committed reset was cancelled: {refused:?}"));
                }
            }
            let resumed = run(scene.keyward().args(["reset", "--resume", "--acknowledge"]));
            if !resumed.status.success() {
                return Err(format!("resume: {resumed:?}"));
            }
            let key = json(&resumed)["recovery_key"].as_str().expect("a key").to_owned();
            if shown.is_some_and(|shown| shown != key) {
                return Err("the resumed reset has another key than the person was shown".to_owned());
            }
            scene
                .oracle
                .assert_done(&key)
                .await
                .map_err(|error| format!("resumed: {error:#}"))?;
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
    let done = json(&run(scene.keyward().args(["reset", "--acknowledge"])));
    let key = done["recovery_key"].as_str().expect("a key");
    scene
        .oracle
        .assert_done(key)
        .await
        .expect("a reset without kills is whole");
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
