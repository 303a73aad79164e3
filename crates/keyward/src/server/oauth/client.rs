// SPDX-License-Identifier: Apache-2.0

//! This program as a client of an authorisation server: its registration, and the way of its requests.

use std::{
    fmt,
    sync::atomic::{AtomicU16, Ordering},
};

use backon::{ExponentialBuilder, Retryable};
use futures_util::future::BoxFuture;
use http::{Request, StatusCode, header};
use oauth2::{AsyncHttpClient, ErrorResponseType, HttpRequest, HttpResponse, RequestTokenError, StandardErrorResponse};
use serde::{Deserialize, Serialize};
use url::Url;

use super::AuthorizationServer;
use crate::{
    error::{RequestError, ServerError, StoreError},
    server::{
        answer::Failure,
        http::session_client,
        limits::{self, Limits, Policy},
        transport,
    },
};

/// A client as an authorisation server knows it, and where its tokens come from: what a session needs for as long as it
/// lives. A homeserver that names other addresses later cannot lead the tokens there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registered {
    pub(crate) client_id: String,
    pub(crate) issuer: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) revocation_endpoint: Url,
}

/// The door to an authorisation server. Only what its metadata name is asked.
#[derive(Clone)]
pub(crate) struct OAuth {
    http: reqwest::Client,
}

impl OAuth {
    /// `homeserver`: decides whether plain HTTP to this machine is possible, as for the homeserver itself.
    pub(crate) fn new(homeserver: &Url) -> Result<Self, StoreError> {
        let http = session_client(homeserver).map_err(StoreError::because)?;
        Ok(Self { http })
    }

    /// Registers this program, whose description is `metadata` (RFC 7591). Servers give a program that they know its old
    /// id again.
    ///
    /// # Errors
    /// [`RequestError`]; a refusal as [`ServerError::Refused`], also where nobody can be registered.
    pub(crate) async fn register(
        &self,
        server: &AuthorizationServer,
        metadata: &serde_json::Value,
    ) -> Result<Registered, RequestError> {
        #[derive(Deserialize)]
        struct Reply {
            client_id: String,
        }
        #[derive(Deserialize)]
        struct Refusal {
            error: String,
        }
        let Some(endpoint) = &server.registration_endpoint else {
            return Err(refused(StatusCode::NOT_FOUND, "registration_not_supported").into());
        };
        let request = Request::post(endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(metadata.to_string().into_bytes())
            .map_err(|_| ServerError::NotUnderstood)?;
        let reply = self.several(request).await?;
        let (status, body) = (reply.status(), reply.into_body());
        if !status.is_success() {
            let refusal = serde_json::from_slice::<Refusal>(&body).map_err(|_| ServerError::NotUnderstood)?;
            return Err(refused(status, &refusal.error).into());
        }
        let reply: Reply = serde_json::from_slice(&body).map_err(|_| ServerError::NotUnderstood)?;
        Ok(Registered {
            client_id: reply.client_id,
            issuer: server.issuer.clone(),
            token_endpoint: server.token_endpoint.clone(),
            revocation_endpoint: server.revocation_endpoint.clone(),
        })
    }

    /// One attempt. What is no answer of an authorisation server is an error here, because `oauth2` forgets the status.
    async fn once(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let limits = Policy::ONCE.within(Limits::of(request.method(), None)).limits;
        let reply = transport(&self.http, request.map(Into::into), limits).await?;
        let status = reply.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let seconds = reply.headers().get(header::RETRY_AFTER);
            let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
            let retry_after = seconds.map(std::time::Duration::from_secs);
            return Err(ServerError::RateLimited { retry_after }.into());
        }
        if status.is_server_error() {
            return Err(ServerError::Failing {
                status: status.as_u16(),
            }
            .into());
        }
        if !status.is_success() && !status.is_client_error() {
            return Err(ServerError::NotUnderstood.into());
        }
        Ok(reply.map(Into::into))
    }

    /// Requests that are sent once.
    pub(super) fn sending_once(&self) -> Sender {
        Sender {
            oauth: self.clone(),
            repeats: false,
            status: AtomicU16::default(),
        }
    }

    /// Requests that can be repeated without harm, and are, a few times.
    pub(super) fn sending(&self) -> Sender {
        Sender {
            repeats: true,
            ..self.sending_once()
        }
    }

    /// A few attempts.
    pub(super) async fn several(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(limits::FIRST_PAUSE)
            .with_max_delay(limits::LONGEST_PAUSE)
            .with_jitter()
            .with_max_times(Policy::ORDINARY.attempts - 1);
        (async || self.once(request.clone()).await)
            .retry(pauses)
            .when(Failure::may_pass)
            .adjust(|failure, pause| limits::pause(failure.retry_after(), pause))
            .await
    }
}

/// How `oauth2` sends its requests. Remembers the status of the last reply, which `oauth2` forgets.
pub(super) struct Sender {
    oauth: OAuth,
    repeats: bool,
    status: AtomicU16,
}

impl<'c> AsyncHttpClient<'c> for Sender {
    type Error = Failure;
    type Future = BoxFuture<'c, Result<HttpResponse, Failure>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async {
            let reply = match self.repeats {
                true => self.oauth.several(request).await?,
                false => self.oauth.once(request).await?,
            };
            self.status.store(reply.status().as_u16(), Ordering::Relaxed);
            Ok(reply)
        })
    }
}

impl Sender {
    /// What a failure of `oauth2` means. Its texts contain the reply, so they are not logged.
    pub(super) fn explain<T: ErrorResponseType + fmt::Display>(
        &self,
        error: RequestTokenError<Failure, StandardErrorResponse<T>>,
    ) -> RequestError {
        match error {
            RequestTokenError::Request(failure) => failure.into(),
            RequestTokenError::ServerResponse(error) => {
                let status = StatusCode::from_u16(self.status.load(Ordering::Relaxed));
                refused(status.unwrap_or(StatusCode::BAD_REQUEST), &code_of(error.error())).into()
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => ServerError::NotUnderstood.into(),
        }
    }
}

fn code_of(error: &impl Serialize) -> String {
    let code = serde_json::to_value(error).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}

/// A refusal with the code of OAuth (`invalid_grant`), if it looks like one: servers may send anything there.
fn refused(status: StatusCode, code: &str) -> ServerError {
    let is_sane = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    ServerError::Refused {
        status: status.as_u16(),
        code: if is_sane { code } else { "an unknown error code" }.to_owned(),
    }
}
