// SPDX-License-Identifier: Apache-2.0

//! The catalogues that are compiled in, one a language, and the choice among them.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use fluent_bundle::{FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// A language with a catalogue.
#[derive(Debug)]
pub(super) struct Language {
    /// BCP 47.
    pub(super) tag: &'static str,
    pub(super) is_right_to_left: bool,
    /// Fluent, compressed by `build.rs`.
    catalogue: &'static [u8],
}

/// English is complete, so every other language falls back to it, message by message.
pub(super) const ENGLISH: &Language = &LANGUAGES[0];

/// A catalogue as `build.rs` leaves it.
macro_rules! compressed {
    ($tag:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $tag, ".ftl.deflate"))
    };
}

pub(super) const LANGUAGES: [Language; 6] = [
    left_to_right("en", compressed!("en")),
    left_to_right("de", compressed!("de")),
    left_to_right("fr", compressed!("fr")),
    left_to_right("es", compressed!("es")),
    left_to_right("pl", compressed!("pl")),
    Language {
        is_right_to_left: true,
        ..left_to_right("ar", compressed!("ar"))
    },
];

const fn left_to_right(tag: &'static str, catalogue: &'static [u8]) -> Language {
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

    /// The text of its catalogue.
    pub(super) fn catalogue(&self) -> String {
        let mut text = String::new();
        let read = DeflateDecoder::new(self.catalogue).read_to_string(&mut text);
        read.expect("a test reads each of them");
        text
    }

    /// Its messages.
    pub(super) fn bundle(&self) -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new_concurrent(vec![self.id()]);
        // Only names need it, and they bring it along.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(number));
        // Of an app's own words: `NUMBER`. It is there once at most.
        let _ = bundle.add_builtins();
        let resource = FluentResource::try_new(self.catalogue());
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
    use std::{fs, path::Path};

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
            let text = language.catalogue();
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("texts/{}.ftl", language.tag));
            assert_eq!(text, fs::read_to_string(source).expect("its file"), "{}", language.tag);
            assert!(FluentResource::try_new(text).is_ok(), "{}", language.tag);
            assert_eq!(language.is_right_to_left, language.tag == "ar");
        }
    }
}
