// SPDX-License-Identifier: Apache-2.0

//! Reading the list: `GET /devices` joined by device id with device keys, client information and push settings. A session
//! of which the server shows the keys alone is listed, too.

use std::{
    collections::HashSet,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::try_join;
use ruma::{
    DeviceId, OwnedDeviceId,
    api::client::device::{Device, get_devices},
};

use crate::{
    account::Account,
    error::{RequestError, ServerError},
    identity::{KnowsIdentity, ShowsIdentity},
    sessions::rules::{RawDevice, RawKeys, RawList, SessionList},
};

impl<K: KnowsIdentity> Account<K> {
    /// Lists the account's sessions. Rooms are not synchronised, whatever their number. Sends four requests at the same
    /// time, after one for the server's versions if those are not known yet, and another if a session is not listed. Notes
    /// the sessions in the ledger ([`Account::session_history`]).
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn sessions(&self) -> Result<SessionList, RequestError> {
        list(&*K::shows_identity(self)).await
    }

    /// The data that [`Account::sessions`] passes to [`SessionList::new`], for callers with a clock of their own.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn raw_sessions(&self) -> Result<RawList, RequestError> {
        read(&*K::shows_identity(self)).await
    }
}

/// [`Account::sessions`]
pub(super) async fn list(account: &dyn ShowsIdentity) -> Result<SessionList, RequestError> {
    let ledger = account.ledger();
    let _one_at_a_time = ledger.listing().await;
    let raw = read(account).await?;
    let list = SessionList::new(raw, now()).ok_or(ServerError::SessionExpired)?;
    account.note_sessions(&list, now()).await?;
    Ok(list)
}

#[tracing::instrument(skip_all)]
async fn read(account: &dyn ShowsIdentity) -> Result<RawList, RequestError> {
    let devices = async || Ok::<_, RequestError>(account.send(get_devices::v3::Request::new()).await?.devices);
    let (mut devices, shown, account_data, pushers) = try_join!(
        devices(),
        account.look(),
        account.account_data(),
        account.pushers_by_device(),
    )?;
    let mut each_once = HashSet::new();
    devices.retain(|device| each_once.insert(device.device_id.clone()));
    let unlisted = |devices: &[Device]| -> Vec<OwnedDeviceId> {
        let listed: HashSet<&DeviceId> = devices.iter().map(|device| &*device.device_id).collect();
        let is_unlisted = |id: &&OwnedDeviceId| *id != account.own_device() && !listed.contains(&***id);
        shown.shown.iter().filter(is_unlisted).cloned().collect()
    };
    if !unlisted(&devices).is_empty() {
        // It may have logged in between the two replies.
        devices = account.send(get_devices::v3::Request::new()).await?.devices;
    }
    let keys_of = |id: &DeviceId| {
        let keys = shown.devices.get(id)?;
        Some(RawKeys {
            ed25519: keys.ed25519.clone(),
            signed: keys.signed,
            dehydrated: keys.dehydrated,
        })
    };
    let unlisted: Vec<RawDevice> = unlisted(&devices)
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
    let listed = devices.into_iter().map(|device| RawDevice {
        keys: keys_of(&device.device_id),
        device_id: device.device_id.into(),
        name: device.display_name,
        last_seen_ts: device.last_seen_ts.map(|time| time.get().into()),
        last_seen_ip: device.last_seen_ip,
        unlisted: false,
    });
    let devices = listed.chain(unlisted);
    Ok(RawList {
        own_device_id: account.device_id().to_owned(),
        identity: shown.identity,
        devices: devices.collect(),
        account_data,
        pushers,
    })
}

/// Milliseconds since the Unix epoch.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
