// SPDX-License-Identifier: Apache-2.0

//! Messages in several languages, of which one is chosen: ours, and an app's own.

use std::fmt;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use crate::{error::Argument, text::clean};

/// First strong isolate, and its end: what is between them does not turn the direction of the text around it.
///
/// Unicode Standard Annex 9, "Explicit Directional Isolates".
const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// Messages in one of several languages. [`Texts`](super::Texts) says with it what the flows say; an app that wants to
/// say its own sentences in the same manner makes another one. Make it once and keep it.
///
/// ```
/// # use keyward::texts::Catalogue;
/// const LANGUAGES: [(&str, &str); 2] = [
///     ("en", "files = { $count ->\n    [one] { $count } file\n   *[other] { $count } files\n}\n"),
///     ("de", "files = { $count ->\n    [one] { $count } Datei\n   *[other] { $count } Dateien\n}\n"),
/// ];
/// let catalogue = Catalogue::for_languages(&LANGUAGES, &["de_AT.UTF-8"]);
/// assert_eq!(catalogue.count("files", 2), "2 Dateien");
/// ```
pub struct Catalogue {
    /// An app's own words in place of ours, the language, the first of all. The first that has a message says it.
    bundles: Vec<FluentBundle<FluentResource>>,
    language: &'static str,
    isolates_names: bool,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The messages for whoever wants these languages, the most wanted first: BCP 47 (`de-AT`), or names of locales
    /// (`de_AT.UTF-8`).
    ///
    /// `languages`: a BCP 47 tag and the messages, in [Fluent](https://projectfluent.org)'s form, each. The first is
    /// complete: it is taken if none of those that are wanted is there, and says what another one lacks. What cannot be
    /// read of one is left out; a test of yours finds that with [`faults`](fn@super::faults).
    pub fn for_languages(languages: &[(&'static str, &str)], wanted: &[&str]) -> Self {
        let tags: Vec<&'static str> = languages.iter().map(|(tag, _)| *tag).collect();
        let language = best(&tags, wanted).or(tags.first().copied()).unwrap_or("und");
        let chosen = languages.iter().filter(|(tag, _)| *tag == language);
        let complete = languages.first().filter(|(tag, _)| *tag != language);
        Self::of(language, chosen.chain(complete).copied())
    }

    /// The messages of this language, and of those that say what it lacks, in their order: each with its tag.
    pub(super) fn of<T: Into<String>>(
        language: &'static str,
        in_order: impl IntoIterator<Item = (&'static str, T)>,
    ) -> Self {
        let bundles = in_order.into_iter().map(|(tag, fluent)| bundle(tag, fluent.into()));
        Self {
            bundles: bundles.collect(),
            language,
            isolates_names: true,
        }
    }

    /// For where text is not laid out by Unicode's rules for two directions, as in most terminals: names come without
    /// the invisible marks around them.
    #[must_use]
    pub fn without_isolates(self) -> Self {
        Self {
            isolates_names: false,
            ..self
        }
    }

    /// The language of the messages, as a BCP 47 tag.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// A message without arguments. One that is not there, or cannot be said with these arguments, is said by the first
    /// language, and by its name if that cannot say it either.
    ///
    /// # Panics
    ///
    /// Then, in a debug build.
    pub fn say(&self, id: &str) -> String {
        self.format(id, None, &[])
    }

    /// A message with these arguments. Whatever a server or another person chose goes in as [`Argument::Name`]: it is
    /// cleaned, and turns nothing around.
    ///
    /// ```
    /// # use keyward::{error::Argument, texts::Catalogue};
    /// let catalogue = Catalogue::for_languages(&[("en", "renamed = Now: { $name }\n")], &["en"]).without_isolates();
    /// let name = Argument::Name("Phone\u{1b}[2J".to_owned());
    /// assert_eq!(catalogue.say_with("renamed", &[("name", name)]), "Now: Phone\u{fffd}[2J");
    /// ```
    ///
    /// # Panics
    ///
    /// As [`say`](Self::say).
    pub fn say_with(&self, id: &str, arguments: &[(&str, Argument)]) -> String {
        self.format(id, None, arguments)
    }

    /// A message about so many of something, its argument `count`.
    ///
    /// # Panics
    ///
    /// As [`say`](Self::say).
    pub fn count(&self, id: &str, count: u64) -> String {
        self.say_with(id, &[("count", count.into())])
    }

    /// Whether there is such a message.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.bundles.iter().any(|bundle| bundle.has_message(id))
    }

    /// The further text of a message, where it has one: the hint of a field.
    pub(super) fn attribute(&self, id: &str, attribute: &str) -> Option<String> {
        let has = |bundle: &FluentBundle<FluentResource>| {
            let message = bundle.get_message(id);
            message.is_some_and(|message| message.get_attribute(attribute).is_some())
        };
        self.bundles
            .iter()
            .any(has)
            .then(|| self.format(id, Some(attribute), &[]))
    }

    /// These messages go before all others.
    pub(super) fn put_first(&mut self, bundle: FluentBundle<FluentResource>) {
        self.bundles.insert(0, bundle);
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
            debug_assert!(false, "{id} in {}: {errors:?}", self.language);
        }
        debug_assert!(false, "no text says {id}");
        id.to_owned()
    }

    fn value(&self, argument: &Argument) -> FluentValue<'static> {
        match argument {
            Argument::Number(number) => (*number).into(),
            Argument::Text(text) => text.clone().into(),
            Argument::Name(name) => self.name(name).into(),
        }
    }

    /// A name that a server or another person chose, fit to be shown within a text of any direction.
    pub(super) fn name(&self, name: &str) -> String {
        let name = clean(name);
        match self.isolates_names {
            true => format!("{ISOLATE}{name}{END_OF_ISOLATE}"),
            false => name,
        }
    }
}

/// The messages of one language.
pub(super) fn bundle(tag: &str, fluent: String) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![id(tag)]);
    // Only names need it, and they bring it along.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(number));
    // Of an app's own words: `NUMBER`. It is there once at most.
    let _ = bundle.add_builtins();
    let resource = FluentResource::try_new(fluent);
    let resource = resource.unwrap_or_else(|(what_can_be_read, _)| what_can_be_read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A tag as the plural rules take it. What is no tag has no rules of its own.
pub(super) fn id(tag: &str) -> LanguageIdentifier {
    tag.parse().unwrap_or_default()
}

/// A number that can be read: thousands apart, by a space in which no line breaks, as in every language (ISO 80000-1, 7.3.2).
fn number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let number = number.as_string();
    let digits = number.split('.').next().unwrap_or_default();
    let places = digits.chars().rev().enumerate();
    let backwards = places.flat_map(|(place, digit)| {
        let gap = (place > 0 && place % 3 == 0).then_some('\u{a0}');
        gap.into_iter().chain([digit])
    });
    let whole: String = backwards.collect::<Vec<_>>().into_iter().rev().collect();
    Some(whole + &number[digits.len()..])
}

/// The best of the languages that are there for whoever wants these (BCP 47, or names of locales such as
/// `de_AT.UTF-8`), the most wanted first. `None` if none of them is there.
pub(super) fn best(available: &[&'static str], wanted: &[&str]) -> Option<&'static str> {
    let wanted: Vec<LanguageIdentifier> = wanted.iter().filter_map(|name| language_of(name)).collect();
    // What is no tag would be taken for every language.
    let ids: Vec<LanguageIdentifier> = available.iter().filter_map(|tag| tag.parse().ok()).collect();
    let chosen = negotiate_languages(&wanted, &ids, None, NegotiationStrategy::Lookup);
    let chosen = chosen.first()?;
    available.iter().copied().find(|tag| id(tag) == **chosen)
}

/// The language of a locale: without the character set and what follows it.
fn language_of(name: &str) -> Option<LanguageIdentifier> {
    name.split(['.', '@']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_wanted_one_that_is_there() {
        for (wanted, expected) in [
            (&["de-AT", "en"][..], Some("de")),
            (&["de_AT.UTF-8"], Some("de")),
            (&["sr@latin", "pl"], Some("pl")),
            (&["ja", "ar-EG"], Some("ar")),
            (&["en-GB", "fr"], Some("en")),
            (&["ja"], None),
            (&["C", "POSIX", "", "%"], None),
            (&[], None),
        ] {
            assert_eq!(best(&["en", "de", "fr", "pl", "ar"], wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn the_first_language_says_what_another_one_lacks() {
        let languages = [("en", "a = One\nb = Two\n"), ("de", "b = Zwei\n")];
        let german = Catalogue::for_languages(&languages, &["de"]);
        assert_eq!((german.say("a"), german.say("b")), ("One".into(), "Zwei".into()));
        assert_eq!(german.language(), "de");
        let other = Catalogue::for_languages(&languages, &["ja"]);
        assert_eq!((other.language(), other.say("b")), ("en", "Two".into()));
    }

    #[test]
    fn thousands_are_apart() {
        for (value, expected) in [
            (7, "7"),
            (123, "123"),
            (1234, "1\u{a0}234"),
            (20_000_000, "20\u{a0}000\u{a0}000"),
        ] {
            assert_eq!(number(&FluentValue::from(value), &()).as_deref(), Some(expected));
        }
        let fraction = number(&FluentValue::from(1234.25), &());
        assert_eq!(fraction.as_deref(), Some("1\u{a0}234.25"));
    }

    #[test]
    fn what_is_no_tag_is_no_language_of_anybody() {
        assert_eq!(best(&["en", "de_DE.UTF-8", "fr"], &["nl", "fr"]), Some("fr"));
        assert_eq!(best(&["en", "de_DE.UTF-8", "fr"], &["ja"]), None);
    }
}
