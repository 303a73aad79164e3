// SPDX-License-Identifier: Apache-2.0

//! The Security Key for whoever hears it, and the names of emoji.

use super::Texts;
use crate::secret::{RecoveryKey, Secret};

impl Texts {
    /// The Security Key letter by letter, in its groups, with capitals named: for a screen reader.
    pub fn spoken_key(&self, key: &RecoveryKey) -> Secret {
        let groups = || key.reveal().split_whitespace();
        let spoken = |character: char| match character.is_ascii_uppercase() {
            true => self.say_with("key-spoken-capital", &[("letter", character.to_string().into())]),
            false => character.to_string(),
        };
        // Reserved at once: a buffer that grows leaves copies behind.
        let longest = self.say_with("key-spoken-capital", &[("letter", "M".into())]).len() + ", ".len();
        let length = groups().map(|group| group.len() * longest + ". ".len()).sum();
        let mut text = String::with_capacity(length);
        for group in groups() {
            for (place, character) in group.chars().enumerate() {
                text.push_str(match (place, text.is_empty()) {
                    (_, true) => "",
                    (0, false) => ". ",
                    _ => ", ",
                });
                text.push_str(&spoken(character));
            }
        }
        Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_spoken_letter_by_letter_with_its_groups_and_capitals() {
        let key = RecoveryKey::new("EsT1 a9");
        let texts = Texts::english();
        assert_eq!(texts.spoken_key(&key).reveal(), "capital E, s, capital T, 1. a, 9");
    }
}
