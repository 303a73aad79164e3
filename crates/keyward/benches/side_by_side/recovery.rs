// SPDX-License-Identifier: Apache-2.0

//! A new recovery key without a reset, ours beside matrix-sdk's (`Recovery::reset_key`), through a proxy that delays.
//!
//! Ours stages the new key beside the old one, reads it back, waits for the person, looks once more, and switches; then it
//! cleans up. matrix-sdk's switches first and writes the secrets afterwards. What is compared is the time from our first
//! staging request to the accepted `default_key`, and the whole of matrix-sdk's call.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use keyward::recovery::{Confirmation, RecoveryOptions, RecoveryState};
use keyward_testing::proxy::round_trips;
use serde_json::{Value, json};

use crate::{
    reset::{milliseconds, ours, theirs},
    verdict,
};

const LATENCIES: [u64; 2] = [0, 100];
/// Of each side, at each latency; the one in the middle counts.
const RUNS: usize = 3;
const AIM_LATENCY: u64 = 100;
const AIM_RATIO: f64 = 0.5;

/// One new key.
struct Run {
    /// What is compared.
    switched: Duration,
    /// The whole of it.
    wall: Duration,
    requests: usize,
    round_trips: usize,
}

pub(crate) async fn run() -> Result<Value> {
    println!("\nA new recovery key beside matrix-sdk's, the middle one of {RUNS} runs each\n");
    let columns = format!(
        "{:>8} {:>11} {:>11} {:>10}",
        "requests", "round trips", "in force", "wall"
    );
    println!("  {:>7} | {:^43} | {:^43} |", "", "ours", "matrix-sdk");
    println!("  {:>7} | {columns} | {columns} | {:>5}", "latency", "ratio");
    let (mut rows, mut at_aim) = (Vec::new(), None);
    for latency in LATENCIES {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(Box::pin(keyward(Duration::from_millis(latency))).await?);
            theirs.push(Box::pin(matrix_sdk(Duration::from_millis(latency))).await?);
        }
        let (ours, theirs) = (middle(ours), middle(theirs));
        let ratio = ours.switched.as_secs_f64() / theirs.switched.as_secs_f64();
        let columns = |run: &Run| {
            format!(
                "{:>8} {:>11} {:>8.0} ms {:>7.0} ms",
                run.requests,
                run.round_trips,
                milliseconds(run.switched),
                milliseconds(run.wall)
            )
        };
        println!(
            "  {latency:>4} ms | {} | {} | {ratio:>5.2}",
            columns(&ours),
            columns(&theirs)
        );
        if latency == AIM_LATENCY {
            at_aim = Some(ratio);
        }
        let figures = |run: &Run| {
            json!({
                "requests": run.requests,
                "round_trips": run.round_trips,
                "in_force_ms": milliseconds(run.switched),
                "wall_ms": milliseconds(run.wall),
            })
        };
        rows.push(json!({
            "latency_ms": latency,
            "ours": figures(&ours),
            "matrix_sdk": figures(&theirs),
            "ratio": ratio,
        }));
    }
    let ratio = at_aim.context("the latency of the aim")?;
    println!(
        "\n  Aim: in force in {AIM_RATIO} of the time or less at {AIM_LATENCY} ms. {ratio:.2}: {}.",
        verdict(ratio <= AIM_RATIO)
    );
    Ok(json!({"rows": rows, "aim": {"latency_ms": AIM_LATENCY, "ratio": AIM_RATIO, "met": ratio <= AIM_RATIO}}))
}

async fn keyward(latency: Duration) -> Result<Run> {
    let ours = ours(latency).await?;
    let start = Instant::now();
    let mut recovery = Box::pin(ours.account.start_recovery(RecoveryOptions::default())).await?;
    while let RecoveryState::SaveKey { .. } = Box::pin(recovery.advance()).await? {
        recovery.confirm_saved(&Confirmation::Acknowledged).await?;
    }
    let wall = start.elapsed();
    let requests = ours.proxy.requests();
    let writes = |end: &str| {
        requests
            .iter()
            .find(|request| request.method == "PUT" && request.path.contains(end))
    };
    let staged = writes("account_data/").context("nothing was staged")?.start;
    let switched = writes("account_data/m.secret_storage.default_key").and_then(|request| request.end);
    Ok(Run {
        switched: switched.context("it was not switched")? - staged,
        wall,
        requests: requests.len(),
        round_trips: round_trips(&requests),
    })
}

async fn matrix_sdk(latency: Duration) -> Result<Run> {
    let (other, proxy, _) = theirs(latency).await?;
    let start = Instant::now();
    Box::pin(other.client().encryption().recovery().reset_key().into_future()).await?;
    let wall = start.elapsed();
    let requests = proxy.requests();
    Ok(Run {
        switched: wall,
        wall,
        requests: requests.len(),
        round_trips: round_trips(&requests),
    })
}

/// The run with the median of the times.
fn middle(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(|run| run.switched);
    runs.swap_remove(runs.len() / 2)
}
