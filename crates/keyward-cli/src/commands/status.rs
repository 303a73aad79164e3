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
    language::{name, say},
    output::Failure,
    session::Session,
    terminal::{
        Terminal,
        text::{clean, column, pad, paragraph},
    },
};

/// The columns of the names in English.
const USUAL_NAMES: usize = 18;

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let session = context.session().await?;
    let spinner = context.terminal.spinner(&say!("asking-homeserver"));
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
        IdentityStatus::Ours => "status-identity-attached-trusted",
        IdentityStatus::NotOurs => "status-identity-attached-not-trusted",
        IdentityStatus::Replaced => "status-identity-attached-replaced",
        IdentityStatus::NotSetUp => "status-identity-none",
    };
    let key_backup = match status.key_backup {
        KeyBackupStatus::Enabled | KeyBackupStatus::Disabled => "status-key-storage-attached-signed",
        KeyBackupStatus::Untrusted => "status-key-storage-attached-untrusted",
        KeyBackupStatus::NotSetUp => "status-key-storage-off",
    };
    let session = match status.verified {
        true => "status-session-verified-other-program",
        false => "status-session-unverified-other-program",
    };
    let table = rows(
        &[
            ("status-account", clean(&status.user_id)),
            ("status-homeserver", clean(&status.homeserver)),
            ("status-session", say!(session, device = name(&status.device_id))),
            ("status-identity", say!(identity)),
            ("status-secret-storage", secret_storage(status.secret_storage)),
            ("status-key-storage", say!(key_backup)),
            ("status-reset", pending(status.pending_reset)),
        ],
        &status.pending,
    );
    let next = match report.is_healthy() {
        true => paragraph(&say!("status-in-order-attached"), terminal.width()),
        false => next_steps(&status.pending, report, terminal),
    };
    format!("{table}\n{next}")
}

/// What to do with a reset that waits.
fn pending_step(reset: Option<PendingReset>) -> String {
    match reset {
        Some(PendingReset::Staged) => say!("status-next-reset-staged"),
        Some(PendingReset::HandingOver) => say!("status-next-reset-handing-over"),
        Some(PendingReset::Committed) | None => say!("status-next-reset-committed"),
    }
}

/// The new Security Key that waits, if there is one.
fn new_key(pending: &[PendingFlow]) -> Option<PendingReset> {
    let waiting = pending.iter().find(|pending| pending.flow == KeyFlow::Recovery);
    waiting.map(|pending| pending.state)
}

/// What to do with a new Security Key that waits.
fn new_key_step(pending: &[PendingFlow]) -> String {
    match new_key(pending) {
        Some(PendingReset::Staged) => say!("status-next-new-key-staged"),
        _ => say!("status-next-new-key-committed"),
    }
}

fn secret_storage(status: SecretStorageStatus) -> String {
    match status {
        SecretStorageStatus::Ready => say!("status-secret-storage-ready"),
        SecretStorageStatus::Incomplete => say!("status-secret-storage-incomplete"),
        SecretStorageStatus::NotSetUp => say!("status-secret-storage-none"),
    }
}

fn pending(reset: Option<PendingReset>) -> String {
    match reset {
        None => say!("status-reset-none"),
        Some(PendingReset::Staged) => say!("status-reset-staged"),
        Some(PendingReset::Committed) => say!("status-reset-committed"),
        Some(PendingReset::HandingOver) => say!("status-reset-handing-over"),
    }
}

/// A line each: what is called by a message, and how it stands.
fn rows(rows: &[(&str, String)], pending: &[PendingFlow]) -> String {
    let new_key = new_key(pending).map(|state| match state {
        PendingReset::Staged => say!("status-new-key-staged"),
        PendingReset::Committed | PendingReset::HandingOver => say!("status-new-key-committed"),
    });
    let new_key = new_key.map(|state| ("status-new-key", state));
    let rows: Vec<(String, &String)> = rows
        .iter()
        .chain(&new_key)
        .map(|(id, value)| (say!(id), value))
        .collect();
    let width = column(rows.iter().map(|(name, _)| name.as_str()), USUAL_NAMES);
    let line = |(name, value): &(String, &String)| format!("{}{value}\n", pad(name, width));
    rows.iter().map(line).collect()
}

fn table(status: &Status) -> String {
    let identity = match status.identity {
        IdentityStatus::Ours if status.private_keys => "status-identity-with-keys",
        IdentityStatus::Ours => "status-identity-without-keys",
        IdentityStatus::NotOurs => "status-identity-not-trusted",
        IdentityStatus::Replaced => "status-identity-replaced",
        IdentityStatus::NotSetUp => "status-identity-none",
    };
    let key_backup = match status.key_backup {
        KeyBackupStatus::Enabled => "status-key-storage-on",
        KeyBackupStatus::Disabled => "status-key-storage-no-key",
        KeyBackupStatus::Untrusted => "status-key-storage-untrusted",
        KeyBackupStatus::NotSetUp => "status-key-storage-off",
    };
    let session = match status.verified {
        true => "status-session-verified",
        false => "status-session-unverified",
    };
    rows(
        &[
            ("status-account", clean(&status.user_id)),
            ("status-homeserver", clean(&status.homeserver)),
            ("status-session", say!(session, device = name(&status.device_id))),
            ("status-identity", say!(identity)),
            ("status-secret-storage", secret_storage(status.secret_storage)),
            ("status-key-storage", say!(key_backup)),
            (
                "status-room-keys",
                say!("status-room-keys-here", count = status.room_keys),
            ),
            ("status-reset", pending(status.pending_reset)),
        ],
        &status.pending,
    )
}

/// What to do next: about what waits, or the gravest thing that is wrong.
pub(crate) fn next_steps(pending: &[PendingFlow], report: &Report, terminal: Terminal) -> String {
    let width = terminal.width();
    let waiting = pending.iter().find(|pending| pending.flow == KeyFlow::Reset);
    if let Some(waiting) = waiting {
        return paragraph(&pending_step(Some(waiting.state)), width);
    }
    if new_key(pending).is_some() {
        return paragraph(&new_key_step(pending), width);
    }
    let mut grave = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info);
    let Some(first) = grave.next() else {
        return paragraph(&say!("status-in-order"), width);
    };
    let mut text = doctor::with_remedies(first, terminal);
    let others = grave.count() as u64;
    if others > 0 {
        text.push_str("\n\n");
        text.push_str(&paragraph(&say!("status-more", count = others), width));
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
