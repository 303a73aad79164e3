// SPDX-License-Identifier: Apache-2.0

//! Phase 2: the new identity, recovery key and backup key, made outside the live crypto store.
//!
//! matrix-sdk's `OlmMachine::bootstrap_cross_signing` would save the new identity over the old one, and the next
//! `/keys/query` would wipe it again (matrix-rust-sdk#4728). Here the crypto store learns of it from the server.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use serde_json::{Value, json};
use vodozemac::Ed25519SecretKey;

use crate::{
    identity::signed_json::{add_signature, sign, signed_part},
    key_backup::public_key,
    reset::{
        ResetError,
        journal::{NewBackup, NewKeys},
        kind::Resets,
    },
    secret::Passphrase,
    secret_storage::new_key,
};

/// What each key of an identity is for, in the order of [`crate::secret_storage::CROSS_SIGNING`].
const USAGES: [&str; 3] = ["master", "self_signing", "user_signing"];

/// Makes all new keys, from a phrase or at random, signed as far as can be before anything is in force.
pub(super) async fn new_keys(
    account: &dyn Resets,
    phrase: Option<Passphrase>,
    with_backup: bool,
) -> Result<NewKeys, ResetError> {
    let derived = new_key::make(phrase);
    let (user, device) = (account.user_id(), account.device_id());
    let private: [Ed25519SecretKey; 3] = std::array::from_fn(|_| Ed25519SecretKey::new());
    let names = private.each_ref().map(|key| key.public_key().to_base64());
    let mut public: [Value; 3] = std::array::from_fn(|i| {
        let name = &names[i];
        json!({"user_id": user, "usage": [USAGES[i]], "keys": {format!("ed25519:{name}"): name}})
    });
    let [master, self_signing, _] = &private;
    let [master_name, self_signing_name, _] = &names;
    sign_by_session(account, &mut public[0]).await?;
    for key in &mut public[1..] {
        add_signature(key, user, master_name, sign(key, master));
    }
    let mut session = account.device_keys().await?;
    let signature = sign(&session, self_signing);
    session["signatures"] = json!({});
    add_signature(&mut session, user, self_signing_name, signature);
    let backup = match with_backup {
        true => Some(new_backup(account, master).await?),
        false => None,
    };
    let recovery_key = derived.await.expect("key derivation does not panic");
    Ok(NewKeys {
        master_key: master_name.clone(),
        private: private.each_ref().map(Ed25519SecretKey::to_base64),
        public,
        signatures: json!({user: {device: session}}),
        recovery_key: recovery_key.to_base58(),
        key_id: recovery_key.key_id().to_owned(),
        key_description: serde_json::to_value(recovery_key.event_content()).expect("the description serialises"),
        backup,
    })
}

/// A backup signed by the new identity, before that identity is anywhere: `BackupMachine::sign_backup` could only sign
/// with the old one.
async fn new_backup(account: &dyn Resets, master: &Ed25519SecretKey) -> Result<NewBackup, ResetError> {
    let key = BackupDecryptionKey::new();
    let mut auth_data = json!({"public_key": public_key(&key)});
    let signature = sign(&auth_data, master);
    sign_by_session(account, &mut auth_data).await?;
    add_signature(
        &mut auth_data,
        account.user_id(),
        &master.public_key().to_base64(),
        signature,
    );
    Ok(NewBackup {
        private: key.to_base64(),
        info: json!({"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": auth_data}),
    })
}

/// Adds the signature of this session, if its private key is here.
async fn sign_by_session(account: &dyn Resets, object: &mut Value) -> Result<(), ResetError> {
    let signed = signed_part(object).expect("keys have a canonical form");
    if let Some(signature) = account.device_signature(&signed).await? {
        add_signature(object, account.user_id(), account.device_id(), signature);
    }
    Ok(())
}
