// SPDX-License-Identifier: Apache-2.0

//! Logging in without a password: in a browser of this device, or with a code on another one.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keyward::login;

use super::{Account, LoginError, RestoreError};
use crate::{
    Homeserver,
    runtime::{self, Owned},
    secret::StoreKey,
};

#[uniffi::remote(Enum)]
pub enum LoginMethod {
    /// At the homeserver's account service, in a browser (OAuth 2.0).
    OAuth {
        /// In a browser of this device.
        browser: bool,
        /// In a browser of another device, with a code that the person enters there.
        device_code: bool,
        /// Whether the page can make a new account.
        create_account: bool,
    },
    /// With the account password.
    Password,
    /// In a browser, through a provider that the homeserver trusts (`m.login.sso`).
    Sso {
        /// Those that it names. Where there is none, the homeserver's page asks.
        providers: Vec<SsoProvider>,
    },
}
pub use keyward::login::LoginMethod;

#[uniffi::remote(Record)]
pub struct SsoProvider {
    /// Its id, for `BrowserMethod.Sso`.
    pub id: String,
    /// Its name, fit to be shown.
    pub name: String,
    /// Its brand, for a picture of the app's own: `google`, `apple`, or another one that the specification names.
    pub brand: Option<String>,
}
pub use keyward::login::SsoProvider;

#[uniffi::remote(Enum)]
pub enum BrowserMethod {
    /// OAuth 2.0.
    OAuth {
        /// Begin with making a new account.
        create_account: bool,
    },
    /// `m.login.sso`.
    Sso {
        /// One of the providers that the homeserver names; absent leaves the choice to its page.
        provider: Option<String>,
    },
}
pub use keyward::login::BrowserMethod;

#[uniffi::remote(Record)]
pub struct ClientDescription {
    /// The app's name.
    pub name: String,
    /// Its home page: an `https` address. Servers want the addresses below on the same host.
    pub uri: String,
    /// Where a browser may lead after a login: a scheme of the app's own, which begins with the reversed host of `uri` and
    /// has a single slash (`org.example.app:/callback`).
    pub redirect_uris: Vec<String>,
    /// A picture of it.
    #[uniffi(default)]
    pub logo_uri: Option<String>,
    /// Its terms of service.
    #[uniffi(default)]
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    #[uniffi(default)]
    pub policy_uri: Option<String>,
}
pub use keyward::login::ClientDescription;

/// A login that waits for a browser. It is in the folder's store, so the app may be gone when the browser comes back:
/// `Account.finish_login` needs nothing but the folder, its key, and the address that the browser came back to.
#[derive(Debug, uniffi::Object)]
pub struct BrowserLogin(login::BrowserLogin);

#[uniffi::export]
impl BrowserLogin {
    /// Begins a login in `folder`, whose store is encrypted with `key`. A login that waited there is replaced.
    ///
    /// `redirect_uri`: where the browser comes back to, one of the description's. `session_name`: the public name of the
    /// session. A folder that holds a login already, another key's store or a damaged one is left alone.
    #[uniffi::constructor]
    pub async fn begin(
        homeserver: Arc<Homeserver>,
        method: BrowserMethod,
        client: ClientDescription,
        redirect_uri: String,
        session_name: String,
        folder: String,
        key: Arc<StoreKey>,
    ) -> Result<Arc<Self>, LoginError> {
        runtime::run(async move {
            let folder = PathBuf::from(folder);
            let begun = login::BrowserLogin::begin(
                &homeserver.0,
                &method,
                &client,
                &redirect_uri,
                &session_name,
                &folder,
                &key.0,
            );
            Ok(Arc::new(Self(begun.await?)))
        })
        .await
    }

    /// The page to open in a browser. It is not for logs.
    pub fn page(&self) -> String {
        self.0.page().to_owned()
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> String {
        self.0.redirect_uri().to_owned()
    }
}

/// The login that waits for a browser in `folder`, for an app that has started anew. Absent where there is none.
#[uniffi::export]
pub async fn waiting_browser_login(
    folder: String,
    key: Arc<StoreKey>,
) -> Result<Option<Arc<BrowserLogin>>, RestoreError> {
    runtime::run(async move {
        let waiting = login::BrowserLogin::waiting(&PathBuf::from(folder), &key.0).await?;
        Ok(waiting.map(|waiting| Arc::new(BrowserLogin(waiting))))
    })
    .await
}

/// Forgets the login that waits for a browser in `folder`, if there is one.
#[uniffi::export]
pub async fn cancel_browser_login(folder: String, key: Arc<StoreKey>) -> Result<(), RestoreError> {
    runtime::run(async move { Ok(login::BrowserLogin::cancel(&PathBuf::from(folder), &key.0).await?) }).await
}

#[uniffi::export]
impl Account {
    /// Finishes the login that waits in `folder`. `answer` is the address that the browser came back to, whole.
    ///
    /// While the login may still be finished it goes on waiting: after `OtherAnswer`, and where the server cannot be
    /// reached. After `Denied`, `Ended` and `Expired` it is over.
    #[uniffi::constructor]
    pub async fn finish_login(folder: String, key: Arc<StoreKey>, answer: String) -> Result<Arc<Self>, LoginError> {
        runtime::run(async move {
            let account = login::BrowserLogin::finish(&PathBuf::from(folder), &key.0, &answer).await?;
            Ok(Self::new(account))
        })
        .await
    }
}

/// A login that waits until the person has entered its code on another device. Letting it go gives it up.
#[derive(uniffi::Object)]
pub struct DeviceLogin {
    page: String,
    page_with_code: Option<String>,
    user_code: String,
    expires_in: Duration,
    login: Mutex<Option<Owned<login::DeviceLogin>>>,
}

impl fmt::Debug for DeviceLogin {
    /// Leaves the code out: whoever knows it could be offered it as their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl DeviceLogin {
    /// Asks for a code, for a login in `folder`, whose store is encrypted with `key`. `NotOffered` where the server has no
    /// such login.
    #[uniffi::constructor]
    pub async fn begin(
        homeserver: Arc<Homeserver>,
        client: ClientDescription,
        session_name: String,
        folder: String,
        key: Arc<StoreKey>,
    ) -> Result<Arc<Self>, LoginError> {
        runtime::run(async move {
            let folder = PathBuf::from(folder);
            let login = login::DeviceLogin::begin(&homeserver.0, &client, &session_name, &folder, &key.0).await?;
            Ok(Arc::new(Self {
                page: login.page().to_owned(),
                page_with_code: login.page_with_code().map(str::to_owned),
                user_code: login.user_code(),
                expires_in: login.expires_in(),
                login: Mutex::new(Some(Owned::new(login))),
            }))
        })
        .await
    }

    /// The page where the person enters the code, on any device.
    pub fn page(&self) -> String {
        self.page.clone()
    }

    /// The same page with the code in it, for a QR code. Absent where the server has none.
    pub fn page_with_code(&self) -> Option<String> {
        self.page_with_code.clone()
    }

    /// The code.
    pub fn user_code(&self) -> String {
        self.user_code.clone()
    }

    /// How long the code can be entered, from when it was made.
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// Waits until the person has entered the code, once. A network that fails does not end it. `NotBegun` at a second
    /// call.
    pub async fn wait(&self) -> Result<Arc<Account>, LoginError> {
        let login = self.login.lock().unwrap_or_else(PoisonError::into_inner).take();
        let login = login.ok_or(login::LoginError::NotBegun)?;
        runtime::run_while_awaited(async move {
            let account = login.take().wait().await?;
            Ok(Account::new(account))
        })
        .await
    }
}
