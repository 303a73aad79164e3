// SPDX-License-Identifier: Apache-2.0

//! The way back: what a reset has added is taken away again, as long as its identity is not in force.

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
        // The other identity is that of an earlier reset, cancelled here, whose upload arrived after all.
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
        // An upload whose reply was lost may still be in a queue on the way. Should it arrive after all, the keys are
        // here and the reset shows up as committed.
        journal.phase = Phase::Cancelled;
        journal.save(account).await?;
    } else if let Some(earlier) = &journal.earlier {
        // An earlier one still waits in the same way.
        earlier.save(account).await?;
    } else {
        Journal::wipe(account).await?;
    }
    Ok(())
}

/// Takes the staged additions back. A secret that nobody else has touched gets its old text again, byte for byte; one
/// that did not exist becomes `{}`, for homeservers delete no account data; so does the new key's description.
/// A backup version that was made before the identity turned out not to be accepted goes, too.
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
    // Last: until here the staged entries can still be read by whoever has the new key.
    let description = key_event_type(key_id);
    if account
        .fetch(&description)
        .await?
        .is_some_and(|content| content != json!({}))
    {
        account.put(&description, &json!({})).await?;
    }
    // A 200 is a word: what is still there keeps the journal, so that it can be cancelled again.
    let (secrets, described) = try_join!(read_to_undo(account, journal), account.fetch(&description))?;
    let is_left = |name| secret_storage::is_stored_under(parse(&secrets, name).as_ref(), key_id);
    if SECRETS.into_iter().any(is_left) || described.is_some_and(|content| content != json!({})) {
        return Err(ResetError::NotUndone);
    }
    Ok(())
}

/// The four secrets, each as it was before the staging, or at least a secret: made-up contents would pass for secrets
/// without the staged entry.
async fn read_to_undo(account: &Account, journal: &Journal) -> Result<Secrets, RequestError> {
    let secrets = staged::read(account).await?;
    for name in SECRETS {
        if secrets.get(name) != journal.unstaged.get(name) {
            secret_storage::require_shape(parse(&secrets, name).as_ref())?;
        }
    }
    Ok(secrets)
}
