// SPDX-License-Identifier: Apache-2.0

//! Texts that a server, another client or another user chose, made fit to be shown: in one line, without anything that
//! steers a terminal, turns the direction of writing, hides, or passes for an empty place. Pure.
//!
//! Everything that comes from outside and goes to a person passes through here, in this library's own texts and in the
//! shells. Identifiers that requests need stay as they are; [`clean`] is for showing them.

use unicode_width::UnicodeWidthChar;

/// Characters that are kept of a text.
const LONGEST: usize = 256;
/// Marks without a width of their own that are kept after a character: letters have some, flags and emoji, too.
const MARKS: usize = 3;
/// In place of what is taken out.
const REPLACEMENT: char = '\u{fffd}';

/// `text` as people may see it: one line of at most 256 characters, without anything that could steer a terminal or the
/// direction of writing, and without piles of marks. What is taken out leaves `U+FFFD`; blanks become one space.
pub fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * LONGEST));
    let mut marks = 0;
    for character in text.trim_matches(is_blank).chars().take(LONGEST) {
        let width = character.width();
        marks = if width == Some(0) { marks + 1 } else { 0 };
        match character {
            blank if is_blank(blank) && shown.ends_with(' ') => {}
            blank if is_blank(blank) => shown.push(' '),
            steering if steers(steering) => shown.push(REPLACEMENT),
            _ if marks > MARKS => {}
            visible => shown.push(visible),
        }
    }
    shown
}

/// The same of a name; `None` if nothing of it can be seen.
pub fn clean_name(name: &str) -> Option<String> {
    let name = clean(name);
    let is_seen = |character: char| character != REPLACEMENT && character.width().is_some_and(|width| width > 0);
    name.contains(|character| is_seen(character) && !is_blank(character))
        .then_some(name)
}

/// Whether a character does something else than to be seen: it moves the cursor, turns the direction of writing, ends a
/// line, or is invisible where people compare. Joiners and variants, which scripts and emoji need, do not count.
pub fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character takes room and shows nothing.
fn is_blank(character: char) -> bool {
    // The last four are the blank pattern of Braille and fillers for missing Korean letters.
    character.is_whitespace()
        || matches!(
            character,
            '\u{2800}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_neither_steers_nor_imitates() {
        for (text, expected) in [
            ("Ännchens 📱 – 日本", "Ännchens 📱 – 日本"),
            (
                "Phone\u{1b}[2J\u{9b}1A\u{202e}x\u{7f}",
                "Phone\u{fffd}[2J\u{fffd}1A\u{fffd}x\u{fffd}",
            ),
            ("  two\r\n\t lines  \u{2028}\u{2029}\u{85} ", "two lines"),
            ("Phone\u{2003}\u{3000}\u{2800}\u{3164}Verified", "Phone Verified"),
            (
                "a\u{200b}b\u{feff}c\u{ad}d\u{e0041}e",
                "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e",
            ),
            (
                "👩\u{200d}❤\u{fe0f}\u{200d}👩 🇩🇪 नमस्ते",
                "👩\u{200d}❤\u{fe0f}\u{200d}👩 🇩🇪 नमस्ते",
            ),
            ("", ""),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
        let piled = clean(&format!("a{}b", "\u{301}".repeat(200)));
        assert_eq!(piled, "a\u{301}\u{301}\u{301}b");
        assert_eq!(clean(&"y".repeat(5000)), "y".repeat(LONGEST));
    }

    #[test]
    fn a_name_of_which_nothing_is_seen_is_none() {
        for name in [
            "",
            " ",
            "\u{200b}\u{2060}",
            "\u{3164}\u{2800}",
            "\u{301}\u{200d}",
            "\u{1b}\u{7}",
        ] {
            assert_eq!(clean_name(name), None, "{name:?}");
        }
        assert_eq!(clean_name(" Phone "), Some("Phone".to_owned()));
    }
}
