// SPDX-License-Identifier: Apache-2.0

//! What the server shows of this user's identity and devices, and this session's own device keys on the server.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use matrix_sdk_crypto::{store::CryptoStore as _, types::requests::AnyIncomingResponse};
use ruma::{
    OwnedDeviceId, TransactionId, UserId,
    api::client::keys::{get_keys, upload_keys},
    encryption::DeviceKeys,
    serde::Raw,
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use tokio::{sync::watch, time::timeout};
use vodozemac::base64_decode;

use super::signed_json::is_signed_by;
use crate::{
    account::Account,
    error::{RequestError, ServerError, StoreError},
};

/// How long the app around an account may take to upload the keys of a new session.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server shows of this user.
pub(crate) struct OwnKeys {
    /// The keys of the devices, by device id, as the server has them.
    pub(crate) devices: BTreeMap<OwnedDeviceId, Raw<DeviceKeys>>,
    /// Base64 of the public master key; `None` where cross-signing was never set up. Whether the identity is sound is
    /// another question: [`Account::knows_identity`].
    pub(crate) master_key: Option<String>,
    /// [`signing_keys`]
    pub(crate) signing_keys: SigningKeys,
}

/// Base64 of the self-signing and the user-signing public key of an identity, each if the master key has signed it.
pub(crate) type SigningKeys = [Option<String>; 2];

impl Account {
    /// Asks the server for this user's identity and devices, and lets the crypto store learn of what is sound of them.
    ///
    /// # Errors
    /// [`RequestError`]; [`ServerError::NotUnderstood`] where the server shows an identity that is none, or hides the one
    /// that this session knows: identities are replaced and never removed.
    pub(crate) async fn query_own_keys(&self) -> Result<OwnKeys, RequestError> {
        let keys = self.query_keys_that_may_be_hidden().await?;
        if keys.master_key.is_none() && self.own_identity().await?.is_some() {
            return Err(ServerError::NotUnderstood.into());
        }
        Ok(keys)
    }

    /// The same for those who can go on without an identity that this session knows: after a database was restored, a
    /// first set-up is undone, and the session must still be able to sign out.
    pub(crate) async fn query_keys_that_may_be_hidden(&self) -> Result<OwnKeys, RequestError> {
        let (id, query) = self.machine().query_keys_for_users([self.own_user()]);
        let mut request = get_keys::v3::Request::new();
        request.device_keys = query.device_keys;
        let response = self.send(request).await?;
        let user = self.own_user();
        let master_key = shown_master_key(&response, user)?;
        let signing_keys = master_key.as_deref().map_or_else(SigningKeys::default, |master| {
            let [self_signing, user_signing] = [&response.self_signing_keys, &response.user_signing_keys]
                .map(|keys| serde_json::from_str(keys.get(user)?.json().get()).ok());
            let is_signed = |object: &Value| is_signed_by(object, user.as_str(), master, master);
            signing_keys(user.as_str(), [self_signing.as_ref(), user_signing.as_ref()], is_signed)
        });
        let devices = response.device_keys.get(user).cloned();
        self.take_in_keys(&id, response).await?;
        Ok(OwnKeys {
            devices: devices.unwrap_or_default(),
            master_key,
            signing_keys,
        })
    }

    /// Tells the Olm machine what the server replied to a `/keys/query`, without the keys on which it panics: any session can
    /// upload such, and would keep every other one from its list.
    pub(crate) async fn take_in_keys(
        &self,
        id: &TransactionId,
        mut response: get_keys::v3::Response,
    ) -> Result<(), RequestError> {
        for devices in response.device_keys.values_mut() {
            devices.retain(|_, keys| can_be_read(keys.json()));
        }
        response.master_keys.retain(|_, key| can_be_read(key.json()));
        response.self_signing_keys.retain(|_, key| can_be_read(key.json()));
        response.user_signing_keys.retain(|_, key| can_be_read(key.json()));
        self.mark_as_sent(id, &response).await
    }

    /// Uploads this session's device keys if the server does not have them. Signatures of a device that the server does
    /// not know come back as failures.
    pub(crate) async fn ensure_device_keys(&self) -> Result<(), RequestError> {
        if let Some(app) = self.app() {
            return self.wait_for_device_keys(app.synchronisations()).await;
        }
        let pending = self.machine().upload_device_keys().await.map_err(StoreError::because)?;
        let Some((id, keys)) = pending else { return Ok(()) };
        let mut request = upload_keys::v3::Request::new();
        request.device_keys = keys.device_keys;
        request.one_time_keys = keys.one_time_keys;
        request.fallback_keys = keys.fallback_keys;
        let response = self.send(request).await?;
        self.mark_as_sent(&id, &response).await
    }

    /// The app around this account uploads them, with its one-time keys: two who do that would say of some that they are
    /// published before they are.
    async fn wait_for_device_keys(&self, mut synchronisations: watch::Receiver<u64>) -> Result<(), RequestError> {
        let uploaded = async {
            loop {
                synchronisations.mark_unchanged();
                let stored = self.crypto_store().load_account().await;
                let stored = stored.map_err(StoreError::because)?;
                if stored.is_some_and(|stored| stored.shared()) {
                    return Ok(());
                }
                if synchronisations.changed().await.is_err() {
                    return Err(ServerError::Unreachable.into());
                }
            }
        };
        timeout(PATIENCE, uploaded).await.unwrap_or_else(|_| {
            tracing::warn!("the app has not uploaded this session's keys: does it synchronise?");
            Err(ServerError::Unreachable.into())
        })
    }

    /// Tells the Olm machine what the server replied to one of its requests.
    pub(crate) async fn mark_as_sent<'a>(
        &self,
        id: &TransactionId,
        response: impl Into<AnyIncomingResponse<'a>>,
    ) -> Result<(), RequestError> {
        Ok(self.machine().mark_request_as_sent(id, response).await?)
    }
}

/// Whether no Ed25519 key in the object is one of those texts on which vodozemac panics (see `ed25519.rs`).
fn can_be_read(object: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Keys<'a> {
        #[serde(borrow)]
        keys: BTreeMap<Cow<'a, str>, Value>,
    }
    // What has no keys at all is understood, and refused.
    let Ok(Keys { keys }) = serde_json::from_str(object.get()) else {
        return true;
    };
    let mut texts = keys.values().filter_map(Value::as_str);
    texts.all(|text| !matches!(text.len(), 43 | 44) || base64_decode(text).map_or(true, |bytes| bytes.len() == 32))
}

/// The master key that a reply shows for `user`.
pub(crate) fn shown_master_key(
    response: &get_keys::v3::Response,
    user: &UserId,
) -> Result<Option<String>, ServerError> {
    let Some(shown) = response.master_keys.get(user) else {
        return Ok(None);
    };
    let object = serde_json::from_str(shown.json().get()).unwrap_or_default();
    master_key(&object, user.as_str())
        .map(Some)
        .ok_or(ServerError::NotUnderstood)
}

/// Base64 of the public key in the object of a master key; `None` unless the object is `user`'s and has the form of one.
fn master_key(object: &Value, user: &str) -> Option<String> {
    public_key(object, user, "master")
}

/// The same of a key of the identity with this usage.
///
/// Specification: Client-Server API, "Cross-signing", key definitions.
pub(crate) fn public_key(object: &Value, user: &str, usage: &str) -> Option<String> {
    let is_this = object["user_id"].as_str()? == user && object["usage"].as_array()?.contains(&json!(usage));
    let mut keys = object["keys"].as_object()?.iter();
    let (Some((id, key)), None) = (keys.next(), keys.next()) else {
        return None;
    };
    let key = key.as_str()?;
    (is_this && id.strip_prefix("ed25519:")? == key).then(|| key.to_owned())
}

/// The self-signing and the user-signing key in their objects, each if `is_signed` by the master key: another may be anybody's.
pub(super) fn signing_keys(
    user: &str,
    objects: [Option<&Value>; 2],
    is_signed: impl Fn(&Value) -> bool,
) -> SigningKeys {
    let [self_signing, user_signing] = objects;
    [(self_signing, "self_signing"), (user_signing, "user_signing")].map(|(object, usage)| {
        let object = object?;
        public_key(object, user, usage).filter(|_| is_signed(object))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_one_key_of_this_user_under_its_own_name() {
        let user = "@a:b.c";
        let sound = json!({"user_id": user, "usage": ["master"], "keys": {"ed25519:AbC": "AbC"}, "signatures": {}});
        assert_eq!(master_key(&sound, user).as_deref(), Some("AbC"));
        for (field, value) in [
            ("user_id", json!("@somebody:b.c")),
            ("user_id", json!(null)),
            ("usage", json!(["self_signing"])),
            ("usage", json!([])),
            ("usage", json!("master")),
            ("keys", json!({})),
            ("keys", json!({"ed25519:AbC": "XyZ"})),
            ("keys", json!({"ed25519:AbC": "AbC", "ed25519:XyZ": "XyZ"})),
            ("keys", json!({"curve25519:AbC": "AbC"})),
            ("keys", json!({"ed25519:AbC": 1})),
            ("keys", json!(["AbC"])),
        ] {
            let mut unsound = sound.clone();
            unsound[field] = value;
            assert_eq!(master_key(&unsound, user), None, "{unsound}");
        }
        assert_eq!(master_key(&json!([]), user), None);
    }

    #[test]
    fn keys_on_which_the_olm_machine_panics_are_found() {
        let key = "UMFdcX/xLbJRQdNlRPmtvD1Lg6ZQtRYrIYWnDaYvvyk";
        for (key, expected) in [
            (json!(key), true),
            (json!(format!("{key}=")), true),
            (json!("short"), true),
            (json!("not base64, of this length: 43 characters!!"), true),
            (json!(7), true),
            (json!("A".repeat(44)), false),
            (json!(format!("{}=", "A".repeat(42))), false),
        ] {
            let object = json!({"keys": {"curve25519:D": "x", "ed25519:D": key}});
            let object = RawValue::from_string(object.to_string()).expect("JSON");
            assert_eq!(can_be_read(&object), expected, "{object}");
        }
    }
}
