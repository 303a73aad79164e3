// SPDX-License-Identifier: Apache-2.0

//! Finds the dehydrated device (MSC3814), which is no session: it receives messages while no session is online. All
//! callers share this rule.
//!
//! A thief's device can claim to be dehydrated, and must not be hidden for that. So the device has to be signed by the
//! account's identity, be the only one with this claim, and never have been active. A login cannot fulfil all three.

use ruma::{
    OwnedDeviceId,
    api::client::{dehydrated_device::get_dehydrated_device, device::get_devices::v3::Response as Devices},
};

use super::Shown;
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
};

/// What is known of a device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) device_id: &'a str,
    /// Whether its device keys say that it is dehydrated.
    pub(crate) says_so: bool,
    /// Whether the account's identity has signed it.
    pub(crate) signed: bool,
    /// Whether the server has ever seen it.
    pub(crate) was_active: bool,
}

/// The id of the dehydrated device, if one of these is.
pub(crate) fn dehydrated<'a>(devices: impl IntoIterator<Item = Candidate<'a>>) -> Option<&'a str> {
    let mut claimants = devices.into_iter().filter(|device| device.says_so);
    let only = claimants.next().filter(|_| claimants.next().is_none())?;
    (only.signed && !only.was_active).then_some(only.device_id)
}

/// The id of the dehydrated device that the server keeps; `None` also where the server knows no such devices.
pub(crate) async fn kept(account: &Handle) -> Result<Option<OwnedDeviceId>, RequestError> {
    match account.send(get_dehydrated_device::unstable::Request::new()).await {
        Ok(found) => Ok(Some(found.device_id)),
        Err(RequestError::Server(ServerError::Refused { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Shown {
    /// The dehydrated device among `listed`, which was asked for at the same time.
    pub(crate) fn dehydrated_among(&self, listed: &Devices) -> Option<OwnedDeviceId> {
        let candidates = listed.devices.iter().filter_map(|device| {
            let keys = self.devices.get(&device.device_id)?;
            Some(Candidate {
                device_id: device.device_id.as_str(),
                says_so: keys.dehydrated,
                signed: keys.signed,
                was_active: device.last_seen_ts.is_some() || device.last_seen_ip.is_some(),
            })
        });
        dehydrated(candidates).map(OwnedDeviceId::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(device_id: &str, says_so: bool, signed: bool, was_active: bool) -> Candidate<'_> {
        Candidate {
            device_id,
            says_so,
            signed,
            was_active,
        }
    }

    #[test]
    fn only_one_that_is_signed_and_was_never_active_is_believed() {
        let session = device("PHONE", false, true, true);
        let real = device("REAL", true, true, false);
        for (devices, expected) in [
            (vec![session, real], Some("REAL")),
            (vec![session], None),
            (vec![session, device("THIEF", true, false, false)], None),
            (vec![session, device("THIEF", true, true, true)], None),
            (vec![real, device("THIEF", true, false, true)], None),
            (vec![], None),
        ] {
            assert_eq!(dehydrated(devices.clone()), expected, "{devices:?}");
        }
    }
}
