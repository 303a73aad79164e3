// SPDX-License-Identifier: Apache-2.0

//! The account's pushers with the fields of MSC3881, which ruma's own type drops.

use std::collections::BTreeMap;

use matrix_sdk::ruma::{
    api::{auth_scheme::AccessToken, request, response},
    metadata,
};
use serde::{Deserialize, Serialize};

use crate::{account::Account, error::ServerError};

metadata! {
    method: GET,
    rate_limited: false,
    authentication: AccessToken,
    history: {
        1.1 => "/_matrix/client/v3/pushers",
    }
}

#[request]
#[derive(Default)]
pub(super) struct Request {}

#[response]
pub(super) struct Response {
    pub pushers: Vec<Pusher>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pusher {
    #[serde(rename = "org.matrix.msc3881.device_id", alias = "device_id")]
    pub device_id: Option<String>,
    #[serde(rename = "org.matrix.msc3881.enabled", alias = "enabled")]
    pub enabled: Option<bool>,
}

impl Account {
    /// Whether each session's push notifications are on, by device id, for the sessions that have a pusher. Of several
    /// pushers of one session, one that is on decides.
    pub(crate) async fn pushers(&self) -> Result<BTreeMap<String, bool>, ServerError> {
        let response = self.client().send(Request {}).await.map_err(ServerError::from)?;
        let mut by_device = BTreeMap::new();
        for pusher in response.pushers {
            if let Some(device_id) = pusher.device_id {
                *by_device.entry(device_id).or_insert(false) |= pusher.enabled.unwrap_or(true);
            }
        }
        Ok(by_device)
    }
}
