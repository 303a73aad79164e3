// SPDX-License-Identifier: Apache-2.0

//! Reset of cross-signing, secret storage and key backup. `flow.rs` has one that is under way.

mod error;
mod flow;

use std::{path::PathBuf, sync::Arc};

use keyward::{
    flow::Status,
    reset::{self, CanReset},
};

pub use self::{
    error::ResetError,
    flow::{Reset, ResetStates},
};
use crate::{
    Account, AttachedAccount, Challenge, KeyInput, Passphrase, RecoveryKey,
    login::{Closes, Login},
};

#[uniffi::export]
impl Account {
    /// Looks what a reset would mean. Reads only.
    pub async fn plan_reset(&self) -> Result<Arc<ResetPlan>, ResetError> {
        self.login
            .call(async |account| Ok::<_, ResetError>(Arc::new(ResetPlan(account.plan_reset().await?))))
            .await
    }

    /// Starts a reset and returns once it is under way. It goes on by itself until a person is needed; its states say
    /// for what. Nothing is replaced before it was authorised.
    pub async fn start_reset(&self, plan: Arc<ResetPlan>, options: ResetOptions) -> Result<Arc<Reset>, ResetError> {
        Reset::begin(self.login.clone(), flow::Entrance::Start(plan, options)).await
    }

    /// Takes an interrupted reset up, also after the process was killed or after another start of the device.
    pub async fn resume_reset(&self) -> Result<Arc<Reset>, ResetError> {
        Reset::begin(self.login.clone(), flow::Entrance::Resume).await
    }

    /// Whether a reset waits to be resumed, and whether it can still be cancelled. Ask at every start of the app.
    pub async fn pending_reset(&self) -> Result<Option<PendingReset>, ResetError> {
        pending(&self.login).await
    }

    /// Cancels an interrupted reset whose new identity is not in force: the account is as it was before.
    pub async fn cancel_reset(&self) -> Result<(), ResetError> {
        cancel(&self.login).await
    }
}

#[uniffi::export]
impl AttachedAccount {
    /// Looks what a reset would mean. Reads only. With the old recovery key or Security Phrase, if the person has it, the new
    /// key backup gets all that the old one holds: `backup_readable` says so. `OldKey` if it is wrong.
    #[uniffi::method(default(old_key = None))]
    pub async fn plan_reset(&self, old_key: Option<KeyInput>) -> Result<Arc<ResetPlan>, ResetError> {
        self.login
            .call(async move |account| {
                let mut plan = account.plan_reset().await?;
                if let Some(key) = old_key {
                    account.open_old_backup(&mut plan, &key.into()).await?;
                }
                Ok::<_, ResetError>(Arc::new(ResetPlan(plan)))
            })
            .await
    }

    /// Starts a reset and returns once it is under way, as of an account that was logged in here. In the end, in `HandOver`,
    /// the app gives the new recovery key to its own SDK.
    pub async fn start_reset(&self, plan: Arc<ResetPlan>, options: ResetOptions) -> Result<Arc<Reset>, ResetError> {
        Reset::begin(self.login.clone(), flow::Entrance::Start(plan, options)).await
    }

    /// Takes an interrupted reset up, also after the process was killed or after another start of the device.
    pub async fn resume_reset(&self) -> Result<Arc<Reset>, ResetError> {
        Reset::begin(self.login.clone(), flow::Entrance::Resume).await
    }

    /// Whether a reset waits to be resumed, and whether it can still be cancelled. Ask at every start of the app.
    pub async fn pending_reset(&self) -> Result<Option<PendingReset>, ResetError> {
        pending(&self.login).await
    }

    /// Cancels an interrupted reset whose new identity is not in force: the account is as it was before.
    pub async fn cancel_reset(&self) -> Result<(), ResetError> {
        cancel(&self.login).await
    }
}

async fn pending<K: CanReset + Closes>(login: &Arc<Login<K>>) -> Result<Option<PendingReset>, ResetError> {
    let work = login.work();
    login
        .call(async move |account| {
            // A journal that is still being written counts.
            work.key_flow_that_was_let_go().await;
            Ok::<_, ResetError>(account.pending_reset().await?)
        })
        .await
}

async fn cancel<K: CanReset + Closes>(login: &Arc<Login<K>>) -> Result<(), ResetError> {
    let work = login.work();
    login
        .call(async move |account| {
            work.key_flow_that_was_let_go().await;
            Ok::<_, ResetError>(account.cancel_reset().await?)
        })
        .await
}

/// What a reset would mean for this account, bound to the identity that it was made for.
#[derive(Debug, uniffi::Object)]
pub struct ResetPlan(pub(crate) reset::Plan);

#[uniffi::export]
impl ResetPlan {
    /// What people should know before they agree.
    pub fn consequences(&self) -> ResetConsequences {
        self.0.consequences.clone()
    }
}

/// What a reset means for this account, in numbers.
#[uniffi::remote(Record)]
pub struct ResetConsequences {
    /// Whose account it is.
    pub user_id: String,
    /// The session that resets.
    pub device_id: String,
    /// Base64 of the present master key ("fingerprint"); absent if the account never had cross-signing. Then this is a
    /// first set-up: it needs no authorisation and nobody has to verify again.
    pub old_identity: Option<String>,
    /// Other sessions that support encryption: each must be verified again, or signed out.
    pub other_sessions: u64,
    /// Those of them that are verified now and lose it.
    pub verified_sessions: u64,
    /// Sessions without encryption; a reset changes nothing for them.
    pub sessions_without_encryption: u64,
    /// Contacts that are verified, as far as this session knows: each must be verified again. Absent for an attached session:
    /// its own SDK knows.
    pub verified_contacts: Option<u64>,
    /// Room keys that this session holds. They go into the new key backup. Absent for an attached session: its own SDK knows.
    pub room_keys_here: Option<u64>,
    /// Room keys in the present key backup on the server; absent if there is none.
    pub room_keys_in_backup: Option<u64>,
    /// Whether this session can read the present key backup. If not, the backup is kept, for its key may turn up.
    pub backup_readable: bool,
    /// Older versions of the key backup. They cannot be read with the present one's key.
    pub older_backups: u64,
    /// Whether the account has switched key storage off. Then the reset makes no backup unless told to.
    pub key_storage_off: bool,
    /// Whether there is secret storage now. Its key opens nothing afterwards.
    pub has_secret_storage: bool,
    /// Other programs' secrets that stay readable with the old recovery key only.
    pub other_secrets: u64,
    /// Whether a dehydrated device, which receives messages while no session is online, will be removed.
    pub dehydrated_device: bool,
}
pub use keyward::reset::Consequences as ResetConsequences;

/// What people choose before a reset starts.
#[derive(Clone, Debug, Default, uniffi::Record)]
pub struct ResetOptions {
    /// Derive the new recovery key from this Security Phrase; without it the key is random.
    #[uniffi(default)]
    pub passphrase: Option<Arc<Passphrase>>,
    /// Save the room keys to a file first.
    #[uniffi(default)]
    pub export: Option<ResetExport>,
    /// The account may be in other hands: the old backup and everything under the old recovery key are deleted as soon
    /// as the new backup is full.
    #[uniffi(default)]
    pub compromised: bool,
    /// Keep the old key backup in any case. Otherwise it is deleted once all of its keys are in the new one.
    #[uniffi(default)]
    pub keep_old_backup: bool,
    /// Make a key backup although the account has key storage switched off.
    #[uniffi(default)]
    pub turn_on_key_storage: bool,
}

impl ResetOptions {
    fn to_core(&self, progress: reset::ProgressListener) -> reset::ResetOptions {
        reset::ResetOptions {
            passphrase: self.passphrase.as_ref().map(|passphrase| passphrase.0.clone()),
            export: self.export.as_ref().map(|export| reset::Export {
                file: PathBuf::from(&export.file),
                passphrase: export.passphrase.0.clone(),
            }),
            compromised: self.compromised,
            old_backup: if self.keep_old_backup {
                reset::OldBackupPolicy::Keep
            } else {
                reset::OldBackupPolicy::DeleteWhenDrained
            },
            turn_on_key_storage: self.turn_on_key_storage,
            progress: Some(progress),
        }
    }
}

/// A room-key export before a reset.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ResetExport {
    /// Path of the file to write.
    pub file: String,
    /// Encrypts the file.
    pub passphrase: Arc<Passphrase>,
}

/// How the person confirms that the new key is saved.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum Confirmation {
    /// By typing it again; spaces do not matter.
    Retyped {
        /// What was typed.
        recovery_key: Arc<RecoveryKey>,
    },
    /// By saying so.
    Acknowledged,
}

impl From<&Confirmation> for reset::Confirmation {
    fn from(confirmation: &Confirmation) -> Self {
        match confirmation {
            Confirmation::Retyped { recovery_key } => Self::Retyped(recovery_key.0.clone()),
            Confirmation::Acknowledged => Self::Acknowledged,
        }
    }
}

/// How a hand-over ends, as the app says.
#[uniffi::remote(Enum)]
pub enum HandedOver {
    /// The app's own SDK has the new key. Only if the current backup then holds all that the old one holds, the old one is
    /// deleted.
    Taken,
    /// Nobody waits for that SDK: the old backup stays, and the old recovery key opens it.
    KeepOldBackup,
}
pub use keyward::reset::HandedOver;

/// What a reset is doing, or waits for.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum ResetState {
    /// It works. Show the progress; `cancel` is possible until the new identity is in force.
    Working {
        /// What it is doing. Absent while nothing takes long.
        progress: Option<ResetProgress>,
    },
    /// The person has to save the new key, then `confirm_saved`. Nothing is replaced yet.
    SaveKey {
        /// The new recovery key (people read "Security Key").
        recovery_key: Arc<RecoveryKey>,
    },
    /// The server wants an authorisation: `authorise`. Nothing is replaced yet.
    Authorise {
        /// What it accepts.
        challenge: Arc<Challenge>,
    },
    /// Only in an attached session: give the new key to the app's own SDK ("enter recovery key"), then `handed_over`.
    /// Everything old is still there.
    HandOver {
        /// The new recovery key.
        recovery_key: Arc<RecoveryKey>,
        /// The version of the new key backup. Absent: there is none, because the account has key storage switched off, or the
        /// homeserver goes on using the old one. Then do not let the SDK repair its key backup: it would delete the old one.
        backup_version: Option<String>,
    },
    /// It could not go on. Nothing is lost: `retry`, now or after another start of the app (`resume_reset`).
    Stopped {
        /// Why, and what to do about it.
        error: ResetError,
    },
    /// Finished. The last state.
    Done {
        /// What came of it.
        outcome: ResetOutcome,
    },
    /// Cancelled: the account is as it was before. The last state.
    Cancelled,
}

impl From<Status<reset::ResetFlow>> for ResetState {
    fn from(status: Status<reset::ResetFlow>) -> Self {
        match status {
            Status::Working(progress) => Self::Working {
                progress: progress.map(Into::into),
            },
            Status::At(reset::ResetState::SaveKey { recovery_key }) => Self::SaveKey {
                recovery_key: Arc::new(RecoveryKey(recovery_key)),
            },
            Status::At(reset::ResetState::Authorise { challenge }) => Self::Authorise {
                challenge: Arc::new(challenge.into()),
            },
            Status::At(reset::ResetState::HandOver {
                recovery_key,
                backup_version,
            }) => Self::HandOver {
                recovery_key: Arc::new(RecoveryKey(recovery_key)),
                backup_version,
            },
            Status::At(reset::ResetState::Done(outcome)) => Self::Done {
                outcome: outcome.into(),
            },
            Status::Stopped { error, .. } => Self::Stopped { error: error.into() },
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// A finished reset.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ResetOutcome {
    /// The new recovery key, which opens everything from now on.
    pub recovery_key: Arc<RecoveryKey>,
    /// Base64 of the new master key ("fingerprint").
    pub new_identity: String,
    /// Device ids of the sessions that lost their trust: to be verified, or signed out.
    pub untrusted_sessions: Vec<String>,
    /// What became of the old key backup.
    pub old_backup: OldBackup,
    /// Room keys in the new key backup.
    pub room_keys_backed_up: u64,
}

impl From<reset::Outcome> for ResetOutcome {
    fn from(outcome: reset::Outcome) -> Self {
        let reset::Outcome {
            recovery_key,
            new_identity,
            untrusted_sessions,
            old_backup,
            room_keys_backed_up,
        } = outcome;
        Self {
            recovery_key: Arc::new(RecoveryKey(recovery_key)),
            new_identity,
            untrusted_sessions,
            old_backup,
            room_keys_backed_up,
        }
    }
}

/// What became of the old key backup.
#[uniffi::remote(Enum)]
pub enum OldBackup {
    /// All its keys are in the new backup; it was deleted.
    Drained,
    /// It is still on the server. The old recovery key still opens it, if it did before.
    Kept,
    /// There was none.
    NotThere,
    /// It was deleted unread, because the account was compromised.
    Deleted,
    /// It is still on the server, and the server uses it whatever is made after it (Conduit and its descendants may). It
    /// could not be read, or is to be kept, so the room keys of this session are in no new backup: export them.
    InTheWay,
}
pub use keyward::reset::OldBackup;

/// An interrupted reset, or an interrupted new recovery key.
#[uniffi::remote(Enum)]
pub enum PendingReset {
    /// The old identity, or the old key, is in force: it can be resumed or cancelled.
    Staged,
    /// The new one is in force, or may be: it can only be resumed.
    Committed,
    /// The same, and the reset of an attached session waits until the app's own SDK has taken the new key over.
    HandingOver,
}
pub use keyward::reset::PendingReset;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ResetProgress {
    /// What is being done.
    pub step: ResetStep,
    /// Which step this is, from 1.
    pub number: u64,
    /// How many steps there are.
    pub steps: u64,
    /// How much of the step is done, in its own unit.
    pub done: u64,
    /// How much there is in all; 0 while nobody knows.
    pub total: u64,
}

impl From<reset::Progress> for ResetProgress {
    fn from(progress: reset::Progress) -> Self {
        Self {
            step: progress.step,
            number: progress.step.number(),
            steps: reset::Step::COUNT,
            done: progress.done,
            total: progress.total,
        }
    }
}

/// The steps of a reset that take time, in their order.
#[uniffi::remote(Enum)]
pub enum ResetStep {
    /// Fetching what the old backup has and this session has not. Unit: room keys.
    FetchOldBackup,
    /// Exporting room keys to a file. Unit: room keys.
    Export,
    /// Making the new keys; a Security Phrase takes some seconds.
    MakeKeys,
    /// Writing the new secret storage beside the old one.
    Stage,
    /// Putting the new identity in force.
    Bind,
    /// Filling the new key backup. Unit: room keys.
    BackUp,
    /// Removing what is stale.
    CleanUp,
}
pub use keyward::reset::Step as ResetStep;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_reset_is_what_it_was() {
        let outcome = ResetOutcome::from(reset::Outcome {
            recovery_key: keyward::secret::RecoveryKey::new("EsT1"),
            new_identity: "identity".to_owned(),
            untrusted_sessions: vec!["PHONE".to_owned()],
            old_backup: OldBackup::Kept,
            room_keys_backed_up: 5,
        });
        assert_eq!(outcome.old_backup, OldBackup::Kept);
        assert_eq!(outcome.recovery_key.reveal(), "EsT1");
        assert_eq!(outcome.new_identity, "identity");
        assert_eq!(outcome.untrusted_sessions, ["PHONE"]);
        assert_eq!(outcome.room_keys_backed_up, 5);
        assert!(!format!("{outcome:?}").contains("EsT1"));
    }

    #[test]
    fn progress_says_which_step_of_how_many() {
        let progress = ResetProgress::from(reset::Progress {
            step: ResetStep::Stage,
            done: 2,
            total: 3,
        });
        let expected = ResetProgress {
            step: ResetStep::Stage,
            number: 4,
            steps: 7,
            done: 2,
            total: 3,
        };
        assert_eq!(progress, expected);
    }

    #[test]
    fn what_a_person_chose_gets_to_the_reset() {
        let nothing = ResetOptions::default().to_core(Arc::new(|_| {}));
        assert!(nothing.passphrase.is_none() && nothing.export.is_none());
        assert!(!nothing.compromised && !nothing.turn_on_key_storage);
        assert_eq!(nothing.old_backup, reset::OldBackupPolicy::DeleteWhenDrained);
        let everything = ResetOptions {
            passphrase: Some(Arc::new(Passphrase::new("phrase".to_owned()))),
            export: Some(ResetExport {
                file: "keys.txt".to_owned(),
                passphrase: Arc::new(Passphrase::new("of the file".to_owned())),
            }),
            compromised: true,
            keep_old_backup: true,
            turn_on_key_storage: true,
        };
        let core = everything.to_core(Arc::new(|_| {}));
        assert_eq!(core.passphrase.expect("a phrase").reveal(), "phrase");
        let export = core.export.expect("an export");
        assert_eq!(
            (export.file, export.passphrase.reveal()),
            (PathBuf::from("keys.txt"), "of the file")
        );
        assert!(core.compromised && core.turn_on_key_storage && core.progress.is_some());
        assert_eq!(core.old_backup, reset::OldBackupPolicy::Keep);
    }
}
