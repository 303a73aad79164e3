// SPDX-License-Identifier: Apache-2.0

//! Access tokens of a session that another program keeps. They are asked for and never refreshed here, and none is stored.
//! The core calls nobody: the app takes the requests from [`TokenRequests`] and answers them.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId, api::client::account::whoami};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};
use url::Url;

use crate::{
    error::{RequestError, ServerError, StoreError},
    secret::Secret,
    server::{self, AccessToken, Endpoints, Fixed, Keeper, Renewal, Server, Versions},
};

/// So long the app may take to answer. It may have to ask its own server for a new token first.
const PATIENCE: Duration = Duration::from_secs(60);

/// The requests for access tokens; the app has to answer them as long as the account is in use.
#[derive(Debug)]
pub struct TokenRequests {
    requests: mpsc::UnboundedReceiver<TokenRequest>,
    is_closed: Arc<AtomicBool>,
}

impl TokenRequests {
    /// The next request. `None`: the account is closed, and nothing more comes. Those that nobody waits for any more are left
    /// out.
    pub async fn next(&mut self) -> Option<TokenRequest> {
        loop {
            let request = self.requests.recv().await?;
            if self.is_closed.load(Ordering::Relaxed) {
                return None;
            }
            if !request.answer.is_closed() {
                return Some(request);
            }
        }
    }
}

/// A request for the session's present access token.
#[derive(Debug)]
pub struct TokenRequest {
    is_refused: bool,
    answer: oneshot::Sender<Secret>,
}

impl TokenRequest {
    /// Whether the homeserver has refused the token that was given last, so that a new one is needed.
    pub fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Gives the token. Dropping the request instead says that there is none.
    pub fn answer(self, token: Secret) {
        // Whoever asked may have given up meanwhile.
        let _ = self.answer.send(token);
    }
}

/// The tokens of one attached session.
pub(super) struct HostTokens {
    homeserver: Url,
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    /// `None` once the account is closed.
    requests: Mutex<Option<mpsc::UnboundedSender<TokenRequest>>>,
    is_closed: Arc<AtomicBool>,
    known: Mutex<Known>,
    /// Held while the app is asked.
    asking: tokio::sync::Mutex<()>,
    is_paused: AtomicBool,
}

/// What is known of the app's tokens.
#[derive(Default)]
struct Known {
    /// The token that was given last, and found to be this session's.
    present: Option<AccessToken>,
    /// Whether the homeserver has refused the token that was given last.
    was_refused: bool,
}

impl HostTokens {
    pub(super) fn new(homeserver: Url, user_id: OwnedUserId, device_id: OwnedDeviceId) -> (Arc<Self>, TokenRequests) {
        let (sender, requests) = mpsc::unbounded_channel();
        let is_closed: Arc<AtomicBool> = Arc::default();
        let tokens = Self {
            homeserver,
            user_id,
            device_id,
            requests: Mutex::new(Some(sender)),
            is_closed: is_closed.clone(),
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            is_paused: AtomicBool::default(),
        };
        (Arc::new(tokens), TokenRequests { requests, is_closed })
    }

    /// Those of the account that takes the place of this one. The same reader answers its requests, also after this one is
    /// closed.
    pub(super) fn of_the_next(&self, homeserver: Url) -> Arc<Self> {
        Arc::new(Self {
            homeserver,
            user_id: self.user_id.clone(),
            device_id: self.device_id.clone(),
            requests: Mutex::new(self.requests().take()),
            is_closed: self.is_closed.clone(),
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            is_paused: AtomicBool::default(),
        })
    }

    /// While it is paused there is no token.
    pub(super) fn set_paused(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::SeqCst);
    }

    /// Nothing is asked any more.
    pub(super) fn close(&self) {
        // If there are none, they are another account's now.
        if self.requests().take().is_some() {
            self.is_closed.store(true, Ordering::Relaxed);
        }
    }

    fn requests(&self) -> MutexGuard<'_, Option<mpsc::UnboundedSender<TokenRequest>>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token that is good as far as is known; not `refused`. In a task of its own, so that an answer counts although whoever
    /// asked for it has given up.
    async fn obtain(self: &Arc<Self>, refused: Option<&AccessToken>) -> Result<AccessToken, RequestError> {
        if self.is_paused.load(Ordering::SeqCst) {
            return Err(StoreError::because("the account is paused").into());
        }
        let (tokens, refused) = (self.clone(), refused.cloned());
        let deadline = Instant::now() + PATIENCE;
        let asked = tokio::spawn(async move { tokens.ask(refused, deadline).await });
        asked.await.map_err(StoreError::because)?
    }

    /// `deadline`: when the app has to have answered. The network has limits of its own.
    async fn ask(&self, refused: Option<AccessToken>, deadline: Instant) -> Result<AccessToken, RequestError> {
        let _one_at_a_time = self.asking.lock().await;
        {
            let mut known = self.known();
            let is_refused = |token: &AccessToken| refused.as_ref().is_some_and(|no| no.reveal() == token.reveal());
            match &known.present {
                Some(present) if !is_refused(present) => return Ok(present.clone()),
                Some(_) => {
                    known.present = None;
                    known.was_refused = true;
                }
                None => {}
            }
        }
        // Twice: an app that does not know yet that its token has expired gives it once more.
        for _ in 0..2 {
            let is_refused = self.known().was_refused;
            let (answer, answered) = oneshot::channel();
            // If nobody takes requests any more, the answer's other half is gone.
            if let Some(requests) = &*self.requests() {
                let _ = requests.send(TokenRequest { is_refused, answer });
            }
            let answered = timeout_at(deadline, answered).await;
            let token = answered.ok().and_then(Result::ok);
            let Some(token) = token.filter(super::super::is_token) else {
                return Err(ServerError::TokenExpired.into());
            };
            if refused
                .as_ref()
                .is_some_and(|refused| refused.reveal() == token.reveal())
            {
                break;
            }
            match check(&self.homeserver, &self.user_id, &self.device_id, &token).await {
                Ok(()) => {
                    *self.known() = Known {
                        present: Some(token.clone()),
                        was_refused: false,
                    };
                    return Ok(token);
                }
                Err(RequestError::Server(ServerError::TokenExpired)) if !is_refused => {
                    self.known().was_refused = true;
                }
                Err(error) => return Err(error),
            }
        }
        Err(ServerError::TokenExpired.into())
    }
}

/// Asks whose token this is, before it is used for anything.
pub(super) async fn check(
    homeserver: &Url,
    user_id: &UserId,
    device_id: &DeviceId,
    token: &AccessToken,
) -> Result<(), RequestError> {
    let http = server::session_client(homeserver).map_err(StoreError::because)?;
    let keeper = Box::new(Fixed(Some(token.clone())));
    let server = Server::new(homeserver.clone(), http, Endpoints::WHOAMI, keeper);
    let whose = match server.send(whoami::v3::Request::new()).await {
        Err(RequestError::Server(ServerError::SessionExpired)) => return Err(ServerError::TokenExpired.into()),
        whose => whose?,
    };
    match whose.user_id == user_id && whose.device_id.is_some_and(|found| found == device_id) {
        true => Ok(()),
        false => Err(ServerError::OtherSession.into()),
    }
}

impl Keeper for Arc<HostTokens> {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>> {
        Box::pin(async { self.obtain(None).await.map(Some) })
    }

    fn is_exposed(&self) -> bool {
        false
    }

    fn renew<'a>(&'a self, _: &'a Server, refused: &'a AccessToken) -> BoxFuture<'a, Result<Renewal, RequestError>> {
        Box::pin(async { self.obtain(Some(refused)).await.map(Renewal::Renewed) })
    }

    fn versions(&self) -> BoxFuture<'_, Option<Versions>> {
        Box::pin(async { None })
    }

    fn keep_versions<'a>(&'a self, _: &'a Versions) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
