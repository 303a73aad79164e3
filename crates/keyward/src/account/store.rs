// SPDX-License-Identifier: Apache-2.0

//! The encrypted local store and the matrix-sdk client on it.
//!
//! The only file that uses `ClientBuilder::base_client`, which matrix-sdk hides ("public for test only"). It is how the
//! reset reaches the `OlmMachine` and the crypto store: matrix-sdk's own reset destroys before it asks (docs/adr/0001).
//! Pinned with `matrix-sdk = "=0.18.0"`; docs/adr/0002 says what to check before the pin moves.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use matrix_sdk::{
    Client, SqliteCryptoStore, SqliteStateStore, SqliteStoreConfig, ThreadingSupport,
    authentication::matrix::MatrixSession,
    config::{RequestConfig, StoreConfig},
    cross_process_lock::CrossProcessLockConfig,
    encryption::{BackupDownloadStrategy, EncryptionSettings},
};
use matrix_sdk_base::{BaseClient, DmRoomDefinition, StateStore, crypto::store::CryptoStore};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use url::Url;

use crate::{
    account::{OpenError, homeserver::Homeserver, http},
    error::StoreError,
    secret::StoreKey,
};

/// matrix-sdk-sqlite's names for its files.
const CRYPTO_DATABASE: &str = "matrix-sdk-crypto.sqlite3";
const STATE_DATABASE: &str = "matrix-sdk-state.sqlite3";
/// Held while the store is open: two processes on one crypto store corrupt its Olm sessions.
const LOCK: &str = "keyward.lock";
/// Where the state store keeps the session.
const SESSION: &[u8] = b"keyward.session";

/// How often a request is sent before it counts as failed; the reset's own steps can all be repeated beyond that.
/// matrix-sdk's default is to go on for 15 minutes.
const ATTEMPTS: usize = 3;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A homeserver and the session on it: what has to survive a restart.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSession {
    pub(crate) homeserver: Url,
    pub(crate) session: MatrixSession,
}

/// The open store of one account: its files, locked for this process.
pub(crate) struct Store {
    pub(crate) dir: PathBuf,
    pub(crate) key: StoreKey,
    pub(crate) crypto: Arc<SqliteCryptoStore>,
    state: SqliteStateStore,
    /// Released when the store is dropped.
    _lock: File,
}

impl Store {
    /// Opens the store in `dir`. `create` says whether it may be made where there is none. One database without the
    /// other is an error in any case, because matrix-sdk would put an empty one in its place and with it a second set
    /// of device keys.
    pub(crate) async fn open(dir: &Path, key: &StoreKey, create: bool) -> Result<Self, OpenError> {
        match (dir.join(STATE_DATABASE).is_file(), dir.join(CRYPTO_DATABASE).is_file()) {
            (true, true) => {}
            (false, false) if create => make_private_dir(dir).map_err(StoreError::because)?,
            (false, false) => return Err(OpenError::NotLoggedIn),
            _ => return Err(OpenError::Damaged),
        }
        let lock = take_lock(dir)?;
        let config = SqliteStoreConfig::with_low_memory_config(dir).key(Some(key.reveal()));
        let crypto = Arc::new(
            SqliteCryptoStore::open_with_config(&config)
                .await
                .map_err(from_sqlite)?,
        );
        let state = SqliteStateStore::open_with_config(&config).await.map_err(from_sqlite)?;
        Ok(Self {
            dir: dir.to_owned(),
            key: key.clone(),
            crypto,
            state,
            _lock: lock,
        })
    }

    /// The crypto database's file, for the paged reader of room keys.
    pub(crate) fn crypto_database(&self) -> PathBuf {
        self.dir.join(CRYPTO_DATABASE)
    }

    pub(crate) async fn session(&self) -> Result<Option<StoredSession>, OpenError> {
        let Some(bytes) = self
            .state
            .get_custom_value(SESSION)
            .await
            .map_err(|_| OpenError::Damaged)?
        else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| OpenError::Damaged)
    }

    pub(crate) async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        save_session(&self.state, session).await
    }

    /// Whether a login's keys are in here, so that the files must not be thrown away.
    pub(crate) async fn holds_device_keys(&self) -> Result<bool, OpenError> {
        Ok(self
            .crypto
            .load_account()
            .await
            .map_err(|_| OpenError::Damaged)?
            .is_some())
    }

    /// Builds the client on this store. The `BaseClient` shares its `OlmMachine` with it.
    pub(crate) async fn client(&self, homeserver: &Url) -> Result<(Client, BaseClient), StoreError> {
        let config = StoreConfig::new(CrossProcessLockConfig::SingleProcess)
            .crypto_store(self.crypto.clone())
            .state_store(self.state.clone());
        let base = BaseClient::new(config, ThreadingSupport::Disabled, DmRoomDefinition::default());
        let builder = Client::builder()
            .homeserver_url(homeserver.as_str())
            .cross_process_store_config(CrossProcessLockConfig::SingleProcess)
            .request_config(RequestConfig::new().retry_limit(ATTEMPTS).timeout(REQUEST_TIMEOUT))
            .http_client(http::session_client(homeserver).map_err(StoreError::because)?);
        let client = builder
            // Nothing may happen to identity or backup that the person did not ask for.
            .with_encryption_settings(EncryptionSettings {
                auto_enable_cross_signing: false,
                auto_enable_backups: false,
                backup_download_strategy: BackupDownloadStrategy::Manual,
            })
            .with_enable_share_history_on_invite(false)
            .handle_refresh_tokens()
            .base_client(base.clone())
            .build()
            .await
            .map_err(StoreError::because)?;
        self.keep_refreshed_tokens(&client, homeserver.clone())?;
        Ok((client, base))
    }

    /// Stores new tokens the moment the server has issued them: the old refresh token dies with the new one's first use.
    fn keep_refreshed_tokens(&self, client: &Client, homeserver: Url) -> Result<(), StoreError> {
        let state = self.state.clone();
        client
            .set_session_callbacks(
                Box::new(|client| client.session_tokens().ok_or_else(|| "not logged in".into())),
                Box::new(move |client| {
                    let Some(session) = client.matrix_auth().session() else {
                        return Ok(());
                    };
                    let (state, stored) = (
                        state.clone(),
                        StoredSession {
                            homeserver: homeserver.clone(),
                            session,
                        },
                    );
                    let runtime = Handle::current();
                    // The callback is synchronous and the store is not; a thread of its own may block on any runtime.
                    std::thread::spawn(move || runtime.block_on(save_session(&state, &stored)))
                        .join()
                        .map_err(|_| "the thread that saves the session panicked")?
                        .map_err(Into::into)
                }),
            )
            .map_err(StoreError::because)
    }

    /// Finishes what is being written and closes the databases.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.crypto.close().await.map_err(StoreError::because)?;
        self.state.close().await.map_err(StoreError::because)
    }

    /// Closes the databases and removes every file of the store. The folder goes too if nothing else is in it.
    pub(crate) async fn remove(&self) -> Result<(), StoreError> {
        self.close().await?;
        remove_files(&self.dir)
    }
}

/// Removes the store's files in `dir`, of a store that is not open.
fn remove_files(dir: &Path) -> Result<(), StoreError> {
    for database in [STATE_DATABASE, CRYPTO_DATABASE] {
        for suffix in ["", "-wal", "-shm"] {
            remove_file(&dir.join(format!("{database}{suffix}")))?;
        }
    }
    remove_file(&dir.join(LOCK))?;
    // Whatever else a person keeps there stays, and the folder with it.
    let _ = std::fs::remove_dir(dir);
    Ok(())
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::because(error.kind())),
        _ => Ok(()),
    }
}

async fn save_session(state: &SqliteStateStore, session: &StoredSession) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(session).map_err(StoreError::because)?;
    state
        .set_custom_value_no_read(SESSION, bytes)
        .await
        .map_err(StoreError::because)
}

fn take_lock(dir: &Path) -> Result<File, OpenError> {
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join(LOCK))
        .map_err(|error| StoreError::because(error.kind()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(StoreError::because(error.kind()).into()),
    }
}

fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// A key that does not open the cipher is wrong; a file that is no database, or half of one, is damaged.
fn from_sqlite(error: matrix_sdk_sqlite::OpenStoreError) -> OpenError {
    use matrix_sdk_sqlite::OpenStoreError as E;
    match error {
        E::InitCipher(matrix_sdk_store_encryption::Error::Encryption(_)) => OpenError::WrongKey,
        E::CreateDir(cause) => StoreError::because(cause.kind()).into(),
        other => {
            tracing::error!(error = %other, "the local store cannot be opened");
            OpenError::Damaged
        }
    }
}

impl StoredSession {
    pub(crate) fn new(homeserver: &Homeserver, session: MatrixSession) -> Self {
        Self {
            homeserver: homeserver.url().clone(),
            session,
        }
    }
}
