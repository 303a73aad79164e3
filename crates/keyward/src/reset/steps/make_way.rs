// SPDX-License-Identifier: Apache-2.0

//! Where the server goes on using an old version of the key backup although a new one was made: Conduit and its
//! descendants take the version whose number comes last as a text, so 206 stands before 1037.

use super::{drain::has_grown, version::withdraw_version};
use crate::{
    key_backup::{self, BackupVersion},
    reset::{
        OldBackupPolicy, ResetError,
        journal::{Journal, NewBackup, Replaced},
        run::Run,
        staged::new_key,
    },
    secret::Secret,
    secret_storage::{self, BACKUP},
};

/// Deletes the old version if all that it holds is here, so that the new one is the current one. Returns `false` if it has
/// to stay: then the new version goes. If this session holds the key of the old one, it goes on writing there, and the new
/// Security Key opens it.
pub(super) async fn make_way(run: &mut Run, old: BackupVersion) -> Result<bool, ResetError> {
    let account = run.account.clone();
    if let Some(grown) = has_grown(&account, &run.journal).await? {
        account.drain_again(run, grown).await?;
    }
    if may_go(&run.journal, &old) {
        run.note(|journal| journal.deleting = true).await?;
        key_backup::delete(&account, &old.version).await?;
        return Ok(true);
    }
    withdraw_version(&*account, &run.journal).await?;
    let key = run.journal.replaced.as_ref().and_then(Replaced::backup_key);
    let held = key.filter(|key| old.is_opened_by(key)).map(|key| NewBackup {
        private: key.to_base64(),
        info: old.info.clone(),
    });
    let secret = account.fetch(BACKUP).await?;
    let key_id = run.journal.keys.key_id.clone();
    let content = match &held {
        Some(held) => {
            let new_key = new_key(&run.journal.keys).await?;
            let entry = secret_storage::encrypt(&new_key, BACKUP, &Secret::new(held.private.as_str()));
            Some(secret_storage::with_entry(secret.as_ref(), &key_id, entry))
        }
        None => secret_storage::without_entry(secret.as_ref(), &key_id),
    };
    if let Some(content) = content {
        account.put(BACKUP, &content).await?;
    }
    let version = held.as_ref().map(|held| (old.version.as_str(), held));
    account.write_to(version).await?;
    run.note(|journal| {
        journal.backup_in_the_way = true;
        journal.backup_version = None;
        journal.keys.backup = held;
    })
    .await?;
    Ok(false)
}

/// Only the version that was drained, and only if none of the others, which nobody here can read, stands behind it.
fn may_go(journal: &Journal, old: &BackupVersion) -> bool {
    let before = &journal.before;
    let is_drained = journal.drained == Some(true)
        && before.older_backups.is_empty()
        && before
            .backup
            .as_ref()
            .is_some_and(|before| before.version == old.version);
    // What another program has not taken over goes for no reason.
    !journal.is_attached()
        && (journal.compromised || (is_drained && journal.old_backup == OldBackupPolicy::DeleteWhenDrained))
}
