// SPDX-License-Identifier: Apache-2.0

//! The report in words, and for each remedy the command that does it.

use console::style;
use keyward::doctor::{Code, Finding, Remedy, RemedyCode, Report, Severity};

use crate::{
    language::{say, texts},
    terminal::{
        Terminal,
        text::{paragraph, point},
    },
};

/// The command that does it, for a finding; `None` where it is for another program.
pub(crate) fn command(remedy: RemedyCode, finding: Code) -> Option<String> {
    let arguments = arguments(remedy, finding)?;
    Some(format!("keyward {}", arguments.join(" ")))
}

/// The arguments of that command.
pub(super) fn arguments(remedy: RemedyCode, finding: Code) -> Option<Vec<&'static str>> {
    Some(match remedy {
        RemedyCode::Unlock => vec!["unlock"],
        RemedyCode::VerifyBySession => vec!["sessions", "verify"],
        RemedyCode::NewRecoveryKey => vec!["recovery", "new"],
        RemedyCode::RecoverRoomKeys => vec!["keys", "recover"],
        RemedyCode::LookAtSessions => vec!["sessions", "--filter", filter(finding)],
        RemedyCode::LogInAgain => vec!["logout"],
        RemedyCode::ResumeReset => vec!["reset", "--resume"],
        RemedyCode::CancelReset => vec!["reset", "--cancel"],
        RemedyCode::ResumeRecovery => vec!["recovery", "new", "--resume"],
        RemedyCode::CancelRecovery => vec!["recovery", "new", "--cancel"],
        RemedyCode::SetUp | RemedyCode::Reset => vec!["reset"],
        RemedyCode::SignThisSession
        | RemedyCode::AskOtherSessions
        | RemedyCode::WriteSecretStorage
        | RemedyCode::MakeBackup
        | RemedyCode::UploadRoomKeys
        | RemedyCode::SayBackupIsWanted
        | RemedyCode::RemoveDehydratedDevice
        | RemedyCode::DismissContacts => vec!["doctor", "--fix", finding.name()],
        RemedyCode::InOtherProgram | RemedyCode::VerifyContactsAgain => return None,
    })
}

fn filter(finding: Code) -> &'static str {
    match finding {
        Code::SessionsUnverified => "unverified",
        Code::SessionsInactive => "inactive",
        Code::SessionsKeyless => "unverifiable",
        _ => "all",
    }
}

/// The whole report.
pub(super) fn report(report: &Report, terminal: Terminal) -> String {
    let width = terminal.width();
    let mut parts = Vec::new();
    if report.is_healthy() {
        parts.push(marked(None, &texts().report(report).paragraphs.join(" "), terminal));
    }
    parts.extend(report.findings.iter().map(|finding| with_remedies(finding, terminal)));
    if !report.is_healthy() {
        parts.push(paragraph(&say!("doctor-fix-them"), width));
    }
    parts.join("\n\n")
}

/// What was found, what it means, and what mends it.
pub(crate) fn with_remedies(finding: &Finding, terminal: Terminal) -> String {
    let offers = finding.remedies.iter().map(|remedy| offer(finding, remedy, terminal));
    let lines: Vec<String> = std::iter::once(about(finding, terminal)).chain(offers).collect();
    lines.join("\n")
}

/// What was found, and what it means.
fn about(finding: &Finding, terminal: Terminal) -> String {
    let mut text = marked(Some(finding.severity), &texts().finding(finding), terminal);
    for names in [&finding.sessions, &finding.contacts].map(|ids| texts().named(ids)) {
        let Some(names) = names else { continue };
        text.push('\n');
        text.push_str(&paragraph(&format!("  {names}"), terminal.width()));
    }
    text
}

/// A text with a sign beside it that is seen at once; on a plain terminal with a word before it, for whoever listens.
fn marked(severity: Option<Severity>, text: &str, terminal: Terminal) -> String {
    let width = terminal.width();
    if terminal.is_plain() {
        let word = match severity {
            None | Some(Severity::Info) => String::new(),
            Some(severity) => format!("{}: ", texts().severity(severity)),
        };
        return paragraph(&format!("{word}{text}"), width);
    }
    let sign = match severity {
        None => style("✓").green(),
        Some(Severity::Info) => style("·").dim(),
        Some(Severity::Warning) => style("!").yellow(),
        Some(Severity::Critical) => style("✗").red(),
    };
    format!(
        "{sign} {}",
        paragraph(text, width.saturating_sub(2)).replace('\n', "\n  ")
    )
}

/// A remedy and what it means, and its command in a line of its own, to be copied.
fn offer(finding: &Finding, remedy: &Remedy, terminal: Terminal) -> String {
    let text = point(&texts().remedy(remedy), terminal.width());
    match command(remedy.code, finding.code) {
        Some(command) => format!("{text}\n    `{command}`"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::commands::Cli;

    #[test]
    fn every_remedy_has_a_command_that_is_one() {
        for remedy in RemedyCode::ALL {
            for finding in Code::ALL {
                let Some(arguments) = arguments(*remedy, *finding) else {
                    let elsewhere = [RemedyCode::InOtherProgram, RemedyCode::VerifyContactsAgain];
                    assert!(elsewhere.contains(remedy), "{remedy:?}");
                    continue;
                };
                let parsed = Cli::try_parse_from(std::iter::once("keyward").chain(arguments));
                assert!(parsed.is_ok(), "{remedy:?} {finding:?}: {parsed:?}");
            }
        }
    }
}
