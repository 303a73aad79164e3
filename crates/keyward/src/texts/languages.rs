// SPDX-License-Identifier: Apache-2.0

//! The languages that are compiled in.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

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
    /// The text of its catalogue.
    pub(super) fn catalogue(&self) -> String {
        let mut text = String::new();
        let read = DeflateDecoder::new(self.catalogue).read_to_string(&mut text);
        read.expect("a test reads each of them");
        text
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_catalogue_can_be_read_and_arabic_alone_goes_from_right_to_left() {
        for language in &LANGUAGES {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("texts/{}.ftl", language.tag));
            let source = fs::read_to_string(source).expect("its file");
            assert_eq!(language.catalogue(), source, "{}", language.tag);
            assert_eq!(language.is_right_to_left, language.tag == "ar");
        }
    }
}
