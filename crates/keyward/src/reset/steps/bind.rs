// SPDX-License-Identifier: Apache-2.0

//! Phase 6: right after the commit, in one go: the new key becomes the default, the new backup exists, and this session
//! takes the private keys in and sees itself signed.

use futures_util::try_join;
use matrix_sdk::{
    config::RequestConfig,
    ruma::{
        api::client::backup::create_backup_version,
        serde::Raw,
    },
};
use matrix_sdk_base::crypto::store::types::CrossSigningKeyExport;
use serde_json::{json, value::to_raw_value};

use super::stage::ensure_staged;
use crate::{
    account::Account,
    error::ServerError,
    key_backup,
    reset::{
        Reset, ResetError, Step,
        journal::Journal,
        plan::{KEY_BACKUP, KEY_BACKUP_UNSTABLE},
    },
    secret_storage::{self, DEFAULT_KEY},
};

/// How often making the backup's version is tried when its replies get lost.
const ATTEMPTS: usize = 3;

pub(in crate::reset) async fn bind(reset: &mut Reset) -> Result<(), ResetError> {
    reset.report(Step::Bind, 0, 0);
    if reset.resumed {
        ensure_staged(reset).await?;
    }
    let account = reset.account.clone();
    let client = account.client();
    // A first request can be sent blindly; a second one must look whether the first got through.
    let look_first = reset.journal.backup_requested;
    if reset.journal.keys.backup.is_some() && !look_first {
        reset.note(|journal| journal.backup_requested = true).await?;
    }
    let default_key = json!({"key": reset.journal.keys.key_id});
    let default_key = async { Ok::<_, ResetError>(secret_storage::put(client, DEFAULT_KEY, &default_key).await?) };
    let adopt = async {
        let [master_key, self_signing_key, user_signing_key] = reset.journal.keys.private.clone().map(Some);
        let private = CrossSigningKeyExport { master_key, self_signing_key, user_signing_key };
        Ok(account.adopt_identity(private).await?)
    };
    let (version, (), ()) = try_join!(backup_version(&account, &reset.journal, look_first), default_key, adopt)?;
    reset.note(|journal| journal.backup_version = version).await
}

/// The new backup's version, made if it is not there, and the account's word that it has a backup (MSC4287).
pub(super) async fn backup_version(
    account: &Account,
    journal: &Journal,
    look_first: bool,
) -> Result<Option<String>, ResetError> {
    let Some(backup) = &journal.keys.backup else { return Ok(None) };
    let client = account.client();
    let version = async {
        let mut look = look_first;
        for _ in 0..ATTEMPTS {
            if look
                && let Some(current) = key_backup::current(account).await?
                && current.info["auth_data"]["public_key"] == backup.info["auth_data"]["public_key"]
            {
                return Ok(current.version);
            }
            let info = Raw::from_json(to_raw_value(&backup.info).expect("a JSON value serialises"));
            // Not repeated blindly: every repetition that gets through makes another version.
            let once = RequestConfig::new().disable_retry();
            let request = client.send(create_backup_version::v3::Request::new(info)).with_request_config(once);
            match request.await.map_err(ServerError::from) {
                Ok(created) => return Ok(created.version),
                Err(ServerError::RateLimited { retry_after }) => {
                    tokio::time::sleep(retry_after.unwrap_or(std::time::Duration::from_secs(1))).await;
                }
                Err(ServerError::Unreachable | ServerError::Failing { .. }) => look = true,
                Err(error) => return Err(ResetError::from(error)),
            }
        }
        Err(ServerError::Unreachable.into())
    };
    let stable = json!({"enabled": true});
    let unstable = json!({"disabled": false});
    let flags = async {
        try_join!(
            secret_storage::put(client, KEY_BACKUP, &stable),
            secret_storage::put(client, KEY_BACKUP_UNSTABLE, &unstable),
        )
        .map_err(ResetError::from)
    };
    let (version, _) = try_join!(version, flags)?;
    Ok(Some(version))
}
