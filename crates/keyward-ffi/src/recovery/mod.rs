// SPDX-License-Identifier: Apache-2.0

//! A new recovery key without a reset, and what a key opens. `flow.rs` has a new key that is under way.

mod error;
mod flow;

use std::sync::Arc;

use keyward::{account, flow::Status, identity::KnowsIdentity, recovery};

pub use self::{
    error::{KeyCheckError, RecoveryError},
    flow::{Recovery, RecoveryStates},
};
use crate::{
    Account, AttachedAccount, KeyInput, Passphrase, PendingReset, RecoveryKey,
    login::{Closes, Login},
};

#[uniffi::export]
impl Account {
    /// Starts making a new recovery key (people read "Security Key") without a reset, and returns once it is under way. The
    /// digital identity, the trust of every session and the key backup stay as they are, and nothing has to be authorised.
    /// It goes on by itself until the person has to save the key; until then the old one is in force.
    ///
    /// This session has to be verified and to have the private keys.
    pub async fn start_recovery(&self, options: RecoveryOptions) -> Result<Arc<Recovery>, RecoveryError> {
        let start = move |account: &_| recovery::RecoveryFlow::start(account, options.to_core());
        Recovery::begin(self.login.clone(), start, recovery::RecoveryFlow::take_up).await
    }

    /// Takes an interrupted new key up, also after the process was killed or after another start of the device.
    pub async fn resume_recovery(&self) -> Result<Arc<Recovery>, RecoveryError> {
        let resume = recovery::RecoveryFlow::resume;
        Recovery::begin(self.login.clone(), resume, recovery::RecoveryFlow::take_up).await
    }

    /// Whether an interrupted new key waits to be resumed, and whether it can still be cancelled. Needs no network. Ask at
    /// every start of the app.
    pub async fn pending_recovery(&self) -> Result<Option<PendingReset>, RecoveryError> {
        pending(&self.login).await
    }

    /// Cancels an interrupted new key that is not in force: the old one opens what it did.
    pub async fn cancel_recovery(&self) -> Result<(), RecoveryError> {
        cancel(&self.login).await
    }

    /// Looks what a recovery key or Security Phrase opens: the one that every client asks for, or another of this account.
    /// Changes nothing. `WrongKey` if it opens none.
    pub async fn check_recovery_key(&self, key: KeyInput) -> Result<KeyCheck, KeyCheckError> {
        check(&self.login, key).await
    }
}

#[uniffi::export]
impl AttachedAccount {
    /// Starts making a new recovery key without a reset, as for an account that was logged in here. The private keys are the
    /// app's SDK's, so what the old recovery key or Security Phrase opens goes under the new key. If the old one is lost, that
    /// SDK has to make the new key.
    pub async fn start_recovery(
        &self,
        old_key: KeyInput,
        options: RecoveryOptions,
    ) -> Result<Arc<Recovery>, RecoveryError> {
        let start =
            move |account: &_| recovery::RecoveryFlow::start_attached(account, old_key.into(), options.to_core());
        Recovery::begin(self.login.clone(), start, recovery::RecoveryFlow::take_up_attached).await
    }

    /// Takes an interrupted new key up, also after the process was killed or after another start of the device.
    pub async fn resume_recovery(&self) -> Result<Arc<Recovery>, RecoveryError> {
        let resume = recovery::RecoveryFlow::resume;
        Recovery::begin(self.login.clone(), resume, recovery::RecoveryFlow::take_up_attached).await
    }

    /// Whether an interrupted new key waits to be resumed, and whether it can still be cancelled. Needs no network. Ask at
    /// every start of the app.
    pub async fn pending_recovery(&self) -> Result<Option<PendingReset>, RecoveryError> {
        pending(&self.login).await
    }

    /// Cancels an interrupted new key that is not in force: the old one opens what it did.
    pub async fn cancel_recovery(&self) -> Result<(), RecoveryError> {
        cancel(&self.login).await
    }

    /// Looks what a recovery key or Security Phrase opens: the one that every client asks for, or another of this account.
    /// Changes nothing. `WrongKey` if it opens none.
    pub async fn check_recovery_key(&self, key: KeyInput) -> Result<KeyCheck, KeyCheckError> {
        check(&self.login, key).await
    }
}

async fn pending<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>) -> Result<Option<PendingReset>, RecoveryError> {
    let work = login.work();
    login
        .call(async move |account: account::Account<K>| {
            // A journal that is still being written counts.
            work.key_flow_that_was_let_go().await;
            Ok::<_, RecoveryError>(account.pending_recovery().await?)
        })
        .await
}

async fn cancel<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>) -> Result<(), RecoveryError> {
    let work = login.work();
    login
        .call(async move |account: account::Account<K>| {
            work.key_flow_that_was_let_go().await;
            Ok::<_, RecoveryError>(account.cancel_recovery().await?)
        })
        .await
}

async fn check<K: KnowsIdentity + Closes>(login: &Arc<Login<K>>, key: KeyInput) -> Result<KeyCheck, KeyCheckError> {
    login
        .call(async move |account: account::Account<K>| {
            Ok::<_, KeyCheckError>(account.check_recovery_key(&key.into()).await?.into())
        })
        .await
}

/// What people choose before a new key is made.
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct RecoveryOptions {
    /// Derive the new recovery key from this Security Phrase; without it the key is random.
    #[uniffi(default)]
    pub passphrase: Option<Arc<Passphrase>>,
}

impl RecoveryOptions {
    fn to_core(&self) -> recovery::RecoveryOptions {
        recovery::RecoveryOptions {
            passphrase: self.passphrase.as_ref().map(|passphrase| passphrase.0.clone()),
        }
    }
}

/// What the making of a new key is doing, or waits for.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum RecoveryState {
    /// It works. `cancel` is possible until the new key is in force.
    Working {
        /// What it is doing. Absent while nothing takes long.
        step: Option<RecoveryStep>,
    },
    /// The person has to save the new key, then `confirm_saved`. The old key is in force.
    SaveKey {
        /// The new recovery key (people read "Security Key").
        recovery_key: Arc<RecoveryKey>,
    },
    /// It could not go on. Nothing is lost: `retry`, now or after another start of the app (`resume_recovery`). After
    /// `Superseded` there is nothing to resume.
    Stopped {
        /// Why, and what to do about it.
        error: RecoveryError,
    },
    /// The new key is in force. The last state.
    Done {
        /// What came of it.
        outcome: RecoveryOutcome,
    },
    /// Cancelled: the old key is in force, and opens what it did. The last state.
    Cancelled,
}

impl From<Status<recovery::RecoveryFlow>> for RecoveryState {
    fn from(status: Status<recovery::RecoveryFlow>) -> Self {
        match status {
            Status::Working(step) => Self::Working { step },
            Status::At(recovery::RecoveryState::SaveKey { recovery_key }) => Self::SaveKey {
                recovery_key: Arc::new(RecoveryKey(recovery_key)),
            },
            Status::At(recovery::RecoveryState::Done(outcome)) => Self::Done {
                outcome: outcome.into(),
            },
            Status::Stopped { error, .. } => Self::Stopped { error: error.into() },
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// A new key that is in force.
#[derive(Clone, Debug, uniffi::Record)]
pub struct RecoveryOutcome {
    /// The new recovery key.
    pub recovery_key: Arc<RecoveryKey>,
    /// Whether the new key opens the key backup. Absent: there is none. If not, this session does not have its key: unlock with
    /// the old recovery key, or verify with a session that has it, and make a new one again.
    pub opens_backup: Option<bool>,
    /// What the old key opens and the new one does not, by the type of its account data: other programs' secrets, a dehydrated
    /// device's, an earlier key backup's. They are as they were.
    pub old_key_opens: Vec<String>,
}

impl From<recovery::RecoveryOutcome> for RecoveryOutcome {
    fn from(outcome: recovery::RecoveryOutcome) -> Self {
        let recovery::RecoveryOutcome {
            recovery_key,
            opens_backup,
            old_key_opens,
        } = outcome;
        Self {
            recovery_key: Arc::new(RecoveryKey(recovery_key)),
            opens_backup,
            old_key_opens,
        }
    }
}

/// The steps of making a new key, in their order.
#[uniffi::remote(Enum)]
pub enum RecoveryStep {
    /// Making the key; a Security Phrase takes some seconds.
    MakeKey,
    /// Writing the secrets under the new key, beside the old entries.
    Stage,
    /// Putting the new key in force.
    Switch,
    /// Removing what is under the old key.
    CleanUp,
}
pub use keyward::recovery::RecoveryStep;

/// What a key opens of the account's digital identity, and of its key backup. By the type of the account data.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct KeyCheck {
    /// What it opens, and what belongs to the present identity or the present key backup.
    pub opens: Vec<String>,
    /// What is there and it does not open, or what belongs to an identity or a key backup that is gone.
    pub does_not_open: Vec<String>,
    /// What is not there. The key backup's is not missed where there is no key backup.
    pub missing: Vec<String>,
    /// Whether it is the key that every client asks for.
    pub is_default: bool,
}

impl From<recovery::KeyCheck> for KeyCheck {
    fn from(check: recovery::KeyCheck) -> Self {
        let recovery::KeyCheck {
            opens,
            does_not_open,
            missing,
            default,
        } = check;
        Self {
            opens,
            does_not_open,
            missing,
            is_default: default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_new_key_is_what_it_was() {
        let outcome = RecoveryOutcome::from(recovery::RecoveryOutcome {
            recovery_key: keyward::secret::RecoveryKey::new("EsT1"),
            opens_backup: Some(false),
            old_key_opens: vec!["org.example.secret".to_owned()],
        });
        assert_eq!(outcome.recovery_key.reveal(), "EsT1");
        assert_eq!(outcome.opens_backup, Some(false));
        assert_eq!(outcome.old_key_opens, ["org.example.secret"]);
        assert!(!format!("{outcome:?}").contains("EsT1"));
    }

    #[test]
    fn what_a_person_chose_gets_to_the_new_key() {
        assert!(RecoveryOptions::default().to_core().passphrase.is_none());
        let phrase = RecoveryOptions {
            passphrase: Some(Arc::new(Passphrase::new("phrase".to_owned()))),
        };
        assert_eq!(phrase.to_core().passphrase.expect("a phrase").reveal(), "phrase");
    }

    #[test]
    fn what_a_key_opens_stays_apart_from_what_it_does_not() {
        let list = |name: &str| vec![name.to_owned()];
        for default in [true, false] {
            let check = KeyCheck::from(recovery::KeyCheck {
                opens: list("a"),
                does_not_open: list("b"),
                missing: list("c"),
                default,
            });
            let expected = KeyCheck {
                opens: list("a"),
                does_not_open: list("b"),
                missing: list("c"),
                is_default: default,
            };
            assert_eq!(check, expected);
        }
    }
}
