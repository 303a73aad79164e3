// SPDX-License-Identifier: Apache-2.0

//! What the doctor found, in words: what is so, what it means, and what mends it.

use super::{ActionId, Argument, Role, Screen, Section, Texts};
use crate::{
    doctor::{Code, Consequence, Finding, Remedy, RemedyCode, Report},
    secret_storage::BACKUP,
};

/// How many sessions or contacts are named.
const MOST_NAMES: usize = 5;

impl Texts {
    /// What an examination found: a section each, in their order. Its last points are the remedies, as many as there are in
    /// [`Finding::remedies`], in the same order; before them stand the sessions and contacts that it is about.
    pub fn report(&self, report: &Report) -> Screen {
        let mut draft = self.screen(self.say("doctor-title"));
        if report.is_healthy() {
            draft = draft.say("doctor-healthy");
        }
        if report.findings.iter().any(|finding| finding.remedies.len() > 1) {
            draft = draft.say("doctor-smallest-first");
        }
        let sections = report.findings.iter().map(|finding| self.finding_section(finding));
        draft = draft.sections(sections);
        if may_have_lost_key(report) {
            draft = draft.action(ActionId::LostKey, Role::Secondary);
        }
        draft
            .action(ActionId::LookAgain, Role::Secondary)
            .action(ActionId::Close, Role::Primary)
            .done()
    }

    fn finding_section(&self, finding: &Finding) -> Section {
        let names = self
            .named(&finding.sessions)
            .into_iter()
            .chain(self.named(&finding.contacts));
        let remedies = finding.remedies.iter().map(|remedy| self.remedy(remedy));
        Section {
            heading: self.finding(finding),
            points: names.chain(remedies).collect(),
        }
    }

    /// What is so and what it means, in two or three sentences. Safe to log.
    pub fn finding(&self, finding: &Finding) -> String {
        self.finding_about(finding.code, finding.count, &finding.names)
    }

    /// The same of a finding of which no more is at hand. `names`: [`Finding::names`].
    pub fn finding_about(&self, code: Code, count: Option<u64>, names: &[&str]) -> String {
        let name = code.name().replace('.', "-");
        let message = match (code, secrets(names)) {
            (Code::SecretStorageIncomplete, None) => format!("finding-{name}-identity"),
            (Code::SecretStorageIncomplete | Code::SecretStorageWrongKey, Some(what)) => {
                format!("finding-{name}-{what}")
            }
            _ => format!("finding-{name}"),
        };
        self.count(&message, count.unwrap_or_default())
    }

    /// How grave a finding is, in a word: nothing is said by colour alone.
    pub fn severity(&self, severity: crate::doctor::Severity) -> String {
        use crate::doctor::Severity;
        self.say(match severity {
            Severity::Info => "severity-info",
            Severity::Warning => "severity-warning",
            Severity::Critical => "severity-critical",
        })
    }

    /// These sessions or contacts, the first few of them by their names; `None` if there are none.
    pub fn named(&self, ids: &[String]) -> Option<String> {
        let more = ids.len().saturating_sub(MOST_NAMES) as u64;
        let more = (more > 0).then(|| self.count("doctor-more", more));
        self.all(ids.iter().take(MOST_NAMES).map(|id| self.name(id)).chain(more))
    }

    /// What a remedy is, as something that a person can choose.
    pub fn remedy_title(&self, code: RemedyCode) -> String {
        self.say(&format!("remedy-{}", code.name()))
    }

    /// The same, with the sessions that it is done with, and what it means: whole sentences.
    pub fn remedy(&self, remedy: &Remedy) -> String {
        let title = self.remedy_title(remedy.code);
        let first = match self.either(remedy.sessions.iter().map(|id| self.name(id))) {
            None => self.say_with("remedy-alone", &[("remedy", title.into())]),
            Some(sessions) => self.say_with(
                "remedy-by-sessions",
                &[("remedy", title.into()), ("sessions", Argument::Text(sessions))],
            ),
        };
        let consequences = remedy
            .consequences
            .iter()
            .map(|consequence| self.consequence(*consequence));
        std::iter::once(first).chain(consequences).collect::<Vec<_>>().join(" ")
    }

    /// What a remedy leads to, as a sentence.
    pub fn consequence(&self, consequence: Consequence) -> String {
        let (name, count) = match consequence {
            Consequence::NothingIsLost => ("nothing_is_lost", 0),
            Consequence::SessionsLoseTrust(count) => ("sessions_lose_trust", count),
            Consequence::RoomKeysUploaded(count) => ("room_keys_uploaded", count),
            Consequence::RoomKeysNeedOldKey(count) => ("room_keys_need_old_key", count),
            Consequence::Authorisation => ("authorisation", 0),
            Consequence::ContactsVerifyAgain => ("contacts_verify_again", 0),
            Consequence::NoMessagesWhileOffline => ("no_messages_while_offline", 0),
        };
        self.count(&format!("consequence-{name}"), count)
    }
}

/// Whether to say that the Security Key is lost would lead to another report: it was not said yet, and there is one to lose.
fn may_have_lost_key(report: &Report) -> bool {
    let settles = [
        Code::RecoveryKeyLost,
        Code::SecretStorageMissing,
        Code::IdentityMissing,
        Code::IdentityGone,
        // It ends with a new one.
        Code::FlowPending,
    ];
    !report.findings.iter().any(|finding| settles.contains(&finding.code))
}

/// Which of the two things that people know these secrets are.
fn secrets(names: &[&str]) -> Option<&'static str> {
    let backup = names.contains(&BACKUP);
    match (backup, names.len() > usize::from(backup)) {
        (true, true) => Some("both"),
        (true, false) => Some("storage"),
        (false, true) => Some("identity"),
        (false, false) => None,
    }
}
