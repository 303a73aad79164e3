// SPDX-License-Identifier: Apache-2.0

//! Writes stores of this version into one archive, with the database of the Synapse that they belong to. The archive is
//! kept, and `tests/released_stores.rs` opens it with every later version; `tests/fixtures/README.md` has the rules.
//!
//! `cargo run --package keyward --example write_stores -- ARCHIVE`

use std::{
    env,
    fmt::Debug,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use keyward::{
    account::Account,
    login::Login,
    reset::{Confirmation, Reset, ResetOptions, ResetState},
    secret::{Password, RecoveryKey, StoreKey},
    secret_storage::KeyInput,
    server::Homeserver,
};
use keyward_testing::{
    other_client::{OtherClient, SentMessage},
    person::Person,
    proxy::{Fault, FaultProxy, Rule},
    server_state::ServerState,
    synapse::{SYNAPSE_VERSION, Synapse, SynapseOptions},
    user::{PlainSession, User},
};
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use reqwest::StatusCode;
use serde_json::{Value, json};
use walkdir::WalkDir;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Only what never comes takes this long.
const LIMIT: Duration = Duration::from_secs(60);

/// Where a session of somebody is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// Without a reset, with a login of a stranger that nobody has acknowledged.
    Plain,
    /// Without a reset, on a server that gave no refresh token.
    NoRefreshToken,
    /// Right after the start of a reset.
    Prepared,
    /// When the person is shown the new key.
    Staged,
    /// When the person has saved it.
    Confirmed,
    /// When the new identity was sent, and never arrived.
    UploadLost,
    /// When the new identity was sent and is in force, which the session does not know.
    UploadArrived,
    /// Cancelled after [`Stop::UploadLost`].
    Cancelled,
    /// The same, and the new identity arrived after the cancel.
    CancelledArrived,
    /// In another reset after [`Stop::Cancelled`], when the person is shown the new key.
    StagedAfterCancel,
    /// When the new identity is in force.
    Committed,
    /// When the new key is the default, and the first room key is sent.
    Bound,
    /// When the new backup is full, and the first deletion is sent.
    BackedUp,
}

/// A store of the archive.
struct Case {
    /// The folder's name.
    name: &'static str,
    stop: Stop,
    /// What the journal has to say then: its phase, and whether an upload is unanswered.
    journal: Option<(&'static str, bool)>,
    past: Past,
    end: End,
}

/// What the account has before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Past {
    /// An identity, secret storage, a key backup and a history; the session is verified.
    Established,
    /// Nothing but messages: the reset sets everything up.
    NoIdentity,
}

/// What the store's files are left like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Closed.
    Closed,
    /// As at a kill: with SQLite's log, and everything in it.
    Killed,
}

impl Case {
    const fn new(name: &'static str, stop: Stop, journal: Option<(&'static str, bool)>) -> Self {
        Self {
            name,
            stop,
            journal,
            past: Past::Established,
            end: End::Closed,
        }
    }
}

const CASES: [Case; 15] = [
    Case::new("plain", Stop::Plain, None),
    Case::new("plain-without-refresh-token", Stop::NoRefreshToken, None),
    Case::new("prepared", Stop::Prepared, Some(("Prepared", false))),
    Case::new("staged", Stop::Staged, Some(("Staged", false))),
    Case {
        past: Past::NoIdentity,
        ..Case::new("staged-first-set-up", Stop::Staged, Some(("Staged", false)))
    },
    Case::new("staged-after-cancel", Stop::StagedAfterCancel, Some(("Staged", false))),
    Case::new("confirmed", Stop::Confirmed, Some(("Confirmed", false))),
    Case::new("upload-lost", Stop::UploadLost, Some(("Confirmed", true))),
    Case::new("upload-arrived", Stop::UploadArrived, Some(("Confirmed", true))),
    Case::new("cancelled", Stop::Cancelled, Some(("Cancelled", true))),
    Case::new("cancelled-arrived", Stop::CancelledArrived, Some(("Cancelled", true))),
    Case::new("committed", Stop::Committed, Some(("Committed", false))),
    Case {
        end: End::Killed,
        ..Case::new("committed-killed", Stop::Committed, Some(("Committed", false)))
    },
    Case::new("bound", Stop::Bound, Some(("Bound", false))),
    Case::new("backed-up", Stop::BackedUp, Some(("BackedUp", false))),
];

#[tokio::main]
async fn main() -> Result<()> {
    let archive = env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("usage: write_stores ARCHIVE")?;
    // Before the work, and never in the place of one that is there.
    let archive = File::create_new(&archive).with_context(|| format!("cannot make {}", archive.display()))?;
    let folder = tempfile::tempdir()?;
    let synapse = Synapse::start(SynapseOptions::default()).await?;
    let mut cases = Vec::new();
    for case in &CASES {
        let store = folder.path().join(case.name);
        let written = Box::pin(write(case, &synapse, &store));
        cases.push(written.await.with_context(|| case.name)?);
        println!("{}", case.name);
    }
    let database = folder.path().join("homeserver.db");
    synapse.stop_and_save_database(&database).await?;
    expire_access_tokens(&database)?;
    let accounts = json!({ "keyward": env!("CARGO_PKG_VERSION"), "synapse": SYNAPSE_VERSION, "cases": cases });
    fs::write(folder.path().join("accounts.json"), format!("{accounts:#}\n"))?;
    pack(folder.path(), archive)
}

/// An account with a session of Keyward.
struct Scene {
    user: User,
    old_key: Option<String>,
    messages: Vec<SentMessage>,
    observer: PlainSession,
    proxy: FaultProxy,
    account: Account,
    key: StoreKey,
    /// Of the open store.
    store: PathBuf,
}

/// Makes an account, leaves its session where the case says, and puts the store's files into `folder`. Returns what the
/// tests need to know.
async fn write(case: &Case, synapse: &Synapse, folder: &Path) -> Result<Value> {
    let open = tempfile::tempdir()?;
    let scene = Scene::new(case, synapse, open.path()).await?;
    let before = ServerState::read(&scene.observer).await?;
    let stranger = match case.stop {
        Stop::Plain => Some(scene.report_a_stranger().await?),
        _ => None,
    };
    let new_key = match case.journal {
        Some(_) => Some(Box::pin(scene.reset_until(case, folder)).await?),
        None => None,
    };
    if case.end == End::Closed {
        scene.account.close().await?;
        copy(&scene.store, folder)?;
    }
    let found = journal(folder, &scene.key).await?;
    ensure!(
        found == case.journal.map(|(phase, unanswered)| (phase.to_owned(), unanswered)),
        "it is {found:?}"
    );
    let after = ServerState::read(&scene.observer).await?;
    let message = |message: &SentMessage| {
        json!({
            "room_id": message.room_id,
            "event_id": message.event_id,
            "session_id": message.session_id,
            "body": message.body,
        })
    };
    let store_key: String = scene.key.reveal().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({
        "name": case.name,
        "user_id": scene.user.user_id,
        "localpart": scene.user.localpart,
        "password": scene.user.password,
        "device_id": scene.account.device_id(),
        "store_key": store_key,
        "refresh_token": case.stop != Stop::NoRefreshToken,
        "phase": case.journal.map(|(phase, _)| phase),
        "upload_unanswered": case.journal.is_some_and(|(_, unanswered)| unanswered),
        "new_identity_in_force": after.public_keys() != before.public_keys(),
        "old_identity": before.public_keys()[0],
        "old_key": scene.old_key,
        "new_key": new_key,
        "messages": scene.messages.iter().map(message).collect::<Vec<_>>(),
        "unacknowledged_login": stranger,
    }))
}

impl Scene {
    async fn new(case: &Case, synapse: &Synapse, store: &Path) -> Result<Self> {
        let proxy = FaultProxy::start(synapse.url())?;
        let (user, old_key, mut messages, phone, observer) = match case.past {
            Past::Established => {
                let person = Person::with_messages(synapse, 2).await?;
                (
                    person.user,
                    Some(person.old_key),
                    person.history,
                    person.phone,
                    person.observer,
                )
            }
            Past::NoIdentity => {
                let user = synapse.new_user().await?;
                let phone = OtherClient::login(synapse.url(), &user).await?;
                let observer = PlainSession::login(synapse.url(), &user, Some("Observer")).await?;
                (user, None, Vec::new(), phone, observer)
            }
        };
        if case.stop == Stop::NoRefreshToken {
            answer_the_login(&proxy, synapse, &user).await?;
        }
        let key = StoreKey::generate();
        let account = log_in(&proxy, &user, store, &key).await?;
        proxy.disarm();
        if let Some(old_key) = &old_key {
            let old_key = KeyInput::RecoveryKey(RecoveryKey::new(old_key.clone()));
            ensure!(account.unlock(&old_key).await?.key_backup, "the backup is taken up");
        }
        // The room keys of the first messages are in the backup. This one comes to the session itself.
        let room = phone.create_encrypted_room(&[]).await?;
        messages.extend(phone.send_messages(&room, 2).await?);
        account.sync_once(Duration::ZERO).await?;
        ensure!(account.status().await?.room_keys == 1, "the room key has come");
        Ok(Self {
            user,
            old_key,
            messages,
            observer,
            proxy,
            account,
            key,
            store: store.to_owned(),
        })
    }

    /// Lets a stranger log in, which the session reports and nobody acknowledges. Returns the stranger's device id.
    async fn report_a_stranger(&self) -> Result<String> {
        let mut watch = self.account.watch_sessions();
        watch.next().await?;
        let stranger = PlainSession::login(&self.observer.url, &self.user, Some("Stranger")).await?;
        let snapshot = tokio::time::timeout(LIMIT, watch.next()).await??;
        ensure!(
            snapshot
                .new_logins
                .iter()
                .any(|login| login.device_id == stranger.device_id)
        );
        Ok(stranger.device_id)
    }

    /// Does a reset as far as the case says. Returns the new key. A case that is killed is copied into `folder` while
    /// everything is open.
    async fn reset_until(&self, case: &Case, folder: &Path) -> Result<String> {
        let mut reset = self.start_reset().await?;
        match case.stop {
            Stop::Plain | Stop::NoRefreshToken => bail!("that is none"),
            Stop::Prepared => {}
            Stop::Staged => stage(&mut reset).await?,
            Stop::Confirmed => confirm(&mut reset).await?,
            Stop::UploadLost => self.upload(&mut reset, Fault::HoldBefore).await?,
            Stop::UploadArrived => self.upload(&mut reset, Fault::HoldAfter).await?,
            Stop::Cancelled | Stop::CancelledArrived => {
                let key = new_key(&reset);
                self.upload(&mut reset, Fault::HoldBefore).await?;
                reset.cancel().await?;
                if case.stop == Stop::CancelledArrived {
                    self.let_the_upload_arrive().await?;
                }
                return Ok(key);
            }
            Stop::StagedAfterCancel => {
                self.upload(&mut reset, Fault::HoldBefore).await?;
                reset.cancel().await?;
                reset = self.start_reset().await?;
                stage(&mut reset).await?;
            }
            Stop::Committed => self.commit(&mut reset).await?,
            Stop::Bound => {
                self.commit(&mut reset).await?;
                let is_room_keys = |method: &str, path: &str| method == "PUT" && path.ends_with("/room_keys/keys");
                let rule = Rule::new(Fault::HoldBefore).on(is_room_keys).for_ever();
                Box::pin(self.until_held(rule, reset.advance())).await?;
            }
            Stop::BackedUp => {
                self.commit(&mut reset).await?;
                // Whatever cleaning up begins with: it deletes the old backup, and writes the secrets anew.
                let is_clean_up = |method: &str, path: &str| {
                    method == "DELETE"
                        || method == "PUT"
                            && ["m.cross_signing.", "m.megolm_backup.", "m.secret_storage.key."]
                                .iter()
                                .any(|event_type| path.contains(event_type))
                };
                let rule = Rule::new(Fault::HoldBefore).on(is_clean_up).for_ever();
                Box::pin(self.until_held(rule, reset.advance())).await?;
            }
        }
        if case.end == End::Killed {
            copy(&self.store, folder)?;
            let log = fs::metadata(folder.join("matrix-sdk-crypto.sqlite3-wal"))?;
            ensure!(log.len() > 0, "what was written last is in the log");
        }
        Ok(new_key(&reset))
    }

    async fn start_reset(&self) -> Result<Reset> {
        let plan = self.account.plan_reset().await?;
        Ok(self.account.start_reset(&plan, ResetOptions::default()).await?)
    }

    /// Sends the new identity with the password, and goes away when the proxy holds the request or its answer.
    async fn upload(&self, reset: &mut Reset, fault: Fault) -> Result<()> {
        ask_for_authorisation(reset).await?;
        let password = Password::new(self.user.password.clone());
        self.until_held(Rule::new(fault).on(is_upload), reset.authorise(&password))
            .await
    }

    async fn commit(&self, reset: &mut Reset) -> Result<()> {
        ask_for_authorisation(reset).await?;
        Ok(reset.authorise(&Password::new(self.user.password.clone())).await?)
    }

    async fn let_the_upload_arrive(&self) -> Result<()> {
        let before = ServerState::read(&self.observer).await?;
        self.proxy.release();
        let arrived = async {
            while ServerState::read(&self.observer).await?.public_keys() == before.public_keys() {}
            Ok(())
        };
        tokio::time::timeout(LIMIT, arrived).await?
    }

    /// Goes on with `work` until the proxy holds a request or an answer, and drops it there. For the reset that is the
    /// same as a kill.
    async fn until_held(&self, rule: Rule, work: impl Future<Output = impl Debug>) -> Result<()> {
        self.proxy.arm(rule);
        tokio::select! {
            ended = work => bail!("nothing was held: {ended:?}"),
            () = self.proxy.held() => Ok(()),
        }
    }
}

/// Answers the next login as a server does that has no refresh tokens.
async fn answer_the_login(proxy: &FaultProxy, synapse: &Synapse, user: &User) -> Result<()> {
    let session = PlainSession::login(synapse.url(), user, Some("Keyward")).await?;
    let answer = json!({
        "user_id": session.user_id,
        "device_id": session.device_id,
        "access_token": session.access_token,
    });
    let is_login = |method: &str, path: &str| method == "POST" && path.ends_with("/login");
    proxy.arm(Rule::new(Fault::Reply(StatusCode::OK, answer)).on(is_login));
    Ok(())
}

async fn log_in(proxy: &FaultProxy, user: &User, store: &Path, key: &StoreKey) -> Result<Account> {
    let homeserver = Homeserver::discover(proxy.url()).await?;
    let login = Login {
        user: user.user_id.clone(),
        password: Password::new(user.password.clone()),
        session_name: "Keyward".to_owned(),
    };
    Ok(Account::login(&homeserver, login, store, key).await?)
}

async fn stage(reset: &mut Reset) -> Result<()> {
    let state = reset.advance().await?;
    ensure!(matches!(state, ResetState::SaveKey { .. }), "{state:?}");
    Ok(())
}

async fn confirm(reset: &mut Reset) -> Result<()> {
    stage(reset).await?;
    Ok(reset.confirm_saved(&Confirmation::Acknowledged).await?)
}

async fn ask_for_authorisation(reset: &mut Reset) -> Result<()> {
    confirm(reset).await?;
    let state = reset.advance().await?;
    ensure!(matches!(state, ResetState::Authorise { .. }), "{state:?}");
    Ok(())
}

fn new_key(reset: &Reset) -> String {
    reset.recovery_key().reveal().to_owned()
}

fn is_upload(method: &str, path: &str) -> bool {
    method == "POST" && path.ends_with("/keys/device_signing/upload")
}

/// The phase in the journal of a store that lies in `folder`, and whether an upload is unanswered.
async fn journal(folder: &Path, key: &StoreKey) -> Result<Option<(String, bool)>> {
    // Reading changes the files.
    let read = tempfile::tempdir()?;
    copy(folder, read.path())?;
    let config = SqliteStoreConfig::with_low_memory_config(read.path()).key(Some(key.reveal()));
    let store = SqliteCryptoStore::open_with_config(&config).await?;
    let Some(bytes) = store.get_custom_value("keyward.reset").await? else {
        return Ok(None);
    };
    let journal: Value = serde_json::from_slice(&bytes)?;
    let phase = journal["phase"].as_str().context("a journal without a phase")?;
    let unanswered = journal["upload_unanswered"]
        .as_bool()
        .context("it says nothing of an upload")?;
    Ok(Some((phase.to_owned(), unanswered)))
}

/// Copies the files of one folder into another.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Lets the hour pass that access tokens live: whoever opens the stores finds them as after a long time.
fn expire_access_tokens(database: &Path) -> Result<()> {
    let database = rusqlite::Connection::open(database)?;
    let expired = database.execute(
        "UPDATE access_tokens SET valid_until_ms = 1 WHERE valid_until_ms IS NOT NULL",
        (),
    )?;
    let expected = CASES.iter().filter(|case| case.stop != Stop::NoRefreshToken).count();
    ensure!(expired == expected, "{expired} access tokens expire, not {expected}");
    Ok(())
}

/// Packs the folder; names in the archive are relative to it.
fn pack(folder: &Path, archive: File) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(archive);
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let file = entry.path();
        let name = file.strip_prefix(folder)?.to_str().context("a name is not UTF-8")?;
        writer.start_file(name, options)?;
        io::copy(&mut File::open(file)?, &mut writer)?;
    }
    writer.finish()?;
    Ok(())
}
