// SPDX-License-Identifier: Apache-2.0

//! From a restored session to the list of sessions, ours beside what an ordinary client does on matrix-sdk: its first
//! synchronisation, then `Client::devices` and the device keys in its store. With and without joined rooms.
//!
//! Ours is measured from opening the store, matrix-sdk's with its store open. Ours has more in the list: pushers,
//! client information, notification settings.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use keyward::{
    account::Account,
    login::Login,
    secret::{Password, StoreKey},
    server::Homeserver,
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{FaultProxy, RecordedRequest, round_trips},
    synapse::Synapse,
    user::{PlainSession, User},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::verdict;

const ROOMS: [usize; 2] = [0, 500];
/// Of each side, with each number of rooms; the one in the middle counts.
const RUNS: usize = 3;
const AIM_ROUND_TRIPS: usize = 2;
/// What "as fast with many rooms as with none" allows, for the machine is shared.
const AIM_GROWTH: f64 = 1.5;
/// Rooms that are made at the same time.
const AT_ONCE: usize = 8;

/// One way to the list.
struct Run {
    requests: Vec<RecordedRequest>,
    start: Instant,
    wall: Duration,
}

impl Run {
    /// Takes what the proxy saw since it was reset.
    fn finish(proxy: &FaultProxy, start: Instant) -> Result<Self> {
        let wall = start.elapsed();
        let requests = proxy.requests();
        // What a client sends again would count as if the protocol needed it.
        if let Some(failed) = requests
            .iter()
            .find(|request| request.status.is_some_and(|status| status == 429 || status >= 500))
        {
            bail!("a request failed: {failed}");
        }
        Ok(Self { requests, start, wall })
    }

    fn round_trips(&self) -> usize {
        round_trips(&self.requests)
    }

    /// Where the time goes.
    fn print(&self, name: &str) {
        println!("\n  {name}, the run of {:.0} ms", self.milliseconds());
        println!("\n    {:>8} {:>8}  requests", "from ms", "to ms");
        for request in &self.requests {
            let at = |instant: Instant| (instant - self.start).as_secs_f64() * 1000.0;
            println!(
                "    {:>8.0} {:>8.0}  {:<6} {} {}",
                at(request.start),
                request.end.map_or(f64::NAN, at),
                request.method,
                request.path.trim_start_matches("/_matrix/client/"),
                request.status.map_or_else(String::new, |status| status.to_string()),
            );
        }
    }

    fn milliseconds(&self) -> f64 {
        self.wall.as_secs_f64() * 1000.0
    }

    fn to_json(&self) -> Value {
        json!({ "requests": self.requests.len(), "round_trips": self.round_trips(), "wall_ms": self.milliseconds() })
    }
}

/// Measures everything and prints the table.
pub(crate) async fn run(verbose: bool) -> Result<Value> {
    println!("\nThe list of sessions beside matrix-sdk's first synchronisation, the middle one of {RUNS} runs each\n");
    println!("  {:>5} | {:^31} | {:^31} | {:>5}", "", "ours", "matrix-sdk", "");
    let columns = format!("{:>8} {:>11} {:>10}", "requests", "round trips", "wall");
    println!("  {:>5} | {columns} | {columns} | {:>5}", "rooms", "ratio");
    let mut rows = Vec::new();
    for rooms in ROOMS {
        let user = person(rooms).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(Box::pin(keyward(&user)).await?);
            theirs.push(Box::pin(matrix_sdk(&user, rooms)).await?);
        }
        let most_round_trips = ours.iter().map(Run::round_trips).max().context("no runs")?;
        let all = |runs: &[Run]| runs.iter().map(Run::to_json).collect::<Vec<_>>();
        let all = json!({ "ours": all(&ours), "matrix_sdk": all(&theirs) });
        let (ours, theirs) = (middle(ours), middle(theirs));
        let ratio = ours.wall.as_secs_f64() / theirs.wall.as_secs_f64();
        let columns = |run: &Run| {
            format!(
                "{:>8} {:>11} {:>7.0} ms",
                run.requests.len(),
                run.round_trips(),
                run.milliseconds()
            )
        };
        println!(
            "  {rooms:>5} | {} | {} | {ratio:>5.2}",
            columns(&ours),
            columns(&theirs)
        );
        rows.push((rooms, ours, theirs, ratio, most_round_trips, all));
    }

    let most_round_trips = rows.iter().map(|row| row.4).max().context("no rows")?;
    let (Some(none), Some(many)) = (rows.first(), rows.last()) else {
        bail!("no rows");
    };
    let growth = many.1.wall.as_secs_f64() / none.1.wall.as_secs_f64();
    println!(
        "\n  Aim: at most {AIM_ROUND_TRIPS} round trips. {most_round_trips}: {}.",
        verdict(most_round_trips <= AIM_ROUND_TRIPS)
    );
    println!(
        "  Aim: with {} rooms as fast as with none (at most {AIM_GROWTH} times). {growth:.2}: {}.",
        many.0,
        verdict(growth <= AIM_GROWTH)
    );
    if verbose {
        for (rooms, ours, theirs, ..) in &rows {
            ours.print(&format!("Ours with {rooms} rooms"));
            theirs.print(&format!("matrix-sdk's with {rooms} rooms"));
        }
    }
    let json = rows.iter().map(|(rooms, ours, theirs, ratio, _, all)| {
        json!({
            "rooms": rooms,
            "ours": ours.to_json(),
            "matrix_sdk": theirs.to_json(),
            "ratio": ratio,
            "runs": all,
        })
    });
    Ok(json!({
        "rows": json.collect::<Vec<_>>(),
        "aim": {
            "round_trips": AIM_ROUND_TRIPS,
            "round_trips_met": most_round_trips <= AIM_ROUND_TRIPS,
            "growth": AIM_GROWTH,
            "growth_met": growth <= AIM_GROWTH,
        },
    }))
}

/// Somebody with this many joined rooms.
async fn person(rooms: usize) -> Result<User> {
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await?;
    let session = PlainSession::login(synapse.url(), &user, Some("Room maker")).await?;
    let room = json!({ "preset": "private_chat" });
    stream::iter(0..rooms)
        .map(|_| session.request_ok(Method::POST, "/v3/createRoom", Some(&room)))
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    Ok(user)
}

async fn keyward(user: &User) -> Result<Run> {
    let proxy = FaultProxy::start(Synapse::shared().await.url())?;
    let folder = tempfile::tempdir()?;
    let homeserver = Homeserver::discover(proxy.url()).await?;
    let login = Login {
        user: user.user_id.clone(),
        password: Password::new(user.password.clone()),
        session_name: "Benchmark".to_owned(),
    };
    let key = StoreKey::generate();
    let account = Box::pin(Account::login(&homeserver, login, folder.path(), &key)).await?;
    let device_id = account.device_id().to_owned();
    account.close().await?;
    drop(account);
    proxy.reset();

    let start = Instant::now();
    let account = Box::pin(Account::restore(folder.path(), &key)).await?;
    let list = Box::pin(account.sessions()).await?;
    let run = Run::finish(&proxy, start)?;
    ensure!(list.current.device_id == device_id, "this is not our session");
    Ok(run)
}

async fn matrix_sdk(user: &User, rooms: usize) -> Result<Run> {
    let proxy = FaultProxy::start(Synapse::shared().await.url())?;
    let other = OtherClient::login_without_sync(proxy.url(), user).await?;
    let client = other.client();
    let user_id = client.user_id().context("it is logged in")?;
    proxy.reset();

    let start = Instant::now();
    other.sync_once().await?;
    let devices = Box::pin(client.devices()).await?;
    let keys = Box::pin(client.encryption().get_user_devices(user_id)).await?;
    let run = Run::finish(&proxy, start)?;
    ensure!(client.joined_rooms().len() == rooms, "not all rooms are there");
    ensure!(
        devices
            .devices
            .iter()
            .any(|device| keys.get(&device.device_id).is_some()),
        "no session has keys"
    );
    Ok(run)
}

/// The run with the median of the times.
fn middle(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(|run| run.wall);
    runs.swap_remove(runs.len() / 2)
}
