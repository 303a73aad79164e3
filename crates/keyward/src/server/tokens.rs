// SPDX-License-Identifier: Apache-2.0

//! Where the door's tokens come from. Who keeps a session says it through [`Keeper`]: a session that was logged in here has
//! its tokens in the local store, one that belongs to an app asks the app.

use futures_util::future::BoxFuture;

use super::{Server, Versions};
use crate::{error::RequestError, secret::Secret};

/// Lets a session in.
pub(crate) type AccessToken = Secret;

/// What came of asking for a new access token.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// This one is in force, and saved.
    Renewed(AccessToken),
    /// The server refused, or there is nothing to ask with: the session is over. A question that did not get through is
    /// an error instead, and says nothing of the session.
    Refused,
}

/// Keeps what a session's requests need from one request to the next.
pub(crate) trait Keeper: Send + Sync {
    /// The access token to send; `None` before a login.
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>>;

    /// Whether somebody else may know the present token, so that it has to be replaced before it is used again.
    fn is_exposed(&self) -> bool;

    /// A new access token in the place of `refused`, saved before it is returned. Whoever asks while another does gets
    /// what the other got.
    fn renew<'a>(
        &'a self,
        server: &'a Server,
        refused: &'a AccessToken,
    ) -> BoxFuture<'a, Result<Renewal, RequestError>>;

    /// What the server supports, as it was kept.
    fn versions(&self) -> BoxFuture<'_, Option<Versions>>;

    /// Keeps what the server supports. A failure costs a request the next time, and nothing else.
    fn keep_versions<'a>(&'a self, versions: &'a Versions) -> BoxFuture<'a, ()>;
}

/// Before a login: no token, and nothing to keep.
pub(crate) struct Nobody;

impl Keeper for Nobody {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, RequestError>> {
        Box::pin(async { Ok(None) })
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
