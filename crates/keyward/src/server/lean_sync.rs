// SPDX-License-Identifier: Apache-2.0

//! `GET /_matrix/client/v3/sync`, parsed as far as account security needs it: to-device messages, device lists,
//! one-time keys and account data, but no rooms, whatever their number. ruma's own type would parse all of them.
//!
//! Specification: Client-Server API, "Syncing".

use std::{collections::BTreeMap, time::Duration};

use ruma::{
    OneTimeKeyAlgorithm, UInt,
    api::{auth_scheme::AccessToken, client::sync::sync_events::DeviceLists, request, response},
    events::{AnyGlobalAccountDataEvent, AnyToDeviceEvent},
    metadata,
    serde::Raw,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

metadata! {
    method: GET,
    rate_limited: false,
    authentication: AccessToken,
    history: {
        1.0 => "/_matrix/client/r0/sync",
        1.1 => "/_matrix/client/v3/sync",
    }
}

const OFFLINE: &str = "offline";

#[request]
pub(crate) struct Request {
    /// The filter's definition, as JSON.
    #[ruma_api(query)]
    pub filter: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ruma_api(query)]
    pub since: Option<String>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ruma_api(query)]
    pub timeout: Option<u64>,
    /// Nobody is seen to be online because of this.
    #[ruma_api(query)]
    pub set_presence: String,
}

#[response]
pub(crate) struct Response {
    pub next_batch: String,
    #[serde(default)]
    pub account_data: Events<AnyGlobalAccountDataEvent>,
    #[serde(default)]
    pub to_device: Events<AnyToDeviceEvent>,
    #[serde(default)]
    pub device_lists: DeviceLists,
    #[serde(default)]
    pub device_one_time_keys_count: BTreeMap<OneTimeKeyAlgorithm, UInt>,
    pub device_unused_fallback_key_types: Option<Vec<OneTimeKeyAlgorithm>>,
}

/// A list of events.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Events<T> {
    #[serde(default = "Vec::new")]
    pub(crate) events: Vec<Raw<T>>,
}

impl<T> Default for Events<T> {
    fn default() -> Self {
        Self { events: Vec::new() }
    }
}

impl Response {
    /// Whether nothing has happened.
    pub(crate) fn is_empty(&self) -> bool {
        self.account_data.events.is_empty()
            && self.to_device.events.is_empty()
            && self.device_lists.changed.is_empty()
            && self.device_lists.left.is_empty()
    }
}

impl Request {
    /// What has happened since the synchronisation that gave `since`. The server may hold the request open for `wait`.
    pub(crate) fn since(since: Option<String>, wait: Duration) -> Self {
        Self {
            filter: filter(Vec::new()),
            since,
            timeout: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            set_presence: OFFLINE.to_owned(),
        }
    }

    /// All account data except these types, as for a client that has never synchronised.
    pub(crate) fn first(without_types: Vec<String>) -> Self {
        Self {
            filter: filter(without_types),
            since: None,
            timeout: None,
            set_presence: OFFLINE.to_owned(),
        }
    }
}

/// A filter for account data only. To-device messages and device lists come in any case, because filters do not apply
/// to them. Homeservers honour different parts of it (Dendrite ignores `rooms`), so each says "nothing" in every way.
fn filter(without_types: Vec<String>) -> String {
    let nothing = json!({"limit": 1, "types": [], "not_types": ["*"]});
    let filter = json!({
        "account_data": {"not_types": without_types},
        "presence": nothing,
        "room": {
            "rooms": [], "include_leave": false, "timeline": nothing, "ephemeral": nothing, "account_data": nothing,
            "state": {"limit": 1, "types": [], "not_types": ["*"], "lazy_load_members": true},
        },
    });
    filter.to_string()
}

#[cfg(test)]
mod tests {
    use http::Response as HttpResponse;
    use ruma::api::IncomingResponse;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_filter_asks_for_no_room() {
        let filter: serde_json::Value =
            serde_json::from_str(&Request::first(vec!["a".to_owned()]).filter).expect("JSON");
        assert_eq!(filter["room"]["rooms"], json!([]));
        for part in [
            &filter["presence"],
            &filter["room"]["timeline"],
            &filter["room"]["state"],
        ] {
            assert_eq!((&part["types"], &part["not_types"]), (&json!([]), &json!(["*"])));
        }
        assert_eq!(filter["account_data"], json!({"not_types": ["a"]}));
    }

    #[test]
    fn rooms_are_not_read_and_nothing_has_to_be_there_but_the_next_token() {
        let read = |body: serde_json::Value| {
            Response::try_from_http_response(HttpResponse::new(body.to_string().into_bytes())).ok()
        };
        let reply = read(json!({"next_batch": "a", "rooms": "nonsense"})).expect("understood");
        assert_eq!(reply.next_batch, "a");
        assert!(reply.is_empty());
        assert!(reply.to_device.events.is_empty() && reply.device_unused_fallback_key_types.is_none());
        let reply = read(json!({
            "next_batch": "a", "to_device": {"events": [{"type": "x"}]}, "device_lists": {"changed": ["@a:b"]},
            "device_one_time_keys_count": {"signed_curve25519": 50}, "device_unused_fallback_key_types": [],
        }))
        .expect("understood");
        assert_eq!((reply.to_device.events.len(), reply.device_lists.changed.len()), (1, 1));
        assert!(!reply.is_empty());
        assert!(read(json!({})).is_none());
    }
}
