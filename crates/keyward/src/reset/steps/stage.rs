// SPDX-License-Identifier: Apache-2.0

//! Phase 3: the new secret storage beside the old one.

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::store::types::BackupDecryptionKey;

use super::adopt::adopt;
use crate::{
    key_backup::{self, BackupVersion},
    reset::{
        ResetError, Step,
        look::identity,
        run::Run,
        staged::{is_staged, new_key, new_secrets},
        state::ServerIdentity,
    },
    secret::Secret,
    secret_storage::{
        self, BACKUP, OpenError, SECRETS, STAGED_BESIDE, STAGED_FOR,
        beside::{Secrets, is_unchanged, parse, read},
        key_event_type,
    },
};

/// Writes the new key's description and the new secrets beside the old entries. Fetches the old backup at the same time,
/// if this session can read it.
///
/// The result is read back before the commit. If the account has no identity, that happens here, because the upload
/// will need no authorisation; otherwise together with the request for the challenge.
pub(in crate::reset) async fn stage(run: &mut Run) -> Result<(), ResetError> {
    run.report(Step::Stage, 0, 0);
    let account = run.account.clone();
    let first_time = run.journal.unstaged.is_empty();
    let (server, secrets) = if first_time && run.has_just_looked() {
        (ServerIdentity::Planned, run.journal.before.secrets.clone())
    } else {
        try_join!(identity(&*account, &run.journal), async { Ok(read(&account).await?) })?
    };
    // Without device keys on the server the signature of phase 6 would be reported as a failure.
    account.ensure_device_keys().await?;
    let journal = &run.journal;
    if server != ServerIdentity::Planned || !is_unchanged(&journal.before.secrets, &secrets, &journal.keys.key_id) {
        if first_time {
            run.journal.end(&account).await?;
            return Err(ResetError::PlanOutdated);
        }
        return Err(ResetError::Superseded);
    }
    if first_time {
        let texts = secrets.clone();
        run.note(|journal| (journal.unstaged, journal.marked) = (texts, true))
            .await?;
    }
    let drained = async {
        match run.journal.drained {
            Some(drained) => Ok(Some(drained)),
            None => account.drain(&run.journal.before, &run.progress).await,
        }
    };
    let (drained, ()) = try_join!(drained, write(run, &secrets))?;
    if run.journal.before.master_key.is_none() && !is_staged(&account, &run.journal).await? {
        return Err(ResetError::StagingNotKept);
    }
    run.note(|journal| journal.drained = drained).await
}

/// Writes the staged entries that are missing: a cancel may have removed them before an upload arrived whose reply was
/// lost. The server may also have been set back, and another program may have used the new key before.
pub(super) async fn ensure_staged(run: &mut Run) -> Result<(), ResetError> {
    // After a set-back this session may have to return to the old backup.
    if run.journal.is_attached() || !run.journal.set_back {
        adopt(run).await?;
    }
    let secrets = read(&run.account).await?;
    for name in SECRETS {
        secret_storage::require_shape(parse(&secrets, name).as_ref())?;
    }
    write(run, &secrets).await?;
    match is_staged(&run.account, &run.journal).await? {
        true => Ok(()),
        false if run.is_committed() => Err(ResetError::NotKept),
        false => Err(ResetError::StagingNotKept),
    }
}

/// Writes what is missing, the description as the first; all at once, because nothing uses them yet.
async fn write(run: &Run, secrets: &Secrets) -> Result<(), ResetError> {
    let keys = &run.journal.keys;
    let (key, mut entries) = (new_key(keys).await?, Vec::new());
    for (name, plain) in new_secrets(keys) {
        let now = parse(secrets, name);
        let stored = secret_storage::decrypt(&key, name, now.as_ref());
        let is_there = match &stored {
            Ok(Some(stored)) if stored.reveal() == plain.reveal() => true,
            Ok(None) => false,
            stored if name == BACKUP => may_be_in_use(run, stored).await?,
            _ => false,
        };
        if !is_there {
            let entry = secret_storage::encrypt(&key, name, &plain);
            let content = secret_storage::with_entry(now.as_ref(), &keys.key_id, entry);
            entries.push((name.to_owned(), content));
        }
    }
    // Until the clean-up: a key without this mark was in force.
    let mut description = keys.key_description.clone();
    description[STAGED_FOR] = keys.master_key.clone().into();
    if let Some(default) = &run.journal.before.default_key {
        description[STAGED_BESIDE] = default.clone().into();
    }
    let description = (key_event_type(&keys.key_id), description);
    let events: Vec<_> = std::iter::once(description).chain(entries).collect();
    try_join_all(events.iter().map(|(name, content)| run.account.put(name, content))).await?;
    Ok(())
}

/// Whether what is stored under the new key, instead of the key of the reset's backup, may be the way into a backup that another
/// client has made. After the commit it always may. Before it nobody uses the new key, unless the server was set back: then
/// it is one if it opens a version that is there.
async fn may_be_in_use(run: &Run, stored: &Result<Option<Secret>, OpenError>) -> Result<bool, ResetError> {
    if run.is_committed() || !run.journal.set_back {
        return Ok(run.is_committed());
    }
    let Ok(Some(stored)) = stored else { return Ok(true) };
    let (account, key) = (&run.account, BackupDecryptionKey::from_base64(stored.reveal()));
    let (Ok(key), Some(current)) = (key, key_backup::current(account).await?) else {
        return Ok(false);
    };
    let others = key_backup::others_than(account, &current.version).await?;
    // What the other program has replaced is to be in the backup that it made instead.
    let is_replaced = |version: &BackupVersion| run.journal.replaced_versions.contains(&version.version);
    let mut versions = std::iter::once(current).chain(others);
    Ok(versions.any(|version| version.is_opened_by(&key) && !is_replaced(&version)))
}
