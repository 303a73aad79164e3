// SPDX-License-Identifier: Apache-2.0

//! The process is killed (SIGKILL) before and after every request of `keyward doctor --fix`, over accounts that have several
//! troubles at once. After each kill nothing is lost, and the same command ends with the account in order. Faults that a process
//! survives are `crates/keyward/tests/it/repair_matrix.rs`'s, one trouble at a time.

use std::{
    fs, io,
    process::{ChildStdout, Command},
    sync::Mutex,
};

use keyward_testing::{
    oracle::{Backups, Oracle},
    part::part,
    person::Person,
    proxy::{Fault, FaultProxy, NumberedRequest, Rule},
    server_state::{Allowed, BACKUP_SECRET, DEHYDRATED_DEVICE, ServerState, readable},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::{App, Run, finish},
    kill_matrix::{Victim, go_through, when},
};

/// Where the terminal app finds the person's key.
const KEY: &str = "KEYWARD_RECOVERY_KEY";
/// The entry of secret storage that another client has blanked.
const BLANKED: &str = "m.cross_signing.user_signing";
/// What the account's data say of a backup.
const FLAGS: [&str; 2] = ["m.key_backup", "m.org.matrix.custom.backup_disabled"];
/// How many requests that change something have one cell in a run that is not whole.
const CHANGES: usize = 3;
/// The same of the many requests that only look: between two changes they are much alike.
const LOOKS: usize = 25;
/// From so many cells on, some are at the last look, which finds everything in order.
const MANY_CELLS: usize = 100;

/// What has happened to the account. Each time a dehydrated device that the identity has not signed is there, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    /// The server has lost the signature of this session, whose verification ended there. An entry of secret storage is blank,
    /// and the account's data say that no backup is wanted.
    Unsigned,
    /// There is no backup, and nothing of it in secret storage, where another entry is blank.
    NoBackup,
    /// Another client has made an empty version of the backup, with the same key, that is not in secret storage. The account's
    /// data say that no backup is wanted.
    EmptyBackup,
}

/// One request of the run, and the moment at which the process is killed.
#[derive(Clone, Debug)]
struct Cell {
    request: NumberedRequest,
    after: bool,
}

/// Somebody whose terminal app holds the private keys and the history.
struct Patient {
    person: Person,
    app: App,
    proxy: FaultProxy,
    device_id: String,
    /// The dehydrated device, as an upload has it.
    sleeper: Value,
}

impl Past {
    /// What is found, the order aside.
    fn troubles(self) -> &'static [&'static str] {
        match self {
            Self::Unsigned => &[
                "backup.flag_contradicts",
                "dehydrated.foreign",
                "secret_storage.incomplete",
                "session.unverified",
            ],
            Self::NoBackup => &["backup.missing", "dehydrated.foreign", "secret_storage.incomplete"],
            Self::EmptyBackup => &[
                "backup.behind",
                "backup.flag_contradicts",
                "dehydrated.foreign",
                "secret_storage.incomplete",
            ],
        }
    }

    /// What is found when some of it is mended.
    fn on_the_way(self) -> &'static [&'static str] {
        match self {
            // Only whoever is verified can tell that the backup is the account's.
            Self::Unsigned => &["backup.key_elsewhere"],
            // The process was killed when the version was made, and not yet opened, or filled.
            Self::NoBackup => &["backup.key_elsewhere", "backup.behind"],
            Self::EmptyBackup => &[],
        }
    }

    fn command(self) -> Vec<&'static str> {
        let codes = [self.troubles(), self.on_the_way()].concat();
        [&["--json", "doctor", "--fix"], &codes[..], &["--acknowledge"]].concat()
    }

    /// Takes out what the repairs are there to change.
    fn take_out(self, state: &mut ServerState, device_id: &str) {
        let written = |name: &str| [BLANKED, BACKUP_SECRET].contains(&name) || FLAGS.contains(&name);
        state.account_data.retain(|name, _| !written(name));
        state.backups.clear();
        state.current_backup = None;
        state.dehydrated_device = None;
        if self == Self::Unsigned {
            state.device_keys.remove(device_id);
        }
    }
}

impl Patient {
    async fn new() -> Self {
        let person = Person::with_history().await;
        let (app, proxy) = App::behind_a_proxy(&person.user).await;
        let device_id = app.device_id();
        app.unlock(&person.old_key);
        let recovered = app.json(&["keys", "recover"], &[("KEYWARD_OLD_RECOVERY_KEY", &person.old_key)]);
        assert_ne!(recovered["room_keys_recovered"], 0, "no history");
        let sleeper = person.unsigned_dehydrated_device().await.expect("a sleeper");
        Self {
            person,
            app,
            proxy,
            device_id,
            sleeper,
        }
    }

    /// Breaks the account. The oracle has seen it whole.
    async fn break_it(&mut self, past: Past) -> Oracle {
        if past == Past::Unsigned {
            self.log_in_without_a_signature().await;
        }
        let Person { observer, old_key, .. } = &self.person;
        let store_key = fs::read(self.app.data_dir().join("store.key")).expect("a key file");
        let store_key = store_key.try_into().expect("32 bytes");
        let oracle = Oracle::new(observer.clone(), &self.device_id, &self.app.data_dir(), store_key).await;
        let oracle = oracle
            .expect("a first look")
            .with_old_key(old_key)
            .expect("the key opens");
        let oracle = oracle.with_room_keys(self.person.history.iter().map(|message| message.room_key()));

        let set = async |name, content| observer.set_account_data(name, &content).await.expect("written");
        let request = async |method, path: &str, body: Option<&Value>| {
            observer.request_ok(method, path, body).await.expect("done");
        };
        if past == Past::EmptyBackup {
            let old = observer.get("/v3/room_keys/version").await.expect("a backup");
            let same = json!({"algorithm": old["algorithm"], "auth_data": old["auth_data"]});
            request(Method::POST, "/v3/room_keys/version", Some(&same)).await;
        }
        if past != Past::Unsigned {
            for version in oracle.before().server.backups.keys() {
                let path = format!("/v3/room_keys/version/{version}");
                request(Method::DELETE, &path, None).await;
            }
            set(BACKUP_SECRET, json!({})).await;
        }
        if past != Past::EmptyBackup {
            set(BLANKED, json!({})).await;
        }
        if past != Past::NoBackup {
            set(FLAGS[0], json!({"enabled": false})).await;
        }
        request(Method::PUT, DEHYDRATED_DEVICE, Some(&self.sleeper)).await;
        self.proxy.reset();
        oracle
    }

    /// The old session is given up for one that has the private keys, and whose signature the server takes and does not keep.
    async fn log_in_without_a_signature(&mut self) {
        self.app.json(&["logout", "--discard-keys"], &[]);
        (self.app, self.proxy) = App::behind_a_proxy(&self.person.user).await;
        self.device_id = self.app.device_id();
        let nothing = Fault::Reply(StatusCode::OK, json!({"failures": {}}));
        let signatures = |_: &str, path: &str| path.ends_with("/keys/signatures/upload");
        self.proxy.arm(Rule::new(nothing).on(signatures).for_ever());
        let unlocked = self.run(&["--json", "unlock"]).await;
        unlocked.expect_error(1, "unlock.not_signed");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.app.command(arguments);
        command.env(KEY, &self.person.old_key);
        command
    }

    /// Runs it to its end, with the key at hand. The other cells go on meanwhile.
    async fn run(&self, arguments: &[&str]) -> Run {
        let command = self.command(arguments);
        blocking(move || finish(command)).await
    }

    async fn on_server(&self) -> Result<ServerState, String> {
        ServerState::read(&self.person.observer).await.map_err(when("a look"))
    }

    /// Runs the repairs to their end. Returns how many things were mended.
    async fn mend(&self, past: Past) -> Result<usize, String> {
        let run = self.run(&past.command()).await;
        let lines = run.lines();
        let is_healthy = lines.last().is_some_and(|report| report["healthy"] == true);
        match run.status.success() && is_healthy {
            true => Ok(lines.iter().filter(|line| line["status"] == "fixed").count()),
            false => Err(format!("it is not mended: {run:#?}")),
        }
    }

    /// Nothing is left to be done, and nothing is done.
    async fn mend_in_vain(&self, past: Past) -> Result<(), String> {
        let before = self.on_server().await?;
        let mended = self.mend(past).await?;
        let differences = before.diff(&self.on_server().await?, Allowed::Nothing);
        match mended == 0 && differences.is_empty() {
            true => Ok(()),
            false => Err(format!("another run mends {mended}: {}", readable(&differences))),
        }
    }

    /// The troubles are there, and no others.
    async fn expect_broken(&self, past: Past) {
        let run = self.run(&["--json", "doctor"]).await;
        run.expect_exit(5);
        let report = run.lines().pop().expect("a report");
        let findings = report["findings"].as_array().expect("findings").iter();
        // The dehydrated device is a session that is not verified, too.
        let grave =
            findings.filter(|finding| finding["severity"] != "info" && finding["code"] != "sessions.unverified");
        let mut codes: Vec<_> = grave.map(|finding| finding["code"].as_str().expect("a code")).collect();
        codes.sort_unstable();
        assert_eq!(codes, past.troubles(), "{report}");
    }

    /// Right after the kill. An entry that another client has blanked leads nowhere until it is written again.
    async fn judge(&self, oracle: &Oracle) -> Result<(), String> {
        let (now, key) = (
            oracle.look().await.map_err(when("a look"))?,
            Some(&*self.person.old_key),
        );
        let judged = oracle.i1_the_private_keys_are_on_the_device(&now);
        judged.map_err(when("after the kill"))?;
        let readable = oracle.i2_room_keys_are_readable(&now, key, Backups::All);
        readable.await.map_err(when("after the kill"))?;
        if !now.server.ciphertexts(BLANKED).is_empty() {
            let leads = oracle.i4_a_held_key_leads_to_the_identity(&now, key);
            leads.map_err(when("after the kill"))?;
        }
        Ok(())
    }

    /// When it is mended.
    async fn judge_mended(&self, past: Past, oracle: &Oracle) -> Result<(), String> {
        let (mut now, key) = (oracle.look().await.map_err(when("a look"))?, &*self.person.old_key);
        let judged = oracle
            .i1_the_private_keys_are_on_the_device(&now)
            .and_then(|()| oracle.i3_this_session_is_signed(&now))
            .and_then(|()| oracle.i3_the_backup_is_signed_and_held(&now, key))
            .and_then(|()| oracle.i4_a_held_key_leads_to_the_identity(&now, Some(key)));
        judged.map_err(when("mended"))?;
        // The backup has the history even if this session is lost.
        now.device.room_keys.clear();
        let readable_now = oracle.i2_room_keys_are_readable(&now, Some(key), Backups::Current);
        readable_now.await.map_err(when("mended"))?;
        let (mut before, mut after) = (oracle.before().server.clone(), now.server);
        past.take_out(&mut before, &self.device_id);
        past.take_out(&mut after, &self.device_id);
        let differences = before.diff(&after, Allowed::Nothing);
        match differences.is_empty() {
            true => Ok(()),
            false => Err(format!("something else has changed: {}", readable(&differences))),
        }
    }
}

/// Does what blocks on a thread of its own, so that the other cells go on.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

/// Runs one cell. Returns what happened in a word.
async fn run(past: Past, mut patient: Patient, cell: &Cell) -> Result<(&'static str, Patient), String> {
    let oracle = patient.break_it(past).await;
    let (victim, command) = (Victim::default(), patient.command(&past.command()));
    patient.proxy.arm(victim.at(&cell.request, cell.after));
    let read = |mut output: ChildStdout| io::copy(&mut output, &mut io::sink());
    let (_, ended) = blocking(move || victim.run(command, read)).await;
    // What was on its way arrives.
    let are_answered = patient
        .proxy
        .until(|requests| requests.iter().all(|request| request.end.is_some()));
    are_answered.await;
    patient.proxy.disarm();
    patient.judge(&oracle).await?;
    let status = patient.run(&["--json", "status"]).await;
    status.expect_exit(0);
    let status = status.lines().pop().expect("a status");
    if status["pending"] != json!([]) {
        return Err(format!("something is pending: {status}"));
    }
    let mended = patient.mend(past).await?;
    patient.mend_in_vain(past).await?;
    patient.judge_mended(past, &oracle).await?;
    let ending = match (ended.success(), mended) {
        (true, _) => "was not killed",
        (false, 0) => "went through",
        (false, _) => "done again",
    };
    Ok((ending, patient))
}

/// The requests of a run that nobody kills, and the account for the first cells.
async fn requests_of(past: Past) -> (Vec<NumberedRequest>, Patient) {
    let mut patient = Patient::new().await;
    let oracle = patient.break_it(past).await;
    patient.expect_broken(past).await;
    patient.proxy.reset();
    let mended = patient.mend(past).await.expect("mended");
    assert!(mended >= past.troubles().len(), "each is mended");
    let requests = patient.proxy.numbered_requests();
    patient.mend_in_vain(past).await.expect("in order");
    let judged = patient.judge_mended(past, &oracle).await;
    judged.expect("without kills it is whole");
    (requests, patient)
}

/// Whether it writes anything. A query of keys has its question in a body.
fn changes(request: &NumberedRequest) -> bool {
    request.method != "GET" && !request.path.ends_with("/keys/query")
}

async fn matrix(name: &str, past: Past) {
    let (requests, patient) = Box::pin(requests_of(past)).await;
    let cells_of = |request: &NumberedRequest| {
        [false, true].map(|after| Cell {
            request: request.clone(),
            after,
        })
    };
    let (changing, looking): (Vec<_>, Vec<_>) = requests.iter().partition(|request| changes(request));
    let rows = changing.chunks(CHANGES).chain(looking.chunks(LOOKS));
    let rows = rows.map(|row| row.iter().copied().flat_map(cells_of).collect());
    let cells = part(name, rows.collect(), 1);
    let are_many = cells.len() >= MANY_CELLS;
    let first = Mutex::new(Some(patient));
    let begin = async || {
        let first = first.lock().expect("the first").take();
        match first {
            Some(patient) => patient,
            None => Box::pin(Patient::new()).await,
        }
    };
    let run = async |patient, cell: &Cell| Box::pin(run(past, patient, cell)).await;
    let endings = go_through(name, requests.len(), cells, begin, run).await;
    assert!(
        !are_many || endings.contains_key("went through") && endings.contains_key("done again"),
        "{endings:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mending_an_unsigned_session_and_more_survives_a_kill_before_and_after_every_request() {
    matrix("kills, an unsigned session mended", Past::Unsigned).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_backup_and_more_survives_a_kill_before_and_after_every_request() {
    matrix("kills, a backup made", Past::NoBackup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filling_a_backup_and_more_survives_a_kill_before_and_after_every_request() {
    matrix("kills, a backup filled", Past::EmptyBackup).await;
}
