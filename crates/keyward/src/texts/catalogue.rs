// SPDX-License-Identifier: Apache-2.0

//! The catalogues that are compiled in, one a language, and the choice among them.

use fluent_bundle::{FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// A language with a catalogue.
#[derive(Debug)]
pub(super) struct Language {
    /// BCP 47.
    pub(super) tag: &'static str,
    pub(super) is_right_to_left: bool,
    /// Fluent.
    pub(super) catalogue: &'static str,
}

/// English is complete, so every other language falls back to it, message by message.
pub(super) const ENGLISH: &Language = &LANGUAGES[0];

pub(super) const LANGUAGES: [Language; 6] = [
    left_to_right("en", include_str!("../../texts/en.ftl")),
    left_to_right("de", include_str!("../../texts/de.ftl")),
    left_to_right("fr", include_str!("../../texts/fr.ftl")),
    left_to_right("es", include_str!("../../texts/es.ftl")),
    left_to_right("pl", include_str!("../../texts/pl.ftl")),
    Language {
        is_right_to_left: true,
        ..left_to_right("ar", include_str!("../../texts/ar.ftl"))
    },
];

const fn left_to_right(tag: &'static str, catalogue: &'static str) -> Language {
    Language {
        tag,
        is_right_to_left: false,
        catalogue,
    }
}

impl Language {
    pub(super) fn id(&self) -> LanguageIdentifier {
        self.tag.parse().expect("a test parses each of them")
    }

    /// Its messages.
    pub(super) fn bundle(&self) -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new_concurrent(vec![self.id()]);
        // Only names need it, and they bring it along.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(number));
        // Of an app's own words: `NUMBER`. It is there once at most.
        let _ = bundle.add_builtins();
        let resource = FluentResource::try_new(self.catalogue.to_owned());
        let resource = resource.unwrap_or_else(|(what_can_be_read, _)| what_can_be_read);
        bundle.add_resource_overriding(resource);
        bundle
    }
}

/// A number that can be read: thousands apart, by a space in which no line breaks, as in every language (ISO 80000-1, 7.3.2).
pub(super) fn number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let digits = number.as_string().into_owned();
    let places = digits.chars().rev().enumerate();
    let backwards = places.flat_map(|(place, digit)| {
        let gap = (place > 0 && place % 3 == 0).then_some('\u{a0}');
        gap.into_iter().chain([digit])
    });
    Some(backwards.collect::<Vec<_>>().into_iter().rev().collect())
}

/// The best of our languages for whoever wants these (BCP 47, or names of locales such as `de_AT.UTF-8`), the most wanted
/// first. English, if none is wanted that is there.
pub(super) fn best(wanted: &[&str]) -> &'static Language {
    let wanted: Vec<LanguageIdentifier> = wanted.iter().filter_map(|name| language_of(name)).collect();
    let available: Vec<LanguageIdentifier> = LANGUAGES.iter().map(Language::id).collect();
    let english = ENGLISH.id();
    let chosen = negotiate_languages(&wanted, &available, Some(&english), NegotiationStrategy::Lookup);
    let chosen = chosen.first().map_or(&english, |language| *language);
    LANGUAGES
        .iter()
        .find(|language| language.id() == *chosen)
        .unwrap_or(ENGLISH)
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
            (&["de-AT", "en"][..], "de"),
            (&["de_AT.UTF-8"], "de"),
            (&["sr@latin", "pl"], "pl"),
            (&["ja", "ar-EG"], "ar"),
            (&["en-GB", "fr"], "en"),
            (&["ja"], "en"),
            (&["C", "POSIX", "", "%"], "en"),
            (&[], "en"),
        ] {
            assert_eq!(best(wanted).tag, expected, "{wanted:?}");
        }
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
    }

    #[test]
    fn every_catalogue_can_be_read_and_arabic_alone_goes_from_right_to_left() {
        for language in &LANGUAGES {
            assert!(
                FluentResource::try_new(language.catalogue.to_owned()).is_ok(),
                "{}",
                language.tag
            );
            assert_eq!(language.is_right_to_left, language.tag == "ar");
        }
    }
}
