// SPDX-License-Identifier: Apache-2.0

//! Import and export of many room keys, ours beside matrix-sdk's `Encryption::import_room_keys` and `export_room_keys`:
//! the same file, a process for each, the time of the call and the peak of the process' memory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use keyward::{
    account::Account,
    login::Login,
    secret::{Passphrase, Password, StoreKey},
    server::Homeserver,
};
use keyward_testing::synapse::Synapse;
use matrix_sdk::{
    Client, SqliteStoreConfig,
    authentication::matrix::MatrixSession,
    ruma::{DeviceKeyAlgorithm, OwnedRoomId},
    store::RoomLoadSettings,
};
use matrix_sdk_crypto::{
    decrypt_room_key_export, encrypt_room_key_export,
    olm::ExportedRoomKey,
    types::{EventEncryptionAlgorithm, SigningKeys},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vodozemac::{
    Curve25519PublicKey, Curve25519SecretKey, Ed25519Keypair,
    megolm::{GroupSession, InboundGroupSession, SessionConfig},
};

use crate::{
    child::{self, Person},
    mb, verdict,
};

const ROOM_KEYS: usize = 100_000;
const ROOMS: usize = 500;
/// Of each side, in turns; the medians count.
const RUNS: usize = 3;
/// What matrix-sdk and Keyward both write.
const ROUNDS: u32 = 500_000;
const PASSPHRASE: &str = "benchmark";
/// Of both throw-away stores' contents nothing is worth a secret.
const STORE_KEY: [u8; StoreKey::LENGTH] = [7; StoreKey::LENGTH];
const AIM_TIME: f64 = 1.0;
const AIM_MEMORY: f64 = 0.25;

/// Whose calls.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    MatrixSdk,
    Keyward,
}

/// Which call.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Call {
    /// After a login that makes the store.
    Import,
    /// From the store that the import filled.
    Export,
}

/// One call of one side.
#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    side: Side,
    call: Call,
    url: String,
    person: Person,
    store: PathBuf,
    file: PathBuf,
}

/// What it took.
#[derive(Serialize, Deserialize)]
pub(crate) struct Figures {
    seconds: f64,
    /// Of the call.
    peak_bytes: u64,
    /// What was resident before the call.
    before_bytes: u64,
}

/// Makes the file, lets processes of both sides work on it, and compares.
pub(crate) async fn run() -> Result<Value> {
    println!("\nImport and export of {ROOM_KEYS} room keys, the medians of {RUNS} runs each\n");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("keys.txt");
    let file_bytes = tokio::task::spawn_blocking({
        let file = file.clone();
        move || write_file(&file)
    })
    .await??;

    let (mut ours, mut theirs) = (Runs::default(), Runs::default());
    for _ in 0..RUNS {
        for (side, runs) in [(Side::Keyward, &mut ours), (Side::MatrixSdk, &mut theirs)] {
            let (import, export) = Box::pin(both_calls(side, &file)).await?;
            runs.import.push(import);
            runs.export.push(export);
        }
    }

    println!(
        "  {:.1} MB of file. Both stores are encrypted, as apps have them.\n",
        mb(file_bytes)
    );
    println!("  {:<8} {:>24} {:>24} {:>16}", "", "ours", "matrix-sdk", "ratio");
    let import = compare("import", &ours.import, &theirs.import);
    let export = compare("export", &ours.export, &theirs.export);
    println!("\n  Aim: time {AIM_TIME:.1} or less, memory {AIM_MEMORY:.2} or less, as a ratio.");
    for (name, figures) in [("Import", &import), ("Export", &export)] {
        let met = |aim: &str| verdict(figures[aim] == true);
        println!("  {name}: time {}, memory {}.", met("time_met"), met("memory_met"));
    }
    Ok(json!({
        "room_keys": ROOM_KEYS,
        "file_bytes": file_bytes,
        "aim": { "time_ratio": AIM_TIME, "memory_ratio": AIM_MEMORY },
        "import": import,
        "export": export,
    }))
}

/// What one side's calls took.
#[derive(Default)]
struct Runs {
    import: Vec<Figures>,
    export: Vec<Figures>,
}

/// Import, then export from the store that it filled, each in a process of its own.
async fn both_calls(side: Side, file: &Path) -> Result<(Figures, Figures)> {
    let synapse = Synapse::shared().await;
    let user = synapse.new_user().await?;
    let folder = tempfile::tempdir()?;
    let job = |call, file: &Path| {
        child::Job::RoomKeys(Job {
            side,
            call,
            url: synapse.url().to_owned(),
            person: Person::from(&user),
            store: folder.path().join("store"),
            file: file.to_owned(),
        })
    };
    let import = child::run(&job(Call::Import, file)).await?;
    let exported = folder.path().join("keys.txt");
    let export = child::run(&job(Call::Export, &exported)).await?;
    tokio::task::spawn_blocking(move || check_file(&exported)).await??;
    Ok((import, export))
}

/// Prints one line of the table and gives the same as JSON.
fn compare(name: &str, ours: &[Figures], theirs: &[Figures]) -> Value {
    let middle = |runs: &[Figures]| {
        let seconds = median(runs.iter().map(|run| run.seconds));
        let peak = median(runs.iter().map(|run| mb(run.peak_bytes)));
        (seconds, peak)
    };
    let (our_middle, their_middle) = (middle(ours), middle(theirs));
    let time = our_middle.0 / their_middle.0;
    let memory = our_middle.1 / their_middle.1;
    let cell = |(seconds, peak)| format!("{seconds:.2} s {peak:>7.1} MB");
    println!(
        "  {name:<8} {:>24} {:>24} {:>16}",
        cell(our_middle),
        cell(their_middle),
        format!("{time:.2}   {memory:.2}")
    );
    let side = |(seconds, peak_mb), runs| json!({ "seconds": seconds, "peak_mb": peak_mb, "runs": runs });
    json!({
        "ours": side(our_middle, ours),
        "matrix_sdk": side(their_middle, theirs),
        "time_ratio": time,
        "memory_ratio": memory,
        "time_met": time <= AIM_TIME,
        "memory_met": memory <= AIM_MEMORY,
    })
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Does one call. Runs in a process of its own.
pub(crate) async fn work(job: Job) -> Result<Figures> {
    match job.side {
        Side::MatrixSdk => Box::pin(matrix_sdk(job)).await,
        Side::Keyward => Box::pin(keyward(job)).await,
    }
}

/// Time and memory of one call.
async fn measure(call: impl Future<Output = Result<()>>) -> Result<Figures> {
    child::forget_peak()?;
    let before_bytes = child::peak()?;
    let start = Instant::now();
    call.await?;
    Ok(Figures {
        seconds: start.elapsed().as_secs_f64(),
        peak_bytes: child::peak()?,
        before_bytes,
    })
}

async fn matrix_sdk(job: Job) -> Result<Figures> {
    fs::create_dir_all(&job.store)?;
    let session_file = job.store.join("session.json");
    let client = Client::builder()
        .homeserver_url(&job.url)
        .sqlite_store_with_config_and_cache_path(
            SqliteStoreConfig::new(&job.store).key(Some(&STORE_KEY)),
            None::<&Path>,
        )
        .build()
        .await?;
    match job.call {
        Call::Import => {
            client
                .matrix_auth()
                .login_username(&job.person.user_id, &job.person.password)
                .await?;
            let session = client.matrix_auth().session().context("not logged in")?;
            fs::write(session_file, serde_json::to_vec(&session)?)?;
        }
        Call::Export => {
            let session: MatrixSession = serde_json::from_slice(&fs::read(session_file)?)?;
            client
                .matrix_auth()
                .restore_session(session, RoomLoadSettings::default())
                .await?;
        }
    }
    let encryption = client.encryption();
    encryption.wait_for_e2ee_initialization_tasks().await;
    measure(async {
        match job.call {
            Call::Import => {
                let result = Box::pin(encryption.import_room_keys(job.file, PASSPHRASE)).await?;
                ensure!(
                    result.imported_count == ROOM_KEYS,
                    "{} keys were imported",
                    result.imported_count
                );
            }
            Call::Export => Box::pin(encryption.export_room_keys(job.file, PASSPHRASE, |_| true)).await?,
        }
        Ok(())
    })
    .await
}

async fn keyward(job: Job) -> Result<Figures> {
    let key = StoreKey::new(STORE_KEY);
    let account = match job.call {
        Call::Import => {
            let homeserver = Homeserver::discover(&job.url).await?;
            let Person {
                user_id: user,
                password,
                ..
            } = job.person;
            let login = Login {
                user,
                password: Password::new(password),
                session_name: "Benchmark".to_owned(),
            };
            Box::pin(Account::login(&homeserver, login, &job.store, &key)).await?
        }
        Call::Export => Box::pin(Account::restore(&job.store, &key)).await?,
    };
    let passphrase = Passphrase::new(PASSPHRASE);
    measure(async {
        let count = match job.call {
            Call::Import => {
                Box::pin(account.import_room_keys(&job.file, &passphrase, |_| {}))
                    .await?
                    .imported
            }
            Call::Export => Box::pin(account.export_room_keys(&job.file, &passphrase, |_| {})).await?,
        };
        ensure!(count == ROOM_KEYS as u64, "{count} keys instead of {ROOM_KEYS}");
        Ok(())
    })
    .await
}

/// Writes room keys of rooms that do not exist; gives the size of the file.
fn write_file(file: &Path) -> Result<u64> {
    let rooms = (0..ROOMS)
        .map(|number| OwnedRoomId::try_from(format!("!{number:018}:localhost")))
        .collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<_> = rooms.iter().cycle().take(ROOM_KEYS).map(new_room_key).collect();
    let text = encrypt_room_key_export(&keys, PASSPHRASE, ROUNDS)?;
    fs::write(file, &text)?;
    Ok(text.len() as u64)
}

fn new_room_key(room_id: &OwnedRoomId) -> ExportedRoomKey {
    let config = SessionConfig::version_1();
    let session = InboundGroupSession::new(&GroupSession::new(config).session_key(), config);
    ExportedRoomKey {
        algorithm: EventEncryptionAlgorithm::MegolmV1AesSha2,
        room_id: room_id.clone(),
        sender_key: Curve25519PublicKey::from(&Curve25519SecretKey::new()),
        session_id: session.session_id(),
        session_key: session.export_at_first_known_index(),
        sender_claimed_keys: SigningKeys::from([(
            DeviceKeyAlgorithm::Ed25519,
            Ed25519Keypair::new().public_key().into(),
        )]),
        forwarding_curve25519_key_chain: Vec::new(),
        shared_history: false,
    }
}

/// Whether an export holds every key.
fn check_file(file: &Path) -> Result<()> {
    let keys = decrypt_room_key_export(fs::File::open(file)?, PASSPHRASE)?;
    ensure!(keys.len() == ROOM_KEYS, "{} keys were exported", keys.len());
    Ok(())
}
