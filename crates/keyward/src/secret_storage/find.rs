// SPDX-License-Identifier: Apache-2.0

//! Which key of secret storage it is that a person typed: the default one, or another that is described there.

use matrix_sdk_crypto::secret_storage::SecretStorageKey;

use super::{CROSS_SIGNING, KeyInput, OpenError, STAGED_FOR, is_stored_under, key_event_type, open_with};
use crate::{account::Handle, error::RequestError};

/// How many keys beside the default one are tried: each may need a key derivation.
const MOST_OTHER_KEYS: usize = 4;
/// The same of keys under which one secret is stored.
const MOST_KEYS: usize = MOST_OTHER_KEYS + 1;

/// A key beside the default one.
pub(crate) struct OtherKey {
    pub(crate) key: SecretStorageKey,
    /// The identity that a reset has staged it for, if it says so.
    pub(crate) staged_for: Option<String>,
}

/// A key beside the default one that `input` opens and that holds an identity.
pub(crate) async fn another_key(
    account: &Handle,
    default: Option<&str>,
    input: &KeyInput,
) -> Result<Option<OtherKey>, RequestError> {
    let data = account.account_data().await?;
    let prefix = key_event_type("");
    let ids = data
        .keys()
        .filter_map(|name| name.strip_prefix(&prefix))
        .filter(|id| Some(*id) != default);
    let master = account.fetch(CROSS_SIGNING[0]).await?;
    let ids = ids.filter(|id| is_stored_under(master.as_ref(), id));
    for id in ids.take(MOST_OTHER_KEYS) {
        let description = account.fetch(&key_event_type(id)).await?;
        let secrets = [(CROSS_SIGNING[0], master.as_ref())];
        if let Ok(key) = open_with(id, description.as_ref(), input, &secrets).await {
            let staged_for = description
                .as_ref()
                .and_then(|content| content.get(STAGED_FOR)?.as_str());
            return Ok(Some(OtherKey {
                key,
                staged_for: staged_for.map(str::to_owned),
            }));
        }
    }
    Ok(None)
}

/// The keys that `input` is, of those under which the secret `name` is stored: one, or, where a description does not check what
/// it is given, perhaps more.
///
/// # Errors
/// Why it is none of them.
pub(crate) async fn keys_that_open(
    account: &Handle,
    input: &KeyInput,
    name: &str,
) -> Result<Vec<SecretStorageKey>, FindError> {
    let secret = account.fetch(name).await?;
    let entries = secret
        .as_ref()
        .and_then(|content| content.get("encrypted")?.as_object());
    let ids: Vec<&String> = entries
        .into_iter()
        .flatten()
        .map(|(id, _)| id)
        .take(MOST_KEYS)
        .collect();
    let (mut opened, mut why) = (Vec::new(), OpenError::NotSetUp);
    for id in ids {
        let description = account.fetch(&key_event_type(id)).await?;
        match open_with(id, description.as_ref(), input, &[(name, secret.as_ref())]).await {
            Ok(key) => opened.push(key),
            // What was typed cannot be any of them.
            Err(error @ OpenError::MistypedKey) => return Err(error.into()),
            Err(OpenError::KeyNotDescribed) => {}
            Err(error) => why = error,
        }
    }
    match opened.is_empty() {
        true => Err(why.into()),
        false => Ok(opened),
    }
}

/// Why no key was found.
#[derive(Debug)]
pub(crate) enum FindError {
    Open(OpenError),
    Request(RequestError),
}

impl From<OpenError> for FindError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<RequestError> for FindError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}
