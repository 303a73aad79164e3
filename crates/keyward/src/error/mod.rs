// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with any request, for every flow. The texts say what to do next and are safe to log: nothing that a
//! server or a file chose gets into them, except a Matrix error code that was checked to be one.

mod remedy;

use std::{fmt, time::Duration};

use matrix_sdk_crypto::OlmError;
use ruma::api::error::ErrorKind;

pub use self::remedy::{Argument, FlowError, Remedy};

/// Why a request to the homeserver did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// No connection, or it broke. Try again when there is one.
    #[error("The homeserver cannot be reached. Check the connection and try again.")]
    Unreachable,
    /// The server cannot prove who it is (TLS), so nothing was sent to it. Somebody may be in between.
    #[error(
        "The homeserver's certificate is not valid, so nothing was sent to it: somebody else may answer in its place. \
         Check this device's date, or try another network."
    )]
    Certificate,
    /// The access token is no longer known (`M_UNKNOWN_TOKEN`): this session was signed out. Log in again.
    #[error("This session was signed out. Log in again.")]
    SessionExpired,
    /// The program that keeps this session gave no access token that the homeserver takes. What is under way waits: call
    /// again when there is one.
    #[error("There is no access token that the homeserver takes. Try again when the app has a new one.")]
    TokenExpired,
    /// The access token belongs to another session, or to another account. Nothing was done with it.
    #[error("The access token belongs to another session than the one that is attached.")]
    OtherSession,
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

impl FlowError for ServerError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Unreachable => ("server.unreachable", Remedy::Retry),
            Self::Certificate => ("server.certificate", Remedy::Retry),
            Self::SessionExpired => ("server.session_expired", Remedy::LogInAgain),
            Self::TokenExpired => ("server.token_expired", Remedy::Retry),
            Self::OtherSession => ("server.other_session", Remedy::ReportBug),
            Self::RateLimited { .. } => ("server.rate_limited", Remedy::Wait),
            Self::Failing { .. } => ("server.failing", Remedy::Retry),
            Self::Refused { .. } => ("server.refused", Remedy::Nothing),
            Self::NotUnderstood => ("server.not_understood", Remedy::Retry),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::RateLimited { retry_after } => {
                let seconds = retry_after.map_or(0, |time| time.as_secs_f64().ceil() as u64);
                vec![("seconds", seconds.into())]
            }
            Self::Failing { status } => vec![("status", status.to_string().into())],
            Self::Refused { status, code } => {
                vec![("status", status.to_string().into()), ("code", code.clone().into())]
            }
            _ => Vec::new(),
        }
    }
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

    /// Whether the homeserver itself says that the thing asked for does not exist. Something on the way, or a server without
    /// the endpoint, says 404, too: what would then be overwritten is not to pass for absent.
    pub(crate) fn is_absent(&self) -> bool {
        self.is_not_found() && self.is("M_NOT_FOUND")
    }
}

/// The Matrix error code.
pub(crate) fn error_code(kind: &ErrorKind) -> String {
    sane_code(kind.errcode().as_ref())
}

/// A code that a server gave, if it looks like one: servers may send anything there.
pub(crate) fn sane_code(code: &str) -> String {
    let is_sane = code.len() <= 64
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if is_sane { code } else { "an unknown error code" }.to_owned()
}

/// The local encrypted store could not be read or written.
///
/// Its text names no cause: SQLite's messages carry paths and values. The cause is logged where the error is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The local store cannot be read or written. Check the disk's free space and permissions, then try again.")]
pub struct StoreError;

impl FlowError for StoreError {
    fn advice(&self) -> (&'static str, Remedy) {
        ("store.failed", Remedy::CheckDisk)
    }
}

impl StoreError {
    /// Logs the cause, which must carry no secret, and drops it.
    pub(crate) fn because(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "the local store failed");
        Self
    }
}

/// Why a request did not do what it should. Every flow's error has it as one of its causes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The server could not be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FlowError for RequestError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Server(error) => error.advice(),
            Self::Store(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        Some(match self {
            Self::Server(error) => error,
            Self::Store(error) => error,
        })
    }
}

impl RequestError {
    /// Whether it is Matrix error code `code`.
    pub(crate) fn is(&self, code: &str) -> bool {
        matches!(self, Self::Server(error) if error.is(code))
    }

    /// Whether the thing asked for does not exist there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Server(error) if error.is_not_found())
    }

    /// Whether the homeserver itself says that the thing asked for does not exist.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Server(error) if error.is_absent())
    }

    /// Whether the homeserver says that it has no such endpoint. What it says of single things is another question.
    ///
    /// Specification: Client-Server API, "Common error codes", `M_UNRECOGNIZED`.
    pub(crate) fn is_unrecognized(&self) -> bool {
        self.is("M_UNRECOGNIZED")
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Server(ServerError::RateLimited { retry_after }) => *retry_after,
            _ => None,
        }
    }

    /// Whether the session is over.
    pub(crate) fn is_session_expired(&self) -> bool {
        *self == Self::Server(ServerError::SessionExpired)
    }
}

/// Lets the two causes of a [`RequestError`] become the error of a flow that wraps it.
macro_rules! wraps_a_request_error {
    ($($error:path),+ $(,)?) => {
        $(impl From<$crate::error::ServerError> for $error {
            fn from(error: $crate::error::ServerError) -> Self {
                $crate::error::RequestError::from(error).into()
            }
        }
        impl From<$crate::error::StoreError> for $error {
            fn from(error: $crate::error::StoreError) -> Self {
                $crate::error::RequestError::from(error).into()
            }
        })+
    };
}
pub(crate) use wraps_a_request_error;

impl From<OlmError> for RequestError {
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
