// SPDX-License-Identifier: Apache-2.0

//! One account and one session of it: the handle that every flow works on. It sends requests and keeps small documents; for
//! a session that was logged in here it holds the encrypted store and the Olm machine, too. It knows nothing of the flows.

mod account_data;
mod attached;
mod documents;
mod embedded;
mod handle;
mod pause;
mod private;
mod session;
mod shared;
mod state_database;
mod store;

use std::{fmt, ops::Deref, path::Path, sync::Arc};

use matrix_sdk_crypto::{CryptoStoreError, OlmMachine};
use matrix_sdk_sqlite::SqliteCryptoStore;
use tokio::sync::{Mutex, OwnedMutexGuard};

pub(crate) use self::{
    account_data::{CLIENT_INFORMATION, NOTIFICATION_SETTINGS},
    documents::{FlowState, Header, RECOVERY, RESET},
    session::{Session, is_token},
    store::Store,
};
pub use self::{
    attached::{AttachError, Attached, HostSession, TokenRequest, TokenRequests, UnfinishedReset},
    embedded::{Embedding, Host},
    handle::Handle,
    pause::Resumed,
    store::FolderLock,
};
use self::{pause::Pausing, session::KeptSession};
use crate::{
    error::{FlowError, Remedy, RequestError, StoreError},
    secret::StoreKey,
    server::{self, Endpoints, Server},
};

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
    /// A newer version of Keyward has written the store. Use that version.
    #[error("The local store was written by a newer version of Keyward. Use that version.")]
    NewerVersion,
    /// The folder or a file in it belongs to another user of this machine, or a link or a pipe is in place of a file.
    /// Use another folder.
    #[error(
        "The folder of the local store belongs to another user of this machine, or something in it is a link or a pipe \
         in place of a file. Use a folder of your own."
    )]
    Foreign,
    /// Another program has the store open.
    #[error("Another program is using this store. Close it and try again.")]
    InUse,
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FlowError for OpenError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotLoggedIn => ("store.not_logged_in", Remedy::LogInAgain),
            Self::WrongKey => ("store.wrong_key", Remedy::AskAgain),
            Self::Damaged => ("store.damaged", Remedy::LogInAgain),
            Self::OtherAccount => ("store.other_account", Remedy::LogInAgain),
            Self::NewerVersion => ("store.newer_version", Remedy::Update),
            Self::Foreign => ("store.other_user", Remedy::AskAgain),
            Self::InUse => ("store.in_use", Remedy::WaitForOther),
            Self::Store(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// The kind of a session: which program keeps its tokens, its messages and its keys. A flow that works for every kind is
/// written for every kind; what one kind cannot do is not there for it.
pub trait Kind: sealed::Sealed + Send + Sync + 'static {}

mod sealed {
    /// No other crate makes kinds.
    pub trait Sealed {}
}

/// A session with its Olm machine here: one that was logged in here, or one that is shared with the app around it.
pub struct Own {
    machine: OlmMachine,
    store: Store,
    keeping: Keeping,
    /// Held by a write to the store that goes on although its caller was dropped.
    writing: Arc<Mutex<()>>,
    pausing: Pausing,
}

/// Who keeps the tokens and synchronises.
enum Keeping {
    Here(Arc<KeptSession>),
    App(Arc<dyn Host>),
}

impl Own {
    fn embedded(machine: OlmMachine, store: Store, host: Arc<dyn Host>) -> Self {
        Self {
            machine,
            store,
            keeping: Keeping::App(host),
            writing: Arc::default(),
            pausing: Pausing::default(),
        }
    }
}

impl sealed::Sealed for Own {}
impl Kind for Own {}

/// A session of an account, and what is kept of it. Cheap to clone; its store is closed when the last clone is dropped,
/// which must happen inside a Tokio runtime.
pub struct Account<K: Kind = Own> {
    handle: Arc<Handle>,
    kind: Arc<K>,
}

impl<K: Kind> Clone for Account<K> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            kind: self.kind.clone(),
        }
    }
}

impl<K: Kind> fmt::Debug for Account<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl Account {
    /// Whether there is a login in `dir`, or the rest of one. Says nothing of whether it can be opened.
    pub fn is_in(dir: &Path) -> bool {
        Store::is_in(dir)
    }

    /// Opens the store in `dir` and takes the session up again. Needs no network.
    ///
    /// # Errors
    /// [`OpenError`]; the files are left as they are.
    pub async fn restore(dir: &Path, key: &StoreKey) -> Result<Self, OpenError> {
        let store = Store::open(dir, key, false).await?;
        let session = store.session().await?.ok_or(OpenError::NotLoggedIn)?;
        Self::activate(store, session).await
    }

    /// The account of a session whose store is open.
    pub(crate) async fn activate(store: Store, session: Session) -> Result<Self, OpenError> {
        let (user_id, device_id, url) = (
            session.user_id.clone(),
            session.device_id.clone(),
            session.homeserver.clone(),
        );
        // Before anything else is written: a paused account must notice it.
        let pausing = Pausing::begin(&store.crypto).await?;
        let machine = OlmMachine::with_store(&user_id, &device_id, store.crypto.clone(), None)
            .await
            // The cause names the accounts, so it is not logged.
            .map_err(|error| match error {
                CryptoStoreError::MismatchedAccount { .. } => OpenError::OtherAccount,
                error => store::damaged_unless_of_the_disk(&error),
            })?;
        let http = server::session_client(&url).map_err(StoreError::because)?;
        let session = KeptSession::new(store.crypto.clone(), session);
        let server = Server::new(url, http, Endpoints::OWN, Box::new(session.clone()));
        Ok(Self {
            handle: Handle::new(user_id, device_id, server, store.crypto.clone()),
            kind: Arc::new(Own {
                machine,
                store,
                keeping: Keeping::Here(session),
                writing: Arc::default(),
                pausing,
            }),
        })
    }

    /// Finishes pending writes and closes the store's databases, so that the files can be copied. Every later call of this account and its clones fails with a store
    /// error. The files stay locked until the last clone is dropped, including the clones in a reset and in a running
    /// call; until then [`Account::restore`] fails with [`OpenError::InUse`]. A store that is the app's, too, stays open.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn close(&self) -> Result<(), StoreError> {
        if let Keeping::Here(session) = &self.kind.keeping {
            drop(session.settled().await);
        }
        drop(self.writing().await);
        drop(self.saving().await);
        match self.kind.keeping {
            Keeping::Here(_) => self.kind.store.close().await,
            Keeping::App(_) => Ok(()),
        }
    }

    /// The app that this account is embedded in, if it is.
    pub(crate) fn app(&self) -> Option<&Arc<dyn Host>> {
        match &self.kind.keeping {
            Keeping::Here(_) => None,
            Keeping::App(host) => Some(host),
        }
    }

    /// Removes every file of the store. If they are the app's it is only noted that the session is over.
    pub(crate) async fn remove_files(&self) -> Result<(), StoreError> {
        match self.kind.keeping {
            Keeping::Here(_) => self.kind.store.remove().await,
            Keeping::App(_) => self.kind.store.unmark(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.kind.store
    }

    pub(crate) fn crypto_store(&self) -> &SqliteCryptoStore {
        &self.kind.store.crypto
    }

    pub(crate) fn machine(&self) -> &OlmMachine {
        &self.kind.machine
    }

    /// The right to begin a write that goes on after its caller is dropped. Waits until the write before it has ended.
    pub(crate) async fn writing(&self) -> OwnedMutexGuard<()> {
        self.kind.writing.clone().lock_owned().await
    }

    /// Ends this session at the server that gave its tokens out, and makes sure of it. `None` for a session whose tokens the
    /// homeserver itself gave out. `Some(false)`: it lives on.
    pub(crate) async fn revoke_session(&self) -> Result<Option<bool>, RequestError> {
        match &self.kind.keeping {
            Keeping::Here(session) => session.revoked(self.server()).await,
            Keeping::App(_) => Ok(None),
        }
    }

    /// Whether this session's tokens lay unencrypted on this disk, and could not be replaced yet.
    pub(crate) fn has_exposed_tokens(&self) -> bool {
        match &self.kind.keeping {
            Keeping::Here(session) => session.is_exposed(),
            Keeping::App(_) => false,
        }
    }
}

impl<K: Kind> Deref for Account<K> {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}
