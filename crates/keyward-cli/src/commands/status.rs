// SPDX-License-Identifier: Apache-2.0

//! `keyward status`

use keyward::{
    facts::{
        AttachedStatus, IdentityStatus, KeyBackupStatus, KeyFlow, NextStep, PendingFlow, SecretStorageStatus, Status,
    },
    reset::PendingReset,
};
use serde::Serialize;

use super::{attach, sessions::words};
use crate::{
    context::Context,
    output::Failure,
    session::Session,
    terminal::text::{clean, number, paragraph},
};

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let account = match context.session().await? {
        Session::Own(account) => account,
        Session::Attached(account) => {
            let status = {
                let _spinner = context.terminal.spinner("Asking the homeserver");
                Box::pin(account.status()).await?
            };
            return attach::show(context, &status);
        }
    };
    let status = {
        let _spinner = context.terminal.spinner("Asking the homeserver");
        Box::pin(account.status()).await?
    };
    context.result(&Shown::of(&status), || {
        let table = table(&status);
        format!("{table}\n{}", next_steps(&status, context.terminal.width()))
    })
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
pub(crate) fn attached(status: &AttachedStatus, width: usize) -> String {
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
    let next = match (status.verified, status.secret_storage, status.key_backup) {
        _ if status.pending_reset.is_some() => pending_step(status.pending_reset),
        _ if new_key(&status.pending).is_some() => new_key_step(&status.pending),
        (false, ..) => words::unverified_there(status.identity),
        (true, SecretStorageStatus::Incomplete | SecretStorageStatus::NotSetUp, _) => {
            "This session is verified, but the Security Key does not open everything. Make a new one in the other program."
        }
        (true, _, KeyBackupStatus::Untrusted) => {
            "The key storage on the homeserver is signed by nobody whom this session trusts. If you did not make it, look at \
             `keyward sessions` for sessions that are not yours, and make a new one in the other program."
        }
        (true, ..) => {
            "Everything that can be seen from here is in order. What the other program holds is in its own settings."
        }
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
    format!("{table}\n{}", paragraph(next, width))
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

/// What to do next, for this status.
pub(crate) fn next_steps(status: &Status, width: usize) -> String {
    paragraph(
        match status.next_step() {
            NextStep::FinishReset | NextStep::ResumeOrCancelReset => pending_step(status.pending_reset),
            NextStep::FinishNewKey | NextStep::ResumeOrCancelNewKey => new_key_step(&status.pending),
            NextStep::SetUp => {
                "This account has no digital identity yet, so no session can be verified. `keyward reset` sets it up."
            }
            NextStep::Replaced => {
                "The digital identity was replaced since this session verified it. If you did not reset it on another \
                 device, somebody else did: change your password, look at `keyward sessions`, then run `keyward reset`. If \
                 you did, `keyward unlock` verifies this session again, with the new Security Key."
            }
            NextStep::Verify => {
                "This session is not verified. If you have the Security Key or the Security Phrase, `keyward unlock` \
                 verifies it. If both are lost, `keyward reset` makes new ones; `keyward reset --plan` says what that \
                 means."
            }
            NextStep::Reset => {
                "This session is not verified, and the account's secret storage cannot verify it. `keyward reset` makes \
                 a new digital identity; `keyward reset --plan` says what that means."
            }
            NextStep::NewKey => {
                "This session is verified, but the Security Key does not open everything. `keyward recovery new` \
                 makes one that does, and nothing has to be verified again."
            }
            NextStep::FetchKeys => {
                "This session is verified, but it does not have the private keys, so it cannot verify others. `keyward \
                 unlock` fetches them with the Security Key or Phrase; if those are lost, `keyward sessions verify` fetches \
                 them from another verified session."
            }
            NextStep::UntrustedBackup => {
                "The key storage on the homeserver is signed by nobody whom this session trusts, so room keys do not go \
                 there. If you did not make it with another client, `keyward reset` replaces it."
            }
            NextStep::OpenBackup => {
                "This session has no key for the key storage, so its room keys do not go there. `keyward unlock` fetches \
                 it with the Security Key or Phrase."
            }
            NextStep::LogInAgain => {
                "An earlier version left this session's tokens unencrypted on this disk, and the homeserver offers no way \
                 to replace them. `keyward logout`, then `keyward login`, makes a new session."
            }
            NextStep::Nothing => "Everything is in order.",
        },
        width,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(verified: bool, identity: IdentityStatus, secret_storage: SecretStorageStatus) -> Status {
        Status {
            user_id: "@alice:example.org".to_owned(),
            device_id: "DEVICE".to_owned(),
            homeserver: "https://example.org/".to_owned(),
            verified,
            identity,
            private_keys: identity == IdentityStatus::Ours,
            secret_storage,
            key_backup: KeyBackupStatus::Enabled,
            room_keys: 1,
            pending_reset: None,
            pending: Vec::new(),
            tokens_exposed: false,
        }
    }

    #[test]
    fn an_attached_account_is_in_order_only_if_all_that_is_seen_is() {
        let whole = AttachedStatus {
            user_id: "@alice:example.org".to_owned(),
            device_id: "DEVICE".to_owned(),
            homeserver: "https://example.org/".to_owned(),
            verified: true,
            identity: IdentityStatus::Ours,
            secret_storage: SecretStorageStatus::Ready,
            key_backup: KeyBackupStatus::Disabled,
            pending_reset: None,
            pending: Vec::new(),
        };
        let is_in_order = |change: fn(&mut AttachedStatus)| {
            let mut status = whole.clone();
            change(&mut status);
            attached(&status, 500).contains("is in order")
        };
        assert!(is_in_order(|_| ()));
        assert!(is_in_order(|status| status.key_backup = KeyBackupStatus::NotSetUp));
        assert!(!is_in_order(|status| status.key_backup = KeyBackupStatus::Untrusted));
        assert!(!is_in_order(
            |status| status.secret_storage = SecretStorageStatus::Incomplete
        ));
        assert!(!is_in_order(|status| status.verified = false));
        assert!(!is_in_order(
            |status| status.pending_reset = Some(PendingReset::HandingOver)
        ));
        let mut waiting = whole;
        waiting.pending.push(PendingFlow {
            flow: KeyFlow::Recovery,
            state: PendingReset::Staged,
        });
        let said = attached(&waiting, 500);
        assert!(
            said.contains("New Security Key") && said.contains("recovery new --cancel"),
            "{said}"
        );
    }

    #[test]
    fn every_status_leads_to_the_command_that_helps() {
        use IdentityStatus as I;
        use SecretStorageStatus as S;
        for (verified, identity, storage, command) in [
            (true, I::Ours, S::Ready, "in order"),
            (true, I::Ours, S::Incomplete, "`keyward recovery new`"),
            (false, I::NotOurs, S::Ready, "`keyward unlock`"),
            (false, I::NotOurs, S::NotSetUp, "`keyward reset`"),
            (false, I::NotSetUp, S::NotSetUp, "sets it up"),
            (false, I::Replaced, S::Ready, "change your password"),
        ] {
            let said = next_steps(&status(verified, identity, storage), 500);
            assert!(said.contains(command), "{verified} {identity:?} {storage:?}: {said}");
        }
        let without_keys = Status {
            private_keys: false,
            ..status(true, I::Ours, S::Ready)
        };
        let said = next_steps(&without_keys, 500);
        assert!(said.contains("unlock`") && said.contains("sessions verify`"), "{said}");
        for (pending, command) in [
            (PendingReset::Staged, "--cancel"),
            (PendingReset::Committed, "--resume"),
            (PendingReset::HandingOver, "--handed-over"),
        ] {
            let status = Status {
                pending_reset: Some(pending),
                ..status(true, I::Ours, S::Ready)
            };
            assert!(next_steps(&status, 500).contains(command));
        }
    }

    #[test]
    fn a_new_key_that_waits_has_a_row_and_is_the_next_step() {
        use IdentityStatus as I;
        use SecretStorageStatus as S;
        let whole = status(true, I::Ours, S::Ready);
        assert!(!table(&whole).contains("New Security Key"));
        for (state, row, says_cancel) in [
            (PendingReset::Staged, "the old one is in force", true),
            (PendingReset::Committed, "may be in force already", false),
        ] {
            let waiting = Status {
                pending: vec![PendingFlow {
                    flow: KeyFlow::Recovery,
                    state,
                }],
                ..whole.clone()
            };
            let table = table(&waiting);
            assert!(table.contains("\nNew Security Key  ") && table.contains(row), "{table}");
            let next = next_steps(&waiting, 500);
            assert!(next.contains("`keyward recovery new --resume`"), "{next}");
            assert_eq!(next.contains("`keyward recovery new --cancel`"), says_cancel, "{next}");
        }
    }
}
