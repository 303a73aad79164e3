// SPDX-License-Identifier: Apache-2.0

//! Questions. Escape and Ctrl-C at any of them cancel.
//!
//! A question blocks the thread that asks it and cannot be withdrawn. So it gets a thread of its own, which the program
//! does not wait for when it ends.

use std::{
    io::{self, BufRead, Write},
    sync::Once,
};

use crossterm::{cursor, event, execute};
use inquire::{
    Confirm, InquireError, MultiSelect, Password, PasswordDisplayMode, Select, Text, set_global_render_config,
    ui::{RenderConfig, Styled},
};
use keyward::secret::Secret;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{
    language::say,
    output::Failure,
    terminal::{Terminal, mode},
};

impl Terminal {
    /// Asks a question that is answered by yes or no.
    pub(crate) async fn confirm(self, question: &str, default: bool) -> Result<bool, Failure> {
        let question = question.to_owned();
        if self.is_plain() {
            loop {
                let answer = line(&format!("{question} [{}] ", yes_or_no(default))).await?;
                match parse_yes_or_no(&answer) {
                    _ if answer.trim().is_empty() => return Ok(default),
                    Some(answer) => return Ok(answer),
                    None => self.say(&say!("answer-yes-or-no")),
                }
            }
        }
        ask(move || {
            Confirm::new(&question)
                .with_default(default)
                .with_default_value_formatter(&yes_or_no)
                .with_parser(&|answer| parse_yes_or_no(answer).ok_or(()))
                .with_formatter(&|answer| capitalised(&said(answer)))
                .with_error_message(&say!("answer-yes-or-no"))
                .prompt()
        })
        .await
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
            return hidden_line(format!("{} ", say!("ask-secret", question = question))).await;
        }
        let answer = ask(move || {
            Password::new(&question)
                .with_display_mode(PasswordDisplayMode::Masked)
                // As many asterisks as characters would tell how long the secret is, for as long as the window is open.
                .with_formatter(&|_| say!("secret-hidden"))
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
                self.say(&say!("secret-empty"));
                continue;
            }
            let second = self.secret(again).await?;
            if first.reveal() == second.reveal() {
                return Ok(first);
            }
            self.say(&say!("secret-differs"));
        }
    }

    /// Asks for one of several; returns its index.
    pub(crate) async fn choose(self, question: &str, choices: &[&str]) -> Result<usize, Failure> {
        if self.is_plain() {
            self.list(question, choices);
            loop {
                let answer = line(&format!("{} ", say!("choose-number", last = choices.len() as u64))).await?;
                match number(answer.trim()) {
                    Some(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                    _ => self.say(&say!("choose-number-wrong")),
                }
            }
        }
        let (question, choices) = (question.to_owned(), owned(choices));
        ask(move || {
            Select::new(&question, choices)
                .with_help_message(&say!("choose-keys"))
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
                let question = say!("choose-any-numbers", all = say!("answer-all"));
                let answer = line(&format!("{question} ")).await?;
                match parse_numbers(&answer, choices.len()) {
                    Some(chosen) => return Ok(chosen),
                    None => self.say(&say!("choose-any-wrong")),
                }
            }
        }
        let (question, choices) = (question.to_owned(), owned(choices));
        ask(move || {
            let help = say!("choose-any-keys");
            let prompt = MultiSelect::new(&question, choices)
                .without_filtering()
                .with_help_message(&help)
                .with_formatter(&|chosen| say!("chosen", count = chosen.len() as u64));
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

/// How an answer is said.
fn said(answer: bool) -> String {
    match answer {
        true => say!("answer-yes"),
        false => say!("answer-no"),
    }
}

/// The letter that says it.
pub(crate) fn letter(answer: bool) -> String {
    said(answer).chars().take(1).collect()
}

/// What is shown beside a question: the two answers, the one that is taken for an empty line in capitals.
fn yes_or_no(default: bool) -> String {
    match default {
        true => say!("answer-default-yes"),
        false => say!("answer-default-no"),
    }
}

/// An answer in the language of the question, or in English, as a word or its first letter.
pub(crate) fn parse_yes_or_no(answer: &str) -> Option<bool> {
    let answer = answer.trim().to_lowercase();
    let is = |word: &str| answer == word || (answer.chars().eq(word.chars().take(1)));
    // "Sí" is often typed without its accent, and in no language here "si" is a no.
    let english = [("yes", true), ("no", false), ("si", true)].map(|(word, means)| (word.to_owned(), means));
    let all = [true, false]
        .map(|means| (said(means), means))
        .into_iter()
        .chain(english);
    all.into_iter().find(|(word, _)| is(word)).map(|(_, means)| means)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A number in European digits, or in those of an Arabic or Persian keyboard.
fn number(typed: &str) -> Option<usize> {
    let european = typed.chars().map(|digit| match digit {
        '٠'..='٩' => char::from_digit(digit as u32 - '٠' as u32, 10),
        '۰'..='۹' => char::from_digit(digit as u32 - '۰' as u32, 10),
        digit => Some(digit),
    });
    european.collect::<Option<String>>()?.parse().ok()
}

/// Indices from the numbers that a person typed; `None` if something else was typed.
fn parse_numbers(answer: &str, count: usize) -> Option<Vec<usize>> {
    let answer = answer.trim();
    if answer.eq_ignore_ascii_case("all") || answer.to_lowercase() == say!("answer-all") {
        return Some((0..count).collect());
    }
    let mut chosen = Vec::new();
    let is_between = |character: char| matches!(character, ',' | '،') || character.is_whitespace();
    for typed in answer.split(is_between).filter(|typed| !typed.is_empty()) {
        let index = number(typed)?.checked_sub(1).filter(|index| *index < count)?;
        if !chosen.contains(&index) {
            chosen.push(index);
        }
    }
    Some(chosen)
}

/// What stands where an answer would be, after a cancelled question: inquire's own is in English.
const NO_ANSWER: &str = "—";

/// Asks with inquire.
async fn ask<T: Send + 'static>(work: impl FnOnce() -> Result<T, InquireError> + Send + 'static) -> Result<T, Failure> {
    static APPEARANCE: Once = Once::new();
    APPEARANCE.call_once(|| {
        let appearance = RenderConfig::default().with_canceled_prompt_indicator(Styled::new(NO_ANSWER));
        set_global_render_config(appearance);
    });
    on_thread(work).await?.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Failure::cancelled(say!("cancelled")),
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
        Ok(None) => Err(Failure::cancelled(say!("cancelled-input-ended"))),
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
    use crate::language::tests::in_language;

    #[test]
    fn yes_and_no_are_understood_in_english_and_in_the_language_of_the_question() {
        for (language, answer, expected) in [
            ("en", "y", Some(true)),
            ("en", " NO ", Some(false)),
            ("en", "j", None),
            ("en", "", None),
            ("de", "J", Some(true)),
            ("de", "nein", Some(false)),
            ("de", "y", Some(true)),
            ("fr", "o", Some(true)),
            ("fr", "non", Some(false)),
            ("es", "sí", Some(true)),
            ("es", "SI", Some(true)),
            ("pl", "t", Some(true)),
            ("pl", "n", Some(false)),
            ("ar", "نعم", Some(true)),
            ("ar", "ل", Some(false)),
            ("ar", "no", Some(false)),
        ] {
            let found = in_language(language, || parse_yes_or_no(answer));
            assert_eq!(found, expected, "{language}: {answer:?}");
        }
    }

    #[test]
    fn numbers_are_read_in_every_way_people_write_them() {
        for (answer, expected) in [
            ("", Some(vec![])),
            (" 2 ", Some(vec![1])),
            ("1,3", Some(vec![0, 2])),
            ("3, 1 1", Some(vec![2, 0])),
            ("ALL", Some(vec![0, 1, 2])),
            ("١، ٣", Some(vec![0, 2])),
            ("۲", Some(vec![1])),
            ("0", None),
            ("٤", None),
            ("4", None),
            ("one", None),
            ("-1", None),
        ] {
            assert_eq!(parse_numbers(answer, 3), expected, "{answer:?}");
        }
    }
}
