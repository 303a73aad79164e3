// SPDX-License-Identifier: Apache-2.0

//! Ed25519 keys as Matrix writes them: base64 without padding.

use std::panic::{AssertUnwindSafe, catch_unwind};

use vodozemac::{Ed25519PublicKey, Ed25519SecretKey, base64_decode};

/// The key that a text is, with padding or without. `Ed25519PublicKey::from_base64` panics where a text of 43 or 44 characters
/// is not 32 bytes long (vodozemac 0.10), and anybody can upload such a text as a key.
pub(crate) fn public_key(text: &str) -> Option<Ed25519PublicKey> {
    let bytes: [u8; Ed25519PublicKey::LENGTH] = base64_decode(text).ok()?.try_into().ok()?;
    Ed25519PublicKey::from_slice(&bytes).ok()
}

/// Base64 of the public key that belongs to a private one; `None` if the text is no private key.
pub(crate) fn public_key_of(private: &str) -> Option<String> {
    let key = unless_it_panics(|| Ed25519SecretKey::from_base64(private).ok())?;
    Some(key.public_key().to_base64())
}

/// The result of `work`, which reads what others have written with vodozemac's own types; `None` if it panics on a key.
pub(crate) fn unless_it_panics<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::warn!("a key that cannot be read was left out");
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_bytes_are_a_key() {
        let key = "UMFdcX/xLbJRQdNlRPmtvD1Lg6ZQtRYrIYWnDaYvvyk";
        for (text, expected) in [
            (key.to_owned(), Some(key)),
            (format!("{key}="), Some(key)),
            ("A".repeat(44), None),
            (format!("{}=", "A".repeat(42)), None),
            ("A".repeat(42), None),
            (String::new(), None),
            ("no base64!".to_owned(), None),
        ] {
            assert_eq!(
                public_key(&text).map(|key| key.to_base64()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
