// SPDX-License-Identifier: Apache-2.0

//! Opening secret storage with what a person typed, against a key description that a server sent.

use matrix_sdk_crypto::secret_storage::{DecodeError, SecretStorageKey};
use ruma::{
    UInt,
    events::{
        EventContentFromType,
        secret_storage::key::{
            SecretStorageEncryptionAlgorithm, SecretStorageKeyEventContent, SecretStorageV1AesHmacSha2Properties,
        },
    },
    serde::Base64,
};
use serde_json::{Value, value::to_raw_value};
use zeroize::Zeroizing;

use crate::{
    error::{Argument, FlowError, Remedy},
    secret::{Passphrase, RecoveryKey},
    secret_storage::{decrypt, is_stored_under, key_event_type},
};

/// The most PBKDF2 rounds that a key description may ask for: twenty times what clients write (500 000), some seconds
/// of work. A server could otherwise keep the device busy for hours.
const MAX_ROUNDS: u32 = 10_000_000;

/// What a person opens secret storage with.
#[derive(Clone, Debug)]
pub enum KeyInput {
    /// The Security Key (recovery key).
    RecoveryKey(RecoveryKey),
    /// The Security Phrase.
    Passphrase(Passphrase),
}

/// Why secret storage did not open. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no secret storage (`default_key` missing or blank).
    #[error("This account has no secret storage that a Security Key could open.")]
    NotSetUp,
    /// The default key is described nowhere, so nothing opens what is under it.
    #[error("Secret storage is broken: its key is described nowhere.")]
    KeyNotDescribed,
    /// The description asks for something that this version does not support or that is not safe.
    #[error("Secret storage asks for something that this version refuses ({what}).")]
    Unsupported {
        /// What it asks for, in words of this library.
        what: &'static str,
    },
    /// The recovery key has a typing mistake: characters, length or check digit.
    #[error("That is not a Security Key: a character is wrong or missing. Check it and type it again.")]
    MistypedKey,
    /// The key or phrase is well-formed and does not open this account's secret storage.
    #[error("The Security Key or Phrase is not the one of this account.")]
    WrongKey,
    /// Secret storage was made without a phrase.
    #[error("This account has no Security Phrase. Use the Security Key.")]
    NoPassphrase,
    /// A stored secret does not decrypt under its own key.
    #[error("A stored secret is damaged.")]
    DamagedSecret,
}

impl FlowError for OpenError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotSetUp => ("secret_storage.not_set_up", Remedy::Examine),
            Self::KeyNotDescribed => ("secret_storage.key_not_described", Remedy::Examine),
            Self::Unsupported { .. } => ("secret_storage.unsupported", Remedy::Nothing),
            Self::MistypedKey => ("secret_storage.mistyped_key", Remedy::AskAgain),
            Self::WrongKey => ("secret_storage.wrong_key", Remedy::AskAgain),
            Self::NoPassphrase => ("secret_storage.no_passphrase", Remedy::AskAgain),
            Self::DamagedSecret => ("secret_storage.damaged_secret", Remedy::Examine),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::Unsupported { what } => vec![("what", (*what).into())],
            _ => Vec::new(),
        }
    }
}

/// Opens the key `id` whose description (content of `m.secret_storage.key.<id>`) is `description`. Key derivation runs
/// on a blocking thread. A description without check value fits every key: [`open_with`] has more to check.
pub(crate) async fn open(
    id: &str,
    description: Option<&Value>,
    input: &KeyInput,
) -> Result<SecretStorageKey, OpenError> {
    let content = parse(id, description)?;
    let mut unchecked = with_check(&content, None);
    let text = match input {
        KeyInput::RecoveryKey(key) => {
            // Otherwise matrix-sdk-crypto would first try the text as a phrase, with 500 000 rounds.
            unchecked.passphrase = None;
            key.reveal().to_owned()
        }
        KeyInput::Passphrase(phrase) => {
            check_derivation(&content)?;
            phrase.reveal().to_owned()
        }
    };
    let text = Zeroizing::new(text);
    let derived = tokio::task::spawn_blocking(move || SecretStorageKey::from_account_data(&text, unchecked));
    let key = derived
        .await
        .expect("key derivation does not panic")
        .map_err(|_| match input {
            KeyInput::RecoveryKey(_) => OpenError::MistypedKey,
            KeyInput::Passphrase(_) => OpenError::WrongKey,
        })?;
    let Some((iv, mac)) = check_value(&content) else {
        return Ok(key);
    };
    // Trixnity publishes the value as it drew it, and checks with bit 63 cleared.
    let mut cleared = iv.as_bytes().to_vec();
    if let Some(byte) = cleared.get_mut(8) {
        *byte &= 0x7f;
    }
    let text = Zeroizing::new(key.to_base58());
    let mut wrong = OpenError::WrongKey;
    for iv in [iv, Base64::new(cleared)] {
        let mut checked = with_check(&content, Some((iv, mac.clone())));
        checked.passphrase = None;
        match SecretStorageKey::from_account_data(&text, checked) {
            Ok(key) => return Ok(key),
            Err(DecodeError::IvLength(..) | DecodeError::MacLength(..)) => {
                wrong = OpenError::Unsupported {
                    what: "its check value",
                };
            }
            Err(_) => {}
        }
    }
    // An app with one field hands a key over as a phrase.
    if let (OpenError::WrongKey, KeyInput::Passphrase(phrase)) = (&wrong, input) {
        let as_key = KeyInput::RecoveryKey(RecoveryKey::new(phrase.reveal()));
        return match Box::pin(open(id, description, &as_key)).await {
            Err(OpenError::MistypedKey) => Err(OpenError::WrongKey),
            opened => opened,
        };
    }
    Err(wrong)
}

/// Opens like [`open`]. Where the description has no check value, the key is wrong if it opens none of the secrets, each
/// by its name, although some are stored under it.
pub(crate) async fn open_with(
    id: &str,
    description: Option<&Value>,
    input: &KeyInput,
    secrets: &[(&str, Option<&Value>)],
) -> Result<SecretStorageKey, OpenError> {
    let key = open(id, description, input).await?;
    if check_value(&parse(id, description)?).is_some() {
        return Ok(key);
    }
    let mut stored = secrets
        .iter()
        .filter(|(_, secret)| is_stored_under(*secret, id))
        .peekable();
    let opens_one = stored.peek().is_none() || stored.any(|(name, secret)| decrypt(&key, name, *secret).is_ok());
    if opens_one { Ok(key) } else { Err(OpenError::WrongKey) }
}

/// Whether a key's description tells a wrong key from the right one.
pub(crate) fn has_check_value(id: &str, description: Option<&Value>) -> bool {
    parse(id, description).is_ok_and(|content| check_value(&content).is_some())
}

fn check_value(description: &SecretStorageKeyEventContent) -> Option<(Base64, Base64)> {
    match &description.algorithm {
        SecretStorageEncryptionAlgorithm::V1AesHmacSha2(value) => value.iv.clone().zip(value.mac.clone()),
        _ => None,
    }
}

fn with_check(
    description: &SecretStorageKeyEventContent,
    check: Option<(Base64, Base64)>,
) -> SecretStorageKeyEventContent {
    let (iv, mac) = check.unzip();
    let value = SecretStorageV1AesHmacSha2Properties::new(iv, mac);
    let mut changed = description.clone();
    changed.algorithm = SecretStorageEncryptionAlgorithm::V1AesHmacSha2(value);
    changed
}

pub(crate) fn parse(id: &str, description: Option<&Value>) -> Result<SecretStorageKeyEventContent, OpenError> {
    let description = description
        .filter(|content| content.as_object().is_some_and(|fields| !fields.is_empty()))
        .ok_or(OpenError::KeyNotDescribed)?;
    let raw = to_raw_value(description).expect("a JSON value serialises");
    let content =
        SecretStorageKeyEventContent::from_parts(&key_event_type(id), &raw).map_err(|_| OpenError::Unsupported {
            what: "a key of unknown form",
        })?;
    if content.algorithm.algorithm() != "m.secret_storage.v1.aes-hmac-sha2" {
        return Err(OpenError::Unsupported {
            what: "an unknown cipher",
        });
    }
    Ok(content)
}

fn check_derivation(description: &SecretStorageKeyEventContent) -> Result<(), OpenError> {
    let passphrase = description.passphrase.as_ref().ok_or(OpenError::NoPassphrase)?;
    if passphrase.algorithm.as_str() != "m.pbkdf2" {
        return Err(OpenError::Unsupported {
            what: "an unknown key derivation",
        });
    }
    if passphrase.bits != UInt::from(256u32) {
        return Err(OpenError::Unsupported {
            what: "a key of another length",
        });
    }
    if passphrase.iterations == UInt::from(0u32) || passphrase.iterations > UInt::from(MAX_ROUNDS) {
        return Err(OpenError::Unsupported {
            what: "an unreasonable number of key derivation rounds",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ruma::serde::base64::Standard;
    use serde_json::json;

    use super::*;
    use crate::{
        secret::Secret,
        secret_storage::{BACKUP, CROSS_SIGNING, encrypt, with_entry},
    };

    fn phrase(text: &str) -> KeyInput {
        KeyInput::Passphrase(Passphrase::new(text))
    }

    fn with_rounds(rounds: u64) -> Value {
        json!({
            "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
            "passphrase": {"algorithm": "m.pbkdf2", "salt": "salt", "iterations": rounds},
            "iv": "YWJjZGVmZ2hpamtsbW5vcA", "mac": "aWRvbnRrbm93d2hhdGFtYWNsb29rc2xpa2U"
        })
    }

    #[tokio::test]
    async fn hostile_descriptions_are_refused_before_any_work() {
        let refused = |what| Err(OpenError::Unsupported { what });
        let rounds = "an unreasonable number of key derivation rounds";
        let mut short = with_rounds(10);
        short["passphrase"]["bits"] = json!(8);
        let mut argon = with_rounds(10);
        argon["passphrase"]["algorithm"] = json!("org.example.argon");
        for (description, expected) in [
            (None, Err(OpenError::KeyNotDescribed)),
            (Some(json!({})), Err(OpenError::KeyNotDescribed)),
            (Some(json!("nonsense")), Err(OpenError::KeyNotDescribed)),
            (
                Some(json!({"algorithm": "org.example.rot13"})),
                refused("an unknown cipher"),
            ),
            (Some(json!({"algorithm": 5})), refused("a key of unknown form")),
            (Some(with_rounds(4_000_000_000)), refused(rounds)),
            (Some(with_rounds(0)), refused(rounds)),
            (Some(short), refused("a key of another length")),
            (Some(argon), refused("an unknown key derivation")),
            (
                Some(json!({"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": null, "mac": null})),
                Err(OpenError::NoPassphrase),
            ),
        ] {
            let opened = open("id", description.as_ref(), &phrase("x")).await.map(|_| ());
            assert_eq!(opened, expected, "{description:?}");
        }
    }

    /// As Trixnity 5 describes keys: the check value is computed with bit 63 of the initialisation vector cleared, and the
    /// vector is published with the bit.
    #[tokio::test]
    async fn a_description_whose_bit_63_was_cleared_for_the_check_opens() {
        let (mine, other) = (SecretStorageKey::new(), SecretStorageKey::new());
        let mut description = serde_json::to_value(mine.event_content()).expect("serialises");
        let iv = description["iv"].as_str().expect("a vector").to_owned();
        let mut iv = Base64::<Standard>::parse(iv).expect("base64").into_inner();
        assert_eq!(iv[8] & 0x80, 0, "matrix-sdk-crypto clears it, too");
        iv[8] |= 0x80;
        description["iv"] = json!(Base64::<Standard>::new(iv).encode());
        for (key, expected) in [(&mine, Ok(())), (&other, Err(OpenError::WrongKey))] {
            let input = KeyInput::RecoveryKey(RecoveryKey::new(key.to_base58()));
            let opened = open(mine.key_id(), Some(&description), &input).await;
            assert_eq!(opened.map(|_| ()), expected);
        }
    }

    /// As an app does that has one field for both.
    #[tokio::test]
    async fn a_key_that_is_handed_over_as_a_phrase_opens() {
        let (mine, other) = (SecretStorageKey::new(), SecretStorageKey::new());
        let mut description = serde_json::to_value(mine.event_content()).expect("serialises");
        description["passphrase"] = json!({"algorithm": "m.pbkdf2", "salt": "salt", "iterations": 10});
        for (text, expected) in [
            (mine.to_base58(), Ok(())),
            (other.to_base58(), Err(OpenError::WrongKey)),
            ("seven slow herons".to_owned(), Err(OpenError::WrongKey)),
        ] {
            let opened = open(mine.key_id(), Some(&description), &phrase(&text)).await;
            assert_eq!(opened.map(|_| ()), expected, "{text}");
        }
    }

    #[tokio::test]
    async fn where_the_description_checks_nothing_the_secrets_do() {
        let (mine, other) = (SecretStorageKey::new(), SecretStorageKey::new());
        let description = json!({"algorithm": "m.secret_storage.v1.aes-hmac-sha2"});
        let entry = encrypt(&mine, BACKUP, &Secret::new("secret"));
        let secret = with_entry(None, mine.key_id(), entry);
        let damaged = with_entry(
            None,
            mine.key_id(),
            json!({"iv": "AA", "ciphertext": "AA", "mac": "AA"}),
        );
        let check = async |key: &SecretStorageKey, secrets: &[(&str, Option<&Value>)]| {
            let input = KeyInput::RecoveryKey(RecoveryKey::new(key.to_base58()));
            let opened = open_with(mine.key_id(), Some(&description), &input, secrets).await;
            opened.map(|_| ())
        };
        let both = [(CROSS_SIGNING[0], Some(&damaged)), (BACKUP, Some(&secret))];
        assert_eq!(check(&mine, &both).await, Ok(()), "one that is damaged is no wrong key");
        assert_eq!(check(&other, &both).await, Err(OpenError::WrongKey));
        assert_eq!(check(&other, &[(BACKUP, None)]).await, Ok(()), "nothing to check with");
    }

    #[tokio::test]
    async fn a_typing_mistake_is_told_from_a_wrong_key() {
        let (mine, other) = (SecretStorageKey::new(), SecretStorageKey::new());
        let description = serde_json::to_value(mine.event_content()).expect("serialises");
        let check = async |text: String| {
            let input = KeyInput::RecoveryKey(RecoveryKey::new(text));
            open(mine.key_id(), Some(&description), &input).await.map(|_| ())
        };
        let key = mine.to_base58();
        assert_eq!(check(key.clone()).await, Ok(()));
        assert_eq!(check(key.replace(' ', "")).await, Ok(()));
        assert_eq!(check(other.to_base58()).await, Err(OpenError::WrongKey));
        assert_eq!(
            check(key[..key.len() - 1].to_owned()).await,
            Err(OpenError::MistypedKey)
        );
        assert_eq!(check(String::new()).await, Err(OpenError::MistypedKey));
        // Another character in place of one in the middle: the check digit tells, but for one key in 256.
        let mut mistyped = 0;
        let alphabet = ('1'..='9').chain('A'..='Z').chain('a'..='z');
        for letter in alphabet.filter(|letter| !"IOl".contains(*letter) && !key[21..].starts_with(*letter)) {
            let typed = format!("{}{letter}{}", &key[..21], &key[22..]);
            match check(typed).await {
                Err(OpenError::MistypedKey) => mistyped += 1,
                other => assert_eq!(other, Err(OpenError::WrongKey)),
            }
        }
        assert!(mistyped > 40, "{mistyped} of 57");
    }
}
