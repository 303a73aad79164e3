// SPDX-License-Identifier: Apache-2.0

//! What the server shows of a reset: whose identity the account has, and, before anything is deleted, whether the new
//! state is there.

use std::time::Instant;

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use crate::{
    error::ServerError,
    identity::shown_identity,
    key_backup::{self, BackupVersion},
    reset::{
        ResetError,
        journal::Journal,
        kind::Resets,
        run::JUST_LOOKED,
        staged::opens_all,
        state::{self, ServerIdentity},
    },
    secret_storage::{self, BACKUP, CROSS_SIGNING, DEFAULT_KEY, SECRETS, in_use::DEHYDRATED_SECRET, key_event_type},
};

/// Asks the server whose identity the account has. Much depends on whether it is one of a reset from here.
pub(super) async fn identity(account: &dyn Resets, journal: &Journal) -> Result<ServerIdentity, ResetError> {
    let is_earlier = |key: &str| journal.earlier().any(|earlier| earlier.keys.master_key == key);
    let is_ours = |key: &str| key == journal.keys.master_key || is_earlier(key);
    let shown = shown_identity(account, is_ours).await?;
    Ok(match shown {
        Some(key) if key == journal.keys.master_key => ServerIdentity::New,
        key if key == journal.before.master_key => ServerIdentity::Planned,
        // Identities are replaced and never removed: this reply is not about this account.
        None => return Err(ServerError::NotUnderstood.into()),
        Some(key) if is_earlier(&key) => ServerIdentity::Earlier,
        Some(_) => ServerIdentity::Other,
    })
}

/// The part of the new state that the server does not have, although it had confirmed it.
#[derive(Clone, Copy)]
pub(crate) enum Missing {
    /// The new key is not the default.
    DefaultKey,
    /// The new key does not open every secret: another client has rewritten them.
    Secrets,
    /// This session does not hold the private keys: a reply that showed another identity has taken them away.
    PrivateKeys,
    /// This session is not signed.
    Signature,
    /// Room keys came in after the upload, or matrix-sdk switched the backup off.
    RoomKeys,
    /// The new backup is gone, or holds fewer keys than were uploaded.
    Backup,
}

/// The events that are to be cleaned, by name.
pub(super) type Events = Vec<(&'static str, Option<Value>)>;

/// A last look before anything is deleted: does the server have what it confirmed? The same round trip fetches the
/// events to clean.
pub(crate) struct Look {
    at: Instant,
    identity: ServerIdentity,
    default_key: Option<Value>,
    description: Option<Value>,
    /// The current version of the key backup.
    pub(super) backup: Option<BackupVersion>,
    pub(super) events: Events,
}

impl Look {
    pub(super) async fn at(account: &dyn Resets, journal: &Journal) -> Result<Self, ResetError> {
        let mut names = SECRETS.to_vec();
        if journal.before.dehydrated_device {
            names.push(DEHYDRATED_SECRET);
        }
        let events = names.into_iter().map(|name| async move {
            let content = account.fetch(name).await?;
            if name != DEHYDRATED_SECRET {
                secret_storage::require_shape(content.as_ref())?;
            }
            Ok((name, content))
        });
        let description = key_event_type(&journal.keys.key_id);
        let (identity, default_key, description, backup, events) = try_join!(
            identity(account, journal),
            async { Ok(account.fetch(DEFAULT_KEY).await?) },
            async { Ok(account.fetch(&description).await?) },
            async { Ok(key_backup::current(account).await?) },
            try_join_all(events),
        )?;
        Ok(Self {
            at: Instant::now(),
            identity,
            default_key,
            description,
            backup,
            events,
        })
    }

    /// Whether it is so fresh that another look would show the same.
    pub(super) fn is_fresh(&self) -> bool {
        self.at.elapsed() < JUST_LOOKED
    }

    /// Corrects a look that was taken during the upload: after its last request the server reported `on_server` keys.
    pub(super) fn after_upload(mut self, on_server: u64) -> Self {
        if let Some(backup) = &mut self.backup {
            backup.count = backup.count.max(on_server);
        }
        self
    }

    /// Whether the person has made another key since, with another client: the default is a key that the private keys of an
    /// identity are under, and nothing was before. Who made it may not have had the backup's key.
    fn names_a_newer_key(&self, journal: &Journal) -> bool {
        let Some(id) = &secret_storage::default_key_id(self.default_key.as_ref()) else {
            return false;
        };
        let is_known = *id == journal.keys.key_id
            || journal.before.default_key.as_ref() == Some(id)
            || (journal.before.secrets.values().flatten()).any(|secret| {
                let secret = serde_json::from_str(secret).ok();
                secret_storage::is_stored_under(secret.as_ref(), id)
            });
        let mut secrets = self.events.iter().filter(|(name, _)| CROSS_SIGNING.contains(name));
        !is_known && secrets.all(|(_, content)| secret_storage::is_stored_under(content.as_ref(), id))
    }

    /// Whether the new key was in force, and the person has made another one since: that one stays the default. It was neither a
    /// cancel that took the mark of what is staged away, nor this clean-up.
    pub(super) fn is_followed_by_a_newer_key(&self, journal: &Journal) -> bool {
        let is_blank = |content: &Value| *content == json!({});
        let is_unstaged = |content: &Value| is_blank(content) || *content == journal.keys.key_description;
        let is_unstaged = self.description.as_ref().is_some_and(is_unstaged);
        let is_known_to_be = !journal.was_cancelled && !journal.deleting;
        journal.marked && is_unstaged && is_known_to_be && self.names_a_newer_key(journal)
    }

    /// Whether this reset was finished since: the journal is that of an old copy of the store. Nothing is left that the clean-up
    /// would have removed, and the backup is not the one from before. Not where another program keeps the session: then the
    /// private keys may be in the journal alone.
    pub(super) fn is_finished_elsewhere(&self, journal: &Journal) -> bool {
        let known = journal.known_keys();
        let has_old = |name: &str, content: Option<&Value>| {
            (name != BACKUP || journal.compromised)
                && known.iter().any(|id| secret_storage::is_stored_under(content, id))
        };
        let is_cleaned = !self
            .events
            .iter()
            .any(|(name, content)| has_old(name, content.as_ref()));
        let is_backed_up = journal.new_backup().is_none()
            || self
                .backup
                .as_ref()
                .is_some_and(|backup| journal.is_new(&backup.version));
        self.is_followed_by_a_newer_key(journal) && is_cleaned && is_backed_up && !journal.is_attached()
    }

    /// What of the new state is not there, if anything.
    pub(super) async fn missing(&self, account: &dyn Resets, journal: &Journal) -> Result<Option<Missing>, ResetError> {
        state::reconcile(journal.phase, self.identity)?;
        let default_key = secret_storage::default_key_id(self.default_key.as_ref());
        if default_key.as_ref() != Some(&journal.keys.key_id) && !self.names_a_newer_key(journal) {
            return Ok(Some(Missing::DefaultKey));
        }
        if !opens_all(&journal.keys, self.description.as_ref(), &self.events).await {
            return Ok(Some(Missing::Secrets));
        }
        if let Some(missing) = account.missing(journal).await? {
            return Ok(Some(missing));
        }
        let Some(new) = journal.new_backup() else {
            return Ok(None);
        };
        let Some(version) = &journal.backup_version else {
            return Ok(Some(Missing::Backup));
        };
        let uploaded = account.uploaded().await?;
        let kept = self
            .backup
            .as_ref()
            .is_some_and(|backup| backup.version == *version && backup.count >= uploaded && new.is_in(backup));
        Ok((!kept).then_some(Missing::Backup))
    }
}
