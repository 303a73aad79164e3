// SPDX-License-Identifier: Apache-2.0

//! Logging in: a new session on the homeserver, and the local store that belongs to it.

use std::path::Path;

use ruma::api::client::{
    session::{get_login_types, login},
    uiaa::{MatrixUserIdentifier, UserIdentifier},
};

use crate::{
    account::{Account, OpenError, Session, Store},
    error::{FlowError, Remedy, RequestError, ServerError, StoreError},
    secret::{Password, Secret, StoreKey},
    server::{self, Endpoints, Homeserver, Nobody, Server},
    text::clean,
};

/// The longest user id, in bytes (specification: Appendices, "User Identifiers").
const LONGEST_USER_ID: usize = 255;
/// The longest device id that is taken, in bytes. The specification sets no limit; homeservers make ten characters.
const LONGEST_DEVICE_ID: usize = 255;

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
    /// The server could not be used, or the local store failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for LoginError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::WrongPassword => ("login.wrong_password", Remedy::AskAgain),
            Self::PasswordNotOffered => ("login.password_not_offered", Remedy::UseBrowser),
            Self::AlreadyLoggedIn { .. } => ("login.already_logged_in", Remedy::Nothing),
            Self::Open(error) => error.advice(),
            Self::Request(error) => error.advice(),
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
                user_id: existing.user_id.to_string(),
            });
        }
        // Keys without a session: an incomplete login that somebody may still want to repair.
        if store.device().await?.is_some() {
            return Err(OpenError::Damaged.into());
        }
        let session = match send_login(homeserver, login).await {
            Ok(session) => session,
            Err(error) => {
                store.remove().await?;
                return Err(error);
            }
        };
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
        let account = Self::activate(store, session).await?;
        if let Err(error) = account.ensure_device_keys().await {
            tracing::warn!(%error, "the device keys are not uploaded yet; the next synchronisation does it");
        }
        Ok(account)
    }
}

async fn keep(store: &Store, session: &Session) -> Result<(), LoginError> {
    session.save(&store.crypto).await?;
    Ok(store.mark(session)?)
}

/// Whether ids and tokens can be used: they go into texts, paths, headers, and the keys of account data.
fn is_sane(session: &Session) -> bool {
    let is_id = |id: &str, most: usize| id.len() <= most && clean(id) == id;
    let is_token = |token: &Secret| {
        let token = token.reveal();
        !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
    };
    is_id(session.user_id.as_str(), LONGEST_USER_ID)
        && is_id(session.device_id.as_str(), LONGEST_DEVICE_ID)
        && is_token(&session.access_token)
        && session.refresh_token.as_ref().is_none_or(is_token)
}

/// An address that the reply names is not followed: the person chose the homeserver.
async fn send_login(homeserver: &Homeserver, login: Login) -> Result<Session, LoginError> {
    let url = homeserver.url();
    let http = server::session_client(url).map_err(StoreError::because)?;
    let server = Server::new(url.clone(), http, Endpoints::LOGIN, Box::new(Nobody));
    let flows = server.send(get_login_types::v3::Request::new()).await?.flows;
    if !flows.iter().any(|flow| flow.login_type() == "m.login.password") {
        return Err(LoginError::PasswordNotOffered);
    }
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(login.user));
    let info = login::v3::LoginInfo::Password(login::v3::Password::new(user, login.password.reveal().to_owned()));
    let mut request = login::v3::Request::new(info);
    request.initial_device_display_name = Some(login.session_name);
    request.refresh_token = true;
    let reply = server.send(request).await.map_err(|error| match error {
        RequestError::Server(ServerError::Refused { ref code, .. }) if code == "M_FORBIDDEN" => {
            LoginError::WrongPassword
        }
        error => error.into(),
    })?;
    Ok(Session {
        homeserver: url.clone(),
        user_id: reply.user_id,
        device_id: reply.device_id,
        access_token: Secret::new(reply.access_token),
        refresh_token: reply.refresh_token.map(Secret::new),
        exposed: false,
    })
}
