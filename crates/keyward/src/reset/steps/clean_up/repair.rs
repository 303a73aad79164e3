// SPDX-License-Identifier: Apache-2.0

//! Writes again what the server has not kept, before anything is deleted.

use serde_json::json;

use crate::{
    reset::{
        ResetError,
        look::Missing,
        run::Run,
        steps::{back_up, stage::ensure_staged},
    },
    secret_storage::DEFAULT_KEY,
};

pub(in crate::reset::steps) async fn write_again(run: &mut Run, missing: Missing) -> Result<(), ResetError> {
    match missing {
        Missing::DefaultKey => {
            let default_key = json!({"key": run.journal.keys.key_id});
            Ok(run.account.put(DEFAULT_KEY, &default_key).await?)
        }
        Missing::Secrets => ensure_staged(run).await,
        Missing::PrivateKeys => run.account.take_in(&run.journal).await,
        Missing::Signature => Ok(run.account.sign_again(&run.journal).await?),
        Missing::RoomKeys => back_up(run).await,
        Missing::Backup => {
            run.account.write_to(None).await?;
            run.note(|journal| journal.backup_version = None).await?;
            back_up(run).await
        }
    }
}
