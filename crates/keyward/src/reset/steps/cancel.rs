// SPDX-License-Identifier: Apache-2.0

//! Cancelling: removes what a reset has staged, as long as its identity is not in force.

use serde_json::json;

use super::version::withdraw_version;
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    identity::shown_identity,
    key_backup,
    reset::{
        ResetError,
        journal::Journal,
        kind::Resets,
        look::identity,
        state::{self, Cancel, Phase, ServerIdentity},
    },
    secret_storage::{self, DEFAULT_KEY, beside, key_event_type},
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
            // Before anything is taken back: what is only half undone may be committed by an upload that arrives late.
            journal.was_cancelled = true;
            journal.save(account).await?;
            unstage(account, &journal, server).await?;
        }
        // It was in force, and whom the identity before it had verified is noted nowhere else.
        Cancel::Forget => journal.note_after_care(account, &[]).await,
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
pub(in crate::reset) async fn give_way(account: &dyn Resets, mut journal: Journal) -> Result<Journal, ResetError> {
    if !state::is_committed(journal.phase_to_cancel()) {
        journal.was_cancelled = true;
        journal.save(account).await?;
        unstage(account, &journal, ServerIdentity::Earlier).await?;
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
        key_backup::say_whether_wanted(account, false).await?;
    }
    account.return_to_old_backup(journal).await
}

/// Removes what was staged. A backup version that was made for an identity which was then not accepted is deleted.
async fn unstage(account: &dyn Resets, journal: &Journal, server: ServerIdentity) -> Result<(), ResetError> {
    // A server that was set back, and shows the old identity, has the state from before.
    let is_set_back = journal.set_back && server == ServerIdentity::Planned;
    if journal.marked && !is_set_back && was_in_force(account, journal).await? {
        return match server {
            // The new identity was there, and one reply without it is no reason to take its keys away.
            ServerIdentity::Planned => Err(ServerError::NotUnderstood.into()),
            _ => Ok(()),
        };
    }
    withdraw_version(account, journal).await?;
    if journal.unstaged.is_empty() {
        return Ok(());
    }
    // If something is still there, the journal stays, so that cancelling can be tried again.
    match beside::take_back(account, &journal.keys.key_id, &journal.unstaged).await? {
        true => Ok(()),
        false => Err(ResetError::NotUndone),
    }
}

/// Whether the new key was in force although this journal does not know of it: it is described as one that is staged no more
/// ([`secret_storage::STAGED_FOR`]). This store is an old copy of one that has finished the reset, and a later reset has kept
/// what the key opens.
async fn was_in_force(account: &Handle, journal: &Journal) -> Result<bool, RequestError> {
    let description = account.fetch(&key_event_type(&journal.keys.key_id)).await?;
    Ok(description.as_ref() == Some(&journal.keys.key_description))
}
