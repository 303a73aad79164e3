// SPDX-License-Identifier: Apache-2.0

//! Whether a backup gives back what was put into it. A server's count is its word; a room key that decrypts is none.

use futures_util::future::try_join_all;
use matrix_sdk_crypto::{olm::ExportedRoomKey, store::types::BackupDecryptionKey};
use ruma::api::client::backup::get_backup_keys_for_session;
use vodozemac::megolm::{InboundGroupSession, SessionConfig};

use crate::{account::Account, ed25519::unless_it_panics, error::RequestError, room_keys::is_usable};

/// Room keys that are read back, at random.
pub(super) const SAMPLE: usize = 5;

/// Reads some of the room keys that are here back from `version`; `false` if one is not there, does not decrypt, or opens
/// fewer messages than the one that is here.
pub(crate) async fn reads_back(
    account: &Account,
    version: &str,
    key: &BackupDecryptionKey,
) -> Result<bool, RequestError> {
    let sample = account.some_room_keys(SAMPLE).await?;
    let read = sample.into_iter().map(async |here| {
        let (room_id, session_id) = (here.room_id.clone(), here.session_id.clone());
        let request =
            get_backup_keys_for_session::v3::Request::new(version.to_owned(), room_id.clone(), session_id.clone());
        let found = match account.send(request).await {
            Ok(found) => found.key_data,
            Err(error) if error.is_not_found() => return Ok(false),
            Err(error) => return Err(error),
        };
        let decrypted = found
            .deserialize()
            .ok()
            .and_then(|data| unless_it_panics(|| key.decrypt_session_data(data.session_data).ok()))
            .map(|room_key| ExportedRoomKey::from_backed_up_room_key(room_id, session_id, room_key));
        Ok(decrypted.is_some_and(|there| is_usable(&there) && first_index(&there) <= first_index(&here)))
    });
    Ok(try_join_all(read).await?.into_iter().all(|is_there| is_there))
}

/// The first message of its session that a room key opens.
pub(super) fn first_index(key: &ExportedRoomKey) -> u32 {
    InboundGroupSession::import(&key.session_key, SessionConfig::version_1()).first_known_index()
}
