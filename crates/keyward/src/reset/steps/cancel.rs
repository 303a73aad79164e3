// SPDX-License-Identifier: Apache-2.0

//! Cancelling: removes what a reset has staged, as long as its identity is not in force.

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use super::version::withdraw_version;
use crate::{
    account::Account,
    error::RequestError,
    reset::{
        ResetError,
        journal::Journal,
        look::identity,
        staged::{self, Secrets, parse, same_entries},
        state::{self, Cancel, Phase, ServerIdentity},
    },
    secret_storage::{self, SECRETS, key_event_type},
};

/// Undoes a reset whose new identity is not in force.
pub(in crate::reset) async fn cancel(account: &Account, mut journal: Journal) -> Result<(), ResetError> {
    let server = identity(account, &journal).await?;
    if server == ServerIdentity::Other
        && let Some(mut earlier) = journal.earlier.clone()
        && identity(account, &earlier).await? == ServerIdentity::New
    {
        // The other identity belongs to an earlier reset that was cancelled here and whose upload arrived later.
        unstage(account, &journal).await?;
        earlier.phase = Phase::Committed;
        earlier.save(account).await?;
        return Err(ResetError::AlreadyCommitted);
    }
    match state::cancel(journal.phase, server) {
        Cancel::Refuse => return Err(ResetError::AlreadyCommitted),
        Cancel::Undo => unstage(account, &journal).await?,
        Cancel::Forget => {}
    }
    if journal.upload_unanswered && !state::is_committed(journal.phase) {
        // An upload whose reply was lost may still arrive. The keys stay here for that case, and the reset then shows
        // up as committed.
        journal.phase = Phase::Cancelled;
        journal.save(account).await?;
    } else if let Some(earlier) = &journal.earlier {
        // An earlier reset waits in the same way.
        earlier.save(account).await?;
    } else {
        Journal::wipe(account).await?;
    }
    Ok(())
}

/// Removes what was staged. A secret that nobody else has changed gets its old text back, byte for byte. A secret that
/// did not exist becomes `{}`, as does the new key's description, because homeservers delete no account data. A backup
/// version that was made for an identity which was then not accepted is deleted.
async fn unstage(account: &Account, journal: &Journal) -> Result<(), ResetError> {
    withdraw_version(account, journal).await?;
    if journal.unstaged.is_empty() {
        return Ok(());
    }
    let key_id = &journal.keys.key_id;
    let secrets = read_to_undo(account, journal).await?;
    let undone = secrets.iter().filter_map(|(name, text)| {
        let now: Value = serde_json::from_str(text.as_ref()?).ok()?;
        let without = secret_storage::without_entry(Some(&now), key_id)?;
        let before = journal.unstaged.get(name).cloned().flatten();
        let parsed = before
            .as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        let empty = without == json!({"encrypted": {}});
        Some((
            name,
            match before {
                Some(before) if parsed.is_some_and(|before| same_entries(&before, &without)) => before,
                None if empty => "{}".to_owned(),
                _ => without.to_string(),
            },
        ))
    });
    try_join_all(undone.map(|(name, text)| async move { account.put_text(name, text).await })).await?;
    // Last: until here whoever has the new key can read the staged entries.
    let description = key_event_type(key_id);
    if account
        .fetch(&description)
        .await?
        .is_some_and(|content| content != json!({}))
    {
        account.put(&description, &json!({})).await?;
    }
    // A reply with status 200 proves nothing. If something is still there, the journal stays, so that cancelling can be
    // tried again.
    let (secrets, described) = try_join!(read_to_undo(account, journal), account.fetch(&description))?;
    let is_left = |name| secret_storage::is_stored_under(parse(&secrets, name).as_ref(), key_id);
    if SECRETS.into_iter().any(is_left) || described.is_some_and(|content| content != json!({})) {
        return Err(ResetError::NotUndone);
    }
    Ok(())
}

/// The four secrets. Each has to be as it was before the staging, or at least have the shape of a secret: other content
/// would look like a secret from which the staged entry is removed already.
async fn read_to_undo(account: &Account, journal: &Journal) -> Result<Secrets, RequestError> {
    let secrets = staged::read(account).await?;
    for name in SECRETS {
        if secrets.get(name) != journal.unstaged.get(name) {
            secret_storage::require_shape(parse(&secrets, name).as_ref())?;
        }
    }
    Ok(secrets)
}
