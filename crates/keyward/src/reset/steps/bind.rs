// SPDX-License-Identifier: Apache-2.0

//! Phase 6, right after the commit: the new key becomes the default, the account data say that there is a backup, and
//! this session takes the private keys in and checks that it is signed.

use futures_util::try_join;
use matrix_sdk_crypto::store::types::CrossSigningKeyExport;
use serde_json::json;

use super::{drain::drain, stage::ensure_staged, version::make_version};
use crate::{
    key_backup,
    reset::{
        ResetError, Step,
        plan::{KEY_BACKUP, KEY_BACKUP_UNSTABLE},
        run::Run,
    },
    secret_storage::DEFAULT_KEY,
};

pub(in crate::reset) async fn bind(run: &mut Run) -> Result<(), ResetError> {
    run.report(Step::Bind, 0, 0);
    if run.resumed {
        ensure_staged(run).await?;
    }
    let (account, journal) = (run.account.clone(), run.journal.clone());
    let default_key = async {
        let content = json!({"key": journal.keys.key_id});
        Ok::<_, ResetError>(account.put(DEFAULT_KEY, &content).await?)
    };
    // The account data that say that the account has a backup (MSC4287).
    let has_backup = async {
        if journal.keys.backup.is_some() {
            let (stable, unstable) = (json!({"enabled": true}), json!({"disabled": false}));
            try_join!(
                account.put(KEY_BACKUP, &stable),
                account.put(KEY_BACKUP_UNSTABLE, &unstable),
            )?;
        }
        Ok(())
    };
    let version = async {
        match &journal.backup_version {
            Some(version) => Ok(Some(version.clone())),
            None => make_version(&account, &journal, true).await,
        }
    };
    let adopt = async {
        let [master_key, self_signing_key, user_signing_key] = journal.keys.private.clone().map(Some);
        let private = CrossSigningKeyExport {
            master_key,
            self_signing_key,
            user_signing_key,
        };
        Ok(account.adopt_identity(private).await?)
    };
    // Since the new version exists, the old one does not change. Keys that another client added to it after it was
    // drained have to be fetched.
    let old = async {
        match journal.before.backup.as_ref().filter(|_| journal.drained == Some(true)) {
            Some(old) => Ok(key_backup::version(&account, &old.version)
                .await?
                .is_some_and(|now| now.etag != old.etag)),
            None => Ok(false),
        }
    };
    let ((), (), (), version, old_has_grown) = try_join!(default_key, has_backup, adopt, version, old)?;
    if old_has_grown {
        let drained = drain(&account, &journal.before, &run.progress).await?;
        // If its key is no longer here, this is `None`, and the old backup is kept.
        run.note(|journal| journal.drained = drained).await?;
    }
    run.note(|journal| {
        journal.backup_requested |= version.is_some();
        journal.backup_version = version;
    })
    .await
}
