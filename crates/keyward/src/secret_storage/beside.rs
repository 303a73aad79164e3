// SPDX-License-Identifier: Apache-2.0

//! A second key beside the default one: the four secrets, each with an entry under the new key, are written, read back, and
//! taken back. Until the new key is the default one, nobody depends on it.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{future::try_join_all, try_join};
use serde_json::{Value, json};

use super::{KeyInput, SECRETS, decrypt, is_stored_under, key_event_type, open, require_shape, without_entry};
use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    secret::{RecoveryKey, Secret},
};

/// The secrets' contents on the server, as text; `None` where there never was one.
pub(crate) type Secrets = BTreeMap<String, Option<String>>;

/// The four secrets on the server.
pub(crate) async fn read(account: &Handle) -> Result<Secrets, RequestError> {
    let fetches =
        SECRETS.map(|name| async move { Ok::<_, RequestError>((name.to_owned(), account.fetch_text(name).await?)) });
    Ok(try_join_all(fetches).await?.into_iter().collect())
}

/// One of the secrets, as JSON.
pub(crate) fn parse(secrets: &Secrets, name: &str) -> Option<Value> {
    serde_json::from_str(secrets.get(name)?.as_ref()?).ok()
}

/// A reply that is no secret would be written back as one. If the listing says the same, the account has it so. A secret that
/// is listed and not there would be overwritten; account data are never removed.
pub(crate) fn require_shapes(secrets: &Secrets, listed: Option<&BTreeMap<String, String>>) -> Result<(), ServerError> {
    let parse = |text: Option<&String>| -> Option<Value> { serde_json::from_str(text?).ok() };
    for (name, text) in secrets {
        let shown = parse(text.as_ref());
        if shown != parse(listed.and_then(|listed| listed.get(name))) {
            require_shape(shown.as_ref())?;
            if shown.is_none() && listed.is_some_and(|listed| listed.contains_key(name)) {
                return Err(ServerError::NotUnderstood);
            }
        }
    }
    Ok(())
}

/// Whether the secrets are those that were there before, apart from the entries of the key `id`. A reply without the old
/// entries must not be used: writing it back would remove them.
pub(crate) fn is_unchanged(before: &Secrets, now: &Secrets, id: &str) -> bool {
    SECRETS.iter().all(|name| {
        let now = parse(now, name);
        let now = without_entry(now.as_ref(), id).or(now);
        let blank = || json!({});
        is_same(&parse(before, name).unwrap_or_else(blank), &now.unwrap_or_else(blank))
    })
}

/// Whether both are equal. A missing `encrypted` and an empty one count as equal.
fn is_same(before: &Value, now: &Value) -> bool {
    let bare = |content: &Value| {
        let mut content = content.clone();
        if let Some(fields) = content
            .as_object_mut()
            .filter(|fields| fields.get("encrypted") == Some(&json!({})))
        {
            fields.remove("encrypted");
        }
        content
    };
    bare(before) == bare(now)
}

/// Whether the recovery key, as `id` is described on the server, opens all of `plain` in `secrets`: each is there and is the
/// same text.
pub(crate) async fn opens_all(
    (id, recovery_key): (&str, &str),
    description: Option<&Value>,
    secrets: &[(&'static str, Option<Value>)],
    plain: &[(&'static str, Secret)],
) -> bool {
    let key = KeyInput::RecoveryKey(RecoveryKey::new(recovery_key));
    let Ok(key) = open(id, description, &key).await else {
        return false;
    };
    plain.iter().all(|(name, plain)| {
        let stored = secrets.iter().find(|(found, _)| found == name);
        let stored = decrypt(&key, name, stored.and_then(|(_, content)| content.as_ref()));
        stored.is_ok_and(|stored| stored.is_some_and(|stored| stored.reveal() == plain.reveal()))
    })
}

/// Pauses before another attempt to take something back: requests of a call that was dropped may still be on their way.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// Removes what was written under the key `id`. A secret that nobody else has changed gets its text from `before` back, byte
/// for byte. A secret that did not exist becomes `{}`, as does the key's description, because homeservers delete no account
/// data. `false`: the server said that it had taken all of it back, and still shows some.
pub(crate) async fn take_back(account: &Handle, id: &str, before: &Secrets) -> Result<bool, RequestError> {
    for pause in PAUSES {
        if try_to_take_back(account, id, before).await? {
            return Ok(true);
        }
        tokio::time::sleep(pause).await;
    }
    try_to_take_back(account, id, before).await
}

async fn try_to_take_back(account: &Handle, id: &str, before: &Secrets) -> Result<bool, RequestError> {
    let secrets = read_to_take_back(account, before).await?;
    let undone = secrets.iter().filter_map(|(name, text)| {
        let now: Value = serde_json::from_str(text.as_ref()?).ok()?;
        let without = without_entry(Some(&now), id)?;
        let before = before.get(name).cloned().flatten();
        let parsed = before
            .as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        let empty = without == json!({"encrypted": {}});
        Some((
            name,
            match before {
                Some(before) if parsed.is_some_and(|before| is_same(&before, &without)) => before,
                None if empty => "{}".to_owned(),
                _ => without.to_string(),
            },
        ))
    });
    try_join_all(undone.map(|(name, text)| async move { account.put_text(name, text).await })).await?;
    // Last: until here whoever has the new key can read the entries.
    let description = key_event_type(id);
    let is_described = |content: Option<Value>| content.is_some_and(|content| content != json!({}));
    if is_described(account.fetch(&description).await?) {
        account.put(&description, &json!({})).await?;
    }
    // A reply with status 200 proves nothing.
    let (secrets, described) = try_join!(read_to_take_back(account, before), account.fetch(&description))?;
    let is_left = |name| is_stored_under(parse(&secrets, name).as_ref(), id);
    Ok(!SECRETS.into_iter().any(is_left) && !is_described(described))
}

/// The four secrets. Each has to be as it was before, or at least have the shape of a secret: other content would look like a
/// secret from which the entry is removed already.
async fn read_to_take_back(account: &Handle, before: &Secrets) -> Result<Secrets, RequestError> {
    let secrets = read(account).await?;
    for name in SECRETS {
        if secrets.get(name) != before.get(name) {
            require_shape(parse(&secrets, name).as_ref())?;
        }
    }
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_blank_before_is_blank_again() {
        assert!(is_same(&json!({}), &json!({"encrypted": {}})));
        assert!(is_same(
            &json!({"encrypted": {"a": {}}}),
            &json!({"encrypted": {"a": {}}})
        ));
        assert!(!is_same(&json!({"encrypted": {"a": {}}}), &json!({"encrypted": {}})));
        assert!(is_same(&json!({"x": 1}), &json!({"x": 1, "encrypted": {}})));
        assert!(!is_same(&json!({"x": 1}), &json!({"x": 2, "encrypted": {}})));
    }

    #[test]
    fn what_is_under_the_new_key_is_no_change() {
        let secrets = |text: &str| -> Secrets { SECRETS.map(|name| (name.to_owned(), Some(text.to_owned()))).into() };
        let before = secrets(r#"{"encrypted": {"old": {"iv": "a"}}}"#);
        let with_new = secrets(r#"{"encrypted": {"old": {"iv": "a"}, "new": {"iv": "b"}}}"#);
        let changed = secrets(r#"{"encrypted": {"old": {"iv": "c"}, "new": {"iv": "b"}}}"#);
        assert!(is_unchanged(&before, &before, "new"));
        assert!(is_unchanged(&before, &with_new, "new"));
        assert!(!is_unchanged(&before, &changed, "new"));
        assert!(!is_unchanged(&before, &Secrets::new(), "new"));
    }
}
