// SPDX-License-Identifier: Apache-2.0

//! The new Security Key on a screen of its own, which is gone from the window and its history as soon as the person has
//! saved the key.

use std::io::{self, Write};

use console::style;
use crossterm::{cursor, execute, terminal as screen};
use keyward::secret::RecoveryKey;
use zeroize::Zeroizing;

use crate::{
    output::Failure,
    terminal::{
        Terminal,
        text::{groups_of_four, paragraph},
    },
};

/// What to type instead of the key.
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
            let answer = self.line(&format!("Type the key again, or `{SAVED}`:"), None).await?;
            if answer.eq_ignore_ascii_case(SAVED) {
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
        let title = "Your new Security Key (recovery key)";
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
        let advice = "Save it now: in a password manager, or on paper in a safe place. It opens your encrypted messages \
                      and verifies your sessions when nothing else is left. It is not shown again.";
        writeln!(out, "\n{}\n\n{}\n", paragraph(advice, width), paragraph(remark, width))?;
        if let Some(complaint) = complaint {
            writeln!(out, "{}\n", paragraph(complaint, width))?;
        }
        out.flush()
    }
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
        return format!("Type the whole key, or `{SAVED}` if it is saved.");
    }
    let (mut expected, mut found) = (key.split(' '), typed.split(' '));
    let total = expected.clone().count();
    match (1..=total).find(|_| expected.next() != found.next()) {
        Some(group) => {
            format!("That is not the key: group {group} of {total} is different. Check it and type it again.")
        }
        None => "That is more than the key. Check it and type it again.".to_owned(),
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
