// SPDX-License-Identifier: Apache-2.0

//! What the tour says to the person, and how it waits for them.

use std::{
    cell::Cell,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
};

use anyhow::{Context, Result, bail};
use console::style;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// Easy to read, and as wide as what the terminal app prints.
const WIDTH: usize = 80;

/// The tour's voice.
pub(super) struct Stage {
    attended: bool,
    scenes: Cell<usize>,
}

impl Stage {
    /// A person attends if there is a terminal and `yes` is not set.
    pub(super) fn new(yes: bool) -> Result<Self> {
        let attended = !yes && io::stdin().is_terminal() && io::stdout().is_terminal();
        if attended {
            // Once there is a listener, Ctrl-C does not end this process. While a command runs, Ctrl-C is for that
            // command; while the tour waits for the person, it ends the tour.
            drop(signal(SignalKind::interrupt())?);
        }
        Ok(Self {
            attended,
            scenes: Cell::new(0),
        })
    }

    pub(super) fn is_attended(&self) -> bool {
        self.attended
    }

    pub(super) fn scene(&self, title: &str) {
        self.scenes.set(self.scenes.get() + 1);
        println!("\n{}\n", style(format!("{}. {title}", self.scenes.get())).bold());
    }

    pub(super) fn say(&self, text: &str) {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && console::measure_text_width(&line) + 1 + console::measure_text_width(word) > WIDTH {
                println!("{line}");
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        println!("{line}\n");
    }

    pub(super) fn lines(&self, lines: &[String]) {
        for line in lines {
            println!("  {}", style(line).cyan());
        }
        println!();
    }

    /// Something that has just been checked.
    pub(super) fn claim(&self, text: &str) {
        println!("{} {text}\n", style("✓").green());
    }

    /// Waits between two scenes, if somebody is there.
    pub(super) async fn pause(&self) -> Result<()> {
        if self.attended {
            self.wait_for("Enter goes on.").await
        } else {
            Ok(())
        }
    }

    /// Waits until the person presses Enter.
    pub(super) async fn wait_for(&self, prompt: &str) -> Result<()> {
        self.ask_for(prompt).await.map(drop)
    }

    /// Asks the person for a line.
    pub(super) async fn ask_for(&self, prompt: &str) -> Result<String> {
        print!("{} ", style(prompt).dim());
        io::stdout().flush()?;
        let (answer, answered) = oneshot::channel();
        // A thread and not a task: the runtime would wait for a read that Ctrl-C has made pointless.
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = io::stdin()
                .lock()
                .read_line(&mut line)
                .map(|length| (length > 0).then_some(line));
            // Nobody waits any more after Ctrl-C.
            let _ = answer.send(read);
        });
        // A new listener knows nothing of the Ctrl-C that an earlier command was given.
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            line = answered => match line.context("nobody read the answer")?? {
                Some(line) => Ok(line.trim().to_owned()),
                None => bail!("the input ended"),
            },
            _ = interrupt.recv() => bail!("the tour was ended"),
        }
    }
}
