// SPDX-License-Identifier: Apache-2.0

//! A whole reset, ours beside matrix-sdk's (`Recovery::reset_identity`, then `Recovery::enable`), on accounts of the same
//! kind, through a proxy that delays.
//!
//! Ours does more in it: it keeps the old secret storage until the end, reads back what it stages, moves the room keys of
//! the old backup to the new one, and removes what is stale.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use keyward::{
    account::Account,
    login::Login,
    reset::{Confirmation, ResetOptions, ResetState},
    secret::{Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{FaultProxy, RecordedRequest, round_trips},
    synapse::Synapse,
    user::User,
};
use matrix_sdk::{encryption::CrossSigningResetAuthType, ruma::api::client::uiaa};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::verdict;

const LATENCIES: [u64; 4] = [0, 50, 100, 200];
/// Of each side, at each latency; the one in the middle counts.
const RUNS: usize = 3;
/// What the aims are about, in milliseconds.
const AIM_LATENCY: u64 = 100;
const AIM_RATIO: f64 = 0.35;
const AIM_ROUND_TRIPS: usize = 3;
/// Without a request for this long, nothing goes on in the background any more.
const QUIET: Duration = Duration::from_millis(300);

/// When the new key opens everything: these have been answered.
const OPENS_EVERYTHING: [(&str, &str); 3] = [
    ("PUT", "account_data/m.secret_storage.default_key"),
    ("POST", "room_keys/version"),
    ("POST", "keys/signatures/upload"),
];

/// One reset.
struct Run {
    requests: Vec<RecordedRequest>,
    start: Instant,
    /// What the caller called, and when it returned; the last one is the end of the reset.
    calls: Vec<(&'static str, Instant)>,
}

impl Run {
    fn wall(&self) -> Duration {
        self.calls.last().map_or(Duration::ZERO, |(_, end)| *end - self.start)
    }

    fn to_json(&self) -> Value {
        let mut json = json!({
            "requests": self.requests.len(),
            "round_trips": round_trips(&self.requests),
            "wall_ms": milliseconds(self.wall()),
        });
        if let Some((round_trips, time)) = self.after_password() {
            json["from_password"] = json!({ "round_trips": round_trips, "wall_ms": milliseconds(time) });
        }
        json
    }

    /// Round trips and time from the right password to the state in which the new key opens everything.
    fn after_password(&self) -> Option<(usize, Duration)> {
        let authorise = self.calls.iter().position(|(name, _)| *name == AUTHORISE)?;
        let since = self.calls[authorise.checked_sub(1)?].1;
        let after: Vec<_> = self.requests.iter().filter(|request| request.start >= since).collect();
        let ends = OPENS_EVERYTHING.map(|(method, path)| {
            let answered = |request: &&&RecordedRequest| request.method == method && request.path.ends_with(path);
            after.iter().find(answered)?.end
        });
        let end = ends.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max()?;
        let on_the_way = after
            .into_iter()
            .filter(|request| request.end.is_some_and(|request| request <= end));
        Some((round_trips(on_the_way), end - since))
    }

    /// Where the time goes: each call, and the requests by the waves that the critical path makes of them.
    fn print(&self, name: &str) {
        println!("\n  {name}, the run of {:.0} ms", milliseconds(self.wall()));
        println!(
            "\n    {:<28} {:>8} {:>11} {:>8} {:>17}",
            "call", "requests", "round trips", "ms", "without a request"
        );
        let mut start = self.start;
        for (call, end) in &self.calls {
            let requests: Vec<_> = self
                .requests
                .iter()
                .filter(|request| (start..*end).contains(&request.start))
                .collect();
            println!(
                "    {call:<28} {:>8} {:>11} {:>8.0} {:>14.0} ms",
                requests.len(),
                round_trips(requests.iter().copied()),
                milliseconds(*end - start),
                milliseconds(without_requests(start, *end, &requests)),
            );
            start = *end;
        }
        println!("\n    {:>4} {:>8} {:>8}  requests", "wave", "from ms", "to ms");
        for (number, wave) in waves(&self.requests).iter().enumerate() {
            for (index, request) in wave.iter().enumerate() {
                let number = if index == 0 {
                    (number + 1).to_string()
                } else {
                    String::new()
                };
                let at = |instant: Instant| milliseconds(instant - self.start);
                println!(
                    "    {number:>4} {:>8.0} {:>8.0}  {:<6} {} {}",
                    at(request.start),
                    request.end.map_or(f64::NAN, at),
                    request.method,
                    request.path.trim_start_matches("/_matrix/client/"),
                    request.status.map_or_else(String::new, |status| status.to_string()),
                );
            }
        }
    }
}

/// Measures everything and prints the tables.
pub(crate) async fn run(verbose: bool) -> Result<Value> {
    println!("\nReset beside matrix-sdk's, the middle one of {RUNS} runs each\n");
    println!("  {:>7} | {:^31} | {:^31} | {:>5}", "", "ours", "matrix-sdk", "");
    let columns = format!("{:>8} {:>11} {:>10}", "requests", "round trips", "wall");
    println!("  {:>7} | {columns} | {columns} | {:>5}", "latency", "ratio");
    let mut rows = Vec::new();
    for latency in LATENCIES {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(Box::pin(keyward(Duration::from_millis(latency))).await?);
            theirs.push(Box::pin(matrix_sdk(Duration::from_millis(latency))).await?);
        }
        let all = |runs: &[Run]| runs.iter().map(Run::to_json).collect::<Vec<_>>();
        let all = json!({ "ours": all(&ours), "matrix_sdk": all(&theirs) });
        let (ours, theirs) = (middle(ours), middle(theirs));
        let ratio = ours.wall().as_secs_f64() / theirs.wall().as_secs_f64();
        let columns = |run: &Run| {
            let (requests, trips) = (run.requests.len(), round_trips(&run.requests));
            format!("{requests:>8} {trips:>11} {:>7.0} ms", milliseconds(run.wall()))
        };
        println!(
            "  {latency:>4} ms | {} | {} | {ratio:>5.2}",
            columns(&ours),
            columns(&theirs)
        );
        rows.push(Row {
            latency,
            ours,
            theirs,
            ratio,
            all,
        });
    }

    println!("\n  From the right password to \"the new key opens everything\"");
    for row in &rows {
        let (round_trips, time) = row.ours.after_password().context("the reset did not come that far")?;
        println!(
            "  {:>4} ms: {round_trips} round trips, {:.0} ms",
            row.latency,
            milliseconds(time)
        );
    }
    let aim = rows
        .iter()
        .find(|row| row.latency == AIM_LATENCY)
        .context("the latency of the aim")?;
    let (trips, _) = aim.ours.after_password().context("the reset did not come that far")?;
    println!(
        "\n  Aim: a ratio of {AIM_RATIO} or less at {AIM_LATENCY} ms. {:.2}: {}.",
        aim.ratio,
        verdict(aim.ratio <= AIM_RATIO),
    );
    println!(
        "  Aim: at most {AIM_ROUND_TRIPS} round trips from the right password on. {trips}: {}.",
        verdict(trips <= AIM_ROUND_TRIPS),
    );
    if verbose {
        println!("\n  Where the time goes at {AIM_LATENCY} ms");
        aim.ours.print("Ours");
        aim.theirs.print("matrix-sdk's");
    }
    let json = rows.iter().map(|row| {
        json!({
            "latency_ms": row.latency,
            "ours": row.ours.to_json(),
            "matrix_sdk": row.theirs.to_json(),
            "ratio": row.ratio,
            "runs": row.all,
        })
    });
    Ok(json!({
        "rows": json.collect::<Vec<_>>(),
        "aim": {
            "latency_ms": AIM_LATENCY,
            "ratio": AIM_RATIO,
            "ratio_met": aim.ratio <= AIM_RATIO,
            "round_trips_from_password": AIM_ROUND_TRIPS,
            "round_trips_met": trips <= AIM_ROUND_TRIPS,
        },
    }))
}

struct Row {
    latency: u64,
    ours: Run,
    theirs: Run,
    ratio: f64,
    all: Value,
}

/// Somebody with an identity, secret storage, a key backup and a few messages; and the key that opens it all.
async fn person() -> Result<(User, String)> {
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await?;
    let phone = OtherClient::login(synapse.url(), &user).await?;
    let room = phone.create_encrypted_room(&[]).await?;
    phone.send_messages(&room, 3).await?;
    let key = phone.bootstrap().await?;
    Ok((user, key))
}

const AUTHORISE: &str = "authorise";

/// Keyward, logged in and unlocked for somebody, behind a proxy that delays from now on.
pub(crate) struct Ours {
    pub(crate) account: Account,
    pub(crate) proxy: FaultProxy,
    password: Password,
    _folder: TempDir,
}

pub(crate) async fn ours(latency: Duration) -> Result<Ours> {
    let (user, old_key) = person().await?;
    let proxy = FaultProxy::start(Synapse::shared().await.url())?;
    let folder = tempfile::tempdir()?;
    let homeserver = Homeserver::discover(proxy.url()).await?;
    let password = Password::new(user.password);
    let login = Login {
        user: user.user_id,
        password: password.clone(),
        session_name: "Benchmark".to_owned(),
    };
    let account = Box::pin(Account::login(&homeserver, login, folder.path(), &StoreKey::generate())).await?;
    let old_key = KeyInput::RecoveryKey(RecoveryKey::new(old_key));
    ensure!(
        Box::pin(account.unlock(&old_key)).await?.key_backup,
        "the old key does not open the key backup"
    );
    until_quiet(&proxy).await;
    proxy.reset();
    proxy.set_latency(latency);
    Ok(Ours {
        account,
        proxy,
        password,
        _folder: folder,
    })
}

/// The same of plain matrix-sdk, and whose account it is.
pub(crate) async fn theirs(latency: Duration) -> Result<(OtherClient, FaultProxy, User)> {
    let (user, old_key) = person().await?;
    let proxy = FaultProxy::start(Synapse::shared().await.url())?;
    let other = OtherClient::login(proxy.url(), &user).await?;
    other.recover(&old_key).await?;
    other.client().encryption().wait_for_e2ee_initialization_tasks().await;
    until_quiet(&proxy).await;
    proxy.reset();
    proxy.set_latency(latency);
    Ok((other, proxy, user))
}

async fn keyward(latency: Duration) -> Result<Run> {
    let Ours {
        account,
        proxy,
        password,
        _folder,
    } = ours(latency).await?;
    let start = Instant::now();
    let mut calls = Vec::new();
    let mut done = |call| calls.push((call, Instant::now()));
    let plan = Box::pin(account.plan_reset()).await?;
    done("plan");
    let mut reset = Box::pin(account.start_reset(&plan, ResetOptions::default())).await?;
    done("start");
    loop {
        match Box::pin(reset.advance()).await? {
            ResetState::SaveKey { .. } => {
                done("advance to the key");
                reset.confirm_saved(&Confirmation::Acknowledged).await?;
                done("confirm");
            }
            ResetState::Authorise { .. } => {
                done("advance to the password");
                Box::pin(reset.authorise(&password)).await?;
                done(AUTHORISE);
            }
            ResetState::HandOver { .. } => unreachable!("only an attached session is handed over"),
            ResetState::Done(_) => {
                done("advance to the end");
                break;
            }
        }
    }
    finish(&proxy, start, calls)
}

async fn matrix_sdk(latency: Duration) -> Result<Run> {
    let (other, proxy, user) = theirs(latency).await?;
    let encryption = other.client().encryption();
    let start = Instant::now();
    let mut calls = Vec::new();
    let mut done = |call| calls.push((call, Instant::now()));
    let recovery = encryption.recovery();
    let handle = Box::pin(recovery.reset_identity())
        .await?
        .context("the server wanted no authorisation")?;
    done("Recovery::reset_identity");
    let CrossSigningResetAuthType::Uiaa(challenge) = handle.auth_type() else {
        bail!("the server wants an approval in the browser");
    };
    let identifier = uiaa::UserIdentifier::Matrix(uiaa::MatrixUserIdentifier::new(user.localpart));
    let mut password = uiaa::Password::new(identifier, user.password);
    password.session = challenge.session.clone();
    Box::pin(handle.reset(Some(uiaa::AuthData::Password(password)))).await?;
    done("IdentityResetHandle::reset");
    Box::pin(recovery.enable().into_future()).await?;
    done("Recovery::enable");
    finish(&proxy, start, calls)
}

/// Waits until everything that a login sets off is over.
async fn until_quiet(proxy: &FaultProxy) {
    loop {
        let before = proxy.requests();
        tokio::time::sleep(QUIET).await;
        let now = proxy.requests();
        if now.len() == before.len() && now.iter().all(|request| request.end.is_some()) {
            return;
        }
    }
}

fn finish(proxy: &FaultProxy, start: Instant, calls: Vec<(&'static str, Instant)>) -> Result<Run> {
    let requests = proxy.requests();
    // What a client sends again would count as if the protocol needed it.
    if let Some(failed) = requests
        .iter()
        .find(|request| request.status.is_some_and(|status| status == 429 || status >= 500))
    {
        bail!("a request failed: {failed}");
    }
    Ok(Run { requests, start, calls })
}

/// The run with the median of the times.
fn middle(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(Run::wall);
    runs.swap_remove(runs.len() / 2)
}

/// The requests by their place on the critical path: one wave for each request of the longest chain (see
/// [`round_trips`]), with what was under way beside it.
fn waves(requests: &[RecordedRequest]) -> Vec<Vec<&RecordedRequest>> {
    let mut ended: Vec<_> = requests.iter().filter(|request| request.end.is_some()).collect();
    ended.sort_by_key(|request| request.end);
    let mut ends: Vec<Option<Instant>> = Vec::new();
    for request in ended {
        if ends.last().is_none_or(|last| Some(request.start) >= *last) {
            ends.push(request.end);
        }
    }
    let mut waves = vec![Vec::new(); ends.len()];
    for request in requests {
        let wave = ends.partition_point(|end| *end <= Some(request.start));
        // One that has no end may have begun after the last wave.
        if let Some(wave) = waves.get_mut(wave) {
            wave.push(request);
        }
    }
    waves
}

/// How much of a span had no request under way: the client's own work.
fn without_requests(start: Instant, end: Instant, requests: &[&RecordedRequest]) -> Duration {
    let (mut idle, mut covered) = (Duration::ZERO, start);
    // In the order of arrival.
    for request in requests {
        idle += request.start.saturating_duration_since(covered);
        covered = covered.max(request.end.unwrap_or(end));
    }
    idle + end.saturating_duration_since(covered)
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
