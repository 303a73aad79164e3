// SPDX-License-Identifier: Apache-2.0

//! The endpoints that each kind of account may use. All others are refused before sending: a mistake in a flow then
//! causes an error here and no request.

use ruma::api::Metadata;

use super::endpoint::paths;

/// Method and path; of several paths the newest.
type Allowed = (&'static str, &'static str);

/// All endpoints that one kind of account may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoints(&'static [&'static [Allowed]]);

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
    pub(crate) const DISCOVERY: Self = Self(&[DISCOVERY]);
    /// Before there is a session.
    pub(crate) const LOGIN: Self = Self(&[LOGIN]);
    /// With a session that was logged in here.
    pub(crate) const OWN: Self = Self(&[FLOWS, KEEPING]);

    /// Whether the endpoint may be asked.
    pub(super) fn allow<R: Metadata>(self) -> bool {
        let paths = paths::<R>();
        let listed = |(method, path): &Allowed| *method == R::METHOD.as_str() && paths.contains(path);
        self.0.iter().any(|part| part.iter().any(listed))
    }
}

#[cfg(test)]
mod tests {
    use ruma::api::client::{
        account::whoami,
        keys::{get_keys, upload_keys},
        session::{login, refresh_token},
        sync::sync_events,
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
    }
}
