// SPDX-License-Identifier: Apache-2.0

//! Why something about sessions was not done, by what to do next.

use keyward::{
    auth::AuthError,
    error::{self, RequestError},
    sessions,
};

use crate::{ServerProblem, UnsupportedStage, auth::unsupported};

/// Why there is no list of sessions, or why a session is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
#[error("{reason}")]
pub enum SessionsError {
    /// There is no such session any more. List them again.
    NotFound {
        /// English text for people and logs.
        reason: String,
    },
    /// The name is too long.
    NameTooLong {
        /// How many characters there may be.
        longest: u64,
        /// English text for people and logs.
        reason: String,
    },
    /// The session has neither a pusher that can be switched from here nor a setting.
    PushUnsupported {
        /// English text for people and logs.
        reason: String,
    },
    /// The server could not be used.
    Server {
        /// Why.
        problem: ServerProblem,
        /// English text for people and logs.
        reason: String,
    },
    /// The local store failed.
    Store {
        /// English text for people and logs.
        reason: String,
    },
    /// The account was shut down.
    Closed {
        /// English text for people and logs.
        reason: String,
    },
}

impl From<RequestError> for SessionsError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Server(error) => error.into(),
            RequestError::Store(error) => error.into(),
        }
    }
}

impl From<error::ServerError> for SessionsError {
    fn from(error: error::ServerError) -> Self {
        Self::Server {
            reason: error.to_string(),
            problem: error.into(),
        }
    }
}

impl From<error::StoreError> for SessionsError {
    fn from(error: error::StoreError) -> Self {
        Self::Store {
            reason: error.to_string(),
        }
    }
}

impl From<sessions::RenameError> for SessionsError {
    fn from(error: sessions::RenameError) -> Self {
        let reason = error.to_string();
        match error {
            sessions::RenameError::TooLong { most } => Self::NameTooLong {
                longest: most as u64,
                reason,
            },
            sessions::RenameError::NotFound => Self::NotFound { reason },
            sessions::RenameError::Request(error) => error.into(),
        }
    }
}

impl From<sessions::PushError> for SessionsError {
    fn from(error: sessions::PushError) -> Self {
        let reason = error.to_string();
        match error {
            sessions::PushError::Unsupported => Self::PushUnsupported { reason },
            sessions::PushError::Request(error) => error.into(),
        }
    }
}

/// Why sessions are still there. The selection and the server's challenge are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
#[error("{reason}")]
pub enum SignOutError {
    /// This session is among them. Log out of it instead.
    CurrentSession {
        /// English text for people and logs.
        reason: String,
    },
    /// The server has moved this to a page of its own: open a link for each session there (`sign_out_links`).
    AccountManagement {
        /// The page.
        page: String,
        /// English text for people and logs.
        reason: String,
    },
    /// The password is wrong. Ask again: the server keeps waiting.
    WrongPassword {
        /// English text for people and logs.
        reason: String,
    },
    /// The server wants an authorisation that this version cannot give. A browser can, at the pages named.
    AuthorisationUnsupported {
        /// The stages, with the server's pages for them.
        stages: Vec<UnsupportedStage>,
        /// English text for people and logs.
        reason: String,
    },
    /// The server could not be used.
    Server {
        /// Why.
        problem: ServerProblem,
        /// English text for people and logs.
        reason: String,
    },
    /// The local store failed.
    Store {
        /// English text for people and logs.
        reason: String,
    },
    /// The account was shut down.
    Closed {
        /// English text for people and logs.
        reason: String,
    },
}

impl From<sessions::SignOutError> for SignOutError {
    fn from(error: sessions::SignOutError) -> Self {
        let reason = error.to_string();
        match error {
            sessions::SignOutError::CurrentSession => Self::CurrentSession { reason },
            sessions::SignOutError::AccountManagement(management) => Self::AccountManagement {
                page: management.page().to_owned(),
                reason,
            },
            sessions::SignOutError::Auth(AuthError::WrongPassword) => Self::WrongPassword { reason },
            sessions::SignOutError::Auth(AuthError::Unsupported { stages }) => Self::AuthorisationUnsupported {
                stages: unsupported(stages),
                reason,
            },
            sessions::SignOutError::Auth(AuthError::Request(RequestError::Server(error))) => Self::Server {
                problem: error.into(),
                reason,
            },
            sessions::SignOutError::Auth(AuthError::Request(RequestError::Store(_))) => Self::Store { reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        auth::UnsupportedStage as CoreStage,
        error::{ServerError, StoreError},
    };

    use super::*;
    use crate::testing::{closed_says_so, each_becomes};

    #[test]
    fn errors_of_sessions_keep_kind_and_text() {
        each_becomes!(SessionsError:
            RequestError::Server(ServerError::Unreachable) =>
                SessionsError::Server { problem: ServerProblem::Unreachable, .. },
            RequestError::Store(StoreError) => SessionsError::Store { .. },
            ServerError::NotUnderstood => SessionsError::Server { problem: ServerProblem::NotUnderstood, .. },
            StoreError => SessionsError::Store { .. },
            sessions::RenameError::TooLong { most: 100 } => SessionsError::NameTooLong { longest: 100, .. },
            sessions::RenameError::NotFound => SessionsError::NotFound { .. },
            sessions::RenameError::Request(ServerError::SessionExpired.into()) =>
                SessionsError::Server { problem: ServerProblem::SessionExpired, .. },
            sessions::PushError::Unsupported => SessionsError::PushUnsupported { .. },
            sessions::PushError::Request(ServerError::Failing { status: 500 }.into()) =>
                SessionsError::Server { problem: ServerProblem::Failing { status: 500 }, .. },
        );
        let stages = vec![CoreStage {
            name: "m.login.sso".to_owned(),
            fallback_url: None,
        }];
        // `AccountManagement` is not here: only a server can make one.
        each_becomes!(SignOutError:
            sessions::SignOutError::CurrentSession => SignOutError::CurrentSession { .. },
            sessions::SignOutError::Auth(AuthError::WrongPassword) => SignOutError::WrongPassword { .. },
            sessions::SignOutError::Auth(AuthError::Unsupported { stages }) =>
                SignOutError::AuthorisationUnsupported { .. },
            sessions::SignOutError::Auth(AuthError::Request(StoreError.into())) => SignOutError::Store { .. },
            sessions::SignOutError::Auth(AuthError::Request(ServerError::Unreachable.into())) =>
                SignOutError::Server { problem: ServerProblem::Unreachable, .. },
        );
        closed_says_so!(SessionsError, SignOutError);
    }
}
