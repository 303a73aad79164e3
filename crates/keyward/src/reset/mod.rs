// SPDX-License-Identifier: Apache-2.0

//! Reset of cross-signing, secret storage and key backup, as one flow that can be cancelled before its one commit point
//! and resumed after it. README.md beside this file has the diagram and the phases.
//!
//! ```no_run
//! # use keyward::{account::Account, auth::AuthError, reset::*, secret::Password};
//! # async fn example(account: Account, ask: impl AsyncFn() -> Password) -> Result<(), ResetError> {
//! let plan = account.plan_reset().await?;
//! // … show plan.consequences, ask whether to go on …
//! let mut reset = account.start_reset(&plan, ResetOptions::default()).await?;
//! loop {
//!     match reset.advance().await? {
//!         ResetState::SaveKey { recovery_key } => {
//!             // … show it, have it typed again …
//!             reset.confirm_saved(&Confirmation::Retyped(recovery_key)).await?;
//!         }
//!         ResetState::Authorise { .. } => match reset.authorise(&ask().await).await {
//!             Err(ResetError::Auth(AuthError::WrongPassword)) => { /* say so; the loop asks again */ }
//!             other => other?,
//!         },
//!         ResetState::HandOver { .. } => unreachable!("only in an attached session"),
//!         ResetState::Done(outcome) => break println!("{} sessions to verify", outcome.untrusted_sessions.len()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod drive;
mod error;
mod flow;
mod foreseen;
pub(crate) mod journal;
mod kind;
mod look;
mod plan;
mod prepare;
mod run;
mod staged;
mod state;
mod steps;
#[cfg(test)]
pub(crate) mod table;

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

#[cfg(test)]
pub(crate) use self::error::{AFTER_THE_COMMIT, BEFORE_THE_COMMIT};
pub use self::{
    drive::{ResetCommand, ResetFlow},
    error::ResetError,
    flow::Reset,
    foreseen::ResetChoices,
    kind::CanReset,
    plan::{Consequences, Plan},
};
pub(crate) use self::{error::is_committed_after, foreseen::Foreseen};
use crate::{
    auth::Challenge,
    secret::{Passphrase, RecoveryKey},
};
pub use crate::{facts::PendingReset, secret_storage::Confirmation};

/// What people choose before a reset starts.
#[derive(Clone, Default)]
pub struct ResetOptions {
    /// Derive the new Security Key from this Security Phrase; without it the key is random.
    pub passphrase: Option<Passphrase>,
    /// Save the room keys to a file first. Not for an attached session: its own program has them.
    pub export: Option<Export>,
    /// Somebody else may have access to the account: the old backup and everything under the old Security Key are
    /// deleted as soon as the new backup is full.
    pub compromised: bool,
    /// What happens to the old key backup if the account is not compromised.
    pub old_backup: OldBackupPolicy,
    /// Make a key backup although the account has key storage switched off (`m.key_backup`, MSC4287).
    pub turn_on_key_storage: bool,
    /// Called with each progress.
    pub progress: Option<ProgressListener>,
}

/// A room-key export before a reset.
#[derive(Clone)]
pub struct Export {
    /// Where to.
    pub file: PathBuf,
    /// Encrypts the file.
    pub passphrase: Passphrase,
}

/// What happens to the old key backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OldBackupPolicy {
    /// Deleted once all of its keys are in the new one; kept if they could not be read.
    #[default]
    DeleteWhenDrained,
    /// Kept in any case.
    Keep,
}

/// What became of the old key backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OldBackup {
    /// All its keys are in the new backup; it was deleted.
    Drained,
    /// It is still on the server. The old Security Key still opens it, if it did before.
    Kept,
    /// There was none.
    #[serde(rename = "none")]
    NotThere,
    /// It was deleted unread, because the account was compromised.
    Deleted,
    /// It is still on the server, and the server uses it whatever is made after it (Conduit and its descendants may). It
    /// could not be read, or is to be kept, so the room keys of this session are in no new backup: export them.
    InTheWay,
}

/// What a reset waits for.
#[derive(Clone, Debug)]
pub enum ResetState {
    /// The person has to save the new key: [`Reset::confirm_saved`]. Nothing is replaced yet.
    SaveKey {
        /// The new Security Key.
        recovery_key: RecoveryKey,
    },
    /// The server wants an authorisation: [`Reset::authorise`] with the password, or [`Reset::authorise_in_browser`], as the
    /// challenge says. Nothing is replaced yet.
    Authorise {
        /// What it accepts.
        challenge: Challenge,
    },
    /// Only in an attached session: its own program has to take the new key over, as it takes every Security Key, and
    /// [`Reset::handed_over`] says that it has. Everything old is still there.
    HandOver {
        /// The new Security Key.
        recovery_key: RecoveryKey,
        /// The version of the new key backup. `None`: there is none, because the account has key storage switched off, or the
        /// homeserver goes on using the old one. An app that offers to repair key storage then must not be told to.
        backup_version: Option<String>,
    },
    /// Finished.
    Done(Outcome),
}

/// How a hand-over ends, as the person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// The other program has the new key. Only if the current backup then holds all that the old one holds, the old one is
    /// deleted.
    Taken,
    /// Nobody waits for the other program: the old backup stays, and the old Security Key opens it.
    KeepOldBackup,
}

/// A finished reset.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The new Security Key, which opens everything from now on.
    pub recovery_key: RecoveryKey,
    /// Base64 of the new master key ("fingerprint").
    pub new_identity: String,
    /// Device ids of the sessions that lost their trust: to be verified, or signed out.
    pub untrusted_sessions: Vec<String>,
    /// What became of the old key backup.
    pub old_backup: OldBackup,
    /// Room keys in the new key backup.
    pub room_keys_backed_up: u64,
}

/// How far a reset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done, in the step's own unit (room keys; requests).
    pub done: u64,
    /// How much there is in all; 0 while that is not known.
    pub total: u64,
}

/// The steps that take time, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
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

impl Step {
    /// How many steps there are.
    pub const COUNT: u64 = 7;

    /// Which step this is, from 1.
    pub fn number(self) -> u64 {
        self as u64 + 1
    }
}

/// Called from the task that drives the reset, often; must not block.
pub type ProgressListener = Arc<dyn Fn(Progress) + Send + Sync>;
