// SPDX-License-Identifier: Apache-2.0

//! Progress: a spinner while nobody knows how long it takes, a bar as soon as somebody does. On a plain terminal a line
//! when something begins and at every quarter.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{language::say, terminal::Terminal};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Something that is going on. It disappears when this is dropped.
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    pub(super) fn new(terminal: Terminal, what: &str) -> Self {
        if !terminal.shows_progress() {
            return Self(None);
        }
        if terminal.moves_nothing() {
            terminal.say(&format!("{what} …"));
            return Self(None);
        }
        let bar = ProgressBar::new_spinner()
            .with_style(spinner_style())
            .with_message(what.to_owned());
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn spinner_style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} …").expect("a valid template")
}

fn bar_style() -> ProgressStyle {
    let done_of_total = say!("progress-of", done = "{pos}", total = "{len}");
    let template = format!("{{spinner}} {{msg}}\n  [{{bar:40}}] {done_of_total}");
    let style = ProgressStyle::with_template(&template).expect("a valid template");
    style.progress_chars("=> ")
}

/// What a step is called, and which of how many it is. Without numbers if it is not among those that were expected.
pub(crate) fn title<T: PartialEq>(expected: &[T], step: &T, label: &str) -> String {
    match expected.iter().position(|expected| expected == step) {
        Some(index) => say!(
            "step-of",
            number = index as u64 + 1,
            total = expected.len() as u64,
            step = label
        ),
        None => label.to_owned(),
    }
}

/// One piece of work after another, of which at most one is shown at a time. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Steps(Arc<Mutex<State>>);

struct State {
    terminal: Terminal,
    current: Option<Line>,
}

struct Line {
    what: String,
    bar: Option<ProgressBar>,
    /// Whether somebody is only waited for: then nothing is left of it.
    is_wait: bool,
    /// Quarters that were told, on a plain terminal.
    quarters: u64,
}

impl Steps {
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self(Arc::new(Mutex::new(State {
            terminal,
            current: None,
        })))
    }

    /// Shows how far `what` is; ends what was shown before. `total` is 0 while nobody knows.
    pub(crate) fn at(&self, what: &str, done: u64, total: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.terminal.shows_progress() {
            state.at(what, done, total);
        }
    }

    /// Shows that somebody is waited for, until that is over or something else is shown.
    pub(crate) fn wait(&self, what: &str) -> Wait {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.terminal.shows_progress() {
            state.end(true);
            state.begin(what, true);
        }
        Wait(self.clone())
    }

    /// Ends what is shown, because it is done.
    pub(crate) fn done(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).end(true);
    }

    /// Takes away what is shown, because it is not done.
    pub(crate) fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).end(false);
    }
}

/// A wait that is shown among the steps. It is over when this is dropped.
pub(crate) struct Wait(Steps);

impl Drop for Wait {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.current.as_ref().is_some_and(|line| line.is_wait) {
            state.end(false);
        }
    }
}

impl State {
    fn at(&mut self, what: &str, done: u64, total: u64) {
        if self.current.as_ref().is_none_or(|line| line.what != what) {
            self.end(true);
            self.begin(what, false);
        }
        let Some(line) = &mut self.current else { return };
        match &line.bar {
            Some(bar) if total > 0 => {
                if bar.length() != Some(total) {
                    bar.set_style(bar_style());
                    bar.set_length(total);
                }
                bar.set_position(done);
            }
            Some(_) => {}
            None if total > 0 && done < total => {
                let quarters = done * 4 / total;
                if quarters > line.quarters {
                    line.quarters = quarters;
                    let done_of_total = say!("progress-of", done = done, total = total);
                    self.terminal.say(&format!("  {done_of_total}"));
                }
            }
            None => {}
        }
    }

    fn begin(&mut self, what: &str, is_wait: bool) {
        let bar = if self.terminal.moves_nothing() {
            self.terminal.say(&format!("{what} …"));
            None
        } else {
            let bar = ProgressBar::new_spinner()
                .with_style(spinner_style())
                .with_message(what.to_owned());
            bar.enable_steady_tick(TICK);
            Some(bar)
        };
        self.current = Some(Line {
            what: what.to_owned(),
            bar,
            is_wait,
            quarters: 0,
        });
    }

    fn end(&mut self, done: bool) {
        let Some(line) = self.current.take() else { return };
        match line.bar {
            Some(bar) => {
                bar.finish_and_clear();
                if done && !line.is_wait {
                    self.terminal.say(&say!("progress-done-with", what = line.what));
                }
            }
            None if done && !line.is_wait => self.terminal.say(&format!("  {}", say!("progress-done"))),
            None => {}
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.end(false);
    }
}
