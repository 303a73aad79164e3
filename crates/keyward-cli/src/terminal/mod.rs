// SPDX-License-Identifier: Apache-2.0

//! Talking to people: questions, progress, the screen that shows the key. All of it on standard error, so that standard
//! output holds results and nothing else.

pub(crate) mod input;
pub(crate) mod key_screen;
pub(crate) mod mode;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod qr;
pub(crate) mod screen;
pub(crate) mod text;
pub(crate) mod waiting;

use std::io::{self, IsTerminal, Write};

use crate::terminal::{progress::Spinner, qr::Code};

/// Columns of the terminal, or 80 where there is none.
pub(crate) fn width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns).max(20))
}

/// Whether a browser can open a window where the person is: not over SSH, and not without a desktop.
fn has_browser(is_set: impl Fn(&str) -> bool) -> bool {
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(&is_set);
    let has_desktop = cfg!(not(target_os = "linux")) || ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(&is_set);
    has_desktop && !is_remote
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
    /// A browser can open a window here.
    has_browser: bool,
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
            has_browser: has_browser(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())),
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

    /// Whether the person has a browser on this machine. If not, it is one on a phone or another machine.
    pub(crate) fn has_browser(self) -> bool {
        self.has_browser
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

    /// An address as a code for the camera of a phone, where the person needs one and can see it: whole together with
    /// `below` rows, if the window is high enough for any of it. In a window that is too narrow the address itself is enough.
    pub(crate) fn code_of(self, address: &str, below: usize) -> Option<String> {
        if !self.interactive || self.plain || self.has_browser {
            return None;
        }
        let rows = crossterm::terminal::size().map_or(24, |(_, rows)| usize::from(rows));
        let code = Code::of_address(address)?;
        let whole = code.lines(self.width(), rows.saturating_sub(below));
        Some(whole.or_else(|| code.lines(self.width(), usize::MAX))?.join("\n"))
    }

    /// Shows that something is going on, until the returned value is dropped.
    pub(crate) fn spinner(self, what: &str) -> Spinner {
        Spinner::new(self, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_where_the_person_is() {
        for (set, expected) in [
            (&[][..], cfg!(not(target_os = "linux"))),
            (&["DISPLAY"], true),
            (&["WAYLAND_DISPLAY"], true),
            (&["DISPLAY", "SSH_CONNECTION"], false),
            (&["SSH_TTY"], false),
        ] {
            assert_eq!(has_browser(|name| set.contains(&name)), expected, "{set:?}");
        }
    }
}
