// SPDX-License-Identifier: Apache-2.0

//! What a reset stages, and how it is read: the four secrets, each with an entry under the new key beside the old ones.

use std::collections::BTreeMap;

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use crate::{
    account::Handle,
    error::RequestError,
    reset::{
        ResetError,
        journal::{Journal, NewKeys},
    },
    secret::{RecoveryKey, Secret},
    secret_storage::{self, BACKUP, CROSS_SIGNING, KeyInput, SECRETS, key_event_type},
};

/// The secrets' contents on the server, as text; `None` where there never was one.
pub(super) type Secrets = BTreeMap<String, Option<String>>;

/// The four secrets on the server.
pub(super) async fn read(account: &Handle) -> Result<Secrets, RequestError> {
    let fetches =
        SECRETS.map(|name| async move { Ok::<_, RequestError>((name.to_owned(), account.fetch_text(name).await?)) });
    Ok(try_join_all(fetches).await?.into_iter().collect())
}

pub(super) fn parse(secrets: &Secrets, name: &str) -> Option<Value> {
    serde_json::from_str(secrets.get(name)?.as_ref()?).ok()
}

/// What goes into the new secret storage.
pub(super) fn new_secrets(keys: &NewKeys) -> Vec<(&'static str, Secret)> {
    let identity = CROSS_SIGNING.into_iter().zip(&keys.private);
    let backup = keys.backup.as_ref().map(|backup| (BACKUP, &backup.private));
    identity
        .chain(backup)
        .map(|(name, plain)| (name, Secret::new(plain.clone())))
        .collect()
}

/// Whether the secrets, without what this reset staged, are those of the plan. A reply without the old entries must not
/// be used: writing it back would remove them.
pub(super) fn is_as_planned(journal: &Journal, secrets: &Secrets) -> bool {
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

/// Whether both are equal. A missing `encrypted` and an empty one count as equal.
pub(super) fn same_entries(before: &Value, now: &Value) -> bool {
    before == now || (now == &json!({"encrypted": {}}) && before == &json!({}))
}

/// Whether what was staged is there, and the new key opens it.
pub(super) async fn is_staged(account: &Handle, journal: &Journal) -> Result<bool, ResetError> {
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
