// SPDX-License-Identifier: Apache-2.0

//! `keyward status`

use keyward::{
    doctor::{Report, Severity},
    facts::{AttachedStatus, IdentityStatus, KeyBackupStatus, KeyFlow, PendingFlow, SecretStorageStatus, Status},
    reset::PendingReset,
};
use serde::Serialize;

use super::{attach, doctor};
use crate::{
    context::Context,
    output::Failure,
    session::Session,
    terminal::{
        Terminal,
        text::{clean, count, number, paragraph},
    },
};

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let session = context.session().await?;
    let spinner = context.terminal.spinner("Asking the homeserver");
    match session {
        Session::Own(account) => {
            let (status, report) = Box::pin(account.status_and_report()).await?;
            drop(spinner);
            context.result(&Shown::of(&status), || {
                format!(
                    "{}\n{}",
                    table(&status),
                    next_steps(&status.pending, &report, context.terminal)
                )
            })
        }
        Session::Attached(account) => {
            let (status, report) = Box::pin(account.status_and_report()).await?;
            drop(spinner);
            attach::show(context, &status, &report)
        }
    }
}

/// What scripts get of a session that was logged in here.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    #[serde(flatten)]
    status: &'a Status,
    attached: bool,
}

impl<'a> Shown<'a> {
    pub(crate) fn of(status: &'a Status) -> Self {
        Self {
            status,
            attached: false,
        }
    }
}

/// How an attached account stands, and what to do next.
pub(crate) fn attached(status: &AttachedStatus, report: &Report, terminal: Terminal) -> String {
    let identity = match status.identity {
        IdentityStatus::Ours => "trusted by this session",
        IdentityStatus::NotOurs => "exists, but nothing shows that this session trusts it",
        IdentityStatus::Replaced => "another than the one that this session has trusted",
        IdentityStatus::NotSetUp => "not set up",
    };
    let key_backup = match status.key_backup {
        KeyBackupStatus::Enabled | KeyBackupStatus::Disabled => "exists, signed by the identity or this session",
        KeyBackupStatus::Untrusted => "exists, but neither the identity nor this session has signed it",
        KeyBackupStatus::NotSetUp => "off",
    };
    let table = rows(
        &[
            ("Account", clean(&status.user_id)),
            ("Homeserver", clean(&status.homeserver)),
            (
                "Session",
                format!(
                    "{}, {}, of another program",
                    clean(&status.device_id),
                    verified(status.verified)
                ),
            ),
            ("Digital identity", identity.to_owned()),
            ("Secret storage", secret_storage(status.secret_storage).to_owned()),
            ("Key storage", key_backup.to_owned()),
            ("Reset", pending(status.pending_reset).to_owned()),
        ],
        &status.pending,
    );
    let next = match report.is_healthy() {
        true => paragraph(
            "Everything that can be seen from here is in order. What the other program holds is in its own settings.",
            terminal.width(),
        ),
        false => next_steps(&status.pending, report, terminal),
    };
    format!("{table}\n{next}")
}

/// What to do with a reset that waits.
fn pending_step(reset: Option<PendingReset>) -> &'static str {
    match reset {
        Some(PendingReset::Staged) => {
            "An interrupted reset waits, and the new digital identity is not in force: `keyward reset --resume` goes on with \
             the reset, `keyward reset --cancel` undoes it."
        }
        Some(PendingReset::HandingOver) => {
            "A reset is nearly done: give the new Security Key to the app of this session, then `keyward reset \
             --handed-over`. `keyward reset --resume` shows the key again."
        }
        Some(PendingReset::Committed) | None => {
            "A reset waits to be finished: `keyward reset --resume` does that. It cannot be undone any more."
        }
    }
}

/// The new Security Key that waits, if there is one.
fn new_key(pending: &[PendingFlow]) -> Option<PendingReset> {
    let waiting = pending.iter().find(|pending| pending.flow == KeyFlow::Recovery);
    waiting.map(|pending| pending.state)
}

/// What to do with a new Security Key that waits.
fn new_key_step(pending: &[PendingFlow]) -> &'static str {
    match new_key(pending) {
        Some(PendingReset::Staged) => {
            "A new Security Key waits, and the old one is in force: `keyward recovery new --resume` goes on with it, \
             `keyward recovery new --cancel` undoes it."
        }
        _ => {
            "A new Security Key waits to be finished: `keyward recovery new --resume` does that. It may be in force already, \
             and cannot be undone any more."
        }
    }
}

fn verified(verified: bool) -> &'static str {
    if verified { "verified" } else { "not verified" }
}

fn secret_storage(status: SecretStorageStatus) -> &'static str {
    match status {
        SecretStorageStatus::Ready => "ready",
        SecretStorageStatus::Incomplete => "incomplete",
        SecretStorageStatus::NotSetUp => "not set up",
    }
}

fn pending(reset: Option<PendingReset>) -> &'static str {
    match reset {
        None => "none is waiting",
        Some(PendingReset::Staged) => "interrupted; the new digital identity is not in force",
        Some(PendingReset::Committed) => "not finished; the new digital identity is in force",
        Some(PendingReset::HandingOver) => "waits until the app has the new Security Key",
    }
}

fn rows(rows: &[(&str, String)], pending: &[PendingFlow]) -> String {
    let new_key = new_key(pending).map(|state| match state {
        PendingReset::Staged => "interrupted; the old one is in force",
        PendingReset::Committed | PendingReset::HandingOver => "not finished; it may be in force already",
    });
    let new_key = new_key.map(|state| ("New Security Key", state.to_owned()));
    rows.iter()
        .chain(&new_key)
        .map(|(name, value)| format!("{name:<18}{value}\n"))
        .collect()
}

fn table(status: &Status) -> String {
    let identity = match status.identity {
        IdentityStatus::Ours if status.private_keys => "trusted, and this session has its keys",
        IdentityStatus::Ours => "trusted, but this session does not have its keys",
        IdentityStatus::NotOurs => "exists, but this session does not trust it yet",
        IdentityStatus::Replaced => "another than the one that this session has verified",
        IdentityStatus::NotSetUp => "not set up",
    };
    let key_backup = match status.key_backup {
        KeyBackupStatus::Enabled => "on, and this session uses it",
        KeyBackupStatus::Disabled => "exists, but this session has no key for it",
        KeyBackupStatus::Untrusted => "exists, but nobody whom this session trusts has signed it",
        KeyBackupStatus::NotSetUp => "off",
    };
    rows(
        &[
            ("Account", clean(&status.user_id)),
            ("Homeserver", clean(&status.homeserver)),
            (
                "Session",
                format!("{}, {}", clean(&status.device_id), verified(status.verified)),
            ),
            ("Digital identity", identity.to_owned()),
            ("Secret storage", secret_storage(status.secret_storage).to_owned()),
            ("Key storage", key_backup.to_owned()),
            ("Room keys", format!("{} on this session", number(status.room_keys))),
            ("Reset", pending(status.pending_reset).to_owned()),
        ],
        &status.pending,
    )
}

/// What to do next: about what waits, or the gravest thing that is wrong.
pub(crate) fn next_steps(pending: &[PendingFlow], report: &Report, terminal: Terminal) -> String {
    let width = terminal.width();
    let waiting = pending.iter().find(|pending| pending.flow == KeyFlow::Reset);
    if let Some(waiting) = waiting {
        return paragraph(pending_step(Some(waiting.state)), width);
    }
    if new_key(pending).is_some() {
        return paragraph(new_key_step(pending), width);
    }
    let mut grave = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info);
    let Some(first) = grave.next() else {
        return paragraph("Everything is in order.", width);
    };
    let mut text = doctor::with_remedies(first, terminal);
    let others = grave.count() as u64;
    if others > 0 {
        let more = format!("`keyward doctor` names {} more.", count(others, "thing", "things"));
        text.push_str("\n\n");
        text.push_str(&paragraph(&more, width));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_leads_to_the_command_that_helps() {
        let terminal = Terminal::detect(true, true, false);
        let report = Report { findings: Vec::new() };
        let said = |flow, state| next_steps(&[PendingFlow { flow, state }], &report, terminal);
        for (flow, state, command) in [
            (KeyFlow::Reset, PendingReset::Staged, "--cancel"),
            (KeyFlow::Reset, PendingReset::Committed, "--resume"),
            (KeyFlow::Reset, PendingReset::HandingOver, "--handed-over"),
            (KeyFlow::Recovery, PendingReset::Staged, "recovery new --cancel"),
            (KeyFlow::Recovery, PendingReset::Committed, "recovery new --resume"),
        ] {
            let said = said(flow, state);
            assert!(said.contains(command), "{said}");
        }
        assert_eq!(next_steps(&[], &report, terminal), "Everything is in order.");
    }
}
