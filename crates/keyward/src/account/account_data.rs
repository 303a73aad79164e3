// SPDX-License-Identifier: Apache-2.0

//! The account's global account data: one event by its type, or all of them, without any room.
//!
//! Specification: Client-Server API, "Client Config".

use std::collections::BTreeMap;

use ruma::{
    api::client::config::{get_global_account_data, set_global_account_data},
    events::GlobalAccountDataEventType,
    serde::Raw,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::Handle;
use crate::{
    error::{RequestError, ServerError},
    server::lean_sync,
};

/// Client information's event type, before the device id.
pub(crate) const CLIENT_INFORMATION: &str = "io.element.matrix_client_information.";
/// The two prefixes of the event types that hold a session's notification settings: the one that clients write
/// (MSC3890) and the stable one. The device id follows.
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

impl Handle {
    /// The content of a global account data event, as the server's text; `None` where it was never written.
    pub(crate) async fn fetch_text(&self, event_type: &str) -> Result<Option<String>, RequestError> {
        let kind = GlobalAccountDataEventType::from(event_type);
        let request = get_global_account_data::v3::Request::new(self.own_user().to_owned(), kind);
        match self.send(request).await {
            Ok(reply) => Ok(Some(reply.account_data.json().get().to_owned())),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The content of a global account data event; `None` where it was never written.
    pub(crate) async fn fetch(&self, event_type: &str) -> Result<Option<Value>, RequestError> {
        let text = self.fetch_text(event_type).await?;
        let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
        Ok(parsed.map_err(|_| ServerError::NotUnderstood)?)
    }

    /// Writes the content of a global account data event.
    pub(crate) async fn put(&self, event_type: &str, content: &Value) -> Result<(), RequestError> {
        self.put_text(event_type, content.to_string()).await
    }

    /// Writes the content of a global account data event, as JSON text.
    pub(crate) async fn put_text(&self, event_type: &str, content: String) -> Result<(), RequestError> {
        let raw = Raw::from_json_string(content).map_err(|_| ServerError::NotUnderstood)?;
        let kind = GlobalAccountDataEventType::from(event_type);
        let request = set_global_account_data::v3::Request::new_raw(self.own_user().to_owned(), kind, raw);
        self.send(request).await?;
        Ok(())
    }

    /// All global account data by type, as the server's text, in one request: the reply to a lean sync without `since`.
    /// To-device messages stay queued, because no later sync continues from this reply.
    pub(crate) async fn account_data(&self) -> Result<BTreeMap<String, String>, RequestError> {
        // Homeservers cache the reply to a first sync for some minutes and repeat it for the same request (Synapse:
        // `sync_response_cache_duration`). Excluding an event type that does not exist makes each request different.
        let nothing = format!("keyward.nothing.{:032x}", rand::random::<u128>());
        let reply = self.send(lean_sync::Request::first(vec![nothing])).await?;
        let events = reply.account_data.events.iter().filter_map(|event| {
            let event: Event = serde_json::from_str(event.json().get()).ok()?;
            Some((event.kind, event.content.get().to_owned()))
        });
        Ok(events.collect())
    }
}
