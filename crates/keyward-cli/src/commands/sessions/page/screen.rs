// SPDX-License-Identifier: Apache-2.0

//! The whole window, in a mode where every key arrives at once, and the way back from it.

use std::{
    io::{self, Stdout, Write},
    panic,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute, queue,
    terminal::{
        BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
        enable_raw_mode,
    },
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend};

/// Left when dropped, also when a panic drops it.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    panics: Panics,
}

impl Screen {
    pub(super) fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        let screen = Self {
            terminal: Terminal::new(CrosstermBackend::new(io::stdout()))?,
            panics: Panics::keep(),
        };
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        Ok(screen)
    }

    /// Terminals that know how show all of it at once.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(draw)?;
        execute!(io::stdout(), EndSynchronizedUpdate)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing put back.
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
        self.panics.tell();
    }
}

/// What panics say while the window is ours. A message in between would be drawn over, and gone with the window.
struct Panics(Arc<Mutex<Option<Vec<String>>>>);

impl Panics {
    fn keep() -> Self {
        let kept = Arc::new(Mutex::new(Some(Vec::new())));
        let panics = Self(kept.clone());
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| match Self::of(&kept).as_mut() {
            Some(messages) => messages.push(info.to_string()),
            None => usual(info),
        }));
        panics
    }

    /// Says what was kept; from now on panics speak for themselves again.
    fn tell(&self) {
        for message in Self::of(&self.0).take().unwrap_or_default() {
            let _ = writeln!(io::stderr(), "{message}");
        }
    }

    fn of(kept: &Mutex<Option<Vec<String>>>) -> MutexGuard<'_, Option<Vec<String>>> {
        kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
