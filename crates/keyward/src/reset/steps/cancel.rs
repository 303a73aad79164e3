// SPDX-License-Identifier: Apache-2.0

//! Cancelling: removes what a reset has staged, as long as its identity is not in force.

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use super::{bind::say_whether_key_storage_is_on, version::withdraw_version};
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    identity::shown_identity,
    reset::{
        ResetError,
        journal::Journal,
        kind::Resets,
        look::identity,
        staged::{self, Secrets, parse, same_entries},
        state::{self, Cancel, Phase, ServerIdentity},
    },
    secret_storage::{self, DEFAULT_KEY, SECRETS, key_event_type},
};

/// Undoes a reset whose new identity is not in force.
pub(in crate::reset) async fn cancel(account: &dyn Resets, mut journal: Journal) -> Result<(), ResetError> {
    let server = identity(account, &journal).await?;
    if journal.phase == Phase::Cancelled && matches!(server, ServerIdentity::Planned | ServerIdentity::Other) {
        return Err(ResetError::NothingPending);
    }
    match state::cancel(journal.phase_to_cancel(), server) {
        Cancel::Refuse => return Err(ResetError::AlreadyCommitted),
        Cancel::GiveWay => {
            give_way(account, journal).await?;
            return Err(ResetError::AlreadyCommitted);
        }
        Cancel::Undo => {
            if server == ServerIdentity::Planned {
                unbind(account, &journal).await?;
            }
            unstage(account, &journal).await?;
        }
        Cancel::Forget => {}
    }
    if journal.may_arrive() {
        // An upload whose reply was lost may still arrive. The keys stay here for that case, and the reset then shows
        // up as committed.
        journal.phase = Phase::Cancelled;
        journal.save(account).await?;
    } else {
        journal.end(account).await?;
    }
    Ok(())
}

/// The identity in force is that of an earlier reset, cancelled here, whose upload arrived after all: that one is to be
/// finished now. What this one has staged goes; if it was in force it leaves all as it is, for its backup may be the only
/// one.
pub(in crate::reset) async fn give_way(account: &dyn Resets, journal: Journal) -> Result<Journal, ResetError> {
    if !state::is_committed(journal.phase_to_cancel()) {
        unstage(account, &journal).await?;
    }
    let shown = shown_identity(account, |_| true).await?;
    let arrived = shown.and_then(|key| journal.give_way_to(&key));
    // The look a moment ago showed it.
    let arrived = arrived.ok_or(ServerError::NotUnderstood)?;
    account.note_commit(&arrived).await?;
    arrived.save(account).await?;
    Ok(arrived)
}

/// Gives this session back what it has lost of the old identity by seeing the new one, and, after a set-back, of the old
/// backup. Then the old key is the default again, too.
async fn unbind(account: &dyn Resets, journal: &Journal) -> Result<(), ResetError> {
    account.take_back(journal).await?;
    if !journal.set_back {
        return Ok(());
    }
    let default_key = account.fetch(DEFAULT_KEY).await?;
    if secret_storage::default_key_id(default_key.as_ref()).as_ref() == Some(&journal.keys.key_id) {
        let before = journal.before.default_key.as_ref();
        let content = before.map_or_else(|| json!({}), |id| json!({"key": id}));
        account.put(DEFAULT_KEY, &content).await?;
    }
    if journal.keys.backup.is_none() {
        return Ok(());
    }
    if journal.before.key_storage_off {
        say_whether_key_storage_is_on(account, false).await?;
    }
    account.return_to_old_backup(journal).await
}

/// Removes what was staged. A secret that nobody else has changed gets its old text back, byte for byte. A secret that
/// did not exist becomes `{}`, as does the new key's description, because homeservers delete no account data. A backup
/// version that was made for an identity which was then not accepted is deleted.
async fn unstage(account: &dyn Resets, journal: &Journal) -> Result<(), ResetError> {
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
async fn read_to_undo(account: &Handle, journal: &Journal) -> Result<Secrets, RequestError> {
    let secrets = staged::read(account).await?;
    for name in SECRETS {
        if secrets.get(name) != journal.unstaged.get(name) {
            secret_storage::require_shape(parse(&secrets, name).as_ref())?;
        }
    }
    Ok(secrets)
}
