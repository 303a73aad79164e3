// SPDX-License-Identifier: Apache-2.0

//! Phase 2: the new identity, recovery key and backup key, made outside the live crypto store.
//!
//! matrix-sdk's `OlmMachine::bootstrap_cross_signing` would save the new identity over the old one, and the next
//! `/keys/query` would wipe it again (matrix-rust-sdk#4728). Here the crypto store learns of it from the server.

use matrix_sdk_crypto::{
    olm,
    secret_storage::SecretStorageKey,
    store::{CryptoStore, types::BackupDecryptionKey},
    types::RoomKeyBackupInfo,
};
use ruma::{DeviceKeyAlgorithm, DeviceKeyId, events::secret::request::SecretName};
use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use crate::{
    account::Account,
    error::StoreError,
    identity::signed_json::signed_part,
    reset::{
        ResetError,
        journal::{NewBackup, NewKeys, Replaced},
    },
    secret::Passphrase,
    secret_storage::{CROSS_SIGNING, strength::is_weak},
};

/// Refuses a phrase that is empty or could be guessed, if it were known whose it is.
pub(crate) fn check_passphrase(phrase: &Passphrase, user_id: &str) -> Result<(), ResetError> {
    if phrase.reveal().trim().is_empty() {
        return Err(ResetError::EmptyPassphrase);
    }
    let bare = user_id.trim_start_matches('@');
    let (localpart, server) = bare.split_once(':').unwrap_or((bare, ""));
    let own = [user_id, bare, localpart, server, "matrix", "element", "keyward"];
    if is_weak(phrase.reveal(), &own) {
        return Err(ResetError::WeakPassphrase);
    }
    Ok(())
}

/// What this session holds of the old identity and the old backup.
pub(crate) async fn held(account: &Account) -> Result<Replaced, ResetError> {
    let machine = account.machine();
    let identity = machine.export_cross_signing_keys().await.map_err(StoreError::because)?;
    let backup = machine
        .backup_machine()
        .get_backup_keys()
        .await
        .map_err(StoreError::because)?;
    Ok(Replaced {
        private: identity.map_or_else(Default::default, |keys| {
            [
                keys.master_key.clone(),
                keys.self_signing_key.clone(),
                keys.user_signing_key.clone(),
            ]
        }),
        backup: backup
            .backup_version
            .zip(backup.decryption_key.map(|key| key.to_base64())),
    })
}

/// Makes all new keys. `phrase` derives the recovery key; without one it is random.
pub(crate) async fn new_keys(
    account: &Account,
    phrase: Option<Passphrase>,
    with_backup: bool,
) -> Result<NewKeys, ResetError> {
    let derived = tokio::task::spawn_blocking(move || match phrase {
        Some(phrase) => SecretStorageKey::new_from_passphrase(phrase.reveal()),
        None => SecretStorageKey::new(),
    });
    let olm_account = account
        .crypto_store()
        .load_account()
        .await
        .map_err(StoreError::because)?
        .ok_or_else(|| StoreError::because("the crypto store has no account"))?;
    let (identity, public, signatures) = olm_account.bootstrap_cross_signing().await;
    let mut private: [String; 3] = Default::default();
    for (slot, name) in private.iter_mut().zip(CROSS_SIGNING) {
        *slot = identity
            .export_secret(&SecretName::from(name))
            .await
            .expect("a new identity has all three keys");
    }
    let public = [public.master_key, public.self_signing_key, public.user_signing_key]
        .map(|key| serde_json::to_value(key.expect("a new identity has all three keys")).expect("keys serialise"));
    let master = Ed25519SecretKey::from_base64(&private[0]).expect("the exported seed is one");
    let backup = with_backup.then(|| new_backup(&olm_account, &master));
    let recovery_key = derived.await.expect("key derivation does not panic");
    Ok(NewKeys {
        master_key: master.public_key().to_base64(),
        private,
        public,
        signatures: serde_json::to_value(signatures.signed_keys).expect("signatures serialise"),
        recovery_key: recovery_key.to_base58(),
        key_id: recovery_key.key_id().to_owned(),
        key_description: serde_json::to_value(recovery_key.event_content()).expect("the description serialises"),
        backup,
    })
}

/// A backup signed by the new identity, before that identity is anywhere: `BackupMachine::sign_backup` could only sign
/// with the old one.
fn new_backup(olm_account: &olm::Account, master: &Ed25519SecretKey) -> NewBackup {
    let key = BackupDecryptionKey::new();
    let RoomKeyBackupInfo::MegolmBackupV1Curve25519AesSha2(mut data) = key.to_backup_info() else {
        unreachable!("keys make backups of the first kind only")
    };
    let unsigned = serde_json::to_value(&data).expect("auth data serialises");
    let canonical = signed_part(&unsigned).expect("auth data is canonical");
    let user_id = olm_account.user_id().to_owned();
    let ed25519 = |name: &str| DeviceKeyId::from_parts(DeviceKeyAlgorithm::Ed25519, name.into());
    let master_name = master.public_key().to_base64();
    data.signatures.add_signature(
        user_id.clone(),
        ed25519(&master_name),
        master.sign(canonical.as_bytes()),
    );
    data.signatures
        .add_signature(user_id, olm_account.signing_key_id(), olm_account.sign(&canonical));
    let auth_data: Value = serde_json::to_value(&data).expect("auth data serialises");
    NewBackup {
        private: key.to_base64(),
        info: json!({"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": auth_data}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FlowError as _;

    #[test]
    fn phrases_that_could_be_guessed_are_refused() {
        let code = |phrase: &str| {
            check_passphrase(&Passphrase::new(phrase), "@alice:example.org")
                .err()
                .map(|e| e.code())
        };
        for empty in ["", "   ", "\t\n"] {
            assert_eq!(code(empty), Some("reset.empty_passphrase"), "{empty:?}");
        }
        for weak in [
            "password",
            "hunter2",
            "alice:example.org",
            "aaaaaaaaaaaaaaaa",
            "qwertyuiop",
            "matrix123",
        ] {
            assert_eq!(code(weak), Some("reset.weak_passphrase"), "{weak:?}");
        }
        for good in [
            "correct horse battery staple",
            "vier grüne Elefanten tanzen Walzer",
            &"mule canyon ".repeat(50),
        ] {
            assert_eq!(code(good), None, "{good:?}");
        }
    }
}
