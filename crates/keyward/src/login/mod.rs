// SPDX-License-Identifier: Apache-2.0

//! Logging in: a new session on the homeserver, and the local store that belongs to it.
//!
//! [`Homeserver::login_methods`] tells which ways a homeserver offers; each has a file here. All end in the same way: what
//! the server gave is checked, kept, and only then used.

mod browser;
mod client;
mod device;
mod methods;
mod password;
mod pending;

use std::path::Path;

pub use self::{
    browser::{BrowserLogin, BrowserMethod},
    client::ClientDescription,
    device::DeviceLogin,
    methods::{LoginMethod, SsoProvider},
    password::Login,
};
use crate::{
    account::{Account, OpenError, Session, Store, is_token},
    error::{Argument, FlowError, Remedy, RequestError, ServerError, StoreError},
    secret::{Secret, StoreKey},
    server::{self, Endpoints, Fixed, Server},
    text::clean,
};

/// The longest user id, in bytes (specification: Appendices, "User Identifiers").
const LONGEST_USER_ID: usize = 255;
/// The longest device id that is taken, in bytes. The specification sets no limit; homeservers make ten characters.
const LONGEST_DEVICE_ID: usize = 255;

/// Why a login failed. Nothing on disk was overwritten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// User or password is wrong. Ask again.
    #[error("User name or password is wrong.")]
    WrongPassword,
    /// The server offers no login by password.
    #[error("This homeserver does not offer to log in with a password.")]
    PasswordNotOffered,
    /// The server does not offer this way to log in. [`Homeserver::login_methods`](crate::Homeserver::login_methods) has
    /// those that it offers.
    #[error("This homeserver does not offer this way to log in.")]
    NotOffered,
    /// The authorisation server does not take this program as a client.
    #[error("The homeserver's account service refuses this program ({code}).")]
    ClientRefused {
        /// OAuth's error code, for instance `invalid_client_metadata`.
        code: String,
    },
    /// The person said no in the browser, or on the other device.
    #[error("The login was cancelled in the browser. Begin it again if that was a mistake.")]
    Denied,
    /// The server ended the login in the browser.
    #[error("The homeserver's account service ended the login ({code}). Begin it again.")]
    Ended {
        /// OAuth's error code, for instance `server_error`.
        code: String,
    },
    /// The login took too long, or its answer was used before. Begin it again.
    #[error("The login has expired, or its answer was used before. Begin it again.")]
    Expired,
    /// The answer does not belong to the login that was begun here.
    #[error("This answer belongs to another login. Finish the one that was begun here, or begin it again.")]
    OtherAnswer,
    /// No login waits for an answer in this folder.
    #[error("No login waits here for a browser. Begin it again.")]
    NotBegun,
    /// The folder holds a login already. Log out of it, or use another folder.
    #[error("This folder already holds a session of {user_id}. Log out of it first, or choose another folder.")]
    AlreadyLoggedIn {
        /// Whose session it is.
        user_id: String,
    },
    /// The folder's store cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server could not be used, or the local store failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for LoginError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::WrongPassword => ("login.wrong_password", Remedy::AskAgain),
            Self::PasswordNotOffered => ("login.password_not_offered", Remedy::UseBrowser),
            Self::NotOffered => ("login.not_offered", Remedy::Nothing),
            Self::ClientRefused { .. } => ("login.client_refused", Remedy::Nothing),
            Self::Denied => ("login.denied", Remedy::LogInAgain),
            Self::Ended { .. } => ("login.ended", Remedy::LogInAgain),
            Self::Expired => ("login.expired", Remedy::LogInAgain),
            Self::OtherAnswer => ("login.other_answer", Remedy::AskAgain),
            Self::NotBegun => ("login.not_begun", Remedy::LogInAgain),
            Self::AlreadyLoggedIn { .. } => ("login.already_logged_in", Remedy::Nothing),
            Self::Open(error) => error.advice(),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Open(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::ClientRefused { code } | Self::Ended { code } => vec![("code", code.clone().into())],
            Self::AlreadyLoggedIn { user_id } => vec![("user", Argument::Name(user_id.clone()))],
            Self::Open(error) => error.arguments(),
            Self::Request(error) => error.arguments(),
            _ => Vec::new(),
        }
    }
}

impl From<ServerError> for LoginError {
    fn from(error: ServerError) -> Self {
        Self::Request(error.into())
    }
}

impl From<StoreError> for LoginError {
    fn from(error: StoreError) -> Self {
        Self::Request(error.into())
    }
}

/// Opens the folder's store, a new one if there is none, for a login. Refuses one that holds a session.
async fn open(dir: &Path, key: &StoreKey) -> Result<Store, LoginError> {
    let store = Store::open(dir, key, true).await?;
    if let Some(existing) = store.session().await? {
        return Err(LoginError::AlreadyLoggedIn {
            user_id: existing.user_id.to_string(),
        });
    }
    // Keys without a session: an incomplete login that somebody may still want to repair.
    if store.device().await?.is_some() {
        return Err(OpenError::Damaged.into());
    }
    Ok(store)
}

/// Keeps a new session and takes it up.
///
/// # Errors
/// [`LoginError`]. The session is signed out again then, and the store is gone.
async fn take_up(store: Store, session: Session) -> Result<Account, LoginError> {
    let kept = match is_sane(&session) {
        true => keep(&store, &session).await,
        false => Err(ServerError::NotUnderstood.into()),
    };
    if let Err(error) = kept {
        // Nothing of it can be used, and what is there would be in the way of the next login.
        session.give_back(&store).await;
        store.remove().await?;
        return Err(error);
    }
    let account = Account::activate(store, session).await?;
    if let Err(error) = account.ensure_device_keys().await {
        tracing::warn!(%error, "the device keys are not uploaded yet; the next synchronisation does it");
    }
    Ok(account)
}

async fn keep(store: &Store, session: &Session) -> Result<(), LoginError> {
    session.save(&store.crypto).await?;
    store.mark(session)?;
    Ok(pending::remove(store).await?)
}

/// Whether ids and tokens can be used: they go into texts, paths, headers, and the keys of account data.
fn is_sane(session: &Session) -> bool {
    let is_id = |id: &str, most: usize| id.len() <= most && clean(id) == id;
    is_id(session.user_id.as_str(), LONGEST_USER_ID)
        && is_id(session.device_id.as_str(), LONGEST_DEVICE_ID)
        && is_token(&session.access_token)
        && session.refresh_token.as_ref().is_none_or(is_token)
}

/// Gives a store up that a login has failed in, unless another login waits there for a browser.
async fn give_up(store: &Store) -> Result<(), LoginError> {
    if pending::Pending::load(store).await?.is_none() {
        store.remove().await?;
    }
    Ok(())
}

/// The door for a login. An address that a reply names is not followed: the person chose the homeserver.
fn door(homeserver: &url::Url, token: Option<Secret>) -> Result<Server, StoreError> {
    let http = server::session_client(homeserver).map_err(StoreError::because)?;
    Ok(Server::new(
        homeserver.clone(),
        http,
        Endpoints::LOGIN,
        Box::new(Fixed(token)),
    ))
}
