// SPDX-License-Identifier: Apache-2.0

//! Waiting for a person who is at work in a browser: Enter here means "look now".

use std::future::pending;

use crossterm::event::{Event, EventStream, KeyCode, KeyEventKind};
use futures_util::StreamExt as _;

use crate::{
    language::say,
    terminal::{Terminal, progress::Spinner},
};

/// A wait, as long as it is shown. It can be dropped at any time, and what is typed after that belongs to the next question.
pub(crate) struct Waiting {
    keys: Option<EventStream>,
    _spinner: Spinner,
}

impl Terminal {
    /// Shows that the browser is waited for.
    pub(crate) fn wait_for_browser(self) -> Waiting {
        let what = match self.is_interactive() {
            true => say!("browser-waiting-with-keys"),
            false => say!("browser-waiting"),
        };
        Waiting {
            _spinner: self.spinner(&what),
            keys: self.is_interactive().then(EventStream::new),
        }
    }
}

impl Waiting {
    /// Returns when the person presses Enter; never without a terminal.
    pub(crate) async fn enter(&mut self) {
        if let Some(keys) = &mut self.keys {
            while let Some(Ok(event)) = keys.next().await {
                if matches!(event, Event::Key(key) if key.code == KeyCode::Enter && key.kind == KeyEventKind::Press) {
                    return;
                }
            }
        }
        pending().await
    }
}
