// SPDX-License-Identifier: Apache-2.0

//! Phase 3: the new secret storage beside the old one, and its removal by a cancel.

use std::collections::BTreeMap;

use futures_util::{future::try_join_all, try_join};
use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::{Value, json};

use super::version::withdraw_version;
use crate::{
    account::Account,
    error::RequestError,
    reset::{
        Reset, ResetError, Step, flow,
        journal::{Journal, NewKeys},
        state::ServerIdentity,
    },
    secret::{RecoveryKey, Secret},
    secret_storage::{self, BACKUP, CROSS_SIGNING, KeyInput, SECRETS, key_event_type},
};

/// The secrets' contents on the server, as text; `None` where there never was one.
type Secrets = BTreeMap<String, Option<String>>;

/// Writes the new key's description and the new secrets beside the old entries. Fetches the old backup at the same time,
/// if this session can read it.
///
/// What was written is read back before the commit: here where the account has no identity, for then its upload needs no
/// authorisation; else together with the request for the challenge.
pub(in crate::reset) async fn stage(reset: &mut Reset) -> Result<(), ResetError> {
    reset.report(Step::Stage, 0, 0);
    let account = reset.account.clone();
    let first_time = reset.journal.unstaged.is_empty();
    let (identity, secrets) = if first_time && reset.has_just_looked() {
        (ServerIdentity::Planned, reset.journal.before.secrets.clone())
    } else {
        try_join!(flow::identity(&account, &reset.journal), async {
            Ok(read(&account).await?)
        })?
    };
    // Without device keys on the server the signature of phase 6 would come back as a failure.
    account.ensure_device_keys().await?;
    if identity != ServerIdentity::Planned || !is_as_planned(&reset.journal, &secrets) {
        if first_time {
            Journal::wipe(&account).await?;
            return Err(ResetError::PlanOutdated);
        }
        return Err(ResetError::Superseded);
    }
    if first_time {
        let texts = secrets.clone();
        reset.note(|journal| journal.unstaged = texts).await?;
    }
    let drained = async {
        match reset.journal.drained {
            Some(drained) => Ok(Some(drained)),
            None => super::drain(&account, &reset.journal.before, &reset.progress).await,
        }
    };
    let (drained, ()) = try_join!(drained, write(&account, &reset.journal.keys, &secrets))?;
    if reset.journal.before.master_key.is_none() && !is_staged(&account, &reset.journal).await? {
        return Err(ResetError::StagingNotKept);
    }
    reset.note(|journal| journal.drained = drained).await
}

/// Whether the secrets, apart from what this reset staged, are those of the plan. A reply that lacks old entries must not
/// be built upon: what is written back would lack them too.
fn is_as_planned(journal: &Journal, secrets: &Secrets) -> bool {
    SECRETS.iter().all(|name| {
        let now = parse(secrets, name);
        let now = secret_storage::without_entry(now.as_ref(), &journal.keys.key_id).or(now);
        let blank = || json!({});
        same_entries(
            &parse(&journal.before.secrets, name).unwrap_or_else(blank),
            &now.unwrap_or_else(blank),
        )
    })
}

/// Puts back whatever of the staged additions is missing: a cancel may have removed them before an upload that it could
/// not see arrived after all.
pub(super) async fn ensure_staged(reset: &Reset) -> Result<(), ResetError> {
    let secrets = read(&reset.account).await?;
    for name in SECRETS {
        secret_storage::require_shape(parse(&secrets, name).as_ref())?;
    }
    write(&reset.account, &reset.journal.keys, &secrets).await?;
    if is_staged(&reset.account, &reset.journal).await? {
        Ok(())
    } else {
        Err(ResetError::StagingNotKept)
    }
}

/// Takes the staged additions back. A secret that nobody else has touched gets its old text again, byte for byte; one
/// that did not exist becomes `{}`, for homeservers delete no account data; so does the new key's description.
/// A backup version that was made before the identity turned out not to be accepted goes, too.
pub(in crate::reset) async fn unstage(account: &Account, journal: &Journal) -> Result<(), ResetError> {
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
    let secrets = read(account).await?;
    for name in SECRETS {
        if secrets.get(name) != journal.unstaged.get(name) {
            secret_storage::require_shape(parse(&secrets, name).as_ref())?;
        }
    }
    Ok(secrets)
}

/// Equal, if an `encrypted` that was missing and one that is empty count as the same.
fn same_entries(before: &Value, now: &Value) -> bool {
    before == now || (now == &json!({"encrypted": {}}) && before == &json!({}))
}

/// The four secrets on the server.
async fn read(account: &Account) -> Result<Secrets, RequestError> {
    let fetches =
        SECRETS.map(|name| async move { Ok::<_, RequestError>((name.to_owned(), account.fetch_text(name).await?)) });
    Ok(try_join_all(fetches).await?.into_iter().collect())
}

/// Writes what is missing, the description first in line; all at once, for nothing uses them yet.
async fn write(account: &Account, keys: &NewKeys, secrets: &Secrets) -> Result<(), ResetError> {
    let key = new_key(keys).await?;
    let entries = new_secrets(keys).into_iter().filter_map(|(name, plain)| {
        let now = parse(secrets, name);
        let missing = !secret_storage::is_stored_under(now.as_ref(), &keys.key_id);
        missing.then(|| {
            let entry = secret_storage::encrypt(&key, name, &plain);
            (
                name.to_owned(),
                secret_storage::with_entry(now.as_ref(), &keys.key_id, entry),
            )
        })
    });
    let description = (key_event_type(&keys.key_id), keys.key_description.clone());
    let events: Vec<_> = std::iter::once(description).chain(entries).collect();
    try_join_all(events.iter().map(|(name, content)| account.put(name, content))).await?;
    Ok(())
}

/// Whether what was staged is there, and the new key opens it.
pub(super) async fn is_staged(account: &Account, journal: &Journal) -> Result<bool, ResetError> {
    let keys = &journal.keys;
    let description_type = key_event_type(&keys.key_id);
    let (secrets, description) = try_join!(read(account), account.fetch(&description_type))?;
    let parsed = SECRETS.map(|name| (name, parse(&secrets, name)));
    opens_all(keys, description.as_ref(), &parsed).await
}

/// Whether the new key, as described, opens every new secret.
pub(super) async fn opens_all(
    keys: &NewKeys,
    description: Option<&Value>,
    secrets: &[(&'static str, Option<Value>)],
) -> Result<bool, ResetError> {
    let key = KeyInput::RecoveryKey(RecoveryKey::new(keys.recovery_key.clone()));
    let Ok(key) = secret_storage::open(&keys.key_id, description, &key).await else {
        return Ok(false);
    };
    Ok(new_secrets(keys).into_iter().all(|(name, plain)| {
        let stored = secrets
            .iter()
            .find(|(found, _)| *found == name)
            .and_then(|(_, content)| content.as_ref());
        let stored = secret_storage::decrypt(&key, name, stored);
        stored.is_ok_and(|stored| stored.is_some_and(|stored| stored.reveal() == plain.reveal()))
    }))
}

fn parse(secrets: &Secrets, name: &str) -> Option<Value> {
    serde_json::from_str(secrets.get(name)?.as_ref()?).ok()
}

async fn new_key(keys: &NewKeys) -> Result<SecretStorageKey, ResetError> {
    let input = KeyInput::RecoveryKey(RecoveryKey::new(keys.recovery_key.clone()));
    // The journal describes its own key, so this fails only if the journal was written by something else.
    secret_storage::open(&keys.key_id, Some(&keys.key_description), &input)
        .await
        .map_err(|_| ResetError::UnknownJournal)
}

/// What goes into the new secret storage.
fn new_secrets(keys: &NewKeys) -> Vec<(&'static str, Secret)> {
    let identity = CROSS_SIGNING.into_iter().zip(&keys.private);
    let backup = keys.backup.as_ref().map(|backup| (BACKUP, &backup.private));
    identity
        .chain(backup)
        .map(|(name, plain)| (name, Secret::new(plain.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_blank_before_is_blank_again() {
        assert!(same_entries(&json!({}), &json!({"encrypted": {}})));
        assert!(same_entries(
            &json!({"encrypted": {"a": {}}}),
            &json!({"encrypted": {"a": {}}})
        ));
        assert!(!same_entries(
            &json!({"encrypted": {"a": {}}}),
            &json!({"encrypted": {}})
        ));
    }
}
