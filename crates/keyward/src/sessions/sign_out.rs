// SPDX-License-Identifier: Apache-2.0

//! Signing other sessions out, all in one request.

use std::{collections::HashSet, sync::Arc};

use futures_util::try_join;
use ruma::{
    OwnedDeviceId,
    api::client::{
        device::{delete_devices, get_devices},
        uiaa::AuthData,
    },
};

use crate::{
    account::{Account, Handle},
    auth::{Attempt, AuthError, Authorisation, Browser, Challenge, Then},
    error::{Argument, FlowError, Remedy, RequestError},
    identity::{KnowsIdentity, ShowsIdentity},
    secret::Password,
    server::Answer,
    sessions::links::AccountManagement,
};

/// Why no session was signed out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignOutError {
    /// This session is among them. Log out of it instead.
    #[error("This session is among them. Use logout for it.")]
    CurrentSession,
    /// This session is not verified, so that all others look unverified to it, even the verified ones. Verify it first,
    /// or let the person choose the sessions one by one.
    #[error("This session is not verified, so it cannot tell which of the others are. Verify it first.")]
    NotVerified,
    /// The server has moved this to its account page (OAuth): open a link for each session there, see
    /// [`SignOutLinks`](crate::sessions::SignOutLinks).
    #[error("On this homeserver sessions are signed out on its account page, in a browser.")]
    AccountManagement(AccountManagement),
    /// The server said that it signed them out, and still lists some of them. Try again.
    #[error("The homeserver says that it signed them out, but {} still signed in. Try again.", are(.device_ids.len()))]
    StillThere {
        /// Those of the selection that it lists.
        device_ids: Vec<String>,
    },
    /// The server does not authorise it, or could not be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

fn are(count: usize) -> String {
    match count {
        1 => "1 session is".to_owned(),
        count => format!("{count} sessions are"),
    }
}

impl FlowError for SignOutError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::CurrentSession => ("sign_out.current_session", Remedy::Nothing),
            Self::NotVerified => ("sign_out.not_verified", Remedy::VerifyThisSession),
            Self::AccountManagement(_) => ("sign_out.account_management", Remedy::UseBrowser),
            Self::StillThere { .. } => ("sign_out.still_there", Remedy::Retry),
            Self::Auth(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Auth(error) => Some(error),
            _ => None,
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::StillThere { device_ids } => vec![("count", (device_ids.len() as u64).into())],
            Self::Auth(error) => error.arguments(),
            _ => Vec::new(),
        }
    }
}

/// Sessions about to be signed out. A wrong password keeps the selection and the server's challenge.
pub struct SignOut {
    account: Arc<dyn ShowsIdentity>,
    device_ids: Vec<String>,
    authorisation: Authorisation,
    /// While a person is at work in a browser.
    browser: Option<Browser>,
}

impl<K: KnowsIdentity> Account<K> {
    /// Selects other sessions to sign out, by device id. One that is gone already is no error.
    ///
    /// # Errors
    /// [`SignOutError::CurrentSession`]
    pub fn sign_out(&self, device_ids: &[String]) -> Result<SignOut, SignOutError> {
        if device_ids.iter().any(|id| id == self.device_id()) {
            return Err(SignOutError::CurrentSession);
        }
        let mut seen = HashSet::new();
        let each_once = device_ids.iter().filter(|id| seen.insert(id.as_str()));
        Ok(SignOut {
            account: K::shows_identity(self),
            device_ids: each_once.cloned().collect(),
            authorisation: Authorisation::new(self.server().url().clone(), self.user_id()),
            browser: None,
        })
    }
}

impl SignOut {
    /// Goes on with the account that takes the place of a paused one.
    pub fn take_up<K: KnowsIdentity>(&mut self, account: &Account<K>) {
        self.account = K::shows_identity(account);
    }

    /// The selection.
    pub fn device_ids(&self) -> &[String] {
        &self.device_ids
    }

    /// Asks the server. `None`: done, no authorisation was needed.
    ///
    /// # Errors
    /// [`SignOutError::AccountManagement`], [`SignOutError::StillThere`], [`SignOutError::Auth`]
    pub async fn begin(&mut self) -> Result<Option<Challenge>, SignOutError> {
        if self.device_ids.is_empty() {
            return Ok(None);
        }
        let (account, device_ids) = (&self.account, &self.device_ids);
        match self.authorisation.begin(|auth| delete(account, device_ids, auth)).await {
            Ok(Attempt::Challenged(challenge)) => Ok(Some(challenge)),
            Ok(Attempt::Done(_)) => self.look(Ok(())).await.map(|()| None),
            Err(error) => self.look(Err(error)).await.map(|()| None),
        }
    }

    /// Signs them out with the account password. `Some`: the server wants more than that.
    ///
    /// # Errors
    /// [`SignOutError::StillThere`], [`SignOutError::Auth`]; after a wrong password call it again.
    pub async fn authorise(&mut self, password: &Password) -> Result<Option<Challenge>, SignOutError> {
        if self.device_ids.is_empty() {
            return Ok(None);
        }
        let (account, device_ids) = (&self.account, &self.device_ids);
        let answer = self
            .authorisation
            .answer_password(password, |auth| delete(account, device_ids, auth))
            .await;
        match answer {
            Ok(Attempt::Challenged(challenge)) => Ok(Some(challenge)),
            answer => self.look(answer.map(drop)).await.map(|()| None),
        }
    }

    /// Waits until a person has authorised it in a browser, at a page of the challenge, for ten minutes at most, and signs
    /// them out. It may be dropped and called again, which asks the server at once. `Some`: the person has to be told
    /// something, another page or that another account has done it; call it again.
    ///
    /// # Errors
    /// [`SignOutError::StillThere`], [`SignOutError::Auth`]
    pub async fn authorise_in_browser(&mut self) -> Result<Option<Challenge>, SignOutError> {
        let new = self.authorisation.use_browser()?;
        let before = self.browser.take();
        let browser = self.browser.insert(before.unwrap_or(new));
        if let Some(pause) = browser.take_pause() {
            tokio::time::sleep(pause).await;
        }
        loop {
            let (account, device_ids) = (&self.account, &self.device_ids);
            let answer = self.authorisation.begin(|auth| delete(account, device_ids, auth)).await;
            if let Err(error) = &answer
                && error.may_have_acted()
                && self.look(Err(error.clone())).await.is_ok()
            {
                return Ok(None);
            }
            let Some(browser) = &mut self.browser else {
                return Err(AuthError::NotApproved.into());
            };
            match browser.after(answer, AuthError::retry_after) {
                Ok(Then::Done(_)) => return self.look(Ok(())).await.map(|()| None),
                Ok(Then::Show(challenge)) => return Ok(Some(challenge)),
                Ok(Then::Pause(pause)) => tokio::time::sleep(pause).await,
                Err(error) => {
                    self.browser = None;
                    return Err(error.into());
                }
            }
        }
    }

    /// Nobody is signed out on a word alone, and the answer may be lost after the server has acted: the list shows who is
    /// still there.
    async fn look(&self, answer: Result<(), AuthError>) -> Result<(), SignOutError> {
        if let Err(error) = &answer
            && !error.may_have_acted()
        {
            return Err(self.refused(error.clone()).await);
        }
        let left = match (self.still_there().await, &answer) {
            (Ok(left), _) => left,
            (Err(_), Err(error)) => return Err(error.clone().into()),
            (Err(error), Ok(())) => return Err(AuthError::from(error).into()),
        };
        match answer {
            _ if left.is_empty() => {
                self.tidy_up().await;
                Ok(())
            }
            Ok(()) => Err(SignOutError::StillThere { device_ids: left }),
            Err(error) => Err(error.into()),
        }
    }

    /// Those of the selection that the server lists, or whose keys it shows: it may hide a session.
    async fn still_there(&self) -> Result<Vec<String>, RequestError> {
        let devices = async { self.account.send(get_devices::v3::Request::new()).await };
        let (listed, shown) = try_join!(devices, self.account.shown_devices())?;
        let listed = listed.devices.iter().map(|device| device.device_id.as_str());
        let there: HashSet<&str> = listed.chain(shown.iter().map(|id| id.as_str())).collect();
        let is_left = |id: &&String| there.contains(id.as_str());
        Ok(self.device_ids.iter().filter(is_left).cloned().collect())
    }

    /// Empties the client information of the sessions. They are signed out, so the person need not know if this fails;
    /// the next sign-out empties it too.
    async fn tidy_up(&self) {
        if let Err(error) = self.account.prune_client_information().await {
            tracing::warn!(%error, "client information of sessions that are gone is still there");
        }
    }

    /// A server without this endpoint may have an account page instead.
    async fn refused(&self, error: AuthError) -> SignOutError {
        match error {
            AuthError::Request(refused) if refused.is_not_found() => match self.account.account_management().await {
                Ok(Some(management)) => SignOutError::AccountManagement(management),
                Ok(None) => AuthError::Request(refused).into(),
                Err(error) => AuthError::Request(error).into(),
            },
            error => error.into(),
        }
    }
}

async fn delete(
    account: &Handle,
    device_ids: &[String],
    auth: Option<AuthData>,
) -> Result<Answer<delete_devices::v3::Response>, RequestError> {
    let devices = device_ids.iter().map(|id| OwnedDeviceId::from(id.as_str())).collect();
    let mut request = delete_devices::v3::Request::new(devices);
    request.auth = auth;
    // With an authorisation once: some servers take a repetition for a challenge that they never sent.
    let once = request.auth.is_some();
    account.attempt(request, once).await
}
