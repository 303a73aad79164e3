// SPDX-License-Identifier: Apache-2.0

//! Where the secrets come from that go under the new key, for each kind of session.

use keyward::{
    account::{Account, Attached, Own},
    facts::{KeyBackupStatus, KeyFlow, PendingFlow},
    identity::KnowsIdentity,
    recovery::{CheckError, RecoveryError, RecoveryFlow, RecoveryOptions},
    secret_storage::{KeyInput, OpenError},
};

use super::check;
use crate::{
    commands::unlock::{given, missing, typed},
    context::Context,
    language::{say, texts},
    output::Failure,
};

/// What a person has to know of the account before.
pub(super) struct Before {
    /// Whether the new key is going to open the key storage, as far as that is known. `None`: there is none.
    pub(super) opens_backup: Option<bool>,
}

/// A kind of session that makes new keys.
pub(super) trait MakesKeys: KnowsIdentity {
    /// The old key, where the secrets are only in secret storage.
    type OldKey: Clone;

    /// Looks at the account before a person is asked anything, and refuses what cannot work.
    async fn look(account: &Account<Self>) -> Result<Before, Failure>;

    /// The old key that the environment gives, or that the person types.
    async fn old_key(context: &Context, account: &Account<Self>) -> Result<Self::OldKey, Failure>;

    /// Asks for the old key until something opens it.
    async fn ask_old_key(context: &Context, account: &Account<Self>) -> Result<Self::OldKey, Failure>;

    /// A new key that is to be made.
    fn flow(account: &Account<Self>, old_key: Self::OldKey, options: RecoveryOptions) -> RecoveryFlow;

    /// What the core says, and what helps this kind of session.
    fn failure(error: RecoveryError) -> Failure;
}

/// Another flow that waits goes first.
fn refuse_waiting(pending: &[PendingFlow]) -> Result<(), RecoveryError> {
    match pending.first().map(|pending| pending.flow) {
        Some(KeyFlow::Recovery) => Err(RecoveryError::Pending),
        Some(_) => Err(RecoveryError::ResetPending),
        None => Ok(()),
    }
}

impl MakesKeys for Own {
    /// The private keys are here.
    type OldKey = ();

    async fn look(account: &Account) -> Result<Before, Failure> {
        let status = Box::pin(account.status()).await?;
        refuse_waiting(&status.pending)?;
        match (status.verified, status.private_keys) {
            (false, _) => Err(RecoveryError::NotVerified.into()),
            (true, false) => Err(RecoveryError::KeysMissing.into()),
            (true, true) => Ok(Before {
                opens_backup: match status.key_backup {
                    KeyBackupStatus::Enabled => Some(true),
                    KeyBackupStatus::Disabled | KeyBackupStatus::Untrusted => Some(false),
                    KeyBackupStatus::NotSetUp => None,
                },
            }),
        }
    }

    async fn old_key(_: &Context, _: &Account) -> Result<(), Failure> {
        Ok(())
    }

    async fn ask_old_key(_: &Context, _: &Account) -> Result<(), Failure> {
        Ok(())
    }

    fn flow(account: &Account, (): (), options: RecoveryOptions) -> RecoveryFlow {
        RecoveryFlow::start(account, options)
    }

    fn failure(error: RecoveryError) -> Failure {
        error.into()
    }
}

impl MakesKeys for Attached {
    type OldKey = KeyInput;

    async fn look(account: &Account<Self>) -> Result<Before, Failure> {
        let status = Box::pin(account.status()).await?;
        refuse_waiting(&status.pending)?;
        match status.verified {
            false => Err(Self::failure(RecoveryError::NotVerified)),
            true => Ok(Before {
                opens_backup: (status.key_backup != KeyBackupStatus::NotSetUp).then_some(true),
            }),
        }
    }

    async fn old_key(context: &Context, account: &Account<Self>) -> Result<KeyInput, Failure> {
        match given(context)? {
            Some(key) => Ok(key),
            None if context.terminal.is_interactive() => {
                context
                    .terminal
                    .say(&format!("{} {}", say!("recovery-taken-from"), say!("recovery-lost")));
                Self::ask_old_key(context, account).await
            }
            // Wrong usage is in English.
            None => Err(missing("The old Security Key or Phrase")
                .advise("If it is lost, the program whose session this is has to make the new key.")),
        }
    }

    async fn ask_old_key(context: &Context, account: &Account<Self>) -> Result<KeyInput, Failure> {
        loop {
            let key = typed(context, &say!("recovery-opens-until-now")).await?;
            // Before the person is asked for anything more.
            match check::look(context, account, &key).await {
                Ok(_) => return Ok(key),
                Err(CheckError::Open(
                    error @ (OpenError::MistypedKey | OpenError::WrongKey | OpenError::NoPassphrase),
                )) => context.terminal.say(&texts().error(&error)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn flow(account: &Account<Self>, old_key: KeyInput, options: RecoveryOptions) -> RecoveryFlow {
        RecoveryFlow::start_attached(account, old_key, options)
    }

    fn failure(error: RecoveryError) -> Failure {
        match error {
            RecoveryError::NotVerified => Failure::without_advice(&error).advise(say!("recovery-do-it-there")),
            RecoveryError::OldKey(OpenError::WrongKey | OpenError::MistypedKey | OpenError::NoPassphrase) => {
                Failure::without_advice(&error).advise(say!("recovery-lost"))
            }
            error => error.into(),
        }
    }
}
