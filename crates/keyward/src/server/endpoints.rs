// SPDX-License-Identifier: Apache-2.0

//! The endpoints that each kind of account may use. All others are refused before sending: a mistake in a flow then
//! causes an error here and no request.

use ruma::api::Metadata;

use super::endpoint::paths;

/// Method and path; of several paths the newest.
type Allowed = (&'static str, &'static str);

/// All endpoints that one kind of account may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoints {
    parts: &'static [&'static [Allowed]],
    /// The field of a query that no request may have.
    forbidden_field: Option<&'static str>,
}

/// For finding a homeserver.
const DISCOVERY: &[Allowed] = &[
    ("GET", "/.well-known/matrix/client"),
    ("GET", "/_matrix/client/versions"),
];

/// For a login.
const LOGIN: &[Allowed] = &[
    ("GET", "/_matrix/client/versions"),
    ("GET", "/_matrix/client/v3/login"),
    ("POST", "/_matrix/client/v3/login"),
    ("GET", "/_matrix/client/v1/auth_metadata"),
    ("GET", "/_matrix/client/v3/account/whoami"),
];

/// For asking whose a token is.
const WHOAMI: &[Allowed] = &[
    ("GET", "/_matrix/client/versions"),
    ("GET", "/_matrix/client/v3/account/whoami"),
];

/// For every session, whichever program keeps it.
const FLOWS: &[Allowed] = &[
    ("GET", "/_matrix/client/versions"),
    ("GET", "/_matrix/client/v1/auth_metadata"),
    ("GET", "/_matrix/client/v3/devices"),
    ("GET", "/_matrix/client/v3/devices/{device_id}"),
    ("PUT", "/_matrix/client/v3/devices/{device_id}"),
    ("POST", "/_matrix/client/v3/delete_devices"),
    ("GET", "/_matrix/client/v3/pushers"),
    ("POST", "/_matrix/client/v3/pushers/set"),
    ("GET", "/_matrix/client/v3/user/{user_id}/account_data/{event_type}"),
    ("PUT", "/_matrix/client/v3/user/{user_id}/account_data/{event_type}"),
    ("POST", "/_matrix/client/v3/keys/query"),
    ("POST", "/_matrix/client/v3/keys/device_signing/upload"),
    ("POST", "/_matrix/client/v3/keys/signatures/upload"),
    ("GET", "/_matrix/client/v3/room_keys/version"),
    ("POST", "/_matrix/client/v3/room_keys/version"),
    ("GET", "/_matrix/client/v3/room_keys/version/{version}"),
    ("DELETE", "/_matrix/client/v3/room_keys/version/{version}"),
    ("GET", "/_matrix/client/v3/room_keys/keys"),
    ("GET", "/_matrix/client/v3/room_keys/keys/{room_id}/{session_id}"),
    ("PUT", "/_matrix/client/v3/room_keys/keys"),
    (
        "GET",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    ),
    (
        "DELETE",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    ),
];

/// For the account data, which only a first sync lists.
const LISTING: &[Allowed] = &[("GET", "/_matrix/client/v3/sync")];

/// For the program that keeps the session: its tokens, its messages, its one-time keys.
const KEEPING: &[Allowed] = &[
    ("POST", "/_matrix/client/v3/refresh"),
    ("POST", "/_matrix/client/v3/logout"),
    ("GET", "/_matrix/client/v3/sync"),
    ("POST", "/_matrix/client/v3/keys/upload"),
    ("POST", "/_matrix/client/v3/keys/claim"),
    ("PUT", "/_matrix/client/v3/sendToDevice/{event_type}/{txn_id}"),
];

impl Endpoints {
    /// When nothing is known of the server yet.
    pub(crate) const DISCOVERY: Self = Self::only(&[DISCOVERY]);
    /// Before there is a session.
    pub(crate) const LOGIN: Self = Self::only(&[LOGIN]);
    /// With a token that somebody gives.
    pub(crate) const WHOAMI: Self = Self::only(&[WHOAMI]);
    /// With a session that was logged in here.
    pub(crate) const OWN: Self = Self::only(&[FLOWS, KEEPING]);
    /// With a session that another program keeps. A sync with `since` would acknowledge to-device messages, which are for
    /// that program; one without it reads account data and acknowledges nothing.
    pub(crate) const ATTACHED: Self = Self {
        parts: &[FLOWS, LISTING],
        forbidden_field: Some("since"),
    };

    const fn only(parts: &'static [&'static [Allowed]]) -> Self {
        Self {
            parts,
            forbidden_field: None,
        }
    }

    /// Whether the endpoint may be asked.
    pub(super) fn allow<R: Metadata>(self) -> bool {
        let paths = paths::<R>();
        let listed = |(method, path): &Allowed| *method == R::METHOD.as_str() && paths.contains(path);
        self.parts.iter().any(|part| part.iter().any(listed))
    }

    /// Whether a request to an endpoint that may be asked may have this query.
    pub(super) fn allow_query(self, query: Option<&str>) -> bool {
        let mut fields = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        self.forbidden_field
            .is_none_or(|forbidden| fields.all(|(name, _)| name != forbidden))
    }
}

#[cfg(test)]
mod tests {
    use ruma::api::client::{
        account::whoami,
        keys::{claim_keys, get_keys, upload_keys},
        session::{login, logout, refresh_token},
        sync::sync_events,
        to_device::send_event_to_device,
    };

    use super::*;

    #[test]
    fn what_is_not_listed_cannot_be_sent() {
        assert!(Endpoints::OWN.allow::<get_keys::v3::Request>());
        assert!(Endpoints::OWN.allow::<upload_keys::v3::Request>());
        assert!(Endpoints::OWN.allow::<refresh_token::v3::Request>());
        assert!(Endpoints::OWN.allow::<sync_events::v3::Request>());
        assert!(!Endpoints::OWN.allow::<whoami::v3::Request>());
        assert!(!Endpoints::OWN.allow::<login::v3::Request>());
        assert!(Endpoints::LOGIN.allow::<login::v3::Request>());
        assert!(!Endpoints::LOGIN.allow::<get_keys::v3::Request>());
        assert!(!Endpoints::DISCOVERY.allow::<login::v3::Request>());
        assert!(Endpoints::WHOAMI.allow::<whoami::v3::Request>());
        assert!(!Endpoints::WHOAMI.allow::<login::v3::Request>());
    }

    #[test]
    fn an_attached_account_sends_nothing_that_is_for_the_program_that_keeps_the_session() {
        let attached = Endpoints::ATTACHED;
        assert!(attached.allow::<get_keys::v3::Request>());
        assert!(attached.allow::<sync_events::v3::Request>());
        assert!(!attached.allow::<upload_keys::v3::Request>());
        assert!(!attached.allow::<claim_keys::v3::Request>());
        assert!(!attached.allow::<send_event_to_device::v3::Request>());
        assert!(!attached.allow::<refresh_token::v3::Request>());
        assert!(!attached.allow::<login::v3::Request>());
        assert!(!attached.allow::<logout::v3::Request>());
        for (query, is_allowed) in [
            (None, true),
            (Some("filter=since&timeout=0"), true),
            (Some("filter=x&since=s1"), false),
            (Some("filter=x&%73ince=s1"), false),
            (Some("since"), false),
        ] {
            assert_eq!(attached.allow_query(query), is_allowed, "{query:?}");
            assert!(Endpoints::OWN.allow_query(query));
        }
    }
}
