// SPDX-License-Identifier: Apache-2.0

//! Secrets as objects: what prints one prints `[redacted]`, and only `reveal` gives the text.

use std::fmt;

use keyward::secret;
use zeroize::Zeroizing;

use crate::{Advice, Remedy, advice::error_for_apps};

/// The account password.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct Password(pub(crate) secret::Password);

#[uniffi::export]
impl Password {
    /// Takes a copy of what a person typed.
    #[uniffi::constructor]
    pub fn new(text: String) -> Self {
        Self(secret::Password::new(text))
    }
}

/// A text that a key is derived from: a Security Phrase, or the passphrase of an export file.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct Passphrase(pub(crate) secret::Passphrase);

#[uniffi::export]
impl Passphrase {
    /// Takes a copy of what a person typed.
    #[uniffi::constructor]
    pub fn new(text: String) -> Self {
        Self(secret::Passphrase::new(text))
    }
}

/// The recovery key of secret storage, which people read as "Security Key": base58, 48 characters in groups of four.
///
/// Specification: Client-Server API, "Secret storage", key representation.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct RecoveryKey(pub(crate) secret::RecoveryKey);

#[uniffi::export]
impl RecoveryKey {
    /// Takes a copy of what a person typed. It is not checked here.
    #[uniffi::constructor]
    pub fn new(base58: String) -> Self {
        Self(secret::RecoveryKey::new(base58))
    }

    /// The key as people read it, in groups of four. Show it, and keep no copy.
    pub fn reveal(&self) -> String {
        self.0.reveal().to_owned()
    }
}

/// The 32 random bytes that encrypt the local store. Keep them in Android's Keystore or the iOS Keychain.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct StoreKey(pub(crate) secret::StoreKey);

#[uniffi::export]
impl StoreKey {
    /// A new key from the operating system's random numbers.
    #[uniffi::constructor]
    pub fn generate() -> Self {
        Self(secret::StoreKey::generate())
    }

    /// Takes a copy of the bytes that `reveal` gave.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, StoreKeyError> {
        let bytes = Zeroizing::new(bytes);
        let bytes =
            <[u8; secret::StoreKey::LENGTH]>::try_from(bytes.as_slice()).map_err(|_| StoreKeyError::WrongLength {
                advice: Advice::new(
                    "store_key.wrong_length",
                    Remedy::ReportBug,
                    format!("A store key has {} bytes.", secret::StoreKey::LENGTH),
                ),
            })?;
        Ok(Self(secret::StoreKey::new(bytes)))
    }

    /// The 32 bytes, for the platform's key store.
    pub fn reveal(&self) -> Vec<u8> {
        self.0.reveal().to_vec()
    }
}

error_for_apps! {
    /// Why bytes are no store key.
    pub enum StoreKeyError {
        /// A store key has 32 bytes.
        WrongLength {},
    }
}

macro_rules! redacted {
    ($($secret:ident),+) => {
        $(impl fmt::Display for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }

        impl fmt::Debug for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        })+
    };
}

redacted!(Password, Passphrase, RecoveryKey, StoreKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_a_secret_prints_nothing_of_it() {
        let key = StoreKey::generate();
        for text in [
            format!("{0} {0:?}", Password::new("secret".to_owned())),
            format!("{0} {0:?}", Passphrase::new("secret".to_owned())),
            format!("{0} {0:?}", RecoveryKey::new("secret".to_owned())),
            format!("{key} {key:?}"),
        ] {
            assert_eq!(text, "[redacted] [redacted]");
        }
    }

    #[test]
    fn a_store_key_is_32_bytes() {
        let key = StoreKey::generate();
        assert_eq!(
            StoreKey::from_bytes(key.reveal()).expect("32 bytes").reveal(),
            key.reveal()
        );
        for length in [0, 31, 33] {
            let refused = StoreKey::from_bytes(vec![0; length]).map(drop);
            assert!(
                matches!(refused, Err(StoreKeyError::WrongLength { .. })),
                "{length}: {refused:?}"
            );
        }
    }
}
