// SPDX-License-Identifier: Apache-2.0

//! Words for people, in their language: what every state of every flow says, every finding, remedy and error.
//!
//! One catalogue a language (`crates/keyward/texts/`), in [Fluent](https://projectfluent.org). English is complete; another
//! language falls back to it message by message. An app draws a whole [`Screen`], or takes single texts.
//!
//! ```
//! # use keyward::{auth::AuthError, texts::Texts};
//! let texts = Texts::for_languages(&["de-AT", "en"]);
//! assert_eq!(texts.language(), "de");
//! println!("{}", texts.error(&AuthError::WrongPassword));
//! ```

mod catalogue;
mod doctor;
mod errors;
mod faults;
mod key;
mod languages;
mod overrides;
mod overview;
mod recovery;
mod reset;
mod screen;
mod sessions;
mod verification;

#[cfg(test)]
mod tests;

use std::fmt;

use self::languages::{ENGLISH, LANGUAGES, Language};
pub use self::{
    catalogue::Catalogue,
    errors::Problem,
    faults::{faults, message_ids},
    overrides::OverrideError,
    recovery::{CheckView, RecoveryView},
    reset::{AskedFor, ResetView},
    screen::{Action, ActionId, Fact, Field, FieldId, FieldKind, ProgressText, Role, Screen, Section, Shows},
    sessions::{SessionText, SignOutView},
    verification::{UnlockView, VerificationView},
};
use crate::error::Argument;

/// The texts in one language. Make it once and keep it: making it reads a catalogue, which takes some milliseconds.
pub struct Texts {
    catalogue: Catalogue,
    language: &'static Language,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts")
            .field("language", &self.language.tag)
            .finish_non_exhaustive()
    }
}

impl Texts {
    /// The languages that there are, by their BCP 47 tags; English first.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|language| language.tag)
    }

    /// The one of these languages that [`for_languages`](Self::for_languages) takes; `None` if none of those that are
    /// wanted is there.
    pub fn best_language(wanted: &[&str]) -> Option<&'static str> {
        let tags: Vec<&'static str> = Self::languages().collect();
        catalogue::best(&tags, wanted)
    }

    /// The texts for whoever wants these languages, the most wanted first: BCP 47 (`de-AT`), or names of locales
    /// (`de_AT.UTF-8`). English, if none of them is there.
    pub fn for_languages(wanted: &[&str]) -> Self {
        let chosen = Self::best_language(wanted);
        let language = LANGUAGES.iter().find(|language| Some(language.tag) == chosen);
        let language = language.unwrap_or(ENGLISH);
        let fallback = (language.tag != ENGLISH.tag).then_some(ENGLISH);
        let in_order = [language].into_iter().chain(fallback);
        Self {
            catalogue: Catalogue::of(
                language.tag,
                in_order.map(|language| (language.tag, language.catalogue())),
            ),
            language,
        }
    }

    /// The English texts.
    pub fn english() -> Self {
        Self::for_languages(&[])
    }

    /// For where text is not laid out by Unicode's rules for two directions, as in most terminals: names come without the
    /// invisible marks around them.
    #[must_use]
    pub fn without_isolates(self) -> Self {
        Self {
            catalogue: self.catalogue.without_isolates(),
            ..self
        }
    }

    /// The language of the texts, as a BCP 47 tag.
    pub fn language(&self) -> &'static str {
        self.language.tag
    }

    /// Whether the language is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.language.is_right_to_left
    }

    fn say(&self, id: &str) -> String {
        self.catalogue.say(id)
    }

    fn say_with(&self, id: &str, arguments: &[(&str, Argument)]) -> String {
        self.catalogue.say_with(id, arguments)
    }

    fn count(&self, id: &str, count: u64) -> String {
        self.catalogue.count(id, count)
    }

    fn knows(&self, id: &str) -> bool {
        self.catalogue.knows(id)
    }

    fn attribute(&self, id: &str, attribute: &str) -> Option<String> {
        self.catalogue.attribute(id, attribute)
    }

    fn name(&self, name: &str) -> String {
        self.catalogue.name(name)
    }

    /// One of these.
    fn either(&self, names: impl Iterator<Item = String>) -> Option<String> {
        self.joined("list-or", names)
    }

    /// All of these.
    fn all(&self, names: impl Iterator<Item = String>) -> Option<String> {
        self.joined("list-next", names)
    }

    fn joined(&self, id: &str, names: impl Iterator<Item = String>) -> Option<String> {
        names.reduce(|first, second| self.say_with(id, &[("first", first.into()), ("second", second.into())]))
    }
}
