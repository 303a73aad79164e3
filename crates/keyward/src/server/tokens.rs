// SPDX-License-Identifier: Apache-2.0

//! Where the tokens for requests come from. A [`Keeper`] keeps a session's tokens; for a session that was logged in
//! here, the local store does.

use futures_util::future::BoxFuture;

use super::{Server, Versions};
use crate::{error::RequestError, secret::Secret};

/// The access token of a session.
pub(crate) type AccessToken = Secret;

/// What came of asking for a new access token.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// This one is in force, and saved.
    Renewed(AccessToken),
    /// The server refused, or there is no refresh token: the session is over. A request that did not reach the server
    /// is an error instead, and the session may still be valid.
    Refused,
}

/// Keeps what a session's requests need from one request to the next.
pub(crate) trait Keeper: Send + Sync {
    /// The access token to send; `None` before a login.
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>>;

    /// Whether somebody else may know the present token, so that it has to be replaced before it is used again.
    fn is_exposed(&self) -> bool;

    /// Replaces the access token `refused` with a new one, which is saved before it is returned. A caller that comes
    /// while another one does this gets the same new token.
    fn renew<'a>(
        &'a self,
        server: &'a Server,
        refused: &'a AccessToken,
    ) -> BoxFuture<'a, Result<Renewal, RequestError>>;

    /// What the server supports, if that was kept.
    fn versions(&self) -> BoxFuture<'_, Option<Versions>>;

    /// Keeps what the server supports. If that fails, the server is asked again the next time.
    fn keep_versions<'a>(&'a self, versions: &'a Versions) -> BoxFuture<'a, ()>;
}

/// During a login: a token that is sent as it is, or none, and nothing to keep.
pub(crate) struct Fixed(pub(crate) Option<AccessToken>);

impl Keeper for Fixed {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn is_exposed(&self) -> bool {
        false
    }

    fn renew<'a>(&'a self, _: &'a Server, _: &'a AccessToken) -> BoxFuture<'a, Result<Renewal, RequestError>> {
        Box::pin(async { Ok(Renewal::Refused) })
    }

    fn versions(&self) -> BoxFuture<'_, Option<Versions>> {
        Box::pin(async { None })
    }

    fn keep_versions<'a>(&'a self, _: &'a Versions) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
