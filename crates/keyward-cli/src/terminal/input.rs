// SPDX-License-Identifier: Apache-2.0

//! A line that a person edits on a screen of our own. Wiped when dropped, because it may hold a password.

use zeroize::Zeroizing;

/// Longer lines are not taken: no password is, and a buffer that never grows leaves no copies behind.
const LONGEST: usize = 1024;

/// The text and where the cursor is.
#[derive(Clone)]
pub(crate) struct Input {
    text: Zeroizing<String>,
    /// In characters from the start.
    cursor: usize,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// One stroke of editing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Insert(char),
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    /// Takes everything away.
    Clear,
}

impl Input {
    pub(crate) fn new(text: &str) -> Self {
        let mut input = Self {
            text: Zeroizing::new(String::with_capacity(LONGEST)),
            cursor: 0,
        };
        text.chars().for_each(|c| input.edit(Edit::Insert(c)));
        input
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// In characters from the start.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Insert(c) if c.is_control() || self.text.len() + c.len_utf8() > LONGEST => {}
            Edit::Insert(c) => {
                let at = self.at(self.cursor);
                self.text.insert(at, c);
                self.cursor += 1;
            }
            Edit::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                let at = self.at(self.cursor);
                self.text.remove(at);
            }
            Edit::Delete if self.cursor < self.length() => {
                let at = self.at(self.cursor);
                self.text.remove(at);
            }
            Edit::Left => self.cursor = self.cursor.saturating_sub(1),
            Edit::Right => self.cursor = (self.cursor + 1).min(self.length()),
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = self.length(),
            Edit::Clear => *self = Self::new(""),
            Edit::Backspace | Edit::Delete => {}
        }
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// Where the character with this number starts, in bytes.
    fn at(&self, character: usize) -> usize {
        self.text
            .char_indices()
            .nth(character)
            .map_or(self.text.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_as_everywhere() {
        use Edit::*;
        for (start, edits, expected, cursor) in [
            ("", vec![Insert('ä'), Insert('b')], "äb", 2),
            ("äb", vec![Backspace], "ä", 1),
            ("äb", vec![Left, Left, Left, Delete], "b", 0),
            ("äb", vec![Home, Backspace, Insert('日')], "日äb", 1),
            ("äb", vec![Home, Right, Right, Right, Delete], "äb", 2),
            ("äb", vec![Home, End, Insert('c')], "äbc", 3),
            ("äb", vec![Clear], "", 0),
            ("", vec![Insert('\u{1b}'), Insert('\n'), Backspace, Delete], "", 0),
        ] {
            let mut input = Input::new(start);
            edits.iter().for_each(|edit| input.edit(*edit));
            assert_eq!(
                (input.text(), input.cursor()),
                (expected, cursor),
                "{start:?} {edits:?}"
            );
        }
    }

    #[test]
    fn the_buffer_never_moves_and_is_not_printed() {
        let mut input = Input::new("");
        let place = input.text().as_ptr();
        (0..2 * LONGEST).for_each(|_| input.edit(Edit::Insert('x')));
        assert_eq!(input.text().len(), LONGEST);
        assert_eq!(input.text().as_ptr(), place);
        assert_eq!(format!("{input:?}"), "[redacted]");
    }
}
