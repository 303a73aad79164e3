// SPDX-License-Identifier: Apache-2.0

//! How texts look: wrapped lists, keys in groups of four, dates.

pub(crate) use keyward::text::clean;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::TimeZone};
use textwrap::WordSplitter;
use unicode_width::UnicodeWidthStr;

use crate::language::say;

/// Longer lines are hard to read, however wide the window is.
const LONGEST_LINE: usize = 100;

/// `text` cut to `columns` of the terminal, with `…` where something is missing.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut fitting = String::new();
    // Marks without a width of their own would go on for ever.
    for character in text.chars().take(columns.saturating_mul(8)) {
        fitting.push(character);
        // Measured as a whole: characters join to one sign, whose width is not the sum of theirs.
        if fitting.width() + 1 > columns {
            fitting.pop();
            break;
        }
    }
    if columns > 0 {
        fitting.push('…');
    }
    fitting
}

/// Lines longer than `width` columns broken between words, but not within a command in backquotes, which people copy.
pub(crate) fn wrap(text: &str, width: usize) -> String {
    fill(text, textwrap::Options::new(width))
}

/// A paragraph, in lines that are not too long to read.
pub(crate) fn paragraph(text: &str, width: usize) -> String {
    wrap(text, width.min(LONGEST_LINE))
}

/// A point of a list, indented.
pub(crate) fn point(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.min(LONGEST_LINE));
    fill(text, options.initial_indent("  - ").subsequent_indent("    "))
}

/// Headings with points below them.
pub(crate) struct Sections {
    width: usize,
    pub(crate) text: String,
}

impl Sections {
    /// Below this paragraph.
    pub(crate) fn after(intro: &str, width: usize) -> Self {
        Self {
            width,
            text: format!("{}\n", paragraph(intro, width)),
        }
    }

    /// Adds a heading, if there is anything below it.
    pub(crate) fn add(&mut self, heading: &str, points: Vec<String>) {
        if points.is_empty() {
            return;
        }
        self.text.push_str(&format!("\n{heading}\n"));
        for text in points {
            self.text.push_str(&point(&text, self.width));
            self.text.push('\n');
        }
    }

    /// Adds a paragraph.
    pub(crate) fn say(&mut self, text: &str) {
        self.text.push_str(&format!("\n{}\n", paragraph(text, self.width)));
    }
}

fn fill(text: &str, options: textwrap::Options) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| {
        if index % 2 == 1 {
            part.replace(' ', "\u{a0}")
        } else {
            part.to_owned()
        }
    });
    let glued = parts.collect::<Vec<_>>().join("`");
    // The terminal itself breaks what is longer than a line, and copying mends that. Dates and options are not broken at hyphens.
    let options = options.break_words(false).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&glued, options).replace('\u{a0}', " ")
}

/// `text` in a column so many wide, with spaces after it; it is never cut.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// How wide a column has to be for these and a gap after them; `usual` at least, so that it does not change without
/// need.
pub(crate) fn column<'a>(texts: impl IntoIterator<Item = &'a str>, usual: usize) -> usize {
    let widest = texts.into_iter().map(|text| text.width() + 2).max();
    usual.max(widest.unwrap_or_default())
}

/// A fingerprint or key in groups of four characters.
pub(crate) fn groups_of_four(text: &str) -> String {
    // One buffer, large enough: whoever overwrites it leaves no copy.
    let mut groups = String::with_capacity(text.len() * 5 / 4 + 1);
    for (index, character) in text.chars().filter(|c| !c.is_whitespace()).enumerate() {
        if index > 0 && index % 4 == 0 {
            groups.push(' ');
        }
        groups.push(character);
    }
    groups
}

/// Date and time in this machine's time zone, from milliseconds since the Unix epoch.
pub(crate) fn date(milliseconds: u64) -> String {
    date_of(UNIX_EPOCH + Duration::from_millis(milliseconds))
}

/// Date and time in this machine's time zone.
pub(crate) fn date_of(time: SystemTime) -> String {
    match Timestamp::try_from(time) {
        Ok(time) => time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => say!("impossible-time"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_by_columns_and_says_so() {
        for (text, columns, expected) in [
            ("phone", 5, "phone"),
            ("phone", 4, "pho…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("phone", 1, "…"),
            ("phone", 0, ""),
            ("", 0, ""),
        ] {
            let fitting = fit(text, columns);
            assert_eq!(fitting, expected, "{text} in {columns}");
            assert!(fitting.width() <= columns);
        }
    }

    #[test]
    fn commands_are_not_broken_between_lines() {
        assert_eq!(wrap("one `two three four` five", 12), "one\n`two three four`\nfive");
        assert_eq!(point("one `two three` four", 14), "  - one\n    `two three`\n    four");
        assert_eq!(wrap("  indented\n\nand more", 80), "  indented\n\nand more");
    }

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        assert_eq!((column(["a", "日本"], 4), column(["a", "日本"], 20)), (6, 20));
        assert_eq!(
            (pad("日本", 6), pad("e\u{301}", 2)),
            ("日本  ".to_owned(), "e\u{301} ".to_owned())
        );
        assert_eq!(pad("phone", 2), "phone");
    }

    #[test]
    fn groups_have_four_characters_and_the_last_what_is_left() {
        assert_eq!(groups_of_four("abcdefghij"), "abcd efgh ij");
        assert_eq!(groups_of_four("ab cd ef"), "abcd ef");
        assert_eq!(groups_of_four(""), "");
    }

    #[test]
    fn a_date_out_of_all_bounds_is_no_panic() {
        assert_eq!(date(u64::MAX), "at an impossible time");
        assert!(date(1_700_000_000_000).starts_with("2023-11-1"));
    }
}
