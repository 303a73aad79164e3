// SPDX-License-Identifier: Apache-2.0

//! This program as a client of an authorisation server: its registration, and the way of its requests.

use std::{
    fmt,
    sync::atomic::{AtomicU16, Ordering},
};

use backon::Retryable;
use futures_util::future::BoxFuture;
use http::{Method, Request, StatusCode, header};
use oauth2::{AsyncHttpClient, ErrorResponseType, HttpRequest, HttpResponse, RequestTokenError, StandardErrorResponse};
use serde::{Deserialize, Serialize};
use url::Url;

use super::AuthorizationServer;
use crate::{
    error::{RequestError, ServerError, StoreError, sane_code},
    server::{
        answer::{Failure, retry_after},
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
    limits: Limits,
}

impl OAuth {
    /// `homeserver`: decides whether plain HTTP to this machine is possible, as for the homeserver itself.
    pub(crate) fn new(homeserver: &Url) -> Result<Self, StoreError> {
        let http = session_client(homeserver).map_err(StoreError::because)?;
        let limits = Policy::ONCE.within(Limits::of(&Method::POST, None)).limits;
        Ok(Self { http, limits })
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
        let reply = transport(&self.http, request.map(Into::into), self.limits).await?;
        let status = reply.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry_after = reply.headers().get(header::RETRY_AFTER).and_then(retry_after);
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
        (async || self.once(request.clone()).await)
            .retry(Policy::ORDINARY.pauses())
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

/// A refusal with the code of OAuth (`invalid_grant`).
fn refused(status: StatusCode, code: &str) -> ServerError {
    ServerError::Refused {
        status: status.as_u16(),
        code: sane_code(code),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, time::Duration};

    use serde_json::json;
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

    use super::*;
    use crate::{
        secret::Secret,
        server::oauth::{NoTokens, Tokens},
    };

    fn server(url: &str) -> AuthorizationServer {
        let metadata = json!({
            "issuer": url, "token_endpoint": format!("{url}/token"), "revocation_endpoint": format!("{url}/revoke"),
            "registration_endpoint": format!("{url}/register"),
            "device_authorization_endpoint": format!("{url}/device"),
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:device_code"],
        });
        AuthorizationServer::read(&metadata.to_string()).expect("metadata")
    }

    fn client(url: &str) -> Registered {
        let server = server(url);
        Registered {
            client_id: "client".to_owned(),
            issuer: server.issuer,
            token_endpoint: server.token_endpoint,
            revocation_endpoint: server.revocation_endpoint,
        }
    }

    fn oauth(url: &str) -> OAuth {
        OAuth::new(&Url::parse(url).expect("a URL")).expect("an HTTP client")
    }

    async fn serve(path: &str, reply: ResponseTemplate) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(matchers::path(path))
            .respond_with(reply)
            .mount(&server)
            .await;
        server
    }

    #[tokio::test]
    async fn a_server_that_hangs_is_given_up() {
        // It takes connections, and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", silent.local_addr().expect("an address"));
        let usual = oauth(&url);
        let limits = Limits {
            first_byte: Duration::from_millis(20),
            ..usual.limits
        };
        assert!(usual.limits.first_byte <= Duration::from_secs(60));
        let (oauth, client) = (OAuth { limits, ..usual }, client(&url));
        let (secret, unreachable) = (Secret::new("secret"), RequestError::from(ServerError::Unreachable));
        let tokens = Tokens {
            access: secret.clone(),
            refresh: None,
        };
        let (server, metadata) = (server(&url), json!({}));
        let (exchanged, refreshed, revoked, registered, code) = tokio::join!(
            oauth.exchange(&client, "code", "http://127.0.0.1/", &secret),
            oauth.refresh(&client, &secret),
            oauth.revoke(&client, &tokens),
            oauth.register(&server, &metadata),
            oauth.device_code(&server, &client, "DEVICE"),
        );
        assert_eq!(exchanged.err(), Some(unreachable.clone()));
        assert_eq!(refreshed.err(), Some(unreachable.clone()));
        assert_eq!(revoked.err(), Some(unreachable.clone()));
        assert_eq!(registered.err(), Some(unreachable.clone()));
        assert_eq!(code.map(drop), Err(unreachable));
    }

    #[tokio::test]
    async fn what_a_reply_means_is_not_lost() {
        let html = "<!doctype html><title>Bad gateway</title>";
        let later = ResponseTemplate::new(429).insert_header("retry-after", "120");
        let long = Some(Duration::from_secs(120));
        for (reply, expected) in [
            (later, ServerError::RateLimited { retry_after: long }),
            (
                ResponseTemplate::new(502).set_body_string(html),
                ServerError::Failing { status: 502 },
            ),
            (
                ResponseTemplate::new(403).set_body_string(html),
                ServerError::NotUnderstood,
            ),
            (
                ResponseTemplate::new(200).set_body_string(html),
                ServerError::NotUnderstood,
            ),
            (
                ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"})),
                refused(StatusCode::BAD_REQUEST, "invalid_grant"),
            ),
            (
                ResponseTemplate::new(401).set_body_json(json!({"error": "go to http://evil.example"})),
                refused(StatusCode::UNAUTHORIZED, "an unknown error code "),
            ),
        ] {
            let server = serve("/token", reply).await;
            let refreshed = oauth(&server.uri())
                .refresh(&client(&server.uri()), &Secret::new("token"))
                .await;
            assert_eq!(refreshed.err(), Some(expected.into()));
        }
    }

    #[tokio::test]
    async fn a_server_cannot_choose_a_pause_that_is_none() {
        let code = |interval: u64| {
            let code = json!({
                "device_code": "d", "user_code": "u", "verification_uri": "https://account.example.org/link",
                "expires_in": 1, "interval": interval,
            });
            ResponseTemplate::new(200).set_body_json(code)
        };
        // `oauth2` adds to it where it is to slow down.
        let endless = serve("/device", code(u64::MAX)).await;
        let url = endless.uri();
        let asked = oauth(&url).device_code(&server(&url), &client(&url), "DEVICE").await;
        assert_eq!(asked.map(drop), Err(ServerError::NotUnderstood.into()));
        let none = serve("/device", code(0)).await;
        let pending = ResponseTemplate::new(400).set_body_json(json!({"error": "authorization_pending"}));
        Mock::given(matchers::path("/token"))
            .respond_with(pending)
            .mount(&none)
            .await;
        let url = none.uri();
        let (oauth, client) = (oauth(&url), client(&url));
        let code = oauth
            .device_code(&server(&url), &client, "DEVICE")
            .await
            .expect("a code");
        let waited = oauth.wait_for(&client, &code.expect("it has some")).await;
        assert!(matches!(waited, Err(NoTokens::Expired)), "{waited:?}");
        let questions = none.received_requests().await.unwrap_or_default().len();
        assert!(
            questions <= 4,
            "{questions} questions within the second that the code lives"
        );
    }
}
