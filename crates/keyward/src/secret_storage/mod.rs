// SPDX-License-Identifier: Apache-2.0

//! Secret storage (4S): account data encrypted under the recovery key.
//!
//! matrix-sdk opens only the *default* key, and a key that it makes becomes the default at once. A reset needs a second
//! key beside the default one, so this module reads and writes the events itself. All cryptography is
//! matrix-sdk-crypto's `SecretStorageKey`.
//!
//! Specification: Client-Server API, "Secrets".

pub(crate) mod beside;
pub(crate) mod find;
pub(crate) mod in_use;
pub(crate) mod new_key;
pub(crate) mod open;
mod strength;

use matrix_sdk_crypto::secret_storage::{AesHmacSha2EncryptedData, SecretStorageKey};
use ruma::events::secret::request::SecretName;
use serde_json::{Value, json};

pub(crate) use self::open::{open, open_with};
pub use self::{
    new_key::Confirmation,
    open::{KeyInput, OpenError},
};
use crate::{error::ServerError, secret::Secret};

/// Names the key that opens secret storage: `{"key": "<id>"}`.
pub(crate) const DEFAULT_KEY: &str = "m.secret_storage.default_key";
/// The backup's decryption key among the secrets.
pub(crate) const BACKUP: &str = "m.megolm_backup.v1";
/// In a key's description, from the staging of a reset to its clean-up: the identity (base64 of its
/// master key) that the key is for. A field of our own; others ignore it.
pub(crate) const STAGED_FOR: &str = "org.keyward.staged_for";
/// Beside it: the id of the default key at that time, if there was one. That key is for the identity before; one that is the
/// default instead is a newer one of another client. Alone, it says the same of a new key without a reset. Others ignore this
/// field, too.
pub(crate) const STAGED_BESIDE: &str = "org.keyward.staged_beside";
/// The private cross-signing keys among the secrets.
pub(crate) const CROSS_SIGNING: [&str; 3] = [
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
];
/// Every secret that a reset replaces.
pub(crate) const SECRETS: [&str; 4] = [CROSS_SIGNING[0], CROSS_SIGNING[1], CROSS_SIGNING[2], BACKUP];

/// Event type of the description of key `id`.
pub(crate) fn key_event_type(id: &str) -> String {
    format!("m.secret_storage.key.{id}")
}

/// The id of the default key, from the content of [`DEFAULT_KEY`]. `{}` is what a cancelled reset of another client
/// leaves; it means that there is no default key (element-web then waits without end: matrix-js-sdk#5474).
pub(crate) fn default_key_id(content: Option<&Value>) -> Option<String> {
    content?
        .get("key")?
        .as_str()
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// Whether `secret` (its content) is stored under the key `id`.
pub(crate) fn is_stored_under(secret: Option<&Value>, id: &str) -> bool {
    secret
        .and_then(|content| content.get("encrypted")?.get(id))
        .is_some_and(Value::is_object)
}

/// Refuses content that is neither blank nor a secret: something between here and the server has changed it.
pub(crate) fn require_shape(secret: Option<&Value>) -> Result<(), ServerError> {
    match secret {
        Some(Value::Object(fields)) if fields.is_empty() || fields.get("encrypted").is_some_and(Value::is_object) => {
            Ok(())
        }
        Some(_) => Err(ServerError::NotUnderstood),
        None => Ok(()),
    }
}

/// `secret` with the entry of key `id` set to `entry`; all other entries and fields stay.
pub(crate) fn with_entry(secret: Option<&Value>, id: &str, entry: Value) -> Value {
    let mut content = secret
        .filter(|content| content.is_object())
        .cloned()
        .unwrap_or_else(|| json!({}));
    if !content["encrypted"].is_object() {
        content["encrypted"] = json!({});
    }
    content["encrypted"][id] = entry;
    content
}

/// `secret` without the entry of key `id`; `None` if there is nothing to take out.
pub(crate) fn without_entry(secret: Option<&Value>, id: &str) -> Option<Value> {
    let mut content = secret?.clone();
    content.get_mut("encrypted")?.as_object_mut()?.remove(id)?;
    Some(content)
}

/// Encrypts a secret for [`with_entry`].
pub(crate) fn encrypt(key: &SecretStorageKey, name: &str, plain: &Secret) -> Value {
    let encrypted = key.encrypt(plain.reveal().as_bytes().to_vec(), &SecretName::from(name));
    serde_json::to_value(encrypted).expect("ciphertext serialises")
}

/// Decrypts the entry that `secret` has under `key`. `None` where there is none.
///
/// # Errors
/// [`OpenError::DamagedSecret`] if the entry does not decrypt to text.
pub(crate) fn decrypt(key: &SecretStorageKey, name: &str, secret: Option<&Value>) -> Result<Option<Secret>, OpenError> {
    let Some(entry) = secret.and_then(|content| content.get("encrypted")?.get(key.key_id())) else {
        return Ok(None);
    };
    let data: AesHmacSha2EncryptedData = serde_json::from_value(entry.clone()).map_err(|_| OpenError::DamagedSecret)?;
    let plain = key
        .decrypt(&data, &SecretName::from(name))
        .map_err(|_| OpenError::DamagedSecret)?;
    String::from_utf8(plain)
        .map(|text| Some(Secret::new(text)))
        .map_err(|_| OpenError::DamagedSecret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_default_key_is_no_key() {
        for (content, expected) in [
            (None, None),
            (Some(json!({})), None),
            (Some(json!({"key": ""})), None),
            (Some(json!({"key": 7})), None),
            (Some(json!([])), None),
            (Some(json!({"key": "abc"})), Some("abc".to_owned())),
        ] {
            assert_eq!(default_key_id(content.as_ref()), expected, "{content:?}");
        }
    }

    #[test]
    fn staging_and_taking_out_leaves_a_secret_as_it_was() {
        let before = json!({"encrypted": {"old": {"iv": "a"}}, "other": 1});
        let staged = with_entry(Some(&before), "new", json!({"iv": "b"}));
        assert!(is_stored_under(Some(&staged), "old") && is_stored_under(Some(&staged), "new"));
        assert_eq!(without_entry(Some(&staged), "new"), Some(before.clone()));
        assert_eq!(without_entry(Some(&before), "new"), None);
    }

    #[test]
    fn a_secret_of_the_wrong_shape_can_be_written_over() {
        for hostile in [
            json!([]),
            json!("x"),
            json!({"encrypted": []}),
            json!({"encrypted": null}),
        ] {
            assert!(
                is_stored_under(Some(&with_entry(Some(&hostile), "new", json!({}))), "new"),
                "{hostile}"
            );
        }
    }
}
