// SPDX-License-Identifier: Apache-2.0

//! What a homeserver's reply means, decided once for all endpoints: success, a challenge to authorise, or one of our
//! errors.

use std::{
    error::Error,
    fmt, io,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use ruma::api::{
    EndpointError as _,
    client::uiaa::{UiaaInfo, UiaaResponse},
    error::{Error as MatrixError, ErrorKind, RetryAfter},
};

use serde_json::Value;

use crate::error::{RequestError, ServerError, StoreError, error_code};

/// The answer to a request that may have to be authorised.
pub(crate) enum Answer<T> {
    /// The server did what was asked.
    Done(T),
    /// The server wants an authorisation first.
    Challenged(UiaaInfo),
}

/// Why one attempt brought no reply.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server wants an authorisation (UIA).
    Challenge(Box<UiaaInfo>),
    /// The server does not know the access token (`M_UNKNOWN_TOKEN`).
    UnknownToken,
    /// Every other server error.
    Server(ServerError),
    /// New tokens could not be saved.
    Store(StoreError),
}

impl Failure {
    /// Whether the same request may succeed a moment later: a broken connection, a server's own error, a limit.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Server(ServerError::RateLimited { retry_after }) => {
                retry_after.is_none_or(|wait| wait <= super::limits::LONGEST_PAUSE)
            }
            Self::Server(ServerError::Unreachable | ServerError::Failing { .. }) => true,
            Self::Server(_) | Self::Challenge(_) | Self::UnknownToken | Self::Store(_) => false,
        }
    }

    /// How long the server asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Server(ServerError::RateLimited { retry_after }) => *retry_after,
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Challenge(_) => f.write_str("the server wants an authorisation"),
            Self::UnknownToken => f.write_str("the server does not know the access token"),
            Self::Server(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for Failure {}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Server(error) => Self::Server(error),
            RequestError::Store(error) => Self::Store(error),
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // A homeserver's API does not redirect, so a redirect is refused (http.rs).
        Self::Server(if error.is_decode() || error.is_redirect() {
            ServerError::NotUnderstood
        } else if is_about_a_certificate(&error) {
            ServerError::Certificate
        } else {
            ServerError::Unreachable
        })
    }
}

/// Whether TLS ended because of the server's certificate, however deep that is wrapped.
fn is_about_a_certificate(mut error: &(dyn Error + 'static)) -> bool {
    loop {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        // The source of such an error is that of the error inside it, so the one inside would be left out.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match inside.map(|inside| inside as _).or_else(|| error.source()) {
            Some(next) => error = next,
            None => return false,
        }
    }
}

impl From<Failure> for RequestError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Challenge(_) => Self::Server(ServerError::Refused {
                status: 401,
                code: "M_UNAUTHORIZED".to_owned(),
            }),
            Failure::UnknownToken => Self::Server(ServerError::SessionExpired),
            Failure::Server(error) => Self::Server(error),
            Failure::Store(error) => Self::Store(error),
        }
    }
}

/// The reply, if it says that the server did what was asked.
pub(super) fn checked(reply: Response<Bytes>) -> Result<Response<Bytes>, Failure> {
    let status = reply.status();
    if status.is_success() {
        return Ok(reply);
    }
    if !status.is_client_error() && !status.is_server_error() {
        return Err(ServerError::NotUnderstood.into());
    }
    match UiaaResponse::from_http_response(without_null(reply)) {
        UiaaResponse::AuthResponse(info) => Err(Failure::Challenge(Box::new(info))),
        UiaaResponse::MatrixError(error) => Err(from_matrix(&error)),
    }
}

/// Dendrite says `"completed": null` where it means that nothing is.
fn without_null(reply: Response<Bytes>) -> Response<Bytes> {
    reply.map(|body| match serde_json::from_slice(&body) {
        Ok(Value::Object(mut fields)) if fields.get("completed") == Some(&Value::Null) => {
            fields.remove("completed");
            Value::Object(fields).to_string().into()
        }
        _ => body,
    })
}

fn from_matrix(error: &MatrixError) -> Failure {
    let status = error.status_code.as_u16();
    Failure::Server(match error.error_kind() {
        Some(ErrorKind::UnknownToken(_)) => return Failure::UnknownToken,
        Some(ErrorKind::LimitExceeded(limit)) => ServerError::RateLimited {
            retry_after: limit.retry_after.as_ref().map(wait),
        },
        _ if error.status_code == StatusCode::TOO_MANY_REQUESTS => ServerError::RateLimited { retry_after: None },
        _ if status >= 500 => ServerError::Failing { status },
        // Without an error code it is no reply of the Matrix API. A 404 may mean that the server does not have the
        // endpoint.
        None if status != 404 => ServerError::NotUnderstood,
        kind => ServerError::Refused {
            status,
            code: kind.map_or_else(|| "M_UNRECOGNIZED".to_owned(), error_code),
        },
    })
}

/// How long a reply that is not of the Matrix API asks to wait (`Retry-After`).
pub(super) fn retry_after(header: &HeaderValue) -> Option<Duration> {
    RetryAfter::try_from(header).ok().as_ref().map(wait)
}

/// The waiting time of `Retry-After`, which has two forms: seconds, and a time of day.
fn wait(after: &RetryAfter) -> Duration {
    match after {
        RetryAfter::Delay(delay) => *delay,
        RetryAfter::DateTime(time) => time.duration_since(SystemTime::now()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(status: u16, headers: &[(&str, String)], body: Value) -> Response<Bytes> {
        let mut reply = Response::builder().status(status);
        for (name, value) in headers {
            reply = reply.header(*name, value);
        }
        reply.body(Bytes::from(body.to_string())).expect("a reply")
    }

    fn error_of(status: u16, body: Value) -> RequestError {
        checked(reply(status, &[], body)).expect_err("an error").into()
    }

    #[test]
    fn each_reply_has_one_meaning() {
        let refused = |status, code: &str| ServerError::Refused {
            status,
            code: code.to_owned(),
        };
        for (status, body, expected) in [
            (
                401,
                json!({"errcode": "M_UNKNOWN_TOKEN", "error": ""}),
                ServerError::SessionExpired,
            ),
            (
                403,
                json!({"errcode": "M_FORBIDDEN", "error": ""}),
                refused(403, "M_FORBIDDEN"),
            ),
            (
                404,
                json!({"errcode": "M_NOT_FOUND", "error": ""}),
                refused(404, "M_NOT_FOUND"),
            ),
            (404, json!("no such page"), refused(404, "M_UNRECOGNIZED")),
            (403, json!("go away"), ServerError::NotUnderstood),
            (302, json!({}), ServerError::NotUnderstood),
            (429, json!("slower"), ServerError::RateLimited { retry_after: None }),
            (502, json!("<html>"), ServerError::Failing { status: 502 }),
            (
                500,
                json!({"errcode": "M_UNKNOWN", "error": ""}),
                ServerError::Failing { status: 500 },
            ),
        ] {
            assert_eq!(
                error_of(status, body.clone()),
                RequestError::Server(expected),
                "{status} {body}"
            );
        }
        assert!(checked(reply(200, &[], json!({}))).is_ok());
        let challenge = json!({"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "s"});
        let mut null = challenge.clone();
        null["completed"] = json!(null);
        for challenge in [challenge, null] {
            assert!(matches!(
                checked(reply(401, &[], challenge)),
                Err(Failure::Challenge(_))
            ));
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let limited = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": 1500});
        let asked = |headers: &[(&str, String)]| {
            checked(reply(429, headers, limited.clone()))
                .expect_err("limited")
                .retry_after()
        };
        assert_eq!(asked(&[]), Some(Duration::from_millis(1500)));
        assert_eq!(asked(&[("retry-after", "7".to_owned())]), Some(Duration::from_secs(7)));
        let past = "Sun, 06 Nov 1994 08:49:37 GMT".to_owned();
        assert_eq!(asked(&[("retry-after", past)]), Some(Duration::ZERO));
        let far = "Fri, 31 Dec 9999 23:59:59 GMT".to_owned();
        assert!(asked(&[("retry-after", far)]).is_some_and(|wait| wait > Duration::from_secs(86_400)));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let limited = |seconds| ServerError::RateLimited {
            retry_after: Some(Duration::from_secs(seconds)),
        };
        for (error, expected) in [
            (ServerError::Unreachable, true),
            (ServerError::Certificate, false),
            (ServerError::Failing { status: 503 }, true),
            (ServerError::RateLimited { retry_after: None }, true),
            (limited(1), true),
            (limited(3600), false),
            (ServerError::SessionExpired, false),
            (ServerError::NotUnderstood, false),
        ] {
            assert_eq!(Failure::from(error.clone()).may_pass(), expected, "{error:?}");
        }
    }
}
