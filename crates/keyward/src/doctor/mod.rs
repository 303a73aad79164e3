// SPDX-License-Identifier: Apache-2.0

//! What is wrong with an account's security, and the smallest thing that mends it. Most people who reset did not need to: a
//! verified session that holds the private keys makes a new Security Key without a reset, and one that lost them can ask
//! another one.
//!
//! [`Facts`](crate::facts::Facts) are read in two round trips; [`Report::of`] judges them (pure); `repairs/` mends what no other
//! flow does, each in one step that can be repeated.
//!
//! ```no_run
//! # use keyward::{account::Account, doctor::Asked, error::RequestError, texts::Texts};
//! # async fn example(account: Account, texts: Texts) -> Result<(), RequestError> {
//! let report = account.examine(Asked::default()).await?;
//! for finding in &report.findings {
//!     println!("{}: {}", finding.code.name(), texts.finding(finding));
//! }
//! # Ok(())
//! # }
//! ```

mod finding;
mod repairs;
mod rules;

/// An account to judge, for what the fakes report (`texts/tests/fakes/samples.rs`).
#[cfg(test)]
pub(crate) use rules::tests as sample_facts;

use serde::Serialize;

pub use self::{
    finding::{Code, Consequence, Decides, Finding, Remedy, RemedyCode, Severity},
    repairs::RepairError,
};
use crate::{
    account::{Account, Attached},
    error::RequestError,
    facts::{AttachedStatus, CheckError, Extent, Facts, Status},
    secret_storage::KeyInput,
};

/// What the person asks about, beside what can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// They say that they have lost the Security Key, and the Security Phrase if there is one.
    pub lost_key: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The findings, the gravest first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Judges facts. Pure.
    pub fn of(facts: &Facts, asked: Asked) -> Self {
        let mut findings = rules::findings(facts, asked);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Self { findings }
    }

    /// Whether nothing is above [`Severity::Info`].
    pub fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Info)
    }

    /// Why this session cannot tell which of the others are the person's own, or cannot verify them: the gravest reason.
    pub fn of_this_session(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| {
            matches!(
                finding.code,
                Code::SessionUnverified
                    | Code::SessionKeysMissing
                    | Code::SessionDeviceKeysDiffer
                    | Code::IdentityMissing
                    | Code::IdentityGone
                    | Code::IdentityInvalid
                    | Code::IdentityReplaced
            )
        })
    }

    /// What helps whoever has lost the Security Key and is smaller than a reset, if the report is one that was asked so
    /// ([`Asked::lost_key`]) and there is such a thing.
    pub fn instead_of_reset(&self) -> Option<&Remedy> {
        let lost = self
            .findings
            .iter()
            .find(|finding| finding.code == Code::RecoveryKeyLost)?;
        let first = lost.remedies.first()?;
        (!matches!(first.code, RemedyCode::Reset | RemedyCode::SetUp)).then_some(first)
    }

    /// The same for a bug report: each device id and each user id is replaced by a number, the same one wherever it occurs.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let (mut sessions, mut contacts) = (Numbers::of("session"), Numbers::of("contact"));
        let mut findings = self.findings.clone();
        for finding in &mut findings {
            sessions.replace(&mut finding.sessions);
            contacts.replace(&mut finding.contacts);
            for remedy in &mut finding.remedies {
                sessions.replace(&mut remedy.sessions);
            }
        }
        Self { findings }
    }
}

/// Numbers in place of ids of one kind.
struct Numbers {
    kind: &'static str,
    known: Vec<String>,
}

impl Numbers {
    fn of(kind: &'static str) -> Self {
        Self {
            kind,
            known: Vec::new(),
        }
    }

    fn replace(&mut self, ids: &mut [String]) {
        for id in ids {
            let at = self.known.iter().position(|found| found == id).unwrap_or_else(|| {
                self.known.push(id.clone());
                self.known.len() - 1
            });
            *id = format!("{}-{}", self.kind, at + 1);
        }
    }
}

impl Account {
    /// Examines the account and this session. Reads only; two round trips, whatever the number of rooms.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn examine(&self, asked: Asked) -> Result<Report, RequestError> {
        Ok(Report::of(&Facts::of_own(self, Extent::Examination).await?, asked))
    }

    /// The same with a Security Key or Phrase that the person has: what it should open and does not is among the findings, and
    /// nothing is proposed that needs a key that it is not. A key that is none of this account's opens nothing. Reads only; one
    /// that is not the default key takes some round trips more, and a phrase some seconds.
    ///
    /// # Errors
    /// [`CheckError::Open`] where it is no key at all, because it was mistyped, or where nobody can tell; [`CheckError::Request`]
    pub async fn examine_with_key(&self, key: &KeyInput, asked: Asked) -> Result<Report, CheckError> {
        Ok(Report::of(&Facts::of_own_with_key(self, key).await?, asked))
    }

    /// How the account stands, and what is wrong with it, of the same facts.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status_and_report(&self) -> Result<(Status, Report), RequestError> {
        let facts = Facts::of_own(self, Extent::Report).await?;
        let report = Report::of(&facts, Asked::default());
        Ok((Status::of(self, facts), report))
    }
}

impl Account<Attached> {
    /// Examines the account, as far as the server shows it: what the other program holds is not in it.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn examine(&self, asked: Asked) -> Result<Report, RequestError> {
        Ok(Report::of(&Facts::of_attached(self, Extent::Examination).await?, asked))
    }

    /// The same with a Security Key or Phrase that the person has; see the other kind of account.
    ///
    /// # Errors
    /// [`CheckError::Open`] where it is no key at all, because it was mistyped, or where nobody can tell; [`CheckError::Request`]
    pub async fn examine_with_key(&self, key: &KeyInput, asked: Asked) -> Result<Report, CheckError> {
        Ok(Report::of(&Facts::of_attached_with_key(self, key).await?, asked))
    }

    /// How the account stands, and what is wrong with it, of the same facts.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn status_and_report(&self) -> Result<(AttachedStatus, Report), RequestError> {
        let facts = Facts::of_attached(self, Extent::Report).await?;
        let report = Report::of(&facts, Asked::default());
        Ok((AttachedStatus::of(self, facts), report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redacted_report_names_the_same_contact_by_the_same_number() {
        let finding = |code, contacts: &[&str]| Finding {
            code,
            severity: Severity::Warning,
            sessions: vec!["SECRET".to_owned()],
            contacts: contacts.iter().map(|id| (*id).to_owned()).collect(),
            count: None,
            names: Vec::new(),
            remedies: Vec::new(),
        };
        let report = Report {
            findings: vec![
                finding(Code::ContactsChanged, &["@SECRETA:b.c", "@SECRETB:b.c"]),
                finding(Code::ContactsVerifiedLost, &["@SECRETC:b.c", "@SECRETA:b.c"]),
            ],
        };
        let redacted = report.redacted();
        assert_eq!(redacted.findings[0].contacts, ["contact-1", "contact-2"]);
        assert_eq!(redacted.findings[1].contacts, ["contact-3", "contact-1"]);
        assert!(!serde_json::to_string(&redacted).expect("JSON").contains("SECRET"));
    }

    #[test]
    fn a_redacted_report_names_the_same_session_by_the_same_number() {
        let remedy = |sessions: &[&str]| Remedy {
            code: RemedyCode::VerifyBySession,
            decides: Decides::Person,
            sessions: sessions.iter().map(|id| (*id).to_owned()).collect(),
            consequences: Vec::new(),
        };
        let finding = |code, sessions: &[&str], by: &[&str]| Finding {
            code,
            severity: Severity::Critical,
            sessions: sessions.iter().map(|id| (*id).to_owned()).collect(),
            contacts: Vec::new(),
            count: None,
            names: Vec::new(),
            remedies: vec![remedy(by)],
        };
        let report = Report {
            findings: vec![
                finding(Code::SessionUnverified, &["SECRETA"], &["SECRETB", "SECRETC"]),
                finding(Code::SessionsUnverified, &["SECRETC", "SECRETA"], &[]),
            ],
        };
        let redacted = report.redacted();
        assert_eq!(redacted.findings[0].sessions, ["session-1"]);
        assert_eq!(redacted.findings[0].remedies[0].sessions, ["session-2", "session-3"]);
        assert_eq!(redacted.findings[1].sessions, ["session-3", "session-1"]);
        assert!(!serde_json::to_string(&redacted).expect("JSON").contains("SECRET"));
    }
}
