// SPDX-License-Identifier: Apache-2.0

//! A new Security Key: at random, or from a Security Phrase that could not be guessed; and how a person confirms that it is
//! saved.

use matrix_sdk_crypto::secret_storage::SecretStorageKey;
use tokio::task::JoinHandle;

use super::strength::is_weak;
use crate::secret::{Passphrase, RecoveryKey};

/// How the person confirms that the new key is saved.
#[derive(Clone, Debug)]
pub enum Confirmation {
    /// By typing it again; spaces do not matter.
    Retyped(RecoveryKey),
    /// By saying so.
    Acknowledged,
}

impl Confirmation {
    /// Whether it is this key that the person has saved.
    pub(crate) fn is_of(&self, key: &RecoveryKey) -> bool {
        match self {
            Self::Retyped(typed) => key.is(typed),
            Self::Acknowledged => true,
        }
    }
}

/// Why a phrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhraseError {
    Empty,
    /// It could be guessed, if it were known whose it is.
    Weak,
}

/// Refuses a phrase that is empty or could be guessed, if it were known whose it is.
pub(crate) fn check_passphrase(phrase: &Passphrase, user_id: &str) -> Result<(), PhraseError> {
    if phrase.reveal().trim().is_empty() {
        return Err(PhraseError::Empty);
    }
    let bare = user_id.trim_start_matches('@');
    let (localpart, server) = bare.split_once(':').unwrap_or((bare, ""));
    let own = [user_id, bare, localpart, server, "matrix", "element", "keyward"];
    if is_weak(phrase.reveal(), &own) {
        return Err(PhraseError::Weak);
    }
    Ok(())
}

/// Begins to make a key, on a blocking thread: a phrase takes 500 000 rounds.
pub(crate) fn make(phrase: Option<Passphrase>) -> JoinHandle<SecretStorageKey> {
    tokio::task::spawn_blocking(move || match phrase {
        Some(phrase) => SecretStorageKey::new_from_passphrase(phrase.reveal()),
        None => SecretStorageKey::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_that_could_be_guessed_are_refused() {
        let check = |phrase: &str| check_passphrase(&Passphrase::new(phrase), "@alice:example.org");
        for empty in ["", "   ", "\t\n"] {
            assert_eq!(check(empty), Err(PhraseError::Empty), "{empty:?}");
        }
        for weak in [
            "password",
            "hunter2",
            "alice:example.org",
            "aaaaaaaaaaaaaaaa",
            "qwertyuiop",
            "matrix123",
        ] {
            assert_eq!(check(weak), Err(PhraseError::Weak), "{weak:?}");
        }
        for good in [
            "correct horse battery staple",
            "vier grüne Elefanten tanzen Walzer",
            &"mule canyon ".repeat(50),
        ] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
    }
}
