// SPDX-License-Identifier: Apache-2.0

//! Phase 6: right after the commit. This session takes the private keys in; only then, in one go, the new key becomes the
//! default, the account says that it has a backup, that one gets its version, and this session its signature.

use futures_util::try_join;
use ruma::api::client::keys::upload_signatures;
use serde_json::json;

use super::{stage::ensure_staged, version::make_version};
use crate::{
    identity::ShowsIdentity,
    key_backup::{self, BackupVersion},
    reset::{ResetError, Step, journal::Journal, look::Look, run::Run},
    secret_storage::DEFAULT_KEY,
};

pub(in crate::reset) async fn bind(run: &mut Run) -> Result<(), ResetError> {
    run.report(Step::Bind, 0, 0);
    let mut is_followed = false;
    if run.resumed {
        let look = Look::at(&*run.account, &run.journal).await?;
        is_followed = look.is_followed_by_a_newer_key(&run.journal);
        ensure_staged(run).await?;
    }
    // An earlier request may have made the version, perhaps one that this journal does not know of.
    let look_first = run.resumed || run.journal.backup_requested;
    if run.journal.keys.backup.is_some() && !run.journal.backup_requested {
        run.note(|journal| journal.backup_requested = true).await?;
    }
    // Before anything else depends on them.
    run.account.take_in(&run.journal).await?;
    let (account, journal) = (run.account.clone(), run.journal.clone());
    let default_key = async {
        if !is_followed {
            let content = json!({"key": journal.keys.key_id});
            account.put(DEFAULT_KEY, &content).await?;
        }
        Ok::<_, ResetError>(())
    };
    // The account data that say that the account has a backup (MSC4287).
    let has_backup = async {
        if journal.new_backup().is_some() {
            key_backup::say_whether_wanted(&account, true).await?;
        }
        Ok(())
    };
    let version = async {
        match &journal.backup_version {
            // A server that was set back may have lost it.
            Some(version) if !journal.set_back => Ok(Some(version.clone())),
            _ => make_version(&account, &journal, look_first).await,
        }
    };
    let signature = sign_session(&*account, &journal);
    let ((), (), (), version) = try_join!(default_key, has_backup, signature, version)?;
    key_backup::note_seen(&account, &version.as_deref().into_iter().collect::<Vec<_>>()).await?;
    note_others(run, version.as_deref()).await?;
    run.note(|journal| journal.backup_version = version).await
}

/// Notes the versions of the backup that other clients have made since the plan, before this reset's.
pub(super) async fn note_others(run: &mut Run, made: Option<&str>) -> Result<(), ResetError> {
    let Some(made) = made else { return Ok(()) };
    let journal = &run.journal;
    let before = journal.before.backup.as_ref().map(|backup| backup.version.as_str());
    let mut others = key_backup::between(&run.account, before, made).await?;
    let is_ours = |version: &BackupVersion| journal.keys.backup.as_ref().is_some_and(|ours| ours.is_in(version));
    others.retain(|version| journal.is_new(&version.version) && !is_ours(version));
    let others: Vec<String> = others.into_iter().map(|version| version.version).collect();
    // They stay, and whoever has their key looks for them one day.
    key_backup::note_seen(&run.account, &others.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    match others.is_empty() {
        true => Ok(()),
        false => run.note(|journal| journal.others_versions.extend(others)).await,
    }
}

/// Sends this session's signature, which was made with the new keys.
async fn sign_session(account: &dyn ShowsIdentity, journal: &Journal) -> Result<(), ResetError> {
    let signatures = upload_signatures::v3::Request::new(journal.signatures()?);
    if let Err(error) = account.send_signatures(signatures).await {
        // The last look finds that it is missing, and then it is made anew.
        tracing::warn!(%error, "the signature of this session is not there yet");
    }
    Ok(())
}
