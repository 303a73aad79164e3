// SPDX-License-Identifier: Apache-2.0

//! The report in words, and for each remedy the command that does it.

use console::style;
use keyward::doctor::{Code, Finding, Remedy, RemedyCode, Report, Severity};

use crate::terminal::{
    Terminal,
    text::{clean, paragraph, point},
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
        | RemedyCode::RemoveDehydratedDevice => vec!["doctor", "--fix", finding.name()],
        RemedyCode::InOtherProgram => return None,
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

/// What a remedy is, as something that a person can choose.
pub(super) fn title(remedy: RemedyCode) -> &'static str {
    match remedy {
        RemedyCode::Unlock => "Verify this session with the Security Key or Phrase",
        RemedyCode::VerifyBySession => "Verify this session by another one, with emoji or a QR code",
        RemedyCode::AskOtherSessions => "Ask your other sessions for the private keys",
        RemedyCode::SignThisSession => "Sign this session with the private keys that it holds",
        RemedyCode::WriteSecretStorage => "Write what is missing into secret storage, under the present Security Key",
        RemedyCode::NewRecoveryKey => "Make a new Security Key",
        RemedyCode::MakeBackup => "Make a key storage",
        RemedyCode::UploadRoomKeys => "Upload them",
        RemedyCode::SayBackupIsWanted => "Say that you want the key storage",
        RemedyCode::RecoverRoomKeys => "Move what it holds into the present key storage",
        RemedyCode::RemoveDehydratedDevice => "Remove that device",
        RemedyCode::LookAtSessions => "Look at them",
        RemedyCode::LogInAgain => "Log out, then log in again",
        RemedyCode::ResumeReset => "Go on with the reset",
        RemedyCode::CancelReset => "Cancel the reset",
        RemedyCode::ResumeRecovery => "Go on with the new Security Key",
        RemedyCode::CancelRecovery => "Cancel the new Security Key",
        RemedyCode::InOtherProgram => "Do it in the program whose session this is",
        RemedyCode::SetUp => "Set up a digital identity, a Security Key and a key storage",
        RemedyCode::Reset => "Reset: a new digital identity",
    }
}

/// The whole report.
pub(super) fn report(report: &Report, terminal: Terminal) -> String {
    let width = terminal.width();
    let mut parts = Vec::new();
    if report.is_healthy() {
        parts.push(marked(None, "Your account's security is in order.", terminal));
    }
    parts.extend(report.findings.iter().map(|finding| with_remedies(finding, terminal)));
    if !report.is_healthy() {
        parts.push(paragraph(
            "What is named first is the smallest thing that helps. `keyward doctor --fix` goes through it with you.",
            width,
        ));
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
    let width = terminal.width();
    let mut text = marked(Some(finding.severity), &finding.message(), terminal);
    if !finding.sessions.is_empty() {
        const MOST: usize = 5;
        let mut names: Vec<String> = finding.sessions.iter().take(MOST).map(|id| clean(id)).collect();
        if finding.sessions.len() > MOST {
            names.push(format!("and {} more", finding.sessions.len() - MOST));
        }
        text.push('\n');
        text.push_str(&paragraph(&format!("  {}", names.join(", ")), width));
    }
    text
}

/// A text with a sign beside it that is seen at once; on a plain terminal with a word before it, for whoever listens.
fn marked(severity: Option<Severity>, text: &str, terminal: Terminal) -> String {
    let width = terminal.width();
    if terminal.is_plain() {
        let word = match severity {
            None | Some(Severity::Info) => "",
            Some(Severity::Warning) => "Warning: ",
            Some(Severity::Critical) => "Important: ",
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

/// A remedy with its command, and what it means.
fn offer(finding: &Finding, remedy: &Remedy, terminal: Terminal) -> String {
    point(&in_words(finding, remedy), terminal.width())
}

/// The same in a line.
fn in_words(finding: &Finding, remedy: &Remedy) -> String {
    let command = command(remedy.code, finding.code).map_or_else(String::new, |command| format!(": `{command}`"));
    let by = match remedy.sessions.is_empty() {
        true => String::new(),
        false => {
            let names: Vec<String> = remedy.sessions.iter().map(|id| clean(id)).collect();
            format!(" (by {})", names.join(" or "))
        }
    };
    let consequences: Vec<String> = remedy
        .consequences
        .iter()
        .map(|consequence| consequence.message())
        .collect();
    let consequences = match consequences.is_empty() {
        true => String::new(),
        false => format!(" {}", consequences.join(" ")),
    };
    format!("{}{by}{command}.{consequences}", title(remedy.code))
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
                    assert_eq!(*remedy, RemedyCode::InOtherProgram);
                    continue;
                };
                let parsed = Cli::try_parse_from(std::iter::once("keyward").chain(arguments));
                assert!(parsed.is_ok(), "{remedy:?} {finding:?}: {parsed:?}");
            }
        }
    }
}
