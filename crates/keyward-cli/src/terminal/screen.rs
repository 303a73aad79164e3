// SPDX-License-Identifier: Apache-2.0

//! A screen of the core as lines of text.

use keyward::texts::Screen;

use super::text::{Sections, paragraph};

/// The heading, what is read first, the sections, and what is read last.
pub(crate) fn lines(screen: &Screen, width: usize) -> String {
    let mut sections = Sections::after(&screen.title, width);
    for text in &screen.paragraphs {
        sections.say(text);
    }
    for fact in &screen.facts {
        let line = paragraph(&format!("{}: {}", fact.label, fact.value), width);
        sections.text.push_str(&format!("{line}\n"));
    }
    for section in &screen.sections {
        sections.add(&section.heading, section.points.clone());
    }
    for text in &screen.closing {
        sections.say(text);
    }
    sections.text
}

#[cfg(test)]
mod tests {
    use keyward::texts::{Fact, Section};

    use super::*;
    use crate::language::texts;

    #[test]
    fn a_screen_is_read_from_its_heading_to_its_last_paragraph() {
        let mut screen = texts().rename(None);
        screen.title = "Title".to_owned();
        screen.paragraphs = vec!["First.".to_owned()];
        screen.facts = vec![Fact {
            label: "Fingerprint".to_owned(),
            value: "abcd".to_owned(),
            time: None,
        }];
        screen.sections = vec![Section {
            heading: "Heading".to_owned(),
            points: vec!["Point.".to_owned()],
        }];
        screen.closing = vec!["Last.".to_owned()];
        let expected = "Title\n\nFirst.\nFingerprint: abcd\n\nHeading\n  - Point.\n\nLast.\n";
        assert_eq!(lines(&screen, 80), expected);
    }
}
