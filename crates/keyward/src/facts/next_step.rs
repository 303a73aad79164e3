// SPDX-License-Identifier: Apache-2.0

//! What a person should do next, derived from the account's state. Pure.

use super::{IdentityStatus, KeyBackupStatus, KeyFlow, PendingReset, SecretStorageStatus, Status};

/// What a person should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Resume the reset that is committed. It cannot be undone any more.
    FinishReset,
    /// Resume the interrupted reset, or cancel it.
    ResumeOrCancelReset,
    /// Resume the new Security Key: it may be in force, and cannot be undone any more.
    FinishNewKey,
    /// Resume the interrupted new Security Key, or cancel it.
    ResumeOrCancelNewKey,
    /// Set cross-signing up: the account has no digital identity, so no session can be verified.
    SetUp,
    /// The identity is another than the one that this session has verified. If the person did not reset it on another
    /// device, somebody else did: change the password, look at the sessions, reset. If they did, verify this session again.
    Replaced,
    /// Verify this session with the Security Key or Phrase, or by another session.
    Verify,
    /// Reset: this session is not verified, and secret storage cannot verify it.
    Reset,
    /// Make a new Security Key, without a reset: the present one does not open everything.
    NewKey,
    /// Fetch the private keys with the Security Key: this session is verified but cannot verify others.
    FetchKeys,
    /// Check the key backup: neither the identity nor a session that this one trusts has signed it, so no room keys are
    /// uploaded to it.
    UntrustedBackup,
    /// Fetch the key of the backup with the Security Key: without it no room keys of this session are uploaded.
    OpenBackup,
    /// Log out and in again: the tokens lay unencrypted on this disk.
    LogInAgain,
    /// Nothing: everything is in order.
    Nothing,
}

impl Status {
    /// What a person should do next. If there are several things, the one that the others depend on.
    pub fn next_step(&self) -> NextStep {
        match self.pending_reset {
            Some(PendingReset::Committed | PendingReset::HandingOver) => return NextStep::FinishReset,
            Some(PendingReset::Staged) => return NextStep::ResumeOrCancelReset,
            None => {}
        }
        match self.pending.iter().find(|pending| pending.flow == KeyFlow::Recovery) {
            Some(pending) if pending.state == PendingReset::Staged => return NextStep::ResumeOrCancelNewKey,
            Some(_) => return NextStep::FinishNewKey,
            None => {}
        }
        let is_ready = self.secret_storage == SecretStorageStatus::Ready;
        match (self.verified, self.identity, self.key_backup) {
            (false, IdentityStatus::NotSetUp, _) => NextStep::SetUp,
            (false, IdentityStatus::Replaced, _) => NextStep::Replaced,
            (false, ..) if is_ready => NextStep::Verify,
            (false, ..) => NextStep::Reset,
            // The new key needs them.
            (true, ..) if !self.private_keys => NextStep::FetchKeys,
            (true, ..) if !is_ready => NextStep::NewKey,
            (true, _, KeyBackupStatus::Untrusted) => NextStep::UntrustedBackup,
            (true, _, KeyBackupStatus::Disabled) => NextStep::OpenBackup,
            (true, _, KeyBackupStatus::Enabled | KeyBackupStatus::NotSetUp) if self.tokens_exposed => {
                NextStep::LogInAgain
            }
            // A person may have switched the backup off on purpose.
            (true, _, KeyBackupStatus::Enabled | KeyBackupStatus::NotSetUp) => NextStep::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::PendingFlow, *};

    #[test]
    fn only_what_is_whole_is_in_order() {
        use IdentityStatus as I;
        use KeyBackupStatus as K;
        use SecretStorageStatus as S;
        let whole = Status {
            user_id: String::new(),
            device_id: String::new(),
            homeserver: String::new(),
            verified: true,
            identity: I::Ours,
            private_keys: true,
            secret_storage: S::Ready,
            key_backup: K::Enabled,
            room_keys: 1,
            pending_reset: None,
            pending: Vec::new(),
            tokens_exposed: false,
        };
        let waiting = |state| {
            vec![PendingFlow {
                flow: KeyFlow::Recovery,
                state,
            }]
        };
        assert_eq!(whole.next_step(), NextStep::Nothing);
        let change = |change: &dyn Fn(&mut Status)| {
            let mut status = whole.clone();
            change(&mut status);
            status.next_step()
        };
        for (found, expected) in [
            (change(&|s| s.key_backup = K::NotSetUp), NextStep::Nothing),
            (
                change(&|s| s.pending_reset = Some(PendingReset::Committed)),
                NextStep::FinishReset,
            ),
            (
                change(&|s| s.pending_reset = Some(PendingReset::Staged)),
                NextStep::ResumeOrCancelReset,
            ),
            (
                change(&|s| s.pending = waiting(PendingReset::Staged)),
                NextStep::ResumeOrCancelNewKey,
            ),
            (
                change(&|s| s.pending = waiting(PendingReset::Committed)),
                NextStep::FinishNewKey,
            ),
            (change(&|s| s.secret_storage = S::Incomplete), NextStep::NewKey),
            (change(&|s| s.secret_storage = S::NotSetUp), NextStep::NewKey),
            (change(&|s| s.private_keys = false), NextStep::FetchKeys),
            (change(&|s| s.key_backup = K::Untrusted), NextStep::UntrustedBackup),
            (change(&|s| s.key_backup = K::Disabled), NextStep::OpenBackup),
            (change(&|s| s.tokens_exposed = true), NextStep::LogInAgain),
            (change(&|s| s.verified = false), NextStep::Verify),
            (
                change(&|s| {
                    s.verified = false;
                    s.identity = I::Replaced;
                }),
                NextStep::Replaced,
            ),
            (
                change(&|s| (s.verified, s.secret_storage) = (false, S::Incomplete)),
                NextStep::Reset,
            ),
            (
                change(&|s| (s.verified, s.identity) = (false, I::NotSetUp)),
                NextStep::SetUp,
            ),
        ] {
            assert_eq!(found, expected);
        }
    }
}
