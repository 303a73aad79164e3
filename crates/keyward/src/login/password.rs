// SPDX-License-Identifier: Apache-2.0

//! Logging in with a password.

use std::path::Path;

use ruma::api::client::{
    session::{get_login_types, login},
    uiaa::{MatrixUserIdentifier, UserIdentifier},
};
use url::Url;

use super::{LoginError, door, give_up, open, take_up};
use crate::{
    account::{Account, Session},
    error::{RequestError, ServerError},
    secret::{Password, Secret, StoreKey},
    server::Homeserver,
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

impl Account {
    /// Logs in with a password and makes the store in `dir`, encrypted with `key`. The session's device keys are
    /// uploaded, so that other sessions see it as one that supports encryption.
    ///
    /// # Errors
    /// [`LoginError`]. A folder that holds a login, another key's store or a damaged one is left alone.
    pub async fn login(homeserver: &Homeserver, login: Login, dir: &Path, key: &StoreKey) -> Result<Self, LoginError> {
        let store = open(dir, key).await?;
        match send_login(homeserver.url(), login).await {
            Ok(session) => take_up(store, session).await,
            Err(error) => {
                give_up(&store).await?;
                Err(error)
            }
        }
    }
}

async fn send_login(homeserver: &Url, login: Login) -> Result<Session, LoginError> {
    let server = door(homeserver, None)?;
    let offered = server.send(get_login_types::v3::Request::new()).await;
    let flows = match offered {
        Ok(offered) => offered.flows,
        // A server that leaves its accounts to another one may not have this at all.
        Err(error) if error.is_not_found() => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if !flows.iter().any(|flow| flow.login_type() == "m.login.password") {
        return Err(LoginError::PasswordNotOffered);
    }
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(login.user));
    let info = login::v3::LoginInfo::Password(login::v3::Password::new(user, login.password.reveal().to_owned()));
    let reply = server
        .send(request(info, login.session_name))
        .await
        .map(|reply| session(homeserver, reply));
    reply.map_err(|error| match error {
        RequestError::Server(ServerError::Refused { ref code, .. }) if code == "M_FORBIDDEN" => {
            LoginError::WrongPassword
        }
        error => error.into(),
    })
}

/// The request for a session to the homeserver itself.
pub(super) fn request(info: login::v3::LoginInfo, session_name: String) -> login::v3::Request {
    let mut request = login::v3::Request::new(info);
    request.initial_device_display_name = Some(session_name);
    request.refresh_token = true;
    request
}

/// The session that it brought.
pub(super) fn session(homeserver: &Url, reply: login::v3::Response) -> Session {
    Session {
        homeserver: homeserver.clone(),
        user_id: reply.user_id,
        device_id: reply.device_id,
        access_token: Secret::new(reply.access_token),
        refresh_token: reply.refresh_token.map(Secret::new),
        oauth: None,
        exposed: false,
    }
}
