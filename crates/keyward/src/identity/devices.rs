// SPDX-License-Identifier: Apache-2.0

//! The account's devices: `GET /devices` joined by device id with the device keys, and the rules of what a device is. A device
//! of which the server shows the keys alone is among them, too.

use std::{
    collections::HashSet,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::try_join;
use ruma::{
    DeviceId, OwnedDeviceId,
    api::client::device::{Device, get_devices},
};
use serde::Serialize;

use super::{
    IdentityStatus, Shown, ShowsIdentity,
    dehydrated::{Candidate, dehydrated},
};
use crate::error::RequestError;

/// A session without activity for longer than this is inactive: 90 days, in milliseconds.
pub const INACTIVE_AFTER_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// Whether a session is signed by the account's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Signed by the current own identity, and that identity is trusted here.
    Verified,
    /// Has device keys, and is not verified.
    Unverified,
    /// Has no device keys: it does not support encryption.
    Unverifiable,
}

impl Trust {
    /// The trust in a device with these keys.
    pub(crate) fn of(identity: IdentityStatus, keys: Option<&RawKeys>) -> Self {
        match keys {
            None => Self::Unverifiable,
            Some(keys) if keys.signed && identity == IdentityStatus::Ours => Self::Verified,
            Some(_) => Self::Unverified,
        }
    }
}

/// A device, as the server and this session know it.
#[derive(Clone, Debug)]
pub struct RawDevice {
    /// Device id.
    pub device_id: String,
    /// `display_name`.
    pub name: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub last_seen_ts: Option<u64>,
    /// Where from.
    pub last_seen_ip: Option<String>,
    /// `None` if it has no device keys.
    pub keys: Option<RawKeys>,
    /// Whether it is not in `GET /devices`, and its keys are in the reply to `/keys/query`.
    pub unlisted: bool,
}

/// The device keys of a [`RawDevice`].
#[derive(Clone, Debug)]
pub struct RawKeys {
    /// Ed25519, unpadded base64.
    pub ed25519: String,
    /// Whether the self-signing key of the account's identity signed them.
    pub signed: bool,
    /// Whether they say that the device is dehydrated (MSC3814).
    pub dehydrated: bool,
}

/// The dehydrated device among these, which is no session.
pub(crate) fn dehydrated_device(devices: &[RawDevice]) -> Option<&str> {
    let candidates = devices.iter().filter_map(|device| {
        let keys = device.keys.as_ref()?;
        Some(Candidate {
            device_id: &device.device_id,
            says_so: keys.dehydrated,
            signed: keys.signed,
            was_active: device.last_seen_ts.is_some() || device.last_seen_ip.is_some(),
        })
    });
    dehydrated(candidates)
}

/// Whether a session last seen at `last_seen_ts` is inactive at `now` (both in milliseconds). Without a time stamp it is
/// not.
pub(crate) fn is_inactive(last_seen_ts: Option<u64>, now: u64) -> bool {
    last_seen_ts.is_some_and(|seen| now.saturating_sub(seen) > INACTIVE_AFTER_MS)
}

/// Milliseconds since the Unix epoch, as the times of sessions are told.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The identity and all devices, asked for at the same time. One round trip, and another if the server shows keys of a device
/// that it does not list.
pub(crate) async fn with_devices(account: &dyn ShowsIdentity) -> Result<(Shown, Vec<RawDevice>), RequestError> {
    let devices = async || Ok::<_, RequestError>(account.send(get_devices::v3::Request::new()).await?.devices);
    let (mut devices_listed, shown) = try_join!(devices(), account.look())?;
    let mut each_once = HashSet::new();
    devices_listed.retain(|device| each_once.insert(device.device_id.clone()));
    let unlisted = |devices: &[Device]| -> Vec<OwnedDeviceId> {
        let listed: HashSet<&DeviceId> = devices.iter().map(|device| &*device.device_id).collect();
        let is_unlisted = |id: &&OwnedDeviceId| *id != account.own_device() && !listed.contains(&***id);
        shown.shown.iter().filter(is_unlisted).cloned().collect()
    };
    if !unlisted(&devices_listed).is_empty() {
        // It may have logged in between the two replies.
        devices_listed = devices().await?;
    }
    let keys_of = |id: &DeviceId| {
        let keys = shown.devices.get(id)?;
        Some(RawKeys {
            ed25519: keys.ed25519.clone(),
            signed: keys.signed,
            dehydrated: keys.dehydrated,
        })
    };
    let unlisted: Vec<RawDevice> = unlisted(&devices_listed)
        .into_iter()
        .map(|id| RawDevice {
            keys: keys_of(&id),
            device_id: id.into(),
            name: None,
            last_seen_ts: None,
            last_seen_ip: None,
            unlisted: true,
        })
        .collect();
    let listed = devices_listed.into_iter().map(|device| RawDevice {
        keys: keys_of(&device.device_id),
        device_id: device.device_id.into(),
        name: device.display_name,
        last_seen_ts: device.last_seen_ts.map(|time| time.get().into()),
        last_seen_ip: device.last_seen_ip,
        unlisted: false,
    });
    let devices = listed.chain(unlisted).collect();
    Ok((shown, devices))
}
