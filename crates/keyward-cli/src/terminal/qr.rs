// SPDX-License-Identifier: Apache-2.0

//! A QR code as text: two modules above each other in one character, because a character is twice as high as wide.

use keyward::verification::QrCode;
use qrcode::{Color, EcLevel};

/// How wide the light margin should be, in modules. Scanners need some of it.
const MARGIN: usize = 4;

/// The modules of a code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code {
    size: usize,
    dark: Vec<bool>,
}

impl std::fmt::Debug for Code {
    /// Leaves the modules out: whoever sees them can take part in the verification.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("size", &self.size).finish_non_exhaustive()
    }
}

impl From<&QrCode> for Code {
    fn from(code: &QrCode) -> Self {
        Self::new(code.size(), |x, y| code.is_dark(x, y))
    }
}

impl Code {
    pub(crate) fn new(size: usize, is_dark: impl Fn(usize, usize) -> bool) -> Self {
        let dark = (0..size * size)
            .map(|index| is_dark(index % size, index / size))
            .collect();
        Self { size, dark }
    }

    /// For an address that a phone opens. `None` if it is too long for any code. The least correction of errors makes the
    /// smallest code, and a screen has no scratches.
    pub(crate) fn of_address(address: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(address, EcLevel::L).ok()?;
        Some(Self::new(code.width(), |x, y| code[(x, y)] == Color::Dark))
    }

    /// The rows, with the widest margin that `columns` and `rows` leave room for. Light modules are drawn and dark ones
    /// left empty, as it must be on a dark background. `None` if there is no room for the code with a margin of one module.
    pub(crate) fn lines(&self, columns: usize, rows: usize) -> Option<Vec<String>> {
        let fits = |margin: &usize| {
            let size = self.size + 2 * margin;
            size <= columns && size.div_ceil(2) <= rows
        };
        let margin = (1..=MARGIN).rev().find(fits)?;
        let size = self.size + 2 * margin;
        let is_dark = |x: usize, y: usize| {
            let inside = |at: usize| at.checked_sub(margin).filter(|at| *at < self.size);
            matches!((inside(x), inside(y)), (Some(x), Some(y)) if self.dark[y * self.size + x])
        };
        let line = |y: usize| {
            let character = |x: usize| {
                // Where the size is odd nothing is below the last row.
                match (is_dark(x, y), y + 1 >= size || is_dark(x, y + 1)) {
                    (false, false) => '█',
                    (false, true) => '▀',
                    (true, false) => '▄',
                    (true, true) => ' ',
                }
            };
            (0..size).map(character).collect()
        };
        Some((0..size).step_by(2).map(line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the drawing as a camera does.
    fn modules(lines: &[String]) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for line in lines {
            rows.push(line.chars().map(|c| c == ' ' || c == '▄').collect());
            rows.push(line.chars().map(|c| c == ' ' || c == '▀').collect());
        }
        rows
    }

    #[test]
    fn every_module_is_where_it_belongs_and_the_margin_is_light() {
        let pattern = |x: usize, y: usize| (x * 7 + y * 3 + x * y) % 5 < 2;
        for (size, columns, rows, margin) in [
            (41, 80, 40, 4),
            (41, 80, 24, 3),
            (41, 80, 23, 2),
            (41, 43, 40, 1),
            (45, 80, 24, 1),
        ] {
            let lines = Code::new(size, pattern).lines(columns, rows).expect("there is room");
            assert!(lines.len() <= rows && lines[0].chars().count() <= columns);
            assert_eq!(
                lines[0].chars().count(),
                size + 2 * margin,
                "{size} in {columns} by {rows}"
            );
            let found = modules(&lines);
            for (y, row) in found.iter().enumerate().take(size + 2 * margin) {
                for (x, dark) in row.iter().enumerate() {
                    let inside = x.checked_sub(margin).zip(y.checked_sub(margin));
                    let expected = inside.is_some_and(|(x, y)| x < size && y < size && pattern(x, y));
                    assert_eq!(*dark, expected, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_code_that_has_no_room_is_not_drawn_by_halves() {
        let code = Code::new(45, |_, _| true);
        assert_eq!(code.lines(80, 23), None);
        assert_eq!(code.lines(46, 60), None);
    }
}
