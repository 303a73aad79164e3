// SPDX-License-Identifier: Apache-2.0
//! The judge of the invariants I1 to I4 of the reset protocol.
//!
//! It uses no code that performs a reset. It reads the server with plain requests and a copy of the client's store. It
//! uses matrix-sdk-crypto only for the formats of the store and of secret storage; keys and signatures are compared
//! with vodozemac.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Mutex,
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use matrix_sdk::ruma::{
    CanonicalJsonValue,
    events::{
        EventContentFromType as _, secret::request::SecretName, secret_storage::key::SecretStorageKeyEventContent,
    },
};
use matrix_sdk_crypto::{
    secret_storage::{AesHmacSha2EncryptedData, SecretStorageKey},
    store::CryptoStore as _,
};
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use memchr::memmem;
use serde_json::{Value, json, value::to_raw_value};
use vodozemac::{
    Curve25519PublicKey, Curve25519SecretKey, Ed25519PublicKey, Ed25519SecretKey, Ed25519Signature,
    megolm::{ExportedSessionKey, InboundGroupSession, SessionConfig},
    pk_encryption::{Message, PkDecryption},
};

use crate::{
    http::segment,
    other_client::RoomKeyId,
    server_state::{Allowed, BACKUP_SECRET, CROSS_SIGNING_SECRETS, KEY_PREFIX, ServerState, readable},
    user::PlainSession,
};

/// The account and the session under test as they were before the reset, and what is needed to judge them after it.
#[derive(Debug)]
pub struct Oracle {
    observer: PlainSession,
    device_id: String,
    store: PathBuf,
    /// `None` where the store has no keys of the session: another program has them.
    store_key: Option<[u8; 32]>,
    before: Look,
    old: Option<HeldKey>,
    room_keys: BTreeSet<RoomKeyId>,
    /// Every secret that the store had at any look.
    seen: Mutex<BTreeSet<String>>,
}

/// The recovery key that the person held before the reset, and what it opened then.
#[derive(Debug)]
struct HeldKey {
    text: String,
    opened: SecretStorage,
}

/// Server and store at one moment.
#[derive(Debug, Clone)]
pub struct Look {
    /// What the server has.
    pub server: ServerState,
    /// What the store of the session under test has.
    pub device: DeviceState,
}

/// What the store of a session has.
#[derive(Debug, Clone, Default)]
pub struct DeviceState {
    /// The private cross-signing keys, unpadded base64, by the names they have in secret storage.
    pub private_keys: BTreeMap<String, String>,
    /// The decryption key of the key backup, unpadded base64.
    pub backup_key: Option<String>,
    /// The version of the key backup that the session uses.
    pub backup_version: Option<String>,
    /// The room keys.
    pub room_keys: BTreeSet<RoomKeyId>,
    /// What must lie nowhere as it is: the session's tokens, and the private keys in the journal of a reset.
    secrets: BTreeSet<String>,
    /// Base64 of the public key of the backup that a reset under way makes.
    journal_backup: Option<String>,
}

/// Secret storage, opened: the secrets, as text, that one key decrypts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SecretStorage {
    key_id: String,
    secrets: BTreeMap<String, String>,
}

impl Oracle {
    /// Looks at the account and at the session under test as they are before the reset.
    ///
    /// `observer` is another session of the user, `device_id` that of the session under test, and `store` the folder
    /// that has its `matrix-sdk-crypto.sqlite3`, encrypted with `store_key`. The store must not be written to during
    /// this call and the calls of [`Oracle::look`].
    ///
    /// # Errors
    /// When the server refuses or the store cannot be opened.
    pub async fn new(observer: PlainSession, device_id: &str, store: &Path, store_key: [u8; 32]) -> Result<Self> {
        Self::of(observer, device_id, store, Some(store_key)).await
    }

    /// The same for a session that another program keeps. Whatever that program has does not count: what is readable has to be
    /// so by the server and the keys that the person holds. `secrets` must lie nowhere in `store` as they are.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn attached(
        observer: PlainSession,
        device_id: &str,
        store: &Path,
        secrets: impl IntoIterator<Item = String>,
    ) -> Result<Self> {
        let oracle = Self::of(observer, device_id, store, None).await?;
        oracle.must_not_lie_in_clear(secrets);
        Ok(oracle)
    }

    async fn of(observer: PlainSession, device_id: &str, store: &Path, store_key: Option<[u8; 32]>) -> Result<Self> {
        let before = look(&observer, store, store_key.as_ref()).await?;
        let seen = Mutex::new(before.device.secrets.clone());
        Ok(Self {
            seen,
            observer,
            device_id: device_id.to_owned(),
            store: store.to_owned(),
            store_key,
            before,
            old: None,
            room_keys: BTreeSet::new(),
        })
    }

    /// The person holds this recovery key or passphrase, which opens secret storage before the reset.
    ///
    /// # Errors
    /// When it does not.
    pub fn with_old_key(mut self, key: &str) -> Result<Self> {
        let opened =
            open_default(&self.before.server, key).context("the old key does not open secret storage to begin with")?;
        self.old = Some(HeldKey {
            text: key.to_owned(),
            opened,
        });
        Ok(self)
    }

    /// The person can read messages with these room keys before the reset.
    #[must_use]
    pub fn with_room_keys(mut self, room_keys: impl IntoIterator<Item = RoomKeyId>) -> Self {
        self.room_keys.extend(room_keys);
        self
    }

    /// Server and store before the reset.
    pub fn before(&self) -> &Look {
        &self.before
    }

    /// Server and store now, for the separate checks.
    ///
    /// # Errors
    /// When the server refuses or the store cannot be opened.
    pub async fn look(&self) -> Result<Look> {
        let now = look(&self.observer, &self.store, self.store_key.as_ref()).await?;
        self.nothing_lies_in_clear(&now)?;
        Ok(now)
    }

    /// These secrets must lie nowhere in the store as they are.
    ///
    /// # Panics
    /// If another thread panicked while it noted some.
    pub fn must_not_lie_in_clear(&self, secrets: impl IntoIterator<Item = String>) {
        let mut seen = self.seen.lock().expect("nobody panics while holding it");
        seen.extend(secrets);
    }

    /// No secret that the store has or had is as it is in one of its files.
    ///
    /// # Errors
    /// When one is, with the file.
    pub fn nothing_lies_in_clear(&self, now: &Look) -> Result<()> {
        let mut seen = self.seen.lock().expect("nobody panics while holding it");
        seen.extend(now.device.secrets.iter().cloned());
        for entry in fs::read_dir(&self.store)? {
            let path = entry?.path();
            // The key of the store is there for itself. A file may go as the client closes it.
            if path.file_name().is_some_and(|name| name == "store.key") || !path.is_file() {
                continue;
            }
            let bytes = fs::read(&path).unwrap_or_default();
            for secret in seen.iter() {
                ensure!(
                    memmem::find(&bytes, secret.as_bytes()).is_none(),
                    "a secret lies in clear in {}",
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// The version of the backup that a reset under way has made is the one of its journal, whose key is in the new secret
    /// storage.
    ///
    /// # Errors
    /// When there is a new version with another key.
    pub fn i3_the_new_backup_is_the_journals(&self, now: &Look) -> Result<()> {
        let Some(ours) = &now.device.journal_backup else {
            return Ok(());
        };
        let is_new = |version: &&String| !self.before.server.backups.contains_key(*version);
        if let Some(version) = now.device.backup_version.as_ref().filter(is_new) {
            let made = now.server.backups.get(version);
            let key = made.and_then(|made| made["auth_data"]["public_key"].as_str());
            ensure!(
                made.is_none() || key == Some(ours),
                "I3: this session writes to a new backup that is not the journal's"
            );
        }
        Ok(())
    }

    /// Before the commit: I1 with nothing but staged additions, I2 and I4. `new_key` is the new recovery key if the
    /// person was shown one.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_unharmed(&self, new_key: Option<&str>) -> Result<()> {
        let now = self.look().await?;
        self.i1(&now, Allowed::StagedAdditions)?;
        self.i2_room_keys_are_readable(&now, new_key, Backups::All).await?;
        self.i4_a_held_key_leads_to_the_identity(&now, new_key)
    }

    /// After a cancel: I1 with nothing but what cannot be undone ([`Allowed::Leftovers`]), I2 and I4.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_cancelled(&self) -> Result<()> {
        let now = self.look().await?;
        self.i1(&now, Allowed::Leftovers)?;
        self.i2_room_keys_are_readable(&now, None, Backups::All).await?;
        self.i4_a_held_key_leads_to_the_identity(&now, None)
    }

    /// At any instant of a reset, whatever happened: the old identity unharmed (as [`Oracle::assert_unharmed`]), or the
    /// new one with I2 and I4.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_safe(&self, new_key: Option<&str>) -> Result<()> {
        self.assert_safe_as_told(new_key, None).await
    }

    /// The same, and what the person was told of the reset holds: that the new identity is in force (`Some(true)`), or that it
    /// is not. `None`: they were told that nobody knows.
    ///
    /// # Errors
    /// Says which invariant is broken, and how, or what is untrue.
    pub async fn assert_safe_as_told(&self, new_key: Option<&str>, in_force: Option<bool>) -> Result<()> {
        let now = self.look().await?;
        let is_new = now.server.public_keys() != self.before.server.public_keys();
        ensure!(
            in_force.is_none_or(|told| told == is_new),
            "the person was told that the new identity is{} in force",
            if is_new { " not" } else { "" }
        );
        if now.server.public_keys() == self.before.server.public_keys() {
            self.i1(&now, Allowed::StagedAdditions)?;
        }
        self.i3_the_new_backup_is_the_journals(&now)?;
        self.i2_room_keys_are_readable(&now, new_key, Backups::All).await?;
        self.i4_a_held_key_leads_to_the_identity(&now, new_key)
    }

    /// When the reset is done: I3, I2 and I4 with the new recovery key.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_done(&self, new_key: &str) -> Result<()> {
        self.assert_done_in(new_key, Backups::Current).await
    }

    /// The same with the room keys in any of `backups`.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_done_in(&self, new_key: &str, backups: Backups) -> Result<()> {
        let now = self.look().await?;
        self.i3_the_identity_is_new_and_held(&now, new_key)?;
        self.i3_this_session_is_signed(&now)?;
        self.i3_the_backup_is_signed_and_held(&now, new_key)?;
        self.i3_nothing_is_staged(&now)?;
        self.i2_room_keys_are_readable(&now, Some(new_key), backups).await?;
        self.i4_a_held_key_leads_to_the_identity(&now, Some(new_key))
    }

    /// At any instant of making a new recovery key without a reset: all but secret storage is as before. Until the default key
    /// is another, secret storage has additions only; then the new key opens all that goes under it.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_safe_with_new_key(&self, new_key: Option<&str>) -> Result<()> {
        let now = self.look().await?;
        let is_switched = now.server.default_key_id() != self.before.server.default_key_id();
        match new_key.filter(|_| is_switched) {
            Some(new_key) => self.the_new_key_opens_everything(&now, new_key)?,
            None => self.i1(&now, Allowed::StagedAdditions)?,
        }
        self.i1_the_private_keys_are_on_the_device(&now)?;
        self.i2_room_keys_are_readable(&now, new_key, Backups::All).await?;
        self.i4_a_held_key_leads_to_the_identity(&now, new_key)
    }

    /// When a new recovery key is made without a reset: it is the default and opens the identity and the backup, and nothing
    /// else is different, neither the identity, nor a signature, nor the backup.
    ///
    /// # Errors
    /// Says which invariant is broken, and how.
    pub async fn assert_new_key(&self, new_key: &str) -> Result<()> {
        let now = self.look().await?;
        self.the_new_key_opens_everything(&now, new_key)?;
        self.i1_the_private_keys_are_on_the_device(&now)?;
        self.i3_nothing_is_staged(&now)?;
        self.i2_room_keys_are_readable(&now, Some(new_key), Backups::Current)
            .await?;
        self.i4_a_held_key_leads_to_the_identity(&now, Some(new_key))
    }

    /// The new key is the default one and opens what the old one did, and all but secret storage is as before.
    fn the_new_key_opens_everything(&self, now: &Look, new_key: &str) -> Result<()> {
        self.i1_the_server_is_as_before(now, Allowed::SecretStorage)?;
        let opened = open_default(&now.server, new_key)
            .map_err(|error| anyhow!("I3: the new recovery key does not open secret storage: {error:#}"))?;
        leads_to(&opened, &now.server)?;
        let backup = now
            .server
            .current_backup
            .as_ref()
            .zip(opened.secrets.get(BACKUP_SECRET));
        if let Some((version, key)) = backup {
            is_backup_key_of(key, &now.server.backups[version])?;
        }
        if let Some(old) = &self.old {
            let lost = old
                .opened
                .secrets
                .keys()
                .find(|name| !opened.secrets.contains_key(*name));
            ensure!(lost.is_none(), "I3: the new recovery key does not open {lost:?}");
        }
        Ok(())
    }

    /// All of I1.
    fn i1(&self, now: &Look, allowed: Allowed) -> Result<()> {
        self.i1_the_old_key_opens_secret_storage(now)?;
        self.i1_the_private_keys_are_on_the_device(now)?;
        self.i1_the_server_is_as_before(now, allowed)
    }

    /// I1: the old recovery key opens secret storage, with the same secrets as before, and they are the private keys of
    /// the identity on the server. Holds for nothing when the person has no old key.
    ///
    /// # Errors
    /// When it is broken.
    pub fn i1_the_old_key_opens_secret_storage(&self, now: &Look) -> Result<()> {
        let Some(old) = &self.old else { return Ok(()) };
        let opened = open_default(&now.server, &old.text)
            .map_err(|error| anyhow!("I1: the old recovery key no longer opens secret storage: {error:#}"))?;
        for (name, secret) in &old.opened.secrets {
            ensure!(
                opened.secrets.get(name) == Some(secret),
                "I1: secret storage has another {name} than before"
            );
        }
        for (name, public) in CROSS_SIGNING_SECRETS.into_iter().zip(now.server.public_keys()) {
            if let Some(secret) = old.opened.secrets.get(name) {
                is_private_key_of(secret, public)
                    .map_err(|error| anyhow!("I1: {name} in secret storage is not the server's: {error:#}"))?;
            }
        }
        Ok(())
    }

    /// I1: the private keys that were on the device are there, the same.
    ///
    /// # Errors
    /// When it is broken.
    pub fn i1_the_private_keys_are_on_the_device(&self, now: &Look) -> Result<()> {
        for (name, secret) in &self.before.device.private_keys {
            match now.device.private_keys.get(name) {
                Some(now) if now == secret => {}
                Some(_) => bail!("I1: the device has another private key {name} than before"),
                None => bail!("I1: the device no longer has the private key {name}"),
            }
        }
        Ok(())
    }

    /// I1: the server is as before, apart from what is allowed.
    ///
    /// # Errors
    /// When it is broken, with all differences.
    pub fn i1_the_server_is_as_before(&self, now: &Look, allowed: Allowed) -> Result<()> {
        let differences = self.before.server.diff(&now.server, allowed);
        ensure!(
            differences.is_empty(),
            "I1: the server is not as before:{}",
            readable(&differences)
        );
        Ok(())
    }

    /// I2: every room key that was readable is in the device's store, or in a backup that opens with a key which a held
    /// recovery key opens or which the device has.
    ///
    /// # Errors
    /// When it is broken, with the number of room keys and one of them.
    pub async fn i2_room_keys_are_readable(&self, now: &Look, new_key: Option<&str>, backups: Backups) -> Result<()> {
        let mut missing: BTreeSet<_> = self.room_keys.difference(&now.device.room_keys).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let held = self.held_keys(new_key);
        let opened = held.iter().flat_map(|key| open_all(&now.server, key));
        let from_secret_storage = opened.filter_map(|mut storage| storage.secrets.remove(BACKUP_SECRET));
        let backup_keys: BTreeSet<String> = from_secret_storage
            .chain(now.device.backup_key.iter().cloned())
            .collect();
        for (version, info) in &now.server.backups {
            if backups == Backups::Current && now.server.current_backup.as_ref() != Some(version) {
                continue;
            }
            let Some(key) = backup_keys.iter().find(|key| is_backup_key_of(key, info).is_ok()) else {
                continue;
            };
            let content = self
                .observer
                .get(&format!("/v3/room_keys/keys?version={}", segment(version)))
                .await?;
            let key = PkDecryption::from_key(backup_secret_key(key)?);
            missing.retain(|id| !is_in_backup(id, &content, &key));
        }
        let Some(example) = missing.first() else { return Ok(()) };
        bail!(
            "I2: {} of {} room keys can no longer be read, neither on the device nor from a backup, \
             for instance {example:?}",
            missing.len(),
            self.room_keys.len(),
        );
    }

    /// I3: there is a new identity, consistent in itself; its three private keys are on the device and in secret
    /// storage, whose default key the new recovery key is.
    ///
    /// # Errors
    /// When it is broken.
    pub fn i3_the_identity_is_new_and_held(&self, now: &Look, new_key: &str) -> Result<()> {
        let [master, self_signing, user_signing] = now.server.public_keys();
        let master = master.context("I3: the server has no master key")?;
        ensure!(
            self.before.server.public_keys()[0] != Some(master),
            "I3: the identity is still the old one"
        );
        for (name, key) in [
            ("self-signing", &now.server.self_signing_key),
            ("user-signing", &now.server.user_signing_key),
        ] {
            let key = key
                .as_ref()
                .with_context(|| format!("I3: the server has no {name} key"))?;
            verify(key, &now.server.user_id, master)
                .map_err(|error| anyhow!("I3: the {name} key is not signed by the master key: {error:#}"))?;
        }
        let storage = open_default(&now.server, new_key)
            .map_err(|error| anyhow!("I3: the new recovery key does not open secret storage: {error:#}"))?;
        for (name, public) in CROSS_SIGNING_SECRETS
            .into_iter()
            .zip([Some(master), self_signing, user_signing])
        {
            let on_device = self.store_key.map(|_| ("the device", &now.device.private_keys));
            for (place, secrets) in [("secret storage", &storage.secrets)].into_iter().chain(on_device) {
                let secret = secrets
                    .get(name)
                    .with_context(|| format!("I3: {place} has no {name}"))?;
                is_private_key_of(secret, public)
                    .map_err(|error| anyhow!("I3: {name} in {place} is not the server's: {error:#}"))?;
            }
        }
        Ok(())
    }

    /// I3: the session under test is signed by the account's self-signing key.
    ///
    /// # Errors
    /// When it is broken.
    pub fn i3_this_session_is_signed(&self, now: &Look) -> Result<()> {
        let keys = now.server.device_keys.get(&self.device_id);
        let keys = keys.with_context(|| format!("I3: the server has no device keys of {}", self.device_id))?;
        let self_signing = now.server.public_keys()[1].context("I3: the server has no self-signing key")?;
        verify(keys, &now.server.user_id, self_signing).map_err(|error| {
            anyhow!(
                "I3: session {} is not signed by the identity: {error:#}",
                self.device_id
            )
        })
    }

    /// I3: the current key backup is signed by the identity, its decryption key is in secret storage under the new
    /// recovery key, and the device uses it. Holds for nothing when the person had key storage switched off
    /// (`m.key_backup`).
    ///
    /// # Errors
    /// When it is broken.
    pub fn i3_the_backup_is_signed_and_held(&self, now: &Look, new_key: &str) -> Result<()> {
        if !wants_backup(&self.before.server) {
            return Ok(());
        }
        let version = now
            .server
            .current_backup
            .as_ref()
            .context("I3: there is no key backup")?;
        let info = &now.server.backups[version];
        let master = now.server.public_keys()[0].context("I3: the server has no master key")?;
        verify(&info["auth_data"], &now.server.user_id, master)
            .map_err(|error| anyhow!("I3: backup {version} is not signed by the identity: {error:#}"))?;
        let storage = open_default(&now.server, new_key)
            .map_err(|error| anyhow!("I3: the new recovery key does not open secret storage: {error:#}"))?;
        let key = storage
            .secrets
            .get(BACKUP_SECRET)
            .context("I3: secret storage has no key of the backup")?;
        is_backup_key_of(key, info).map_err(|error| {
            anyhow!("I3: the backup key in secret storage is not that of backup {version}: {error:#}")
        })?;
        if self.store_key.is_none() {
            return Ok(());
        }
        let on_device = now
            .device
            .backup_key
            .as_ref()
            .context("I3: the device has no key of the backup")?;
        is_backup_key_of(on_device, info)
            .map_err(|error| anyhow!("I3: the backup key on the device is not that of backup {version}: {error:#}"))?;
        ensure!(
            now.device.backup_version.as_ref() == Some(version),
            "I3: the device uses backup {:?}, the server has {version}",
            now.device.backup_version
        );
        Ok(())
    }

    /// I3: nothing is left under keys of secret storage that are neither the default one nor from before the reset, as
    /// an abandoned attempt leaves them.
    ///
    /// # Errors
    /// When it is broken.
    pub fn i3_nothing_is_staged(&self, now: &Look) -> Result<()> {
        let old = self.before.server.key_descriptions();
        let is_stray = |key_id: &str| now.server.default_key_id() != Some(key_id) && !old.contains_key(key_id);
        if let Some(key_id) = now.server.key_descriptions().keys().find(|key_id| is_stray(key_id)) {
            bail!("I3: the key of secret storage {key_id} is left over");
        }
        for secret in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
            let before = self.before.server.ciphertexts(secret);
            let is_new = |key_id: &&&str| is_stray(key_id) && !before.contains_key(**key_id);
            if let Some(key_id) = now.server.ciphertexts(secret).keys().find(is_new) {
                bail!("I3: {secret} has a ciphertext left over under {key_id}");
            }
        }
        Ok(())
    }

    /// After a reset of a compromised account: no secret has a ciphertext under another key than the default one, no
    /// other key is described, and there is no backup but the current one.
    ///
    /// # Errors
    /// When something of the old is left.
    pub async fn assert_no_trace_of_the_old(&self) -> Result<()> {
        let server = ServerState::read(&self.observer).await?;
        let is_other = |key_id: &&&str| server.default_key_id() != Some(**key_id);
        if let Some(key_id) = server.key_descriptions().keys().find(is_other) {
            bail!("the old key of secret storage {key_id} is still described");
        }
        for secret in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
            if let Some(key_id) = server.ciphertexts(secret).keys().find(is_other) {
                bail!("{secret} still has a ciphertext under {key_id}");
            }
        }
        if let Some(version) = server
            .backups
            .keys()
            .find(|version| server.current_backup.as_ref() != Some(version))
        {
            bail!("the old backup {version} is still there");
        }
        Ok(())
    }

    /// I4: a recovery key that the person holds, the old or the new one, opens on the server, by the default key or by
    /// the description of its own, secrets that are the private keys of the account's current identity.
    ///
    /// Holds for nothing when there is no identity, or when it is still the one from before and the person held no key
    /// to it then.
    ///
    /// # Errors
    /// When it is broken, with the reason for each key.
    pub fn i4_a_held_key_leads_to_the_identity(&self, now: &Look, new_key: Option<&str>) -> Result<()> {
        let public = now.server.public_keys();
        if public == [None; 3] {
            return Ok(());
        }
        if public == self.before.server.public_keys() {
            let led_before = self
                .old
                .as_ref()
                .is_some_and(|old| leads_to(&old.opened, &self.before.server).is_ok());
            if !led_before {
                return Ok(());
            }
        }
        let held = self.held_keys(new_key);
        ensure!(
            !held.is_empty(),
            "I4: the identity has changed, and the person was not given a key to it"
        );
        let mut reasons = String::new();
        for key in held {
            let opened = open_all(&now.server, key);
            if opened.is_empty() {
                reasons.push_str("\n  a held key opens nothing on the server");
            }
            for storage in opened {
                match leads_to(&storage, &now.server) {
                    Ok(()) => return Ok(()),
                    Err(error) => reasons.push_str(&format!("\n  by {}: {error:#}", storage.key_id)),
                }
            }
        }
        bail!("I4: no key that the person holds leads to the account's identity:{reasons}");
    }

    fn held_keys<'a>(&'a self, new_key: Option<&'a str>) -> Vec<&'a str> {
        new_key
            .into_iter()
            .chain(self.old.as_ref().map(|old| old.text.as_str()))
            .collect()
    }
}

/// Which key backups count for [`Oracle::i2_room_keys_are_readable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backups {
    /// The current version, as when a reset is done.
    Current,
    /// All that exist, as in the middle of a reset, when the new one is not full yet.
    All,
}

async fn look(observer: &PlainSession, store: &Path, store_key: Option<&[u8; 32]>) -> Result<Look> {
    Ok(Look {
        server: ServerState::read(observer).await?,
        device: match store_key {
            Some(store_key) => DeviceState::read(store, store_key).await?,
            None => DeviceState::default(),
        },
    })
}

impl DeviceState {
    /// Reads a copy of the crypto store in this folder.
    ///
    /// # Errors
    /// When there is none, or when the key does not fit.
    pub async fn read(store: &Path, store_key: &[u8; 32]) -> Result<Self> {
        const DATABASE: &str = "matrix-sdk-crypto.sqlite3";
        ensure!(store.join(DATABASE).exists(), "{} has no {DATABASE}", store.display());
        let copy = tempfile::tempdir()?;
        // The write-ahead log is copied before the database: a client that is closing moves the log's content into the
        // database and deletes the log, perhaps just now. Content that both copies have is harmless. SQLite makes a new
        // index of the log.
        let log = format!("{DATABASE}-wal");
        match fs::copy(store.join(&log), copy.path().join(&log)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => fs::copy(store.join(DATABASE), copy.path().join(DATABASE))?,
        };
        let config = SqliteStoreConfig::with_low_memory_config(copy.path()).key(Some(store_key));
        let store = SqliteCryptoStore::open_with_config(&config)
            .await
            .context("cannot open the crypto store")?;
        let mut private_keys = BTreeMap::new();
        // Without an account in it the store does not know whose identity to load.
        if store.load_account().await?.is_some()
            && let Some(identity) = store.load_identity().await?
        {
            for name in CROSS_SIGNING_SECRETS {
                if let Some(secret) = identity.export_secret(&SecretName::from(name)).await {
                    private_keys.insert(name.to_owned(), secret);
                }
            }
        }
        let custom = async |name| -> Result<Value> {
            let value = store.get_custom_value(name).await?;
            Ok(value
                .and_then(|value| serde_json::from_slice(&value).ok())
                .unwrap_or_default())
        };
        let (session, journal) = (custom("keyward.session").await?, custom("keyward.reset").await?);
        let new_key = &custom("keyward.recovery").await?["key"];
        let keys = &journal["keys"];
        let secrets = [
            &session["access_token"],
            &session["refresh_token"],
            &keys["recovery_key"],
            &keys["backup"]["private"],
            &new_key["recovery_key"],
        ]
        .into_iter()
        .chain(keys["private"].as_array().into_iter().flatten())
        .chain(new_key["plain"].as_array().into_iter().flatten());
        let backup = store.load_backup_keys().await?;
        let sessions = store.get_inbound_group_sessions().await?;
        Ok(Self {
            secrets: secrets.filter_map(|secret| Some(secret.as_str()?.to_owned())).collect(),
            journal_backup: keys["backup"]["info"]["auth_data"]["public_key"]
                .as_str()
                .map(str::to_owned),
            private_keys,
            backup_key: backup.decryption_key.map(|key| key.to_base64()),
            backup_version: backup.backup_version,
            room_keys: sessions
                .iter()
                .map(|session| RoomKeyId {
                    room_id: session.room_id().to_string(),
                    session_id: session.session_id().to_owned(),
                })
                .collect(),
        })
    }
}

/// Opens secret storage with its default key.
fn open_default(server: &ServerState, key: &str) -> Result<SecretStorage> {
    open(server, server.default_key_id().context("there is no default key")?, key)
}

/// Everything that a recovery key opens, by whichever description it fits, the default one first.
fn open_all(server: &ServerState, key: &str) -> Vec<SecretStorage> {
    let mut ids: Vec<_> = server.key_descriptions().into_keys().collect();
    ids.sort_by_key(|id| server.default_key_id() != Some(*id));
    ids.into_iter().filter_map(|id| open(server, id, key).ok()).collect()
}

/// Opens secret storage with the key of this id. Secrets that are not encrypted with it are left out; one that is, and
/// does not decrypt, is an error.
fn open(server: &ServerState, key_id: &str, key: &str) -> Result<SecretStorage> {
    let event_type = format!("{KEY_PREFIX}{key_id}");
    let content = server
        .account_data
        .get(&event_type)
        .with_context(|| format!("there is no {event_type}"))?;
    let content = SecretStorageKeyEventContent::from_parts(&event_type, &to_raw_value(content)?)
        .with_context(|| format!("{event_type} is not the description of a key"))?;
    let key = SecretStorageKey::from_account_data(key, content)
        .with_context(|| format!("the recovery key does not fit {event_type}"))?;
    let mut secrets = BTreeMap::new();
    for name in CROSS_SIGNING_SECRETS.into_iter().chain([BACKUP_SECRET]) {
        let Some(ciphertext) = server.ciphertexts(name).remove(key_id) else {
            continue;
        };
        let ciphertext: AesHmacSha2EncryptedData =
            serde_json::from_value(ciphertext.clone()).with_context(|| format!("{name} is not a ciphertext"))?;
        let secret = key
            .decrypt(&ciphertext, &SecretName::from(name))
            .with_context(|| format!("{name} is not encrypted with the key it says"))?;
        secrets.insert(
            name.to_owned(),
            String::from_utf8(secret).with_context(|| format!("{name} is not text"))?,
        );
    }
    Ok(SecretStorage {
        key_id: key_id.to_owned(),
        secrets,
    })
}

/// Whether the secrets are the three private keys of the account's identity.
fn leads_to(storage: &SecretStorage, server: &ServerState) -> Result<()> {
    for (name, public) in CROSS_SIGNING_SECRETS.into_iter().zip(server.public_keys()) {
        let secret = storage
            .secrets
            .get(name)
            .with_context(|| format!("secret storage has no {name}"))?;
        is_private_key_of(secret, public).with_context(|| format!("{name} is not the server's"))?;
    }
    Ok(())
}

fn is_private_key_of(secret: &str, public: Option<&str>) -> Result<()> {
    let public = public.context("the server has no such key")?;
    let computed = Ed25519SecretKey::from_base64(secret)
        .context("not a private key")?
        .public_key()
        .to_base64();
    ensure!(
        computed == public,
        "its public half is {computed}, the server has {public}"
    );
    Ok(())
}

fn backup_secret_key(secret: &str) -> Result<Curve25519SecretKey> {
    let bytes = vodozemac::base64_decode(secret).context("not base64")?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| anyhow!("not 32 bytes long"))?;
    Ok(Curve25519SecretKey::from_slice(&bytes))
}

fn is_backup_key_of(secret: &str, info: &Value) -> Result<()> {
    let public = info["auth_data"]["public_key"]
        .as_str()
        .context("the backup has no public key")?;
    let computed = Curve25519PublicKey::from(&backup_secret_key(secret)?);
    ensure!(
        computed == Curve25519PublicKey::from_base64(public)?,
        "its public half is {}, the backup's is {public}",
        computed.to_base64()
    );
    Ok(())
}

/// Whether a backup's content has this room key, and the backup's key decrypts it.
fn is_in_backup(id: &RoomKeyId, content: &Value, key: &PkDecryption) -> bool {
    let decrypt = || -> Option<String> {
        let data = &content["rooms"][&id.room_id]["sessions"][&id.session_id]["session_data"];
        let text = |name: &str| data[name].as_str();
        let message = Message::from_base64(text("ciphertext")?, text("mac")?, text("ephemeral")?).ok()?;
        let plaintext: Value = serde_json::from_slice(&key.decrypt(&message).ok()?).ok()?;
        let key = ExportedSessionKey::from_base64(plaintext["session_key"].as_str()?).ok()?;
        Some(InboundGroupSession::import(&key, SessionConfig::version_1()).session_id())
    };
    decrypt().is_some_and(|session_id| session_id == id.session_id)
}

/// Whether the person wants a key backup: not if one of the two flags that clients set says otherwise (the unstable one
/// of Element, and `m.key_backup` of MSC4287).
fn wants_backup(server: &ServerState) -> bool {
    let flag = |event_type: &str, name: &str| server.account_data.get(event_type).map(|content| content[name].clone());
    flag("m.key_backup", "enabled") != Some(json!(false))
        && flag("m.org.matrix.custom.backup_disabled", "disabled") != Some(json!(true))
}

/// Verifies the signature of an Ed25519 key, which is named by its public half as cross-signing keys are, on a JSON
/// object (specification, appendix "Signing JSON").
fn verify(object: &Value, user_id: &str, public_key: &str) -> Result<()> {
    let signature = object["signatures"][user_id][format!("ed25519:{public_key}")].as_str();
    let signature = signature.with_context(|| format!("there is no signature of {public_key}"))?;
    let mut signed = object.clone();
    let fields = signed.as_object_mut().context("not an object")?;
    fields.remove("signatures");
    fields.remove("unsigned");
    let canonical = CanonicalJsonValue::try_from(signed)?.to_string();
    Ed25519PublicKey::from_base64(public_key)?
        .verify(canonical.as_bytes(), &Ed25519Signature::from_base64(signature)?)
        .with_context(|| format!("the signature of {public_key} is wrong"))
}
