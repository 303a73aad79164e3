// SPDX-License-Identifier: Apache-2.0

//! Key backup (people read "Key storage"): room keys on the server, encrypted.
//!
//! matrix-sdk's `Backups` pauses 100 ms between requests, deletes before it creates and cannot be given a key. So this
//! module sends the requests; the `OlmMachine` encrypts and notes what is uploaded.
//!
//! Specification: Client-Server API, "Server-side key backups".

mod create;
mod download;
mod kept;
mod made;
mod moving;
mod read_back;
mod seen;
mod upload;
mod wanted;

use std::collections::BTreeSet;

use matrix_sdk_crypto::{
    store::{CryptoStore, types::BackupDecryptionKey},
    types::RoomKeyBackupInfo,
};
use ruma::api::client::backup::{BackupAlgorithm, delete_backup_version, get_backup_info, get_latest_backup_info};
use ruma::{events::secret::request::SecretName, serde::Raw};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::{
    create::create,
    download::download,
    kept::{WayIn, forget_ways_in, keep_ways_in, opened_ways_in},
    made::{forget_made, is_begun, is_made, note_made},
    moving::{holds_all_of, is_within, move_keys},
    read_back::reads_back,
    seen::note_seen,
    upload::{UploadError, upload_pending},
    wanted::{is_wanted, say_whether_wanted},
};
use crate::{
    account::{Account, Handle},
    error::{RequestError, StoreError},
};

/// How many version numbers below the current one are tried when older versions are looked for. Homeservers cannot list
/// them. Synapse numbers those of each user; Dendrite and Conduit those of all users together.
const OLDER_VERSIONS: u64 = 16;

/// A version of the key backup on the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BackupVersion {
    pub(crate) version: String,
    /// Number of keys in it, as the server says.
    pub(crate) count: u64,
    /// Changes with every change of the keys in it.
    pub(crate) etag: String,
    /// `{"algorithm", "auth_data"}` as the server has it.
    pub(crate) info: Value,
}

impl BackupVersion {
    /// Base64 of the Curve25519 key that room keys are encrypted to; `None` for an algorithm that we do not know.
    pub(crate) fn public_key(&self) -> Option<&str> {
        if self.info.get("algorithm")? != "m.megolm_backup.v1.curve25519-aes-sha2" {
            return None;
        }
        self.info.get("auth_data")?.get("public_key")?.as_str()
    }

    /// Whether `key` decrypts this version.
    pub(crate) fn is_opened_by(&self, key: &BackupDecryptionKey) -> bool {
        self.public_key() == Some(public_key(key).as_str())
    }

    pub(crate) fn new(version: String, count: u64, etag: String, algorithm: &Raw<BackupAlgorithm>) -> Self {
        Self {
            version,
            count,
            etag,
            info: serde_json::from_str(algorithm.json().get()).unwrap_or_default(),
        }
    }
}

/// Whether this can be the number of a version. Servers choose it, and it becomes a part of paths: a short word.
pub(crate) fn is_version(version: &str) -> bool {
    let in_a_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~:=+".contains(&byte);
    version.len() <= 64 && version.bytes().all(in_a_word) && version.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// Base64 of the public key that belongs to `key`.
pub(crate) fn public_key(key: &BackupDecryptionKey) -> String {
    match key.to_backup_info() {
        RoomKeyBackupInfo::MegolmBackupV1Curve25519AesSha2(data) => data.public_key.to_base64(),
        RoomKeyBackupInfo::Other { .. } => unreachable!("keys make backups of the first kind only"),
    }
}

/// The version that is in use, if there is one.
pub(crate) async fn current(account: &Handle) -> Result<Option<BackupVersion>, RequestError> {
    match account.send(get_latest_backup_info::v3::Request::new()).await {
        Ok(found) => Ok(Some(BackupVersion::new(
            found.version,
            found.count.into(),
            found.etag,
            &found.algorithm,
        ))),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same for those who make and remove nothing because of it, and whether the server keeps key backups at all: where it has
/// no such endpoint there is none.
pub(crate) async fn current_if_kept(account: &Handle) -> Result<(Option<BackupVersion>, bool), RequestError> {
    match current(account).await {
        Err(error) if error.is_unrecognized() => Ok((None, false)),
        current => Ok((current?, true)),
    }
}

/// A version by its number, if it exists.
pub(crate) async fn version(account: &Handle, version: &str) -> Result<Option<BackupVersion>, RequestError> {
    let request = get_backup_info::v3::Request::new(version.to_owned());
    match account.send(request).await {
        Ok(found) => Ok(Some(BackupVersion::new(
            found.version,
            found.count.into(),
            found.etag,
            &found.algorithm,
        ))),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deletes a version. One that is gone already is no error.
pub(crate) async fn delete(account: &Handle, version: &str) -> Result<(), RequestError> {
    let request = delete_backup_version::v3::Request::new(version.to_owned());
    match account.send(request).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

/// The versions beside `current` that still exist, as far as they can be found: those that this session has seen, and
/// those whose numbers are just below. When the newer version is deleted, the server presents the one before it as current,
/// and nobody can read that (matrix-rust-sdk#4502).
pub(crate) async fn others_than(account: &Handle, current: &str) -> Result<Vec<BackupVersion>, RequestError> {
    let mut numbers: Vec<String> = match current.parse::<u64>() {
        Ok(number) => (number.saturating_sub(OLDER_VERSIONS).max(1)..number)
            .rev()
            .map(|number| number.to_string())
            .collect(),
        Err(_) => Vec::new(),
    };
    let seen = seen::seen(account).await?;
    numbers.extend(seen.into_iter().filter(|version| version != current));
    let mut each_once = BTreeSet::new();
    numbers.retain(|number| each_once.insert(number.clone()));
    let requests = numbers.iter().map(|number| version(account, number));
    let found = futures_util::future::try_join_all(requests).await?;
    let gone = numbers.iter().zip(&found).filter(|(_, found)| found.is_none());
    seen::forget(account, &gone.map(|(number, _)| number.as_str()).collect::<Vec<_>>()).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The versions between two that still exist, as far as they can be found by counting down from the newer one.
pub(crate) async fn between(
    account: &Handle,
    older: Option<&str>,
    newer: &str,
) -> Result<Vec<BackupVersion>, RequestError> {
    let older = older.map_or(Ok(0), str::parse::<u64>);
    let (Ok(older), Ok(newer)) = (older, newer.parse::<u64>()) else {
        return Ok(Vec::new());
    };
    let numbers = (newer.saturating_sub(OLDER_VERSIONS).max(older + 1)..newer).map(|number| number.to_string());
    let found = futures_util::future::try_join_all(numbers.map(async |number| version(account, &number).await)).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The key of `version`, if this session holds it.
pub(crate) async fn held_key(
    account: &Account,
    version: &BackupVersion,
) -> Result<Option<BackupDecryptionKey>, StoreError> {
    let machine = account.machine();
    let keys = machine
        .backup_machine()
        .get_backup_keys()
        .await
        .map_err(StoreError::because)?;
    Ok(keys.decryption_key.filter(|key| version.is_opened_by(key)))
}

/// Whether `version` is signed by this session, by the own identity if that is trusted here, or by a trusted session.
pub(crate) async fn is_trusted(account: &Account, version: &BackupVersion) -> Result<bool, StoreError> {
    let Ok(info) = serde_json::from_value(version.info.clone()) else {
        return Ok(false);
    };
    let machine = account.machine();
    let verified = machine
        .backup_machine()
        .verify_backup(info, false)
        .await
        .map_err(StoreError::because)?;
    Ok(verified.trusted())
}

/// Makes this session write to `version` with `key`. All room keys are then noted as not uploaded, unless this session
/// writes to that version already: its notes stay, so that an interrupted upload continues.
pub(crate) async fn switch_to(account: &Account, version: &str, key: &BackupDecryptionKey) -> Result<(), StoreError> {
    let machine = account.machine();
    let backup = machine.backup_machine();
    let held = backup.get_backup_keys().await.map_err(StoreError::because)?;
    let same = held.backup_version.as_deref() == Some(version)
        && held
            .decryption_key
            .is_some_and(|held| public_key(&held) == public_key(key));
    if !same {
        backup.disable_backup().await.map_err(StoreError::because)?;
        let copy = BackupDecryptionKey::from_bytes(key.as_bytes());
        backup
            .save_decryption_key(Some(copy), Some(version.to_owned()))
            .await
            .map_err(StoreError::because)?;
    }
    let public = key.megolm_v1_public_key();
    public.set_version(version.to_owned());
    backup.enable_backup_v1(public).await.map_err(StoreError::because)
}

/// Uses the current backup with the key that a verified session has sent (`m.secret.send`), if one has arrived and
/// belongs to this backup. What has arrived is deleted in any case: a key that does not fit now will not fit later.
///
/// Specification: Client-Server API, "Sharing keys between devices".
pub(crate) async fn take_up_received_key(account: &Account) -> Result<(), RequestError> {
    let store = account.crypto_store();
    let received = store
        .get_secrets_from_inbox(&SecretName::RecoveryKey)
        .await
        .map_err(StoreError::because)?;
    if received.is_empty() {
        return Ok(());
    }
    if let Some(current) = current(account).await? {
        let keys = received
            .iter()
            .filter_map(|secret| BackupDecryptionKey::from_base64(secret).ok());
        if let Some(key) = keys.into_iter().find(|key| current.is_opened_by(key)) {
            switch_to(account, &current.version, &key).await?;
        }
    }
    store
        .delete_secrets_from_inbox(&SecretName::RecoveryKey)
        .await
        .map_err(StoreError::because)?;
    Ok(())
}

/// Writes to the current backup again if its key is here and something has turned it off: matrix-sdk does so in an app around
/// this account when an upload to an old version, on its way since before a reset, is refused.
pub(crate) async fn turn_on_again(account: &Account) -> Result<(), RequestError> {
    let machine = account.machine();
    let backup = machine.backup_machine();
    if backup.enabled().await {
        return Ok(());
    }
    let held = backup.get_backup_keys().await.map_err(StoreError::because)?;
    let (Some(key), Some(version)) = (held.decryption_key, held.backup_version) else {
        return Ok(());
    };
    match current(account).await? {
        Some(current) if current.version == version && current.is_opened_by(&key) => {
            Ok(switch_to(account, &version, &key).await?)
        }
        _ => Ok(()),
    }
}

/// The number of the version that this session writes to; empty if it writes to none.
pub(crate) async fn written(account: &Account) -> Result<String, StoreError> {
    let keys = account.machine().backup_machine().get_backup_keys().await;
    Ok(keys.map_err(StoreError::because)?.backup_version.unwrap_or_default())
}

/// How many room keys this session knows to be in the backup that it writes.
pub(crate) async fn uploaded(account: &Account) -> Result<u64, StoreError> {
    let machine = account.machine();
    let backup = machine.backup_machine();
    if !backup.enabled().await {
        return Ok(0);
    }
    Ok(backup.room_key_counts().await.map_err(StoreError::because)?.backed_up as u64)
}

/// Makes every room key count as not backed up.
pub(crate) async fn forget_uploads(account: &Account) -> Result<(), StoreError> {
    account
        .machine()
        .backup_machine()
        .disable_backup()
        .await
        .map_err(StoreError::because)
}

/// Whether this session writes to a backup.
pub(crate) async fn is_enabled(account: &Account) -> bool {
    account.machine().backup_machine().enabled().await
}

/// Whether this session has uploaded every room key to `version`.
pub(crate) async fn is_full(account: &Account, version: &str) -> Result<bool, StoreError> {
    let machine = account.machine();
    let backup = machine.backup_machine();
    let counts = backup.room_key_counts().await.map_err(StoreError::because)?;
    Ok(backup.backup_version().await.as_deref() == Some(version) && counts.backed_up == counts.total)
}
