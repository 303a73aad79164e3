// SPDX-License-Identifier: Apache-2.0

//! Reading the list: `GET /devices` joined by device id with device keys, client information and push settings.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::try_join;
use matrix_sdk::ruma::api::client::device::{Device, get_devices};
use serde_json::Value;

use crate::{
    account::Account,
    error::{ServerError, StoreError},
    sessions::rules::{self, ClientInformation, Push, Session, SessionList, Trust},
};

/// Prefix of client information, before the device id.
const CLIENT_INFORMATION: &str = "io.element.matrix_client_information.";
/// Prefixes of the local notification settings, before the device id: the one that clients write (MSC3890), and the
/// stable one.
const NOTIFICATION_SETTINGS: [&str; 2] = [
    "org.matrix.msc3890.local_notification_settings.",
    "m.local_notification_settings.",
];

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionsError {
    /// The server could not be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SessionsError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Server(error) => error.kind(),
            Self::Store(_) => "store",
        }
    }
}

impl Account {
    /// Lists the account's sessions. No room is synchronised, whatever their number.
    ///
    /// # Errors
    /// [`SessionsError`]
    #[tracing::instrument(skip_all)]
    pub async fn sessions(&self) -> Result<SessionList, SessionsError> {
        let devices = async {
            self.client()
                .send(get_devices::v3::Request::new())
                .await
                .map_err(ServerError::from)
        };
        let (devices, _, account_data, pushers) =
            try_join!(devices, self.query_own_keys(), self.account_data(), self.pushers())?;
        let parse = |(name, text): (String, String)| Some((name, serde_json::from_str(&text).ok()?));
        let account_data = account_data.into_iter().filter_map(parse).collect();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis() as u64;
        let machine = self.machine().await;
        let keys = machine
            .get_user_devices(self.own_user(), None)
            .await
            .map_err(StoreError::because)?;
        let (mut current, mut others) = (None, Vec::new());
        for device in devices.devices {
            let crypto = keys.get(&device.device_id);
            // Not a session: it receives messages while none is online (MSC3814).
            if crypto.as_ref().is_some_and(|crypto| crypto.is_dehydrated()) {
                continue;
            }
            let trust = match crypto {
                None => Trust::Unverifiable,
                Some(crypto) if crypto.is_cross_signed_by_owner() && crypto.is_device_owner_verified() => {
                    Trust::Verified
                }
                Some(_) => Trust::Unverified,
            };
            let is_current = device.device_id == self.own_device();
            let session = session(device, trust, &account_data, &pushers, now);
            if is_current {
                current = Some(session);
            } else {
                others.push(session);
            }
        }
        let current = current.ok_or(ServerError::SessionExpired)?;
        Ok(SessionList::new(current, others))
    }
}

fn session(
    device: Device,
    trust: Trust,
    account_data: &BTreeMap<String, Value>,
    pushers: &BTreeMap<String, bool>,
    now: u64,
) -> Session {
    let device_id = device.device_id.to_string();
    let last_seen_ts = device.last_seen_ts.map(|time| time.get().into());
    Session {
        client: account_data
            .get(&format!("{CLIENT_INFORMATION}{device_id}"))
            .and_then(client_information),
        push: push(&device_id, account_data, pushers),
        name: device.display_name,
        trust,
        inactive: rules::is_inactive(last_seen_ts, now),
        last_seen_ts,
        last_seen_ip: device.last_seen_ip,
        device_id,
    }
}

fn client_information(content: &Value) -> Option<ClientInformation> {
    let text = |name: &str| content.get(name).and_then(Value::as_str).map(str::to_owned);
    let information = ClientInformation {
        name: text("name"),
        version: text("version"),
        url: text("url"),
    };
    let empty = ClientInformation {
        name: None,
        version: None,
        url: None,
    };
    (information != empty).then_some(information)
}

fn push(device_id: &str, account_data: &BTreeMap<String, Value>, pushers: &BTreeMap<String, bool>) -> Push {
    let silenced = NOTIFICATION_SETTINGS.iter().find_map(|prefix| {
        account_data
            .get(&format!("{prefix}{device_id}"))?
            .get("is_silenced")?
            .as_bool()
    });
    rules::push(pushers.get(device_id).copied(), silenced)
}
