// SPDX-License-Identifier: Apache-2.0

//! Stores that released versions have written, opened by this one: a plain one, and one with a reset pending in every
//! phase, each with the server that it belongs to. `fixtures/README.md` says what is in the archives.
//!
//! Every access token in them has expired, so each session begins with its refresh token.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, stream};
use keyward::{
    account::Account,
    facts::{IdentityStatus, KeyBackupStatus, SecretStorageStatus},
    reset::{OldBackup, PendingReset, ResetError, ResetOptions},
    secret::StoreKey,
};
use keyward_testing::{
    oracle::{Backups, Oracle},
    other_client::{OtherClient, SentMessage},
    person::reads_all,
    proxy::FaultProxy,
    server_state::CROSS_SIGNING_SECRETS,
    synapse::{Synapse, SynapseOptions},
    user::{LogsIn, PlainSession, User},
};
use rusqlite::{Connection, config::DbConfig};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::common::{finish, reset};

/// One for each version whose stores differ from those before. None is ever replaced.
const ARCHIVES: [&str; 1] = ["stores-0.1.0.zip"];

/// The phases of a reset as those versions name them.
const PHASES: [&str; 7] = [
    "Prepared",
    "Staged",
    "Confirmed",
    "Committed",
    "Bound",
    "BackedUp",
    "Cancelled",
];

/// Where version 0.1 kept its session.
const STATE_DATABASE: &str = "matrix-sdk-state.sqlite3";

/// Cases that run at the same time.
const WORKERS: usize = 4;

/// What `accounts.json` says.
#[derive(Deserialize)]
struct Accounts {
    cases: Vec<Case>,
}

/// A store, and what is true of its account.
#[derive(Deserialize)]
struct Case {
    /// The folder of the store.
    name: String,
    user_id: String,
    localpart: String,
    password: String,
    device_id: String,
    store_key: String,
    /// Whether the session has one.
    refresh_token: bool,
    /// How far the reset came, where there is one.
    phase: Option<String>,
    upload_unanswered: bool,
    /// Whether the server shows the identity that the reset made.
    new_identity_in_force: bool,
    /// The master key from before the reset.
    old_identity: Option<String>,
    old_key: Option<String>,
    new_key: Option<String>,
    messages: Vec<Message>,
    /// The device id of a new login that was reported.
    unacknowledged_login: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    room_id: String,
    event_id: String,
    session_id: String,
    body: String,
}

impl Case {
    fn user(&self) -> User {
        User {
            user_id: self.user_id.clone(),
            localpart: self.localpart.clone(),
            password: self.password.clone(),
            logs_in: LogsIn::WithPassword,
        }
    }

    fn store_key(&self) -> Result<[u8; 32]> {
        let bytes: Vec<u8> = (0..self.store_key.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&self.store_key[at..at + 2], 16))
            .collect::<Result<_, _>>()?;
        bytes.try_into().ok().context("a store's key has 32 bytes")
    }

    fn messages(&self) -> Vec<SentMessage> {
        let message = |message: &Message| SentMessage {
            room_id: message.room_id.clone(),
            event_id: message.event_id.clone(),
            session_id: message.session_id.clone(),
            body: message.body.clone(),
        };
        self.messages.iter().map(message).collect()
    }

    /// What this version has to find.
    fn pending_reset(&self) -> Option<PendingReset> {
        match self.phase.as_deref()? {
            _ if self.new_identity_in_force => Some(PendingReset::Committed),
            "Cancelled" => None,
            _ => Some(PendingReset::Staged),
        }
    }
}

/// What is in an archive: the folder that it is unpacked into, and the cases.
fn unpack(archive: &str) -> (TempDir, Vec<Case>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(archive);
    let folder = tempfile::tempdir().expect("a folder");
    let mut zip = ZipArchive::new(File::open(path).expect("the archive")).expect("a zip");
    zip.extract(folder.path()).expect("unpacked");
    let accounts = fs::read(folder.path().join("accounts.json")).expect("the accounts");
    let Accounts { cases } = serde_json::from_slice(&accounts).expect("accounts");
    (folder, cases)
}

/// An archive with its server.
struct Released {
    /// Holds the stores.
    folder: TempDir,
    cases: Vec<Case>,
    synapse: Synapse,
}

impl Released {
    async fn open(archive: &str) -> Self {
        let (folder, cases) = unpack(archive);
        let options = SynapseOptions::default().database(folder.path().join("homeserver.db"));
        let synapse = Synapse::start(options).await.expect("its server");
        Self { folder, cases, synapse }
    }

    /// Runs `check` for the cases that `concerned` picks, and says of each what is wrong.
    async fn check(&self, concerned: impl Fn(&Case) -> bool, check: impl AsyncFn(Opened<'_>) -> Result<()>) {
        let cases = self.cases.iter().filter(|case| concerned(case));
        let checks = cases.map(|case| {
            Box::pin(async {
                let checked = async { check(Opened::new(case, self).await?).await };
                Some(format!("{}: {:#}", case.name, checked.await.err()?))
            })
        });
        let checks: Vec<_> = checks.collect();
        assert!(!checks.is_empty());
        let failures: Vec<_> = stream::iter(checks).buffer_unordered(WORKERS).collect().await;
        let failures: Vec<_> = failures.into_iter().flatten().collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// A store that this version has opened.
struct Opened<'a> {
    case: &'a Case,
    user: User,
    account: Account,
    store: PathBuf,
    key: StoreKey,
    proxy: FaultProxy,
    /// Has seen server and store before.
    oracle: Oracle,
    url: &'a str,
}

impl<'a> Opened<'a> {
    /// Opens the store, and finds what was left in it.
    async fn new(case: &'a Case, released: &'a Released) -> Result<Self> {
        let url = released.synapse.url();
        let store = released.folder.path().join(&case.name);
        let (user, key) = (case.user(), case.store_key()?);
        let proxy = FaultProxy::start(url)?;
        move_homeserver(&store, proxy.url())?;
        let observer = PlainSession::login(url, &user, Some("Observer")).await?;
        let room_keys = case.messages().into_iter().map(|message| message.room_key());
        let oracle = Oracle::new(observer, &case.device_id, &store, key)
            .await?
            .with_room_keys(room_keys);
        let oracle = match &case.old_key {
            // Later it is not the default key any more.
            Some(old_key) if !case.new_identity_in_force => oracle.with_old_key(old_key)?,
            _ => oracle,
        };
        let key = StoreKey::new(key);
        let account = Account::restore(&store, &key).await?;
        let opened = Self {
            case,
            user,
            account,
            store,
            key,
            proxy,
            oracle,
            url,
        };
        opened.is_as_it_was_left().await?;
        Ok(opened)
    }

    async fn is_as_it_was_left(&self) -> Result<()> {
        let (account, case) = (&self.account, self.case);
        ensure!((account.user_id(), account.device_id()) == (case.user_id.as_str(), case.device_id.as_str()));
        ensure!(
            !self.store.join(STATE_DATABASE).exists(),
            "the session is still where it was in clear"
        );
        let status = account.status().await?;
        ensure!(status.tokens_exposed != case.refresh_token, "{status:?}");
        ensure!(status.pending_reset == case.pending_reset(), "{status:?}");
        ensure!(account.pending_reset().await? == case.pending_reset());
        if !case.new_identity_in_force {
            let identity = match case.old_identity {
                Some(_) => IdentityStatus::Ours,
                None => IdentityStatus::NotSetUp,
            };
            ensure!(status.identity == identity, "{status:?}");
            ensure!(status.verified == case.old_identity.is_some(), "{status:?}");
        }
        let room_keys = self.oracle.before().device.room_keys.len();
        ensure!(
            status.room_keys == u64::try_from(room_keys)? && room_keys > 0,
            "{status:?}"
        );
        // The access token has expired. Requests that were under way together may refresh it one after the other.
        let requests = self.proxy.requests();
        let mut refreshed = requests
            .iter()
            .filter(|request| request.path.ends_with("/refresh") && request.status == Some(200));
        ensure!(refreshed.next().is_some() == case.refresh_token, "{requests:#?}");
        account.sync_once(Duration::ZERO).await?;
        Ok(())
    }

    /// Closes the store and opens it again, as the next start of an app does.
    async fn restart(self) -> Result<Self> {
        let Self {
            account, store, key, ..
        } = self;
        account.close().await?;
        drop(account);
        let account = Account::restore(&store, &key).await?;
        Ok(Self {
            account,
            store,
            key,
            ..self
        })
    }

    /// Finishes the reset that is pending, and where none is begins one. Returns the key that opens everything then.
    async fn finish(&self) -> Result<String> {
        let account = &self.account;
        let outcome = match self.case.pending_reset() {
            None => {
                let resumed = account.resume_reset(None).await;
                ensure!(matches!(resumed, Err(ResetError::NothingPending)), "{resumed:?}");
                reset(account, &self.user, ResetOptions::default()).await?
            }
            Some(pending) => {
                if pending == PendingReset::Committed {
                    let cancelled = account.cancel_reset().await;
                    ensure!(matches!(cancelled, Err(ResetError::AlreadyCommitted)), "{cancelled:?}");
                }
                let mut reset = account.resume_reset(None).await?;
                let outcome = finish(&mut reset, &self.user).await?;
                let key = outcome.recovery_key.reveal();
                ensure!(
                    Some(key) == self.case.new_key.as_deref(),
                    "it is the key that the person has saved"
                );
                outcome
            }
        };
        let old_backup = match self.case.old_identity {
            Some(_) => OldBackup::Drained,
            None => OldBackup::NotThere,
        };
        ensure!(outcome.old_backup == old_backup, "{outcome:?}");
        Ok(outcome.recovery_key.reveal().to_owned())
    }

    /// The list of sessions can be had, and a new login that was reported is one until somebody acknowledges it.
    async fn knows_its_sessions(&self) -> Result<()> {
        let snapshot = self.account.watch_sessions().next().await?;
        ensure!(snapshot.list.current.device_id == self.case.device_id);
        if let Some(stranger) = &self.case.unacknowledged_login {
            let login = snapshot.new_logins.iter().find(|login| login.device_id == *stranger);
            ensure!(
                login.context("the new login is forgotten")?.reported,
                "it is reported anew"
            );
            self.account.acknowledge_login(stranger).await?;
            let snapshot = self.account.watch_sessions().next().await?;
            ensure!(snapshot.new_logins.iter().all(|login| login.device_id != *stranger));
        }
        Ok(())
    }

    /// The new identity is in force and whole, and the new key opens everything.
    async fn is_done(&self, new_key: &str) -> Result<()> {
        let now = self.oracle.look().await?;
        let [master_key, ..] = now.server.public_keys();
        ensure!(
            master_key.is_some() && master_key != self.case.old_identity.as_deref(),
            "the identity is the old one"
        );
        self.oracle.i3_this_session_is_signed(&now)?;
        self.oracle.i3_the_backup_is_signed_and_held(&now, new_key)?;
        self.oracle.assert_no_trace_of_the_old().await?;
        self.oracle
            .i2_room_keys_are_readable(&now, Some(new_key), Backups::Current)
            .await?;
        self.oracle.i4_a_held_key_leads_to_the_identity(&now, Some(new_key))?;
        let fresh = self.reads_everything_with(new_key).await?;
        ensure!(
            fresh.private_keys().await == now.device.private_keys
                && now.device.private_keys.len() == CROSS_SIGNING_SECRETS.len(),
            "the private keys in secret storage are those of this session"
        );
        Ok(())
    }

    /// The old identity is in force and whole, and the old key opens everything.
    async fn is_undone(&self) -> Result<()> {
        let (before, now) = (self.oracle.before(), self.oracle.look().await?);
        ensure!(
            now.server.public_keys() == before.server.public_keys(),
            "the identity is another"
        );
        ensure!(now.server.default_key_id() == before.server.default_key_id());
        ensure!(now.server.current_backup == before.server.current_backup);
        self.oracle.i1_the_old_key_opens_secret_storage(&now)?;
        self.oracle.i1_the_private_keys_are_on_the_device(&now)?;
        // Nothing but what the default key opens.
        self.oracle.assert_no_trace_of_the_old().await?;
        self.oracle.i2_room_keys_are_readable(&now, None, Backups::All).await?;
        self.oracle.i4_a_held_key_leads_to_the_identity(&now, None)?;
        if let Some(old_key) = &self.case.old_key {
            self.reads_everything_with(old_key).await?;
        }
        Ok(())
    }

    /// A fresh login with nothing but `key` reads all messages from before.
    async fn reads_everything_with(&self, key: &str) -> Result<OtherClient> {
        let fresh = OtherClient::login(self.url, &self.user).await?;
        fresh.recover(key).await?;
        ensure!(
            reads_all(&fresh, &self.case.messages()).await?,
            "a message from before cannot be read"
        );
        Ok(fresh)
    }
}

/// Writes another address into a session, because the server has another port in every run. This version's state store
/// has the session in clear, and nothing but the entry's name is hashed.
fn move_homeserver(store: &Path, url: &str) -> Result<()> {
    let has_log = store.join(format!("{STATE_DATABASE}-wal")).exists();
    let database = Connection::open(store.join(STATE_DATABASE))?;
    // What a killed process has left in SQLite's log stays there, for the core to find.
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
    let entries = database
        .prepare("SELECT key, value FROM kv_blob")?
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(Vec<u8>, Vec<u8>)>, _>>()?;
    let mut sessions = entries.into_iter().filter_map(|(name, entry)| {
        let session: Value = serde_json::from_slice(&entry).ok()?;
        session.get("homeserver")?;
        Some((name, session))
    });
    let (name, mut session) = sessions.next().context("there is no session in the state store")?;
    session["homeserver"] = format!("{url}/").into();
    let changed = database.execute(
        "UPDATE kv_blob SET value = ?1 WHERE key = ?2",
        (serde_json::to_vec(&session)?, name),
    )?;
    ensure!(
        changed == 1 && sessions.next().is_none(),
        "there is more than one session"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_of_released_versions_open_and_every_reset_in_them_can_be_finished() {
    for archive in ARCHIVES {
        let released = Released::open(archive).await;
        released
            .check(
                |_| true,
                async |opened| {
                    let key = opened.finish().await?;
                    // The tokens that were refreshed are those that it goes on with.
                    let opened = opened.restart().await?;
                    let status = opened.account.status().await?;
                    ensure!(status.pending_reset.is_none() && status.verified, "{status:?}");
                    ensure!(status.identity == IdentityStatus::Ours, "{status:?}");
                    ensure!(status.secret_storage == SecretStorageStatus::Ready, "{status:?}");
                    ensure!(status.key_backup == KeyBackupStatus::Enabled, "{status:?}");
                    opened.account.close().await?;
                    opened.is_done(&key).await
                },
            )
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_commit_every_store_of_a_released_version_can_stay_with_its_old_identity() {
    for archive in ARCHIVES {
        let released = Released::open(archive).await;
        released
            .check(
                |case| !case.new_identity_in_force,
                async |opened| {
                    if opened.case.pending_reset().is_some() {
                        opened.account.cancel_reset().await?;
                    }
                    opened.knows_its_sessions().await?;
                    let opened = opened.restart().await?;
                    let status = opened.account.status().await?;
                    ensure!(status.pending_reset.is_none(), "{status:?}");
                    if opened.case.old_identity.is_some() {
                        ensure!(status.verified, "{status:?}");
                        ensure!(status.secret_storage == SecretStorageStatus::Ready, "{status:?}");
                        ensure!(status.key_backup == KeyBackupStatus::Enabled, "{status:?}");
                    }
                    opened.account.close().await?;
                    opened.is_undone().await
                },
            )
            .await;
    }
}

#[test]
fn the_stores_of_released_versions_have_every_phase_and_one_of_a_killed_process() {
    for archive in ARCHIVES {
        let (folder, cases) = unpack(archive);
        let phases: BTreeSet<_> = cases.iter().filter_map(|case| case.phase.as_deref()).collect();
        assert_eq!(phases, BTreeSet::from(PHASES));
        assert!(cases.iter().any(|case| case.phase.is_none()));
        for in_force in [false, true] {
            let unanswered = |case: &Case| {
                case.phase.as_deref() == Some("Confirmed")
                    && case.upload_unanswered
                    && case.new_identity_in_force == in_force
            };
            assert!(cases.iter().any(unanswered));
        }
        let log = |case: &Case| folder.path().join(&case.name).join("matrix-sdk-crypto.sqlite3-wal");
        let has_log = |case: &Case| fs::metadata(log(case)).is_ok_and(|log| log.len() > 0);
        assert!(cases.iter().any(has_log));
    }
}
