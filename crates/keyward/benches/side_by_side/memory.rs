// SPDX-License-Identifier: Apache-2.0

//! A reset of somebody who has many room keys: time and memory of each step, and whether its progress is true.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::{Context as _, Result, bail, ensure};
use keyward::{
    account::Account,
    login::Login,
    reset::{Confirmation, OldBackup, Progress, ResetOptions, ResetState, Step},
    secret::{Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
};
use keyward_testing::{other_client::OtherClient, synapse::Synapse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    child::{self, Person},
    mb, verdict,
};

const ROOM_KEYS: u64 = 20_000;
const AIM_BYTES: u64 = 200_000_000;

/// Whose account to reset.
#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    url: String,
    person: Person,
    old_key: String,
}

/// A step of the reset.
#[derive(Serialize, Deserialize)]
pub(crate) struct Row {
    step: String,
    seconds: f64,
    peak_bytes: u64,
}

/// Makes the account, lets a process of its own reset it, and shows what that took.
pub(crate) async fn run() -> Result<Value> {
    println!("\nReset with {ROOM_KEYS} room keys in the old key backup, which come down and go up again\n");
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await?;
    let phone = OtherClient::login(synapse.url(), &user).await?;
    let old_key = phone.bootstrap().await?;
    phone.make_room_keys(usize::try_from(ROOM_KEYS)?).await?;

    let job = Job {
        url: synapse.url().to_owned(),
        person: Person::from(&user),
        old_key,
    };
    let rows: Vec<Row> = child::run(&child::Job::Reset(job)).await?;
    println!("  {:<44} {:>8} {:>9}", "step", "seconds", "peak MB");
    for row in &rows {
        println!("  {:<44} {:>8.2} {:>9.1}", row.step, row.seconds, mb(row.peak_bytes));
    }
    let seconds: f64 = rows.iter().map(|row| row.seconds).sum();
    let peak = rows.iter().map(|row| row.peak_bytes).max().context("no steps")?;
    println!("  {:<44} {seconds:>8.2} {:>9.1}", "all", mb(peak));
    println!(
        "\n  The progress was true: never back, {ROOM_KEYS} in all from its first word on, and they were reached."
    );
    println!(
        "  Aim: under {:.0} MB. {:.1} MB: {}.",
        mb(AIM_BYTES),
        mb(peak),
        verdict(peak < AIM_BYTES)
    );
    Ok(json!({
        "room_keys": ROOM_KEYS,
        "steps": rows,
        "seconds": seconds,
        "peak_bytes": peak,
        "aim_bytes": AIM_BYTES,
        "met": peak < AIM_BYTES,
    }))
}

/// Closes a row whenever another step begins.
struct Stopwatch {
    rows: Vec<Row>,
    /// The reset's own steps are named by what it reports, everything else by hand.
    name: String,
    since: Instant,
    seen: Vec<Progress>,
}

impl Stopwatch {
    fn enter(&mut self, name: &str) -> Result<()> {
        if self.name == name {
            return Ok(());
        }
        let row = Row {
            step: std::mem::replace(&mut self.name, name.to_owned()),
            seconds: self.since.elapsed().as_secs_f64(),
            peak_bytes: child::peak()?,
        };
        self.rows.push(row);
        child::forget_peak()?;
        self.since = Instant::now();
        Ok(())
    }
}

/// Logs in, unlocks and resets. Runs in a process of its own.
pub(crate) async fn work(job: Job) -> Result<Vec<Row>> {
    let watch = Stopwatch {
        rows: Vec::new(),
        name: "log in".to_owned(),
        since: Instant::now(),
        seen: Vec::new(),
    };
    let watch = Arc::new(Mutex::new(watch));
    let enter = |name| watch.lock().expect("nobody panics while holding it").enter(name);

    let folder = tempfile::tempdir()?;
    let homeserver = Homeserver::discover(&job.url).await?;
    let password = Password::new(job.person.password);
    let login = Login {
        user: job.person.user_id,
        password: password.clone(),
        session_name: "Benchmark".to_owned(),
    };
    let account = Box::pin(Account::login(&homeserver, login, folder.path(), &StoreKey::generate())).await?;
    enter("unlock")?;
    let old_key = KeyInput::RecoveryKey(RecoveryKey::new(job.old_key));
    ensure!(
        Box::pin(account.unlock(&old_key)).await?.key_backup,
        "the old key does not open the key backup"
    );

    enter("plan")?;
    let plan = Box::pin(account.plan_reset()).await?;
    let progress = {
        let watch = watch.clone();
        Arc::new(move |progress: Progress| {
            let mut watch = watch.lock().expect("nobody panics while holding it");
            watch.seen.push(progress);
            watch
                .enter(name(progress.step))
                .expect("the memory was measured before");
        })
    };
    let options = ResetOptions {
        progress: Some(progress),
        ..ResetOptions::default()
    };
    let mut reset = Box::pin(account.start_reset(&plan, options)).await?;
    let outcome = loop {
        match Box::pin(reset.advance()).await? {
            ResetState::SaveKey { .. } => reset.confirm_saved(&Confirmation::Acknowledged).await?,
            ResetState::Authorise { .. } => {
                enter("authorise")?;
                Box::pin(reset.authorise(&password)).await?;
            }
            ResetState::HandOver { .. } => unreachable!("only an attached session is handed over"),
            ResetState::Done(outcome) => break outcome,
        }
    };
    enter("")?;
    ensure!(
        outcome.old_backup == OldBackup::Drained,
        "the old backup was not drained: {:?}",
        outcome.old_backup
    );
    ensure!(
        outcome.room_keys_backed_up == ROOM_KEYS,
        "{} keys are backed up",
        outcome.room_keys_backed_up
    );
    let mut watch = watch.lock().expect("nobody panics while holding it");
    for step in [Step::FetchOldBackup, Step::BackUp] {
        check(step, &watch.seen)?;
    }
    Ok(std::mem::take(&mut watch.rows))
}

fn name(step: Step) -> &'static str {
    match step {
        Step::FetchOldBackup => "take the old backup's keys in",
        Step::Export => "export",
        Step::MakeKeys => "make the new keys",
        // The download has no progress to show before the reply is here.
        Step::Stage => "stage, until the old backup's first key",
        Step::Bind => "bind",
        Step::BackUp => "fill the new backup",
        Step::CleanUp => "clean up",
    }
}

/// Whether the progress of a step never went back, knew the total all along, and reached it.
fn check(step: Step, seen: &[Progress]) -> Result<()> {
    let seen: Vec<_> = seen.iter().filter(|progress| progress.step == step).collect();
    ensure!(
        seen.is_sorted_by_key(|progress| progress.done),
        "{step:?}: the progress went back"
    );
    if let Some(wrong) = seen.iter().find(|progress| progress.total != ROOM_KEYS) {
        bail!("{step:?}: the total was {} of {ROOM_KEYS}", wrong.total);
    }
    let last = seen.last().with_context(|| format!("{step:?} has no progress"))?;
    ensure!(last.done == ROOM_KEYS, "{step:?}: the progress ended at {}", last.done);
    Ok(())
}
