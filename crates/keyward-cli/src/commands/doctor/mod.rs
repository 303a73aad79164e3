// SPDX-License-Identifier: Apache-2.0

//! `keyward doctor`: what is wrong with the account's security, and the smallest thing that mends it.

mod fix;
mod words;

use clap::Args;
use keyward::{
    doctor::{Asked, Code, Report},
    secret_storage::KeyInput,
};
use serde::Serialize;

use crate::{
    commands::unlock::{given, missing, typed},
    context::Context,
    interrupt::Interrupts,
    language::{say, texts},
    output::{self, Failure},
    session::with_session,
};

pub(crate) use self::words::{command, with_remedies};

const EXAMPLES: &str = "\
Examples:
  keyward doctor
  keyward doctor --lost-key   the Security Key is lost: what now?
  keyward doctor --with-key   the Security Key is at hand: does it open everything?
  keyward doctor --fix        go through what was found, one by one
  keyward doctor --redacted   for a bug report: without the IDs of sessions
  keyward --json doctor --fix backup.behind secret_storage.no_default --acknowledge

Without a terminal, or with --json:
  --fix needs --acknowledge. It does what nobody has to decide, and what you name.
  A repair that needs the Security Key, and --with-key, take it from
  KEYWARD_RECOVERY_KEY or KEYWARD_PASSPHRASE.

Exit code 0: healthy, 5: there are findings above a note.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Mend what was found, or the findings with these codes: the smallest remedy first, and none without asking.
    #[arg(long, value_name = "CODE", num_args = 0.., value_parser = code)]
    fix: Option<Vec<Code>>,

    /// You have lost the Security Key, and the Security Phrase if there was one.
    #[arg(long)]
    lost_key: bool,

    /// You have the Security Key or Phrase at hand: look whether it opens what it should.
    #[arg(long, conflicts_with = "lost_key")]
    with_key: bool,

    /// Replace the IDs of sessions by numbers, for a bug report.
    #[arg(long, conflicts_with = "fix")]
    redacted: bool,

    /// With --fix: do not ask.
    #[arg(long, requires = "fix")]
    acknowledge: bool,
}

fn code(text: &str) -> Result<Code, String> {
    Code::from_name(text)
        .ok_or_else(|| "there is no finding with this code; `keyward doctor` shows those there are".into())
}

/// What scripts get.
#[derive(Serialize)]
struct Shown<'a> {
    healthy: bool,
    findings: Vec<ShownFinding<'a>>,
}

#[derive(Serialize)]
struct ShownFinding<'a> {
    code: Code,
    severity: keyward::doctor::Severity,
    message: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sessions: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    contacts: &'a [String],
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    secrets: &'a [&'static str],
    remedies: Vec<ShownRemedy<'a>>,
}

#[derive(Serialize)]
struct ShownRemedy<'a> {
    code: keyward::doctor::RemedyCode,
    command: Option<String>,
    decides: keyward::doctor::Decides,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sessions: &'a [String],
    consequences: Vec<String>,
}

impl<'a> Shown<'a> {
    fn of(report: &'a Report) -> Self {
        let findings = report.findings.iter().map(|finding| ShownFinding {
            code: finding.code,
            severity: finding.severity,
            message: texts().finding(finding),
            sessions: &finding.sessions,
            contacts: &finding.contacts,
            secrets: &finding.names,
            remedies: finding
                .remedies
                .iter()
                .map(|remedy| ShownRemedy {
                    code: remedy.code,
                    command: command(remedy.code, finding.code),
                    decides: remedy.decides,
                    sessions: &remedy.sessions,
                    consequences: remedy
                        .consequences
                        .iter()
                        .map(|consequence| texts().consequence(*consequence))
                        .collect(),
                })
                .collect(),
        });
        Self {
            healthy: report.is_healthy(),
            findings: findings.collect(),
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: Arguments, interrupts: &mut Interrupts) -> Result<(), Failure> {
    let asked = Asked {
        lost_key: arguments.lost_key,
    };
    let key = match arguments.with_key {
        true => tokio::select! {
            key = key_at_hand(context, "doctor-which-key") => Some(key?),
            () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
        },
        false => None,
    };
    if let Some(codes) = &arguments.fix {
        if !context.terminal.is_interactive() && !arguments.acknowledge {
            return Err(Failure::usage(
                "Nobody can be asked, so --acknowledge is needed: what nobody has to decide is done, and what you name after \
                 --fix.",
            ));
        }
        return fix::run(context, asked, key, codes, arguments.acknowledge, interrupts).await;
    }
    let report = tokio::select! {
        report = examine(context, asked, key.as_ref()) => report?,
        () = interrupts.next() => return Err(Failure::cancelled(say!("cancelled"))),
    };
    show(context, &if arguments.redacted { report.redacted() } else { report })
}

/// Opens the store and examines the account, of whichever kind the session is. The store is closed again.
async fn examine(context: &Context, asked: Asked, key: Option<&KeyInput>) -> Result<Report, Failure> {
    let session = context.session().await?;
    let _spinner = context.terminal.spinner(&say!("doctor-examining"));
    Ok(with_session!(session, account => match key {
        Some(key) => Box::pin(account.examine_with_key(key, asked)).await?,
        None => Box::pin(account.examine(asked)).await?,
    }))
}

/// The Security Key or Phrase that the person has. The question is a message.
async fn key_at_hand(context: &Context, question: &str) -> Result<KeyInput, Failure> {
    match given(context)? {
        Some(key) => Ok(key),
        None if context.terminal.is_interactive() => typed(context, &say!(question)).await,
        None => Err(missing("The Security Key or Phrase")),
    }
}

/// Prints the report. Findings above a note end with an exit code of their own.
fn show(context: &Context, report: &Report) -> Result<(), Failure> {
    match context.json {
        true => output::object(&Shown::of(report))?,
        false => output::text(&words::report(report, context.terminal))?,
    }
    match report.is_healthy() {
        true => Ok(()),
        false => Err(Failure::findings()),
    }
}
