// SPDX-License-Identifier: Apache-2.0

//! What a homeserver supports (`/versions`): asked once, kept for a day.
//!
//! Specification: Client-Server API, "API Versions".

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ruma::api::{Metadata as _, SupportedVersions, client::discovery::get_supported_versions};
use serde::{Deserialize, Serialize};

use super::{Failure, Policy, Server, limits::Limits};
use crate::error::{RequestError, ServerError};

const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// A reply to `/versions`, and when it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Versions {
    versions: Vec<String>,
    unstable_features: BTreeMap<String, bool>,
    /// Seconds since 1970.
    asked_at: u64,
    /// Whether the reply came without a valid access token.
    #[serde(skip)]
    to_nobody: bool,
}

impl Versions {
    /// Whether the reply is still used. If the clock was set back, it counts as old, so that it does not stay for ever.
    pub(super) fn is_fresh(&self) -> bool {
        let age = seconds_now().checked_sub(self.asked_at);
        age.is_some_and(|age| age < KEPT_FOR.as_secs())
    }

    pub(super) fn is_for_this_session(&self) -> bool {
        !self.to_nobody
    }

    pub(super) fn supported(&self) -> Arc<SupportedVersions> {
        Arc::new(SupportedVersions::from_parts(&self.versions, &self.unstable_features))
    }
}

fn seconds_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Asks with the session's token, and without one if the server does not know the token any more: a new token is
/// requested by a request whose path may depend on this reply.
pub(super) async fn ask(server: &Server) -> Result<Versions, RequestError> {
    use ruma::api::{IncomingResponse as _, OutgoingRequest as _, auth_scheme::AccessTokenOptional};

    use super::{Make, endpoint::Scheme as _};

    let make: Make<'_> = &|token, _| {
        get_supported_versions::Request::new().try_into_http_request(
            server.url().as_str(),
            AccessTokenOptional::input(token),
            (),
        )
    };
    let policy = Policy::ORDINARY.within(Limits::of(&get_supported_versions::Request::METHOD, None));
    let token = server.inner.keeper.token().await?;
    let (reply, to_nobody) = match server.attempts(make, token.as_ref(), None, policy).await {
        Err(Failure::UnknownToken) => (server.attempts(make, None, None, policy).await?, true),
        other => (other?, token.is_none()),
    };
    let reply =
        get_supported_versions::Response::try_from_http_response(reply).map_err(|_| ServerError::NotUnderstood)?;
    Ok(Versions {
        versions: reply.versions,
        unstable_features: reply.unstable_features,
        asked_at: seconds_now(),
        to_nobody,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_fresh_for_a_day_and_not_before_it_came() {
        let asked = |asked_at| Versions {
            versions: vec!["v1.11".to_owned()],
            unstable_features: BTreeMap::new(),
            asked_at,
            to_nobody: false,
        };
        let now = seconds_now();
        assert!(asked(now - 60).is_fresh());
        assert!(!asked(now - 25 * 60 * 60).is_fresh());
        assert!(!asked(now + 60 * 60).is_fresh());
    }
}
