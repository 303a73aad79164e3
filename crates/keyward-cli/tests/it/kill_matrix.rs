// SPDX-License-Identifier: Apache-2.0

//! The process is killed (SIGKILL) before and after every request of a whole reset, and of a new Security Key without
//! one. After each, a new process resumes or cancels, and the oracle finds I1 to I4. Faults that a process survives are
//! `crates/keyward/tests/it/fault_matrix.rs`'s.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::{Debug, Display},
    fs,
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    attach::{TOKEN, describe_with_key},
    browser,
    common::{App, Run, ended},
};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    oracle::Oracle,
    part::part,
    person::Person,
    proxy::{Fault, FaultProxy, NumberedRequest, Rule},
    user::{LogsIn, User},
};
use serde_json::Value;
use tokio::runtime::Handle;

/// Cells that run at the same time, one for each core of a small machine.
const WORKERS: usize = 2;

#[derive(Clone, Debug)]
struct Cell {
    request: NumberedRequest,
    /// After the server has acted, rather than before it sees the request.
    after: bool,
    /// What the person does about a flow that was killed before the commit.
    cancel: bool,
}

/// What is done to the account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Reset,
    /// A new Security Key without a reset.
    NewKey,
}

impl Flow {
    fn command(self) -> &'static [&'static str] {
        match self {
            Self::Reset => &["--json", "reset"],
            Self::NewKey => &["--json", "recovery", "new"],
        }
    }

    /// How it stands, if it waits. Nothing else does.
    fn pending(self, status: &Value) -> Option<String> {
        let name = match self {
            Self::Reset => "reset",
            Self::NewKey => "recovery",
        };
        let pending = status["pending"].as_array().expect("a list");
        assert!(pending.iter().all(|pending| pending["flow"] == name), "{status}");
        let state = pending.first()?["state"].as_str().expect("a state");
        if self == Self::Reset {
            assert_eq!(status["pending_reset"], state);
        }
        Some(state.to_owned())
    }

    /// At any instant. `shown`: the new key, as far as the person has it.
    async fn assert_safe(self, oracle: &Oracle, shown: Option<&str>) -> Result<(), String> {
        let judged = match self {
            Self::Reset => oracle.assert_safe(shown).await,
            Self::NewKey => oracle.assert_safe_with_new_key(shown).await,
        };
        judged.map_err(|error| format!("{error:#}"))
    }

    async fn assert_done(self, oracle: &Oracle, key: &str) -> Result<(), String> {
        let judged = match self {
            Self::Reset => oracle.assert_done(key).await,
            Self::NewKey => oracle.assert_new_key(key).await,
        };
        judged.map_err(|error| format!("{error:#}"))
    }
}

/// What kind of session it is done in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One that was logged in here so.
    Own(LogsIn),
    /// That of the person's phone.
    Attached,
}

/// Who is at work.
async fn somebody(kind: Kind) -> Person {
    match kind {
        Kind::Own(LogsIn::WithPassword) | Kind::Attached => return Person::with_history().await,
        Kind::Own(LogsIn::WithOAuth) => Person::without_password(Deployment::oauth().await, 3).await,
        Kind::Own(LogsIn::WithSso) => Person::without_password(Deployment::sso().await, 3).await,
    }
    .expect("a person with a history")
}

/// The terminal app, logged in and unlocked, with a proxy before it.
struct Scene {
    flow: Flow,
    app: App,
    user: User,
    proxy: FaultProxy,
    oracle: Oracle,
    /// The token and the old key of an attached session.
    attached: Option<(String, String)>,
}

impl Scene {
    /// `key` opens the person's secret storage now.
    async fn set(flow: Flow, kind: Kind, person: &Person, key: &str) -> Self {
        match kind {
            Kind::Own(_) => Self::logged_in(flow, person, key).await,
            Kind::Attached => Self::attached(flow, person, key).await,
        }
    }

    async fn attached(flow: Flow, person: &Person, key: &str) -> Self {
        let (app, proxy) = (App::new(), FaultProxy::start(&person.observer.url).expect("a proxy"));
        let token = person.phone.plain().access_token;
        let describe = describe_with_key(&person.phone, proxy.url()).await;
        let describe: Vec<&str> = describe.iter().map(String::as_str).collect();
        app.json(&describe, &[(TOKEN, &token)]);
        let secrets = [token.clone(), key.to_owned()];
        let store = app.data_dir().join("keyward");
        let device_id = person.phone.device_id();
        let oracle = Oracle::attached(person.observer.clone(), &device_id, &store, secrets).await;
        let oracle = oracle.expect("a first look").with_old_key(key).expect("the key opens");
        let oracle = oracle.with_room_keys(person.history.iter().map(|message| message.room_key()));
        proxy.reset();
        Self {
            flow,
            app,
            user: person.user.clone(),
            proxy,
            oracle,
            attached: Some((token, key.to_owned())),
        }
    }

    async fn logged_in(flow: Flow, person: &Person, key: &str) -> Self {
        let (app, proxy) = match person.user.logs_in {
            LogsIn::WithPassword => App::behind_a_proxy(&person.user).await,
            LogsIn::WithOAuth => {
                let proxy = FaultProxy::start_before(Deployment::oauth().await).expect("a proxy");
                (browser::logged_in(proxy.url(), &person.user).await, proxy)
            }
            LogsIn::WithSso => {
                let proxy = FaultProxy::start(Deployment::sso().await.synapse.url()).expect("a proxy");
                (browser::logged_in(proxy.url(), &person.user).await, proxy)
            }
        };
        app.unlock(key);
        let store_key = fs::read(app.data_dir().join("store.key")).expect("a key file");
        let store_key = store_key.try_into().expect("32 bytes");
        let oracle = Oracle::new(person.observer.clone(), &app.device_id(), &app.data_dir(), store_key).await;
        let oracle = oracle.expect("a first look").with_old_key(key).expect("the key opens");
        let oracle = oracle.with_room_keys(person.history.iter().map(|message| message.room_key()));
        proxy.reset();
        Self {
            flow,
            app,
            user: person.user.clone(),
            proxy,
            oracle,
            attached: None,
        }
    }

    /// Runs the flow, or what is left of it.
    fn run(&self, arguments: &[&str]) -> Run {
        let mut child = self.command(arguments).spawn().expect("the terminal app runs");
        let lines = self.answer(child.stdout.take().expect("a pipe"));
        let is_handed_over = lines.last().is_some_and(|line| line["status"] == "hand_over");
        let mut run = ended(child);
        run.stdout = lines.iter().map(|line| format!("{line}\n")).collect();
        match is_handed_over && run.status.success() {
            true => self.run(&["--handed-over"]),
            false => run,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.app.command(&[self.flow.command(), arguments].concat());
        if self.user.logs_in == LogsIn::WithPassword {
            command.env("KEYWARD_PASSWORD", &self.user.password);
        }
        self.hand_token_over(&mut command);
        command
    }

    /// Reads what a run prints, and does in a browser what it asks for.
    fn answer(&self, output: ChildStdout) -> Vec<Value> {
        let mut lines = Vec::new();
        for line in BufReader::new(output).lines() {
            let line: Value = serde_json::from_str(&line.expect("text")).expect("whole lines, each flushed");
            if line["status"] == "authorise" {
                let page = line["url"].as_str().expect("a page").to_owned();
                let allowed = Browser::of(&self.user.localpart);
                tokio::task::block_in_place(|| Handle::current().block_on(allowed.allow(&page))).expect("a page");
            }
            lines.push(line);
        }
        lines
    }

    fn hand_token_over(&self, command: &mut Command) {
        if let Some((token, old_key)) = &self.attached {
            command.env(TOKEN, token).env("KEYWARD_RECOVERY_KEY", old_key);
        }
    }

    fn status(&self) -> Value {
        let mut command = self.app.command(&["--json", "status"]);
        self.hand_token_over(&mut command);
        let run = ended(command.spawn().expect("the terminal app runs"));
        run.expect_exit(0);
        run.lines().pop().expect("a status")
    }

    /// Ends the scene: nothing pending, signed out or detached.
    fn end(&self) {
        assert_eq!(self.flow.pending(&self.status()), None, "I3: a journal is left");
        match self.attached {
            // One that was cancelled while its last request may still arrive is given up, too.
            Some(_) => self.app.json(&["detach", "--discard-reset"], &[]),
            None => self.app.json(&["logout", "--discard-keys"], &[]),
        };
    }
}

/// The key in the last line of a run that must have succeeded.
fn key_of(run: &Run) -> String {
    run.expect_exit(0);
    let last = run.lines().pop().expect("a line");
    last["recovery_key"].as_str().expect("a key").to_owned()
}

/// A process that is killed at a request.
#[derive(Clone, Default)]
pub(crate) struct Victim(Arc<Mutex<Option<Child>>>);

impl Victim {
    /// The request at which it is killed; `after`: when the server has acted, rather than before it sees the request.
    pub(crate) fn at(&self, request: &NumberedRequest, after: bool) -> Rule {
        let victim = self.0.clone();
        let kill = move || {
            // The process may be faster than its entry here; then the hook waits for it.
            loop {
                if let Some(child) = victim.lock().expect("a victim").as_mut() {
                    return child.kill().expect("killed");
                }
                std::thread::yield_now();
            }
        };
        request.rule(match after {
            true => Fault::kill_after(kill),
            false => Fault::kill_before(kill),
        })
    }

    /// Runs it to its end, while what it prints is read. Returns what was read, and how it ended.
    pub(crate) fn run<T>(&self, mut command: Command, read: impl FnOnce(ChildStdout) -> T) -> (T, ExitStatus) {
        // One that ran before it is not the one to kill.
        *self.0.lock().expect("a victim") = None;
        let mut child = command.stderr(Stdio::null()).spawn().expect("the terminal app runs");
        let output = child.stdout.take().expect("a pipe");
        *self.0.lock().expect("a victim") = Some(child);
        // To its end: whoever waits for the process keeps the hook from it.
        let read = read(output);
        let ended = self.0.lock().expect("a victim").as_mut().expect("entered above").wait();
        (read, ended.expect("it ended"))
    }
}

/// Runs a flow that the proxy may kill. Returns the key that was shown, if it came that far, and whether it finished.
fn run_that_may_be_killed(scene: &Scene, victim: &Victim) -> (Option<String>, bool) {
    let (mut shown, mut done) = (None, false);
    let mut arguments = vec!["--acknowledge"];
    while !arguments.is_empty() {
        let (lines, _) = victim.run(scene.command(&arguments), |output| scene.answer(output));
        arguments.clear();
        for line in lines {
            match line["status"].as_str() {
                Some("key") => shown = line["recovery_key"].as_str().map(str::to_owned),
                Some("authorise") => {}
                Some("hand_over") => arguments.push("--handed-over"),
                Some("done") => done = true,
                other => panic!("unexpected {other:?}"),
            }
        }
    }
    (shown, done)
}

/// What the oracle found, and after what.
pub(crate) fn when<E: Display>(what: &'static str) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error:#}")
}

/// Runs one cell. Returns what happened in a word, and the key that opens the account now.
async fn cell(
    flow: Flow,
    kind: Kind,
    person: &Person,
    old_key: &str,
    cell: &Cell,
) -> Result<(&'static str, String), String> {
    let scene = Scene::set(flow, kind, person, old_key).await;
    let victim = Victim::default();
    scene.proxy.arm(victim.at(&cell.request, cell.after));
    let (scene, (shown, done)) = tokio::task::spawn_blocking(move || {
        let result = run_that_may_be_killed(&scene, &victim);
        (scene, result)
    })
    .await
    .expect("no panic");
    scene.proxy.disarm();
    if done {
        // The request came from a background task and this run did without it.
        let key = shown.ok_or("done without showing the key")?;
        let done = flow.assert_done(&scene.oracle, &key).await;
        done.map_err(when("done"))?;
        scene.end();
        return Ok(("went through", key));
    }
    let safe = flow.assert_safe(&scene.oracle, shown.as_deref()).await;
    safe.map_err(when("after the kill"))?;
    let ending = match flow.pending(&scene.status()).as_deref() {
        None => {
            let cancelled = scene.oracle.assert_cancelled().await;
            cancelled.map_err(when("never began"))?;
            ("never began", old_key.to_owned())
        }
        Some("staged") if cell.cancel => {
            let cancelled = scene.run(&["--cancel"]);
            if !cancelled.status.success() {
                return Err(format!("cancel: {cancelled:?}"));
            }
            let cancelled = scene.oracle.assert_cancelled().await;
            cancelled.map_err(when("cancelled"))?;
            ("cancelled", old_key.to_owned())
        }
        Some(pending) => {
            if pending != "staged" {
                let refused = scene.run(&["--cancel"]);
                if refused.status.code() != Some(1) {
                    return Err(format!("what is committed was cancelled: {refused:?}"));
                }
            }
            let resumed = scene.run(&["--resume", "--acknowledge"]);
            if !resumed.status.success() {
                return Err(format!("resume: {resumed:?}"));
            }
            let key = key_of(&resumed);
            if shown.is_some_and(|shown| shown != key) {
                return Err("the resumed one has another key than the person was shown".to_owned());
            }
            let done = flow.assert_done(&scene.oracle, &key).await;
            done.map_err(when("resumed"))?;
            ("resumed", key)
        }
    };
    scene.end();
    Ok(ending)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_survives_a_kill_before_and_after_every_request() {
    matrix("kills", Flow::Reset, Kind::Own(LogsIn::WithPassword)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_approved_on_the_account_page_survives_a_kill_at_every_question() {
    matrix(
        "kills, approval on the account page",
        Flow::Reset,
        Kind::Own(LogsIn::WithOAuth),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_authorised_by_single_sign_on_survives_a_kill_at_every_question() {
    matrix("kills, single sign-on", Flow::Reset, Kind::Own(LogsIn::WithSso)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_reset_survives_a_kill_before_and_after_every_request() {
    matrix("kills, attached", Flow::Reset, Kind::Attached).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_survives_a_kill_before_and_after_every_request() {
    matrix("kills, new key", Flow::NewKey, Kind::Own(LogsIn::WithPassword)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_of_an_attached_session_survives_a_kill_before_and_after_every_request() {
    matrix("kills, new key, attached", Flow::NewKey, Kind::Attached).await;
}

/// Whether a request is one of those that a person in a browser is waited for with: the question and the looks before it. All
/// others are as they are with a password.
fn is_a_question(request: &NumberedRequest) -> bool {
    request.path.ends_with("/device_signing/upload")
        || request.path.ends_with("/keys/query")
        || request.path.contains("/account_data/") && request.method == "GET"
}

async fn matrix(name: &str, flow: Flow, kind: Kind) {
    let person = somebody(kind).await;
    let scene = Scene::set(flow, kind, &person, &person.old_key).await;
    let key = key_of(&scene.run(&["--acknowledge"]));
    let done = flow.assert_done(&scene.oracle, &key).await;
    done.expect("without kills it is whole");
    let mut requests = scene.proxy.numbered_requests();
    scene.end();

    if matches!(kind, Kind::Own(LogsIn::WithOAuth | LogsIn::WithSso)) {
        requests.retain(is_a_question);
    }
    let row = |(row, request): (usize, &NumberedRequest)| {
        let cell = |after| Cell {
            request: request.clone(),
            after,
            cancel: (row % 2 == 0) == after,
        };
        vec![cell(false), cell(true)]
    };
    let rows: Vec<Vec<Cell>> = requests.iter().enumerate().map(row).collect();
    let cells = part(name, rows, 1);
    let begin = async || {
        let person = somebody(kind).await;
        let old_key = person.old_key.clone();
        (person, old_key)
    };
    let run = async |(person, old_key): (Person, String), next: &Cell| {
        let (ending, key) = cell(flow, kind, &person, &old_key, next).await?;
        Ok((ending, (person, key)))
    };
    let endings = go_through(name, requests.len(), cells, begin, run).await;
    assert!(
        endings.contains_key("resumed") && endings.contains_key("cancelled"),
        "{endings:?}"
    );
}

/// Has every cell gone through, by a few workers at a time, and expects all of them to hold. Returns how often each ending was.
///
/// One account goes through many cells: each ends whole, with what the next one starts from. After a cell that failed another
/// one begins.
pub(crate) async fn go_through<C: Debug, S>(
    name: &str,
    requests: usize,
    cells: Vec<C>,
    begin: impl AsyncFn() -> S,
    run: impl AsyncFn(S, &C) -> Result<(&'static str, S), String>,
) -> BTreeMap<&'static str, usize> {
    let (start, count) = (Instant::now(), cells.len());
    let queue = Mutex::new(VecDeque::from(cells));
    let report = Mutex::new((BTreeMap::<&'static str, usize>::new(), Vec::new()));
    let workers = (0..WORKERS).map(|_| async {
        let mut state = None;
        loop {
            let Some(next) = queue.lock().expect("a queue").pop_front() else {
                break;
            };
            let from = match state {
                Some(state) => state,
                None => begin().await,
            };
            state = match run(from, &next).await {
                Ok((ending, state)) => {
                    *report.lock().expect("a report").0.entry(ending).or_default() += 1;
                    Some(state)
                }
                Err(error) => {
                    report.lock().expect("a report").1.push(format!("{next:?}: {error}"));
                    None
                }
            };
        }
    });
    futures_util::future::join_all(workers).await;
    let (endings, failures) = report.into_inner().expect("a report");
    println!(
        "{name}: {requests} requests, {count} cells in {:.0?}: {endings:?}",
        start.elapsed()
    );
    assert!(
        failures.is_empty(),
        "{} of {count} cells failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
    endings
}
