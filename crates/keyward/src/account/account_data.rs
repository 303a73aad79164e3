// SPDX-License-Identifier: Apache-2.0

//! All global account data, without any room.

use std::collections::BTreeMap;

use matrix_sdk::ruma::api::client::sync::sync_events;
use serde_json::Value;

use crate::{
    account::{Account, sync::lean_filter},
    error::ServerError,
};

impl Account {
    /// All global account data, by type, in one request: the reply of a first lean sync. To-device messages stay queued,
    /// because no later sync names this one. Homeservers keep such a reply for some minutes, so it may be that old.
    pub(crate) async fn account_data(&self) -> Result<BTreeMap<String, Value>, ServerError> {
        let mut request = sync_events::v3::Request::new();
        request.filter = Some(sync_events::v3::Filter::FilterDefinition(lean_filter()));
        let response = self.client().send(request).await.map_err(ServerError::from)?;
        let events = response.account_data.events.iter().filter_map(|event| {
            let event: Value = serde_json::from_str(event.json().get()).ok()?;
            Some((event.get("type")?.as_str()?.to_owned(), event.get("content")?.clone()))
        });
        Ok(events.collect())
    }
}
