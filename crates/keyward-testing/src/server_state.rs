// SPDX-License-Identifier: Apache-2.0
//! Everything on the homeserver that a reset of the identity could touch, read and compared.

use std::{collections::BTreeMap, fmt};

use anyhow::{Context as _, Result};
use rand::distr::{Alphanumeric, SampleString as _};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::{http::segment, user::PlainSession};

/// The types of account data that hold the three private cross-signing keys, in the order of
/// [`ServerState::public_keys`].
pub const CROSS_SIGNING_SECRETS: [&str; 3] = [
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
];

/// The type of account data that holds the decryption key of the key backup.
pub const BACKUP_SECRET: &str = "m.megolm_backup.v1";

/// The path of the dehydrated device (MSC3814).
pub const DEHYDRATED_DEVICE: &str = "/unstable/org.matrix.msc3814.v1/dehydrated_device";
/// The type of account data that names the default key of secret storage.
pub const DEFAULT_KEY: &str = "m.secret_storage.default_key";

/// The beginning of the types of account data that describe the keys of secret storage; the key id follows.
pub const KEY_PREFIX: &str = "m.secret_storage.key.";

/// What the server had at one moment. Two of them are equal when every byte of JSON is, except for what changes by
/// itself: when sessions were last seen, and how many one-time keys are left.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerState {
    /// Whose state it is.
    pub user_id: String,
    /// The sessions by device id, without the time and place they were last seen.
    pub devices: BTreeMap<String, Value>,
    /// The device keys with all of their signatures, by device id.
    pub device_keys: BTreeMap<String, Value>,
    /// The public master key.
    pub master_key: Option<Value>,
    /// The public self-signing key.
    pub self_signing_key: Option<Value>,
    /// The public user-signing key.
    pub user_signing_key: Option<Value>,
    /// All global account data by type.
    pub account_data: BTreeMap<String, Value>,
    /// The current version of the key backup.
    pub current_backup: Option<String>,
    /// All versions of the key backup: algorithm, `auth_data`, `count` and `etag`.
    pub backups: BTreeMap<String, Value>,
    /// The dehydrated device (MSC3814).
    pub dehydrated_device: Option<Value>,
}

impl ServerState {
    /// Reads all of it with any session of the user.
    ///
    /// # Errors
    /// When the server refuses or answers what the specification does not know.
    pub async fn read(session: &PlainSession) -> Result<Self> {
        let query = json!({ "device_keys": { &session.user_id: [] } });
        let (devices, keys, account_data, current, dehydrated_device) = tokio::try_join!(
            session.devices(),
            session.request_ok(Method::POST, "/v3/keys/query", Some(&query)),
            account_data(session),
            session.get_optional("/v3/room_keys/version"),
            session.get_optional(DEHYDRATED_DEVICE),
        )?;

        let own = |kind: &str| keys[kind].get(&session.user_id).cloned();
        let mut device_keys: BTreeMap<String, Value> =
            serde_json::from_value(own("device_keys").unwrap_or_else(|| json!({})))?;
        for keys in device_keys.values_mut().filter_map(Value::as_object_mut) {
            // Nothing but the session's name, which `devices` has.
            keys.remove("unsigned");
        }

        let mut backups = BTreeMap::new();
        let mut current_backup = None;
        if let Some(current) = current {
            let version = current["version"]
                .as_str()
                .context("a backup without a version")?
                .to_owned();
            // The specification has no list of versions, but Synapse counts them from 1.
            for older in 1..version
                .parse::<u64>()
                .context("versions of this server are not numbers")?
            {
                if let Some(backup) = session.get_optional(&format!("/v3/room_keys/version/{older}")).await? {
                    backups.insert(older.to_string(), backup);
                }
            }
            backups.insert(version.clone(), current);
            current_backup = Some(version);
        }

        Ok(Self {
            user_id: session.user_id.clone(),
            devices: devices
                .into_iter()
                .map(|(id, device)| (id, without_last_seen(device)))
                .collect(),
            device_keys,
            master_key: own("master_keys"),
            self_signing_key: own("self_signing_keys"),
            user_signing_key: own("user_signing_keys"),
            account_data,
            current_backup,
            backups,
            dehydrated_device,
        })
    }

    /// The public master, self-signing and user-signing keys, unpadded base64.
    pub fn public_keys(&self) -> [Option<&str>; 3] {
        [&self.master_key, &self.self_signing_key, &self.user_signing_key]
            .map(|key| key.as_ref()?["keys"].as_object()?.values().next()?.as_str())
    }

    /// The id of the default key of secret storage.
    pub fn default_key_id(&self) -> Option<&str> {
        self.account_data.get(DEFAULT_KEY)?["key"].as_str()
    }

    /// The descriptions of the keys of secret storage by key id, without those that were blanked.
    pub fn key_descriptions(&self) -> BTreeMap<&str, &Value> {
        self.account_data
            .iter()
            .filter(|(_, content)| **content != json!({}))
            .filter_map(|(event_type, content)| Some((event_type.strip_prefix(KEY_PREFIX)?, content)))
            .collect()
    }

    /// The ciphertexts of a secret by the id of the key they are encrypted with.
    pub fn ciphertexts(&self, secret: &str) -> BTreeMap<&str, &Value> {
        let content = self
            .account_data
            .get(secret)
            .and_then(|content| content["encrypted"].as_object());
        content
            .into_iter()
            .flatten()
            .map(|(key_id, ciphertext)| (key_id.as_str(), ciphertext))
            .collect()
    }

    /// What is different in `after`, apart from what is allowed; empty when nothing is.
    pub fn diff(&self, after: &Self, allowed: Allowed) -> Vec<Difference> {
        let mut after = after.clone();
        match allowed {
            Allowed::Nothing => {}
            Allowed::StagedAdditions => self.forgive_staged(&mut after),
            Allowed::Leftovers => self.forgive_leftovers(&mut after),
            Allowed::SecretStorage => self.forgive_secret_storage(&mut after),
        }
        let mut differences = Vec::new();
        compare(
            &mut Vec::new(),
            Some(&self.to_json()),
            Some(&after.to_json()),
            &mut differences,
        );
        differences
    }

    /// Takes what [`Allowed::StagedAdditions`] describes out of `after`.
    fn forgive_staged(&self, after: &mut Self) {
        self.forgive_first_device_keys(after);
        after
            .account_data
            .retain(|event_type, _| !event_type.starts_with(KEY_PREFIX) || self.account_data.contains_key(event_type));
        for secret in secrets() {
            let known = self.ciphertexts(secret);
            let content = after
                .account_data
                .get_mut(secret)
                .and_then(|content| content.get_mut("encrypted"));
            if let Some(encrypted) = content.and_then(Value::as_object_mut) {
                encrypted.retain(|key_id, _| known.contains_key(key_id.as_str()));
            }
        }
        self.forgive_empty_secrets(after);
    }

    /// Takes what [`Allowed::Leftovers`] describes out of `after`.
    fn forgive_leftovers(&self, after: &mut Self) {
        self.forgive_first_device_keys(after);
        after.account_data.retain(|event_type, content| {
            !event_type.starts_with(KEY_PREFIX) || self.account_data.contains_key(event_type) || *content != json!({})
        });
        self.forgive_empty_secrets(after);
    }

    /// Takes what [`Allowed::SecretStorage`] describes out of `after`.
    fn forgive_secret_storage(&self, after: &mut Self) {
        self.forgive_first_device_keys(after);
        let is_storage = |event_type: &str| {
            event_type == DEFAULT_KEY || event_type.starts_with(KEY_PREFIX) || secrets().any(|name| name == event_type)
        };
        after.account_data.retain(|event_type, _| !is_storage(event_type));
        let before = self
            .account_data
            .iter()
            .filter(|(event_type, _)| is_storage(event_type));
        let before = before.map(|(event_type, content)| (event_type.clone(), content.clone()));
        after.account_data.extend(before);
    }

    /// Secrets that were not there may be there without a ciphertext, and those that were empty may be in the other
    /// form of empty.
    fn forgive_empty_secrets(&self, after: &mut Self) {
        let is_empty = |content: &Value| *content == json!({}) || *content == json!({ "encrypted": {} });
        for secret in secrets() {
            if !after.account_data.get(secret).is_some_and(is_empty) {
                continue;
            }
            match self.account_data.get(secret) {
                None => {
                    after.account_data.remove(secret);
                }
                Some(before) if is_empty(before) => {
                    after.account_data.insert(secret.to_owned(), before.clone());
                }
                Some(_) => {}
            }
        }
    }

    /// A session that had no device keys on the server uploads them at its first sync, with or without a reset.
    fn forgive_first_device_keys(&self, after: &mut Self) {
        after
            .device_keys
            .retain(|id, _| self.device_keys.contains_key(id) || !self.devices.contains_key(id));
    }

    fn to_json(&self) -> Value {
        json!({
            "devices": self.devices,
            "device_keys": self.device_keys,
            "master_key": self.master_key,
            "self_signing_key": self.self_signing_key,
            "user_signing_key": self.user_signing_key,
            "account_data": self.account_data,
            "current_backup": self.current_backup,
            "backups": self.backups,
            "dehydrated_device": self.dehydrated_device,
        })
    }
}

/// Which differences [`ServerState::diff`] overlooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// None.
    Nothing,
    /// What a reset adds before its commit: descriptions of keys of secret storage under new ids, ciphertexts under new
    /// ids (whether they are described yet or not) beside the old ones in the three cross-signing secrets and in the
    /// backup's, and the first upload of device keys by a session that had none.
    StagedAdditions,
    /// What a cancelled reset cannot take back, because homeservers do not delete account data: descriptions of keys
    /// that did not exist before as `{}`; the three cross-signing secrets and the backup's, if they did not exist
    /// before, as `{}` or `{"encrypted":{}}`; and the device keys, as above.
    Leftovers,
    /// What a new recovery key changes: the default key, the descriptions of keys, the three cross-signing secrets and the
    /// backup's; and the device keys, as above.
    SecretStorage,
}

/// One place where two states differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The way to the place, for instance `account_data`, `m.secret_storage.default_key`, `key`.
    pub path: Vec<String>,
    /// What was there before, `None` for nothing.
    pub before: Option<Value>,
    /// What is there after, `None` for nothing.
    pub after: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.join(" > ");
        match (&self.before, &self.after) {
            (None, Some(after)) => write!(formatter, "{path}: added {after}"),
            (Some(before), None) => write!(formatter, "{path}: removed {before}"),
            (Some(before), Some(after)) => write!(formatter, "{path}: was {before}, is {after}"),
            (None, None) => write!(formatter, "{path}: nothing"),
        }
    }
}

/// The differences as a list, a line each.
pub fn readable(differences: &[Difference]) -> String {
    differences
        .iter()
        .map(|difference| format!("\n  {difference}"))
        .collect()
}

fn secrets() -> impl Iterator<Item = &'static str> {
    CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET])
}

/// All global account data, from an initial sync.
///
/// Synapse answers an initial sync from a cache for two minutes, by user, device, filter and a few more parameters. So
/// each filter here excludes another type that does not exist: the reply is the same, and comes from no cache.
async fn account_data(session: &PlainSession) -> Result<BTreeMap<String, Value>> {
    let nonsense = format!("org.keyward.none.{}", Alphanumeric.sample_string(&mut rand::rng(), 16));
    let filter = json!({
        "account_data": { "not_types": [nonsense] },
        "room": { "rooms": [] },
        "presence": { "types": [] },
    });
    let reply = session
        .get(&format!("/v3/sync?timeout=0&filter={}", segment(&filter.to_string())))
        .await?;
    let events = reply["account_data"]["events"]
        .as_array()
        .context("a sync without account data")?;
    events
        .iter()
        .map(|event| {
            Ok((
                event["type"].as_str().context("an event without a type")?.to_owned(),
                event["content"].clone(),
            ))
        })
        .collect()
}

fn without_last_seen(mut device: Value) -> Value {
    if let Some(fields) = device.as_object_mut() {
        fields.retain(|name, _| !name.contains("last_seen"));
    }
    device
}

fn compare(path: &mut Vec<String>, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) {
        for name in names(old, new) {
            path.push(name.clone());
            compare(path, old.get(name), new.get(name), found);
            path.pop();
        }
        return;
    }
    // At the top, where the fields are our own, "none" is null.
    let present = |value: Option<&Value>| value.filter(|value| path.len() > 1 || !value.is_null()).cloned();
    found.push(Difference {
        path: path.clone(),
        before: present(before),
        after: present(after),
    });
}

fn names<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> impl Iterator<Item = &'a String> {
    old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)))
}
