// SPDX-License-Identifier: Apache-2.0

//! Signing other sessions out, all in one request.

use matrix_sdk::{
    Client,
    futures::SendRequest,
    ruma::{OwnedDeviceId, api::client::device::delete_devices, api::client::uiaa::AuthData},
};

use crate::{
    account::Account,
    auth::{Attempt, AuthError, Authorisation, Challenge},
    secret::Password,
};

/// Why nobody was signed out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignOutError {
    /// This session is among them. Log out of it instead.
    #[error("This session is among them. Use logout for it.")]
    CurrentSession,
    /// The server does not authorise it, or could not be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

impl SignOutError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CurrentSession => "current_session",
            Self::Auth(error) => error.kind(),
        }
    }
}

/// Sessions about to be signed out. A wrong password keeps the selection and the server's challenge.
pub struct SignOut {
    client: Client,
    devices: Vec<OwnedDeviceId>,
    authorisation: Authorisation,
}

impl Account {
    /// Selects sessions to sign out, by device id. One that is gone already is no error.
    ///
    /// # Errors
    /// [`SignOutError::CurrentSession`]
    pub fn sign_out(&self, device_ids: &[String]) -> Result<SignOut, SignOutError> {
        if device_ids.iter().any(|id| id == self.device_id()) {
            return Err(SignOutError::CurrentSession);
        }
        Ok(SignOut {
            client: self.client().clone(),
            devices: device_ids.iter().map(|id| OwnedDeviceId::from(id.as_str())).collect(),
            authorisation: Authorisation::new(self.client().homeserver(), self.user_id()),
        })
    }
}

impl SignOut {
    /// Asks the server. `None`: done, no authorisation was needed.
    ///
    /// # Errors
    /// [`SignOutError::Auth`]
    pub async fn begin(&mut self) -> Result<Option<Challenge>, SignOutError> {
        if self.devices.is_empty() {
            return Ok(None);
        }
        let (client, devices) = (&self.client, &self.devices);
        match self.authorisation.begin(|auth| delete(client, devices, auth)).await? {
            Attempt::Done(_) => Ok(None),
            Attempt::Challenged(challenge) => Ok(Some(challenge)),
        }
    }

    /// Signs them out with the account password.
    ///
    /// # Errors
    /// [`SignOutError::Auth`]; after a wrong password call it again.
    pub async fn authorise(&mut self, password: &Password) -> Result<(), SignOutError> {
        let (client, devices) = (&self.client, &self.devices);
        self.authorisation
            .answer_password(password, |auth| delete(client, devices, auth))
            .await?;
        Ok(())
    }
}

fn delete(
    client: &Client,
    devices: &[OwnedDeviceId],
    auth: Option<AuthData>,
) -> SendRequest<delete_devices::v3::Request> {
    let mut request = delete_devices::v3::Request::new(devices.to_vec());
    request.auth = auth;
    client.send(request)
}
