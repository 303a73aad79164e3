// SPDX-License-Identifier: Apache-2.0

//! Questions. Escape and Ctrl-C at any of them cancel.
//!
//! A question blocks the thread that asks it and cannot be withdrawn. So it gets a thread of its own, which the program
//! does not wait for when it ends.

use std::io::{self, BufRead, Write};

use crossterm::{cursor, event, execute};
use inquire::{Confirm, InquireError, MultiSelect, Password, PasswordDisplayMode, Select, Text};
use keyward::secret::Secret;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{
    output::Failure,
    terminal::{Terminal, mode},
};

impl Terminal {
    /// Asks a question that is answered by yes or no.
    pub(crate) async fn confirm(self, question: &str, default: bool) -> Result<bool, Failure> {
        let question = question.to_owned();
        if self.is_plain() {
            let choices = if default { "[Y/n]" } else { "[y/N]" };
            loop {
                let answer = line(&format!("{question} {choices} ")).await?;
                match answer.trim().to_lowercase().as_str() {
                    "" => return Ok(default),
                    "y" | "yes" => return Ok(true),
                    "n" | "no" => return Ok(false),
                    _ => self.say("Please answer yes or no."),
                }
            }
        }
        ask(move || Confirm::new(&question).with_default(default).prompt()).await
    }

    /// Asks for a line that everybody may see; `default` is taken for an empty one.
    pub(crate) async fn line(self, question: &str, default: Option<&str>) -> Result<String, Failure> {
        let (question, default) = (question.to_owned(), default.map(str::to_owned));
        if self.is_plain() {
            let hint = default
                .as_ref()
                .map(|default| format!(" [{default}]"))
                .unwrap_or_default();
            let answer = line(&format!("{question}{hint} ")).await?;
            return Ok(match (answer.trim(), default) {
                ("", Some(default)) => default,
                (answer, _) => answer.to_owned(),
            });
        }
        ask(move || {
            let prompt = Text::new(&question);
            match &default {
                Some(default) => prompt.with_default(default).prompt(),
                None => prompt.prompt(),
            }
        })
        .await
        .map(|answer| answer.trim().to_owned())
    }

    /// Asks for a secret; what is typed is masked.
    pub(crate) async fn secret(self, question: &str) -> Result<Secret, Failure> {
        let question = question.to_owned();
        if self.is_plain() {
            return hidden_line(format!("{question} (not shown) ")).await;
        }
        let answer = ask(move || {
            Password::new(&question)
                .with_display_mode(PasswordDisplayMode::Masked)
                // As many asterisks as characters would tell how long the secret is, for as long as the window is open.
                .with_formatter(&|_| "(hidden)".to_owned())
                .without_confirmation()
                .prompt()
        });
        answer.await.map(Secret::new)
    }

    /// Asks for a new secret, twice, until both are the same and not empty.
    pub(crate) async fn new_secret(self, question: &str, again: &str) -> Result<Secret, Failure> {
        loop {
            let first = self.secret(question).await?;
            if first.is_empty() {
                self.say("It must not be empty.");
                continue;
            }
            let second = self.secret(again).await?;
            if first.reveal() == second.reveal() {
                return Ok(first);
            }
            self.say("The two are not the same. Type both again.");
        }
    }

    /// Asks for one of several; returns its index.
    pub(crate) async fn choose(self, question: &str, choices: &[&str]) -> Result<usize, Failure> {
        if self.is_plain() {
            self.list(question, choices);
            loop {
                let answer = line(&format!("A number from 1 to {}: ", choices.len())).await?;
                match answer.trim().parse::<usize>() {
                    Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                    _ => self.say("That is not one of the numbers."),
                }
            }
        }
        let (question, choices) = (question.to_owned(), owned(choices));
        ask(move || {
            Select::new(&question, choices)
                .with_help_message("arrows move, enter selects")
                .without_filtering()
                .raw_prompt()
                .map(|chosen| chosen.index)
        })
        .await
    }

    /// Asks for any number of several; returns their indices.
    pub(crate) async fn choose_any(self, question: &str, choices: &[&str]) -> Result<Vec<usize>, Failure> {
        if self.is_plain() {
            self.list(question, choices);
            loop {
                let answer = line("Numbers with commas between them, `all`, or nothing: ").await?;
                match parse_numbers(&answer, choices.len()) {
                    Some(chosen) => return Ok(chosen),
                    None => self.say("That is not a list of the numbers."),
                }
            }
        }
        let (question, choices) = (question.to_owned(), owned(choices));
        ask(move || {
            let help = "arrows move, space selects, right selects all, left none, enter goes on";
            let prompt = MultiSelect::new(&question, choices)
                .without_filtering()
                .with_help_message(help)
                .with_formatter(&|chosen| format!("{} chosen", chosen.len()));
            prompt
                .raw_prompt()
                .map(|chosen| chosen.into_iter().map(|option| option.index).collect())
        })
        .await
    }

    fn list(self, question: &str, choices: &[&str]) {
        self.say(question);
        for (index, choice) in choices.iter().enumerate() {
            self.say(&format!("  {}. {choice}", index + 1));
        }
    }
}

fn owned(choices: &[&str]) -> Vec<String> {
    choices.iter().map(|choice| (*choice).to_owned()).collect()
}

/// Indices from the numbers that a person typed; `None` if something else was typed.
fn parse_numbers(answer: &str, count: usize) -> Option<Vec<usize>> {
    let answer = answer.trim();
    if answer.eq_ignore_ascii_case("all") {
        return Some((0..count).collect());
    }
    let mut chosen = Vec::new();
    for number in answer.split([',', ' ']).filter(|number| !number.is_empty()) {
        let index = number
            .parse::<usize>()
            .ok()?
            .checked_sub(1)
            .filter(|index| *index < count)?;
        if !chosen.contains(&index) {
            chosen.push(index);
        }
    }
    Some(chosen)
}

/// Asks with inquire.
async fn ask<T: Send + 'static>(work: impl FnOnce() -> Result<T, InquireError> + Send + 'static) -> Result<T, Failure> {
    on_thread(work).await?.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Failure::cancelled("Cancelled."),
        error => Failure::internal("the terminal cannot be used", &error),
    })
}

/// Asks for a line, as the terminal itself edits it.
async fn line(prompt: &str) -> Result<String, Failure> {
    let prompt = prompt.to_owned();
    let line = on_thread(move || {
        write!(io::stderr(), "{prompt}")?;
        let mut line = String::new();
        io::stdin()
            .lock()
            .read_line(&mut line)
            .map(|length| (length > 0).then_some(line))
    });
    answer(line.await?)
}

/// Asks for a line that the terminal does not show.
async fn hidden_line(prompt: String) -> Result<Secret, Failure> {
    let line = on_thread(move || {
        write!(io::stderr(), "{prompt}")?;
        let line = Zeroizing::new(console::Term::stderr().read_secure_line()?);
        Ok(Some(Secret::new(line.as_str())))
    });
    answer(line.await?)
}

fn answer<T>(line: io::Result<Option<T>>) -> Result<T, Failure> {
    match line {
        Ok(Some(line)) => Ok(line),
        Ok(None) => Err(Failure::cancelled("Cancelled: the input ended.")),
        Err(error) => Err(Failure::internal("the terminal cannot be used", &error)),
    }
}

async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let mut abandoned = PutTerminalBack { armed: true };
    let (answer, answered) = oneshot::channel();
    std::thread::spawn(move || answer.send(work()));
    let answer = answered
        .await
        .map_err(|error| Failure::internal("the terminal cannot be used", &error));
    abandoned.armed = false;
    answer
}

/// What the thread would have done at the end, if a signal comes before the answer.
struct PutTerminalBack {
    armed: bool,
}

impl Drop for PutTerminalBack {
    fn drop(&mut self) {
        if self.armed {
            mode::restore();
            // A terminal that is gone needs nothing put back.
            let _ = execute!(io::stderr(), event::DisableBracketedPaste, cursor::Show);
            let _ = writeln!(io::stderr());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_way_people_write_them() {
        for (answer, expected) in [
            ("", Some(vec![])),
            (" 2 ", Some(vec![1])),
            ("1,3", Some(vec![0, 2])),
            ("3, 1 1", Some(vec![2, 0])),
            ("ALL", Some(vec![0, 1, 2])),
            ("0", None),
            ("4", None),
            ("one", None),
            ("-1", None),
        ] {
            assert_eq!(parse_numbers(answer, 3), expected, "{answer:?}");
        }
    }
}
