// SPDX-License-Identifier: Apache-2.0

//! The one door to the homeserver: every request of this crate goes through [`Server::send`].
//!
//! ruma's types describe a request and its reply, `reqwest` transports them, `backon` repeats them. This module decides
//! how long to wait, how large a reply may be, which failures are tried again, which endpoints may be used at all, and
//! what happens when an access token is refused. docs/adr/0006-own-door.md has the reasons.

mod answer;
mod discovery;
mod endpoint;
mod endpoints;
mod http;
pub(crate) mod lean_sync;
mod limits;
mod network;
pub(crate) mod oauth;
mod tokens;
mod versions;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ::http::{Request, Response};
use backon::Retryable;
use bytes::Bytes;
use ruma::api::{IncomingResponse, SupportedVersions, error::IntoHttpError};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;

pub(crate) use self::{
    answer::Answer,
    discovery::may_be_opened,
    endpoint::Endpoint,
    endpoints::Endpoints,
    http::session_client,
    limits::Limits,
    tokens::{AccessToken, Fixed, Keeper, Renewal},
    versions::Versions,
};
use self::{answer::Failure, endpoint::Paths as _, endpoint::Scheme as _, limits::Policy};
pub use self::{
    discovery::{DiscoveryError, Homeserver},
    network::{Network, NetworkError, Proxy, ProxyLogin},
};
use crate::error::{RequestError, ServerError};

/// How often a request gets a new token.
const RENEWALS: usize = 2;

/// The connection of one session to its homeserver. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    url: Url,
    http: reqwest::Client,
    endpoints: Endpoints,
    keeper: Box<dyn Keeper>,
    versions: Mutex<Option<Versions>>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

/// What has to be known before a request can be made.
struct Needs {
    token: bool,
    versions: bool,
}

/// Makes the HTTP request from an access token and the versions that the server supports. Not generic, so that the code
/// below is compiled once and not for each endpoint.
type Make<'a> = &'a (
        dyn Fn(Option<&AccessToken>, Option<&SupportedVersions>) -> Result<Request<Vec<u8>>, IntoHttpError>
            + Send
            + Sync
    );

impl Server {
    /// `endpoints`: all that may be used. `keeper`: has the tokens.
    pub(crate) fn new(url: Url, http: reqwest::Client, endpoints: Endpoints, keeper: Box<dyn Keeper>) -> Self {
        let inner = Inner {
            url,
            http,
            endpoints,
            keeper,
            versions: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The address for the client-server API.
    pub(crate) fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Sends a request and returns its reply. A failure that may pass is tried again, a few times.
    ///
    /// # Errors
    /// [`RequestError`]. A challenge to authorise counts as a refusal; [`Server::attempt`] is for requests that need one.
    pub(crate) async fn send<R: Endpoint>(&self, request: R) -> Result<R::IncomingResponse, RequestError> {
        self.send_limited(request, Policy::ORDINARY).await
    }

    /// The same with one attempt. Of several, the refusal of a later one would hide that an earlier one may have
    /// arrived.
    pub(crate) async fn send_once<R: Endpoint>(&self, request: R) -> Result<R::IncomingResponse, RequestError> {
        self.send_limited(request, Policy::ONCE).await
    }

    /// The same, for a person who waits to learn whether there is a homeserver at all.
    pub(crate) async fn probe<R: Endpoint>(&self, request: R) -> Result<R::IncomingResponse, RequestError> {
        self.send_limited(request, Policy::PROBE).await
    }

    /// The same, where the server was asked to hold the request open for `wait`.
    pub(crate) async fn send_waiting<R: Endpoint>(
        &self,
        request: R,
        wait: Duration,
    ) -> Result<R::IncomingResponse, RequestError> {
        self.send_limited(request, Policy::ORDINARY.waiting(wait)).await
    }

    /// Sends a request that may have to be authorised (UIA), `auth` being part of it already. With an authorisation
    /// (`once`) it is sent once, as in [`Server::send_once`].
    ///
    /// # Errors
    /// [`RequestError`]
    pub(crate) async fn attempt<R: Endpoint>(
        &self,
        request: R,
        once: bool,
    ) -> Result<Answer<R::IncomingResponse>, RequestError> {
        let policy = if once { Policy::ONCE } else { Policy::ORDINARY };
        match self.reply(request, policy).await {
            Ok(reply) => Ok(Answer::Done(reply)),
            Err(Failure::Challenge(info)) => Ok(Answer::Challenged(*info)),
            Err(failure) => Err(failure.into()),
        }
    }

    /// What the server supports; asked once a day.
    ///
    /// # Errors
    /// [`RequestError`]
    pub(crate) async fn supported(&self) -> Result<Arc<SupportedVersions>, RequestError> {
        let mut known = self.inner.versions.lock().await;
        if known.is_none() {
            *known = self.inner.keeper.versions().await;
        }
        if let Some(versions) = known.as_ref().filter(|versions| versions.is_fresh()) {
            return Ok(versions.supported());
        }
        let versions = versions::ask(self).await?;
        let supported = versions.supported();
        // Some servers announce features only to signed-in users, so a reply that came without a valid token is not
        // kept.
        if versions.is_for_this_session() {
            self.inner.keeper.keep_versions(&versions).await;
            *known = Some(versions);
        }
        Ok(supported)
    }

    async fn send_limited<R: Endpoint>(&self, request: R, policy: Policy) -> Result<R::IncomingResponse, RequestError> {
        Ok(self.reply(request, policy).await?)
    }

    async fn reply<R: Endpoint>(&self, request: R, policy: Policy) -> Result<R::IncomingResponse, Failure> {
        if !self.inner.endpoints.allow::<R>() {
            tracing::error!(paths = ?endpoint::paths::<R>(), "a request that this kind of account must not send");
            return Err(ServerError::NotUnderstood.into());
        }
        if SystemTime::now() < UNIX_EPOCH {
            // No certificate is valid then, and matrix-sdk-crypto and rustls panic.
            return Err(ServerError::Certificate.into());
        }
        let make: Make<'_> = &|token, supported| {
            request.clone().try_into_http_request(
                self.inner.url.as_str(),
                R::Authentication::input(token),
                R::PathBuilder::input(supported),
            )
        };
        tracing::debug!(method = %R::METHOD, path = endpoint::paths::<R>().last(), "asking the homeserver");
        let policy = policy.within(Limits::of(&R::METHOD, endpoint::paths::<R>().first()));
        let needs = Needs {
            token: R::Authentication::NEEDS_TOKEN,
            versions: R::PathBuilder::NEEDS_VERSIONS,
        };
        // Boxed, because every flow contains the futures of many requests.
        let response = Box::pin(self.perform(make, needs, policy)).await?;
        R::IncomingResponse::try_from_http_response(response).map_err(|_| ServerError::NotUnderstood.into())
    }

    /// Sends with the present access token, and again with a new one if the server does not know it any more. A phone may
    /// sleep between the two for longer than the new one lives, so it is tried twice.
    async fn perform(&self, make: Make<'_>, needs: Needs, policy: Policy) -> Result<Response<Bytes>, Failure> {
        let token = match needs.token {
            true => self.token().await?,
            false => None,
        };
        let supported = match needs.versions {
            true => Some(self.supported().await?),
            false => None,
        };
        let mut refused = match self.attempts(make, token.as_ref(), supported.as_deref(), policy).await {
            Err(Failure::UnknownToken) => token.ok_or(ServerError::SessionExpired)?,
            other => return other,
        };
        for _ in 0..RENEWALS {
            refused = match self.inner.keeper.renew(self, &refused).await? {
                Renewal::Renewed(token) => token,
                Renewal::Refused => return Err(ServerError::SessionExpired.into()),
            };
            match self.attempts(make, Some(&refused), supported.as_deref(), policy).await {
                Err(Failure::UnknownToken) => {}
                other => return other,
            }
        }
        // Whoever gives the tokens out says that the session lives.
        Err(ServerError::Refused {
            status: 401,
            code: "M_UNKNOWN_TOKEN".to_owned(),
        }
        .into())
    }

    /// The token to send. A token that was exposed is replaced first.
    async fn token(&self) -> Result<Option<AccessToken>, RequestError> {
        let keeper = &self.inner.keeper;
        let token = keeper.token().await?;
        match &token {
            Some(exposed) if keeper.is_exposed() => match keeper.renew(self, exposed).await? {
                Renewal::Renewed(token) => Ok(Some(token)),
                // If it cannot be replaced, it is used all the same; `status` reports it.
                Renewal::Refused => Ok(token),
            },
            _ => Ok(token),
        }
    }

    #[tracing::instrument(skip_all)]
    async fn attempts(
        &self,
        make: Make<'_>,
        token: Option<&AccessToken>,
        supported: Option<&SupportedVersions>,
        policy: Policy,
    ) -> Result<Response<Bytes>, Failure> {
        let request = make(token, supported)
            .map_err(|error| {
                tracing::error!(%error, "a request cannot be made");
                ServerError::NotUnderstood
            })?
            .map(Bytes::from);
        if !self.inner.endpoints.allow_query(request.uri().query()) {
            tracing::error!("a request that this kind of account must not send");
            return Err(ServerError::NotUnderstood.into());
        }
        (async || self.once(request.clone(), policy.limits).await)
            .retry(policy.pauses())
            .when(Failure::may_pass)
            .adjust(|failure, pause| limits::pause(failure.retry_after(), pause))
            .notify(|failure, pause| tracing::debug!(%failure, ?pause, "a request failed and is sent again"))
            .await
    }

    async fn once(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, Failure> {
        answer::checked(transport(&self.inner.http, request, limits).await?)
    }
}

/// Sends a request once, and reads the reply, within the limits. What the reply means is not decided here.
async fn transport(
    http: &reqwest::Client,
    request: Request<Bytes>,
    limits: Limits,
) -> Result<Response<Bytes>, Failure> {
    let request = reqwest::Request::try_from(request).map_err(Failure::from)?;
    let end = Instant::now() + limits.whole;
    let late = |_| Failure::from(ServerError::Unreachable);
    let mut response = timeout(limits.first_byte.min(limits.whole), http.execute(request))
        .await
        .map_err(late)??;
    let limit = match response.status().is_success() {
        true => limits.reply,
        false => limits::REFUSAL.min(limits.reply),
    };
    let mut body = Vec::new();
    loop {
        let patience = limits.stall.min(end.saturating_duration_since(Instant::now()));
        let chunk = timeout(patience, response.chunk()).await.map_err(late)?;
        // reqwest counts a connection that breaks within a body as an error of decoding, and decodes nothing here.
        let Some(chunk) = chunk.map_err(|_| ServerError::Unreachable)? else {
            break;
        };
        if body.len() + chunk.len() > limit {
            tracing::warn!(limit, "a reply is too long");
            return Err(ServerError::NotUnderstood.into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut reply = Response::new(Bytes::from(body));
    *reply.status_mut() = response.status();
    *reply.headers_mut() = std::mem::take(response.headers_mut());
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

    use super::*;

    /// The JSON of a refusal is parsed whole, so it may not be as large as what was asked for.
    #[tokio::test]
    async fn a_refusal_has_a_limit_of_its_own() {
        let server = MockServer::start().await;
        for (path, status, length) in [
            ("/large", 200, limits::REFUSAL + 1),
            ("/small", 403, limits::REFUSAL),
            ("/long", 403, limits::REFUSAL + 1),
        ] {
            let reply = ResponseTemplate::new(status).set_body_bytes(vec![b' '; length]);
            let mock = Mock::given(matchers::path(path)).respond_with(reply);
            mock.mount(&server).await;
        }
        let url = Url::parse(&server.uri()).expect("a URL");
        let http = session_client(&url).expect("a client");
        let ask = async |path: &str| {
            let url = url.join(path).expect("a URL");
            let request = Request::get(url.as_str()).body(Bytes::new()).expect("a request");
            transport(&http, request, Policy::ORDINARY.limits).await
        };
        assert!(ask("/large").await.is_ok());
        assert!(ask("/small").await.is_ok());
        let refused = RequestError::from(ask("/long").await.expect_err("too long"));
        assert_eq!(refused, ServerError::NotUnderstood.into());
    }
}
