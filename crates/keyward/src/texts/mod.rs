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
mod key;
mod overrides;
mod recovery;
mod reset;
mod screen;
mod sessions;
mod verification;

#[cfg(test)]
mod tests;

use std::fmt;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

use self::catalogue::Language;
pub use self::{
    errors::Problem,
    overrides::OverrideError,
    recovery::{CheckView, RecoveryView},
    reset::{AskedFor, ResetView},
    screen::{Action, ActionId, Fact, Field, FieldId, FieldKind, ProgressText, Role, Screen, Section, Shows},
    sessions::{SessionText, SignOutView},
    verification::{UnlockView, VerificationView},
};
use crate::{error::Argument, text::clean};

/// First strong isolate, and its end: what is between them does not turn the direction of the text around it.
///
/// Unicode Standard Annex 9, "Explicit Directional Isolates".
const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// The texts in one language. Make it once and keep it: making it reads a catalogue, which takes some milliseconds.
pub struct Texts {
    /// The app's own words, the language, English. The first that has a message says it.
    bundles: Vec<FluentBundle<FluentResource>>,
    language: &'static Language,
    isolates_names: bool,
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
        catalogue::LANGUAGES.iter().map(|language| language.tag)
    }

    /// The texts for whoever wants these languages, the most wanted first: BCP 47 (`de-AT`), or names of locales
    /// (`de_AT.UTF-8`). English, if none of them is there.
    pub fn for_languages(wanted: &[&str]) -> Self {
        let language = catalogue::best(wanted);
        let mut bundles = vec![language.bundle()];
        if language.tag != catalogue::ENGLISH.tag {
            bundles.push(catalogue::ENGLISH.bundle());
        }
        Self {
            bundles,
            language,
            isolates_names: true,
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
            isolates_names: false,
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

    /// A message without arguments.
    fn say(&self, id: &str) -> String {
        self.format(id, None, &[])
    }

    /// A message with these arguments.
    fn say_with(&self, id: &str, arguments: &[(&str, Argument)]) -> String {
        self.format(id, None, arguments)
    }

    /// A message about so many of something.
    fn count(&self, id: &str, count: u64) -> String {
        self.say_with(id, &[("count", count.into())])
    }

    /// Whether there is such a message.
    fn knows(&self, id: &str) -> bool {
        self.bundles.iter().any(|bundle| bundle.has_message(id))
    }

    /// The further text of a message, where it has one: the hint of a field.
    fn attribute(&self, id: &str, attribute: &str) -> Option<String> {
        let has = |bundle: &FluentBundle<FluentResource>| {
            let message = bundle.get_message(id);
            message.is_some_and(|message| message.get_attribute(attribute).is_some())
        };
        self.bundles
            .iter()
            .any(has)
            .then(|| self.format(id, Some(attribute), &[]))
    }

    /// A message, or an attribute of it, by the first of the bundles that has it and can say it with these arguments.
    fn format(&self, id: &str, attribute: Option<&str>, arguments: &[(&str, Argument)]) -> String {
        let values: FluentArgs<'_> = arguments
            .iter()
            .map(|(name, argument)| (*name, self.value(argument)))
            .collect();
        for bundle in &self.bundles {
            let Some(message) = bundle.get_message(id) else {
                continue;
            };
            let pattern = match attribute {
                None => message.value(),
                Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
            };
            let Some(pattern) = pattern else { continue };
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
            if errors.is_empty() {
                return text;
            }
            debug_assert!(false, "{id} in {}: {errors:?}", self.language.tag);
        }
        debug_assert!(false, "no text says {id}");
        id.to_owned()
    }

    fn value(&self, argument: &Argument) -> fluent_bundle::FluentValue<'static> {
        match argument {
            Argument::Number(number) => (*number).into(),
            Argument::Text(text) => text.clone().into(),
            Argument::Name(name) => self.name(name).into(),
        }
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

    /// A name that a server or another person chose, fit to be shown within a text of any direction.
    fn name(&self, name: &str) -> String {
        let name = clean(name);
        match self.isolates_names {
            true => format!("{ISOLATE}{name}{END_OF_ISOLATE}"),
            false => name,
        }
    }
}
