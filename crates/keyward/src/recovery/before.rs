// SPDX-License-Identifier: Apache-2.0

//! What a new key is bound to, and what goes under it: from the Olm machine of a session that was logged in here, or from
//! secret storage itself, opened with the old key. Reads only.

use futures_util::try_join;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde_json::Value;

use super::{RecoveryError, journal::Before};
use crate::{
    account::{Account, Attached},
    ed25519::{public_key_of, unless_it_panics},
    error::StoreError,
    identity::{IdentityStatus, ShowsIdentity},
    key_backup::{self, BackupVersion},
    secret::Secret,
    secret_storage::{
        self, BACKUP, DEFAULT_KEY, KeyInput, SECRETS, beside, find::find_key, in_use::listing, key_event_type,
    },
};

/// The account as it is, and its key backup.
struct Found {
    before: Before,
    backup: Option<BackupVersion>,
    /// Base64 of the public keys of its identity, in the order of [`SECRETS`]; those that the master key has not signed are
    /// unknown.
    identity: [Option<String>; 3],
}

/// What goes under the new key, in the order of [`SECRETS`].
pub(super) type Plain = [Option<Secret>; 4];

/// Reads what the new key is bound to. Two round trips, and a third where there is a key backup.
async fn find(account: &dyn ShowsIdentity) -> Result<Found, RecoveryError> {
    let (shown, secrets, default_key, listed, backup) = try_join!(
        account.look(),
        beside::read(account),
        account.fetch(DEFAULT_KEY),
        listing(account),
        key_backup::current(account),
    )?;
    let Some(master_key) = shown.master_key.filter(|_| shown.identity == IdentityStatus::Ours) else {
        return Err(RecoveryError::NotVerified);
    };
    let [self_signing, user_signing] = shown.signing_keys;
    let identity = [Some(master_key.clone()), self_signing, user_signing];
    beside::require_shapes(&secrets, listed.as_ref())?;
    let older = match &backup {
        Some(backup) => key_backup::others_than(account, &backup.version).await?,
        None => Vec::new(),
    };
    let seen = backup.iter().chain(&older).map(|backup| backup.version.as_str());
    key_backup::note_seen(account, &seen.collect::<Vec<_>>()).await?;
    let before = Before {
        user_id: account.user_id().to_owned(),
        device_id: account.device_id().to_owned(),
        master_key,
        default_key: secret_storage::default_key_id(default_key.as_ref()),
        secrets,
        opens_backup: backup.as_ref().map(|_| false),
        // Nobody can see which backup an entry opens.
        backup_entry_may_go: older.is_empty() && backup.is_some(),
    };
    Ok(Found {
        before,
        backup,
        identity,
    })
}

/// For a session that was logged in here: it holds the private keys, and perhaps the backup's.
pub(super) async fn of_own(account: &Account) -> Result<(Before, Plain), RecoveryError> {
    let Found {
        mut before,
        backup,
        identity,
    } = find(account).await?;
    let keys = account.machine().export_cross_signing_keys().await;
    let keys = keys.map_err(StoreError::because)?.ok_or(RecoveryError::KeysMissing)?;
    let secret = |key: &Option<String>| key.as_deref().map(Secret::new);
    let backup_key = match &backup {
        Some(backup) => key_backup::held_key(account, backup).await?,
        None => None,
    };
    before.opens_backup = backup.map(|_| backup_key.is_some());
    before.backup_entry_may_go &= backup_key.is_some();
    let plain = [
        secret(&keys.master_key),
        secret(&keys.self_signing_key),
        secret(&keys.user_signing_key),
        backup_key.map(|key| Secret::new(key.to_base64())),
    ];
    is_identity(&plain, &identity)
        .then_some((before, plain))
        .ok_or(RecoveryError::KeysMissing)
}

/// For a session of another program: what is in secret storage is opened with the old key, and goes under the new one as it is.
pub(super) async fn of_attached(account: &Account<Attached>, old: &KeyInput) -> Result<(Before, Plain), RecoveryError> {
    let Found {
        mut before,
        backup,
        identity,
    } = find(account).await?;
    let secrets = SECRETS.map(|name| (name, beside::parse(&before.secrets, name)));
    let stored = secrets.each_ref().map(|(name, secret)| (*name, secret.as_ref()));
    let id = before.default_key.as_deref();
    let description = match id {
        Some(id) => account.fetch(&key_event_type(id)).await?,
        None => None,
    };
    let default = id.map(|id| (id, description.as_ref()));
    let key = find_key(account, default, old, &stored).await?.key;
    let open = |name: &str| -> Result<Option<Secret>, RecoveryError> {
        let secret: Option<&Value> = stored
            .iter()
            .find(|(found, _)| *found == name)
            .and_then(|(_, secret)| *secret);
        match secret_storage::decrypt(&key, name, secret) {
            // Without it the backup stays closed, as it is now.
            Err(_) if name == BACKUP => Ok(None),
            opened => Ok(opened?),
        }
    };
    let plain = [
        open(SECRETS[0])?,
        open(SECRETS[1])?,
        open(SECRETS[2])?,
        open(SECRETS[3])?,
    ];
    before.opens_backup = backup.map(|backup| {
        let key = plain[3]
            .as_ref()
            .and_then(|plain| unless_it_panics(|| BackupDecryptionKey::from_base64(plain.reveal()).ok()));
        key.is_some_and(|key| backup.is_opened_by(&key))
    });
    // The new key opens what it opened, whatever that is.
    before.backup_entry_may_go = plain[3].is_some();
    is_identity(&plain, &identity)
        .then_some((before, plain))
        .ok_or(RecoveryError::OutdatedSecretStorage)
}

/// Whether the private keys are those of the identity with these public ones.
fn is_identity(plain: &Plain, identity: &[Option<String>; 3]) -> bool {
    plain.iter().zip(identity).all(|(plain, public)| {
        let of_plain = plain.as_ref().and_then(|plain| public_key_of(plain.reveal()));
        of_plain.is_some() && of_plain == *public
    })
}

#[cfg(test)]
mod tests {
    use vodozemac::Ed25519SecretKey;

    use super::*;

    #[test]
    fn only_the_private_keys_of_this_identity_go_under_a_new_key() {
        let keys: [Ed25519SecretKey; 3] = std::array::from_fn(|_| Ed25519SecretKey::new());
        let identity = keys.each_ref().map(|key| Some(key.public_key().to_base64()));
        let plain = |texts: [Option<String>; 3]| -> Plain {
            let [a, b, c] = texts.map(|text| text.map(Secret::new));
            [a, b, c, None]
        };
        let [a, b, c] = keys.each_ref().map(|key| Some(key.to_base64()));
        let is = |texts: [&Option<String>; 3]| is_identity(&plain(texts.map(Clone::clone)), &identity);
        let another = Some(Ed25519SecretKey::new().to_base64());
        assert!(is([&a, &b, &c]));
        for others in [
            [&b, &a, &c],
            [&a, &c, &b],
            [&a, &another, &c],
            [&a, &b, &another],
            [&a, &None, &c],
            [&None, &b, &c],
            [&a, &b, &Some("no key".to_owned())],
        ] {
            assert!(!is(others));
        }
        let unknown = [identity[0].clone(), None, identity[2].clone()];
        assert!(!is_identity(&plain([a, b, c]), &unknown));
    }
}
