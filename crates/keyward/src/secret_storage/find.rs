// SPDX-License-Identifier: Apache-2.0

//! Which key of secret storage it is that a person typed: the default one, or another that is described there.

use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use serde_json::Value;

use super::{
    CROSS_SIGNING, KeyInput, OpenError, STAGED_BESIDE, STAGED_FOR, in_use::listing, is_stored_under, key_event_type,
    open_with,
};
use crate::{account::Handle, error::RequestError};

/// How many keys beside the default one are tried: each may need a key derivation.
const MOST_OTHER_KEYS: usize = 4;
/// How many derivations are tried where one secret is stored under many keys.
const MOST_KEYS: usize = MOST_OTHER_KEYS + 1;

/// The key that a person typed.
pub(crate) struct Found {
    pub(crate) key: SecretStorageKey,
    pub(crate) is_default: bool,
    /// What a reset has noted that has staged it, if one has.
    pub(crate) staged: Option<Staged>,
}

/// A key that a reset has staged and may not have made the default.
pub(crate) struct Staged {
    /// Base64 of the master key of the identity that it is for.
    pub(crate) identity: String,
    /// The default key at that time, if it is known.
    pub(crate) beside: Option<String>,
    /// Content of `m.secret_storage.key.<id>` once it is staged no more.
    pub(crate) in_force: Value,
}

impl Staged {
    fn of(description: Option<&Value>) -> Option<Self> {
        let mut in_force = description?.clone();
        let fields = in_force.as_object_mut()?;
        let mut field = |name| Some(fields.remove(name)?.as_str()?.to_owned());
        Some(Self {
            identity: field(STAGED_FOR)?,
            beside: field(STAGED_BESIDE),
            in_force,
        })
    }

    /// Whether it takes the place of the default key, which is this one with this description: only where that does not open
    /// the identity. It does not if it is the one that was there before the identity, or has not all of `private_keys`. Any
    /// other may be a newer one that another client has made.
    pub(crate) fn replaces(&self, default: Option<(&str, Option<&Value>)>, private_keys: &[Option<Value>; 3]) -> bool {
        let Some((id, description)) = default else {
            return true;
        };
        let is_described = description.is_some_and(|content| content.get("algorithm").is_some());
        let holds_all = private_keys.iter().all(|secret| is_stored_under(secret.as_ref(), id));
        self.beside.as_deref() == Some(id) || !is_described || !holds_all
    }
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
            staged: None,
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
    // Where the server lists nothing, no other key can be found.
    let data = listing(account).await?.unwrap_or_default();
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
                return Ok(Ok(Found {
                    key,
                    is_default: false,
                    staged: Staged::of(description.as_ref()),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_staged_key_gives_way_to_a_default_key_that_is_newer() {
        let description = |beside: Value| json!({"algorithm": "x", STAGED_FOR: "identity", STAGED_BESIDE: beside});
        let under = |ids: &[&str]| {
            let entries = ids.iter().map(|id| ((*id).to_owned(), json!({"iv": "x"})));
            Some(json!({"encrypted": entries.collect::<serde_json::Map<_, _>>()}))
        };
        let whole: [_; 3] = std::array::from_fn(|_| under(&["old", "staged", "newer"]));
        let mut partial = whole.clone();
        partial[2] = under(&["old", "staged"]);
        let described = json!({"algorithm": "x"});
        let blank = json!({});
        for (beside, default, private_keys, expected) in [
            (json!("old"), Some(("old", &described)), &whole, true),
            (json!("old"), Some(("newer", &described)), &whole, false),
            // There was none, or an older version of Keyward has staged it.
            (Value::Null, Some(("newer", &described)), &whole, false),
            (json!("old"), None, &whole, true),
            (Value::Null, None, &whole, true),
            (json!("old"), Some(("newer", &blank)), &whole, true),
            (json!("old"), Some(("newer", &described)), &partial, true),
        ] {
            let staged = Staged::of(Some(&description(beside.clone()))).expect("it is staged");
            let default = default.map(|(id, description)| (id, Some(description)));
            assert_eq!(staged.replaces(default, private_keys), expected, "{beside} {default:?}");
        }
        assert!(Staged::of(Some(&described)).is_none());
        assert!(Staged::of(None).is_none());
    }
}
