// SPDX-License-Identifier: Apache-2.0

//! Phase 3: the new secret storage beside the old one.

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::secret_storage::SecretStorageKey;

use crate::{
    reset::{
        ResetError, Step,
        journal::NewKeys,
        look::identity,
        run::Run,
        staged::{is_staged, new_secrets},
        state::ServerIdentity,
    },
    secret::RecoveryKey,
    secret_storage::{
        self, BACKUP, KeyInput, SECRETS, STAGED_FOR,
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
        run.note(|journal| journal.unstaged = texts).await?;
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
/// lost.
pub(super) async fn ensure_staged(run: &Run) -> Result<(), ResetError> {
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
    let (key, is_committed) = (new_key(keys).await?, run.is_committed());
    let entries = new_secrets(keys).into_iter().filter_map(|(name, plain)| {
        let now = parse(secrets, name);
        let is_there = match is_committed {
            // Another client may have written something else under the new key; its backup's key stays.
            true if name != BACKUP => secret_storage::decrypt(&key, name, now.as_ref())
                .is_ok_and(|stored| stored.is_some_and(|stored| stored.reveal() == plain.reveal())),
            _ => secret_storage::is_stored_under(now.as_ref(), &keys.key_id),
        };
        (!is_there).then(|| {
            let entry = secret_storage::encrypt(&key, name, &plain);
            (
                name.to_owned(),
                secret_storage::with_entry(now.as_ref(), &keys.key_id, entry),
            )
        })
    });
    let mut description = keys.key_description.clone();
    if !run.is_committed() {
        description[STAGED_FOR] = keys.master_key.clone().into();
    }
    let description = (key_event_type(&keys.key_id), description);
    let events: Vec<_> = std::iter::once(description).chain(entries).collect();
    try_join_all(events.iter().map(|(name, content)| run.account.put(name, content))).await?;
    Ok(())
}

pub(super) async fn new_key(keys: &NewKeys) -> Result<SecretStorageKey, ResetError> {
    let input = KeyInput::RecoveryKey(RecoveryKey::new(keys.recovery_key.clone()));
    // The journal describes its own key, so this fails only if the journal was written by something else.
    secret_storage::open(&keys.key_id, Some(&keys.key_description), &input)
        .await
        .map_err(|_| ResetError::UnknownJournal)
}
