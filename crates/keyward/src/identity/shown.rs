// SPDX-License-Identifier: Apache-2.0

//! The identity and the devices as the server shows them now, judged by what this session trusts. Each kind of session
//! learns of them in its own way; the rules of the lists that are made of them are the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use ruma::{DeviceId, OwnedDeviceId};
use serde_json::Value;

use super::IdentityStatus;
use crate::{
    account::{Account, Handle, Kind},
    error::{RequestError, ServerError},
};

/// Pauses before an identity whose signatures do not hold is asked for again: Synapse stores the three keys of an upload
/// one after the other, and shows what it has meanwhile.
const HALF_STORED_PAUSES: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// The identity and the devices of the own user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whose identity it is.
    pub identity: IdentityStatus,
    /// Whether the signatures within it hold. `true` where there is none.
    pub is_sound: bool,
    /// Base64 of its public master key, if there is one.
    pub master_key: Option<String>,
    /// Base64 of its self-signing and its user-signing public key, each if the master key has signed it.
    pub signing_keys: [Option<String>; 2],
    /// The devices whose keys the server shows, sound or not.
    pub shown: BTreeSet<OwnedDeviceId>,
    /// The keys that are known of each device: those that the server shows, as far as they are sound, and those that this
    /// session knows of a device that the server leaves out.
    pub devices: BTreeMap<OwnedDeviceId, ShownDevice>,
}

impl Shown {
    /// No identity, and no devices.
    pub(crate) fn nothing() -> Self {
        Self {
            identity: IdentityStatus::NotSetUp,
            is_sound: true,
            master_key: None,
            signing_keys: [None, None],
            shown: BTreeSet::new(),
            devices: BTreeMap::new(),
        }
    }
}

/// The keys of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownDevice {
    /// Base64 of its public Ed25519 key.
    pub ed25519: String,
    /// Whether the identity that is shown has signed it.
    pub signed: bool,
    /// Whether it says that it is dehydrated (MSC3814).
    pub dehydrated: bool,
}

/// A kind of session that learns of the account's identity and devices. A bound for what works with every kind; there is
/// nothing to call.
pub trait KnowsIdentity: Kind + Sized {
    #[doc(hidden)]
    fn shows_identity(account: &Account<Self>) -> Arc<dyn ShowsIdentity>;
}

impl<K: Kind> KnowsIdentity for K
where
    Account<K>: ShowsIdentity + 'static,
{
    fn shows_identity(account: &Account<K>) -> Arc<dyn ShowsIdentity> {
        Arc::new(account.clone())
    }
}

/// An account of either kind, as one that learns of its identity and devices. What works with both takes this, so that it is
/// compiled once.
#[async_trait]
pub trait ShowsIdentity: Deref<Target = Handle> + Send + Sync {
    /// Asks the server, and judges what it shows.
    ///
    /// # Errors
    /// [`RequestError`]; [`ServerError::NotUnderstood`](crate::error::ServerError::NotUnderstood) where the server shows an
    /// identity that is none, or hides one that this session knows.
    async fn look(&self) -> Result<Shown, RequestError>;

    /// The ids of the devices whose keys the server shows, for those who can go on without an identity that is known.
    async fn shown_devices(&self) -> Result<Vec<OwnedDeviceId>, RequestError>;

    /// Base64 of the master key that the server shows, if it shows one, and whether the signatures of its identity hold.
    /// Whose it is, is another question.
    ///
    /// # Errors
    /// [`RequestError`]
    async fn shown_master_key(&self) -> Result<Option<(String, bool)>, RequestError>;
}

/// The master key that the server shows. A key of which `decides` says that much depends on it counts only if its
/// signatures hold.
///
/// # Errors
/// [`RequestError`]; [`ServerError::NotUnderstood`] where the signatures do not hold.
pub(crate) async fn shown_identity(
    account: &dyn ShowsIdentity,
    decides: impl Fn(&str) -> bool,
) -> Result<Option<String>, RequestError> {
    let mut pauses = HALF_STORED_PAUSES.into_iter();
    loop {
        match account.shown_master_key().await? {
            Some((key, is_sound)) if is_sound || !decides(&key) => return Ok(Some(key)),
            Some(_) => {}
            None => return Ok(None),
        }
        tokio::time::sleep(pauses.next().ok_or(ServerError::NotUnderstood)?).await;
    }
}

#[async_trait]
impl ShowsIdentity for Account {
    async fn look(&self) -> Result<Shown, RequestError> {
        let keys = self.query_own_keys().await?;
        let identity = self.identity_status(&keys).await?;
        let stored = self.own_devices().await?;
        let shown_key = |id: &DeviceId| {
            let keys: Value = serde_json::from_str(keys.devices.get(id)?.json().get()).ok()?;
            Some(keys["keys"][format!("ed25519:{id}")].as_str()?.to_owned())
        };
        let keys_of = |id: &DeviceId| {
            let keys = stored.get(id)?;
            let known = keys.ed25519_key()?.to_base64();
            // The crypto store keeps the keys that it saw first. If somebody logs in under a known device id with other
            // keys, that is not the session that was verified.
            let shown = shown_key(id).unwrap_or_else(|| known.clone());
            Some(ShownDevice {
                signed: shown == known && keys.is_cross_signed_by_owner(),
                dehydrated: keys.is_dehydrated(),
                ed25519: shown,
            })
        };
        let known = stored.keys().map(ToOwned::to_owned);
        let is_sound = match &keys.master_key {
            Some(key) => self.knows_identity(key).await?,
            None => true,
        };
        Ok(Shown {
            identity,
            is_sound,
            devices: known.filter_map(|id| Some((id.clone(), keys_of(&id)?))).collect(),
            shown: keys.devices.keys().cloned().collect(),
            master_key: keys.master_key,
            signing_keys: keys.signing_keys,
        })
    }

    async fn shown_devices(&self) -> Result<Vec<OwnedDeviceId>, RequestError> {
        let keys = self.query_keys_that_may_be_hidden().await?;
        Ok(keys.devices.into_keys().collect())
    }

    async fn shown_master_key(&self) -> Result<Option<(String, bool)>, RequestError> {
        let Some(key) = self.query_keys_that_may_be_hidden().await?.master_key else {
            return Ok(None);
        };
        let is_sound = self.knows_identity(&key).await?;
        Ok(Some((key, is_sound)))
    }
}
