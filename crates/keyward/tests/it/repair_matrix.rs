// SPDX-License-Identifier: Apache-2.0

//! Every request of each repair, times every way in which a network or a server can fail it, once and for good, or deliver it
//! late, in the middle of the next command; and the end of the process there. Nothing is lost by it, and doing it again ends
//! with the account in order.

use std::{
    fs,
    io::ErrorKind,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use keyward::{
    doctor::{Asked, Code, RepairError, Report, Severity},
    error::FlowError as _,
    facts::KeyBackupStatus,
    reset::{OldBackup, ResetOptions},
};
use keyward_testing::{
    oracle::Backups,
    proxy::{Fault, NumberedRequest, Rule},
    server_state::{Allowed, BACKUP_SECRET, DEFAULT_KEY, DEHYDRATED_DEVICE, ServerState, readable},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::{
    common::{Keyward, Person, commit, key, start},
    fault_matrix::{Cell, Cells, WORKERS, cells},
    recovery::opened,
    recovery_matrix::Scene,
    verification::{comparing, other_compares, person, secret_requests_get_lost},
};

/// What describes a key of secret storage.
const KEY: &str = "m.secret_storage.key.";
/// How long the other session may take to answer where nothing goes wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same where something does.
const LITTLE_PATIENCE: Duration = Duration::from_secs(2);

/// What is broken, and mended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repair {
    /// The backup's key is not in secret storage.
    SecretStorage,
    /// There is no backup.
    Backup,
    /// Another client has made an empty version of the backup, with the same key.
    RoomKeysBehind,
    /// The account's data say that no backup is wanted, and there is one.
    BackupFlag,
    /// The dehydrated device is not signed by the identity.
    DehydratedDevice,
    /// This session has the private keys, and is not signed.
    Signature,
    /// This session is verified, and has no private keys.
    PrivateKeys,
    /// A reset has kept a backup that it could not read, and the old key has turned up.
    SecondChance,
    /// A reset whose session was lost right after the commit: this one is not verified, and the new key not the default.
    Promotion,
}

/// The account, and what it takes to break it again after each cell.
struct Patient {
    scene: Scene,
    /// The key that the person types for the repair.
    input: String,
    /// The session's store, and the events and the device that the server has, as they are before the repair.
    store: Option<TempDir>,
    default_key: Value,
    staged: Vec<(String, Value)>,
    sleeper: Value,
}

/// Copies the files of a store that is closed. A database that is closing moves its log's content into itself and deletes the log,
/// perhaps just now: so the log is copied first, as the oracle does. SQLite makes a new index of the log.
pub(crate) fn copy_of(store: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let entries = fs::read_dir(store).expect("a store");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("a file").file_name()).collect();
    names.retain(|name| !name.to_string_lossy().ends_with("-shm"));
    names.sort_by_key(|name| !name.to_string_lossy().ends_with("-wal"));
    for name in names {
        match fs::copy(store.join(&name), copy.path().join(&name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
            _ => {}
        }
    }
    copy
}

impl Repair {
    fn finding(self) -> Code {
        match self {
            Self::SecretStorage => Code::SecretStorageIncomplete,
            Self::Backup => Code::BackupMissing,
            Self::RoomKeysBehind => Code::BackupBehind,
            Self::BackupFlag => Code::BackupFlagContradicts,
            Self::DehydratedDevice => Code::DehydratedForeign,
            Self::Signature | Self::Promotion => Code::SessionUnverified,
            Self::PrivateKeys => Code::SessionKeysMissing,
            Self::SecondChance => Code::BackupOldLeft,
        }
    }

    /// What the repair is not for, and is there after it.
    fn leaves(self) -> &'static [Code] {
        match self {
            // What would have opened the backup was interrupted by the signature.
            Self::Signature => &[Code::BackupKeyElsewhere],
            // The reset would have made the new one next.
            Self::Promotion => &[Code::BackupUntrusted],
            _ => &[],
        }
    }

    /// Takes out what the repair is there to change, and what changes without it.
    fn take_out(self, state: &mut ServerState, device_id: &str) {
        match self {
            Self::SecretStorage => drop(state.account_data.remove(BACKUP_SECRET)),
            Self::Backup => {
                state.account_data.remove(BACKUP_SECRET);
                state.account_data.retain(|name, _| !is_flag(name));
                state.backups.clear();
                state.current_backup = None;
            }
            Self::BackupFlag => state.account_data.retain(|name, _| !is_flag(name)),
            Self::DehydratedDevice => {
                let id = state.dehydrated_device.take();
                if let Some(id) = id.as_ref().and_then(|device| device["device_id"].as_str()) {
                    state.devices.remove(id);
                    state.device_keys.remove(id);
                }
            }
            Self::Signature => drop(state.device_keys.remove(device_id)),
            Self::PrivateKeys => {}
            Self::RoomKeysBehind | Self::SecondChance => {
                let current = state.current_backup.clone().unwrap_or_default();
                state.backups.remove(&current);
            }
            Self::Promotion => {
                state.device_keys.remove(device_id);
                state.account_data.remove(DEFAULT_KEY);
                // Staged no more.
                state.account_data.retain(|name, _| !name.starts_with(KEY));
            }
        }
    }
}

fn is_flag(name: &str) -> bool {
    ["m.key_backup", "m.org.matrix.custom.backup_disabled"].contains(&name)
}

impl Patient {
    /// Somebody with this trouble. A room key that only this session has would be the only one of its room: a backup that is
    /// made holds it.
    async fn with(repair: Repair) -> Self {
        let mut patient = Self {
            scene: Scene::new().await,
            input: String::new(),
            store: None,
            default_key: Value::Null,
            staged: Vec::new(),
            sleeper: Value::Null,
        };
        patient.input = patient.scene.old_key.clone();
        let person = &patient.scene.person;
        match repair {
            Repair::SecretStorage | Repair::Backup | Repair::RoomKeysBehind => {
                patient.scene.keyward.receive_a_room_key(person).await;
            }
            Repair::DehydratedDevice => patient.sleeper = person.unsigned_dehydrated_device().await.expect("a sleeper"),
            Repair::PrivateKeys => patient.verify_without_private_keys().await,
            Repair::SecondChance => patient.reset_without_the_old_key().await,
            Repair::Promotion => {
                let lost = Keyward::of(&person.user).await;
                let mut reset = start(&lost.account).await;
                commit(&mut reset, &person.user).await;
                patient.input = reset.recovery_key().reveal().to_owned();
                let default_key = person.observer.account_data(DEFAULT_KEY).await.expect("read");
                patient.default_key = default_key.expect("the old key");
                let described = ServerState::read(&person.observer).await.expect("a state").account_data;
                patient.staged = described
                    .into_iter()
                    .filter(|(name, _)| name.starts_with(KEY))
                    .collect();
            }
            Repair::BackupFlag | Repair::Signature => {}
        }
        patient
    }

    /// Another session of Keyward is verified by the phone, and the private keys have not come.
    async fn verify_without_private_keys(&mut self) {
        let Person { user, phone, .. } = &self.scene.person;
        secret_requests_get_lost(&self.scene.proxy);
        let keyward = Keyward::login(self.scene.proxy.url(), user).await;
        phone.catch_up().await.expect("it knows this session");
        let mut verification = keyward.account.verify_this_session().await.expect("asked");
        let there = async {
            let request = phone.accept_verification().await.expect("accepted");
            other_compares(phone, &request, false).await;
        };
        let (shown, ()) = tokio::join!(person(&mut verification, comparing(true)), there);
        shown.expect("verified");
        drop(verification);
        let (store_key, dir) = keyward.close().await;
        self.store = Some(copy_of(dir.path()));
        self.scene.keyward = opened(dir, store_key).await;
    }

    /// A session that does not have the old key resets, and keeps the backup. The one that asks later is verified with the new
    /// key.
    async fn reset_without_the_old_key(&mut self) {
        let user = &self.scene.person.user;
        let outcome = Keyward::of(user).await.reset(user, ResetOptions::default()).await;
        assert_eq!(outcome.old_backup, OldBackup::Kept);
        self.scene.old_key = outcome.recovery_key.reveal().to_owned();
        let keyward = Keyward::login(self.scene.proxy.url(), user).await;
        let unlocked = keyward.account.unlock(&key(&self.scene.old_key)).await;
        assert!(unlocked.expect("the new key unlocks").key_backup);
        let (store_key, dir) = keyward.close().await;
        self.store = Some(copy_of(dir.path()));
        self.scene.keyward = opened(dir, store_key).await;
    }

    /// The session as it was before the repair, from a copy of its store.
    async fn restore(&mut self) {
        let copy = copy_of(self.store.as_ref().expect("a copy").path());
        let store_key = self.scene.keyward.key.clone();
        self.scene.keyward.account.close().await.expect("closed");
        self.scene.keyward = opened(copy, store_key).await;
    }

    async fn break_it(&mut self, repair: Repair) -> Result<()> {
        let Person { user, observer, .. } = &self.scene.person;
        match repair {
            Repair::SecretStorage => observer.set_account_data(BACKUP_SECRET, &json!({})).await?,
            Repair::Backup => {
                observer.set_account_data(BACKUP_SECRET, &json!({})).await?;
                for version in ServerState::read(observer).await?.backups.keys() {
                    let path = format!("/v3/room_keys/version/{version}");
                    observer.request_ok(Method::DELETE, &path, None).await?;
                }
            }
            Repair::RoomKeysBehind => {
                let old = observer.get("/v3/room_keys/version").await?;
                let same = json!({"algorithm": old["algorithm"], "auth_data": old["auth_data"]});
                let path = "/v3/room_keys/version";
                observer.request_ok(Method::POST, path, Some(&same)).await?;
            }
            Repair::BackupFlag => {
                let off = json!({"enabled": false});
                observer.set_account_data("m.key_backup", &off).await?;
            }
            Repair::DehydratedDevice => {
                let body = Some(&self.sleeper);
                observer.request_ok(Method::PUT, DEHYDRATED_DEVICE, body).await?;
            }
            Repair::Signature => {
                let proxy = &self.scene.proxy;
                let keyward = Keyward::login(proxy.url(), user).await;
                // The server takes the signature and does not keep it.
                let nothing = Fault::Reply(StatusCode::OK, json!({"failures": {}}));
                let signatures = |_: &str, path: &str| path.ends_with("/keys/signatures/upload");
                proxy.arm(Rule::new(nothing).on(signatures).for_ever());
                let unlocked = keyward.account.unlock(&key(&self.input)).await;
                proxy.disarm();
                ensure!(unlocked.is_err(), "it is signed");
                self.scene.keyward = keyward;
            }
            Repair::PrivateKeys => self.restore().await,
            Repair::SecondChance => {
                let current = observer.get("/v3/room_keys/version").await?;
                let version = current["version"].as_str().context("no backup")?;
                let path = format!("/v3/room_keys/keys?version={version}");
                observer.request_ok(Method::DELETE, &path, None).await?;
                self.restore().await;
            }
            Repair::Promotion => {
                observer.set_account_data(DEFAULT_KEY, &self.default_key).await?;
                for (name, description) in &self.staged {
                    observer.set_account_data(name, description).await?;
                }
                self.scene.keyward = Keyward::login(self.scene.proxy.url(), user).await;
            }
        }
        self.scene.proxy.reset();
        Ok(())
    }

    async fn mend(&self, repair: Repair, patience: Duration) -> Result<(), RepairFailed> {
        let (account, key) = (&self.scene.keyward.account, key(&self.input));
        let done = match repair {
            Repair::SecretStorage => account.write_secret_storage(&key).await,
            Repair::Backup => account.make_backup(&key, |_, _| {}).await,
            Repair::RoomKeysBehind => account.upload_room_keys_behind(|_, _| {}).await,
            Repair::BackupFlag => account.say_backup_is_wanted().await,
            Repair::DehydratedDevice => match account.remove_dehydrated_device().await {
                // The request that has no answer has removed it.
                Err(RepairError::Changed) => Ok(()),
                done => done,
            },
            Repair::Signature => account.sign_this_session().await,
            Repair::PrivateKeys => self.ask_the_phone(patience).await,
            Repair::SecondChance => account.recover_room_keys(&key, None, |_, _| {}).await.map(drop),
            Repair::Promotion => {
                let unlocked = account.unlock(&key).await;
                return unlocked.map(drop).map_err(|error| RepairFailed(error.code()));
            }
        };
        done.map_err(|error| RepairFailed(error.code()))
    }

    /// The phone is open meanwhile.
    async fn ask_the_phone(&self, patience: Duration) -> Result<(), RepairError> {
        self.beside_the_phone(self.scene.keyward.account.ask_other_sessions(patience))
            .await
    }

    /// The backup's key is another one, and may come later. An app goes on to synchronise.
    async fn wait_for_the_backup_key(&self) -> Result<()> {
        let account = &self.scene.keyward.account;
        let waiting = async {
            while account.status().await?.key_backup != KeyBackupStatus::Enabled {
                account.sync_once(Duration::from_secs(1)).await?;
            }
            Ok(())
        };
        timeout(PATIENCE, self.beside_the_phone(waiting))
            .await
            .context("the backup's key does not come")?
    }

    async fn beside_the_phone<T>(&self, work: impl Future<Output = T>) -> T {
        let (phone, is_over) = (&self.scene.person.phone, AtomicBool::new(false));
        let asking = async {
            let done = work.await;
            is_over.store(true, Ordering::Relaxed);
            done
        };
        let answering = async {
            while !is_over.load(Ordering::Relaxed) {
                let synced = phone.sync_for(Duration::from_millis(300)).await;
                synced.expect("the phone is online");
            }
        };
        tokio::join!(asking, answering).0
    }

    /// Whether something of the repair is yet to be done.
    async fn needs(&self, repair: Repair) -> Result<bool> {
        let account = &self.scene.keyward.account;
        let report = account.examine(Asked::default()).await?;
        let is_found = report.findings.iter().any(|finding| finding.code == repair.finding());
        let state = ServerState::read(&self.scene.person.observer).await?;
        Ok(match repair {
            // The old version stays, and goes on to be found.
            Repair::SecondChance => {
                let current = state.current_backup.as_ref().context("no backup")?;
                account.status().await?.room_keys == 0 || state.backups[current]["count"] == 0
            }
            Repair::Promotion => is_found || state.account_data[DEFAULT_KEY] == self.default_key,
            _ => is_found,
        })
    }
}

/// The stable name of the error that a repair ended with.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct RepairFailed(&'static str);

async fn requests_of(repair: Repair) -> Vec<NumberedRequest> {
    let mut patient = Patient::with(repair).await;
    patient.break_it(repair).await.expect("broken");
    assert!(patient.needs(repair).await.expect("a report"));
    patient.scene.proxy.reset();
    patient.mend(repair, PATIENCE).await.expect("mended");
    let requests = patient.scene.proxy.numbered_requests();
    assert!(!patient.needs(repair).await.expect("a report"));
    let state = async || {
        ServerState::read(&patient.scene.person.observer)
            .await
            .expect("a state")
    };
    let before = state().await;
    // Some say that there is nothing to do, others do it.
    let _ = patient.mend(repair, PATIENCE).await;
    let differences = before.diff(&state().await, Allowed::Nothing);
    assert!(
        differences.is_empty(),
        "a second run changes something: {}",
        readable(&differences)
    );
    requests
}

/// Runs one cell. Returns what happened in a word.
async fn run(repair: Repair, mut patient: Patient, cell: &Cell) -> Result<(&'static str, Patient)> {
    patient.break_it(repair).await?;
    let observer = patient.scene.person.observer.clone();
    let before = ServerState::read(&observer).await?;
    let (scene, oracle) = patient.scene.watched().await;
    patient.scene = scene;
    let proxy = &patient.scene.proxy;
    proxy.arm(cell.rule());
    let result = tokio::select! {
        result = patient.mend(repair, LITTLE_PATIENCE) => Some(result),
        () = proxy.held() => None,
    };
    let interrupted = || format!("it ended with {result:?}");
    if result.is_none() {
        // Another process opens the store, and what was on its way arrives.
        patient.scene = patient.scene.judged(async || Ok(())).await?;
        patient.scene.proxy.release();
        let are_answered = patient
            .scene
            .proxy
            .until(|requests| requests.iter().all(|it| it.end.is_some()));
        are_answered.await;
    }
    let proxy = &patient.scene.proxy;
    proxy.disarm();
    // What was late arrives in the middle of the next command.
    proxy.arm(Rule::new(Fault::Deliver));
    let needs = patient.needs(repair).await;
    patient.scene.proxy.disarm();
    needs.with_context(interrupted)?;
    let (held, device_id) = (
        patient.input.clone(),
        patient.scene.keyward.account.device_id().to_owned(),
    );
    let safe = patient.scene.judged(async || {
        let now = oracle.look().await?;
        oracle.i1_the_private_keys_are_on_the_device(&now)?;
        oracle
            .i2_room_keys_are_readable(&now, Some(&held), Backups::All)
            .await?;
        oracle.i4_a_held_key_leads_to_the_identity(&now, Some(&held))
    });
    patient.scene = safe.await.with_context(interrupted)?;
    let mut ending = match result {
        None => "dropped",
        Some(_) => "went through",
    };
    for _ in 0..3 {
        if !patient.needs(repair).await? {
            break;
        }
        ending = "done again";
        patient.mend(repair, PATIENCE).await.with_context(interrupted)?;
    }
    if repair == Repair::PrivateKeys {
        patient.wait_for_the_backup_key().await.with_context(interrupted)?;
    }
    let account = &patient.scene.keyward.account;
    let is_found = |report: &Report, code| report.findings.iter().any(|finding| finding.code == code);
    let report = account.examine(Asked::default()).await?;
    if repair == Repair::Backup && is_found(&report, Code::BackupKeyElsewhere) {
        // The version was made, and the call was dropped before this session used it. Its key is in secret storage.
        let unlocked = account.unlock(&key(&patient.input)).await;
        ensure!(unlocked.with_context(interrupted)?.key_backup, "it opens no backup");
    }
    let report = account.examine(Asked::default()).await?;
    if is_found(&report, Code::BackupBehind) {
        // A version that a late request has made is empty.
        let uploaded = account.upload_room_keys_behind(|_, _| {}).await;
        uploaded.with_context(interrupted)?;
    }
    let report = account.examine(Asked::default()).await?;
    let left = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info && !finding.code.name().starts_with("sessions."));
    let left: Vec<Code> = left.map(|finding| finding.code).collect();
    ensure!(left == repair.leaves(), "{left:?} after {result:?}");
    let status = account.status().await?;
    ensure!(status.verified && status.private_keys, "{status:?} after {result:?}");
    let mut after = ServerState::read(&observer).await?;
    if let (Repair::RoomKeysBehind | Repair::SecondChance, Some(current)) = (repair, &after.current_backup) {
        let count = &after.backups[current]["count"];
        ensure!(*count == status.room_keys, "{count} room keys after {result:?}");
    }
    let mut expected = before.clone();
    repair.take_out(&mut expected, &device_id);
    repair.take_out(&mut after, &device_id);
    let differences = expected.diff(&after, Allowed::Nothing);
    ensure!(
        differences.is_empty(),
        "something else has changed after {result:?}: {}",
        readable(&differences)
    );
    let new_key = match repair {
        Repair::Promotion => &patient.input,
        _ => &patient.scene.old_key,
    };
    let new_key = new_key.clone();
    let judged = patient.scene.judged(async || {
        let now = oracle.look().await?;
        oracle.i1_the_private_keys_are_on_the_device(&now)?;
        oracle.i3_this_session_is_signed(&now)?;
        let readable = oracle.i2_room_keys_are_readable(&now, Some(&new_key), Backups::Current);
        readable.await?;
        match repair {
            Repair::Signature | Repair::Promotion => Ok(()),
            _ => oracle.i3_the_backup_is_signed_and_held(&now, &new_key),
        }
    });
    patient.scene = judged.await.with_context(interrupted)?;
    Ok((ending, patient))
}

async fn matrix(name: &'static str, repair: Repair, of_each_request: usize) {
    let requests = requests_of(repair).await;
    let mut rows = cells(&requests, &[]);
    for (row, request) in rows.iter_mut().zip(&requests) {
        row.push(Cell::late(request));
        row.extend(Cell::dropped(request));
    }
    let cells = Cells::of(name, rows, of_each_request);
    // In one task: most of their time is waiting.
    let workers = (0..WORKERS / 2).map(async |_| {
        // The next account is made only when it is needed.
        let mut patient = None;
        while let Some(cell) = cells.next() {
            let next = match patient {
                Some(patient) => patient,
                None => Box::pin(Patient::with(repair)).await,
            };
            let ended = Box::pin(run(repair, next, &cell)).await;
            patient = cells.ended(&cell, ended);
        }
    });
    futures_util::future::join_all(workers).await;
    // Of a few cells perhaps none needs it.
    let endings: &[_] = match requests.len() * of_each_request {
        0..40 => &[],
        _ => &["went through", "done again"],
    };
    cells.assert_all_held(requests.len(), endings);
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_secret_storage_survives_every_fault_at_every_request() {
    matrix("secret storage written again", Repair::SecretStorage, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_backup_survives_every_fault_at_every_request() {
    matrix("a backup made", Repair::Backup, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploading_room_keys_survives_every_fault_at_every_request() {
    matrix("room keys uploaded", Repair::RoomKeysBehind, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_that_a_backup_is_wanted_survives_every_fault_at_every_request() {
    matrix("a backup said to be wanted", Repair::BackupFlag, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_dehydrated_device_survives_every_fault_at_every_request() {
    matrix("a dehydrated device removed", Repair::DehydratedDevice, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_this_session_survives_every_fault_at_every_request() {
    matrix("this session signed", Repair::Signature, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_other_sessions_survives_every_fault_at_every_request() {
    matrix("other sessions asked", Repair::PrivateKeys, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_chance_survives_every_fault_at_every_request() {
    matrix("a second chance", Repair::SecondChance, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unlocking_with_a_key_that_becomes_the_default_survives_every_fault_at_every_request() {
    matrix("unlocked with a key that becomes the default", Repair::Promotion, 1).await;
}
