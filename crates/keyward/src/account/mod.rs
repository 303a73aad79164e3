// SPDX-License-Identifier: Apache-2.0

//! One login of one account: log in, restore, synchronise what account security needs, log out.

mod account_data;
mod homeserver;
mod http;
mod logout;
mod status;
mod store;
mod sync;

use std::{fmt, path::Path, sync::Arc};

use matrix_sdk::{
    Client,
    authentication::matrix::MatrixSession,
    ruma::{
        DeviceId, UserId,
        api::client::uiaa::{MatrixUserIdentifier, UserIdentifier},
        api::{client::session::login, error::ErrorKind},
    },
    store::RoomLoadSettings,
};
use matrix_sdk_base::{BaseClient, crypto::OlmMachine};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub(crate) use self::{
    account_data::{CLIENT_INFORMATION, NOTIFICATION_SETTINGS},
    sync::Seen,
};
pub use self::{
    homeserver::{DiscoveryError, Homeserver},
    logout::{LogoutError, UnsavedRoomKeys},
    status::{IdentityStatus, KeyBackupStatus, SecretStorageStatus, Status, StatusError},
};
use self::{
    store::{Store, StoredSession},
    sync::Synchronisation,
};
use crate::{
    error::{ServerError, StoreError},
    room_keys,
    secret::{Passphrase, Password, StoreKey},
    sessions::LedgerAccess,
};

/// What a login needs.
#[derive(Debug)]
pub struct Login {
    /// User id (`@alice:example.org`) or its localpart.
    pub user: String,
    /// The account password.
    pub password: Password,
    /// The session's public name; others can see it.
    pub session_name: String,
}

/// Why a login failed. Nothing on disk was overwritten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// User or password is wrong. Ask again.
    #[error("User name or password is wrong.")]
    WrongPassword,
    /// The server offers no login by password.
    #[error("This homeserver does not offer to log in with a password.")]
    PasswordNotOffered,
    /// The folder holds a login already. Log out of it, or use another folder.
    #[error("This folder already holds a session of {user_id}. Log out of it first, or choose another folder.")]
    AlreadyLoggedIn {
        /// Whose session it is.
        user_id: String,
    },
    /// The folder's store cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server could not be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoginError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::PasswordNotOffered => "password_not_offered",
            Self::AlreadyLoggedIn { .. } => "already_logged_in",
            Self::Open(error) => error.kind(),
            Self::Server(error) => error.kind(),
            Self::Store(_) => "store",
        }
    }
}

/// Why a store could not be opened. Its files are as they were.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no login in this folder.
    #[error("Nobody is logged in here. Log in first.")]
    NotLoggedIn,
    /// The key does not open the store.
    #[error("The key does not open the local store. It belongs to another store, or the key was replaced.")]
    WrongKey,
    /// A file of the store is missing or broken. Restore it from a backup, or move the folder away and log in again.
    #[error("The local store is damaged: a file is missing or broken. Restore it, or move it away and log in again.")]
    Damaged,
    /// The session and the keys in this folder belong to different logins.
    #[error("The files in this folder belong to different logins. Restore the ones that belong together.")]
    OtherAccount,
    /// Another program has the store open.
    #[error("Another program is using this store. Close it and try again.")]
    InUse,
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotLoggedIn => "not_logged_in",
            Self::WrongKey => "wrong_store_key",
            Self::Damaged => "store_damaged",
            Self::OtherAccount => "store_of_other_account",
            Self::InUse => "store_in_use",
            Self::Store(_) => "store",
        }
    }
}

/// A login and its encrypted store. Cheap to clone; the store is closed when the last clone is dropped, which must
/// happen inside a Tokio runtime.
#[derive(Clone)]
pub struct Account {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    base: BaseClient,
    store: Store,
    session: matrix_sdk::SessionMeta,
    /// One reset at a time: held by whoever drives one.
    reset: Arc<Mutex<()>>,
    /// Held by a write that goes on although its caller was dropped.
    writing: Arc<Mutex<()>>,
    sync: Synchronisation,
    ledger: LedgerAccess,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl Account {
    /// Logs in with a password and makes the store in `dir`, encrypted with `key`. The session's device keys are
    /// uploaded, so that other sessions see it as one that supports encryption.
    ///
    /// # Errors
    /// [`LoginError`]. A folder that holds a login, another key's store or a damaged one is left alone.
    pub async fn login(homeserver: &Homeserver, login: Login, dir: &Path, key: &StoreKey) -> Result<Self, LoginError> {
        let store = Store::open(dir, key, true).await?;
        if let Some(existing) = store.session().await? {
            return Err(LoginError::AlreadyLoggedIn {
                user_id: existing.session.meta.user_id.to_string(),
            });
        }
        // Keys without a session: half of a login that somebody may still want to mend.
        if store.holds_device_keys().await? {
            return Err(OpenError::Damaged.into());
        }
        let account = Self::login_into(homeserver, login, store).await?;
        if let Err(error) = account.ensure_device_keys().await {
            tracing::warn!(%error, "the device keys are not uploaded yet; the next synchronisation does it");
        }
        Ok(account)
    }

    async fn login_into(homeserver: &Homeserver, login: Login, store: Store) -> Result<Self, LoginError> {
        let (client, base) = store.client(homeserver.url()).await?;
        let response = match send_login(&client, login).await {
            Ok(response) => response,
            Err(error) => {
                store.remove().await?;
                return Err(error);
            }
        };
        let session = MatrixSession::from(&response);
        store
            .save_session(&StoredSession::new(homeserver, session.clone()))
            .await?;
        Ok(Self::activate(store, client, base, session).await?)
    }

    /// Opens the store in `dir` and takes the session up again. Needs no network.
    ///
    /// # Errors
    /// [`OpenError`]; the files are left as they are.
    pub async fn restore(dir: &Path, key: &StoreKey) -> Result<Self, OpenError> {
        let store = Store::open(dir, key, false).await?;
        let StoredSession { homeserver, session } = store.session().await?.ok_or(OpenError::NotLoggedIn)?;
        let (client, base) = store.client(&homeserver).await?;
        Self::activate(store, client, base, session).await
    }

    async fn activate(
        store: Store,
        client: Client,
        base: BaseClient,
        session: MatrixSession,
    ) -> Result<Self, OpenError> {
        let meta = session.meta.clone();
        client
            .matrix_auth()
            .restore_session(session, RoomLoadSettings::default())
            .await
            .map_err(|error| {
                // The cause names the accounts, so it is not logged.
                match error {
                    matrix_sdk::Error::OlmError(error) if is_other_account(&error) => OpenError::OtherAccount,
                    _ => OpenError::Damaged,
                }
            })?;
        let inner = Inner {
            client,
            base,
            store,
            session: meta,
            reset: Arc::default(),
            writing: Arc::default(),
            sync: Synchronisation::default(),
            ledger: LedgerAccess::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Finishes what is being written and closes the store's databases, so that its files can be copied, or an app
    /// suspended (iOS ends apps that hold locks then). Every later call of this account and its clones fails with a
    /// store error. The files stay reserved until the last clone is dropped, those in a reset or a running call among
    /// them: before that, [`Account::restore`] fails with [`OpenError::InUse`].
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn close(&self) -> Result<(), StoreError> {
        drop(self.writing().await);
        self.inner.store.close().await
    }

    /// Matrix user id, for instance `@alice:example.org`.
    pub fn user_id(&self) -> &str {
        self.inner.session.user_id.as_str()
    }

    /// This session's device id.
    pub fn device_id(&self) -> &str {
        self.inner.session.device_id.as_str()
    }

    /// The homeserver's address.
    pub fn homeserver(&self) -> String {
        self.inner.client.homeserver().to_string()
    }

    /// Writes every room key to `file` in the common format, encrypted with `passphrase`.
    /// Dropping the future cancels and leaves no file.
    ///
    /// # Errors
    /// [`room_keys::ExportError`]; a file that was there before is kept.
    pub async fn export_room_keys(
        &self,
        file: &Path,
        passphrase: &Passphrase,
        progress: impl Fn(room_keys::RoomKeyProgress) + Send + Sync + 'static,
    ) -> Result<u64, room_keys::ExportError> {
        let store = room_keys::StoreFiles {
            crypto_database: self.inner.store.crypto_database(),
            key: self.inner.store.key.clone(),
        };
        room_keys::export(&store, file, passphrase, progress).await
    }

    /// Reads room keys from `file` in the common format. Keys that are here already in an equal or better version are
    /// left alone. Dropping the future cancels; what was imported until then stays.
    ///
    /// # Errors
    /// [`room_keys::ImportError`]; a wrong passphrase or a damaged file changes nothing.
    pub async fn import_room_keys(
        &self,
        file: &Path,
        passphrase: &Passphrase,
        progress: impl Fn(room_keys::RoomKeyProgress) + Send + Sync + 'static,
    ) -> Result<room_keys::RoomKeyImport, room_keys::ImportError> {
        room_keys::import(&self.machine().await, file, passphrase, progress).await
    }

    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }

    pub(crate) fn own_user(&self) -> &UserId {
        &self.inner.session.user_id
    }

    pub(crate) fn own_device(&self) -> &DeviceId {
        &self.inner.session.device_id
    }

    pub(crate) fn crypto_store(&self) -> &matrix_sdk::SqliteCryptoStore {
        &self.inner.store.crypto
    }

    /// The right to drive a reset, for one at a time.
    pub(crate) fn reset_guard(&self) -> Option<OwnedMutexGuard<()>> {
        self.inner.reset.clone().try_lock_owned().ok()
    }

    /// The right to begin a write that goes on although its caller is dropped; waits for the one before.
    pub(crate) async fn writing(&self) -> OwnedMutexGuard<()> {
        self.inner.writing.clone().lock_owned().await
    }

    pub(crate) fn ledger(&self) -> &LedgerAccess {
        &self.inner.ledger
    }

    pub(crate) async fn machine(&self) -> OlmMachine {
        self.inner
            .base
            .olm_machine()
            .await
            .clone()
            .expect("restoring the session made the machine")
    }
}

fn is_other_account(error: &matrix_sdk_base::crypto::OlmError) -> bool {
    use matrix_sdk_base::crypto::{CryptoStoreError, OlmError};
    matches!(error, OlmError::Store(CryptoStoreError::MismatchedAccount { .. }))
}

/// Logs in by hand rather than through matrix-sdk's builder, which would follow an address that the reply names and keep
/// the password in memory for later.
async fn send_login(client: &Client, login: Login) -> Result<login::v3::Response, LoginError> {
    let flows = client
        .send(matrix_sdk::ruma::api::client::session::get_login_types::v3::Request::new())
        .await
        .map_err(ServerError::from)?
        .flows;
    if !flows.iter().any(|flow| flow.login_type() == "m.login.password") {
        return Err(LoginError::PasswordNotOffered);
    }
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(login.user));
    let info = login::v3::LoginInfo::Password(login::v3::Password::new(user, login.password.reveal().to_owned()));
    let mut request = login::v3::Request::new(info);
    request.initial_device_display_name = Some(login.session_name);
    request.refresh_token = true;
    client
        .send(request)
        .await
        .map_err(|error| match error.client_api_error_kind() {
            Some(ErrorKind::Forbidden) => LoginError::WrongPassword,
            _ => LoginError::Server(error.into()),
        })
}
