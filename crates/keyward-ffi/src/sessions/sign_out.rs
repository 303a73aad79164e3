// SPDX-License-Identifier: Apache-2.0

//! Signing other sessions out: here, or on the server's own page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyward::sessions;

use super::{SessionList, SignOutError};
use crate::{
    Challenge, Password,
    login::{AnyAccount, AnyLogin, Kept, NoAccount},
};

/// Sessions about to be signed out. A wrong password keeps the selection and the server's challenge.
#[derive(uniffi::Object)]
pub struct SignOut {
    device_ids: Vec<String>,
    login: AnyLogin,
    kept: Kept<sessions::SignOut>,
}

impl SignOut {
    pub(super) async fn start(login: &AnyLogin, device_ids: Vec<String>) -> Result<Arc<Self>, SignOutError> {
        let (work, of) = (login.work(), login.clone());
        login
            .call(async move |account| {
                let sign_out = match account {
                    AnyAccount::Own(account) => account.sign_out(&device_ids)?,
                    AnyAccount::Attached(account) => account.sign_out(&device_ids)?,
                };
                Ok(Arc::new(Self {
                    device_ids: sign_out.device_ids().to_vec(),
                    login: of,
                    kept: work.keep(sign_out),
                }))
            })
            .await
    }
}

#[uniffi::export]
impl SignOut {
    /// The selection, each once.
    pub fn device_ids(&self) -> Vec<String> {
        self.device_ids.clone()
    }

    /// Asks the server. Absent: done, no authorisation was needed. Otherwise `authorise` or `authorise_in_browser`, as the
    /// challenge says.
    pub async fn begin(&self) -> Result<Option<Arc<Challenge>>, SignOutError> {
        let login = self.login.clone();
        self.kept
            .call(async move |mut sign_out| {
                take_up(&mut sign_out, &login)?;
                let challenge = sign_out.begin().await?;
                Ok::<_, SignOutError>(challenge.map(|challenge| Arc::new(challenge.into())))
            })
            .await
    }

    /// Answers the server's challenge with the account password. Absent: the sessions are signed out. Otherwise the server
    /// wants more than that. `WrongPassword` may be followed by another try.
    pub async fn authorise(&self, password: Arc<Password>) -> Result<Option<Arc<Challenge>>, SignOutError> {
        let login = self.login.clone();
        self.kept
            .call(async move |mut sign_out| {
                take_up(&mut sign_out, &login)?;
                let challenge = sign_out.authorise(&password.0).await?;
                Ok::<_, SignOutError>(challenge.map(|challenge| Arc::new(challenge.into())))
            })
            .await
    }

    /// Waits until the person has authorised it in a browser, at a page of the challenge, for ten minutes at most. Absent:
    /// the sessions are signed out. Otherwise the person has to be told something, another page or that another account has
    /// done it; call it again. When the app comes to the front, stop waiting and call it again: that asks at once.
    pub async fn authorise_in_browser(&self) -> Result<Option<Arc<Challenge>>, SignOutError> {
        let login = self.login.clone();
        self.kept
            .wait(move |mut sign_out| {
                let login = login.clone();
                async move {
                    take_up(&mut sign_out, &login)?;
                    let challenge = sign_out.authorise_in_browser().await?;
                    Ok::<_, SignOutError>(challenge.map(|challenge| Arc::new(challenge.into())))
                }
            })
            .await
    }
}

/// With the present account: a pause may have brought another one.
fn take_up(sign_out: &mut sessions::SignOut, login: &AnyLogin) -> Result<(), NoAccount> {
    match login.account()? {
        AnyAccount::Own(account) => sign_out.take_up(&account),
        AnyAccount::Attached(account) => sign_out.take_up(&account),
    }
    Ok(())
}

/// The server's page where an account's sessions are managed.
#[derive(uniffi::Object)]
pub struct AccountManagement(pub(super) sessions::AccountManagement);

#[uniffi::export]
impl AccountManagement {
    /// The page itself.
    pub fn page(&self) -> String {
        self.0.page().to_owned()
    }

    /// Where a browser signs `device_id` out. This and the next three are the page itself where the server has nothing better.
    pub fn sign_out_link(&self, device_id: String) -> String {
        self.0.sign_out_link(&device_id)
    }

    /// Where a browser shows the session `device_id`.
    pub fn session_link(&self, device_id: String) -> String {
        self.0.session_link(&device_id)
    }

    /// Where a browser lists the sessions.
    pub fn sessions_link(&self) -> String {
        self.0.sessions_link()
    }

    /// Where a browser shows the account itself: its name, addresses, password.
    pub fn profile_link(&self) -> String {
        self.0.profile_link()
    }

    /// Links that sign `device_ids` out, one after the other.
    pub fn sign_out_links(&self, list: SessionList, device_ids: Vec<String>) -> Arc<SignOutLinks> {
        let links = sessions::SignOutLinks::new(&self.0, &list.into(), &device_ids);
        Arc::new(SignOutLinks(Mutex::new(links)))
    }
}

/// Sessions to sign out one after the other in a browser. Open `current`, list again when the person is back, `update`
/// with that list, until there is no current one.
#[derive(uniffi::Object)]
pub struct SignOutLinks(Mutex<sessions::SignOutLinks>);

impl SignOutLinks {
    fn links(&self) -> MutexGuard<'_, sessions::SignOutLinks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl SignOutLinks {
    /// The link to open now. Absent when done.
    pub fn current(&self) -> Option<SignOutLink> {
        self.links().next().map(|link| SignOutLink {
            device_id: link.device_id.clone(),
            url: link.url.clone(),
        })
    }

    /// Puts the present link behind the others, for a person who wants to decide about it later.
    pub fn postpone(&self) {
        self.links().postpone();
    }

    /// Takes out what is signed out by now: what is not in `list` any more.
    pub fn update(&self, list: SessionList) {
        self.links().update(&list.into());
    }

    /// How many are signed out.
    pub fn done(&self) -> u64 {
        self.links().progress().0 as u64
    }

    /// How many there were in all.
    pub fn total(&self) -> u64 {
        self.links().progress().1 as u64
    }
}

/// One session and the link that signs it out.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignOutLink {
    /// The session.
    pub device_id: String,
    /// What to open in a browser.
    pub url: String,
}
