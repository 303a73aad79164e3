// SPDX-License-Identifier: Apache-2.0

//! The backup that this session is making. Its key is in secret storage before the version is on the server; by this note the
//! next attempt knows the key for one of its own, and the examination proposes that attempt.

use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::public_key;
use crate::{account::Handle, error::StoreError};

/// The document with the backup's public key (base64).
const DOCUMENT: &str = "keyward.backup_made";

/// Notes the key of a backup that is about to be made.
pub(crate) async fn note_made(account: &Handle, key: &BackupDecryptionKey) -> Result<(), StoreError> {
    account.save_document(DOCUMENT, public_key(key).into_bytes()).await
}

/// Whether the key is the one that was noted.
pub(crate) async fn is_made(account: &Handle, key: &BackupDecryptionKey) -> Result<bool, StoreError> {
    let made = account.load_document(DOCUMENT).await?;
    Ok(made.is_some_and(|made| *made == public_key(key).into_bytes()))
}

/// Whether an attempt to make a backup was begun and has not ended.
pub(crate) async fn is_begun(account: &Handle) -> Result<bool, StoreError> {
    Ok(account.load_document(DOCUMENT).await?.is_some())
}

/// The backup is made, or is none to go on with.
pub(crate) async fn forget_made(account: &Handle) -> Result<(), StoreError> {
    account.remove_document(DOCUMENT).await
}
