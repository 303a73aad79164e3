// SPDX-License-Identifier: Apache-2.0

//! `keyward doctor`: what is wrong with the account's security, and the smallest thing that mends it.

mod fix;
mod words;

use clap::Args;
use keyward::doctor::{Asked, Code, Report};
use serde::Serialize;

use crate::{
    context::Context,
    interrupt::Interrupts,
    output::{self, Failure},
    session::with_session,
};

pub(crate) use self::words::{command, with_remedies};

const EXAMPLES: &str = "\
Examples:
  keyward doctor
  keyward doctor --lost-key   the Security Key is lost: what now?
  keyward doctor --fix        go through what was found, one by one
  keyward doctor --redacted   for a bug report: without the IDs of sessions
  keyward --json doctor --fix backup.behind secret_storage.no_default --acknowledge

Without a terminal, or with --json:
  --fix needs --acknowledge. It does what nobody has to decide, and what you name.
  A repair that needs the Security Key takes it from KEYWARD_RECOVERY_KEY or
  KEYWARD_PASSPHRASE.

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
            message: finding.message(),
            sessions: &finding.sessions,
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
                        .map(|consequence| consequence.message())
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
    if let Some(codes) = &arguments.fix {
        if !context.terminal.is_interactive() && !arguments.acknowledge {
            return Err(Failure::usage(
                "Nobody can be asked, so --acknowledge is needed: what nobody has to decide is done, and what you name after \
                 --fix.",
            ));
        }
        return fix::run(context, asked, codes, arguments.acknowledge, interrupts).await;
    }
    let report = tokio::select! {
        report = examine(context, asked) => report?,
        () = interrupts.next() => return Err(Failure::cancelled("Cancelled.")),
    };
    show(context, &if arguments.redacted { report.redacted() } else { report })
}

/// Opens the store and examines the account, of whichever kind the session is. The store is closed again.
async fn examine(context: &Context, asked: Asked) -> Result<Report, Failure> {
    let session = context.session().await?;
    let _spinner = context.terminal.spinner("Examining the account");
    Ok(with_session!(session, account => Box::pin(account.examine(asked)).await?))
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
