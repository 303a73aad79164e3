// SPDX-License-Identifier: Apache-2.0

//! A new version of the backup.

use matrix_sdk_crypto::{store::types::BackupDecryptionKey, types::RoomKeyBackupInfo};
use ruma::{api::client::backup::create_backup_version, serde::Raw};

use super::{BackupVersion, current, is_version, version};
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
};

/// How often making a version is tried when its replies get lost.
const ATTEMPTS: usize = 3;

/// Makes a version with this key, or finds the one that an earlier attempt has made. Returns its number, which is none of the
/// `known` ones: to those nothing is to be written.
pub(crate) async fn create(
    account: &Handle,
    key: &BackupDecryptionKey,
    info: &RoomKeyBackupInfo,
    known: &[BackupVersion],
) -> Result<String, RequestError> {
    let info = Raw::new(info).expect("a backup's description serialises");
    for _ in 0..ATTEMPTS {
        let is_new = |number: &str| is_version(number) && !known.iter().any(|known| known.version == number);
        let made = current(account).await?;
        if let Some(made) = made.filter(|made| made.is_opened_by(key) && is_new(&made.version)) {
            return Ok(made.version);
        }
        // Sent once: each repetition that arrives would make another version.
        let request = create_backup_version::v3::Request::new(info.clone().cast_unchecked());
        match account.server().send_once(request).await {
            Ok(created) if is_new(&created.version) => {
                let made = version(account, &created.version).await?;
                return match made.is_some_and(|made| made.is_opened_by(key)) {
                    true => Ok(created.version),
                    false => Err(ServerError::NotUnderstood.into()),
                };
            }
            Ok(_) => return Err(ServerError::NotUnderstood.into()),
            Err(RequestError::Server(ServerError::Unreachable | ServerError::Failing { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ServerError::Unreachable.into())
}
