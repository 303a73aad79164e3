// SPDX-License-Identifier: Apache-2.0

//! How matrix-sdk's errors become ours, once. The texts say what to do next and are safe to log: nothing that a server
//! or a file chose gets into them, except a Matrix error code that was checked to be one.

use std::{fmt, time::Duration};

use matrix_sdk::{
    HttpError, RefreshTokenError,
    ruma::api::error::{ErrorKind, FromHttpResponseError, RetryAfter},
};
use matrix_sdk_base::crypto::OlmError;

/// Why a request to the homeserver did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// No connection, or it broke. Try again when there is one.
    #[error("The homeserver cannot be reached. Check the connection and try again.")]
    Unreachable,
    /// The access token is no longer known (`M_UNKNOWN_TOKEN`): this session was signed out. Log in again.
    #[error("This session was signed out. Log in again.")]
    SessionExpired,
    /// Too many requests (`M_LIMIT_EXCEEDED`). Wait, then try again.
    #[error("The homeserver asks to wait{}.", wait(.retry_after))]
    RateLimited {
        /// How long the server asks to wait, where it says so.
        retry_after: Option<Duration>,
    },
    /// The server has an error of its own (HTTP 5xx). Try again later.
    #[error("The homeserver has a problem of its own (HTTP {status}). Try again later.")]
    Failing {
        /// HTTP status.
        status: u16,
    },
    /// The server refused the request.
    #[error("The homeserver refused the request ({code}, HTTP {status}).")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Matrix error code, for instance `M_FORBIDDEN`.
        code: String,
    },
    /// The reply is not what the Matrix specification says. Either this is no Matrix homeserver, or something between
    /// here and there changes replies.
    #[error("The homeserver's reply makes no sense. Is this a Matrix homeserver, and is nothing in between?")]
    NotUnderstood,
}

fn wait(retry_after: &Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |time| format!(" {} seconds", time.as_secs_f64().ceil()))
}

impl ServerError {
    /// Whether it is Matrix error code `code`.
    pub(crate) fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused { code: found, .. } if found == code)
    }

    /// Whether the thing asked for does not exist there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::SessionExpired => "session_expired",
            Self::RateLimited { .. } => "rate_limited",
            Self::Failing { .. } => "server_failing",
            Self::Refused { .. } => "server_refused",
            Self::NotUnderstood => "not_understood",
        }
    }
}

impl From<HttpError> for ServerError {
    fn from(error: HttpError) -> Self {
        (&error).into()
    }
}

impl From<&HttpError> for ServerError {
    fn from(error: &HttpError) -> Self {
        match error {
            // A homeserver's API does not redirect, so a redirect is refused (account/http.rs).
            HttpError::Reqwest(error) if error.is_decode() || error.is_redirect() => Self::NotUnderstood,
            HttpError::Reqwest(_) => Self::Unreachable,
            HttpError::Cached(error) => error.as_ref().into(),
            // A refresh that the server refused ends the session; one that did not get through does not.
            HttpError::RefreshToken(RefreshTokenError::MatrixAuth(error)) => match error.as_ref().into() {
                Self::Refused { .. } | Self::SessionExpired => Self::SessionExpired,
                other => other,
            },
            HttpError::RefreshToken(_) => Self::SessionExpired,
            HttpError::Api(api) => match api.as_ref() {
                FromHttpResponseError::Server(_) => error.as_client_api_error().map_or(Self::NotUnderstood, from_api),
                _ => Self::NotUnderstood,
            },
            _ => Self::NotUnderstood,
        }
    }
}

fn from_api(error: &matrix_sdk::ruma::api::error::Error) -> ServerError {
    let status = error.status_code.as_u16();
    match error.error_kind() {
        Some(ErrorKind::UnknownToken(_)) => ServerError::SessionExpired,
        Some(ErrorKind::LimitExceeded(limit)) => ServerError::RateLimited {
            retry_after: limit.retry_after.as_ref().and_then(|after| match after {
                RetryAfter::Delay(delay) => Some(*delay),
                RetryAfter::DateTime(_) => None,
            }),
        },
        _ if status == 429 => ServerError::RateLimited { retry_after: None },
        _ if status >= 500 => ServerError::Failing { status },
        // No error code: not a reply of the Matrix API, unless it says plainly that there is no such endpoint.
        None if status != 404 => ServerError::NotUnderstood,
        kind => ServerError::Refused {
            status,
            code: kind.map_or_else(|| "M_NOT_FOUND".to_owned(), error_code),
        },
    }
}

/// The Matrix error code, if it looks like one: servers may send anything there.
pub(crate) fn error_code(kind: &ErrorKind) -> String {
    let code = kind.errcode().to_string();
    let sane = code.len() <= 64
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if sane { code } else { "an unknown error code".to_owned() }
}

impl From<matrix_sdk::Error> for ServerError {
    /// For calls whose only other failures are local and already excluded; what remains is not understood.
    fn from(error: matrix_sdk::Error) -> Self {
        match error {
            matrix_sdk::Error::Http(error) => error.as_ref().into(),
            _ => Self::NotUnderstood,
        }
    }
}

/// The local encrypted store could not be read or written.
///
/// Its text names no cause: SQLite's messages carry paths and values. The cause is logged where the error is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The local store cannot be read or written. Check the disk's free space and permissions, then try again.")]
pub struct StoreError;

impl StoreError {
    /// Logs the cause, which must carry no secret, and drops it.
    pub(crate) fn because(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "the local store failed");
        Self
    }
}

/// Why a reply of the server did not get into the local store: there was none, or it cannot be used, or the store
/// failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The server could not be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SyncError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Server(error) => error.kind(),
            Self::Store(_) => "store",
        }
    }
}

impl From<HttpError> for SyncError {
    fn from(error: HttpError) -> Self {
        Self::Server(error.into())
    }
}

impl From<OlmError> for SyncError {
    fn from(error: OlmError) -> Self {
        match error {
            OlmError::Store(error) => StoreError::because(error).into(),
            error => {
                tracing::error!(%error, "a reply cannot be taken in");
                ServerError::NotUnderstood.into()
            }
        }
    }
}

impl From<matrix_sdk_base::Error> for SyncError {
    fn from(error: matrix_sdk_base::Error) -> Self {
        use matrix_sdk_base::Error;
        match error {
            Error::OlmError(error) => error.into(),
            Error::CryptoStore(error) => StoreError::because(error).into(),
            Error::StateStore(error) => StoreError::because(error).into(),
            error => {
                tracing::error!(%error, "a reply cannot be taken in");
                ServerError::NotUnderstood.into()
            }
        }
    }
}

/// The errors of flows have the same two variants, among others.
macro_rules! has_the_variants_of_sync_error {
    ($($error:path),+ $(,)?) => {
        $(impl From<SyncError> for $error {
            fn from(error: SyncError) -> Self {
                match error {
                    SyncError::Server(error) => error.into(),
                    SyncError::Store(error) => error.into(),
                }
            }
        })+
    };
}

has_the_variants_of_sync_error!(
    crate::account::StatusError,
    crate::reset::ResetError,
    crate::sessions::SessionsError,
    crate::verification::UnlockError,
    crate::verification::VerificationError,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_write_into_error_texts() {
        let kind: ErrorKind = serde_json::from_value(serde_json::json!({
            "errcode": "EVIL\u{1b}[2J visit http://evil.example", "error": "…"
        }))
        .unwrap_or(ErrorKind::Unknown);
        assert!(!error_code(&kind).contains("evil.example"));
    }

    #[test]
    fn texts_say_what_to_do_next() {
        let waiting = ServerError::RateLimited {
            retry_after: Some(Duration::from_millis(1500)),
        };
        assert_eq!(waiting.to_string(), "The homeserver asks to wait 2 seconds.");
        assert_eq!(
            ServerError::RateLimited { retry_after: None }.to_string(),
            "The homeserver asks to wait."
        );
        assert_eq!(
            ServerError::SessionExpired.to_string(),
            "This session was signed out. Log in again."
        );
    }
}
