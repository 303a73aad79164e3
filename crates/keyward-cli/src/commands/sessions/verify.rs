// SPDX-License-Identifier: Apache-2.0

//! `keyward sessions verify`: by emoji or QR code, line by line. The other side may act at any time, so answers are
//! lines that are read all along.

use std::io::{self, BufRead};

use clap::Args;
use keyward::{
    account::Account,
    error::FlowError as _,
    flow::{Driver, NotDone, Status, drive},
    verification::{
        CancelReason, Verification, VerificationCommand, VerificationError, VerificationState, VerificationView,
    },
};
use serde_json::json;
use tokio::{join, sync::mpsc};

use super::{find, snapshot, words};
use crate::{
    context::Context,
    interrupt::Interrupts,
    language::{say, texts},
    output::Failure,
    terminal::{prompt, qr::Code},
};

const EXAMPLES: &str = "\
Needs a terminal and the other session at hand: both sides compare the same emoji, or one scans the other's code.

Examples:
  keyward sessions verify ABCDEFGHIJ
  keyward sessions verify             verify this session from another one";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// ID of the session; without it this session is verified from another one.
    #[arg(value_name = "ID")]
    id: Option<String>,
}

pub(super) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    if !context.terminal.is_interactive() {
        return Err(Failure::usage(
            "A verification needs somebody who compares, and there is no terminal to ask them on.",
        ));
    }
    let account = context.account().await?;
    let begun = tokio::select! {
        begun = Box::pin(begin(context, &account, arguments.id)) => begun,
        () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
    };
    let (verification, other) = begun?;
    let (driver, work) = drive(Status::Working(None), |_| verification);
    let dialogue = Dialogue {
        context,
        driver,
        other: &other,
        shown: None,
        answers: lines(),
    };
    let (end, ()) = join!(dialogue.hold(interrupts), work);
    let id = match end? {
        VerificationView {
            device_id,
            state: VerificationState::Done,
        } => device_id,
        VerificationView { state, .. } => {
            let why = words::verification(&state, &other);
            return Err(match state {
                VerificationState::Cancelled {
                    reason: CancelReason::User,
                    ..
                } => Failure::cancelled(why),
                _ => Failure::new("not_verified", why),
            });
        }
    };
    {
        let _spinner = context.terminal.spinner(&say!("verify-handing-over"));
        tokio::select! {
            () = Box::pin(account.hand_keys_over()) => {}
            // It is verified; the keys come with a later command.
            () = interrupts.next() => {}
        }
    }
    context.result(&json!({"verified": true, "device_id": id}), || {
        words::verification(&VerificationState::Done, &other)
    })
}

/// Asks the other side. Gives what to call it as well.
async fn begin(context: &Context, account: &Account, id: Option<String>) -> Result<(Verification, String), Failure> {
    let list = snapshot(context, account).await?.list;
    let _spinner = context.terminal.spinner(&say!("verify-asking"));
    match id.filter(|id| *id != list.current.device_id) {
        Some(id) => {
            let other = words::label(find(&list, &id)?);
            Ok((Box::pin(account.verify_session(&id)).await?, other))
        }
        None => {
            let other = say!("one-of-your-other-sessions");
            Ok((Box::pin(account.verify_this_session()).await?, other))
        }
    }
}

/// Every line that is typed, from now on. The thread that reads ends with the program.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.send(line.trim().to_lowercase()).is_err() {
                return;
            }
        }
    });
    receiver
}

struct Dialogue<'a> {
    context: &'a Context,
    driver: Driver<Verification>,
    other: &'a str,
    shown: Option<VerificationState>,
    answers: mpsc::UnboundedReceiver<String>,
}

/// What a person answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Emoji,
    QrCode,
    Yes,
    No,
    Cancel,
}

impl Dialogue<'_> {
    /// Leads through it to its end.
    async fn hold(mut self, interrupts: &mut Interrupts) -> Result<VerificationView, Failure> {
        let mut statuses = self.driver.statuses();
        let mut looked_in_vain = false;
        loop {
            let status = statuses.borrow_and_update().clone();
            match status {
                Status::Working(_) | Status::Cancelled => {}
                Status::At(view) if view.state.is_final() => return Ok(view),
                Status::At(view) => {
                    self.show(&view.state);
                    self.shown = Some(view.state);
                }
                Status::Stopped { error, .. } => {
                    let is_missing = error == VerificationError::NotSigned;
                    if !error.remedy().passes_by_itself() || (is_missing && looked_in_vain) {
                        return Err(error.into());
                    }
                    looked_in_vain = is_missing;
                    self.context.terminal.say(&texts().error(&error));
                }
            }
            loop {
                tokio::select! {
                    changed = statuses.changed() => match changed {
                        Ok(()) => break,
                        Err(_) => return Err(Failure::internal("the verification ended", &"nobody has ended it")),
                    },
                    line = self.answers.recv() => self.answered(line).await?,
                    () = interrupts.next() => self.cancel().await?,
                }
            }
        }
    }

    async fn cancel(&self) -> Result<(), Failure> {
        self.said(self.driver.cancel().await)
    }

    /// The result of an answer. If the verification has moved on meanwhile, that is no failure: the next status shows
    /// where.
    fn said<T>(&self, result: Result<T, NotDone<VerificationError>>) -> Result<(), Failure> {
        match result {
            Ok(_) | Err(NotDone::Failed(VerificationError::NotNow) | NotDone::Paused | NotDone::Ended) => Ok(()),
            Err(NotDone::Failed(error)) if error.remedy().passes_by_itself() => {
                self.context.terminal.say(&texts().error(&error));
                Ok(())
            }
            Err(NotDone::Failed(error)) => Err(error.into()),
        }
    }

    fn show(&self, state: &VerificationState) {
        let say = |text: &str| self.context.terminal.say(text);
        if state.is_final() {
            return;
        }
        match state {
            VerificationState::Emoji { emoji, decimals } => {
                words::emoji(emoji).for_each(|line| say(&line));
                say(&say!("verify-as-numbers", numbers = words::decimals(decimals)));
            }
            VerificationState::Decimals { decimals } => say(&words::decimals(decimals)),
            _ => {}
        }
        say(&words::verification(state, self.other));
        say(&match choices(state) {
            [] => say!("verify-keys-cancel"),
            [Answer::Emoji, Answer::QrCode] => say!("verify-keys-emoji-or-code"),
            [Answer::Emoji] => say!("verify-keys-emoji"),
            [Answer::QrCode] => say!("verify-keys-code"),
            _ => say!(
                "verify-keys-yes-no",
                yes = prompt::letter(true),
                no = prompt::letter(false)
            ),
        });
    }

    async fn answered(&mut self, line: Option<String>) -> Result<(), Failure> {
        let terminal = self.context.terminal;
        let Some(line) = line else {
            self.cancel().await?;
            return Err(Failure::cancelled(say!("cancelled-input-ended")));
        };
        if line.is_empty() {
            return self.said(self.driver.retry().await);
        }
        let Some(state) = &self.shown else { return Ok(()) };
        let Some(answer) = parse(&line, state) else {
            terminal.say(&say!("verify-no-answer"));
            return Ok(());
        };
        let command = match (answer, state) {
            (Answer::Emoji, _) => VerificationCommand::StartEmoji,
            (Answer::QrCode, _) => {
                let code = self.driver.command(VerificationCommand::ShowQrCode).await;
                if let Ok(code) = &code {
                    self.draw(code.as_ref().map(Code::from));
                }
                return self.said(code);
            }
            (Answer::Yes, _) => VerificationCommand::Confirm,
            (Answer::No, VerificationState::Emoji { .. } | VerificationState::Decimals { .. }) => {
                VerificationCommand::Mismatch
            }
            (Answer::No | Answer::Cancel, _) => return self.cancel().await,
        };
        self.said(self.driver.command(command).await)
    }

    /// Lines scroll, so only the width limits the code.
    fn draw(&self, code: Option<Code>) {
        let terminal = self.context.terminal;
        let lines = code.map(|code| code.lines(terminal.width(), usize::MAX));
        match lines {
            Some(Some(lines)) => {
                for line in lines {
                    terminal.say(&line);
                }
                terminal.say(&say!("verify-scan-this", other = self.other));
            }
            Some(None) => terminal.say(&say!("verify-too-narrow")),
            None => terminal.say(&say!("verify-cannot-scan")),
        }
    }
}

/// What can be answered, apart from cancelling.
fn choices(state: &VerificationState) -> &'static [Answer] {
    use VerificationState as State;
    match state {
        State::Ready {
            emoji: true,
            show_qr: true,
            ..
        } => &[Answer::Emoji, Answer::QrCode],
        State::Ready { emoji: true, .. } => &[Answer::Emoji],
        State::Ready { show_qr: true, .. } => &[Answer::QrCode],
        State::Emoji { .. } | State::Decimals { .. } | State::Scanned => &[Answer::Yes, Answer::No],
        _ => &[],
    }
}

/// `None` if that is no answer to what is asked.
fn parse(line: &str, state: &VerificationState) -> Option<Answer> {
    let answer = match line {
        "q" | "quit" | "cancel" => return Some(Answer::Cancel),
        "e" | "emoji" => Answer::Emoji,
        "c" | "code" => Answer::QrCode,
        line => match prompt::parse_yes_or_no(line)? {
            true => Answer::Yes,
            false => Answer::No,
        },
    };
    choices(state).contains(&answer).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_is_an_answer() {
        let ready = |emoji, show_qr| VerificationState::Ready {
            emoji,
            show_qr,
            scan_qr: false,
        };
        let decimals = VerificationState::Decimals { decimals: [1, 2, 3] };
        for (state, line, expected) in [
            (ready(true, true), "e", Some(Answer::Emoji)),
            (ready(true, true), "code", Some(Answer::QrCode)),
            (ready(true, false), "c", None),
            (ready(false, true), "e", None),
            (ready(true, true), "y", None),
            (decimals.clone(), "yes", Some(Answer::Yes)),
            (decimals.clone(), "n", Some(Answer::No)),
            (decimals, "e", None),
            (VerificationState::Scanned, "y", Some(Answer::Yes)),
            (VerificationState::Waiting, "y", None),
            (VerificationState::Waiting, "q", Some(Answer::Cancel)),
            (VerificationState::Scanned, "", None),
        ] {
            assert_eq!(parse(line, &state), expected, "{line} at {state:?}");
        }
    }
}
