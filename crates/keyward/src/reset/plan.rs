// SPDX-License-Identifier: Apache-2.0

//! Phase 0: what a reset would do to this account, in numbers. Reads only.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use futures_util::{TryFutureExt, join, try_join};
use ruma::api::client::device::get_devices;
use serde::{Deserialize, Serialize};

use crate::{
    after_care::{self, Verified},
    error::{RequestError, ServerError},
    identity::dehydrated,
    key_backup::{self, BackupVersion},
    reset::{ResetError, kind::Resets},
    secret::Secret,
    secret_storage::{
        self, DEFAULT_KEY, beside,
        in_use::{DEHYDRATED_SECRET, listing, other_secrets},
    },
};

/// A plan: the consequences for people, bound to the account, the session and the identity that it was made for. A
/// reset does not start from a plan if the account has another identity by then.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What people should know before they agree.
    pub consequences: Consequences,
    pub(crate) before: Before,
    /// Base64 of the old backup's decryption key, if the person has opened it for this plan.
    pub(crate) old_backup_key: Option<Secret>,
    /// When the server was last asked.
    pub(crate) made: Instant,
}

/// What a reset means for this account, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consequences {
    /// Whose account it is.
    pub user_id: String,
    /// The session that resets.
    pub device_id: String,
    /// Base64 of the present master key ("fingerprint"); `None` if the account never had cross-signing. Then this is a
    /// first set-up: it needs no authorisation and nobody has to verify again.
    pub old_identity: Option<String>,
    /// Other sessions that support encryption: each must be verified again, or signed out.
    pub other_sessions: u64,
    /// Those of them that are verified now and lose it.
    pub verified_sessions: u64,
    /// Sessions without encryption; a reset changes nothing for them.
    pub sessions_without_encryption: u64,
    /// Contacts that are verified, as far as this session knows, or at least those of them whom the account writes to directly
    /// (`m.direct`): each must be verified again. `None`: only the program whose session this is knows.
    pub verified_contacts: Option<u64>,
    /// Room keys that this session holds. They go into the new key backup. `None`: only the program whose session this is
    /// knows.
    pub room_keys_here: Option<u64>,
    /// Room keys in the present key backup on the server; `None` if there is none.
    pub room_keys_in_backup: Option<u64>,
    /// Whether this session can read the present key backup. If not, the backup is kept: its key may still be found.
    pub backup_readable: bool,
    /// Older versions of the key backup. They cannot be read with the present one's key.
    pub older_backups: u64,
    /// Whether the account has switched key storage off (`m.key_backup`). Then the reset makes no backup unless told to.
    pub key_storage_off: bool,
    /// Whether there is secret storage now. Its key opens nothing afterwards.
    pub has_secret_storage: bool,
    /// Other programs' secrets that stay readable with the old Security Key only.
    pub other_secrets: u64,
    /// Whether a dehydrated device, which receives messages while no session is online, will be removed.
    pub dehydrated_device: bool,
}

/// The account as it was before, as far as the later phases need it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Before {
    pub(crate) user_id: String,
    pub(crate) device_id: String,
    pub(crate) master_key: Option<String>,
    pub(crate) default_key: Option<String>,
    /// The four secrets' events, as the server's text; `None` where there never was one.
    pub(crate) secrets: BTreeMap<String, Option<String>>,
    pub(crate) backup: Option<BackupVersion>,
    pub(crate) backup_readable: bool,
    pub(crate) older_backups: Vec<String>,
    /// Secret storage keys under which other programs keep secrets.
    pub(crate) keys_in_use: BTreeSet<String>,
    /// Whether there may be others: the server does not list the account data. Then no key's description goes.
    #[serde(default)]
    pub(crate) keys_in_use_unknown: bool,
    pub(crate) key_storage_off: bool,
    /// Whether the server had a dehydrated device.
    pub(crate) dehydrated_device: bool,
    /// The dehydrated device. It is no session, so nobody has to verify it again.
    #[serde(default)]
    pub(crate) dehydrated_session: Option<String>,
    /// The contacts whom the identity has verified. `None`: unknown.
    #[serde(default)]
    pub(crate) contacts: Option<Verified>,
}

/// Reads everything that a reset depends on. Independent requests are sent together: two round trips, the second only
/// if there are other programs' secrets, people whom the account writes to directly, or a backup that this session does not
/// write, which may have older versions.
pub(crate) async fn make(account: &dyn Resets) -> Result<Plan, ResetError> {
    let devices = async { account.send(get_devices::v3::Request::new()).await };
    let backups = async {
        // Most often this session writes to the current version, and the older ones need not wait for its number.
        let written = account.written().await?;
        let (current, older) = try_join!(key_backup::current(account), key_backup::others_than(account, &written))?;
        let older = match &current {
            Some(current) if current.version != written => key_backup::others_than(account, &current.version).await?,
            Some(_) => older,
            // A backup that is only not shown would pass for none, and its key would not be kept.
            None if !written.is_empty() && key_backup::version(account, &written).await?.is_some() => {
                return Err(ServerError::NotUnderstood.into());
            }
            None => Vec::new(),
        };
        Ok::<_, RequestError>((current, older))
    };
    // What decides, or is put back by a cancel, is asked for by name: a listing may be an old one (Conduit repeats its last).
    let (shown, devices, secrets, default_key, wanted, listed, (backup, older_backups), kept_device) = try_join!(
        account.look().err_into(),
        devices.err_into(),
        beside::read(account).err_into(),
        account.fetch(DEFAULT_KEY).err_into(),
        key_backup::is_wanted(account).err_into(),
        listing(account).err_into(),
        backups.err_into(),
        dehydrated::kept(account).err_into::<ResetError>(),
    )?;
    let made = Instant::now();
    beside::require_shapes(&secrets, listed.as_ref())?;
    let others = async {
        let Some(listed) = &listed else { return Ok(None) };
        let mut others = other_secrets(account, listed).await?;
        // It goes, with its device.
        others.remove(DEHYDRATED_SECRET);
        Ok::<_, RequestError>(Some(others))
    };
    let contacts = after_care::verified_people(account, &shown, listed.as_ref());
    let (others, contacts) = join!(others, contacts);
    let others = others?;

    let known = account.known().await?;
    let backup_readable = match &backup {
        Some(backup) => account.reads(backup).await?,
        None => false,
    };
    let seen = backup
        .iter()
        .chain(&older_backups)
        .map(|backup| backup.version.as_str());
    key_backup::note_seen(account, &seen.collect::<Vec<_>>()).await?;
    let default_key = secret_storage::default_key_id(default_key.as_ref());
    let sleeper = shown.dehydrated_among(&devices);
    let dehydrated_device = kept_device.is_some();
    let before = Before {
        user_id: account.user_id().to_owned(),
        device_id: account.device_id().to_owned(),
        master_key: shown.master_key,
        backup_readable,
        older_backups: older_backups.into_iter().map(|backup| backup.version).collect(),
        secrets,
        keys_in_use: others.iter().flat_map(BTreeMap::values).flatten().cloned().collect(),
        keys_in_use_unknown: others.is_none(),
        key_storage_off: wanted == Some(false),
        default_key,
        backup,
        dehydrated_device,
        dehydrated_session: sleeper.as_ref().map(ToString::to_string),
        contacts,
    };
    let direct_contacts = before.contacts.as_ref().map(|contacts| contacts.len() as u64);

    let (mut other_sessions, mut verified_sessions, mut without_encryption) = (0, 0, 0);
    for device in devices
        .devices
        .iter()
        .filter(|device| device.device_id != account.own_device())
    {
        if !shown.shown.contains(&device.device_id) {
            without_encryption += 1;
            continue;
        }
        if sleeper.as_ref() == Some(&device.device_id) {
            continue;
        }
        let keys = shown.devices.get(&device.device_id);
        other_sessions += 1;
        verified_sessions += u64::from(keys.is_some_and(|keys| keys.signed));
    }
    let consequences = Consequences {
        user_id: before.user_id.clone(),
        device_id: before.device_id.clone(),
        old_identity: before.master_key.clone(),
        other_sessions,
        verified_sessions,
        sessions_without_encryption: without_encryption,
        verified_contacts: known.verified_contacts.max(direct_contacts.filter(|count| *count > 0)),
        room_keys_here: known.room_keys,
        room_keys_in_backup: before.backup.as_ref().map(|backup| backup.count),
        backup_readable,
        older_backups: before.older_backups.len() as u64,
        key_storage_off: before.key_storage_off,
        has_secret_storage: before.default_key.is_some(),
        other_secrets: others.map_or(0, |others| others.len() as u64),
        dehydrated_device,
    };
    Ok(Plan {
        consequences,
        before,
        old_backup_key: None,
        made,
    })
}
