// SPDX-License-Identifier: Apache-2.0

//! A new version of the backup.

use matrix_sdk_crypto::{store::types::BackupDecryptionKey, types::RoomKeyBackupInfo};
use ruma::{api::client::backup::create_backup_version, serde::Raw};

use super::{current, is_version};
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
};

/// How often making a version is tried when its replies get lost.
const ATTEMPTS: usize = 3;

/// Makes a version with this key, or finds the one that an earlier attempt has made. Returns its number.
pub(crate) async fn create(
    account: &Handle,
    key: &BackupDecryptionKey,
    info: &RoomKeyBackupInfo,
) -> Result<String, RequestError> {
    let info = Raw::new(info).expect("a backup's description serialises");
    for _ in 0..ATTEMPTS {
        if let Some(current) = current(account).await?.filter(|current| current.is_opened_by(key)) {
            return Ok(current.version);
        }
        // Sent once: each repetition that arrives would make another version.
        let request = create_backup_version::v3::Request::new(info.clone().cast_unchecked());
        match account.server().send_once(request).await {
            Ok(created) if is_version(&created.version) => return Ok(created.version),
            Ok(_) => return Err(ServerError::NotUnderstood.into()),
            Err(RequestError::Server(ServerError::Unreachable | ServerError::Failing { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ServerError::Unreachable.into())
}
