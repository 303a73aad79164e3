// SPDX-License-Identifier: Apache-2.0

//! Why something about sessions was not done, by what to do next.

use keyward::{
    auth::AuthError,
    error::{self, RequestError},
    sessions,
};

use crate::{Advice, BrowserStage, ServerProblem, advice::error_for_apps};

error_for_apps! {
    /// Why there is no list of sessions, or why a session is as it was.
    pub enum SessionsError {
        /// There is no such session any more. List them again.
        NotFound {},
        /// The name is too long.
        NameTooLong {
            /// How many characters there may be.
            longest: u64,
        },
        /// The session has neither a pusher that can be switched from here nor a setting.
        PushUnsupported {},
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
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
            advice: Advice::of(&error),
            problem: error.into(),
        }
    }
}

impl From<error::StoreError> for SessionsError {
    fn from(error: error::StoreError) -> Self {
        Self::Store {
            advice: Advice::of(&error),
        }
    }
}

impl From<sessions::RenameError> for SessionsError {
    fn from(error: sessions::RenameError) -> Self {
        let advice = Advice::of(&error);
        match error {
            sessions::RenameError::TooLong { most } => Self::NameTooLong {
                longest: most as u64,
                advice,
            },
            sessions::RenameError::NotFound => Self::NotFound { advice },
            sessions::RenameError::Request(error) => error.into(),
        }
    }
}

impl From<sessions::PushError> for SessionsError {
    fn from(error: sessions::PushError) -> Self {
        let advice = Advice::of(&error);
        match error {
            sessions::PushError::Unsupported => Self::PushUnsupported { advice },
            sessions::PushError::Request(error) => error.into(),
        }
    }
}

error_for_apps! {
    /// Why sessions are still there. The selection and the server's challenge are kept.
    pub enum SignOutError {
        /// This session is among them. Log out of it instead.
        CurrentSession {},
        /// This session is not verified, so it cannot tell which of the others are. Verify it first, or let the person choose
        /// the sessions one by one.
        NotVerified {},
        /// The server has moved this to a page of its own: open a link for each session there (`sign_out_links`).
        AccountManagement {
            /// The page.
            page: String,
        },
        /// The server said that it signed them out, and still lists some of them. Try again.
        StillThere {
            /// Those of the selection that it lists.
            device_ids: Vec<String>,
        },
        /// The password is wrong. Ask again: the server keeps waiting.
        WrongPassword {},
        /// The server wants something that a person does in a browser, at one of the pages.
        BrowserNeeded {
            /// What can be done there.
            pages: Vec<BrowserStage>,
        },
        /// Nobody authorised it in the browser in time, or the approval has lapsed. Try again.
        NotApproved {},
        /// The server wants an authorisation that nobody can give here.
        AuthorisationUnsupported {
            /// The names of the stages.
            stages: Vec<String>,
        },
        /// The server could not be used.
        Server {
            /// Why.
            problem: ServerProblem,
        },
        /// The local store failed.
        Store {},
        /// The account was shut down.
        Closed {},
        /// The account is paused, or was meanwhile. Call again after `resume`.
        Paused {},
    }
}

impl From<sessions::SignOutError> for SignOutError {
    fn from(error: sessions::SignOutError) -> Self {
        let advice = Advice::of(&error);
        match error {
            sessions::SignOutError::CurrentSession => Self::CurrentSession { advice },
            sessions::SignOutError::NotVerified => Self::NotVerified { advice },
            sessions::SignOutError::AccountManagement(management) => Self::AccountManagement {
                page: management.page().to_owned(),
                advice,
            },
            sessions::SignOutError::StillThere { device_ids } => Self::StillThere { device_ids, advice },
            sessions::SignOutError::Auth(AuthError::WrongPassword) => Self::WrongPassword { advice },
            sessions::SignOutError::Auth(AuthError::BrowserNeeded { pages }) => Self::BrowserNeeded {
                pages: pages.iter().map(Into::into).collect(),
                advice,
            },
            sessions::SignOutError::Auth(AuthError::NotApproved) => Self::NotApproved { advice },
            sessions::SignOutError::Auth(AuthError::Unsupported { stages }) => {
                Self::AuthorisationUnsupported { stages, advice }
            }
            sessions::SignOutError::Auth(AuthError::Request(RequestError::Server(error))) => Self::Server {
                problem: error.into(),
                advice,
            },
            sessions::SignOutError::Auth(AuthError::Request(RequestError::Store(_))) => Self::Store { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::{
        auth::BrowserStage as CoreStage,
        error::{ServerError, StoreError},
    };

    use super::*;
    use crate::testing::{each_becomes, no_account_says_so};

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
        let pages = vec![CoreStage {
            name: "m.login.sso".to_owned(),
            page: "https://example.org/fallback".to_owned(),
        }];
        // `AccountManagement` is not here: only a server can make one.
        each_becomes!(SignOutError:
            sessions::SignOutError::CurrentSession => SignOutError::CurrentSession { .. },
            sessions::SignOutError::StillThere { device_ids: vec!["PHONE".to_owned()] } => SignOutError::StillThere { .. },
            sessions::SignOutError::Auth(AuthError::WrongPassword) => SignOutError::WrongPassword { .. },
            sessions::SignOutError::Auth(AuthError::BrowserNeeded { pages }) => SignOutError::BrowserNeeded { .. },
            sessions::SignOutError::Auth(AuthError::NotApproved) => SignOutError::NotApproved { .. },
            sessions::SignOutError::Auth(AuthError::Unsupported { stages: Vec::new() }) =>
                SignOutError::AuthorisationUnsupported { .. },
            sessions::SignOutError::Auth(AuthError::Request(StoreError.into())) => SignOutError::Store { .. },
            sessions::SignOutError::Auth(AuthError::Request(ServerError::Unreachable.into())) =>
                SignOutError::Server { problem: ServerProblem::Unreachable, .. },
        );
        no_account_says_so!(SessionsError, SignOutError);
    }
}
