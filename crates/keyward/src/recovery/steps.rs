// SPDX-License-Identifier: Apache-2.0

//! What making a new key does on the server. Every step can be repeated: it looks, and does only what is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::{Value, json};

use super::{
    Recovery, RecoveryError, RecoveryStep,
    journal::{Journal, NewKey},
    state::{self, DefaultKey, Phase},
};
use crate::{
    account::Handle,
    error::RequestError,
    identity::{ShowsIdentity, shown_identity},
    secret::{RecoveryKey, Secret},
    secret_storage::{
        self, BACKUP, DEFAULT_KEY, KeyInput, SECRETS,
        beside::{self, Secrets},
        in_use::{DEHYDRATED_SECRET, listing, other_secrets},
        key_event_type,
    },
};

/// Pauses before the identity or the new default key is looked for again: a part of the server may lag behind.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// What the server shows of all that the new key is bound to.
struct Look {
    /// Base64 of the master key.
    identity: String,
    default_key: DefaultKey,
    description: Option<Value>,
    secrets: Secrets,
    /// What goes under the new key: once that is in force, not over another backup's key that a client has put there since.
    plain: Vec<(&'static str, Secret)>,
    /// Whether there is such a key.
    has_other_backup_key: bool,
}

impl Look {
    async fn at(account: &dyn ShowsIdentity, journal: &Journal) -> Result<Self, RecoveryError> {
        let description = key_event_type(&journal.key.id);
        let mut pauses = PAUSES.into_iter();
        let (identity, default_key, description, secrets) = loop {
            let (identity, default_key, description, secrets) = try_join!(
                shown_identity(account, |key| key == journal.before.master_key),
                account.fetch(DEFAULT_KEY),
                account.fetch(&description),
                beside::read(account),
            )?;
            // Identities are replaced and never removed: what a reply without one says of this account is not believed.
            if let Some(identity) = identity {
                break (identity, default_key, description, secrets);
            }
            tokio::time::sleep(pauses.next().ok_or(RecoveryError::IdentityGone)?).await;
        };
        let named = secret_storage::default_key_id(default_key.as_ref());
        let before = journal.before.default_key.as_deref();
        let default_key = state::default_key(named.as_deref(), before, &journal.key.id);
        let (mut plain, mut has_other_backup_key) = (journal.key.plain(), false);
        if default_key == DefaultKey::New {
            let stored = beside::parse(&secrets, BACKUP);
            let stored = secret_storage::decrypt(&open(&journal.key).await?, BACKUP, stored.as_ref());
            if let Ok(Some(stored)) = stored {
                let is_other = |(name, plain): &(&str, Secret)| *name == BACKUP && plain.reveal() != stored.reveal();
                has_other_backup_key = plain.iter().any(is_other);
                plain.retain(|secret| !is_other(secret));
            }
        }
        Ok(Self {
            identity,
            default_key,
            description,
            secrets,
            plain,
            has_other_backup_key,
        })
    }

    /// Whether the account still has the identity that the new key is for.
    fn is_of_same_identity(&self, journal: &Journal) -> bool {
        self.identity == journal.before.master_key
    }

    /// Whether the new key is the default one already: whoever has another copy of this store has put it in force.
    fn is_switched(&self, journal: &Journal) -> bool {
        self.is_of_same_identity(journal) && self.default_key == DefaultKey::New
    }

    /// Whether nobody has changed anything since the key was made.
    fn is_as_before(&self, journal: &Journal) -> bool {
        self.is_of_same_identity(journal)
            && self.default_key == DefaultKey::Before
            && beside::is_unchanged(&journal.before.secrets, &self.secrets, &journal.key.id)
    }

    fn parsed(&self) -> [(&'static str, Option<Value>); 4] {
        SECRETS.map(|name| (name, beside::parse(&self.secrets, name)))
    }

    /// Whether the new key opens all that goes under it.
    async fn opens_all(&self, key: &NewKey) -> bool {
        let names = (key.id.as_str(), key.recovery_key.as_str());
        beside::opens_all(names, self.description.as_ref(), &self.parsed(), &self.plain).await
    }

    /// Whether the new key was in force, if only for a while: this store is an old copy then, perhaps.
    fn was_in_force(&self, journal: &Journal) -> bool {
        self.default_key == DefaultKey::New || journal.is_staged_no_more(self.description.as_ref())
    }
}

/// Writes the secrets under the new key, and reads them back.
pub(super) async fn stage(recovery: &mut Recovery) -> Result<(), RecoveryError> {
    (recovery.report)(RecoveryStep::Stage);
    let account = recovery.account.clone();
    // A phrase takes seconds, and an app may take longer.
    let look = Look::at(&*account, &recovery.journal).await?;
    if look.is_switched(&recovery.journal) {
        return Ok(());
    }
    if !look.is_as_before(&recovery.journal) {
        return Err(give_way(&*account, &look, &recovery.journal).await?);
    }
    recovery
        .note(|journal| (journal.written, journal.marked) = (true, true))
        .await?;
    write(&account, &recovery.journal, &look).await?;
    let look = Look::at(&*account, &recovery.journal).await?;
    if !look.is_as_before(&recovery.journal) {
        return Err(give_way(&*account, &look, &recovery.journal).await?);
    }
    match look.opens_all(&recovery.journal.key).await {
        true => Ok(()),
        false => Err(RecoveryError::StagingNotKept),
    }
}

/// Writes what is missing under the new key, and its description; all at once, because nothing uses them yet.
async fn write(account: &Handle, journal: &Journal, look: &Look) -> Result<(), RecoveryError> {
    let key = &journal.key;
    let opened = open(key).await?;
    let entries = look.plain.iter().filter_map(|(name, plain)| {
        let now = beside::parse(&look.secrets, name);
        let there = secret_storage::decrypt(&opened, name, now.as_ref()).ok().flatten();
        let is_there = there.is_some_and(|there| there.reveal() == plain.reveal());
        (!is_there).then(|| {
            let entry = secret_storage::encrypt(&opened, name, plain);
            (
                (*name).to_owned(),
                secret_storage::with_entry(now.as_ref(), &key.id, entry),
            )
        })
    });
    let description = match look.default_key {
        DefaultKey::New => key.description.clone(),
        _ => journal.staged_description(),
    };
    let description = (key_event_type(&key.id), description);
    let events: Vec<_> = std::iter::once(description).chain(entries).collect();
    try_join_all(events.iter().map(|(name, content)| account.put(name, content))).await?;
    Ok(())
}

async fn open(key: &NewKey) -> Result<SecretStorageKey, RecoveryError> {
    let input = KeyInput::RecoveryKey(RecoveryKey::new(key.recovery_key.clone()));
    // The journal describes its own key, so this fails only if the journal was written by something else.
    let opened = secret_storage::open(&key.id, Some(&key.description), &input).await;
    opened.map_err(|_| RecoveryError::UnknownJournal)
}

/// The last look before the commit: all is as it was when the key was made, but for what was written under it. `false`: the new
/// key is the default already.
pub(super) async fn has_to_switch(recovery: &mut Recovery) -> Result<bool, RecoveryError> {
    (recovery.report)(RecoveryStep::Switch);
    let (account, journal) = (&*recovery.account, &recovery.journal);
    let look = Look::at(account, journal).await?;
    if look.is_switched(journal) {
        return Ok(false);
    }
    if !look.is_as_before(journal) {
        return Err(give_way(account, &look, journal).await?);
    }
    if look.opens_all(&journal.key).await {
        return Ok(true);
    }
    // The person may have taken hours, in which the server was restored from a backup.
    write(account, journal, &look).await?;
    let look = Look::at(account, journal).await?;
    match look.is_as_before(journal) && look.opens_all(&journal.key).await {
        true => Ok(true),
        false => Err(RecoveryError::StagingNotKept),
    }
}

/// Makes the new key the default.
pub(super) async fn switch(recovery: &Recovery) -> Result<(), RecoveryError> {
    let content = json!({"key": recovery.journal.key.id});
    Ok(recovery.account.put(DEFAULT_KEY, &content).await?)
}

/// Sees that the new key is the default and opens everything, and only then removes what is under old keys. Returns the event
/// types of what only the old key opens.
pub(super) async fn finish(recovery: &mut Recovery) -> Result<Vec<String>, RecoveryError> {
    (recovery.report)(RecoveryStep::CleanUp);
    let mut pauses = PAUSES.into_iter();
    let look = loop {
        let look = Look::at(&*recovery.account, &recovery.journal).await?;
        if !look.is_of_same_identity(&recovery.journal) || look.default_key == DefaultKey::Other {
            // The request that switches may still arrive: what is under the new key stays.
            Journal::end(&recovery.account).await?;
            return Err(RecoveryError::Superseded);
        }
        let opens = look.opens_all(&recovery.journal.key).await;
        if opens && look.default_key == DefaultKey::New {
            break look;
        }
        let Some(pause) = pauses.next() else {
            return Err(RecoveryError::NotKept);
        };
        if !opens {
            write(&recovery.account, &recovery.journal, &look).await?;
        }
        if look.default_key == DefaultKey::Before {
            switch(recovery).await?;
        }
        tokio::time::sleep(pause).await;
    };
    recovery.note(|journal| journal.deleting = true).await?;
    remove_old(recovery, look).await
}

/// Removes the entries that were there when the key was made, looks that the new key still opens everything, and then blanks the
/// descriptions of keys that open nothing any more.
async fn remove_old(recovery: &Recovery, look: Look) -> Result<Vec<String>, RecoveryError> {
    let (account, journal) = (&*recovery.account, &recovery.journal);
    let mut stale: BTreeSet<String> = journal.before.default_key.clone().into_iter().collect();
    let (mut in_use, mut stays) = (BTreeSet::new(), Vec::new());
    // The new key is staged no more.
    let description = (key_event_type(&journal.key.id), journal.key.description.clone());
    let is_unmarked = look.description.as_ref() == Some(&journal.key.description);
    let mut writes: Vec<(String, Value)> = (!is_unmarked).then_some(description).into_iter().collect();
    for (name, content) in look.parsed() {
        let (Some(mut content), Some(before)) = (content, beside::parse(&journal.before.secrets, name)) else {
            continue;
        };
        let Some(entries) = content.get_mut("encrypted").and_then(Value::as_object_mut) else {
            continue;
        };
        // What another client has written since is not ours to take.
        let is_old = |id: &str, entry: &Value| {
            id != journal.key.id && before.get("encrypted").and_then(|old| old.get(id)) == Some(entry)
        };
        let old = entries.iter().filter(|(id, entry)| is_old(id, entry));
        let mut old: Vec<String> = old.map(|(id, _)| id.clone()).collect();
        if name == BACKUP {
            let mut kept = Vec::new();
            for id in std::mem::take(&mut old) {
                match look.has_other_backup_key || may_open_a_kept_backup(account, journal, &id).await? {
                    true => kept.push(id),
                    false => old.push(id),
                }
            }
            if !kept.is_empty() {
                stays.push(name.to_owned());
            }
        }
        entries.retain(|id, _| !old.contains(id));
        in_use.extend(entries.keys().cloned());
        if !old.is_empty() {
            stale.extend(old);
            writes.push((name.to_owned(), content));
        }
    }
    try_join_all(writes.iter().map(|(name, content)| account.put(name, content))).await?;
    // A late request may have brought the old entries back, without the new ones. The old key is the way in then.
    let (look, others) = try_join!(Look::at(account, journal), others_now(account))?;
    if !look.is_of_same_identity(journal) || look.default_key != DefaultKey::New || !look.opens_all(&journal.key).await
    {
        return Err(RecoveryError::NotKept);
    }
    if let Some(others) = others {
        let needs_old = others
            .iter()
            .filter(|(_, keys)| keys.iter().any(|id| stale.contains(id)));
        stays.extend(needs_old.map(|(name, _)| name.clone()));
        in_use.extend(others.into_values().flatten());
        // Last: until here whoever has the old key can read what is left.
        let names = stale.difference(&in_use).filter(|id| **id != journal.key.id);
        let names: Vec<String> = names.map(|id| key_event_type(id)).collect();
        let blank = json!({});
        try_join_all(names.iter().map(|name| account.put(name, &blank))).await?;
    }
    stays.sort();
    Ok(stays)
}

/// Whether the entry of the backup's key under this key may be the way into a backup that stays on the server. Nobody can see
/// which backup an entry opens, and servers list no versions. Without the description of its key an entry opens nothing.
async fn may_open_a_kept_backup(account: &Handle, journal: &Journal, id: &str) -> Result<bool, RequestError> {
    if journal.before.default_key.as_deref() == Some(id) {
        return Ok(!journal.before.backup_entry_may_go);
    }
    let description = account.fetch(&key_event_type(id)).await?;
    Ok(description.is_some_and(|content| content != json!({})))
}

/// The other secrets as they are now, with their keys. A listing may be an old one, so the dehydrated device's is asked for by
/// name. `None`: the server lists no account data, and nobody knows.
async fn others_now(account: &dyn ShowsIdentity) -> Result<Option<BTreeMap<String, BTreeSet<String>>>, RecoveryError> {
    let (listed, sleeper) = try_join!(listing(account), account.fetch(DEHYDRATED_SECRET))?;
    let Some(mut listed) = listed else {
        return Ok(None);
    };
    if let Some(sleeper) = sleeper {
        listed.insert(DEHYDRATED_SECRET.to_owned(), sleeper.to_string());
    }
    Ok(Some(other_secrets(account, &listed).await?))
}

/// Undoes what is not in force. The server is asked, too: this store may be an old copy of one that has put the key in force.
pub(super) async fn cancel(account: &dyn ShowsIdentity, journal: &Journal) -> Result<(), RecoveryError> {
    if state::is_committed(journal.phase) {
        return Err(RecoveryError::AlreadyCommitted);
    }
    let description = key_event_type(&journal.key.id);
    let (default_key, description) = try_join!(account.fetch(DEFAULT_KEY), account.fetch(&description))?;
    if secret_storage::default_key_id(default_key.as_ref()).as_ref() == Some(&journal.key.id) {
        let mut journal = journal.clone();
        journal.phase = Phase::Switching;
        journal.save(account).await?;
        return Err(RecoveryError::AlreadyCommitted);
    }
    if journal.is_staged_no_more(description.as_ref()) {
        // What it opens may have no other way in.
        return Ok(Journal::end(account).await?);
    }
    take_back(account, journal).await
}

/// Another client was here: what was written under the new key is taken back, unless it was in force. Returns what to say.
async fn give_way(account: &dyn ShowsIdentity, look: &Look, journal: &Journal) -> Result<RecoveryError, RecoveryError> {
    match look.was_in_force(journal) {
        true => Journal::end(account).await?,
        false => take_back(account, journal).await?,
    }
    Ok(RecoveryError::Superseded)
}

async fn take_back(account: &Handle, journal: &Journal) -> Result<(), RecoveryError> {
    if journal.written && !beside::take_back(account, &journal.key.id, &journal.before.secrets).await? {
        return Err(RecoveryError::NotUndone);
    }
    Ok(Journal::end(account).await?)
}
