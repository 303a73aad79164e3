// SPDX-License-Identifier: Apache-2.0

//! Why a request did not do what it should, the same for every flow.

use std::time::Duration;

use keyward::error::ServerError;

/// Why a request to the homeserver did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ServerProblem {
    /// No connection, or it broke. Try again when there is one.
    Unreachable,
    /// The server cannot prove who it is (TLS), so nothing was sent to it. Somebody may be in between.
    Certificate,
    /// This session was signed out. Log in again.
    SessionExpired,
    /// The app gave no access token that the server accepts for the attached session. Try again when its SDK has one.
    TokenExpired,
    /// The access token that the app gave is another session's. It was used for nothing.
    OtherSession,
    /// Too many requests. Wait, then try again.
    RateLimited {
        /// How long the server asks to wait, where it says so.
        retry_after: Option<Duration>,
    },
    /// The server has an error of its own. Try again later.
    Failing {
        /// HTTP status, 500 or more.
        status: u16,
    },
    /// The server refused the request.
    Refused {
        /// HTTP status.
        status: u16,
        /// Matrix error code, for instance `M_FORBIDDEN`.
        code: String,
    },
    /// The reply is not what the Matrix specification says.
    NotUnderstood,
}

impl From<ServerError> for ServerProblem {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Unreachable => Self::Unreachable,
            ServerError::Certificate => Self::Certificate,
            ServerError::SessionExpired => Self::SessionExpired,
            ServerError::TokenExpired => Self::TokenExpired,
            ServerError::OtherSession => Self::OtherSession,
            ServerError::RateLimited { retry_after } => Self::RateLimited { retry_after },
            ServerError::Failing { status } => Self::Failing { status },
            ServerError::Refused { status, code } => Self::Refused { status, code },
            ServerError::NotUnderstood => Self::NotUnderstood,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_of_a_server_is_what_it_was() {
        let wait = Some(Duration::from_millis(1500));
        for (core, ours) in [
            (ServerError::Unreachable, ServerProblem::Unreachable),
            (ServerError::Certificate, ServerProblem::Certificate),
            (ServerError::SessionExpired, ServerProblem::SessionExpired),
            (
                ServerError::RateLimited { retry_after: wait },
                ServerProblem::RateLimited { retry_after: wait },
            ),
            (
                ServerError::Failing { status: 502 },
                ServerProblem::Failing { status: 502 },
            ),
            (
                ServerError::Refused {
                    status: 403,
                    code: "M_FORBIDDEN".to_owned(),
                },
                ServerProblem::Refused {
                    status: 403,
                    code: "M_FORBIDDEN".to_owned(),
                },
            ),
            (ServerError::TokenExpired, ServerProblem::TokenExpired),
            (ServerError::OtherSession, ServerProblem::OtherSession),
            (ServerError::NotUnderstood, ServerProblem::NotUnderstood),
        ] {
            assert_eq!(ServerProblem::from(core), ours);
        }
    }
}
