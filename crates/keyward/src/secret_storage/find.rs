// SPDX-License-Identifier: Apache-2.0

//! Which key of secret storage it is that a person typed: the default one, or another that is described there.

use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::Value;

use super::{CROSS_SIGNING, KeyInput, OpenError, STAGED_FOR, is_stored_under, key_event_type, open_with};
use crate::{account::Handle, error::RequestError};

/// How many keys beside the default one are tried: each may need a key derivation.
const MOST_OTHER_KEYS: usize = 4;
/// How many derivations are tried where one secret is stored under many keys.
const MOST_KEYS: usize = MOST_OTHER_KEYS + 1;

/// The key that a person typed.
pub(crate) struct Found {
    pub(crate) key: SecretStorageKey,
    pub(crate) is_default: bool,
    /// The identity that a reset has staged it for, if it says so.
    pub(crate) staged_for: Option<String>,
}

/// The default key, if that is what `input` is, else another that holds an identity: another client's cancelled reset leaves a
/// default key that is blank, and the person's key opens everything all the same. `default`: its id and description. `secrets`
/// are those that a key without a check value is tried on.
///
/// # Errors
/// Why the default key did not open; where there is none that could be asked for, why another one did not.
pub(crate) async fn find_key(
    account: &Handle,
    default: Option<(&str, Option<&Value>)>,
    input: &KeyInput,
    secrets: &[(&str, Option<&Value>)],
) -> Result<Found, FindError> {
    let opened = match default {
        Some((id, description)) => open_with(id, description, input, secrets).await,
        None => Err(OpenError::NotSetUp),
    };
    match opened {
        Ok(key) => Ok(Found {
            key,
            is_default: true,
            staged_for: None,
        }),
        // Nothing that was mistyped is any key.
        Err(error @ OpenError::MistypedKey) => Err(error.into()),
        Err(error) => {
            let has_default = !matches!(error, OpenError::NotSetUp | OpenError::KeyNotDescribed);
            match another_key(account, default.map(|(id, _)| id), input).await? {
                Ok(found) => Ok(found),
                Err(Some(why)) if !has_default => Err(why.into()),
                Err(_) => Err(error.into()),
            }
        }
    }
}

/// A key beside the default one that `input` opens and that holds an identity; else why the last one of them did not open.
async fn another_key(
    account: &Handle,
    default: Option<&str>,
    input: &KeyInput,
) -> Result<Result<Found, Option<OpenError>>, RequestError> {
    let data = account.account_data().await?;
    let prefix = key_event_type("");
    let ids = data
        .keys()
        .filter_map(|name| name.strip_prefix(&prefix))
        .filter(|id| Some(*id) != default);
    let master = account.fetch(CROSS_SIGNING[0]).await?;
    let ids = ids.filter(|id| is_stored_under(master.as_ref(), id));
    let mut why = None;
    for id in ids.take(MOST_OTHER_KEYS) {
        let description = account.fetch(&key_event_type(id)).await?;
        let secrets = [(CROSS_SIGNING[0], master.as_ref())];
        match open_with(id, description.as_ref(), input, &secrets).await {
            Ok(key) => {
                let staged_for = description
                    .as_ref()
                    .and_then(|content| content.get(STAGED_FOR)?.as_str());
                return Ok(Ok(Found {
                    key,
                    is_default: false,
                    staged_for: staged_for.map(str::to_owned),
                }));
            }
            Err(OpenError::KeyNotDescribed) => {}
            Err(error) => why = Some(error),
        }
    }
    Ok(Err(why))
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
    let (mut opened, mut why, mut derived) = (Vec::new(), OpenError::NotSetUp, 0);
    for (id, _) in entries.into_iter().flatten() {
        let description = account.fetch(&key_event_type(id)).await?;
        match open_with(id, description.as_ref(), input, &[(name, secret.as_ref())]).await {
            Ok(key) => opened.push(key),
            // What was typed cannot be any of them.
            Err(error @ OpenError::MistypedKey) => return Err(error.into()),
            Err(OpenError::KeyNotDescribed) => continue,
            Err(error) => why = error,
        }
        derived += usize::from(matches!(input, KeyInput::Passphrase(_)));
        if derived == MOST_KEYS {
            break;
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

/// Lets it become the error of a flow that has both of its causes.
macro_rules! wraps_a_find_error {
    ($($error:path),+ $(,)?) => {
        $(impl From<$crate::secret_storage::find::FindError> for $error {
            fn from(error: $crate::secret_storage::find::FindError) -> Self {
                match error {
                    $crate::secret_storage::find::FindError::Open(error) => error.into(),
                    $crate::secret_storage::find::FindError::Request(error) => error.into(),
                }
            }
        })+
    };
}
pub(crate) use wraps_a_find_error;

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
