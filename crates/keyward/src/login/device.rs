// SPDX-License-Identifier: Apache-2.0

//! Logging in on a device without a browser: the person enters a code on another one (RFC 8628).
//!
//! Specification: Client-Server API, "OAuth 2.0 API: Device authorization grant"; MSC4341.

use std::{fmt, path::Path, time::Duration};

use ruma::OwnedDeviceId;
use url::Url;

use super::{
    ClientDescription, LoginError,
    browser::{give_back, name_session, new_device_id, register, session_of},
    give_up, open, take_up,
};
use crate::{
    account::{Account, Store},
    secret::StoreKey,
    server::{
        Homeserver,
        oauth::{DeviceCode, NoTokens, OAuth, Registered},
    },
    text::clean,
};

/// A login that waits until the person has entered its code on another device. Dropping it gives it up.
pub struct DeviceLogin {
    homeserver: Url,
    store: Store,
    client: Registered,
    device_id: OwnedDeviceId,
    session_name: String,
    code: DeviceCode,
    page: Url,
    page_with_code: Option<Url>,
}

impl fmt::Debug for DeviceLogin {
    /// Leaves the code out: whoever knows it could be offered it as their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").finish_non_exhaustive()
    }
}

impl DeviceLogin {
    /// Asks for a code, for a login in the folder `dir`, whose store is encrypted with `key`. `session_name`: the session's
    /// public name.
    ///
    /// # Errors
    /// [`LoginError`]; [`LoginError::NotOffered`] where the server has no such login.
    pub async fn begin(
        homeserver: &Homeserver,
        client: &ClientDescription,
        session_name: &str,
        dir: &Path,
        key: &StoreKey,
    ) -> Result<Self, LoginError> {
        let store = open(dir, key).await?;
        let homeserver = homeserver.url();
        let device_id = new_device_id();
        let asked = async {
            let (server, registered) = register(homeserver, client).await?;
            let code = OAuth::new(homeserver)?
                .device_code(&server, &registered, device_id.as_str())
                .await?;
            let code = code.ok_or(LoginError::NotOffered)?;
            // The page is where the person gives the account away, so it is on the host that the homeserver named.
            let of_server = |page: &str| {
                Url::parse(page)
                    .ok()
                    .filter(|page| page.origin() == server.issuer.origin())
            };
            let page = of_server(code.page()).ok_or(crate::error::ServerError::NotUnderstood)?;
            let page_with_code = code.page_with_code().and_then(of_server);
            Ok((registered, code, page, page_with_code))
        };
        match asked.await {
            Ok((client, code, page, page_with_code)) => Ok(Self {
                homeserver: homeserver.clone(),
                store,
                client,
                device_id,
                session_name: session_name.to_owned(),
                code,
                page,
                page_with_code,
            }),
            Err(error) => {
                give_up(&store).await?;
                Err(error)
            }
        }
    }

    /// The page where the person enters the code, on any device.
    pub fn page(&self) -> &str {
        self.page.as_str()
    }

    /// The same page with the code in it, for a QR code. `None` where the server has none.
    pub fn page_with_code(&self) -> Option<&str> {
        self.page_with_code.as_ref().map(Url::as_str)
    }

    /// The code.
    pub fn user_code(&self) -> String {
        clean(self.code.user_code())
    }

    /// How long the code can be entered, from when it was made.
    pub fn expires_in(&self) -> Duration {
        self.code.expires_in()
    }

    /// Waits until the person has entered the code. A network that fails does not end it.
    ///
    /// # Errors
    /// [`LoginError`]; [`LoginError::Denied`] if the person said no, [`LoginError::Expired`] if nobody entered it in time.
    pub async fn wait(self) -> Result<Account, LoginError> {
        let waited = async {
            let tokens = OAuth::new(&self.homeserver)?.wait_for(&self.client, &self.code).await;
            let tokens = tokens.map_err(|error| match error {
                NoTokens::Denied => LoginError::Denied,
                NoTokens::Expired => LoginError::Expired,
                NoTokens::Request(error) => error.into(),
            })?;
            let session = session_of(&self.homeserver, &self.client, &self.device_id, &tokens).await;
            if session.is_err() {
                // Nobody else has these tokens.
                give_back(&OAuth::new(&self.homeserver)?, &self.client, &tokens).await;
            }
            session
        };
        match waited.await {
            Ok(session) => {
                let account = take_up(self.store, session).await?;
                name_session(&account, self.session_name).await;
                Ok(account)
            }
            Err(error) => {
                self.store.remove().await?;
                Err(error)
            }
        }
    }
}
