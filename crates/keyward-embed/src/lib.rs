// SPDX-License-Identifier: Apache-2.0

//! Keyward in a Rust app on matrix-sdk: one session and one Olm machine for the app's `Client` and for Keyward's `Account`.
//!
//! The app logs in, synchronises, refreshes tokens and logs out, as ever. Keyward does none of that here, and every flow of it
//! works: the page of sessions, verification, room keys in files, the reset. Nobody logs in a second time, and no key has to
//! be handed over: the private keys of a new identity are in the app's own store.
//!
//! ```no_run
//! // matrix-sdk's futures are deep.
//! #![recursion_limit = "256"]
//! # use std::path::Path;
//! # use keyward::secret::StoreKey;
//! # use keyward_embed::{Settings, embed};
//! # use matrix_sdk::{Client, authentication::matrix::MatrixSession, config::SyncSettings};
//! # async fn example(folder: &Path, key: &StoreKey, session: MatrixSession) -> anyhow::Result<()> {
//! let builder = Client::builder().homeserver_url("https://matrix.example.org");
//! let (client, account) = embed(builder, Settings::new(folder, key), async |client| {
//!     // The app's own way to log in, or to take a session up again.
//!     client.restore_session(session).await
//! })
//! .await?;
//! tokio::spawn({
//!     let client = client.clone();
//!     async move { client.sync(SyncSettings::default()).await }
//! });
//! println!("{} other sessions", account.sessions().await?.others.len());
//! # Ok(())
//! # }
//! ```
//!
//! It works with the one version of matrix-sdk that the workspace pins, because it needs a call that matrix-sdk hides
//! (`ClientBuilder::base_client`): nothing else gives out the Olm machine. An app on another version attaches
//! ([`Account::attach`](keyward::account::Account::attach)).
//!
//! What matrix-sdk does not tell of shows in [`SessionsWatch`](keyward::sessions::SessionsWatch) within half a minute, or at the
//! next `refresh`: sessions without encryption, new names, what other clients say of themselves. After a reset
//! `client.encryption().backups().state()` and `recovery().state()` are what they were until the next start; the backup itself is
//! in use.

mod host;

/// The quick start compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/quick-start/rust.md")]
mod quick_start {}

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use keyward::{
    account::{Account, Embedding, FolderLock, OpenError},
    secret::StoreKey,
};
use matrix_sdk::{
    Client, ClientBuildError, ClientBuilder, SqliteCryptoStore, SqliteEventCacheStore, SqliteMediaStore,
    SqliteStateStore, SqliteStoreConfig, ThreadingSupport, config::StoreConfig,
    cross_process_lock::CrossProcessLockConfig,
};
use matrix_sdk_base::{
    BaseClient, DmRoomDefinition,
    crypto::{CollectStrategy, DecryptionSettings, TrustRequirement},
};

use self::host::App;

/// Why there is no account. The client's session is as the app's log-in has left it.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The client cannot be built, or its store not be opened: another key, or a disk that does not work.
    #[error(transparent)]
    Client(#[from] ClientBuildError),
    /// The app's log-in failed.
    #[error(transparent)]
    LogIn(#[from] matrix_sdk::Error),
    /// The app's log-in ended without a session.
    #[error("nobody is logged in")]
    NotLoggedIn,
    /// Keyward's part cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Where the store is, and what else of the client `embed` decides in the builder's place: the builder's own settings of these do
/// not count, because matrix-sdk hands none of them over.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the store, the app's alone, the same at each start. It is made (0700) if it is not there.
    pub folder: PathBuf,
    /// What everything in it is encrypted with.
    pub key: StoreKey,
    /// Who gets the keys of messages. matrix-sdk's default is every device.
    pub room_key_recipient_strategy: CollectStrategy,
    /// Whose messages are decrypted. matrix-sdk's default is everybody's.
    pub decryption_settings: DecryptionSettings,
    /// Whether the app shows threads.
    pub threading_support: ThreadingSupport,
    /// Which rooms are direct messages.
    pub dm_room_definition: DmRoomDefinition,
}

impl Settings {
    /// matrix-sdk's defaults.
    pub fn new(folder: &Path, key: &StoreKey) -> Self {
        Self {
            folder: folder.to_owned(),
            key: key.clone(),
            room_key_recipient_strategy: CollectStrategy::default(),
            decryption_settings: DecryptionSettings {
                sender_device_trust_requirement: TrustRequirement::Untrusted,
            },
            threading_support: ThreadingSupport::Disabled,
            dm_room_definition: DmRoomDefinition::default(),
        }
    }
}

/// Builds the client with its store in the folder, has the app log in or restore its session, and makes the account of that
/// session. A store that the app has already is used if it was made with that key (`SqliteStoreConfig::key`).
///
/// The client has to synchronise for as long as the account is in use, in whichever way it does. One process only, and one
/// client: the folder is free again when the last clone of both is dropped, and with it the tasks of matrix-sdk's own. The
/// store is the app's, so `Account::pause` does nothing to it: an app that has to give it up drops both.
///
/// # Errors
/// [`EmbedError`]
pub async fn embed(
    builder: ClientBuilder,
    settings: Settings,
    log_in: impl AsyncFnOnce(&Client) -> matrix_sdk::Result<()>,
) -> Result<(Client, Account), EmbedError> {
    let Settings { folder, key, .. } = settings;
    // Before anything is opened: a second Olm machine on this store would corrupt it.
    let lock = FolderLock::take(&folder)?;
    let one_process = CrossProcessLockConfig::SingleProcess;
    let (crypto_store, stores) = open(&folder, &key, one_process.clone()).await?;
    let mut base = BaseClient::new(stores, settings.threading_support, settings.dm_room_definition);
    base.room_key_recipient_strategy = settings.room_key_recipient_strategy;
    base.decryption_settings = settings.decryption_settings;
    let client = builder
        .cross_process_store_config(one_process)
        .base_client(base.clone())
        .build()
        .await?;
    // The client has the store open for as long as it lives, and so long the folder is its own.
    client.add_event_handler_context(lock.clone());
    log_in(&client).await?;
    client.encryption().wait_for_e2ee_initialization_tasks().await;
    let machine = base.olm_machine().await.clone().ok_or(EmbedError::NotLoggedIn)?;
    let account = Account::embedded(Embedding {
        homeserver: client.homeserver(),
        host: App::of(&client, &machine),
        machine,
        crypto_store,
        folder,
        lock,
        key,
    });
    Ok((client, account.await?))
}

/// The stores that `ClientBuilder::sqlite_store` opens, with the crypto store by itself, too.
async fn open(
    folder: &Path,
    key: &StoreKey,
    lock: CrossProcessLockConfig,
) -> Result<(Arc<SqliteCryptoStore>, StoreConfig), ClientBuildError> {
    let config = SqliteStoreConfig::new(folder).key(Some(key.reveal()));
    let crypto_store = Arc::new(SqliteCryptoStore::open_with_config(&config).await?);
    let stores = StoreConfig::new(lock)
        .crypto_store(crypto_store.clone())
        .state_store(SqliteStateStore::open_with_config(&config).await?)
        .event_cache_store(SqliteEventCacheStore::open_with_config(&config).await?)
        .media_store(SqliteMediaStore::open_with_config(&config).await?);
    Ok((crypto_store, stores))
}
