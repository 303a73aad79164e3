// SPDX-License-Identifier: Apache-2.0

//! Room keys from here into the backup.

use std::collections::BTreeMap;

use ruma::{
    OwnedRoomId,
    api::client::backup::{RoomKeyBackup, add_backup_keys},
};

use crate::{
    account::{Account, Handle},
    error::{RequestError, ServerError, StoreError, wraps_a_request_error},
};

/// Why some room keys are not in the backup yet. Keys that were uploaded stay noted as uploaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UploadError {
    /// The version that this session writes to is gone or no longer the current one, or this session writes to none.
    /// (matrix-sdk switches the backup off when one of its own uploads finds another version.)
    #[error("The key backup on the server was replaced.")]
    Replaced,
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Uploads every room key that the backup does not have, 100 in a request, and reports `(uploaded, total)`. Returns how
/// many keys the server has according to its last reply; 0 if there was nothing to upload.
pub(crate) async fn upload_pending(
    account: &Account,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<u64, UploadError> {
    let machine = account.machine();
    let backup = machine.backup_machine();
    let mut on_server = 0;
    loop {
        let counts = backup.room_key_counts().await.map_err(StoreError::because)?;
        progress(counts.backed_up as u64, counts.total as u64);
        if counts.backed_up == counts.total && backup.enabled().await {
            return Ok(on_server);
        }
        let Some((id, batch)) = backup.backup().await.map_err(StoreError::because)? else {
            return Err(UploadError::Replaced);
        };
        let response = send(account, &batch.version, batch.rooms).await?;
        on_server = response.count.into();
        machine
            .mark_request_as_sent(&id, &response)
            .await
            .map_err(StoreError::because)?;
    }
}

/// Puts room keys into a version. Returns how many keys the server has then.
pub(super) async fn put(
    account: &Handle,
    version: &str,
    rooms: BTreeMap<OwnedRoomId, RoomKeyBackup>,
) -> Result<u64, UploadError> {
    Ok(send(account, version, rooms).await?.count.into())
}

async fn send(
    account: &Handle,
    version: &str,
    rooms: BTreeMap<OwnedRoomId, RoomKeyBackup>,
) -> Result<add_backup_keys::v3::Response, UploadError> {
    let request = add_backup_keys::v3::Request::new(version.to_owned(), rooms);
    match account.send(request).await {
        Ok(response) => Ok(response),
        Err(error) if error.is("M_WRONG_ROOM_KEYS_VERSION") || error.is_not_found() => Err(UploadError::Replaced),
        // What servers say where the version is not the current one differs: Conduit refuses it as a wrong parameter,
        // Dendrite fails if it was deleted.
        Err(error @ RequestError::Server(ServerError::Refused { .. } | ServerError::Failing { .. })) => {
            let current = super::current(account).await?;
            Err(match current.is_some_and(|current| current.version == version) {
                true => error.into(),
                false => UploadError::Replaced,
            })
        }
        Err(error) => Err(error.into()),
    }
}

wraps_a_request_error!(UploadError);
