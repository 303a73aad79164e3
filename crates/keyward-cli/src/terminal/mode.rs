// SPDX-License-Identifier: Apache-2.0

//! The terminal's mode as it was when the program started. A prompt changes it, and a signal may end the prompt before
//! it has restored it.

#[cfg(unix)]
mod saved {
    use std::{io, sync::OnceLock};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static SAVED: OnceLock<Option<Termios>> = OnceLock::new();

    pub(super) fn remember() {
        SAVED.get_or_init(|| tcgetattr(io::stdin()).ok());
    }

    pub(super) fn restore() {
        if let Some(Some(mode)) = SAVED.get() {
            // Without a terminal there is no mode to restore.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, mode);
        }
    }
}

/// Remembers the mode, at the start of the program.
pub(crate) fn remember() {
    #[cfg(unix)]
    saved::remember();
}

/// Puts the mode back.
pub(crate) fn restore() {
    #[cfg(unix)]
    saved::restore();
    #[cfg(not(unix))]
    let _ = crossterm::terminal::disable_raw_mode();
}
