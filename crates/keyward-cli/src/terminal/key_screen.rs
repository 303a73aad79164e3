// SPDX-License-Identifier: Apache-2.0

//! The new Security Key on a screen of its own, which is gone from the window and its history as soon as the person has
//! saved the key.

use std::io::{self, Write};

use console::style;
use crossterm::{cursor, execute, terminal as screen};
use keyward::secret::RecoveryKey;
use zeroize::Zeroizing;

use crate::{
    language::say,
    output::Failure,
    terminal::{
        Terminal,
        text::{groups_of_four, paragraph},
    },
};

/// What to type instead of the key, in any language; each has a word of its own besides.
const SAVED: &str = "saved";

/// How a person said that the key is saved.
pub(crate) enum Confirmed {
    /// By typing it again.
    Retyped(RecoveryKey),
    /// By saying so.
    Acknowledged,
}

impl Terminal {
    /// Shows the key until the person has typed it again, or that it is saved. `remark` says what saving it is good for
    /// right now.
    pub(crate) async fn show_key(self, key: &RecoveryKey, remark: &str) -> Result<Confirmed, Failure> {
        let _screen = if self.is_plain() {
            None
        } else {
            Some(OwnScreen::enter()?)
        };
        let mut complaint = None;
        loop {
            self.draw(key, remark, complaint.as_deref())
                .map_err(|error| Failure::internal("the terminal is gone", &error))?;
            let answer = self
                .line(&say!("key-type-again", saved = say!("key-saved-word")), None)
                .await?;
            if says_saved(&answer) {
                return Ok(Confirmed::Acknowledged);
            }
            let typed = RecoveryKey::new(answer);
            if key.is(&typed) {
                return Ok(Confirmed::Retyped(typed));
            }
            complaint = Some(mistake(key, &typed));
        }
    }

    fn draw(self, key: &RecoveryKey, remark: &str, complaint: Option<&str>) -> io::Result<()> {
        let mut out = io::stderr().lock();
        if !self.is_plain() {
            execute!(out, screen::Clear(screen::ClearType::All), cursor::MoveTo(0, 0))?;
        }
        let width = self.width();
        let title = say!("key-title");
        writeln!(
            out,
            "\n{}\n",
            if self.is_plain() {
                style(title)
            } else {
                style(title).for_stderr().bold()
            }
        )?;
        for line in lines(key, width) {
            writeln!(out, "    {}", style(line.as_str()).for_stderr().cyan().bold())?;
        }
        let advice = paragraph(&say!("key-advice"), width);
        writeln!(out, "\n{advice}\n\n{}\n", paragraph(remark, width))?;
        if let Some(complaint) = complaint {
            writeln!(out, "{}\n", paragraph(complaint, width))?;
        }
        out.flush()
    }
}

fn says_saved(answer: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    answer == SAVED || answer == say!("key-saved-word").to_lowercase()
}

/// The key in groups of four: in one line, so that it can be copied, if the line is long enough.
fn lines(key: &RecoveryKey, width: usize) -> Vec<Zeroizing<String>> {
    let key = Zeroizing::new(groups_of_four(key.reveal()));
    let per_line = if width >= key.len() + 4 { usize::MAX } else { 4 };
    let groups: Vec<&str> = key.split(' ').collect();
    groups
        .chunks(per_line.min(groups.len()))
        .map(|groups| Zeroizing::new(groups.join(" ")))
        .collect()
}

/// What is wrong with what was typed.
fn mistake(key: &RecoveryKey, typed: &RecoveryKey) -> String {
    let [key, typed] = [key, typed].map(|key| Zeroizing::new(groups_of_four(key.reveal())));
    if typed.is_empty() {
        return say!("key-type-whole", saved = say!("key-saved-word"));
    }
    let (mut expected, mut found) = (key.split(' '), typed.split(' '));
    let total = expected.clone().count();
    match (1..=total).find(|_| expected.next() != found.next()) {
        Some(group) => say!("key-group-differs", group = group as u64, total = total as u64),
        None => say!("key-too-long"),
    }
}

/// The terminal's other screen, which has no history.
struct OwnScreen;

impl OwnScreen {
    fn enter() -> Result<Self, Failure> {
        execute!(io::stderr(), screen::EnterAlternateScreen)
            .map_err(|error| Failure::internal("the terminal is gone", &error))?;
        Ok(Self)
    }
}

impl Drop for OwnScreen {
    fn drop(&mut self) {
        // Cleared before it is left: some terminals keep it.
        let _ = execute!(
            io::stderr(),
            screen::Clear(screen::ClearType::All),
            screen::LeaveAlternateScreen
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::tests::in_language;

    fn key(text: &str) -> RecoveryKey {
        RecoveryKey::new(text)
    }

    #[test]
    fn a_mistake_names_the_first_group_that_is_wrong() {
        let right = key("EsTA bbbb cccc");
        for (typed, expected) in [
            ("EsTA bbbb cccd", "group 3 of 3"),
            ("EsTA bxbb cccc", "group 2 of 3"),
            ("EsTA", "group 2 of 3"),
            ("EsTAbbbbcccx", "group 3 of 3"),
            ("EsTA bbbb cccc dddd", "more than the key"),
            ("  ", "the whole key"),
        ] {
            let said = mistake(&right, &key(typed));
            assert!(said.contains(expected), "{typed:?}: {said}");
        }
    }

    #[test]
    fn the_english_word_and_that_of_the_language_say_that_it_is_saved() {
        assert!(says_saved("Saved ") && !says_saved("gespeichert"));
        in_language("de", || assert!(says_saved("saved") && says_saved("Gespeichert")));
    }

    #[test]
    fn a_narrow_terminal_breaks_the_key_between_groups() {
        let text = "EsT1 aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk";
        let lines = |width| {
            lines(&key(text), width)
                .iter()
                .map(|line| line.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(80), [text]);
        assert_eq!(
            lines(40),
            ["EsT1 aaaa bbbb cccc", "dddd eeee ffff gggg", "hhhh iiii jjjj kkkk"]
        );
    }
}
