// SPDX-License-Identifier: Apache-2.0

//! All global account data, without any room.

use std::collections::BTreeMap;

use matrix_sdk::ruma::api::client::sync::sync_events;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    account::{Account, sync::lean_filter},
    error::ServerError,
};

/// Client information's event type, before the device id.
pub(crate) const CLIENT_INFORMATION: &str = "io.element.matrix_client_information.";
/// Event types of a session's notification settings, before the device id: the one that clients write (MSC3890), and the
/// stable one.
pub(crate) const NOTIFICATION_SETTINGS: [&str; 2] = [
    "org.matrix.msc3890.local_notification_settings.",
    "m.local_notification_settings.",
];

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    content: Box<RawValue>,
}

impl Account {
    /// All global account data, by type, as the server's text, in one request: the reply of a first lean sync. To-device
    /// messages stay queued, because no later sync names this one.
    pub(crate) async fn account_data(&self) -> Result<BTreeMap<String, String>, ServerError> {
        let mut filter = lean_filter();
        // Homeservers keep the reply of a first sync for some minutes and give it again to the same request (Synapse:
        // `sync_response_cache_duration`). A filter that leaves out what nobody has makes each request another one.
        filter.account_data.not_types = vec![format!("keyward.nothing.{:032x}", rand::random::<u128>())];
        let mut request = sync_events::v3::Request::new();
        request.filter = Some(sync_events::v3::Filter::FilterDefinition(filter));
        let response = self.client().send(request).await.map_err(ServerError::from)?;
        let events = response.account_data.events.iter().filter_map(|event| {
            let event: Event = serde_json::from_str(event.json().get()).ok()?;
            Some((event.kind, event.content.get().to_owned()))
        });
        Ok(events.collect())
    }
}
