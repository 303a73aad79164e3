// SPDX-License-Identifier: Apache-2.0

//! Talking to people: questions, progress, the screen that shows the key. All of it on standard error, so that standard
//! output holds results and nothing else.

pub(crate) mod input;
pub(crate) mod key_screen;
pub(crate) mod mode;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod qr;
pub(crate) mod text;

use std::io::{self, IsTerminal, Write};

use crate::terminal::progress::Spinner;

/// Columns of the terminal, or 80 where there is none.
pub(crate) fn width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(20))
}

/// What the terminal can do, and whether there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    interactive: bool,
    shows_progress: bool,
    /// Standard output is a terminal as well.
    shows_results: bool,
    plain: bool,
    logging: bool,
}

impl Terminal {
    /// `plain` asks for a terminal without cursor movement; `logging` says that log lines come in between.
    pub(crate) fn detect(json: bool, plain: bool, logging: bool) -> Self {
        let (stdin, stderr) = (io::stdin().is_terminal(), io::stderr().is_terminal());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            interactive: stdin && stderr && !json,
            shows_progress: stderr && !json,
            shows_results: io::stdout().is_terminal() && !json,
            plain: plain || dumb,
            logging,
        }
    }

    /// Whether there is a person who can be asked.
    pub(crate) fn is_interactive(self) -> bool {
        self.interactive
    }

    /// Whether lines come one after another, without cursor movement.
    pub(crate) fn is_plain(self) -> bool {
        self.plain
    }

    /// Whether a bar that moves would be in the way: of a screen reader, or of log lines.
    fn moves_nothing(self) -> bool {
        self.plain || self.logging
    }

    /// Whether the whole window may be drawn on: not where lines are wanted, and not where log lines come in between.
    pub(crate) fn shows_pages(self) -> bool {
        self.interactive && self.shows_results && !self.moves_nothing()
    }

    /// Whether somebody looks at what happens meanwhile.
    pub(crate) fn shows_progress(self) -> bool {
        self.shows_progress
    }

    /// Columns of the terminal.
    pub(crate) fn width(self) -> usize {
        width()
    }

    /// Says something to the person, if there is one.
    pub(crate) fn say(self, text: &str) {
        if self.shows_progress {
            // A terminal that is gone cannot be told that it is.
            let _ = writeln!(io::stderr(), "{}", text::wrap(text.trim_end(), self.width()));
        }
    }

    /// The same without breaking lines: for addresses, which a terminal finds only in one piece.
    pub(crate) fn say_unbroken(self, text: &str) {
        if self.shows_progress {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Shows that something is going on, until the returned value is dropped.
    pub(crate) fn spinner(self, what: &str) -> Spinner {
        Spinner::new(self, what)
    }
}
