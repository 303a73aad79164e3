// SPDX-License-Identifier: Apache-2.0

//! Secrets as types: wiped from memory when dropped, redacted in `Debug`, and readable only through [`Secret::reveal`].
//!
//! This is the only file that hands out the text of a secret, so a search for `.reveal()` finds every place that reads one.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret text: wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over. The buffer is wiped when the last clone is dropped.
    pub fn new(text: impl Into<String>) -> Self {
        Self(exact(text.into()).into())
    }

    /// The text itself. The caller is responsible for where it goes.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is no character at all.
    pub fn is_empty(&self) -> bool {
        self.reveal().is_empty()
    }
}

/// Copies the text into a buffer of exactly its size. Boxing a string with spare capacity may move the text and leave
/// the old buffer as it was.
fn exact(mut text: String) -> String {
    if text.capacity() == text.len() {
        return text;
    }
    let mut exact = String::with_capacity(text.len());
    exact.push_str(&text);
    text.zeroize();
    exact
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The account password.
pub type Password = Secret;

/// A text that a key is derived from: a Security Phrase, or the passphrase of an export file.
pub type Passphrase = Secret;

/// The recovery key of secret storage (people read "Security Key"): base58 `Es…`, 48 characters in groups of four.
///
/// Specification: Client-Server API, "Secret storage", key representation.
#[derive(Clone)]
pub struct RecoveryKey(Secret);

impl RecoveryKey {
    /// Takes the key as a person typed it or as it was generated. It is checked when secret storage is opened, not
    /// here.
    pub fn new(base58: impl Into<String>) -> Self {
        Self(Secret::new(base58))
    }

    /// The key as people read it, in groups of four.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// Whether `typed` is this key, whatever its spacing. Compares in constant time.
    pub fn is(&self, typed: &RecoveryKey) -> bool {
        let plain = |key: &RecoveryKey| -> SecretString {
            let mut text = String::with_capacity(key.reveal().len());
            text.extend(key.reveal().chars().filter(|c| !c.is_whitespace()));
            exact(text).into()
        };
        plain(self)
            .expose_secret()
            .as_bytes()
            .ct_eq(plain(typed).expose_secret().as_bytes())
            .into()
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The 32 random bytes that encrypt the local store. Keep them in the platform's key store.
pub struct StoreKey(SecretBox<[u8; 32]>);

impl StoreKey {
    /// Length in bytes.
    pub const LENGTH: usize = 32;

    /// Takes the bytes over.
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Makes a new key from the operating system's random numbers.
    pub fn generate() -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; Self::LENGTH]| {
            rand::fill(&mut bytes[..])
        }))
    }

    /// The bytes themselves.
    pub fn reveal(&self) -> &[u8; Self::LENGTH] {
        self.0.expose_secret()
    }
}

impl Clone for StoreKey {
    fn clone(&self) -> Self {
        Self::new(*self.reveal())
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_character_of_a_secret() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Secret::new("hunter2"),
            RecoveryKey::new("EsT1"),
            StoreKey::new([65; 32])
        );
        assert_eq!(shown, "[redacted] [redacted] [redacted]");
    }

    #[test]
    fn a_text_with_spare_room_is_copied_to_a_buffer_without() {
        let mut roomy = String::with_capacity(64);
        roomy.push_str("hunter2");
        let exact = exact(roomy);
        assert_eq!((exact.as_str(), exact.capacity()), ("hunter2", 7));
        assert_eq!(Secret::new(exact).reveal(), "hunter2");
    }

    #[test]
    fn a_retyped_key_is_recognised_whatever_its_spacing() {
        let key = RecoveryKey::new("EsTc aaaa bbbb");
        assert!(key.is(&RecoveryKey::new(" EsTcaaaa  bbbb\n")));
        assert!(!key.is(&RecoveryKey::new("EsTc aaaa bbbc")));
        assert!(!key.is(&RecoveryKey::new("")));
    }
}
